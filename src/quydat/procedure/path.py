"""Ways through the steps that remain: when each step ends, the longest way, and which steps lie on it in each draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws
from quydat.procedure.template import Track


def finish(
    track: Track,
    remaining: list[str],
    days: Mapping[str, Draws],
    *,
    not_before: Mapping[str, float] | None = None,
    not_done_before: Mapping[str, float] | None = None,
) -> dict[str, Draws]:
    """Days from now to the end of each remaining step: each starts when all before it are done (critical path).

    ``not_before`` and ``not_done_before`` hold back the start and the end of a step, as its money does.
    """
    done: dict[str, Draws] = {}
    for one in remaining:
        begin = np.full_like(days[one], (not_before or {}).get(one, 0.0))
        for before in track.before[one]:
            if before in done:
                begin = np.maximum(begin, done[before])
        done[one] = np.maximum(begin + days[one], (not_done_before or {}).get(one, 0.0))
    return done


def longest(
    track: Track, remaining: list[str], days: Mapping[str, float | None] | Mapping[str, float]
) -> tuple[float, list[str]]:
    """Length of the longest way through the remaining steps, and its steps; steps without days count nothing.

    This is the critical path of Kelley and Walker (1959), found forwards in the order of the track.
    """
    best: dict[str, tuple[float, list[str]]] = {}
    for one in remaining:
        before = [best[b] for b in track.before[one] if b in best]
        length, path = max(before, key=lambda item: item[0], default=(0.0, []))
        own = days[one]
        best[one] = (length, path) if own is None else (length + own, [*path, one])
    return max(best.values(), key=lambda item: item[0], default=(0.0, []))


@dataclass(frozen=True)
class Critical:
    """The longest way of each draw.

    Attributes
    ----------
    on
        Step → in which draws it lies on the longest way.
    likely, likely_share
        The way that is the longest in most draws, its steps in order, and the share of the draws in which it is.
    """

    on: Mapping[str, NDArray[np.bool_]]
    likely: tuple[str, ...]
    likely_share: float

    def share(self, step: str) -> float:
        """Share of the draws in which a step lies on the longest way."""
        return float(self.on[step].mean())

    def spent(self, days: Mapping[str, Draws], steps: Iterable[str]) -> Draws:
        """Days of each draw that are spent on these steps along the longest way."""
        count = next(iter(self.on.values())).size if self.on else 0
        total = np.zeros(count)
        for step in steps:
            total = total + np.where(self.on[step], days[step], 0.0)
        return total


def critical(track: Track, done: Mapping[str, Draws]) -> Critical:
    """The longest way of each draw, walked back from its last step; of two that end together the first of the track.

    Along it the days of its steps add up to the day on which the land is ready (the criticality index of
    R. M. Van Slyke, 1963, is the share of draws in which a step lies on it).
    """
    steps = list(done)
    if not steps:
        return Critical({}, (), 0.0)
    ends = np.stack([done[step] for step in steps])
    place = {step: number for number, step in enumerate(steps)}
    on = np.zeros(ends.shape, dtype=bool)
    draws = np.arange(ends.shape[1])
    on[ends.argmax(axis=0), draws] = True
    for step in reversed(steps):
        before = [place[one] for one in track.before[step] if one in place]
        if before:
            latest = np.array(before)[ends[before].argmax(axis=0)]
            reached = on[place[step]]
            on[latest[reached], draws[reached]] = True
    ways, counts = np.unique(np.packbits(on, axis=0), axis=1, return_counts=True)
    most = np.unpackbits(ways[:, counts.argmax()], count=len(steps)).astype(bool)
    likely = tuple(step for step, there in zip(steps, most, strict=True) if there)
    return Critical({step: on[number] for step, number in place.items()}, likely, float(counts.max() / ends.shape[1]))
