"""What changed between two days, by cause: every square metre of the difference has one cause."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.inventory.floor import floats, standing

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

CAUSES = (
    "merged", "split", "appeared", "withdrawn", "closed", "moved_away", "reopened", "moved", "unit_redrawn",
    "floor_learned", "floor_lost", "basis_improved", "basis_weakened", "floor_changed", "reclassified",
    "workers_changed", "other",
)  # fmt: skip
"""Causes, in the order in which they are looked for: the first that holds of an establishment is its cause."""

EXAMPLES = 3
_STRENGTH = {"estimated": 1, "declared": 2, "measured": 3}


def compare_days(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Changes of the stock between two days, by cause.

    Parameters
    ----------
    before, after
        The table ``establishment`` on the two days, in any order of rows.

    Returns
    -------
    One row for each cause that occurs, in the order of ``CAUSES``: ``cause``; ``establishments`` whose rows differ for
    that cause; ``standing``, by how many more of them stand; ``gross_floor_area_m2``, by how much more floor is known
    of those that stand; ``examples``, ids of the largest changes, joined by semicolons. The number that stand, and
    their known floor, before plus all changes is that after.

    Notes
    -----
    An establishment is looked up by its id. The causes:

    - ``merged``: it became part of another by a match decision, or took another in; ``split``: the opposite. Both are
      seen by observations that were known before and belong to another establishment now. One that took in an
      earlier observation, and goes by its id now, counts as merged under both ids.
    - ``appeared``: new in the table; ``withdrawn``: its observations are gone.
    - ``closed``, ``moved_away``: stood, and stands no more, by its state; ``reopened``: the opposite.
    - ``moved``: another unit and another position, or a position that is not known; ``unit_redrawn``: another unit at
      the same position, as when units are merged by law.
    - ``floor_learned``, ``floor_lost``: the floor is known now, or no more. ``basis_improved``: estimated became
      declared or declared measured; ``basis_weakened``: the opposite. ``floor_changed``: the same basis says another.
    - ``reclassified``: another section, division, kind of place or park. ``workers_changed``. ``other``: any other
      column of the statistics (state, tenure, environmental group, site area).

    A later observation that changes nothing of these is no change.

    >>> from quydat.dictionary.schema import tables
    >>> def table(*rows):
    ...     made = pd.DataFrame(rows, columns=["establishment_id", "gross_floor_area_m2"])
    ...     made = made.assign(observation_ids=made["establishment_id"], floor_basis="declared")
    ...     return made.reindex(columns=tables()["establishment"].columns)
    >>> found = compare_days(table(("a", 500.0), ("b", 100.0)), table(("a", 650.0), ("c", 80.0)))
    >>> found[["cause", "establishments", "standing", "gross_floor_area_m2"]].values.tolist()
    [['appeared', 1, 1, 80.0], ['withdrawn', 1, -1, -100.0], ['floor_changed', 1, 0, 150.0]]
    """
    ids = pd.Index(before["establishment_id"]).union(pd.Index(after["establishment_id"]), sort=True)
    old, new = _Side(before, ids), _Side(after, ids)
    cause = np.select(_conditions(old, new), np.arange(len(CAUSES)), -1)
    standing_change = new.stands.astype(np.int64) - old.stands
    floor_change = new.floor - old.floor
    rows = []
    for place, name in enumerate(CAUSES):
        own = np.flatnonzero(cause == place)
        if not len(own):
            continue
        largest = own[np.argsort(-np.abs(floor_change[own]), kind="stable")[:EXAMPLES]]
        rows.append(
            {
                "cause": name,
                "establishments": len(own),
                "standing": int(standing_change[own].sum()),
                "gross_floor_area_m2": float(floor_change[own].sum()),
                "examples": ";".join(ids[largest]),
            }
        )
    kinds = {"cause": "str", "establishments": "Int64", "standing": "Int64", "gross_floor_area_m2": "float64"}
    return pd.DataFrame(rows, columns=[*kinds, "examples"]).astype({**kinds, "examples": "str"})


