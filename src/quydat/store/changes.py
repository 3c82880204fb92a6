"""One change set: what it says, what it holds, and the hash that ties it to the one before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from quydat.core.fingerprint import sha256
from quydat.store.values import Values

Kind = Literal["init", "import", "undo", "review"]
Change = Literal["added", "changed", "withdrawn"]


@dataclass(frozen=True)
class ChangeSet:
    """Who changed what, when, from which source and why.

    Attributes
    ----------
    number
        1 for the first.
    content_hash
        Hash of all row versions that it brought, in order.
    previous_hash, hash
        The chain: ``hash`` covers every other field, ``previous_hash`` among them.
    """

    number: int
    at: datetime
    actor: str
    source: str
    reason: str
    kind: Kind
    rows_added: int
    rows_changed: int
    rows_withdrawn: int
    content_hash: str
    previous_hash: str
    hash: str


HASHED = tuple(field.name for field in fields(ChangeSet) if field.name != "hash")
"""Fields that the hash of a change set covers, as the record writes them."""


@dataclass(frozen=True)
class Version:
    """One version of one row, before it is written."""

    table: str
    row_key: str
    cells: Values | None
    """None: the row is no longer there."""
    ends: int | None
    """The version that it supersedes."""
    change: Change


def first_hash(study_id: str) -> str:
    """What the first change set is tied to: no record can be passed off as that of another study."""
    return sha256(["quydat record", study_id])


def chained(entry: Mapping[str, Any]) -> str:
    """Hash of a change set, given as the record writes it."""
    return sha256({name: plain(entry[name]) for name in HASHED})


def content_hash(versions: Iterable[tuple[str, Mapping[str, Any]]], segments: Iterable[Mapping[str, Any]] = ()) -> str:
    """Hash of what a change set brought: row versions, given as (table, row of the record), and segments.

    Unknown cells are left out, so that a column added later changes no hash.
    """
    return sha256(
        [
            [
                table,
                plain(row["version"]),
                plain(row["row_key"]),
                plain(row["withdrawn"]),
                {name: plain(value) for name, value in row.items() if name not in _OWN and value is not None},
            ]
            for table, row in versions
        ]
        + [["segment", *(plain(segment[name]) for name in SEGMENT_HASHED)] for segment in segments]
    )


SEGMENT_HASHED = ("table_name", "sha256", "rows_added", "rows_changed", "rows_withdrawn")
"""What the record says of a segment, as its change set's hash covers it."""


def plain(value: Any) -> Any:
    """A cell as JSON; bytes, which only someone else can have written, as what they are."""
    return {"bytes": value.hex()} if isinstance(value, bytes) else value


_OWN = frozenset({"version", "row_key", "change_set", "superseded_by", "withdrawn"})
