"""As much of DB-API 2.0 over apsw as SQLAlchemy needs: the power-cut tests need apsw's file layer."""

from collections.abc import Iterable, Sequence
from typing import Any

import apsw

apilevel, threadsafety, paramstyle = "2.0", 1, "qmark"
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))
Error = apsw.Error
PARSE_DECLTYPES = PARSE_COLNAMES = 0


class Cursor:
    """Runs a statement to its end at once, so that no statement stays open."""

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._rows: list[Any] = []

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "Cursor":
        database = self.connection.database
        cursor = database.cursor()
        self.description = None
        cursor.exec_trace = self._describe  # the only way to the columns of a result without rows
        self._rows = list(cursor.execute(sql, tuple(parameters)))
        self.rowcount = database.changes()
        self.lastrowid = database.last_insert_rowid()
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> "Cursor":
        for parameters in rows:
            self.execute(sql, parameters)
        return self

    def _describe(self, cursor: apsw.Cursor, *_: Any) -> bool:
        columns = cursor.get_description()
        self.description = [(name, *[None] * 6) for name, _ in columns] or None
        return True

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._rows = []


class Connection:
    """Transactions are said in SQL, as the store does."""

    isolation_level: Any = None

    def __init__(self, database: apsw.Connection) -> None:
        self.database = database

    @property
    def in_transaction(self) -> bool:
        return self.database.in_transaction

    def cursor(self) -> Cursor:
        return Cursor(self)

    def create_function(self, *_: Any, **__: Any) -> None:
        """The dialect brings a function for regular expressions; the store uses none."""

    def commit(self) -> None:
        if self.database.in_transaction:
            self.database.execute("COMMIT")

    def rollback(self) -> None:
        if self.database.in_transaction:
            self.database.execute("ROLLBACK")

    def close(self) -> None:
        self.database.close()
