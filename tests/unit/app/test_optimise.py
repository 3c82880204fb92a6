"""What a user types to choose a programme anew, and what is told of how it differs."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.support.programme_run import programme_tables
from tests.support.programmes import given, project

from quydat.app.optimise import CHANGE_BN_VND, choice_of, differences, read_wish
from quydat.app.progress import Stop
from quydat.core.problem import Problems
from quydat.programme.choose.question import Aims, question
from quydat.programme.given.worlds import Worlds
from quydat.programme.optimise.problem import NEVER


def test_what_is_typed() -> None:
    wish = read_wish(" shortage, cost", ["cost=8000", "tail = 12.5"], "city_first,ppp", gap=0.02, draws=100)
    assert wish.minimise == ("shortage", "cost")
    assert wish.limits == {"cost": 8000.0, "tail": 12.5}
    assert wish.models == ("city_first", "ppp")
    assert (wish.gap, wish.seconds, wish.draws, wish.change_bn_vnd) == (0.02, None, 100, CHANGE_BN_VND)
    assert read_wish() == read_wish("", [], "")


@pytest.mark.parametrize(
    ("minimise", "limits", "numbers"),
    [
        ("beauty", [], ["QD942"]),
        ("cost,cost", [], ["QD943"]),
        ("", ["cost"], ["QD943"]),
        ("", ["cost=inf"], ["QD943"]),
        ("", ["=3"], ["QD942"]),
        ("beauty", ["cost=x", "grace=1"], ["QD942", "QD943", "QD942"]),
    ],
)
def test_what_cannot_be_is_told_at_once(minimise: str, limits: list[str], numbers: list[str]) -> None:
    with pytest.raises(Problems) as caught:
        read_wish(minimise, limits)
    assert [one.number for one in caught.value.found] == numbers


def test_differences_of_two_programmes() -> None:
    before = programme_tables()["programme"]
    after = before.copy()
    after.loc[after["project_id"] == "a", "start"] = date(2027, 6, 30)  # the same quarter
    after.loc[after["project_id"] == "b", "delivery_model"] = "developer_led"
    after.loc[after["project_id"] == "c", ["delivery_model", "start"]] = None
    found = differences(before, after[after["project_id"] != "d"])
    assert [(one.names[1], one.before, one.after) for one in found] == [
        ("Park B", ("city_first", date(2025, 7, 1)), ("developer_led", date(2025, 7, 1))),
        ("Park C", ("developer_led", date(2025, 7, 1)), None),
    ]
    assert differences(before, before) == ()


def test_a_table_as_the_optimiser_writes_it() -> None:
    """Quarters from that in which something may start; what was to start before it starts in it."""
    asked = given(project("a"), project("b"), project("c"))
    put = question(asked, Worlds(asked, count=2), aims=Aims(0.0, 0.9, 0.9))
    rows = pd.DataFrame(
        {
            "project_id": ["a", "b", "c", "elsewhere"],
            "delivery_model": ["city_first", "developer_led", None, "city_first"],
            "start": [date(2027, 4, 1), date(2025, 7, 1), None, date(2027, 4, 1)],
        }
    )
    choice = choice_of(put, rows)
    assert choice.start.tolist() == [5, 0, NEVER]
    assert [put.model_ids[m] for m in choice.model[:2]] == ["city_first", "developer_led"]
    assert np.array_equal(choice.model == NEVER, [False, False, True])


def test_the_second_time_it_breaks_off() -> None:
    import signal

    # A process in the background of a shell ignores the signal from the start
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        stop = Stop()
        with stop.listening():
            signal.raise_signal(signal.SIGINT)
            assert stop()
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
