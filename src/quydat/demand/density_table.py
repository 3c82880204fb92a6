"""The table ``density``: what the survey tells, what comparable cities have, what the study states, side by side."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import triangular_quantile
from quydat.core.ledger import Ledger
from quydat.demand.density import Density, DensityOf, Fit, fitted
from quydat.demand.density_rows import EVERY, SIZE_LABELS
from quydat.demand.labour import M2_PER_HA
from quydat.dictionary.cells import plain
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Evidence, Parameters, parameter_inputs

Row = dict[str, Any]
_STATED = ("plot_ratio", "plot_ratio_new")
_OF_MODELS = {
    "plot_ratio": ("plot_ratio_before_low", "plot_ratio_before_high"),
    "plot_ratio_new": ("plot_ratio_after_low", "plot_ratio_after_high"),
    "workers_per_ha": ("jobs_per_ha", "jobs_per_ha"),
}


def density_table(
    establishments: pd.DataFrame, *, evidence: Evidence, parameters: Parameters, ledger: Ledger
) -> tuple[pd.DataFrame, Density]:
    """Densities of the survey, and the table that shows them beside those of other cities and those stated.

    Parameters
    ----------
    establishments
        The table ``establishment`` on a day.
    evidence
        Its record gives the tables ``sector`` and ``city_model``.
    parameters, ledger
        Give ``demand.plot_ratio`` and ``demand.plot_ratio_new`` with their bases.

    Returns
    -------
    The table ``density`` (rows of the survey, of comparable cities, of the parameters), and what the forecast draws
    from.

    Raises
    ------
    Problems
        QD765, QD766 if the sector groups do not hold.
    """
    density = fitted(establishments, evidence.record["sector"])
    rows = [*_of_survey(density), *_of_cities(evidence), *_of_parameters(density, parameters, ledger)]
    return framed(rows, tables()["density"]), density


def _of_survey(density: Density) -> Iterator[Row]:
    for quantity, fit in density.fits.items():
        for sector, size in _shown(fit):
            used = quantity == "floor_per_worker_m2" and size == EVERY and sector in density.sectors and density.usable
            yield _survey_row(quantity, sector, size, fit.of(sector, size), fit.basis) | {"used": used}
    if (fit_of_land := density.fits.get("land_per_worker_m2")) is not None:
        for sector, size in _shown(fit_of_land):
            row = _survey_row("workers_per_ha", sector, size, fit_of_land.of(sector, size), fit_of_land.basis)
            low, middle, high = (M2_PER_HA / row[name] for name in ("p90", "p50", "p10"))
            raw = None if row["raw"] is None else M2_PER_HA / row["raw"]
            yield row | {"raw": raw, "p10": low, "p50": middle, "p90": high, "used": False}


def _shown(fit: Fit) -> Iterator[tuple[str, str]]:
    there = (fit.rows.weight.sum(axis=0) > 0) | (fit.rows.sums.rows.sum(axis=0) > 0)
    sizes = [label for label, one in zip(SIZE_LABELS, there, strict=True) if one]
    for sector in dict.fromkeys((*fit.sectors, EVERY)):
        yield from ((sector, size) for size in (*sizes, EVERY))


def _survey_row(quantity: str, sector: str, size: str, cell: DensityOf, basis: Basis) -> Row:
    p10, p50, p90 = cell.mean.quantiles
    return {
        "density_from": "survey", "quantity": quantity, "sector": sector, "size_class": size, "rows": cell.rows,
        "raw": cell.raw, "p10": p10, "p50": p50, "p90": p90, "own_share": cell.own_share, "basis": basis.value,
    }  # fmt: skip


def _of_cities(evidence: Evidence) -> Iterator[Row]:
    """A printed range stands in P10 and P90, its middle in P50; a single number in P50 only."""
    for model in evidence.record["city_model"]["model_id"].tolist():
        for quantity, ends in _OF_MODELS.items():
            cells = [evidence.cell("city_model", str(model), attribute) for attribute in ends]
            low, high = (plain(cell.value) for cell in cells)
            if not isinstance(low, int | float) or not isinstance(high, int | float):
                continue
            row = {
                "density_from": "comparable_city", "quantity": quantity, "sector": str(model), "size_class": EVERY,
                "raw": (low + high) / 2.0, "p50": (low + high) / 2.0, "used": False,
                "basis": weakest(cell.basis for cell in cells).value,
            }  # fmt: skip
            yield row | ({"p10": low, "p90": high} if low < high else {})


def _of_parameters(density: Density, parameters: Parameters, ledger: Ledger) -> Iterator[Row]:
    """The plot ratio of today serves the forecast only where the survey gives no floor for a worker."""
    for quantity in _STATED:
        key = f"demand.{quantity}"
        if key not in parameters:
            continue
        stated = parameters.range(key)
        row = {
            "density_from": "parameter", "quantity": quantity, "sector": EVERY, "size_class": EVERY, "raw": stated.mid,
            "p50": stated.mid, "used": quantity == "plot_ratio_new" or not density.usable,
            "basis": weakest(item.basis for item in parameter_inputs(ledger, key)).value,
        }  # fmt: skip
        if stated.low < stated.high:
            p10, p50, p90 = triangular_quantile(np.array([0.1, 0.5, 0.9]), stated).tolist()
            row |= {"p10": p10, "p50": p50, "p90": p90}
        yield row
