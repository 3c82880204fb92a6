"""What is told of the choice of place beside its table: how far it is from today's land, and what is not known."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.draws import Draws
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.demand.where import WHERE_KEYS, Where
from quydat.dictionary.cells import Names
from quydat.inventory.evidence import Evidence, parameter_inputs

_STATED = ("port_km", "ring_road_km", "population", "rent_usd_per_m2")
_FIT: Names = (
    "Chênh giữa nơi nhu cầu chọn và nơi đất đã cho thuê hiện nay",
    "Difference between the places that demand chooses and those of the land let today",
)
_FIT_MEANS: Names = (
    "Phần nhu cầu phải đổi nơi để trùng với phân bố của đất đã cho thuê: 0 là trùng hẳn, 1 là không nơi nào chung.",
    "Part of the demand that would have to change place to lie as the land let does: 0 is alike, 1 shares no place.",
)
_FIT_FORMULA: Names = (
    "½ × tổng |phần kỳ vọng − phần đất đã cho thuê|, các nơi biết đất đã cho thuê",
    "½ × sum of |expected share − share of land let|, over the places of which the land let is known",
)
_KNOWN: Names = ("Nơi biết đủ khoảng cách, dân số, giá thuê", "Places with known distances, people and rent")
_KNOWN_MEANS: Names = (
    "Số nơi có khu biết đủ bốn điều; ở nơi khác, điều chưa biết lấy bình quân các nơi đã biết.",
    "Places with parks of which all four are known; elsewhere what is unknown stands at the mean of the known.",
)


def dissimilarity(expected: Sequence[float] | Draws, present: Sequence[float] | Draws) -> float:
    """Part of one distribution that would have to move to make it the other (Duncan and Duncan 1955).

    >>> dissimilarity([0.5, 0.5], [30.0, 10.0])
    0.25
    """
    one, other = (np.asarray(shares, dtype=float) for shares in (expected, present))
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2.0)


def write_where(where: Where, table: pd.DataFrame, *, evidence: Evidence, ledger: Ledger) -> None:
    """Write the figures ``demand.where.*``; none where the record states no places.

    Parameters
    ----------
    where, table
        The choice of place and its table ``place_choice``.
    """
    if table.empty:
        return
    chosen = sorted({place for place, _ in where.pools})
    cells = [evidence.cell("place", place, attribute) for place in chosen for attribute in _STATED]
    rests_on = parameter_inputs(ledger, *WHERE_KEYS) + [cell for cell in cells if cell.value is not None]
    known = table[table["let_ha"].notna()]
    comparable = len(known) > 0 and known["let_ha"].sum() > 0.0 and known["expected_share"].sum() > 0.0
    ledger.add(
        "demand.where.dissimilarity",
        dissimilarity(known["expected_share"].to_numpy(), known["let_ha"].to_numpy()) if comparable else None,
        unit="share", label=_FIT, definition=_FIT_MEANS, operation="simulated", formula=_FIT_FORMULA, inputs=rests_on,
        coverage=Coverage(len(known), len(table)),
    )  # fmt: skip
    _known(cells, chosen, ledger)


def _known(cells: Sequence[Input], chosen: Sequence[str], ledger: Ledger) -> None:
    of_place = [cells[at : at + len(_STATED)] for at in range(0, len(cells), len(_STATED))]
    whole = sum(all(cell.value is not None for cell in of) for of in of_place)
    ledger.add(
        "demand.where.known_places", whole, unit="count", label=_KNOWN, definition=_KNOWN_MEANS, operation="rule",
        formula=_KNOWN_MEANS, inputs=cells, coverage=Coverage(whole, len(chosen)),
    )  # fmt: skip
