"""A look at a plain file and at the same file read cell by cell show the same; odd cells never slip through."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st

from quydat.app import look as module
from quydat.app.look import Look, look
from quydat.inventory.floor_groups import floor_by_groups
from quydat.survey.cells import CellForm
from quydat.survey.mapping import Mapping
from quydat.survey.outlines import Outlines
from quydat.survey.repeats import repeated

HEADINGS = {
    "Mã": "code", "Ngày": "observed_on", "VSIC": "sector_code", "Lao động": "workers", "Đất": "site_area_m2",
    "Sàn": "gross_floor_area_m2",
}  # fmt: skip
NUMBERS = ("Đất", "Sàn", "X", "Y")
MAPPING = Mapping(
    "observation", HEADINGS, forms=dict.fromkeys(NUMBERS, CellForm(decimal=".")), x="X", y="Y", epsg=4326
)  # fmt: skip
UNITS = Outlines(
    ["u1", "u2"], shapely.to_wkb([shapely.box(106, 10, 106.5, 11), shapely.box(106.5, 10, 107, 11)]).tolist()
)
PARKS = Outlines(["p"], [shapely.to_wkb(shapely.box(106.4, 10.4, 106.6, 10.6))])

code = st.sampled_from(["A1", "A2", "A3", "B-7", "n/a", "-", "", " A1", "A  1", "Ă1"])
day = st.sampled_from(["2025-06-30", "2024-02-29", "31/12/2024", "2025-02-30", ""])
sector = st.sampled_from(["1410", "25", "C", "", "141", "x", "25.92"])
whole = st.sampled_from(["3", "250", "", "0", "0x10", "1.000", "12.0", "-5", "999999", "chưa rõ", "7 "])
number = st.sampled_from(["1", "900.5", "", "1e3", "-1", "nan", "inf", "1e9", "1.234,5", "0,5 ha", " 8.5 ", ".5"])
degree = st.floats(106.1, 106.9).map(lambda one: f"{one:.6f}")
north = st.floats(10.1, 10.9).map(lambda one: f"{one:.6f}")
rows = st.lists(st.tuples(code, day, sector, whole, number, number, degree, north), min_size=1, max_size=12)
plain_rows = st.lists(
    st.tuples(
        st.integers(1, 9).map("A{}".format), st.just("2025-06-30"), st.sampled_from(["1410", "25", ""]),
        st.sampled_from(["3", "250", ""]), st.sampled_from(["900.5", "", "-1", "8e7"]),
        st.sampled_from(["900.5", "", "17"]), degree, north,
    ),
    min_size=1, max_size=30,
)  # fmt: skip


def _written(cells: Sequence[Sequence[str]]) -> Path:
    path = Path(tempfile.mkdtemp()) / "a.csv"
    lines = [[*HEADINGS, "X", "Y"], *cells]
    path.write_text("".join(",".join(f'"{one}"' if "," in one else one for one in line) + "\n" for line in lines))
    return path


def _both(path: Path) -> tuple[Look, Look]:
    columns = module._general(path, MAPPING)
    return look(path, MAPPING, units=UNITS, parks=PARKS), module._looked(columns, MAPPING, UNITS, PARKS, False)


@given(rows | plain_rows)
def test_both_ways_show_the_same(cells: list[tuple[str, ...]]) -> None:
    one, other = _both(_written(cells))
    pd.testing.assert_frame_equal(one.cells, other.cells)
    assert one == replace(other, cells=one.cells, plain=one.plain)


@given(plain_rows)
def test_plain_files_are_read_at_once(cells: list[tuple[str, ...]]) -> None:
    found = look(_written(cells), MAPPING, units=UNITS, parks=PARKS)
    assert found.plain
    fine = [row for row in cells if row[4] not in ("-1", "8e7")]
    assert found.unreadable == len(cells) - len(fine)
    assert found.again == len(fine) - len({row[0] for row in fine})
    assert found.cells["establishments"].sum() == len({row[0] for row in fine})


@given(st.lists(st.none() | st.text("abc", max_size=3) | st.text(min_size=1, max_size=80), max_size=40))
def test_repeated_is_what_counting_says(texts: list[str | None]) -> None:
    times = Counter(texts)
    expected = [one is not None and times[one] > 1 for one in texts]
    assert repeated(pa.array(texts, pa.large_string())).tolist() == expected


@given(
    st.lists(
        st.tuples(st.sampled_from([-1, 0, 1]), st.sampled_from([-1, 0]), st.none() | st.floats(0, 1e6)), max_size=40
    )
)
def test_groups_are_those_of_pandas(cells: list[tuple[int, int, float | None]]) -> None:
    one, other = (np.array([cell[k] for cell in cells], np.int64) for k in (0, 1))
    floor = np.array([cell[2] for cell in cells], float)
    made = floor_by_groups(floor, {"a": (one, ["x", "y"]), "b": (other, ["z"])})
    frame = pd.DataFrame({"a": one % 3, "b": other % 2, "floor": floor})
    wanted = frame.groupby(["a", "b"])["floor"].agg(["size", "count", "sum", "median"]).reset_index()
    wanted.loc[wanted["count"] == 0, "sum"] = np.nan
    assert made["a"].tolist() == [["x", "y", "unknown"][k] for k in wanted["a"]]
    for name, theirs in (
        ("establishments", "size"),
        ("floor_known", "count"),
        ("gross_floor_area_m2", "sum"),
        ("median_floor_m2", "median"),
    ):
        np.testing.assert_allclose(made[name].to_numpy(float), wanted[theirs].to_numpy(float))
