"""The one place where what SQLite and the disk report becomes a problem of the catalogue."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from quydat.core.files import no_room, write_problem
from quydat.core.problem import Problem, Problems, problem

_LOCKED = ("database is locked", "database table is locked", "database is busy")
_FULL = ("database or disk is full",)
_DAMAGED = (
    "malformed",
    "not a database",
    "unsupported file format",
    "could not decode",
    "no such table",
    "no such column",
)
_REFUSED = ("readonly database", "unable to open", "permission denied", "authorization denied")


@contextmanager
def as_problems(path: Path) -> Iterator[None]:
    """Turn errors of the data base and the disk into problems about the record at ``path``.

    Raises
    ------
    Problems
        QD402 damaged, QD405 locked, QD406 disk full, QD108 not writable.
    """
    try:
        yield
    except DBAPIError as error:
        found = of_database(error.orig or error, path)
        if found is None:
            raise
        raise Problems([found]) from error
    except sqlite3.Error as error:
        found = of_database(error, path)
        if found is None:
            raise
        raise Problems([found]) from error
    except UnicodeDecodeError as error:
        # Text of a damaged file, in a message of SQLite too.
        raise Problems([problem("QD402", why=error)]) from error
    except OSError as error:
        raise Problems([write_problem(error, path)]) from error


def of_database(error: BaseException, path: Path) -> Problem | None:
    """The problem that an error of the data base stands for; None for a mistake in the program."""
    text = str(error).casefold()
    if any(words in text for words in _LOCKED):
        return problem("QD405")
    if any(words in text for words in _FULL):
        return problem("QD406", path=path)
    if any(words in text for words in _DAMAGED):
        return problem("QD402", why=error)
    if any(words in text for words in _REFUSED):
        return problem("QD108", path=path, why=error)
    if "disk i/o error" in text:
        # SQLite says "full" for one error number only; a quota or a limit on file size comes as an I/O error.
        return problem("QD406", path=path) if no_room(path) else problem("QD108", path=path, why=error)
    return None
