"""How the record's file is opened: explicit transactions, every commit on the disk."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool


def _connect(path: Path) -> Any:
    # Without mode=rw an empty file is made where the record has gone.
    return sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?mode=rw", uri=True)


@dataclass(frozen=True)
class Driver:
    """Which SQLite is used; another one is put in by the power-cut tests only.

    Attributes
    ----------
    module
        DB-API module.
    connect
        Opens an existing file.
    busy_ms
        How long to wait for another writer.
    """

    module: ModuleType | Any = sqlite3
    connect: Callable[[Path], Any] = _connect
    busy_ms: int = 5000


SQLITE = Driver()


def engine_of(path: Path, driver: Driver) -> Engine:
    """Engine on one file. It keeps no connection open: the file can be copied or moved between calls."""
    engine = create_engine(
        "sqlite+pysqlite://",
        module=driver.module,
        creator=lambda: driver.connect(path),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are said below, not guessed by the driver
    )

    def settings(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {driver.busy_ms}",
            "trusted_schema = OFF",
            # The write-ahead log needs shared memory, which network drives do not have.
            "journal_mode = DELETE",
            # FULL can lose the last commit if the deleted journal comes back after a power cut; EXTRA cannot.
            "synchronous = EXTRA",
            "fullfsync = ON",
            "recursive_triggers = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", settings)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the record throughout."""
    with _transaction(engine, "BEGIN") as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection that is the only writer from first read to commit: no update is lost between."""
    with _transaction(engine, "BEGIN IMMEDIATE") as connection:
        yield connection


@contextmanager
def _transaction(engine: Engine, begin: str) -> Iterator[Connection]:
    with engine.connect() as connection:
        connection.exec_driver_sql(begin)
        try:
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            # SQLite may have rolled back by itself (disk full); closing the connection does what is left.
            if getattr(connection.connection.dbapi_connection, "in_transaction", True):
                connection.exec_driver_sql("ROLLBACK")
            raise
