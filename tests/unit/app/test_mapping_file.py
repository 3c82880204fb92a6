"""Mappings of the sheets of a file: written and read back, whatever the sheets are called."""

from pathlib import Path

import pytest

from quydat.app.labels import read_labels
from quydat.app.mapping_file import read_mappings, write_mappings
from quydat.core.problem import Problems
from quydat.survey.cells import CellForm
from quydat.survey.mapping import Mapping

ONE = Mapping("observation", {"Tên DN": "name", "DT (ha)": "site_area_m2"}, {"Tên DN": "tcvn3"},
              {"DT (ha)": CellForm(decimal=",", factor=10000.0)}, x="X", y="Y", epsg=9210, swapped=True,
              defaults={"vsic_version": "2018"}, left_out=("STT", "[a]"))  # fmt: skip
OTHER = Mapping("observation", {"Tên": "name"})


@pytest.mark.parametrize(
    "mappings",
    [{"": ONE}, {"Trang 1": ONE}, {'Q."12"': ONE, "a\\b [c]": OTHER, "": OTHER}],
    ids=["one", "named", "several"],
)
def test_written_and_read_back(mappings: dict[str, Mapping], tmp_path: Path) -> None:
    write_mappings(tmp_path / "m.toml", mappings)
    assert read_mappings(tmp_path / "m.toml") == mappings


def test_all_that_is_wrong_in_all_sheets_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('[sheets.a]\ntable = "nothing"\n[sheets.b]\ntable = "unit"\n[sheets.b.columns]\n"T" = "colour"\n')
    with pytest.raises(Problems) as caught:
        read_mappings(path)
    assert [one.number for one in caught.value.found] == ["QD138", "QD138"]


@pytest.mark.parametrize("content", [b"[sheets", b"\xff\xfe", b""])
def test_what_is_no_mapping_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_bytes(content)
    with pytest.raises(Problems) as caught:
        read_mappings(path)
    assert caught.value.found[0].number in ("QD137", "QD138")


def test_labels_are_read_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("observation_id,label,note\na,1,x\nb,1,\nc,,\n")
    assert read_labels(path).to_dict() == {"a": "1", "b": "1"}
    for wrong in ("id,label\na,1\n", "observation_id,label\na,1\na,2\n"):
        path.write_text(wrong)
        with pytest.raises(Problems) as caught:
            read_labels(path)
        assert [one.number for one in caught.value.found] == ["QD272"]
