"""Floor space by each dimension and in full cross: what is observed, with its coverage; nothing is filled in."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.dictionary.schema import choices, tables
from quydat.inventory.floor import Floats, floats, ratio, standing

Index = NDArray[np.int64]

UNKNOWN, STANDALONE, TOTAL = "unknown", "standalone", "total"

COLUMN_OF = {
    "place_kind": "place_kind",
    "section": "section",
    "division": "division",
    "unit": "unit_id",
    "park": "park_id",
    "size": "size_class",
    "state": "operating_state",
    "tenure": "tenure",
    "environmental_group": "environmental_group",
}
"""Column of the table ``establishment`` behind each dimension but ``total``."""

CROSS = {
    "section": "section",
    "unit": "unit_id",
    "park": "park_id",
    "size": "size_class",
    "state": "operating_state",
}
"""Dimensions of the table ``floor_cell`` and their columns there."""

_BASES = ("measured", "declared", "estimated")


class Grouping(NamedTuple):
    """Group of each row: number of its label, and the labels in order, the unknown last."""

    number: Index
    labels: list[str]


def tabulate_floor(
    establishments: pd.DataFrame, *, groupings: Mapping[str, "Grouping"] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Floor space by each dimension, and in full cross.

    Parameters
    ----------
    establishments
        The table ``establishment`` on a day, n rows in any order; an index is not looked at.
    groupings
        ``group_rows`` of each dimension, if they are known already; the rows then are in the order of their ids.

    Returns
    -------
    The tables ``floor_space`` (for each dimension of the dictionary its groups in order, the unknown last; estimated
    totals are left unknown: ``estimate_floor`` fills them) and ``floor_cell`` (cells that hold an establishment).

    Every dimension counts the establishments that stand: operating, suspended, under construction, or of unknown
    state. Those closed or moved are only in the dimension ``state`` and in the cells of their state. A sum over no
    known value is unknown, not 0.

    >>> rows = pd.DataFrame({
    ...     **dict.fromkeys([*COLUMN_OF.values(), "floor_basis"]), "establishment_id": ["a", "b", "c"],
    ...     "section": ["C", "C", None], "operating_state": ["operating", "closed", None], "floor_basis": "declared",
    ...     "gross_floor_area_m2": [900.0, 400.0, None], "site_area_m2": [1000.0, 800.0, 500.0], "workers": None})
    >>> space, cell = tabulate_floor(rows)
    >>> shown = space[space["dimension"].isin(["total", "section"])]
    >>> shown[["group", "establishments", "floor_known", "gross_floor_area_m2", "plot_ratio"]].values.tolist()
    [['total', 2, 1, 900.0, 0.9], ['C', 1, 1, 900.0, 0.9], ['unknown', 1, 0, nan, nan]]
    """
    rows = _by_id(establishments) if groupings is None else establishments
    measures = _Measures(rows)
    groupings = groupings or all_groupings(rows)
    cell = _cells(groupings, measures)
    stands = standing(rows)
    here = measures if stands.all() else measures.only(stands)
    parts = []
    for name, (number, labels) in groupings.items():
        within, own = (measures, number) if name == "state" else (here, number if here is measures else number[stands])
        sums = within.sums(own, len(labels))
        there = np.ones(1, bool) if name == "total" else sums["establishments"] > 0
        named = {"dimension": np.repeat(name, len(labels)), "group": np.array(labels, dtype=object)}
        parts.append(pd.DataFrame(named | sums)[there])
    space = pd.concat(parts, ignore_index=True)
    return typed_result(space, "floor_space"), cell


def all_groupings(establishments: pd.DataFrame) -> dict[str, Grouping]:
    """``group_rows`` of every dimension of the dictionary."""
    return {name: group_rows(establishments, name) for name in choices("floor_dimension")}


def group_rows(establishments: pd.DataFrame, dimension: str) -> Grouping:
    """Group of each establishment in a dimension; those whose group is not known are in the group ``unknown``.

    >>> rows = pd.DataFrame({"park_id": ["tan-tao", None, None], "place_kind": ["industrial_park", "standalone", None]})
    >>> number, labels = group_rows(rows, "park")
    >>> [labels[one] for one in number]
    ['tan-tao', 'standalone', 'unknown']
    """
    if dimension == "total":
        return Grouping(np.zeros(len(establishments), np.int64), [TOTAL])
    given, places = _encoded(establishments[COLUMN_OF[dimension]])
    values = [str(one) for one in given]
    number = np.where(places < 0, len(values), places)
    values.append(UNKNOWN)
    if dimension == "park":
        alone = (establishments["place_kind"] == STANDALONE).to_numpy(dtype=bool)
        number[alone & (number == len(values) - 1)] = len(values)
        values.append(STANDALONE)
    labels = sorted(set(values), key=lambda one: (one == UNKNOWN, one))
    return Grouping(np.array([labels.index(one) for one in values])[number], labels)


