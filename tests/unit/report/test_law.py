"""The section on the law, from a run of the shipped case: what it prints, and that each number is a figure."""

import re
from typing import Any

import pytest

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.text import LANGS, Lang
from quydat.plan import Results
from quydat.report.document import FigureRef, Link, Notice, Section, TableBlock, runs_of
from quydat.report.sections import law
from quydat.report.snapshot import Snapshot, StudyInfo, take
from quydat.report.summary import summary_lines
from quydat.report.trace_words import input_text
from quydat.report.writer import Writer


@pytest.fixture(scope="module")
def snapshot(hcmc: Any, hcmc_results: Results) -> Snapshot:
    s = hcmc.settings
    info = StudyInfo(s.study_id, s.name_vi, s.name_en, s.as_of, s.start_year, s.end_year, s.price_year, "base")
    ledger = Ledger(as_of=s.as_of, figures=list(hcmc_results.ledger))
    return take(
        info, record=hcmc.record, tables=hcmc_results.tables, ledger=ledger, fingerprint="0" * 16, version="0",
        focus=s.focus,
    )  # fmt: skip


def section(snapshot: Snapshot, lang: Lang) -> Section:
    return law.write(Writer(snapshot, lang))


def tables_of(found: Section, table_id: str) -> list[TableBlock]:
    return [block for block in found.blocks if isinstance(block, TableBlock) and block.table_id == table_id]


def words(cell: Any) -> str:
    return "".join(run if isinstance(run, str) else run.text for run in cell)


@pytest.mark.parametrize("lang", LANGS)
def test_each_park_that_matters_has_its_counts(snapshot: Snapshot, lang: Lang) -> None:
    (counts,) = tables_of(section(snapshot, lang), "findings_summary")
    assert [row.row_id for row in counts.rows] == list(snapshot.focus)
    for row in counts.rows:
        for cell in row.cells[1:]:
            assert [type(run) for run in cell] == [FigureRef]


@pytest.mark.parametrize("lang", LANGS)
def test_findings_name_article_confidence_and_margin(snapshot: Snapshot, lang: Lang) -> None:
    failed, focus, city = tables_of(section(snapshot, lang), "findings")
    articles = [cell for table in (failed, focus, city) for row in table.rows for cell in row.cells[-2]]
    assert all(isinstance(one, Link) or one for one in articles)
    failing = {"vi": "không đạt", "en": "fail"}[lang]
    assert {words(row.cells[2]) for row in failed.rows} == {failing}
    da_phuoc = next(row for row in failed.rows if row.row_id == "ccn-da-phuoc")
    assert words(da_phuoc.cells[3]) == {"vi": "90 ha, phải ≤ 75 ha", "en": "90 ha, must be ≤ 75 ha"}[lang]
    (margin, unit) = da_phuoc.cells[4]
    assert isinstance(margin, FigureRef)
    assert margin.figure_id == "findings.park.ccn-da-phuoc.D32-AREA-MAX.margin"
    assert (margin.text.lstrip("-−"), unit) == ("15", " ha")


@pytest.mark.parametrize("lang", LANGS)
def test_numbers_of_cells_are_figures(snapshot: Snapshot, lang: Lang) -> None:
    for block in section(snapshot, lang).blocks:
        if isinstance(block, TableBlock):
            for row in block.rows:
                for column, cell in zip(block.columns, row.cells, strict=True):
                    plain = "".join(run for run in cell if isinstance(run, str))
                    assert not column.numeric or not re.search(r"\d", plain), plain


@pytest.mark.parametrize("lang", LANGS)
def test_how_sure_the_law_is_stands_beside_the_findings(snapshot: Snapshot, lang: Lang) -> None:
    notices = [block for block in section(snapshot, lang).blocks if isinstance(block, Notice)]
    assert len(notices) == 2
    (weak,) = [run for run in runs_of(notices[0]) if isinstance(run, FigureRef)]
    findings = snapshot.tables["findings"]
    decided = findings[(findings["verdict"] != "unknown") & (findings["confidence"] != "high")]
    assert weak.figure_id == "law.below_high"
    assert snapshot.ledger["law.below_high"].value == len(decided) > 0
    assert "70/2023" in words(tuple(runs_of(notices[1])))


def test_a_run_without_findings_has_no_such_section(snapshot: Snapshot) -> None:
    tables = {name: rows for name, rows in snapshot.tables.items() if name != "findings"}
    bare = Snapshot(snapshot.study, snapshot.record, tables, snapshot.ledger, "", "", snapshot.focus)
    assert section(bare, "vi").blocks == ()


@pytest.mark.parametrize(("lang", "head"), [("vi", "PHÁP LUẬT"), ("en", "THE LAW")])
def test_the_screen_tells_the_findings(snapshot: Snapshot, lang: Lang, head: str) -> None:
    lines = summary_lines(snapshot, lang)
    at = next(place for place, line in enumerate(lines) if line.startswith(head))
    assert len([line for line in lines[at + 2 : at + 2 + len(snapshot.focus)] if line.strip()]) == len(snapshot.focus)
    assert max(len(line) for line in lines) <= 160


@pytest.mark.parametrize("lang", LANGS)
def test_whatever_fails_stands_first_and_once(snapshot: Snapshot, lang: Lang) -> None:
    failed, *others = tables_of(section(snapshot, lang), "findings")
    findings = snapshot.tables["findings"]
    assert len(failed.rows) == int((findings["verdict"] == "fail").sum()) == 3
    failing = {"vi": "không đạt", "en": "fail"}[lang]
    assert all(words(row.cells[2]) != failing for table in others for row in table.rows)
    hiep_phuoc = next(row for row in failed.rows if "Hi" in words(row.cells[0])[:12] and not row.row_id)
    assert words(hiep_phuoc.cells[3]) == {"vi": "không, phải là có", "en": "no, must be yes"}[lang]


@pytest.mark.parametrize("lang", LANGS)
def test_the_screen_names_all_that_fails(snapshot: Snapshot, lang: Lang) -> None:
    screen = "\n".join(summary_lines(snapshot, lang))
    for words_of in {
        "vi": ("Đa Phước: ", "Tân Bình: ", "chuyển đổi: "),
        "en": ("Da Phuoc", "Tan Binh", "conversion: "),
    }[lang]:
        assert words_of in screen
    assert {"vi": "Năm sau 2045", "en": "Years after 2045"}[lang] in screen


@pytest.mark.parametrize(
    ("ref", "value", "vi", "en"),
    [
        ("park/x/kind", "industrial_park", "khu công nghiệp", "industrial park"),
        ("subject_fact/park|x|green_land_share/value", "0.0637", "6,37 %", "6.37 %"),
        ("subject_fact/park|x|is_expansion/value", "no", "không", "no"),
        ("subject_fact/park|x|established_on/value", "1996-12-28", "28/12/1996", "1996-12-28"),
        ("nothing/x/kind", "raw", "raw", "raw"),
    ],
)
def test_texts_of_the_record_are_shown_in_words(ref: str, value: str, vi: str, en: str) -> None:
    item = Input("row", ref, value, "", Basis.PUBLISHED)
    assert (input_text(item, "vi"), input_text(item, "en")) == (vi, en)
