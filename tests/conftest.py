"""Cities to test with: the shipped case, and small ones made up from a seed.

A made-up city has parks in all states and of all kinds, unknown cells, claims, events and a random procedure. Its
numbers mean nothing; what must hold of any city must hold of it.
"""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import Table, record_tables, survey_tables, tables
from quydat.dictionary.settings import Settings, parse_settings, read_settings
from quydat.law.packs import read_packs
from quydat.plan import Results, plan
from quydat.procedure.law import lay, read_template

CASE = Path(__file__).parents[1] / "cases" / "hcmc"
FEW_DRAWS = 500
PROVENANCE = {"source_ids": "s", "confidence": "high"}

Record = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class City:
    """Tables of a record, and the settings to plan it with."""

    record: Record
    settings: Settings

    def plan(self, **how: Any) -> Results:
        """Run all steps."""
        return plan(self.record, self.settings, scenario="base", **how)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker makes the demonstration first, and what needs it comes last, so that no other worker waits for it."""
    needing = [item for item in items if "demo" in getattr(item, "fixturenames", ())]
    others = set(items) - set(needing)
    items[:] = [*needing[:1], *(item for item in items if item in others), *needing[1:]]


@pytest.fixture(scope="session")
def hcmc_record() -> Record:
    """Typed tables of the shipped case, the template of its law pack on the day of the picture laid in."""
    settings = read_settings(CASE)
    record = {table.name: _of_case(table) for table in record_tables()}
    return lay(record, read_template(read_packs(settings.law)), on=settings.as_of)


def _of_case(table: Table) -> pd.DataFrame:
    path = CASE / "tables" / f"{table.name}.csv"
    if not path.is_file():
        return empty(table)
    return typed(pd.read_csv(path, dtype=str, keep_default_na=False), table)[0]


@pytest.fixture(scope="session")
def hcmc_settings() -> Settings:
    """Settings of the shipped case, with few draws."""
    return replace(read_settings(CASE), draws=FEW_DRAWS)


@pytest.fixture(scope="session")
def hcmc(hcmc_record: Record, hcmc_settings: Settings) -> City:
    """The shipped case."""
    return City(hcmc_record, hcmc_settings)


@pytest.fixture(scope="session")
def hcmc_results(hcmc: City) -> Results:
    """One run of the shipped case."""
    return hcmc.plan()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, told in Vietnamese, with what it said beside it; made once, and nobody may change it."""
    from tests.support.terminal import run_demo, shared

    return shared(tmp_path_factory, "demo", lambda folder: run_demo(folder, seed=1, lang="vi")) / "seed-1"


