"""Units of all times: a small city of which everything can be counted by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.dictionary.bulk import empty_bulk, typed_bulk
from quydat.dictionary.schema import tables
from quydat.survey.unit_names import district_keys, province_keys, ward_keys
from quydat.survey.units import Units

HCMC, BRVT = "Thành phố Hồ Chí Minh", "Tỉnh Bà Rịa - Vũng Tàu"
OLD = [  # id, name, district, province, new ids
    ("o1", "Phường 12", "Quận 3", HCMC, "A"),
    ("o2", "Phường 12", "Quận 10", HCMC, "B"),
    ("o3", "Phường An Lạc", "Quận Bình Tân", HCMC, "B C"),
    ("o4", "Phường Bình Trưng", "Thành phố Thủ Đức", HCMC, "C"),
    ("o5", "Xã Bình Trung", "Huyện Châu Đức", BRVT, "D"),
    ("o6", "Thị trấn Tân Túc", "Huyện Bình Chánh", HCMC, "A"),
    ("o7", "Huyện Côn Đảo", "Huyện Côn Đảo", BRVT, "E"),
    ("F", "Xã Long Sơn", "Thành phố Vũng Tàu", BRVT, "F"),
]
NEW = {"A": "Phường Bàn Cờ", "B": "Phường An Lạc", "C": "Phường Tân Tạo", "D": "Xã Bình Giã", "E": "Đặc khu Côn Đảo",
       "F": "Xã Long Sơn"}  # fmt: skip
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def change_table(rows: list[tuple[str, ...]]) -> pd.DataFrame:
    raw = [(one, new, "2025-07-01", name, district, province, NEW[new], "published")
           for one, name, district, province, into in rows for new in into.split()]  # fmt: skip
    names = ["old_unit_id", "new_unit_id", "on", "old_name", "old_district", "old_province", "new_name", "basis"]
    made, faults = typed_bulk(pd.DataFrame(raw, columns=names), tables()["unit_change"])
    assert faults == []
    return made


def unit_table() -> pd.DataFrame:
    kinds = {"Phường": "ward", "Xã": "commune", "Đặc": "special_zone"}
    raw = {"unit_id": list(NEW), "name_vi": list(NEW.values()), "basis": "published", "province_name": HCMC,
           "unit_kind": [kinds[name.split()[0]] for name in NEW.values()],
           "valid_from": [None if one == "F" else "2025-07-01" for one in NEW]}  # fmt: skip
    made, faults = typed_bulk(pd.DataFrame(raw), tables()["unit"])
    assert faults == []
    return made


UNITS = Units(unit_table(), change_table(OLD))


def text(*cells: str | None) -> "pd.Series[str]":
    return pd.Series(cells, dtype="str")


def find(unit: str | None, district: str | None = None, province: str | None = None, day: date = AFTER) -> list[object]:
    found = UNITS.find(text(unit), text(district), text(province), day=day).iloc[0]
    return [None if one != one else one for one in found]


def test_the_two_ways_of_the_crosswalk() -> None:
    there = UNITS.old_to_new(["o1", "o3", "F", "nobody"])
    assert there.values.tolist() == [
        ["o1", "A", False], ["o3", "B", True], ["o3", "C", True], ["F", "F", False], ["nobody", "nobody", False],
    ]  # fmt: skip
    back = UNITS.new_to_old(["A", "B"])
    assert back.values.tolist() == [["A", "o1", False], ["A", "o6", False], ["B", "o2", False], ["B", "o3", True]]
    assert UNITS.old_to_new(["o1"], day=BEFORE)["new_unit_id"].tolist() == ["o1"]
    assert UNITS.new_to_old(["A"], day=AFTER)["old_unit_id"].tolist() == ["A"]


def test_units_on_a_day() -> None:
    assert UNITS.on(BEFORE)["unit_id"].tolist() == ["F"]
    assert UNITS.on(AFTER)["unit_id"].tolist() == list(NEW)


@pytest.mark.parametrize(
    ("unit", "district", "province", "expected"),
    [
        ("P.12", "Q3", "TP.HCM", "o1"),
        ("12", "quan 10", None, "o2"),
        ("phường 012", "Quận 10", "Sài Gòn", "o2"),
        ("AN LAC", "Q. Bình Tân", None, "o3"),  # a district is named: the old one
        ("TT Tân Túc", "H.Bình Chánh", "Tp HCM", "o6"),
        ("thi tran tan tuc", None, None, "o6"),
        ("Bình Trưng", "Thủ Đức", None, "o4"),
        ("Bình Trưng", None, None, "o4"),  # the accents tell it from Bình Trung
        ("Xã Bình Trung", None, None, "o5"),
        ("Bình Trung", None, "BR-VT", "o5"),
        ("An Lạc", None, None, "B"),  # no district: the living one
        ("Phường Bàn Cờ", "Quận 3", None, "A"),  # made of a ward of that district
        ("Huyện Côn Đảo", None, None, "o7"),
        (None, "Huyện Côn Đảo", None, "o7"),
        ("Côn Đảo", None, None, "E"),
        ("Long Sơn", "TP Vũng Tàu", None, "F"),
        ("Long Sơn", None, "Hồ Chí Minh", "F"),
        ("Long Sơn", None, "Bà Rịa–Vũng Tàu", "F"),
    ],
)
def test_one_name(unit: str | None, district: str | None, province: str | None, expected: str) -> None:
    assert find(unit, district, province) == [expected, "found", expected]


def test_on_the_day_before_the_old_unit_is_meant() -> None:
    assert find("An Lạc", day=BEFORE)[0] == "o3"
    assert find("Phường Bàn Cờ", day=BEFORE)[0] == "A"  # there is no other of that name


def test_what_is_not_found_is_not_guessed() -> None:
    assert find("Phường 12") == [None, "ambiguous", "o1;o2"]
    assert find("binh trung") == [None, "ambiguous", "o4;o5"]
    assert find("Phường 12", "Quận 1") == [None, "contradicted", "o1;o2"]
    assert find("Phường 12", None, "Bình Dương") == [None, "contradicted", "o1;o2"]
    assert find("Phường 13", "Quận 3") == [None, "not_known", None]
    assert find(None, "Quận 3") == [None, "not_named", None]
    assert find(" - ") == [None, "not_named", None]


def test_each_row_has_its_day_and_keeps_its_index() -> None:
    names = text("An Lạc", "An Lạc", None).set_axis([5, 2, 9])
    days = pd.Series(pd.to_datetime(["2025-06-30", "2025-07-01", None])).astype("datetime64[s]")
    none = text(None, None, None)
    found = UNITS.find(names, none, none, day=days)
    assert found.index.tolist() == [5, 2, 9]
    assert found["unit_id"].tolist()[:2] == ["o3", "B"]
    assert UNITS.find(text(), text(), text(), day=AFTER).empty


def test_faults_of_names_say_which_units_could_be_meant() -> None:
    names, districts = text("P.12", "P.12", "P.99", None), text(None, "Q3", None, None)
    found = UNITS.find(names, districts, text(None, None, None, None), day=AFTER)
    faults = UNITS.faults(found, names, numbers=[11, 12, 13, 14])
    assert [(f.position, f.problem.number, f.problem.place.row) for f in faults] == [(0, "QD247", 11), (2, "QD248", 13)]
    assert faults[0].problem.facts["candidates"] == "Phường 12 (Quận 3); Phường 12 (Quận 10)"
    assert UNITS.faults(found, names)[1].problem.place.row == 4


def test_a_code_of_two_units_and_a_change_without_a_day_are_refused() -> None:
    twice = change_table([*OLD, ("o1", "Phường 9", "Quận 3", HCMC, "B")])
    twice.loc[0, "on"] = pd.NaT
    with pytest.raises(Problems) as refused:
        Units(unit_table(), twice)
    assert [(p.number, p.facts.get("unit")) for p in refused.value.found] == [("QD246", None), ("QD245", "o1")]


def test_an_old_unit_whose_code_a_new_one_took_over_is_told_by_code_and_day() -> None:
    taken_over = change_table([*OLD, ("A", "Phường 9", "Quận 3", HCMC, "B")])
    units = Units(unit_table(), taken_over)
    none = text(None)
    before = units.find(text("P.9"), text("Quận 3"), none, day=BEFORE)
    assert before["unit_id"].tolist() == ["A/2025-07-01"]
    assert units.old_to_new(["A/2025-07-01"])["new_unit_id"].tolist() == ["B"]
    assert units.called()["A/2025-07-01"] == "Phường 9 (Quận 3)"
    assert "A" in units.called()


def test_two_changes_one_after_the_other() -> None:
    first = change_table([("o8", "Phường Linh Đông", "Quận Thủ Đức", HCMC, "A")])
    first["on"] = np.array(["2021-01-01"], "datetime64[s]")
    first["new_unit_id"], first["new_name"] = "o1", "Phường 12"
    units = Units(empty_bulk(tables()["unit"]), pd.concat([change_table(OLD), first], ignore_index=True))
    assert units.old_to_new(["o8"])["new_unit_id"].tolist() == ["A"]
    assert units.old_to_new(["o8"], day=date(2023, 1, 1))["new_unit_id"].tolist() == ["o1"]
    assert units.new_to_old(["A"])["old_unit_id"].tolist() == ["o6", "o8"]
    assert units.new_to_old(["A"], day=date(2023, 1, 1))["old_unit_id"].tolist() == ["o1", "o6"]


def test_keys() -> None:
    wards = ward_keys(
        text("Phường 1", "P1", "p 01", "X. Bình Mỹ", "TT.Củ Chi", "Đặc khu Côn Đảo", "Phú Mỹ", None, "P.")
    )
    assert wards.key.to_pylist() == ["1", "1", "1", "binhmy", "cuchi", "condao", "phumy", None, None]
    assert wards.kind.to_pylist()[:7] == ["ward"] * 3 + ["commune", "township", "special_zone", ""]
    districts = district_keys(text("TX. Phú Mỹ", "TP.Phú Mỹ", "Q.01", "h. Nhà Bè", "Tân Phú", None))
    assert districts.to_pylist() == ["phumy", "phumy", "1", "nhabe", "tanphu", None]
    provinces = province_keys(text("tp hcm", "TPHCM", "T. Bình Dương", "Bà Rịa – Vũng Tàu", "TP. Hồ Chí Minh"))
    assert provinces.to_pylist() == ["hochiminh", "hochiminh", "binhduong", "bariavungtau", "hochiminh"]
