"""Which rows of a table a number was made from, as a text that can be read and followed again."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

import pandas as pd

UNKNOWN = "unknown"
"""Stands for rows in which the column is not known."""


@dataclass(frozen=True)
class Selection:
    """Rows of a table of a run in which columns have given values, and the column that was added up or counted.

    >>> chosen = Selection("establishment", {"section": "C", "unit_id": "Xã A&B"}, "gross_floor_area_m2")
    >>> chosen.ref
    'establishment?section=C&unit_id=X%C3%A3%20A%26B#gross_floor_area_m2'
    >>> Selection.of(chosen.ref) == chosen
    True
    """

    table: str
    where: Mapping[str, str]
    attribute: str

    @property
    def ref(self) -> str:
        """The selection as one text."""
        conditions = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.where.items())
        return f"{self.table}?{conditions}#{self.attribute}"

    @staticmethod
    def of(ref: str) -> "Selection":
        """The selection that ``ref`` tells of.

        Raises
        ------
        ValueError
            If it is no such text.
        """
        table, question, rest = ref.partition("?")
        conditions, hash_, attribute = rest.rpartition("#")
        if not (table and question and hash_ and attribute):
            raise ValueError(f"{ref!r} names no rows")
        parts = [part.partition("=") for part in conditions.split("&") if part]
        return Selection(table, {name: unquote(value) for name, _, value in parts}, attribute)

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the table that are meant; several values of a column stand between vertical bars.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        mask = pd.Series(True, index=frame.index)
        for name, value in self.where.items():
            allowed = value.split("|")
            column = frame[name].astype("object")
            # Some columns have the word itself where the value is not known.
            mask &= (column.notna() & column.astype("str").isin(allowed)) | (column.isna() & (UNKNOWN in allowed))
        return frame[mask.to_numpy(bool)]
