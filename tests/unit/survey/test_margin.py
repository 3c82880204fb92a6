"""The least distances never lie above the true ones, and ``within_m`` says what the distances say."""

import numpy as np
import pytest
import shapely

from quydat.survey.grid import made_grid
from quydat.survey.margin import margins_of
from quydat.survey.outlines import Outlines


def _shapes(seed: int) -> tuple[Outlines, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    middles = rng.uniform([106.4, 10.4], [107.0, 11.1], (30, 2))
    shapes = [shapely.buffer(shapely.Point(*at), rng.uniform(0.001, 0.03)) for at in middles]
    shapes.append(shapely.box(106.5, 10.5, 106.9, 11.0) - shapely.box(106.6, 10.6, 106.8, 10.9))
    outlines = Outlines([str(n) for n in range(len(shapes))], shapely.to_wkb(shapes).tolist())
    lon, lat = rng.uniform([106.2, 10.2], [107.2, 11.3], (4000, 2)).T
    return outlines, lon, lat


@pytest.mark.parametrize("seed", range(4))
def test_bounds_are_below_the_distances(seed: int) -> None:
    outlines, lon, lat = _shapes(seed)
    bound = margins_of(made_grid(outlines.polygons)).at_least_m(lon, lat)
    far = outlines.distance_m(lon, lat, np.arange(len(outlines)))
    assert (bound <= far).all()
    assert (bound[far > 5000] > 500).mean() > 0.5  # they also say something


@pytest.mark.parametrize("seed", range(4))
def test_within_is_what_the_distance_says(seed: int) -> None:
    outlines, lon, lat = _shapes(seed)
    metres = np.random.default_rng(seed).choice([0.0, 10.0, 50.0, 400.0, 3000.0, 20_000.0], len(lon))
    far = outlines.distance_m(lon, lat, np.arange(len(outlines)))
    within = outlines.within_m(lon, lat, metres)
    clear = np.abs(far - metres) > 0.005 * metres
    np.testing.assert_array_equal(within[clear], (far <= metres)[clear])


def test_unknown_points_and_no_outlines() -> None:
    square = Outlines(["a"], [shapely.to_wkb(shapely.box(106, 10, 106.1, 10.1))])
    unknown = np.array([np.nan, 106.05, 106.05])
    assert (
        square.within_m(unknown, np.array([10.05, np.nan, 10.05]), np.array([9.0, 9.0, np.nan])).tolist() == [False] * 3
    )
    assert Outlines([], []).within_m(np.array([106.0]), np.array([10.0]), np.array([1e9])).tolist() == [False]
    # Around the earth: 40 degrees north of the square nothing is decided without a look.
    assert margins_of(square._grid).at_least_m(np.array([106.05]), np.array([50.0])).tolist() == [0.0]
