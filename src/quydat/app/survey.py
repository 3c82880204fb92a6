"""The survey of a study: files taken in, pairs matched and decided, rows mended, the stock of any day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from quydat.app import desk
from quydat.app.floor import Floor, floor_of
from quydat.app.look import Look, look
from quydat.app.originals import keep
from quydat.app.permission import require
from quydat.app.survey_files import Reading, Said, Surroundings, refuse_doubts, understand
from quydat.app.survey_retake import retake
from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.problem import Problem, Problems, problem
from quydat.dictionary.bulk import bulk_dtype, empty_bulk
from quydat.dictionary.cells import Names
from quydat.dictionary.schema import survey_tables, tables
from quydat.formats.sheets_parts import parts_of
from quydat.inventory.changes import compare_days
from quydat.inventory.evidence import Evidence, Parameters, resolve_parameters
from quydat.inventory.quality import as_problems, contradictions
from quydat.inventory.stock import Stock, StockSettings, identified, names_of, node_of, take_stock
from quydat.survey.decide import decide_by_rule, unsure
from quydat.survey.evaluate import Evaluation, evaluate_clusters
from quydat.survey.link import Linked, link
from quydat.survey.mapping import Mapping as SheetMapping
from quydat.survey.outlines import Outlines
from quydat.survey.take import SET_ASIDE, TAKEN, quarantine_frame, reasons_json, without_unchanged
from quydat.survey.units import Units

if TYPE_CHECKING:
    from quydat.app.study import Study
    from quydat.store.changes import ChangeSet

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Brought:
    """What became of a file: its sheets as they were understood, the change set, and intakes that were there before.

    ``change`` is None if nothing changed.
    """

    readings: tuple[Reading, ...]
    change: "ChangeSet | None"
    known: tuple[str, ...]


@dataclass(frozen=True)
class Matched:
    """What matching did: pairs accepted by the rule, pairs that wait for a person, and what it has to say."""

    accepted: int
    unsure: int
    linked: Linked
    change: "ChangeSet | None"


class Survey:
    """The survey of a study, for the actor of the study."""

    def __init__(self, study: "Study") -> None:
        self._study = study

    def tables(self, *, known_on: date | None = None) -> Frames:
        """The survey tables as they stand, or as they were known at the end of a day."""
        require(self._study.actor, "read")
        with self._study._record() as record:
            return {t.name: record.read(t.name, known_on=known_on) for t in survey_tables()}

    def matched(self) -> bool:
        """Whether observations have ever been compared and any pair was joined or left to a person."""
        require(self._study.actor, "read")
        with self._study._record() as record:
            return bool(record.segments("match_decision"))

    def understand(self, path: Path, table: str, *, said: Said) -> list[Reading]:
        """How a file would be taken; nothing is stored.

        Raises
        ------
        Problems
            What keeps the file from being read.
        """
        require(self._study.actor, "check")
        return understand(path, table, said=said, around=self._around())

    def take_in(self, path: Path, table: str, *, said: Said, reason: str = "") -> Brought:
        """Take a file in: rows that can be taken, quarantine for the others, one change set for all of it.

        The same file understood in the same way changes nothing when it comes again.

        Raises
        ------
        Problems
            What keeps the file from being read, and all that is not settled about it (see ``understand``).
        """
        require(self._study.actor, "import")
        readings = understand(path, table, said=said, around=self._around())
        refuse_doubts(readings)
        with self._study._record() as record:
            there = set(record.read("intake", columns=["intake_id"])["intake_id"])
        fresh = [reading for reading in readings if reading.intake_id not in there]
        known = tuple(reading.intake_id for reading in readings if reading.intake_id in there)
        if not fresh:
            return Brought(tuple(readings), None, known)
        keep(self._study.folder, readings[0].file_sha256, parts_of(path))
        rows = _joined([reading.taken.rows for reading in fresh], table)
        frames = {
            "intake": _intakes(fresh, said),
            table: without_unchanged(rows, self._read(table), tables()[table]),
            "quarantine": _joined([reading.taken.waiting for reading in fresh], "quarantine"),
        }
        change = self._append(frames, source=path.name, reason=reason)
        return Brought(tuple(readings), change, known)

    def match(self) -> Matched:
        """Compare all observations, accept the sure pairs by a recorded rule, and leave the unsure to a person.

        What persons decided stays as it is and is not asked again.
        """
        require(self._study.actor, "match")
        observations, decisions = self._read("observation"), self._read("match_decision")
        settings = self._study.settings
        accept, review = self._parameters().needed("survey.match_accept_share", "survey.match_review_share")
        linked = link(_latest(observations), review=review, seed=settings.seed)
        sure = decide_by_rule(linked.pairs, decisions, accept=accept, model=linked.model)
        asked = desk.to_be_asked(unsure(linked.pairs, decisions, accept=accept, review=review))
        decided = pd.concat([sure, asked], ignore_index=True) if len(asked) else sure
        by_rule = decisions[decisions["by"] == "rule"]
        now = set(decided["left_id"] + "|" + decided["right_id"])
        gone = [key for key in by_rule["left_id"] + "|" + by_rule["right_id"] if key not in now]
        change = self._append({"match_decision": decided}, source="match", reason="", withdraw={"match_decision": gone})
        return Matched(len(sure), len(asked), linked, change)

    def judged(self, labels: "pd.Series[str]") -> Evaluation:
        """How right the joined establishments are against a labelled set.

        Parameters
        ----------
        labels
            True establishment of each observation, indexed by observation id; observations without one are left out.

        Raises
        ------
        Problems
            QD273 if no observation has a label.
        """
        require(self._study.actor, "read")
        observations = self._read("observation", columns=["observation_id"])
        ids, _ = identified(observations, self._read("match_decision"))
        joined = pd.Series(ids.to_numpy(), index=observations["observation_id"].to_numpy())
        known = joined[joined.index.isin(labels.index)]
        if known.empty:
            raise Problems([problem("QD273")])
        return evaluate_clusters(known, labels)

    def contradictions(self, *, as_of: date | None = None) -> list[Problem]:
        """What contradicts itself in the stock of a day: cells of establishments, and decisions on pairs."""
        require(self._study.actor, "check")
        day = as_of or self._study.settings.as_of
        stock = self.stock(as_of=day)
        found = as_problems(contradictions(stock.establishments, as_of=day), stock.establishments)
        return [*stock.contradictions, *found]

    def pairs(self) -> list[desk.Pair]:
        """Pairs that wait for a person, the most probable first."""
        require(self._study.actor, "read")
        return desk.pending(self._read("match_decision"), self._read("observation"))

    def decide(self, pair_id: str, decision: str, *, reason: str = "") -> "ChangeSet | None":
        """Keep a person's decision on a pair: ``same`` or ``different``. It can be decided anew, or undone.

        Raises
        ------
        Problems
            QD289 if no such pair was ever compared.
        """
        require(self._study.actor, "review")
        row = desk.decided(self._read("match_decision"), pair_id, decision, reason=reason)
        return self._append({"match_decision": row}, source="review", reason=reason)

    def waiting(self) -> list[desk.Waiting]:
        """Rows in quarantine that wait."""
        require(self._study.actor, "read")
        return desk.waiting(self._read("quarantine"))

    def mend(
        self, mended: Mapping[str, Mapping[str, str | None]], *, reason: str = ""
    ) -> tuple["ChangeSet | None", list[Problem]]:
        """Take rows of the quarantine again with cells mended; those that still cannot be taken go on waiting.

        Parameters
        ----------
        mended
            By quarantine id the mended cells by attribute; no cells at all tries the row again as it is.

        Returns
        -------
        The change set, if anything changed, and what is still wrong.

        Raises
        ------
        Problems
            QD288 for each id that no waiting row has.
        """
        require(self._study.actor, "review")
        rows = desk.rows_waiting(self._read("quarantine"), list(mended))
        intakes = {str(row["intake_id"]): row for row in _records(self._read("intake"))}
        around = self._around()
        found: list[Problem] = []
        taken: dict[str, list[pd.DataFrame]] = {}
        told: list[dict[str, Any]] = []
        for row in _records(rows):
            intake, changes = intakes[str(row["intake_id"])], mended[str(row["quarantine_id"])]
            again = retake(row, intake, changes, around=around)
            state = {"mended": json.dumps(dict(changes), ensure_ascii=False), "why": reason or None}
            if again.problems:
                found += again.problems
                numbers = ";".join(sorted({one.number for one in again.problems}))
                told.append({**row, **state, "reasons": reasons_json(again.problems), "numbers": numbers})
            else:
                taken.setdefault(again.table, []).append(again.rows)
                told.append({**row, **state, "state": TAKEN})
        frames = {name: _joined(parts, name) for name, parts in taken.items()}
        frames["quarantine"] = quarantine_frame(told)
        return self._append(frames, source="mend", reason=reason), found

    def set_aside(self, ids: Sequence[str], *, why: str) -> "ChangeSet | None":
        """Say of rows in quarantine that they need not be taken; they stay, with the word of who said so.

        Raises
        ------
        Problems
            QD288 for each id that no waiting row has.
        """
        require(self._study.actor, "review")
        rows = _records(desk.rows_waiting(self._read("quarantine"), ids))
        told = [{**row, "state": SET_ASIDE, "why": why} for row in rows]
        return self._append({"quarantine": quarantine_frame(told)}, source="set aside", reason=why)

    def stock(self, *, as_of: date | None = None, known_on: date | None = None) -> Stock:
        """Establishments and floor space on a day, as the record knew them at the end of another.

        Decisions that contradict each other are told in it, and join nothing (see ``survey.clusters``).
        """
        require(self._study.actor, "read")
        return take_stock(
            {**self.tables(known_on=known_on), "park": self._study.read("park", known_on=known_on)},
            as_of=as_of or self._study.settings.as_of,
            settings=StockSettings.of(self._parameters()),
        )

    def floor(self, *, as_of: date | None = None, known_on: date | None = None) -> Floor:
        """Floor tables on a day, as ``stock`` has them, without the establishments: quick for day after day."""
        require(self._study.actor, "read")
        with self._study._record() as record:
            return floor_of(
                record,
                folder=self._study.folder,
                as_of=as_of or self._study.settings.as_of,
                known_on=known_on,
                settings=StockSettings.of(self._parameters()),
            )

    def look(self, path: Path, mapping: SheetMapping) -> Look:
        """The floor in a survey file, by division × unit × park × size, before anything is stored.

        Raises
        ------
        Problems
            What keeps the file from being read.
        """
        require(self._study.actor, "check")
        parks = self._read("park_outline")
        outlines = Outlines(parks["park_id"].tolist(), parks["outline"].tolist())
        return look(path, mapping, units=self._around().outlines, parks=outlines)

    def names(self) -> dict[str, dict[str, Names]]:
        """Names of the groups of floor space: units, parks, sections, divisions."""
        require(self._study.actor, "read")
        with self._study._record() as record:
            return names_of({name: record.read(name) for name in ("unit", "unit_change", "park")})

    def made_up(self) -> bool:
        """Whether any observation is illustrative."""
        require(self._study.actor, "read")
        return Basis.ILLUSTRATIVE.value in set(self._read("observation", columns=["basis"])["basis"].unique())

    def changes(self, before: date, after: date) -> pd.DataFrame:
        """What changed in the stock between two days, by cause."""
        require(self._study.actor, "compare")
        return compare_days(self.stock(as_of=before).establishments, self.stock(as_of=after).establishments)

    def _around(self) -> Surroundings:
        return Surroundings(self._study.settings.extent, Units(self._read("unit"), self._read("unit_change")))

    def _read(self, table: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One table as it stands: a million observations are not read for a question about something else."""
        with self._study._record() as record:
            return record.read(table, columns=columns)

    def _parameters(self) -> Parameters:
        """The study's parameters for the survey."""
        settings = self._study.settings
        own = {k: v for k, v in settings.parameters_of(settings.scenario).items() if k.startswith("survey.")}
        # Values that are cells of the record are rare; the record is read for them only.
        pointed = any(isinstance(part, str) for spec in own.values() for part in spec.parts.values())
        held = self._study.tables() if pointed else {"claim": self._study.read("claim")}
        return resolve_parameters(own, evidence=Evidence(held), ledger=Ledger(as_of=settings.as_of))

    def _append(
        self, frames: Frames, *, source: str, reason: str, withdraw: Mapping[str, Sequence[str]] | None = None
    ) -> "ChangeSet | None":
        """Add a change set; None if nothing would change."""
        from quydat.app.study import now

        study = self._study
        with study._record() as record:
            try:
                return record.append(
                    {name: rows for name, rows in frames.items() if len(rows)},
                    actor=study.actor.name, source=source, reason=reason, at=now(), kind="import",
                    withdraw=withdraw or {},
                )  # fmt: skip
            except Problems as problems:
                if [one.number for one in problems.found] == ["QD411"]:
                    return None
                raise


