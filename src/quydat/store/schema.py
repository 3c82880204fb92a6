"""The record's tables in SQL, made from the dictionary, and the triggers that let rows only be added."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, MetaData, Table, Text, text

from quydat.dictionary.schema import Attribute, record_tables
from quydat.dictionary.schema import Table as Definition

APPLICATION_ID = 0x51554459
"""'QUDY': tells the record from any other SQLite file, a GeoPackage too."""

FORM = 5
"""Form version of the record; raised with every change of the tables below or of the dictionary's.

1: tables of the record only. 2: segments of the survey tables too. 3: tables and columns for the law and for cases.
4: series, sector groups and places of the forecast. 5: projects, delivery models, money and limits of the
programme: see ``form``.
"""

VERSION_COLUMNS = ("version", "row_key", "change_set", "superseded_by", "withdrawn")
_GUARDED = "the record is append-only"


@dataclass(frozen=True)
class Schema:
    """SQL tables: the change sets, the meta data, and one table of versions for each record table by name."""

    metadata: MetaData
    change_set: Table
    meta: Table
    segment: Table
    versions: dict[str, Table]
    triggers: tuple[str, ...]


@cache
def schema() -> Schema:
    """The SQL tables of the record.

    Raises
    ------
    ValueError
        If the dictionary uses a name that the record needs itself.
    """
    metadata = MetaData()
    change_set = Table(
        "change_set",
        metadata,
        Column("number", Integer, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("at", "actor", "source", "reason", "kind")),
        *(Column(name, Integer, nullable=False) for name in ("rows_added", "rows_changed", "rows_withdrawn")),
        *(Column(name, Text, nullable=False) for name in ("content_hash", "previous_hash", "hash")),
    )
    meta = Table(
        "meta",
        metadata,
        Column("name", Text, primary_key=True, nullable=False),
        Column("value", Text, nullable=False),
    )
    segment = Table(
        "segment",
        metadata,
        Column("change_set", Integer, primary_key=True),
        Column("table_name", Text, primary_key=True),
        Column("sha256", Text, nullable=False),
        *(Column(name, Integer, nullable=False) for name in ("rows_added", "rows_changed", "rows_withdrawn")),
    )
    versions = {table.name: _versions(table, metadata) for table in record_tables()}
    triggers = [_no_change(change_set, "number"), _no_change(meta, "name")]
    triggers.append(_no_change(segment, "change_set", "table_name"))
    triggers += [_only_superseding(table) for table in versions.values()]
    statements = tuple(statement for group in triggers for statement in group)
    return Schema(metadata, change_set, meta, segment, versions, statements)


def _versions(table: Definition, metadata: MetaData) -> Table:
    taken = set(VERSION_COLUMNS) & set(table.columns)
    if taken or table.name in metadata.tables:
        raise ValueError(f"the record needs these names itself: {table.name} {sorted(taken)}")
    return Table(
        table.name,
        metadata,
        Column("version", Integer, primary_key=True),
        Column("row_key", Text, nullable=False),
        Column("change_set", Integer, nullable=False),
        Column("superseded_by", Integer),
        Column("withdrawn", Integer, nullable=False),
        *(Column(attribute.name, _sql_type(attribute)) for attribute in table),
        CheckConstraint("superseded_by > change_set"),
        CheckConstraint("withdrawn IN (0, 1)"),
        Index(f"{table.name}_current", "row_key", unique=True, sqlite_where=text("superseded_by IS NULL")),
        Index(f"{table.name}_of_change_set", "change_set"),
    )


def _sql_type(attribute: Attribute) -> type[Text] | type[Float[float]] | type[Integer]:
    if attribute.type == "number":
        return Float
    return Integer if attribute.type in ("integer", "year", "boolean") else Text


def _refuse(table: Table, when: str, condition: str, name: str) -> str:
    return (
        f'CREATE TRIGGER "{table.name}_{name}" BEFORE {when} ON "{table.name}" {condition} '
        f"BEGIN SELECT RAISE(ABORT, '{_GUARDED}'); END"
    )


def _no_change(table: Table, *key: str) -> list[str]:
    # A REPLACE deletes without asking the delete trigger, hence the third.
    same = " AND ".join(f'"{part}" = NEW."{part}"' for part in key)
    there = f'WHEN EXISTS (SELECT 1 FROM "{table.name}" WHERE {same})'  # noqa: S608, names of the dictionary
    return [
        _refuse(table, "DELETE", "", "kept"),
        _refuse(table, "UPDATE", "", "unchanged"),
        _refuse(table, "INSERT", there, "once"),
    ]


def _only_superseding(table: Table) -> list[str]:
    same = " AND ".join(
        f'OLD."{column.name}" IS NEW."{column.name}"' for column in table.columns if column.name != "superseded_by"
    )
    ends = "OLD.superseded_by IS NULL AND NEW.superseded_by IS NOT NULL"
    there = (
        f'WHEN EXISTS (SELECT 1 FROM "{table.name}" WHERE version = NEW.version '  # noqa: S608, names of the dictionary
        "OR (row_key = NEW.row_key AND superseded_by IS NULL AND NEW.superseded_by IS NULL))"
    )
    return [
        _refuse(table, "DELETE", "", "kept"),
        _refuse(table, "UPDATE", f"WHEN NOT ({ends} AND {same})", "superseded_only"),
        _refuse(table, "INSERT", there, "once"),
    ]
