"""How long a step takes, from what was observed of it; where nothing was, from what is planned or assumed, and said so.

No statutory day enters here: the sum of the limits is a result of its own (``procedure.statute``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np

from quydat.core.draws import Draws, Range, triangular_quantile, triangular_share, uniform
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import Evidence, Parameters, parameter_inputs
from quydat.procedure.observation import Observed, Term, abandoned, by_step, cells, observed, term_cells, terms
from quydat.procedure.posterior import Mixture, Posterior, Prior
from quydat.procedure.survival import Curve, kaplan_meier
from quydat.procedure.template import Step

UNKNOWN = "procedure.unknown_duration_days"
OVERRUN = "procedure.term_overrun_ratio"
PRIOR = tuple(
    f"procedure.{name}" for name in ("pooled_median_days", "step_spread_ratio", "case_spread_ratio", "state_time_ratio")
)
ENOUGH = "procedure.km_least_finished"
LONGEST_DAYS = 36_525.0
"""No step takes more than a hundred years from today: a tail that no plan reaches, and no calendar needs."""

_NONE = 1e-9
"""Share that is taken for nothing: beyond the last day of a curve on which all are finished."""

Model = Literal["kaplan_meier", "lognormal", "planned_term", "assumed"]
SHARES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Duration:
    """Days that a step takes from its start to its end at P10, P50 and P90, given that it has lasted ``elapsed`` days.

    ``finished`` and ``censored`` count the cases of the step, of the same who clears; ``inputs`` are what it rests on.
    """

    step_id: str
    state_led: bool
    model: Model
    elapsed: float
    low: float
    mid: float
    high: float
    finished: int
    censored: int
    inputs: tuple[Input, ...]

    @property
    def was_observed(self) -> bool:
        """Whether any case of the step was seen."""
        return self.model in ("kaplan_meier", "lognormal")


class Durations:
    """What a run knows of durations: cases, terms, curves and the posterior, asked step by step."""

    def __init__(self, evidence: Evidence, *, parameters: Parameters, ledger: Ledger, as_of: date) -> None:
        self.evidence, self.parameters, self.ledger = evidence, parameters, ledger
        steps = evidence.record["procedure_step"]
        clearance = set(steps.loc[steps["clearance"].fillna(False).astype(bool), "step_id"])
        # Who leads makes a difference to clearance alone: elsewhere it is a fact of the case, not of its duration.
        self.cases = by_step(
            replace(one, state_led=one.state_led and one.step_id in clearance)
            for one in observed(evidence, as_of=as_of)
        )
        self.terms: dict[str, list[Term]] = {}
        for term in terms(evidence):
            self.terms.setdefault(term.step_id, []).append(term)
        self.abandoned = abandoned(evidence)
        self._known: dict[tuple[str, bool, float], Duration] = {}
        self._drawn: dict[tuple[str, bool, int, int], tuple[Draws, Draws]] = {}
        self._curves: dict[tuple[str, bool | None], Curve] = {}

    @cached_property
    def posterior(self) -> Posterior:
        """Posterior of the log-normal model over all cases."""
        median, step, case, state = PRIOR
        prior = Prior.of(
            median_days=self.parameters.range(median),
            step_ratio=self.parameters.value(step),
            case_ratio=self.parameters.range(case),
            state_ratio=self.parameters.range(state),
        )
        return Posterior(self.cases, prior)

    def alike(self, step: Step, *, state_led: bool) -> list[Observed]:
        """Cases of a step; of a clearance only those of the same who clears."""
        return [one for one in self.cases.get(step.step_id, []) if not step.clearance or one.state_led is state_led]

    def curve(self, step: Step, *, state_led: bool) -> Curve | None:
        """Survival curve of the cases alike; None if there is no case.

        None too where the end of a case is only known as "by then at the latest": the product-limit estimate has no
        place for such a case, and to take that day for its end would make the step longer than it was.
        """
        key = (step.step_id, state_led if step.clearance else None)
        if key not in self._curves:
            alike = self.alike(step, state_led=state_led)
            if not alike or any(one.at_latest for one in alike):
                return None
            self._curves[key] = kaplan_meier([one.days for one in alike], [one.finished for one in alike])
        return self._curves[key]

    def model(self, step: Step, *, state_led: bool) -> Model:
        """What a step's duration is taken from: observed cases first, then terms of approvals, then an assumption."""
        if step.step_id in self.cases:
            finished = sum(one.finished for one in self.alike(step, state_led=state_led))
            whole = finished >= self.parameters.value(ENOUGH) and self.curve(step, state_led=state_led) is not None
            return "kaplan_meier" if whole else "lognormal"
        return "planned_term" if step.step_id in self.terms else "assumed"

    def mixture(self, step: Step, *, state_led: bool) -> Mixture:
        """Log-normal times of a new case of an observed step."""
        return self.posterior.mixture(step.step_id, state_led=state_led and step.clearance)

    def of(self, step: Step, *, state_led: bool, elapsed: float = 0.0) -> Duration:
        """Range of a step's duration, given the days that have passed of it."""
        key = (step.step_id, state_led and step.clearance, elapsed)
        if key not in self._known:
            self._known[key] = self._work_out(step, *key[1:])
        return self._known[key]

    def _work_out(self, step: Step, state_led: bool, elapsed: float) -> Duration:
        model, alike = self.model(step, state_led=state_led), self.alike(step, state_led=state_led)
        if model in ("kaplan_meier", "lognormal"):
            low, mid, high = self._observed_quantiles(step, model, state_led, elapsed)
        else:
            low, mid, high = (float(days) for days in _range_days(np.array(SHARES), self.range(step), elapsed))
        return Duration(
            step.step_id, state_led, model, elapsed, low, mid, high,
            sum(one.finished for one in alike), sum(not one.finished for one in alike), self.inputs(step, model),
        )  # fmt: skip

    def _observed_quantiles(self, step: Step, model: Model, state_led: bool, elapsed: float) -> Sequence[float]:
        tail = self.mixture(step, state_led=state_led)
        curve = self.curve(step, state_led=state_led) if model == "kaplan_meier" else None
        found = tail.quantiles(SHARES, lasted=elapsed)
        if curve is not None:
            left = max(curve.at(elapsed), _NONE)
            for place, share in enumerate(SHARES):
                wanted = (1.0 - share) * left
                if wanted >= _last(curve):
                    found[place] = _first_day(curve, np.array([wanted]))[0]
                else:
                    beyond = 1.0 - wanted / min(_last(curve), left)
                    found[place] = tail.quantiles([beyond], lasted=max(elapsed, float(curve.days[-1])))[0]
        return [min(max(days, 1.0), elapsed + LONGEST_DAYS) for days in found]

    def range(self, step: Step) -> Range:
        """Lowest, middle and highest days of a step of which no case was seen."""
        stated = self.parameters.range(UNKNOWN)
        if step.step_id not in self.terms:
            return stated
        days = np.array(sorted(term.days for term in self.terms[step.step_id]))
        over = self.parameters.range(OVERRUN)
        middle = float(np.exp(np.log(days).mean()))
        return Range(days[0] * over.low, middle * over.mid, days[-1] * over.high)

    def inputs(self, step: Step, model: Model) -> tuple[Input, ...]:
        """What the duration of a step rests on."""
        if model in ("kaplan_meier", "lognormal"):
            own = cells(self.evidence, self.cases[step.step_id])
            return (*own, *parameter_inputs(self.ledger, *PRIOR))
        if model == "planned_term":
            own = term_cells(self.evidence, self.terms[step.step_id])
            return (*own, *parameter_inputs(self.ledger, OVERRUN))
        return tuple(parameter_inputs(self.ledger, UNKNOWN))

    def draw(self, park_id: str, step: Step, lasting: Duration, *, count: int, seed: int) -> Draws:
        """Draws of the days that a step of a park still takes."""
        own = uniform(f"duration/{park_id}/{step.step_id}", count=count, seed=seed)
        if lasting.was_observed:
            whole = self._observed_days(step, lasting, own, seed)
        else:
            whole = _range_days(own, self.range(step), lasting.elapsed)
        left: Draws = np.clip(whole - lasting.elapsed, 0.0, LONGEST_DAYS)
        return left

    def _parameters_drawn(self, step_id: str, state_led: bool, count: int, seed: int) -> tuple[Draws, Draws]:
        """Middle and spread of a step in each draw: the same for all parks, so that they are late together."""
        key = (step_id, state_led, count, seed)
        if key not in self._drawn:
            common, own = (
                uniform(name, count=count, seed=seed)
                for name in ("duration/parameters", f"duration/parameters/{step_id}")
            )
            self._drawn[key] = self.posterior.drawn(step_id, state_led=state_led, common=common, own=own)
        return self._drawn[key]

    def _observed_days(self, step: Step, lasting: Duration, own: Draws, seed: int) -> Draws:
        from scipy.special import log_ndtr, ndtri_exp

        middle, spread = self._parameters_drawn(step.step_id, lasting.state_led, own.size, seed)
        elapsed = lasting.elapsed

        def surviving(log_share: Draws, lasted: float) -> Draws:
            """Days that last with the given log-probability once so many have passed."""
            begun = log_ndtr((middle - np.log(lasted)) / spread) if lasted > 0 else np.zeros(own.size)
            return np.asarray(np.exp(middle - spread * ndtri_exp(np.minimum(log_share + begun, -1e-12))))

        curve = self.curve(step, state_led=lasting.state_led) if lasting.model == "kaplan_meier" else None
        if curve is None:
            return surviving(np.log1p(-own), elapsed)
        left = max(curve.at(elapsed), _NONE)
        wanted = (1.0 - own) * left
        inside = wanted >= _last(curve)
        beyond = np.log(np.where(inside, 0.5, wanted) / min(_last(curve), left))
        tail = surviving(beyond, max(elapsed, float(curve.days[-1])))
        return np.where(inside, _first_day(curve, np.where(inside, wanted, 1.0)), tail)


def _last(curve: Curve) -> float:
    return max(float(curve.survival[-1]), _NONE)


def _first_day(curve: Curve, wanted: Draws) -> Draws:
    """First day on which no more than a share of the cases is unfinished."""
    place = np.searchsorted(-curve.survival, -wanted - 1e-12, side="left")
    return np.asarray(curve.days[np.minimum(place, len(curve.days) - 1)])


def _range_days(u: Draws, range_: Range, elapsed: float) -> Draws:
    """Log-triangular days at probability ``u``, given what has passed.

    A step that has taken longer than the whole range takes the range again from today.
    """
    logs = Range(*np.log([max(days, 1.0) for days in (range_.low, range_.mid, range_.high)]))
    if elapsed > 0:
        passed = triangular_share(float(np.log(elapsed)), logs)
        if passed >= 1.0:
            return elapsed + np.exp(triangular_quantile(u, logs))
        u = passed + u * (1.0 - passed)
    return np.exp(triangular_quantile(u, logs))


def elapsed_days(start: date | None, *, as_of: date) -> float:
    """Days that a step has been under way; 0 where its start is unknown."""
    return 0.0 if start is None else float(max(0, (as_of - start).days))
