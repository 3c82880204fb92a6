"""Series for tests: rows as a user brings them, and values made up by a plain rule."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from tests.support.rows import table

PLAIN = {
    "series_id": "s", "indicator": "output", "place": "c", "sector": "all", "measure": "level", "unit": "bn VND",
    "source_ids": "a", "confidence": "high", "basis": "published",
}  # fmt: skip


def series_rows(periods: Sequence[object], values: Sequence[object], **same: Any) -> pd.DataFrame:
    """Rows of one series; ``same`` replaces what all of them hold."""
    pairs = zip(periods, values, strict=True)
    return table("series", [PLAIN | same | {"period": str(period), "value": value} for period, value in pairs])


def several(*rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of several series as one table."""
    return pd.concat(rows, ignore_index=True)
