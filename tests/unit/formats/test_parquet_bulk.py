"""Survey tables of a run, as Parquet: read back as they were, also where an older version wrote them."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal
from tests.support.survey import bulk

from quydat.core.problem import Problems
from quydat.dictionary.schema import tables
from quydat.formats.parquet import read_bulk, write_bulk

TABLE = tables()["observation"]


@pytest.fixture
def rows() -> pd.DataFrame:
    plain = {"origin": "a", "intake_id": "i", "observed_on": "2025-01-01", "name": "A", "basis": "surveyed"}
    return bulk("observation", [plain | {"observation_id": "a/1", "workers": 5}, plain | {"observation_id": "a/2"}])


def test_a_run_from_before_a_column_is_read_with_it_empty(rows: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "observation.parquet"
    write_bulk(path, rows, table=TABLE)
    assert_frame_equal(read_bulk(path, table=TABLE), rows)
    pq.write_table(pq.read_table(path).drop_columns(["wanted_by_year"]), path)
    assert_frame_equal(read_bulk(path, table=TABLE), rows)


def test_a_table_without_what_it_must_have_is_refused(rows: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "observation.parquet"
    write_bulk(path, rows, table=TABLE)
    pq.write_table(pq.read_table(path).drop_columns(["name"]), path)
    with pytest.raises(Problems, match="QD101"):
        read_bulk(path, table=TABLE)
