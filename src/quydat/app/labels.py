"""A labelled set: which observations truly are one establishment, as a person found out."""

from pathlib import Path

import pandas as pd

from quydat.core.problem import Place, Problems, problem
from quydat.formats.csvfile import read_csv

COLUMNS = ("observation_id", "label")


def read_labels(path: Path) -> "pd.Series[str]":
    """True establishment of each observation, indexed by its id, from a CSV with these two columns.

    Raises
    ------
    Problems
        QD101, QD105 if it cannot be read; QD272 if a column is missing or an observation stands twice.
    """
    rows = read_csv(path)
    if not set(COLUMNS) <= set(rows.columns):
        raise Problems([problem("QD272", Place(path.name), why=", ".join(COLUMNS))])
    rows = rows[list(COLUMNS)].dropna()
    again = rows["observation_id"][rows["observation_id"].duplicated()]
    if len(again):
        raise Problems([problem("QD272", Place(path.name), why=again.iloc[0])])
    return pd.Series(rows["label"].astype("str").to_numpy(), index=rows["observation_id"].to_numpy())
