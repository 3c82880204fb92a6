"""Which observations may be one establishment, how probable that is, and why."""

import json
import logging
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from quydat.survey.link_keys import Ints, LeftOutBlock, candidate_pairs, records
from quydat.survey.link_model import LEVELS, UNKNOWN, Model, Patterns, default_model, level_reader, settings, fitted

FEWEST_TO_TRAIN = 20_000
"""Rows from which on a model is trained on the input itself."""
_AT_RANDOM = 300_000


@dataclass(frozen=True)
class Linked:
    """Pairs that may be doubles.

    Attributes
    ----------
    pairs
        ``left_id`` < ``right_id``, ``probability_share``, and ``evidence``: JSON that names the level of each
        comparison and its weight in bits, and the weight of the prior. Most probable first, then by ids.
    model
        The model that gave the probabilities, as JSON.
    trained
        Whether the model was trained on this input; else it was given, or is the shipped one.
    rows, compared
        Observations, and pairs of them that were compared.
    left_out
        Blocks too large to be compared all with all.
    """

    pairs: pd.DataFrame
    model: str
    trained: bool
    rows: int
    compared: int
    left_out: tuple[LeftOutBlock, ...]


def link(
    observations: pd.DataFrame, *, review: float, seed: int, model: str | None = None, threads: int = 2
) -> Linked:
    """Find pairs of observations that may be the same establishment.

    Names and addresses are taken apart and folded, pairs that share one of some keys are compared, and each comparison
    adds its weight (Fellegi and Sunter, 1969; done by the library splink). From ``FEWEST_TO_TRAIN`` rows on the weights are
    trained on the input; below, or if the input tells too little, those of the shipped model serve.

    Parameters
    ----------
    observations
        Bulk table ``observation``; the order of its rows changes nothing.
    review
        Pairs below this probability are not returned.
    seed
        Seed of the pairs drawn at random in training.
    model
        A saved model as JSON; then nothing is trained.
    threads
        Threads of the database engine; they change nothing but the time.

    Raises
    ------
    ValueError
        If ids are missing or double, ``review`` is not in [0, 1], or the model is not of this version.

    >>> from quydat.survey.illustrative.registrations import registrations
    >>> found = link(registrations(200, seed=3).observations, review=0.5, seed=1)
    >>> found.trained, bool((found.pairs["left_id"] < found.pairs["right_id"]).all())
    (False, True)
    """
    if not 0 <= review <= 1:
        raise ValueError("review must lie in [0, 1]")
    table = records(observations)
    given = Model.from_json(model) if model is not None else None
    left, right, left_out = candidate_pairs(table)
    used, trained = given or default_model(), False
    with Engine(threads) as engine:
        levels = engine.compared(table, left, right) if len(left) else np.zeros((0, len(LEVELS)), np.int64)
        found, at, lead = patterns_of(levels)
        if given is None and table.num_rows >= FEWEST_TO_TRAIN:
            used, trained = _trained(engine, table, left, right, found, seed), True
        share = engine.probability(table, left[lead], right[lead], used) if len(left) else np.zeros(0)
    pairs = _table(observations, left, right, share, at, found.levels, used, review)
    return Linked(pairs, used.to_json(), trained, table.num_rows, len(left), tuple(left_out))


def _trained(engine: "Engine", table: pa.Table, left: Ints, right: Ints, compared: Patterns, seed: int) -> Model:
    n = table.num_rows
    one, other = random_pairs(n, left, right, seed=seed)
    at_random, _, _ = patterns_of(engine.compared(table, one, other))
    told = f"u and prior: {n} rows, {len(left)} pairs that share a key, {len(one)} at random; m: {default_model().told}"
    return fitted(default_model(), compared, at_random=at_random, rows=n, told=told)


