"""The real crosswalk and outlines of the city's units as bulk tables, where QUYDAT_REAL_DATA names them."""

import os
from pathlib import Path

import pandas as pd

from quydat.dictionary.bulk import typed_bulk
from quydat.dictionary.schema import tables

REAL = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named"))
WARD_MAP = REAL / "hcmc_ward_map_legacy_to_2025.csv"
OUTLINES = REAL / "hcmc_units_2025.gpkg"
THERE = WARD_MAP.is_file() and OUTLINES.is_file()
KINDS = {"Phường": "ward", "Xã": "commune", "Đặc khu": "special_zone"}


def ward_map() -> pd.DataFrame:
    """The rows of the map; where an old district had no wards, its own name stands."""
    rows = pd.read_csv(WARD_MAP, dtype="str")
    return rows.assign(old_ward=rows["old_ward"].fillna(rows["old_district"]))


def real_units() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables unit (168 new ones) and unit_change; codes of old units begin with "old-"."""
    rows = ward_map()
    code = rows["old_ward_code"].fillna(rows["old_district_code"])
    change = pd.DataFrame({
        "old_unit_id": "old-" + code, "new_unit_id": rows["new_ward_code"], "on": "2025-07-01",
        "old_name": rows["old_ward"], "old_district": rows["old_district"], "old_province": rows["old_province"],
        "new_name": rows["new_ward"], "basis": "published",
    })  # fmt: skip
    new = rows.drop_duplicates("new_ward_code")
    kind = new["new_ward"].str.extract(f"^({'|'.join(KINDS)})")[0].map(KINDS)
    unit = pd.DataFrame({
        "unit_id": new["new_ward_code"], "name_vi": new["new_ward"], "unit_kind": kind,
        "province_name": "Thành phố Hồ Chí Minh", "valid_from": "2025-07-01", "basis": "published",
    })  # fmt: skip
    made = [typed_bulk(rows, tables()[name]) for rows, name in ((unit, "unit"), (change, "unit_change"))]
    assert [faults for _, faults in made] == [[], []]
    return made[0][0], made[1][0]
