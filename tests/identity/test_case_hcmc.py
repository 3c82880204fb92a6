"""The shipped case against what the authority, the city and the press printed.

Expected values are published totals (their sources stand in the case, table ``plan_list``) and counts of the
fact tables that the case was made from. Nothing here comes from running our own code.
"""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from quydat.core.basis import Basis
from quydat.core.period import partial_date
from quydat.core.problem import Place
from quydat.dictionary.read import empty, keys_of, typed, unknown_references
from quydat.dictionary.schema import record_tables, tables
from quydat.law.packs import read_packs
from quydat.procedure.law import with_law

TABLES = Path(__file__).parents[2] / "cases" / "hcmc" / "tables"
IN_CASE = [table.name for table in record_tables() if (TABLES / f"{table.name}.csv").is_file()]
"""Tables of the case. The template ``procedure_step`` is the law pack's; a city adds only what it does otherwise."""
WITH_PROVENANCE = [name for name in IN_CASE if "basis" in tables()[name]]
PACKS = read_packs(["vn_hcmc"])


@cache
def raw(name: str) -> pd.DataFrame:
    return pd.read_csv(TABLES / f"{name}.csv", dtype=str, keep_default_na=False)


@cache
def table(name: str) -> pd.DataFrame:
    rows, problems = typed(raw(name), tables()[name], file=f"{name}.csv")
    assert problems == []
    return rows


def parks_of(list_id: str) -> pd.DataFrame:
    members = table("plan_list_member").query("list_id == @list_id")["park_id"]
    return table("park").set_index("park_id").loc[members.tolist()]


def gross(list_id: str) -> float:
    return float(parks_of(list_id)["gross_area_ha"].sum(skipna=False))


def zones(list_id: str) -> int:
    return parks_of(list_id)["zone_group"].nunique()


def claims(park_id: str, attribute: str) -> pd.DataFrame:
    found = table("claim").query("table == 'park' and row_id == @park_id and attribute == @attribute")
    return found.set_index("value")


# Form of the files


def test_the_case_has_every_table_but_the_template_and_what_only_an_office_adds() -> None:
    assert {t.name for t in record_tables()} - set(IN_CASE) <= {"procedure_step", "subject_fact", "spatial_plan"}


@pytest.mark.parametrize("name", IN_CASE)
def test_every_table_of_the_case_is_as_the_dictionary_says(name: str) -> None:
    assert list(raw(name).columns) == tables()[name].columns
    assert typed(raw(name), tables()[name])[1] == []
    written = (TABLES / f"{name}.csv").read_bytes()
    assert b"\r" not in written
    assert not written.startswith(b"\xef\xbb\xbf")
    assert written.endswith(b"\n")


def test_every_reference_is_known() -> None:
    record = {t.name: table(t.name) if t.name in IN_CASE else empty(t) for t in record_tables()}
    assert unknown_references({**record, **with_law(record, PACKS)}, tables(), place=Place) == []


@pytest.mark.parametrize(
    ("name", "rows"),
    [("park", 57), ("city_fact", 147), ("city_model", 12)],
)
def test_no_row_of_the_facts_is_dropped(name: str, rows: int) -> None:
    assert len(table(name)) == rows


def test_no_step_of_the_facts_is_dropped() -> None:
    assert len(PACKS.tables["law_step"]) == 28


def test_series_hold_the_facts_of_their_years_with_their_provenance() -> None:
    keys = {
        "hcmc-iip-growth": "econ.iip_growth", "hcmc-grdp-growth": "econ.grdp_growth", "hcmc-land-rent": "rent.city_mean",
        "hcmc-jobs-in-parks": "zones.jobs", "hcmc-land-let": "absorption.let",
    }  # fmt: skip
    facts = raw("city_fact").set_index("fact_id")
    for row in raw("series").to_dict("records"):
        fact = facts.loc[f"{keys[row['series_id']]}-{row['period']}"]
        assert row["value"] == fact["number"], row["series_id"]
        assert all(row[name] == fact[name] for name in ("source_ids", "as_of", "confidence", "basis")), row["series_id"]
    assert raw("series")["series_id"].value_counts().to_dict() == {
        "hcmc-iip-growth": 10, "hcmc-grdp-growth": 10, "hcmc-land-rent": 3, "hcmc-jobs-in-parks": 2, "hcmc-land-let": 1,
    }  # fmt: skip


