"""Excel templates of record tables, made from the dictionary."""

from collections.abc import Sequence
from pathlib import Path

from quydat.app.permission import Actor, local_owner, require
from quydat.core.problem import problem, raise_if
from quydat.core.text import Lang
from quydat.dictionary.schema import record_tables
from quydat.formats.workbook import template


def write_template(path: Path, *, names: Sequence[str], lang: Lang, actor: Actor | None = None) -> Path:
    """Write a template of the named tables, or of all.

    Raises
    ------
    Problems
        QD106 for a table that the record does not have.
    """
    require(actor or local_owner(), "template")
    known = {table.name: table for table in record_tables()}
    raise_if(problem("QD106", table=name, known=", ".join(known)) for name in names if name not in known)
    template([known[name] for name in names] or list(known.values()), path, lang=lang)
    return path
