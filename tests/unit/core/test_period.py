"""Dates as sources give them."""

from datetime import date

import pytest

from quydat.core.period import Period, partial_date


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-06", date(2025, 6, 1), date(2025, 6, 30)),
        ("2025-06-30", date(2025, 6, 30), date(2025, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),  # leap year
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),  # divisible by 100, not by 400
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_partial_date_is_the_days_it_may_mean(text: str, start: date, end: date) -> None:
    assert partial_date(text) == Period(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "2025-6",
        "2025-06-3",
        "30/6/2025",
        "2025-13",
        "2025-00",
        "2025-02-30",
        "2025-06-30 ",
        "2025-06-30\n",
        "quý 2",
        "0000",
        "２０２５",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        partial_date(text)


def test_both_ends_belong_to_a_period() -> None:
    period = Period(date(2025, 6, 30), date(2026, 1, 1))
    assert date(2025, 6, 30) in period
    assert date(2026, 1, 1) in period
    assert date(2025, 6, 29) not in period
    assert date(2026, 1, 2) not in period
    assert list(period.years) == [2025, 2026]


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2025, 6, 30), date(2025, 6, 29))
    assert Period(date(2025, 6, 30), date(2025, 6, 30)).years == range(2025, 2026)


def test_periods_stand_in_the_order_of_their_first_day() -> None:
    assert sorted([partial_date("2025-06"), partial_date("2025"), partial_date("2024-12-31")]) == [
        partial_date("2024-12-31"),
        partial_date("2025"),
        partial_date("2025-06"),
    ]
