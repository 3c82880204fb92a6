"""Names of establishments taken apart: form of company, general words, line of business, branch, and the name
proper."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.fold import fold

Ints = NDArray[np.int64]
_WORD, _FORM, _BRANCH, _GENERIC, _ACTIVITY = range(5)
_KINDS = {"form": _FORM, "branch": _BRANCH, "works_number": _BRANCH, "generic": _GENERIC, "activity": _ACTIVITY}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_CHUNK = 200_000


@dataclass(frozen=True)
class Names:
    """Parts of n names.

    Attributes
    ----------
    form
        Form of company (``limited``, ``joint_stock``, …), missing where the name tells none.
    activity
        Line of business by its concept (``packaging`` for bao bì, BB), several joined by a blank in alphabetical order;
        missing where none is known.
    branch
        0 for a name that tells no branch, 1 for a branch without number, 1 + its number otherwise. Shape (n,).
    proper
        The name proper: folded words that are none of these, by their order in the name, one blank between.
        Where nothing else is left, the line of business or the general words stand in; missing only for missing names.
    """

    form: "pd.Series[str]"
    activity: "pd.Series[str]"
    branch: Ints
    proper: "pd.Series[str]"


@cache
def _phrases() -> list[tuple[tuple[str, ...], int, str, bool]]:
    """Known phrases, longest first: words, kind, concept, and whether a number must follow."""
    text = files("quydat.survey").joinpath("name_words.csv").read_text(encoding="utf-8")
    rows = [
        (tuple(row["phrase"].split()), _KINDS[row["kind"]], row["concept"], row["kind"] == "works_number")
        for row in csv.DictReader(StringIO(text))
    ]
    return sorted(rows, key=lambda row: (-len(row[0]), row[0], not row[3]))


def names(text: "pd.Series[str]") -> Names:
    """Take names apart, accents and capitals or not, abbreviated or in full, Vietnamese or English.

    Words that make a form of company are such only as the whole phrase: «Thành» of «Một thành viên» is not the word
    «Thành» of «Thành Công». Words such as «xưởng», «kho», «CN» tell a branch only before a number. Each different name
    is worked on once; what is known stands in ``name_words.csv``.

    >>> made = names(pd.Series(["Công ty TNHH MTV SX TM Bao Bì Thành Công - CN 2", "THANH CONG PACKAGING CO., LTD"]))
    >>> made.form.tolist(), made.activity.tolist(), made.branch.tolist(), made.proper.tolist()
    (['limited', 'limited'], ['packaging', nan], [3, 0], ['thanh cong', 'thanh cong packaging'])
    """
    coded = pc.dictionary_encode(pa.array(text, pa.string(), from_pandas=True))
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    folded = pa.array(fold(pd.Series(coded.dictionary.to_pandas(), dtype="str")), pa.string(), from_pandas=True)
    spelled = pc.utf8_trim(pc.replace_substring_regex(folded, r"[^a-z0-9]+", " "), " ")
    parts = [_taken_apart(spelled.slice(at, _CHUNK)) for at in range(0, len(spelled), _CHUNK)]
    parts = parts or [_taken_apart(spelled)]
    form, activity, proper = (pa.chunked_array([p[k] for p in parts]).combine_chunks() for k in (0, 1, 3))
    branch = np.concatenate([p[2] for p in parts])
    at = coded.indices
    known = at.to_numpy(zero_copy_only=False) if not at.null_count else pc.fill_null(at, 0).to_numpy()
    branch = (
        np.where(pc.is_null(at).to_numpy(zero_copy_only=False), 0, branch[known])
        if len(branch)
        else np.zeros(len(at), np.int64)
    )
    return Names(
        _text(form, at, text.index), _text(activity, at, text.index), branch, _text(proper, at, text.index)
    )  # fmt: skip


def _text(part: pa.Array, at: pa.Array, index: Any) -> "pd.Series[str]":
    return pd.Series(part.take(at).to_pandas(), dtype="str").set_axis(index)


def _taken_apart(spelled: pa.Array) -> tuple[pa.Array, pa.Array, Ints, pa.Array]:
    lists = pc.split_pattern(spelled, " ")
    word = pc.dictionary_encode(lists.flatten())
    code = word.indices.to_numpy().astype(np.int64)
    vocabulary = {w: k for k, w in enumerate(word.dictionary.to_pylist())}
    row = np.repeat(np.arange(len(spelled)), pc.list_value_length(lists).to_numpy(zero_copy_only=False))
    number = _numbers(word.dictionary)
    kind, concept, names_of, branch = _marked(code, row, vocabulary, number, len(spelled))
    form = _first(kind == _FORM, row, concept, names_of, len(spelled))
    activity = _joined(kind == _ACTIVITY, row, concept, names_of, len(spelled))
    left = kind == _WORD
    # A name of known words only: its line of business stands for it, or else all of it.
    for stand_in in ((_ACTIVITY,), (_GENERIC, _FORM, _BRANCH)):
        bare = np.bincount(row[left], minlength=len(spelled)) == 0
        left |= bare[row] & np.isin(abs(kind), stand_in)
    proper = _listed(left, row, word.dictionary, code, len(spelled))
    return form, activity, branch, proper


def _numbers(words: pa.Array) -> Ints:
    """The number that a word writes, -1 for none."""
    made = [int(w) if w.isdigit() and len(w) < 4 else _ROMAN.get(w, -1) for w in words.to_pylist()]
    return np.array(made, np.int64)


def _marked(
    code: Ints, row: Ints, vocabulary: dict[str, int], number: Ints, rows: int
) -> tuple[Ints, Ints, list[str], Ints]:
    """Kind and concept of each word; words of a phrase after its first have the kind negated. And branches of rows."""
    kind, concept = np.zeros(len(code), np.int64), np.zeros(len(code), np.int64)
    branch = np.zeros(rows, np.int64)
    concepts = sorted({phrase[2] for phrase in _phrases()})
    where = {name: k for k, name in enumerate(concepts)}
    starts = _positions(code, {p[0][0] for p in _phrases()}, vocabulary)
    for words, what, name, needs_number in _phrases():
        at = starts.get(words[0], np.zeros(0, np.int64))
        at = at[kind[at] == _WORD]
        for step, one in enumerate(words[1:], start=1):
            at = at[at + step < len(code)]
            at = at[
                (code[at + step] == vocabulary.get(one, -1)) & (row[at + step] == row[at]) & (kind[at + step] == _WORD)
            ]
        if what == _BRANCH:
            after = np.minimum(at + len(words), len(code) - 1)
            counted = (at + len(words) < len(code)) & (row[after] == row[at]) & (number[code[after]] >= 0)
            at, after, counted = (
                (at[counted], after[counted], counted[counted]) if needs_number else (at, after, counted)
            )
            np.maximum.at(branch, row[at], np.where(counted, 1 + number[code[after]], 1))
            kind[after[counted]] = -_BRANCH
        kind[at], concept[at] = what, where[name]
        for step in range(1, len(words)):
            kind[at + step] = -what
    return kind, concept, concepts, branch


def _positions(code: Ints, firsts: set[str], vocabulary: dict[str, int]) -> dict[str, Ints]:
    """Where each of some words stands."""
    wanted = np.zeros(len(vocabulary) + 1, bool)
    known = {word: vocabulary[word] for word in firsts if word in vocabulary}
    wanted[list(known.values())] = True
    at = np.flatnonzero(wanted[code])
    at = at[np.argsort(code[at], kind="stable")]
    found = code[at]
    low = {word: np.searchsorted(found, [k, k + 1]) for word, k in known.items()}
    return {word: at[a:b] for word, (a, b) in low.items()}


def _first(mask: NDArray[np.bool_], row: Ints, concept: Ints, names_of: list[str], rows: int) -> pa.Array:
    """Concept of the first word so marked in each row; «company» alone gives way to what says more."""
    plain = names_of.index("company")
    at = np.flatnonzero(mask)
    at = at[np.lexsort((at, concept[at] == plain, row[at]))]
    lead = np.flatnonzero(np.diff(row[at], prepend=-1) != 0)
    made = np.full(rows, -1, np.int64)
    made[row[at[lead]]] = concept[at[lead]]
    return pa.array(names_of).take(pa.array(made, mask=made < 0))


def _joined(mask: NDArray[np.bool_], row: Ints, concept: Ints, names_of: list[str], rows: int) -> pa.Array:
    at = np.flatnonzero(mask)
    at = at[np.lexsort((concept[at], row[at]))]
    return _lists(row[at], pa.array(names_of).take(pa.array(concept[at])), rows)


def _listed(mask: NDArray[np.bool_], row: Ints, words: pa.Array, code: Ints, rows: int) -> pa.Array:
    at = np.flatnonzero(mask)
    return _lists(row[at], words.take(pa.array(code[at])), rows)


def _lists(row: Ints, words: pa.Array, rows: int) -> pa.Array:
    """Words of each row joined by a blank; missing where there is none."""
    offsets = np.searchsorted(row, np.arange(rows + 1)).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), words), " ")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
