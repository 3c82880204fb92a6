"""Money: billions of đồng with their price year, and dated exchange rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Money:
    """An amount in billions of đồng at the prices of one year.

    Two amounts are added only at the same price year; anything else raises.

    >>> Money(100.0, 2022).at(2025, escalation_share=0.03).amount_bn_vnd
    109.2727
    """

    amount_bn_vnd: float
    price_year: int

    def at(self, price_year: int, *, escalation_share: float) -> "Money":
        """The same amount at the prices of another year, at a constant escalation (0.03 = 3 % a year)."""
        return Money(self.amount_bn_vnd * (1.0 + escalation_share) ** (price_year - self.price_year), price_year)

    def __add__(self, other: "Money") -> "Money":
        if other.price_year != self.price_year:
            raise ValueError(
                f"amounts at prices of {self.price_year} and {other.price_year} cannot be added: "
                "bring one over with .at()"
            )
        return Money(self.amount_bn_vnd + other.amount_bn_vnd, self.price_year)


@dataclass(frozen=True)
class ExchangeRates:
    """Dated rates of one currency: đồng for one unit, each in force from its day until the next one."""

    currency: str
    vnd_per_unit: Mapping[date, float]

    def on(self, day: date) -> float:
        """Đồng for one unit on a day.

        Raises
        ------
        LookupError
            If the day lies before the first known rate: rates are never carried backwards.
        """
        known = [start for start in self.vnd_per_unit if start <= day]
        if not known:
            raise LookupError(f"no rate of {self.currency} is known on or before {day}")
        return self.vnd_per_unit[max(known)]

    def to_bn_vnd(self, amount: float, *, on: date) -> Money:
        """An amount in the currency as billions of đồng at the prices of the day's year."""
        return Money(amount * self.on(on) / 1e9, on.year)
