"""After random changes the record says what a plain dictionary says after the same changes."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.rows import WHO, moment, table

from quydat.core.problem import Problems
from quydat.store.record import Record, create_record, open_record

State = dict[str, tuple[str, str | None]]
"""Source id to publisher and note, in the order of first entry."""

keys = st.sampled_from("abcd")
cells = st.tuples(st.sampled_from("xyz"), st.sampled_from([None, "n"]))
appends = st.tuples(st.dictionaries(keys, cells, max_size=4), st.booleans())
undos = st.integers(1, 8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(appends, undos), max_size=8))
def test_state_is_the_replay_of_the_changes(acts: list[tuple[State, bool] | int]):
    states: list[State] = [{}]
    order: list[str] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        create_record(path, study_id="x")
        with open_record(path) as record:
            for day, act in enumerate(acts):
                wanted = undone(states, act) if isinstance(act, int) else appended(states[-1], *act)
                if wanted is None or wanted == states[-1]:
                    before = record.head()
                    number = refused(record, act, day)
                    assert number == expected_refusal(states, act)
                    assert record.head() == before
                    continue
                do(record, act, day)
                states.append(wanted)
                order += [key for key in wanted if key not in order]
            for number in range(1, len(states)):
                rows = record.read("source", change_set=number)
                assert list(rows["source_id"]) == [key for key in order if key in states[number]]
                notes = rows["note"].astype(object).where(rows["note"].notna(), None)
                got = {k: (p, n) for k, p, n in zip(rows["source_id"], rows["publisher"], notes, strict=True)}
                assert got == states[number]
            assert len(record.history()) == len(states) - 1
            assert record.verify() == []


def do(record: Record, act: tuple[State, bool] | int, day: int) -> None:
    if isinstance(act, int):
        record.undo(act, actor="an", reason="r", at=moment(day))
        return
    rows, withdraw = act
    given = table(
        "source", [{"source_id": k, "kind": "press", "publisher": p, "note": n} for k, (p, n) in rows.items()]
    )
    record.append({"source": given}, at=moment(day), withdraw_missing=withdraw, **WHO)


def refused(record: Record, act: tuple[State, bool] | int, day: int) -> str:
    try:
        do(record, act, day)
    except Problems as problems:
        return problems.found[0].number
    raise AssertionError("it was not refused")


def expected_refusal(states: list[State], act: tuple[State, bool] | int) -> str:
    if not isinstance(act, int):
        return "QD411"
    return "QD407" if act >= len(states) else "QD408"


def appended(state: Mapping[str, tuple[str, str | None]], rows: State, withdraw: bool) -> State:
    return dict(rows) if withdraw else {**state, **rows}


def undone(states: list[State], number: int) -> State | None:
    """The state with the rows of a change set as before it; None if that cannot be."""
    if number >= len(states):
        return None
    before, after, now = states[number - 1], states[number], dict(states[-1])
    touched = {key for key in before | after if before.get(key) != after.get(key)}
    if any(now.get(key) != after.get(key) for key in touched):
        return None
    for key in touched:
        now.pop(key, None)
        if key in before:
            now[key] = before[key]
    return now
