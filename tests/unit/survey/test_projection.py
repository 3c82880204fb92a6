"""Projections proposed: by where they put the rows, and by nothing else."""

import numpy as np
import pyproj
import pytest
import shapely
from tests.support.outlines import warped

from quydat.core.crs import reproject
from quydat.core.problem import Place, Problems
from quydat.core.text import LANGS
from quydat.survey.outlines import Outlines
from quydat.survey.projection import CANDIDATES, mixed_rows, outside, outside_faults, propose_projection, to_wgs84

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def units() -> Outlines:
    """15 × 15 made-up wards of about 7 km over the merged city: lon 106.3 to 107.3, lat 10.3 to 11.3."""
    polygons = warped(15, corners=12)
    return Outlines([f"u{n:03}" for n in range(len(polygons))], list(shapely.to_wkb(polygons)))


def rows(
    units: Outlines, count: int, seed: int = 1, box: tuple[float, float, float, float] = (106.35, 10.35, 107.2, 11.2)
):
    """Places, and the units that they lie in."""
    west, south, east, north = box
    lon, lat = np.random.default_rng(seed).uniform([west, south], [east, north], (count, 2)).T
    return lon, lat, units.locate(lon, lat)


def best(x, y, units, **more):
    return propose_projection(x, y, units, rng=np.random.default_rng(7), **more)


def test_every_candidate_is_a_system_that_is_accepted() -> None:
    assert len(CANDIDATES) == len(set(CANDIDATES)) == 24
    assert {*range(9205, 9219), *range(5896, 5900), 3405, 3406, 32648, 4326, 4756, 3857} == set(CANDIDATES)


@pytest.mark.parametrize("epsg", [9210, 5899, 9209, 5897, 5898, 3405, 32648, 4326, 4756])
@pytest.mark.parametrize("swapped", [False, True])
def test_rows_that_name_their_unit_tell_the_system_and_the_axes(units: Outlines, epsg: int, swapped: bool) -> None:
    lon, lat, named = rows(units, 2000)
    x, y = reproject(lon, lat, source=4326, target=epsg)
    found = best(*((y, x) if swapped else (x, y)), units, named=named)
    assert (found[0].epsg, found[0].swapped, found[0].missing_datum) == (epsg, swapped, False)
    assert found[0].sure
    assert found[0].share_named == pytest.approx(1, abs=0.002)


def test_web_mercator_stands_on_wgs_84(units: Outlines) -> None:
    lon, lat, named = rows(units, 200)
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    assert best(x, y, units, named=named)[0].epsg == 3857
    back = to_wgs84(x, y, epsg=3857)
    np.testing.assert_allclose(back[:2], [lon, lat], atol=1e-9)
    assert back[2] == "none"


@pytest.mark.parametrize("epsg", [9210, 5899])
def test_a_missing_datum_step_is_seen_by_the_units_named(units: Outlines, epsg: int) -> None:
    lon, lat, named = rows(units, 2000)
    x, y = pyproj.Proj(epsg)(lon, lat)  # WGS 84 put into the plane of VN-2000 as it is
    found = best(x, y, units, named=named, declared=epsg)
    assert (found[0].epsg, found[0].missing_datum, found[0].sure) == (epsg, True, False)  # the file declares another
    assert "projection.missing_datum" in dict(found[0].why)
    lon_read, lat_read, operation = to_wgs84(x, y, epsg=epsg, missing_datum=True)
    np.testing.assert_allclose([lon_read, lat_read], [lon, lat], atol=1e-9)
    assert operation == "none"
    off = GEOD.inv(lon, lat, *to_wgs84(x, y, epsg=epsg)[:2])[2]
    assert off == pytest.approx(226, abs=10)  # users.md 8.1


def test_without_names_226_m_are_not_seen_and_it_is_said(units: Outlines) -> None:
    lon, lat, _ = rows(units, 500, box=(106.35, 10.35, 107.2, 11.2))
    x, y = pyproj.Proj(9210)(lon, lat)
    found = best(x, y, units)
    assert (found[0].epsg, found[0].missing_datum) == (9210, False)
    assert "projection.no_names" in dict(found[0].why)


def test_a_file_in_the_wrong_zone_lands_219_km_away(units: Outlines) -> None:
    """A 5899 file read as 9210: users.md 8.1."""
    lon, lat, _ = rows(units, 300, box=(107.0, 10.4, 107.2, 10.6))
    x, y = reproject(lon, lat, source=4326, target=5899)
    assert x.min() > 416_000
    assert x.max() < 484_000  # users.md: eastings of Bà Rịa – Vũng Tàu in 5899
    away = GEOD.inv(lon, lat, *to_wgs84(x, y, epsg=9210)[:2])[2]
    assert away / 1000 == pytest.approx(219, abs=1)
    found = best(x, y, units, declared=9210)
    assert found[0].epsg != 9210
    assert not found[0].sure
    doubt = dict(found[0].why)["projection.declared_doubt"]
    assert doubt == {"epsg": 9210, "share": 0.0}
    assert any(one.epsg == 5899 and one.share_inside == 1 for one in found)


