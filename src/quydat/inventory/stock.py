"""The stock of production on a day: establishments made from observations, placed, classified, added up and graded."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.problem import Problem
from quydat.dictionary.cells import Names
from quydat.dictionary.schema import tables as definitions
from quydat.inventory.classify import classify
from quydat.inventory.establish import establish
from quydat.inventory.estimate import estimate_floor
from quydat.inventory.evidence import Parameters
from quydat.inventory.floor_space import tabulate_floor
from quydat.inventory.quality import grade, quality_by_unit
from quydat.inventory.vsic import codes
from quydat.survey.address import place_by_address
from quydat.survey.clusters import clusters
from quydat.survey.letters import arrow_text
from quydat.survey.outlines import Outlines
from quydat.survey.personal import without_persons
from quydat.survey.units import Units

Tables = Mapping[str, pd.DataFrame]
_PENDING = "unsure"
_DAY_LETTERS = len("@2025-06-30")


@dataclass(frozen=True)
class StockSettings:
    """What the stock is reckoned with; see ``parameters.survey`` in the dictionary of settings."""

    @staticmethod
    def of(parameters: Parameters) -> "StockSettings":
        """As a study states them.

        Raises
        ------
        Problems
            QD304 for each that it does not state.
        """
        names = [field.name for field in fields(StockSettings)]
        return StockSettings(*parameters.needed(*(f"survey.{name}" for name in names)))

    live_years: float
    homes_density_per_km2: float
    storey_height_m: float
    position_error_m: float


@dataclass(frozen=True)
class Stock:
    """Establishments on a day and what they add up to.

    Attributes
    ----------
    establishments, floor_space, floor_cell, quality
        Tables as the dictionary defines them; names of groups are still to be put in.
    observations, establishment_ids
        The observations up to the day, and the establishment that each speaks of.
    contradictions
        Decisions that cannot all hold (see ``survey.decide``).
    """

    establishments: pd.DataFrame
    floor_space: pd.DataFrame
    floor_cell: pd.DataFrame
    quality: pd.DataFrame
    observations: pd.DataFrame
    establishment_ids: "pd.Series[str]"
    contradictions: tuple[Problem, ...]


def take_stock(tables: Tables, *, as_of: date, settings: StockSettings) -> Stock:
    """Make the stock of a day.

    Parameters
    ----------
    tables
        The survey tables, and ``park`` of the record.
    as_of
        Observations of later days are left out; units and outlines are those of that day.
    """
    observations = _until(tables["observation"], as_of)
    ids, contradictions = identified(observations, tables["match_decision"])
    places = Places(tables, as_of=as_of, settings=settings)
    made = establish(observations, ids, as_of=as_of, storey_height_m=settings.storey_height_m)
    classified = places.classified(made)
    pending = _pending(tables["match_decision"], observations, ids)
    grades = grade(classified, observations, ids, pending, as_of=as_of, live_years=settings.live_years)
    graded = classified.assign(**{str(name): grades[name].array for name in grades})[
        definitions()["establishment"].columns
    ]
    space, cell = tabulate_floor(graded)
    waiting = int((tables["quarantine"]["state"] == "waiting").sum())
    quality = quality_by_unit(graded, waiting=waiting)
    return Stock(graded, estimate_floor(graded, space), cell, quality, observations, ids, contradictions)


def node_of(observation_ids: "pd.Series[str]") -> "pd.Series[str]":
    """What one origin calls one establishment: the observation's id without its day.

    >>> node_of(pd.Series(["hcmc/A1@2025-06-30", "bd/7@x"], dtype="str")).tolist()
    ['hcmc/A1', 'bd/7']
    """
    if not len(observation_ids):
        return observation_ids.astype("str")
    text = pa.array(observation_ids, pa.large_string(), from_pandas=True)
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    dated = pc.utf8_slice_codeunits(text, -_DAY_LETTERS, 2**31)
    if pc.all(pc.match_substring_regex(dated, r"^@[0-9-]{10}$")).as_py():  # nearly always, and faster than a search
        made = pc.utf8_slice_codeunits(text, 0, -_DAY_LETTERS)
    else:
        made = pc.replace_substring_regex(text, r"@[^@]*$", "")
    return pd.Series(pd.array(made, dtype="str"), index=observation_ids.index)


def identified(
    observations: pd.DataFrame, decisions: pd.DataFrame
) -> tuple["pd.Series[str]", tuple[Problem, ...]]:  # fmt: skip
    """Establishment of each observation: what one origin calls one, and what decisions say are one.

    Returns
    -------
    Ids in the order of the observations, and the decisions that contradict each other.
    """
    nodes = node_of(observations["observation_id"])
    said = decisions[decisions["decision"] != _PENDING].copy()
    if not len(said):
        return nodes, ()
    said["left_id"], said["right_id"] = node_of(said["left_id"]), node_of(said["right_id"])
    named = pd.concat([said["left_id"], said["right_id"]], ignore_index=True)
    at = np.flatnonzero(nodes.isin(named.array).to_numpy())
    known = nodes.iloc[at].drop_duplicates().reset_index(drop=True)  # all others are on their own
    said = said[said["left_id"].isin(known) & said["right_id"].isin(known) & (said["left_id"] != said["right_id"])]
    made = clusters(known, said.reset_index(drop=True))
    which = pd.Index(known).get_indexer(pd.Index(nodes.iloc[at]))
    ids = pc.replace_with_mask(
        arrow_text(nodes), pa.array(np.isin(np.arange(len(nodes)), at, assume_unique=True)),
        arrow_text(made.establishment_id).take(pa.array(which)),
    )  # fmt: skip
    return pd.Series(pd.array(ids, dtype="str")), made.contradictions


def with_days(establishments: pd.DataFrame) -> pd.DataFrame:
    """The establishments as result tables hold them: days as ``datetime.date``, nothing that tells of a person."""
    number, different = pd.factorize(establishments["observed_on"])  # many rows, few days
    days = np.array([*(one.date() for one in pd.DatetimeIndex(different)), None], dtype=object)[number]
    return without_persons(establishments.assign(observed_on=pd.Series(days, dtype="object")), "establishment")


def names_of(tables: Tables) -> dict[str, dict[str, Names]]:
    """Names of the groups of floor space that stand in tables: units, parks, sections and divisions."""
    unit, park = tables["unit"], tables["park"]
    return {
        "unit": {one: (name, name) for one, name in Units(unit, tables["unit_change"]).called().items()} | _units(unit),
        "park": {i: (v, e) for i, v, e in zip(park["park_id"], park["name_vi"], park["name_en"], strict=True)},
        "section": _sectors("section"),
        "division": _sectors("division"),
    }


def _units(unit: pd.DataFrame) -> dict[str, Names]:
    """Names of units; where several have one name, their district stands behind it."""
    shared = set(unit["name_vi"][unit["name_vi"].duplicated()])
    named = {}
    for one, name, district in zip(unit["unit_id"], unit["name_vi"], unit["district_name"], strict=True):
        behind = f" ({district})" if name in shared and isinstance(district, str) else ""
        named[str(one)] = (f"{name}{behind}", f"{name}{behind}")
    return named


def _sectors(level: str) -> dict[str, Names]:
    """Codes with their names; where two versions name one code differently both are told."""
    found: dict[str, dict[str, Names]] = {}
    for (version, code), one in codes().items():
        if one.level == level:
            found.setdefault(code, {})[version] = (one.label_vi, one.label_en)
    named = {}
    for code, by_version in found.items():
        labels = list(by_version.values())
        same = all(label == labels[0] for label in labels)
        vi, en = (
            labels[0]
            if same
            else tuple("; ".join(f"{v}: {label[k]}" for v, label in sorted(by_version.items())) for k in (0, 1))
        )
        named[code] = (f"{code} – {vi}", f"{code} – {en}")
    return named


def _until(observations: pd.DataFrame, as_of: date) -> pd.DataFrame:
    seen = observations["observed_on"] <= pd.Timestamp(as_of)
    return observations if seen.all() else observations[seen.to_numpy()].reset_index(drop=True)


def _pending(decisions: pd.DataFrame, observations: pd.DataFrame, ids: "pd.Series[str]") -> set[str]:
    """Establishments of which a pair waits for a person."""
    rows = decisions[decisions["decision"] == _PENDING]
    if not len(rows):
        return set()
    asked = set(node_of(pd.concat([rows["left_id"], rows["right_id"]]).astype("str")))
    nodes = node_of(observations["observation_id"])
    return set(ids[nodes.isin(asked).to_numpy()])


class Places:
    """Units, parks and homes of a day, as establishments are placed in them."""

    def __init__(self, tables: Tables, *, as_of: date, settings: StockSettings) -> None:
        self._tables, self._as_of, self._settings = tables, as_of, settings
        self.units = Units(tables["unit"], tables["unit_change"])
        self.today = self.units.on(as_of)

    @cached_property
    def outlines(self) -> Outlines:
        """Outlines of the units of the day; units without one are not in it."""
        drawn = self.today[self.today["outline"].notna().to_numpy()]
        return Outlines(drawn["unit_id"].tolist(), drawn["outline"].tolist())

    @cached_property
    def parks(self) -> Outlines:
        """Outlines of parks that hold on the day."""
        rows = self._tables["park_outline"]
        began = rows["valid_from"].isna() | (rows["valid_from"] <= pd.Timestamp(self._as_of))
        held = rows[began.to_numpy()]
        return Outlines(held["park_id"].tolist(), held["outline"].tolist())

    @cached_property
    def homes(self) -> NDArray[np.int64]:
        """Indices in ``outlines`` of units with many homes, by density of people."""
        drawn = self.today.set_index("unit_id").loc[[str(one) for one in self.outlines.ids]]
        density = drawn["population"].astype("Float64") / drawn["official_area_km2"].astype("Float64")
        heavy = (density >= self._settings.homes_density_per_km2).fillna(False)
        return np.flatnonzero(heavy.to_numpy(bool))

    def classified(self, made: pd.DataFrame) -> pd.DataFrame:
        """The establishments with place, sector, size, and distance to homes."""
        found = self.without_homes(made)
        lon, lat = found["longitude"].to_numpy(float), found["latitude"].to_numpy(float)
        return found.assign(homes_distance_m=self.outlines.distance_m(lon, lat, self.homes))

    def without_homes(self, made: pd.DataFrame) -> pd.DataFrame:
        """The establishments with place, sector and size; their distance to homes, which takes longest, is unknown."""
        stated = made["longitude"].isna() | made["position_error_m"].notna()
        made = made.assign(position_error_m=made["position_error_m"].where(stated, self._settings.position_error_m))
        made, of_address = self._placed_by_address(made)
        lon, lat = made["longitude"].to_numpy(float), made["latitude"].to_numpy(float)
        at = self.outlines.locate(lon, lat)
        # The middle of a ward is no place of its own: where the address names no one unit of the day, none is told.
        at = np.where((made["position_source"] == "address").fillna(False).to_numpy(bool), -1, at)
        unit = pd.Series([*self.outlines.ids, None], dtype="str").take(at).reset_index(drop=True)
        from_address = of_address.notna().to_numpy()
        if from_address.any():
            unit = unit.where(~from_address, of_address)
        source = np.select([from_address, at >= 0], [1, 0], 2)
        park = self._tables["park"]
        park_at, park_distance = self._parks(lon, lat, made["position_error_m"].to_numpy(float), park)
        return classify(
            made,
            parks=park,
            outlined=park["park_id"].isin(set(self.parks.ids)).to_numpy(bool),
            park_index=park_at,
            park_distance_m=park_distance,
            unit_id=unit,
            unit_from=pd.Series(["coordinates", "address", None], dtype="str").take(source),
            homes_distance_m=np.full(len(made), np.nan),
        )

    def _parks(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], error: NDArray[np.float64], park: pd.DataFrame
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        at = self.parks.locate(lon, lat)
        row = pd.Index(park["park_id"]).get_indexer(pd.Index(self.parks.ids))
        # Whether a place is stand-alone hangs on nothing but whether each park is farther than the place may be wrong.
        within = self.parks.within_m(lon, lat, error)
        sure = np.isfinite(lon) & np.isfinite(lat) & np.isfinite(error) & (len(self.parks) > 0)
        distance = np.where(sure, np.where(within, 0.0, np.inf), np.nan)
        return np.append(row, -1)[at], distance

    def _placed_by_address(self, made: pd.DataFrame) -> tuple[pd.DataFrame, "pd.Series[str]"]:
        """Rows without a position stand in the middle of the ward that their address names, with that error."""
        of_unit = pd.Series([None] * len(made), dtype="str")
        without = (made["longitude"].isna() | made["latitude"].isna()).to_numpy()
        if not without.any() or not len(self.outlines):
            return made, of_unit
        day = made.loc[without, "observed_on"]
        found = place_by_address(self.units, made[without], self.outlines, day=day)
        made = made.copy()
        for name in ("longitude", "latitude", "position_error_m"):
            made.loc[without, name] = found[name].to_numpy(float)
        made.loc[without & made["longitude"].notna().to_numpy(), "position_source"] = "address"
        named = found["named_id"]
        of_unit[without] = named.map(self.units.became(named, day=self._as_of)).astype("str").to_numpy(object)
        return made, of_unit
