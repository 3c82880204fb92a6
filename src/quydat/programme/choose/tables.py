"""The chosen programme as tables: projects, money by year, and the simulation beside what the optimisation promised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import LEVELS, Draws
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Evidence, parameter_inputs
from quydat.procedure.hand_over import year_of
from quydat.programme.choose.chosen import Chosen, Promise, Start
from quydat.programme.choose.ready_day import calendar_day, years_of
from quydat.programme.given.given import Given
from quydat.programme.given.project import Project
from quydat.programme.given.way import Way, way_of
from quydat.programme.simulate.simulate import NEVER_DAY, SimulatedDays

_READY = ("ready_p10", "ready", "ready_p90")
GAP = "programme.gap_proven"
DRAWS = "programme.simulated_draws"


@dataclass(frozen=True, eq=False)
class Written:
    """Tables by name, and project → figure of its day of ready land and that day's year."""

    tables: Mapping[str, pd.DataFrame]
    ready: Mapping[str, tuple[str, int | None]]


def write_programme(
    chosen: Chosen, played: SimulatedDays, *, evidence: Evidence, ledger: Ledger, basis: Basis
) -> Written:
    """All tables of the chosen programme, with the figures of its projects.

    Parameters
    ----------
    basis
        Weakest basis of what the account rests on.
    """
    given = chosen.question.given
    rests_on = _write_gap(chosen, evidence, ledger)
    drawn = _write_draws(played, rests_on, ledger)
    starts = {one.project_id: one for one in chosen.starts}
    order = {one.project_id: n for n, one in enumerate(sorted(chosen.starts, key=_turn), start=1)}
    writer = TableWriter("programme", ledger=ledger)
    for project in sorted(given.projects, key=lambda one: (order.get(one.project_id, 10**6), one.project_id)):
        row = _open(writer, project, starts.get(project.project_id))
        _write_size(row, given, project, starts.get(project.project_id), chosen.promise, rests_on, ledger)
        if project.project_id in starts:
            row.put("order", order[project.project_id], "rule", rests_on, formula=_ORDER)
            quarter = given.quarter_day(starts[project.project_id].quarter)
            row.put("start", max(quarter, given.as_of), "rule", rests_on, formula=_CHOSEN)
            _write_ready(row, played, drawn, given)
    frame = writer.frame()
    ready = {
        str(row["project_id"]): (figure_id("programme", [row["project_id"]], "ready"), year_of(row["ready"]))
        for row in writer.rows if "ready" in row
    }  # fmt: skip
    _headlines(writer.rows, given, ledger)
    own = weakest([basis, *(one.basis for one in given.projects), *(one.basis for one in given.models.values())])
    made = {
        "programme": frame, "spending": spending(chosen, basis=own),
        "simulation": simulation(chosen.promise, played, given, basis=own),
        "programme_ready": programme_ready(played, given, chosen.starts, basis=own),
    }  # fmt: skip
    return Written(made, ready)


def _turn(start: Start) -> tuple[int, str]:
    return start.quarter, start.project_id


def _write_gap(chosen: Chosen, evidence: Evidence, ledger: Ledger) -> list[Input]:
    """The proven gap; what the programme rests on is written once, here, and not in each cell."""
    stated = (one.figure_id for one in ledger if one.figure_id.startswith("parameters.programme."))
    keys = sorted({one.removeprefix("parameters.").removesuffix(".low").removesuffix(".high") for one in stated})
    models = [
        evidence.cell("delivery_model", name, column)
        for name in chosen.question.model_ids
        for column in ("city_clearance_share", "city_works_share", "tender_receipts_share")
    ]
    rows = [
        evidence.cell(table, str(key), column)
        for table, key_column, column in (("doing_limit", "limit_id", "amount"), ("project", "project_id", "kind"))
        for key in sorted(evidence.record[table][key_column])
    ]
    ledger.add(
        GAP, float(chosen.answer.gap), unit="share",
        label=("Khoảng cách đã chứng minh tới chương trình tốt nhất", "Proven gap to the best programme"),
        definition=_GAP, operation="rule", formula=_GAP,
        inputs=[*parameter_inputs(ledger, *keys), *models, *rows, ledger.input("land.draws")],
    )  # fmt: skip
    return [ledger.input(GAP)]


_GAP: Names = (
    "(giá trị của chương trình − cận dưới đã chứng minh) ÷ giá trị của chương trình, trên các kịch bản của bài toán",
    "(value of the programme − proven bound) ÷ value of the programme, over the scenarios of the optimisation",
)
_CHOSEN: Names = (
    "quý và phương thức làm nhỏ nhất chi ròng + giá của thiếu hụt, trong giới hạn tiền và việc",
    "quarter and model that make net cost + price of the shortage smallest, within the limits of money and doing",
)
_ORDER: Names = ("theo quý khởi đầu, rồi theo mã", "by quarter of the start, then by id")
_DRAWN: Names = (
    "chương trình chạy trên từng lần rút độc lập với các kịch bản của bài toán",
    "the programme played through in draws that the optimisation has not seen",
)


