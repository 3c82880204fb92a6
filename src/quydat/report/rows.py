"""Rows of a table as plain Python values: None where a cell is missing, whatever the column's type."""

from typing import Any

import pandas as pd


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dictionary by attribute; missing cells are None, whole numbers are int.

    >>> records(pd.DataFrame({"a": pd.Series([1, None], dtype="Int64")}))
    [{'a': 1}, {'a': None}]
    """
    return [{str(name): plain(value) for name, value in row.items()} for row in table.astype(object).to_dict("records")]


def plain(value: Any) -> Any:
    """One cell as a plain value: missing as None, numpy scalars as Python ones."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value