def test_eastings_of_647_to_703_km_are_ambiguous_without_names(units: Outlines) -> None:
    lon, lat, named = rows(units, 400, box=(106.37, 10.5, 106.45, 10.8))
    x, y = reproject(lon, lat, source=4326, target=32648)
    assert x.min() > 647_000
    assert x.max() < 703_000
    found = best(x, y, units)
    assert not found[0].sure
    fits = {one.epsg for one in found if one.share_inside > 0.99}
    assert {9210, 32648, 3405} <= fits
    assert dict(found[0].why)["projection.rivals"]["rivals"]
    with_names = best(x, y, units, named=named)
    assert (with_names[0].epsg, with_names[0].sure) == (32648, True)
    declared = best(x, y, units, declared=32648)
    assert (declared[0].epsg, declared[0].sure) == (32648, True)


def test_degrees_alone_do_not_tell_the_datum(units: Outlines) -> None:
    lon, lat, _ = rows(units, 100)
    found = best(lon, lat, units)
    assert (found[0].epsg, found[0].sure) == (4326, False)
    assert {one.epsg for one in dict(found[0].why)["projection.rivals"]["rivals"]} == {4756}
    assert best(lon, lat, units, declared=4326)[0].sure


def test_a_few_wrong_names_and_unknown_places_do_no_harm(units: Outlines) -> None:
    lon, lat, named = rows(units, 1500)
    x, y = reproject(lon, lat, source=4326, target=9210)
    named[::7] = (named[::7] + 3) % len(units)
    named[::11] = -1
    x[::13] = np.nan
    found = best(x, y, units, named=named)
    assert (found[0].epsg, found[0].missing_datum, found[0].sure) == (9210, False, True)
    assert dict(found[0].why)["projection.unknown"] == {"rows": len(range(0, 1500, 13))}


def test_nothing_fits(units: Outlines) -> None:
    x, y = np.array([5.0, 1e9, np.nan, 0.0]), np.array([7.0, -1e9, 1.0, 0.0])
    assert best(x, y, units) == []
    found = best(x, y, units, declared=9210)
    assert [(one.epsg, one.share_inside, one.sure) for one in found] == [(9210, 0.0, False)]
    assert best(np.zeros(0), np.zeros(0), units) == []


@pytest.mark.parametrize("epsg", [3148, 4131, 1])
def test_another_datum_and_no_system_at_all_are_refused(units: Outlines, epsg: int) -> None:
    for ask in (
        lambda: best(np.zeros(1), np.zeros(1), units, declared=epsg),
        lambda: to_wgs84(np.zeros(1), np.zeros(1), epsg=epsg),
    ):
        with pytest.raises(Problems) as refused:
            ask()
        assert [found.number for found in refused.value.found] == ["QD243"]


def test_a_file_of_two_zones_is_taken_apart(units: Outlines) -> None:
    lon, lat, _ = rows(units, 90)
    x, y = reproject(lon, lat, source=4326, target=9210)
    east = np.array([4, 17, 50, 51, 88])
    x[east], y[east] = reproject(np.full(5, 107.15), np.linspace(10.4, 10.6, 5), source=4326, target=5899)
    x[3], y[3] = 5.0, 5.0  # fits nothing
    first = best(x, y, units)[0]
    assert first.epsg == 9210
    found = mixed_rows(x, y, units, first=first)
    assert found[0].positions.tolist() == east.tolist()
    assert not found[0].candidate.swapped
    assert mixed_rows(lon, lat, units, first=best(lon, lat, units)[0]) == []


def test_points_in_the_sea_and_in_another_city(units: Outlines) -> None:
    lon, lat = np.array([106.8, 105.85, np.nan, 107.5]), np.array([10.8, 21.03, 10.8, 10.0])
    assert outside(lon, lat, units).tolist() == [False, True, False, True]
    faults = outside_faults(lon, lat, units, slack_m=500, place=Place("a.csv"), numbers=[2, 5, 6, 9])
    assert [(f.position, f.problem.number, f.problem.place.row) for f in faults] == [(1, "QD244", 5), (3, "QD244", 9)]
    km = GEOD.inv(105.85, 21.03, 106.3, 11.3)[2] / 1000
    assert float(faults[0].problem.facts["far"].removesuffix(" km")) == pytest.approx(km, abs=5)
    assert [f.position for f in outside_faults(lon, lat, units, slack_m=100_000)] == [1]


def test_the_check_points_of_the_register_lie_0_8_m_away() -> None:
    """vn2000_crs.csv: the library chose EPSG:5194 for all but one of them; we use and name EPSG:6960."""
    points = {
        3405: (685779.98, 1191939.15), 5899: (385070.76, 1191978.60), 9209: (631140.39, 1192038.13),
        9210: (603796.46, 1191942.26), 9212: (549114.48, 1191817.52),
    }  # fmt: skip
    for epsg, (x, y) in points.items():
        lon, lat, operation = to_wgs84(np.array([x]), np.array([y]), epsg=epsg)
        apart = 0.0 if epsg == 9212 else 0.8
        assert GEOD.inv(lon[0], lat[0], 106.7009, 10.7769)[2] == pytest.approx(apart, abs=0.1)
        assert operation == "EPSG:6960"


def test_the_same_seed_proposes_the_same_and_all_reasons_can_be_said(units: Outlines) -> None:
    lon, lat, named = rows(units, 9000)
    x, y = reproject(lon, lat, source=4326, target=9210)
    assert best(y, x, units, named=named, declared=9209) == best(y, x, units, named=named, declared=9209)
    for found in (
        best(y, x, units, declared=9209),
        best(lon, lat, units),
        best(np.append(x, np.nan), np.append(y, 0), units),
    ):
        for lang in LANGS:
            for one in found:
                assert all(sentence and "{" not in sentence for sentence in one.reasons(lang))
