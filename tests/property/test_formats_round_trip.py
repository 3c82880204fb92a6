"""What is written is read back the same, whatever text or number it holds (I3)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from quydat.core.text import Lang
from quydat.dictionary.read import dtype_of, typed
from quydat.dictionary.schema import Attribute, Table, choices, tables
from quydat.formats.csvfile import read_csv, write_csv
from quydat.formats.geopackage import read_layer, validate, write_layers
from quydat.formats.parquet import read_parquet, write_parquet
from quydat.formats.workbook import Sheet, read_workbook, sheet_name, write_tables

# A text is stripped when it is read, and NUL ends a text for GDAL.
HOSTILE = [
    *("=1+1", "+84", "-5", "@SUM(A1)", "_x000D_", "_x005F_", "x005F_", "_x005F_x000D_", 'a"b;c,d', "]]>"),
    *("<b>&amp;</b>", "<r><t>x</t></r>", "<r></r>", "NA", "null", "0012", "1e5", "TRUE", "2025-06-30"),
    *("Phạm Văn Hai", "Pha\u0323m", "a\r\nb", "\ufeffx"),
]
TEXT = (
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12),
        st.sampled_from(HOSTILE),
    )
    .map(str.strip)
    .filter(bool)
)


def cells(attribute: Attribute) -> st.SearchStrategy[object]:
    low, high = attribute.minimum, attribute.maximum
    if attribute.type == "number":
        # Excel keeps 15 digits.
        made: st.SearchStrategy[object] = st.floats(
            -1e9 if low is None else low, 1e9 if high is None else high, allow_nan=False
        ).map(lambda x: float(f"{x:.12g}") + 0.0)
    elif attribute.type in ("integer", "year"):
        made = st.integers(int(low or 0), int(high or 10**6))
    elif attribute.type == "boolean":
        made = st.booleans()
    elif attribute.type == "date":
        made = st.dates(date(1950, 1, 1), date(2100, 1, 1))
    elif attribute.type == "partial_date":
        made = st.sampled_from(["2025", "2025-06", "2025-06-30"])
    elif attribute.type == "choice":
        made = st.sampled_from(sorted(choices(attribute.choices)))
    elif attribute.type == "refs":
        made = st.lists(st.sampled_from(["s1", "s2", "s3"]), min_size=1, max_size=2).map(";".join)
    else:
        made = TEXT
    return made if attribute.required else st.one_of(st.none(), made)


@st.composite
def frames(draw: st.DrawFn, table: Table) -> pd.DataFrame:
    rows = draw(st.lists(st.tuples(*(cells(a) for a in table)), min_size=1, max_size=3))
    columns = {a.name: pd.Series([row[i] for row in rows], dtype=dtype_of(a)) for i, a in enumerate(table)}
    frame = pd.DataFrame(columns, columns=table.columns)
    for name in table.key:  # keys differ
        if table[name].type == "text":
            frame[name] = [f"{number}{value}" for number, value in enumerate(frame[name])]
    if "longitude" in table and "latitude" in table:
        known = frame["longitude"].notna() & frame["latitude"].notna()
        frame.loc[~known, ["longitude", "latitude"]] = None
    return frame


def by_csv(frame: pd.DataFrame, table: Table, folder: Path, lang: Lang) -> pd.DataFrame:
    write_csv(folder / "t.csv", frame, bom=lang == "vi")
    return read_csv(folder / "t.csv")


def by_xlsx(frame: pd.DataFrame, table: Table, folder: Path, lang: Lang) -> pd.DataFrame:
    write_tables(folder / "t.xlsx", sheets=[Sheet(table, frame)], summary=[], lang=lang, title="t")
    return read_workbook(folder / "t.xlsx")[sheet_name(table, lang)]


def by_gpkg(frame: pd.DataFrame, table: Table, folder: Path, lang: Lang) -> pd.DataFrame:
    write_layers(folder / "t.gpkg", {table.name: frame}, tables={table.name: table}, lang=lang)
    assert validate(folder / "t.gpkg") == []
    return read_layer(folder / "t.gpkg", table.name)


@pytest.mark.parametrize("way", [by_csv, by_xlsx, by_gpkg])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_round_trip(way: Callable[[pd.DataFrame, Table, Path, Lang], pd.DataFrame], data: st.DataObject):
    table = tables()[data.draw(st.sampled_from(["park", "source", "claim", "exchange_rate", "programme"]))]
    frame = data.draw(frames(table))
    with TemporaryDirectory() as folder:
        raw = way(frame, table, Path(folder), data.draw(st.sampled_from(["vi", "en"])))
    back, found = typed(raw, table)
    assert [p for p in found if p.number != "QD210"] == []
    assert_frame_equal(back, frame, check_exact=True)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_parquet_round_trip(data: st.DataObject):
    table = tables()[data.draw(st.sampled_from(["park", "source", "programme"]))]
    frame = data.draw(frames(table))
    with TemporaryDirectory() as folder:
        write_parquet(Path(folder) / "t.parquet", frame, table=table)
        assert_frame_equal(read_parquet(Path(folder) / "t.parquet", table=table), frame, check_exact=True)
