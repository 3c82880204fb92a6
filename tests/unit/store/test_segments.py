"""Survey tables of the record: what is added, changed, withdrawn, undone, read as of a day, and kept safe."""

import gzip
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import create_engine
from tests.support.rows import WHO, moment, sources

from quydat.core.problem import Problems
from quydat.dictionary.bulk import empty_bulk, typed_bulk
from quydat.dictionary.schema import tables
from quydat.store.record import Record, create_record, open_record
from quydat.store.schema import FORM, schema
from quydat.store.segments import (
    FOLDER,
    Segment,
    Versions,
    differences,
    read_segments,
    way_back,
    write_segment,
)

OLD = {form: Path(__file__).parents[2] / "support" / f"record_form_{form}.sqlite.gz" for form in (1, 2, 3, 4)}


def changes(**rows: str) -> pd.DataFrame:
    """Rows of unit_change, old to new."""
    raw = pd.DataFrame(
        {
            "old_unit_id": list(rows),
            "new_unit_id": ["n"] * len(rows),
            "on": ["2025-07-01"] * len(rows),
            "old_name": list(rows.values()),
            "new_name": ["N"] * len(rows),
            "basis": ["published"] * len(rows),
        }
    )
    made, faults = typed_bulk(raw, tables()["unit_change"])
    assert faults == []
    return made


@pytest.fixture
def record(tmp_path: Path):
    create_record(tmp_path / "record.sqlite", study_id="s")
    with open_record(tmp_path / "record.sqlite") as record:
        yield record


def names(record: Record, **how: object) -> dict[str, str]:
    rows = record.read("unit_change", **how)  # type: ignore[arg-type]
    return dict(zip(rows["old_unit_id"], rows["old_name"], strict=True))


def test_rows_are_added_changed_and_withdrawn_and_every_past_state_is_read(record: Record) -> None:
    assert_frame_equal(record.read("unit_change"), empty_bulk(tables()["unit_change"]))
    first = record.append({"unit_change": changes(a="A", b="B")}, at=moment(0), **WHO)
    assert (first.rows_added, first.rows_changed, first.rows_withdrawn) == (2, 0, 0)
    second = record.append(
        {"unit_change": changes(c="C", b="B2", a="A")}, at=moment(1), withdraw={"unit_change": ["a|n"]}, **WHO
    )
    assert (second.rows_added, second.rows_changed, second.rows_withdrawn) == (1, 1, 0), "a stays: it was given"
    third = record.append({}, at=moment(2), withdraw={"unit_change": ["a|n"]}, **WHO)
    assert (third.rows_added, third.rows_changed, third.rows_withdrawn) == (0, 0, 1)
    assert names(record) == {"b": "B2", "c": "C"}
    assert names(record, change_set=2) == {"a": "A", "b": "B2", "c": "C"}
    assert names(record, change_set=1) == {"a": "A", "b": "B"}
    assert names(record, known_on=moment(0)) == {"a": "A", "b": "B"}
    assert record.verify() == []


def test_a_row_that_comes_back_is_the_same_row(record: Record) -> None:
    record.append({"unit_change": changes(a="A", b="B")}, at=moment(0), **WHO)
    record.append({}, at=moment(1), withdraw={"unit_change": ["a|n"]}, **WHO)
    back = record.append({"unit_change": changes(a="A3")}, at=moment(2), **WHO)
    assert (back.rows_added, back.rows_changed) == (1, 0)
    assert list(names(record)) == ["a", "b"], "in the order in which they were first entered"


def test_the_same_rows_again_change_nothing(record: Record) -> None:
    record.append({"unit_change": changes(a="A", b="B")}, at=moment(0), **WHO)
    with pytest.raises(Problems) as error:
        record.append({"unit_change": changes(b="B", a="A")}, at=moment(1), **WHO)
    assert [p.number for p in error.value.found] == ["QD411"]


def test_rows_of_both_kinds_are_one_change_set(record: Record) -> None:
    made = record.append({"unit_change": changes(a="A"), "source": sources("s")}, at=moment(0), **WHO)
    assert made.rows_added == 2
    assert (len(record.read("source")), len(record.read("unit_change"))) == (1, 1)


