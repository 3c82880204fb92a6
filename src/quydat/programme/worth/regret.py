"""Regret: how much worse a programme is, in each scenario, than the best of those judged (Savage 1951)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws
from quydat.core.parallel import Runner
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.programme.choose.chosen import Start
from quydat.programme.choose.question import Aims
from quydat.programme.choose.rehearse import sim_programme
from quydat.programme.worth.candidates import NAMES
from quydat.programme.worth.outcome import Terms, outcomes
from quydat.programme.worth.scenarios import Scenario


@dataclass(frozen=True, eq=False)
class Regret:
    """Table ``regret``; programme → its largest regret; the one with the least; largest standard error of a regret."""

    table: pd.DataFrame
    worst: Mapping[str, float]
    least: str
    error: float


def regrets(burden: Draws) -> Draws:
    """Burden less the least of its scenario: programmes × scenarios.

    >>> regrets(np.array([[5.0, 9.0], [7.0, 4.0]])).tolist()
    [[0.0, 5.0], [2.0, 0.0]]
    """
    made: Draws = burden - burden.min(axis=0, keepdims=True)
    return made


def least_of_worst(regret: Draws) -> int:
    """The programme whose largest regret is smallest; of equal ones the first (Savage 1951).

    >>> least_of_worst(np.array([[0.0, 5.0], [2.0, 0.0]]))
    1
    """
    return int(np.argmin(regret.max(axis=1)))


def regret_table(
    programmes: Mapping[str, tuple[Start, ...]],
    scenarios: Mapping[str, Scenario],
    aims: Aims,
    *,
    draws: int,
    runner: Runner | None = None,
    basis: Basis,
) -> Regret:
    """Play every programme through every scenario, all with common draws."""
    terms = {name: Terms.of(one.given, aims) for name, one in scenarios.items()}
    pairs = [(programme, scenario) for programme in programmes for scenario in scenarios]
    played = outcomes(
        [(sim_programme(scenarios[s].given, programmes[p]), terms[s]) for p, s in pairs], draws=draws, runner=runner
    )
    rows, burdens = [], []
    for (programme, scenario), one in zip(pairs, played, strict=True):
        burdens.append(one.burdens_bn_vnd(terms[scenario]))
        rows.append({
            "programme": programme, "scenario": scenario,
            "programme_vi": NAMES[programme][0], "programme_en": NAMES[programme][1],
            "scenario_vi": scenarios[scenario].names[0], "scenario_en": scenarios[scenario].names[1],
            "shortage_ha": float(one.shortage_ha.mean()), "net_cost_bn_vnd": float(one.net_cost_bn_vnd.mean()),
            "burden_bn_vnd": float(burdens[-1].mean()),
            "basis": weakest([basis, scenarios[scenario].basis]).value,
        })  # fmt: skip
    by_draw = np.array(burdens).reshape(len(programmes), len(scenarios), -1)
    regret = regrets(by_draw.mean(axis=2))
    least = list(programmes)[least_of_worst(regret)]
    whole = [
        {**row, "regret_bn_vnd": float(value), "least_of_worst": row["programme"] == least}
        for row, value in zip(rows, regret.ravel(), strict=True)
    ]
    worst = {name: float(value) for name, value in zip(programmes, regret.max(axis=1), strict=True)}
    return Regret(framed(whole, tables()["regret"]), worst, least, _error(by_draw))


def _error(by_draw: Draws) -> float:
    """Largest standard error of a regret: of the difference to the best of its scenario, in common draws."""
    best = by_draw.mean(axis=2).argmin(axis=0)
    less = by_draw - by_draw[best, np.arange(by_draw.shape[1])]
    return float((less.std(axis=2) / np.sqrt(by_draw.shape[2])).max())
