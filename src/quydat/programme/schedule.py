"""The first programme: order, money and dates of each park if the city clears first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quydat.core.draws import Draws, log_triangular, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.period import year_shares
from quydat.dictionary.cells import Row, TableWriter, figure_id, plain
from quydat.inventory.evidence import Evidence, Parameters, parameter_id
from quydat.inventory.tabulate import pipeline
from quydat.procedure.duration import finish, longest
from quydat.procedure.expect import Expectation
from quydat.programme.cost import area_ref, unit_costs, write_costs
from quydat.programme.fund import Funding, Project, fund, in_order

DELIVERY_MODEL = "city_first"
_CLEARANCE_DAYS = "programme.clearance_days"


@dataclass(frozen=True)
class Programme:
    """What the programme says to the account and the report.

    Attributes
    ----------
    programme, spending
        Tables of the same names.
    ready
        Park → figure of its day of ready land and the year of that day (None if it is not funded in time).
    ready_days
        Park → draws of days from the day of the picture; only parks that are funded.
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
    """Order the parks, pay for their clearance year by year, and draw the day on which each is ready."""
    unit_costs(evidence, ledger=ledger, price_year=price_year, as_of=as_of)
    rows = _costed(evidence, parks, ledger)
    ordered = in_order([_project(row, expectation) for row in rows.values()])
    shares = year_shares(years, opening=as_of)
    yearly = parameters.value("programme.budget_bn_vnd")
    funding = fund(ordered, {year: yearly * share for year, share in shares.items()})
    spending = TableWriter("spending", ledger=ledger)
    ready: dict[str, tuple[str, int | None]] = {}
    days: dict[str, Draws] = {}
    for place, project in enumerate(ordered, start=1):
        row, money = rows[project.project_id], funding[project.project_id]
        _write_money(row, spending, place, money, ordered, ledger)
        drawn = _ready_days(project.project_id, money, expectation, parameters, as_of, draws, seed)
        if drawn is not None:
            days[project.project_id] = drawn
        ready[project.project_id] = _write_ready(row, drawn, expectation, ledger, as_of)
    frame = _frame(rows, ordered, ledger)
    _headlines(ordered, funding, ledger)
    return Programme(frame, spending.frame(), ready, days)


def _costed(evidence: Evidence, parks: pd.DataFrame, ledger: Ledger) -> dict[str, Row]:
    writer = TableWriter("programme", ledger=ledger)
    for park in pipeline(parks).to_dict("records"):
        if plain(park["gross_area_ha"]) is None:
            continue
        park_id, names = str(park["park_id"]), (str(park["name_vi"]), str(park["name_en"]))
        row = writer.open(names, project_id=park_id, name_vi=names[0], name_en=names[1], delivery_model=DELIVERY_MODEL)
        row.derive("gross_area_ha", "given", [area_ref(ledger, park_id, "gross_area_ha")])
        row.derive("lettable_ha", "given", [area_ref(ledger, park_id, "future_lettable_ha")])
        write_costs(row, evidence=evidence, ledger=ledger)
    return {str(row["project_id"]): row for row in writer.rows}


def _project(row: Row, expectation: Expectation) -> Project:
    park = row["project_id"]
    days = expectation.middle_days[park]
    remaining, _ = longest(expectation.track, list(days), days)
    return Project(park, row["clearance_bn_vnd"], row["lettable_ha"], remaining)


def _write_money(
    row: Row, spending: TableWriter, place: int, money: Funding, ordered: list[Project], ledger: Ledger
) -> None:
    """Order, yearly spending, first and last day of it."""
    before = [rows.project_id for rows in ordered[:place]]
    costs = [ledger.input(figure_id("programme", [one], "clearance_bn_vnd")) for one in before]
    rests = [*costs, ledger.input(parameter_id("programme.budget_bn_vnd"))]
    row.put("order", place, "rule", [row.ref("clearance_bn_vnd"), row.ref("lettable_ha")], formula=_ORDER)
    start = None if money.start is None else max(date(money.start, 1, 1), ledger.as_of)
    row.put("start", start, "rule", rests, formula=_FUNDED)
    row.put("funded", None if money.funded is None else date(money.funded, 12, 31), "rule", rests, formula=_FUNDED)
    for year, amount in money.paid.items():
        paid = spending.open(
            (f"{row['name_vi']}, {year}", f"{row['name_en']}, {year}"), project_id=row["project_id"], year=year
        )
        paid.put("clearance_bn_vnd", amount, "rule", rests, formula=_FUNDED)


