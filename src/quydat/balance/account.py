"""The land account as a table: the mean of the draws, which closes to the last digit, beside P10, P50 and P90."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose

import pandas as pd

from quydat.balance.deliver import BLOCKED
from quydat.balance.ensemble import Outcome
from quydat.balance.headlines import write_headlines
from quydat.balance.supply import BLOCKED_SHARE, SupplyModel
from quydat.core.basis import Basis
from quydat.core.draws import quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.demand.forecast import QUANTILES
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id
from quydat.dictionary.schema import choice_label
from quydat.inventory.evidence import parameter_inputs
from quydat.procedure.hand_over import HandOver

LAND_CLASS = "industrial"
EXPECTED = "expected"
MOBILE_SHARE = "balance.mobile_share"


@dataclass(frozen=True)
class Supply:
    """Land to come in one account.

    Attributes
    ----------
    account, table, prefix
        Its name, the table that it fills, and what its figures' ids begin with.
    ready
        Park → figure of the day on which it is ready, and the year of that day.
    model
        The same in every draw.
    areas
        Source → figure of its lettable land; that of the park where it is not in it.
    """

    account: str
    table: str
    prefix: str
    ready: Mapping[str, tuple[str, int | None]]
    model: SupplyModel
    areas: Mapping[str, str] = field(default_factory=dict)

    def rests_on(self, ledger: Ledger) -> list[Input]:
        """Figures that the supply is made from."""
        parks = [figure for source in self.model.sources for figure in self._of_park(source)]
        return [
            ledger.input("land.vacant_ready"),
            ledger.input("land.vacant_blocked"),
            *parameter_inputs(ledger, BLOCKED_SHARE, MOBILE_SHARE),
            *HandOver.inputs(ledger),
            *(ledger.input(figure) for figure in parks),
        ]

    def park_rests_on(self, source: str, ledger: Ledger) -> list[Input]:
        """Figures that the land of one park is made from."""
        return [*(ledger.input(figure) for figure in self._of_park(source)), *HandOver.inputs(ledger)]

    def _of_park(self, source: str) -> list[str]:
        ready = [self.ready[source][0]] if source in self.ready else []
        return [self.areas.get(source, figure_id("parks", [source], "future_lettable_ha")), *ready]


def write_account(
    supply: Supply, outcome: Outcome, *, place: str, demand: Sequence[Input], ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of the account of the city and of its deliveries, with the headline figures.

    Parameters
    ----------
    outcome
        The account in every draw.
    place
        The city.
    demand
        What demand rests on. The ledger holds its quantiles already, as the table ``demand``.
    """
    drawn = _ensemble_figure(supply, outcome, demand, ledger)
    deliveries = _deliveries(supply, ledger)
    writer = TableWriter(supply.table, ledger=ledger)
    previous: Row | None = None
    for column, year in enumerate(outcome.years):
        row = writer.open(_name(year, EXPECTED), place=place, land_class=LAND_CLASS, year=year, quantile=EXPECTED)
        _expected(row, column, outcome, deliveries, previous, drawn, ledger)
        previous = row
    for column, year in enumerate(outcome.years):
        _quantiles(writer, place, column, year, outcome, drawn, ledger)
    write_headlines(supply.prefix, supply.table, outcome, place=place, drawn=drawn, ledger=ledger)
    return writer.frame(), deliveries.frame()


def _ensemble_figure(supply: Supply, outcome: Outcome, demand: Sequence[Input], ledger: Ledger) -> Input:
    """Number of draws of the account; what it rests on is written once, here, and not in each cell."""
    figure = f"{supply.prefix}.draws"
    ledger.add(
        figure, outcome.draws, unit="count", label=_DRAWN[supply.account], definition=_RULE, operation="rule",
        formula=_RULE, inputs=[*supply.rests_on(ledger), *demand],
    )  # fmt: skip
    return ledger.input(figure)


_DRAWN: Mapping[str, Names] = {
    "pipeline": ("Số lần rút của tài khoản đất", "Draws of the land account"),
    "programme": ("Số lần rút của tài khoản đất theo chương trình", "Draws of the land account under the programme"),
}
_RULE: Names = (
    "tài khoản đất chạy trên từng lần rút, theo nơi và loại đất: nhu cầu, đất giao, đất gỡ vướng",
    "the land account run in each draw, by place and class of land: demand, land delivered, blocked land cleared",
)
_MEAN: Names = ("bình quân các lần rút", "mean of the draws")
_TAKEN: Names = (
    "bình quân các lần rút; trong từng lần: nhỏ hơn trong hai số, nhu cầu và đất có thể thuê ở nơi ấy, "
    "cộng phần chuyển đến",
    "mean of the draws; in each the smaller of demand and the land that can be let there, and what moved in",
)
_CLOSING: Names = (
    "đầu năm + giao thêm + giải phóng − đã thuê − chuyển đi",
    "opening + delivered + freed − taken up − released",
)
_NOT_PLANNED = "conversion is not planned yet: no land is freed by it, and none is given to other uses"


def _name(year: int, quantile: str) -> Names:
    return (
        f"{year}, {choice_label('quantile', quantile, 'vi')}",
        f"{year}, {choice_label('quantile', quantile, 'en')}",
    )


