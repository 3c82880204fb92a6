"""What the programme is made from: read, and refused where it contradicts itself, all at once."""

from collections.abc import Callable
from typing import Any

import pytest

from quydat.core.problem import Problems
from quydat.programme.given.given import Given

Made = Callable[..., Given]
LOAN = {"fund_source": "bond", "kind": "bond", "currency": "VND", "carries_over": "yes"}
PROJECT = {
    "project_id": "link-road", "kind": "shared_works", "place": "binh-chanh", "gross_area_ha": 5, "price_year": 2025,
    "procedure_days_low": 100, "procedure_days_mid": 200, "procedure_days_high": 300, "works_days_low": 300,
    "works_days_mid": 400, "works_days_high": 500, "clearance_bn_vnd_low": 90, "clearance_bn_vnd_mid": 100,
    "clearance_bn_vnd_high": 120, "works_bn_vnd_low": 40, "works_bn_vnd_mid": 50, "works_bn_vnd_high": 60,
    "delivery_models": "city_first",
}  # fmt: skip


def years(given: Given, amount: float, source: str) -> list[dict[str, Any]]:
    return [{"fund_source": source, "year": year, "amount_bn": amount} for year in given.years]


def numbers(caught: pytest.ExceptionInfo[Problems]) -> list[str]:
    return sorted(one.number for one in caught.value.found)


def test_parks_are_divided_evenly(given: Given) -> None:
    """Hiệp Phước 3 has 500 ha, parts have at most 200: three of 166.67 ha that share its costs."""
    parts = [one for one in given.projects if one.park_id == "hiep-phuoc-3"]
    assert [one.project_id for one in parts] == [f"hiep-phuoc-3-part-{n}" for n in (1, 2, 3)]
    assert sum(one.gross_ha for one in parts) == pytest.approx(500.0)
    assert parts[1].names == ("KCN Hiệp Phước (giai đoạn 3), phần 2/3", parts[1].names[1])
    # 62.8 bn VND/ha at prices of 2022, 4 % a year to 2025; works 9 bn VND/ha
    assert parts[0].clearance_bn_vnd.mid == pytest.approx(500 / 3 * 62.8 * 1.04**3)
    assert parts[0].works_bn_vnd.mid == pytest.approx(500 / 3 * 9.0)


def test_state_land_is_cheaper_to_clear(given: Given) -> None:
    """A quarter of the cost, in the middle; a tenth of the lowest."""
    part = given.project("pham-van-hai-1-part-1")
    assert part.clearance_bn_vnd.mid == pytest.approx(189.5 * 62.8 * 1.04**3 * 0.25)
    assert part.clearance_bn_vnd.low == pytest.approx(189.5 * 32.0 * 1.04**3 * 0.1)


def test_rent_is_that_of_the_place(given: Given) -> None:
    """150 USD/m² in Bình Chánh, 120 in Củ Chi, at 25,000 đồng; city mean 204 where no rent of the place is known."""
    assert given.project("vinh-loc-3").rent_bn_vnd_per_ha == pytest.approx(150 * 1e4 * 25_000 / 1e9)
    assert given.project("trung-an-part-1").rent_bn_vnd_per_ha == pytest.approx(30.0)
    assert given.project("nhi-xuan").rent_bn_vnd_per_ha == pytest.approx(51.0)


def test_the_budget_of_the_study_counts_where_no_source_is_stated(given: Given) -> None:
    """5,000 bn VND a year; half of 2025 lies after the day of the picture."""
    (fund,) = given.funding.funds
    assert fund.by_year[2026] == 5000.0
    assert fund.by_year[2025] == pytest.approx(5000 * 184 / 365)


def test_the_first_quarter_is_the_one_after_the_picture(given: Given) -> None:
    assert given.first_quarter == 2
    assert given.quarter_day(0).isoformat() == "2025-07-01"
    assert given.quarters == 82
    assert given.quarter_day(81).isoformat() == "2045-10-01"


def test_a_bond_pays_interest_and_is_paid_back(given_with: Made, given: Given) -> None:
    """1,000 bn VND in 2026 at 5 % for three years: 50 a year to 2029, and 1,000 in 2029, out of a budget of 2,000."""
    bond = [{**row, "amount_bn": 1000 if row["year"] == 2026 else 0} for row in years(given, 0, "bond")]
    made = given_with(
        fund_source=[
            {**LOAN, "interest_share": 0.05, "term_years": 3},
            {"fund_source": "budget", "kind": "budget", "currency": "VND", "carries_over": "no"},
        ],
        fund_year=[*bond, *years(given, 2000, "budget")],
    )
    found = made.funding.by_year(made.years)
    assert [found[year] for year in (2025, 2026, 2027, 2028, 2029, 2030)] == [2000, 3000, 1950, 1950, 950, 2000]