_ORDER = (
    "chi phí giải phóng trên héc-ta cho thuê thấp trước; rồi khu đi xa hơn trong thủ tục, rồi khu cần ít tiền hơn",
    "lower clearance cost for a lettable hectare first; then the park furthest along, then the smaller sum",
)
_FUNDED = (
    "cấp vốn theo thứ tự, trong ngân sách hằng năm, phần chưa dùng chuyển sang năm sau",
    "money in order, within the yearly budget, what is not used being carried over",
)


def _ready_days(
    park: str, money: Funding, expectation: Expectation, parameters: Parameters, as_of: date, draws: int, seed: int
) -> Draws | None:
    """Days to ready land, clearance starting and ending with its money; None if it is not funded in time."""
    if money.funded is None or money.start is None:
        return None
    days = dict(expectation.days[park])
    clearance = [one for one in days if expectation.track.steps[one].clearance]
    for one in clearance:
        days[one] = log_triangular(f"city/{park}/{one}", parameters.range(_CLEARANCE_DAYS), count=draws, seed=seed)
    start = float(max(0, (date(money.start, 1, 1) - as_of).days))
    end = float(max(0, (date(money.funded, 12, 31) - as_of).days))
    done = finish(
        expectation.track,
        list(days),
        days,
        not_before=dict.fromkeys(clearance, start),
        not_done_before=dict.fromkeys(clearance, end),
    )
    return np.maximum.reduce(list(done.values()))


def _write_ready(
    row: Row, drawn: Draws | None, expectation: Expectation, ledger: Ledger, as_of: date
) -> tuple[str, int | None]:
    park = row["project_id"]
    inputs: list[Input] = [row.ref("funded")]
    for one in expectation.days[park]:
        if expectation.track.steps[one].clearance:
            inputs += [ledger.input(parameter_id(_CLEARANCE_DAYS, end)) for end in ("low", "mid", "high")]
        else:
            inputs.append(ledger.input(figure_id("procedure_remaining", (park, one), "duration_mid_days")))
    formula = (
        "đường dài nhất qua các bước còn lại; giải phóng theo tiền và theo thời gian khi thành phố làm",
        "longest way through the remaining steps; clearance by its money and as long as the city takes",
    )
    values = (None, None, None) if drawn is None else quantiles(drawn)
    for attribute, value in zip(("ready_p10", "ready", "ready_p90"), values, strict=True):
        day = None if value is None else as_of + timedelta(days=round(value))
        row.put(attribute, day, "simulated", inputs, formula=formula)
    middle = row["ready"]
    return figure_id("programme", [park], "ready"), None if middle is None else middle.year


def _frame(rows: Mapping[str, Row], ordered: list[Project], ledger: Ledger) -> pd.DataFrame:
    writer = TableWriter("programme", ledger=ledger)
    writer.rows = [rows[project.project_id] for project in ordered]
    return writer.frame()


def _headlines(ordered: list[Project], funding: Mapping[str, Funding], ledger: Ledger) -> None:
    """Sums over the parks that are funded within the plan."""
    funded = [project.project_id for project in ordered if funding[project.project_id].funded is not None]
    for name, attribute, unit, label in (
        ("cost_bn_vnd", "cost_bn_vnd", "bn_vnd", ("Tổng chi của chương trình", "Cost of the programme")),
        (
            "clearance_bn_vnd",
            "clearance_bn_vnd",
            "bn_vnd",
            ("Giải phóng mặt bằng của chương trình", "Clearance of the programme"),
        ),
        ("receipts_bn_vnd", "receipts_bn_vnd", "bn_vnd", ("Thu của chương trình", "Receipts of the programme")),
        ("net_bn_vnd", "net_bn_vnd", "bn_vnd", ("Thu − chi của chương trình", "Net of the programme")),
        ("lettable_ha", "lettable_ha", "ha", ("Đất cho thuê của chương trình", "Lettable land of the programme")),
    ):
        inputs = [ledger.input(figure_id("programme", [one], attribute)) for one in funded]
        ledger.derive(f"programme.{name}", "linear", inputs, unit=unit, label=label)
