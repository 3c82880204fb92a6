"""A run: a folder that nobody changes, with what went in and what came out."""

import json
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.app.permission import Actor, local_owner, require
from quydat.core.figure import from_json
from quydat.core.ledger import Ledger
from quydat.core.problem import Problem, problem, raise_if
from quydat.core.text import Lang
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.read import empty
from quydat.dictionary.schema import Table, tables
from quydat.formats.parquet import read_bulk, read_parquet
from quydat.report.explain import explain_text, leaves
from quydat.report.explain_rows import rows_text
from quydat.report.snapshot import Snapshot, StudyInfo, take
from quydat.store.runs import check_run


class Run:
    """A run read from its folder. Result tables are attributes by name: ``run.balance``, ``run.parks``, …

    ``run.inventory`` is the table ``parks``. Its files must be as its manifest says (QD604).
    """

    def __init__(self, path: Path, *, actor: Actor | None = None) -> None:
        self.path, self.actor = path, actor or local_owner()
        require(self.actor, "runs")
        raise_if(check_run(path))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What went in: inputs, parameters, versions, seeds; and seconds used."""
        manifest: dict[str, Any] = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    @property
    def fingerprint(self) -> str:
        """Name of the run."""
        return self.path.name if "fingerprint" not in self.manifest else str(self.manifest["fingerprint"])

    @cached_property
    def figures(self) -> Ledger:
        """Every published number with its trace."""
        data = json.loads((self.path / "figures.json").read_text(encoding="utf-8"))
        figures = [from_json(one) for one in data["figures"]]
        return Ledger(as_of=self.info.as_of, figures=figures)

    @cached_property
    def info(self) -> StudyInfo:
        """The study as the run saw it."""
        study = self.manifest["study"]
        return StudyInfo(**{**study, "as_of": pd.Timestamp(study["as_of"]).date()})

    def table(self, name: str) -> pd.DataFrame:
        """A result table by name, or a table of the record as it went in.

        Raises
        ------
        Problems
            QD607 if the run stopped before the step that makes the table.
        """
        definition = tables()[name]
        file = f"{'tables' if definition.kind == 'result' else 'inputs'}/{name}.parquet"
        if file not in self.manifest["files"]:
            raise_if([self._stopped(definition.label_en, definition.label_vi)])
        return (read_bulk if definition.kind == "survey" else read_parquet)(self.path / file, table=definition)

    def _table_or_none_made(self, table: Table) -> pd.DataFrame:
        """A table of a complete run; empty if the version that made the run did not know it yet."""
        if any(name.endswith(f"/{table.name}.parquet") for name in self.manifest["files"]):
            return self.table(table.name)
        return empty_bulk(table) if table.kind == "survey" else empty(table)

    @property
    def complete(self) -> bool:
        """Whether all steps were run."""
        return bool(self.manifest["complete"])

    def _stopped(self, missing_en: str, missing_vi: str) -> Problem:
        facts = {"run": self.fingerprint, "step": self.manifest["until"]}
        return problem("QD607", **facts, missing_en=missing_en, missing_vi=missing_vi)

    @property
    def inventory(self) -> pd.DataFrame:
        """Each park today."""
        return self.table("parks")

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in tables() and tables()[name].kind == "result":
            return self.table(name)
        raise AttributeError(f"a run has no {name!r}")

    def explain(self, figure_id: str, *, lang: Lang = "vi", depth: int = 3) -> str:
        """A number back to its rows, parameters and articles, through so many levels of figures.

        Raises
        ------
        Problems
            QD603 if the run has no such figure; names the nearest.
        """
        require(self.actor, "explain")
        if figure_id not in self.figures:
            near = ", ".join(get_close_matches(figure_id, [f.figure_id for f in self.figures], n=3, cutoff=0.0))
            raise_if([problem("QD603", figure=figure_id, nearest=near, run=self.fingerprint[:8])])
        text = explain_text(figure_id, self.figures, lang, sources=self.table("source"), depth=depth)
        added_up = [item.ref for item in leaves(figure_id, self.figures) if item.kind == "rows"]
        below = [line for ref in added_up for line in rows_text(ref, self.table, lang)]
        return "\n".join([text.rstrip("\n"), *below]) + "\n"

    def snapshot(self) -> Snapshot:
        """The run as reports are written from it.

        Raises
        ------
        Problems
            QD607 if it stopped before the last step.
        """
        if not self.complete:
            raise_if([self._stopped("report", "báo cáo")])
        definitions = tables().values()
        return take(
            self.info,
            record={t.name: self._table_or_none_made(t) for t in definitions if t.kind != "result"},
            tables={t.name: self._table_or_none_made(t) for t in definitions if t.kind == "result"},
            ledger=self.figures,
            fingerprint=self.fingerprint,
            version=str(self.manifest["versions"]["quydat"]),
            focus=tuple(self.manifest["focus"]),
        )
