"""Typed rows for tests, by the same door as a user's files."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import tables

WHO = {"actor": "an", "source": "press", "reason": "test"}


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Typed table with these rows; raises if the dictionary refuses one."""
    if not rows:
        return empty(tables()[name])
    frame, found = typed(pd.DataFrame(rows, columns=tables()[name].columns), tables()[name])
    assert not found, found
    return frame


def sources(*ids: str, publisher: str = "vnexpress.net") -> pd.DataFrame:
    """Rows of the table of sources."""
    return table("source", [{"source_id": i, "kind": "press", "publisher": publisher} for i in ids])


def parks(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of the table of parks; what is not given is unknown, or a plain value where it is required."""
    plain = {
        "name_vi": "Khu", "name_en": "Park", "kind": "industrial_park", "district": "Bình Chánh",
        "state": "planned",        "source_ids": "s1", "confidence": "high", "basis": "published",
    }  # fmt: skip
    return table("park", [plain | {"zone_group": row["park_id"]} | dict(row) for row in rows])


def moment(day: int, hour: int = 0) -> datetime:
    """A moment in 2025, counted in days from its first."""
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=hour)
