"""The shipped case against what the authority, the city and the press printed.

Expected values are published totals (their sources stand in the case, table ``plan_list``) and counts of the
fact tables that the case was made from. Nothing here comes from running our own code.
"""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from scipy.stats import chi2

from quydat.core.basis import Basis
from quydat.core.period import partial_date
from quydat.core.problem import Place
from quydat.dictionary.read import empty, keys_of, typed, unknown_references
from quydat.dictionary.schema import record_tables, tables
from quydat.dictionary.settings import read_settings, settings
from quydat.inventory.places import park_places
from quydat.law.packs import read_packs
from quydat.procedure.law import with_law

TABLES = Path(__file__).parents[2] / "cases" / "hcmc" / "tables"
IN_CASE = [table.name for table in record_tables() if (TABLES / f"{table.name}.csv").is_file()]
"""Tables of the case. The template ``procedure_step`` is the law pack's; a city adds only what it does otherwise."""
WITH_PROVENANCE = [name for name in IN_CASE if "basis" in tables()[name]]
PACKS = read_packs(["vn_hcmc"])
STUDY = read_settings(TABLES.parent)


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
    """No project, link, decision or source of money of a programme is published."""
    of_programme = {"project", "project_link", "project_lock", "fund_source", "fund_year"}
    missing = {t.name for t in record_tables()} - set(IN_CASE)
    assert missing <= {"procedure_step", "subject_fact", "spatial_plan", *of_programme}


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
        "hcmc-iip-growth": "econ.iip_growth", "hcmc-grdp-growth": "econ.grdp_growth",
        "hcmc-land-rent": "rent.city_mean", "hcmc-jobs-in-parks": "zones.jobs", "hcmc-land-let": "absorption.let",
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


# Places and sectors


def of_place() -> dict[str, str]:
    return park_places(table("park"), table("place"), city="hcmc")


def test_every_park_has_a_place_and_only_the_inner_city_has_none() -> None:
    found = of_place()
    assert set(found) == set(table("park")["park_id"])
    assert set(table("place")["place_id"]) - set(found.values()) == {"inner-city"}
    assert found["vinh-loc"] == "binh-chanh"  # Bình Chánh; Bình Tân: the first that is named
    assert found["tan-binh"] == "tan-phu"
    assert found["cat-lai"] == "thu-duc"


def test_people_are_those_of_the_facts() -> None:
    people = table("place").set_index("place_id")["population"]
    facts = table("city_fact").query("unit == 'people'").set_index("key")["number"]
    for place in ("binh_tan", "binh_chanh", "hoc_mon", "cu_chi", "district_12", "can_gio"):
        assert people[place.replace("_", "-")] == facts[f"population.{place}"]
    pilot = {name: facts[f"pilot.{name}.district_population"] for name in ("tan_thuan", "hiep_phuoc", "tan_binh")}
    assert [people[place] for place in ("district-7", "nha-be", "tan-phu")] == list(pilot.values())
    old = ("pilot.binh_chieu.district_population", "pilot.cat_lai.district_population", "population.district_9_old")
    assert people["thu-duc"] == sum(facts[key] for key in old)
    assert people.sum() == 8_993_082  # census of 2019, the whole city


def test_rents_are_those_of_the_facts() -> None:
    rents = table("place").set_index("place_id")["rent_usd_per_m2"].dropna()
    facts = table("city_fact").set_index("fact_id")["number"]
    assert dict(rents) == {
        "cu-chi": facts["rent.cu_chi_parks-2022"],
        "binh-tan": facts["rent.tan_tao-2024"],
        "binh-chanh": facts["rent.le_minh_xuan_3-2024"],
        "district-7": facts["rent.tan_thuan-2022"],
        "nha-be": facts["rent.hiep_phuoc-2022"],
    }


