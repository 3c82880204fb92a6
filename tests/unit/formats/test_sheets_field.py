"""Results of ODK and KoboToolbox as their servers export them."""

import json
from pathlib import Path

import openpyxl
import pytest
import shapely
from tests.support import survey_files as made

from quydat.core.problem import Problems
from quydat.formats.sheets import original_bytes_of, read_sheets
from quydat.survey.sheet import Sheet

ODK = (
    "SubmissionDate,meta-instanceID,chung-ten,chung-vi_tri-Latitude,chung-vi_tri-Longitude,chung-vi_tri-Altitude,"
    "chung-vi_tri-Accuracy,anh,ranh,SET-OF-nha,KEY\n"
    "2025-08-01T02:03:04Z,uuid:1,Công ty A,10.75,106.6,3,4.5,1754.jpg,"
    '"10.0 106.0 0 0; 10.0 106.1 0 0; 10.1 106.1 0 0; 10.0 106.0 0 0",uuid:1/nha,uuid:1\n'
    "2025-08-01T02:05:04Z,uuid:2,Công ty B,10.76,106.7,3,4.5,,,uuid:2/nha,uuid:2\n"
)
REPEAT = "tang,dien_tich-san,PARENT_KEY,KEY\n2,1200,uuid:1,uuid:1/nha[1]\n1,300,uuid:1,uuid:1/nha[2]\n"
RANH = shapely.Polygon([(106.0, 10.0), (106.1, 10.0), (106.1, 10.1), (106.0, 10.0)])


def cells(sheet: Sheet) -> dict[str, list[str | None]]:
    return {name: [None if c != c else c for c in column] for name, column in sheet.cells.to_dict("list").items()}


def as_odk(sheets: list[Sheet]) -> None:
    main, repeat = sheets
    assert (main.form, main.name, main.epsg, repeat.form, repeat.name) == ("odk", "", 4326, "odk", "nha")
    assert cells(main)["ten"] == ["Công ty A", "Công ty B"]
    assert [cells(main)[part] for part in ("latitude", "longitude", "accuracy")] == [
        ["10.75", "10.76"], ["106.6", "106.7"], ["4.5", "4.5"],
    ]  # fmt: skip
    assert cells(main)["KEY"] == ["uuid:1", "uuid:2"]
    assert cells(main)["anh"] == ["1754.jpg", None]
    assert main.shapes is not None
    assert shapely.from_wkb(main.shapes[0]).equals(RANH)
    assert main.shapes[1] is None
    assert cells(repeat) == {
        "tang": ["2", "1"], "san": ["1200", "300"], "PARENT_KEY": ["uuid:1"] * 2,
        "KEY": ["uuid:1/nha[1]", "uuid:1/nha[2]"],
    }  # fmt: skip


def test_odk_with_its_repeats_beside_it(tmp_path: Path):
    (tmp_path / "co so.csv").write_text(ODK)
    (tmp_path / "co so-nha.csv").write_text(REPEAT)
    (tmp_path / "co so-khac.csv").write_text("a,b\n1,2\n")
    as_odk(read_sheets(tmp_path / "co so.csv"))
    assert [name for name, _ in original_bytes_of(tmp_path / "co so.csv")] == ["co so.csv", "co so-nha.csv"]
    [repeat] = read_sheets(tmp_path / "co so.csv", layer="nha")
    assert repeat.numbers.tolist() == [2, 3]


def test_odk_in_one_archive(tmp_path: Path):
    parts = {"co so.csv": ODK.encode(), "co so-nha.csv": REPEAT.encode(), "media/1754.jpg": b"\xff\xd8"}
    (tmp_path / "a.zip").write_bytes(made.zipped(parts))
    as_odk(read_sheets(tmp_path / "a.zip"))


def test_odk_answers_of_odata(tmp_path: Path):
    place = {"type": "Point", "coordinates": [106.6, 10.75, 3.0]}
    ring = [[106.0, 10.0, 0], [106.1, 10.0, 0], [106.1, 10.1, 0], [106.0, 10.0, 0]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    value = [
        {
            "__id": "uuid:1", "__system": {"submissionDate": "2025-08-01T02:03:04Z"}, "meta": {"instanceID": "uuid:1"},
            "chung": {"ten": "A", "vi_tri": place | {"properties": {"accuracy": 4.5}}}, "ranh": outline,
            "nha": [{"__id": "r1", "tang": 2}, {"__id": "r2", "tang": None}], "anh": "1754.jpg",
        }
    ]  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps({"value": value}))
    main, repeat = read_sheets(tmp_path / "a.json")
    assert cells(main)["ten"] == ["A"]
    assert [cells(main)[p] for p in ("latitude", "longitude", "altitude", "accuracy")] == [
        ["10.75"],
        ["106.6"],
        ["3.0"],
        ["4.5"],
    ]
    assert main.shapes is not None
    assert shapely.from_wkb(main.shapes[0]).equals(RANH)
    assert cells(main)["KEY"] == ["uuid:1"]
    assert cells(repeat) == {
        "__id": ["r1", "r2"],
        "tang": ["2", None],
        "KEY": ["r1", "r2"],
        "PARENT_KEY": ["uuid:1"] * 2,
    }


