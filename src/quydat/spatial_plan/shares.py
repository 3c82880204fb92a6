"""Land by use, and gross densities, against what the plan above allows each of its areas and the plan as a whole."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.spatial_plan.compare import RANGES
from quydat.spatial_plan.land_use import LandUses
from quydat.spatial_plan.layer import PlanLayer
from quydat.spatial_plan.overlay import Overlay

Floats = NDArray[np.float64]

WHOLE = "*"
"""Stands in ``plan_use.area_id`` for the plan as a whole."""

ROUNDING_HA = 0.005
"""Tables of plans are printed to a hundredth of a hectare: less is no difference."""

_COLUMNS = ("area_id", "aspect", "land_use", "least", "most", "drawn", "open", "official_ha", "finding")


def compare_shares(lower: PlanLayer, upper: PlanLayer, laid: Overlay, *, uses: LandUses) -> pd.DataFrame:
    """Hectares of each use, and gross densities, against the ranges of the plan above.

    Returns
    -------
    One row for each range: ``area_id`` of the plan above or ``*``; ``aspect`` (share, site_coverage, plot_ratio);
    ``land_use``; ``least`` and ``most``; ``drawn`` by the lower plan; ``open``, what land that it does not reach could
    still add; ``official_ha`` of the land table above; ``finding``. Shares are in hectares, densities as stated.

    Notes
    -----
    A lot counts for its main use; uses that it also allows do not. A least share that the lower plan alone does not
    reach is broken only if the land that it leaves could not make up for it.
    """
    rows = [*_uses(lower, upper, laid, uses), *_gross(lower, upper, laid, uses)]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _uses(lower: PlanLayer, upper: PlanLayer, laid: Overlay, uses: LandUses) -> Iterator[dict[str, Any]]:
    codes = lower.areas["land_use"].astype(str).to_numpy()[laid.lower]
    place = {str(area): at for at, area in enumerate(upper.areas["area_id"])}
    for row in upper.uses.to_dict("records"):
        area, use = str(row["area_id"]), str(row["land_use"])
        if area == WHOLE:
            here, whole, left = np.ones(len(codes), bool), float(laid.upper_ha.sum()), float(laid.open_ha.sum())
        elif area in place:
            at = place[area]
            here, whole, left = laid.upper == at, float(laid.upper_ha[at]), float(laid.open_ha[at])
        else:
            continue  # told of by check_plans
        if laid.ha[here].sum() <= ROUNDING_HA:
            continue  # the lower plan is elsewhere
        within = np.array([uses.is_within(code, use) for code in codes[here]], bool)
        drawn = float(laid.ha[here][within].sum())
        least = _most_of(row["min_area_ha"], row["min_area_share"] * whole, np.fmax)
        most = _most_of(row["max_area_ha"], row["max_area_share"] * whole, np.fmin)
        finding = _judged(drawn, left, least, most, ROUNDING_HA)
        yield dict(
            zip(_COLUMNS, (area, "share", use, least, most, drawn, left, row["official_area_ha"], finding), strict=True)
        )


def _most_of(one: float, other: float, choose: Any) -> float:
    return float(choose(np.float64(one), np.float64(other)))


def _judged(drawn: float, left: float, least: float, most: float, slack: float) -> str:
    if drawn > most + slack or drawn + left < least - slack:
        return "breaks"
    return "agrees" if least == most and left <= slack else "free"


def _gross(lower: PlanLayer, upper: PlanLayer, laid: Overlay, uses: LandUses) -> Iterator[dict[str, Any]]:
    gross = np.flatnonzero((upper.areas["density_basis"] == "gross").to_numpy(bool))
    built = np.array([uses.takes_floor(code) for code in lower.areas["land_use"].astype(str)], bool)
    for at in gross.tolist():
        here = laid.upper == at
        if laid.ha[here].sum() <= ROUNDING_HA:
            continue
        whole, left = float(laid.upper_ha[at]), float(laid.open_ha[at])
        for aspect in ("site_coverage", "plot_ratio"):
            least, most = (float(upper.areas[name].iloc[at]) for name in RANGES[aspect])
            if np.isnan(least) and np.isnan(most):
                continue
            low, high = (
                _spread(lower.areas[name].to_numpy(float), built, laid, here) / whole for name in RANGES[aspect]
            )
            finding = _judged_gross(low, high, least, most, closed=left <= ROUNDING_HA)
            row = (upper.areas["area_id"].iloc[at], aspect, None, least, most, high, left, np.nan, finding)
            yield dict(zip(_COLUMNS, row, strict=True))


def _spread(values: Floats, built: NDArray[np.bool_], laid: Overlay, here: NDArray[np.bool_]) -> float:
    """Sum over lots of value times hectares; land without buildings adds nothing, an unknown value makes it unknown."""
    return float((np.where(built, values, 0.0)[laid.lower[here]] * laid.ha[here]).sum())


def _judged_gross(low: float, high: float, least: float, most: float, *, closed: bool) -> str:
    if high > most + 1e-9 or (closed and low < least - 1e-9):
        return "breaks"
    if (np.isnan(high) and not np.isnan(most)) or (closed and np.isnan(low) and not np.isnan(least)):
        return "unknown"
    return "free"
