"""The real crosswalk of the city's units, and rows placed in the real wards."""

from datetime import date

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from tests.support.real_units import OUTLINES, THERE, real_units, ward_map

from quydat.core.crs import reproject
from quydat.core.distance import distance_m
from quydat.survey.address import find_in_address, place_by_address
from quydat.survey.outlines import Outlines
from quydat.survey.projection import propose_projection, to_wgs84
from quydat.survey.units import Units

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not THERE, reason="the units of the city (QUYDAT_REAL_DATA) are not on this machine"),
]
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def units() -> Units:
    return Units(*real_units())


@pytest.fixture(scope="module")
def olds() -> pd.DataFrame:
    rows = ward_map()
    rows["id"] = "old-" + rows["old_ward_code"].fillna(rows["old_district_code"])
    return rows


@pytest.fixture(scope="module")
def outlines() -> Outlines:
    import pyogrio

    wards = pyogrio.read_dataframe(OUTLINES, layer="wards_168")
    return Outlines(wards["ward_code"].astype("str").tolist(), list(shapely.to_wkb(wards.geometry.to_numpy())))


def none(count: int) -> "pd.Series[str]":
    return pd.Series([None] * count, dtype="str")


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_all_441_old_wards_and_the_island_district_are_found(units: Units, olds: pd.DataFrame, day: date) -> None:
    each = olds.drop_duplicates("id").reset_index(drop=True)
    assert each["old_ward_code"].notna().sum() == 441
    found = units.find(each["old_ward"], each["old_district"], each["old_province"], day=day)
    assert found["unit_id"].tolist() == each["id"].tolist()
    bare = each["old_district"].str.replace(r"^(Quận|Huyện|Thành phố) ", "", regex=True).str.upper()
    found = units.find(each["old_ward"].str.lower(), bare, none(len(each)), day=day)
    assert found["unit_id"].tolist() == each["id"].tolist()


def test_all_168_new_units_are_found_by_their_name_alone(units: Units, olds: pd.DataFrame) -> None:
    new = olds.drop_duplicates("new_ward_code").reset_index(drop=True)
    assert len(new) == 168
    found = units.find(new["new_ward"], none(168), none(168), day=AFTER)
    assert found["unit_id"].tolist() == new["new_ward_code"].tolist()
    address = "1 Lê Lợi, " + new["new_ward"] + ", TP.HCM"
    assert find_in_address(units, address, day=AFTER)["unit_id"].tolist() == new["new_ward_code"].tolist()


def test_names_that_several_old_wards_share_are_ambiguous_and_no_other(units: Units, olds: pd.DataFrame) -> None:
    """Counted by the plain names in the file: no district given, a name is clear if one old unit has it."""
    each = olds.drop_duplicates("id").reset_index(drop=True)
    shared = each.groupby("old_ward")["id"].transform("size") > 1
    found = units.find(each["old_ward"], none(len(each)), none(len(each)), day=BEFORE)
    assert (found["state"] == "ambiguous").tolist() == shared.tolist()
    assert found["unit_id"][~shared].tolist() == each["id"][~shared].tolist()
    assert shared.sum() == 145
    twelve = found["candidates"][each["old_ward"] == "Phường 12"].iloc[0].split(";")
    assert len(twelve) == (each["old_ward"] == "Phường 12").sum() > 5


def test_addresses_as_they_are_written(units: Units, olds: pd.DataFrame) -> None:
    each = olds[olds["old_ward_code"].notna()].drop_duplicates("id").reset_index(drop=True)
    short = {
        "Phường ": "P.",
        "Xã ": "X.",
        "Thị trấn ": "TT.",
        "Quận ": "Q.",
        "Huyện ": "H.",
        "Thành phố ": "TP.",
        "Tỉnh ": "",
    }
    written = "Số 1, đường A, " + each["old_ward"] + ", " + each["old_district"] + ", " + each["old_province"]
    for long, brief in short.items():
        written = written.str.replace(long, brief)
    assert find_in_address(units, written, day=BEFORE)["unit_id"].tolist() == each["id"].tolist()


