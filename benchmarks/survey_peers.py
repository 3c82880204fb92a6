"""The scripts that an analyst writes to come from a survey file to floor tables: pandas, polars and DuckDB."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CODE, DAY, LON, LAT, SECTOR, WORKERS = (
    "Mã của nguồn",
    "Ngày ghi nhận",
    "Kinh độ",
    "Vĩ độ",
    "Mã ngành VSIC",
    "Lao động",
)
SITE, FOOTPRINT, STOREYS, FLOOR = (
    "Diện tích đất (m2)",
    "Diện tích xây dựng (m2)",
    "Số tầng",
    "Tổng diện tích sàn (m2)",
)
RANGES = {
    WORKERS: 200_000,
    SITE: 20_000_000,
    FOOTPRINT: 5_000_000,
    STOREYS: 80,
    FLOOR: 5_000_000,
}
USED = [CODE, DAY, LON, LAT, SECTOR, *RANGES]
KEYS = ["division", "unit_id", "park_id", "size_class"]
SIZES = ["micro", "small", "medium", "large"]


def _joined(lon: Any, lat: Any, units: Any, parks: Any) -> list[Any]:
    """Id of the unit and of the park of each point, by geopandas."""
    import geopandas

    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs=4326)
    found = []
    for frame in (units, parks):
        at = points.sjoin(frame, how="left", predicate="intersects")["id"]
        found.append(at[~at.index.duplicated()])
    return found


def with_pandas(path: Path, units: Any, parks: Any) -> pd.DataFrame:
    """pandas with its Arrow reader, geopandas for the places."""
    text = dict.fromkeys([CODE, SECTOR], "str") | dict.fromkeys(RANGES, "float64")
    rows = pd.read_csv(path, usecols=USED, dtype=text, parse_dates=[DAY], engine="pyarrow")
    fine = np.ones(len(rows), bool)
    for name, most in RANGES.items():
        fine &= rows[name].isna() | rows[name].between(0, most)
    rows = rows[fine].drop_duplicates(CODE).reset_index(drop=True)
    rows["unit_id"], rows["park_id"] = _joined(rows[LON], rows[LAT], units, parks)
    rows["division"] = rows[SECTOR].str[:2]
    rows["size_class"] = pd.cut(rows[WORKERS], [-1, 10, 100, 200, np.inf], labels=SIZES).astype("str")
    return rows.groupby(KEYS, dropna=False)[FLOOR].agg(["size", "count", "sum", "median"]).reset_index()


def with_polars(path: Path, units: Any, parks: Any) -> pd.DataFrame:
    """polars, lazily, with geopandas for the places."""
    import polars as pl

    kinds = dict.fromkeys([LON, LAT, *RANGES], pl.Float64) | {CODE: pl.String, SECTOR: pl.String, DAY: pl.Date}
    fine = pl.all_horizontal(pl.col(name).is_null() | pl.col(name).is_between(0, most) for name, most in RANGES.items())
    rows = (
        pl.scan_csv(path, schema_overrides=kinds)
        .select(USED)
        .filter(fine)
        .collect()
        .unique(CODE, keep="first", maintain_order=True)
    )
    unit, park = (
        one.astype("object").where(one.notna(), None)
        for one in _joined(rows[LON].to_numpy(), rows[LAT].to_numpy(), units, parks)
    )
    workers = pl.col(WORKERS)
    size = pl.when(workers <= 10).then(0).when(workers <= 100).then(1).when(workers <= 200).then(2)
    size = size.when(workers.is_not_null()).then(3)
    made = rows.with_columns(
        unit_id=pl.Series(unit.to_numpy(object), dtype=pl.String),
        park_id=pl.Series(park.to_numpy(object), dtype=pl.String),
        division=pl.col(SECTOR).str.slice(0, 2),
        size_class=size.replace_strict(dict(enumerate(SIZES)), default=None),
    )
    floor = pl.col(FLOOR)
    measures = [
        pl.len().alias("size"),
        floor.count().alias("count"),
        floor.sum().alias("sum"),
        floor.median().alias("median"),
    ]
    return made.group_by(KEYS).agg(measures).to_pandas()


def with_duckdb(path: Path, units: Any, parks: Any) -> pd.DataFrame:
    """DuckDB in SQL, with geopandas for the places (its own spatial join is an extension to be loaded from the net)."""
    import duckdb

    kinds = dict.fromkeys([LON, LAT, *RANGES], "DOUBLE") | {CODE: "VARCHAR", SECTOR: "VARCHAR", DAY: "DATE"}
    fine = " AND ".join(f'("{name}" IS NULL OR "{name}" BETWEEN 0 AND {most})' for name, most in RANGES.items())
    named = ", ".join(f'"{name}"' for name in USED)
    words = {"path": path, "kinds": kinds, "fine": fine, "named": named, "code": CODE, "lon": LON, "lat": LAT}
    words |= {"sector": SECTOR, "workers": WORKERS, "floor": FLOOR}
    with duckdb.connect() as link:
        link.execute("SET enable_progress_bar = false")
        link.execute(_FINE.format(**words))
        link.execute(_ONCE.format(**words))
        place = link.execute(_PLACE.format(**words)).fetchnumpy()
        unit, park = _joined(place["x"], place["y"], units, parks)
        link.register("place", pd.DataFrame({"unit_id": unit.array, "park_id": park.array}))
        return link.execute(_TABLE.format(**words)).df()


_FINE = """CREATE TABLE fine AS SELECT {named}, row_number() OVER () AS line
    FROM read_csv('{path}', header = true, types = {kinds}) WHERE {fine}"""
_ONCE = """CREATE TABLE rows AS SELECT * FROM fine
    SEMI JOIN (SELECT min(line) AS line FROM fine GROUP BY "{code}") USING (line) ORDER BY line"""
_PLACE = """SELECT "{lon}" AS x, "{lat}" AS y FROM rows"""
_TABLE = """SELECT left("{sector}", 2) AS division, unit_id, park_id,
    CASE WHEN "{workers}" <= 10 THEN 'micro' WHEN "{workers}" <= 100 THEN 'small'
         WHEN "{workers}" <= 200 THEN 'medium' WHEN "{workers}" IS NOT NULL THEN 'large' END AS size_class,
    count(*) AS size, count("{floor}") AS count, sum("{floor}") AS sum, median("{floor}") AS median
    FROM rows POSITIONAL JOIN place GROUP BY 1, 2, 3, 4"""


def in_order(made: pd.DataFrame) -> pd.DataFrame:
    """A table of any road in the form in which they can be compared."""
    names = {
        "establishments": "size",
        "floor_known": "count",
        "gross_floor_area_m2": "sum",
        "median_floor_m2": "median",
    }
    made = made.rename(columns=names)[[*KEYS, "size", "count", "sum", "median"]]
    for key in KEYS:
        made[key] = (
            made[key].astype("object").where(made[key].notna(), "unknown").replace("nan", "unknown").astype("str")
        )
    numbers = {"size": "int64", "count": "int64", "sum": "float64", "median": "float64"}
    made = made.astype(numbers).sort_values(KEYS, ignore_index=True)
    made.loc[made["count"] == 0, "sum"] = np.nan  # some call a sum over nothing zero
    return made