def test_service_is_paid_by_all_money_that_is_for_everybody(given_with: Made, given: Given) -> None:
    """The bond's 50 a year come out of what lapses first, then out of what stays; earmarked money is left alone."""
    bond = [{**row, "amount_bn": 1000 if row["year"] == 2026 else 0} for row in years(given, 0, "bond")]
    sources = [
        {**LOAN, "interest_share": 0.05},
        {"fund_source": "reserve", "kind": "budget", "currency": "VND", "carries_over": "yes"},
        {"fund_source": "yearly", "kind": "budget", "currency": "VND", "carries_over": "no"},
        {"fund_source": "zone", "kind": "budget", "currency": "VND", "carries_over": "yes",
         "for_projects": "vinh-loc-3"},
    ]  # fmt: skip
    rest = [*years(given, 100, "reserve"), *years(given, 30, "yearly"), *years(given, 70, "zone")]
    made = {one.fund_id: one.by_year for one in given_with(fund_source=sources, fund_year=[*bond, *rest]).funding.funds}
    assert [made["bond"][year] for year in (2026, 2027)] == [1000, 0]
    assert [(made["yearly"][year], made["reserve"][year], made["zone"][year]) for year in (2026, 2027)] == [
        (30, 100, 70), (0, 80, 70),
    ]  # fmt: skip


def test_service_above_what_is_for_everybody(given_with: Made, given: Given) -> None:
    bond = [{**row, "amount_bn": 1000 if row["year"] == 2044 else 0} for row in years(given, 0, "bond")]
    zone = {"fund_source": "zone", "kind": "budget", "currency": "VND", "carries_over": "yes",
            "for_projects": "vinh-loc-3"}  # fmt: skip
    with pytest.raises(Problems) as caught:
        given_with(fund_source=[{**LOAN, "interest_share": 0.05}, zone], fund_year=[*bond, *years(given, 70, "zone")])
    assert numbers(caught) == ["QD919"]  # 50 in 2045, though 70 are there for one park


def test_another_rate_of_exchange(given_with: Made) -> None:
    """150 USD/m² at 26,000 đồng; the rate in force on the day of the picture."""
    rates = [
        {"currency": "USD", "on": day, "vnd_per_unit": rate}
        for day, rate in (("2020-01-01", 23_000), ("2025-06-01", 26_000), ("2026-01-01", 30_000))
    ]
    made = given_with(exchange_rate=rates)
    assert made.project("vinh-loc-3").rent_bn_vnd_per_ha == pytest.approx(150 * 1e4 * 26_000 / 1e9)


def test_foreign_money_is_brought_over_at_the_rate(given_with: Made, given: Given) -> None:
    """1 bn USD at 25,000 đồng is 25,000 bn VND."""
    aid = {"fund_source": "aid", "kind": "aid", "currency": "USD", "carries_over": "yes"}
    made = given_with(fund_source=[aid], fund_year=years(given, 1, "aid"))
    assert made.funding.funds[0].by_year[2030] == 25_000.0


def test_money_that_is_not_whole(given_with: Made, given: Given) -> None:
    rows = [row for row in years(given, 100, "bond") if row["year"] not in (2031, 2040)]
    rows += years(given, 1, "aid")
    with pytest.raises(Problems) as caught:
        given_with(
            fund_source=[
                {**LOAN, "for_projects": "nowhere"},
                {"fund_source": "aid", "kind": "aid", "currency": "EUR", "carries_over": "no"},
            ],
            fund_year=rows,
        )
    assert numbers(caught) == ["QD502", "QD915", "QD921"]
    assert "2031, 2040" in str(caught.value)


def test_debt_service_above_all_money(given_with: Made, given: Given) -> None:
    bond = [{**row, "amount_bn": 1000 if row["year"] == 2026 else 0} for row in years(given, 0, "bond")]
    with pytest.raises(Problems) as caught:
        given_with(fund_source=[{**LOAN, "interest_share": 0.1, "term_years": 2}], fund_year=bond)
    assert numbers(caught) == ["QD919", "QD919"]  # interest in 2027, all of it in 2028
    assert "1,100" in caught.value.found[1].message("en")


