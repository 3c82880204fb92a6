"""Which of the things not sure makes a result wide, and which survey would narrow it most.

Inputs that are related are judged together: known apart, their parts of the variance would overlap. Surveys are judged
by what they would make known, with all that this tells of what is related to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2, sqrt
from typing import Any

import numpy as np
import pandas as pd

from quydat.balance.sobol import Index, points_needed
from quydat.balance.swapped_runs import Evaluate, Group, SwappedRuns, input_groups
from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws
from quydat.core.uniforms import NONE_RELATED, Correlations
from quydat.demand.uncertain import UncertainInput
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import choices, tables

NO_SURVEY = frozenset({"method", "policy", "future"})
"""What no survey makes known."""


@dataclass(frozen=True)
class Effort:
    """How many points are taken.

    Attributes
    ----------
    first, most
        Points of the first look, and the most that are taken; powers of two. The model runs once for each point and
        each group of inputs, and twice more.
    error
        95 % error of the first-order parts that is wanted; where ``most`` points do not bring it, the tables say what
        it is.
    at_once
        Draws that the model is asked for in one call, at least.
    """

    first: int = 1024
    most: int = 4096
    error: float = 0.05
    at_once: int = 65_536

    def within(self, draws: int) -> "Effort":
        """No more points than a study has draws: what it takes for enough elsewhere is enough here.

        >>> Effort().within(400).first, Effort().within(400).most, Effort().within(100_000).most
        (256, 256, 4096)
        """
        most = 2 ** int(log2(max(draws, 2)))
        return replace(self, first=min(self.first, most), most=min(self.most, most))


@dataclass(frozen=True)
class Sensitivity:
    """Tables ``sensitivity`` and ``sensitivity_survey``, and how they were made.

    Attributes
    ----------
    inputs, surveys
        The tables. A result that is the same in all draws has no rows: no part of its variance can be told.
    points, evaluations
        Points taken, and draws that the model was asked for.
    error
        Largest 95 % error of a first-order part among the inputs.
    set_to_zero
        Result and name of first-order parts that were estimated below 0 by no more than their error and are told as 0.
    """

    inputs: pd.DataFrame
    surveys: pd.DataFrame
    points: int
    evaluations: int
    error: float
    set_to_zero: tuple[tuple[str, str], ...]

    def note(self) -> str:
        """How the tables were made, for the manifest of a run."""
        zero = ", ".join(f"{output}/{name}" for output, name in self.set_to_zero) or "none"
        return (
            f"{self.points} points, {self.evaluations} draws of the model, largest 95 % error {self.error:.3f}; "
            f"estimated below 0 by no more than their error and told as 0: {zero}"
        )


Found = Mapping[str, Mapping[str, Index]]
"""Indices by result and name of the group."""


def sensitivity(
    evaluate: Evaluate,
    *,
    inputs: Sequence[UncertainInput],
    correlations: Correlations = NONE_RELATED,
    seed: int,
    widths: Mapping[str, float] | None = None,
    effort: Effort | None = None,
) -> Sensitivity:
    """Sobol indices of each input and of each survey, for each result.

    Parameters
    ----------
    evaluate
        The model.
    inputs
        All that is not sure; each stream belongs to one of them.
    correlations
        Between streams; inputs that hang together by them make one row.
    seed
        Of the points.
    widths
        P90 − P10 of the results as they are published; those at the points if they are not given.
    effort
        How many points are taken.

    Raises
    ------
    ValueError
        If a stream belongs to two inputs, or there is no input.

    Notes
    -----
    Sobol 2001; Saltelli et al. 2010: ``docs/method/sensitivity.md``.
    """
    _check(inputs)
    own = effort or Effort()
    groups, surveys = input_groups(inputs, correlations), _surveys(inputs)
    runs = SwappedRuns(evaluate, inputs, correlations, seed=seed, at_once=own.at_once)
    runs.take(own.first, [*groups, *surveys])
    found = runs.indices(groups)
    count = points_needed(_worst(found), tried=own.first, wanted=own.error, most=own.most)
    if count > own.first:
        runs.take(count, [*groups, *surveys])
        found = runs.indices(groups)
    by_survey = runs.indices(surveys)
    told = {output: _width(runs, output) for output in by_survey} | dict(widths or {})
    zero = tuple(
        (output, name)
        for part in (found, by_survey)
        for output, by_name in part.items()
        for name, one in by_name.items()
        if -one.error <= one.first < 0.0
    )
    return Sensitivity(
        _input_table(found, groups, runs),
        _survey_table(by_survey, surveys, told),
        count,
        runs.evaluations,
        _worst(found),
        zero,
    )


def widths(city: Mapping[str, Draws]) -> dict[str, float]:
    """P90 − P10 of demand and gap added up to the last year, in the account of the whole city."""
    made = {}
    for name in ("gap", "demand"):
        low, high = np.quantile(city[f"{name}_ha"].sum(axis=1), [0.1, 0.9])
        made[name] = float(high - low)
    return made


def best_survey(surveys: pd.DataFrame, output: str) -> str | None:
    """The survey that would narrow a result most, among those that can be made; None if none narrows it for sure.

    Parameters
    ----------
    surveys
        Table ``sensitivity_survey``.
    output
        One of its results.
    """
    rows = surveys[(surveys["output"] == output) & ~surveys["informed_by"].isin(NO_SURVEY)]
    rows = rows[rows["first_order_share"] > rows["error_share"]].sort_values("rank")
    return None if rows.empty else str(rows["informed_by"].iloc[0])


def _check(inputs: Sequence[UncertainInput]) -> None:
    every = [stream for one in inputs for stream in one.streams]
    if not every or len(set(every)) < len(every):
        raise ValueError("each stream belongs to one input, and there is at least one")


def _surveys(inputs: Sequence[UncertainInput]) -> list[Group]:
    """Inputs by what would make them known, in the order of the dictionary's list."""
    by = {name: tuple(one for one in inputs if one.informed_by == name) for name in choices("informed_by")}
    return [Group(name, members) for name, members in by.items() if members]


