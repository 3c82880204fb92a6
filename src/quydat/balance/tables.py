"""The account as tables and figures: three levels of demand against one supply, and the distribution behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quydat.balance.account import first_gap, run_account
from quydat.balance.deliver import BLOCKED, unblocked
from quydat.core.basis import Basis
from quydat.core.draws import Draws, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.text import YEAR_OR_NONE
from quydat.demand.forecast import Demand, milestones
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id
from quydat.dictionary.schema import choice_label
from quydat.inventory.evidence import Parameters, parameter_id
from quydat.procedure.hand_over import HandOver

LAND_CLASS = "industrial"
QUANTILES = ("p10", "p50", "p90")


@dataclass(frozen=True)
class Supply:
    """Land to come in one account: ``ready`` names, for each park, the figure of its day and the year of that day."""

    account: str
    table: str
    prefix: str
    ready: Mapping[str, tuple[str, int | None]]
    delivered_draws: Draws


def write_account(
    supply: Supply, *, place: str, demand: Demand, parameters: Parameters, ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of the account and of its deliveries, with the headline figures."""
    deliveries = _deliveries(supply, demand, parameters, ledger)
    writer = TableWriter(supply.table, ledger=ledger)
    for quantile in QUANTILES:
        previous: Row | None = None
        for year in demand.shares:
            previous = _year(writer, supply, place, year, quantile, deliveries, previous, ledger)
    _headlines(supply, place, demand, ledger)
    _distribution(supply, demand, parameters, ledger)
    return writer.frame(), deliveries.frame()


def _deliveries(supply: Supply, demand: Demand, parameters: Parameters, ledger: Ledger) -> TableWriter:
    """Land by source and year at middle values."""
    writer = TableWriter("deliveries", ledger=ledger)
    years = list(demand.shares)
    hand_over = HandOver.of(parameters)
    for park, (figure, ready_year) in supply.ready.items():
        area = ledger.input(figure_id("parks", [park], "future_lettable_ha"))
        if not isinstance(area.value, float):
            continue
        for year, part_ha in hand_over.central(ready_year, area.value, years=years).items():
            row = writer.open((f"{park}, {year}", f"{park}, {year}"), account=supply.account, source_id=park, year=year)
            formula = (
                "đất cho thuê khi xong, trừ phần đuôi, ÷ số năm giao, từ năm có đất; rồi phần đuôi ÷ số năm của nó",
                "lettable land when done less its tail ÷ years of delivery, from the year it is ready; then the tail",
            )
            when = ledger.input(figure, factor=0.0)
            row.put("delivered_ha", part_ha, "rule", [area, *HandOver.inputs(ledger), when], formula=formula)
    blocked, share = ledger.input("land.vacant_blocked"), ledger.input(parameter_id("balance.blocked_cleared_share"))
    assert isinstance(blocked.value, float)
    assert isinstance(share.value, float)
    for year, area_ha in unblocked(blocked.value, share.value, shares=demand.shares).items():
        name = (f"đất đang vướng, {year}", f"blocked land, {year}")
        row = writer.open(name, account=supply.account, source_id=BLOCKED, year=year)
        formula = (
            "đất trống đang vướng × phần gỡ mỗi năm × phần của năm, đến khi hết",
            "blocked vacant land × share cleared a year × part of the year, until none is left",
        )
        part = Input("parameter", "study.toml/study.as_of", demand.shares[year], "share of the year", Basis.PUBLISHED)
        row.put("delivered_ha", area_ha, "rule", [blocked, share, part], formula=formula)
    return writer


def _year(
    writer: TableWriter,
    supply: Supply,
    place: str,
    year: int,
    quantile: str,
    deliveries: TableWriter,
    previous: Row | None,
    ledger: Ledger,
) -> Row:
    name = _name(year, quantile)
    row = writer.open(name, place=place, land_class=LAND_CLASS, year=year, quantile=quantile)
    before = ledger.input("land.vacant_ready") if previous is None else previous.ref("closing_ha")
    row.derive("opening_ha", "given", [before])
    sources = [one.ref("delivered_ha") for one in deliveries.rows if one["year"] == year]
    row.derive("delivered_ha", "linear", sources)
    nothing = Input("parameter", "conversion", 0.0, "ha", Basis.ASSUMED, source=_NOT_PLANNED)
    for attribute in ("freed_ha", "released_ha"):
        row.derive(attribute, "given", [nothing])
    wanted = ledger.input(figure_id("demand", (year, place, "all", "land_ha", "combined"), quantile))
    row.derive("demand_ha", "given", [wanted])
    plus = [row.ref("opening_ha"), row.ref("delivered_ha"), row.ref("freed_ha")]
    minus = row.ref("released_ha", factor=-1.0)
    label = ("Đất có thể thuê trong năm", "Land that can be let in the year")
    key = figure_id(supply.table, row.key, "available_ha")
    available = ledger.derive(key, "linear", [*plus, minus], unit="ha", label=label)
    row.derive("taken_up_ha", "min", [row.ref("demand_ha"), available], formula=_TAKEN)
    row.derive("closing_ha", "linear", [available, row.ref("taken_up_ha", factor=-1.0)], formula=_CLOSING)
    row.derive("gap_ha", "linear", [row.ref("demand_ha"), row.ref("taken_up_ha", factor=-1.0)])
    return row


_NOT_PLANNED = "conversion is not planned yet: no land is freed by it, and none is given to other uses"
_CLOSING: Names = (
    "đất có thể thuê (đầu năm + giao thêm + giải phóng − chuyển đi) − đã thuê",
    "land that can be let (opening + delivered + freed − released) − taken up",
)
_TAKEN: Names = ("nhỏ hơn trong hai số: nhu cầu, đất có thể thuê", "the smaller of demand and land that can be let")


