"""What is wrong with plans beyond what the dictionary alone can tell; each problem with its place and the repair."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.area_field import AreaField
from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.read import FIRST_ROW
from quydat.dictionary.schema import choices
from quydat.dictionary.schema import tables as definitions
from quydat.spatial_plan.compare import RANGES
from quydat.spatial_plan.land_use import LandUses, listed
from quydat.spatial_plan.layer import LEVELS, SCALES, in_plane
from quydat.spatial_plan.overlay import overlaps
from quydat.spatial_plan.shares import WHOLE

PlaceOf = Callable[[str], Place]
"""Where a table comes from, by its name."""

OFFICIAL_SHARE = 0.02
"""Drawn and official area may differ by this share before it is told of; within it both are shown side by side.
Assumed: no instrument that was found gives a tolerance."""

_OVERLAP_HA = 0.0001
"""A square metre: overlaps below it are told of by nobody."""
_SLIVER_M = 0.5
_GAP_HA = 0.01
_ROUNDING_HA = 0.05
_NAMED = 20
"""Overlaps and gaps of one plan that are told one by one, the largest first; the rest are counted."""


def check_plans(tables: Mapping[str, pd.DataFrame], *, uses: LandUses, place: PlaceOf) -> list[Problem]:
    """All that is wrong with plans and their layers.

    Parameters
    ----------
    tables
        ``spatial_plan``, ``plan_area``, ``plan_use`` and ``plan_line``, typed; geometries as WKB in WGS 84.
    uses
        The list of land uses.
    place
        Where each table comes from.
    """
    plans = tables["spatial_plan"]
    found = check_plan_rows(plans, place=place("spatial_plan"))
    for name in ("plan_area", "plan_use", "plan_line"):
        found += _rows(tables[name], name, set(plans["plan_id"]), uses, place(name))
    found += _ranges(tables["plan_area"], place("plan_area"))
    found += _land_table(tables, place("plan_use"))
    for cells in plans.to_dict("records"):
        plan = {str(name): value for name, value in cells.items()}
        own = np.flatnonzero((tables["plan_area"]["plan_id"] == plan["plan_id"]).to_numpy(bool))
        if len(own):
            found += _drawing(plan, tables["plan_area"].iloc[own], own, place("plan_area"))
    return found


def check_plan_rows(plans: pd.DataFrame, *, place: Place) -> list[Problem]:
    """What is wrong with the table of plans itself: scales, dates, and which plan stands above which."""
    return [*_plans(plans, place), *_chain(plans, place)]


def check_in_force(lower: Mapping[str, Any], upper: Mapping[str, Any], *, place: Place) -> list[Problem]:
    """Whether the plan above holds on the day of the lower one; nothing is said where a day is unknown.

    Parameters
    ----------
    lower, upper
        Rows of ``spatial_plan``.
    """
    day = next((str(lower[name]) for name in ("decision_date", "valid_from", "as_of") if _known(lower[name])), "")
    first, last = (str(upper[name]) if _known(upper[name]) else "" for name in ("valid_from", "valid_to"))
    over = bool(day and last and day >= last)
    early = bool(day and first and day < first[: len(day)])
    if not (over or early or upper["status"] == "replaced"):
        return []
    facts = {"lower": lower["plan_id"], "upper": upper["plan_id"], "day": day or "?", "first": first or "?",
             "last": last or "…"}  # fmt: skip
    return [problem("QD854", place, **facts)]


def _at(place: Place, position: int, column: str) -> Place:
    return Place(place.file, place.sheet, position + FIRST_ROW, column)


def _known(value: object) -> bool:
    return value is not None and value is not pd.NA and value is not pd.NaT and value == value


def _plans(plans: pd.DataFrame, place: Place) -> Iterator[Problem]:
    for position, plan in enumerate(plans.to_dict("records")):
        name = plan["plan_id"]
        low, high = SCALES.get(plan["level"], (0, 0))  # a level or scale that is missing is told by the reading
        if plan["level"] in SCALES and _known(plan["scale"]) and not low <= plan["scale"] <= high:
            yield problem("QD833", _at(place, position, "scale"), plan=name, scale=plan["scale"], low=low, high=high,
                          level_vi=choices("plan_level")[plan["level"]][0],
                          level_en=choices("plan_level")[plan["level"]][1])  # fmt: skip
        needed = "valid_from" if plan["status"] in ("in_force", "replaced") else "as_of"
        if not _known(plan[needed]):
            yield problem("QD834", _at(place, position, needed), plan=name, column=needed)
        if _known(plan["valid_from"]) and _known(plan["valid_to"]) and plan["valid_to"] <= plan["valid_from"]:
            yield problem(
                "QD835", _at(place, position, "valid_to"), plan=name, first=plan["valid_from"], last=plan["valid_to"]
            )
        if _known(plan["decision_date"]) and _known(plan["valid_from"]) and plan["valid_from"] < plan["decision_date"]:
            yield problem("QD836", _at(place, position, "valid_from"), plan=name, first=plan["valid_from"],
                          decided=plan["decision_date"])  # fmt: skip


def _chain(plans: pd.DataFrame, place: Place) -> Iterator[Problem]:
    """The plan above must be there, must be of a higher level, and chains of plans must end."""
    rows = {str(plan["plan_id"]): plan for plan in plans.to_dict("records")}
    for position, (name, plan) in enumerate(rows.items()):
        at, above = _at(place, position, "upper_plan_id"), plan["upper_plan_id"]
        if not _known(above):
            continue
        if above not in rows:
            yield problem("QD837", at, plan=name, upper=above)
            continue
        levels = [LEVELS.index(one["level"]) for one in (rows[above], plan) if one["level"] in LEVELS]
        if len(levels) == 2 and levels[0] >= levels[1]:
            yield problem("QD838", at, plan=name, upper=above)
        walked = [name]
        while _known(above) and above in rows and above not in walked:
            walked.append(str(above))
            above = rows[str(above)]["upper_plan_id"]
        if above == name and name == min(walked):  # a circle is told of once
            yield problem("QD839", at, cycle=" → ".join([*walked, name]))


def _rows(rows: pd.DataFrame, table: str, plans: set[Any], uses: LandUses, place: Place) -> Iterator[Problem]:
    """Plans and uses that are not in the lists."""
    names = _named(rows, table)
    strange = ~rows["plan_id"].isin(plans) & ~rows["plan_id"].duplicated()  # each plan that is not there is told once
    for position in np.flatnonzero(strange.to_numpy()).tolist():
        facts = {"plan": rows["plan_id"].iloc[position], "known": ", ".join(sorted(map(str, plans))) or "–"}
        yield problem("QD830", _at(place, position, "plan_id"), **facts)
    lists = {
        "QD840": (("land_use", "allowed_uses"), uses.codes),
        "QD841": (("conditions", "conditions_met"), _CONDITIONS),
    }
    for number, (columns, known) in lists.items():
        for column in (one for one in columns if one in rows):
            for position, cell in enumerate(rows[column].tolist()):
                for code in (one for one in listed(cell) if one not in known):
                    facts = {"row": names[position], "code": code, "known": ", ".join(known)}
                    yield problem(number, _at(place, position, column), **facts)
    if table in _SHAPES:
        yield from _broken(rows, _SHAPES[table], names, place)


_SHAPES = {"plan_area": "outline", "plan_line": "line"}
_CONDITIONS = tuple(choices("plan_condition"))


def _named(rows: pd.DataFrame, table: str) -> list[str]:
    """Key of each row, as people find it: plan / area."""
    return [" / ".join(map(str, key)) for key in rows[list(definitions()[table].key)].itertuples(index=False)]


def _broken(rows: pd.DataFrame, column: str, names: list[str], place: Place) -> Iterator[Problem]:
    shapes = _read(rows[column])
    wanted = (3, 6) if column == "outline" else (1, 5)
    for position in np.flatnonzero(~shapely.is_missing(shapes)).tolist():
        shape, name = shapes[position], names[position]
        if shapely.get_type_id(shape) not in wanted or shape.is_empty:
            yield problem("QD842", _at(place, position, column), name=name, kind=shape.geom_type)
        elif not shape.is_valid:
            why, _, at = shapely.is_valid_reason(shape).partition("[")
            yield problem("QD843", _at(place, position, column), name=name, why=why, at=at.rstrip("]"))


def _read(column: "pd.Series[Any]") -> NDArray[np.object_]:
    given: NDArray[np.object_] = np.empty(len(column), dtype=object)
    given[:] = [cell if isinstance(cell, bytes) else None for cell in column.tolist()]
    shapes: NDArray[np.object_] = np.asarray(shapely.from_wkb(given, on_invalid="ignore"), dtype=object)
    return shapes


def _ranges(rows: pd.DataFrame, place: Place) -> Iterator[Problem]:
    for low, high in RANGES.values():
        a, b = (rows[name].to_numpy(float, na_value=np.nan) for name in (low, high))
        for position in np.flatnonzero(a > b).tolist():
            facts = {"area": rows["area_id"].iloc[position], "low": f"{a[position]:g}", "high": f"{b[position]:g}"}
            yield problem("QD844", _at(place, position, high), **facts)


def _land_table(tables: Mapping[str, pd.DataFrame], place: Place) -> Iterator[Problem]:
    areas = set(tables["plan_area"]["plan_id"].astype(str) + "|" + tables["plan_area"]["area_id"].astype(str))
    for position, row in enumerate(tables["plan_use"].to_dict("records")):
        if row["area_id"] != WHOLE and f"{row['plan_id']}|{row['area_id']}" not in areas:
            yield problem("QD845", _at(place, position, "area_id"), plan=row["plan_id"], area=row["area_id"])
        for low, high in (("min_area_ha", "max_area_ha"), ("min_area_share", "max_area_share")):
            if _known(row[low]) and _known(row[high]) and row[low] > row[high]:
                facts = {
                    "area": f"{row['area_id']} {row['land_use']}",
                    "low": f"{row[low]:g}",
                    "high": f"{row[high]:g}",
                }
                yield problem("QD844", _at(place, position, high), **facts)


def _drawing(
    plan: Mapping[str, Any], rows: pd.DataFrame, positions: NDArray[np.int64], place: Place
) -> Iterator[Problem]:
    """Overlaps, slivers, gaps, and areas far from the official ones, of one plan."""
    shapes = _read(rows["outline"])
    good = np.flatnonzero(
        ~shapely.is_missing(shapes) & np.isin(shapely.get_type_id(shapes), (3, 6)) & shapely.is_valid(shapes)
    )
    if not len(good):
        return
    drawn, at = in_plane(rows["outline"].iloc[good].tolist()), positions[good]
    ids = rows["area_id"].astype(str).to_numpy()[good]
    west, south, east, north = shapely.total_bounds(drawn)
    field = AreaField((west - 1e3, south - 1e3, east + 1e3, north + 1e3), epsg=9210)
    one, other, ha = overlaps(drawn, field=field)
    large = np.flatnonzero(ha > _OVERLAP_HA)
    large = large[np.argsort(-ha[large], kind="stable")]
    for pair in large[:_NAMED].tolist():
        facts = {"plan": plan["plan_id"], "first": ids[one[pair]], "second": ids[other[pair]], "ha": f"{ha[pair]:.4g}"}
        yield problem("QD832", _at(place, int(at[other[pair]]), "outline"), **facts)
    if len(large) > _NAMED:
        yield problem(
            "QD846", place, plan=plan["plan_id"], count=len(large) - _NAMED, ha=f"{ha[large[_NAMED:]].sum():.4g}"
        )
    yield from _slivers(plan, drawn, ids, at, field, place)
    yield from _gaps(plan, drawn, field, place)
    yield from _official(plan, rows.iloc[good], field.ha(drawn), ids, at, place)


def _slivers(
    plan: Mapping[str, Any], drawn: NDArray[np.object_], ids: NDArray[Any], at: NDArray[np.int64], field: AreaField,
    place: Place,
) -> Iterator[Problem]:  # fmt: skip
    """Polygons, or parts of one, so thin that they are no land but the crack between two drawings."""
    parts, of = shapely.get_parts(drawn, return_index=True)
    thin = np.flatnonzero(2 * shapely.area(parts) <= _SLIVER_M * shapely.length(parts))
    for part, ha in zip(thin.tolist(), field.ha(parts[thin]).tolist(), strict=True):
        facts = {"plan": plan["plan_id"], "area": ids[of[part]], "ha": f"{ha:.2g}", "width": f"{_SLIVER_M:g}"}
        yield problem("QD847", _at(place, int(at[of[part]]), "outline"), **facts)


def _gaps(plan: Mapping[str, Any], drawn: NDArray[np.object_], field: AreaField, place: Place) -> Iterator[Problem]:
    """Holes inside the plan that no area fills."""
    whole = shapely.union_all(drawn)
    rings = shapely.get_rings(shapely.get_parts(whole))
    _, of = shapely.get_rings(shapely.get_parts(whole), return_index=True)
    holes = shapely.polygons(rings[np.diff(of, prepend=-1) == 0])
    ha = field.ha(holes)
    order = [hole for hole in np.argsort(-ha, kind="stable").tolist() if ha[hole] > _GAP_HA]
    for hole in order[:_NAMED]:
        point = shapely.point_on_surface(holes[hole])
        facts = {"plan": plan["plan_id"], "ha": f"{ha[hole]:.4g}", "x": f"{point.x:.0f}", "y": f"{point.y:.0f}"}
        yield problem("QD848", Place(place.file, place.sheet, None, "outline"), **facts)


def _official(
    plan: Mapping[str, Any], rows: pd.DataFrame, drawn: NDArray[np.float64], ids: NDArray[Any], at: NDArray[np.int64],
    place: Place,
) -> Iterator[Problem]:  # fmt: skip
    said = rows["official_area_ha"].to_numpy(float)
    for position in np.flatnonzero(_far(drawn, said)).tolist():
        facts = {"plan": plan["plan_id"], "area": ids[position], "drawn": f"{drawn[position]:.2f}",
                 "official": f"{said[position]:.2f}", "share": f"{OFFICIAL_SHARE:.0%}"}  # fmt: skip
        yield problem("QD849", _at(place, int(at[position]), "official_area_ha"), **facts)
    total, whole = float(drawn.sum()), plan["official_area_ha"]
    if _known(whole) and _far(np.array([total]), np.array([float(whole)]))[0]:
        facts = {
            "plan": plan["plan_id"],
            "drawn": f"{total:.2f}",
            "official": f"{whole:.2f}",
            "share": f"{OFFICIAL_SHARE:.0%}",
        }
        yield problem("QD850", Place(place.file, place.sheet, None, "official_area_ha"), **facts)


def _far(drawn: NDArray[np.float64], said: NDArray[np.float64]) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        far: NDArray[np.bool_] = np.abs(drawn - said) > np.maximum(said * OFFICIAL_SHARE, _ROUNDING_HA)
    return far
