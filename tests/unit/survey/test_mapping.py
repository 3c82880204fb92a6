"""Mappings as files, and sheets read by them."""

import json
from collections.abc import Mapping as Dict

import numpy as np
import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.survey.cells import CellForm
from quydat.survey.mapping import Mapping
from quydat.survey.old_letters import encode
from quydat.survey.sheet import Sheet
from quydat.survey.understand import apply


def sheet(columns: Dict[str, list[str | None]], **how: object) -> Sheet:
    cells = pd.DataFrame(columns, dtype="str")
    return Sheet("a.xlsx", "Trang 1", cells, np.arange(len(cells)) + 5, **how)  # type: ignore[arg-type]


FULL = Mapping(
    "observation",
    {"Tên DN": "name", 'DT "đất" \\ (ha)\n': "site_area_m2", "T\xadªn": "address"},
    {"Tên DN": "tcvn3", "T\xadªn": "mixed"},
    {
        'DT "đất" \\ (ha)\n': CellForm(decimal=",", factor=10000.0),
        "X": CellForm(decimal=".", digits=4, day_first=False),
    },
    x="X",
    y="Y",
    epsg=9210,
    swapped=True,
    missing_datum=True,
    defaults={"origin": "hcmc", "basis": "surveyed"},
    left_out=("STT", "a\tb"),
)


@pytest.mark.parametrize(
    "mapping", [FULL, Mapping("unit"), Mapping("unit_change", {"a": "on"}), Mapping("park_outline")]
)
def test_a_mapping_goes_through_its_file_unchanged(mapping: Mapping) -> None:
    assert Mapping.from_toml(mapping.to_toml()) == mapping
    assert Mapping.from_toml(mapping.to_toml()).to_toml() == mapping.to_toml()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("table = ", ["QD137"]),
        ("", ["table"]),
        ('table = "park"', ["table"]),
        ('table = "observation"\nhack = 1', ["hack"]),
        ('table = "observation"\ncolumns = 3', ["columns"]),
        ('table = "observation"\n[columns]\nA = "none"\nB = 3', ["columns.A", "columns.B"]),
        ('table = "observation"\n[columns]\nA = "name"\n[text]\nA = "viscii"\nZ = "vni"', ["text.A", "text.Z"]),
        (
            'table = "observation"\n[columns]\nA = "name"\n[forms.A]\ndecimal = ";"\nfactor = -1\n'
            "digits = 7\nday_first = 1\nx = 0",
            ["forms.A.decimal", "forms.A.factor", "forms.A.digits", "forms.A.day_first", "forms.A.x"],
        ),
        ('table = "observation"\n[columns]\nA = "name"\n[forms]\nA = 1\nB = {}', ["forms.A", "forms.B"]),
        (
            'table = "observation"\n[position]\nx = "X"\nepsg = true\nother = 1',
            ["position", "position.epsg", "position.other"],
        ),
        ('table = "observation"\n[position]\nx = "X"\ny = "X"\nepsg = 5', ["position.y", "position.epsg"]),
        ('table = "observation"\nleft_out = ["A", 3]\n[columns]\nA = "name"', ["left_out.1", "left_out.A"]),
        ('table = "observation"\n[defaults]\nbasiss = "x"', ["defaults.basiss"]),
        ('table = "observation"\n[columns]\nA = "name"\nB = "name"', ["QD135"]),
        ('table = "observation"\n[forms.A]\nfactor = inf', ["forms.A", "forms.A.factor"]),
    ],
)
def test_all_that_is_wrong_in_a_file_is_told_at_once(text: str, keys: list[str]) -> None:
    with pytest.raises(Problems) as caught:
        Mapping.from_toml(text, file="m.toml")
    told = [one.facts["key"] if one.number == "QD138" else one.number for one in caught.value.found]
    assert sorted(told) == sorted(keys)
    assert {one.place.file for one in caught.value.found} == {"m.toml"}