def _write_draws(played: SimulatedDays, rests_on: list[Input], ledger: Ledger) -> list[Input]:
    ledger.add(
        DRAWS, played.draws, unit="count",
        label=("Số lần mô phỏng chương trình", "Draws of the simulation of the programme"),
        definition=_DRAWN, operation="rule", formula=_DRAWN, inputs=rests_on,
    )  # fmt: skip
    return [ledger.input(DRAWS)]


def _open(writer: TableWriter, project: Project, start: Start | None) -> Row:
    values = {
        "project_id": project.project_id, "name_vi": project.names[0], "name_en": project.names[1],
        "park_id": project.park_id or None, "kind": project.kind, "place": project.place or None,
        "order": None, "delivery_model": start.model_id if start else None,
    }  # fmt: skip
    return writer.open(project.names, **values)


def _write_size(
    row: Row,
    given: Given,
    project: Project,
    start: Start | None,
    promise: Promise,
    rests_on: list[Input],
    ledger: Ledger,
) -> None:
    """Area, cost and receipts: areas of a park from the inventory, divided evenly over its parts."""
    way = way_of(given, project, start.model_id) if start else None
    area = _areas(project, ledger) or rests_on
    unit = [ledger.input("programme.clearance_per_ha"), *parameter_inputs(ledger, "programme.works_bn_vnd_per_ha")]
    row.put("gross_area_ha", project.gross_ha, "rule", area, formula=_PART)
    row.put("lettable_ha", way.lettable_ha if way else project.lettable_ha, "rule", area, formula=_PART)
    row.put("clearance_bn_vnd", project.clearance_bn_vnd.mid, "rule", [*area, *unit])
    row.put("works_bn_vnd", project.works_bn_vnd.mid, "rule", [*area, *unit])
    row.derive("cost_bn_vnd", "linear", [row.ref("clearance_bn_vnd"), row.ref("works_bn_vnd")])
    costs = [row.ref("clearance_bn_vnd"), row.ref("works_bn_vnd"), *rests_on]
    row.put("city_cost_bn_vnd", way.city_cost_bn_vnd if way else 0.0, "rule", costs)
    received = float(promise.received_bn_vnd[project.project_id].sum()) if start else 0.0
    row.put("receipts_bn_vnd", received, "simulated", [*area, ledger.input("programme.rent_per_ha"), *rests_on])
    row.derive("net_bn_vnd", "linear", [row.ref("receipts_bn_vnd"), row.ref("city_cost_bn_vnd", factor=-1.0)])


_PART: Names = (
    "diện tích của khu chia đều cho các phần; đất trả lại cho dân được trừ",
    "area of the park divided evenly over its parts; less what is returned to owners",
)


def _areas(project: Project, ledger: Ledger) -> list[Input]:
    ids = [figure_id("parks", [project.park_id], name) for name in ("gross_area_ha", "future_lettable_ha")]
    return [ledger.input(one) for one in ids if project.park_id and one in ledger]


def _write_ready(row: Row, played: SimulatedDays, drawn: list[Input], given: Given) -> None:
    """P10, P50 and P90 of the day of ready land; empty where so many draws never have it."""
    days = played.ready_day[played.project_ids.index(str(row["project_id"]))]
    inputs = [*drawn, row.ref("start")]
    for name, share in zip(_READY, LEVELS, strict=True):
        value = np.quantile(days, share, method="inverted_cdf")
        if value < NEVER_DAY:
            day = max(calendar_day(int(value), first_year=given.years[0]), given.as_of)
            row.put(name, day, "simulated", inputs, formula=_DRAWN)
    in_time = years_of(days, first_year=given.years[0]) <= given.years[-1]
    row.put("in_time_share", float(in_time.mean()), "simulated", inputs, formula=_DRAWN)


def _headlines(rows: list[Row], given: Given, ledger: Ledger) -> None:
    """Number of the projects that the city pays for, and sums over them."""
    paid = [row for row in rows if row["delivery_model"] and given.models[row["delivery_model"]].takes_city_money]
    nothing = ledger.input(GAP, factor=0.0)
    label = ("Số dự án thành phố bỏ tiền", "Projects that the city pays for")
    if paid:
        ledger.derive(
            "programme.projects", "count", [one.ref("lettable_ha") for one in paid], unit="count", label=label
        )
    else:
        ledger.derive("programme.projects", "linear", [nothing], unit="count", label=label)
    for attribute, unit, names in _SUMS:
        inputs = [one.ref(attribute) for one in paid] or [nothing]
        ledger.derive(f"programme.{attribute}", "linear", inputs, unit=unit, label=names)


_SUMS: tuple[tuple[str, str, Names], ...] = (
    ("city_cost_bn_vnd", "bn_vnd", ("Thành phố chi trong chương trình", "What the city spends in the programme")),
    ("receipts_bn_vnd", "bn_vnd", ("Thành phố thu trong chương trình", "What the city receives in the programme")),
    ("net_bn_vnd", "bn_vnd", ("Thu − chi của thành phố", "City's receipts − costs")),
    (
        "lettable_ha",
        "ha",
        ("Đất cho thuê của các dự án thành phố bỏ tiền", "Lettable land of projects the city pays for"),
    ),
)


