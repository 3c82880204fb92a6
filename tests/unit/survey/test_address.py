"""Addresses: the unit at their end, and where a row without coordinates is placed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from quydat.core.distance import distance_m
from quydat.dictionary.bulk import empty_bulk, typed_bulk
from quydat.dictionary.schema import tables
from quydat.survey.address import find_in_address, place_by_address
from quydat.survey.outlines import Outlines
from quydat.survey.units import Units

DAY = date(2024, 5, 1)
HCMC, BRVT = "Thành phố Hồ Chí Minh", "Tỉnh Bà Rịa - Vũng Tàu"
OLD = [
    ("o1", "Phường 12", "Quận 3", HCMC, "A"),
    ("o2", "Phường 12", "Quận 10", HCMC, "B"),
    ("o3", "Phường Tân Tạo A", "Quận Bình Tân", HCMC, "B C"),
    ("o4", "Phường Linh Đông", "Thành phố Thủ Đức", HCMC, "A"),
    ("o5", "Xã Bình Trung", "Huyện Châu Đức", BRVT, "D"),
]
NEW = {"A": "Phường Bàn Cờ", "B": "Phường An Lạc", "C": "Phường Tân Tạo", "D": "Xã Bình Giã"}


@pytest.fixture(scope="module")
def units() -> Units:
    names = ["old_unit_id", "old_name", "old_district", "old_province", "new_unit_id"]
    change = pd.DataFrame([(*row[:4], new) for row in OLD for new in row[4].split()], columns=names)
    change = change.assign(on="2025-07-01", basis="published", new_name=change["new_unit_id"].map(NEW))
    return Units(empty_bulk(tables()["unit"]), typed_bulk(change, tables()["unit_change"])[0])


@pytest.fixture(scope="module")
def outlines() -> Outlines:
    """New units of 0.1° side by side; D has no outline."""
    squares = [shapely.to_wkb(shapely.box(106 + i / 10, 10, 106.1 + i / 10, 10.1)) for i in range(3)]
    return Outlines(["A", "B", "C", "D"], [*squares, None])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("12 Lê Lợi, P. Tân Tạo A, Q. Bình Tân, TP.HCM", "o3"),
        ("12 le loi, tan tao a, binh tan, tphcm", "o3"),
        ("12 Lê Lợi, Phường Tân Tạo A, Quận Bình Tân, Thành phố Hồ Chí Minh, Việt Nam", "o3"),
        ("Lô 5 đường số 2 KCN Tân Tạo, P.Tân Tạo A, Q.Bình Tân", "o3"),
        ("12 Lê Lợi phường Tân Tạo A quận Bình Tân", "o3"),
        ("12 Lê Lợi - P. Tân Tạo A - Q. Bình Tân - TP.HCM", "o3"),
        ("12 Lê Lợi; Tân Tạo A; Bình Tân;", "o3"),
        ("12/3 Nguyễn Trãi, P12, Q10, TP HCM", "o2"),
        ("12/3 Nguyễn Trãi P.12 Q.3 TP.HCM", "o1"),
        ("5 Kha Vạn Cân, Linh Đông, TP. Thủ Đức, TP. Hồ Chí Minh", "o4"),
        ("Ấp 3, Xã Bình Trung, H. Châu Đức, Bà Rịa - Vũng Tàu", "o5"),
        ("Ấp 3, Xã Bình Trung, H. Châu Đức, Tỉnh BR-VT.", "o5"),
        ("12 Lê Lợi, Phường Bàn Cờ, TP.HCM", "A"),
        ("12 Lê Lợi, P. Tân Tạo A, KP 3, Q. Bình Tân", "o3"),
    ],
)
def test_the_unit_at_the_end_of_an_address(units: Units, address: str, expected: str) -> None:
    assert find_in_address(units, pd.Series([address]), day=DAY)["unit_id"].tolist() == [expected]


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("12 Lê Lợi, P.12, TP.HCM", "ambiguous"),
        ("12 Lê Lợi, P.12, Q.1, TP.HCM", "contradicted"),
        ("12, Lê Lợi, Q.3", "not_named"),  # a house number is no ward
        ("Linh Đông, chợ Cũ, Thủ Đức", "not_named"),  # a bare name with something foreign behind it
        ("Quận 3, TP.HCM", "not_named"),
        ("12 Lê Lợi, P. Tân Lập, Q. Bình Tân", "not_known"),
        ("", "not_named"),
        (None, "not_named"),
    ],
)
def test_addresses_that_do_not_name_one_unit(units: Units, address: str | None, state: str) -> None:
    found = find_in_address(units, pd.Series([address], dtype="str"), day=DAY)
    assert found["state"].tolist() == [state]
    assert found["unit_id"].isna().all()


def test_rows_are_placed_with_an_error_that_reaches_the_whole_unit(units: Units, outlines: Outlines) -> None:
    rows = pd.DataFrame(
        {
            "unit_name": ["P.12", None, "Tân Tạo A", "Bình Trung", None, "Phường 12"],
            "district_name": ["Quận 3", None, "Bình Tân", None, None, None],
            "address": [None, "1 Lê Lợi, P.12, Q.10", None, None, "1 Lê Lợi", "P.12, Q.10"],
        },
        index=[3, 1, 4, 15, 9, 2],
    ).astype("str")
    placed = place_by_address(units, rows, outlines, day=DAY)
    assert placed.index.tolist() == rows.index.tolist()
    found = placed["unit_id"].tolist()
    assert found[:2] == ["A", "B"]
    assert placed["unit_id"].isna().tolist() == [False, False, True, False, True, True]
    assert placed["named_id"].tolist()[:4] == ["o1", "o2", "o3", "o5"]
    assert placed["state"].tolist() == ["found"] * 4 + ["not_named", "ambiguous"]
    np.testing.assert_allclose(placed["longitude"][:3], [106.05, 106.15, 106.2])  # B and C together
    np.testing.assert_allclose(placed["latitude"][:3], 10.05)
    assert placed["longitude"][3:].isna().all()  # D has no outline
    far = [
        distance_m(np.array(x), np.array(10.05), np.array(x + w), np.array(10.0))
        for x, w in ((106.05, 0.05), (106.2, 0.1))
    ]
    np.testing.assert_allclose(placed["position_error_m"].to_numpy()[[0, 2]], [float(one) for one in far], rtol=1e-9)


def test_half_of_a_divided_unit_is_not_the_unit(units: Units) -> None:
    only_b = Outlines(["B"], [shapely.to_wkb(shapely.box(106, 10, 106.1, 10.1))])
    rows = pd.DataFrame({"unit_name": ["Tân Tạo A"]}, dtype="str")
    placed = place_by_address(units, rows, only_b, day=DAY)
    assert placed["longitude"].isna().all()
    own = Outlines(["o3", "B"], [shapely.to_wkb(shapely.box(106.4, 10, 106.5, 10.1))] * 2)
    assert place_by_address(units, rows, own, day=DAY)["unit_id"].tolist() == ["o3"]


def test_no_rows(units: Units, outlines: Outlines) -> None:
    rows = pd.DataFrame({"unit_name": [], "address": []}, dtype="str")
    assert place_by_address(units, rows, outlines, day=DAY).empty


def test_each_row_has_its_own_day(units: Units, outlines: Outlines) -> None:
    rows = pd.DataFrame({"address": ["1 X, P.12, Q.3", None, "1 X, Phường Bàn Cờ"]}, dtype="str")
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-01", "2026-01-01"]).astype("datetime64[s]"))
    assert place_by_address(units, rows, outlines, day=days)["unit_id"].dropna().tolist() == ["A", "A"]


def test_a_ward_of_another_city_is_not_taken_for_ours(units: Units) -> None:
    elsewhere = pd.Series(
        ["1 X, P. Tân Tạo A, Q. Hải Châu, Đà Nẵng", "1 X, P. Tân Tạo A, Đà Nẵng", "P. Tân Tạo A, Hà Nội, VN"]
    )
    assert find_in_address(units, elsewhere, day=DAY)["state"].tolist() == ["contradicted"] * 3
