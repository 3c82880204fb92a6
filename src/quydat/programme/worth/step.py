"""The step: what more money buys, what a year's delay costs, and which programme is regretted least."""

from collections.abc import Mapping

from quydat.core.basis import Basis, weakest
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner
from quydat.inventory.evidence import Parameters
from quydat.programme.choose.step import Programme, Told
from quydat.programme.worth.binding import loosened
from quydat.programme.worth.candidates import CHOSEN, NAMES, TWICE_MONEY, candidates
from quydat.programme.worth.delay import delay_cost
from quydat.programme.worth.figures import Found, write_figures
from quydat.programme.worth.marginal import marginal_money
from quydat.programme.worth.regret import regret_table
from quydat.programme.worth.scenarios import Scenario, stated

DRAWS = 10_000
"""Draws at most: differences in common draws are sure enough with these, and their standard errors are told."""
LEAST_GAP = 0.02
"""How near to the best the programmes are brought that other beliefs would choose."""
NOW = "now"
"""The run's own scenario, if the study's are not given by name."""


def worth(
    programme: Programme,
    *,
    scenarios: Mapping[str, Scenario],
    parameters: Parameters,
    ledger: Ledger,
    draws: int,
    runner: Runner | None = None,
    basis: Basis,
) -> Told:
    """Tables ``marginal_money``, ``delay_cost``, ``regret``: what a billion buys, what a year costs, regret.

    Parameters
    ----------
    scenarios
        Those of the study that change demand, money, times or costs, the run's own among them; if there are none, the
        run's own alone. Costs high and delays long are added.
    draws
        Draws of the run; no more than ``DRAWS`` are used.

    Raises
    ------
    Problems
        QD780–QD790, QD797, QD798: a programme that cannot be simulated.
    """
    given, aims, worlds, starts = programme.given, programme.aims, programme.worlds, programme.chosen.starts
    used = min(draws, DRAWS)
    own = weakest([
        basis, *(one.basis for one in given.projects), *(one.basis for one in given.models.values()),
        *(one.basis for one in given.funding.funds),
    ])  # fmt: skip
    marginal = marginal_money(given, worlds, aims, starts, draws=used, runner=runner, basis=own)
    objective = marginal.objective_bn_vnd
    eased = loosened(given, aims, marginal.starts, count=worlds.count, objective_bn_vnd=objective)
    delay = delay_cost(given, aims, starts, draws=used, runner=runner, basis=own)
    study = dict(scenarios) or {NOW: Scenario(NAMES[CHOSEN], given, own)}
    cases = {**study, **stated(given, own)}
    others = candidates(
        programme.chosen.question, aims, starts, cases, count=worlds.count,
        gap=max(LEAST_GAP, parameters.value("programme.gap_share")), seconds=parameters.value("programme.seconds"),
        seed=given.seed,
    )  # fmt: skip
    regret = regret_table(others.starts, cases, aims, draws=used, runner=runner, basis=own)
    twice = others.solved.get(TWICE_MONEY)
    most = None if twice is None else max(0.0, objective - twice.answer.bound)
    found = Found(marginal, delay, regret, eased, most, used, others.refused)
    write_figures(found, ledger)
    made = {"marginal_money": marginal.table, "delay_cost": delay.table, "regret": regret.table}
    solves = {f"worth.{name}": one.solve_note() for name, one in others.solved.items()}
    return Told(made, found.notes(), solves)
