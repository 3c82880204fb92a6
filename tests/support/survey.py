"""Rows of the survey for tests, by the same door as a user's files."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from quydat.dictionary.bulk import typed_bulk
from quydat.dictionary.schema import tables

PLAIN = {"origin": "s", "intake_id": "i", "observed_on": "2025-01-01", "name": "Cơ sở", "basis": "surveyed"}


def bulk(table: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A bulk table with these rows; what is not given is unknown. Raises if the dictionary refuses one."""
    definition = tables()[table]
    text = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    columns = {name: [row.get(name) for row in text] for name in dict.fromkeys(n for row in text for n in row)}
    frame, faults = typed_bulk(pd.DataFrame(columns, dtype="str"), definition)
    assert not faults, faults
    return frame


def seen(*rows: Mapping[str, Any]) -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """Observations, and the establishment of each: its key ``of``, or its own id."""
    given = [PLAIN | {"observation_id": f"s/{number:03}"} | dict(row) for number, row in enumerate(rows)]
    own = pd.Series([str(row.get("of", row["observation_id"])) for row in given], dtype="str")
    return bulk("observation", [{n: v for n, v in row.items() if n != "of"} for row in given]), own


def stock(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Establishments; what is not given is unknown, or a plain value where it is required."""
    plain = {"name": "Cơ sở", "place_kind": "unknown", "basis": "surveyed", "observed_on": "2025-01-01"}
    made = []
    for number, row in enumerate(rows):
        own = str(row.get("establishment_id", f"e{number:03}"))
        made.append(plain | {"establishment_id": own, "observation_ids": own, "latest_id": own} | dict(row))
    return bulk("establishment", made)
