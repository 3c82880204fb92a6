"""Survey files that nobody should send, through the command line: what a clerk is told, and what is stored."""

import csv
import json
import sys
from pathlib import Path

import pytest
from tests.support.terminal import Terminal, shared, spawn

from quydat.app.study import Study
from quydat.formats.survey_refused import write_refused
from quydat.survey.old_letters import write

HEAD = "Mã cơ sở,Tên cơ sở,Phường,Kinh độ,Vĩ độ,Diện tích xây dựng (m2),Số tầng,Ngày ghi nhận"
GOOD = "A1,Cơ sở Một,Phường Đông,106.71,10.81,900,1,2025-01-31"
BAD = {
    "negative_storeys": ("A2,Cơ sở Hai,Phường Đông,106.71,10.82,900,-2,2025-01-31", "QD208", "-2"),
    "huge_shed": ("A2,Cơ sở Hai,Phường Đông,106.71,10.82,1000000000,1,2025-01-31", "QD208", "1000000000"),
    "day_31_02": ("A2,Cơ sở Hai,Phường Đông,106.71,10.82,900,1,31/02/2025", "QD207", "31/02/2025"),
    "words_for_numbers": ("A2,Cơ sở Hai,Phường Đông,106.71,10.82,nhiều lắm,1,2025-01-31", "QD205", "nhiều lắm"),
    "in_the_sea": ("A2,Cơ sở Hai,Phường Đông,106.99,10.40,900,1,2025-01-31", "QD244", "106.99"),
    "in_another_city": ("A2,Cơ sở Hai,Phường Đông,105.85,21.03,900,1,2025-01-31", "QD281", "105.85"),
    "axes_swapped": ("A2,Cơ sở Hai,Phường Đông,10.81,106.71,900,1,2025-01-31", "QD297", "106.71"),
    "half_a_position": ("A2,Cơ sở Hai,Phường Đông,106.71,,900,1,2025-01-31", "QD283", ""),
    "no_name": ("A2,,Phường Đông,106.71,10.82,900,1,2025-01-31", "QD204", ""),
    "the_row_again": (GOOD, "QD280", "s/A1@2025-01-31"),
}
"""A row that must wait: its text, the number of the reason, and what of the cell the reason repeats."""

REFUSED = {
    "o-mat-khau.xlsx": ("QD113", "mật khẩu", "password"),
    "o-cat-cut.xlsx": ("QD101", "o-cat-cut.xlsx", "o-cat-cut.xlsx"),
    "o-hong.gpkg": ("QD102", "o-hong.gpkg", "o-hong.gpkg"),
    "o-phinh.xlsx": ("QD114", "MB", "MB"),
    "o-thuc-the.kml": ("QD115", "XML", "XML"),
    "o-tro-ra-ngoai.kml": ("QD115", "XML", "XML"),
    "o-hai-cot.csv": ("QD203", "hai lần", "twice"),
    "o-10-mb.csv": ("QD116", "10000000", "10000000"),
    "o-pdf.xlsx": ("QD104", "o-pdf.xlsx", "o-pdf.xlsx"),
    "o-rong.csv": ("QD117", "o-rong.csv", "o-rong.csv"),
    "o-thieu-dbf.shp": ("QD122", ".dbf", ".dbf"),
}
"""A file that must be refused: number, and a word of the message in Vietnamese and in English."""

MEASURE = """
import resource, sys
from pathlib import Path
from quydat.core.problem import Problems
from quydat.formats.sheets import read_sheets
import pyogrio, python_calamine, pyarrow.csv
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
for name in sys.argv[1:]:
    try:
        read_sheets(Path(name))
    except Problems:
        pass
    print(Path(name).name, peak() - before)
"""


