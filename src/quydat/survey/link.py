"""Which observations may be one establishment, how probable that is, and why."""

import json
import logging
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.text import Lang, say
from quydat.survey.link_keys import Ints, LeftOutBlock, candidate_pairs, codes, records
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
        comparison and its weight in bits, and the weight of the prior; ``contradiction``: ``tax_codes`` where both have
        valid tax codes of different firms, else empty. Most probable first, then by ids.
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

    def notes(self, lang: Lang) -> list[str]:
        """What should be known of the result, in words: where the weights come from, and what was not compared."""
        model = say(f"match.model.{'trained' if self.trained else 'shipped'}", lang, rows=self.rows)
        return [model, *(say("match.left_out", lang, **vars(block)) for block in self.left_out)]


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
    pairs = _table(observations, table, left, right, share[at], found.levels, at, used, review)
    return Linked(pairs, used.to_json(), trained, table.num_rows, len(left), tuple(left_out))


def _trained(engine: "Engine", table: pa.Table, left: Ints, right: Ints, compared: Patterns, seed: int) -> Model:
    told = f"u and prior: {table.num_rows} rows, {len(left)} pairs that share a key, seed {seed}; m: {default_model().told}"
    others = sample_of_others(engine, table, left, right, seed=seed)
    return fitted(default_model(), compared, others=others, rows=table.num_rows, told=told)


def sample_of_others(engine: "Engine", table: pa.Table, left: Ints, right: Ints, *, seed: int) -> Patterns:
    """What the pairs that are not compared would show, from two samples, each blown up to the pairs it stands for.

    One sample is of pairs of the same name (left out where a name has many bearers), the other of all the rest.
    """
    n = table.num_rows
    name = codes(table["name_set"])
    bearers = np.bincount(name[name >= 0], minlength=1).astype(float)
    alike = (bearers * (bearers - 1) / 2).sum() - ((name[left] == name[right]) & (name[left] >= 0)).sum()
    rng = np.random.default_rng(seed)
    known = left * n + right
    parts = []
    for pairs, stands_for in (
        (_pairs_of_one_name(name, rng), alike),
        (rng.integers(0, max(n, 1), (_AT_RANDOM, 2)), n * (n - 1) / 2 - len(left) - alike),
    ):
        pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
        code = np.setdiff1d(pairs[:, 0] * n + pairs[:, 1], known)
        one, other = code // n, code % n
        same = (name[one] == name[other]) & (name[one] >= 0)
        fits = same if not parts else ~same
        if fits.any():
            found, _, _ = patterns_of(engine.compared(table, one[fits], other[fits]))
            parts.append(Patterns(found.levels, found.count / found.count.sum() * max(stands_for, 0.0)))
        else:
            parts.append(Patterns(np.zeros((0, len(LEVELS)), np.int64), np.zeros(0)))
    return Patterns(np.concatenate([p.levels for p in parts]), np.concatenate([p.count for p in parts]))


def _pairs_of_one_name(name: Ints, rng: np.random.Generator) -> Ints:
    """Pairs of rows of the same name, each such pair as likely as any other; shape (pairs, 2)."""
    order = np.argsort(name, kind="stable")[(name < 0).sum() :]
    bearers = np.bincount(name[order], minlength=1)
    pairs = np.cumsum(bearers * (bearers - 1) // 2)
    if pairs[-1] == 0:
        return np.zeros((0, 2), np.int64)
    which = np.searchsorted(pairs, rng.integers(0, pairs[-1], _AT_RANDOM), side="right")
    start, size = (np.cumsum(bearers) - bearers)[which], bearers[which]
    one = (rng.random(_AT_RANDOM) * size).astype(np.int64)
    step = 1 + (rng.random(_AT_RANDOM) * (size - 1)).astype(np.int64)
    return np.stack([order[start + one], order[start + (one + step) % size]], axis=1)


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
    observations: pd.DataFrame, table: pa.Table, left: Ints, right: Ints, share: NDArray[np.float64],
    levels: NDArray[np.int64], at: Ints, model: Model, review: float,
) -> pd.DataFrame:  # fmt: skip
    keep = np.flatnonzero(share >= review)
    keep = keep[np.lexsort((right[keep], left[keep], -share[keep]))]
    left, right, at = left[keep], right[keep], at[keep]
    ids = pa.array(observations["observation_id"], pa.string(), from_pandas=True)
    ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    ids = ids.take(pc.array_sort_indices(ids))
    evidence = pa.array([_evidence(row, model, table.num_rows) for row in levels.tolist()], pa.string())
    firm, valid = codes(table["tax"]), table["tax_valid"].to_numpy()
    against = valid[left] & valid[right] & (firm[left] != firm[right])
    columns = {
        "left_id": ids.take(pa.array(left)), "right_id": ids.take(pa.array(right)),
        "probability_share": pa.array(share[keep]), "evidence": evidence.take(pa.array(at)),
        "contradiction": pc.if_else(pa.array(against, pa.bool_()), "tax_codes", ""),
    }  # fmt: skip
    text = {name: "str" for name in columns if name != "probability_share"}
    return pd.DataFrame({name: column.to_pandas() for name, column in columns.items()}).astype(text)


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
