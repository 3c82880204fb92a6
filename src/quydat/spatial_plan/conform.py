"""Is a lower plan right under the plan above it: what agrees, what lies within its freedom, what breaks it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.problem import problem, raise_if
from quydat.spatial_plan.compare import ASPECTS, BREAKS, FINDINGS, SILENT, Comparison, worst
from quydat.spatial_plan.freedom import Freedom, freedom
from quydat.spatial_plan.land_use import LandUses
from quydat.spatial_plan.layer import PlanLayer, field_of
from quydat.spatial_plan.lines import LineFindings, compare_lines
from quydat.spatial_plan.overlay import Overlay, areal, beyond, crossed, edges_meet, overlay
from quydat.spatial_plan.shares import compare_shares

ACCURACY_MM = 0.2
"""What the eye and the pen make of a line on paper, in millimetres of the upper plan's drawing: thinner strips of
difference say nothing. Assumed; the house takes the graphic accuracy that surveyors commonly reckon with."""

STATES = (*FINDINGS, "outside", "sliver")
"""The findings of land: each hectare of the lower plan has exactly one."""
LEAST_HA = 1e-6
"""Breaches of less than a hundredth of a square metre come from rounding."""
_OVERLAP_HA = 0.01
_SHOWN = 5


@dataclass(frozen=True)
class Conformity:
    """The check of a lower plan against the one above.

    Attributes
    ----------
    lower, upper
        The plans.
    accuracy_m
        Width up to which a strip of difference is taken for the drawing's accuracy.
    laid
        The layers over each other.
    pairs
        One row for each piece: ``lower`` and ``upper`` (positions), ``ha``, ``finding``, and a finding by aspect,
        missing where the plan above says nothing; ``sliver_ha``, what of a breach is thinner than the accuracy.
    shares
        Land by use and gross densities against the ranges above (see ``shares``).
    lines
        Lines of the plan above (see ``lines``).
    freedom
        What the plan above leaves open.
    differences
        Pieces that break the plan above or lie outside it, and land blocking its lines: ``finding`` (breaks, outside),
        ``aspects`` broken (``;``), ``lower_area``, ``upper_area``, ``line_id``, ``ha``.
    shapes
        Their polygons in the plane.
    uses
        The list of land uses that was used.
    """

    lower: PlanLayer
    upper: PlanLayer
    accuracy_m: float
    laid: Overlay
    pairs: pd.DataFrame
    shares: pd.DataFrame
    lines: LineFindings
    freedom: Freedom
    differences: pd.DataFrame
    shapes: NDArray[np.object_]
    uses: LandUses

    @cached_property
    def hectares(self) -> dict[str, float]:
        """Hectares of the lower plan by finding; they add up to what it draws."""
        by = self.pairs.groupby("finding", observed=False)["ha"].sum()
        sums = {name: float(by.get(name, 0.0)) for name in FINDINGS}
        sums["breaks"] = max(sums["breaks"] - float(self.pairs["sliver_ha"].sum()), 0.0)
        outside = float(self.laid.outside_ha.sum())
        real = float(self.differences.loc[self.differences["finding"] == "outside", "ha"].sum())
        return {**sums, "outside": real, "sliver": float(self.pairs["sliver_ha"].sum()) + outside - real}

    @cached_property
    def verdict(self) -> str:
        """``breaks`` if anything does, else ``unknown`` if anything is, else ``conforms``."""
        found = {*self.shares["finding"], *self.lines.rows["finding"]}
        if self.hectares["breaks"] > LEAST_HA or self.hectares["outside"] > LEAST_HA or "breaks" in found:
            return "breaks"
        return "unknown" if self.hectares["unknown"] > LEAST_HA or "unknown" in found else "conforms"

    @cached_property
    def broken(self) -> tuple[str, ...]:
        """Aspects that the lower plan breaks."""
        aspects = [one for cell in self.differences["aspects"] for one in cell.split(";")]
        aspects += self.shares.loc[self.shares["finding"] == "breaks", "aspect"].tolist()
        aspects += ["line"] * bool((self.lines.rows["finding"] == "breaks").any())
        return tuple(one for one in (*ASPECTS, "area", "share", "line") if one in set(aspects))

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Each area of the lower plan: official and drawn hectares side by side, and hectares by finding."""
        count = len(self.lower.areas)
        made = pd.DataFrame({
            "area_id": self.lower.areas["area_id"].astype("str"),
            "land_use": self.lower.areas["land_use"].astype("str"),
            "official_ha": self.lower.areas["official_area_ha"].to_numpy(float),
            "drawn_ha": self.laid.lower_ha,
        })  # fmt: skip
        made["difference_ha"] = made["drawn_ha"] - made["official_ha"]
        at, ha = self.pairs["lower"].to_numpy(), self.pairs["ha"].to_numpy() - self.pairs["sliver_ha"].to_numpy()
        for name in FINDINGS:
            own = (self.pairs["finding"] == name).to_numpy(bool)
            made[f"{name}_ha"] = np.bincount(at[own], weights=ha[own], minlength=count)
        out = self.differences[self.differences["finding"] == "outside"].set_index("lower_area")["ha"]
        made["outside_ha"] = made["area_id"].map(out).astype(float).fillna(0.0)
        made["sliver_ha"] = (
            self.laid.outside_ha
            - made["outside_ha"]
            + np.bincount(at, weights=self.pairs["sliver_ha"], minlength=count)
        )
        return made


