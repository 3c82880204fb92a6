"""From a million observations to establishments and floor tables, against like scripts in pandas and DuckDB."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import Result, ratio
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.inventory.classify import classify
from quydat.inventory.establish import establish
from quydat.inventory.floor_space import tabulate_floor

_COUNT, _PARKS, _UNITS = 1_000_000, 400, 168
_AS_OF = date(2025, 6, 30)
_LACKS = (
    "floor by its basis, the versions of VSIC, weakest basis, absence beside zero, which observation gave each cell"
)


class Census:
    """A survey made up from a seed: four in five establishments seen once, the others up to some times."""

    def __init__(self, count: int = _COUNT) -> None:
        rng = np.random.default_rng(20250630)
        rows = empty_bulk(tables()["observation"]).reindex(range(count))
        ids = pd.Series([f"hcmc/{i:07d}" for i in range(count)], dtype="str")
        own = np.arange(count)
        again = rng.choice(count, count // 6, replace=False)
        own[again] = rng.integers(0, count, len(again))
        self.establishment_ids = ids.take(own).reset_index(drop=True)
        footprint = np.round(np.exp(rng.normal(7, 1, count)), 1)
        numbers: dict[str, Any] = {
            "observation_id": ids,
            "observed_on": np.datetime64("2022-01-01", "s") + rng.integers(0, 1200, count).astype("timedelta64[D]"),
            "name": pd.Series([f"Cơ sở {i}" for i in range(count)], dtype="str"),
            "address": pd.Series([f"{i} đường số {i % 97}" for i in range(count)], dtype="str"),
            "workers": pd.array(np.round(np.exp(rng.normal(3, 1.3, count))).astype(np.int64), dtype="Int64"),
            "site_area_m2": footprint * 2,
            "footprint_m2": footprint,
            "storeys": rng.integers(1, 4, count).astype(np.float64),
            "gross_floor_area_m2": np.where(rng.random(count) < 0.6, np.round(footprint * 1.5, 1), np.nan),
            # The same for all that speak of one establishment: the peers do not let measured go before declared.
            "floor_basis": pd.Series(["measured", "declared"], dtype="str").take(own % 2).reset_index(drop=True),
            "longitude": 106.3 + rng.random(count),
            "latitude": 10.4 + rng.random(count),
            "position_error_m": np.full(count, 10.0),
        }
        texts: dict[str, list[str | None]] = {
            "sector_code": [f"{d}{x}" for d in range(10, 34) for x in (10, 20, 90)] + [None] * 8,
            "vsic_version": ["2018", "2025"],
            "operating_state": ["operating", "operating", "operating", "suspended", "closed", None],
            "tenure": ["allocated", "leased_from_state", "rented_building", None],
            "environmental_group": ["I", "II", "III", None],
            "origin": ["hcmc", "bd"],
            "intake_id": ["i"],
            "basis": ["surveyed", "published"],
            "position_source": ["gps"],
        }
        self.observations = rows.assign(**numbers, **{name: _drawn(rng, of, count) for name, of in texts.items()})
        self.parks = pd.DataFrame(
            {"park_id": [f"p{i}" for i in range(_PARKS)], "name_vi": [f"KCN {i}" for i in range(_PARKS)], "name_en": ""}
        ).assign(kind="industrial_park")
        known = int(self.establishment_ids[(rows.assign(**numbers)["observed_on"] <= "2025-06-30")].nunique())
        park = np.where(rng.random(known) < 0.5, rng.integers(0, _PARKS, known), -1)
        self.places: dict[str, Any] = {
            "outlined": np.ones(_PARKS, bool),
            "park_index": park,
            "park_distance_m": np.where(park >= 0, 0.0, 1000.0),
            "unit_id": _drawn(rng, [f"u{i:03d}" for i in range(_UNITS)], known),
            "unit_from": pd.Series(np.repeat("coordinates", known), dtype="str"),
            "homes_distance_m": np.zeros(known),
        }


def _drawn(rng: np.random.Generator, values: list[Any], count: int) -> "pd.Series[str]":
    return pd.Series(values, dtype="str").take(rng.integers(0, len(values), count)).reset_index(drop=True)


_KEYS = ["place_kind", "section", "division", "unit_id", "park_id", "size_class", "operating_state", "tenure",
         "environmental_group"]  # fmt: skip
_CROSS = ["section", "unit_id", "park_id", "size_class", "operating_state"]


def ours(census: Census) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Establishments, their places and the two floor tables."""
    made = establish(census.observations, census.establishment_ids, as_of=_AS_OF, storey_height_m=4.0)
    return tabulate_floor(classify(made, parks=census.parks, **census.places))


