"""What a year's delay costs, of each project and of all together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.parallel import Runner
from quydat.dictionary.cells import Names
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.programme.choose.chosen import Start
from quydat.programme.choose.question import Aims
from quydat.programme.choose.rehearse import sim_programme
from quydat.programme.given.given import Given
from quydat.programme.worth.outcome import Terms, difference, outcomes

ALL = "all"
ALL_NAMES: Names = ("Mọi dự án", "Every project")
YEAR_QUARTERS = 4


@dataclass(frozen=True, eq=False)
class Delay:
    """Table ``delay_cost``; ``error`` is the standard error of the hectare-years lost if all are late."""

    table: pd.DataFrame
    error: float


def delayed(starts: Sequence[Start], late: Sequence[str], quarters: int = YEAR_QUARTERS) -> tuple[Start, ...]:
    """The same starts, some of them later.

    >>> delayed([Start("a", "city_first", 2), Start("b", "city_first", 0)], ["a"])
    (Start(project_id='a', model_id='city_first', quarter=6), Start(project_id='b', model_id='city_first', quarter=0))
    """
    return tuple(replace(one, quarter=one.quarter + quarters) if one.project_id in late else one for one in starts)


def delay_cost(
    given: Given,
    aims: Aims,
    starts: Sequence[Start],
    *,
    draws: int,
    quarters: int = YEAR_QUARTERS,
    runner: Runner | None = None,
    basis: Basis,
) -> Delay:
    """Each started project, and then all of them, a year later, in common draws.

    A project that is late takes its turn for money later too, and those that wait for it are late with it.
    """
    terms, tax = Terms.of(given, aims), given.tax_bn_vnd_per_ha_year.mid
    ids = [one.project_id for one in sorted(starts, key=lambda one: (one.quarter, one.project_id))]
    cases = {ALL: ids, **{name: [name] for name in ids}}
    programmes = [sim_programme(given, starts)]
    programmes += [sim_programme(given, delayed(starts, late, quarters)) for late in cases.values()]
    played = outcomes([(one, terms) for one in programmes], draws=draws, runner=runner)
    before = next(played)
    rows, error = [], 0.0
    for name, after in zip(cases, played, strict=True):
        lost, spread = difference(before, after, "hectare_years")
        names = ALL_NAMES if name == ALL else given.project(name).names
        error = spread if name == ALL else error
        rows.append({
            "project_id": name, "name_vi": names[0], "name_en": names[1], "hectare_years_lost": lost,
            "shortage_more_ha": difference(after, before, "shortage_ha")[0],
            "cost_more_bn_vnd": difference(after, before, "spent_bn_vnd")[0],
            "tax_lost_bn_vnd": lost * tax, "basis": basis.value,
        })  # fmt: skip
    return Delay(framed(rows, tables()["delay_cost"]), error)