def conform(
    lower: PlanLayer, upper: PlanLayer, *, uses: LandUses, accuracy_mm: float = ACCURACY_MM
) -> Conformity:  # fmt: skip
    """Check a lower plan against the plan above it: by area, use, share, density, storeys, condition and line.

    Parameters
    ----------
    uses
        The list of land uses.
    accuracy_mm
        Accuracy of a drawing on paper; at the scale of the plan above it becomes metres.

    Raises
    ------
    Problems
        QD832 for areas of the plan above that overlap: land in both would have two masters.
    """
    accuracy_m = accuracy_mm / 1000 * float(upper.plan["scale"])
    field = field_of([lower, upper])
    with ThreadPoolExecutor(1) as beside:
        apart = beside.submit(edges_meet, upper.shapes)
        judge = Comparison(lower.areas, upper.areas, uses=uses)
        laid = overlay(lower.shapes, upper.shapes, field=field, keep=judge.breaks)
        if not apart.result():
            _refuse_overlaps(upper, *crossed(upper.shapes, field=field))
    pairs = _pairs(laid, judge.of(laid.lower, laid.upper))
    lines = compare_lines(lower, upper, uses=uses, accuracy_m=accuracy_m, field=field)
    differences, shapes = _differences(lower, upper, laid, pairs, lines, accuracy_m)
    shares = compare_shares(lower, upper, laid, uses=uses)
    left = freedom(lower, upper, laid, uses=uses)
    return Conformity(lower, upper, accuracy_m, laid, pairs, shares, lines, left, differences, shapes, uses)


def _refuse_overlaps(
    plan: PlanLayer, one: NDArray[np.int64], other: NDArray[np.int64], ha: NDArray[np.float64]
) -> None:
    large = np.flatnonzero(ha > _OVERLAP_HA)
    ids = plan.areas["area_id"].astype(str).to_numpy()
    largest = large[np.argsort(-ha[large], kind="stable")][:_SHOWN]
    raise_if(
        problem("QD832", plan=plan.plan_id, first=ids[one[at]], second=ids[other[at]], ha=f"{ha[at]:.4g}")
        for at in largest.tolist()
    )


def _pairs(laid: Overlay, found: dict[str, NDArray[np.int8]]) -> pd.DataFrame:
    made = pd.DataFrame({"lower": laid.lower, "upper": laid.upper, "ha": laid.ha})
    for name, code in {"finding": worst(found), **found}.items():
        known: NDArray[np.int8] = np.where(code == SILENT, -1, code).astype(np.int8)
        made[name] = pd.Categorical.from_codes(known, categories=pd.Index(FINDINGS))
    made["sliver_ha"] = 0.0
    return made


def _differences(
    lower: PlanLayer, upper: PlanLayer, laid: Overlay, pairs: pd.DataFrame, lines: LineFindings, accuracy_m: float
) -> tuple[pd.DataFrame, NDArray[np.object_]]:
    """Polygons of what breaks the plan above; strips thinner than the accuracy are taken out and added up."""
    field = field_of([lower, upper])
    low, high = (plan.areas["area_id"].astype(str).to_numpy() for plan in (lower, upper))
    broken = np.flatnonzero(pairs["finding"].cat.codes.to_numpy() == BREAKS)
    one, other = laid.lower[broken], laid.upper[broken]
    thick = without_slivers(areal(laid.shapes[broken]), accuracy_m)
    ha = field.ha(thick)
    thin = np.maximum(laid.ha[broken] - ha, 0.0)
    thin[thin <= np.maximum(laid.ha[broken] * 1e-9, 1e-9)] = 0.0
    pairs.loc[broken, "sliver_ha"] = thin
    out = np.flatnonzero(laid.outside_ha > LEAST_HA)
    rest = without_slivers(beyond(lower.shapes, upper.shapes, out), accuracy_m)
    names = np.array(ASPECTS, dtype=object)
    which = np.array([pairs[name].cat.codes.to_numpy()[broken] == BREAKS for name in ASPECTS]).T
    aspects = [";".join(names[row]) for row in which]
    ids = lines.rows["line_id"].astype(str).to_numpy()[lines.blocked["line"].to_numpy(int)]
    parts = [
        pd.DataFrame({"finding": "breaks", "aspects": aspects, "lower_area": low[one], "upper_area": high[other],
                      "ha": ha}),
        pd.DataFrame({"finding": "outside", "aspects": "area", "lower_area": low[out], "ha": field.ha(rest)}),
        pd.DataFrame({"finding": "breaks", "aspects": "line", "lower_area": low[lines.blocked["area"].to_numpy(int)],
                      "line_id": ids, "ha": lines.blocked["ha"].to_numpy(float)}),
    ]  # fmt: skip
    columns = ["finding", "aspects", "lower_area", "upper_area", "line_id", "ha"]
    made = pd.concat([part.reindex(columns=columns).astype({"ha": float}).astype(_TEXT) for part in parts])
    shapes = np.concatenate([thick, rest, lines.shapes])
    kept = (made["ha"] > LEAST_HA).to_numpy(bool)
    return made[kept].reset_index(drop=True), shapes[kept]


_TEXT = dict.fromkeys(("finding", "aspects", "lower_area", "upper_area", "line_id"), "str")


def without_slivers(shapes: NDArray[np.object_], width_m: float) -> NDArray[np.object_]:
    """The parts of each polygon whose mean width, twice the area over the perimeter, is above a width."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    length = shapely.length(parts)
    wide = 2 * shapely.area(parts) > width_m * length
    made: NDArray[np.object_] = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    kept, at = parts[wide], of[wide]
    if len(kept):
        here = np.unique(at)
        made[here] = shapely.multipolygons(kept, indices=np.searchsorted(here, at))
    return made
