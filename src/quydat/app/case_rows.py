"""Events of a case as rows of the record: new rows of ``procedure_event``, new and changed rows of ``opinion``."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from quydat.core.problem import raise_if
from quydat.dictionary.cells import plain
from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.procedure.case import OPINION_EVENTS, Event

OFFICE = "office-file"
"""Source of what an office records of its own file, if no other is named."""


def rows_of(park_id: str, events: Sequence[Event], held: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Typed rows that events add to the record or change in it, by table.

    Raises
    ------
    Problems
        What the dictionary finds wrong with their cells.
    """
    made: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        table = "opinion" if event.event in OPINION_EVENTS else "procedure_event"
        row = _opinion(park_id, event, held["opinion"]) if table == "opinion" else _event(park_id, event)
        made.setdefault(table, []).append(row)
    frames, found = {}, []
    for name, rows in made.items():
        frames[name], problems = typed(pd.DataFrame(rows), tables()[name], sheet=name)
        found += problems
    raise_if(found)
    return frames


def _provenance(event: Event) -> dict[str, Any]:
    return {
        "source_ids": event.details.get("source_ids") or OFFICE,
        "as_of": event.on_text,
        "confidence": event.details.get("confidence") or "high",
        "basis": event.details.get("basis") or "published",
    }


def _cells(event: Event, table: str) -> dict[str, Any]:
    return {name: value for name, value in event.details.items() if name in tables()[table]}


def _event(park_id: str, event: Event) -> dict[str, Any]:
    return {
        **_cells(event, "procedure_event"),
        "event_id": event.event_id,
        "park_id": park_id,
        "step_id": event.step_id,
        "event": event.event,
        "on": event.on_text,
        **_provenance(event),
    }


def _opinion(park_id: str, event: Event, held: pd.DataFrame) -> dict[str, Any]:
    before = held[held["opinion_id"] == event.event_id].to_dict("records")
    row = {str(k): plain(v) for k, v in before[0].items()} if before else {}
    row |= _cells(event, "opinion")
    row |= {
        "opinion_id": event.event_id,
        "park_id": park_id,
        "step_id": event.step_id,
        f"{event.event}_on": event.on_text,
    }
    provenance = _provenance(event)
    if before:
        sources = [*str(row["source_ids"]).split(";"), *str(provenance["source_ids"]).split(";")]
        provenance["source_ids"] = ";".join(dict.fromkeys(sources))
    return row | provenance


def office_source(name: str) -> pd.DataFrame:
    """The row of ``source`` for the office's own file."""
    row = {
        "source_id": OFFICE,
        "kind": "authority",
        "publisher": name,
        "note": "Hồ sơ của cơ quan / the office's own file",
    }
    made, problems = typed(pd.DataFrame([row]), tables()["source"])
    raise_if(problems)
    return made