def test_a_stated_project_replaces_that_of_its_park(given_with: Made) -> None:
    row = {"project_id": "vinh-loc-3-north", "kind": "park", "park_id": "vinh-loc-3", "land_class": "industrial",
           "gross_area_ha": 120, "lettable_area_ha": 80}  # fmt: skip
    made = given_with(project=[row])
    assert [one.project_id for one in made.projects if one.park_id == "vinh-loc-3"] == ["vinh-loc-3-north"]
    part = made.project("vinh-loc-3-north")
    assert (part.place, part.lettable_ha, part.under_way) == ("binh-chanh", 80.0, True)
    assert part.clearance_bn_vnd.mid == pytest.approx(120 * 62.8 * 1.04**3)
    assert part.stages["city_first"] == given_with().project("vinh-loc-3").stages["city_first"]


def test_shared_works_with_their_own_costs(given_with: Made) -> None:
    """100 bn VND at prices of 2020 are 100 × 1.04⁵ in 2025; they bring no land."""
    made = given_with(project=[{**PROJECT, "price_year": 2020}]).project("link-road")
    assert made.clearance_bn_vnd.mid == pytest.approx(100 * 1.04**5)
    assert (made.lettable_ha, made.models) == (0.0, ("city_first",))
    assert made.stages["city_first"].works_days.mid == 400.0


def test_projects_that_say_too_little(given_with: Made) -> None:
    with pytest.raises(Problems) as caught:
        given_with(
            project=[
                {**PROJECT, "project_id": "a", "price_year": None},
                {**PROJECT, "project_id": "b", "works_days_mid": 600},
                {**PROJECT, "project_id": "c", "procedure_days_low": None, "procedure_days_mid": None,
                 "procedure_days_high": None, "place": None},
                {**PROJECT, "project_id": "d", "gross_area_ha": None, "works_bn_vnd_low": None,
                 "works_bn_vnd_mid": None, "works_bn_vnd_high": None},
            ]
        )  # fmt: skip
    assert numbers(caught) == ["QD911", "QD912", "QD913", "QD913", "QD920"]


def test_an_id_that_a_park_has(given_with: Made) -> None:
    with pytest.raises(Problems) as caught:
        given_with(project=[{**PROJECT, "project_id": "hiep-phuoc-3-part-2"}])
    assert numbers(caught) == ["QD914"]


def test_locks_and_links_that_contradict_themselves(given_with: Made) -> None:
    with pytest.raises(Problems) as caught:
        given_with(
            project_lock=[
                {"project_id": "vinh-loc-3", "decision": "must"},
                {"project_id": "vinh-loc-3", "decision": "forbidden"},
                {"project_id": "nhi-xuan", "decision": "decided", "start_from": "2030-01-01", "start_to": "2029-01-01"},
                {"project_id": "nowhere", "decision": "must"},
                {"project_id": "trung-an-part-1", "decision": "decided", "delivery_model": "by_magic"},
            ],
            project_link=[
                {"before_id": "vinh-loc-3", "after_id": "nhi-xuan", "lag_days": 0},
                {"before_id": "nhi-xuan", "after_id": "vinh-loc-3", "lag_days": 0},
            ],
            doing_limit=[
                {"limit_id": "x", "kind": "emissions", "place": "atlantis", "measured_by": "each", "use_ratio": 1,
                 "amount": 1, "unit": "1"},
                {"limit_id": "y", "kind": "resettlement_homes", "place": "nha-be", "measured_by": "homes",
                 "use_ratio": 1, "amount": 1, "unit": "1"},
            ],
        )  # fmt: skip
    assert numbers(caught) == ["QD790", "QD916", "QD917", "QD918", "QD922", "QD923", "QD924"]
    assert "hiep-phuoc-3-part-1" in caught.value.found[-1].message("vi")


def test_delivery_models_that_say_too_little(given_with: Made, until_account: Any) -> None:
    models = until_account.evidence.record["delivery_model"].to_dict("records")
    names = [row["delivery_model"] for row in models]
    city = {k: None if v is None or v != v else v for k, v in models[names.index("city_first")].items()}

    with pytest.raises(Problems) as caught:
        given_with(delivery_model=[{**city, "skips_steps": "p06;p99", "tender_days_low": 5, "clearance_by": "owners"}])
    assert numbers(caught) == ["QD911"]
    with pytest.raises(Problems) as caught:
        given_with(delivery_model=[{**city, "skips_steps": "p06;p99", "clearance_by": "owners"}])
    assert set(numbers(caught)) == {"QD925", "QD926"}
    with pytest.raises(Problems) as caught:
        given_with(delivery_model=[])
    assert "QD910" in numbers(caught)


def test_owners_put_no_land_in_where_the_state_holds_it(given: Given) -> None:
    assert "land_readjustment" not in given.project("pham-van-hai-1-part-1").models
    assert "land_readjustment" in given.project("vinh-loc-3").models
