"""The model of record linkage: what is compared, in which levels, and the weights of each level (Fellegi and Sunter,
1969).

A level's weight in bits is log2(m/u): m is how often doubles stand at this level, u how often two different
establishments do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DISTANCE = "sqrt(power(x_m_l - x_m_r, 2) + power(y_m_l - y_m_r, 2))"
_FAR = f"coalesce({_DISTANCE} > 1000 + coalesce(error_m_l, 0) + coalesce(error_m_r, 0), false)"
_NEAR = f"({_DISTANCE} <= {{0}} and coalesce(error_m_l, 0) <= 100 and coalesce(error_m_r, 0) <= 100)"
_EITHER = "({0}_l is null or {0}_r is null)"
_SAME = "{0}_l = {0}_r"

_NAME_SAME = "name_set_l = name_set_r"
_NAME_NEAR = (
    "(abs(length(name_l) - length(name_r)) <= 2 and least(length(name_l), length(name_r)) >= 5"
    " and damerau_levenshtein(name_l, name_r) <= case when length(name_l) >= 10 then 2 else 1 end)"
)
_NAME_PART = (
    "((least(length(name_l), length(name_r)) >= 5 and (contains(name_l, name_r) or contains(name_r, name_l)))"
    " or jaro_winkler_similarity(name_l, name_r) >= 0.9)"
)
_NAME_ALIKE = "jaro_winkler_similarity(name_l, name_r) >= 0.75"
_TAX_UNKNOWN = "(tax_l is null or tax_r is null)"
_TAX_NEAR = "damerau_levenshtein(tax_l, tax_r) <= 1"
_TAX_DOUBTFUL = "(not tax_valid_l or not tax_valid_r)"

LEVELS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "firm": (
        ("tax_same_name_same", f"tax_l = tax_r and tax_branch_l = tax_branch_r and {_NAME_SAME}"),
        ("tax_same_name_alike", f"tax_l = tax_r and tax_branch_l = tax_branch_r and {_NAME_ALIKE}"),
        ("tax_same_name_other", "tax_l = tax_r and tax_branch_l = tax_branch_r"),
        ("tax_firm_name_same", f"tax_l = tax_r and {_NAME_SAME}"),
        ("tax_firm_name_alike", f"tax_l = tax_r and {_NAME_ALIKE}"),
        ("tax_firm_name_other", "tax_l = tax_r"),
        ("tax_digit_name_same", f"{_TAX_NEAR} and {_NAME_SAME}"),
        ("tax_digit_name_alike", f"{_TAX_NEAR} and {_NAME_ALIKE}"),
        ("tax_unknown_name_same_rare", f"{_TAX_UNKNOWN} and {_NAME_SAME} and rarity_l = 2"),
        ("tax_unknown_name_same", f"{_TAX_UNKNOWN} and {_NAME_SAME} and rarity_l = 1"),
        ("tax_unknown_name_same_common", f"{_TAX_UNKNOWN} and {_NAME_SAME}"),
        ("tax_unknown_name_near", f"{_TAX_UNKNOWN} and {_NAME_NEAR}"),
        ("tax_unknown_name_part", f"{_TAX_UNKNOWN} and {_NAME_PART}"),
        ("tax_unknown_name_alike", f"{_TAX_UNKNOWN} and {_NAME_ALIKE}"),
        ("tax_unknown_name_other", _TAX_UNKNOWN),
        ("tax_doubtful_name_same", f"{_TAX_DOUBTFUL} and {_NAME_SAME}"),
        ("tax_doubtful_name_alike", f"{_TAX_DOUBTFUL} and {_NAME_PART}"),
        ("tax_other_name_same", _NAME_SAME),
        ("tax_other_name_alike", _NAME_PART),
        ("tax_other_name_other", "ELSE"),
    ),
    "place": (
        ("address", f"number_l = number_r and street_l = street_r and not {_FAR}"
                    " and not coalesce(unit_l <> unit_r and (x_m_l is null or x_m_r is null), false)"),
        ("number_unit", f"number_l = number_r and unit_l = unit_r and {_EITHER.format('street')} and not {_FAR}"),
        ("within_100_m", _NEAR.format(100)),
        ("street_unit", f"street_l = street_r and unit_l = unit_r and {_EITHER.format('number')} and not {_FAR}"),
        ("within_400_m", _NEAR.format(400)),
        ("address_other_unit", f"number_l = number_r and street_l = street_r and not {_FAR}"),
        ("street_other_number", f"street_l = street_r and unit_l = unit_r and not {_FAR}"),
        ("unit", f"(unit_l = unit_r or park_l = park_r) and not {_FAR}"),
        ("far", _FAR),
        ("other_unit", "unit_l <> unit_r"),
        ("other", "ELSE"),
    ),
    "business": (
        ("same", _SAME.format("activity")),
        ("same_code", f"{_EITHER.format('activity')} and {_SAME.format('sector')}"),
        ("same_division", f"{_EITHER.format('activity')} and substr(sector_l, 1, 2) = substr(sector_r, 1, 2)"),
        ("other_code", _EITHER.format("activity")),
        ("other_word_same_code", _SAME.format("sector")),
        ("other", "ELSE"),
    ),
    "branch": (
        ("none", "branch_l = 0 and branch_r = 0"),
        ("same", "branch_l = branch_r"),
        ("one", "branch_l <= 1 or branch_r <= 1"),
        ("other", "ELSE"),
    ),
    "form": (("same", _SAME.format("form")), ("other", "ELSE")),
}  # fmt: skip
"""By comparison its levels, best first, as name and condition; the first that holds counts."""

_NULL = {
    "firm": f"{_EITHER.format('name')} and {_TAX_UNKNOWN}",
    "place": f"{_EITHER.format('x_m')} and {_EITHER.format('unit')} and {_EITHER.format('street')}",
    # Works of one firm mostly do the same and bear its form: where the tax code is the same, that is no more evidence.
    "business": f"({_EITHER.format('activity')} and {_EITHER.format('sector')}) or coalesce(tax_l = tax_r, false)",
    "branch": "branch_l is null",
    "form": f"{_EITHER.format('form')} or form_l = 'company' or form_r = 'company' or coalesce(tax_l = tax_r, false)",
}
UNKNOWN = "unknown"
"""Level at which one side tells nothing: no evidence, weight 0."""
_SMALLEST, _SEEN_ONCE, _FEWEST = 1e-12, 0.5, 5000


@dataclass(frozen=True)
class Model:
    """Weights of all levels.

    Attributes
    ----------
    m, u
        By comparison, one probability for each of its ``LEVELS``, best first; each sums to 1.
    doubles_per_row
        Pairs that are doubles, for one row of the input: gives the probability that two rows taken at random are one.
    told
        What the model was trained on, in plain words.
    """

    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    doubles_per_row: float
    told: str

    def to_json(self) -> str:
        """The model as text that ``from_json`` reads; the same model gives the same text."""
        parts = {"m": self.m, "u": self.u, "doubles_per_row": self.doubles_per_row, "told": self.told}
        return json.dumps(parts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> "Model":
        """A model from its text.

        Raises
        ------
        ValueError
            If comparisons or levels are not those of ``LEVELS``, or a share is not above 0 and at most 1.
        """
        raw = json.loads(text)
        made = Model(_tuples(raw["m"]), _tuples(raw["u"]), raw["doubles_per_row"], raw["told"])
        for part in (made.m, made.u):
            if {c: len(v) for c, v in part.items()} != {c: len(v) for c, v in LEVELS.items()}:
                raise ValueError("the model has other comparisons or levels than this version compares")
            if not all(0 < share <= 1 for shares in part.values() for share in shares):
                raise ValueError("shares of a model must lie above 0 and not above 1")
        return made

    def prior_share(self, rows: int) -> float:
        """Probability that two of so many rows, taken at random, are one establishment.

        Fewer than 5,000 rows count as 5,000: a short list is a part of a city, and its rows are no likelier doubles
        for that.

        >>> [f"{Model({}, {}, 0.2, '').prior_share(rows):.1e}" for rows in (50, 10_001)]
        ['8.0e-05', '4.0e-05']
        """
        return self.doubles_per_row * 2 / (max(rows, _FEWEST) - 1)

    def weights(self) -> dict[str, dict[str, float]]:
        """Weight of each level in bits, by comparison and level; ``unknown`` weighs 0.

        >>> default_model().weights()["firm"]["unknown"]
        0.0
        """
        return {
            comparison: {UNKNOWN: 0.0}
            | {
                level: float(np.log2(m / u))
                for (level, _), m, u in zip(levels, self.m[comparison], self.u[comparison], strict=True)
            }
            for comparison, levels in LEVELS.items()
        }  # fmt: skip


def _tuples(shares: Mapping[str, list[float]]) -> dict[str, tuple[float, ...]]:
    return {comparison: tuple(values) for comparison, values in shares.items()}


@cache
def default_model() -> Model:
    """The shipped model: its m for all inputs, its u for those too small to train on. Made by
    ``benchmarks/train_link_model.py``.

    >>> default_model().weights()["firm"]["tax_same_name_same"] > 10
    True
    """
    return Model.from_json(files("quydat.survey").joinpath("link_model.json").read_text(encoding="utf-8"))


@cache
def level_reader() -> Model:
    """No model of anything: each level weighs its place among the levels, counted from 1, so that weights tell levels.

    splink gives the weights of comparisons for each pair, but their levels only together with all columns compared.

    >>> level_reader().weights()["form"]
    {'unknown': 0.0, 'same': 1.0, 'other': 2.0}
    """
    u = {c: tuple(2.0**-20 for _ in levels) for c, levels in LEVELS.items()}
    m = {c: tuple(2.0 ** (k - 19) for k in range(len(levels))) for c, levels in LEVELS.items()}
    return Model(m, u, 0.1, "levels only")


def settings(model: Model, *, rows: int) -> dict[str, Any]:
    """The model as settings of splink.

    >>> settings(default_model(), rows=1000)["link_type"]
    'dedupe_only'
    """
    comparisons = []
    for name, levels in LEVELS.items():
        made: list[dict[str, Any]] = [
            {"sql_condition": _NULL[name], "label_for_charts": UNKNOWN, "is_null_level": True}
        ]
        for (level, condition), m, u in zip(levels, model.m[name], model.u[name], strict=True):
            made.append({"sql_condition": condition, "label_for_charts": level, "m_probability": m, "u_probability": u})
        comparisons.append({"output_column_name": name, "comparison_levels": made})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": model.prior_share(rows),
        "blocking_rules_to_generate_predictions": [],
        "comparisons": comparisons,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
    }


@dataclass(frozen=True)
class Patterns:
    """Pairs counted by what their comparisons say.

    Attributes
    ----------
    levels
        Shape (patterns, comparisons): the place of the level in ``LEVELS``, best is 0; -1 unknown.
    count
        Shape (patterns,): pairs of each.
    """

    levels: NDArray[np.int64]
    count: NDArray[np.float64]


def fitted(start: Model, compared: Patterns, *, others: Patterns, rows: int, told: str, rounds: int = 200) -> Model:
    """The model for one input: u and the share of doubles by expectation and maximisation over all its pairs; m stays.

    What doubles look like (m) is how registers write one establishment; it comes from labelled rows. The input alone
    cannot tell it: its strongest pattern is the firm, not the establishment, and maximisation left free takes branches
    for doubles. What different establishments look like (u) is a matter of this city, and is fitted: pairs that share
    a key are known one by one, all others are taken as different, with the levels of pairs drawn from them at random.
    So rare levels, which random pairs never show, have their u too, and no level is without one.

    Parameters
    ----------
    start
        Model whose m is kept and from which the search begins.
    compared
        All pairs that share a key.
    others
        All other pairs, by what a sample of them shows.
    rows
        Rows of the input.

    Notes
    -----
    Dempster, Laird and Rubin (1977); the model with independent comparisons is that of Fellegi and Sunter (1969).
    Everything is a sum over some thousand patterns, in a fixed order: the same input gives the same weights to the
    last digit.
    """
    total = rows * (rows - 1) / 2
    names = list(LEVELS)
    m = {c: np.array(start.m[c]) for c in names}
    u = {c: np.array(start.u[c]) for c in names}
    prior, share = start.prior_share(rows), np.zeros(len(compared.count))
    for _ in range(rounds):
        bits = np.log2(prior / (1 - prior)) + sum(
            _level_weights(m[c], u[c])[compared.levels[:, k]] for k, c in enumerate(names)
        )
        before, share = share, 1 / (1 + np.exp2(-bits))
        prior = float(np.clip((compared.count * share).sum() / total, 1e-12, 0.5))
        for k, c in enumerate(names):
            size = len(m[c])
            other = np.bincount(compared.levels[:, k] + 1, compared.count * (1 - share), minlength=size + 1)[1:]
            other += np.bincount(others.levels[:, k] + 1, others.count, minlength=size + 1)[1:]
            u[c] = _shares(other + _SEEN_ONCE)
        if np.abs(share - before).max(initial=0) < 1e-6:
            break
    return Model(start.m, {c: tuple(u[c].tolist()) for c in names}, float((compared.count * share).sum() / rows), told)


def labelled(doubles: Patterns, *, start: Model) -> Model:
    """The model ``start`` with m as labelled doubles show it; a level that none of them shows counts half a pair.

    >>> one = Patterns(np.zeros((1, len(LEVELS)), np.int64), np.array([99.0]))
    >>> round(labelled(one, start=default_model()).m["form"][0], 3)  # 99.5 of 100
    0.995
    """
    m = {}
    for k, (name, levels) in enumerate(LEVELS.items()):
        seen = np.bincount(doubles.levels[:, k] + 1, doubles.count, minlength=len(levels) + 1)[1:]
        m[name] = tuple(_shares(seen + _SEEN_ONCE).tolist())
    return Model(m, start.u, start.doubles_per_row, start.told)


def _level_weights(m: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by place of the level; the last, which is place -1, is that of the unknown."""
    made: NDArray[np.float64] = np.append(np.log2(m / u), 0.0)
    return made


def _shares(counts: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    raised = np.maximum(counts / counts.sum(), _SMALLEST)
    made: NDArray[np.float64] = raised / raised.sum()
    return made
