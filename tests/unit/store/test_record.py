"""The record: what is added, what is read as of a day, what is undone, what is refused."""

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.support.rows import WHO, moment, parks, sources, table

from quydat.core.problem import Problems
from quydat.dictionary.read import empty
from quydat.dictionary.schema import tables
from quydat.store.engine import Driver
from quydat.store.record import Record, create_record, open_record
from quydat.store.schema import FORM


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "record.sqlite"
    create_record(path, study_id="hcmc")
    return path


@pytest.fixture
def record(path: Path):
    with open_record(path) as record:
        yield record


def numbers(error: pytest.ExceptionInfo[Problems]) -> list[str]:
    return [p.number for p in error.value.found]


def test_a_new_record_is_empty_typed_and_whole(record: Record):
    assert record.study_id == "hcmc"
    assert_frame_equal(record.read("park"), empty(tables()["park"]))
    assert len(record.history()) == 0
    assert record.verify() == []


def test_every_type_comes_back_as_it_went_in(record: Record):
    given = parks(
        {
            "park_id": "a", "name_vi": "Phạm Văn Hai", "gross_area_ha": 379.0, "occupancy_share": 0.1,
            "programme_from_year": 2026, "state_land": True, "as_of": "2025-06",
            "note": "a|b; 'c' \"d\"\n\0e",
        },
        {"park_id": "b", "gross_area_ha": 0.0, "state_land": False},
        {"park_id": "c"},
    )  # fmt: skip
    record.append({"park": given}, at=moment(0), **WHO)
    assert_frame_equal(record.read("park"), given)


def test_dates_and_composite_keys(record: Record):
    members = table("plan_list_member", [{"list_id": "k", "park_id": p} for p in ("b", "a")])
    record.append({"plan_list_member": members}, at=moment(0), **WHO)
    assert_frame_equal(record.read("plan_list_member"), members)


def test_only_what_differs_is_added(record: Record):
    record.append({"source": sources("a", "b")}, at=moment(0), **WHO)
    given = pd.concat([sources("a"), sources("b", publisher="tuoitre.vn"), sources("c")], ignore_index=True)
    change = record.append({"source": given}, at=moment(1), **WHO)
    assert (change.number, change.rows_added, change.rows_changed, change.rows_withdrawn) == (2, 1, 1, 0)
    assert list(record.read("source")["publisher"]) == ["vnexpress.net", "tuoitre.vn", "vnexpress.net"]


def test_nothing_changed_is_said_and_writes_nothing(record: Record):
    record.append({"source": sources("a")}, at=moment(0), **WHO)
    before = record.path.read_bytes()
    with pytest.raises(Problems) as error:
        record.append({"source": sources("a")}, at=moment(1), **WHO)
    assert numbers(error) == ["QD411"]
    assert record.path.read_bytes() == before


def test_missing_rows_stay_unless_they_are_to_be_withdrawn(record: Record):
    record.append({"source": sources("a", "b"), "park": parks({"park_id": "p"})}, at=moment(0), **WHO)
    record.append({"source": sources("a", "c")}, at=moment(1), **WHO)
    assert list(record.read("source")["source_id"]) == ["a", "b", "c"]
    change = record.append({"source": sources("c")}, at=moment(2), withdraw_missing=True, **WHO)
    assert change.rows_withdrawn == 2
    assert list(record.read("source")["source_id"]) == ["c"]
    assert len(record.read("park")) == 1  # a table that is not given is not touched


def test_a_row_that_comes_back_keeps_its_first_place(record: Record):
    record.append({"source": sources("a", "b")}, at=moment(0), **WHO)
    record.append({"source": sources("b")}, at=moment(1), withdraw_missing=True, **WHO)
    change = record.append({"source": sources("a")}, at=moment(2), **WHO)
    assert change.rows_added == 1
    assert list(record.read("source")["source_id"]) == ["a", "b"]