def random_pairs(rows: int, left: Ints, right: Ints, *, seed: int) -> tuple[Ints, Ints]:
    """Pairs of different rows drawn at random, each once, that are not among the pairs given.

    >>> one, other = random_pairs(10, np.array([0]), np.array([1]), seed=1)
    >>> bool((one < other).all()), (0, 1) in zip(one.tolist(), other.tolist())
    (True, False)
    """
    drawn = np.sort(np.random.default_rng(seed).integers(0, max(rows, 1), (_AT_RANDOM, 2)), axis=1)
    code = np.setdiff1d(drawn[:, 0] * rows + drawn[:, 1], left * rows + right)
    code = code[code // rows != code % rows]
    return code // rows, code % rows


def patterns_of(levels: NDArray[np.int64]) -> tuple[Patterns, Ints, Ints]:
    """Different rows of levels in order with their counts, the place of each row among them, and the first row of each.

    >>> counted, at, lead = patterns_of(np.array([[0, 0, 0, 0, 0], [-1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]))
    >>> counted.count.tolist(), at.tolist(), lead.tolist()
    ([1.0, 2.0], [1, 0, 1], [1, 0])
    """
    code = np.zeros(len(levels), np.int64)
    for k, parts in enumerate(LEVELS.values()):
        code = code * (len(parts) + 1) + levels[:, k] + 1
    _, lead, at = np.unique(code, return_index=True, return_inverse=True)
    return Patterns(levels[lead], np.bincount(at, minlength=len(lead)).astype(float)), at, lead


def _table(
    observations: pd.DataFrame, left: Ints, right: Ints, share: NDArray[np.float64], at: Ints,
    levels: NDArray[np.int64], model: Model, review: float,
) -> pd.DataFrame:  # fmt: skip
    keep = np.flatnonzero(share[at] >= review) if len(at) else np.zeros(0, np.int64)
    keep = keep[np.lexsort((right[keep], left[keep], -share[at[keep]]))]
    ids = pa.array(observations["observation_id"], pa.string(), from_pandas=True)
    ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    ids = ids.take(pa.compute.array_sort_indices(ids))
    evidence = pa.array([_evidence(row, model, len(observations)) for row in levels.tolist()], pa.string())
    columns = {
        "left_id": ids.take(pa.array(left[keep])), "right_id": ids.take(pa.array(right[keep])),
        "probability_share": share[at[keep]], "evidence": evidence.take(pa.array(at[keep])),
    }  # fmt: skip
    made = pd.DataFrame({name: c.to_pandas() if isinstance(c, pa.Array) else c for name, c in columns.items()})
    return made.astype({"left_id": "str", "right_id": "str", "evidence": "str", "probability_share": "float64"})


def _evidence(levels: list[int], model: Model, rows: int) -> str:
    """What each comparison says and weighs, as JSON of one line."""
    weights = model.weights()
    prior = model.prior_share(rows)
    told: dict[str, object] = {"prior_bits": round(float(np.log2(prior / (1 - prior))), 3)} if rows else {}
    for (comparison, parts), level in zip(LEVELS.items(), levels, strict=True):
        name = UNKNOWN if level < 0 else parts[level][0]
        told[comparison] = {"level": name, "bits": round(weights[comparison][name], 3)}
    return json.dumps(told)


class Engine:
    """Comparisons and probabilities, by splink on one connection of DuckDB; to be used in a ``with`` statement."""

    def __init__(self, threads: int) -> None:
        import duckdb

        self._connection = duckdb.connect(":memory:", config={
            "threads": threads, "autoinstall_known_extensions": False, "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        })  # fmt: skip

    def __enter__(self) -> Self:
        # splink says at length what it does; a library does not speak.
        self._log = logging.getLogger("splink")
        self._level = self._log.level
        self._log.setLevel(logging.ERROR)
        return self

    def __exit__(self, *_: object) -> None:
        self._log.setLevel(self._level)
        self._connection.close()

    def compared(self, table: pa.Table, left: Ints, right: Ints) -> NDArray[np.int64]:
        """Level of each comparison of each pair: shape (pairs, comparisons), best is 0, -1 unknown."""
        scored = self._predicted(table, left, right, level_reader(), [f"mw_{name}" for name in LEVELS])
        made = np.stack([scored[f"mw_{name}"].to_numpy() for name in LEVELS], axis=1)
        return np.rint(made).astype(np.int64) - 1

    def probability(self, table: pa.Table, left: Ints, right: Ints, model: Model) -> NDArray[np.float64]:
        """Probability of each pair."""
        made: NDArray[np.float64] = self._predicted(table, left, right, model, ["match_probability"])["match_probability"].to_numpy()
        return made

    def _predicted(self, table: pa.Table, left: Ints, right: Ints, model: Model, columns: list[str]) -> pa.Table:
        from splink import DuckDBAPI, Linker

        api = DuckDBAPI(self._connection)
        frame = api.register(table, table_name="observations")
        linker = Linker(frame, settings(model, rows=table.num_rows), log_level=None)
        blocked = pa.table({"match_key": pa.array(["0"] * 1).take(pa.array(np.zeros(len(left), np.int64))), "join_key_l": left, "join_key_r": right})
        linker.table_management.register_blocked_pairs_for_predict(api.register(blocked, table_name="blocked"))
        scored = linker.inference.predict(warning_mode="never")
        wanted = ", ".join(columns)
        made = self._connection.sql(
            f"select unique_id_l, unique_id_r, {wanted} from {scored.physical_name}"  # noqa: S608 (names made here)
        ).to_arrow_table()
        order = np.argsort(made["unique_id_l"].to_numpy() * table.num_rows + made["unique_id_r"].to_numpy(), kind="stable")
        wanted_order = np.argsort(left * table.num_rows + right, kind="stable")
        place = np.empty_like(order)
        place[wanted_order] = order
        linker.table_management.delete_tables_created_by_splink_from_db()
        for name in ("observations", "blocked"):
            self._connection.unregister(name)
        return made.take(pa.array(place))
