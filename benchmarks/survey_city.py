"""A city made up from a seed: units, parks, and a million establishments as a CSV file."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import shapely
from numpy.typing import NDArray

from quydat.dictionary.bulk import bulk_dtype
from quydat.dictionary.schema import tables
from quydat.survey.tax_code import with_check_digit

WEST, SOUTH, EAST, NORTH = 106.36, 10.36, 107.02, 11.16
UNITS, PARKS = (12, 14), (20, 20)
_CORNERS = 480
_STATES = ["đang hoạt động", "tạm ngừng", "đang xây dựng", "đã ngừng"]
_SIZE = np.array([EAST - WEST, NORTH - SOUTH])


def _wiggle(rng: np.random.Generator) -> Any:
    """A smooth push of the plane: neighbours that are pushed alike still share their border."""
    waves = rng.uniform(4, 60, (12, 2)) * rng.choice([-1, 1], (12, 2))
    phase, push = rng.uniform(0, 6.3, 12), rng.normal(0, 1, (12, 2)) * 0.012 / np.hypot(*waves.T)[:, None]
    return lambda plane: plane + np.sin(plane @ waves.T * 6.3 + phase) @ push


def unit_outlines() -> NDArray[np.object_]:
    """168 units side by side, with wiggly borders of 480 corners that neighbours share."""
    moved = _wiggle(np.random.default_rng(1))
    side = _CORNERS // 4
    step, zero = np.arange(side), np.zeros(side, np.int64)
    ring = np.vstack(
        [np.c_[step, zero], np.c_[zero + side, step], np.c_[side - step, zero + side], np.c_[zero, side - step]]
    )
    made = [
        shapely.Polygon([WEST, SOUTH] + moved((ring / side + np.array(at)) / UNITS) * _SIZE)
        for at in np.ndindex(*UNITS)
    ]
    return np.array(made)


def park_outlines() -> NDArray[np.object_]:
    """400 parks of some hundred hectares that lie apart, with 480 corners each."""
    rng = np.random.default_rng(2)
    turn = np.arange(_CORNERS) * (2 * np.pi / _CORNERS)
    made = []
    for at in np.ndindex(*PARKS):
        reach = rng.uniform(0.15, 0.3) * (
            1 + 0.25 * np.sin(turn[:, None] * rng.integers(2, 40, 4) + rng.uniform(0, 6, 4)).mean(axis=1)
        )
        middle = (np.array(at) + rng.uniform(0.42, 0.58, 2)) / PARKS
        made.append(
            shapely.Polygon(
                [WEST, SOUTH] + (middle + np.c_[np.cos(turn), np.sin(turn)] * reach[:, None] / PARKS) * _SIZE
            )
        )
    return np.array(made)


def survey(count: int) -> pa.Table:
    """Establishments as an office lists them: some cells empty, some codes twice, some numbers beyond belief."""
    rng = np.random.default_rng(20250630)
    lon, lat = _positions(rng, count)
    footprint = np.round(np.exp(rng.normal(7, 1, count)), 1)
    footprint[rng.choice(count, count // 5000)] = 1e9  # a shed larger than the city
    storeys = rng.choice([1.0, 1.0, 1.0, 2.0, 3.0], count)
    storeys[rng.choice(count, count // 5000)] = -1.0
    code = np.arange(count)
    again = rng.choice(count - 1, count // 1000, replace=False) + 1
    code[again] = code[again - 1]
    day = np.datetime64("2023-01-01") + rng.integers(0, 900, count)
    sectors = [f"{d}{x}" for d in range(10, 34) for x in (10, 20)]
    floor = np.round(np.minimum(footprint, 1e5) * np.maximum(storeys, 1), 1)
    columns: dict[str, Any] = {
        "Mã của nguồn": _joined("CS", pc.utf8_lpad(pa.array(code).cast(pa.string()), 7, "0")),
        "Ngày ghi nhận": pa.array(day).cast(pa.string()),
        "Tên cơ sở": _names(rng, count),
        "Mã số thuế": _with_gaps(rng, with_check_digit(300000000 + 7 * np.arange(count)), 0.1),
        "Địa chỉ": _addresses(rng, count),
        "Kinh độ": pa.array(np.round(lon, 6)),
        "Vĩ độ": pa.array(np.round(lat, 6)),
        "Mã ngành VSIC": _with_gaps(rng, _drawn(rng, sectors, count), 0.05),
        "Phiên bản VSIC": _drawn(rng, ["2018"], count),
        "Lao động": _with_gaps(rng, pa.array(np.round(np.exp(rng.normal(3, 1.3, count))).astype(np.int64)), 0.05),
        "Tình trạng hoạt động": _drawn(rng, [_STATES[0]] * 8 + _STATES[1:], count),
        "Diện tích đất (m2)": pa.array(np.round(np.minimum(footprint, 1e5) * rng.uniform(1.2, 3, count), 1)),
        "Diện tích xây dựng (m2)": pa.array(footprint),
        "Số tầng": _with_gaps(rng, pa.array(storeys.astype(np.int64)), 0.1),
        "Tổng diện tích sàn (m2)": _with_gaps(rng, pa.array(floor), 0.3),
        "Sàn biết bằng cách nào": _drawn(rng, ["đo", "khai", "khai"], count),
    }
    return pa.table(columns)


def write_survey(path: Path, count: int) -> None:
    """The establishments as a CSV file; addresses hold commas and stand in quotes."""
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(survey(count), path, options)


def record_tables() -> dict[str, pd.DataFrame]:
    """Units, parks and outlines of parks as the record keeps them."""
    units, parks = unit_outlines(), park_outlines()
    rng = np.random.default_rng(3)
    return {
        "unit": _table(
            "unit",
            len(units),
            unit_id=[f"{n:05d}" for n in range(len(units))],
            name_vi=[f"Phường {n}" for n in range(len(units))],
            unit_kind="ward",
            province_name="Thành phố Hồ Chí Minh",
            official_area_km2=20.0,
            population=rng.integers(10_000, 400_000, len(units)),
            outline=shapely.to_wkb(units),
            basis="illustrative",
        ),
        "park": _table(
            "park",
            len(parks),
            park_id=[f"p{n:03d}" for n in range(len(parks))],
            name_vi=[f"KCN {n}" for n in range(len(parks))],
            name_en=[f"Park {n}" for n in range(len(parks))],
            kind="industrial_park",
            district="-",
            state="operating",
            zone_group=[f"p{n:03d}" for n in range(len(parks))],
            source_ids="illustrative",
            confidence="low",
            basis="illustrative",
        ),
        "park_outline": _table(
            "park_outline",
            len(parks),
            park_id=[f"p{n:03d}" for n in range(len(parks))],
            outline=shapely.to_wkb(parks),
            basis="illustrative",
        ),
    }


def _table(name: str, count: int, **columns: Any) -> pd.DataFrame:
    made = {}
    for one in tables()[name]:
        value = columns.get(one.name)
        cells = [value] * count if value is None or isinstance(value, str | float) else list(value)
        made[one.name] = pd.Series(cells, dtype=bulk_dtype(one))
    return pd.DataFrame(made)


def _positions(rng: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Half of them in parks or close by, the others anywhere."""
    middles = shapely.centroid(park_outlines())
    near = rng.integers(0, len(middles), count)
    turn, reach = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0, 1, count)) * 0.2
    spot = np.c_[np.cos(turn), np.sin(turn)] * reach[:, None] / PARKS * _SIZE
    close = np.c_[shapely.get_x(middles), shapely.get_y(middles)][near] + spot
    far = [WEST, SOUTH] + (0.02 + 0.96 * rng.random((count, 2))) * _SIZE
    chosen = np.where(rng.random(count)[:, None] < 0.5, close, far)
    return chosen[:, 0], chosen[:, 1]


