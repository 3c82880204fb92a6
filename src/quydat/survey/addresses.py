"""Addresses taken apart: house number or plot, street, ward and park, folded for comparing."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from quydat.survey.fold import fold

_NONE = pa.scalar(None, pa.string())
_PLOT = (
    r"^(?:lo|plot|lot)(?: dat)?(?: so)?[ :]+"
    r"(?P<plot>[a-z]{0,3}[ .-]?[0-9]+[a-z]?(?:[-/.][a-z]{0,2}[0-9]+[a-z]?)*)[ ,;-]*(?P<rest>.*)$"
)
_HOUSE = (
    r"^(?:so nha|so|nha|no\.?)?[ :]*"
    r"(?P<house>[0-9]+[a-z]?(?: ?(?:bis|ter))?(?:[/-][0-9]+[a-z]?)*)(?:[ ,;]+(?P<rest>.*))?$"
)
_WRITTEN = (
    (r"\bql ?\.?(?P<n>[0-9])", r"quoc lo \1"),
    (r"\b(?:tl|dt|hl) ?\.?(?P<n>[0-9])", r"tinh lo \1"),
    (r"\bcmt ?8\b|\bcach mang thang 8\b", "cach mang thang tam"),
    (r"\bng\. ?", "nguyen "),
    (r"^(?:duong |d\. ?|d |pho |street )(?P<w>[a-z0-9])", r"\1"),
    (r" (?:street|st\.?|road|rd\.?)$", ""),
    (r"^so ?(?P<n>[0-9])", r"so \1"),
)
_UNIT = r"^(?:phuong|p\.|p|xa|x\.|x|thi tran|tt\.?|dac khu)[ .]+(?P<name>.+)$"
_PARK = r"^(?:khu cong nghiep|kcn|khu che xuat|kcx|cum cong nghiep|ccn|khu cong nghe cao|kcnc)[ .]+(?P<name>.+)$"


@dataclass(frozen=True)
class Addresses:
    """Parts of n addresses, folded; what an address does not tell is missing.

    Attributes
    ----------
    number
        House number (``104``, ``697/24``), or plot as ``lo c1-1``.
    street
        Street without the word for street: ``le duc tho``, ``so 7``, ``quoc lo 1a``.
    unit
        Ward or commune without its kind.
    park
        Park without its kind.
    """

    number: "pd.Series[str]"
    street: "pd.Series[str]"
    unit: "pd.Series[str]"
    park: "pd.Series[str]"


def addresses(address: "pd.Series[str]", *, unit_name: "pd.Series[str]", park_name: "pd.Series[str]") -> Addresses:
    """Take addresses apart.

    Parameters
    ----------
    address
        House number and street, or plot and street, as the first parts; what follows the street's comma is not read.
    unit_name, park_name
        Ward or commune, and park, in columns of their own; same length.

    >>> one = addresses(pd.Series(["Lô C1-1, Đường số 7, KCN A", "697/24 Ng. Trãi"]),
    ...     unit_name=pd.Series(["P. An Lạc", None]), park_name=pd.Series(["KCN Tân Tạo", None]))
    >>> one.number.tolist(), one.street.tolist(), one.unit.tolist(), one.park.tolist()
    (['lo c1-1', '697/24'], ['so 7', 'nguyen trai'], ['an lac', nan], ['tan tao', nan])
    """
    coded = pc.dictionary_encode(pa.array(address, pa.string(), from_pandas=True))
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    folded = pa.array(fold(pd.Series(coded.dictionary.to_pandas(), dtype="str")), pa.string(), from_pandas=True)
    number, street = _number_and_street(folded)
    return Addresses(
        _series(number.take(coded.indices), address), _series(street.take(coded.indices), address),
        _without_kind(unit_name, _UNIT), _without_kind(park_name, _PARK),
    )  # fmt: skip


def _series(made: pa.Array, like: "pd.Series[str]") -> "pd.Series[str]":
    return pd.Series(made.to_pandas(), dtype="str").set_axis(like.index)


def _number_and_street(folded: pa.Array) -> tuple[pa.Array, pa.Array]:
    plot = pc.extract_regex(folded, _PLOT)
    house = pc.extract_regex(folded, _HOUSE)
    plot_of, house_of = _part(plot, "plot"), _part(house, "house")
    plain = pc.replace_substring_regex(plot_of, r"[ .]+", "")
    number = pc.coalesce(pc.binary_join_element_wise("lo", plain, " "), pc.replace_substring(house_of, " ", ""))
    # The rest is a street only if what stood before it was a number; else the whole is.
    rest = pc.if_else(pc.is_valid(number), pc.coalesce(_part(plot, "rest"), _part(house, "rest")), folded)
    street = pc.utf8_trim(pc.replace_substring_regex(rest, r"[,;(].*$", ""), " .-")
    for pattern, by in _WRITTEN:
        street = pc.replace_substring_regex(street, pattern, by)
    street = pc.utf8_trim(pc.replace_substring_regex(street, r"[^a-z0-9]+", " "), " ")
    street = pc.if_else(
        pc.match_substring_regex(street, r"^(?:kcn|ccn|kcx|khu|cum|phuong|xa|quan|huyen) "), _NONE, street
    )
    return number, pc.if_else(pc.equal(street, ""), _NONE, street)


def _part(found: pa.Array, name: str) -> pa.Array:
    part = pc.struct_field(found, name)
    return pc.if_else(pc.equal(part, ""), _NONE, part)


def _without_kind(text: "pd.Series[str]", pattern: str) -> "pd.Series[str]":
    folded = pa.array(fold(text), pa.string(), from_pandas=True)
    if isinstance(folded, pa.ChunkedArray):
        folded = folded.combine_chunks()
    coded = pc.dictionary_encode(folded)
    bare = pc.coalesce(pc.struct_field(pc.extract_regex(coded.dictionary, pattern), "name"), coded.dictionary)
    bare = pc.utf8_trim(pc.replace_substring_regex(bare, r"[^a-z0-9]+", " "), " ")
    return _series(pc.if_else(pc.equal(bare, ""), _NONE, bare).take(coded.indices), text)