def with_pandas(census: Census) -> list[pd.DataFrame]:
    """The same road as an analyst writes it: last known value by group, then a group-by for each table."""
    rows = census.observations.assign(establishment_id=census.establishment_ids)
    rows = rows[rows["observed_on"] <= pd.Timestamp(_AS_OF)].sort_values(["observed_on", "observation_id"])
    made = rows.groupby("establishment_id").last()
    made["gross_floor_area_m2"] = made["gross_floor_area_m2"].fillna(made["footprint_m2"] * made["storeys"])
    made["unit_id"] = census.places["unit_id"].array
    park = census.places["park_index"]
    made["park_id"] = np.where(park >= 0, census.parks["park_id"].to_numpy()[park], "standalone")
    made["place_kind"] = np.where(park >= 0, "industrial_park", "standalone")
    made["division"] = made["sector_code"].str[:2]
    made["section"] = made["division"].where(made["division"].isna(), "C")
    made["size_class"] = pd.cut(made["workers"].astype(float), [-1, 10, 100, 200, np.inf], labels=False)
    stands = made[~made["operating_state"].isin(["closed", "moved"])]
    columns = ["gross_floor_area_m2", "site_area_m2", "workers"]
    return [
        (made if key in ("operating_state", _CROSS) else stands)
        .groupby(key, dropna=False, observed=True)[columns]
        .agg(["sum", "count"])
        for key in [*_KEYS, _CROSS]
    ]


def with_duckdb(census: Census) -> list[Any]:
    """The same in SQL: ``arg_max`` over what is known, grouping sets for the tables."""
    import duckdb

    taken = [
        "sector_code", "workers", "operating_state", "tenure", "environmental_group", "site_area_m2", "footprint_m2",
        "storeys", "gross_floor_area_m2", "name", "address", "longitude", "latitude", "position_error_m",
    ]  # fmt: skip
    latest = ", ".join(
        f"arg_max({name}, (observed_on, observation_id)) FILTER ({name} IS NOT NULL) AS {name}" for name in taken
    )
    rows = census.observations[["observation_id", "observed_on", *taken]].assign(own=census.establishment_ids)
    place = pd.DataFrame({"unit_id": census.places["unit_id"], "park": census.places["park_index"]})
    measures = ", ".join(f"sum({one}), count({one})" for one in ("coalesce(floor, guess)", "site_area_m2", "workers"))
    with duckdb.connect() as link:
        link.execute("SET enable_progress_bar = false")
        link.register("rows", rows)
        link.register("place", place)
        link.execute(_MADE.format(latest=latest, day=_AS_OF))
        keys = [key for key in _KEYS if key != "operating_state"]
        sets = ", ".join(f"({key})" for key in keys)
        here = "FROM made WHERE coalesce(operating_state, '') NOT IN ('closed', 'moved')"
        by_key = f"{', '.join(keys)}, {measures} {here} GROUP BY GROUPING SETS ({sets}, ())"
        by_cross = f"{', '.join(_CROSS)}, {measures} FROM made GROUP BY {', '.join(_CROSS)}"
        by_state = f"operating_state, {measures} FROM made GROUP BY operating_state"
        return [link.execute("SELECT " + query).fetchnumpy() for query in (by_key, by_cross, by_state)]


_MADE = """CREATE TABLE made AS SELECT * EXCLUDE (gross_floor_area_m2), gross_floor_area_m2 AS floor,
    footprint_m2 * storeys AS guess, left(sector_code, 2) AS division,
    if(sector_code IS NULL, NULL, 'C') AS section, if(park < 0, 'standalone', park::VARCHAR) AS park_id,
    park < 0 AS place_kind,
    CASE WHEN workers <= 10 THEN 1 WHEN workers <= 100 THEN 2 WHEN workers <= 200 THEN 3 ELSE 4 END AS size_class
    FROM (SELECT own, {latest} FROM rows WHERE observed_on <= '{day}' GROUP BY own ORDER BY own)
    POSITIONAL JOIN place"""


def measured() -> Iterator[Result]:
    """Against both scripts, which must give the same floor by unit."""
    census = Census()
    space, _ = ours(census)
    units = space[space["dimension"] == "unit"].set_index("group")["gross_floor_area_m2"]
    by_pandas = with_pandas(census)[_KEYS.index("unit_id")]["gross_floor_area_m2"]["sum"]
    np.testing.assert_allclose(units.sort_index(), by_pandas.sort_index(), rtol=1e-9)
    what = "1,000,000 observations to establishments and floor tables"
    for peer, theirs in (
        ("pandas, groupby().last() and agg", with_pandas),
        ("DuckDB, arg_max and grouping sets", with_duckdb),
    ):
        yield ratio(
            what, lambda: ours(census), peer=peer, theirs=lambda run=theirs: run(census), rounds=3, lacks=_LACKS
        )
