"""The technical codes in the pack say what their source says: every row and cell, with number, confidence and day.

The source is not shipped. The test reads it from beside the folder that QUYDAT_REAL_DATA names; CI sets it.
"""

import os
import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from quydat.law.packs import read_packs

SOURCE = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named")).parent
RULES, CELLS = SOURCE / "rules_vn.csv", SOURCE / "qcvn01_density_far.csv"
CODES = ("Q01-", "Q06-", "TCVN4449-")
INSTRUMENTS = {"QCVN 01": "QCVN-01-2021", "QCVN 06": "QCVN-06-2022", "TCVN 4449": "TCVN-4449-1987"}
IN_WORDS = {
    "1/6 perimeter, min 15 m": "max(perimeter_m / 6, 15)",
    "1/4 perimeter": "perimeter_m / 4",
    "1/2 perimeter": "perimeter_m / 2",
    "3/4 perimeter": "perimeter_m * 3 / 4",
    "full perimeter": "perimeter_m",
    "max(H/2, 7)": "max(taller_height_m / 2, 7)",
    "max(H/3, 4)": "max(taller_height_m / 3, 4)",
}
"""Thresholds that the source gives in words, and the expressions they became."""
GRIDS = {"2.8": "Q01-T28", "2.9": "Q01-T29", "2.10": "Q01-T210", "2.12": "Q01-T212"}
TRIGGERS = {"Q01-REDEV-3HA": "redevelopment_area_ha >= 3"}
"""Rows whose number triggers a duty: it stands in the condition."""
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not RULES.is_file(), reason="the rules of others (QUYDAT_REAL_DATA) are not on this machine"),
]


def source(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return dict(read_packs(["vn"]).tables)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    table = source(RULES)
    return table[table["rule_id"].str.startswith(CODES)]


@pytest.fixture(scope="module")
def pack(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    parameters = tables["law_parameter"].rename(columns={"parameter_id": "rule_id", "value": "threshold"})
    both = pd.concat([tables["rule"], parameters.assign(operator="parameter")], ignore_index=True)
    return both[both["rule_id"].str.startswith(CODES)]


def number(text: str) -> float | None:
    """A plain number, or a quotient of two as the code writes a gradient."""
    parts = [part.strip() for part in text.split("/")]
    if not all(re.fullmatch(r"\d+(\.\d+)?", part) for part in parts):
        return None
    values = [Fraction(part) for part in parts]
    return float(values[0] if len(values) == 1 else values[0] / values[1])


def test_every_row_stands_once(rows: pd.DataFrame, pack: pd.DataFrame) -> None:
    assert len(rows) == 145
    counted = pack["rule_id"].value_counts()
    assert {rule: int(counted.get(rule, 0)) for rule in rows["rule_id"]} == dict.fromkeys(rows["rule_id"], 1)


def test_numbers_operators_confidence_articles_and_days(rows: pd.DataFrame, pack: pd.DataFrame) -> None:
    found = pack.set_index("rule_id")
    for row in rows.itertuples():
        here = found.loc[row.rule_id]
        assert str(here["confidence"]) == row.confidence, row.rule_id
        assert (here["article"], here["link"]) == (row.article, row.source_url), row.rule_id
        day = row.effective_from.split(" ")[0]
        assert str(here["in_force_from"])[:10] == (f"{day}-01-01" if len(day) == 4 else day), row.rule_id
        assert here["instrument_id"] == next(v for k, v in INSTRUMENTS.items() if row.instrument.startswith(k))
        if here["operator"] not in ("parameter", "holds"):
            assert here["operator"] == row.operator, row.rule_id
        threshold = str(here["threshold"])
        if row.rule_id in TRIGGERS:
            assert TRIGGERS[row.rule_id] in str(here["condition"])
        elif row.operator == "none":
            assert number(threshold) is None
        elif row.threshold in IN_WORDS:
            assert threshold == IN_WORDS[row.threshold], row.rule_id
        elif row.threshold == "true":
            assert here["operator"] == "holds", row.rule_id
        else:
            wanted, got = number(row.threshold), number(threshold)
            digits = len(row.threshold.partition(".")[2])
            assert wanted is not None and got is not None and round(got, digits) == wanted, row.rule_id


def test_every_cell_of_the_density_tables(tables: dict[str, pd.DataFrame]) -> None:
    cells = source(CELLS)
    assert len(cells) == len(tables["law_grid"][tables["law_grid"]["grid_id"].isin(GRIDS.values())]) == 150
    grid = tables["law_grid"].set_index(["grid_id", "row_value", "column_value"])
    for cell in cells.itertuples():
        area = float(cell.lot_area_m2.strip("<>="))
        # Above 46 m begins just above 46 m: no height lies between the two rows.
        height = 46.001 if cell.building_height_m == ">46" else cell.building_height_m.strip("<>=")
        at = (GRIDS[cell.table], area, 0.0) if height == "any" else (GRIDS[cell.table], float(height), area)
        here = grid.loc[at]
        assert (here["value"], here["unit"]) == (float(cell.value), cell.unit), at
        assert here["between"] == "interpolate" and here["confidence"] == "high"
        assert str(here["in_force_from"])[:10] == "2021-07-05"
        assert here["link"] == cell.source_url
