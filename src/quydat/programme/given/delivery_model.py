"""Delivery models: who pays what and when, what the city receives, who clears, who bears the risk. They are rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Draws, Range
from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import Names, plain
from quydat.inventory.evidence import Evidence

DEVELOPER_LED = "developer_led"
"""How parks were delivered until now: what others are compared with, and what happens to parks that nobody takes up."""
TABLE = "delivery_model"
Clears = Literal["city", "developer", "owners"]


@dataclass(frozen=True)
class DeliveryModel:
    """A way to deliver land; shares are 0–1. For all columns see the table ``delivery_model`` of the dictionary.

    Attributes
    ----------
    clearance_cost_ratio
        Cost of clearance by this model ÷ cost when the State recovers the land.
    clearance_days, tender_days
        Days stated by the model. Without them clearance takes as long as was seen of those who clear, and no tender
        lies between clearance and works.
    skips_steps, own_procedure_days
        Steps of the procedure that need not be done before land is ready, and days of what is done in their stead
        before clearance.
    works_days
        Days from clearance to ready land; without them as the case of the park says.
    land_return_share
        Part of the lettable land that goes back to its owners.
    tender_receipts_share, land_rent_share, rent_free_years
        What the city receives: part of the rent for the whole term once, and every year after the free years.
    """

    model_id: str
    names: Names
    city_clearance_share: float
    city_works_share: float
    clearance_cost_ratio: Range
    clearance_front_share: float
    works_front_share: float
    clearance_by: Clears
    clearance_days: Range | None
    tender_days: Range | None
    skips_steps: frozenset[str]
    own_procedure_days: Range | None
    works_days: Range | None
    land_return_share: float
    tender_receipts_share: float
    land_rent_share: float
    rent_free_years: float
    clearance_risk: str
    works_risk: str
    market_risk: str
    basis: Basis

    @property
    def takes_city_money(self) -> bool:
        """Whether the city pays for any of it."""
        return self.city_clearance_share > 0 or self.city_works_share > 0

    def receipts(self, *, years: int, take_up_years: float) -> Draws:
        """Share of the rent for the whole term that the city receives in each year from the hand-over of a hectare on.

        Land is let evenly over ``take_up_years``; the yearly rent is paid on what is let, after the free years.

        >>> model = example(tender_receipts_share=0.6, land_rent_share=0.01, rent_free_years=2)
        >>> model.receipts(years=5, take_up_years=2.0).round(3).tolist()
        [0.3, 0.3, 0.005, 0.01, 0.01]
        """
        ends = np.clip(np.arange(1, years + 1) / take_up_years, 0.0, 1.0)
        let = np.diff(ends, prepend=0.0)
        free = int(np.ceil(self.rent_free_years))
        paying = np.concatenate([np.zeros(min(free, years)), ends[: max(years - free, 0)]])
        made: Draws = self.tender_receipts_share * let + self.land_rent_share * paying
        return made


def city_first_of(offered: Iterable[tuple[str, str, float, float]]) -> str | None:
    """The model in which the city clears, pays for all of it and builds most; the first by id if several do.

    Parameters
    ----------
    offered
        Id, who clears, the city's share of clearance and of works of each model.

    >>> city_first_of([("led", "developer", 0.0, 0.0), ("raw", "city", 1.0, 0.0), ("built", "city", 1.0, 1.0)])
    'built'
    """
    clearing = [(-works, name) for name, by, clearance, works in offered if by == "city" and clearance == 1.0]
    return min(clearing)[1] if clearing else None


def example(**changed: Any) -> DeliveryModel:
    """A model in which the city clears and builds, with something changed: for examples."""
    stated: dict[str, Any] = {
        "model_id": "city_first", "names": ("Thành phố làm trước", "City first"), "city_clearance_share": 1.0,
        "city_works_share": 1.0, "clearance_cost_ratio": Range(1.0, 1.0, 1.0), "clearance_front_share": 0.5,
        "works_front_share": 0.5, "clearance_by": "city", "clearance_days": None, "tender_days": None,
        "skips_steps": frozenset(), "own_procedure_days": None, "works_days": None,
        "land_return_share": 0.0, "tender_receipts_share": 1.0, "land_rent_share": 0.0, "rent_free_years": 0.0,
        "clearance_risk": "city", "works_risk": "city", "market_risk": "city", "basis": Basis.ASSUMED,
    }  # fmt: skip
    return DeliveryModel(**{**stated, **changed})


def read_models(evidence: Evidence) -> tuple[dict[str, DeliveryModel], list[Problem]]:
    """Delivery models of the record by id, in the order of their ids, and what is wrong with them.

    Problems: QD910 for a study without any, QD911 for a range that is not in order or not whole.
    """
    rows = evidence.record[TABLE].sort_values(TABLE, kind="stable").to_dict("records")
    found: list[Problem] = []
    if not rows:
        found.append(problem("QD910", Place(TABLE)))
    found += [one for row in rows for name in _RANGES for one in _in_order(row, name)]
    return {} if found else {str(row[TABLE]): _model(row) for row in rows}, found


_RANGES = ("clearance_cost_ratio", "clearance_days", "tender_days", "own_procedure_days", "works_days")


def range_of(row: Mapping[Any, Any], name: str) -> Range | None:
    """Columns ``name_low``, ``name_mid``, ``name_high`` of a row; None where all are empty."""
    parts = [plain(row[f"{name}_{end}"]) for end in ("low", "mid", "high")]
    if any(part is None for part in parts):
        return None
    return Range(*(float(part) for part in parts))  # type: ignore[arg-type]


def _in_order(row: Mapping[Any, Any], name: str) -> Iterator[Problem]:
    yield from out_of_order(row, name, table=TABLE, row_id=str(row[TABLE]))


def out_of_order(row: Mapping[Any, Any], name: str, *, table: str, row_id: str) -> Iterator[Problem]:
    """QD911 if only some of low, middle and high are stated, or they are not in this order."""
    parts = [plain(row[f"{name}_{end}"]) for end in ("low", "mid", "high")]
    known = [float(part) for part in parts if part is not None]  # type: ignore[arg-type]
    if known and (len(known) < 3 or known != sorted(known)):
        shown = " / ".join("–" if part is None else f"{part:g}" for part in parts)
        yield problem("QD911", Place(table, column=name), row=row_id, name=name, value=shown)


def _model(row: Mapping[Any, Any]) -> DeliveryModel:
    shares = (
        "city_clearance_share", "city_works_share", "clearance_front_share", "works_front_share", "land_return_share",
        "tender_receipts_share", "land_rent_share", "rent_free_years",
    )  # fmt: skip
    cost = range_of(row, "clearance_cost_ratio")
    assert cost is not None, "the dictionary requires it"
    return DeliveryModel(
        model_id=str(row[TABLE]), names=(str(row["name_vi"]), str(row["name_en"])), clearance_cost_ratio=cost,
        clearance_days=range_of(row, "clearance_days"), tender_days=range_of(row, "tender_days"),
        skips_steps=frozenset(part for part in str(plain(row["skips_steps"]) or "").split(";") if part),
        own_procedure_days=range_of(row, "own_procedure_days"), works_days=range_of(row, "works_days"),
        clearance_by=row["clearance_by"], clearance_risk=row["clearance_risk"], works_risk=row["works_risk"],
        market_risk=row["market_risk"], basis=Basis(row["basis"]),
        **{name: float(row[name]) for name in shares},
    )  # fmt: skip