def test_there_and_back(units: Units, olds: pd.DataFrame) -> None:
    there = units.old_to_new(olds["id"].unique())
    assert set(zip(there["old_unit_id"], there["new_unit_id"], strict=True)) == set(
        zip(olds["id"], olds["new_ward_code"], strict=True)
    )
    back = units.new_to_old(olds["new_ward_code"].unique())
    assert set(zip(back["old_unit_id"], back["new_unit_id"], strict=True)) == set(
        zip(olds["id"], olds["new_ward_code"], strict=True)
    )
    divided = there.groupby("old_unit_id")["divided"].first()
    said = olds.groupby("id")["is_divided"].first() == "True"
    assert divided.astype(bool).to_dict() == said.to_dict()


def test_old_wards_are_placed_in_what_became_of_them(units: Units, olds: pd.DataFrame, outlines: Outlines) -> None:
    each = olds.drop_duplicates("id").reset_index(drop=True)
    rows = each.rename(columns={"old_ward": "unit_name", "old_district": "district_name"})
    placed = place_by_address(units, rows, outlines, day=BEFORE)
    assert (placed["state"] == "found").all()
    assert placed["unit_id"].isna().tolist() == (olds.groupby("id")["new_ward_code"].nunique()[each["id"]] > 1).tolist()
    index = {one: at for at, one in enumerate(outlines.ids)}
    for one, row in zip(each["id"], placed.itertuples(), strict=True):
        corners = shapely.get_coordinates(
            outlines.polygons[[index[new] for new in olds.loc[olds["id"] == one, "new_ward_code"]]]
        )
        away = distance_m(np.array(row.longitude), np.array(row.latitude), corners[:, 0], corners[:, 1])
        assert away.max() == pytest.approx(row.position_error_m, rel=1e-9)


def places(outlines: Outlines, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places in the wards of the mainland, each ward as likely as the other."""
    rng = np.random.default_rng(4)
    west, south, east, north = shapely.bounds(outlines.polygons).T
    which = rng.choice(np.flatnonzero(south > 10), count * 8)
    lon, lat = rng.uniform(west[which], east[which]), rng.uniform(south[which], north[which])
    at = outlines.locate(lon, lat)
    inside = np.flatnonzero(at >= 0)[:count]
    return lon[inside], lat[inside], at[inside]


@pytest.mark.parametrize("epsg", [9210, 5899, 3405, 32648, 4326, 4756])
@pytest.mark.parametrize("swapped", [False, True])
def test_projections_against_the_real_wards(outlines: Outlines, epsg: int, swapped: bool) -> None:
    lon, lat, named = places(outlines, 600)
    x, y = reproject(lon, lat, source=4326, target=epsg)
    pair = (y, x) if swapped else (x, y)
    found = propose_projection(*pair, outlines, named=named, rng=np.random.default_rng(1))[0]
    assert (found.epsg, found.swapped, found.missing_datum, found.sure) == (epsg, swapped, False, True)
    back = to_wgs84(*pair, epsg=found.epsg, swapped=found.swapped)
    np.testing.assert_allclose(back[:2], [lon, lat], atol=1e-9)


def test_226_m_are_seen_in_the_real_wards(outlines: Outlines) -> None:
    lon, lat, named = places(outlines, 600)
    x, y = pyproj.Proj(9210)(lon, lat)
    found = propose_projection(x, y, outlines, named=named, rng=np.random.default_rng(1))
    assert (found[0].epsg, found[0].missing_datum, found[0].sure) == (9210, True, True)
    plain = next(one for one in found if (one.epsg, one.missing_datum) == (9210, False))
    assert plain.share_inside > 0.97  # the city's outline alone shows nothing
    assert plain.share_named is not None
    assert plain.share_named < 0.93


def test_the_zone_of_the_city_without_names_is_not_sure(outlines: Outlines) -> None:
    """Eastings of 647 to 703 km are good in 9210 and in UTM 48N: users.md 8.1."""
    lon, lat, named = places(outlines, 3000)
    x, y = reproject(lon, lat, source=4326, target=32648)
    both = (x > 647_000) & (x < 703_000) & (y < 1_185_000)
    unsure = propose_projection(x[both], y[both], outlines, rng=np.random.default_rng(1))
    other = [one.share_inside for one in unsure if (one.epsg, one.swapped, one.missing_datum) == (9210, False, False)]
    assert other[0] > 0.1
    assert not unsure[0].sure
    sure = propose_projection(x[both], y[both], outlines, named=named[both], rng=np.random.default_rng(1))
    assert (sure[0].epsg, sure[0].sure) == (32648, True)
