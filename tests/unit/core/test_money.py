"""Money with its price year."""

from datetime import date

import pytest

from quydat.core.money import ExchangeRates, Money


def test_three_years_of_escalation_by_hand() -> None:
    # 1.03 * 1.03 * 1.03 = 1.092727
    assert Money(100.0, 2022).at(2025, escalation_share=0.03).amount_bn_vnd == pytest.approx(109.2727, rel=1e-12)
    assert Money(109.2727, 2025).at(2022, escalation_share=0.03) == Money(pytest.approx(100.0), 2022)


def test_at_the_same_year_nothing_changes() -> None:
    assert Money(1234.5, 2025).at(2025, escalation_share=0.07) == Money(1234.5, 2025)


def test_amounts_add_at_the_same_prices_only() -> None:
    assert Money(1.5, 2025) + Money(2.0, 2025) == Money(3.5, 2025)
    with pytest.raises(ValueError, match=r"2025 and 2024 cannot be added: bring one over with \.at\(\)"):
        Money(1.5, 2025) + Money(2.0, 2024)


RATES = ExchangeRates("USD", {date(2025, 6, 1): 26_000.0, date(2024, 1, 1): 24_000.0})


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2024, 1, 1), 24_000.0),
        (date(2025, 5, 31), 24_000.0),
        (date(2025, 6, 1), 26_000.0),
        (date(2030, 1, 1), 26_000.0),
    ],
)
def test_a_rate_is_in_force_until_the_next_one(day: date, rate: float) -> None:
    assert RATES.on(day) == rate


def test_rates_are_never_carried_backwards() -> None:
    with pytest.raises(LookupError, match="no rate of USD is known on or before 2023-12-31"):
        RATES.on(date(2023, 12, 31))


def test_dollars_become_billions_of_dong() -> None:
    # 200 USD/m² for 1 ha = 2,000,000 USD; at 26,000 đồng = 52 billion đồng
    assert RATES.to_bn_vnd(2_000_000.0, on=date(2025, 6, 30)) == Money(52.0, 2025)
