"""Whatever a user brings: which table is it, and what if it is none."""

import shutil
from pathlib import Path

import pytest
from tests.support.rows import parks, sources

from quydat.core.problem import Problems
from quydat.dictionary.read import empty
from quydat.dictionary.schema import tables
from quydat.formats.csvfile import write_csv
from quydat.formats.parquet import read_parquet
from quydat.formats.tables import read_tables
from quydat.formats.workbook import Sheet, template, write_tables


def refused(*args: object, **kwargs: object) -> list[str]:
    with pytest.raises(Problems) as error:
        read_tables(*args, **kwargs)  # type: ignore[arg-type]
    return [p.number for p in error.value.found]


def test_csv_by_its_name_or_by_word(tmp_path: Path):
    write_csv(tmp_path / "source.csv", sources("a"))
    assert list(read_tables(tmp_path / "source.csv")) == ["source"]
    shutil.copyfile(tmp_path / "source.csv", tmp_path / "mine.CSV")
    assert refused(tmp_path / "mine.CSV") == ["QD106"]
    found = read_tables(tmp_path / "mine.CSV", table="source")["source"]
    assert (found.file, found.sheet, len(found.rows)) == ("mine.CSV", "", 1)
    assert refused(tmp_path / "source.csv", table="parks") == ["QD106"]  # a result is not brought in
    assert refused(tmp_path / "source.csv", layer="x") == ["QD103"]


def test_a_case_folder_and_its_unknown_files(tmp_path: Path):
    (tmp_path / "tables").mkdir()
    assert refused(tmp_path) == ["QD101"]
    write_csv(tmp_path / "tables" / "park.csv", parks({"park_id": "a"}))
    write_csv(tmp_path / "tables" / "source.csv", sources("a"))
    found = read_tables(tmp_path)
    assert [(name, raw.file) for name, raw in found.items()] == [
        ("source", "tables/source.csv"),
        ("park", "tables/park.csv"),
    ]
    write_csv(tmp_path / "tables" / "sources.csv", sources("a"))
    (tmp_path / "tables" / "claim.csv").write_bytes(b"\xff")
    assert sorted(refused(tmp_path)) == ["QD105", "QD106"]


def test_workbook_by_sheet_names(tmp_path: Path):
    template([tables()["source"], tables()["park"]], tmp_path / "t.xlsx", lang="en")
    found = read_tables(tmp_path / "t.xlsx")
    assert {name: raw.sheet for name, raw in found.items()} == {"source": "Sources", "park": "Parks"}
    assert list(read_tables(tmp_path / "t.xlsx", layer="parks")) == ["park"]
    assert list(read_tables(tmp_path / "t.xlsx", layer="park")) == ["park"]
    assert list(read_tables(tmp_path / "t.xlsx", table="source")) == ["source"]
    assert refused(tmp_path / "t.xlsx", table="claim") == ["QD103"]
    assert refused(tmp_path / "t.xlsx", layer="nowhere") == ["QD103"]
    sheet = Sheet(tables()["demand"], empty(tables()["demand"]))
    write_tables(tmp_path / "r.xlsx", sheets=[sheet], summary=[], lang="en", title="x")
    assert refused(tmp_path / "r.xlsx") == ["QD106"]


def test_unknown_kinds_and_absent_files(tmp_path: Path):
    assert refused(tmp_path / "x.shp") == ["QD104"]
    for name in ("source.csv", "x.xlsx", "x.gpkg"):
        assert refused(tmp_path / name) == ["QD101"]


def test_parquet_that_is_none(tmp_path: Path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(Problems) as error:
        read_parquet(tmp_path / "x.parquet", table=tables()["source"])
    assert error.value.found[0].number == "QD101"
