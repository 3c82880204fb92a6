"""Writing one change set in the caller's transaction: old versions are ended, new ones added."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from quydat.core.problem import Problems, problem
from quydat.dictionary.schema import record_tables
from quydat.store.changes import ChangeSet, Kind, Version, chained, content_hash, first_hash
from quydat.store.schema import Schema
from quydat.store.segments import Versions, write_segment
from quydat.store.values import instant


def last(connection: Connection, sql: Schema) -> tuple[int, str, str]:
    """Number, hash and time of the last change set; 0 and what the first is tied to, if there is none."""
    entries, meta = sql.change_set, sql.meta
    row = connection.execute(
        select(entries.c.number, entries.c.hash, entries.c.at).order_by(entries.c.number.desc()).limit(1)
    ).first()
    if row is not None:
        return row[0], row[1], row[2]
    study_id = connection.scalar(select(meta.c.value).where(meta.c.name == "study_id"))
    return 0, first_hash(str(study_id)), ""


def known(connection: Connection, sql: Schema, number: int) -> int:
    """The number, if there is such a change set; else QD407."""
    newest = last(connection, sql)[0]
    if not 1 <= number <= newest:
        raise Problems([problem("QD407", number=number, last=newest)])
    return number


def write(
    connection: Connection, sql: Schema, versions: Sequence[Version], *, actor: str, source: str, reason: str,
    at: datetime, kind: Kind, folder: Path, bulk: Mapping[str, Versions],
) -> ChangeSet:  # fmt: skip
    """Add a change set with these versions, those of survey tables as segments in the record's folder.

    Raises
    ------
    Problems
        QD411 if there are none, QD412 if ``at`` is before the last change set.
    """
    newest, previous_hash, last_at = last(connection, sql)
    if instant(at) < last_at:
        raise Problems([problem("QD412", at=instant(at), last=last_at)])
    bulk = {name: brought for name, brought in bulk.items() if len(brought.rows)}
    if not versions and not bulk:
        raise Problems([problem("QD411")])
    number = newest + 1
    rows = _insert(connection, sql, versions, number)
    segments = _add_segments(connection, sql, folder, bulk, number)
    counts = {
        f"rows_{change}": sum(version.change == change for version in versions)
        + sum(getattr(brought, change) for brought in bulk.values())
        for change in ("added", "changed", "withdrawn")
    }
    entry: dict[str, Any] = {
        "number": number,
        "at": instant(at),
        "actor": actor,
        "source": source,
        "reason": reason,
        "kind": kind,
        **counts,
        "content_hash": content_hash(rows, segments),
        "previous_hash": previous_hash,
    }
    entry["hash"] = chained(entry)
    connection.execute(insert(sql.change_set), [entry])
    return change_set_of(entry)


def change_set_of(entry: Mapping[str, Any]) -> ChangeSet:
    """A change set from what the record holds of it."""
    return ChangeSet(**{**entry, "at": datetime.fromisoformat(entry["at"])})


def _add_segments(
    connection: Connection, sql: Schema, folder: Path, bulk: Mapping[str, Versions], number: int
) -> list[dict[str, Any]]:
    """Files first, then the rows that name them: a file without its row is nobody's, and is swept up later."""
    entries = [
        {
            "change_set": number,
            "table_name": name,
            "sha256": write_segment(folder, brought),
            "rows_added": brought.added,
            "rows_changed": brought.changed,
            "rows_withdrawn": brought.withdrawn,
        }
        for name, brought in sorted(bulk.items())
    ]
    if entries:
        connection.execute(insert(sql.segment), entries)
    return entries


def _insert(
    connection: Connection, sql: Schema, versions: Sequence[Version], number: int
) -> list[tuple[str, dict[str, Any]]]:
    written: list[tuple[str, dict[str, Any]]] = []
    for definition in record_tables():
        table = sql.versions[definition.name]
        mine = [version for version in versions if version.table == definition.name]
        ended = [{"ended": version.ends} for version in mine if version.ends is not None]
        if ended:
            end = update(table).where(table.c.version == bindparam("ended")).values(superseded_by=number)
            connection.execute(end, ended)
        start = connection.scalar(select(func.max(table.c.version))) or 0
        rows = [
            {
                "version": start + i,
                "row_key": version.row_key,
                "change_set": number,
                "withdrawn": int(version.cells is None),
                **(dict.fromkeys(definition.columns) if version.cells is None else version.cells),
            }
            for i, version in enumerate(mine, start=1)
        ]
        if rows:
            connection.execute(insert(table), rows)
        written += [(definition.name, row) for row in rows]
    return written