# Provenance


@pytest.mark.parametrize("name", WITH_PROVENANCE)
def test_every_row_has_source_confidence_and_basis(name: str) -> None:
    rows = table(name)
    assert rows[["source_ids", "confidence", "basis"]].notna().all(axis=None)
    assert set(rows["basis"]) <= {basis.value for basis in Basis}
    for on in rows["as_of"].dropna():
        partial_date(on)


@pytest.mark.parametrize("name", WITH_PROVENANCE)
def test_what_no_page_says_is_not_called_published(name: str) -> None:
    only_known = table(name)["source_ids"].isin(["general-knowledge"])
    assert (table(name).loc[only_known, "basis"] == "assumed").all()
    rests_on_sums = table(name)["source_ids"].str.split(";").map(lambda ids: "derived" in ids)
    if name in ("claim", "procedure_event"):
        assert (table(name).loc[rests_on_sums, "basis"] != "published").all()


def test_every_address_is_one_source_and_every_source_is_used() -> None:
    sources = table("source")
    assert sources["url"].dropna().is_unique
    assert set(sources.loc[sources["url"].isna(), "source_id"]) == {"general-knowledge", "derived"}
    used = {i for name in WITH_PROVENANCE for ids in table(name)["source_ids"] for i in ids.split(";")}
    assert used == set(sources["source_id"])


def test_chosen_claims_equal_their_cells() -> None:
    for claim in table("claim").query("use == 'chosen'").to_dict("records"):
        target = tables()[claim["table"]]
        rows = raw(target.name).set_axis(keys_of(raw(target.name), target), axis=0)
        assert rows.loc[claim["row_id"], claim["attribute"]] == claim["value"], claim["claim_id"]


def test_a_cell_has_one_chosen_value_and_its_alternatives_differ() -> None:
    cells = table("claim").groupby(["table", "row_id", "attribute"])
    for (name, row_id, attribute), found in cells:
        rows = raw(name).set_axis(keys_of(raw(name), tables()[name]), axis=0)
        cell = rows.loc[row_id, attribute]
        assert (found["use"] == "chosen").sum() == (1 if cell else 0), (row_id, attribute)
        assert found["value"].is_unique, (row_id, attribute)


def test_every_alternative_could_stand_in_its_cell() -> None:
    for claim in table("claim").to_dict("records"):
        target = tables()[claim["table"]]
        row = raw(target.name).set_axis(keys_of(raw(target.name), target), axis=0).loc[[claim["row_id"]]]
        _, problems = typed(row.assign(**{claim["attribute"]: claim["value"]}), target)
        assert problems == [], claim["claim_id"]


def test_occupancy_and_vacant_land_are_dated_in_claims() -> None:
    for attribute in ("occupancy_share", "vacant_area_ha"):
        known = table("park").dropna(subset=[attribute])["park_id"]
        found = table("claim").query("use == 'chosen' and attribute == @attribute")
        assert set(found["row_id"]) == set(known)
        assert found["as_of"].notna().all()
        assert (found["as_of"] < "2023").all()


@pytest.mark.parametrize(
    ("park_id", "attribute", "chosen", "other"),
    [
        ("tan-binh", "gross_area_ha", "128.7", "133.53"),
        ("hiep-phuoc-2", "gross_area_ha", "596.9", "652"),
        ("hiep-phuoc-3", "gross_area_ha", "500", "393"),
    ],
)
def test_the_three_disagreements_keep_both_values_and_a_reason_in_two_languages(
    park_id: str, attribute: str, chosen: str, other: str
) -> None:
    found = claims(park_id, attribute)
    assert found.loc[chosen, "use"] == "chosen"
    assert found.loc[other, "use"] == "alternative"
    for reason in found.loc[[chosen, other], "reason"]:
        english, vietnamese = reason.split(" / ")
        assert len(english) > 40
        assert any(letter in vietnamese for letter in "ạảấầậếệịọộợụứừựđ")


# Published totals


def test_the_operating_rows_sum_to_the_authoritys_total() -> None:
    operating = table("park").query("state == 'operating' and kind in ['export_processing_zone', 'industrial_park']")
    assert set(operating["park_id"]) == set(parks_of("operating-17").index)
    assert len(operating) == 18
    assert zones("operating-17") == 17  # authority, mid-2024
    assert gross("operating-17") == pytest.approx(3791.98, abs=0.005)
    assert abs(gross("operating-17") - 3791.84) < 0.2  # authority, mid-2024


