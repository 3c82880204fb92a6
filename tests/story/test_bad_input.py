"""Bad input through the real terminal: all problems in one list, with place and repair, and the record unharmed."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support.planted import CASE, FORMS, PLANTED, as_csv, planted
from tests.support.terminal import Terminal

from quydat.app.study import Study
from quydat.core.problem import Place
from quydat.core.text import Lang

Spot = tuple[str, str, str, int | None, str]


@pytest.fixture(autouse=True)
def _unharmed(study: Study) -> Any:
    """Whatever a test has tried: the record is as it was, whole and readable."""
    before, head = study.tables(), study.history()["hash"].tolist()
    yield
    assert study.verify() == []
    assert study.history()["hash"].tolist() == head
    for name, rows in study.tables().items():
        pd.testing.assert_frame_equal(rows, before[name])
    assert sorted(path.name for path in study.folder.iterdir()) == ["record.sqlite", "runs", "study.toml"]
    assert list((study.folder / "runs").iterdir()) == []


def spots(problems: list[dict[str, Any]]) -> list[Spot]:
    """Number and place of each, in an order that does not matter."""
    return sorted(
        (p["number"], w.get("file", ""), w.get("sheet", ""), w.get("row") or 0, w.get("column", ""))
        for p in problems for w in [p["where"]]
    )  # fmt: skip


def expected(form: str, tables: list[str], *, folder: str = "") -> list[Spot]:
    """What was planted in these tables, as a file of that form shows it."""
    found = []
    for table in tables:
        file, sheet = (f"{folder}{table}.csv", "") if form == "csv" else (f"planted.{form}", table)
        found += [(number, file, sheet, row or 0, column) for number, row, column in PLANTED[table]]
    return sorted(found)


@pytest.mark.parametrize("form", FORMS)
def test_import_tells_all_problems_of_all_files_at_once(
    form: str, study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    files = FORMS[form](planted(), tmp_path)
    found = terminal.problems("import", *files, "--study", study.folder, "--yes")
    assert spots(found) == expected(form, list(PLANTED))
    for one in found:
        assert one["message_vi"] and one["message_en"] and one["repair_vi"] and one["repair_en"]


@pytest.mark.parametrize("form", FORMS)
def test_check_tells_all_problems_of_a_file_at_once(
    form: str, study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    found: list[dict[str, Any]] = []
    for file in FORMS[form](planted(), tmp_path):
        found += terminal.problems("check", study.folder, "--file", file)
    assert spots(found) == expected(form, list(PLANTED))


def test_init_tells_all_problems_of_a_case_at_once_and_makes_no_folder(terminal: Terminal, tmp_path: Path) -> None:
    case = shutil.copytree(CASE, tmp_path / "case")
    as_csv(planted(), case / "tables")
    toml = (case / "study.toml").read_text(encoding="utf-8")
    toml = toml.replace("end_year = 2045", "end_year = 2020").replace("[extent]", "[extend]\nwest = 1\n[extent]")
    (case / "study.toml").write_text(toml, encoding="utf-8")
    (case / "tables" / "plan_list.csv").write_bytes("Tên,Mã\nKhu,å\n".encode("latin-1", "replace"))
    found = terminal.problems("init", tmp_path / "new", "--case", case)
    assert spots(found) == sorted(
        [
            *expected("csv", list(PLANTED), folder="tables/"),
            ("QD303", "study.toml", "", 0, "extend.west"),
            ("QD307", "study.toml", "", 0, "study.end_year"),
            ("QD105", "tables/plan_list.csv", "", 0, ""),
        ]
    )
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("case", "study")] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_list_in_words(lang: Lang, study: Study, terminal: Terminal, tmp_path: Path) -> None:
    files = as_csv(planted(), tmp_path)
    found = terminal.problems("import", *files, "--study", study.folder, "--yes")
    code, out, err = terminal("import", *files, "--study", study.folder, "--yes", "--lang", lang)
    assert (code, out) == (1, "")
    assert err.startswith({"vi": "12 vấn đề:\n", "en": "Problems: 12\n"}[lang])
    mend = {"vi": "Cách sửa", "en": "To mend"}[lang]
    for one in found:
        place = Place(**one["where"]).shown(lang)
        line = f"{one['number']}  {place}: {one[f'message_{lang}']}\n       {mend}: {one[f'repair_{lang}']}\n"
        assert err.count(line) == 1


def test_lines_by_hand(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    files = as_csv(planted(), tmp_path)
    _, _, vi = terminal("import", *files, "--study", study.folder, "--yes")
    _, _, en = terminal("import", *files, "--study", study.folder, "--yes", "--lang", "en")
    assert (
        "QD208  park.csv, dòng 2, cột gross_area_ha: -300 nằm ngoài khoảng cho phép 0 đến 20000 của "
        "«Diện tích tự nhiên».\n       Cách sửa: Kiểm tra đơn vị (ha) và dấu; sửa giá trị.\n"
    ) in vi
    assert "QD231  procedure_step.csv, row 2, column depends_on: These steps wait for each other in a circle: " in en
    assert 'QD201  park.csv: Table "park" lacks the column "district"' in en
    assert 'QD211  procedure_event.csv, row 2, column park_id: "pham-van-hai-9" is not in the table "park".\n' in en
    assert "(nearest: pham-van-hai-1)" in en or "(nearest: pham-van-hai-" in en


def test_one_bad_file_keeps_the_good_one_out(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    good = tmp_path / "exchange_rate.csv"
    text = (CASE / "tables" / "exchange_rate.csv").read_text(encoding="utf-8")
    good.write_text(text.replace(",25000,", ",26000,"), encoding="utf-8")
    bad = as_csv({"procedure_step": planted()["procedure_step"]}, tmp_path)
    assert terminal.numbers("import", good, *bad, "--study", study.folder, "--yes") == ["QD231"]


def test_a_table_from_two_files_is_refused(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    files = [shutil.copy(CASE / "tables" / "park.csv", tmp_path / name / "park.csv") for name in (".", "a")]
    assert terminal.numbers("import", *files, "--study", study.folder, "--yes") == ["QD111"]


def test_rows_as_they_are_bring_no_change(study: Study, terminal: Terminal) -> None:
    assert terminal.numbers("import", CASE / "tables" / "park.csv", "--study", study.folder, "--yes") == ["QD411"]


def _truncated(good: Path, bad: Path) -> None:
    bad.write_bytes(good.read_bytes()[: good.stat().st_size // 3])


def _zeroed(good: Path, bad: Path) -> None:
    data = bytearray(good.read_bytes())
    data[4096 : 4096 * 6] = bytes(4096 * 5)
    bad.write_bytes(data)


def _text(good: Path, bad: Path) -> None:
    bad.write_text("not a map", encoding="utf-8")


def _empty(good: Path, bad: Path) -> None:
    bad.write_bytes(b"")


def _other_sqlite(good: Path, bad: Path) -> None:
    import sqlite3

    with sqlite3.connect(bad) as connection:
        connection.execute("CREATE TABLE park (park_id TEXT)")
    connection.close()


@pytest.mark.parametrize("harm", [_truncated, _zeroed, _text, _empty, _other_sqlite])
def test_a_damaged_or_foreign_geopackage(harm: Any, study: Study, terminal: Terminal, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.gpkg", tmp_path / "bad.gpkg"
    study.export(good)
    harm(good, bad)
    for command in (["check", study.folder, "--file", bad], ["import", bad, "--study", study.folder, "--yes"]):
        (one,) = terminal.problems(*command)
        assert (one["number"], one["where"]) == ("QD102", {"file": "bad.gpkg"})
        assert "QGIS" in one["repair_vi"] and "QGIS" in one["repair_en"]


@pytest.mark.parametrize(
    ("name", "content", "number"),
    [
        ("park.csv", "park_id,name_vi\nx,\xe5".encode("latin-1"), "QD105"),
        ("park.csv", b'park_id\n"x', "QD101"),
        ("park.xlsx", b"PK\x03\x04 not really", "QD101"),
        ("park.ods", b"", "QD104"),
        ("parks_2026.csv", b"park_id\nx\n", "QD106"),
        ("park.csv", None, "QD101"),
    ],
)
def test_files_that_cannot_be_read(
    name: str, content: bytes | None, number: str, study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    for command in (["check", study.folder, "--file", file], ["import", file, "--study", study.folder, "--yes"]):
        (one,) = terminal.problems(*command)
        assert (one["number"], one["where"]["file"]) == (number, name)


def test_names_that_nobody_knows(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    here = study.folder
    park = CASE / "tables" / "park.csv"
    assert terminal.numbers("import", park, "--as", "parks", "--study", here, "--yes") == ["QD106"]
    assert terminal.numbers("import", park, "--layer", "x", "--study", here, "--yes") == ["QD103"]
    assert terminal.numbers("plan", here, "--scenario", "tốt") == ["QD308"]
    assert terminal.numbers("plan", here, "--only", "siting") == ["QD505"]
    assert terminal.numbers("undo", here, 7) == ["QD407"]
    assert terminal.numbers("init", here) == ["QD409"]
    assert terminal.numbers("init", tmp_path / "new", "--case", "hanoi") == ["QD410"]
    assert terminal.numbers("check", tmp_path / "nowhere") == ["QD301", "QD401"]
    assert terminal.numbers("plan", tmp_path / "nowhere") == ["QD301"]
    assert terminal.numbers("template", "parks", "--out", tmp_path / "t.xlsx") == ["QD106"]
    assert not (tmp_path / "t.xlsx").exists()
