"""Any changed value in a change set or a row version is found by verify."""

import shutil
import sqlite3
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tests.support.rows import WHO, moment, parks, sources, table

from quydat.core.problem import Problems
from quydat.store.record import create_record, open_record

TABLES = ("source", "park", "plan_list_member", "change_set", "meta")


@cache
def original() -> Path:
    """A record with rows added, changed, withdrawn and undone, its triggers taken out."""
    folder = Path(_KEPT.name)
    path = folder / "record.sqlite"
    create_record(path, study_id="x")
    with open_record(path) as record:
        rows = parks({"park_id": "p", "gross_area_ha": 1.5, "state_land": True}, {"park_id": "q"})
        members = table("plan_list_member", [{"list_id": "k", "park_id": "p"}])
        given = {"source": sources("a", "b"), "park": rows, "plan_list_member": members}
        record.append(given, at=moment(0), **WHO)
        record.append({"source": sources("b", "c", publisher="z")}, at=moment(1), withdraw_missing=True, **WHO)
        record.undo(2, actor="an", reason="r", at=moment(2))
        record.append({"park": parks({"park_id": "q", "gross_area_ha": 2.0})}, at=moment(3), **WHO)
        assert record.verify() == []
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for kind, name in connection.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall():
        if kind in ("trigger", "index"):
            connection.execute(f'DROP {kind} "{name}"')
    connection.close()
    return path


_KEPT = TemporaryDirectory()

values = st.one_of(
    st.none(), st.integers(-3, 10), st.floats(allow_nan=False), st.binary(max_size=4),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.sampled_from(["a", "p", "q", "vnexpress.net", "z", "undo", "2025-01-01T00:00:00.000000+00:00"]),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_changed_value_is_found(data: st.DataObject):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        shutil.copyfile(original(), path)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        name = data.draw(st.sampled_from(TABLES))
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        column = data.draw(st.sampled_from(columns))
        rowid = data.draw(
            st.sampled_from([row[0] for row in connection.execute(f'SELECT rowid FROM "{name}" ORDER BY rowid')])
        )

        def content() -> list[Any]:
            shown = ", ".join(f'typeof("{c}"), quote("{c}")' for c in columns)
            return connection.execute(f'SELECT {shown} FROM "{name}" ORDER BY 2').fetchall()

        before = content()
        with suppress(sqlite3.Error):  # another type than an integer key takes, or a key that is there
            connection.execute(f'UPDATE "{name}" SET "{column}" = ? WHERE rowid = ?', (data.draw(values), rowid))
        changed = content() != before
        connection.close()
        assert noticed(path) == changed


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_lost_or_doubled_row_is_found(data: st.DataObject):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        shutil.copyfile(original(), path)
        connection = sqlite3.connect(path, isolation_level=None)
        name = data.draw(st.sampled_from(TABLES))
        rows = connection.execute(f'SELECT rowid FROM "{name}" ORDER BY rowid').fetchall()
        rowid = data.draw(st.sampled_from(rows))[0]
        if name == "change_set" and rowid == len(rows):
            rowid = 1
        if data.draw(st.booleans()) or name == "meta":
            connection.execute(f'DELETE FROM "{name}" WHERE rowid = ?', (rowid,))
        else:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')][1:]
            listed = ", ".join(f'"{c}"' for c in columns)
            connection.execute(
                f'INSERT INTO "{name}" ({listed}) SELECT {listed} FROM "{name}" WHERE rowid = ?', (rowid,)
            )
        connection.close()
        assert noticed(path)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_noticed_or_says_the_same(data: st.DataObject):
    content = bytearray(original().read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        path.write_bytes(content)
        if not noticed(path):
            with open_record(path) as damaged, open_record(original()) as whole:
                assert damaged.head() == whole.head()
                for name in ("source", "park", "plan_list_member"):
                    assert_frame_equal(damaged.read(name), whole.read(name))


def noticed(path: Path) -> bool:
    """Whether the record is refused or its check finds something."""
    try:
        with open_record(path) as record:
            return bool(record.verify())
    except Problems as problems:
        assert {p.number for p in problems.found} <= {"QD402", "QD404"}
        return True