def test_as_known_on_a_day_a_moment_and_after_a_change_set(record: Record):
    for day, publisher in enumerate(("one", "two", "three")):
        record.append({"source": sources("a", publisher=publisher)}, at=moment(day, hour=12), **WHO)

    def publisher(**when: object) -> list[str]:
        return list(record.read("source", **when)["publisher"])  # type: ignore[arg-type]

    assert publisher(known_on=date(2024, 12, 31)) == []
    assert publisher(known_on=date(2025, 1, 1)) == ["one"]
    assert publisher(known_on=moment(1, hour=11)) == ["one"]
    assert publisher(known_on=moment(1, hour=12)) == ["two"]
    assert publisher(known_on=date(2030, 1, 1)) == ["three"]
    assert [publisher(change_set=n) for n in (1, 2, 3)] == [["one"], ["two"], ["three"]]
    for wrong in (0, 4):
        with pytest.raises(Problems) as error:
            record.read("source", change_set=wrong)
        assert numbers(error) == ["QD407"]


def test_time_needs_its_zone_and_goes_forward(record: Record):
    with pytest.raises(ValueError, match="time zone"):
        record.append({"source": sources("a")}, at=datetime(2025, 1, 1), **WHO)
    vietnam = timezone(timedelta(hours=7))
    change = record.append({"source": sources("a")}, at=datetime(2025, 1, 2, 6, 0, tzinfo=vietnam), **WHO)
    assert change.at == datetime(2025, 1, 1, 23, 0, tzinfo=UTC)
    with pytest.raises(Problems) as error:
        record.append({"source": sources("b")}, at=moment(0), **WHO)
    assert numbers(error) == ["QD412"]
    assert list(record.read("source")["source_id"]) == ["a"]


def test_undo_and_undo_of_undo(record: Record):
    first = sources("a", "b")
    record.append({"source": first}, at=moment(0), **WHO)
    second = sources("b", "c", publisher="x")
    record.append({"source": second}, at=moment(1), withdraw_missing=True, **WHO)
    after = record.read("source")
    undone = record.undo(2, actor="an", reason="wrong file", at=moment(2))
    assert (undone.kind, undone.rows_added, undone.rows_changed, undone.rows_withdrawn) == ("undo", 1, 1, 1)
    assert_frame_equal(record.read("source"), first)
    record.undo(3, actor="an", reason="it was right", at=moment(3))
    assert_frame_equal(record.read("source"), after)
    assert list(record.history()["kind"]) == ["import", "import", "undo", "undo"]
    assert record.verify() == []


def test_undo_names_the_change_set_in_the_way_and_works_after_its_undo(record: Record):
    for day, publisher in enumerate(("one", "two", "three", "four")):
        record.append({"source": sources("a", publisher=publisher)}, at=moment(day), **WHO)
    with pytest.raises(Problems) as error:
        record.undo(2, actor="an", reason="r", at=moment(9))
    assert numbers(error) == ["QD408"]
    assert error.value.found[0].facts == {"number": "2", "later": "4", "rows": "source/a"}
    for number in (4, 3, 2):
        record.undo(number, actor="an", reason="r", at=moment(9))
    assert list(record.read("source")["publisher"]) == ["one"]
    with pytest.raises(Problems) as error:
        record.undo(8, actor="an", reason="r", at=moment(9))
    assert numbers(error) == ["QD407"]


def test_keys_must_be_known_and_single(record: Record):
    twice = pd.concat([sources("a"), sources("a")], ignore_index=True)
    with pytest.raises(Problems) as error:
        record.append({"source": twice}, at=moment(0), **WHO)
    assert numbers(error) == ["QD210"]
    unknown = sources("a", "b")
    unknown.loc[1, "source_id"] = None
    with pytest.raises(Problems) as error:
        record.append({"source": unknown}, at=moment(0), **WHO)
    assert [(p.number, p.place.row) for p in error.value.found] == [("QD204", 3)]
    with pytest.raises(ValueError, match="columns"):
        record.append({"source": unknown[["source_id"]]}, at=moment(0), **WHO)
    with pytest.raises(Problems) as error:
        record.append({"parks": sources("a")}, at=moment(0), **WHO)
    assert numbers(error) == ["QD106"]
    assert len(record.history()) == 0