def _encoded(column: "pd.Series[str]") -> tuple[list[Any], Index]:
    """Different values, and the place of each row's in them; −1 where it is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.categories.tolist(), column.cat.codes.to_numpy().astype(np.int64)
    coded = pc.dictionary_encode(pa.array(column, pa.string(), from_pandas=True))
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return coded.dictionary.to_pylist(), pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def _by_id(establishments: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of their ids: sums of fractions are then the same whatever order they came in."""
    if establishments["establishment_id"].dtype.kind == "i":  # numbers in the order of the ids
        numbers = establishments["establishment_id"].to_numpy()
        in_order = bool((numbers[1:] >= numbers[:-1]).all())
        return establishments if in_order else establishments.take(np.argsort(numbers, kind="stable"))
    ids = pa.array(establishments["establishment_id"], pa.string(), from_pandas=True)
    ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    if len(ids) < 2 or pc.all(pc.less_equal(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py():
        return establishments
    needed = [*COLUMN_OF.values(), "floor_basis", "gross_floor_area_m2", "site_area_m2", "workers"]
    return establishments[needed].take(pc.sort_indices(ids).to_numpy())


class _Measures:
    """What is added up of each row, and how its floor, site and workers are known.

    Each is a shelf: floor by its basis, the last for unknown; site and workers 0 for unknown, 1 for known, 2 for known
    beside a known floor. A group is added up shelf by shelf, and its columns are sums over some of its shelves.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        floor = floats(rows["gross_floor_area_m2"])
        self._basis = np.full(len(rows), 3)
        for place, name in enumerate(_BASES):
            self._basis[(rows["floor_basis"] == name).to_numpy(dtype=bool)] = place
        self._basis[np.isnan(floor)] = 3
        known = self._basis < 3
        self._floor = np.where(known, floor, 0.0)
        self._beside: dict[str, tuple[Index, Floats]] = {}
        for name in ("site_area_m2", "workers"):
            value = floats(rows[name])
            shelf = np.where(np.isnan(value), 0, np.where(known & (value > 0), 2, 1))
            self._beside[name] = (shelf, np.nan_to_num(value))

    def only(self, some: NDArray[np.bool_]) -> "_Measures":
        part = object.__new__(_Measures)
        part._basis, part._floor = self._basis[some], self._floor[some]
        part._beside = {name: (shelf[some], value[some]) for name, (shelf, value) in self._beside.items()}
        return part

    def sums(self, number: Index, groups: int) -> dict[str, Any]:
        count, floor = _shelved(number * 4 + self._basis, groups, 4, None, self._floor)
        establishments, floor_known = count.sum(axis=1), count[:, :3].sum(axis=1)

        def or_unknown(values: Floats, known: NDArray[Any]) -> Floats:
            return np.where((known == 0) & (establishments > 0), np.nan, values)

        made = {
            "establishments": establishments,
            "floor_known": floor_known,
            "gross_floor_area_m2": or_unknown(floor[:, :3].sum(axis=1), floor_known),
            **{f"{name}_m2": or_unknown(floor[:, i], floor_known) for i, name in enumerate(_BASES)},
        }
        ratios = {"site_area_m2": "plot_ratio", "workers": "floor_per_worker_m2"}
        for name, (shelf, value) in self._beside.items():
            count, total, floor = _shelved(number * 3 + shelf, groups, 3, None, value, self._floor)
            known = count[:, 1:].sum(axis=1)
            made |= {name: or_unknown(total.sum(axis=1), known), ratios[name]: ratio(floor[:, 2], total[:, 2])}
            if name == "site_area_m2":
                made["site_known"] = known
        return made


def _shelved(place: Index, groups: int, shelves: int, *weights: Floats | None) -> Iterator[NDArray[Any]]:
    size = groups * shelves
    return (np.bincount(place, weights=one, minlength=size).reshape(groups, shelves) for one in weights)


def _cells(groupings: Mapping[str, Grouping], measures: _Measures) -> pd.DataFrame:
    """Sums of every combination that occurs, in the order of its labels."""
    key = np.zeros(len(groupings["total"].number), np.int64)
    widths = {name: len(groupings[name].labels) for name in CROSS}
    for name, width in widths.items():
        key = key * width + groupings[name].number
    number, different = pd.factorize(key)
    order = np.argsort(different)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    sums = measures.sums(place[number], len(order))
    named = dict(_labels(different[order], groupings, widths))
    return typed_result(pd.DataFrame(named | sums), "floor_cell")


def _labels(key: Index, groupings: Mapping[str, Grouping], widths: dict[str, int]) -> Iterator[tuple[str, Any]]:
    for name in reversed(CROSS):
        labels = pd.Series(groupings[name].labels, dtype="str")
        yield CROSS[name], labels.take(key % max(widths[name], 1)).array
        key = key // max(widths[name], 1)


def typed_result(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Columns and data types of a result table; columns that are not there are unknown.

    >>> made = typed_result(pd.DataFrame({"unit_id": ["u1"], "live": [3]}), "survey_quality")
    >>> made[["live", "clean"]].values.tolist()
    [[3, <NA>]]
    """
    made: dict[str, Any] = {}
    for attribute in tables()[table]:
        kind: Any = {"integer": "Int64", "number": "float64"}.get(attribute.type, "str")
        column = frame[attribute.name] if attribute.name in frame else pd.Series([np.nan] * len(frame), frame.index)
        made[attribute.name] = column.astype(kind)
    return pd.DataFrame(made)
