"""How much freedom a plan leaves to the plans below it: land, floor and uses that are still open."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quydat.spatial_plan.land_use import LandUses, listed
from quydat.spatial_plan.layer import PlanLayer
from quydat.spatial_plan.overlay import Overlay


@dataclass(frozen=True)
class Freedom:
    """What is still open under a plan.

    Attributes
    ----------
    areas
        For each area of the plan: ``drawn_ha``, ``covered_ha`` by the lower plan, ``open_ha`` without one,
        ``floor_min_m2`` and ``floor_max_m2`` that its plot ratios allow, ``floor_taken_m2`` that the lower plan's plot
        ratios use at the most, ``floor_left_m2``, ``uses`` that it allows and how many. Unknown where a plot ratio is.
    uses
        For each use that the plan allows anywhere: ``allowed_ha``, ``settled_ha`` where the lower plan has chosen it,
        ``open_ha`` where it can still be chosen.
    """

    areas: pd.DataFrame
    uses: pd.DataFrame

    @property
    def open_ha(self) -> float:
        """Land for which no lower plan has been drawn."""
        return float(self.areas["open_ha"].sum())

    @property
    def floor_left_m2(self) -> float:
        """Floor that may still be added, over the areas of which it is known."""
        return float(self.areas["floor_left_m2"].sum())

    @property
    def floor_known_ha(self) -> float:
        """Land over which the floor that is left is known."""
        return float(self.areas.loc[self.areas["floor_left_m2"].notna(), "drawn_ha"].sum())


def freedom(lower: PlanLayer, upper: PlanLayer, laid: Overlay, *, uses: LandUses) -> Freedom:
    """What the plan above leaves open, the lower plan taken as drawn."""
    rows, count = upper.areas, len(upper.areas)
    codes = lower.areas["land_use"].astype(str)
    built = codes.map({code: uses.takes_floor(code) for code in codes.unique()}).to_numpy(bool)
    ratio = np.where(built, lower.areas["plot_ratio_max"].to_numpy(float), 0.0)
    taken = np.bincount(laid.upper, weights=laid.ha * ratio[laid.lower], minlength=count) * 1e4
    takes = [tuple(dict.fromkeys((str(use), *listed(more))))
             for use, more in zip(rows["land_use"], rows["allowed_uses"], strict=True)]  # fmt: skip
    builds = {own: any(uses.takes_floor(use) for use in own) for own in set(takes)}
    can_build = np.array([builds[own] for own in takes], bool)
    least, most = (
        np.where(can_build, rows[name].to_numpy(float), 0.0) * laid.upper_ha * 1e4
        for name in ("plot_ratio_min", "plot_ratio_max")
    )
    areas = pd.DataFrame(
        {
            "area_id": rows["area_id"].astype("str"),
            "land_use": rows["land_use"].astype("str"),
            "official_ha": rows["official_area_ha"].to_numpy(float),
            "drawn_ha": laid.upper_ha,
            "covered_ha": laid.upper_ha - laid.open_ha,
            "open_ha": laid.open_ha,
            "floor_min_m2": least,
            "floor_max_m2": most,
            "floor_taken_m2": taken,
            "floor_left_m2": np.maximum(most - taken, 0.0),
            "uses": pd.Series([";".join(own) for own in takes], dtype="str"),
            "uses_count": [len(own) for own in takes],
        }
    )
    return Freedom(areas, _uses(lower, laid, takes, uses))


def _uses(lower: PlanLayer, laid: Overlay, takes: list[tuple[str, ...]], uses: LandUses) -> pd.DataFrame:
    different = sorted(set(takes))
    place = {own: at for at, own in enumerate(different)}
    of_area = np.array([place[own] for own in takes], np.int64)
    codes, of_lot = np.unique(lower.areas["land_use"].astype(str).to_numpy(object), return_inverse=True)
    settled = np.zeros((len(codes), len(different)))
    np.add.at(settled, (of_lot[laid.lower], of_area[laid.upper]), laid.ha)
    whole, left = (np.bincount(of_area, weights=ha, minlength=len(different))
                   for ha in (laid.upper_ha, laid.open_ha))  # fmt: skip
    made = []
    for use in sorted({code for own in different for code in own}):
        allows = np.array([use in own for own in different], bool)
        chosen = np.array([uses.is_within(str(code), use) for code in codes], bool)
        made.append(
            (use, float(whole[allows].sum()), float(settled[np.ix_(chosen, allows)].sum()), float(left[allows].sum()))
        )
    rows = pd.DataFrame(made, columns=["land_use", "allowed_ha", "settled_ha", "open_ha"])
    return rows.sort_values(["allowed_ha", "land_use"], ascending=[False, True], ignore_index=True)
