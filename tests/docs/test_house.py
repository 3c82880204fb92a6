"""House rules that a machine can check."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "quydat"
MADE_BY_RUNNING = {
    ".git", ".venv", "build", "dist", "out", "node_modules", "__pycache__", ".pytest_cache", ".mypy_cache",
    ".ruff_cache", ".hypothesis", ".import_linter_cache", ".grimp_cache",
}  # fmt: skip
NOT_TEXT = {
    ".png", ".jpg", ".gpkg", ".sqlite", ".parquet", ".xlsx", ".xls", ".docx", ".pdf", ".woff2", ".pyc", ".zip", ".gz",
}  # fmt: skip

LONGEST = 400
LONGER_WITH_A_REASON: dict[str, str] = {
    "programme/simulate/kernel.py": "kernels hold each other; the cache of numba sees a change of its own file alone",
}
"""Files over the limit by their path in src, each with its reason (convention 10)."""

MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|root|home)/")
REGISTRY = re.compile(
    r"\bpypi[.]o[r]g\b|\bpython[h]osted\.o[r]g\b|\bnpm[j]s\.(?:o[r]g|com)\b|--(?:(?:extra-)?index-url|find-links|trusted-host)\b"
)


def committed(folder: Path) -> Iterator[Path]:
    """Text files below a folder, without what running the program leaves behind."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE_BY_RUNNING or path.name.endswith(".egg-info") or path.suffix in NOT_TEXT:
            continue
        if path.is_dir():
            yield from committed(path)
        elif path.name != ".git":
            yield path


FOLDERS: dict[str, list[Path]] = {}
for one in committed(ROOT):
    FOLDERS.setdefault(one.parent.relative_to(ROOT).as_posix(), []).append(one)
CODE = [pytest.param(path, id=path.relative_to(SOURCE).as_posix()) for path in committed(SOURCE)
        if path.suffix in (".py", ".js", ".css", ".html")]  # fmt: skip
TABLES = [pytest.param(path, id=path.relative_to(SOURCE).as_posix()) for path in committed(SOURCE)
          if path.suffix == ".csv"]  # fmt: skip


def test_the_walk_finds_the_house() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in committed(ROOT)}
    assert {"pyproject.toml", "src/quydat/core/area.py", "tests/docs/test_house.py"} <= found
    assert MACHINE_PATH.search("see /" + "home/me/x")
    assert MACHINE_PATH.search('open("/' + 'work/x")')
    assert not MACHINE_PATH.search("https://example.vn/" + "home/x")


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_names_a_machine_or_a_registry(folder: str) -> None:
    for path in FOLDERS[folder]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not MACHINE_PATH.search(line), f"line {number} of {path.name} names a path of one machine"
            assert not REGISTRY.search(line), f"line {number} of {path.name} names a package registry"


@pytest.mark.parametrize("path", CODE)
def test_files_are_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    reason = LONGER_WITH_A_REASON.get(path.relative_to(SOURCE).as_posix())
    assert lines <= LONGEST or reason, f"{lines} lines: one idea, one file"


@pytest.mark.parametrize("path", TABLES)
def test_tables_are_utf8_with_plain_line_ends_and_full_rows(path: Path) -> None:
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf"), "a byte-order mark"
    assert b"\r" not in data
    assert data.endswith(b"\n")
    rows = list(csv.reader(data.decode("utf-8").splitlines(keepends=True), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(set(rows[0])) == len(rows[0])
    for row in rows if path.name != "texts.csv" else []:  # lines of the terminal may be set in
        assert [cell for cell in row if cell != cell.strip()] == []


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_every_sentence_stands_in_both_languages_with_the_same_facts() -> None:
    with (SOURCE / "core" / "texts.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == ["key", "vi", "en"]
    keys = [row["key"] for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["key"].strip() and row["vi"].strip() and row["en"].strip()
        assert facts(row["vi"]) == facts(row["en"]), row["key"]
