"""When each park's land will be ready: by statute, by what was seen, and as a distribution."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.draws import Draws, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id
from quydat.inventory.evidence import Evidence, Parameters
from quydat.inventory.tabulate import pipeline
from quydat.procedure.case import Case, events_of, fold
from quydat.procedure.duration import Duration, draw, duration, elapsed_days, finish, longest
from quydat.procedure.template import CALENDAR_PER_WORKING_DAY, Track, read_track

PARK_TRACK = "park"


@dataclass(frozen=True)
class Expectation:
    """What procedure says to the later steps.

    Attributes
    ----------
    procedure, remaining
        Tables ``procedure`` and ``procedure_remaining``.
    track
        The template.
    cases
        Case of each park to come, by id.
    days, middle_days
        Days that each remaining step of each park still takes: park → step → draws, and in the middle.
    ready_days
        Days from the day of the picture to ready land: park → draws.
    """

    procedure: pd.DataFrame
    remaining: pd.DataFrame
    track: Track
    cases: Mapping[str, Case]
    days: Mapping[str, Mapping[str, Draws]]
    middle_days: Mapping[str, Mapping[str, float]]
    ready_days: Mapping[str, Draws]


def expect(
    evidence: Evidence,
    *,
    parks: pd.DataFrame,
    parameters: Parameters,
    ledger: Ledger,
    as_of: date,
    draws: int,
    seed: int,
) -> Expectation:
    """Fold each case, range each remaining step, and draw the day on which each park is ready.

    Raises
    ------
    Problems
        QD509 if there are parks to come, and no step that they could be at.
    """
    track = read_track(evidence, PARK_TRACK)
    if len(pipeline(parks)) and not track.steps:
        raise_if([problem("QD509", track=PARK_TRACK, count=len(pipeline(parks)))])
    procedure, remaining = (TableWriter(name, ledger=ledger) for name in ("procedure", "procedure_remaining"))
    cases, days, middle, ready = {}, {}, {}, {}
    for park in pipeline(parks).to_dict("records"):
        park_id, name = str(park["park_id"]), (str(park["name_vi"]), str(park["name_en"]))
        case = fold(park_id, events_of(evidence, park_id, until=as_of), track=track)
        lasting = {
            one: duration(
                track.steps[one],
                evidence=evidence,
                parameters=parameters,
                ledger=ledger,
                elapsed=elapsed_days(case.under_way.get(one), as_of=as_of),
            )
            for one in case.remaining(track)
        }
        _write_remaining(remaining, evidence, case, track, lasting, name)
        days[park_id] = {one: draw(f"{park_id}/{one}", item, count=draws, seed=seed) for one, item in lasting.items()}
        middle[park_id] = {one: item.range.mid - item.elapsed for one, item in lasting.items()}
        done = finish(track, list(lasting), days[park_id])
        ready[park_id] = np.maximum.reduce(list(done.values())) if done else np.zeros(draws)
        cases[park_id] = case
        row = _open(procedure, park, case, track, name)
        _statutory(row, evidence, case, track, as_of)
        _observed(row, evidence, case, track)
        _ready(row, ledger, evidence, case, list(lasting), ready[park_id], as_of)
        row.derive("promised_year", "given", [evidence.cell("park", park_id, "programme_to_year")])
        row.derive("future_lettable_ha", "given", [ledger.input(figure_id("parks", [park_id], "future_lettable_ha"))])
    return Expectation(procedure.frame(), remaining.frame(), track, cases, days, middle, ready)


def _open(writer: TableWriter, park: Mapping[Any, Any], case: Case, track: Track, name: Names) -> Row:
    following = case.next_steps(track)

    def acting(lang: str) -> str:
        names = [getattr(track.steps[one], f"authority_{lang}") for one in following]
        return "; ".join(dict.fromkeys(names))

    row = writer.open(
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
    return row


def _steps(evidence: Evidence, ids: Iterable[str], attribute: str) -> list[Input]:
    return [evidence.cell("procedure_step", one, attribute) for one in ids]


def _limits(evidence: Evidence, ids: Iterable[str], track: Track) -> list[Input]:
    """Statutory limits as terms of a sum, those in working days brought to calendar days."""
    factors = {one: CALENDAR_PER_WORKING_DAY if track.steps[one].working else 1.0 for one in ids}
    return [evidence.cell("procedure_step", one, "statutory_days", factor=f) for one, f in factors.items()]


def _statutory(row: Row, evidence: Evidence, case: Case, track: Track, as_of: date) -> None:
    """The longest way through the remaining limits: a minimum, since some steps have none."""
    remaining = case.remaining(track)
    row.derive("steps_total", "count", _steps(evidence, track.steps, "step_id"))
    row.put("steps_finished", len(case.finished), "rule", _told(evidence, case, track))
    limits = {one: track.steps[one].statutory_days for one in remaining}
    _, path = longest(track, remaining, limits)
    known = [one for one in remaining if limits[one] is not None]
    row.count("statutory_steps_known", _steps(evidence, known, "statutory_days"), among=_told(evidence, case, track))
    if path:
        row.derive("statutory_days", "linear", _limits(evidence, path, track))
    elif not remaining:
        row.put("statutory_days", 0.0, "rule", _told(evidence, case, track))
    days = row["statutory_days"]
    if days is not None:  # none of the remaining steps may have a limit: then the day is unknown
        row.put("statutory_ready", as_of + timedelta(days=round(days)), "rule", [row.ref("statutory_days")])


def _told(evidence: Evidence, case: Case, track: Track) -> list[Input]:
    """What the state of a case rests on: its events; the steps themselves if there is no event."""
    events = [evidence.cell("procedure_event", one, "event") for one in case.event_ids]
    return events or _steps(evidence, track.steps, "step_id")


def _observed(row: Row, evidence: Evidence, case: Case, track: Track) -> None:
    remaining = case.remaining(track)
    for attribute, step_attribute in (("observed_days_min", "observed_min"), ("observed_days_max", "observed_max")):
        seen = {one: getattr(track.steps[one], step_attribute) for one in remaining}
        _, path = longest(track, remaining, seen)
        if path:
            row.derive(attribute, "linear", _steps(evidence, path, attribute))
    known = [one for one in remaining if track.steps[one].observed_max is not None]
    row.count("observed_steps_known", _steps(evidence, known, "observed_days_max"), among=_told(evidence, case, track))


def _ready(
    row: Row, ledger: Ledger, evidence: Evidence, case: Case, remaining: list[str], days: Draws, as_of: date
) -> None:
    inputs = [
        ledger.input(figure_id("procedure_remaining", (case.park_id, one), f"duration_{end}_days"))
        for one in remaining
        for end in ("low", "mid", "high")
    ] or [evidence.cell("procedure_event", one, "event") for one in case.event_ids]
    formula = (
        "ngày hiện trạng + đường dài nhất qua các bước còn lại, trên các lần rút",
        "day of the picture + longest way through the remaining steps, over the draws",
    )
    for name, value in zip(("p10", "p50", "p90"), quantiles(days), strict=True):
        row.put(f"ready_{name}", as_of + timedelta(days=round(value)), "simulated", inputs, formula=formula)


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
            duration_from=item.taken_from,
        )
        if step.statutory_days is not None:
            row.derive("statutory_days", "linear", _limits(evidence, [one], track))
        for end, value, inputs in (("low", item.range.low, item.low_from), ("high", item.range.high, item.high_from)):
            row.put(f"duration_{end}_days", value, "rule", inputs)
        if item.mid_from:
            row.derive("duration_mid_days", "given", item.mid_from)
        else:
            ends = [row.ref("duration_low_days", factor=0.5), row.ref("duration_high_days", factor=0.5)]
            row.derive("duration_mid_days", "product", ends)
