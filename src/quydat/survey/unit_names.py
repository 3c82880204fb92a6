"""Names of units as people write them: «P.12», «phường 12», «TT. Củ Chi», «TP.HCM»."""

from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from quydat.survey.fold import fold

_PREFIXES = {
    "ward": "phuong|ph|p",
    "commune": "xa|x",
    "township": "thi tran|ttr|tt",
    "special_zone": "dac khu|dk",
}
WARD_KINDS = tuple(_PREFIXES)
"""Kinds of units on the level of wards."""

_END = r"(?:\. *| +|([0-9]))"
_WARD = f"^(?:{'|'.join(_PREFIXES.values())}){_END}"
_DISTRICT = f"^(?:quan|huyen|thi xa|thanh pho|q|h|tx|tp){_END}"
_PROVINCE = r"^(?:tinh|thanh pho|tp|t)(?:\. *| +)|^tp"
_PROVINCES_SHORT = {"hcm": "hochiminh", "hcmc": "hochiminh", "saigon": "hochiminh", "brvt": "bariavungtau"}


class Keys(NamedTuple):
    """What names of wards and communes come to.

    Attributes
    ----------
    key
        Letters and digits of the name without its kind; missing if nothing is left.
    kind
        ``ward``, ``commune``, ``township`` or ``special_zone``, as written; empty if the kind is not written.
    """

    key: pa.Array
    kind: pa.Array


def ward_keys(names: "pd.Series[str]") -> Keys:
    """Keys and kinds of names of wards and communes.

    >>> keys = ward_keys(pd.Series(["P.12", "Phường 012", "xã Tân Nhựt", "Củ Chi"]))
    >>> keys.key.to_pylist(), keys.kind.to_pylist()
    (['12', '12', 'tannhut', 'cuchi'], ['ward', 'ward', 'commune', ''])
    """
    return folded_ward_keys(_folded(names))


def folded_ward_keys(text: pa.Array) -> Keys:
    """As ``ward_keys``, of text that is folded already."""
    kind = pa.nulls(len(text), pa.string()).fill_null("")
    for one, prefix in _PREFIXES.items():
        kind = pc.if_else(pc.fill_null(pc.match_substring_regex(text, f"^(?:{prefix}){_END}"), False), one, kind)
    key = _key(pc.replace_substring_regex(text, "^huyen +", ""), _WARD, r"\1")  # an island district had no wards
    number = pc.fill_null(pc.match_substring_regex(key, "^[0-9]+$"), False)
    return Keys(key, pc.if_else(pc.and_(number, pc.equal(kind, "")), "ward", kind))  # only wards have numbers


def district_keys(names: "pd.Series[str]") -> pa.Array:
    """Keys of names of districts, with or without their kind, which changed over time.

    >>> district_keys(pd.Series(["Q.1", "Quận Bình Tân", "TP. Thủ Đức", "Thủ Đức"])).to_pylist()
    ['1', 'binhtan', 'thuduc', 'thuduc']
    """
    return folded_district_keys(_folded(names))


def folded_district_keys(text: pa.Array) -> pa.Array:
    """As ``district_keys``, of text that is folded already."""
    return _key(text, _DISTRICT, r"\1")


def province_keys(names: "pd.Series[str]") -> pa.Array:
    """Keys of names of provinces; usual short forms stand for the name.

    >>> province_keys(pd.Series(["TP.HCM", "Thành phố Hồ Chí Minh", "BR-VT", "Tỉnh Bình Dương"])).to_pylist()
    ['hochiminh', 'hochiminh', 'bariavungtau', 'binhduong']
    """
    return folded_province_keys(_folded(names))


def folded_province_keys(text: pa.Array) -> pa.Array:
    """As ``province_keys``, of text that is folded already."""
    key = _key(text, _PROVINCE, "")
    for short, whole in _PROVINCES_SHORT.items():
        key = pc.if_else(pc.equal(key, short), whole, key)
    return key


def _folded(names: "pd.Series[str]") -> pa.Array:
    return pa.array(fold(names), pa.string(), from_pandas=True)


def _key(text: pa.Array, prefix: str, rest: str) -> pa.Array:
    """Letters and digits after the prefix, of which ``rest`` is what stays; numbers without leading zeros."""
    bare = pc.replace_substring_regex(text, prefix, rest)
    plain = pc.replace_substring_regex(bare, r"[^\p{L}\p{N}]+", "")
    short = pc.replace_substring_regex(plain, r"^0+([0-9]+)$", r"\1")
    return pc.if_else(pc.equal(short, ""), pa.scalar(None, pa.string()), short)


def with_own_ids(unit_change: pd.DataFrame) -> pd.DataFrame:
    """The crosswalk with ids of their own for old units whose code a new unit of another name took over.

    The state gave most new wards the code of one of the old ones: there the old unit is told by its code and the day on
    which it ended. An old unit that stays under its name keeps its code.

    >>> change = pd.DataFrame({"old_unit_id": ["1", "2"], "new_unit_id": ["1", "1"], "old_name": ["Xã A", "Xã B"],
    ...                        "new_name": ["Xã B", "Xã B"], "on": pd.to_datetime(["2025-07-01"] * 2)})
    >>> with_own_ids(change)["old_unit_id"].tolist()
    ['1/2025-07-01', '2']
    """
    names = dict(zip(unit_change["new_unit_id"], ward_keys(unit_change["new_name"]).key.to_pylist(), strict=True))
    own = ward_keys(unit_change["old_name"]).key.to_pylist()
    ids = [
        f"{one}/{day:%Y-%m-%d}" if one in names and names[one] != key and day == day else one
        for one, key, day in zip(unit_change["old_unit_id"], own, unit_change["on"], strict=True)
    ]
    return unit_change.assign(old_unit_id=pd.Series(ids, dtype="str", index=unit_change.index))