def test_kobo_answers(tmp_path: Path):
    results = [
        {
            "_id": 7, "_uuid": "u1", "_submission_time": "2025-08-01T02:03:04", "chung/ten": "A", "rieng/ten": "B",
            "chung/vi_tri": "10.75 106.6 0 4.5", "anh": "1754.jpg", "_geolocation": [10.75, 106.6],
            "_attachments": [{"filename": "user/attachments/x/1754.jpg", "id": 3}],
            "nha": [{"nha/tang": 2, "nha/may": [{"nha/may/ten": "tiện"}]}, {"nha/tang": 1}],
        }
    ]  # fmt: skip
    (tmp_path / "k.json").write_text(json.dumps({"count": 1, "results": results}))
    main, buildings, machines = read_sheets(tmp_path / "k.json")
    assert cells(main)["chung/ten"] == ["A"]
    assert cells(main)["rieng/ten"] == ["B"]
    assert cells(main)["_attachments"] == ["1754.jpg"]
    assert (cells(main)["_uuid"], cells(main)["KEY"]) == (["u1"], ["u1"])
    assert (buildings.name, cells(buildings)["KEY"]) == ("nha", ["u1/nha[1]", "u1/nha[2]"])
    assert (machines.name, cells(machines)["PARENT_KEY"]) == ("may", ["u1/nha[1]"])


def test_kobo_geojson(tmp_path: Path):
    feature = {
        "type": "Feature",
        "properties": {"_uuid": "u", "ten": "A"},
        "geometry": {"type": "Point", "coordinates": [1, 2]},
    }
    (tmp_path / "k.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    [sheet] = read_sheets(tmp_path / "k.geojson")
    assert (sheet.form, sheet.epsg, cells(sheet)["KEY"]) == ("odk", 4326, ["u"])
    assert sheet.shapes is not None
    assert shapely.from_wkb(sheet.shapes[0]) == shapely.Point(1, 2)


def test_kobo_workbook_ties_repeats_by_their_index(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.title = "co so"
    for row in (["ten", "_id", "_uuid", "_submission_time", "_index"], ["A", 5, "u1", "x", 1], ["B", 6, "u2", "x", 2]):
        book.active.append(row)
    repeat = book.create_sheet("nha")
    for row in (["tang", "_index", "_parent_table_name", "_parent_index"], [3, 1, "co so", 2], [4, 2, "co so", 1]):
        repeat.append(row)
    book.save(tmp_path / "k.xlsx")
    main, buildings = read_sheets(tmp_path / "k.xlsx")
    assert (main.form, cells(main)["KEY"]) == ("odk", ["u1", "u2"])
    assert cells(buildings)["PARENT_KEY"] == ["u2", "u1"]


def test_two_points_keep_the_names_of_their_questions(tmp_path: Path):
    (tmp_path / "a.csv").write_text("SubmissionDate,a,b,KEY\nx,10 106 0 0,11 107 0 5,k\ny,,12 108 0 5,l\n")
    [sheet] = read_sheets(tmp_path / "a.csv")
    assert cells(sheet)["a latitude"] == ["10", None]
    assert cells(sheet)["b accuracy"] == ["5", "5"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('{"results": []}', "QD117"),
        ('{"a": 1}', "QD104"),
        ('[{"ten": 1}]', "QD104"),
        ('{"results": [{"_uuid"', "QD101"),
        ('{"results": [{"_uuid": "\\ud800"}]}', "QD101"),
        ("[" * 100_000, "QD101"),
        ('{"results": [{"_uuid": "u", "a": ' + '{"b": ' * 200 + "1" + "}" * 202 + "]}", "QD101"),
    ],
)
def test_json_of_something_else(tmp_path: Path, text: str, number: str):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(Problems) as error:
        read_sheets(tmp_path / "a.json")
    assert [p.number for p in error.value.found] == [number]
