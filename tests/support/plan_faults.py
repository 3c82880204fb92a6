"""The illustrative plans with faults planted in them, and the problems that must be told of."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from quydat.spatial_plan.illustrative.ground import as_wkb
from quydat.spatial_plan.illustrative.plans import DRAFT_A, DRAFT_B, ZONING, MadePlans
from quydat.spatial_plan.layer import in_plane


@dataclass(frozen=True)
class Faults:
    """Tables with faults, and (number, plan or row) of each, sorted."""

    tables: dict[str, pd.DataFrame]
    expected: list[tuple[str, str]]


class _Planter:
    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = {name: rows.copy() for name, rows in tables.items()}

    def row(self, table: str, **key: str) -> int:
        rows = self.tables[table]
        hits = np.flatnonzero(np.all([(rows[name] == value).to_numpy(bool) for name, value in key.items()], axis=0))
        return int(hits[0])

    def put(self, table: str, at: int, column: str, value: Any) -> None:
        rows = self.tables[table]
        rows[column] = rows[column].astype(object)
        rows.iloc[at, rows.columns.get_loc(column)] = value

    def shape(self, at: int) -> shapely.Geometry:
        return in_plane([self.tables["plan_area"]["outline"].iloc[at]])[0]

    def draw(self, at: int, shape: shapely.Geometry) -> None:
        self.put("plan_area", at, "outline", as_wkb(np.array([shape], dtype=object))[0])


def planted(made: MadePlans) -> Faults:
    """Plant one fault of each kind."""
    to = _Planter({name: made.tables[name] for name in ("spatial_plan", "plan_area", "plan_use", "plan_line")})
    plans = {plan: to.row("spatial_plan", plan_id=plan) for plan in to.tables["spatial_plan"]["plan_id"]}
    to.put("spatial_plan", plans[DRAFT_A], "scale", 2000)  # not a scale of a general plan
    to.put("spatial_plan", plans["mh-dx-01"], "as_of", None)  # no date
    to.put("spatial_plan", plans["mh-dx-02"], "valid_from", date(2026, 5, 1))
    to.put("spatial_plan", plans["mh-dx-02"], "valid_to", date(2026, 4, 1))  # reversed
    to.put("spatial_plan", plans["mh-dx-03"], "upper_plan_id", "qhc-2040")  # not there
    to.put("spatial_plan", plans["mh-dx-04"], "upper_plan_id", ZONING)  # of the same level
    to.put("spatial_plan", plans[DRAFT_B], "upper_plan_id", ZONING)  # a circle, and of a lower level
    to.put("spatial_plan", plans["mh-dx-05"], "official_area_ha", 400.0)  # drawn 289 ha

    lot = to.row("plan_area", plan_id="mh-dx-06", area_id="NM1")
    grown = to.shape(lot).buffer(10.0, join_style="mitre")
    to.draw(lot, grown)  # overlaps its neighbours
    to.put("plan_area", to.row("plan_area", plan_id="mh-dx-07", area_id="NM2"), "land_use", "nha_may")
    bow = to.row("plan_area", plan_id="mh-dx-08", area_id="NM3")
    corners = shapely.get_coordinates(to.shape(bow))
    to.draw(bow, shapely.Polygon(corners[[0, 2, 1, 3]]))  # its edges cross
    hole = to.row("plan_area", plan_id="mh-dx-09", area_id="NM5")
    inner = to.shape(hole)
    to.draw(hole, inner.difference(inner.centroid.buffer(50.0)))  # a gap inside
    crack = to.row("plan_area", plan_id="mh-dx-10", area_id="NM4")
    west, south, *_ = to.shape(crack).bounds
    to.draw(crack, shapely.box(west - 20_000, south, west - 19_999.8, south + 100))  # a sliver, away from all
    ratio = to.row("plan_area", plan_id="mh-dx-11", area_id="NM6")
    to.put("plan_area", ratio, "storeys_min", 9.0)  # above the greatest
    share = to.row("plan_use", plan_id=DRAFT_A, area_id="VINH-LOC-3", land_use="park_green")
    to.put("plan_use", share, "area_id", "VINH-LOC-9")
    for name, rows in to.tables.items():
        to.tables[name] = rows.astype(made.tables[name].dtypes.to_dict())
    return Faults(to.tables, sorted(_EXPECTED))


_EXPECTED = [
    ("QD833", DRAFT_A), ("QD834", "mh-dx-01"), ("QD835", "mh-dx-02"), ("QD837", "mh-dx-03"), ("QD838", "mh-dx-04"),
    ("QD838", DRAFT_B), ("QD839", ""), ("QD850", "mh-dx-05"), ("QD832", "mh-dx-06"), ("QD840", ""), ("QD843", ""),
    ("QD848", "mh-dx-09"), ("QD847", "mh-dx-10"), ("QD844", ""), ("QD845", DRAFT_A),
]  # fmt: skip
