"""The record of a study: one file to which change sets are added and from which any past state is read."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import pandas as pd
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from quydat.core.files import sync, write_problem
from quydat.core.problem import Problem, Problems, problem, raise_if
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import record_tables, survey_tables, tables
from quydat.store import segments as bulk
from quydat.store.changes import ChangeSet, Kind
from quydat.store.compare import differences, way_back
from quydat.store.engine import SQLITE, Driver, engine_of, reading, writing
from quydat.store.errors import as_problems
from quydat.store.form import bring_up, check_file, check_form, fill
from quydat.store.schema import FORM, schema
from quydat.store.values import end_of, frame_of
from quydat.store.verify import breaks
from quydat.store.write import known, last, write


def create_record(path: Path, *, study_id: str, _driver: Driver = SQLITE) -> None:
    """Make an empty record.

    Raises
    ------
    Problems
        QD409 if something stands at ``path``; QD406 disk full; QD108 not writable.
    """
    if path.exists():
        raise Problems([problem("QD409", path=path)])
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        try:
            temporary.touch()
            with as_problems(path):
                fill(temporary, study_id=study_id, driver=_driver)
            temporary.rename(path)
            sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
            temporary.with_name(temporary.name + "-journal").unlink(missing_ok=True)
    except OSError as error:
        raise Problems([write_problem(error, path)]) from error


def open_record(path: Path, *, _driver: Driver = SQLITE) -> "Record":
    """Open a record.

    Raises
    ------
    Problems
        QD401 not there; QD402 not a record, or damaged; QD404 written by a newer version; QD405 locked.
    """
    with as_problems(path):
        check_file(path)
    record = Record(path, _driver=_driver)
    try:
        with record._reading() as connection:
            form = check_form(connection)
        if form < FORM:
            with record._writing() as connection:
                bring_up(connection)
    except DBAPIError as error:  # whatever else SQLite says of a file that it cannot check
        record.close()
        raise Problems([problem("QD402", why=error.orig or error)]) from error
    except BaseException:
        record.close()
        raise
    return record


class Record:
    """A record that is open; made by ``open_record``. No method reads a clock: the caller says the time."""

    def __init__(self, path: Path, *, _driver: Driver = SQLITE) -> None:
        self.path = path
        self._engine = engine_of(path, _driver)
        self._sql = schema()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @property
    def folder(self) -> Path:
        """Folder of the record; the segments of survey tables lie in one beside it."""
        return self.path.parent

    @property
    def study_id(self) -> str:
        """The study whose record this is."""
        with self._reading() as connection:
            meta = self._sql.meta
            return str(connection.scalar(select(meta.c.value).where(meta.c.name == "study_id")))

    def append(
        self,
        given: Mapping[str, pd.DataFrame],
        *,
        actor: str,
        source: str,
        reason: str,
        at: datetime,
        kind: Kind = "import",
        withdraw_missing: bool = False,
        withdraw: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> ChangeSet:
        """Add what is new or different in the given tables, in one transaction.

        Parameters
        ----------
        given
            Typed tables by name, with exactly the columns of the dictionary (survey tables as in
            ``dictionary.bulk``). Rows are matched by their key.
        actor, source, reason
            Who brings the rows, where they come from, and why.
        at
            Time of the change, with its time zone; not before the last change set.
        withdraw_missing
            Say of rows of the given tables that stand in the record and are not given that they are no longer
            there. Otherwise they stay as they are. Of record tables only.
        withdraw
            Keys of rows of survey tables that are no longer there, by table.

        Returns
        -------
        The change set; when this returns, it is on the disk.

        Raises
        ------
        Problems
            QD411 nothing changed, QD412 ``at`` before the last change set, QD106 unknown table, QD204 and
            QD210 for keys, QD405 locked, QD406 disk full. The record is then as before.
        """
        known = [table.name for table in (*record_tables(), *survey_tables())]
        raise_if(problem("QD106", table=name, known=", ".join(known)) for name in given if name not in known)
        with self._writing() as connection:
            held = self._segments(connection)
            bulk.sweep(self.folder, held)
            brought = {
                table.name: bulk.differences(
                    self.folder, [s for s in held if s.table == table.name],
                    given.get(table.name, empty_bulk(table)), table, withdraw=withdraw.get(table.name, ()),
                )
                for table in survey_tables() if table.name in given or table.name in withdraw
            }  # fmt: skip
            versions = [
                version
                for name in self._sql.versions
                if name in given
                for version in differences(
                    connection, given[name], tables()[name], self._sql.versions[name],
                    withdraw_missing=withdraw_missing,
                )
            ]  # fmt: skip
            return write(
                connection, self._sql, versions, actor=actor, source=source, reason=reason, at=at, kind=kind,
                folder=self.folder, bulk=brought,
            )  # fmt: skip

    def undo(self, number: int, *, actor: str, reason: str, at: datetime) -> ChangeSet:
        """Restore the rows of a change set as they were before it, by a new change set.

        Raises
        ------
        Problems
            QD407 if there is no such change set, QD408 if its rows were changed later; else as ``append``.
        """
        with self._writing() as connection:
            known(connection, self._sql, number)
            versions, found = way_back(connection, number, record_tables(), self._sql.versions)
            brought, held = {}, self._segments(connection)
            for table in survey_tables():
                back, later = bulk.way_back(self.folder, [s for s in held if s.table == table.name], number, table)
                if back is not None:
                    brought[table.name] = back
                found += self._changed_later(table.name, later, number, held)
            raise_if(found)
            source = f"change_set {number}"
            return write(
                connection, self._sql, versions, actor=actor, source=source, reason=reason, at=at, kind="undo",
                folder=self.folder, bulk=brought,
            )  # fmt: skip

    def _changed_later(
        self, table: str, keys: Sequence[str], number: int, held: Sequence[bulk.Segment]
    ) -> list[Problem]:
        if not keys:
            return []
        later = max(segment.change_set for segment in held if segment.table == table)
        named = ", ".join(f"{table}/{key}" for key in keys[:5]) + (", …" if len(keys) > 5 else "")
        return [problem("QD408", number=number, later=later, rows=named)]

    def read(
        self,
        table: str,
        *,
        known_on: date | datetime | None = None,
        change_set: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """A table as it stands, or as it stood.

        Parameters
        ----------
        table
            Name of a record table.
        known_on
            What had been entered by the end of that day (in UTC), or by that moment.
        change_set
            What stood after that change set; give this or ``known_on``.
        columns
            Attributes to read, of a survey table; all if not given.

        Returns
        -------
        The typed table, rows in the order in which they were first entered; a survey table as in
        ``dictionary.bulk``.

        Raises
        ------
        Problems
            QD106 unknown table, QD407 unknown change set.
        """
        if known_on is not None and change_set is not None:
            raise ValueError("give known_on or change_set, not both")
        if table in {one.name for one in survey_tables()}:
            with self._reading() as connection:
                upto = self._upto(connection, known_on, change_set)
                held = [s for s in self._segments(connection) if s.table == table and s.change_set <= upto]
                return bulk.read_segments(self.folder, held, tables()[table], columns=columns)
        versions = self._table(table)
        with self._reading() as connection:
            upto = self._upto(connection, known_on, change_set)
            first = (
                select(versions.c.row_key, func.min(versions.c.version).label("entered"))
                .group_by(versions.c.row_key)
                .subquery()
            )
            rows = connection.execute(
                select(versions)
                .join(first, first.c.row_key == versions.c.row_key)
                .where(versions.c.change_set <= upto, versions.c.withdrawn == 0)
                .where(versions.c.superseded_by.is_(None) | (versions.c.superseded_by > upto))
                .order_by(first.c.entered)
            )
            return frame_of([dict(row) for row in rows.mappings()], tables()[table])

    def _upto(self, connection: Connection, known_on: date | datetime | None, change_set: int | None) -> int:
        """The last change set that counts."""
        if change_set is not None:
            return known(connection, self._sql, change_set)
        if known_on is not None:
            entries = self._sql.change_set
            entered = select(func.max(entries.c.number)).where(entries.c.at <= end_of(known_on))
            return connection.scalar(entered) or 0
        return last(connection, self._sql)[0]

    def segments(self, table: str, *, known_on: date | datetime | None = None) -> list[bulk.Segment]:
        """Segments of a survey table, the first first."""
        with self._reading() as connection:
            upto = self._upto(connection, known_on, None)
            return [s for s in self._segments(connection) if s.table == table and s.change_set <= upto]

    def _segments(self, connection: Connection) -> list[bulk.Segment]:
        rows = connection.execute(select(self._sql.segment).order_by("change_set", "table_name"))
        return [bulk.Segment(*row) for row in rows]

    def history(self) -> pd.DataFrame:
        """All change sets, the first first; ``at`` in UTC. The columns are the fields of ``ChangeSet``."""
        with self._reading() as connection:
            entries = self._sql.change_set
            rows = connection.execute(select(entries).order_by(entries.c.number)).mappings().all()
        result = pd.DataFrame({c.name: [row[c.name] for row in rows] for c in entries.columns})
        whole = [c for c in result.columns if c == "number" or c.startswith("rows_")]
        text = [c for c in result.columns if c not in whole]
        result = result.astype({**dict.fromkeys(text, "str"), **dict.fromkeys(whole, "int64")})
        result["at"] = pd.to_datetime(result["at"], utc=True, format="ISO8601")
        return result

    def head(self) -> str:
        """Hash of the last change set: kept elsewhere (in a run, on paper), it shows an end cut off."""
        with self._reading() as connection:
            return last(connection, self._sql)[1]

    def verify(self) -> list[Problem]:
        """Every place where the record is not as it was written (QD402, QD403); empty if it is whole."""
        try:
            with self._reading() as connection:
                return breaks(connection, self._sql, self.folder)
        except Problems as problems:
            return list(problems.found)
        except DBAPIError as error:
            return [problem("QD402", why=error.orig or error)]

    def _table(self, name: str) -> Table:
        if name not in self._sql.versions:
            raise Problems([problem("QD106", table=name, known=", ".join(self._sql.versions))])
        return self._sql.versions[name]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with as_problems(self.path), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with as_problems(self.path), writing(self._engine) as connection:
            yield connection
