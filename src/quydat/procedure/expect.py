"""When each park's land will be ready: by statute and, apart from it, as a distribution from what was observed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.draws import Draws, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id, plain
from quydat.inventory.evidence import Evidence, Parameters
from quydat.inventory.tabulate import pipeline
from quydat.procedure.case import Case, events_of, fold
from quydat.procedure.duration import Duration, Durations, elapsed_days
from quydat.procedure.path import Critical, critical, finish
from quydat.procedure.seen import write_seen
from quydat.procedure.statute import limit_cells, step_cells, told, write_statute
from quydat.procedure.template import Track, read_track
from quydat.procedure.working_days import WorkingDays

PARK_TRACK = "park"
QUANTILES = ("p10", "p50", "p90")


@dataclass(frozen=True)
class Expectation:
    """What procedure says to the later steps.

    Attributes
    ----------
    tables
        ``procedure``, ``procedure_remaining``, ``critical_path``, and what is known of durations: ``duration_step``,
        ``duration_curve``, ``duration_check``.
    track
        The template.
    cases
        Case of each park to come, by id.
    days, middle_days
        Days that each remaining step of each park still takes: park → step → draws, and in the middle.
    ready_days
        Days from the day of the picture to ready land: park → draws.
    critical
        Longest way of each park in each draw.
    """

    tables: Mapping[str, pd.DataFrame]
    track: Track
    cases: Mapping[str, Case]
    days: Mapping[str, Mapping[str, Draws]]
    middle_days: Mapping[str, Mapping[str, float]]
    ready_days: Mapping[str, Draws]
    critical: Mapping[str, Critical]


def expect(
    evidence: Evidence,
    *,
    parks: pd.DataFrame,
    parameters: Parameters,
    ledger: Ledger,
    as_of: date,
    calendar: WorkingDays,
    draws: int,
    seed: int,
) -> Expectation:
    """Fold each case, say how long each remaining step takes, and draw the day on which each park is ready.

    Raises
    ------
    Problems
        QD509 if there are parks to come, and no step that they could be at.
    """
    track = read_track(evidence, PARK_TRACK)
    if len(pipeline(parks)) and not track.steps:
        raise_if([problem("QD509", track=PARK_TRACK, count=len(pipeline(parks)))])
    durations = Durations(evidence, parameters=parameters, ledger=ledger, as_of=as_of)
    written = {name: TableWriter(name, ledger=ledger) for name in ("procedure", "procedure_remaining", "critical_path")}
    cases: dict[str, Case] = {}
    days: dict[str, dict[str, Draws]] = {}
    middle: dict[str, dict[str, float]] = {}
    ready: dict[str, Draws] = {}
    ways: dict[str, Critical] = {}
    for park in pipeline(parks).to_dict("records"):
        park_id, name = str(park["park_id"]), (str(park["name_vi"]), str(park["name_en"]))
        case = fold(park_id, events_of(evidence, park_id, until=as_of), track=track)
        lasting = _lasting(durations, evidence, case, track, as_of)
        _write_remaining(written["procedure_remaining"], evidence, case, track, lasting, name)
        cases[park_id] = case
        days[park_id] = {
            one: durations.draw(park_id, track.steps[one], item, count=draws, seed=seed)
            for one, item in lasting.items()
        }
        middle[park_id] = {one: item.mid - item.elapsed for one, item in lasting.items()}
        done = finish(track, list(lasting), days[park_id])
        ready[park_id] = np.maximum.reduce(list(done.values())) if done else np.zeros(draws)
        ways[park_id] = critical(track, done)
        row = _open(written["procedure"], park, case, track, name)
        write_statute(row, evidence, case, track, as_of=as_of, calendar=calendar)
        rests_on = _rests_on(ledger, evidence, case, lasting)
        _ready(row, rests_on, ready[park_id], as_of)
        _assumed(row, rests_on, lasting, days[park_id], ways[park_id], ready[park_id])
        _write_critical(written["critical_path"], row, ways[park_id], track, rests_on, name)
        row.derive("promised_year", "given", [evidence.cell("park", park_id, "programme_to_year")])
        row.derive("future_lettable_ha", "given", [ledger.input(figure_id("parks", [park_id], "future_lettable_ha"))])
    tables = {name: writer.frame() for name, writer in written.items()}
    tables |= write_seen(durations, ledger=ledger)
    return Expectation(tables, track, cases, days, middle, ready, ways)


def _lasting(durations: Durations, evidence: Evidence, case: Case, track: Track, as_of: date) -> dict[str, Duration]:
    """How long each remaining step of a case takes; on land that the state holds, the state leads the clearance."""
    state_led = plain(evidence.row("park", case.park_id)["state_land"]) is True
    return {
        one: durations.of(
            track.steps[one], state_led=state_led, elapsed=elapsed_days(case.under_way.get(one), as_of=as_of)
        )
        for one in case.remaining(track)
    }


def _open(writer: TableWriter, park: Mapping[Any, Any], case: Case, track: Track, name: Names) -> Row:
    following = case.next_steps(track)

    def acting(lang: str) -> str:
        names = [getattr(track.steps[one], f"authority_{lang}") for one in following]
        return "; ".join(dict.fromkeys(names))

    return writer.open(
        name,
        park_id=park["park_id"],
        name_vi=park["name_vi"],
        name_en=park["name_en"],
        track=PARK_TRACK,
        last_event_on=case.last_event_on or None,
        next_steps=";".join(following),
        next_authority_vi=acting("vi"),
        next_authority_en=acting("en"),
    )


def _rests_on(ledger: Ledger, evidence: Evidence, case: Case, lasting: Mapping[str, Duration]) -> list[Input]:
    """The durations that the dates of a park rest on; its events if nothing remains to be done."""
    return [
        ledger.input(figure_id("procedure_remaining", (case.park_id, one), f"duration_{end}_days"))
        for one in lasting
        for end in ("low", "mid", "high")
    ] or [evidence.cell("procedure_event", one, "event") for one in case.event_ids]


def _ready(row: Row, rests_on: list[Input], days: Draws, as_of: date) -> None:
    for name, value in zip(QUANTILES, quantiles(days), strict=True):
        row.put(f"ready_{name}", as_of + timedelta(days=round(value)), "simulated", rests_on, formula=_LONGEST)


def _assumed(
    row: Row,
    rests_on: list[Input],
    lasting: Mapping[str, Duration],
    days: Mapping[str, Draws],
    way: Critical,
    ready: Draws,
) -> None:
    """How many steps were seen anywhere, and how much of the expected time rests on those that never were."""
    seen = [one for one, item in lasting.items() if item.was_observed]
    row.put("observed_steps_known", len(seen), "rule", rests_on)
    expected = float(ready.mean())
    if expected > 0:
        unseen = way.spent(days, [one for one in lasting if one not in seen])
        row.put("assumed_share", float(unseen.mean()) / expected, "simulated", rests_on)
    row.values["likely_path"] = ";".join(way.likely) or None
    if way.likely:
        row.put("likely_path_share", way.likely_share, "simulated", rests_on)


def _write_critical(
    writer: TableWriter, park: Row, way: Critical, track: Track, rests_on: list[Input], name: Names
) -> None:
    for one in way.on:
        step = track.steps[one]
        row = writer.open(
            (f"{name[0]}, {step.name_vi}", f"{name[1]}, {step.name_en}"),
            park_id=park["park_id"],
            step_id=one,
            on_likely_path=one in way.likely,
        )
        row.put("critical_share", way.share(one), "simulated", rests_on)


_LONGEST = (
    "ngày hiện trạng + đường dài nhất qua các bước còn lại, trên các lần rút",
    "day of the picture + longest way through the remaining steps, over the draws",
)
_LASTS = (
    "phân vị của phân bố thời gian của bước, biết số ngày đã qua",
    "quantile of the distribution of the step's time, given the days that have passed",
)


def _write_remaining(
    writer: TableWriter,
    evidence: Evidence,
    case: Case,
    track: Track,
    lasting: Mapping[str, Duration],
    name: Names,
) -> None:
    following, unknown = set(case.next_steps(track)), case.not_known(track)
    for one, item in lasting.items():
        step = track.steps[one]
        state = (
            "under_way"
            if one in case.under_way
            else "next"
            if one in following
            else "not_known"
            if one in unknown
            else "waiting"
        )
        row = writer.open(
            (f"{name[0]}, {step.name_vi}", f"{name[1]}, {step.name_en}"),
            park_id=case.park_id,
            step_id=one,
            state=state,
            duration_model=item.model,
            clears=("state" if item.state_led else "developer") if step.clearance else None,
        )
        if step.statutory_days is not None:
            row.derive("statutory_days", "linear", limit_cells(evidence, [one], track))
        row.put("elapsed_days", item.elapsed, "rule", told(evidence, case, track))
        for kind, count in (("finished", item.finished), ("censored", item.censored)):
            row.put(
                f"n_{kind}", count, "rule", item.inputs if item.was_observed else step_cells(evidence, [one], "step_id")
            )
        for end, value in (("low", item.low), ("mid", item.mid), ("high", item.high)):
            row.put(f"duration_{end}_days", value, "rule", item.inputs, formula=_LASTS)
