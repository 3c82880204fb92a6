"""The one place that knows the order: tables flow from step to step through it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from quydat.balance.what_if import DRAWS, FirstUniforms, WhatIf
from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner, Threads
from quydat.core.problem import problem, raise_if
from quydat.demand.chunk import DemandModel
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import survey_tables
from quydat.dictionary.settings import Settings
from quydat.inventory.evidence import Evidence, Parameters, Record, resolve_parameters
from quydat.law import Pack, load_pack
from quydat.programme.given.given import Given
from quydat.programme.optimise.search import Step
from quydat.steps import Results, Steps

__all__ = ["STEPS", "Asked", "Progress", "Results", "check_step", "plan", "programme_question", "what_if"]

STEPS = (
    "inventory", "floor_space", "procedure", "demand", "balance", "sensitivity", "scenarios", "programme",
    "delivery", "worth", "compliance",
)  # fmt: skip
"""Steps in the order in which they run; each needs those before it."""


class Asked(NamedTuple):
    """What is given to the programme; the parameters of the scenario; the weakest basis that the account rests on; the
    record, and the figures so far.
    """

    given: Given
    parameters: Parameters
    basis: Basis
    evidence: Evidence
    ledger: Ledger


Progress = Callable[[str, float], None]
"""Told the name of a step and the seconds that it took, when it is done."""


def plan(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None = None,
    until: str = STEPS[-1],
    survey: Record | None = None,
    law: Pack | None = None,
    runner: Runner | None = None,
    progress: Progress = lambda step, seconds: None,
    solving: Callable[[Step], None] = lambda step: None,
) -> Results:
    """Run the steps over the tables of a record.

    Parameters
    ----------
    record
        Typed and checked tables of the record.
    settings, scenario
        A checked ``study.toml``, and the name of one of its scenarios.
    as_of
        Day of the picture, if another than the study's.
    until
        Last step to run; those before it run too.
    survey
        Survey tables of the record; those that are not given are empty.
    law
        The law pack; that of the shipped packs which the settings name, if it is not given.
    runner
        Who works out the draws; the threads of this machine if it is not given. It changes no result.
    solving
        Told every better programme and bound while it is chosen.

    Raises
    ------
    Problems
        What keeps a step from an answer: missing facts, contradictions; QD312 if the day of the picture lies after
        the plan; what is wrong with the law pack.
    """
    check_step(until)
    run = _prepared(record, settings, scenario=scenario, as_of=as_of, survey=survey, law=law, runner=runner)
    run.solving = solving
    for step in STEPS[: STEPS.index(until) + 1]:
        begun = time.perf_counter()
        getattr(run, step)()
        run.results.seconds[step] = time.perf_counter() - begun
        progress(step, run.results.seconds[step])
    return run.results


def what_if(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None = None,
    survey: Record | None = None,
    law: Pack | None = None,
) -> tuple[WhatIf, Parameters, Basis]:
    """The plan ready for questions: each answers within a tenth of a second, over ``what_if.DRAWS`` draws of its own.

    Returns
    -------
    What answers; the parameters of the scenario; the weakest basis that the answers rest on.

    Raises
    ------
    Problems
        As ``plan``.
    """
    fewer = replace(settings, draws=min(settings.draws, DRAWS))
    run = _until_account(record, fewer, scenario=scenario, as_of=as_of, survey=survey, law=law)
    quick = FirstUniforms(run.uniforms)
    outlook, ranges = run.outlook, {key: run.parameters.range(key) for key in run.parameters}

    def build(changed: Mapping[str, Range]) -> DemandModel:
        return outlook.model(Parameters(changed), quick)

    return WhatIf(build, outlook.supply, parameters=ranges, uniforms=run.uniforms), run.parameters, run.basis()


def programme_question(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None = None,
    survey: Record | None = None,
    law: Pack | None = None,
) -> Asked:
    """What the programme of a scenario is made from, for choosing it anew under other aims.

    Raises
    ------
    Problems
        As ``plan``.
    """
    run = _until_account(record, settings, scenario=scenario, as_of=as_of, survey=survey, law=law)
    return Asked(run.given(), run.parameters, run.basis(), run.evidence, run.ledger)


def _until_account(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None,
    survey: Record | None,
    law: Pack | None,
) -> Steps:
    """A run up to the land account, to be asked further."""
    run = _prepared(record, settings, scenario=scenario, as_of=as_of, survey=survey, law=law, runner=None)
    for step in STEPS[: STEPS.index("balance") + 1]:
        getattr(run, step)()
    return run


def _prepared(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None,
    survey: Record | None,
    law: Pack | None,
    runner: Runner | None,
) -> Steps:
    day = as_of or settings.as_of
    if day >= date(settings.end_year, 12, 31):
        raise_if([problem("QD312", as_of=day, end=settings.end_year)])
    evidence, ledger = Evidence(record), Ledger(as_of=day)
    parameters = resolve_parameters(settings.parameters_of(scenario), evidence=evidence, ledger=ledger)
    brought = {**{t.name: empty_bulk(t) for t in survey_tables()}, **(survey or {}), "park": record["park"]}
    pack = load_pack(settings.law) if law is None else law
    return Steps(evidence, settings, scenario, parameters, ledger, day, brought, pack, runner or Threads())


def check_step(name: str) -> None:
    """Refuse what is no step (QD505)."""
    if name not in STEPS:
        raise_if([problem("QD505", step=name, known=", ".join(STEPS))])