def test_the_list_of_23_comes_within_three_in_a_thousand_of_the_press() -> None:
    assert len(parks_of("kcn-23")) == 27
    assert zones("kcn-23") == 23
    assert gross("kcn-23") == pytest.approx(5886.19, abs=0.005)
    assert abs(gross("kcn-23") - 5900) / 5900 < 0.003


@pytest.mark.parametrize(
    ("list_id", "count", "area"),
    [
        ("new-14", 14, 3833),
        ("new-10", 10, 2465),
        ("phase-2025-2027", 4, 1067),
        ("phase-2027-2030", 5, 1566),
        ("phase-2030-2033", 5, 1200),
        ("removed-3", 3, 675),
    ],
)
def test_lists_that_come_out_exactly(list_id: str, count: int, area: float) -> None:
    assert zones(list_id) == len(parks_of(list_id)) == count
    assert gross(list_id) == pytest.approx(area, abs=0.005)
    printed = table("plan_list").set_index("list_id").loc[list_id]
    assert (printed["published_count"], printed["published_area_ha"]) == (count, area)


def test_four_of_the_new_parks_are_already_among_the_23() -> None:
    both = parks_of("new-14").index.intersection(parks_of("kcn-23").index)
    assert set(both) == {"hiep-phuoc-3", "vinh-loc-3", "pham-van-hai-1", "pham-van-hai-2"}
    assert table("park").set_index("park_id").loc[both, "gross_area_ha"].sum() == pytest.approx(1368)
    assert set(parks_of("new-10").index) == set(parks_of("new-14").index) - set(both)


def test_the_23_and_the_14_are_33_zones_not_37() -> None:
    union = set(parks_of("kcn-23").index) | set(parks_of("new-14").index)
    assert union == set(parks_of("kcn-33").index)
    assert zones("kcn-33") == 33
    assert abs(gross("kcn-33") - 8369) / 8369 < 0.003


def test_the_phases_are_the_14_and_their_years_stand_on_the_parks() -> None:
    phases = [i for i in table("plan_list")["list_id"] if i.startswith("phase-")]
    assert sorted(p for i in phases for p in parks_of(i).index) == sorted(parks_of("new-14").index)
    for phase in phases:
        start, end = (int(year) for year in phase.split("-")[1:])
        assert (parks_of(phase)["programme_from_year"] == start).all()
        assert (parks_of(phase)["programme_to_year"] == end).all()


def test_pham_van_hai_one_and_two_are_the_668_ha_of_the_dispatch() -> None:
    both = table("park").query("park_id in ['pham-van-hai-1', 'pham-van-hai-2']")
    assert both["gross_area_ha"].sum() == 668
    assert both["state_land"].eq(True).all()
    added = table("procedure_event").query("document == '364/TTg-CN' and event == 'finished'")
    assert set(added["park_id"]) == set(both["park_id"])
    assert set(added["on"]) == {"2023-05-04"}


# Procedure


def test_events_belong_to_steps_of_the_parks_track() -> None:
    kinds = table("park").set_index("park_id")["kind"]
    tracks = PACKS.tables["law_step"].set_index("step_id")["track"]
    for event in table("procedure_event").to_dict("records"):
        cluster = kinds[event["park_id"]] == "industrial_cluster"
        assert tracks[event["step_id"]] == ("cluster" if cluster else "park"), event["event_id"]


def test_both_languages_say_what_happened() -> None:
    assert table("procedure_event")[["note_vi", "note_en"]].notna().all(axis=None)
    assert table("city_model")[["lesson_vi", "lesson_en"]].notna().all(axis=None)


def test_ranges_have_both_ends_and_numbers_have_none() -> None:
    facts = table("city_fact")
    ranged = facts["low"].notna()
    assert (facts["low"].notna() == facts["high"].notna()).all()
    assert (facts.loc[ranged, "low"] < facts.loc[ranged, "high"]).all()
    assert facts.loc[ranged, "number"].isna().all()
    works = facts.set_index("fact_id").loc["cost.infrastructure_per_ha.working-2025"]
    assert (works["low"], works["high"], works["unit"]) == (5, 16, "bn VND/ha")
