"""Matching of generated registrations: seconds, memory, precision and recall, against splink as it comes.

``python -m benchmarks.matching`` writes a table to the screen. Each side runs in a process of its own, so that
memory is its own.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from quydat.survey.clusters import clusters
from quydat.survey.decide import decide_by_rule, no_decisions
from quydat.survey.evaluate import Evaluation, evaluate_clusters, evaluate_pairs
from quydat.survey.illustrative.registrations import Registrations, registrations
from quydat.survey.link import link

SEED, ACCEPT, REVIEW = 1, 0.99, 0.3
SIZES = (100_000, 1_000_000)


def ours(made: Registrations) -> tuple[Evaluation, Evaluation, int]:
    """Link, decide by rule, join; evaluation of pairs and of establishments, and how many pairs a person is asked."""
    linked = link(made.observations, review=REVIEW, seed=SEED)
    decisions = decide_by_rule(linked.pairs, no_decisions(), accept=ACCEPT, model=linked.model)
    joined = clusters(made.observations["observation_id"], decisions)
    labels = made.labels.set_axis(made.observations["observation_id"])
    asked = len(linked.pairs) - len(decisions)
    return evaluate_pairs(decisions, labels), evaluate_clusters(joined.establishment_id, labels), asked


def as_it_comes(made: Registrations) -> tuple[Evaluation, Evaluation, int]:
    """splink with comparisons of its library on the columns as they are, simple blocking, and its own training."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows = made.observations[["observation_id", "name", "tax_code", "address", "unit_name"]].rename(
        columns={"observation_id": "unique_id"}
    )
    for column in ("name", "address", "unit_name"):
        rows[column] = rows[column].str.lower()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]),
            cl.LevenshteinAtThresholds("tax_code", 1),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.85]),
            cl.ExactMatch("unit_name"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("tax_code"),
            block_on("name"),
            block_on("address", "unit_name"),
        ],
    )
    api = DuckDBAPI()
    linker = Linker(api.register(rows, table_name="rows"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("tax_code")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=SEED)
    for rule in (block_on("tax_code"), block_on("name"), block_on("address", "unit_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=ACCEPT, warning_mode="never")
    joined = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=ACCEPT)
    labels = made.labels.set_axis(made.observations["observation_id"])
    pairs = found.as_pandas_dataframe().rename(columns={"unique_id_l": "left_id", "unique_id_r": "right_id"})
    group = joined.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
    return evaluate_pairs(pairs, labels), evaluate_clusters(group, labels), 0


SIDES = {"quydat": ours, "splink as it comes": as_it_comes}


def one(side: str, n: int) -> dict[str, float]:
    """One run in this process."""
    made = registrations(n, seed=SEED)
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.perf_counter()
    pairs, joined, asked = SIDES[side](made)
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": seconds,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_gb": after.ru_maxrss / 1e6,
        "precision": pairs.precision_share, "recall": pairs.recall_share,
        "precision_joined": joined.precision_share, "recall_joined": joined.recall_share, "asked": asked,
    }  # fmt: skip


def measured(sizes: tuple[int, ...] = SIZES) -> Iterator[tuple[str, int, dict[str, float]]]:
    """Each side at each size."""
    for n in sizes:
        for side in SIDES:
            run = subprocess.run(
                [sys.executable, "-m", "benchmarks.matching", side, str(n)], capture_output=True, text=True, check=True
            )
            yield side, n, json.loads(run.stdout.splitlines()[-1])


def main() -> None:
    """One run if told which, else the table."""
    if len(sys.argv) == 3:
        print(json.dumps(one(sys.argv[1], int(sys.argv[2]))))
        return
    rows = [{"side": side, "n": n} | {k: round(float(v), 4) for k, v in r.items()} for side, n, r in measured()]
    print(pd.DataFrame(rows).replace({np.nan: "-"}).to_string(index=False))


if __name__ == "__main__":
    main()