def _drawn(rng: np.random.Generator, values: list[str], count: int) -> pa.Array:
    return pa.array(values).take(pa.array(rng.integers(0, len(values), count)))


def _with_gaps(rng: np.random.Generator, column: pa.Array, share: float) -> pa.Array:
    return pc.if_else(pa.array(rng.random(len(column)) < share), pa.scalar(None, column.type), column)


def _joined(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _names(rng: np.random.Generator, count: int) -> pa.Array:
    forms = ["Công ty TNHH ", "Công ty Cổ phần ", "Cơ sở ", "DNTN "]
    first = ["Minh", "Hoàng", "Phú", "Tân", "Việt", "An", "Đại", "Kim"]
    last = [" Phát ", " Thịnh ", " Long ", " Hưng ", " Á ", " Sơn ", " Đạt "]
    number = pa.array(np.arange(count)).cast(pa.string())
    return _joined(_drawn(rng, forms, count), _drawn(rng, first, count), _drawn(rng, last, count), number)


def _addresses(rng: np.random.Generator, count: int) -> pa.Array:
    streets = [" Lê Lợi", " Nguyễn Ảnh Thủ", " Tỉnh lộ 10", " Quốc lộ 1A", " Trần Văn Giàu", " Đường số 7"]
    number = pa.array(rng.integers(1, 900, count)).cast(pa.string())
    wards = [f", Phường {n}, TP. HCM" for n in range(UNITS[0] * UNITS[1])]
    return _joined(
        number,
        "/",
        pa.array(rng.integers(1, 90, count)).cast(pa.string()),
        _drawn(rng, streets, count),
        _drawn(rng, wards, count),
    )
