"""Findings of the shipped case worked out by hand, from the published fact and the article alone."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from quydat.law import Subjects, evaluate, load_pack
from quydat.plan import Results


@pytest.fixture(scope="module")
def findings(hcmc_results: Results) -> pd.DataFrame:
    return hcmc_results.tables["findings"].set_index(["subject_kind", "subject_id", "rule_id"])


def test_tan_thuan_may_be_converted_by_its_years(findings: pd.DataFrame) -> None:
    """Established in 1991, lease to 2041 (the press): on 30 June 2025 at least 33 years and 181 of 365 days.

    Half of a term of 49 to 51 years is above 15, so 15 years are asked.
    """
    found = findings.loc[("conversion", "tan-thuan", "D35-CONV-YRS")]
    assert found["verdict"] == "pass"
    assert found["margin"] == pytest.approx(33 + 181 / 365 - 15, abs=1e-6)
    assert found["unit"] == "year"


def test_a_park_whose_year_is_only_remembered_is_unknown(findings: pd.DataFrame) -> None:
    """Tân Bình and Bình Chiểu have their year by general knowledge: no page says it."""
    for park in ("tan-binh", "binh-chieu"):
        found = findings.loc[("conversion", park, "D35-CONV-YRS")]
        assert found["verdict"] == "unknown"
        assert "years_since_established" in found["asks_for"]


def test_inner_and_outer_districts(findings: pd.DataFrame) -> None:
    """Quận 7 is an urban district, Nhà Bè a rural one; Thủ Đức is a city of its own and left open."""
    verdicts = {park: findings.loc[("conversion", park, "D35-CONV-LOC"), "verdict"] for park in (
        "tan-thuan", "hiep-phuoc-1", "cat-lai", "binh-chieu",
    )}  # fmt: skip
    assert verdicts == {"tan-thuan": "pass", "hiep-phuoc-1": "fail", "cat-lai": "unknown", "binh-chieu": "unknown"}


def test_clusters_of_seventy_five_and_ninety_hectares(findings: pd.DataFrame) -> None:
    bau_tran, da_phuoc = (findings.loc[("park", park, "D32-AREA-MAX")] for park in ("ccn-bau-tran", "ccn-da-phuoc"))
    assert (bau_tran["verdict"], bau_tran["margin"]) == ("pass", 0.0)
    assert (da_phuoc["verdict"], da_phuoc["margin"]) == ("fail", -15.0)


def test_green_land_of_an_old_park(findings: pd.DataFrame) -> None:
    """Tân Bình's older land budget: 8.51 of 133.53 ha is 6.37 %, and 10 % is asked."""
    assert pytest.approx(0.0637, abs=5e-5) == 8.51 / 133.53
    assert pytest.approx(0.1486, abs=5e-5) == 19.84 / 133.53
    green, roads = (findings.loc[("park", "tan-binh", rule)] for rule in ("Q01-LU-GREEN", "Q01-LU-ROAD"))
    assert (green["verdict"], round(green["margin"], 9)) == ("fail", -3.63)
    assert (roads["verdict"], round(roads["margin"], 9)) == ("pass", 4.86)


def test_expansions_ask_for_the_park_that_they_expand(findings: pd.DataFrame) -> None:
    """Lê Minh Xuân had no land left in 2019: 100 %, and 60 % is asked."""
    found = findings.loc[("park", "le-minh-xuan-mo-rong", "D35-EXP-60")]
    assert (found["verdict"], found["value"], found["threshold"], found["margin"]) == ("pass", "100", "60", 40.0)
    assert found["confidence"] == "low"


def test_a_new_park_is_measured_by_the_mean_of_the_city(findings: pd.DataFrame) -> None:
    """77 % (the authority, June 2024) against 60 %; which models are exempt makes no difference above the limit."""
    new = ["pham-van-hai-1", "pham-van-hai-2", "pham-van-hai-3", "vinh-loc-3", "hiep-phuoc-3", "nhi-xuan"]
    for park in new:
        found = findings.loc[("park", park, "D35-OCC-NEW")]
        assert (found["verdict"], found["value"], found["threshold"], found["margin"]) == ("pass", "77", "60", 17.0)
        assert found["confidence"] != "high"
    facts: dict[str, Any] = {
        "kind": "industrial_park", "state": "planned", "is_expansion": False, "city_mean_occupancy_share": 0.45,
    }  # fmt: skip
    said = evaluate(Subjects.one("park", "x", facts), on=date(2025, 6, 30)).of("x", "D35-OCC-NEW")
    assert said.verdict == "unknown"
    assert "sector_model" in said.asks_for
    said = evaluate(Subjects.one("park", "x", facts | {"sector_model": "eco"}), on=date(2025, 6, 30)).of(
        "x", "D35-OCC-NEW"
    )
    assert said.verdict == "not_applicable"


@pytest.mark.parametrize(
    ("filed", "rule", "verdict"),
    [
        (date(2026, 9, 14), "D32-AREA-MIN", "fail"),  # 10 ha under Decree 32/2024
        (date(2026, 9, 15), "D303-AREA-MIN", "pass"),  # 5 ha under Decree 303/2026
    ],
)
def test_the_day_of_the_file_decides_for_a_cluster_of_eight_hectares(filed: date, rule: str, verdict: str) -> None:
    facts: dict[str, Any] = {
        "kind": "industrial_cluster", "state": "planned", "gross_area_ha": 8.0, "filed_on": filed,
        "is_mountain_district": False, "is_craft_village": False, "formed_before_2009_10_05": False,
    }  # fmt: skip
    pack = load_pack(["vn_hcmc"])
    (found,) = [one for one in evaluate(Subjects.one("park", "x", facts), on=date(2026, 12, 1), pack=pack)
                if one.family == pack.rule(rule).family]  # fmt: skip
    assert (found.rule_id, found.verdict) == (rule, verdict)
