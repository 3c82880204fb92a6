"""The cases of a study: the board of all of them, one in full, and recording what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pandas as pd

from quydat.app.case_rows import OFFICE, office_source, rows_of
from quydat.app.intake import check_whole
from quydat.app.permission import require
from quydat.core.problem import Place, Problems, problem, raise_if
from quydat.dictionary.cells import plain
from quydat.law import Pack
from quydat.procedure.carry import Carried, carry, governing
from quydat.procedure.case import Case, Event, all_events, fold
from quydat.procedure.decide import Command, decide
from quydat.procedure.law import Template, read_template
from quydat.procedure.pending import Task, pending
from quydat.procedure.template import Track
from quydat.procedure.working_days import WorkingDays, read_working_days

if TYPE_CHECKING:
    from quydat.app.study import Study
    from quydat.store.changes import ChangeSet

Frames = dict[str, pd.DataFrame]
_TO_COME = ("under_construction", "planned", "proposed")
_TRACK_OF = {
    "industrial_park": "park",
    "export_processing_zone": "park",
    "industrial_cluster": "cluster",
}


@dataclass(frozen=True)
class Standing:
    """Where one case stands on a day.

    Attributes
    ----------
    park
        Row of the park.
    track, steps
        Name of the procedure, and its steps, each by the text that the case goes by.
    events
        What is known of it until that day, the oldest first.
    tasks
        What is missing, who must act, by when.
    expected
        Row ``procedure`` of the latest whole run, empty if there is none.
    """

    park: Mapping[str, Any]
    track: str
    steps: Track
    case: Case
    events: tuple[Event, ...]
    tasks: tuple[Task, ...]
    on: date
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def finished(self) -> int:
        """Steps done."""
        return sum(one in self.case.finished for one in self.steps.steps)

    @property
    def urgent(self) -> Task | None:
        """The task to look at first: the longest overdue, else the next due, else what is under way or can begin."""
        order = ("supplement", "act", "opinion", "answer", "wait", "begin")
        open_ones = [task for task in self.tasks if task.what in order]
        return min(
            open_ones,
            key=lambda task: (-(task.overdue or 0), task.by or date.max, order.index(task.what)),
            default=None,
        )


@dataclass(frozen=True)
class Proposed:
    """What a command would record: its events, and the rows that it adds or changes."""

    events: tuple[Event, ...]
    rows: Mapping[str, pd.DataFrame]


class Cases:
    """The cases of a study, for the actor of the study."""

    def __init__(self, study: "Study") -> None:
        self._study = study

    def board(self, *, on: date) -> list[Standing]:
        """Every case on a day: parks to come, in the order of the record, and all others of which something is told."""
        require(self._study.actor, "cases")
        scene = self._scene()
        expected = self._expected()
        return [
            scene.standing(park, track, on, expected.get(str(park["park_id"]), {}))
            for park in scene.parks.values()
            for track in scene.tracks_of(park)
        ]

    def standing(self, park_id: str, *, on: date, track: str | None = None) -> Standing:
        """One case on a day.

        Raises
        ------
        Problems
            QD878 no such park, QD879 a park that follows no procedure with steps.
        """
        require(self._study.actor, "cases")
        scene = self._scene()
        park = scene.park(park_id)
        return scene.standing(park, scene.track_of(park, track), on, self._expected().get(park_id, {}))

    def carry(self, park_id: str, *, on: date, to: date, track: str | None = None) -> Carried:
        """What the law of another day changes in a case, as it stands on a day."""
        require(self._study.actor, "cases")
        scene = self._scene()
        park = scene.park(park_id)
        name = scene.track_of(park, track)
        case = scene.standing(park, name, on, {}).case
        return carry(case, template=scene.template, track=name, since=case.law_on or on, to=to)

    def propose(self, park_id: str, command: Command, *, now: date, track: str | None = None) -> Proposed:
        """What a command would record; nothing is stored.

        Raises
        ------
        Problems
            All that speaks against it: as ``decide``, and all that would be wrong with the record then.
        """
        require(self._study.actor, "cases")
        scene = self._scene()
        return self._propose(scene, park_id, command, now=now, track=track)

    def record(
        self, park_id: str, command: Command, *, at: datetime, reason: str = "", track: str | None = None
    ) -> "ChangeSet":
        """Record a command as one change set.

        Raises
        ------
        Problems
            As ``propose``; nothing is stored then.
        """
        require(self._study.actor, "record_case")
        scene = self._scene()
        made = self._propose(scene, park_id, command, now=at.date(), track=track)
        source = f"case {park_id}: {command.kind} {command.step_id}"
        with self._study._record() as record:
            return record.append(dict(made.rows), actor=self._study.actor.name, source=source, reason=reason, at=at)

    def _propose(self, scene: "_Scene", park_id: str, command: Command, *, now: date, track: str | None) -> Proposed:
        park = scene.park(park_id)
        name = scene.track_of(park, track)
        standing = scene.standing(park, name, date.max, {}, law_on=now)
        tables = scene.tables
        taken = frozenset({*tables["procedure_event"]["event_id"], *tables["opinion"]["opinion_id"]})
        events = decide(standing.case, command, now=now, template=standing.steps, taken=taken)
        rows = rows_of(park_id, events, tables)
        if any(OFFICE in set(frame["source_ids"]) for frame in rows.values()) and OFFICE not in set(
            tables["source"]["source_id"]
        ):
            rows["source"] = office_source(self._study.settings.name_vi)
        raise_if(check_whole(_brought(rows), tables, extent=self._study.settings.extent, law=scene.law))
        return Proposed(tuple(events), rows)

    def _scene(self) -> "_Scene":
        law = self._study.law
        tables = self._study.tables()
        return _Scene(tables, law, read_template(law.tables, tables["procedure_step"]))

    def _expected(self) -> dict[str, dict[str, Any]]:
        """Rows of ``procedure`` of the latest whole run by park, with the day of its picture."""
        for run in reversed(self._study.runs()):
            if run.complete:
                try:
                    rows = run.table("procedure").to_dict("records")
                except Problems:
                    continue
                return {
                    str(row["park_id"]): {str(k): v for k, v in row.items()} | {"run_on": run.info.as_of}
                    for row in rows
                }
        return {}


def _brought(rows: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    from quydat.app.intake import Brought

    return {name: Brought(frame, "", name) for name, frame in rows.items()}


class _Scene:
    """Tables of the record, the template over time and the calendar."""

    def __init__(self, tables: Frames, law: Pack, template: Template) -> None:
        self.tables, self.law, self.template = tables, law, template
        rows = [{str(k): v for k, v in row.items()} for row in tables["park"].to_dict("records")]
        self.parks = {str(row["park_id"]): row for row in rows}
        self.events = all_events(tables)
        self.calendar: WorkingDays = read_working_days(law.tables.tables["working_day_change"])
        self._tracks = {one: str(step.first["track"]) for one, step in template.steps.items()}

    def park(self, park_id: str) -> Mapping[str, Any]:
        if park_id not in self.parks:
            near = get_close_matches(park_id, self.parks, n=3, cutoff=0.3)
            raise_if([problem("QD878", Place(column="park"), park=park_id, nearest=", ".join(near) or "-")])
        return self.parks[park_id]

    def tracks_of(self, park: Mapping[str, Any]) -> list[str]:
        """Procedures that a park goes through: that of its kind if it is to come, and those of its events."""
        told = [self._tracks[e.step_id] for e in self.events.get(str(park["park_id"]), ()) if e.step_id in self._tracks]
        own = _TRACK_OF.get(str(park["kind"]))
        named = [own] if own is not None and park["state"] in _TO_COME and own in self._tracks.values() else []
        return list(dict.fromkeys([*named, *told]))

    def track_of(self, park: Mapping[str, Any], asked: str | None) -> str:
        """The procedure that is asked for; else the first of the park."""
        own = [asked] if asked else [*self.tracks_of(park), _TRACK_OF.get(str(park["kind"]), "")]
        if not own or own[0] not in self._tracks.values():
            raise_if([problem("QD879", park=park["park_id"], kind=park["kind"])])
        return own[0]

    def standing(
        self, park: Mapping[str, Any], track: str, on: date, expected: Mapping[str, Any], *, law_on: date | None = None
    ) -> Standing:
        """Where a case stands on a day, by the law of that day (or of ``law_on``)."""
        park_id, day = str(park["park_id"]), law_on or on
        events = [e for e in self.events.get(park_id, ()) if e.on is None or e.on.start <= on]
        case = fold(park_id, events, track=self.template.track(track, on=day))
        steps = governing(case, template=self.template, track=track, on=day)
        tasks = pending(case, track=steps, calendar=self.calendar, on=day)
        own: Sequence[Event] = [e for e in events if self._tracks.get(e.step_id) == track]
        shown = {name: value for name, value in expected.items() if plain(value) is not None} if track == "park" else {}
        return Standing(park, track, steps, case, tuple(own), tuple(tasks), day, shown)