def test_undo_restores_what_was_before_and_refuses_where_it_was_changed_later(record: Record) -> None:
    record.append({"unit_change": changes(a="A", b="B")}, at=moment(0), **WHO)
    record.append({"unit_change": changes(b="B2", c="C")}, at=moment(1), withdraw={"unit_change": ["a|n"]}, **WHO)
    undone = record.undo(2, actor="someone", reason="", at=moment(2))
    assert (undone.rows_added, undone.rows_changed, undone.rows_withdrawn) == (1, 1, 1)
    assert names(record) == {"a": "A", "b": "B"}
    with pytest.raises(Problems) as error:
        record.undo(2, actor="someone", reason="", at=moment(3))
    assert [p.number for p in error.value.found] == ["QD408"]
    assert "unit_change/b|n" in error.value.found[0].facts["rows"]
    again = record.undo(3, actor="someone", reason="", at=moment(3))
    assert (again.rows_added, again.rows_changed, again.rows_withdrawn) == (1, 1, 1)
    assert names(record) == {"b": "B2", "c": "C"}
    assert record.verify() == []


def test_a_key_twice_or_unknown_is_refused_and_nothing_is_written(record: Record) -> None:
    twice = pd.concat([changes(a="A"), changes(a="B")], ignore_index=True)
    with pytest.raises(Problems) as error:
        record.append({"unit_change": twice}, at=moment(0), **WHO)
    assert [(p.number, p.place.row) for p in error.value.found] == [("QD210", 3)]
    unknown = changes(a="A").assign(new_unit_id=pd.Series([None], dtype="str"))
    with pytest.raises(Problems) as error:
        record.append({"unit_change": unknown}, at=moment(0), **WHO)
    assert [p.number for p in error.value.found] == ["QD204"]
    assert len(record.history()) == 0
    assert not (record.folder / FOLDER).exists() or not list((record.folder / FOLDER).iterdir())


def test_a_segment_that_was_changed_or_lost_is_found(record: Record) -> None:
    record.append({"unit_change": changes(a="A")}, at=moment(0), **WHO)
    [path] = (record.folder / FOLDER).iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert [p.number for p in record.verify()] == ["QD403"]
    path.unlink()
    assert "is missing" in record.verify()[0].facts["why"]
    with pytest.raises(Problems) as error:
        record.read("unit_change")
    assert [p.number for p in error.value.found] == ["QD403"]


