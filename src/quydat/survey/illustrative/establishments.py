"""The truth of a made-up survey: every establishment with its land, its buildings and its people."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.survey.illustrative.codes import ACTIVITIES, WEIGHTS, tax_codes
from quydat.survey.illustrative.draw import pick, stream
from quydat.survey.illustrative.names import CITY, company_name, street
from quydat.survey.illustrative.units import ILLUSTRATIVE, MadeUnits, from_plane, to_plane

_IN_PARKS = 0.4
_FARTHEST_TRY = 400
_STATES = ("operating", "suspended", "under_construction", "closed", "moved")
_STATE_WEIGHTS = (86, 5, 3, 4, 2)
_RELATED = 0.02
_FAR_DEGREES = 0.1
_LOW_SHED_M = 2.9
_LOW_SHEDS_SHARE = 0.06
_WANTS_SHARE = 0.35


def make_establishments(
    *, seed: int, count: int, units: MadeUnits, parks: pd.DataFrame, outlines: NDArray[np.object_], as_of: date
) -> pd.DataFrame:
    """Establishments of which everything is known.

    Four in ten lie in parks, the others stand alone; their land does not overlap. Workers are lognormal (R. Gibrat,
    Les inégalités économiques, 1931), floor follows workers and sector. Gross floor area is footprint times storeys
    exactly, so that an estimate from these two is the truth.

    Parameters
    ----------
    parks
        Bulk table ``park_outline`` with a column ``name`` (the park's name), in the order of ``outlines``.
    as_of
        No observation is younger than this day.

    Returns
    -------
    One row for each establishment: the attributes of an observation, and ``establishment_id``, ``unit_id``,
    ``old_unit_id``, ``old_unit_name``, ``old_divided``, ``park_id``, ``section``, ``outline`` (WKB, WGS 84).
    """
    random = stream(seed, "establishments")
    places = _Places(units, outlines)
    rows = [_one(random, k, places, as_of) for k in range(count)]
    # A shed lower than a storey has a floor all the same.
    for row in [row for row in rows if row["storeys"] == 1 and row["operating_state"] == "operating"]:
        if random.random() < _LOW_SHEDS_SHARE:
            row["height_m"] = _LOW_SHED_M
    truth = pd.DataFrame(rows)
    truth["tax_code"] = tax_codes(count)
    truth.insert(0, "establishment_id", [f"T{k + 1:05}" for k in range(count)])
    truth = pd.concat([truth, places.named(truth, parks)], axis=1)
    # In a park land is sub-leased, outside never.
    inside = truth["park_id"].notna()
    truth.loc[inside & truth["tenure"].isin(["allocated", "own_residential_land"]), "tenure"] = "subleased_in_park"
    truth.loc[~inside & truth["tenure"].eq("subleased_in_park"), "tenure"] = "leased_from_state"
    truth.loc[truth["tenure"].eq("own_residential_land"), "tenure_expiry_year"] = pd.NA
    truth["tenure_expiry_year"] = truth["tenure_expiry_year"].astype("Int64")
    truth["basis"] = ILLUSTRATIVE
    truth[["wanted_land_m2", "wanted_floor_m2", "wanted_by_year"]] = _wanted(truth, stream(seed, "wanted"), as_of)
    return _relations(truth, stream(seed, "relations"))


def _wanted(truth: pd.DataFrame, random: np.random.Generator, as_of: date) -> pd.DataFrame:
    """What those that operate say they will want: most nothing, the others a part of what they have."""
    count = len(truth)
    operating = truth["operating_state"].eq("operating").to_numpy(bool)
    more = random.random(count) < _WANTS_SHARE
    part = random.lognormal(-1.2, 0.6, count)
    year = as_of.year + random.integers(1, 9, count)
    return pd.DataFrame(
        {
            "wanted_land_m2": np.where(
                operating, np.where(more, np.ceil(truth["site_area_m2"] * part / 100) * 100, 0.0), np.nan
            ),
            "wanted_floor_m2": np.where(
                operating, np.where(more, np.ceil(truth["gross_floor_area_m2"] * part / 100) * 100, 0.0), np.nan
            ),
            "wanted_by_year": pd.Series(year, dtype="Int64").where(pd.Series(more & operating)),
        }
    )


def _relations(truth: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Some have a namesake elsewhere, some a branch: ``related`` says so, and ``related_id`` of whom."""
    related: list[str | None] = [None] * len(truth)
    related_id: list[str | None] = [None] * len(truth)
    names, codes = truth["name"].tolist(), truth["tax_code"].tolist()
    x, y = truth["longitude"].to_numpy(float), truth["latitude"].to_numpy(float)
    free = [int(k) for k in random.permutation(len(truth))]
    pairs = max(1, round(len(truth) * _RELATED))
    for kind in ("namesake", "branch"):
        for _ in range(min(pairs, len(free) // 4)):
            first = free.pop()
            far = [k for k in free if np.hypot(x[k] - x[first], y[k] - y[first]) > _FAR_DEGREES]
            if not far:
                continue
            second = far[0]
            free.remove(second)
            names[second] = names[first] if kind == "namesake" else f"{names[first]} - Chi nhánh"
            if kind == "branch":
                codes[second] = f"{codes[first]}-001"
            related[second], related_id[second] = kind, str(truth["establishment_id"].iloc[first])
    added = pd.DataFrame({"name": names, "tax_code": codes, "related": related, "related_id": related_id})
    truth[list(added.columns)] = added
    return truth


def _one(random: np.random.Generator, number: int, places: "_Places", as_of: date) -> dict[str, object]:
    activity = ACTIVITIES[int(np.searchsorted(np.cumsum(WEIGHTS), random.random() * sum(WEIGHTS), side="right"))]
    state = pick(random, _STATES, _STATE_WEIGHTS)
    planned = int(np.clip(np.round(random.lognormal(3.6, 1.2)), 1, 12000))
    storeys = int(random.choice([1, 1, 1, 1, 2, 2, 3, 5])) if activity.section != "J" else int(random.integers(2, 9))
    floor = planned * activity.floor_per_worker_m2 * float(random.lognormal(0, 0.35))
    footprint = int(np.clip(round(floor / storeys, -1), 60, 60000))
    site = int(round(footprint / float(random.uniform(0.3, 0.7)), -1))
    x, y, outline = places.take(random, site, in_park=random.random() < _IN_PARKS)
    seen = as_of - timedelta(days=int(random.integers(10, 500)))
    group = activity.group if random.random() < 0.85 else pick(random, ("I", "II", "III", "IV"))
    return {
        "code": f"{number + 1:05}",
        "observed_on": seen,
        "name": company_name(random, activity.words),
        "address": street(random),
        "longitude": round(x, 7),
        "latitude": round(y, 7),
        "outline": shapely.to_wkb(outline),
        "sector_code": activity.code,
        "vsic_version": activity.version,
        "sector_text": f"Sản xuất, kinh doanh {activity.words.lower()}",
        "section": activity.section,
        "workers": planned if state in ("operating",) else (0 if state in ("closed", "moved") else planned // 4),
        "operating_state": state,
        "tenure": pick(
            random,
            ("allocated", "leased_from_state", "subleased_in_park", "rented_building", "own_residential_land"),
            (10, 30, 30, 20, 10),
        ),
        "tenure_expiry_year": int(as_of.year + random.integers(3, 46)),
        "environmental_group": group,
        "site_area_m2": float(site),
        "footprint_m2": float(footprint),
        "storeys": float(storeys),
        "height_m": round(storeys * float(random.uniform(4.2, 9.0)), 1),
        "gross_floor_area_m2": float(footprint * storeys),
        "floor_basis": pick(random, ("measured", "declared"), (35, 65)),
    }


class _Places:
    """Land that is still free: sites do not overlap, and none crosses the edge of a park."""

    def __init__(self, units: MadeUnits, outlines: NDArray[np.object_]) -> None:
        self.units = units
        self.parks = outlines
        self.parks_m = np.array([to_plane(outline) for outline in outlines], dtype=object)
        self.units_m = np.array([to_plane(outline) for outline in units.new], dtype=object)
        self.centres = np.empty((0, 2))
        self.reach = np.empty(0)
        size = np.array([outline.area for outline in self.parks_m])
        self.share = np.cumsum(size) / size.sum() if len(size) else size
        wards = units.unit.iloc[: len(units.new)]
        pull = np.sqrt(wards["population"].to_numpy(float))
        self.pull = np.cumsum(pull) / pull.sum()

    def take(
        self, random: np.random.Generator, site_m2: float, *, in_park: bool
    ) -> tuple[float, float, shapely.Geometry]:
        """Centre (longitude, latitude) and outline of a free rectangle of that area."""
        long = float(random.uniform(1.0, 2.2))
        width, height = np.sqrt(site_m2 * long), np.sqrt(site_m2 / long)
        reach = float(np.hypot(width, height) / 2)
        inside = in_park and len(self.parks) > 0
        for attempt in range(_FARTHEST_TRY):
            # A park that is full sends the next one out of it.
            inside = inside and attempt < _FARTHEST_TRY // 2
            x, y = self._draw(random, inside)
            if self._free(x, y, reach, inside):
                self.centres = np.vstack([self.centres, [x, y]])
                self.reach = np.append(self.reach, reach)
                angle = float(random.uniform(0, np.pi))
                outline = from_plane(_rectangle(x, y, width, height, angle))
                centre = from_plane(shapely.Point(x, y))
                return centre.x, centre.y, shapely.transform(outline, lambda xy: np.round(xy, 8))
        raise ValueError("the box has no room for so many establishments: ask for fewer, or for a larger box")

    def _draw(self, random: np.random.Generator, inside: bool) -> tuple[float, float]:
        shares, shapes = (self.share, self.parks_m) if inside else (self.pull, self.units_m)
        within = shapes[min(int(np.searchsorted(shares, random.random(), side="right")), len(shapes) - 1)]
        west, south, east, north = within.bounds
        while True:
            x, y = float(random.uniform(west, east)), float(random.uniform(south, north))
            if shapely.contains_xy(within, x, y):
                return x, y

    def _free(self, x: float, y: float, reach: float, inside: bool) -> bool:
        if len(self.reach):
            away = np.hypot(self.centres[:, 0] - x, self.centres[:, 1] - y)
            if bool((away < self.reach + reach + 2).any()):
                return False
        disc = shapely.Point(x, y).buffer(reach + 5)
        own = shapely.contains(self.units_m, disc)
        if not own.any():
            return False
        if inside:
            return bool(shapely.contains(self.parks_m, disc).any())
        return not shapely.intersects(self.parks_m, disc).any()

    def named(self, truth: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
        """Unit, old unit and park of each establishment, from its position."""
        x, y = truth["longitude"].to_numpy(float), truth["latitude"].to_numpy(float)
        new, old, park = (_holder(shapes, x, y) for shapes in (self.units.new, self.units.old, self.parks))
        wards = self.units.unit
        first_old = len(self.units.new)
        in_park = park >= 0
        blank = np.full(len(truth), None, dtype=object)
        park_id, park_name = blank.copy(), blank.copy()
        park_id[in_park] = parks["park_id"].to_numpy(object)[park[in_park]]
        park_name[in_park] = parks["name"].to_numpy(object)[park[in_park]]
        olden = wards.iloc[first_old + old].reset_index(drop=True)
        change = self.units.unit_change
        divided = change.loc[change["divided"].astype(bool), "old_unit_id"].tolist()
        return pd.DataFrame(
            {
                "unit_id": wards["unit_id"].to_numpy(object)[new],
                "unit_name": wards["name_vi"].to_numpy(object)[new],
                "city_name": CITY,
                "old_unit_id": olden["unit_id"],
                "old_unit_name": olden["name_vi"],
                "district_name": olden["district_name"],
                "province_name": olden["province_name"],
                "old_divided": olden["unit_id"].isin(divided),
                "park_id": park_id,
                "park_name": park_name,
            }
        )


def _holder(shapes: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of the shape that holds each point, or −1."""
    holder = np.full(len(x), -1, dtype=np.int64)
    if len(shapes):
        point, shape = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="within")
        holder[point] = shape
    return holder


def _rectangle(x: float, y: float, width: float, height: float, angle: float) -> shapely.Geometry:
    corner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return shapely.Polygon(corner @ turn.T + [x, y])
