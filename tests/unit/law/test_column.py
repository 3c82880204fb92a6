"""Three values, units, look-up tables and years, by hand."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from quydat.law.column import (
    Column,
    arithmetic,
    conjunction,
    disjunction,
    equal,
    extreme,
    less,
    negation,
    years_between,
)
from quydat.law.expression import parse
from quydat.law.model import QuantityDefinition
from quydat.law.subjects import Subjects, Vocabulary, fact_columns
from quydat.law.units import Conversion, conversion, measures, same_scale
from quydat.law.written import written

YES, NO, UNKNOWN = True, False, None


def column(*values: bool | float | None) -> Column:
    kind = bool if any(isinstance(value, bool) for value in values) else float
    known = np.array([value is not None for value in values])
    return Column(np.array([value or 0 for value in values], dtype=kind), known)


def told(made: Column) -> list[object]:
    return [value if known else None for value, known in zip(made.values.tolist(), made.known.tolist(), strict=True)]


LEFT = column(YES, YES, YES, NO, NO, NO, UNKNOWN, UNKNOWN, UNKNOWN)
RIGHT = column(YES, NO, UNKNOWN, YES, NO, UNKNOWN, YES, NO, UNKNOWN)


def test_the_tables_of_kleene() -> None:
    assert told(conjunction(LEFT, RIGHT)) == [YES, NO, UNKNOWN, NO, NO, NO, UNKNOWN, NO, UNKNOWN]
    assert told(disjunction(LEFT, RIGHT)) == [YES, YES, YES, YES, NO, UNKNOWN, YES, UNKNOWN, UNKNOWN]
    assert told(negation(column(YES, NO, UNKNOWN))) == [NO, YES, UNKNOWN]


def test_numbers_on_the_edge_are_equal_whatever_their_last_bit() -> None:
    left, right = column(0.1 + 0.2, 28.7 / 41, 1.0, None, 1e-13), column(0.3, 0.7, 1.0 + 1e-8, 1.0, 0.0)
    assert told(equal(left, right)) == [True, True, False, None, True]
    assert told(less(left, right, or_equal=False)) == [False, False, True, None, False]
    assert told(less(left, right, or_equal=True)) == [True, True, True, None, True]


def test_arithmetic_without_a_value_is_unknown() -> None:
    assert told(arithmetic("/", column(1.0, 1.0, 0.0, None), column(2.0, 0.0, 0.0, 1.0))) == [0.5, None, None, None]
    assert told(arithmetic("*", column(1e300, 2.0), column(1e300, 3.0))) == [None, 6.0]
    assert told(extreme([column(1.0, 2.0), column(3.0, None)], largest=True)) == [3.0, None]
    assert told(extreme([column(1.0, 2.0), column(3.0, 1.0)], largest=False)) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2011, 11, 27), date(2026, 11, 27), 15.0),
        (date(2011, 11, 27), date(2026, 11, 26), 14 + 364 / 365),
        (date(2011, 11, 28), date(2026, 11, 27), 14 + 364 / 365),
        (date(2024, 2, 29), date(2025, 2, 28), 1.0),
        (date(2024, 2, 29), date(2028, 2, 28), 3 + 365 / 366),
        (date(2023, 3, 1), date(2024, 2, 29), 365 / 366),
        (date(2026, 11, 27), date(2011, 11, 27), -15.0),
        (date(1960, 1, 1), date(1975, 7, 1), 15 + 181 / 365),
        (date(2026, 1, 1), date(2026, 1, 1), 0.0),
    ],
)
def test_years_between_two_days(start: date, end: date, expected: float) -> None:
    first, last = (Column(np.array([day.toordinal()]), np.array([True])) for day in (start, end))
    assert years_between(first, last).values[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("law", "ours", "value", "expected"),
    [
        ("%", "share", 57.0, 0.57), ("%", "share", 70.0, 0.7), ("ha", "m2", 5.0, 50_000.0), ("m2", "ha", 75.0, 0.0075),
        ("year", "years", 15.0, 15.0), ("year", "months", 5.0, 60.0), ("km", "m", 1.5, 1500.0), ("mm", "m", 30.0, 0.03),
        ("", "share", 0.5, 0.5), ("m3/ha/day", "m3/ha/day", 20.0, 20.0), ("bn_vnd", "VND", 2.0, 2e9),
    ],
)  # fmt: skip
def test_units_of_the_law_become_ours(law: str, ours: str, value: float, expected: float) -> None:
    found = conversion(law, ours)
    assert isinstance(found, Conversion)
    assert found.ours(value) == expected


@pytest.mark.parametrize(
    ("law", "ours"), [("%", "ha"), ("day", "working_days"), ("day", "months"), ("t/ha", "t"), ("share", "")]
)
def test_units_that_measure_other_things_do_not_convert(law: str, ours: str) -> None:
    assert conversion(law, ours) is None
    assert not same_scale(law, ours)


def test_what_compares_as_it_stands() -> None:
    assert same_scale("year", "years") and same_scale("m²", "m2") and not same_scale("%", "share")
    assert (measures("m2"), measures("bushel")) == ("area", "bushel")


@pytest.mark.parametrize(
    "text",
    [
        "a or b and not c",
        "(a or b) and not (c or d)",
        "not (a and b)",
        "a - (b - c) - d",
        "a / (b * c) * -(d + 1)",
        "(a + 1) * 2 in (1, max(b, 2.5))",
        "kind in ('x', 'y') and @p-1 <= grid('g') + 0.000001",
        "known(a) = true",
        "years_between(a, date('2026-09-15')) >= 15",
    ],
)
def test_an_expression_is_written_as_people_write_it(text: str) -> None:
    assert written(parse(text)) == text
    assert parse(written(parse(text))) == parse(text)


def quantity(kind: str, *values: str) -> dict[str, QuantityDefinition]:
    return {"x": QuantityDefinition("thing", "x", kind, "", values, "x", "x", "x", "x")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "series", "expected"),
    [
        ("number", pd.Series([1.5, None]), [1.5, None]),
        ("number", pd.Series([1, 2]), [1.0, 2.0]),
        ("number", pd.Series([1, None], dtype="Int64"), [1.0, None]),
        ("number", pd.Series([np.int64(3), pd.NA], dtype=object), [3.0, None]),
        ("boolean", pd.Series([True, False]), [True, False]),
        ("boolean", pd.Series([True, None], dtype="boolean"), [True, None]),
        ("boolean", pd.Series([np.True_, None], dtype=object), [True, None]),
        ("text", pd.Series(["a", None, "b", "a"], dtype="str"), [1, None, 2, 1]),
        ("date", pd.Series([date(2026, 9, 15), None]), [date(2026, 9, 15).toordinal(), None]),
        ("date", pd.Series([datetime(2026, 9, 15, 23, 59), pd.NaT]), [date(2026, 9, 15).toordinal(), None]),
        ("date", pd.to_datetime(pd.Series(["2026-09-15", None])), [date(2026, 9, 15).toordinal(), None]),
    ],
)
def test_facts_of_every_type_of_column(kind: str, series: "pd.Series[float]", expected: list[object]) -> None:
    subjects = Subjects("thing", [str(n) for n in range(len(series))], pd.DataFrame({"x": series}))
    assert told(fact_columns(subjects, quantity(kind), Vocabulary(), [])["x"]) == expected


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Subjects("thing", ["a"], pd.DataFrame([[1.0, 2.0]], columns=["x", "x"]))
