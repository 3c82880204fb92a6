"""Kind of place, park, sector and size, on cases decided by hand."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.rows import parks as park_rows
from tests.support.survey import seen

from quydat.dictionary.schema import tables
from quydat.inventory.classify import GRADES, classify, named_park, size_classes
from quydat.inventory.establish import establish

PARKS = park_rows(
    {"park_id": "tan-tao", "name_vi": "KCN Tân Tạo", "name_en": "Tan Tao Industrial Park"},
    {"park_id": "shtp", "name_vi": "Khu Công nghệ cao TP.HCM", "name_en": "SHTP", "kind": "high_tech_park"},
    {"park_id": "ccn-nhi-xuan", "name_vi": "CCN Nhị Xuân", "name_en": "c", "kind": "industrial_cluster"},
    {"park_id": "nhi-xuan", "name_vi": "KCN Nhị Xuân", "name_en": "d"},
)
OUTLINED = np.array([True, True, False, False])
GPS = {"longitude": 106.6, "latitude": 10.7, "position_error_m": 20, "position_source": "gps"}
WARD = GPS | {"position_source": "address", "position_error_m": 2000}


def placed(cells: dict[str, Any], inside: int = -1, distance: float = np.nan) -> tuple[str | None, str]:
    observations, own = seen({"sector_code": "1410", "workers": 20, **cells})
    frame = classify(
        establish(observations, own, as_of=date(2025, 6, 30), storey_height_m=4.0),
        parks=PARKS,
        outlined=OUTLINED,
        park_index=np.array([inside]),
        park_distance_m=np.array([distance]),
        unit_id=pd.Series(["u1"], dtype="str"),
        unit_from=pd.Series(["coordinates"], dtype="str"),
        homes_distance_m=np.array([300.0]),
    )
    assert list(frame.columns) == [name for name in tables()["establishment"].columns if name not in GRADES]
    assert (frame["section"][0], frame["division"][0], frame["size_class"][0]) == ("C", "14", "small")
    assert (frame["unit_id"][0], frame["homes_distance_m"][0]) == ("u1", 300.0)
    return (None if pd.isna(frame["park_id"][0]) else frame["park_id"][0], frame["place_kind"][0])


@pytest.mark.parametrize(
    ("cells", "inside", "distance", "park", "kind"),
    [
        (GPS, 0, 0.0, "tan-tao", "industrial_park"),
        (GPS, 1, 0.0, "shtp", "high_tech_park"),
        (GPS | {"park_name": "CCN Nhị Xuân"}, 0, 0.0, "tan-tao", "industrial_park"),  # the position is what was seen
        (GPS, -1, 21.0, None, "standalone"),
        (GPS, -1, 20.0, None, "unknown"),  # it may be wrong by as much as that
        (GPS | {"position_error_m": None}, -1, 9000.0, None, "unknown"),
        (GPS, -1, np.nan, None, "unknown"),
        (GPS | {"park_name": "KCN Tân Tạo"}, -1, 5000.0, None, "standalone"),  # its outline says no
        (GPS | {"park_name": "KCN Tân Tạo"}, -1, 10.0, "tan-tao", "industrial_park"),
        (GPS | {"park_name": "CCN Nhị Xuân"}, -1, 5000.0, "ccn-nhi-xuan", "industrial_cluster"),  # no outline to say no
        (WARD, 0, 0.0, None, "unknown"),  # the middle of a ward lies in a park by chance
        (WARD | {"park_name": "tan tao"}, 1, 0.0, "tan-tao", "industrial_park"),
        (WARD, -1, 2500.0, None, "standalone"),
        ({"park_name": "KHU CÔNG NGHIỆP TÂN TẠO"}, -1, np.nan, "tan-tao", "industrial_park"),
        ({"park_name": "Nhị Xuân"}, -1, np.nan, None, "unknown"),  # two have that name
        ({"park_name": "Sóng Thần"}, -1, np.nan, None, "unknown"),
        ({}, -1, np.nan, None, "unknown"),
    ],
)
def test_kind_of_place(cells: dict[str, Any], inside: int, distance: float, park: str | None, kind: str) -> None:
    assert placed(cells, inside, distance) == (park, kind)


def test_names_of_parks() -> None:
    said = pd.Series(["KCN Nhị Xuân", "kcn nhi xuan", "TÂN TẠO", "Tan Tao Industrial Park", "KCX Tân Tạo", "", None])
    assert named_park(said.astype("str"), PARKS).tolist() == [3, 3, 0, 0, 0, -1, -1]


def test_sizes_of_the_decree() -> None:
    counts = pd.Series([0, 10, 11, 100, 101, 200, 201, 5000, None], dtype="Int64")
    sizes = ["micro", "micro", "small", "small", "medium", "medium", "large", "large"]
    assert size_classes(counts).tolist()[:-1] == sizes
    assert size_classes(counts).isna().tolist() == [False] * 8 + [True]
