"""How another register writes the same establishment: the noise of illustrative registrations, column by column."""

import csv
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


class Pool(NamedTuple):
    """Words of one kind and how they are abbreviated, by the same positions."""

    word: pa.Array
    short: pa.Array


Words = dict[str, Pool]
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


@cache
def words() -> Words:
    """Words of illustrative names and addresses, by kind.

    >>> words()["form"].short.to_pylist()[3]
    'CTCP'
    """
    text = files("quydat.survey.illustrative").joinpath("registration_words.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(StringIO(text)))
    kinds = dict.fromkeys(row["pool"] for row in rows)
    return {
        kind: Pool(*(pa.array([r[c] for r in rows if r["pool"] == kind]) for c in ("word", "short"))) for kind in kinds
    }


def join(parts: list[pa.Array], separator: str, *, skip: bool = False) -> pa.Array:
    """Parts joined row by row; missing parts are left out, or make the whole missing.

    >>> join([pa.array(["12", None]), pa.array(["Lê Lợi", "Lê Lợi"])], ", ", skip=True).to_pylist()
    ['12, Lê Lợi', 'Lê Lợi']
    """
    if not skip:
        return pc.binary_join_element_wise(*parts, separator)
    made = parts[0]
    for part in parts[1:]:  # null_handling="skip" of Arrow drops rows of which all parts are missing
        made = pc.coalesce(pc.binary_join_element_wise(made, part, separator), made, part)
    return made


def blurred(
    rows: dict[str, pa.Array], copy: NDArray[np.bool_], pool: Words, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Rows of which the copies are written as another register would; shares stand in ``registrations``.

    Parameters
    ----------
    rows
        Parts of names and addresses, tax codes, positions.
    copy
        Which rows are copies; the others stay as they are.

    Returns
    -------
    The rows, with the marks ``unaccented``, ``capitals`` and ``moved`` of how to write them.

    >>> rng = np.random.default_rng(0)
    >>> blurred({"proper": pa.array(["Minh Phát"])}, np.array([False]), words(), rng)["proper"].to_pylist()
    ['Minh Phát']
    """
    n = len(copy)

    def hit(share: float) -> NDArray[np.bool_]:
        return copy & (rng.random(n) < share)

    rows = dict(rows)
    for mark, share in (("unaccented", 0.35), ("capitals", 0.3), ("moved", 0.08)):
        rows[mark] = pa.array(hit(share))
    for name, column in rows.items():
        if name in _BLUR:
            rows[name] = _BLUR[name](column, hit, pool, rng)
    if "longitude" in rows:
        rows = _places_blurred(rows, hit, rng)
    return rows


def _none(column: pa.Array, mask: NDArray[np.bool_]) -> pa.Array:
    return pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)


def _shortened(column: pa.Array, pool: Pool, mask: NDArray[np.bool_]) -> pa.Array:
    at = pc.index_in(column, value_set=pool.word)
    return pc.if_else(pc.and_(pa.array(mask), pc.is_valid(at)), pool.short.take(at), column)


def _rewritten(column: pa.Array, mask: NDArray[np.bool_], change) -> pa.Array:  # type: ignore[no-untyped-def]
    """Single values changed by a function of the value; missing ones stay missing."""
    where = np.flatnonzero(mask & pc.is_valid(column).to_numpy(zero_copy_only=False))
    chosen = np.zeros(len(column), bool)
    chosen[where] = True
    changed = [change(value) for value in column.take(pa.array(where)).to_pylist()]
    return pc.replace_with_mask(column, pa.array(chosen), pa.array(changed, column.type))


def _typo(word: str, rng: np.random.Generator) -> str:
    """One letter doubled, lost, changed or swapped with the next."""
    at, how = int(rng.integers(0, len(word))), int(rng.integers(0, 4))
    if how == 0:
        return word[:at] + word[at] + word[at:]
    if how == 1 and len(word) > 2:
        return word[:at] + word[at + 1 :]
    if how == 2 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + _LETTERS[int(rng.integers(0, len(_LETTERS)))] + word[at + 1 :]


def _form(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    english = pc.if_else(pc.match_substring(column, "TNHH"), pa.scalar("Co., Ltd"), pa.scalar("JSC"))
    column = _shortened(column, pool["form"], hit(0.35))
    company = pc.starts_with(pc.utf8_lower(column), "c")
    column = pc.if_else(pc.and_(pa.array(hit(0.08)), company), english, column)
    return _none(column, hit(0.15))


def _generic(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    for word, short in zip(pool["generic"].word.to_pylist(), pool["generic"].short.to_pylist(), strict=True):
        column = pc.if_else(pa.array(hit(0.3)), pc.replace_substring(column, word, short), column)
    return _none(column, hit(0.25))


def _activity(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    return _none(_shortened(column, pool["activity"], hit(0.2)), hit(0.12))


def _proper(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    once = hit(0.25)
    for mask in (once, once & hit(0.25)):
        column = _rewritten(column, mask, lambda text: _typo(text, rng))
    return _rewritten(column, hit(0.04), lambda text: _lost_word(text, rng))


def _lost_word(text: str, rng: np.random.Generator) -> str:
    parts = text.split(" ")
    if len(parts) < 3:
        return text
    del parts[int(rng.integers(0, len(parts)))]
    return " ".join(parts)


def _tax_code(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    def wrong(code: str) -> str:
        at = int(rng.integers(0, 10))
        return code[:at] + str((int(code[at]) + int(rng.integers(1, 10))) % 10) + code[at + 1 :]

    column = _rewritten(column, hit(0.5), lambda code: code[:10])
    return _none(_rewritten(column, hit(0.05), wrong), hit(0.25))


def _street(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    mask = hit(0.4)
    for word, short in (("Đường số", "Đ. số"), ("Quốc lộ", "QL"), ("Tỉnh lộ", "TL"), ("Nguyễn", "Ng."), ("Cách Mạng Tháng Tám", "CMT8")):
        column = pc.if_else(pa.array(mask), pc.replace_substring(column, word, short), column)
    return _none(_rewritten(column, hit(0.03), lambda text: _typo(text, rng)), hit(0.08))


def _ward(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    mask = hit(0.3)
    for word, short in (("Phường ", "P. "), ("Xã ", "X. ")):
        column = pc.if_else(pa.array(mask), pc.replace_substring(column, word, short), column)
    former = join([pa.array(["Phường"] * len(column), pa.string()), pa.array(rng.integers(1, 26, len(column))).cast(pa.string())], " ")
    return _none(pc.if_else(pa.array(hit(0.08)), former, column), hit(0.1))


def _sector(column, hit, pool, rng):  # type: ignore[no-untyped-def]
    column = pc.if_else(pa.array(hit(0.3)), pc.utf8_slice_codeunits(column, 0, 2), column)
    other = pa.array(rng.integers(1010, 3320, len(column))).cast(pa.string())
    return _none(pc.if_else(pa.array(hit(0.08)), other, column), hit(0.2))


_BLUR = {
    "form": _form, "generic": _generic, "activity": _activity, "proper": _proper, "tax_code": _tax_code,
    "street": _street, "ward": _ward, "sector": _sector,
    "branch": lambda column, hit, pool, rng: _none(column, hit(0.15)),
    "number": lambda column, hit, pool, rng: _none(column, hit(0.15)),
    "park": lambda column, hit, pool, rng: _none(column, hit(0.3)),
}  # fmt: skip


def _places_blurred(rows, hit, rng):  # type: ignore[no-untyped-def]
    missing, coarse, n = hit(0.2), hit(0.08), len(rows["longitude"])
    moved = hit(1.0)
    for axis in ("longitude", "latitude"):
        shifted = rows[axis].to_numpy(zero_copy_only=False) + np.where(moved, rng.normal(0, 30 / 111_000, n), 0.0)
        column = pc.if_else(pa.array(coarse), rows[f"ward_{axis}"], pa.array(shifted, from_pandas=True))
        rows[axis] = _none(column, missing)
    error = pc.if_else(pa.array(coarse), pa.scalar(6000.0), rows["position_error_m"])
    rows["position_error_m"] = _none(error, missing)
    return rows
