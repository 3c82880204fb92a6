"""When a park is ready: cleared by the city with its money, or left to its developer as until now."""

from datetime import date, timedelta

import numpy as np

from quydat.core.draws import Draws, log_triangular, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.dictionary.cells import Row, figure_id
from quydat.inventory.evidence import Parameters, parameter_id
from quydat.procedure.expect import Expectation
from quydat.procedure.path import finish
from quydat.programme.fund import Funding

_CLEARANCE_DAYS = "programme.clearance_days"
_COLUMNS = {"ready_p10": "ready_p10", "ready": "ready_p50", "ready_p90": "ready_p90"}
"""Columns of the programme with those of the procedure that say the same of a park left to its developer."""


def drawn_days(
    park: str, *, expectation: Expectation, parameters: Parameters, draws: int, seed: int
) -> dict[str, Draws]:
    """Days of each remaining step of a park in each draw, its clearance as long as the city takes."""
    days = dict(expectation.days[park])
    for one in _clearance(expectation, park):
        days[one] = log_triangular(f"city/{park}/{one}", parameters.range(_CLEARANCE_DAYS), count=draws, seed=seed)
    return days


def gain_days(
    park: str, money: Funding, *, expectation: Expectation, parameters: Parameters, as_of: date
) -> float | None:
    """By how many days, at middle durations, a park is ready sooner if the city clears it with this money.

    None if the money does not come in time.
    """
    middle = {one: np.array([days]) for one, days in expectation.middle_days[park].items()}
    otherwise = _last(finish(expectation.track, list(middle), middle))
    for one in _clearance(expectation, park):
        middle[one] = np.array([parameters.value(_CLEARANCE_DAYS)])
    ready = ready_with_money(middle, money, park=park, expectation=expectation, as_of=as_of)
    return None if ready is None else float(otherwise - ready[0])


def ready_with_money(
    days: dict[str, Draws], money: Funding, *, park: str, expectation: Expectation, as_of: date
) -> Draws | None:
    """Days to ready land, clearance starting and ending with its money; None if it is not funded in time."""
    first, last = money.start_day(as_of), money.funded_day(as_of)
    if first is None or last is None:
        return None
    clearance = _clearance(expectation, park)
    start, end = float((first - as_of).days), float((last - as_of).days)
    done = finish(
        expectation.track,
        list(days),
        days,
        not_before=dict.fromkeys(clearance, start),
        not_done_before=dict.fromkeys(clearance, end),
    )
    ready: Draws = np.maximum.reduce(list(done.values())) if done else np.full(1, end)
    return ready


def _clearance(expectation: Expectation, park: str) -> list[str]:
    return [one for one in expectation.days[park] if expectation.track.steps[one].clearance]


def _last(done: dict[str, Draws]) -> float:
    return max((float(days[0]) for days in done.values()), default=0.0)


def write_ready_by_city(row: Row, drawn: Draws, *, expectation: Expectation, ledger: Ledger, as_of: date) -> None:
    """Write P10, P50 and P90 of the day on which a park that the city clears is ready."""
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
    for attribute, value in zip(_COLUMNS, quantiles(drawn), strict=True):
        row.put(attribute, as_of + timedelta(days=round(value)), "simulated", inputs, formula=formula)


def write_ready_as_until_now(row: Row, ledger: Ledger) -> None:
    """Write the days that procedure expects: nothing changes for a park left to its developer."""
    for attribute, source in _COLUMNS.items():
        row.derive(attribute, "given", [ledger.input(figure_id("procedure", [row["project_id"]], source))])
