"""The first programme: order, money and dates of each park if the city clears first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from quydat.core.draws import Draws
from quydat.core.ledger import Ledger
from quydat.core.period import year_shares
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id, plain
from quydat.inventory.evidence import Evidence, Parameters, parameter_id
from quydat.inventory.tabulate import pipeline
from quydat.procedure.expect import Expectation
from quydat.procedure.path import longest
from quydat.programme.cost import area_ref, unit_costs, write_costs
from quydat.programme.fund import Funding, Project, fund, in_order
from quydat.programme.ready import (
    drawn_days,
    gain_days,
    ready_with_money,
    write_ready_as_until_now,
    write_ready_by_city,
)

CITY_FIRST = "city_first"
DEVELOPER_LED = "developer_led"


@dataclass(frozen=True)
class Programme:
    """What the programme says to the account and the report.

    Attributes
    ----------
    programme, spending
        Tables of the same names.
    ready
        Park → figure of its day of ready land and the year of that day.
    ready_days
        Park → draws of days from the day of the picture.
    """

    programme: pd.DataFrame
    spending: pd.DataFrame
    ready: Mapping[str, tuple[str, int | None]]
    ready_days: Mapping[str, Draws]


def schedule(
    evidence: Evidence,
    *,
    parks: pd.DataFrame,
    expectation: Expectation,
    parameters: Parameters,
    ledger: Ledger,
    years: range,
    price_year: int,
    as_of: date,
    draws: int,
    seed: int,
) -> Programme:
    """Order the parks, pay for their clearance year by year, and draw the day on which each is ready.

    The city pays for a park only where its land is ready sooner by it, by ``programme.least_gain_days`` at middle
    durations, than if it is left to its developer as until now. The other parks go on as until now and take none of
    the money.
    """
    unit_costs(evidence, ledger=ledger, price_year=price_year, as_of=as_of)
    rows = _costed(evidence, parks, expectation, ledger)
    ordered = in_order([_project(row, expectation) for row in rows.values()])
    shares = year_shares(years, opening=as_of)
    yearly, least = (parameters.value(f"programme.{name}") for name in ("budget_bn_vnd", "least_gain_days"))

    def worth(project: Project, money: Funding) -> bool:
        gain = gain_days(project.project_id, money, expectation=expectation, parameters=parameters, as_of=as_of)
        return gain is not None and gain >= least and gain > 0

    funding = fund(ordered, {year: yearly * share for year, share in shares.items()}, worth=worth)
    spending = TableWriter("spending", ledger=ledger)
    ready: dict[str, tuple[str, int | None]] = {}
    days: dict[str, Draws] = {}
    paid_for: list[Row] = []
    for place, project in enumerate(ordered, start=1):
        park, money = project.project_id, funding[project.project_id]
        row = rows[park]
        row.put("order", place, "rule", [row.ref("clearance_bn_vnd"), row.ref("lettable_ha")], formula=_ORDER)
        days[park] = expectation.ready_days[park]
        row.values["delivery_model"] = DEVELOPER_LED if money.funded is None else CITY_FIRST
        if money.funded is None:
            write_ready_as_until_now(row, ledger)
        else:
            paid_for.append(row)
            _write_money(row, spending, money, paid_for, ledger)
            by_city = drawn_days(park, expectation=expectation, parameters=parameters, draws=draws, seed=seed)
            drawn = ready_with_money(by_city, money, park=park, expectation=expectation, as_of=as_of)
            assert drawn is not None
            write_ready_by_city(row, drawn, expectation=expectation, ledger=ledger, as_of=as_of)
            days[park] = drawn
        ready[park] = (figure_id("programme", [park], "ready"), row["ready"].year)
    # Parks of unknown area are not costed; they go on as until now too.
    for park in sorted(expectation.ready_days.keys() - rows.keys()):
        figure = figure_id("procedure", [park], "ready_p50")
        day = ledger[figure].value
        ready[park] = (figure, day.year if isinstance(day, date) else None)
        days[park] = expectation.ready_days[park]
    frame = _frame(rows, ordered, ledger)
    _headlines(paid_for, ledger)
    return Programme(frame, spending.frame(), ready, days)


def _costed(evidence: Evidence, parks: pd.DataFrame, expectation: Expectation, ledger: Ledger) -> dict[str, Row]:
    """Parks to come whose area is known: without it neither cost nor land can be said."""
    clearance = {one for one, step in expectation.track.steps.items() if step.clearance}
    writer = TableWriter("programme", ledger=ledger)
    for park in pipeline(parks).to_dict("records"):
        if plain(park["gross_area_ha"]) is None:
            continue
        park_id, names = str(park["park_id"]), (str(park["name_vi"]), str(park["name_en"]))
        row = writer.open(names, project_id=park_id, name_vi=names[0], name_en=names[1])
        row.derive("gross_area_ha", "given", [area_ref(ledger, park_id, "gross_area_ha")])
        row.derive("lettable_ha", "given", [area_ref(ledger, park_id, "future_lettable_ha")])
        cleared = bool(clearance) and clearance <= expectation.cases[park_id].finished
        write_costs(row, evidence=evidence, ledger=ledger, cleared=cleared)
    return {str(row["project_id"]): row for row in writer.rows}


def _project(row: Row, expectation: Expectation) -> Project:
    park = row["project_id"]
    days = expectation.middle_days[park]
    remaining, _ = longest(expectation.track, list(days), days)
    return Project(park, row["clearance_bn_vnd"], row["lettable_ha"], remaining)


def _write_money(row: Row, spending: TableWriter, money: Funding, paid_for: list[Row], ledger: Ledger) -> None:
    """Yearly spending, first and last day of it; ``paid_for`` are the parks paid for up to this one, in order."""
    limits = [ledger.input(parameter_id(f"programme.{name}")) for name in ("budget_bn_vnd", "least_gain_days")]
    rests = [*(one.ref("clearance_bn_vnd") for one in paid_for), *limits]
    row.put("start", money.start_day(ledger.as_of), "rule", rests, formula=_FUNDED)
    row.put("funded", money.funded_day(ledger.as_of), "rule", rests, formula=_FUNDED)
    for year, amount in money.paid.items():
        name = (f"{row['name_vi']}, {year}", f"{row['name_en']}, {year}")
        paid = spending.open(name, project_id=row["project_id"], year=year)
        paid.put("clearance_bn_vnd", amount, "rule", rests, formula=_FUNDED)


_ORDER = (
    "chi phí giải phóng trên héc-ta cho thuê thấp trước; rồi khu đi xa hơn trong thủ tục, rồi khu cần ít tiền hơn",
    "lower clearance cost for a lettable hectare first; then the park furthest along, then the smaller sum",
)
_FUNDED = (
    "cấp vốn theo thứ tự, trong ngân sách hằng năm, phần chưa dùng chuyển sang năm sau; chỉ khu nhờ đó có đất sớm hơn",
    "money in order, within the yearly budget, what is not used being carried over; only for parks ready sooner by it",
)


def _frame(rows: Mapping[str, Row], ordered: list[Project], ledger: Ledger) -> pd.DataFrame:
    writer = TableWriter("programme", ledger=ledger)
    writer.rows = [rows[project.project_id] for project in ordered]
    return writer.frame()


_HEADLINES: tuple[tuple[str, str, Names], ...] = (
    ("cost_bn_vnd", "bn_vnd", ("Tổng chi của chương trình", "Cost of the programme")),
    ("clearance_bn_vnd", "bn_vnd", ("Giải phóng mặt bằng của chương trình", "Clearance of the programme")),
    ("receipts_bn_vnd", "bn_vnd", ("Thu của chương trình", "Receipts of the programme")),
    ("net_bn_vnd", "bn_vnd", ("Thu − chi của chương trình", "Net of the programme")),
    ("lettable_ha", "ha", ("Đất cho thuê của chương trình", "Lettable land of the programme")),
)


def _headlines(paid_for: list[Row], ledger: Ledger) -> None:
    """Number of the parks that the city pays for, and sums over them."""
    nothing = ledger.input(parameter_id("programme.budget_bn_vnd"), factor=0.0)
    label = ("Số khu thành phố giải phóng trước", "Parks that the city clears first")
    if paid_for:
        ledger.derive(
            "programme.parks", "count", [one.ref("lettable_ha") for one in paid_for], unit="count", label=label
        )
    else:
        ledger.derive("programme.parks", "linear", [nothing], unit="count", label=label)
    for attribute, unit, label in _HEADLINES:
        inputs = [one.ref(attribute) for one in paid_for] or [nothing]
        ledger.derive(f"programme.{attribute}", "linear", inputs, unit=unit, label=label)
