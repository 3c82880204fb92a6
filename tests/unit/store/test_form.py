"""Records of older forms: columns and tables are added, what they hold stays, and the guards know the new columns."""

import gzip
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.store.record import open_record

SUPPORT = Path(__file__).parents[2] / "support"


def rows(name: str, **cells: object) -> pd.DataFrame:
    made, found = typed(pd.DataFrame([cells]), tables()[name])
    assert found == []
    return made


EVENT = {"event_id": "e", "park_id": "k", "step_id": "a", "event": "filed", "on": "2026-02-10", "due_on": "2026-03-01",
         "source_ids": "s", "confidence": "high", "basis": "published"}  # fmt: skip
OPINION = {"opinion_id": "o", "park_id": "k", "step_id": "a", "agency_vi": "Sở", "agency_en": "D", "asked_on": "2026",
           "source_ids": "s", "confidence": "high", "basis": "published"}  # fmt: skip
SERIES = {"series_id": "g", "period": "2024", "indicator": "output", "place": "c", "sector": "all", "measure": "growth",
          "unit": "%", "value": "7.3", "source_ids": "s", "confidence": "high", "basis": "published"}  # fmt: skip


@pytest.mark.parametrize("form", [1, 2, 3])
def test_columns_and_tables_of_later_forms_are_added(form: int, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    path.write_bytes(gzip.decompress((SUPPORT / f"record_form_{form}.sqlite.gz").read_bytes()))
    with open_record(path) as record:
        held = record.read("source")
        assert record.verify() == []
        assert record.read("opinion").empty
        assert record.read("series").empty
        record.append(
            {
                "procedure_event": rows("procedure_event", **EVENT), "opinion": rows("opinion", **OPINION),
                "series": rows("series", **SERIES),
            },
            actor="a", source="s", reason="r", at=datetime(2027, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    with open_record(path) as record:
        assert record.verify() == []
        assert record.read("source").equals(held)
        assert str(record.read("procedure_event")["due_on"].iloc[0]) == "2026-03-01"
    connection = sqlite3.connect(path)
    for statement in (
        "UPDATE procedure_event SET due_on = '2026-04-01'",
        "UPDATE procedure_event SET superseded_by = 9, due_on = '2026-04-01'",
        "DELETE FROM procedure_event",
        "UPDATE opinion SET asked_on = '2025'",
        "UPDATE series SET value = 8.0",
        "DELETE FROM series",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()
