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


HEAD = "series_id,period,indicator,place,sector,measure,unit,base_year,value,source_ids,confidence,basis\n"
_UNITS = {"level": "bn VND", "index": "index", "growth": "%"}


def series_row(
    series: str, period: object, value: object, *, measure: str = "level", unit: str | None = None,
    base: int | None = None, place: str = "elsewhere",
) -> str:  # fmt: skip
    """A row of a file that a user brings, under ``HEAD``."""
    said = (
        series,
        period,
        "output",
        place,
        "all",
        measure,
        unit or _UNITS[measure],
        "" if base is None else base,
        value,
    )
    return ",".join(map(str, said)) + ",general-knowledge,low,assumed\n"