def _make(folder: Path) -> None:
    write_refused(folder / "refused")

    def ward(one: str, name: str, west: float) -> dict[str, object]:
        ring = [[west, 10.75], [west + 0.1, 10.75], [west + 0.1, 10.9], [west, 10.9], [west, 10.75]]
        own = {"unit_id": one, "name_vi": name, "unit_kind": "phường"}
        return {"type": "Feature", "properties": own, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    wards = [ward("t", "Phường Tây", 106.6), ward("d", "Phường Đông", 106.7)]
    text = json.dumps({"type": "FeatureCollection", "features": wards})
    (folder / "wards.geojson").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that must be refused, and the wards of the city."""
    return shared(tmp_path_factory, "bad-survey", _make)


@pytest.fixture
def city(study: Study, bad: Path, terminal: Terminal) -> Study:
    """A study that knows its wards."""
    terminal.done("import", bad / "wards.geojson", "--as", "unit", "--study", study.folder, "--source", "x", "--yes")
    return study


def of(study: Study, path: Path, *more: object) -> tuple[object, ...]:
    return ("import", path, "--as", "observation", "--study", study.folder, "--source", "s", *more)


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_must_be_refused(name: str, city: Study, bad: Path, terminal: Terminal) -> None:
    number, vi, en = REFUSED[name]
    before = len(city.history())
    found = terminal.problems(*of(city, bad / "refused" / name, "--observed-on", "2025-06-30", "--yes"))
    assert [one["number"] for one in found if one["number"] == number]
    for lang, word in (("vi", vi), ("en", en)):
        code, _, said = terminal(*of(city, bad / "refused" / name, "--yes", "--lang", lang))
        assert code == 1
        assert number in said and name in said and word in said, said
        assert all(one[f"repair_{lang}"] for one in found)
    assert len(city.history()) == before
    assert city.survey.waiting() == []


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not tell how much memory a process took")
def test_bombs_take_no_memory(bad: Path) -> None:
    ended = spawn(MEASURE, *(bad / "refused" / name for name in REFUSED))
    assert ended.returncode == 0, ended.stderr
    grown = {name: int(size) for name, size in (line.split() for line in ended.stdout.splitlines())}
    assert set(grown) == set(REFUSED)
    assert max(grown.values()) <= 200, grown


@pytest.mark.parametrize("kind", BAD)
def test_a_row_that_cannot_be_taken_waits_and_the_others_are_taken(
    kind: str, city: Study, tmp_path: Path, terminal: Terminal
) -> None:
    row, number, value = BAD[kind]
    path = written(tmp_path / "s.csv", HEAD, GOOD, row)
    said = terminal.done(*of(city, path, "--crs", "4326", "--yes"))
    assert "Nhận được 1 dòng; 1 dòng chờ sửa" in said
    assert f"{number} × 1" in said and "s.csv" in said and value in said
    assert city.survey.tables()["observation"]["name"].tolist() == ["Cơ sở Một"]
    (waiting,) = terminal.json("review", city.folder, "--quarantine")["waiting"]
    (reason,) = waiting["reasons"]
    assert (reason["number"], reason["where"]["row"]) == (number, 3)
    for lang in ("vi", "en"):
        listed = terminal.done("review", city.folder, "--quarantine", "--lang", lang)
        assert reason[f"message_{lang}"] in listed and reason[f"repair_{lang}"] in listed
    # The row as it stood.
    assert list(waiting["original"].values()) == [cell or None for cell in next(csv.reader([row]))]


def test_a_polygon_that_crosses_itself_waits(city: Study, tmp_path: Path, terminal: Terminal) -> None:
    def parcel(name: str, *ring: tuple[float, float]) -> dict[str, object]:
        own = {"ten_co_so": name, "ngay_ghi_nhan": "2025-01-31"}
        return {
            "type": "Feature",
            "properties": own,
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }

    corners = [(106.71, 10.80), (106.72, 10.80), (106.72, 10.81), (106.71, 10.81)]
    bow = [corners[0], corners[2], corners[1], corners[3]]
    features = [parcel("Cơ sở Một", *corners), parcel("Cơ sở Hai", *bow)]
    path = written(tmp_path / "s.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    said = terminal.done(*of(city, path, "--yes"))
    assert "Nhận được 1 dòng; 1 dòng chờ sửa" in said and "QD241 × 1" in said and "tự cắt" in said
    (waiting,) = city.survey.waiting()
    assert waiting.original["geometry"].startswith("POLYGON")


def test_a_file_of_the_wrong_city_is_refused_or_waits_whole(city: Study, tmp_path: Path, terminal: Terminal) -> None:
    path = written(tmp_path / "s.csv", HEAD, *(f"H{k},Cơ sở {k},,105.8{k},21.0{k},900,1,2025-01-31" for k in range(5)))
    assert terminal.numbers(*of(city, path, "--yes")) == ["QD293"]
    said = terminal.done(*of(city, path, "--crs", "4326", "--yes"))
    assert "Nhận được 0 dòng; 5 dòng chờ sửa" in said and "QD281 × 5" in said
    assert city.survey.tables()["observation"].empty


def test_several_encodings_in_a_column_are_told_with_their_rows(
    city: Study, tmp_path: Path, terminal: Terminal
) -> None:
    names = ["Công ty Cơ khí Bình Thạnh", "Xưởng Gỗ Tân Tiến", "Hợp tác xã Dệt Thủ Đức", "Cơ sở Nhựa Phú Lộc"]
    rows = [f"A{k},{name},,106.71,10.8{k},900,1,2025-01-31" for k, name in enumerate(names)]
    old = f"A9,{write('Công ty Giày Đông Phương', 'tcvn3')},,106.72,10.82,900,1,2025-01-31"
    path = written(tmp_path / "s.csv", HEAD, *rows, old)
    (found,) = terminal.problems(*of(city, path, "--crs", "4326", "--yes"))
    assert found["number"] == "QD130"
    assert "tcvn3 1 (6)" in found["message_vi"] and "tcvn3 1 (6)" in found["message_en"]
    terminal.done(*of(city, path, "--crs", "4326", "--encoding", "mixed", "--yes"))
    assert city.survey.tables()["observation"]["name"].tolist() == [*names, "Công ty Giày Đông Phương"]


def test_a_formula_stays_text_and_computes_nothing_in_what_is_exported(
    city: Study, tmp_path: Path, terminal: Terminal
) -> None:
    link = '=HYPERLINK("http://vidu.invalid/x";"bấm vào đây")'
    quoted = '"' + link.replace('"', '""') + '"'
    path = written(tmp_path / "s.csv", HEAD, f"A1,{quoted},Phường Đông,106.71,10.81,900,1,2025-01-31")
    terminal.done(*of(city, path, "--crs", "4326", "--yes"))
    assert city.survey.tables()["observation"]["name"].tolist() == [link]
    made, entities = tmp_path / "form.xlsx", tmp_path / "entities.csv"
    terminal.done("form", city.folder, "--out", made, "--entities", entities)
    with entities.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_nothing_is_taken_without_the_word_of_the_user(city: Study, tmp_path: Path, terminal: Terminal) -> None:
    path = written(tmp_path / "s.csv", HEAD, GOOD)
    before = len(city.history())
    assert "Chưa lưu gì" in terminal.done(*of(city, path, "--crs", "4326"))
    assert len(city.history()) == before