@pytest.fixture(scope="session")
def shipped_results(hcmc_record: Record, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The shipped case planned with all its draws and the survey of the demonstration, on plain tables.

    Made once for all workers of a test run, in a process that hashes text otherwise than the demonstration's.
    """
    from tests.support.terminal import shared

    from quydat.app.run import Run

    def make(folder: Path) -> None:
        settings, run = read_settings(CASE), Run(demo)
        survey = {table.name: run.table(table.name) for table in survey_tables()}
        results = plan(hcmc_record, settings, scenario=settings.scenario, survey=survey)
        (folder / "results.pickle").write_bytes(pickle.dumps(results))

    made: Results = pickle.loads((shared(tmp_path_factory, "shipped", make) / "results.pickle").read_bytes())  # noqa: S301
    return made


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of the shipped case with one whole run, without a survey; made once for all workers of a test run."""
    from tests.support.studies import quick
    from tests.support.terminal import shared

    from quydat.app.study import init_study

    return shared(tmp_path_factory, "ran", lambda folder: quick(init_study(folder / "study")).plan() and None) / "study"


@pytest.fixture(scope="session")
def generated_city() -> Callable[[int], City]:
    """Maker of cities, by seed."""
    return make_city


@pytest.fixture(scope="session")
def make_table() -> Callable[[str, list[dict[str, object]]], pd.DataFrame]:
    """Maker of typed tables from rows; what a row does not say is unknown."""
    return table_of


def table_of(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """A typed table of the dictionary."""
    if not rows:
        return empty(tables()[name])
    made, problems = typed(pd.DataFrame(rows), tables()[name])
    assert problems == [], problems
    return made


@pytest.fixture(scope="session")
def planned_city() -> Callable[[int], tuple[City, Results]]:
    """Maker of cities with their plan, by seed; each is planned once in a process, so nobody may change it."""

    @cache
    def made(seed: int) -> tuple[City, Results]:
        city = make_city(seed)
        return city, city.plan()

    return made


@pytest.fixture(scope="session")
def settled_city() -> Callable[[int], City]:
    """Maker of cities with places, sectors and a second scenario, by seed."""
    return make_settled_city


def make_city(seed: int) -> City:
    """A city made up from a seed: the same seed, the same city."""
    record, study = _made_up(seed)
    return _city(record, study)


def make_settled_city(seed: int) -> City:
    """The same city with places that its parks lie in, sectors, all components of demand, and a second scenario."""
    record, study = _made_up(seed)
    random = Random(seed)  # noqa: S311
    for park in record["park"]:
        park["district"] = random.choice("abcd")
    record["place"] = [
        {
            "place_id": f"p{number}", "name_vi": f"Nơi {number}", "name_en": f"Place {number}", "districts": districts,
            "longitude": 106.5 + number / 10, "latitude": 10.5, "population": random.randint(10_000, 900_000),
            "port_km": random.randint(1, 40), "ring_road_km": random.randint(1, 20),
            "rent_usd_per_m2": _maybe(random, 0.5, random.randint(80, 400)), **PROVENANCE, "basis": "assumed",
        }
        for number, districts in enumerate(("a|b", "c", "d", "nowhere"))
    ]  # fmt: skip
    record["sector"] = [_sector(random, name, classes) for name, classes in SECTORS.items()]
    whole = sum(row["jobs_share"] for row in record["sector"])
    record["sector"][-1]["jobs_share"] += 1 - whole
    study["parameters"]["demand"] |= {
        **{f"weight_{name}": _one(random.randint(0, 3)) for name in ("take_up", "output")}, "weight_labour": _one(1),
        **{f"where_{name}_elasticity": _between(random, -1, 0) for name in ("port", "ring_road", "rent")},
        **{f"where_{name}_elasticity": _between(random, 0, 1) for name in ("capacity", "labour", "cluster")},
        "labour_reach_km": _one(10), "land_productivity_growth_share": _between(random, 0.0, 0.08),
        "cycle_sd_share": _between(random, 0.0, 0.05), "reuse_share": _between(random, 0, 1),
        "churn_share": _between(random, 0, 0.05), "void_years": _between(random, 0, 3),
        "replacement_share": _between(random, 0, 0.01), "densification_share": _between(random, 0, 0.5),
        "movers_count": _one(random.randint(0, 9000)), "movers_share": _between(random, 0, 0.5),
        "movers_land_m2": _between(random, 100, 5000),
        "neighbour_rent_gap_growth_share": _between(random, -0.03, 0.03),
        "neighbour_supply_growth_share": _between(random, -0.03, 0.03),
        "neighbour_rent_elasticity": _between(random, 0, 1.5), "neighbour_supply_elasticity": _between(random, 0, 0.5),
    }  # fmt: skip
    study["parameters"]["balance"]["mobile_share"] = _between(random, 0, 1)
    faster = {"output_growth_share": _between(random, 0.05, 0.1)}
    study["scenarios"] = {
        "base": {"label_vi": "Cơ sở", "label_en": "Base"},
        "faster": {"label_vi": "Nhanh", "label_en": "Faster", "parameters": {"demand": faster}},
    }
    return _city(record, study)


SECTORS = {"light": None, "heavy": "industrial", "small": "industrial;cluster"}
"""Sector groups of settled cities, with the classes of land that each may use."""


def _sector(random: Random, name: str, classes: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "sector_id": name, "name_vi": name, "name_en": name, "land_classes": classes,
        "jobs_share": round(random.uniform(0.1, 0.4), 2), **PROVENANCE, "basis": "assumed",
    }  # fmt: skip
    for what, low, high in (("output", -0.04, 0.04), ("productivity", -0.02, 0.02), ("floor", 0.5, 2.0)):
        ends = sorted(random.uniform(low, high) for _ in range(3))
        row |= {f"{what}_{part}": end for part, end in zip(("low", "mid", "high"), ends, strict=True)}
    return row


def _city(record: dict[str, list[dict[str, Any]]], study: dict[str, Any]) -> City:
    made = {name: table_of(name, rows) for name, rows in record.items()}
    return City({table.name: made.get(table.name, empty(table)) for table in record_tables()}, parse_settings(study))


def _made_up(seed: int) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """Rows by table, and what stands in ``study.toml``."""
    random = Random(seed)  # noqa: S311
    as_of = date(random.randint(2022, 2028), 1, 1) + timedelta(days=random.randint(0, 363))
    parks = _parks(random)
    steps = _steps(random)
    record: dict[str, list[dict[str, Any]]] = {
        "source": [{"source_id": "s", "kind": "press", "publisher": "p"}],
        "park": parks,
        "procedure_step": steps,
        "procedure_event": _events(random, parks, steps),
        "exchange_rate": [
            {"currency": "USD", "on": day, "vnd_per_unit": rate, **PROVENANCE, "basis": "assumed"}
            for day, rate in (("2010-01-01", 20000), ("2024-06-01", 25000))
        ],
        **_lists(random, parks),
        "claim": _claims(random, parks),
        "city_fact": [],
        "city_model": [],
        "duration_observation": _observations(Random(seed), steps),  # noqa: S311
        "opinion": [],
        "spatial_plan": [],
        "subject_fact": _facts(random, parks),
        "delivery_model": _delivery_models(Random(seed)),  # noqa: S311
    }
    return record, _study(random, parks, as_of, seed)


def _facts(random: Random, parks: list[dict[str, object]]) -> list[dict[str, object]]:
    """Facts that rules ask for, known of some parks, with days known to the year or to the day."""
    every = {"subject_kind": "park", "subject_id": "*", "quantity": "region", "value": "south_east"}
    made: list[dict[str, object]] = [{**every, **PROVENANCE, "basis": "published"}]
    for park in parks:
        for quantity, value in (
            ("is_expansion", random.choice(("yes", "no"))),
            ("in_inner_urban_area", random.choice(("yes", "no"))),
            ("established_on", random.choice(("2009", "2011-04", "2012-05-06"))),
            ("green_land_share", str(random.randint(0, 30) / 100)),
        ):
            if random.random() < 0.5:
                row = {"subject_kind": "park", "subject_id": park["park_id"], "quantity": quantity, "value": value}
                made.append({**row, **PROVENANCE, "basis": random.choice(("published", "derived", "assumed"))})
    return made


def _maybe(random: Random, chance: float, value: object) -> object:
    return value if random.random() < chance else None


def _parks(random: Random) -> list[dict[str, Any]]:
    kinds = ("industrial_park", "industrial_park", "export_processing_zone", "high_tech_park", "industrial_cluster")
    states = ("operating", "under_construction", "planned", "planned", "proposed", "removed")
    parks = []
    for i in range(random.randint(2, 12)):
        gross = round(random.uniform(20, 600), 2)
        park = {
            "park_id": f"k{i:02}",
            "name_vi": f"Khu {i}",
            "name_en": f"Park {i}",
            "kind": random.choice(kinds),
            "district": "d",
            "state": random.choice(states),
            "zone_group": f"k{max(0, i - random.randint(0, 1)):02}",
            "gross_area_ha": _maybe(random, 0.85, gross),
            "lettable_area_ha": _maybe(random, 0.4, round(gross * random.uniform(0.5, 0.8), 2)),
            "occupancy_share": _maybe(random, 0.5, round(random.uniform(0.3, 1.0), 3)),
            "year_established": _maybe(random, 0.7, random.randint(1991, 2020)),
            "programme_to_year": _maybe(random, 0.5, random.randint(2026, 2035)),
            "state_land": random.choice(["yes", "no", None]),
            "longitude": _maybe(random, 0.8, 106.5),
            "latitude": 10.5,
            **PROVENANCE,
            "basis": random.choice(["published", "derived", "assumed"]),
        }
        parks.append(park)
    first = {"kind": "industrial_park", "state": "operating", "gross_area_ha": 300.0, "year_established": 1995}
    parks[0] |= first | {"lettable_area_ha": 200.0}
    return parks


def _steps(random: Random) -> list[dict[str, Any]]:
    count = random.randint(3, 8)
    clearance = random.randint(0, count)  # past the last step: no step is said to be the clearance
    steps = []
    for i in range(count):
        seen = sorted(random.randint(5, 3000) for _ in range(2))
        slowest = _maybe(random, 0.5, seen[1])
        steps.append(
            {
                "step_id": f"t{i}",
                "track": "park",
                "name_vi": f"Bước {i}",
                "name_en": f"Step {i}",
                "authority_vi": "A",
                "authority_en": "A",
                "depends_on": ";".join(f"t{j}" for j in range(i) if random.random() < 0.5),
                "statutory_days": _maybe(random, 0.6, random.randint(0, 400)),
                "day_kind": random.choice(["calendar", "working"]),
                "observed_days_min": None if slowest is None else _maybe(random, 0.6, seen[0]),
                "observed_days_max": slowest,
                "observed_max_unfinished": random.choice(["yes", "no", None]),
                "clearance": "yes" if i == clearance else None,
                **PROVENANCE,
                "basis": random.choice(["published", "assumed"]),
            }
        )
    return steps


def _events(random: Random, parks: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    events = []
    for park in parks:
        if park["kind"] not in ("industrial_park", "export_processing_zone") or random.random() < 0.2:
            continue
        for number in range(random.randint(0, 4)):
            year, month = random.randint(2000, 2028), random.randint(1, 12)
            events.append(
                {
                    "event_id": f"{park['park_id']}-{number}",
                    "park_id": park["park_id"],
                    "step_id": random.choice(steps)["step_id"],
                    "event": random.choice(["started", "started", "finished", "finished", "stopped", "not_needed"]),
                    "on": random.choice([None, f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-15"]),
                    **PROVENANCE,
                    "basis": "published",
                }
            )
    return events


def _observations(random: Random, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases and terms of some of the steps; of others none was seen."""
    seen = [step for step in steps if random.random() < 0.6]
    rows = []
    for number in range(random.randint(0, 20) if seen else 0):
        step = random.choice(seen)
        began, lasted = date(random.randint(1998, 2024), random.randint(1, 12), 1), random.randint(5, 6000)
        ended, finished = (began + timedelta(days=lasted)).isoformat(), random.random() < 0.6
        row = {
            "observation_id": f"o{number:02}", "name_vi": f"Dự án {number}", "name_en": f"Project {number}",
            "place": "d", "step_id": step["step_id"], "project_kind": "industrial_park",
            "clears": random.choice(["state", "developer"]) if step["clearance"] else None, **PROVENANCE,
            "basis": random.choice(["published", "derived"]),
        }  # fmt: skip
        if random.random() < 0.2:
            rows.append({**row, "kind": "planned_term", "term_days": lasted})
        else:
            end = {"finished_on": ended} if finished else {"last_seen_on": ended}
            rows.append({**row, "kind": "observed", "started_on": began.isoformat(), **end})
    return rows


def _lists(random: Random, parks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    lists, members = [], []
    for i in range(random.randint(0, 3)):
        lists.append(
            {
                "list_id": f"l{i}",
                "name_vi": f"Danh mục {i}",
                "name_en": f"List {i}",
                "published_area_ha": _maybe(random, 0.5, 1000.0),
                **PROVENANCE,
                "basis": "published",
            }
        )
        members += [{"list_id": f"l{i}", "park_id": p["park_id"]} for p in parks if random.random() < 0.4]
    return {"plan_list": lists, "plan_list_member": members}


def _claims(random: Random, parks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    claims = []
    for park in parks:
        for attribute in ("gross_area_ha", "lettable_area_ha", "occupancy_share"):
            if park[attribute] is not None and random.random() < 0.3:
                claims.append(
                    {
                        "claim_id": f"{park['park_id']}-{attribute}",
                        "table": "park",
                        "row_id": park["park_id"],
                        "attribute": attribute,
                        "value": str(park[attribute]),
                        "use": "chosen",
                        "reason": "r",
                        **PROVENANCE,
                        "basis": random.choice(["published", "derived", "estimated"]),
                    }
                )
    return claims


def _one(value: float) -> dict[str, object]:
    return {"value": value, "basis": "assumed", "source": "made up"}


def _between(random: Random, low: float, high: float) -> dict[str, object]:
    ends = sorted(random.uniform(low, high) for _ in range(3))
    return {**dict(zip(("low", "mid", "high"), ends, strict=True)), "basis": "assumed", "source": "made up"}


def _study(random: Random, parks: list[dict[str, Any]], as_of: date, seed: int) -> dict[str, Any]:
    share = round(random.uniform(0.5, 0.8), 3)
    mean, vacant = _mean_occupancy(random, parks, share)
    one = _one

    def between(low: float, high: float) -> dict[str, object]:
        return _between(random, low, high)

    parameters = {
        "survey": {
            "live_years": one(2),
            "homes_density_per_km2": one(10000),
            "position_error_m": one(50),
            "storey_height_m": one(4),
            "match_accept_share": one(0.99),
            "match_review_share": one(0.3),
        },
        "inventory": {
            "lettable_share": one(share),
            "mean_occupancy_share": one(mean),
            "vacant_ready_ha": one(random.uniform(0, 0.9) * vacant),
        },
        "procedure": {
            "unknown_duration_days": between(20, 500),
            "km_least_finished": one(random.choice([2, 3, 8])),
            **_priors(Random(seed)),  # noqa: S311
        },
        "demand": {
            "last_take_up_ha": one(random.uniform(0, 60)),
            "investment_m_usd": one(random.uniform(100, 5000)),
            "investment_years": one(5),
            "investment_m_usd_per_ha": one(random.uniform(2, 30)),
            "take_up_growth_share": between(-0.05, 0.05),
            "jobs": one(random.uniform(1000, 300000)),
            "output_growth_share": between(0.0, 0.1),
            "productivity_growth_share": between(0.0, 0.1),
            "plot_ratio": one(random.uniform(0.3, 1.0)),
            "plot_ratio_new": between(0.4, 2.0),
            "vacancy_share": between(0.0, 0.15),
        },
        "balance": {
            "blocked_cleared_share": between(0.0, 0.2),
            "delivery_years": one(random.choice([1, 2, 2.5, 3])),
            "tail_share": one(Random(seed).choice([0, 0.05, 0.3])),  # noqa: S311
            "tail_years": one(2),
        },
        "programme": {
            "budget_bn_vnd": one(random.choice([0, 500, 5000, 50000])),
            "clearance_bn_vnd_per_ha": between(0, 80),
            "clearance_price_year": one(2022),
            "state_land_cost_share": {**between(0, 1), "low": 0.0, "mid": random.choice([0.0, 0.2]), "high": 1.0},
            "works_bn_vnd_per_ha": between(1, 20),
            "rent_usd_per_m2": one(random.uniform(50, 300)),
            "escalation_share": one(0.04),
            "clearance_days": between(100, 1500),
            **_programme(Random(seed)),  # noqa: S311
        },
    }
    study = {
        "study_id": "c", "name_vi": "C", "name_en": "C", "place": "c", "as_of": as_of, "price_year": 2025,
        "start_year": random.randint(2022, 2028), "end_year": as_of.year + random.randint(1, 20), "working_epsg": 9210,
        "seed": seed, "draws": 100, "scenario": "base",
    }  # fmt: skip
    study["start_year"] = min(study["start_year"], study["end_year"])
    extent = {"west": 106.0, "south": 10.0, "east": 107.0, "north": 11.0}
    return {"study": study, "extent": extent, "parameters": parameters}


def _priors(random: Random) -> dict[str, Any]:
    """What is held of durations before any case is seen."""
    return {
        "pooled_median_days": _between(random, 100, 2000),
        "step_spread_ratio": _one(random.uniform(1.1, 3.0)),
        "case_spread_ratio": _between(random, 1.2, 4.0),
        "state_time_ratio": _between(random, 0.2, 3.0),
        "term_overrun_ratio": _between(random, 0.8, 3.0),
    }


def _programme(random: Random) -> dict[str, Any]:
    """Loans, receipts, risk, and a small problem: the best programme is not the point, but that it is one."""
    return {
        "loan_ceiling_bn_vnd": _one(random.choice([0, 500, 5000])),
        "loan_interest_share": _one(random.choice([0.0, 0.06, 0.12])),
        "revolving_share": _one(random.choice([0.0, 0.8, 1.0])),
        "ahead_years": _one(random.randint(0, 5)),
        "discount_share": _one(random.choice([0.0, 0.04, 0.1])),
        "rent_growth_share": _one(random.choice([-0.02, 0.0, 0.04])),
        "rent_ratio": _between(random, 0.5, 1.5),
        "take_up_years": _one(random.choice([1, 2.5, 5])),
        "tax_bn_vnd_per_ha_year": _between(random, 0, 15),
        "tax_kept_share": _one(random.choice([0.0, 0.21, 1.0])),
        "tail_ratio": _one(random.choice([0.0, 0.5, 2.0])),
        "tail_share": _one(random.choice([0.5, 0.75, 0.9])),
        "safe_share": _one(random.choice([0.0, 0.5, 0.8, 1.0])),
        "shared_clearance": _one(random.choice([0.0, 0.3, 1.0])),
        "shared_cost": _one(random.choice([0.0, 0.5, 1.0])),
        "part_ha": _one(random.choice([0, 100, 300])),
        "scenarios": _one(4),
        "gap_share": _one(0.2),
        "seconds": _one(600),
    }


def _delivery_models(random: Random) -> list[dict[str, Any]]:
    """Left to developers, cleared by the city, and more of those that cases know; shares and times vary."""
    usual = {
        "city_clearance_share": 1, "city_works_share": 1, "clearance_by": "city", "land_return_share": 0,
        "tender_receipts_share": 1, "land_rent_share": 0, "rent_free_years": 0, "clearance_risk": "city",
        "works_risk": "city", "market_risk": "city", **_three("clearance_cost_ratio", [1, 1, 1]),
    }  # fmt: skip
    changed: dict[str, dict[str, Any]] = {
        "developer_led": {
            "city_clearance_share": 0, "city_works_share": 0, "clearance_by": "developer", "tender_receipts_share": 0,
            "land_rent_share": random.choice([0, 0.005, 0.02]), "rent_free_years": random.choice([0, 3, 11]),
            **dict.fromkeys(("clearance_risk", "works_risk", "market_risk"), "developer"),
        },
        "city_first": {},
        "city_clears": {"city_works_share": 0, "tender_receipts_share": random.random(), "works_risk": "developer"},
        "ppp": {
            "city_clearance_share": random.random(), "city_works_share": 0, "tender_receipts_share": random.random(),
            "clearance_risk": "shared", "works_risk": "developer", "market_risk": "developer",
        },
        "land_readjustment": {
            "clearance_by": "owners", "land_return_share": random.choice([0.2, 0.35]), "clearance_risk": "owners",
            **_three("clearance_cost_ratio", [random.uniform(0.2, 1.5) for _ in range(3)]),
            **_three("clearance_days", [random.randint(200, 2000) for _ in range(3)]),
        },
    }  # fmt: skip
    models = []
    for name, own in changed.items():
        if name not in ("developer_led", "city_first") and random.random() < 0.6:
            continue
        tender = _three("tender_days", [random.randint(30, 700) for _ in range(3)])
        fronts = {"clearance_front_share": random.choice([0.3, 0.5, 0.7]), "works_front_share": random.random()}
        named = {"delivery_model": name, "name_vi": f"Cách {name}", "name_en": f"Model {name}"}
        models.append(
            {**named, **usual, **own, **fronts, **_maybe_all(random, 0.5, tender), **PROVENANCE, "basis": "assumed"}
        )
    return models


def _three(what: str, ends: list[float]) -> dict[str, float]:
    return {f"{what}_{part}": end for part, end in zip(("low", "mid", "high"), sorted(ends), strict=True)}


def _maybe_all(random: Random, chance: float, cells: dict[str, float]) -> dict[str, float]:
    return cells if random.random() < chance else {}


def _mean_occupancy(random: Random, parks: list[dict[str, Any]], share: float) -> tuple[float, float]:
    """A published mean that the known parks do not contradict, and the vacant land that goes with it."""
    let = known = rest = 0.0
    for park in parks:
        if park["state"] != "operating" or park["kind"] not in ("industrial_park", "export_processing_zone"):
            continue
        gross = park["gross_area_ha"]
        area = park["lettable_area_ha"] or (None if gross is None else gross * share)
        if area and park["occupancy_share"] is not None:
            known, let = known + area, let + area * park["occupancy_share"]
        elif area:
            rest += area
    taken = random.uniform(0.05, 0.95)
    return (let + taken * rest) / (known + rest), known - let + (1 - taken) * rest


@pytest.fixture(scope="session")
def with_parameters() -> Callable[[Settings, Mapping[str, Mapping[str, float]]], Settings]:
    """Replaces parts of parameters: ``{"demand.jobs": {"value": 1.0}}``; cells give way to numbers."""

    def replaced(settings: Settings, parts: Mapping[str, Mapping[str, float]]) -> Settings:
        from quydat.core.basis import Basis

        changed = {
            key: replace(settings.parameters[key], parts=dict(new), basis=Basis.ASSUMED, source="test", scale=1.0)
            for key, new in parts.items()
        }
        return replace(settings, parameters={**settings.parameters, **changed})

    return replaced


@pytest.fixture(scope="session")
def some_account() -> Callable[..., Any]:
    """A made-up demand and supply over pools: ``some_account(seed, draws=50, pools=5, mobile=None)``."""

    def made(
        seed: int, *, draws: int = 50, sectors: int = 3, pools: int = 5, years: int = 8, mobile: float | None = None
    ) -> Any:
        from quydat.balance.supply import SupplyModel
        from quydat.demand.given import GivenDemand
        from quydat.procedure.hand_over import HandOver

        rng = np.random.default_rng(seed)
        horizon = tuple(range(2025, 2025 + years))
        where = tuple((f"p{number // 2}", ("industrial", "cluster")[number % 2]) for number in range(pools))
        share = rng.gamma(0.7, size=(draws, sectors, pools)) + 1e-6
        demand = GivenDemand(
            horizon,
            tuple(f"s{number}" for number in range(sectors)),
            where,
            land_ha=rng.gamma(1.0, 12.0, size=(draws, years, sectors)) * (rng.random((draws, years, sectors)) < 0.9),
            share=share / share.sum(axis=2, keepdims=True),
            mobile_share=rng.random(draws) if mobile is None else np.full(draws, mobile),
            floor_per_ha=rng.uniform(5000, 12000, draws),
        )
        parks = int(rng.integers(0, 6))
        supply = SupplyModel(
            years=horizon,
            shares=(0.5, *(1.0 for _ in horizon[1:])),
            pools=where,
            opening_ha=rng.uniform(0, 20, pools) * (rng.random(pools) < 0.7),
            blocked_ha=rng.uniform(0, 20, pools),
            blocked_share=rng.uniform(0.0, 0.4, draws),
            sources=tuple(f"k{number}" for number in range(parks)),
            source_pool=rng.integers(0, pools, parks),
            source_ha=rng.uniform(10, 100, parks),
            first_year=rng.integers(2024, 2024 + years + 4, (parks, draws)).astype(np.int16),
            hand_over=HandOver(over=2.5, tail=0.1, tail_over=2.0),
            freed_ha=rng.uniform(0, 3, (pools, years)) * (rng.random((pools, years)) < 0.3),
            released_ha=rng.uniform(0, 3, (pools, years)) * (rng.random((pools, years)) < 0.3),
        )
        return demand, supply

    return made
