"""Whether anyone touched the record: every hash worked out again from what the file holds."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from quydat.core.problem import Problem, problem
from quydat.dictionary.schema import record_tables
from quydat.store.changes import chained, content_hash, first_hash, plain
from quydat.store.form import brought_up_to
from quydat.store.schema import FORM, Schema
from quydat.store.segments import Segment, fault


def breaks(connection: Connection, sql: Schema, folder: Path) -> list[Problem]:
    """All places where the chain of change sets, their rows or the order of versions is not whole."""
    entries = [dict(row) for row in connection.execute(select(sql.change_set).order_by("number")).mappings()]
    versions: dict[Any, list[tuple[str, dict[str, Any]]]] = {}
    found: list[tuple[Any, str]] = []
    for table in record_tables():
        rows = [
            dict(row)
            for row in connection.execute(
                select(sql.versions[table.name]).order_by(sql.versions[table.name].c.version)
            ).mappings()
        ]
        for row in rows:
            versions.setdefault(plain_key(row["change_set"]), []).append((table.name, row))
        found += list(_lives(table.name, rows))
    meta = {row[0]: row[1] for row in connection.execute(select(sql.meta.c.name, sql.meta.c.value))}
    segments: dict[Any, list[dict[str, Any]]] = {}
    for entry in connection.execute(select(sql.segment).order_by("change_set", "table_name")).mappings():
        segments.setdefault(plain_key(entry["change_set"]), []).append(dict(entry))
        if why := fault(folder, Segment(*entry.values())):
            found.append((plain_key(entry["change_set"]), why))
    found += list(_chain(entries, versions, segments, meta))
    known = {entry["number"] for entry in entries}
    found += [
        (number, f"{len(rows)} rows belong to no change set: {rows[0][0]}/{rows[0][1]['row_key']}")
        for number, rows in versions.items()
        if number not in known
    ]
    found += [(number, "a segment belongs to no change set") for number in segments if number not in known]
    found.sort(key=lambda item: (not isinstance(item[0], int), str(item[0]).rjust(20), item[1]))
    return [problem("QD403", number=number, why=why) for number, why in found]


def plain_key(value: Any) -> Any:
    """A value that can be looked up and shown, whatever someone put there."""
    return str(plain(value)) if isinstance(value, bytes) else value


def _chain(
    entries: list[dict[str, Any]],
    versions: Mapping[Any, list[tuple[str, dict[str, Any]]]],
    segments: Mapping[Any, list[dict[str, Any]]],
    meta: Mapping[str, str],
) -> Iterator[tuple[Any, str]]:
    if not _own_data_right(meta):
        yield 0, f"the record's own data are {dict(meta)}"
    previous, last_at = first_hash(str(meta.get("study_id"))), ""
    for number, entry in enumerate(entries, start=1):
        named = entry["number"]
        if named != number:
            yield named, f"it stands where {number} should stand"
        if entry["previous_hash"] != previous:
            yield named, "it is not tied to the change set before, or to this study"
        if entry["hash"] != chained(entry):
            yield named, "its own entry does not have its hash"
        if content_hash(versions.get(named, []), segments.get(named, [])) != entry["content_hash"]:
            yield named, "its rows do not have their hash"
        if str(entry["at"]) < last_at:
            yield named, "it is earlier than the one before"
        previous, last_at = entry["hash"], str(entry["at"])


def _own_data_right(meta: Mapping[str, str]) -> bool:
    """Whether the record's own data are those of this form, or of an older one that was brought up to it."""
    rest = {name: value for name, value in meta.items() if name != "study_id"}
    return "study_id" in meta and _steps_hold(rest)


def _lives(table: str, rows: list[dict[str, Any]]) -> Iterator[tuple[Any, str]]:
    """Versions of one key follow each other: each ended by the change set of the next, the last by none."""
    open_version: dict[Any, dict[str, Any]] = {}
    for row in rows:
        before = open_version.get(plain_key(row["row_key"]))
        if before is not None and before["superseded_by"] != row["change_set"]:
            yield (
                plain_key(row["change_set"]),
                f"{table}/{row['row_key']}: the version before does not end here",
            )
        open_version[plain_key(row["row_key"])] = row
    for key, row in open_version.items():
        if row["superseded_by"] is not None:
            yield (
                plain_key(row["change_set"]),
                f"{table}/{key}: its last version is ended, but nothing follows",
            )


def _steps_hold(meta: dict[str, str]) -> bool:
    """Whether a record that was made in one form was brought up from it, in one step or several, to this one."""
    made = meta.pop("form", "")
    steps = {brought_up_to(form): str(form) for form in range(2, FORM + 1)}
    known = made.isdigit() and 1 <= int(made) <= FORM and meta.items() <= steps.items()
    return known and all(int(to) > int(made) for to in meta.values()) and str(FORM) in {made, *meta.values()}