def test_places_lie_in_the_middle_of_their_parks_and_as_far_from_port_and_road_as_they_say() -> None:
    parks = table("park").assign(place=table("park")["park_id"].map(of_place()))
    counted = parks.query("kind in ['export_processing_zone', 'industrial_park'] and state != 'removed'")
    for place in table("place").query("place_id != 'inner-city'").to_dict("records"):
        own = counted[counted["place"] == place["place_id"]]
        for axis in ("longitude", "latitude"):
            assert place[axis] == pytest.approx(np.average(own[axis], weights=own["gross_area_ha"]), abs=0.0006)
        points = [(float(x), float(y)) for x, y in re.findall(r"\((\d+\.\d+); (\d+\.\d+)\)", place["note"])]
        assert len(points) == 2
        for (x, y), column in zip(points, ("port_km", "ring_road_km"), strict=True):
            metres = Geod(ellps="WGS84").inv(place["longitude"], place["latitude"], x, y)[2]
            assert place[column] == pytest.approx(metres / 1000, abs=0.5)


def test_shares_and_floors_of_the_sectors_come_to_one() -> None:
    sectors = table("sector")
    assert sectors["jobs_share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert (sectors["jobs_share"] * sectors["floor_mid"]).sum() == pytest.approx(1.0, abs=0.005)
    for what in ("output", "productivity"):  # differences from the mean: they balance
        assert (sectors["jobs_share"] * sectors[f"{what}_mid"]).sum() == pytest.approx(0.0, abs=0.001)
    divisions = [one for cell in sectors["divisions"] for one in cell.split(";")]
    manufacturing = {f"{number:02d}" for number in range(10, 34)}
    assert len(divisions) == len(set(divisions))
    assert set(divisions) == manufacturing | {"49", "52", "53"}


def test_what_is_assumed_of_places_and_sectors_says_so() -> None:
    for name in ("place", "sector"):
        assert set(table(name)["basis"]) == {"assumed"}
        assert set(table(name)["confidence"]) == {"low"}


# Settings that rest on the facts


def test_every_parameter_of_demand_is_stated() -> None:
    stated = set(STUDY.parameters)
    wanted = {key.removeprefix("parameters.") for key in settings() if key.startswith("parameters.demand.")}
    assert wanted <= stated
    assert "balance.mobile_share" in stated


def test_the_spread_of_the_cycle_is_that_of_the_production_index() -> None:
    facts = table("city_fact").query("key == 'econ.iip_growth'").set_index("year")["number"]
    quiet = facts[[year for year in facts.index if year not in (2020, 2021)]] / 100
    spread, years = float(quiet.std(ddof=1)), len(quiet)
    low, high = (spread * ((years - 1) / chi2.ppf(share, years - 1)) ** 0.5 for share in (0.9, 0.1))
    said = STUDY.parameters["demand.cycle_sd_share"].parts
    assert [said[part] for part in ("low", "mid", "high")] == pytest.approx([low, spread, high], abs=0.0006)


def test_output_for_a_hectare_follows_from_output_and_land_let() -> None:
    facts = table("city_fact").set_index("fact_id")["number"]
    land = facts["absorption.let-2024"] / 1886.18  # land let: docs/method/inventory.md
    said = STUDY.parameters["demand.land_productivity_growth_share"].parts
    assert said["high"] == pytest.approx((1 + facts["econ.industry_growth-2024"] / 100) / (1 + land) - 1, abs=0.0006)
    assert said["mid"] == pytest.approx(1.055 / (1 + land) - 1, abs=0.002)


def test_scenarios_inherit_and_change_what_they_name() -> None:
    pulled = STUDY.parameters_of("neighbours_pull")
    assert pulled["demand.output_growth_share"] == STUDY.parameters_of("low")["demand.output_growth_share"]
    assert pulled["demand.neighbour_supply_growth_share"] != STUDY.parameters["demand.neighbour_supply_growth_share"]
    singapore = table("city_model").set_index("model_id").loc["singapore-jtc"]
    said = STUDY.parameters_of("singapore_plot_ratio")["demand.plot_ratio_new"].parts
    assert said["mid"] == "city_model/singapore-jtc/plot_ratio_before_low"
    assert f"{said['low']} at Tuas" in singapore["conversion_rule"]
    mover = STUDY.parameters["demand.movers_count"].parts["value"]
    assert mover == "city_fact/standalone.establishments_to_move-2017/number"
