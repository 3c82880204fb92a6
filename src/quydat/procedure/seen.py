"""What was seen of each step, as tables: how many cases, their survival curve, and how a model of the rest does."""

from collections.abc import Mapping

import pandas as pd

from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.dictionary.cells import Row, TableWriter
from quydat.inventory.evidence import Evidence, parameter_inputs
from quydat.procedure.duration import PRIOR, SHARES, Durations
from quydat.procedure.observation import Observed, cells, term_cells
from quydat.procedure.template import Step, read_track

ANY, STATE, DEVELOPER = "any", "state", "developer"
ENDS = ("p10", "p50", "p90")


def write_seen(durations: Durations, *, ledger: Ledger) -> Mapping[str, pd.DataFrame]:
    """Tables ``duration_step``, ``duration_curve`` and ``duration_check``."""
    tracks = every_step(durations.evidence)
    steps = {one: step for of_track in tracks.values() for one, step in of_track.items()}
    written = {name: TableWriter(name, ledger=ledger) for name in ("duration_step", "duration_curve", "duration_check")}
    for track, of_track in tracks.items():
        for step in of_track.values():
            for clears in (DEVELOPER, STATE) if step.clearance else (ANY,):
                _step(written["duration_step"], durations, track, step, clears)
                _curve(written["duration_curve"], durations, step, clears)
    for of_step in durations.cases.values():
        for case in of_step:
            if case.finished and not case.at_latest and case.step_id in steps:
                _check(written["duration_check"], durations, steps[case.step_id], case)
    _coverage(written["duration_check"].rows, durations, ledger)
    return {name: writer.frame() for name, writer in written.items()}


def every_step(evidence: Evidence) -> dict[str, dict[str, Step]]:
    """Steps of every track of the record: track → step id → step."""
    tracks = sorted(set(evidence.record["procedure_step"]["track"]))
    return {track: read_track(evidence, track).steps for track in tracks}


def _step(writer: TableWriter, durations: Durations, track: str, step: Step, clears: str) -> None:
    state_led = clears == STATE
    lasting = durations.of(step, state_led=state_led)
    alike = durations.alike(step, state_led=state_led)
    row = writer.open(
        _name(step, clears), step_id=step.step_id, clears=clears, track=track, name_vi=step.name_vi,
        name_en=step.name_en, model=lasting.model,
    )  # fmt: skip
    # A step without a case rests on the step itself: it is there, and nothing was seen of it.
    rests_on = cells(durations.evidence, alike) or [durations.evidence.cell("procedure_step", step.step_id, "step_id")]
    terms = durations.terms.get(step.step_id, [])
    counts = {
        "n_finished": lasting.finished,
        "n_at_latest": sum(one.at_latest for one in alike),
        "n_censored": lasting.censored,
        "n_later": sum(one.later for one in alike),
    }
    for attribute, count in counts.items():
        row.put(attribute, count, "rule", rests_on)
    row.count("n_terms", term_cells(durations.evidence, terms), among=rests_on)
    given_up = [
        durations.evidence.cell("duration_observation", one, "kind")
        for one in durations.abandoned.get(step.step_id, [])
    ]
    row.count("n_abandoned", given_up, among=rests_on)
    curve = durations.curve(step, state_led=state_led)
    if curve is not None and curve.median_days is not None:
        row.put("km_median_days", curve.median_days, "rule", rests_on)
    for end, value in zip(ENDS, (lasting.low, lasting.mid, lasting.high), strict=True):
        row.put(f"{end}_days", value, "rule", lasting.inputs)


def _curve(writer: TableWriter, durations: Durations, step: Step, clears: str) -> None:
    curve = durations.curve(step, state_led=clears == STATE)
    if curve is None:
        return
    inputs = cells(durations.evidence, durations.alike(step, state_led=clears == STATE))
    for place, days in enumerate(curve.days):
        row = writer.open(_name(step, clears), step_id=step.step_id, clears=clears, place=place)
        values = {
            "days": float(days),
            "at_risk": int(curve.at_risk[place]),
            "finished": int(curve.finished[place]),
            "survival_share": float(curve.survival[place]),
            "low_share": float(curve.low[place]),
            "high_share": float(curve.high[place]),
        }
        for attribute, value in values.items():
            if value == value:  # the band may have no limit
                row.put(attribute, value, "rule", inputs)


def _check(writer: TableWriter, durations: Durations, step: Step, case: Observed) -> None:
    """What the other cases say of one whose end is known to the day, before it is looked at."""
    others = durations.posterior.mixture(step.step_id, state_led=case.state_led, without=case)
    row = writer.open(
        (case.name_vi, case.name_en), observation_id=case.observation_id, step_id=step.step_id, name_vi=case.name_vi,
        name_en=case.name_en,
    )  # fmt: skip
    everything = [one for of_step in durations.cases.values() for one in of_step if one is not case]
    inputs = [*cells(durations.evidence, everything), *_prior(durations)]
    row.put("days", case.days, "rule", cells(durations.evidence, [case]))
    for end, value in zip(ENDS, others.quantiles(SHARES), strict=True):
        row.put(f"{end}_days", value, "rule", inputs)
    row.put("position_share", 1.0 - float(others.survival(case.days)[0]), "rule", [*inputs, row.ref("days")])
    row.values["inside"] = row["p10_days"] <= case.days <= row["p90_days"]


def _prior(durations: Durations) -> list[Input]:
    return parameter_inputs(durations.ledger, *PRIOR)


def _coverage(rows: list[Row], durations: Durations, ledger: Ledger) -> None:
    """How many finished cases there are, and how many of them the others would have had between P10 and P90."""
    looked_at = [row.ref("days") for row in rows] or _prior(durations)
    inside = [row.ref("days") for row in rows if row["inside"]]
    for name, counted, label in (
        ("durations.checked", looked_at if rows else [], ("Trường hợp đã xong được thử lại", "Finished cases checked")),
        ("durations.inside", inside, ("Trong đó nằm trong P10–P90", "Of these within P10 to P90")),
    ):
        ledger.add(
            name, len(counted), unit="count", label=label, definition=label, operation="rule", formula=label,
            inputs=looked_at,
        )  # fmt: skip


def _name(step: Step, clears: str) -> tuple[str, str]:
    if clears == ANY:
        return step.name_vi, step.name_en
    who = {STATE: ("nhà nước", "the state"), DEVELOPER: ("chủ đầu tư", "the developer")}[clears]
    return f"{step.name_vi}, {who[0]}", f"{step.name_en}, {who[1]}"
