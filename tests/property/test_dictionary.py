"""A valid row of any table, written as text and read by the dictionary, is the row again."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quydat.dictionary.read import dtype_of, empty, typed
from quydat.dictionary.schema import Attribute, Table, choices, tables

WORDS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="|;"), min_size=1, max_size=12)
SPACED = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
Cell = tuple[str, Any]
"""A cell as it may be written, and the value that it means."""


def numbers(attribute: Attribute) -> st.SearchStrategy[Cell]:
    low = -1e12 if attribute.minimum is None else attribute.minimum
    high = 1e12 if attribute.maximum is None else attribute.maximum
    if attribute.type == "number":
        return st.floats(low, high).map(lambda value: (repr(value), value))
    return st.integers(int(low), int(high)).map(lambda value: (str(value), value))


def chosen(attribute: Attribute) -> st.SearchStrategy[Cell]:
    ways = [(way, code) for code, labels in choices(attribute.choices).items() for way in (code, *labels)]
    return st.sampled_from(ways + [(way.upper(), code) for way, code in ways])


def cells(attribute: Attribute) -> st.SearchStrategy[Cell]:
    """Cells of an attribute that a person may write."""
    if attribute.type in ("number", "integer", "year"):
        return numbers(attribute)
    if attribute.type == "choice":
        return chosen(attribute)
    days = st.dates(date(1000, 1, 1), date(9999, 12, 31))
    return {
        "text": SPACED.map(lambda text: (f" {text} ", text)),
        "boolean": st.sampled_from([("yes", True), ("Có", True), ("1", True), ("no", False), ("KHÔNG", False)]),
        "date": days.map(lambda day: (day.isoformat(), day)),
        "partial_date": st.tuples(days, st.sampled_from([4, 7, 10])).map(
            lambda drawn: (drawn[0].isoformat()[: drawn[1]],) * 2
        ),
        "refs": st.lists(WORDS, min_size=1, max_size=3).map(lambda ids: (" ; ".join(ids), ";".join(ids))),
    }[attribute.type]


def rows(table: Table) -> st.SearchStrategy[list[dict[str, Cell]]]:
    unknown = st.just(("", None))
    row = st.fixed_dictionaries({a.name: cells(a) if a.required else unknown | cells(a) for a in table})
    return st.lists(row, max_size=4, unique_by=lambda cells: "|".join(str(cells[name][1]) for name in table.key))


WITHOUT_SHAPES = [table for table in tables().values() if all(a.type != "geometry" for a in table)]


@pytest.mark.parametrize("table", WITHOUT_SHAPES, ids=lambda table: table.name)
@given(data=st.data())
@settings(max_examples=8)
def test_text_there_and_back(table: Table, data: st.DataObject) -> None:
    """Few rows of each table: the tables share their types of cells, so that each type is drawn a thousand times."""
    there_and_back(table, data)


@pytest.mark.long
@pytest.mark.parametrize("table", WITHOUT_SHAPES, ids=lambda table: table.name)
@given(data=st.data())
@settings(max_examples=50)
def test_many_texts_there_and_back(table: Table, data: st.DataObject) -> None:
    there_and_back(table, data)


def there_and_back(table: Table, data: st.DataObject) -> None:
    drawn = data.draw(rows(table))
    lang = data.draw(st.sampled_from(["vi", "en"]))
    order = data.draw(st.permutations(table.columns))
    raw = pd.DataFrame(
        [[row[name][0] for name in order] for row in drawn],
        columns=[table[name].label(lang) for name in order],
    )
    read, found = typed(raw, table)
    assert found == []
    wanted = pd.DataFrame(
        {a.name: pd.Series([row[a.name][1] for row in drawn], dtype=dtype_of(a)) for a in table},
        columns=table.columns,
    )
    pd.testing.assert_frame_equal(read, wanted, check_exact=True)
    again, found = typed(read, table)  # reading what was read changes nothing
    assert found == []
    pd.testing.assert_frame_equal(again, wanted, check_exact=True)
    assert read.dtypes.equals(empty(table).dtypes)
