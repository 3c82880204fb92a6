"""What the commands on cases print: the board, a case in full, what a new law changes."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from quydat.cli.face import Maker
from quydat.cli.output import line, table
from quydat.core.period import period_text
from quydat.core.text import UNKNOWN
from quydat.core.text import day as day_text
from quydat.dictionary.schema import choice_label

if TYPE_CHECKING:
    from quydat.app.cases import Standing
    from quydat.procedure.carry import Carried, StepChange
    from quydat.procedure.case import Event, Opinion
    from quydat.procedure.pending import Task

_WIDE = 44
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}){1,2}")


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "…"


def _name(make: Maker, row: Any) -> str:
    return str(row[f"name_{make.lang}"])


def _step(make: Maker, standing: "Standing", one: str) -> str:
    step = standing.steps.steps.get(one)
    return one if step is None else f"{one} {step.name_vi if make.lang == 'vi' else step.name_en}"


def show_board(make: Maker, rows: "Sequence[Standing]", on: date) -> None:
    """The board: each case with where it stands, what is missing, who must act by when."""
    say = make.say
    line(say("cli.case.board", on=day_text(on, make.lang), count=len(rows)))
    line()
    names = ("park", "stands", "missing", "who", "by", "overdue", "promised", "expected")
    headings = [say(f"cli.case.column.{name}") for name in names]
    table(headings, [_board_row(make, row) for row in rows])
    if rows and not any(row.expected for row in rows):
        line()
        line(say("cli.case.no_run"))


def _board_row(make: Maker, row: "Standing") -> list[str]:
    say, lang = make.say, make.lang
    stands = f"{row.finished}/{len(row.steps.steps)}"
    task = row.urgent
    if row.case.closed is not None:
        return [_name(make, row.park), say("cli.case.closed", stands=stands), "", "", "", "", "", ""]
    under_way = ", ".join(row.case.under_way)
    if under_way:
        stands += " " + say("cli.case.under_way", steps=under_way)
    expected = row.expected
    return [
        _name(make, row.park),
        stands,
        _missing(make, row),
        "" if task is None else _short(task.who(lang)),
        "" if task is None else _by(make, task),
        "" if task is None or not task.overdue else str(task.overdue),
        str(expected.get("promised_year") or row.park.get("programme_to_year") or "–")
        .removesuffix(".0")
        .replace("<NA>", "–"),
        _month(make, expected.get("ready_p50")),
    ]


def _month(make: Maker, value: Any) -> str:
    if value is None or value != value:
        return "–"
    return f"{value.month}/{value.year}" if make.lang == "vi" else f"{value:%Y-%m}"


def _by(make: Maker, task: "Task") -> str:
    if task.by is None:
        return "–"
    text = day_text(task.by, make.lang)
    return text if task.exact else "≤ " + text


def _when(make: Maker, text: str) -> str:
    """A day, month or year as people write it: 10/2/2026, 2/2026 and 2026 in Vietnamese, as it is in English."""
    if make.lang == "en":
        return text
    return _ISO.sub(lambda found: "/".join(part.lstrip("0") for part in found[0].split("-")[::-1]), text)


def _missing(make: Maker, row: "Standing") -> str:
    """What is missing, in brief: steps to begin or do, opinions, documents, and steps of which nothing is known."""
    parts = []
    for what in ("supplement", "act", "wait", "begin", "opinion", "answer", "document", "unknown"):
        steps = [task.step_id for task in row.tasks if task.what == what]
        if steps:
            parts.append(f"{make.say(f'cli.case.brief.{what}')} {', '.join(dict.fromkeys(steps))}")
    return "; ".join(parts)


def show_case(make: Maker, row: "Standing") -> None:
    """A case in full: what happened, what is open, opinions, what is not known."""
    say, lang = make.say, make.lang
    line(say("cli.case.title", name=_name(make, row.park), track=choice_label("procedure_track", row.track, lang),
             on=day_text(row.on, lang), done=row.finished, of=len(row.steps.steps)))  # fmt: skip
    if row.case.law_on is not None:
        line(say("cli.case.law_on", on=day_text(row.case.law_on, lang)))
    if row.case.closed is not None:
        line(
            say(
                "cli.case.was_closed",
                step=_step(make, row, row.case.closed.step_id),
                on=_when(make, row.case.closed.on_text) or UNKNOWN[lang],
            )
        )
    line()
    line(say("cli.case.history"))
    if row.events:
        table([say(f"cli.case.column.{name}") for name in ("on", "step", "event", "document", "note")],
              [_event_row(make, row, event) for event in row.events])  # fmt: skip
    else:
        line("  " + say("cli.case.no_event"))
    open_ones = [task for task in row.tasks if task.what not in ("unknown", "document")]
    if open_ones:
        line()
        line(say("cli.case.to_do"))
        names = ("step", "what", "who", "since", "by", "overdue", "basis")
        table([say(f"cli.case.column.{name}") for name in names], [_task_row(make, row, task) for task in open_ones])
    if row.case.opinions:
        line()
        line(say("cli.case.opinions"))
        names = ("opinion", "agency", "subject", "asked", "given", "position", "answer")
        table([say(f"cli.case.column.{name}") for name in names],
              [_opinion_row(make, one) for one in row.case.opinions.values()])  # fmt: skip
    _not_known(make, row)


def _not_known(make: Maker, row: "Standing") -> None:
    unknown = [task.step_id for task in row.tasks if task.what == "unknown"]
    without = [task.step_id for task in row.tasks if task.what == "document"]
    undated = [one for one, since in row.case.under_way.items() if since is None]
    told = (("unknown", unknown), ("document", without), ("undated", undated))
    for what, steps in told:
        if steps:
            line()
            line(make.say(f"cli.case.not_known.{what}", steps="; ".join(_step(make, row, one) for one in steps)))


def _detail(make: Maker, details: Any, name: str) -> str:
    return str(details.get(f"{name}_{make.lang}") or details.get(f"{name}_vi") or "")


def _event_row(make: Maker, row: "Standing", event: "Event") -> list[str]:
    opinion = {"asked": "asked_document", "given": "given_document"}.get(event.event, "document")
    document = str(event.details.get(opinion) or "")
    issuer = _detail(make, event.details, "issuer")
    note = next(
        (text for name in ("note", "content", "answer", "subject") if (text := _detail(make, event.details, name))), ""
    )
    name = (
        make.say(f"cli.case.event.{event.event}")
        if event.event in ("asked", "given", "answered")
        else choice_label("procedure_event", event.event, make.lang)
    )
    return [
        _when(make, event.on_text) or UNKNOWN[make.lang],
        event.step_id,
        name,
        ", ".join(part for part in (document, issuer) if part),
        note,
    ]


def _task_row(make: Maker, row: "Standing", task: "Task") -> list[str]:
    overdue = ""
    if task.overdue:
        overdue = make.say("cli.case.late", days=task.overdue)
    return [
        _step(make, row, task.step_id),
        make.say(f"cli.case.what.{task.what}"),
        task.who(make.lang),
        _when(make, period_text(task.since)) or UNKNOWN[make.lang],
        _by(make, task),
        overdue,
        task.legal_basis,
    ]


def _opinion_row(make: Maker, opinion: "Opinion") -> list[str]:
    lang, details = make.lang, opinion.details
    position = (
        choice_label("opinion_position", opinion.position, lang) if opinion.position else make.say("cli.case.not_given")
    )
    return [
        opinion.opinion_id,
        _detail(make, details, "agency"),
        _detail(make, details, "subject"),
        _when(make, period_text(opinion.asked)) or UNKNOWN[lang],
        _when(make, period_text(opinion.given)) or ("" if not opinion.is_given else UNKNOWN[lang]),
        position,
        _detail(make, details, "answer"),
    ]


def show_carried(make: Maker, carried: "Carried", row: "Standing", to: date) -> None:
    """What the law of another day changes in a case."""
    say, lang = make.say, make.lang
    line(say("cli.case.carried", name=_name(make, row.park), to=day_text(to, lang), count=len(carried.changes)))
    for change in carried.changes:
        line()
        reach = say(f"cli.case.kept.{change.kept}") if change.kept else say("cli.case.reaches")
        line(f"  {day_text(change.since, lang)}  {change.step_id}  {say(f'cli.case.{change.kind}')} – {reach}")
        for text in _cells(make, change):
            line("      " + text)
    if carried.stays_done:
        line()
        line(say("cli.case.stays_done", steps=", ".join(carried.stays_done)))


def _cells(make: Maker, change: "StepChange") -> list[str]:
    from quydat.dictionary.schema import tables

    step = tables()["procedure_step"]
    other = "_en" if make.lang == "vi" else "_vi"
    return [
        f"{step[name].label(make.lang)}: {_value(make, before)} → {_value(make, after)}"
        for name, (before, after) in change.cells.items()
        if not name.endswith(other)
    ]


def _value(make: Maker, value: Any) -> str:
    if value is None or value == "":
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


# JSON


def task_json(task: "Task") -> dict[str, Any]:
    """A task as JSON."""
    return {
        "what": task.what,
        "step_id": task.step_id,
        "who_vi": task.who_vi,
        "who_en": task.who_en,
        "since": period_text(task.since) or None,
        "by": task.by,
        "by_is_exact": task.exact if task.by is not None else None,
        "overdue_working_days": task.overdue,
        "legal_basis": task.legal_basis or None,
        "opinion_id": task.opinion_id or None,
    }


def event_json(event: "Event") -> dict[str, Any]:
    """An event as JSON."""
    return {
        "event_id": event.event_id,
        "step_id": event.step_id,
        "event": event.event,
        "on": event.on_text or None,
        **event.details,
    }


def standing_json(row: "Standing") -> dict[str, Any]:
    """A line of the board as JSON."""
    expected = {k: row.expected.get(k) for k in ("promised_year", "ready_p10", "ready_p50", "ready_p90", "run_on")}
    return {
        "park_id": row.park["park_id"],
        "name_vi": row.park["name_vi"],
        "name_en": row.park["name_en"],
        "track": row.track,
        "steps_total": len(row.steps.steps),
        "steps_finished": row.finished,
        "under_way": dict(row.case.under_way),
        "closed": row.case.closed is not None,
        "tasks": [task_json(task) for task in row.tasks],
        "expected": expected if row.expected else None,
    }


def case_json(row: "Standing") -> dict[str, Any]:
    """A case in full as JSON."""
    opinions = [
        {
            "opinion_id": one.opinion_id, "step_id": one.step_id, "asked_on": period_text(one.asked) or None,
            "given_on": period_text(one.given) or None, "answered_on": period_text(one.answered) or None, **one.details,
        }
        for one in row.case.opinions.values()
    ]  # fmt: skip
    documents = [
        {"step_id": one.step_id, "number": one.number, "on": period_text(one.on) or None} for one in row.case.documents
    ]
    return {
        **standing_json(row),
        "on": row.on,
        "law_on": row.case.law_on,
        "finished": [one for one in row.steps.steps if one in row.case.finished],
        "events": [event_json(event) for event in row.events],
        "opinions": opinions,
        "documents": documents,
    }


def carried_json(carried: "Carried") -> dict[str, Any]:
    """What a new law changes as JSON."""
    changes = [
        {
            "step_id": one.step_id, "kind": one.kind, "since": one.since, "kept": one.kept or None,
            "cells": {name: {"before": before, "after": after} for name, (before, after) in one.cells.items()},
        }
        for one in carried.changes
    ]  # fmt: skip
    return {"changes": changes, "stays_done": list(carried.stays_done), "steps": list(carried.track.steps)}
