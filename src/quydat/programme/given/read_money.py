"""Money of the record: sources and their years, or the yearly budget that the study states."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence, Parameters, parameter_id
from quydat.programme.given.cost import rates_of
from quydat.programme.given.funding import Fund, Funding

BUDGET = "budget"
"""Id of the yearly budget of ``study.toml``, which counts where the record states no source."""
_NAMES = ("Ngân sách thành phố", "City budget")


def read_funding(
    evidence: Evidence, *, parameters: Parameters, ledger: Ledger, shares: Mapping[int, float], known: set[str]
) -> tuple[Funding, list[Problem]]:
    """All money of the programme.

    Parameters
    ----------
    shares
        Share of each year of the account that lies after its opening: so much of its budget is still to come.
    known
        Ids of projects and parks that a source may be earmarked for.

    Problems: QD915 for years without an amount, QD919 where interest and repayment are above all money of a year that
    is not for some projects only, QD921 for an unknown earmark, QD502 for a currency without a rate.
    """
    rows = evidence.record["fund_source"].sort_values("fund_source", kind="stable").to_dict("records")
    found: list[Problem] = []
    if rows:
        funds = [_fund(row, evidence, shares, known, ledger.as_of, found) for row in rows]
    else:
        yearly = parameters.value("programme.budget_bn_vnd")
        basis = ledger[parameter_id("programme.budget_bn_vnd")].basis
        funds = [Fund(BUDGET, _NAMES, "budget", {y: yearly * s for y, s in shares.items()}, True, (), basis)]
    values = {
        name: parameters.value(f"programme.{name}")
        for name in ("loan_ceiling_bn_vnd", "loan_interest_share", "revolving_share", "escalation_share",
                     "rent_growth_share", "discount_share")
    }  # fmt: skip
    served, lacking = _served(funds)
    if not found:
        found += [
            problem("QD919", Place("fund_year"), year=year, amount=f"{amount:,.0f}") for year, amount in lacking.items()
        ]
    return Funding(tuple(served), ahead_years=round(parameters.value("programme.ahead_years")), **values), found


def _served(funds: list[Fund]) -> tuple[list[Fund], dict[int, float]]:
    """Interest and repayment above what a source brings in a year, taken from the sources for all projects.

    Money that lapses is taken first. What is still lacking is told by year.
    """
    amounts = {fund.fund_id: dict(fund.by_year) for fund in funds}
    payers = [one.fund_id for one in sorted(funds, key=lambda one: one.carries_over) if not one.for_projects]
    lacking: dict[int, float] = {}
    for of in amounts.values():
        for year in [year for year, amount in of.items() if amount < 0]:
            due, of[year] = -of[year], 0.0
            for payer in payers:
                paid = min(due, max(amounts[payer].get(year, 0.0), 0.0))
                amounts[payer][year] = amounts[payer].get(year, 0.0) - paid
                due -= paid
            if due > 1e-9:
                lacking[year] = lacking.get(year, 0.0) + due
    return [replace(fund, by_year=amounts[fund.fund_id]) for fund in funds], dict(sorted(lacking.items()))


def _fund(
    row: Mapping[Any, Any],
    evidence: Evidence,
    shares: Mapping[int, float],
    known: set[str],
    as_of: date,
    found: list[Problem],
) -> Fund:
    fund = str(row["fund_source"])
    years = evidence.record["fund_year"]
    years = years[years["fund_source"] == fund]
    stated = {int(year): float(amount) for year, amount in zip(years["year"], years["amount_bn"], strict=True)}
    if missing := [str(year) for year in shares if year not in stated]:
        found.append(problem("QD915", Place("fund_year"), source=fund, years=", ".join(missing)))
    named = tuple(part for part in str(plain(row["for_projects"]) or "").split(";") if part)
    found += [problem("QD921", Place("fund_source"), source=fund, project=one) for one in named if one not in known]
    rate = _rate(str(row["currency"]), evidence, as_of, found)
    amounts = {year: stated.get(year, 0.0) * rate for year in shares}
    return Fund(
        fund, (str(row["name_vi"]), str(row["name_en"])), str(row["kind"]), _less_service(amounts, row),
        bool(row["carries_over"]), named, Basis(row["basis"]),
    )  # fmt: skip


def _rate(currency: str, evidence: Evidence, as_of: date, found: list[Problem]) -> float:
    """Đồng for one unit: a billion of the currency is so many billions of đồng."""
    if currency == "VND":
        return 1.0
    try:
        return rates_of(evidence, currency).on(as_of)
    except LookupError:
        found.append(problem("QD502", currency=currency, day=as_of))
        return 0.0


def _less_service(amounts: Mapping[int, float], row: Mapping[Any, Any]) -> dict[int, float]:
    """What a bond or loan brings in each year, less interest on what is not yet paid back and what is paid back.

    Interest is due from the year after; what lies beyond the last year is not seen.
    """
    interest, term = plain(row["interest_share"]), plain(row["term_years"])
    if interest is None and term is None:
        return dict(amounts)
    rate, made = float(interest or 0.0), dict(amounts)  # type: ignore[arg-type]
    for year, amount in amounts.items():
        due = None if term is None else year + round(float(term))  # type: ignore[arg-type]
        for later in made:
            if later > year and (due is None or later <= due):
                made[later] -= amount * rate
            if later == due:
                made[later] -= amount
    return made
