"""Numbers and dates as people of each language write them; unknown is never 0."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from quydat.core.text import day, number, say, shown

UNKNOWNS = [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT]


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (0.0, 1, "0,0", "0.0"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (3791.98, 2, "3.791,98", "3,791.98"),
        (1234567.891, 0, "1.234.568", "1,234,568"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
        (-0.04, 1, "0,0", "0.0"),  # no minus before a zero
        (-0.06, 1, "-0,1", "-0.1"),
        (999.96, 1, "1.000,0", "1,000.0"),
        (42, 0, "42", "42"),
    ],
)
def test_numbers(value: float, decimals: int, vi: str, en: str) -> None:
    assert number(value, "vi", decimals=decimals) == vi
    assert number(value, "en", decimals=decimals) == en


@pytest.mark.parametrize("value", UNKNOWNS)
def test_unknown_is_said_never_zero(value: object) -> None:
    for unit in ("", "ha", "year", "count", "share", "bn_vnd", "days", "date"):
        assert shown(value, "vi", unit=unit) == "chưa rõ"
        assert shown(value, "en", unit=unit) == "unknown"
    assert number(value, "vi") == "chưa rõ"  # type: ignore[arg-type]
    assert day(value, "en") == "unknown"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        (3791.98, "ha", "3.791,98", "3,791.98"),
        (0.0, "ha", "0,00", "0.00"),
        (0.873, "share", "87,3 %", "87.3 %"),
        (1.0, "share", "100,0 %", "100.0 %"),
        (2030, "year", "2030", "2030"),
        (np.int64(2030), "year", "2030", "2030"),
        (2030.0, "year", "2030", "2030"),
        (1500, "count", "1.500", "1,500"),
        (36000.4, "bn_vnd", "36.000", "36,000"),
        (1234.0, "days", "1.234", "1,234"),
        (True, "", "có", "yes"),
        (False, "", "không", "no"),
        (np.False_, "", "không", "no"),
        (date(2025, 6, 30), "date", "30/6/2025", "2025-06-30"),
        ("Phạm Văn Hai", "", "Phạm Văn Hai", "Phạm Văn Hai"),
        ("", "", "", ""),
    ],
)
def test_any_value(value: object, unit: str, vi: str, en: str) -> None:
    assert shown(value, "vi", unit=unit) == vi
    assert shown(value, "en", unit=unit) == en


def test_a_day() -> None:
    assert day(date(2025, 6, 3), "vi") == "3/6/2025"
    assert day(date(2025, 6, 3), "en") == "2025-06-03"
    assert day(datetime(2025, 6, 3, 23, 59), "vi") == "3/6/2025"


def test_a_sentence_that_is_not_there_raises() -> None:
    with pytest.raises(KeyError):
        say("no.such.sentence", "vi")
