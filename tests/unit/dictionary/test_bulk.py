"""Reading in bulk gives what reading cell by cell gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from quydat.dictionary.bulk import empty_bulk, from_arrow, to_arrow, typed_bulk
from quydat.dictionary.read import read_cell
from quydat.dictionary.schema import Attribute, Table, survey_tables, tables

OBSERVATION = tables()["observation"]
CELLS = [
    "", " ", None, "0", "-1", "1e3", "1.5", "1,5", "abc", "2025-01-31", "2025-02-30", "31/01/2025", "đo",
    "measured", "operating", "yes", "có", "999999999999999999999", "12", "+7", ".5", "5.", "nan", "inf", "1_000",
    "٣", "2018", "VSIC 2025", "80.0", "106.7",
]  # fmt: skip


def one_by_one(text: str | None, attribute: Attribute) -> tuple[object, list[tuple[str, dict[str, str]]]]:
    value, found = read_cell(text, attribute)
    return value, [(p.number, dict(p.facts)) for p in found]


def same(value: object, cell: object) -> bool:
    if value is None:
        return bool(pd.isna(cell))  # type: ignore[call-overload]
    if hasattr(value, "isoformat"):
        return pd.Timestamp(value) == cell  # type: ignore[arg-type]
    return value == cell


@pytest.mark.parametrize("attribute", [a for a in OBSERVATION if a.type != "geometry"], ids=lambda a: a.name)
def test_every_kind_of_cell_is_read_as_it_is_alone(attribute: Attribute) -> None:
    only = Table(**{**vars(OBSERVATION), "attributes": (attribute,)})
    frame, faults = typed_bulk(pd.DataFrame({attribute.name: pd.Series(CELLS, dtype="str")}), only, file="f")
    expected = [one_by_one(cell, attribute) for cell in CELLS]
    for (value, _), cell in zip(expected, frame[attribute.name].tolist(), strict=True):
        assert same(value, cell), (value, cell)
    told = [(p, number, facts) for p, (_, found) in enumerate(expected) for number, facts in found]
    assert [(f.position, f.problem.number, dict(f.problem.facts)) for f in faults] == told
    assert all(f.problem.place.row == f.position + 2 for f in faults)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=6), st.sampled_from(CELLS)), max_size=12))
def test_whatever_stands_in_the_cells(cells: list[str | None]) -> None:
    for name in ("workers", "gross_floor_area_m2", "observed_on", "floor_basis", "note"):
        attribute = OBSERVATION[name]
        only = Table(**{**vars(OBSERVATION), "attributes": (attribute,)})
        raw = pd.DataFrame({name: pd.Series(cells, dtype="object")})
        frame, faults = typed_bulk(raw, only)
        for position, cell in enumerate(cells):
            value, found = one_by_one(cell, attribute)
            if isinstance(value, str):
                assert frame[name].iloc[position] == value
            else:
                assert same(value, frame[name].iloc[position])
            assert [f.problem.number for f in faults if f.position == position] == [n for n, _ in found]


@pytest.mark.parametrize("table", survey_tables(), ids=lambda t: t.name)
def test_arrow_and_back(table: Table) -> None:
    assert_frame_equal(from_arrow(to_arrow(empty_bulk(table), table), table), empty_bulk(table))
    rows, _ = typed_bulk(pd.DataFrame({table.columns[0]: pd.Series(["1", None], dtype="str")}), table)
    assert_frame_equal(from_arrow(to_arrow(rows, table), table), rows)


def test_numbers_of_rows_in_the_file_are_told() -> None:
    only = Table(**{**vars(OBSERVATION), "attributes": (OBSERVATION["storeys"],)})
    raw = pd.DataFrame({"storeys": pd.Series(["1", "x"], dtype="str")})
    [fault] = typed_bulk(raw, only, file="a.csv", sheet="s", numbers=[7, 9])[1]
    assert (fault.position, fault.problem.place.row, fault.problem.place.file) == (1, 9, "a.csv")


def test_a_column_of_another_name_is_refused() -> None:
    with pytest.raises(KeyError, match="has no attribute 'colour'"):
        typed_bulk(pd.DataFrame({"colour": ["red"]}), OBSERVATION)


def test_outlines_are_bytes_as_they_come() -> None:
    raw = pd.DataFrame({"outline": pd.Series([b"\x01", None], dtype="object")})
    frame, _ = typed_bulk(raw, OBSERVATION)
    assert frame["outline"].tolist() == [b"\x01", None]
    assert frame["longitude"].isna().all()
    assert frame["workers"].dtype == "Int64"
    assert frame["observed_on"].dtype == np.dtype("datetime64[s]")
