"""What is wrong with the table of sector groups."""

from typing import Any

from quydat.demand.sector_checks import check_sectors


def test_the_case_is_in_order(hcmc_record: dict[str, Any]) -> None:
    assert check_sectors(hcmc_record) == []


def test_all_at_once(hcmc_record: dict[str, Any]) -> None:
    sectors = hcmc_record["sector"].copy()
    sectors.loc[0, "jobs_share"] = 0.2
    sectors.loc[1, "output_low"] = 0.5
    sectors.loc[2, "divisions"] = "24;04;13"
    sectors.loc[3, "land_classes"] = "industrial;office"
    found = check_sectors({**hcmc_record, "sector": sectors})
    assert sorted((one.number, one.place.row) for one in found if one.number != "QD745") == [
        ("QD748", 3), ("QD765", 4), ("QD766", 4), ("QD767", 5),
    ]  # fmt: skip
    assert [one.facts["sum"] for one in found if one.number == "QD745"] == ["0.9"]


def test_no_sectors_are_in_order(hcmc_record: dict[str, Any]) -> None:
    assert check_sectors({**hcmc_record, "sector": hcmc_record["sector"].iloc[:0]}) == []
