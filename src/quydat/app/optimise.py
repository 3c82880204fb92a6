"""The programme chosen anew under other aims, limits or models, or changed least from one that is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite

import numpy as np
import pandas as pd

from quydat.app.permission import require
from quydat.app.progress import Stop
from quydat.app.run import Run
from quydat.app.study import Study
from quydat.core.basis import Basis
from quydat.core.problem import Problem as Wrong
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import plain
from quydat.plan import Asked, programme_question
from quydat.programme.choose.chosen import Chosen, chosen_of, refuse
from quydat.programme.choose.question import Aims, Question, question
from quydat.programme.choose.rehearse import rehearse
from quydat.programme.choose.tables import write_programme
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.optimise.contradiction import check
from quydat.programme.optimise.evaluate import Value, value
from quydat.programme.optimise.goals import Name, in_order
from quydat.programme.optimise.pack import pack
from quydat.programme.optimise.problem import NEVER, Choice, Goal, Problem, Replan
from quydat.programme.optimise.search import Step
from quydat.programme.optimise.solve import Answer, solve

GOALS: tuple[Name, ...] = ("cost", "shortage", "tail")
"""Parts of the goal: net present cost in bn VND; hectare-years without land; those of the worst scenarios."""
CHANGE_BN_VND = 100.0
"""What departing from a known programme costs if nothing else is said: for a project that gets another model or is
left out, and for five years by which its start moves."""
_SHIFT_QUARTERS = 20


@dataclass(frozen=True)
class Wish:
    """How the programme is to be chosen; what is not said is as in the study.

    Attributes
    ----------
    minimise
        Parts of the goal, the first the most important; the study's weighted sum if there are none.
    limits
        Part of the goal → what it may be at most.
    models
        Delivery models that may be used; all if there are none.
    keep, change_bn_vnd
        A run whose programme is to be changed least, and what a change costs.
    draws
        Draws of the account and of the simulation.
    """

    scenario: str | None = None
    minimise: tuple[Name, ...] = ()
    limits: Mapping[Name, float] = field(default_factory=dict)
    gap: float | None = None
    seconds: float | None = None
    models: tuple[str, ...] = ()
    keep: Run | None = None
    change_bn_vnd: float = CHANGE_BN_VND
    draws: int | None = None


@dataclass(frozen=True)
class Change:
    """A project that is other in one programme than in another: model and first day of the quarter of its start."""

    names: tuple[str, str]
    before: tuple[str, date] | None
    after: tuple[str, date] | None


@dataclass(frozen=True, eq=False)
class Optimised:
    """A programme that was chosen and played through, and kept nowhere.

    Attributes
    ----------
    answers
        The answer for each part of the goal in their order; the last is the programme.
    tables
        ``programme``, ``spending``, ``simulation`` and ``programme_ready``.
    changes
        Projects that are other than in the run that it is held against; None if there was no such run.
    stopped
        Whether the user stopped it before it was proven.
    unit
        Of the objective of the last answer.
    worth
        The programme valued by all parts of the goal, without what departing from another one costs.
    """

    given: Given
    chosen: Chosen
    answers: tuple[Answer, ...]
    tables: Mapping[str, pd.DataFrame]
    changes: tuple[Change, ...] | None
    stopped: bool
    worth: Value
    basis: Basis
    unit: str


def read_wish(
    minimise: str = "", limits: Sequence[str] = (), models: str = "", *, gap: float | None = None,
    seconds: float | None = None, change_bn_vnd: float | None = None, keep: Run | None = None, draws: int | None = None,
    scenario: str | None = None,
) -> Wish:  # fmt: skip
    """Read what a user types.

    Parameters
    ----------
    minimise
        Parts of the goal, the most important first, joined by commas.
    limits
        Each ``part=number``.
    models
        Ids joined by commas.

    Raises
    ------
    Problems
        QD942 for a part of the goal that is none, QD943 for a limit or number that cannot be.

    >>> read_wish("shortage,cost", ["cost=5000"]).minimise, read_wish("", ["cost=5000"]).limits
    (('shortage', 'cost'), {'cost': 5000.0})
    """
    found: list[Wrong] = []
    order = tuple(word for word in _words(minimise) if _goal(word, found))
    made: dict[Name, float] = {}
    for text in limits:
        name, _, amount = (part.strip() for part in text.partition("="))
        value = _number(amount)
        if _goal(name, found) and value is None:
            found.append(problem("QD943", text=text))
        elif value is not None and name in GOALS:
            made[name] = value
    if len(set(order)) < len(order):
        found.append(problem("QD943", text=f"minimise={minimise}"))
    least = {"gap": (gap, 0.0), "seconds": (seconds, 0.0), "change": (change_bn_vnd, 0.0), "draws": (draws, 1)}
    found += [
        problem("QD943", text=f"{name}={value:g}")
        for name, (value, low) in least.items()
        if value is not None and not (isfinite(value) and value >= low)
    ]
    raise_if(found)
    change = CHANGE_BN_VND if change_bn_vnd is None else change_bn_vnd
    return Wish(scenario, order, made, gap, seconds, tuple(_words(models)), keep, change, draws)  # type: ignore[arg-type]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _goal(name: str, found: list[Wrong]) -> bool:
    if name not in GOALS:
        found.append(problem("QD942", name=name, known=", ".join(GOALS)))
    return name in GOALS


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def optimise(
    study: Study,
    wish: Wish,
    *,
    against: Run | None = None,
    progress: Callable[[Step], None] = lambda step: None,
    stop: Stop | None = None,
) -> Optimised:
    """Choose the programme anew, and play it through; nothing is kept.

    Parameters
    ----------
    against
        A run to hold it against; that which is to be kept, if there is one.
    progress
        Told every better programme and bound.
    stop
        Once it says so, the best programme so far is the answer.

    Raises
    ------
    Problems
        What is wrong with the study, as ``Study.plan``; QD941 for an unknown delivery model; QD790–QD796 and
        QD927 where no programme keeps all that is asked.
    """
    require(study.actor, "optimise")
    settings = study.settings
    if wish.draws is not None:
        settings = replace(settings, draws=wish.draws)
    scenario = wish.scenario or settings.scenario
    settings.parameters_of(scenario)
    rows, survey, law, _ = study.planned_on(settings.as_of, None)
    asked = programme_question(rows, settings, scenario=scenario, survey=survey, law=law)
    put = _question(asked, wish)
    answers = _solved(put.problem, asked, wish, progress, stop or Stop())
    refuse(put.problem, answers[-1], seed=asked.given.seed)
    chosen = chosen_of(put, answers[-1])
    played = rehearse(asked.given, chosen.starts, draws=settings.draws)
    written = write_programme(
        chosen, played, evidence=asked.evidence, ledger=asked.ledger, basis=asked.basis
    )  # fmt: skip
    run = wish.keep or against
    changes = None if run is None else differences(run.table("programme"), written.tables["programme"])
    unit = "ha_years" if wish.minimise and wish.minimise[-1] != "cost" else "bn_vnd"
    worth = value(pack(replace(put.problem, replan=None)), answers[-1].choice)
    stopped = stop is not None and stop() and answers[-1].status != "proven"
    basis = Basis(str(written.tables["simulation"]["basis"].iloc[0]))
    return Optimised(asked.given, chosen, tuple(answers), written.tables, changes, stopped, worth, basis, unit)


def _question(asked: Asked, wish: Wish) -> Question:
    given, parameters = asked.given, asked.parameters
    raise_if(
        problem("QD941", model=name, known=", ".join(given.models)) for name in wish.models if name not in given.models
    )
    aims = Aims.of(parameters)
    worlds = Worlds(given, count=round(parameters.value("programme.scenarios")))
    put = question(given, worlds, aims=aims, models=wish.models or None)
    goal: Goal = replace(put.problem.goal, **{f"{name}_limit": limit for name, limit in wish.limits.items()})
    known = None
    if wish.keep is not None:
        choice = choice_of(put, wish.keep.table("programme"))
        known = Replan(choice, wish.change_bn_vnd, wish.change_bn_vnd / _SHIFT_QUARTERS)
    return replace(put, problem=replace(put.problem, goal=goal, replan=known))


def choice_of(put: Question, rows: pd.DataFrame) -> Choice:
    """The programme of a table as the optimiser writes it; what it does not know is not started."""
    given = put.given
    model = np.full(len(put.project_ids), NEVER, np.int64)
    start = model.copy()
    place = {name: i for i, name in enumerate(put.project_ids)}
    for row in rows.to_dict("records"):
        name, day = plain(row["delivery_model"]), plain(row["start"])
        i = place.get(str(row["project_id"]))
        if i is not None and name in put.model_ids and isinstance(day, date):
            quarter = 4 * (day.year - given.years[0]) + (day.month - 1) // 3 - given.first_quarter
            model[i], start[i] = put.model_ids.index(str(name)), min(max(quarter, 0), given.quarters - 1)
    return Choice(model, start)


def _solved(asked_for: Problem, asked: Asked, wish: Wish, progress: Callable[[Step], None], stop: Stop) -> list[Answer]:
    parameters = asked.parameters
    gap = parameters.value("programme.gap_share") if wish.gap is None else wish.gap
    seconds = parameters.value("programme.seconds") if wish.seconds is None else wish.seconds
    check(asked_for)
    with stop.listening():
        if wish.minimise:
            return in_order(
                asked_for, wish.minimise, gap=gap, seconds=seconds, seed=asked.given.seed, progress=progress, stop=stop
            )
        return [solve(asked_for, gap=gap, seconds=seconds, seed=asked.given.seed, progress=progress, stop=stop)]


def differences(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Change, ...]:
    """Projects that have another model or quarter of start, in the order of the second programme.

    Parameters
    ----------
    before, after
        Two tables ``programme``.
    """
    old, new = _starts(before), _starts(after)
    return tuple(
        Change(new.get(name, old.get(name, (("", ""), None)))[0], first, second)
        for name in dict.fromkeys([*new, *old])
        if (first := old.get(name, (("", ""), None))[1]) != (second := new.get(name, (("", ""), None))[1])
    )


def _starts(rows: pd.DataFrame) -> dict[str, tuple[tuple[str, str], tuple[str, date] | None]]:
    made = {}
    for row in rows.to_dict("records"):
        day, model = plain(row["start"]), plain(row["delivery_model"])
        start = None
        if isinstance(day, date) and model is not None:
            start = (str(model), date(day.year, 3 * ((day.month - 1) // 3) + 1, 1))
        made[str(row["project_id"])] = ((str(row["name_vi"]), str(row["name_en"])), start)
    return made
