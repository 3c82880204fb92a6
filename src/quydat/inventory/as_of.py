"""Floor tables of any day from one table of versions: what each establishment was, from which day to which.

An establishment changes only on the days on which it is observed. So the stock of every day is known from the stock of
those days, and the tables of a day are sums over the versions that hold on it. See docs/decisions/0013-as-of-tables.md.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.inventory.establish import TOGETHER, establish
from quydat.inventory.estimate import estimate_floor
from quydat.inventory.floor_space import COLUMN_OF, all_groupings, tabulate_floor
from quydat.inventory.stock import Places, StockSettings, Tables, identified, node_of
from quydat.survey.clusters import components

Ints = NDArray[np.int64]

OBSERVED = ("observation_id", "observed_on", "basis", *(name for cells in TOGETHER for name in cells.attributes))
"""Columns of the table ``observation`` that floor tables come from."""

_NUMBERS = ("gross_floor_area_m2", "site_area_m2", "workers")
_WORDS = (*COLUMN_OF.values(), "floor_basis")
_FOREVER = np.iinfo(np.int32).max


def versions(tables: Tables, *, as_of: date, settings: StockSettings) -> pd.DataFrame:
    """What every establishment was, version by version.

    Parameters
    ----------
    tables
        As for ``take_stock``; of ``observation`` the columns ``OBSERVED``.
    as_of
        Units and outlines are those of this day; the observations are those of all days.

    Returns
    -------
    Rows in the order of establishment ids: ``establishment_id`` (a number in the order of the ids), ``valid_from`` and
    ``valid_to`` (days since 1970, the last one not included), and the columns that floor tables are made of, words as
    categories.
    """
    observations = tables["observation"].reset_index(drop=True)
    group, days = _groups(observations["observation_id"], tables["match_decision"]), _days(observations)
    rank, starts, ends = _turns(group, days)
    places = Places(tables, as_of=as_of, settings=settings)
    parts = list(_parts(observations, tables["match_decision"], places, settings, (rank, starts, ends)))
    made = pd.concat(parts, ignore_index=True)
    coded = pc.dictionary_encode(pa.array(made["establishment_id"], pa.large_string(), from_pandas=True))
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    place = np.empty(len(coded.dictionary), np.int64)
    place[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(place))
    made["establishment_id"] = place[coded.indices.to_numpy()]
    made = made.sort_values(["establishment_id", "valid_from"], kind="stable", ignore_index=True)
    return made.astype(dict.fromkeys(_WORDS, "category"))


def floor_on(versions: pd.DataFrame, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``floor_space``, with its estimates, and ``floor_cell`` of a day; as ``take_stock`` gives them.

    Parameters
    ----------
    versions
        As ``versions`` gives them, for units and outlines of the day.
    """
    number = (day - date(1970, 1, 1)).days
    holds = (versions["valid_from"].to_numpy() <= number) & (versions["valid_to"].to_numpy() > number)
    at = np.flatnonzero(holds)
    rows = versions if len(at) == len(versions) else versions.take(at)
    groupings = all_groupings(rows)
    space, cell = tabulate_floor(rows, groupings=groupings)
    return estimate_floor(rows, space, groupings=groupings), cell


def _days(observations: pd.DataFrame) -> Ints:
    days: Ints = observations["observed_on"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def _groups(observation_ids: "pd.Series[str]", decisions: pd.DataFrame) -> Ints:
    """Observations that any decision may have to do with each other, on whatever day, have one number."""
    coded = pc.dictionary_encode(pa.array(node_of(observation_ids), pa.large_string(), from_pandas=True))
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    group: Ints = coded.indices.to_numpy().astype(np.int64)
    if not len(decisions):
        return group
    ends = [
        pc.fill_null(pc.index_in(pa.array(node_of(decisions[name]), pa.large_string()), value_set=coded.dictionary), -1)
        for name in ("left_id", "right_id")
    ]
    one, other = (end.to_numpy(zero_copy_only=False).astype(np.int64) for end in ends)
    known = (one >= 0) & (other >= 0)
    return components(len(coded.dictionary), one[known], other[known])[group]


def _turns(group: Ints, days: Ints) -> tuple[Ints, Ints, Ints]:
    """For each observation: which of its group's days it is of, from 0; that day, and the next day of the group."""
    count = np.bincount(group, minlength=1)[group] if len(group) else group
    rank, starts, ends = np.zeros(len(group), np.int64), days.copy(), np.full(len(group), _FOREVER)
    rows = np.flatnonzero(count > 1)
    rows = rows[np.lexsort((days[rows], group[rows]))]
    first = np.flatnonzero(np.diff(group[rows], prepend=-1))
    turn = np.cumsum(np.append(True, (np.diff(group[rows]) != 0) | (np.diff(days[rows]) != 0))[: len(rows)])
    of = np.repeat(np.arange(len(first)), np.diff(first, append=len(rows)))
    rank[rows] = turn - turn[first][of] if len(rows) else 0
    following = np.full(int(turn[-1]) + 2 if len(rows) else 1, _FOREVER)
    if len(rows):
        begins = np.flatnonzero(np.diff(turn, prepend=0))
        same_group = np.diff(group[rows][begins]) == 0
        following[turn[begins][:-1][same_group]] = days[rows][begins][1:][same_group]
        ends[rows] = following[turn]
    return rank, starts, ends


def _parts(
    observations: pd.DataFrame, decisions: pd.DataFrame, places: Places, settings: StockSettings,
    turns: tuple[Ints, Ints, Ints],
) -> Iterator[pd.DataFrame]:  # fmt: skip
    """The establishments after the first day of each group, after the second, and so on."""
    rank, starts, ends = turns
    group = _groups(observations["observation_id"], decisions)
    last = np.zeros(int(group.max(initial=0)) + 1, np.int64)
    np.maximum.at(last, group, rank) if rank.any() else None
    for turn in range(int(rank.max(initial=0)) + 1):
        seen = np.flatnonzero((rank <= turn) & (last[group] >= turn))
        rows = observations if len(seen) == len(observations) else observations.take(seen).reset_index(drop=True)
        ids, _ = identified(rows, decisions)
        made = establish(rows, ids, as_of=date.max, storey_height_m=settings.storey_height_m)
        classified = places.without_homes(made)
        # Validity is that of the group's turn, which every establishment of the group shares.
        now = seen[rank[seen] == turn]
        begin, end = np.zeros(len(last), np.int64), np.zeros(len(last), np.int64)
        begin[group[now]], end[group[now]] = starts[now], ends[now]
        own = group[seen[_rows_of(classified["latest_id"], rows["observation_id"])]]
        columns: dict[str, Any] = {name: classified[name].array for name in _WORDS}
        columns |= {name: classified[name].to_numpy(np.float64, na_value=np.nan) for name in _NUMBERS}
        columns |= {"establishment_id": classified["establishment_id"].array}
        yield pd.DataFrame(columns | {"valid_from": begin[own].astype(np.int32), "valid_to": end[own].astype(np.int32)})


def _rows_of(ids: "pd.Series[str]", among: "pd.Series[str]") -> Ints:
    found = pc.index_in(
        pa.array(ids, pa.large_string(), from_pandas=True),
        value_set=pa.array(among, pa.large_string(), from_pandas=True),
    )
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    rows: Ints = found.to_numpy().astype(np.int64)
    return rows
