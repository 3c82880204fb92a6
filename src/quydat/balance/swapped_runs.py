"""Runs of the model in which groups of inputs are swapped between two sets of points."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quydat.balance.related import components, related_points
from quydat.balance.sobol import Index, base_points, indices, is_constant
from quydat.core.draws import Draws, normal_score
from quydat.core.uniforms import Correlations, GivenUniforms, Uniforms
from quydat.demand.uncertain import UncertainInput
from quydat.dictionary.schema import choices

Evaluate = Callable[[Uniforms], Mapping[str, Draws]]
"""The model: for each draw of the streams its results, by their names in the list ``sensitivity_output``."""

_NONE: frozenset[str] = frozenset()
_TENTH = 10


@dataclass(frozen=True)
class Group:
    """Inputs that are swapped together."""

    name: str
    members: tuple[UncertainInput, ...]

    @property
    def streams(self) -> frozenset[str]:
        """Their streams."""
        return frozenset(stream for one in self.members for stream in one.streams)


@dataclass(frozen=True)
class Block:
    """One run over all points.

    Attributes
    ----------
    swapped
        Streams that come from the second set of points; the others come from the first.
    first
        Streams that stand first in the root of the correlations.
    """

    swapped: frozenset[str]
    first: frozenset[str]


class SwappedRuns:
    """Results of the model at two sets of points, and at the first with the inputs of groups from the second.

    Parameters
    ----------
    evaluate
        The model.
    inputs
        All that is not sure.
    related
        Correlations of their streams.
    seed
        Of the points.
    at_once
        Draws that the model is asked for in one call, at least.
    """

    def __init__(
        self, evaluate: Evaluate, inputs: Sequence[UncertainInput], related: Correlations, *, seed: int, at_once: int
    ) -> None:
        self.evaluate, self.related, self.seed, self.at_once = evaluate, related, seed, at_once
        self.streams = [stream for one in inputs for stream in one.streams]
        self.parts = input_groups(inputs, related)
        self.points: tuple[Draws, Draws] = (np.empty((0, 0)), np.empty((0, 0)))
        self.results: dict[Block, dict[str, Draws]] = {}
        self.evaluations = 0

    def take(self, count: int, groups: Iterable[Group]) -> None:
        """Run the model at so many points; where it has run, it is not run again."""
        before = len(self.points[0])
        self.points = base_points(len(self.streams), count=count, seed=self.seed)
        blocks = list(dict.fromkeys(block for group in groups for block in self._blocks(group)))
        size = max(1, self.at_once // (count - before))
        for start in range(0, len(blocks), size):
            some = blocks[start : start + size]
            made = self._run(np.concatenate([self._points(block, before) for block in some]))
            for name, values in made.items():
                for block, own in zip(some, np.split(values, len(some)), strict=True):
                    known = self.results.setdefault(block, {})
                    known[name] = np.concatenate([known[name], own]) if name in known else own

    def indices(self, groups: Sequence[Group]) -> dict[str, dict[str, Index]]:
        """Indices of groups for each result; a result that is the same at all points has none."""
        return {
            output: self._indices(groups, output)
            for output in choices("sensitivity_output")
            if output in self.results[self._base()[0]] and not is_constant(self.base(output))
        }

    def base(self, output: str) -> Draws:
        """A result at the points of both sets."""
        return np.concatenate([self.results[block][output] for block in self._base()])

    def tenths(self, output: str) -> dict[str, tuple[float, float]]:
        """Mean of a result over the lowest and the highest tenth of each input, by the input's name.

        A choice has no low and high: its ends are the tenths in which the result is lowest and highest.
        An input with several streams is ordered by the sum of their normal scores that fits the result best. The sum
        that fits one set of points orders the other, so that an input which moves nothing does not look as if it did.
        """

        points = [self._points(block, 0) for block in self._base()]
        scores = [normal_score(own) for own in points]
        results = [self.results[block][output] for block in self._base()]
        made = {}
        for one in (member for part in self.parts for member in part.members):
            columns = [self.streams.index(name) for name in one.streams]
            own = [score[:, columns] for score in scores]
            if len(columns) == 1:
                ends = _tenths(np.concatenate(own)[:, 0], np.concatenate(results), ordered=one.ordered)
            else:
                weights = [_fit(own[other], results[other]) for other in (1, 0)]
                ends = np.mean([_tenths(own[k] @ weights[k], results[k]) for k in (0, 1)], axis=0)
            made[one.name] = float(ends[0]), float(ends[1])
        return made

    def _base(self) -> tuple[Block, Block]:
        return Block(_NONE, _NONE), Block(frozenset(self.streams), _NONE)

    def _first(self, group: Group) -> frozenset[str]:
        """A group that takes some of what is related and leaves some must stand first; for others nothing must."""
        cut = any(part.streams & group.streams and not part.streams <= group.streams for part in self.parts)
        return group.streams if cut else _NONE

    def _blocks(self, group: Group) -> tuple[Block, Block, Block]:
        first = self._first(group)
        return Block(_NONE, first), Block(frozenset(self.streams), first), Block(group.streams, first)

    def _points(self, block: Block, start: int) -> Draws:
        a, b = (points[start:] for points in self.points)
        plain = np.where(np.isin(self.streams, list(block.swapped)), b, a)
        return related_points(plain, self.streams, self.related, first=block.first)

    def _run(self, points: Draws) -> Mapping[str, Draws]:
        self.evaluations += len(points)
        columns = {name: np.ascontiguousarray(points[:, place]) for place, name in enumerate(self.streams)}
        return self.evaluate(GivenUniforms(columns, count=len(points)))

    def _indices(self, groups: Sequence[Group], output: str) -> dict[str, Index]:
        by_first: dict[frozenset[str], list[Group]] = {}
        for group in groups:
            by_first.setdefault(self._first(group), []).append(group)
        found: dict[str, Index] = {}
        for some in by_first.values():
            a, b, _ = self._blocks(some[0])
            mixed = {group.name: self.results[self._blocks(group)[2]][output] for group in some}
            found |= indices(self.results[a][output], self.results[b][output], mixed, seed=self.seed)
        return {group.name: found[group.name] for group in groups}


def input_groups(inputs: Sequence[UncertainInput], related: Correlations) -> list[Group]:
    """Inputs one by one; those that hang together by correlations as one, its name theirs joined by +."""
    found = components([one.streams for one in inputs], related)
    made = [tuple(inputs[place] for place in places) for places in found]
    return [Group("+".join(one.name for one in members), members) for members in made]


def _tenths(order_by: Draws, result: Draws, *, ordered: bool = True) -> Draws:
    """Mean result over the lowest and the highest tenth of something; of a choice, over its worst and best tenth."""
    order = np.argsort(order_by, kind="stable")
    if not ordered:
        means = [result[part].mean() for part in np.array_split(order, _TENTH)]
        return np.array([min(means), max(means)])
    tenth = len(order) // _TENTH
    return np.array([result[order[:tenth]].mean(), result[order[-tenth:]].mean()])


def _fit(scores: Draws, result: Draws) -> Draws:
    """Weights of scores in the sum that fits a result best, by least squares."""
    centred = scores - scores.mean(axis=0)
    fitted: Draws = np.linalg.lstsq(centred.T @ centred, centred.T @ (result - result.mean()), rcond=None)[0]
    return fitted
