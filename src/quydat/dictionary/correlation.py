"""``[correlation]`` of a study: which things that are not sure move together, checked as one matrix.

Each pair says between which two parameters, how strongly (rank correlation, −1 to 1), its basis and its source. Pairs
that are not stated are unrelated. Together they must be possible: a matrix with an eigenvalue of 0 or less is refused
with the smallest group that contradicts itself; where the study says so, all are weakened by one factor until they are
possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations
from math import isfinite
from typing import Any

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.core.problem import Place, Problem, problem
from quydat.core.uniforms import NONE_RELATED, Correlations

_LEAST = 1e-8
"""Eigenvalues below this count as none: the factor of such a matrix has lost its digits."""
_MENDED_LEAST = 1e-6
"""Least eigenvalue of a matrix that was weakened."""
_LARGEST_GROUP = 5


@dataclass(frozen=True)
class CorrelationSpec:
    """One pair as ``study.toml`` states it."""

    between: tuple[str, str]
    rho: float
    basis: Basis
    source: str


@dataclass(frozen=True)
class StatedCorrelations:
    """All pairs of a study, and the matrix that they make; ``mended`` if they had to be weakened."""

    pairs: tuple[CorrelationSpec, ...] = ()
    matrix: Correlations = NONE_RELATED
    mended: bool = False

    def notes(self) -> dict[str, str]:
        """What was mended, for the manifest of a run, in English and (``correlation_vi``) Vietnamese; else nothing."""
        if not self.mended or self.matrix.matrix is None:
            return {}
        at = {name: place for place, name in enumerate(self.matrix.names)}
        made = [
            (*one.between, one.rho, self.matrix.matrix[tuple(at[name] for name in one.between)]) for one in self.pairs
        ]
        listed = "; ".join(f"{a} – {b}: {_short(stated)} → {_short(float(now))}" for a, b, stated, now in made)
        return {
            "correlation": f"impossible together as stated, so all were weakened by one factor: {listed}",
            "correlation_vi": f"các tương quan đã nêu trái nhau nên đều được làm yếu đi cùng một tỷ lệ: {listed}",
        }


NONE_STATED = StatedCorrelations()


def read_correlations(block: Any, *, known: Sequence[str], file: str, found: list[Problem]) -> StatedCorrelations:
    """Read and check the block; problems are added to ``found``.

    Parameters
    ----------
    block
        The parsed table, or None.
    known
        Names of parameters that are ranges.
    """
    if block is None:
        return StatedCorrelations()
    before = len(found)
    if not isinstance(block, Mapping) or not isinstance(block.get("pairs", []), list):
        found.append(
            problem("QD305", Place(file, column="correlation"), key="correlation", wanted="table", value=block)
        )
        return StatedCorrelations()
    for key in block:
        if key not in ("pairs", "mend"):
            full = f"correlation.{key}"
            found.append(problem("QD303", Place(file, column=full), key=full, nearest="correlation.pairs"))
    mend = block.get("mend")
    if mend not in (None, "weaken"):
        place = Place(file, column="correlation.mend")
        found.append(problem("QD305", place, key="correlation.mend", wanted='"weaken"', value=mend))
    pairs = [
        pair
        for number, item in enumerate(block.get("pairs", []), start=1)
        if (pair := _pair(item, number, known, file, found)) is not None
    ]
    stated: dict[frozenset[str], float] = {}
    for pair in pairs:
        both = frozenset(pair.between)
        if both in stated:
            a, b = pair.between
            place = Place(file, column="correlation.pairs")
            found.append(problem("QD742", place, a=a, b=b, first=_short(stated[both]), second=_short(pair.rho)))
        stated.setdefault(both, pair.rho)
    if len(found) > before or not pairs:
        return StatedCorrelations(tuple(pairs))
    names = tuple(dict.fromkeys(name for pair in pairs for name in pair.between))
    matrix = matrix_of(names, {pair.between: pair.rho for pair in pairs})
    if float(np.linalg.eigvalsh(matrix)[0]) > _LEAST:
        return StatedCorrelations(tuple(pairs), Correlations(names, matrix))
    mended = weakened(matrix)
    if mend == "weaken":
        return StatedCorrelations(tuple(pairs), Correlations(names, mended), mended=True)
    found.append(_contradiction(names, matrix, mended, file))
    return StatedCorrelations(tuple(pairs))


def matrix_of(names: Sequence[str], pairs: Mapping[tuple[str, str], float]) -> Draws:
    """The symmetric matrix of stated pairs, 0 where nothing is stated.

    >>> matrix_of(["a", "b", "c"], {("a", "c"): 0.5}).tolist()
    [[1.0, 0.0, 0.5], [0.0, 1.0, 0.0], [0.5, 0.0, 1.0]]
    """
    made = np.eye(len(names))
    at = {name: place for place, name in enumerate(names)}
    for (a, b), rho in pairs.items():
        made[at[a], at[b]] = made[at[b], at[a]] = rho
    return made


def weakened(matrix: Draws) -> Draws:
    """The stated correlations times the largest factor below 1 with which they are possible together.

    Since (1 − λ) C + λ I has the eigenvalues (1 − λ) e + λ, the factor follows from the least eigenvalue alone.

    >>> stated = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])   # eigenvalues 1.9, 1.9, −0.8
    >>> weakened(stated)[0].round(3).tolist()                                     # 0.9 ÷ 1.8
    [1.0, 0.5, -0.5]
    """
    least = float(np.linalg.eigvalsh(matrix)[0])
    factor = (1.0 - _MENDED_LEAST) / (1.0 - least)
    made: Draws = matrix * factor
    np.fill_diagonal(made, 1.0)
    return made


def smallest_contradiction(matrix: Draws) -> tuple[int, ...]:
    """Columns of the smallest group whose correlations are impossible together; all columns if it is larger than five.

    >>> smallest_contradiction(np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.9, -0.9],
    ...                                  [0.0, 0.9, 1.0, 0.9], [0.0, -0.9, 0.9, 1.0]]))
    (1, 2, 3)
    """
    size = len(matrix)
    for members in range(2, min(size, _LARGEST_GROUP) + 1):
        for group in combinations(range(size), members):
            if float(np.linalg.eigvalsh(matrix[np.ix_(group, group)])[0]) <= _LEAST:
                return group
    return tuple(range(size))


def _contradiction(names: Sequence[str], matrix: Draws, mended: Draws, file: str) -> Problem:
    group = smallest_contradiction(matrix)
    pairs = [(a, b) for a, b in combinations(group, 2) if matrix[a, b] != 0]
    near = "; ".join(f"{names[a]} – {names[b]}: {_short(matrix[a, b])} → {_short(mended[a, b])}" for a, b in pairs)
    least = _short(float(np.linalg.eigvalsh(matrix)[0]))
    listed = ", ".join(names[one] for one in group)
    return problem("QD743", Place(file, column="correlation.pairs"), least=least, names=listed, nearest=near)


def _short(value: float) -> str:
    return f"{value:.3g}"


def _pair(item: Any, number: int, known: Sequence[str], file: str, found: list[Problem]) -> CorrelationSpec | None:
    place = Place(file, column=f"correlation.pairs[{number}]")
    body = item if isinstance(item, Mapping) else {}
    between, rho, basis, source = (body.get(key) for key in ("between", "rho", "basis", "source"))
    right = {
        "between": isinstance(between, list) and len(between) == 2 and len({str(one) for one in between}) == 2,
        "rho": isinstance(rho, int | float) and not isinstance(rho, bool) and isfinite(rho),
        "basis": basis in {one.value for one in Basis},
        "source": isinstance(source, str) and bool(source.strip()),
    }
    wrong = [
        problem("QD744", place, number=number, part=part, value=body.get(part)) for part, ok in right.items() if not ok
    ]
    if right["between"]:
        for name in between:  # type: ignore[union-attr]
            if name not in known:
                nearest_name = get_close_matches(str(name), list(known), n=1, cutoff=0.0)[0]
                wrong.append(problem("QD740", place, name=name, nearest=nearest_name))
    if right["rho"] and right["between"] and not -1.0 < float(rho) < 1.0:  # type: ignore[arg-type]
        wrong.append(problem("QD741", place, a=between[0], b=between[1], value=rho))  # type: ignore[index]
    found += wrong
    if wrong:
        return None
    a, b = (str(one) for one in between)  # type: ignore[union-attr]
    return CorrelationSpec((a, b), float(rho), Basis(basis), str(source))  # type: ignore[arg-type]
