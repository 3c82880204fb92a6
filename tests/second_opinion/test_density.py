"""Pooled means against statsmodels' mixed model, and against populations that were generated."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from quydat.core.basis import Basis
from quydat.demand.density import Fit
from quydat.demand.density_rows import SIZE_LABELS, DensityRows
from quydat.demand.density_slope import slope_within
from quydat.demand.pooling import Spreads, pooled, pooled_given, sums_of_cells

Floats = NDArray[np.float64]
Index = NDArray[np.int64]


def generated(seed: int, *, sectors: int, sizes: int, most: int) -> tuple[Floats, Index]:
    rng = np.random.default_rng(seed)
    theta = (
        3.8 + rng.normal(0, 0.5, sectors)[:, None] + rng.normal(0, 0.4, sizes) + rng.normal(0, 0.3, (sectors, sizes))
    )
    rows = rng.integers(2, most, (sectors, sizes))
    cell = np.repeat(np.arange(sectors * sizes), rows.ravel())
    return rng.normal(theta.ravel()[cell], 0.6), cell


def mixed(logs: Floats, cell: Index, sizes: int) -> tuple[Spreads, float, Floats]:
    """Spreads, variance of rows and cell means by REML of the crossed model."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    data = pd.DataFrame({"y": logs, "sector": cell // sizes, "size": cell % sizes, "cell": cell, "one": 1})
    parts = {name: f"0 + C({name})" for name in ("sector", "size", "cell")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MixedLM.from_formula("y ~ 1", groups="one", vc_formula=parts, re_formula="0", data=data)
        made = model.fit(reml=True)
    spread = dict(zip(model.exog_vc.names, np.sqrt(made.vcomp), strict=True))
    effects = made.random_effects[1]
    every = np.arange(int(cell.max()) + 1)
    named = {"sector": every // sizes, "size": every % sizes, "cell": every}
    mean = np.full(len(every), float(made.fe_params.iloc[0]))
    for part, level in named.items():
        mean += np.array([effects[f"{part}[C({part})[{one}]]"] for one in level])
    return Spreads(spread["sector"], spread["size"], spread["cell"]), float(made.scale), mean


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_means_are_those_of_a_mixed_model(seed: int) -> None:
    """With its variances exactly its predictions; with our own posterior of the variances close to them."""
    sectors, sizes = 10, 4
    logs, cell = generated(seed, sectors=sectors, sizes=sizes, most=30)
    spreads, variance, wanted = mixed(logs, cell, sizes)
    sums = sums_of_cells(logs, cell, (sectors, sizes))
    assert pooled_given(sums, spreads, row_variance=variance).mean == pytest.approx(wanted, abs=1e-6)
    assert sums.row_variance == pytest.approx(variance, rel=0.03)
    made = pooled(sums)
    off = np.abs(made.mean - wanted) / np.sqrt(np.diag(made.covariance))
    assert off.max() < 0.35, "in standard errors"
    assert np.abs(made.mean - wanted).mean() < 0.02


def test_the_posterior_is_that_of_a_dense_normal() -> None:
    """By conditioning the joint normal of rows and cells, with the common mean given a very wide prior."""
    logs, cell = generated(4, sectors=3, sizes=2, most=6)
    keep = cell != 2
    logs, cell = logs[keep], cell[keep]
    spreads, variance = Spreads(0.4, 0.3, 0.2), 0.36
    sector, size = np.divmod(np.arange(6), 2)
    prior = (
        1e6
        + spreads.sector**2 * (sector[:, None] == sector)
        + spreads.size**2 * (size[:, None] == size)
        + spreads.cell**2 * np.eye(6)
    )
    joint = prior[np.ix_(cell, cell)] + variance * np.eye(len(cell))
    gain = np.linalg.solve(joint, prior[cell]).T
    made = pooled_given(sums_of_cells(logs, cell, (3, 2)), spreads, row_variance=variance)
    assert made.mean == pytest.approx(gain @ logs, abs=1e-4)
    assert made.covariance == pytest.approx(prior - gain @ prior[cell], abs=1e-4)


def population(rng: np.random.Generator, names: tuple[str, ...]) -> tuple[Fit, Floats, Floats, Index]:
    """A fit to a survey of a generated city; and of all its establishments workers, expected floor, and cell."""
    shape = (len(names), len(SIZE_LABELS))
    size_of = np.array([1.5, 3.4, 5.0, 6.2, 0.0])
    spreads, within, slope = np.abs(rng.normal(0, 0.5, 3)), rng.uniform(0.4, 0.8), rng.normal(0, 0.2)
    theta = 3.8 + rng.normal(0, spreads[0], shape[0])[:, None] + rng.normal(0, spreads[1], shape[1])
    theta = theta + rng.normal(0, spreads[2], shape)
    many = rng.integers(5, 60, shape)
    many[:, 4] = 0
    cell = np.repeat(np.arange(theta.size), many.ravel())
    size = cell % shape[1]
    workers = size_of[size] + rng.normal(0, 0.5, len(cell))
    middle = theta.ravel()[cell] + slope * (workers - size_of[size])
    seen = rng.random(len(cell)) < rng.choice([0.02, 0.1, 0.3], shape[0])[cell // shape[1]]
    seen[:2] = True
    logs = rng.normal(middle[seen], within)
    made = slope_within(logs, workers[seen], cell[seen], frame=workers, frame_cell=cell, shape=shape)
    logs = logs - made.value * (workers[seen] - made.centre[size[seen]])
    weight = np.bincount(cell, weights=np.exp(workers), minlength=theta.size).reshape(shape)
    rows = DensityRows(sums_of_cells(logs, cell[seen], shape), made, weight, Basis.SURVEYED, 0, 0)
    return Fit(rows, names), np.exp(workers), np.exp(workers + middle + within**2 / 2), cell


@pytest.mark.long
def test_the_range_holds_the_ratio_of_totals_in_four_of_five_cities() -> None:
    rng = np.random.default_rng(5)
    names, sizes = ("a", "b", "c", "d"), len(SIZE_LABELS)
    held: dict[str, list[bool]] = {"cell": [], "sector": [], "city": []}
    for _ in range(300):
        fit, workers, floor, cell = population(rng, names)

        def note(kind: str, where: NDArray[np.bool_], sector: str, size: str) -> None:
            low, _, high = fit.of(sector, size).mean.quantiles  # noqa: B023
            held[kind].append(low <= floor[where].sum() / workers[where].sum() <= high)  # noqa: B023

        note("city", cell >= 0, "all", "all")
        for place, name in enumerate(names):
            note("sector", cell // sizes == place, name, "all")
            for number, size in enumerate(SIZE_LABELS[:4]):
                note("cell", cell == place * sizes + number, name, size)
    assert {kind: len(one) for kind, one in held.items()} == {"cell": 4800, "sector": 1200, "city": 300}
    share = {kind: np.mean(one) for kind, one in held.items()}
    assert share["cell"] == pytest.approx(0.8, abs=0.03)
    assert share["sector"] == pytest.approx(0.8, abs=0.04)
    assert share["city"] == pytest.approx(0.8, abs=0.07)