class _Side:
    """The table of one day, a row for each id of either day."""

    def __init__(self, table: pd.DataFrame, ids: pd.Index) -> None:
        table = table.reset_index(drop=True)
        self._row = pd.Index(table["establishment_id"]).get_indexer(ids)
        self._table = table
        self.there: Mask = self._row >= 0
        self.stands = self._aligned(standing(table), False)
        self.known = self.stands & ~np.isnan(self._aligned(floats(table["gross_floor_area_m2"]), np.nan))
        self.floor = np.where(self.known, self._aligned(floats(table["gross_floor_area_m2"]), 0.0), 0.0)
        self.observations = self._observations(ids)

    def _aligned(self, values: NDArray[Any], missing: Any) -> NDArray[Any]:
        aligned: NDArray[Any] = np.append(values, np.array([missing], dtype=values.dtype))[self._row]
        return aligned

    def column(self, name: str) -> "pd.Series[Any]":
        return self._table[name].reindex(self._row).reset_index(drop=True)

    def _observations(self, ids: pd.Index) -> "pd.Series[int]":
        """Place in ``ids`` of the establishment of each observation."""
        place = pd.Series(ids.get_indexer(pd.Index(self._table["establishment_id"])))
        listed = self._table["observation_ids"].reset_index(drop=True)
        several = listed.str.contains(";", regex=False).to_numpy(dtype=bool)
        one = pd.Series(place[~several].to_numpy(), index=pd.Index(listed[~several]))
        split = listed[several].str.split(";").explode()
        return pd.concat([one, pd.Series(place.loc[split.index].to_numpy(), index=pd.Index(split))])


def _differs(old: _Side, new: _Side, *names: str) -> Mask:
    found = np.zeros(len(old.there), bool)
    for name in names:
        one, other = old.column(name), new.column(name)
        same = ((one == other).fillna(False) | (one.isna() & other.isna())).to_numpy(dtype=bool)
        found |= ~same
    return found


def _joined(old: _Side, new: _Side) -> tuple[Mask, Mask]:
    """Establishments that merged, and that were split, by observations known on both days."""
    earlier, later = old.observations, new.observations
    row = later.index.get_indexer(earlier.index)
    was, now = earlier.to_numpy()[row >= 0], later.to_numpy()[row[row >= 0]]
    count = len(old.there)
    pairs = np.unique(np.stack([was, now], axis=1), axis=0) if len(was) else np.zeros((0, 2), np.int64)
    several_from = np.bincount(pairs[:, 1], minlength=count) > 1
    several_to = np.bincount(pairs[:, 0], minlength=count) > 1
    merged, split = several_from.copy(), several_to.copy()
    merged[pairs[several_from[pairs[:, 1]], 0]] = True
    split[pairs[several_to[pairs[:, 0]], 1]] = True
    renamed = pairs[:, 0] != pairs[:, 1]  # the first observation went elsewhere: the id went with it
    merged[pairs[renamed, 0]] |= ~several_to[pairs[renamed, 0]]
    merged[pairs[renamed, 1]] |= ~split[pairs[renamed, 1]]
    return merged, split & ~merged


def _conditions(old: _Side, new: _Side) -> list[Mask]:
    both = old.there & new.there
    merged, split = _joined(old, new)
    state = new.column("operating_state")
    gone, back = old.stands & ~new.stands & both, new.stands & ~old.stands & both
    unit = _differs(old, new, "unit_id") & both
    positioned = (old.column("longitude").notna() & new.column("longitude").notna()).to_numpy(dtype=bool)
    same_place = positioned & ~_differs(old, new, "longitude", "latitude")
    stays = both & old.stands & new.stands
    better, worse = _basis(old, new)
    both_known = stays & old.known & new.known
    return [
        merged,
        split,
        new.there & ~old.there,
        old.there & ~new.there,
        gone & (state == "closed").to_numpy(dtype=bool),
        gone,
        back,
        unit & ~same_place,
        unit,
        stays & new.known & ~old.known,
        stays & old.known & ~new.known,
        both_known & better,
        both_known & worse,
        both_known & (old.floor != new.floor),
        both & _differs(old, new, "section", "division", "place_kind", "park_id"),
        both & _differs(old, new, "workers"),
        both & _differs(old, new, "operating_state", "tenure", "environmental_group", "site_area_m2"),
    ]


def _basis(old: _Side, new: _Side) -> tuple[Mask, Mask]:
    one, other = (side.column("floor_basis").map(_STRENGTH).to_numpy(dtype=np.float64) for side in (old, new))
    return other > one, other < one
