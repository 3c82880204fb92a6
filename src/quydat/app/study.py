"""A study: a city with its settings, its record and its runs, and all that can be done with it."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.app.case import case_folder, shipped
from quydat.app.cases import Cases
from quydat.app.changes import read_changes
from quydat.app.intake import RECORD, WORLD, Brought, accept, check_whole, problems_of, read_brought
from quydat.app.law import own_packs, study_law
from quydat.app.permission import Actor, local_owner, require
from quydat.app.progress import Note, Solving, Timer, silent, unseen
from quydat.app.run import Run
from quydat.app.spatial_plan import Plans
from quydat.app.survey import Survey
from quydat.app.what_if import Answered, answered
from quydat.core.parallel import Cluster
from quydat.core.problem import Problem, Problems, problem, raise_if
from quydat.core.text import Lang
from quydat.dictionary.schema import record_tables, survey_tables
from quydat.dictionary.settings import FILE, Settings, read_settings
from quydat.formats.export import export_geopackage
from quydat.law import Pack
from quydat.plan import STEPS, check_step, plan, what_if
from quydat.procedure.law import lay, read_template
from quydat.store.changes import ChangeSet
from quydat.store.folder import create_study, find_study, record_path
from quydat.store.record import Record, create_record, open_record
from quydat.store.runs import find_run, list_runs, write_run


def now() -> datetime:
    """The one clock: time at which something is entered or made."""
    return datetime.now(UTC)


@dataclass
class Study:
    """A study folder, opened for an actor."""

    folder: Path
    actor: Actor = field(default_factory=local_owner)

    @property
    def settings(self) -> Settings:
        """The checked ``study.toml``."""
        require(self.actor, "read")
        return read_settings(self.folder)

    @property
    def law(self) -> Pack:
        """The law packs that the study names, read and checked; names of folders are those inside the study.

        Raises
        ------
        Problems
            All that is wrong with the packs.
        """
        require(self.actor, "rules")
        return study_law(self.folder, self.settings)

    @property
    def survey(self) -> Survey:
        """The survey of the study: files taken in, pairs, quarantine, stock."""
        return Survey(self)

    @property
    def cases(self) -> Cases:
        """The cases of the study: where each park stands, who must act by when, what is recorded."""
        return Cases(self)

    @property
    def plans(self) -> Plans:
        """The spatial plans of the study: checked, held against each other, compared."""
        return Plans(self)

    def read(self, table: str, *, known_on: date | None = None) -> pd.DataFrame:
        """A table of the record as it stands, or as it was known at the end of a day."""
        require(self.actor, "read")
        with self._record() as record:
            return record.read(table, known_on=known_on)

    def tables(self, *, known_on: date | None = None) -> dict[str, pd.DataFrame]:
        """All tables of the record."""
        require(self.actor, "read")
        with self._record() as record:
            return {t.name: record.read(t.name, known_on=known_on) for t in record_tables()}

    def history(self) -> pd.DataFrame:
        """All change sets, the first first."""
        require(self.actor, "history")
        with self._record() as record:
            return record.history()

    def check(self) -> list[Problem]:
        """All that is wrong with the study: settings, chain of changes, references, contradictions."""
        require(self.actor, "check")
        extent, law, found = _frame(self.folder)
        if damage := self._record_problems():
            return [*found, *damage]
        of_plans = [] if found else self.plans.check()
        return [*found, *check_whole({}, self.tables(), extent=extent, law=law), *of_plans]

    def check_file(self, path: Path, *, table: str | None = None, layer: str | None = None) -> list[Problem]:
        """All that is wrong with a file as rows of this study; nothing is stored."""
        require(self.actor, "check")
        try:
            self._accept([path], table=table, layer=layer)
        except Problems as problems:
            return list(problems.found)
        return []

    def preview(
        self, paths: Sequence[Path], *, table: str | None = None, layer: str | None = None
    ) -> dict[str, tuple[int, str]]:
        """Rows of each table that files would bring, with the file, checked in full; nothing is stored.

        Raises
        ------
        Problems
            All that is wrong with the files.
        """
        require(self.actor, "check")
        brought = self._accept(paths, table=table, layer=layer)
        return {name: (len(one.rows), one.file) for name, one in brought.items()}

    def _accept(self, paths: Sequence[Path], *, table: str | None, layer: str | None) -> dict[str, Brought]:
        extent, current = self.settings.extent, self.tables()
        return accept(paths, extent=extent, current=current, law=self.law, table=table, layer=layer)

    def import_file(self, path: Path, *, reason: str, table: str | None = None, layer: str | None = None) -> ChangeSet:
        """Lay the rows of a file over the record, as one change set; as ``import_files`` of one."""
        return self.import_files([path], reason=reason, table=table, layer=layer)

    def import_files(
        self, paths: Sequence[Path], *, reason: str, table: str | None = None, layer: str | None = None
    ) -> ChangeSet:
        """Lay the rows of files over the record, as one change set: all of them or none.

        Raises
        ------
        Problems
            All that is wrong with the files or with the record as it would be; nothing is stored then. QD411 if every
            row is as in the record.
        """
        require(self.actor, "import")
        brought = self._accept(paths, table=table, layer=layer)
        source = ", ".join(path.name for path in paths)
        with self._record() as record:
            rows = {name: one.rows for name, one in brought.items()}
            return record.append(rows, actor=self.actor.name, source=source, reason=reason, at=now())

    def change(self, number: int) -> dict[str, Any]:
        """One change set: who, when, from where, why, and how many rows.

        Raises
        ------
        Problems
            QD407 if there is no such change set.
        """
        rows = self.history()
        found = rows[rows["number"] == number].to_dict("records")
        raise_if([] if found else [problem("QD407", number=number, last=len(rows))])
        return {str(name): value for name, value in found[0].items()}

    def undo(self, number: int, *, reason: str) -> ChangeSet:
        """Restore what a change set changed, by a new change set."""
        require(self.actor, "undo")
        with self._record() as record:
            return record.undo(number, actor=self.actor.name, reason=reason, at=now())

    def plan(
        self,
        *,
        scenario: str | None = None,
        as_of: date | None = None,
        known_on: date | None = None,
        until: str = STEPS[-1],
        cluster: str | None = None,
        note: Note = silent,
        solving: Solving = unseen,
    ) -> Run:
        """Run the steps and keep the run in its folder; a run with the same inputs is read, not made again.

        Parameters
        ----------
        scenario
            A scenario of ``study.toml``; the study's own if none is named.
        as_of
            Day of the picture, if another than the study's.
        known_on
            Use the record as it was known at the end of that day.
        until
            Last step to run.
        cluster
            Address of a Dask cluster that works on the draws; this machine if none is named. The results are the same,
            so it is no part of the fingerprint.
        note
            Told each part as it is done.
        solving
            Told each better programme and bound.

        Raises
        ------
        Problems
            All that is wrong with the study, or keeps a step from an answer; QD750–QD752 of the cluster.
        """
        from quydat.app.write import Inputs, write_results

        require(self.actor, "plan")
        settings = self.settings
        chosen, day = scenario or settings.scenario, as_of or settings.as_of
        settings.parameters_of(chosen)
        check_step(until)
        elsewhere = Cluster(cluster) if cluster else None
        if elsewhere is not None:
            elsewhere.check()
        rows, survey, law, head = self.planned_on(day, known_on)
        inputs = Inputs(rows, survey, settings, law, chosen, day, until, known_on)

        def write(folder: Path) -> None:
            timer = Timer(note)
            results = plan(
                rows, settings, scenario=chosen, as_of=day, until=until, survey=survey, law=law,
                runner=elsewhere, progress=timer.step, solving=solving,
            )  # fmt: skip
            write_results(folder, inputs=inputs, results=results, at=now(), record_head=head, note=timer.begin)
            timer.end()

        return Run(write_run(self.folder, inputs.fingerprint(), write), actor=self.actor)

    def what_if(
        self,
        changes: Sequence[str] = (),
        *,
        scenario: str | None = None,
        as_of: date | None = None,
        later_years: int = 0,
        without: Sequence[str] = (),
    ) -> Answered:
        """The account of a scenario with something changed, beside the account as it is; nothing is kept.

        Parameters
        ----------
        changes
            Each ``key=value``, as ``quydat.app.changes.read_changes`` takes it.
        scenario, as_of
            As for ``plan``.
        later_years
            Years by which every park comes later; earlier if below 0.
        without
            Ids of parks that do not come.

        Raises
        ------
        Problems
            What is wrong with the changes: QD310, QD770–QD779; or with the study, as ``plan``.
        """
        require(self.actor, "what_if")
        settings = self.settings
        chosen, day = scenario or settings.scenario, as_of or settings.as_of
        settings.parameters_of(chosen)
        rows, survey, law, _ = self.planned_on(day, None)
        asked, stated, basis = what_if(rows, settings, scenario=chosen, as_of=day, survey=survey, law=law)
        read = read_changes(changes, parameters=stated, parks=asked.parks, later_years=later_years, without=without)
        return answered(asked, read, scenario=settings.scenarios[chosen], stated=stated, basis=basis)

    def planned_on(
        self, day: date, known_on: date | None
    ) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], Pack, str]:
        """What steps run over: record with the procedure of the law on a day, survey, law; and head of the record."""
        require(self.actor, "read")
        with self._record() as record:
            rows = {t.name: record.read(t.name, known_on=known_on) for t in record_tables()}
            survey = {t.name: record.read(t.name, known_on=known_on) for t in survey_tables()}
            head = record.head()
        law = self.law
        raise_if(check_whole({}, rows, extent=self.settings.extent, law=law))
        return lay(rows, read_template(law.tables, rows["procedure_step"]), on=day), survey, law, head

    def runs(self) -> list[Run]:
        """All runs that are whole, the oldest first."""
        require(self.actor, "runs")
        whole = []
        for path in list_runs(self.folder):
            try:
                whole.append(Run(path, actor=self.actor))
            except Problems:
                continue
        return sorted(whole, key=lambda run: (str(run.manifest["made_at"]), run.fingerprint))

    def run(self, name: str | None = None) -> Run:
        """A run by its fingerprint or the first characters of it; the latest if none is named.

        Raises
        ------
        Problems
            QD601, QD602, QD604.
        """
        require(self.actor, "runs")
        if name is not None:
            return Run(find_run(self.folder, name), actor=self.actor)
        runs = self.runs()
        raise_if([] if runs else [problem("QD606", path=self.folder)])
        return runs[-1]

    def export(self, path: Path, *, lang: Lang = "vi") -> Path:
        """Write the record as a GeoPackage with styles, its labels in one language."""
        require(self.actor, "export")
        export_geopackage(self.tables(), path, lang=lang)
        return path

    def verify(self) -> list[Problem]:
        """Every place where the record is not as it was written."""
        require(self.actor, "history")
        return self._record_problems()

    def _record(self) -> Record:
        return open_record(record_path(self.folder))

    def _record_problems(self) -> list[Problem]:
        try:
            with self._record() as record:
                return record.verify()
        except Problems as problems:
            return list(problems.found)


def _frame(folder: Path) -> tuple[tuple[float, float, float, float], Pack | None, list[Problem]]:
    """Extent and law of a folder with a ``study.toml``, and all that is wrong with it or with the packs it names."""
    try:
        settings = read_settings(folder)
    except Problems as problems:
        return WORLD, None, list(problems.found)
    try:
        return settings.extent, study_law(folder, settings), []
    except Problems as problems:
        return settings.extent, None, list(problems.found)


def init_study(folder: Path, *, case: str = "hcmc", actor: Actor | None = None) -> Study:
    """Make a new study from a case: its ``study.toml`` as it is, its tables as the first change set.

    Parameters
    ----------
    folder
        New folder.
    case
        Name of a shipped case, or path of a folder with ``study.toml`` and ``tables/``.

    Raises
    ------
    Problems
        Everything that is wrong with the case, at once; no folder is made then.
    """
    actor = actor or local_owner()
    require(actor, "init")
    source = case_folder(case)
    extent, law, found = _frame(source)
    brought, cells = read_brought(source)
    raise_if([*found, *problems_of(brought, cells, {}, extent=extent, law=law)])
    settings = read_settings(source)

    def fill(new: Path) -> None:
        shutil.copyfile(source / FILE, new / FILE)
        for pack in own_packs(source, settings):
            shutil.copytree(source / pack, new / pack)
        create_record(new / RECORD, study_id=settings.study_id)
        with open_record(new / RECORD) as record:
            rows = {name: one.rows for name, one in brought.items()}
            reason = f"case {source.name}"
            record.append(rows, actor=actor.name, source=f"cases/{source.name}", reason=reason, at=now(), kind="init")

    return Study(create_study(folder, fill), actor)


def open_study(study: str | Path, *, actor: Actor | None = None) -> Study:
    """Open a study folder; or a shipped case by name, in a temporary folder that goes when Python ends.

    Raises
    ------
    Problems
        QD301 if there is neither.
    """
    actor = actor or local_owner()
    if isinstance(study, str) and study in shipped() and not Path(study).exists():
        parent = Path(tempfile.mkdtemp(prefix="quydat-"))
        made = init_study(parent / study, case=study, actor=actor)
        # Not with the study object: runs of it are read from the folder too.
        atexit.register(shutil.rmtree, parent, ignore_errors=True)
        return made
    return Study(find_study(Path(study)), actor)
