"""Make the shipped model of record linkage from illustrative registrations whose doubles are known.

Run ``python -m benchmarks.train_link_model``; it writes ``src/quydat/survey/link_model.json``. Seeds differ from those of the
tests and benchmarks.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from quydat.survey.illustrative.registrations import registrations
from quydat.survey.link import Engine, patterns_of, sample_of_others
from quydat.survey.link_keys import candidate_pairs, records
from quydat.survey.link_model import LEVELS, Model, Patterns, fitted, labelled

_ROWS, _SEED = 200_000, 20_261_123
_FILE = Path(__file__).parents[1] / "src" / "quydat" / "survey" / "link_model.json"


def _start() -> Model:
    """Any model will do: m is counted, and u is found from the pairs."""
    even = {c: tuple(1 / len(levels) for _ in levels) for c, levels in LEVELS.items()}
    low = {c: (*(1e-4 for _ in levels[1:]), 1 - 1e-4 * (len(levels) - 1)) for c, levels in LEVELS.items()}
    return Model(even, low, 0.2, "start")


def _doubles(labels: "pd.Series[int]") -> np.ndarray:
    """All pairs of rows of one label, shape (pairs, 2)."""
    order = np.argsort(labels.to_numpy(), kind="stable")
    value = labels.to_numpy()[order]
    found = []
    for step in range(1, len(value)):
        at = np.flatnonzero(value[step:] == value[:-step])
        if not len(at):
            break
        found.append(np.sort(np.stack([order[at], order[at + step]], axis=1), axis=1))
    return np.concatenate(found)


def main() -> None:
    """Count m over all doubles, fit u over all pairs."""
    made = registrations(_ROWS, seed=_SEED)
    table = records(made.observations)
    left, right, _ = candidate_pairs(table)
    with Engine(2) as engine:
        pairs = _doubles(made.labels)
        start = labelled(patterns_of(engine.compared(table, pairs[:, 0], pairs[:, 1]))[0], start=_start())
        model = fitted(
            start, patterns_of(engine.compared(table, left, right))[0],
            others=sample_of_others(engine, table, left, right, seed=_SEED), rows=_ROWS,
            told=f"{_ROWS} illustrative registrations, seed {_SEED}",
        )  # fmt: skip
    _FILE.write_text(model.to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
