"""What more money buys: one more year's budget by year and source, used as well as the programme can use it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quydat.core.basis import Basis
from quydat.core.parallel import Runner
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.programme.choose.chosen import Start
from quydat.programme.choose.question import Aims
from quydat.programme.choose.rehearse import sim_programme
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.simulate.programme import SimProgramme
from quydat.programme.worth.choice import rechosen_under, with_loan, with_more
from quydat.programme.worth.outcome import Outcome, Terms, difference, outcomes

LOAN = "loan"
"""Stands for the ceiling of loans among the sources."""
LEAST_BN_VND = 100.0
"""Less than this starts nothing."""


@dataclass(frozen=True, eq=False)
class Marginal:
    """Table ``marginal_money``, the programme that it starts from, and what belongs to both.

    Attributes
    ----------
    starts
        The programme, bettered one project at a time with the money that it has.
    objective_bn_vnd
        Its burden over the scenarios of the optimisation.
    rechosen
        Rows in which more money changes what is started.
    error
        Largest standard error of the hectare-years of a row, for a billion.
    """

    table: pd.DataFrame
    starts: tuple[Start, ...]
    objective_bn_vnd: float
    rechosen: int
    error: float


@dataclass(frozen=True, eq=False)
class _More:
    """A row: where the money comes, what the city has with it, and what is then started."""

    year: int
    source: str
    given: Given
    starts: tuple[Start, ...]
    anew: bool


def increment_bn_vnd(given: Given) -> float:
    """Money that is added: a mean year's budget, about what a park costs, as less may start none."""
    by_year = given.funding.by_year(given.years)
    return max(LEAST_BN_VND, float(np.mean(list(by_year.values()))))


def marginal_money(
    given: Given,
    worlds: Worlds,
    aims: Aims,
    starts: tuple[Start, ...],
    *,
    draws: int,
    runner: Runner | None = None,
    basis: Basis,
) -> Marginal:
    """For each source and year: the programme chosen anew with more money, and both played through in common draws.

    Money that comes in a year serves that year and all later ones. So once more money in a year changes nothing of what
    is started, the same money later changes nothing either, and only projects that wait for money are looked at.
    """
    own = rechosen_under(given, worlds, aims, starts, exchange=True)
    base = own.starts
    amount, terms = increment_bn_vnd(given), Terms.of(given, aims)
    rows = [*_by_source(given, worlds, aims, base, amount), _loan(given, worlds, aims, base, amount)]
    programmes: list[SimProgramme] = [sim_programme(given, base)]
    for one in rows:
        programmes.append(sim_programme(one.given, base))
        if one.anew:
            programmes.append(sim_programme(one.given, one.starts))
    played = outcomes([(programme, terms) for programme in programmes], draws=draws, runner=runner)
    before = next(played)
    made, error = [], 0.0
    for one in rows:
        same = next(played)
        anew = next(played) if one.anew else same
        made.append(_row(one, before, same, anew, amount, basis))
        error = max(error, difference(anew, before, "hectare_years")[1] / amount)
    return Marginal(framed(made, tables()["marginal_money"]), base, own.after, sum(one.anew for one in rows), error)


def _by_source(given: Given, worlds: Worlds, aims: Aims, base: tuple[Start, ...], amount: float) -> Iterator[_More]:
    for fund in given.funding.funds:
        settled = False
        for year in given.years:
            richer = with_more(given, {(fund.fund_id, year): amount})
            found = None if settled else rechosen_under(richer, worlds, aims, base, exchange=True)
            settled = found is None or not found.moved
            yield _More(year, fund.fund_id, richer, base if found is None else found.starts, not settled)


def _loan(given: Given, worlds: Worlds, aims: Aims, base: tuple[Start, ...], amount: float) -> _More:
    """A higher ceiling from the first year on: it holds for all years, so it has one row."""
    richer = with_loan(given, amount)
    found = rechosen_under(richer, worlds, aims, base, exchange=True)
    return _More(given.years[0], LOAN, richer, found.starts, found.moved)


def _row(one: _More, before: Outcome, same: Outcome, anew: Outcome, amount: float, basis: Basis) -> dict[str, object]:
    def each(name: str, outcome: Outcome) -> float:
        return difference(outcome, before, name)[0] / amount

    return {
        "year": one.year, "fund_source": one.source, "more_bn_vnd": amount,
        "hectare_years_per_bn_vnd": each("hectare_years", anew),
        "sooner_hectare_years_per_bn_vnd": each("hectare_years", same),
        "hectares_per_bn_vnd": each("hectares", anew),
        "shortage_less_per_bn_vnd": -each("shortage_ha", anew) + 0.0,
        "basis": basis.value,
    }  # fmt: skip
