"""The demonstration: what its folder holds, and that everything in it says the same."""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.support.terminal import Terminal

from quydat.app.run import Run
from quydat.balance.figures import PRINTED
from quydat.core.basis import Basis
from quydat.core.selection import Selection
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import read_settings
from quydat.formats.geopackage import validate
from quydat.formats.workbook import sheet_name
from quydat.plan import STEPS

NINE = (
    "pham-van-hai-1", "pham-van-hai-2", "pham-van-hai-3", "le-minh-xuan-2", "le-minh-xuan-mo-rong",
    "tay-bac-mo-rong", "vinh-loc-mo-rong", "hiep-phuoc-3", "vinh-loc-3",
)  # fmt: skip
RESULTS = [table for table in tables().values() if table.kind == "result"]

PARTLY = ("establishment", "floor_cell", "findings", "back_test", "spending", "simulation", "programme_ready")
"""Tables of which only some rows have figures."""


@pytest.fixture(scope="module")
def manifest(demo: Path) -> dict[str, Any]:
    """What the demonstration says of itself."""
    found: dict[str, Any] = json.loads((demo / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def figures(demo: Path) -> dict[str, dict[str, Any]]:
    """Its figures by id."""
    found = json.loads((demo / "figures.json").read_text(encoding="utf-8"))["figures"]
    return {one["figure_id"]: one for one in found}


def rows(demo: Path, name: str) -> list[dict[str, str]]:
    """A published table as text."""
    with (demo / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_folder(demo: Path) -> None:
    assert sorted(path.name for path in demo.iterdir()) == [
        "charts", "figures.json", "inputs", "khao-sat-minh-hoa", "manifest.json", "map.gpkg", "quy-hoach-minh-hoa",
        "report", "study", "tables",
    ]  # fmt: skip
    assert sorted(path.name for path in (demo / "report").iterdir()) == [
        "bao-cao.html", "bao-cao.xlsx", "report.html", "report.xlsx",
    ]  # fmt: skip
    for name in (table.name for table in RESULTS):
        assert (demo / "tables" / f"{name}.csv").is_file()
        assert (demo / "tables" / f"{name}.parquet").is_file()
    for folder in (demo / "charts", demo / "charts" / "en"):
        drawn = {path.stem for path in folder.glob("*.svg")}
        assert {"land_today", "floor", "account", "pipeline", "demand", "programme", "map"} <= drawn
        assert drawn - {"map"} == {path.stem for path in folder.glob("*.png")}


def test_the_manifest(demo: Path, manifest: dict[str, Any]) -> None:
    settings = read_settings(demo / "study")
    assert manifest["complete"] is True
    assert (manifest["seed"], manifest["draws"]) == (settings.seed, settings.draws) == (20250630, 100_000)
    assert manifest["study"]["as_of"] == "2025-06-30"
    assert list(manifest["seconds"]) == list(STEPS)
    assert all(seconds >= 0 for seconds in manifest["seconds"].values())
    assert {"quydat", "python", "numpy", "pandas", "pyproj", "shapely"} <= set(manifest["versions"])
    solve = manifest["solves"]["programme"]
    assert solve["status"] == "proven"
    assert solve["gap"] <= settings.parameters["programme.gap_share"].parts["value"]
    assert solve["gap"] == pytest.approx((solve["objective"] - solve["bound"]) / abs(solve["objective"]), abs=1e-9)
    assert solve["solver"].startswith("HiGHS ")
    assert list(manifest["focus"]) == list(NINE)
    assert manifest["inputs"]["park"]["rows"] == 57
    assert Run(demo).fingerprint == manifest["fingerprint"] == next((demo / "study" / "runs").iterdir()).name
    said = set(manifest["files"])
    apart = {"study", "khao-sat-minh-hoa", "quy-hoach-minh-hoa"}
    there = {p.relative_to(demo).as_posix() for p in demo.rglob("*") if p.is_file() and not apart & {*p.parts}}
    assert there == said | {"manifest.json"}


@pytest.mark.parametrize("name", [table.name for table in RESULTS])
def test_tables_have_the_columns_of_the_dictionary_and_their_cells_are_figures(
    name: str, demo: Path, figures: dict[str, dict[str, Any]]
) -> None:
    definition = tables()[name]
    content = rows(demo, name)
    assert content
    assert list(content[0]) == definition.columns
    seen = 0
    for row in content:
        for attribute in definition.columns:
            figure = figures.get(".".join([name, *(row[part] for part in definition.key), attribute]))
            if figure is None or attribute in definition.key:
                continue
            seen += 1
            value = figure["value"]
            if value is None:
                assert row[attribute] == ""
            elif isinstance(value, float | int) and not isinstance(value, bool):
                assert float(row[attribute]) == pytest.approx(value, rel=1e-12)
            else:
                assert row[attribute] == str(value)
    # Rows of the stock are named by the numbers made from them (``core.selection``); they are no figures themselves.
    # A finding has one only if it was decided and compared numbers.
    # Of rows by place, sector, year and input the cells that a report prints are figures.
    if name in {one.table for one in PRINTED}:
        assert seen > 0
    else:
        assert seen >= len(content) or name in PARTLY


def test_each_of_the_nine_parks_has_its_row(demo: Path) -> None:
    for name in ("procedure", "programme"):
        assert set(NINE) <= {row["park_id"] for row in rows(demo, name)}


def test_headlines_follow_from_the_tables(demo: Path, figures: dict[str, dict[str, Any]]) -> None:
    kinds = ("industrial_park", "export_processing_zone")  # clusters and the high-tech park are not the authority's
    parks = [row for row in rows(demo, "parks") if row["state"] == "operating" and row["kind"] in kinds]
    sums = {"land.gross": "gross_area_ha", "land.lettable": "lettable_area_ha", "land.let": "let_ha"}
    for figure, column in sums.items():
        total = sum(float(row[column]) for row in parks if row[column])
        assert figures[figure]["value"] == pytest.approx(total, rel=1e-12)
    for table, prefix, account in (
        ("balance", "land", "pipeline"), ("balance_programme", "programme", "programme"),
    ):  # fmt: skip
        gaps = {int(row["year"]): float(row["gap_ha"]) for row in rows(demo, table) if row["quantile"] == "expected"}
        for year in (2030, 2035, 2045):
            total = sum(gap for at, gap in gaps.items() if at <= year)
            assert figures[f"{prefix}.gap.{year}.expected"]["value"] == pytest.approx(total, rel=1e-9)
        short = {
            int(row["year"]): float(row["by_share"])
            for row in rows(demo, "run_out")
            if (row["place"], row["account"]) == ("hcmc", account)
        }
        for ending, share in ((".p10", 0.1), ("", 0.5), (".p90", 0.9)):
            by_then = [year for year, by in short.items() if by >= share]
            assert figures[f"{prefix}.run_out_year{ending}"]["value"] == min(by_then, default=None)


@pytest.mark.parametrize(("lang", "page"), [("vi", "bao-cao"), ("en", "report")])
def test_the_page_and_the_workbook_say_what_the_figures_say(
    lang: str, page: str, demo: Path, figures: dict[str, dict[str, Any]]
) -> None:
    html = (demo / "report" / f"{page}.html").read_text(encoding="utf-8")
    named = set(re.findall(r'data-figure="([^"]+)"', html))
    assert {"land.gross", "land.run_out_year", "programme.city_cost_bn_vnd"} <= named
    assert named <= set(figures)
    book = openpyxl.load_workbook(demo / "report" / f"{page}.xlsx")
    summary = book.worksheets[0]
    told = {row[-1]: row[1] for row in summary.iter_rows(values_only=True) if row[-1] in figures}
    assert {"land.gross", "land.run_out_year", "programme.city_cost_bn_vnd"} <= set(told)
    for figure_id, value in told.items():
        expected = figures[figure_id]["value"]
        if isinstance(expected, float):
            assert value == pytest.approx(expected), figure_id
        elif isinstance(expected, int):
            assert value == expected, figure_id


def test_the_sheets_are_the_tables_and_their_totals_add_up(demo: Path) -> None:
    live = openpyxl.load_workbook(demo / "report" / "report.xlsx")
    held = openpyxl.load_workbook(demo / "report" / "report.xlsx", data_only=True)
    totals = 0
    for definition in RESULTS:
        name, content = sheet_name(definition, "en"), rows(demo, definition.name)
        sheet, values = live[name], held[name]
        headings = [cell.value for cell in sheet[1]]
        assert headings[: len(definition.columns)] == [a.label("en") for a in definition]
        first = next(number for number in range(2, 9) if _same(values[number], content[0], definition.columns))
        for place, attribute in enumerate(definition.columns):
            cells = [values.cell(first + n, place + 1).value for n in range(len(content))]
            texts = [row[attribute] for row in content]
            assert [_text(cell, text) for cell, text in zip(cells, texts, strict=True)] == texts
            for row in sheet.iter_rows(min_col=place + 1, max_col=place + 1):
                formula = row[0].value
                if isinstance(formula, str) and formula.startswith("=SU"):
                    totals += 1
                    known = [float(text) for text in texts if text]
                    assert values.cell(row[0].row, place + 1).value == pytest.approx(sum(known)), (name, attribute)
    assert totals >= 10


def _same(cells: Any, row: dict[str, str], columns: list[str]) -> bool:
    return all(_text(cell.value, row[name]) == row[name] for cell, name in zip(cells, columns, strict=False))


def _text(cell: Any, like: str) -> str:
    """A cell of the workbook written as the CSV writes it."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return like if like and _number(like) and float(like) == pytest.approx(float(cell), rel=1e-12) else str(cell)
    if hasattr(cell, "date"):
        return str(cell.date().isoformat())
    return like if _label_of(like, str(cell)) else str(cell)


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _label_of(code: str, label: str) -> bool:
    """Whether a text of the workbook is the label of a code of the table."""
    from quydat.dictionary.schema import choices

    lists = {a.choices for table in RESULTS for a in table if a.choices}
    return any(label in choices(name).get(code, ()) for name in lists) or (code, label) in {
        ("yes", "yes"),
        ("no", "no"),
    }


def test_the_map_is_a_valid_geopackage(demo: Path) -> None:
    assert validate(demo / "map.gpkg") == []


def test_a_second_call_reads_what_is_there(demo: Path, terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    shutil.copytree(demo, out)
    code, said, beside = terminal("demo", "--out", out)
    assert (code, beside) == (0, "")  # no step was run
    run = Run(demo).fingerprint
    assert said.startswith(f"Lần chạy {run} đã có với đúng đầu vào này; đọc lại, không tính lại.\n")
    assert Run(out).fingerprint == run
    # Told of a case that has changed since, and in English.
    toml = out / "study" / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    code, said, beside = terminal("demo", "--out", out, "--lang", "en")
    assert code == 0
    assert "the shipped case differs by now" in beside
    assert "quydat explain" in said and "report/report.html" in said
    assert not re.search(r"\d\.\d{3}", re.sub(r"[0-9a-f]{16}", "", said)), "thousands in the English manner"


def test_a_folder_of_someone_else_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert terminal.numbers("demo", "--out", tmp_path) == ["QD409"]
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert terminal.numbers("demo", "--out", tmp_path / "letter.txt") == ["QD409"]


def test_a_page_made_by_another_process_has_the_same_bytes(demo: Path, terminal: Terminal, tmp_path: Path) -> None:
    """This process hashes text differently; that its tables and figures are the same is told in ``test_notebook``."""
    terminal.done("report", demo / "study", "--out", tmp_path / "page.html", "--lang", "en")
    assert (tmp_path / "page.html").read_bytes() == (demo / "report" / "report.html").read_bytes()


@pytest.mark.long
def test_two_processes_give_the_same_bytes(demo: Path, demo_again: Path) -> None:
    """Two processes that hash text differently; only the times in the manifest and the record's clock differ."""
    one, two = demo, demo_again
    clocks = {"manifest.json", "record.sqlite"}
    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(two) for p in two.rglob("*") if p.is_file())
    differ = [str(f) for f in files if f.name not in clocks and (one / f).read_bytes() != (two / f).read_bytes()]
    assert differ == []
    manifests = []
    for folder in (one, two):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        # The head of the chain covers the time at which the record was made.
        kept = {k: v for k, v in manifest.items() if k not in ("made_at", "seconds", "record_head", "solves")}
        solves = {
            name: {k: v for k, v in one.items() if not k.endswith("seconds")}
            for name, one in manifest["solves"].items()
        }
        assert not any(one["cut_by_clock"] for one in solves.values())
        manifests.append((kept, solves))
    assert manifests[0] == manifests[1]


def test_the_screen(demo: Path) -> None:
    """In Vietnamese; in English it is read where the demonstration is called again."""
    vi = (demo.parent / "said-vi.txt").read_text(encoding="utf-8")
    assert "Năm hết đất sẵn sàng" in vi
    assert "quydat explain" in vi and "report/bao-cao.html" in vi


def test_floor_figures_follow_from_the_rows_that_they_name(demo: Path) -> None:
    """Every figure of floor space, worked out again from the rows of the stock that its trace names."""
    run = Run(demo)
    stock = {"establishment": run.table("establishment"), "quarantine": run.table("quarantine")}
    basis_of = {"measured_m2": "measured", "declared_m2": "declared", "estimated_m2": "estimated"}
    checked = 0
    for figure in run.figures:
        table, *_, attribute = figure.figure_id.split(".")
        item = figure.trace.inputs[0]
        if table not in ("floor_space", "survey_quality") or item.kind != "rows":
            continue
        chosen = Selection.of(item.ref)
        rows = chosen.rows(stock[chosen.table])
        floor = rows.get("gross_floor_area_m2")
        if attribute in ("establishments", "waiting"):
            again: float | None = len(rows)
        elif attribute in basis_of:
            assert floor is not None
            again = floor[rows["floor_basis"] == basis_of[attribute]].sum()
        elif attribute == "floor_known":
            assert floor is not None
            again = floor.notna().sum()
        elif attribute in ("correct", "complete", "clean", "live"):
            again = rows[attribute].sum()
        else:
            continue
        checked += 1
        assert (figure.value or 0) == pytest.approx(again), figure.figure_id
        assert figure.basis is Basis.ILLUSTRATIVE
    assert checked > 500


def test_what_is_made_up_says_so_everywhere(demo: Path, figures: dict[str, dict[str, Any]]) -> None:
    """No illustrative number without its word beside it, and none behind a number of the city."""
    for name in ("establishment", "floor_space", "floor_cell", "survey_quality"):
        assert {row["basis"] for row in rows(demo, name)} == {"illustrative"}
    apart = ("floor_space.", "survey_quality.")
    made_up = {one for one, figure in figures.items() if figure["basis"] == "illustrative"}
    rules = {row["rule_id"] for row in rows(demo, "findings_by_rule") if row["basis"] == "illustrative"}
    assert rules == {row["rule_id"] for row in rows(demo, "findings_by_rule") if row["subject_kind"] == "establishment"}
    asked = {row["subject_kind"] for row in rows(demo, "asks") if row["basis"] == "illustrative"}
    assert asked == {"establishment"}
    apart += ("asks.establishment.", *(f"findings_by_rule.{rule}." for rule in rules))
    assert made_up and all(one.startswith(apart) for one in made_up)
    for page, word in (("bao-cao", "SỐ LIỆU MINH HỌA"), ("report", "ILLUSTRATIVE")):
        html = (demo / "report" / f"{page}.html").read_text(encoding="utf-8")
        section = html.split('id="floor"')[1].split("<section")[0]
        assert word in section
    for path in (demo / "khao-sat-minh-hoa").glob("0*"):
        assert "minh-hoa" in path.name
