"""Sector groups: shares that are divided by their sum, and that this is told."""

import pandas as pd
import pytest

from quydat.demand.sectors import read_sectors, sector_problems


def rows(jobs: list[float], land: list[float | None]) -> pd.DataFrame:
    """Sectors that differ in nothing but their shares."""
    same = {f"{what}_{part}": 1.0 for what in ("output", "productivity", "floor") for part in ("low", "mid", "high")}
    made = pd.DataFrame({"sector_id": [f"s{number}" for number in range(len(jobs))], "jobs_share": jobs})
    return made.assign(land_share=pd.Series(land, dtype="Float64"), basis="assumed", **same)


def test_shares_that_add_up_are_left_alone() -> None:
    made = read_sectors(rows([0.4, 0.6], [None, None]))
    assert made.notes() == {}
    assert made.jobs_share.tolist() == [0.4, 0.6]
    assert made.land_share.tolist() == pytest.approx([0.4, 0.6])  # as much floor for a job in both


def test_shares_off_by_rounding_are_divided_by_their_sum_and_each_column_is_told() -> None:
    held = rows([0.333, 0.333, 0.333], [0.5, 0.3, 0.202])
    assert sector_problems(held) == []
    made = read_sectors(held)
    assert made.jobs_share.tolist() == pytest.approx([1 / 3] * 3)
    assert made.land_share.tolist() == pytest.approx([0.5 / 1.002, 0.3 / 1.002, 0.202 / 1.002])
    assert made.notes() == {
        "sector": "jobs_share added up to 0.999; land_share added up to 1.002: divided by their sum",
        "sector_vi": "jobs_share cộng lại bằng 0.999; land_share cộng lại bằng 1.002: đã chia lại cho tổng",
    }


def test_land_shares_that_are_not_all_stated_share_the_rest_by_floor() -> None:
    made = read_sectors(rows([0.5, 0.25, 0.25], [0.4, None, None]))
    assert made.land_share.tolist() == pytest.approx([0.4, 0.3, 0.3])
    assert made.notes() == {}


@pytest.mark.parametrize(("jobs", "sums"), [([0.5, 0.49], ["0.99"]), ([0.5, 0.504], []), ([0.5, 0.506], ["1.006"])])
def test_half_a_per_cent_is_the_limit(jobs: list[float], sums: list[str]) -> None:
    found = sector_problems(rows(jobs, [None, None]))
    assert [(one.number, one.facts["sum"]) for one in found] == [("QD745", one) for one in sums]