def test_what_is_not_a_record_is_refused(tmp_path: Path, path: Path):
    def refused(file: Path) -> str:
        with pytest.raises(Problems) as error:
            open_record(file)
        return error.value.found[0].number

    assert refused(tmp_path / "absent.sqlite") == "QD401"
    text = tmp_path / "text.sqlite"
    text.write_text("park_id,name\n" * 1000)
    assert refused(text) == "QD402"
    empty_file = tmp_path / "empty.sqlite"
    empty_file.touch()
    assert refused(empty_file) == "QD402"
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE source (source_id TEXT)")
    connection.close()
    assert refused(foreign) == "QD402"
    whole = path.read_bytes()
    cut = tmp_path / "cut.sqlite"
    cut.write_bytes(whole[: len(whole) // 2])
    assert refused(cut) == "QD402"
    newer = tmp_path / "newer.sqlite"
    newer.write_bytes(whole[:60] + (FORM + 1).to_bytes(4, "big") + whole[64:])  # user_version lies at byte 60
    assert refused(newer) == "QD404"
    with pytest.raises(Problems) as error:
        create_record(path, study_id="other")
    assert numbers(error) == ["QD409"]


def test_the_file_itself_refuses_to_forget(record: Record):
    record.append({"source": sources("a", "b")}, at=moment(0), **WHO)
    record.append({"source": sources("a", publisher="x")}, at=moment(1), **WHO)
    before = record.path.read_bytes()
    connection = sqlite3.connect(record.path, isolation_level=None)
    for statement in (
        "DELETE FROM source",
        "DELETE FROM change_set",
        "DELETE FROM meta",
        "UPDATE source SET publisher = 'y' WHERE superseded_by IS NULL",
        "UPDATE source SET superseded_by = NULL",
        "UPDATE source SET superseded_by = 9, publisher = 'y' WHERE superseded_by IS NULL",
        "UPDATE source SET superseded_by = 9 WHERE superseded_by IS NOT NULL",
        "UPDATE OR REPLACE source SET version = 2 WHERE version = 1",
        "UPDATE change_set SET actor = 'y'",
        "UPDATE meta SET value = 'y'",
        "INSERT OR REPLACE INTO source (version, row_key, change_set, withdrawn) VALUES (1, 'a', 1, 0)",
        "INSERT OR REPLACE INTO source (row_key, change_set, withdrawn) VALUES ('b', 1, 0)",
        "REPLACE INTO change_set SELECT number, at, 'y', source, reason, kind, rows_added, rows_changed, "
        "rows_withdrawn, content_hash, previous_hash, hash FROM change_set",
        "REPLACE INTO meta VALUES ('study_id', 'y')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()
    assert record.path.read_bytes() == before


def test_a_second_writer_is_told_and_nothing_is_lost(path: Path, record: Record):
    record.append({"source": sources("a")}, at=moment(0), **WHO)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_record(path, _driver=Driver(busy_ms=50)) as hasty:
        with pytest.raises(Problems) as error:
            hasty.append({"source": sources("b")}, at=moment(1), **WHO)
        assert numbers(error) == ["QD405"]
        assert list(hasty.read("source")["source_id"]) == ["a"]
        other.execute("ROLLBACK")
        other.close()
        hasty.append({"source": sources("b")}, at=moment(1), **WHO)
    assert list(record.read("source")["source_id"]) == ["a", "b"]


def test_same_changes_same_chain(tmp_path: Path):
    heads = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.sqlite"
        create_record(path, study_id="hcmc")
        with open_record(path) as record:
            record.append({"source": sources("a", "b"), "park": parks({"park_id": "p"})}, at=moment(0), **WHO)
            heads.append(record.head())
    assert heads[0] == heads[1]
    assert (tmp_path / "one.sqlite").read_bytes() == (tmp_path / "two.sqlite").read_bytes()


def test_no_file_beside_the_record_stays(path: Path, record: Record):
    record.append({"source": sources("a")}, at=moment(0), **WHO)
    assert [p.name for p in path.parent.iterdir()] == ["record.sqlite"]
