"""Floor tables of a day out of versions are those of a stock that is made for the day, whatever was decided when."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely

from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.inventory.as_of import OBSERVED, floor_on, versions
from quydat.inventory.stock import StockSettings, take_stock

SETTINGS = StockSettings(live_years=2, homes_density_per_km2=10_000, storey_height_m=4, position_error_m=50)
FIRST = date(2024, 1, 1)


def _drawn(rng: np.random.Generator, values: list[str | None], count: int) -> "pd.Series[str]":
    return pd.Series(values, dtype="str").take(rng.integers(0, len(values), count)).reset_index(drop=True)


def survey(seed: int, count: int = 300) -> dict[str, pd.DataFrame]:
    """Observations of few establishments on few days, from two origins, with decisions of all kinds between them."""
    rng = np.random.default_rng(seed)
    day = pd.Series(pd.to_datetime(FIRST) + pd.to_timedelta(rng.integers(0, 12, count) * 30, unit="D")).astype(
        "datetime64[s]"
    )
    origin, code = _drawn(rng, ["a", "b"], count), pd.Series(rng.integers(0, 60, count)).astype("str")
    ids = origin + "/" + code + "@" + day.dt.strftime("%Y-%m-%d")
    known = rng.random(count) < 0.8
    rows = (
        empty_bulk(tables()["observation"])
        .reindex(range(count))
        .assign(
            observation_id=ids.astype("str"),
            observed_on=day,
            origin=origin,
            code=code,
            intake_id="i",
            basis="surveyed",
            name="Cơ sở " + code,
            workers=pd.array(rng.integers(0, 300, count), dtype="Int64"),
            longitude=np.where(known, rng.uniform(106.4, 106.7, count), np.nan),
            latitude=np.where(known, rng.uniform(10.4, 10.7, count), np.nan),
            position_error_m=np.where(rng.random(count) < 0.5, rng.choice([5.0, 3000.0], count), np.nan),
            address=_drawn(rng, ["1 Lê Lợi, Phường 1", "2 Lê Lợi", None], count),
            unit_name=_drawn(rng, ["Phường 1", "Phường 2", None], count),
            sector_code=_drawn(rng, ["1410", "2592", "C", None], count),
            vsic_version=_drawn(rng, ["2018", "2025", None], count),
            operating_state=_drawn(rng, ["operating", "closed", None], count),
            tenure=_drawn(rng, ["allocated", None], count),
            footprint_m2=rng.uniform(10, 900, count),
            storeys=rng.choice([1.0, 2.0, np.nan], count),
            site_area_m2=np.where(rng.random(count) < 0.7, rng.uniform(500, 9000, count), np.nan),
            gross_floor_area_m2=np.where(rng.random(count) < 0.6, rng.uniform(100, 9000, count), np.nan),
            floor_basis=_drawn(rng, ["measured", "declared", "estimated"], count),
        )
        .drop_duplicates("observation_id", ignore_index=True)
    )
    rows["position_source"] = pd.Series(np.where(rows["longitude"].notna(), "file", None), dtype="str")
    squares = shapely.to_wkb([shapely.box(106.4, 10.4, 106.55, 10.7), shapely.box(106.55, 10.4, 106.7, 10.7)]).tolist()
    unit = (
        empty_bulk(tables()["unit"])
        .reindex(range(2))
        .assign(
            unit_id=["u1", "u2"],
            name_vi=["Phường 1", "Phường 2"],
            unit_kind="ward",
            outline=squares,
            basis="published",
            valid_from=np.array(["2020-01-01", "2024-06-01"], "datetime64[s]"),
        )
    )
    park_outline = (
        empty_bulk(tables()["park_outline"])
        .reindex([0])
        .assign(park_id="p", outline=[shapely.to_wkb(shapely.box(106.5, 10.5, 106.58, 10.6))], basis="published")
    )
    park = pd.DataFrame(
        {"park_id": ["p", "q"], "name_vi": ["KCN P", "KCN Q"], "name_en": ["P", "Q"], "kind": "industrial_park"}
    )
    pairs = rng.choice(len(rows), (80, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    decided = (
        empty_bulk(tables()["match_decision"])
        .reindex(range(len(pairs)))
        .assign(
            left_id=rows["observation_id"].take(pairs.min(axis=1)).array,
            right_id=rows["observation_id"].take(pairs.max(axis=1)).array,
            decision=_drawn(rng, ["same", "same", "different", "unsure"], len(pairs)),
            by=_drawn(rng, ["rule", "person"], len(pairs)),
            probability_share=rng.random(len(pairs)),
        )
    )
    return {
        "observation": rows,
        "unit": unit.astype({"unit_id": "str", "name_vi": "str", "unit_kind": "str"}),
        "park": park.astype("str"),
        "unit_change": empty_bulk(tables()["unit_change"]),
        "park_outline": park_outline,
        "match_decision": decided,
        "quarantine": empty_bulk(tables()["quarantine"]),
    }


@pytest.mark.parametrize("seed", [0, 1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("decided", [True, False])
def test_versions_give_the_tables_of_every_day(seed: int, decided: bool) -> None:
    given = survey(seed)
    if not decided:
        given["match_decision"] = given["match_decision"].head(0)
    lean = {**given, "observation": given["observation"][list(OBSERVED)]}
    for days in (-1, 0, 95, 330):
        day = FIRST + timedelta(days=days)
        made = floor_on(versions(lean, as_of=day, settings=SETTINGS), day)
        stock = take_stock(given, as_of=day, settings=SETTINGS)
        pd.testing.assert_frame_equal(made[0], stock.floor_space, check_exact=True)
        pd.testing.assert_frame_equal(made[1], stock.floor_cell, check_exact=True)


def test_versions_of_one_turn_serve_all_its_days() -> None:
    given = survey(7)
    made = versions(given, as_of=date(2024, 12, 31), settings=SETTINGS)  # both units stand from June on
    for day in (date(2024, 6, 1), date(2024, 8, 15), date(2025, 3, 1)):
        stock = take_stock(given, as_of=day, settings=SETTINGS)
        pd.testing.assert_frame_equal(floor_on(made, day)[1], stock.floor_cell, check_exact=True)