def spending(chosen: Chosen, *, basis: Basis) -> pd.DataFrame:
    """Table ``spending``: years in which something is paid or received."""
    promise, years = chosen.promise, chosen.question.given.years
    rows = []
    for one in sorted(chosen.starts, key=_turn):
        spent, received = promise.spent_bn_vnd[one.project_id], promise.received_bn_vnd[one.project_id]
        clearance = _clearance(chosen, one)
        for t, year in enumerate(years):
            if spent[t] > 1e-9 or received[t] > 1e-9:
                rows.append({
                    "project_id": one.project_id, "year": year, "clearance_bn_vnd": float(clearance[t]),
                    "works_bn_vnd": float(max(spent[t] - clearance[t], 0.0)), "receipts_bn_vnd": float(received[t]),
                    "basis": basis.value,
                })  # fmt: skip
    return framed(rows, tables()["spending"])


def _clearance(chosen: Chosen, start: Start) -> Draws:
    """Spending on clearance by year: what is paid first, up to the whole of it."""
    spent = chosen.promise.spent_bn_vnd[start.project_id]
    whole = spent.sum() * chosen.promise.clearance_share[start.project_id]
    paid = np.minimum(np.cumsum(spent), whole)
    made: Draws = np.diff(paid, prepend=0.0)
    return made


def simulation(promise: Promise, played: SimulatedDays, given: Given, *, basis: Basis) -> pd.DataFrame:
    """Table ``simulation``: quantiles of the draws by year, beside what the optimisation promised."""
    promised: dict[str, Draws] = {
        "closing_ha": promise.closing_ha, "shortage_ha": promise.shortage_ha, "delivered_ha": promise.delivered_ha,
        "spent_bn_vnd": _nominal(promise.spent_bn_vnd.values(), given),
        "received_bn_vnd": given.funding.revolving_share * _nominal(promise.received_bn_vnd.values(), given),
    }  # fmt: skip
    paths = given.land.demand_ha
    values: dict[str, Any] = {name: played.of(name) for name in ("closing_ha", "shortage_ha", "delivered_ha")}
    values["demand_ha"] = paths.T
    values |= {name: played.of(name) for name in ("spent_bn_vnd", "received_bn_vnd")}
    values |= {"cash_bn_vnd": played.cash_bn_vnd, "debt_bn_vnd": played.debt_bn_vnd}
    values["overdrawn_bn_vnd"] = played.overdrawn_bn_vnd
    rows = []
    for name, drawn in values.items():
        spread = np.quantile(drawn, LEVELS, axis=1)
        means = drawn.mean(axis=1, dtype=float)
        for t, year in enumerate(played.years):
            said = float(promised[name][t]) if name in promised else None
            rows.append({
                "year": year, "quantity": name, "p10": float(spread[0, t]), "p50": float(spread[1, t]),
                "p90": float(spread[2, t]), "expected": float(means[t]), "promised": said,
                "difference": None if said is None else float(means[t]) - said,
                "unit": "ha" if name.endswith("_ha") else "bn_vnd", "basis": basis.value,
            })  # fmt: skip
    return framed(rows, tables()["simulation"])


def _nominal(of_projects: Iterable[Draws], given: Given) -> Draws:
    """Money at prices of the study's year, summed, in the prices of the years in which it is paid."""
    total = np.zeros(len(given.years))
    for one in of_projects:
        total += one
    rise = (1.0 + given.funding.escalation_share) ** (np.array(given.years) - given.price_year)
    made: Draws = total * rise
    return made


def programme_ready(played: SimulatedDays, given: Given, starts: Iterable[Start], *, basis: Basis) -> pd.DataFrame:
    """Table ``programme_ready``: probability of ready land, and mean land handed over, by project and year."""
    rows = []
    for one in sorted(starts, key=lambda start: start.project_id):
        p = played.project_ids.index(one.project_id)
        way = way_of(given, given.project(one.project_id), one.model_id)
        ready = years_of(played.ready_day[p], first_year=given.years[0])
        share = (ready[None, :] <= np.array(given.years)[:, None]).mean(axis=1)
        delivered = _delivered(played, p, way, given)
        for t, year in enumerate(given.years):
            rows.append({
                "project_id": one.project_id, "year": year, "ready_share": float(share[t]),
                "delivered_ha": float(delivered[t]), "basis": basis.value,
            })  # fmt: skip
    return framed(rows, tables()["programme_ready"])


def _delivered(played: SimulatedDays, p: int, way: Way, given: Given) -> Draws:
    """Mean land handed over by year: the years of readiness spread by the hand-over."""
    years = len(given.years)
    counts = played.readies[p] / played.draws
    handed = given.hand_over.draws(np.zeros(1), way.lettable_ha, years=list(range(years)))[0]
    made: Draws = np.convolve(counts, handed)[:years]
    return made