def _name(year: int, quantile: str) -> Names:
    return (
        f"{year}, {choice_label('quantile', quantile, 'vi')}",
        f"{year}, {choice_label('quantile', quantile, 'en')}",
    )


def _headlines(supply: Supply, place: str, demand: Demand, ledger: Ledger) -> None:
    """Closing stock, first year with a gap, gap and demand to the milestones, of the central account."""

    def cell(year: int, attribute: str, unit: str | None = None) -> Input:
        return ledger.input(figure_id(supply.table, (place, LAND_CLASS, year, "p50"), attribute), unit=unit)

    tail = _TAIL[supply.account]
    for year in demand.shares:
        label = _named((f"Đất sẵn sàng cuối năm {year}", f"Ready land at the end of {year}"), tail)
        ledger.derive(f"{supply.prefix}.ready.{year}", "given", [cell(year, "closing_ha")], unit="ha", label=label)
    gaps = [cell(year, "gap_ha", str(year)) for year in demand.shares]
    first = next((year for year, gap in zip(demand.shares, gaps, strict=True) if gap.value), None)
    formula = (
        "năm đầu tiên nhu cầu lớn hơn đất có thể thuê",
        "first year in which demand exceeds the land that can be let",
    )
    ledger.add(
        f"{supply.prefix}.run_out_year", first, unit=YEAR_OR_NONE, label=_named(_RUN_OUT, tail), definition=formula,
        operation="first", formula=formula, inputs=gaps,
    )  # fmt: skip
    for milestone in milestones(demand.shares):
        upto = [year for year in demand.shares if year <= milestone]
        for name, attribute, vi, en in (
            ("gap", "gap_ha", "Thiếu cộng dồn", "Gap added up"),
            ("demand", "demand_ha", "Nhu cầu cộng dồn", "Demand added up"),
            ("delivered", "delivered_ha", "Giao cộng dồn", "Delivered added up"),
        ):
            label = _named((f"{vi} đến hết {milestone}", f"{en} to the end of {milestone}"), tail)
            inputs = [cell(year, attribute) for year in upto]
            ledger.derive(f"{supply.prefix}.{name}.{milestone}", "linear", inputs, unit="ha", label=label)


_RUN_OUT: Names = ("Năm hết đất sẵn sàng", "Year in which ready land runs out")
_TAIL: dict[str, Names] = {
    "pipeline": (" (tài khoản trung tâm)", " (central account)"),
    "programme": (" (tài khoản trung tâm, theo chương trình)", " (central account, under the programme)"),
}
_TAIL_DRAWN: dict[str, Names] = {"pipeline": ("", ""), "programme": (", theo chương trình", ", under the programme")}


def _named(label: Names, tail: Names) -> Names:
    return label[0] + tail[0], label[1] + tail[1]


def _distribution(supply: Supply, demand: Demand, parameters: Parameters, ledger: Ledger) -> None:
    """The account in every draw: run-out year and gap to the milestones at P10, P50 and P90."""
    years = list(demand.shares)
    ready = ledger["land.vacant_ready"].value
    assert isinstance(ready, float | int)
    account = run_account(float(ready), delivered=supply.delivered_draws, demand=demand.land_ha["combined"])
    inputs = _rests_on(supply, demand, ledger)
    never = years[-1] + 1
    made: dict[str, tuple[Draws, str, Names]] = {
        "run_out_year": (first_gap(account.gap, years=years, never=never), YEAR_OR_NONE, _RUN_OUT)
    }
    for milestone in milestones(years):
        total = account.gap[:, : years.index(milestone) + 1].sum(axis=1)
        made[f"gap.{milestone}"] = (
            total,
            "ha",
            (f"Thiếu cộng dồn đến hết {milestone}", f"Gap added up to the end of {milestone}"),
        )
    formula = ("tài khoản đất chạy trên từng lần rút", "the land account run in each draw")
    for name, (values, unit, label) in made.items():
        for quantile, value in zip(
            QUANTILES, _years(values, never) if unit == YEAR_OR_NONE else quantiles(values), strict=True
        ):
            if quantile == "p50" and name == "run_out_year":
                continue
            tail = _named(_TAIL_DRAWN[supply.account], (f" ({quantile.upper()})", f" ({quantile.upper()})"))
            full = _named(label, tail)
            ledger.add(
                f"{supply.prefix}.{name}.{quantile}", value, unit=unit, label=full, definition=formula,
                operation="simulated", formula=formula, inputs=inputs,
            )  # fmt: skip


def _years(values: Draws, never: int) -> tuple[int | None, ...]:
    """P10, P50 and P90 of years that were drawn: never a year between two that were; None for never."""
    found = np.quantile(values, [0.1, 0.5, 0.9], method="inverted_cdf")
    return tuple(None if year >= never else int(year) for year in found)


def _rests_on(supply: Supply, demand: Demand, ledger: Ledger) -> list[Input]:
    last = milestones(demand.shares)[-1]
    return [
        ledger.input("land.vacant_ready"),
        ledger.input("land.vacant_blocked"),
        *(ledger.input(parameter_id("balance.blocked_cleared_share", part)) for part in ("low", "mid", "high")),
        *(ledger.input(f"demand.total.{last}.{quantile}") for quantile in QUANTILES),
        *(ledger.input(figure) for figure, _ in supply.ready.values()),
    ]
