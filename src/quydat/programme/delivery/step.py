"""The step: what it changes if the city clears the land first, park by park and for the whole city."""

from typing import Any

from quydat.core.basis import Basis, weakest
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner
from quydat.demand.forecast import milestones
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables as schema
from quydat.inventory.evidence import Parameters
from quydat.programme.choose.step import Programme, Told
from quydat.programme.delivery.compare import Strategy, compare_strategies, delivery_compare, strategies
from quydat.programme.delivery.figures import CLEARANCE, RENT, write_figures
from quydat.programme.delivery.hangs_on import TABLE as HANGS_ON
from quydat.programme.delivery.hangs_on import delivery_hangs_on
from quydat.programme.delivery.park import Parks, city_first, delivery_park


def compare(
    programme: Programme, *, parameters: Parameters, ledger: Ledger, draws: int, runner: Runner | None, basis: Basis
) -> Told:
    """Tables ``delivery_park``, ``delivery_compare``, ``delivery_hangs_on``, and the figures ``delivery.*``.

    Parameters
    ----------
    programme
        What was chosen: it is one of the strategies.
    basis
        Weakest basis of what the account rests on.

    Raises
    ------
    Problems
        QD790–QD796 where a strategy cannot keep all that is asked.
    """
    given = programme.given
    model = city_first(given.models)
    parks = delivery_park(
        given, draws=draws, usd_per_m2=parameters.value(RENT),
        rent_bn_vnd_per_ha=ledger.number("programme.rent_per_ha"), basis=basis,
    )  # fmt: skip
    order = {} if model is None else {model: _cheapest_first(parks, model)}
    made = strategies(
        given, programme.chosen, worlds=programme.worlds, aims=programme.aims,
        gap=parameters.value("programme.gap_share"), seconds=parameters.value("programme.seconds"), order=order,
    )  # fmt: skip
    told = compare_strategies(given, made, draws=draws, years=milestones(given.years), runner=runner)
    own = weakest([basis, *(one.basis for one in given.projects), *(one.basis for one in given.models.values())])
    tables = {"delivery_park": parks.frame, "delivery_compare": delivery_compare(told, basis=own)}
    tables[HANGS_ON] = framed([], schema()[HANGS_ON]) if model is None else delivery_hangs_on(
        given, model, parameters=parameters, clearance_bn_vnd_per_ha=ledger.number(CLEARANCE), basis=basis
    )  # fmt: skip
    pool = None if model is None else parks.pools.get(model)
    write_figures(told, model=model, pool=pool, models=given.models, ledger=ledger)
    return Told(tables, {"delivery": _note(model, draws, made)}, _solves(made))


def _cheapest_first(parks: Parks, model: str) -> list[str]:
    """Projects by their net cost for a hectare to let; those without land last."""
    rows = parks.frame[parks.frame["delivery_model"] == model]
    area = rows["lettable_ha"].astype(float)
    per_ha = (rows["net_cost_bn_vnd"].astype(float) / area.where(area > 0)).fillna(float("inf"))
    ranked = sorted(zip(per_ha, rows["project_id"].astype(str), strict=True))
    return [name for _, name in ranked]


def _note(model: str | None, draws: int, made: list[Strategy]) -> str:
    """How it was made, for the manifest."""
    names = ", ".join(one.name for one in made)
    return f"city first: {model or 'no such model'}; {draws} draws of each project and strategy; strategies: {names}"


def _solves(made: list[Strategy]) -> dict[str, dict[str, Any]]:
    """The optimisations made here; that of the programme is told with the programme."""
    return {f"delivery.{one.name}": one.chosen.solve_note() for one in made[:-1] if one.chosen is not None}
