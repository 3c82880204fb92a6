"""Money of the programme: budgets, bonds, loans and aid by year, the revolving fund, and how prices rise."""

from collections.abc import Mapping
from dataclasses import dataclass

from quydat.core.basis import Basis
from quydat.dictionary.cells import Names


@dataclass(frozen=True)
class Fund:
    """One source of money, nominal billions of đồng by year; bonds and loans less their interest and repayment.

    ``for_projects`` are the ids of projects that alone may use it; none is all. ``carries_over`` says whether what is
    not used stays.
    """

    fund_id: str
    names: Names
    kind: str
    by_year: Mapping[int, float]
    carries_over: bool
    for_projects: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True)
class Funding:
    """All money, and how far it may be overdrawn.

    Attributes
    ----------
    loan_ceiling_bn_vnd, loan_interest_share
        Most that may be owed beyond the sources, and its nominal interest in a year.
    revolving_share
        Part of the city's receipts that comes back to the fund.
    ahead_years
        Years of budgets to come that count when a project is decided.
    escalation_share, rent_growth_share, discount_share
        Nominal rise of costs and of rents in a year; real discount rate.
    """

    funds: tuple[Fund, ...]
    loan_ceiling_bn_vnd: float
    loan_interest_share: float
    revolving_share: float
    ahead_years: int
    escalation_share: float
    rent_growth_share: float
    discount_share: float

    def by_year(self, years: range) -> dict[int, float]:
        """Money of all sources in each year."""
        return {year: sum(fund.by_year.get(year, 0.0) for fund in self.funds) for year in years}
