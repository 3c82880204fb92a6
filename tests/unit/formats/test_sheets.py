"""What a file is, its content says; what it cannot be is said in words."""

from pathlib import Path

import pytest
from tests.support import survey_files as made

from quydat.core.problem import Problems
from quydat.formats.guard import unpack
from quydat.formats.sheets import original_bytes_of, read_sheets, sha256_of


def faults(path: Path) -> list[str]:
    with pytest.raises(Problems) as error:
        read_sheets(path)
    assert error.value.lines("vi")
    return [p.number for p in error.value.found]


@pytest.mark.parametrize(
    ("name", "content", "number"),
    [
        ("a.csv", b"", "QD117"),
        ("a.xlsx", b"  \r\n", "QD117"),
        ("a.pdf", b"%PDF-1.7 ...", "QD104"),
        ("a.csv", b"%PDF-1.7 ...", "QD104"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "QD104"),
        ("a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "QD104"),
        ("a.docx", b"abc", "QD104"),
        ("a.xlsx", b"PK\x03\x04" + bytes(range(256)) * 20, "QD101"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "QD101"),
        ("a.gpkg", b"SQLite format 3\0" + bytes(200), "QD102"),
        ("a.json", b"{", "QD101"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "QD101"),
        ("a.kml", b"<kml><a>", "QD101"),
        ("a.dxf", b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "QD117"),
        ("a.csv", b"a,b\n\x00\x01\x02", "QD119"),
        ("a.zip", made.zipped({"x.exe": b"x"}), "QD121"),
        ("a.xlsb", made.zipped({"xl/workbook.bin": b"x"}), "QD104"),
        ("a.ods", made.zipped({"mimetype": b"x", "content.xml": b"<a"}), "QD101"),
        ("a.xlsx", made.zipped({"xl/workbook.xml": b"<a/>"}), "QD101"),
        ("a.zip", made.zipped({"a.shp": b"x"}), "QD122"),
    ],
)
def test_what_is_no_survey_file(tmp_path: Path, name: str, content: bytes, number: str):
    (tmp_path / name).write_bytes(content)
    assert set(faults(tmp_path / name)) == {number}


def test_no_file_and_a_folder(tmp_path: Path):
    assert faults(tmp_path / "a.csv") == ["QD101"]
    assert faults(tmp_path) == ["QD120"]


def test_all_faults_of_an_archive_come_at_once(tmp_path: Path):
    (tmp_path / "a.zip").write_bytes(made.zipped({"a.csv": b"a,b\n1,\x00\n", "b.csv": b'a,b\n1,"x\n'}))
    assert faults(tmp_path / "a.zip") == ["QD119", "QD123"]


def test_a_text_in_a_workbooks_clothes(tmp_path: Path):
    (tmp_path / "a.xlsx").write_text("a;b\n1;2\n")
    [sheet] = read_sheets(tmp_path / "a.xlsx")
    assert sheet.cells.to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_one_file_is_its_own_fingerprint(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert sha256_of(tmp_path / "a.csv") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert original_bytes_of(tmp_path / "a.csv") == [("a.csv", b"abc")]
    with pytest.raises(Problems):
        sha256_of(tmp_path / "b.csv")


def test_archives_with_passwords_and_odd_packing():
    content = bytearray(made.zipped({"a.txt": b"one"}))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    for bad, number in ((bytes(content), "QD113"), (bytes(content[:at]), "QD101")):
        with pytest.raises(Problems) as error:
            unpack(bad, "a.zip", wanted=lambda name: True)
        assert error.value.found[0].number == number
