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
OLD = ("1", "2", "3", "4", "3_brought_up_to_4")
"""Records as the software of each form left them; the last was brought up to form 4 by the software of that form."""


def unpacked(name: str, folder: Path) -> Path:
    path = folder / "record.sqlite"
    path.write_bytes(gzip.decompress((SUPPORT / f"record_form_{name}.sqlite.gz").read_bytes()))
    return path


def cells(path: Path) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, read without our software."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    tables_there = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in tables_there}
    connection.close()
    return found


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
FUND = {"fund_source": "f", "name_vi": "Vốn", "name_en": "Money", "kind": "budget", "currency": "VND",
        "carries_over": "yes", "source_ids": "s", "confidence": "high", "basis": "published"}  # fmt: skip
LATER = ("opinion", "spatial_plan", "series", "place", "delivery_model", "project", "project_link", "project_lock",
         "fund_source", "fund_year", "doing_limit")  # fmt: skip


@pytest.mark.parametrize("name", OLD)
def test_nothing_that_a_record_holds_is_changed_by_bringing_it_up(name: str, tmp_path: Path) -> None:
    path = unpacked(name, tmp_path)
    before = cells(path)
    with open_record(path) as record:
        assert record.verify() == []
    after = cells(path)
    assert after["meta"] == [*before.pop("meta"), {"name": "brought_up_to_5", "value": "5"}]
    assert [row["publisher"] for row in before["source"]] == ["p", "q"]
    for table, rows_before in before.items():
        assert len(after[table]) == len(rows_before)
        for was, became in zip(rows_before, after[table], strict=True):
            assert {column: became.pop(column) for column in was} == was
            assert set(became.values()) <= {None}, "columns of a later form come empty"
    assert all(after[table] == [] for table in set(after) - set(before) - {"meta"}), "and so do its tables"


@pytest.mark.parametrize("name", OLD)
def test_columns_and_tables_of_later_forms_are_added(name: str, tmp_path: Path) -> None:
    path = unpacked(name, tmp_path)
    with open_record(path) as record:
        held = record.read("source")
        assert record.verify() == []
        assert all(record.read(table).empty for table in LATER)
        record.append(
            {
                "procedure_event": rows("procedure_event", **EVENT), "opinion": rows("opinion", **OPINION),
                "series": rows("series", **SERIES), "fund_source": rows("fund_source", **FUND),
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
        "UPDATE fund_source SET currency = 'USD'",
        "DELETE FROM fund_source",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()