def _deliveries(supply: Supply, ledger: Ledger) -> TableWriter:
    """Land by source and year: means over the draws, without rows of 0."""
    writer = TableWriter("deliveries", ledger=ledger)
    model = supply.model
    formula = (
        "bình quân các lần rút; đất cho thuê khi xong, trừ phần đuôi, ÷ số năm giao, từ năm có đất; rồi phần đuôi",
        "mean of the draws; lettable land when done less its tail ÷ years of delivery, from the year it is ready; "
        "then the tail",
    )
    for source, hectares in model.expected_by_source().items():
        rests_on = supply.park_rests_on(source, ledger)
        for year, value in zip(model.years, hectares.tolist(), strict=True):
            if value > 0:
                name = (f"{source}, {year}", f"{source}, {year}")
                row = writer.open(name, account=supply.account, source_id=source, year=year)
                row.put("delivered_ha", value, "simulated", rests_on, formula=formula)
    blocked = [ledger.input("land.vacant_blocked"), *parameter_inputs(ledger, BLOCKED_SHARE)]
    formula = (
        "bình quân các lần rút; đất trống đang vướng × phần gỡ mỗi năm × phần của năm, đến khi hết",
        "mean of the draws; blocked vacant land × share cleared a year × part of the year, until none is left",
    )
    for year, value in zip(model.years, model.expected_blocked().tolist(), strict=True):
        name = (f"đất đang vướng, {year}", f"blocked land, {year}")
        row = writer.open(name, account=supply.account, source_id=BLOCKED, year=year)
        row.put("delivered_ha", value, "simulated", blocked, formula=formula)
    return writer


def _expected(
    row: Row,
    column: int,
    outcome: Outcome,
    deliveries: TableWriter,
    previous: Row | None,
    drawn: Input,
    ledger: Ledger,
) -> None:
    """The mean of the draws: flows are told by the draws, stock and gap follow from them."""
    mean = {name: float(values[:, column].mean()) for name, values in outcome.city.items()}
    before = ledger.input("land.vacant_ready") if previous is None else previous.ref("closing_ha")
    row.derive("opening_ha", "given", [before])
    sources = [one.ref("delivered_ha") for one in deliveries.rows if one["year"] == row["year"]]
    row.derive("delivered_ha", "linear", sources)
    _conversion(row, mean, drawn)
    row.put("demand_ha", mean["demand_ha"], "simulated", [drawn], formula=_MEAN)
    there = row["opening_ha"] + row["delivered_ha"] + row["freed_ha"] - row["released_ha"]
    # Where no draw has land left, or none lacks any, the mean must not leave a rest of 10⁻¹⁴ ha.
    taken = min(mean["taken_up_ha"], there, row["demand_ha"])
    taken = there if mean["closing_ha"] == 0 else row["demand_ha"] if mean["gap_ha"] == 0 else taken
    row.put("taken_up_ha", taken, "simulated", [drawn], formula=_TAKEN)
    plus = [row.ref(name) for name in ("opening_ha", "delivered_ha", "freed_ha")]
    minus = [row.ref(name, factor=-1.0) for name in ("taken_up_ha", "released_ha")]
    row.derive("closing_ha", "linear", [*plus, *minus], formula=_CLOSING)
    row.derive("gap_ha", "linear", [row.ref("demand_ha"), row.ref("taken_up_ha", factor=-1.0)])
    for name in ("opening_ha", "delivered_ha", "taken_up_ha", "closing_ha", "gap_ha"):
        if not isclose(row[name], mean[name], rel_tol=1e-9, abs_tol=1e-6):
            raise AssertionError(f"{name} of {row['year']} is {row[name]} by its trace and {mean[name]} in the draws")


def _conversion(row: Row, values: Mapping[str, float], drawn: Input) -> None:
    """Land freed and released: a stated 0 as long as no conversion is planned."""
    nothing = Input("parameter", "conversion", 0.0, "ha", Basis.ASSUMED, source=_NOT_PLANNED)
    for name in ("freed_ha", "released_ha"):
        if values[name]:
            row.put(name, values[name], "simulated", [drawn])
        else:
            row.derive(name, "given", [nothing])


def _quantiles(
    writer: TableWriter, place: str, column: int, year: int, outcome: Outcome, drawn: Input, ledger: Ledger
) -> None:
    """P10, P50 and P90 of each quantity alone: they need not add up."""
    found = {name: dict(zip(QUANTILES, quantiles(v[:, column]), strict=True)) for name, v in outcome.city.items()}
    for quantile in QUANTILES:
        row = writer.open(_name(year, quantile), place=place, land_class=LAND_CLASS, year=year, quantile=quantile)
        label = (f"{quantile.upper()} của các lần rút", f"{quantile.upper()} of the draws")
        _conversion(row, {name: found[name][quantile] for name in ("freed_ha", "released_ha")}, drawn)
        for name in ("opening_ha", "delivered_ha", "taken_up_ha", "closing_ha", "gap_ha"):
            row.put(name, found[name][quantile], "simulated", [drawn], formula=label)
        said = ledger.input(figure_id("demand", (year, place, "all", "land_ha", "combined"), quantile))
        if not isclose(float(str(said.value)), found["demand_ha"][quantile], rel_tol=1e-9, abs_tol=1e-9):
            raise AssertionError(f"demand of {year} is {said.value} in its table, in the account {found['demand_ha']}")
        row.derive("demand_ha", "given", [said])
