"""What more money is worth, by looking at every programme of a small city."""

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest
from tests.support.worth_city import AIMS, CITY, YEARS, city, park

from quydat.programme.choose.chosen import Start
from quydat.programme.choose.question import Question, question
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.optimise.evaluate import value
from quydat.programme.optimise.pack import pack
from quydat.programme.worth.choice import choice_of, rechosen, with_more

QUARTERS = range(40)


def every(given: Given) -> Iterator[tuple[Start, ...]]:
    """All starts of two parks, or none."""
    for pair in product([None, *QUARTERS], repeat=2):
        yield tuple(Start(name, CITY, q) for name, q in zip("ab", pair, strict=True) if q is not None)


def best(asked: Question, given: Given) -> tuple[float, tuple[Start, ...]]:
    packed = pack(asked.problem)
    worth = ((value(packed, choice_of(asked, starts)), starts) for starts in every(given))
    return min(((one.objective, starts) for one, starts in worth if one.feasible), key=lambda pair: pair[0])


@pytest.mark.parametrize("seed", range(8))
def test_moves_find_no_more_than_there_is(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    parks = [park(name, ha=random.uniform(20, 90), cost=random.uniform(100, 500)) for name in "ab"]
    wanted = {year: random.uniform(0, 30) for year in YEARS}
    poor = city(*parks, yearly=random.uniform(20, 80), wanted=wanted)
    year = random.choice(YEARS)
    rich = with_more(poor, {("budget", year): 100.0})
    before, after = (question(one, Worlds(one, count=2), aims=AIMS) for one in (poor, rich))
    least, starts = best(before, poor)
    base = rechosen(before, starts, exchange=True)
    found = rechosen(after, base.starts, exchange=True)
    assert base.feasible and found.feasible
    assert base.before == pytest.approx(least)
    assert not base.moved, "the best of all cannot be bettered"
    most = least - best(after, rich)[0]
    assert -1e-9 <= base.after - found.after <= most + 1e-9, "at least so much may be gained, and no more than there is"
    packed = pack(after.problem)
    assert value(packed, choice_of(after, found.starts)).objective == pytest.approx(found.after)
