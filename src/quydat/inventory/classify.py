"""Where an establishment belongs: kind of place, park, sector and size."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.dictionary.schema import tables
from quydat.inventory.establish import WORKING
from quydat.inventory.vsic import sectors
from quydat.survey.fold import fold

Index = NDArray[np.int64]

GRADES = ("correct", "complete", "clean", "live")
"""Columns of the table ``establishment`` that ``quality.grade`` fills."""

KIND_WORDS = r"^(?:khu cong nghiep|khu che xuat|khu cong nghe cao|cum cong nghiep|kcn|kcx|kcnc|ccn)\s+"
"""Words and short forms for the kind of a park, as names are folded."""

SIZES = ((10, "micro"), (100, "small"), (200, "medium"), (float("inf"), "large"))
"""Most workers of each size: Decree 80/2021/NĐ-CP art. 5, industry and construction."""


def classify(
    establishments: pd.DataFrame,
    *,
    parks: pd.DataFrame,
    outlined: NDArray[np.bool_],
    park_index: Index,
    park_distance_m: NDArray[np.float64],
    unit_id: "pd.Series[str]",
    unit_from: "pd.Series[str]",
    homes_distance_m: NDArray[np.float64],
) -> pd.DataFrame:
    """Place, sector and size of each establishment.

    Parameters
    ----------
    establishments
        As ``establish`` gives them, n rows.
    parks, outlined
        The table ``park``, m rows, and for each whether its outline is known.
    park_index
        Shape (n,): row of ``parks`` whose outline holds the position, −1 where none does or the position is unknown.
    park_distance_m
        Shape (n,): distance to the nearest outline of a park; NaN if unknown. It is only compared with the error of the
        position: whatever lies on the same side of it does as well.
    unit_id, unit_from
        Shape (n,): administrative unit on the day, and whether coordinates or the address told it.
    homes_distance_m
        Shape (n,): distance to the nearest homes-heavy unit; NaN if unknown.

    Returns
    -------
    The columns of the table ``establishment`` except ``GRADES``, n rows in the same order.

    See Also
    --------
    place_kinds, size_classes, vsic.sectors : the three decisions, with examples.
    """
    park, kind = place_kinds(
        establishments, parks=parks, outlined=outlined, park_index=park_index, park_distance_m=park_distance_m
    )
    found: dict[str, Any] = {
        "unit_id": unit_id.array,
        "unit_from": unit_from.array,
        "park_id": park.array,
        "place_kind": kind.array,
        "homes_distance_m": homes_distance_m,
        "size_class": size_classes(establishments["workers"]).array,
    }
    sector = sectors(establishments["sector_code"], establishments["vsic_version"])
    found |= {name: sector[name].array for name in sector.columns}
    own = establishments.drop(columns=list(WORKING)).assign(**found)
    return own[[name for name in tables()["establishment"].columns if name not in GRADES]]


def place_kinds(
    establishments: pd.DataFrame,
    *,
    parks: pd.DataFrame,
    outlined: NDArray[np.bool_],
    park_index: Index,
    park_distance_m: NDArray[np.float64],
) -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Park, and kind of place, of each establishment; arguments as for ``classify``.

    Returns
    -------
    ``park_id``, missing if stand-alone or unknown, and ``place_kind``, by the first of these that holds:

    1. The position lies inside the outline of a park: that park. The middle of a ward is no such position.
    2. The position lies outside all outlines, farther from the nearest than it may be wrong: stand-alone; but that park
       if the source names one whose outline is not known, for then the position says nothing against it.
    3. The position does not decide, or there is none, and the source names one park: that park (``named_park``).
    4. Unknown. So is everything near a park whose error of position is not known.
    """
    named = named_park(establishments["park_name"], parks)
    placed = (establishments["longitude"].notna() & establishments["latitude"].notna()).to_numpy(dtype=bool)
    by_ward = (establishments["position_source"] == "address").to_numpy(dtype=bool)
    error = establishments["position_error_m"].to_numpy(dtype=np.float64, na_value=np.nan)
    inside = placed & ~by_ward & (park_index >= 0)
    refuted = placed & (park_index < 0) & (error < park_distance_m)
    of_unknown_outline = (named >= 0) & ~np.append(outlined, True)[named]
    standalone = ~inside & refuted & ~of_unknown_outline
    own = np.where(inside, park_index, np.where(standalone, -1, named))
    kinds = np.array([*parks["kind"].tolist(), None], dtype=object)
    kind = np.where(standalone, "standalone", np.where(own >= 0, kinds[own], "unknown"))
    ids = np.array([*parks["park_id"].tolist(), None], dtype=object)
    return _from_few(ids[own]), _from_few(kind)


def _from_few(values: NDArray[Any]) -> "pd.Series[str]":
    number, different = pd.factorize(values)
    return pd.Series(pd.Series([*different, None], dtype="str").take(number % (len(different) + 1)).array)


def named_park(names: "pd.Series[str]", parks: pd.DataFrame) -> Index:
    """Row of the one park that has this name, −1 where none has it or several have.

    Names are compared folded; first whole, then without the words for the kind of park.

    >>> parks = pd.DataFrame({"name_vi": ["KCN Nhị Xuân", "CCN Nhị Xuân", "KCX Tân Thuận"], "name_en": ["", "", ""]})
    >>> said = pd.Series(["CCN NHỊ XUÂN", "Nhị Xuân", "Khu chế xuất Tân Thuận", None], dtype="str")
    >>> named_park(said, parks).tolist()
    [1, -1, 2, -1]
    """
    number, different = pd.factorize(names)
    said = fold(pd.Series(different, dtype="str"))
    folded = {column: fold(parks[column].astype("str")) for column in ("name_vi", "name_en")}
    whole = _unique_names(*folded.values())
    bare = _unique_names(*(_bare(one) for one in folded.values()))
    found = [whole.get(name, bare.get(short, -1)) for name, short in zip(said, _bare(said), strict=True)]
    return np.array([*found, -1], dtype=np.int64)[number]


def _bare(folded: "pd.Series[str]") -> "pd.Series[str]":
    return folded.str.replace(KIND_WORDS, "", regex=True)


def _unique_names(*columns: "pd.Series[str]") -> dict[str, int]:
    rows: dict[str, set[int]] = {}
    for column in columns:
        for row, name in enumerate(column.tolist()):
            if isinstance(name, str) and name:
                rows.setdefault(name, set()).add(row)
    return {name: min(own) if len(own) == 1 else -1 for name, own in rows.items()}


def size_classes(workers: "pd.Series[int]") -> "pd.Series[str]":
    """Size by the number of workers: micro ≤ 10, small ≤ 100, medium ≤ 200, else large; unknown stays unknown.

    Decree 80/2021/NĐ-CP art. 5, industry and construction. The decree asks for revenue or capital as well, and speaks
    of enterprises and of workers who pay social insurance; the survey knows the workers of the establishment only,
    so this is a size for statistics and no finding under the decree.

    >>> size_classes(pd.Series([0, 10, 11, 200, 201, None], dtype="Int64")).tolist()
    ['micro', 'micro', 'small', 'medium', 'large', nan]
    """
    count = workers.to_numpy(dtype=np.float64, na_value=np.nan)
    place = np.searchsorted([most for most, _ in SIZES[:-1]], count, side="left")
    names = pd.Series([name for _, name in SIZES] + [None], dtype="str")
    return pd.Series(names.take(np.where(np.isnan(count), len(SIZES), place)).array)
