"""Lists added up and joined: no park is counted twice."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.inventory.lists import add, members, union


def test_the_23_and_the_14_cannot_be_added(hcmc_record: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(Problems) as refused:
        add(hcmc_record, ["kcn-23", "new-14"])
    (found,) = refused.value.found
    assert found.number == "QD226"
    assert found.facts["lists"] == "kcn-23 + new-14"
    assert (found.facts["count"], found.facts["area"]) == ("4", "1368")  # 500 + 200 + 379 + 289
    assert set(found.facts["parks"].split(", ")) == {"hiep-phuoc-3", "vinh-loc-3", "pham-van-hai-1", "pham-van-hai-2"}
    assert found.facts["union_count"] == "33"
    assert float(found.facts["union_area"]) == pytest.approx(5886.19 + 3833 - 1368)


def test_the_23_and_the_10_can(hcmc_record: dict[str, pd.DataFrame]) -> None:
    joined = add(hcmc_record, ["kcn-23", "new-10"])
    assert joined == union(hcmc_record, ["kcn-23", "new-10"])
    assert (len(joined.park_ids), joined.zones) == (37, 33)
    assert joined.gross_area_ha == pytest.approx(5886.19 + 2465)
    assert set(joined.park_ids) == set(members(hcmc_record, "kcn-33"))


def test_a_list_that_is_not_there(hcmc_record: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(Problems, match="QD506"):
        union(hcmc_record, ["kcn-24"])


def test_the_refusal_does_not_need_the_areas(hcmc_record: dict[str, pd.DataFrame]) -> None:
    unknown = {**hcmc_record, "park": hcmc_record["park"].assign(gross_area_ha=float("nan"))}
    with pytest.raises(Problems) as refused:
        add(unknown, ["kcn-23", "new-14"])
    assert (refused.value.found[0].facts["area"], refused.value.found[0].facts["union_area"]) == ("?", "?")


def test_totals_of_lists_that_are_empty_or_not_fully_known(hcmc: Any, make_table: Callable[..., Any]) -> None:
    provenance = {"source_ids": "derived", "confidence": "low", "basis": "published"}
    lists = [
        {"list_id": one, "name_vi": one, "name_en": one, "published_area_ha": 500, **provenance}
        for one in ("none", "part", "dark")
    ]
    own = {"part": ["tan-thuan", "ccn-tan-quy-a"], "dark": ["ccn-tan-quy-a"]}
    rows = [{"list_id": one, "park_id": park} for one, parks in own.items() for park in parks]
    record = {
        **hcmc.record,
        "plan_list": make_table("plan_list", lists),
        "plan_list_member": make_table("plan_list_member", rows),
    }
    results = type(hcmc)(record, hcmc.settings).plan(until="inventory")
    totals = results.tables["list_totals"].set_index("list_id")
    assert totals["rows"].tolist() == [0, 2, 1]
    assert totals["area_known"].tolist() == [0, 1, 0]
    assert totals.loc["part", "gross_area_ha"] == 300
    assert totals.loc[["none", "dark"], "gross_area_ha"].isna().all()
    assert totals["difference_ha"].isna().all()  # an unknown area is not 0, so there is nothing to compare
    coverage = results.ledger["list_totals.part.gross_area_ha"].coverage
    assert coverage is not None
    assert str(coverage) == "1/2"
