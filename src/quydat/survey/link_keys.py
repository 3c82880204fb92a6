"""What is compared of each observation, and which observations are compared at all (blocking)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.addresses import addresses
from quydat.survey.names import names
from quydat.survey.tax_code import valid

Ints = NDArray[np.int64]
LARGEST_BLOCK = 30
"""Observations of one block that are compared all with all; larger blocks are split, then left out and told."""
LARGEST_NAME_BLOCK = 8
"""The same for a name without any place: a name of more bearers is compared only within a ward or a street."""
FEWEST_TO_COUNT = 20_000
"""Rows from which on the number of bearers of a name in the input says how rare the name is."""
_NONE = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class LeftOutBlock:
    """Blocks of one key that were too large even when split by place; their pairs are compared only by other keys.

    Attributes
    ----------
    key
        Name of the key, as in ``KEYS``.
    blocks, observations
        How many blocks, and how many observations stand in them.
    """

    key: str
    blocks: int
    observations: int


def records(observations: pd.DataFrame) -> pa.Table:
    """Columns that are compared, one row for each observation, in the order of ids.

    Parameters
    ----------
    observations
        Bulk table ``observation``; ids must be unique.

    Returns
    -------
    Columns ``unique_id`` (0 to n − 1 by order of ``observation_id``), ``name``, ``name_set`` (words in alphabetical
    order), ``rarity`` (2 for a name of at most 3 bearers, 1 for at most 30 or inputs too small to tell, 0 for common
    ones), ``form``, ``branch``, ``activity``, ``sector`` (4 digits), ``tax`` (10 digits), ``tax_branch``,
    ``tax_valid``, ``number``, ``street``, ``unit``, ``park``, ``x_m`` and ``y_m`` (metres along the parallel of the
    median latitude and along the meridian: right within 1 % for distances inside a city), ``error_m``.

    Raises
    ------
    ValueError
        If an id is missing or there twice.
    """
    ids = pa.array(observations["observation_id"], pa.string(), from_pandas=True)
    ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    if ids.null_count or pc.count_distinct(ids).as_py() != len(ids):
        raise ValueError("observation ids must be there and unique")
    rows = observations.iloc[pc.array_sort_indices(ids).to_numpy()].reset_index(drop=True)
    name = names(rows["name"])
    place = addresses(rows["address"], unit_name=rows["unit_name"], park_name=rows["park_name"])
    code = _array(rows["tax_code"])
    longitude, latitude = (rows[axis].to_numpy(dtype=float, na_value=np.nan) for axis in ("longitude", "latitude"))
    known = latitude[~np.isnan(latitude)]
    # One scale for all: a scale of each row's own would turn differences of latitude into metres of longitude.
    middle = float(np.median(known)) if len(known) else 0.0
    proper = _array(name.proper)
    ordered = _ordered(proper)
    sector = _array(rows["sector_code"])
    shaped = pc.match_substring_regex(code, r"^[0-9]{10}(-[0-9]{3})?$")
    digits = pc.match_substring_regex(sector, r"^[0-9]{4,5}$")
    return pa.table({
        "unique_id": pa.array(np.arange(len(rows))),
        "name": pc.replace_substring(proper, " ", ""),
        "name_set": ordered,
        "rarity": pa.array(_rarity(ordered)),
        "form": _array(name.form), "branch": pa.array(name.branch), "activity": _array(name.activity),
        "sector": pc.if_else(digits, pc.utf8_slice_codeunits(sector, 0, 4), _NONE),
        "tax": pc.if_else(shaped, pc.utf8_slice_codeunits(code, 0, 10), _NONE),
        "tax_branch": pc.fill_null(pc.utf8_slice_codeunits(code, 11, 14), ""),
        "tax_valid": pa.array(valid(rows["tax_code"])),
        "number": _array(place.number), "street": _array(place.street),
        "unit": _array(place.unit), "park": _array(place.park),
        "x_m": pa.array(longitude * 111_320.0 * np.cos(np.radians(middle)), from_pandas=True),
        "y_m": pa.array(latitude * 110_574.0, from_pandas=True),
        "error_m": pa.array(rows["position_error_m"].to_numpy(dtype=float, na_value=np.nan), from_pandas=True),
    })  # fmt: skip


def _array(column: "pd.Series[str]") -> pa.Array:
    made = pa.array(column, pa.string(), from_pandas=True)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _ordered(proper: pa.Array) -> pa.Array:
    """Words of each name in alphabetical order, each once."""
    lists = pc.split_pattern(proper, " ")
    row = np.repeat(np.arange(len(proper)), pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False))
    word, rank = _ranked(lists.flatten())
    order = np.lexsort((rank, row))
    row, rank = row[order], rank[order]
    first = (np.diff(row, prepend=-1) != 0) | (np.diff(rank, prepend=-1) != 0)
    row, rank = row[first], rank[first]
    offsets = pa.array(np.searchsorted(row, np.arange(len(proper) + 1)).astype(np.int32))
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, word.take(pa.array(rank))), " ")
    return pc.if_else(pc.equal(joined, ""), _NONE, joined)


def _ranked(text: pa.Array) -> tuple[pa.Array, Ints]:
    """Different texts in alphabetical order, and the place of each text among them; -1 for missing ones."""
    coded = pc.dictionary_encode(text)
    order = pc.array_sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    at = pc.fill_null(coded.indices, -1).to_numpy().astype(np.int64)
    return coded.dictionary.take(pa.array(order)), np.where(at < 0, -1, rank[at]) if len(rank) else at


def codes(*columns: pa.ChunkedArray | pa.Array | Ints) -> Ints:
    """One number for each different combination of values; -1 where any value is missing.

    The same rows in the same order give the same numbers; they need not follow upon each other.

    >>> letters = pa.array(["b", "a", None, "b"])
    >>> codes(letters).tolist(), codes(letters, np.array([1, 1, 1, 2])).tolist()
    ([0, 1, -1, 0], [1, 4, -1, 2])
    """
    made = None
    for column in columns:
        if isinstance(column, np.ndarray):
            one = column
        else:
            flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            one = pc.fill_null(pc.dictionary_encode(flat).indices, -1).to_numpy().astype(np.int64)
        if made is None:
            made = one
            continue
        missing = (made < 0) | (one < 0)
        size = int(one.max(initial=0)) + 1
        if int(made.max(initial=0)) > 2**62 // size:
            made = _dense(made)
        made = np.where(missing, -1, made * size + one)
    assert made is not None
    return made


def _dense(key: Ints) -> Ints:
    values, at = np.unique(key, return_inverse=True)
    return at - int(len(values) > 0 and values[0] < 0)


def _rarity(ordered: pa.Array) -> NDArray[np.int8]:
    if len(ordered) < FEWEST_TO_COUNT:
        return np.ones(len(ordered), np.int8)
    key = codes(ordered)
    bearers = np.bincount(key[key >= 0], minlength=1)[key]
    return np.where(bearers <= 3, 2, np.where(bearers <= 30, 1, 0)).astype(np.int8)


def _second_rarest(table: pa.Table) -> Ints:
    """The second rarest word of each name proper; -1 where there is none."""
    lists = pc.split_pattern(table["name_set"].combine_chunks(), " ")
    length = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    _, rank = _ranked(lists.flatten())
    bearers = np.bincount(rank, minlength=1)
    row = np.repeat(np.arange(len(length)), length)
    order = np.lexsort((rank, bearers[rank], row))
    start = np.cumsum(length) - length
    made = np.full(len(length), -1, np.int64)
    made[length > 1] = rank[order[start[length > 1] + 1]]
    return made


_SOUNDS = (
    ("ch|tr", "c"), ("gi|r|z", "d"), ("x", "s"), ("ph|v", "f"), ("n", "l"), ("k|q", "c"), ("[^bcdfglmpst]", ""),
    ("bb+", "b"), ("cc+", "c"), ("dd+", "d"), ("ll+", "l"), ("mm+", "m"), ("ss+", "s"), ("tt+", "t"),
)  # fmt: skip


def _sound(table: pa.Table) -> pa.Array:
    """Name without vowels, letters alike that are mistaken for each other (d, gi, r; s, x; ch, tr; l, n; c, k, q)."""
    lists = pc.split_pattern(table["name_set"].combine_chunks(), " ")
    word = pc.dictionary_encode(lists.flatten())
    sound = word.dictionary
    for pattern, by in _SOUNDS:
        sound = pc.replace_substring_regex(sound, pattern, by)
    length = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.concatenate([[0], np.cumsum(length)]).astype(np.int32))
    text = pc.binary_join(pa.ListArray.from_arrays(offsets, sound.take(word.indices)), "")
    return pc.if_else(pc.less(pc.utf8_length(text), 2), _NONE, text)


def blocking_keys(table: pa.Table) -> dict[str, Ints]:
    """Keys of the blocks that observations belong to; observations of one key value are compared. -1: no block.

    Returns
    -------
    By name of the key, shape (n,) each: ``tax`` the ten digits; ``tax_start_unit`` and ``tax_end_unit`` half of them
    with the ward; ``address`` number and street; ``number_unit`` number and ward; ``name`` the set of words of the name
    proper, alone, with the ward and with the street; ``second_word_place`` its second rarest word, ``start_place`` its
    first three letters and ``sound_place`` its consonants, each with ward and street; ``sound_cell`` the consonants and
    the square kilometre.
    """
    tax, unit, street, number = table["tax"], codes(table["unit"]), codes(table["street"]), codes(table["number"])
    place, name, sound = codes(unit, street), codes(table["name_set"]), codes(_sound(table))
    return {
        "tax": codes(tax),
        "tax_start_unit": codes(pc.utf8_slice_codeunits(tax, 0, 5), unit),
        "tax_end_unit": codes(pc.utf8_slice_codeunits(tax, 5, 10), unit),
        "address": codes(number, street),
        "number_unit": codes(number, unit),
        "name": name,
        "name_unit": codes(name, unit),
        "name_street": codes(name, street),
        "second_word_place": codes(_second_rarest(table), place),
        "start_place": codes(pc.utf8_slice_codeunits(table["name"], 0, 3), place),
        "sound_place": codes(sound, place),
        "sound_cell": codes(sound, _cells(table)),
    }


def _cells(table: pa.Table) -> Ints:
    x, y = (pc.fill_null(table[axis], np.nan).to_numpy() for axis in ("x_m", "y_m"))
    known = ~np.isnan(x) & ~np.isnan(y)
    column, row = (np.where(known, np.floor(np.where(known, v, 0) / 1000), -1).astype(np.int64) for v in (x, y))
    return np.where(known, _dense(column * 1_000_003 + row), -1)


def candidate_pairs(table: pa.Table) -> tuple[Ints, Ints, list[LeftOutBlock]]:
    """Pairs that share a key, each once, by the places of their observations; left < right, in order.

    A block of more than ``LARGEST_BLOCK`` observations is split by line of business; what is still too large is left
    out and told, so that no common name and no large building makes a million pairs.

    Returns
    -------
    Left and right, shape (pairs,), and the blocks left out.
    """
    n = table.num_rows
    activity = codes(table["activity"])
    found: list[tuple[Ints, Ints]] = []
    left_out = []
    for name, key in blocking_keys(table).items():
        largest = LARGEST_NAME_BLOCK if name == "name" else LARGEST_BLOCK
        pairs, over = within_blocks(key, np.arange(n), largest=largest)
        found.append(pairs)
        if len(over):
            pairs, over_still = within_blocks(codes(key[over], activity[over]), over, largest=largest)
            found.append(pairs)
            # Rows without line of business are in no finer block; the rest of an over-full block is left out with them.
            over = np.union1d(over_still, over[activity[over] < 0])
        if len(over):
            left_out.append(LeftOutBlock(name, len(np.unique(key[over])), len(over)))
    both = np.concatenate([left * n + right for left, right in found])
    both.sort()
    both = both[np.diff(both, prepend=-1) != 0]
    return both // max(n, 1), both % max(n, 1), left_out


def within_blocks(key: Ints, rows: Ints, *, largest: int) -> tuple[tuple[Ints, Ints], Ints]:
    """Pairs of rows of one key value, for blocks that are not too large; and the rows of those that are.

    >>> within_blocks(np.array([5, 5, -1, 7, 7, 7]), np.arange(6), largest=2)
    ((array([0]), array([1])), array([3, 4, 5]))
    """
    there = key >= 0
    key, rows = key[there], rows[there]
    order = np.argsort(key, kind="stable")
    key, rows = key[order], rows[order]
    start = np.flatnonzero(np.diff(key, prepend=-1) != 0)
    size = np.diff(np.append(start, len(key)))
    large = np.repeat(size > largest, size)
    over = np.sort(rows[large])
    key, rows = key[~large], rows[~large]
    left, right = [], []
    at = np.arange(len(key))
    for step in range(1, largest):
        at = at[at + step < len(key)]
        at = at[key[at + step] == key[at]]
        if not len(at):
            break
        left.append(rows[at])
        right.append(rows[at + step])
    if not left:
        return (np.zeros(0, np.int64), np.zeros(0, np.int64)), over
    a, b = np.concatenate(left), np.concatenate(right)
    return (np.minimum(a, b), np.maximum(a, b)), over
