"""Rows without coordinates: placed in the unit that they name, with the error that this means."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from quydat.survey.fold import fold
from quydat.survey.outlines import Outlines, middle_of
from quydat.survey.unit_names import folded_district_keys, folded_province_keys, folded_ward_keys
from quydat.survey.units import NOT_NAMED, Units, combinations

_KINDS = (
    "ph[uư][oơờ]ng", "th[iị] tr[aấ]n", "[dđ][aặ]c khu", "qu[aậ]n", "huy[eệ]n", "th[iị] x[aã]", "th[aà]nh ph[oố]",
    "t[iỉ]nh",
)  # fmt: skip
_WORDS = rf" +((?:{'|'.join(_KINDS)}) +|(?:p|q|h|x|tt|tx|tp)\. *|[pq][0-9]+)"
_DASHED_PROVINCE = r"(b[aà] r[iị]a) +[-–] +(v[uũ]ng t[aà]u)"
_COUNTRIES = frozenset({"vietnam", "vn"})
_FOREIGN, _HARMLESS = "?", "~"
_HARMLESS_PARTS = r"^(?:kp|khu|[aấ]p|t[oổ]|th[oô]n|kcn|kcx|ccn|l[oô]|s[oố]|[dđ][uư][oờ]ng|tel|[sdđ]+t)\b|^[0-9 .()+-]+$"
_ELSEWHERE = "elsewhere"
_SAYS_WARD = re.compile(r"(phuong|ph|p|xa|x|thi tran|ttr|tt|dac khu|dk)([. ]|(?=[0-9]))")
_SAYS_DISTRICT = re.compile(r"(quan|q|huyen|h|thi xa|tx)([. ]|(?=[0-9]))")
_SAYS_CITY = re.compile(r"(thanh pho|tp)[. ]|tp")
_SAYS_PROVINCE = re.compile(r"tinh ")
_PieceKeys = tuple[str, str | None, str | None, str | None]


def find_in_address(units: Units, address: "pd.Series[str]", *, day: "date | pd.Series[pd.Timestamp]") -> pd.DataFrame:
    """Find the unit that an address ends with: «12 Lê Lợi, P. Tân Tạo A, Q. Bình Tân, TP.HCM».

    The last parts of the address are read from the end: country, province, district, ward; each may be missing but
    the ward. Parts are told by commas, semicolons, dashes between blanks and the words for the kinds of units.

    Returns
    -------
    As ``Units.find``.

    >>> from quydat.dictionary.bulk import empty_bulk, typed_bulk
    >>> from quydat.dictionary.schema import tables
    >>> change = {"old_unit_id": ["o1"], "new_unit_id": ["n1"], "on": ["2025-07-01"], "old_name": ["Phường Tân Tạo A"],
    ...           "old_district": ["Quận Bình Tân"], "old_province": ["Hồ Chí Minh"], "new_name": ["Phường Tân Tạo"]}
    >>> units = Units(empty_bulk(tables()["unit"]), typed_bulk(pd.DataFrame(change), tables()["unit_change"])[0])
    >>> address = pd.Series(["12 Lê Lợi, P. Tân Tạo A, Q. Bình Tân, TP.HCM", "12 Lê Lợi"])
    >>> find_in_address(units, address, day=date(2024, 1, 1))["unit_id"].tolist()
    ['o1', nan]
    """
    ward, district, province = (pd.Series(part, index=address.index, dtype="str") for part in _parts(units, address))
    return units.find(ward, district, province, day=day)


def place_by_address(
    units: Units, rows: pd.DataFrame, outlines: Outlines, *, day: "date | pd.Series[pd.Timestamp]"
) -> pd.DataFrame:
    """Place rows in the unit that they name, by their columns or else by their address.

    Parameters
    ----------
    rows
        Columns ``unit_name``, ``district_name``, ``province_name``, ``address``, each of which may be missing.
    outlines
        Outlines whose ids are unit ids. A unit without an outline is placed in what became of it.
    day
        Day that the rows speak of.

    Returns
    -------
    One row for each: ``longitude``, ``latitude`` (middle of the unit), ``position_error_m`` (from there to the
    farthest corner), ``unit_id`` (the unit placed in; missing if the old unit went to several, which are then placed
    in together), ``named_id`` (the unit named), ``state`` and ``candidates`` (see ``Units.find``).
    """
    unit, district, province, address = (
        _column(rows, name) for name in ("unit_name", "district_name", "province_name", "address")
    )
    found = units.find(unit, district, province, day=day)
    silent = np.flatnonzero((found["state"] == NOT_NAMED) & address.notna())
    if len(silent):
        some = day.iloc[silent] if isinstance(day, pd.Series) else day
        found.iloc[silent] = find_in_address(units, address.iloc[silent], day=some)
    middles = _middles(units, outlines, found["unit_id"].dropna().unique())
    placed = found.rename(columns={"unit_id": "named_id"})
    at = middles.reindex(placed["named_id"]).set_axis(rows.index)
    order = ["longitude", "latitude", "position_error_m", "unit_id", "named_id", "state", "candidates"]
    return pd.concat([at, placed], axis=1)[order]


def _column(rows: pd.DataFrame, name: str) -> "pd.Series[str]":
    return rows[name] if name in rows else pd.Series(np.nan, index=rows.index, dtype="str")


def _middles(units: Units, outlines: Outlines, ids: Iterable[str]) -> pd.DataFrame:
    """Where each unit is placed, by id."""
    at = {one: index for index, one in enumerate(outlines.ids) if outlines.polygons[index] is not None}
    rows = {}
    for one in ids:
        now = [one] if one in at else units.old_to_new([one])["new_unit_id"].tolist()
        polygons = [outlines.polygons[at[other]] for other in now if other in at]
        whole = shapely.union_all(polygons) if len(polygons) == len(now) else None  # half of a unit is not the unit
        rows[one] = (*middle_of(whole), now[0] if len(now) == 1 else None)
    made = pd.DataFrame.from_dict(
        rows, orient="index", columns=["longitude", "latitude", "position_error_m", "unit_id"]
    )
    numbers = dict.fromkeys(("longitude", "latitude", "position_error_m"), "float64")
    return made.astype(numbers | {"unit_id": "str"})


def _parts(units: Units, address: "pd.Series[str]") -> list[NDArray[np.object_]]:
    """The parts of addresses that name the ward, the district and the province; None where none does."""
    text = pa.array(address, pa.string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    commas = pc.utf8_lower(pc.utf8_normalize(text, "NFC"))
    for mark in (";", "\n"):
        commas = pc.replace_substring(commas, mark, ",")
    commas = pc.replace_substring(commas, "\u00a0", " ")
    found = _read_from_end(units, commas, 3)
    left = np.flatnonzero(pd.isna(found[0]))  # the long way is gone only for what the short one does not find
    parted = pc.replace_substring_regex(commas.take(pa.array(left)), _DASHED_PROVINCE, r"\1 \2")
    parted = pc.replace_substring_regex(parted, r" +[-–] +", ",")
    parted = pc.replace_substring_regex(parted, _WORDS, r", \1")
    for part, slowly in zip(found, _read_from_end(units, parted, 4), strict=True):
        part[left] = slowly
    return found


def _read_from_end(units: Units, commas: pa.Array, count: int) -> list[NDArray[np.object_]]:
    """Roles of the last parts between commas; each different combination is looked at once."""
    bare = pc.utf8_trim(pc.replace_substring_regex(commas, r",[ ,]*,", ","), " ,.")
    parts = pc.list_slice(
        pc.split_pattern(pc.utf8_reverse(bare), ",", max_splits=count), 0, count, return_fixed_size_list=True
    )
    texts, codes = [], []
    for at in range(count):
        coded = pc.dictionary_encode(pc.list_element(parts, at), null_encoding="encode")
        known = pc.dictionary_encode(_known(units, pc.utf8_trim(pc.utf8_reverse(coded.dictionary), " .")), "encode")
        texts.append(known.dictionary.to_pylist())
        codes.append(known.indices.to_numpy().astype(np.int64)[coded.indices.to_numpy()])
    keys = _keys(sorted({one for text in texts for one in text if one}))
    first, which = combinations(codes)
    places = zip(*(one[first].tolist() for one in codes), strict=True)
    roles = [_roles(units, keys, [texts[at][code] for at, code in enumerate(place)]) for place in places]
    return [np.array([role[at] for role in roles] + [None], dtype=object)[:-1][which] for at in range(3)]


def _known(units: Units, piece: pa.Array) -> pa.Array:
    """Parts that can be a unit, as they are; the others, of which there are as many as streets, become two."""
    folded = pa.array(fold(pd.Series(piece.to_pandas(), dtype="str")), pa.string(), from_pandas=True)
    known = pc.is_in(folded_ward_keys(folded).key, pa.array(sorted(units.ward_keys), pa.string()))
    known = pc.or_(known, pc.is_in(folded_district_keys(folded), pa.array(sorted(units.district_keys), pa.string())))
    provinces = pa.array(sorted(units.province_keys | _COUNTRIES), pa.string())
    known = pc.or_(known, pc.is_in(folded_province_keys(folded), provinces))
    known = pc.or_(known, pc.match_substring_regex(piece, r"^(?:phường|thị trấn|p\.|tt\.) *\S"))
    harmless = pc.match_substring_regex(piece, _HARMLESS_PARTS)
    nothing = pc.fill_null(pc.equal(piece, ""), True)
    other = pc.if_else(pc.fill_null(harmless, False), _HARMLESS, _FOREIGN)
    return pc.if_else(pc.or_(pc.fill_null(known, False), nothing), piece, other)


def _roles(
    units: Units, keys: Mapping[str, _PieceKeys], pieces: Sequence[str | None]
) -> tuple[str | None, str | None, str | None]:
    """Ward, district and province among the last parts of an address, read from the end.

    A part without a word for its kind counts only where nothing else stands behind it, and a bare number never. A
    ward with a place behind it that is no unit of ours lies elsewhere: no unit of that name may be taken for it.
    """
    district = province = None
    bare, foreign = True, False
    for piece in pieces:
        if not piece:
            continue
        if piece in (_FOREIGN, _HARMLESS):
            bare, foreign = False, foreign or piece == _FOREIGN
            continue
        folded, ward_key, district_key, province_key = keys[piece]
        plain_ward = bare and ward_key in units.ward_keys and not folded.isdigit()
        if _SAYS_PROVINCE.match(folded):
            province = province or piece
        elif _SAYS_DISTRICT.match(folded):
            district = district or piece
        elif district is None and province is None and province_key in units.province_keys | _COUNTRIES:
            province = None if province_key in _COUNTRIES else piece
        elif _SAYS_CITY.match(folded) or (bare and district is None and district_key in units.district_keys):
            district = district or piece
        elif _SAYS_WARD.match(folded) or plain_ward:
            if foreign:
                district, province = (_ELSEWHERE, province) if district is None else (district, province or _ELSEWHERE)
            return piece, district, province
    return None, district, province


def _keys(pieces: Sequence[str]) -> dict[str, _PieceKeys]:
    """Each part folded, and its keys read as a ward, as a district and as a province."""
    text = pa.array(fold(pd.Series(pieces, dtype="str")), pa.string(), from_pandas=True)
    read = (text, folded_ward_keys(text).key, folded_district_keys(text), folded_province_keys(text))
    return dict(zip(pieces, zip(*(one.to_pylist() for one in read), strict=True), strict=True))
