"""A made-up general plan in two drafts, a zoning plan under it, and lower-level proposals for parks of Bình Chánh."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.spatial_plan.illustrative.ground import SPINE_M, WIDTH_M, Box, Ground, as_wkb, make_ground
from quydat.spatial_plan.illustrative.lots import Recipe, lots, spine_of
from quydat.survey.illustrative.draw import stream
from quydat.survey.illustrative.units import typed_table

BASIS = "illustrative"
SOURCE = "minh-hoa-quy-hoach"
DRAFT_A, DRAFT_B, ZONING = "mh-qhc-a", "mh-qhc-b", "mh-qhpk-1"
NAMES = ("source", "spatial_plan", "plan_area", "plan_use", "plan_line")

PROPOSALS: tuple[tuple[str, str, Recipe], ...] = (
    ("nhà máy thấp tầng", "pham-van-hai-3", Recipe()),
    ("nhà máy và kho", "vinh-loc-3", Recipe(extra={"warehouse": 0.12})),
    ("nhà xưởng cao tầng", "pham-van-hai-1", Recipe(coverage=(0.45, 0.5), ratio=(1.8, 2.2), storeys=(5, 8))),
    ("nhà lưu trú công nhân 4 %", "pham-van-hai-2", Recipe(extra={"workers_housing": 0.04})),
    ("nhà lưu trú công nhân 12 %", "pham-van-hai-2", Recipe(extra={"workers_housing": 0.12})),
    ("trung tâm thương mại 3 %", "le-minh-xuan-2", Recipe(extra={"commercial_service": 0.03})),
    ("dịch trục chính 30 m", "pham-van-hai-1", Recipe(shift_m=30.0)),
    ("dịch trục chính 120 m", "pham-van-hai-3", Recipe(shift_m=120.0)),
    ("cây xanh 6 %", "vinh-loc-3", Recipe(green=0.06)),
    ("lấn ra ngoài ranh 40 m", "vinh-loc-3", Recipe(beyond_m=40.0)),
    ("chưa ghi hệ số sử dụng đất", "le-minh-xuan-2", Recipe(ratio=None)),
    ("nghiên cứu 5 %, chưa nói hạ tầng", "pham-van-hai-1", Recipe(extra={"research_training": 0.05}, met="")),
)
"""Name, park and recipe of each proposal."""


@dataclass(frozen=True)
class MadePlans:
    """The tables ``source``, ``spatial_plan``, ``plan_area``, ``plan_use`` and ``plan_line``.

    Attributes
    ----------
    drafts, proposals
        Ids of the drafts of the general plan and of the lower-level proposals.
    zoning
        Id of the zoning plan.
    """

    tables: dict[str, pd.DataFrame]
    drafts: tuple[str, ...]
    proposals: tuple[str, ...]
    zoning: str


def make_plans(*, seed: int, parks: pd.DataFrame, as_of: date) -> MadePlans:
    """Make the plans; all of it is illustrative and says so in every row.

    Parameters
    ----------
    seed
        Varies the densities of the zoning plan a little; the ground and what each proposal is about stay.
    parks
        The table ``park``: published areas of the parks.
    as_of
        Day of the drafts and proposals.
    """
    ground = make_ground(parks)
    made = _Rows(ground, as_of)
    made.general(DRAFT_A, "A", strict=True)
    made.general(DRAFT_B, "B", strict=False)
    made.lower(
        ZONING, "Quy hoạch phân khu Phạm Văn Hai I", "pham-van-hai-1", _drawn(seed), level="zoning_plan", upper=DRAFT_B
    )
    proposals = []
    for number, (name, park, recipe) in enumerate(PROPOSALS, start=1):
        proposals.append(f"mh-dx-{number:02d}")
        made.lower(proposals[-1], f"Đề xuất {number}: {name}", park, recipe, level="zoning_plan", upper=None)
    return MadePlans(made.tables(), (DRAFT_A, DRAFT_B), tuple(proposals), ZONING)


def _drawn(seed: int) -> Recipe:
    ratio = round(float(stream(seed, "plans").uniform(0.9, 1.4)), 2)
    return Recipe(extra={"park_service": 0.03, "workers_housing": 0.03}, ratio=(0.6, ratio))


class _Rows:
    def __init__(self, ground: Ground, as_of: date) -> None:
        self.ground, self.as_of = ground, as_of
        self.plans: list[dict[str, Any]] = []
        self.rows: dict[str, list[dict[str, Any]]] = {"plan_area": [], "plan_use": [], "plan_line": []}

    def _plan(self, plan_id: str, name: str, **how: Any) -> None:
        shapes = [row["shape"] for row in self.rows["plan_area"] if row["plan_id"] == plan_id]
        official = sum(row["official_area_ha"] for row in self.rows["plan_area"] if row["plan_id"] == plan_id)
        assert shapes
        self.plans.append({
            "plan_id": plan_id, "name_vi": f"{name} (minh họa)", "official_area_ha": round(official, 2),
            "note": "Số liệu minh họa: không có ranh quy hoạch nào của khu vực này được công bố.",
            "source_ids": SOURCE, "as_of": self.as_of.isoformat(), "confidence": "low", "basis": BASIS, **how,
        })  # fmt: skip

    def _area(self, plan_id: str, area_id: str, box: Box, use: str, **how: Any) -> None:
        shape = self.ground.shape(box)
        self.rows["plan_area"].append({
            "plan_id": plan_id, "area_id": area_id, "land_use": use, "shape": shape, "basis": BASIS,
            "official_area_ha": round(box.ha, 2), **how,
        })  # fmt: skip

    def general(self, plan_id: str, draft: str, *, strict: bool) -> None:
        """One draft of the general plan: tight figures, or ranges with conditions."""
        for name, box in self.ground.blocks.items():
            area = name.upper()
            if name in self.ground.parks:
                self._area(plan_id, area, box, "industrial_park", name_vi=name, **_park(strict))
                self._shares(plan_id, area, strict)
                axis = spine_of(box)
                self._line(plan_id, f"T-{area}", "road_axis", (axis, box.south), (axis, box.north), SPINE_M,
                           name="Trục chính của khu", tolerance_m=None if strict else 50.0)  # fmt: skip
            elif name == "canal":
                self._area(plan_id, area, box, "green", allowed_uses="water" if strict else "water;transport")
                middle = (box.south + box.north) / 2
                self._line(plan_id, "HL-KENH", "green_corridor", (0.0, middle), (WIDTH_M, middle), box.height,
                           name="Hành lang xanh dọc kênh", tolerance_m=None if strict else 10.0,
                           allowed_uses="green;water;transport")  # fmt: skip
            elif name.startswith("road"):
                self._area(plan_id, area, box, "transport")
            else:
                more = {} if strict or name != "mixed" else {"allowed_uses": "commercial_service;workers_housing"}
                self._area(plan_id, area, box, name, **more)
        text = f"Quy hoạch chung khu vực phía tây, phương án {draft}"
        self._plan(plan_id, text, level="general_plan", scale=10_000, status="draft", draft=draft)

    def _shares(self, plan_id: str, area: str, strict: bool) -> None:
        least = {"park_green": 0.10, "park_transport": 0.09 if strict else 0.08, "park_utility": 0.01}
        for use, share in least.items():
            self.rows["plan_use"].append({
                "plan_id": plan_id, "area_id": area, "land_use": use, "min_area_share": share, "basis": BASIS,
            })  # fmt: skip
        if not strict:
            for use, share in {"workers_housing": 0.05, "commercial_service": 0.05, "research_training": 0.10}.items():
                self.rows["plan_use"].append({
                    "plan_id": plan_id, "area_id": area, "land_use": use, "max_area_share": share, "basis": BASIS,
                })  # fmt: skip

    def _line(
        self, plan_id: str, line_id: str, kind: str, start: tuple[float, float], end: tuple[float, float],
        width: float | None, *, name: str, **how: Any,
    ) -> None:  # fmt: skip
        self.rows["plan_line"].append({
            "plan_id": plan_id, "line_id": line_id, "name_vi": name, "line_kind": kind, "width_m": width,
            "shape": self.ground.line(start, end), "basis": BASIS, **how,
        })  # fmt: skip

    def lower(self, plan_id: str, name: str, park: str, recipe: Recipe, *, level: str, upper: str | None) -> None:
        """A plan below for one park."""
        box = self.ground.blocks[park]
        for lot in lots(box, recipe):
            self._area(plan_id, lot.sign, lot.box, lot.use, **lot.densities)
        axis = spine_of(box, recipe.shift_m)
        self._line(plan_id, "T1", "road_axis", (axis, box.south), (axis, box.north), SPINE_M, name="Trục chính")
        status = "draft" if upper else "proposal"
        self._plan(plan_id, name, level=level, scale=2000, status=status, park_id=park, upper_plan_id=upper)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All rows as the dictionary has them."""
        source = {
            "source_id": SOURCE, "kind": "derived", "publisher": "quydat",
            "note": "Quy hoạch minh họa do chương trình tạo ra; không phải số liệu thật.",
        }  # fmt: skip
        made = {"source": _record([source], "source"), "spatial_plan": _record(self.plans, "spatial_plan")}
        for name, rows in self.rows.items():
            column = {"plan_area": "outline", "plan_line": "line"}.get(name)
            if column:
                shapes = np.array([row["shape"] for row in rows], dtype=object)
                rows = [{**row, column: wkb} for row, wkb in zip(rows, as_wkb(shapes), strict=True)]
            made[name] = typed_table(rows, tables()[name])
        return made


def _park(strict: bool) -> dict[str, Any]:
    if strict:
        return {"site_coverage_max_share": 0.5, "plot_ratio_max": 1.0, "storeys_max": 3}
    return {
        "allowed_uses": "workers_housing;commercial_service;research_training",
        "site_coverage_min_share": 0.2, "site_coverage_max_share": 0.6,
        "plot_ratio_min": 0.2, "plot_ratio_max": 2.5, "storeys_min": 1, "storeys_max": 9,
        "conditions": "infrastructure_first",
        "condition_text": "Nhà lưu trú, thương mại, nghiên cứu trong tỷ lệ cho phép; xây dựng hạ tầng khung trước.",
    }  # fmt: skip


def _record(rows: list[dict[str, Any]], name: str) -> pd.DataFrame:
    """Rows of a record table from right values."""
    return framed(rows, tables()[name])


def empty_plans() -> dict[str, pd.DataFrame]:
    """The bulk tables of plans without rows."""
    return {name: empty_bulk(tables()[name]) for name in ("plan_area", "plan_use", "plan_line")}


__all__ = ["BASIS", "DRAFT_A", "DRAFT_B", "PROPOSALS", "SOURCE", "ZONING", "MadePlans", "empty_plans", "make_plans"]
