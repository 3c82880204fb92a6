"""The longest way through the steps that remain, in each draw."""

import numpy as np
import pytest

from quydat.procedure.path import critical, finish
from quydat.procedure.template import Step, Track


def step(name: str, *after: str) -> Step:
    return Step(name, name, name, "A", "A", after, None, False, None, None, False, False)


#   a → b → d
#   a → c → d → e
TRACK = Track([step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"), step("e", "d")])


def test_the_way_of_each_draw_by_hand() -> None:
    days = {
        "a": np.array([1.0, 1.0, 1.0, 1.0]),
        "b": np.array([5.0, 1.0, 5.0, 2.0]),
        "c": np.array([2.0, 4.0, 2.0, 2.0]),  # in the last draw both ways are as long: the first of the track counts
        "d": np.array([1.0, 1.0, 1.0, 1.0]),
        "e": np.array([0.0, 1.0, 1.0, 1.0]),
    }
    way = critical(TRACK, finish(TRACK, list(TRACK.steps), days))
    assert {one: way.on[one].tolist() for one in "bc"} == {
        "b": [True, False, True, True],
        "c": [False, True, False, False],
    }
    assert way.on["a"].all() and way.on["d"].all()
    # in the first draw e takes no time, so d and e end together: the way ends with d, the first of the two
    assert way.on["e"].tolist() == [False, True, True, True]
    assert way.likely == ("a", "b", "d", "e")
    assert way.likely_share == 0.5
    assert way.share("b") == 0.75
    assert way.spent(days, ["b", "c"]).tolist() == [5.0, 4.0, 5.0, 2.0]


def test_nothing_left_has_no_way() -> None:
    way = critical(TRACK, {})
    assert (way.likely, way.likely_share, dict(way.on)) == ((), 0.0, {})


@pytest.mark.parametrize("seed", range(20))
def test_along_the_way_the_days_add_up_and_each_cut_is_crossed_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 9))
    names = [f"s{i}" for i in range(count)]
    steps = [step(name, *(n for n in names[:i] if rng.random() < 0.5)) for i, name in enumerate(names)]
    track = Track(steps)
    remaining = list(track.steps)
    days = {one: rng.exponential(100, 300) for one in remaining}
    done = finish(track, remaining, days)
    way = critical(track, done)
    ready = np.maximum.reduce(list(done.values()))
    assert np.allclose(way.spent(days, remaining), ready)
    starts = [one for one in remaining if not track.before[one]]
    ends = [one for one in remaining if not any(one in track.before[other] for other in remaining)]
    for cut in (starts, ends):
        assert sum(way.share(one) for one in cut) == pytest.approx(1.0)
    # every moment of the way is spent on one step: each draw crosses the half of its length in exactly one step
    half = ready / 2
    crossing = sum(
        (way.on[one] & (done[one] - days[one] <= half) & (half < done[one])).astype(int) for one in remaining
    )
    assert (crossing == 1).all()