def test_a_segment_entry_cannot_be_changed_added_or_removed_unseen(record: Record) -> None:
    record.append({"unit_change": changes(a="A")}, at=moment(0), **WHO)
    with sqlite3.connect(record.path) as connection:
        for statement in ("DELETE FROM segment", "UPDATE segment SET rows_added = 9"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        connection.execute("INSERT INTO segment VALUES (1, 'unit', 'x', 1, 0, 0)")
    connection.close()
    assert {p.number for p in record.verify()} == {"QD403"}


def test_what_a_writer_left_that_died_is_swept_up(record: Record) -> None:
    folder = record.folder / FOLDER
    folder.mkdir()
    (folder / "0123.parquet").write_bytes(b"half")
    record.append({"unit_change": changes(a="A")}, at=moment(0), **WHO)
    assert [path.stem for path in folder.iterdir()] == [s.sha256 for s in record.segments("unit_change")]
    assert record.verify() == []


def test_columns_can_be_read_alone(record: Record) -> None:
    record.append({"unit_change": changes(a="A", b="B")}, at=moment(0), **WHO)
    assert record.read("unit_change", columns=["new_name"]).columns.tolist() == ["new_name"]


@pytest.mark.parametrize("form", OLD)
def test_a_record_of_an_older_form_is_brought_up_and_loses_nothing(form: int, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    path.write_bytes(gzip.decompress(OLD[form].read_bytes()))
    with open_record(path) as record:
        assert record.read("source", change_set=1)["publisher"].tolist() == ["p"]
        assert record.read("source")["publisher"].tolist() == ["q"]
        assert record.verify() == []
        record.append({"unit_change": changes(a="A")}, at=moment(10**6), **WHO)
    with open_record(path) as record:
        assert names(record) == {"a": "A"}
        assert record.read("opinion").empty
        assert "due_on" in record.read("procedure_event").columns
        assert "plot_ratio_after_low" in record.read("city_model").columns
        assert record.read("subject_fact").empty
        assert record.read("series").empty
        assert record.read("project").empty
        assert record.verify() == []
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER meta_unchanged")
        connection.execute("UPDATE meta SET value = ? WHERE name = 'form'", (str(FORM),))
    connection.close()
    with open_record(path) as record:
        assert [p.number for p in record.verify()] == ["QD403"]


def test_a_record_that_was_brought_up_before_is_brought_up_again(tmp_path: Path) -> None:
    """As the software of form 2 left a record of form 1: segments, and a word on it in the meta data."""
    path, sql = tmp_path / "record.sqlite", schema()
    path.write_bytes(gzip.decompress(OLD[1].read_bytes()))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        sql.segment.create(connection)
        for trigger in (one for one in sql.triggers if 'ON "segment"' in one):
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql("INSERT INTO meta VALUES ('brought_up_to', '2')")
        connection.exec_driver_sql("PRAGMA user_version = 2")
    engine.dispose()
    with open_record(path) as record:
        assert record.read("source")["publisher"].tolist() == ["q"]
        assert record.read("spatial_plan").empty
        assert record.verify() == []
    with open_record(path) as record:
        assert record.verify() == []


def test_many_random_changes_leave_what_a_plain_dictionary_leaves(record: Record) -> None:
    random = np.random.default_rng(7)
    plain: dict[str, str] = {}
    states = []
    for step in range(40):
        keys = [f"k{i}" for i in random.choice(12, size=random.integers(1, 6), replace=False)]
        given = {key: f"v{random.integers(4)}" for key in keys}
        gone = [f"k{i}" for i in random.choice(12, size=2, replace=False)]
        gone = [key for key in gone if key in plain and key not in given]
        after = {key: value for key, value in {**plain, **given}.items() if key not in gone}
        if after == plain:
            continue
        plain = after
        withdraw = {"unit_change": [f"{key}|n" for key in gone]}
        record.append({"unit_change": changes(**given)}, at=moment(step), withdraw=withdraw, **WHO)
        states.append(dict(plain))
    assert len(states) > 30
    for number, state in enumerate(states, start=1):
        assert names(record, change_set=number) == state
    for number in range(len(states), len(states) - 5, -1):
        record.undo(number, actor="someone", reason="", at=moment(100))
    assert names(record) == states[-6]


def test_a_segment_from_before_a_column_is_read_with_it_empty(tmp_path: Path) -> None:
    """The observation had no land, floor and year wanted before form 4."""
    table = tables()["observation"]
    rows, faults = typed_bulk(
        pd.DataFrame(
            {
                "observation_id": ["a/1", "a/2"], "origin": "a", "intake_id": "i", "observed_on": "2025-01-01",
                "name": ["A", "B"], "workers": ["5", None], "basis": "surveyed",
            }
        ),
        table,
    )  # fmt: skip
    assert faults == []
    first = differences(tmp_path, [], rows, table)
    later = ["wanted_land_m2", "wanted_floor_m2", "wanted_by_year"]
    old = Versions(first.rows.drop_columns(later), first.added, 0, 0)
    segment = Segment(1, table.name, write_segment(tmp_path, old), 2, 0, 0)
    assert_frame_equal(read_segments(tmp_path, [segment], table), rows)
    assert differences(tmp_path, [segment], rows, table).rows.num_rows == 0
    asked = rows.assign(wanted_land_m2=[900.0, np.nan])
    more = differences(tmp_path, [segment], asked, table)
    assert (more.added, more.changed) == (0, 1)
    both = [segment, Segment(2, table.name, write_segment(tmp_path, more), 0, 1, 0)]
    assert_frame_equal(read_segments(tmp_path, both, table), asked)
    assert way_back(tmp_path, both, 2, table)[0] is not None


def test_a_segment_that_lacks_what_it_must_have_is_damaged(tmp_path: Path) -> None:
    table = tables()["unit_change"]
    first = differences(tmp_path, [], changes(a="A"), table)
    old = Versions(first.rows.drop_columns(["basis"]), first.added, 0, 0)
    segment = Segment(1, table.name, write_segment(tmp_path, old), 1, 0, 0)
    with pytest.raises(Problems, match="QD403"):
        read_segments(tmp_path, [segment], table)
