"""Real lists of places, wards and firms are Unicode: none of their columns may be taken for an old encoding."""

import os
from pathlib import Path

import pandas as pd
import pytest

from quydat.survey.legacy import guess

REAL = Path(os.environ.get("QUYDAT_REAL_DATA", "nowhere"))
FILES = ("south_vn_place_names.csv", "hcmc_ward_map_legacy_to_2025.csv", "shtp_enterprises_2016.csv")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not (REAL / FILES[0]).is_file(), reason="lists (QUYDAT_REAL_DATA) are not on this machine"),
]


@pytest.mark.parametrize("name", FILES)
def test_no_false_alarm(name: str) -> None:
    table = pd.read_csv(REAL / name, dtype="str", keep_default_na=False)
    assert len(table.columns) > 3
    for heading in table:
        found = guess(table[heading])
        assert (found.encoding, found.mixed) == ("unicode", False), heading
