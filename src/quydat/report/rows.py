"""Rows of a table as plain Python values: None where a cell is missing, whatever the column's type."""

from typing import Any

import pandas as pd

from quydat.dictionary.cells import plain


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dictionary by attribute; missing cells are None, whole numbers are int.

    >>> records(pd.DataFrame({"a": pd.Series([1, None], dtype="Int64")}))
    [{'a': 1}, {'a': None}]
    """
    return [{str(name): plain(value) for name, value in row.items()} for row in table.astype(object).to_dict("records")]