def _latest(observations: pd.DataFrame) -> pd.DataFrame:
    """The latest observation of what each origin calls one establishment."""
    order = observations.sort_values(["observed_on", "observation_id"], kind="stable")
    last = ~node_of(order["observation_id"]).duplicated(keep="last")
    return order[last.to_numpy()].sort_values("observation_id").reset_index(drop=True)


def _joined(frames: Sequence[pd.DataFrame], table: str) -> pd.DataFrame:
    whole = [frame for frame in frames if len(frame)]
    return pd.concat(whole, ignore_index=True) if whole else empty_bulk(tables()[table])


def _intakes(readings: Sequence[Reading], said: Said) -> pd.DataFrame:
    definition = tables()["intake"]
    rows = [
        {
            "intake_id": reading.intake_id,
            "file": reading.sheet.file,
            "sheet": reading.sheet.name or None,
            "file_sha256": reading.file_sha256,
            "table": reading.taken.table,
            "origin": said.origin or reading.taken.table,
            "mapping": reading.mapping.to_toml(),
            "text_encoding": _encodings(reading),
            "epsg": reading.mapping.epsg,
            "datum_operation": reading.operation or None,
            "rows_read": len(reading.sheet.cells),
            "rows_taken": len(reading.taken.rows),
            "rows_waiting": len(reading.taken.waiting),
            "rows_left_out": len(reading.sheet.left_out),
            "observed_on": pd.Timestamp(said.observed_on) if said.observed_on else pd.NaT,
            "basis": said.basis,
        }
        for reading in readings
    ]
    return pd.DataFrame(
        {a.name: pd.Series([row[a.name] for row in rows], dtype=bulk_dtype(a)) for a in definition},
        columns=definition.columns,
    )


def _encodings(reading: Reading) -> str:
    old = sorted(set(reading.mapping.text.values()))
    return "; ".join([reading.sheet.encoding, *old])


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; unknown cells are None."""
    return [{str(k): None if pd.isna(v) else v for k, v in row.items()} for row in rows.to_dict("records")]
