"""The files of a made-up survey really hold what the answer sheet says, each read by another program."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
import openpyxl
import pandas as pd
import pyogrio.raw
import pytest
import python_calamine
import shapely

from quydat.core.crs import reproject
from quydat.formats.geopackage import layer_names
from quydat.formats.plain_csv import harmless_text
from quydat.formats.survey_files import write_survey
from quydat.survey.illustrative.plant_lines import REFUSED
from quydat.survey.illustrative.survey import IllustrativeSurvey, make_survey
from quydat.survey.legacy import decode

PARKS = pd.DataFrame(
    {
        "park_id": ["a", "b", "c"], "name_vi": ["Khu A", "Khu B", "Khu C"], "longitude": [106.5, 106.7, 106.9],
        "latitude": [10.6, 10.8, 11.0], "gross_area_ha": [400.0, 900.0, 300.0], "state": ["operating"] * 3,
    }
)  # fmt: skip
DISTRICT, REGISTER, PARCELS = "01-minh-hoa-quan-huyen.xlsx", "02-minh-hoa-so-dang-ky.csv", "03-minh-hoa-thua-dat.shp"
LAYERS, DRAWING, PROVINCE = "04-minh-hoa-lop-diem.gpkg", "07-minh-hoa-ban-ve.dxf", "08-minh-hoa-tinh-ba.xlsx"


@pytest.fixture(scope="module")
def survey() -> IllustrativeSurvey:
    return make_survey(seed=5, parks=PARKS)


@pytest.fixture(scope="module")
def folder(survey: IllustrativeSurvey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("survey")
    write_survey(survey, place)
    return place


def text_of(value: Any) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, np.datetime64):
        return str(value)[:10]
    return f"{value:.15g}" if isinstance(value, int | float | np.number) else str(value)


class Written:
    """Cells and shapes by file, sheet, row (from 1) and heading, as other programs read them."""

    def __init__(self, folder: Path, survey: IllustrativeSurvey) -> None:
        self.folder = folder
        self.places = {(page.file, page.sheet): page for page in survey.pages}
        self.read: dict[tuple[str, str], list[list[str]]] = {}
        self.shapes: dict[tuple[str, str], list[Any]] = {}

    def cell(self, file: str, sheet: str, row: int, column: str) -> str:
        page = self.places[file, sheet]
        place = [c.heading for c in page.columns].index(column)
        return self.rows(file, sheet)[row - 1][place]

    def rows(self, file: str, sheet: str) -> list[list[str]]:
        if (file, sheet) not in self.read:
            self.read[file, sheet] = getattr(self, f"_{Path(file).suffix[1:]}")(file, sheet)
        return self.read[file, sheet]

    def shape(self, file: str, sheet: str, row: int) -> Any:
        self.rows(file, sheet)
        return self.shapes[file, sheet][row - 1]

    def _xlsx(self, file: str, sheet: str) -> list[list[str]]:
        book = openpyxl.load_workbook(self.folder / file)
        return [[text_of(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True)]

    def _csv(self, file: str, _: str) -> list[list[str]]:
        data = (self.folder / file).read_bytes()
        if file == REGISTER:
            return list(csv.reader(io.StringIO(data.decode("latin-1"), newline=""), delimiter=";"))
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        assert rows[0][0] == "SubmissionDate"
        return [row[1:] for row in rows]

    def _layer(self, file: str, sheet: str, **how: Any) -> list[list[str]]:
        meta, _, shapes, columns = pyogrio.raw.read(self.folder / file, layer=sheet or None, **how)
        self.shapes[file, sheet] = list(shapely.from_wkb(shapes))
        order = [list(meta["fields"]).index(c.heading) for c in self.places[file, sheet].columns]
        return [[text_of(columns[k][row]) for k in order] for row in range(len(shapes))]

    def _shp(self, file: str, sheet: str) -> list[list[str]]:
        return self._layer(file, sheet, encoding="UTF-8")

    def _gpkg(self, file: str, sheet: str) -> list[list[str]]:
        return self._layer(file, sheet)

    def _geojson(self, file: str, sheet: str) -> list[list[str]]:
        return self._layer(file, sheet)

    def _kml(self, file: str, sheet: str) -> list[list[str]]:
        return self._layer(file, sheet)

    def _json(self, file: str, sheet: str) -> list[list[str]]:
        answers = json.loads((self.folder / file).read_text(encoding="utf-8"))
        return [[str(a.get(c.heading, "")) for c in self.places[file, sheet].columns] for a in answers]

    def _dxf(self, file: str, sheet: str) -> list[list[str]]:
        meta, _, shapes, columns = pyogrio.raw.read(self.folder / file)
        text = dict(zip(meta["fields"], columns, strict=True))["Text"]
        every = shapely.from_wkb(shapes)
        labels = [(shape, text[k]) for k, shape in enumerate(every) if shape.geom_type == "Point"]
        self.shapes[file, sheet] = list(every)
        return [
            [
                "".join(t for point, t in labels if shapely.Polygon(shape.coords).contains(point))
                if shape.geom_type != "Point"
                else "(label)"
            ]
            for shape in every
        ]


@pytest.fixture(scope="module")
def written(folder: Path, survey: IllustrativeSurvey) -> Written:
    return Written(folder, survey)


def test_every_cell_of_the_answer_sheet_is_in_its_file(written: Written, survey: IllustrativeSurvey):
    cells = survey.answers[survey.answers["row"].notna() & ~survey.answers["column"].isin(["", "geometry"])]
    assert len(cells) > 120
    for answer in cells.to_dict("records"):
        found = written.cell(answer["file"], answer["sheet"], answer["row"], answer["column"])
        assert found == answer["written"], answer


def test_every_shape_of_the_answer_sheet_is_in_its_file(written: Written, survey: IllustrativeSurvey):
    shapes = survey.answers[survey.answers["column"] == "geometry"]
    assert len(shapes) >= 12
    for answer in shapes.to_dict("records"):
        found = written.shape(answer["file"], answer["sheet"], answer["row"])
        wanted = shapely.from_wkt(answer["written"])
        assert shapely.equals_exact(found.normalize(), wanted.normalize(), tolerance=2e-3), answer
        assert found.is_valid == (answer["kind"] != "self_crossing")


def test_each_line_of_the_files_is_the_row_that_is_said(written: Written, survey: IllustrativeSurvey):
    for page in survey.pages:
        rows = survey.rows[(survey.rows["file"] == page.file) & (survey.rows["sheet"] == page.sheet)]
        read = written.rows(page.file, page.sheet)
        assert len(read) == max(number for number, _ in page.numbered()) + (
            page.form == "dxf" and read[-1] == ["(label)"]
        )
        if page.has("code"):
            codes = [written.cell(page.file, page.sheet, row, page.column("code").heading) for row in rows["row"]]
            bare = [str(code).removeprefix("uuid:") for code in codes] if page.form == "odk_json" else codes
            assert bare == rows["code"].tolist()


def test_untouched_numbers_and_days_are_the_truth(written: Written, survey: IllustrativeSurvey):
    truth = survey.truth.set_index("establishment_id")
    plain = survey.rows[(survey.rows["faults"] == "") & survey.rows["file"].isin([DISTRICT, LAYERS, PARCELS])]
    assert len(plain) > 300
    for row in plain.to_dict("records"):
        page = written.places[row["file"], row["sheet"]]
        for key in ("site_area_m2", "gross_floor_area_m2", "observed_on"):
            cell = written.cell(row["file"], row["sheet"], row["row"], page.column(key).heading)
            true = truth.loc[row["establishment_id"], key]
            assert cell == (text_of(true) if key != "observed_on" else str(true))


@pytest.mark.parametrize(
    ("layer", "epsg", "swapped"), [("diem_107_45", 5899, False), ("diem_utm", 3405, True), ("diem_do", 4756, False)]
)
def test_points_lie_where_they_truly_are_in_the_true_system(
    written: Written, survey: IllustrativeSurvey, layer: str, epsg: int, swapped: bool
):
    rows = survey.rows[survey.rows["sheet"] == layer]
    points = [written.shape(LAYERS, layer, row) for row in rows["row"]]
    x, y = np.array([p.x for p in points]), np.array([p.y for p in points])
    x, y = (y, x) if swapped else (x, y)
    lon, lat = reproject(x, y, source=epsg, target=4326)
    truth = survey.truth.set_index("establishment_id").loc[rows["establishment_id"]]
    assert np.allclose(lon, truth["longitude"], atol=2e-7)
    assert np.allclose(lat, truth["latitude"], atol=2e-7)
    declared = pyogrio.read_info(written.folder / LAYERS, layer=layer)["crs"]
    assert declared == {"diem_107_45": "EPSG:5899", "diem_utm": None, "diem_do": "EPSG:4326"}[layer]


def test_a_drawing_escapes_letters_as_older_programs_do(folder: Path, survey: IllustrativeSurvey):
    content = (folder / DRAWING).read_text(encoding="utf-8")
    escaped = survey.answers[survey.answers["kind"] == "old_letters_in_drawing"]
    names = survey.rows[survey.rows["file"] == DRAWING].set_index("row")["name"]
    for answer in escaped.to_dict("records"):
        assert answer["written"] in content
        plain = re.sub(r"\\U\+([0-9A-F]{4})", lambda m: chr(int(m[1], 16)), answer["written"])
        assert plain == names[answer["row"]]
    assert "AC1024" in content
    assert "ANSI_1252" in content


def test_old_letters_come_back_as_they_were(written: Written, survey: IllustrativeSurvey):
    book = openpyxl.load_workbook(written.folder / DISTRICT)
    first, second = book["Khu vực 1"], book["Khu vực 2"]
    assert (first["C8"].font.name, first["E8"].font.name) == (".VnTimeH", ".VnTime")
    assert second["C8"].font.name == second["E8"].font.name == "Times New Roman"
    rows = survey.rows[survey.rows["faults"] == ""]
    for sheet, encoding, file in (("Khu vực 2", "tcvn3", DISTRICT), ("", "vni", REGISTER)):
        own = rows[(rows["sheet"] == sheet) & (rows["file"] == file)]
        heading = written.places[file, sheet].column("name").heading
        cells = pd.Series([written.cell(file, sheet, row, heading) for row in own["row"]], dtype="str")
        assert decode(cells, encoding=encoding).text.tolist() == own["name"].tolist()


def test_heads_are_merged_and_lines_that_are_no_data_stand_where_the_sheet_says(
    written: Written, survey: IllustrativeSurvey
):
    book = openpyxl.load_workbook(written.folder / DISTRICT)
    assert {"A4:A5", "E4:G4", "R4:S4"} <= {str(r) for r in book["Khu vực 1"].merged_cells.ranges}
    other = survey.answers[survey.answers["expected"].str.startswith("left_out")]
    rows = survey.rows.set_index(["file", "sheet", "row"]).index
    for answer in other.to_dict("records"):
        assert (answer["file"], answer["sheet"], answer["row"]) not in rows
        cells = written.rows(answer["file"], answer["sheet"])[answer["row"] - 1]
        assert (answer["kind"] == "empty_row") == (not any(cells))
        if answer["kind"] == "title_row":
            assert any(cells)


def test_sub_totals_add_up_what_stands_above_them_where_nothing_was_planted(
    written: Written, survey: IllustrativeSurvey
):
    clean = make_survey(seed=5, parks=PARKS, faults=False)
    by_district = clean.rows[clean.rows["file"] == DISTRICT].groupby("district_name")["site_area_m2"].sum()
    totals = survey.answers[(survey.answers["kind"] == "subtotal") & (survey.answers["sheet"] == "Khu vực 3")]
    assert len(totals) > 2
    for answer in totals.to_dict("records"):
        cells = written.rows(DISTRICT, "Khu vực 3")[answer["row"] - 1]
        place = [c.key for c in written.places[DISTRICT, "Khu vực 3"].columns].index("site_area_m2")
        assert float(cells[place]) == by_district[answer["written"].removeprefix("Cộng ")]


def test_every_file_says_that_it_is_illustrative(folder: Path, survey: IllustrativeSurvey):
    offices = [path for path in folder.iterdir() if path.is_file()]
    assert all("-minh-hoa-" in path.name for path in offices)
    for name in ("05-minh-hoa-ban-quan-ly.geojson", "05-minh-hoa-diem-gps.kml", DRAWING, "06-minh-hoa-odk.csv",
                 "06-minh-hoa-kobo.json"):  # fmt: skip
        assert "SỐ LIỆU MINH HỌA / ILLUSTRATIVE" in (folder / name).read_text(encoding="utf-8")
    assert b"ILLUSTRATIVE" in (folder / REGISTER).read_bytes().splitlines()[0]
    for name in (DISTRICT, PROVINCE):
        book = openpyxl.load_workbook(folder / name)
        assert book.properties.title == "SỐ LIỆU MINH HỌA / ILLUSTRATIVE"
        assert "ILLUSTRATIVE" in str(book.worksheets[0]["A1"].value)
    with sqlite3.connect(folder / LAYERS) as connection:
        assert {d for (d,) in connection.execute("SELECT description FROM gpkg_contents")} == {
            "SỐ LIỆU MINH HỌA / ILLUSTRATIVE"
        }
    connection.close()


def test_what_is_missing_beside_the_shapefile_is_missing(folder: Path):
    assert {p.suffix for p in folder.glob("03-*")} == {".shp", ".shx", ".dbf"}
    assert pyogrio.read_info(folder / PARCELS)["crs"] is None


def test_repeats_add_up_and_belong_to_their_form(folder: Path, survey: IllustrativeSurvey):
    parts = pd.read_csv(folder / "06-minh-hoa-odk-building.csv")
    rows = survey.rows[(survey.rows["file"] == "06-minh-hoa-odk.csv") & (survey.rows["taken"] != "once")]
    sums = parts.groupby("PARENT_KEY")[["building_footprint_m2", "building_floor_m2"]].sum()
    assert set(sums.index) == set(rows["code"])
    assert (sums.loc[rows["code"], "building_floor_m2"].to_numpy() == rows["gross_floor_area_m2"].to_numpy()).all()
    assert parts["KEY"].is_unique
    for answer in json.loads((folder / "06-minh-hoa-kobo.json").read_text(encoding="utf-8")):
        floor = sum(float(p["buildings/building/building_floor_m2"]) for p in answer["buildings/building"])
        assert floor == float(answer["buildings/gross_floor_area_m2"])


def test_the_same_survey_the_same_bytes(folder: Path, survey: IllustrativeSurvey, tmp_path: Path):
    write_survey(make_survey(seed=5, parks=PARKS), tmp_path)
    first = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    second = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_answers_can_be_opened_in_a_spreadsheet_without_harm(folder: Path, survey: IllustrativeSurvey):
    for name in ("answers", "rows", "truth"):
        with (folder / "answers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell[:1] in "=@+" and cell] == []
    back = pd.read_csv(folder / "answers" / "answers.csv", dtype=str, keep_default_na=False)
    assert back["fault_id"].tolist() == survey.answers["fault_id"].tolist()
    assert back["written"].tolist() == [harmless_text(text) for text in survey.answers["written"]]


def test_units_and_outlines_come_with_the_files(folder: Path, survey: IllustrativeSurvey):
    path = folder / "00-minh-hoa-don-vi.gpkg"
    assert sorted(layer_names(path)) == ["park_outline", "unit"]
    meta, _, shapes, _ = pyogrio.raw.read(path, layer="unit")
    assert meta["crs"] == "EPSG:4326"
    assert shapely.equals_exact(
        shapely.from_wkb(shapes), shapely.from_wkb(survey.unit["outline"].to_numpy(object)), tolerance=0
    ).all()
    change = pd.read_csv(folder / "00-minh-hoa-don-vi-cu-moi.csv", encoding="utf-8-sig")
    assert change["on"].unique().tolist() == ["2025-07-01"]
    assert len(change) == len(survey.unit_change)


def test_locked_and_damaged_workbooks_are_what_they_are_called(folder: Path):
    refused = folder / "refused"
    assert {name for _, name in REFUSED} <= {path.name for path in refused.iterdir()}
    with pytest.raises(python_calamine.PasswordError):
        python_calamine.CalamineWorkbook.from_path(refused / "o-mat-khau.xlsx")
    for name in ("o-cat-cut.xlsx", "o-pdf.xlsx"):
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(refused / name)
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(refused / "o-hong.gpkg") as connection:
        connection.execute("SELECT * FROM sqlite_master").fetchall()
    connection.close()


def test_swollen_files_are_small_on_the_disk_and_large_within(folder: Path):
    refused = folder / "refused"
    with zipfile.ZipFile(refused / "o-phinh.xlsx") as bomb:
        assert bomb.testzip() is None
        assert sum(part.file_size for part in bomb.infolist()) > 1_200_000_000
    assert (refused / "o-phinh.xlsx").stat().st_size < 2_000_000
    laughs = (refused / "o-thuc-the.kml").read_text(encoding="utf-8")
    entities = dict(re.findall(r'<!ENTITY (a\d) "([^"]*)">', laughs))
    length: dict[str, int] = {}
    for name, value in entities.items():
        inner = re.findall(r"&(a\d);", value)
        length[name] = sum(length[i] for i in inner) if inner else len(value)
    assert length["a9"] == 10**10
    assert 'SYSTEM "file:' in (refused / "o-tro-ra-ngoai.kml").read_text(encoding="utf-8")
    with pytest.raises(Xml.ParseError):
        Xml.fromstring((refused / "o-tro-ra-ngoai.kml").read_bytes())  # noqa: S314 — made here


def test_the_other_refused_files(folder: Path):
    refused = folder / "refused"
    with (refused / "o-hai-cot.csv").open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    assert len(head) - len(set(head)) == 1
    assert (refused / "o-10-mb.csv").read_bytes().count(b"x") >= 10_000_000
    assert (refused / "o-rong.csv").read_bytes() == b""
    assert (refused / "o-thieu-dbf.shp").exists()
    assert not (refused / "o-thieu-dbf.dbf").exists()


def test_a_clean_survey_declares_its_systems_and_refuses_nothing(tmp_path: Path):
    survey = make_survey(seed=5, parks=PARKS, faults=False)
    write_survey(survey, tmp_path)
    assert not (tmp_path / "refused").exists()
    assert pyogrio.read_info(tmp_path / PARCELS)["crs"] == "EPSG:9210"
    assert [pyogrio.read_info(tmp_path / LAYERS, layer=name)["crs"] for name in layer_names(tmp_path / LAYERS)] == [
        "EPSG:5899", "EPSG:3405", "EPSG:4326",
    ]  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / DISTRICT)
    assert [str(r) for r in book["Khu vực 1"].merged_cells.ranges] == []
    assert book["Khu vực 1"]["C1"].value == "Tên cơ sở sản xuất"
    assert (tmp_path / REGISTER).read_text(encoding="utf-8").splitlines()[0].startswith("Mã số;Tên cơ sở;MST")
