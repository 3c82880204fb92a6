"""What a report is written from: the frozen results of one run, with the ledger of its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.text import Lang
from quydat.report.figures import add_report_figures
from quydat.report.rows import records
from quydat.report.sources import Source, sources_by_id


@dataclass(frozen=True)
class StudyInfo:
    """Which city, seen on which day, over which years, at which prices, under which scenario."""

    study_id: str
    name_vi: str
    name_en: str
    as_of: date
    start_year: int
    end_year: int
    price_year: int
    scenario: str

    def name(self, lang: Lang) -> str:
        """Name of the study in one language."""
        return self.name_vi if lang == "vi" else self.name_en


@dataclass(frozen=True)
class Snapshot:
    """The results of one run.

    Attributes
    ----------
    record, tables
        Record tables and result tables by name, with the columns of the dictionary.
    ledger
        Every published number. It must hold the report's own figures too: make snapshots with ``take``.
    fingerprint, version
        Name of the run, and the version of the program that made it.
    focus
        Ids of the parks with a line of their own in the report, in the order in which they are shown.
    """

    study: StudyInfo
    record: Mapping[str, pd.DataFrame]
    tables: Mapping[str, pd.DataFrame]
    ledger: Ledger
    fingerprint: str
    version: str
    focus: tuple[str, ...] = ()
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def place(self) -> str:
        """The city as a whole, as the land account names it: the first place of the account."""
        return str(self.tables["balance"]["place"].iloc[0])

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources of the record by id."""
        return sources_by_id(self.record.get("source"))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of a result table or, where there is none of that name, of a record table; nobody may change them.

        None where the study or the release of the run has no such table.
        """
        if name not in self._rows:
            found = self.tables.get(name, self.record.get(name))
            self._rows[name] = [] if found is None else records(found)
        return self._rows[name]

    @property
    def surveyed(self) -> bool:
        """Whether establishments were surveyed at all."""
        made = self.tables.get("establishment")
        return made is not None and not made.empty

    @property
    def made_up(self) -> bool:
        """Whether the survey is illustrative, in any part of it."""
        return self.surveyed and Basis.ILLUSTRATIVE.value in set(self.tables["establishment"]["basis"])

    @property
    def focus_here(self) -> tuple[str, ...]:
        """Parks of the focus that the run knows and whose procedure it has followed."""
        known = set(self.tables["procedure"]["park_id"])
        return tuple(park for park in self.focus if park in known)


def take(
    study: StudyInfo,
    *,
    record: Mapping[str, pd.DataFrame],
    tables: Mapping[str, pd.DataFrame],
    ledger: Ledger,
    fingerprint: str,
    version: str,
    focus: tuple[str, ...] = (),
) -> Snapshot:
    """Take the snapshot of a run and write the figures that only the report needs into its ledger.

    Those are: how many focus parks there are and how many are late, what lists of parks have in common, and
    the cells of the record and the parameters that the report prints. Ids that are there already stay.
    """
    snapshot = Snapshot(study, record, tables, ledger, fingerprint, version, focus)
    add_report_figures(ledger, record=record, tables=tables, focus=snapshot.focus_here)
    return snapshot
