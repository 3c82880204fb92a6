"""What cases say of how long steps take: log-normal, right-censored, steps pooled in part, its parameters not sure.

The logarithm of a time is normal about the middle of its step. The middles of steps scatter about a common one, so a
step with a single case leans on the others; a step cleared by the state has its own factor. The posterior is worked
out by quadrature on a grid that follows it, so no chain of random numbers decides it and its bytes do not depend on
the machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws, Range
from quydat.procedure.observation import Observed

_Z90 = 1.2815515655446004
"""Standard normal quantile of 90 %: a stated range is read as P10, P50 and P90 of a prior."""
_POINTS = {"sigma": 17, "beta": 25, "common": 25, "middle": 61}
_PASSES, _WIDE, _SETTLED = 8, 5.5, 0.6
_DIGITS = 6
_LEAST = 1e-290
"""Weights below this have lost their digits."""


@dataclass(frozen=True)
class Prior:
    """What is held of durations before any case is seen; logarithms of days and of ratios, each (mean, spread).

    Attributes
    ----------
    common
        Middle that all steps scatter about.
    scatter
        Spread of the middles of steps about the common one.
    sigma
        Logarithm of the spread of cases of one step.
    beta
        Logarithm of the time of a case led by the state over one led by the developer.
    """

    common: tuple[float, float]
    scatter: float
    sigma: tuple[float, float]
    beta: tuple[float, float]

    @classmethod
    def of(cls, *, median_days: Range, step_ratio: float, case_ratio: Range, state_ratio: Range) -> "Prior":
        """From stated ranges, read as P10, P50 and P90; ``case_ratio`` is the factor of one spread, above 1.

        >>> stated = Prior.of(median_days=Range(240, 730, 2190), step_ratio=2.0, case_ratio=Range(1.4, 2, 3.2),
        ...                   state_ratio=Range(0.25, 1, 4))
        >>> round(stated.common[0], 3), round(stated.beta[1], 3)      # ln 730; ln 16 ÷ (2 × 1.2816)
        (6.593, 1.082)
        """
        return cls(
            _normal(median_days, float(np.log(median_days.mid))),
            float(np.log(step_ratio)),
            _normal(Range(*np.log([case_ratio.low, case_ratio.mid, case_ratio.high])), None),
            _normal(state_ratio, float(np.log(state_ratio.mid))),
        )


def _normal(range_: Range, log_mid: float | None) -> tuple[float, float]:
    """Mean and spread of the logarithm, from its P10 and P90; never without spread."""
    spread = max(float(np.log(range_.high / range_.low)) / (2 * _Z90), 1e-3)
    return (float(np.log(range_.mid)) if log_mid is None else log_mid), spread


@dataclass(frozen=True)
class Mixture:
    """Log-normal times with parameters that are not sure: each (middle, sigma) with its weight, weights adding to 1."""

    middle: Draws
    sigma: Draws
    weight: Draws

    def survival(self, days: float | Draws, *, lasted: float = 0.0) -> Draws:
        """Probability to last longer than ``days``, given that it has lasted so long already."""
        from scipy.special import log_ndtr, ndtr

        at = np.atleast_1d(np.asarray(days, dtype=float))[:, None]
        z = (np.log(np.maximum(at, 1e-12)) - self.middle) / self.sigma
        if lasted <= 0:
            return np.asarray(ndtr(-z) @ self.weight)
        begun = log_ndtr((self.middle - np.log(lasted)) / self.sigma)
        return np.asarray(np.exp(np.minimum(log_ndtr(-z) - begun, 0.0)) @ self.weight)

    def quantiles(self, shares: Sequence[float], *, lasted: float = 0.0) -> list[float]:
        """Days that the time stays below with these probabilities, given that it has lasted so long already.

        Found by halving an interval of the logarithm, to a relative 1e-9.
        """
        target = 1.0 - np.asarray(shares, dtype=float)
        spread = 12.0 * float(self.sigma.max()) + float(np.ptp(self.middle))
        low = np.full(len(target), np.log(lasted) if lasted > 0 else float(self.middle.min()) - spread)
        high = np.full(len(target), max(float(self.middle.max()), float(np.log(max(lasted, 1.0)))) + spread)
        for _ in range(60):
            half = (low + high) / 2
            later = self.survival(np.exp(half), lasted=lasted) > target
            low, high = np.where(later, half, low), np.where(later, high, half)
        return [float(value) for value in np.exp((low + high) / 2)]


class Posterior:
    """Joint posterior of the spread, the state's factor, the common middle and the middle of each step.

    ``joint`` has one axis each for sigma, beta and common; ``steps`` the middle of each step on its own grid.
    """

    def __init__(self, cases: Mapping[str, Sequence[Observed]], prior: Prior) -> None:
        self.prior = prior
        self._data = {step: _Data.of(of) for step, of in cases.items() if of}
        middle = (prior.common[0], float(np.hypot(prior.common[1], prior.scatter)))
        stated = {"sigma": prior.sigma, "beta": prior.beta, "common": prior.common}
        stated |= {f"step/{step}": middle for step in self._data}
        spans = {name: (mean, 4.0 * spread) for name, (mean, spread) in stated.items()}
        for _ in range(_PASSES):
            self._work_out(spans)
            closer = {name: self._span(name, *span) for name, span in spans.items()}
            if all(closer[name][1] > _SETTLED * half for name, (_, half) in spans.items()):
                break
            spans = closer

    def _work_out(self, spans: Mapping[str, tuple[float, float]]) -> None:
        self.axes = {
            name: np.linspace(centre - half, centre + half, _POINTS.get(name, _POINTS["middle"]))
            for name, (centre, half) in spans.items()
        }
        prior, axes = self.prior, self.axes
        log = _log_normal(axes["sigma"], prior.sigma)[:, None, None] + _log_normal(axes["beta"], prior.beta)[:, None]
        log = log + _log_normal(axes["common"], prior.common)
        self._likelihood, self._about, said = {}, {}, {}
        for step, data in self._data.items():
            middle = axes[f"step/{step}"]
            likelihood = data.log_likelihood(np.exp(axes["sigma"]), axes["beta"], middle)
            likelihood -= likelihood.max()
            about = np.exp(-0.5 * ((middle - axes["common"][:, None]) / prior.scatter) ** 2)
            said[step] = np.einsum("sbk,ck->sbc", np.exp(likelihood), about)
            said[step] = np.maximum(said[step], _LEAST)
            self._likelihood[step], self._about[step] = np.exp(likelihood), about
            log = log + np.log(said[step])
        self.joint: NDArray[np.float64] = np.exp(log - log.max())
        self.joint /= self.joint.sum()
        self.middle = {}
        for step, own in said.items():
            weight = np.einsum("sbc,ck->sbk", self.joint / own, self._about[step]) * self._likelihood[step]
            self.middle[step] = weight / weight.sum()

    def _span(self, name: str, centre: float, half: float) -> tuple[float, float]:
        """A grid about what is left of the posterior on an axis; rounded, so that machines agree on every point."""
        axis = self.axes[name]
        if name.startswith("step/"):
            weight = self.middle[name.removeprefix("step/")].sum(axis=(0, 1))
        else:
            place = ("sigma", "beta", "common").index(name)
            weight = self.joint.sum(axis=tuple(i for i in range(3) if i != place))
        mean = float(weight @ axis)
        spread = float(np.sqrt(weight @ (axis - mean) ** 2))
        return round(mean, _DIGITS), round(min(max(_WIDE * spread, float(axis[1] - axis[0])), half), _DIGITS)

    @property
    def steps(self) -> list[str]:
        """Steps of which at least one case was seen."""
        return list(self._data)

    def mixture(self, step: str, *, state_led: bool = False, without: Observed | None = None) -> Mixture:
        """Times of a new case of a step; ``without`` takes one of its cases out of what is known (leave one out)."""
        sigma, beta, middle = np.exp(self.axes["sigma"]), self.axes["beta"], self.axes[f"step/{step}"]
        weight = self.middle[step]
        if without is not None:
            held = weight > _LEAST
            said = _Data.of([without]).log_likelihood(sigma, beta, middle)
            left = np.where(held, np.log(np.where(held, weight, 1.0)) - said, -np.inf)
            weight = np.exp(left - left.max())
        shift = beta if state_led else np.zeros(1)
        weight = weight if state_led else weight.sum(axis=1, keepdims=True)
        places = np.broadcast_to(middle + shift[:, None], weight.shape)
        spreads = np.broadcast_to(sigma[:, None, None], weight.shape)
        kept = weight > weight.max() * 1e-6
        return Mixture(places[kept], spreads[kept], weight[kept] / weight[kept].sum())

    @cached_property
    def _running(self) -> Draws:
        return np.cumsum(self.joint.ravel())

    def drawn(self, step: str, *, state_led: bool, common: Draws, own: Draws) -> tuple[Draws, Draws]:
        """Middle and spread of the logarithm in each draw, from uniform draws for what is common and for the step.

        The same ``common`` for all steps and parks: what is not known of all of them moves together.
        """
        cell = np.minimum(np.searchsorted(self._running, common * self._running[-1]), self.joint.size - 1)
        s, b, c = np.unravel_index(cell, self.joint.shape)
        broad = np.broadcast_to(self._likelihood[step], (*self.joint.shape[:2], self.axes[f"step/{step}"].size))
        running = np.cumsum(self._about[step][c] * broad[s, b], axis=1)
        place = np.minimum((running < (own * running[:, -1])[:, None]).sum(axis=1), running.shape[1] - 1)
        middle = self.axes[f"step/{step}"][place]
        shift = self.axes["beta"][b] if state_led else 0.0
        return middle + shift, np.exp(self.axes["sigma"][s])


def _log_normal(axis: Draws, stated: tuple[float, float]) -> Draws:
    mean, spread = stated
    return np.asarray(-0.5 * ((axis - mean) / spread) ** 2)


@dataclass(frozen=True)
class _Data:
    """Cases of one step as logarithms: those finished on a day as sums, the others each.

    A group is those of one who leads: how many were finished on a day, mean and squares about it, the times of the
    unfinished, and the times by which others were finished at the latest.
    """

    groups: tuple[tuple[bool, int, float, float, Draws, Draws], ...]

    @classmethod
    def of(cls, cases: Sequence[Observed]) -> "_Data":
        groups = []
        for led in (False, True):
            mine = [case for case in cases if case.state_led is led]
            if mine:
                done = np.sort(np.log([case.days for case in mine if case.finished and not case.at_latest]))
                open_ = np.sort(np.log([case.days for case in mine if not case.finished]))
                by_then = np.sort(np.log([case.days for case in mine if case.finished and case.at_latest]))
                mean = float(done.mean()) if len(done) else 0.0
                groups.append((led, len(done), mean, float(((done - mean) ** 2).sum()), open_, by_then))
        return cls(tuple(groups))

    def log_likelihood(self, sigma: Draws, beta: Draws, middle: Draws) -> Draws:
        """On the grid sigma × beta × middle; the second axis is one long where no case is led by the state.

        A finished case counts with the density of its time, an unfinished one with the probability to last longer, one
        that was finished at the latest on a day with the probability not to last longer.
        """
        from scipy.special import log_ndtr

        led_by_state = any(led for led, *_ in self.groups)
        total = np.zeros((len(sigma), len(beta) if led_by_state else 1, len(middle)))
        for led, count, mean, squares, open_, by_then in self.groups:
            at = middle + (beta[:, None] if led else 0.0)
            spread = sigma[:, None, None]
            if count:
                total = total - count * np.log(spread) - (squares + count * (mean - at) ** 2) / (2 * spread**2)
            for time in open_:
                total = total + log_ndtr((at - time) / spread)
            for time in by_then:
                total = total + log_ndtr((time - at) / spread)
        return total
