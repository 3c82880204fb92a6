"""Establishments as of a day, made from the observations that were matched: each cell from the latest that knows it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.basis import Basis
from quydat.dictionary.cells import plain
from quydat.dictionary.schema import tables
from quydat.inventory.floor import estimated_floor, floats, ratio

Index = NDArray[np.int64]
Strength = Callable[[pd.DataFrame], NDArray[np.int8]]

FILLED_LATER = frozenset({
    "unit_id", "unit_from", "park_id", "place_kind", "homes_distance_m", "section", "division", "vsic_version",
    "size_class", "correct", "complete", "clean", "live",
})  # fmt: skip
"""Columns of the table ``establishment`` that ``classify`` and ``grade`` fill."""

WORKING = ("unit_name", "district_name", "province_name", "park_name", "position_source", "sector_code", "vsic_version")
"""Columns beside those of the table, as the sources wrote them, for the steps that find place and sector."""


@dataclass(frozen=True)
class Cells:
    """Attributes that are taken from one observation together.

    Attributes
    ----------
    attributes
        Names of the columns.
    strength
        How well each observation knows them; 0 is not at all. The strongest goes first, among equals the latest.
    tie
        Among equally strong ones of the same day the larger goes first; then the larger observation id.
    """

    attributes: tuple[str, ...]
    strength: Strength
    tie: Strength | None = None


def _known(name: str) -> Strength:
    return lambda rows: rows[name].notna().to_numpy(dtype=bool).astype(np.int8)


def _named_place(rows: pd.DataFrame) -> NDArray[np.int8]:
    """A ward says more than a district, a district more than a province."""
    known = [rows[name].notna().to_numpy(dtype=bool) for name in ("unit_name", "district_name", "province_name")]
    return np.select(known, [3, 2, 1], 0).astype(np.int8)


def _position(rows: pd.DataFrame) -> NDArray[np.int8]:
    """Coordinates say more than the middle of a ward or of a park."""
    known = (rows["longitude"].notna() & rows["latitude"].notna()).to_numpy(dtype=bool)
    guessed = rows["position_source"].isin(("address", "park")).to_numpy(dtype=bool)
    return np.where(known, np.where(guessed, 1, 2), 0).astype(np.int8)


def _floor(rows: pd.DataFrame) -> NDArray[np.int8]:
    """What is measured or declared says more than what is estimated; stated without saying how is declared."""
    known = rows["gross_floor_area_m2"].notna().to_numpy(dtype=bool)
    guessed = (rows["floor_basis"] == "estimated").to_numpy(dtype=bool)
    return np.where(known, np.where(guessed, 1, 2), 0).astype(np.int8)


def _wanted(rows: pd.DataFrame) -> NDArray[np.int8]:
    """Land or floor that will be wanted; a year alone says nothing."""
    return (rows["wanted_land_m2"].notna() | rows["wanted_floor_m2"].notna()).to_numpy(dtype=bool).astype(np.int8)


def _measured(rows: pd.DataFrame) -> NDArray[np.int8]:
    return (rows["floor_basis"] == "measured").to_numpy(dtype=bool).astype(np.int8)


TOGETHER: tuple[Cells, ...] = (
    *(Cells((name,), _known(name)) for name in ("name", "tax_code", "address", "park_name", "operating_state")),
    *(Cells((name,), _known(name)) for name in ("workers", "tenure", "tenure_expiry_year", "environmental_group")),
    *(Cells((name,), _known(name)) for name in ("site_area_m2", "footprint_m2", "storeys", "height_m")),
    Cells(("unit_name", "district_name", "province_name"), _named_place),
    Cells(("longitude", "latitude", "position_error_m", "position_source"), _position),
    Cells(("sector_code", "vsic_version"), _known("sector_code")),
    Cells(("gross_floor_area_m2", "floor_basis"), _floor, _measured),
    Cells(("wanted_land_m2", "wanted_floor_m2", "wanted_by_year"), _wanted),
)
"""Which cells are taken together, and which observation goes first for them."""

_BASIS = [basis.value for basis in sorted(Basis, key=lambda basis: basis.rank)]


def establish(
    observations: pd.DataFrame, establishment_ids: "pd.Series[str]", *, as_of: date, storey_height_m: float
) -> pd.DataFrame:
    """Establishments on a day.

    Parameters
    ----------
    observations
        The table ``observation``, n rows in any order.
    establishment_ids
        Establishment of each observation, shape (n,), in the order of the rows; no index is looked at.
    as_of
        Later observations are left out.
    storey_height_m
        Height of a storey, for floor that is estimated where only the height is known.

    Returns
    -------
    One row for each establishment seen by that day, sorted by its id: the columns of the table ``establishment``
    except ``FILLED_LATER``, then ``WORKING``. Each cell is that of the latest observation that knows it (``TOGETHER``
    says which cells go together, and what goes before the day), so that a later one that is silent erases nothing.
    ``basis`` is the weakest of the observations that gave a cell. Those closed or moved stay, with their state.

    Raises
    ------
    ValueError
        If there are more or fewer ids than observations, or one is missing.

    Notes
    -----
    Floor: stated as measured or declared; else stated as estimated; else footprint × storeys (``estimated_floor``).

    >>> from quydat.dictionary.bulk import typed_bulk
    >>> from quydat.dictionary.schema import tables
    >>> rows = pd.DataFrame({
    ...     "observation_id": ["a/1", "a/2"], "observed_on": ["2024-05-01", "2025-05-01"],
    ...     "origin": "a", "intake_id": "i", "name": ["Cơ sở Một", "Cơ sở 1"], "workers": ["40", None],
    ...     "basis": ["surveyed", "published"]})
    >>> seen, _ = typed_bulk(rows, tables()["observation"])
    >>> made = establish(seen, pd.Series(["a/1", "a/1"]), as_of=date(2025, 6, 30), storey_height_m=4.0)
    >>> [made[name].tolist() for name in ("observation_ids", "name", "workers", "basis")]
    [['a/1;a/2'], ['Cơ sở 1'], [40], ['surveyed']]
    """
    groups = _Groups(observations, establishment_ids, as_of)
    made: dict[str, Any] = {
        "establishment_id": groups.ids,
        "observation_ids": groups.observation_ids(),
        "latest_id": groups.take("observation_id", groups.latest),
        "observed_on": groups.take("observed_on", groups.latest),
    }
    rank = groups.basis_rank[groups.latest]
    for cells in TOGETHER:
        source, known = groups.choose(cells)
        if source is not groups.latest:
            np.maximum(rank, np.where(known, groups.basis_rank[source], 0), out=rank)
        taken = {name: groups.take(name, source) for name in cells.attributes}
        made |= taken if len(taken) == 1 else _without_halves(taken, known)
    made["basis"] = _text(pa.DictionaryArray.from_arrays(pa.array(rank), _BASIS).cast(pa.string()))
    frame = pd.DataFrame(made)
    return _with_floor(frame, storey_height_m)[[*_own_columns(), *WORKING]]


def _without_halves(taken: dict[str, Any], known: NDArray[np.bool_]) -> dict[str, Any]:
    """What is no use alone is unknown: a longitude without latitude, a version or a basis of nothing."""
    if any((column.notna().to_numpy(dtype=bool) & ~known).any() for column in taken.values()):
        return {name: column.where(known) for name, column in taken.items()}
    return taken


def _own_columns() -> list[str]:
    return [name for name in tables()["establishment"].columns if name not in FILLED_LATER]


def _text(column: pa.Array) -> "pd.Series[str]":
    return pd.Series(column.to_pandas(), dtype="str")


def _arrow(column: "pd.Series[str]") -> pa.Array:
    text = pa.array(column, pa.string(), from_pandas=True)
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _with_floor(frame: pd.DataFrame, storey_height_m: float) -> pd.DataFrame:
    site, footprint = floats(frame["site_area_m2"]), floats(frame["footprint_m2"])
    stated = floats(frame["gross_floor_area_m2"])
    guess = estimated_floor(
        footprint, floats(frame["storeys"]), floats(frame["height_m"]), storey_height_m=storey_height_m
    )
    floor = np.where(np.isnan(stated), guess, stated)
    basis = pc.if_else(
        pa.array(~np.isnan(stated)),
        pc.fill_null(_arrow(frame["floor_basis"]), "declared"),
        pc.if_else(pa.array(~np.isnan(guess)), "estimated", pa.scalar(None, pa.string())),
    )
    return frame.assign(
        gross_floor_area_m2=floor,
        floor_basis=_text(basis),
        plot_ratio=ratio(floor, site),
        site_coverage_share=ratio(footprint, site),
        floor_per_worker_m2=ratio(floor, floats(frame["workers"])),
    )


class _Groups:
    """Observations up to a day by establishment; only those seen more than once are sorted and looked through."""

    def __init__(self, observations: pd.DataFrame, establishment_ids: "pd.Series[str]", as_of: date) -> None:
        ids = _arrow(establishment_ids)
        if len(ids) != len(observations) or ids.null_count:
            raise ValueError(f"{len(ids)} establishment ids ({ids.null_count} missing) for {len(observations)} rows")
        seen = (observations["observed_on"] <= np.datetime64(as_of, "s")).to_numpy(dtype=bool)
        if not seen.all():
            observations, ids = observations[seen], ids.filter(pa.array(seen))
        self.rows = observations
        coded = pc.dictionary_encode(ids)
        ordered, place = _in_order(coded.dictionary)
        group = place[coded.indices.to_numpy()]
        self.ids = _text(ordered)
        self.basis_rank = pc.index_in(_arrow(self.rows["basis"]), pa.array(_BASIS)).to_numpy().astype(np.int64)
        self.latest: Index = np.empty(len(ordered), np.int64)
        self.latest[group] = np.arange(len(group))
        self._sort_repeated(group)

    def _sort_repeated(self, group: Index) -> None:
        """Rows of establishments seen more than once, by establishment, day and id."""
        rows = np.flatnonzero(np.bincount(group, minlength=len(self.latest))[group] > 1)
        _, id_place = _in_order(_arrow(self.rows["observation_id"].iloc[rows]))
        day = self.rows["observed_on"].to_numpy()[rows].astype(np.int64)
        self.order: Index = rows[np.lexsort((id_place, day, group[rows]))]
        self.day = self.rows["observed_on"].to_numpy()[self.order].astype(np.int64)
        own = group[self.order]
        self.starts: Index = np.flatnonzero(np.diff(own, prepend=-1))
        self.own = np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(own)))
        self.several: Index = own[self.starts]
        self.latest[self.several] = self.order[np.append(self.starts[1:], len(own))[: len(self.starts)] - 1]

    def choose(self, cells: Cells) -> tuple[Index, NDArray[np.bool_]]:
        """Row that gives these cells of each establishment, and whether it knows them."""
        strength = cells.strength(self.rows)
        source = self.latest
        if len(self.starts):
            own = strength[self.order]
            best = np.maximum.reduceat(own, self.starts)
            able = (own > 0) & (own == best[self.own])
            last = self._last(able)
            if cells.tie is not None:
                tie = cells.tie(self.rows)[self.order]
                same = able & (self.day == self.day[last][self.own])
                most = np.maximum.reduceat(np.where(same, tie, -1), self.starts)
                last = np.where(last >= 0, self._last(same & (tie == most[self.own])), -1)
            chosen_rows = np.where(last >= 0, self.order[last], self.latest[self.several])
            if not np.array_equal(chosen_rows, self.latest[self.several]):
                source = self.latest.copy()
                source[self.several] = chosen_rows
        return source, strength[source] > 0

    def _last(self, able: NDArray[np.bool_]) -> Index:
        return np.maximum.reduceat(np.where(able, np.arange(len(able)), -1), self.starts)

    def take(self, name: str, source: Index) -> "pd.Series[Any]":
        column = self.rows[name]
        if len(source) == len(column) and np.array_equal(source, np.arange(len(source))):
            return column.reset_index(drop=True)
        return column.take(source).reset_index(drop=True)

    def observation_ids(self) -> "pd.Series[str]":
        """Ids of the observations of each, oldest first."""
        own = self.take("observation_id", self.latest)
        if not len(self.starts):
            return own
        offsets = pa.array(np.append(self.starts, len(self.order)), pa.int32())
        listed = pa.ListArray.from_arrays(offsets, _arrow(self.rows["observation_id"].take(self.order)))
        several = np.zeros(len(own), bool)
        several[self.several] = True
        return _text(pc.replace_with_mask(_arrow(own), pa.array(several), pc.binary_join(listed, ";")))


def _in_order(text: pa.Array) -> tuple[pa.Array, Index]:
    """Different texts in order, and the place of each in it."""
    if len(text) < 2 or pc.all(pc.less(text.slice(0, len(text) - 1), text.slice(1))).as_py():
        return text, np.arange(len(text))
    order = pc.sort_indices(text).to_numpy()
    place = np.empty(len(text), np.int64)
    place[order] = np.arange(len(text))
    return text.take(pa.array(order)), place


@dataclass(frozen=True)
class Saying:
    """What one observation says of one cell."""

    observation_id: str
    observed_on: date
    value: Any


@dataclass(frozen=True)
class Choice:
    """Where one cell of an establishment comes from: the saying that was taken, and the others, latest first."""

    attribute: str
    taken: Saying
    others: tuple[Saying, ...]


def chosen(
    observations: pd.DataFrame, establishment_ids: "pd.Series[str]", establishment_id: str, as_of: date
) -> list[Choice]:
    """Which observation gave each cell of one establishment, and what the others said.

    Parameters
    ----------
    observations, establishment_ids, as_of
        As for ``establish``.
    establishment_id
        The establishment.

    Returns
    -------
    A choice for each attribute that some observation knows, in the order of ``TOGETHER``. Floor that is estimated from
    footprint and storeys has none: the footprint and the storeys have theirs.

    Raises
    ------
    KeyError
        If no observation up to that day speaks of it.

    >>> from quydat.dictionary.bulk import typed_bulk
    >>> from quydat.dictionary.schema import tables
    >>> rows = pd.DataFrame({
    ...     "observation_id": ["a/1", "a/2"], "observed_on": ["2024-05-01", "2025-05-01"],
    ...     "origin": "a", "intake_id": "i", "name": "Cơ sở Một", "workers": ["40", "44"], "basis": "surveyed"})
    >>> seen, _ = typed_bulk(rows, tables()["observation"])
    >>> workers = chosen(seen, pd.Series(["a/1", "a/1"]), "a/1", date(2025, 6, 30))[1]
    >>> workers.taken.value, [(other.observation_id, other.value) for other in workers.others]
    (44, [('a/1', 40)])
    """
    own = (establishment_ids == establishment_id).to_numpy(dtype=bool)
    groups = _Groups(observations[own], establishment_ids[own], as_of)
    if not len(groups.ids):
        raise KeyError(establishment_id)
    newest_first = groups.order[::-1] if len(groups.order) else groups.latest
    found = []
    for cells in TOGETHER:
        (row,), (known,) = groups.choose(cells)
        if not known:
            continue
        for name in cells.attributes:
            sayings = {int(one): _saying(groups.rows, int(one), name) for one in newest_first}
            others = [s for one, s in sayings.items() if one != row and s.value is not None]
            if sayings[int(row)].value is not None:
                found.append(Choice(name, sayings[int(row)], tuple(others)))
    return found


def _saying(rows: pd.DataFrame, row: int, name: str) -> Saying:
    on = pd.Timestamp(rows["observed_on"].iloc[row]).date()
    return Saying(str(rows["observation_id"].iloc[row]), on, plain(rows[name].iloc[row]))