def test_a_sheet_is_read_and_its_rows_keep_their_original() -> None:
    read = sheet({"Tên DN": ["C«ng ty §«ng ¸", None], "DT (ha)": ["0,5", "x"], "Khác": ["a", None]})
    mapping = Mapping(
        "observation",
        {"Tên DN": "name", "DT (ha)": "site_area_m2"},
        {"Tên DN": "tcvn3"},
        {"DT (ha)": CellForm(decimal=",", factor=10000.0)},
        defaults={"basis": "surveyed"},
    )
    found = apply(read, mapping)
    assert found.raw.fillna("").to_dict("records") == [
        {"name": "Công ty Đông á", "site_area_m2": "5000", "basis": "surveyed"},
        {"name": "", "site_area_m2": "x", "basis": "surveyed"},
    ]
    assert [note.number for note in found.notes] == ["QD132"]
    assert found.changed == {"name": 1, "site_area_m2": 1}
    assert json.loads(found.original(1)) == {"Tên DN": None, "DT (ha)": "x", "Khác": None}


def test_defaults_fill_only_what_is_missing() -> None:
    found = apply(
        sheet({"Ngày": ["1/7/2025", None]}),
        Mapping("observation", {"Ngày": "observed_on"}, defaults={"observed_on": "2026-01-01"}),
    )
    assert found.raw["observed_on"].tolist() == ["2025-07-01", "2026-01-01"]


def test_headings_that_are_not_there_are_refused_all_at_once() -> None:
    with pytest.raises(Problems) as caught:
        apply(sheet({"Tên": ["a"]}), Mapping("observation", {"Ten": "name", "MST": "tax_code"}, x="X", y="Y"))
    assert [one.number for one in caught.value.found] == ["QD139"] * 4
    assert caught.value.found[0].facts["nearest"] == "Tên"


NAMES = ["Công ty May Đông Á", "Xí nghiệp Gỗ Tân Thành", "Nhà máy Thép Việt"]
OLD = encode(pd.Series(["Xưởng Dệt Thành Đạt"]), encoding="vni").tolist()


def test_rows_of_another_encoding_wait_unless_each_is_read_by_its_own() -> None:
    read = sheet({"Tên": [*NAMES, *OLD]})
    said: list[dict[str, str]] = [{}, {"Tên": "unicode"}]
    for text in said:
        found = apply(read, Mapping("observation", {"Tên": "name"}, text))
        told = [(f.position, f.problem.number, f.problem.place.row) for f in found.faults]
        assert told == ([(3, "QD218", 8)] if not text else [])  # what the user has said is not doubted
    mixed = apply(read, Mapping("observation", {"Tên": "name"}, {"Tên": "mixed"}))
    assert mixed.raw["name"].tolist() == [*NAMES, "Xưởng Dệt Thành Đạt"]
    assert mixed.faults == ()


def test_a_column_declared_in_a_wrong_encoding_waits_whole() -> None:
    found = apply(sheet({"Tên": [*NAMES]}), Mapping("observation", {"Tên": "name"}, {"Tên": "tcvn3"}))
    assert [fault.position for fault in found.faults] == [0, 1, 2]


def test_coordinates_become_numbers_and_bad_ones_faults() -> None:
    read = sheet({"X": ["603.456,7", "-", "abc"], "Y": ["1193456", None, "1.193.456"]})
    found = apply(read, Mapping("observation", x="X", y="Y"))
    assert found.x is not None and found.y is not None
    np.testing.assert_array_equal(found.x, [603456.7, np.nan, np.nan])
    np.testing.assert_array_equal(found.y, [1193456, np.nan, 1193456])
    assert [(f.position, f.problem.number, f.problem.place.row) for f in found.faults] == [(2, "QD205", 7)]


def test_restored_zeros_are_noted_and_faults_carry_their_row() -> None:
    found = apply(sheet({"MST": ["300588569", "0300588568"]}), Mapping("observation", {"MST": "tax_code"}))
    wrong, restored = found.notes
    assert (wrong.number, wrong.place.shown("en")) == ("QD214", "a.xlsx, sheet Trang 1, row 6, column MST")
    assert restored.number == "QD217"
    assert found.faults == ()


def test_a_sheet_without_rows() -> None:
    found = apply(
        sheet({"Tên": []}), Mapping("observation", {"Tên": "name"}, {"Tên": "vni"}, defaults={"basis": "surveyed"})
    )
    assert found.raw.shape == (0, 2)
