"""What binds: what the burden would fall by if there were twice the money, no limits of doing, half the procedure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from quydat.core.draws import Range
from quydat.dictionary.cells import Names
from quydat.programme.choose.chosen import Start
from quydat.programme.choose.question import Aims
from quydat.programme.given.given import Given
from quydat.programme.given.project import Project
from quydat.programme.given.stages import LEAST_DAYS
from quydat.programme.given.worlds import Worlds
from quydat.programme.simulate.programme import SimSpread
from quydat.programme.worth.choice import Rechosen, rechosen_under, with_money_times

HALF = 0.5


@dataclass(frozen=True)
class Loosened:
    """One thing made easier.

    Attributes
    ----------
    names
        What is made easier.
    gain_bn_vnd
        What the burden falls by, over the scenarios of the optimisation, as far as moves of single projects find it.
    paid
        Projects that the city then pays for.
    """

    names: Names
    gain_bn_vnd: float
    paid: int


def loosened(
    given: Given, aims: Aims, starts: Sequence[Start], *, count: int, objective_bn_vnd: float
) -> dict[str, Loosened]:
    """What a programme gains from each thing that is made easier, over so many scenarios of the optimisation."""
    made = {}
    for name, (names, ease) in EASED.items():
        easier = ease(given)
        found = rechosen_under(easier, Worlds(easier, count=count), aims, starts)
        made[name] = Loosened(names, objective_bn_vnd - found.after, _paid(given, found))
    return made


def _paid(given: Given, found: Rechosen) -> int:
    return sum(given.models[one.model_id].takes_city_money for one in found.starts)


def without_limits(given: Given) -> Given:
    """No limits of doing; shares of places stay, as they are no limit but an aim."""
    return replace(given, limits=tuple(one for one in given.limits if one.kind == "equity"))


def half_procedure(given: Given) -> Given:
    """Procedure in half of the time."""

    def quick(project: Project) -> Project:
        stages = {
            name: replace(one, procedure_days=_halved(one.procedure_days)) for name, one in project.stages.items()
        }
        return replace(project, stages=stages)

    return replace(given, projects=tuple(quick(one) for one in given.projects))


def half_clearance(given: Given) -> Given:
    """Clearance in half of the time, whoever does it."""

    def quick(project: Project) -> Project:
        return replace(project, clearance_days={who: _halved(days) for who, days in project.clearance_days.items()})

    models = {
        name: one if one.clearance_days is None else replace(one, clearance_days=_part(one.clearance_days, LEAST_DAYS))
        for name, one in given.models.items()
    }
    return replace(given, projects=tuple(quick(one) for one in given.projects), models=models)


def half_cost(given: Given) -> Given:
    """Clearance at half its cost."""
    return replace(
        given,
        projects=tuple(replace(one, clearance_bn_vnd=_part(one.clearance_bn_vnd, 0.0)) for one in given.projects),
    )


def _part(range_: Range, least: float) -> Range:
    return Range(*(max(least, HALF * end) for end in range_.ends))


def _halved(days: SimSpread) -> SimSpread:
    low, mid, high = (max(LEAST_DAYS, HALF * end) for end in (days.low, days.mid, days.high))
    seen = tuple(max(LEAST_DAYS, HALF * one) for one in days.observed)
    return SimSpread(low, mid, high, seen, days.clearance_loading, days.cost_loading)


EASED: Mapping[str, tuple[Names, Callable[[Given], Given]]] = {
    "money": (("Gấp đôi tiền mỗi năm", "Twice the money in each year"), lambda given: with_money_times(given, 2.0)),
    "limits": (("Không còn giới hạn năng lực làm", "No limits of doing"), without_limits),
    "procedure": (("Thủ tục còn một nửa thời gian", "Procedure in half of the time"), half_procedure),
    "clearance": (("Giải phóng mặt bằng còn một nửa thời gian", "Clearance in half of the time"), half_clearance),
    "cost": (("Giải phóng mặt bằng còn một nửa chi phí", "Clearance at half its cost"), half_cost),
}
