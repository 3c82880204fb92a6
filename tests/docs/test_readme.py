"""What both READMEs print of the demonstration is what it prints; their commands and links are there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import quydat
from quydat.cli.main import build
from quydat.core.text import Lang
from quydat.dictionary.settings import read_settings
from quydat.plan import Results
from quydat.report.snapshot import Snapshot, StudyInfo, take
from quydat.report.summary import summary_lines

ROOT = Path(__file__).parents[2]
PAGES: dict[Lang, Path] = {"en": ROOT / "README.md", "vi": ROOT / "README.vi.md"}
LINKED = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")]


@pytest.fixture(scope="module")
def snapshot(hcmc_record: dict[str, Any], shipped_results: Results) -> Snapshot:
    """The run of the demonstration."""
    s, results = read_settings(ROOT / "cases" / "hcmc"), shipped_results
    info = StudyInfo(s.study_id, s.name_vi, s.name_en, s.as_of, s.start_year, s.end_year, s.price_year, s.scenario)
    return take(
        info,
        record=hcmc_record,
        tables=results.tables,
        ledger=results.ledger,
        fingerprint="0" * 16,
        version=quydat.__version__,
        focus=s.focus,
    )


@pytest.mark.parametrize("lang", PAGES)
def test_the_demonstration_prints_what_the_page_shows(lang: Lang, snapshot: Snapshot) -> None:
    shown = re.search(r"```text\n(.*?)```", PAGES[lang].read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    printed = summary_lines(snapshot, lang)
    without_spaces = {" ".join(line.split()) for line in printed}
    differ = [line for line in shown[1].splitlines() if " ".join(line.split()) not in without_spaces]
    assert differ == [], "\n".join(printed)


@pytest.mark.parametrize("lang", PAGES)
def test_the_commands_of_the_page_are_those_of_the_program(lang: Lang) -> None:
    """Each command parses; none is run."""
    lines = re.findall(r"^    (quydat .*)$", PAGES[lang].read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) > 10
    group = build(lang)
    for line in lines:
        _, name, *args = shlex.split(line, comments=True)
        group.commands[name].make_context(name, args)


@pytest.mark.parametrize("path", LINKED, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("#"):
            assert (path.parent / target.partition("#")[0]).exists(), target