def _worst(found: Found) -> float:
    return max((one.error for by_name in found.values() for one in by_name.values()), default=0.0)


def _width(runs: SwappedRuns, output: str) -> float:
    low, high = np.quantile(runs.base(output), [0.1, 0.9])
    return float(high - low)


def _told(index: Index) -> float:
    """A first-order part; what lies below 0 by no more than its error is 0."""
    return 0.0 if -index.error <= index.first < 0.0 else index.first


def _basis(group: Group) -> str:
    return weakest(Basis(one.basis) for one in group.members).value


def _input_table(found: Found, groups: Sequence[Group], runs: SwappedRuns) -> pd.DataFrame:
    rows = []
    for output, by_name in found.items():
        tenths = runs.tenths(output)
        for group in groups:
            index = by_name[group.name]
            # Of inputs that hang together, the one that moves the result most speaks for all.
            speaker = max(group.members, key=lambda one: abs(tenths[one.name][1] - tenths[one.name][0]))
            rows.append({
                "output": output, "input": group.name,
                "name_vi": "; ".join(one.name_vi for one in group.members),
                "name_en": "; ".join(one.name_en for one in group.members),
                "informed_by": speaker.informed_by,
                "first_order_share": _told(index), "total_order_share": index.total, "error_share": index.error,
                "low": tenths[speaker.name][0], "high": tenths[speaker.name][1], "basis": _basis(group),
            })  # fmt: skip
    return _table("sensitivity", rows)


def _survey_table(found: Found, surveys: Sequence[Group], widths: Mapping[str, float]) -> pd.DataFrame:
    rows = []
    for output, by_name in found.items():
        order = sorted(surveys, key=lambda group: -_told(by_name[group.name]))
        for rank, group in enumerate(order, start=1):
            share = _told(by_name[group.name])
            left = sqrt(1.0 - min(1.0, max(0.0, share)))
            rows.append({
                "output": output, "informed_by": group.name, "first_order_share": share,
                "error_share": by_name[group.name].error, "width_now": widths[output],
                "width_then": widths[output] * left, "rank": rank, "basis": _basis(group),
            })  # fmt: skip
    return _table("sensitivity_survey", rows)


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    columns = {one.name: pd.Series([row[one.name] for row in rows], dtype=dtype_of(one)) for one in tables()[name]}
    return pd.DataFrame(columns, columns=tables()[name].columns)
