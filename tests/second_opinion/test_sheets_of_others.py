"""Real tables of others, which have no totals or notes: every record that Python's csv reads is a row of data."""

import csv
import os
from pathlib import Path

import pytest

from quydat.formats.sheets import read_sheets

REAL = Path(os.environ.get("QUYDAT_REAL_DATA", ""))
FILES = (
    "census_2019_wards_6_provinces.csv", "hcmc_bus_routes_2020.csv", "hcmc_ward_map_legacy_to_2025.csv",
    "shtp_enterprises_2016.csv", "south_vn_place_names.csv", "vn_macro_series_gso_2024q3.csv",
)  # fmt: skip


@pytest.mark.real_data
@pytest.mark.parametrize("name", FILES)
def test_every_record_is_data(name: str):
    path = REAL / name
    if not path.is_file():
        pytest.skip(f"no {name}: QUYDAT_REAL_DATA names the folder")
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *records = list(csv.reader(file))
    [sheet] = read_sheets(path)
    assert sheet.left_out == ()
    assert list(sheet.cells) == heading
    assert sheet.cells.fillna("").to_numpy().tolist() == [[c if c.strip() else "" for c in row] for row in records]
