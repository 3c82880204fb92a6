"""What a sheet means: headings, encodings, units, and what the user must settle."""

from collections.abc import Mapping as Dict

import numpy as np
import pandas as pd
import pytest

from quydat.dictionary.schema import tables
from quydat.survey.cells import CellForm
from quydat.survey.headings import meaning
from quydat.survey.mapping import Mapping
from quydat.survey.old_letters import encode
from quydat.survey.propose import Proposal, propose
from quydat.survey.sheet import Sheet
from quydat.survey.understand import apply


def sheet(columns: Dict[str, list[str | None]], **how: object) -> Sheet:
    cells = pd.DataFrame(columns, dtype="str")
    return Sheet("a.xlsx", "", cells, np.arange(len(cells)) + 2, **how)  # type: ignore[arg-type]


def proposed(
    columns: Dict[str, list[str | None]], *, table: str = "observation", known: Mapping | None = None, **how: object
) -> Proposal:
    return propose(sheet(columns, **how), tables()[table], known=known)


def numbers(found: Proposal) -> list[str]:
    return [doubt.number for doubt in found.doubts]


@pytest.mark.parametrize(
    ("heading", "target", "unit"),
    [
        ("Tên DN", "name", ""),
        ("TÊN DOANH NGHIỆP", "name", ""),
        ("Ten doanh nghiep", "name", ""),
        ("2. Tên cơ sở", "name", ""),
        ("MST", "tax_code", ""),
        ("Mã số thuế", "tax_code", ""),
        ("tax_code", "tax_code", ""),
        ("Tax code", "tax_code", ""),
        ("DT sàn (m2)", "gross_floor_area_m2", "m2"),
        ("Diện tích sàn xây dựng", "gross_floor_area_m2", ""),
        ("Tổng diện tích sàn (m²)", "gross_floor_area_m2", "m²"),
        ("DT đất (ha)", "site_area_m2", "ha"),
        ("Diện tích đất, ha", "site_area_m2", "ha"),
        ("Diện tích / Đất (m2)", "site_area_m2", "m2"),
        ("Diện tích / Sàn (m2)", "gross_floor_area_m2", "m2"),
        ("Số LĐ", "workers", ""),
        ("Số lao động (người)", "workers", "người"),
        ("Thông tin chung / Mã số thuế", "tax_code", ""),
        ("X", "x", ""),
        ("Y", "y", ""),
        ("Toạ độ X (m)", "x", "m"),
        ("Tọa độ Y (m)", "y", "m"),
        ("Kinh độ", "x", ""),
        ("Vĩ độ", "y", ""),
        ("longitude", "x", ""),
        ("Tọa độ / X", "x", ""),
        ("Ngành nghề SXKD", "sector_text", ""),
        ("Hiện trạng", "operating_state", ""),
        ("Quận/Huyện", "district_name", ""),
        ("Phường, xã", "unit_name", ""),
        ("Số lao động hiện nay", "workers", ""),
        ("Số lao động năm 2024", "workers", ""),
        ("Tình trang hoat đông", "operating_state", ""),
        ("Thuộc KCN/CCN", "park_name", ""),
        ("Ghi chú", "note", ""),
        ("Mã ngành VSIC", "sector_code", ""),
        ("Chiều cao nhà xưởng (m)", "height_m", "m"),
        ("Số tầng", "storeys", ""),
        ("Diện tích nhà xưởng (m2)", "footprint_m2", "m2"),
        # What is not known is not forced.
        ("STT", "", ""),
        ("Diện tích đất cây xanh (m2)", "", "m2"),
        ("Lao động nữ", "", ""),
        ("Lao động / Nữ", "", ""),
        ("Điện thoại", "", ""),
        ("", "", ""),
        ("Vốn điều lệ (tỷ đồng)", "", ""),
        ("Tên người đại diện", "", ""),
    ],
)
def test_headings(heading: str, target: str, unit: str) -> None:
    found = meaning(heading, "observation")
    assert (found.target, found.unit) == (target, unit)


def test_every_attribute_is_known_by_its_name_and_labels() -> None:
    for table in ("observation", "unit", "unit_change", "park_outline"):
        for attribute in tables()[table]:
            if attribute.type == "geometry":
                continue
            target = {"longitude": "x", "latitude": "y"}.get(attribute.name, attribute.name)
            for heading in (
                attribute.name,
                attribute.label_vi,
                attribute.label_en,
                attribute.label("vi"),
                attribute.label("en"),
            ):
                assert meaning(heading, table).target == target, heading
            assert meaning(attribute.name, table).confidence == "high"


def test_a_sheet_of_a_district() -> None:
    found = proposed(
        {
            "STT": ["1", "2", "3"],
            "Tên doanh nghiệp": ["Công ty Đông Á", "Xưởng Lê Bảy", "Hộ Tư"],
            "MST": ["0300588569", "300588569", "-"],
            "Diện tích / Đất (ha)": ["0,5", "1,25", "chưa rõ"],
            "Diện tích / Sàn (m2)": ["1.234,5", "800", "1.200"],
            "Số LĐ": ["1.200", "35 người", "12"],
            "Hiện trạng": ["đang SX", "ngưng HĐ", "đang SX"],
            "Ngày khảo sát": ["31/12/2025", "5/1/2026", "6/1/2026"],
            "Tọa độ / X": ["1193456", "1193500", "1193600"],
            "Tọa độ / Y": ["603456", "603500", "603600"],
        }
    )
    assert found.mapping.columns == {
        "Tên doanh nghiệp": "name",
        "MST": "tax_code",
        "Diện tích / Đất (ha)": "site_area_m2",
        "Diện tích / Sàn (m2)": "gross_floor_area_m2",
        "Số LĐ": "workers",
        "Hiện trạng": "operating_state",
        "Ngày khảo sát": "observed_on",
    }
    assert (found.mapping.x, found.mapping.y) == ("Tọa độ / X", "Tọa độ / Y")
    assert found.mapping.left_out == ("STT",)
    assert found.doubts == ()
    assert found.mapping.forms["Diện tích / Đất (ha)"].factor == 10000
    assert found.notes[3].samples == (("0,5", "5000"), ("1,25", "12500"), ("chưa rõ", ""))
    read = apply(sheet({"Tên doanh nghiệp": ["A"]}), Mapping("observation", {"Tên doanh nghiệp": "name"}))
    assert read.raw["name"].tolist() == ["A"]
    assert Mapping.from_toml(found.mapping.to_toml()) == found.mapping


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_sheet_in_an_old_encoding_headings_and_all(encoding: str) -> None:
    columns: dict[str, list[str]] = {
        "Tên doanh nghiệp": ["Công ty May Đông Phương", "Hộ Lê Thị Bảy"],
        "Xã": ["An Phú", "Đông Thạnh"],
        "Địa chỉ": ["đường số 3", "Khu phố 5"],
        "Tình trạng hoạt động": ["đang sản xuất", "đã di dời"],
    }

    def old(cells: list[str]) -> list[str]:
        return encode(pd.Series(cells), encoding=encoding).tolist()  # type: ignore[arg-type]

    found = proposed({old([heading])[0]: [*old(cells)] for heading, cells in columns.items()})
    assert list(found.mapping.columns.values()) == ["name", "unit_name", "address", "operating_state"]
    assert set(found.mapping.text.values()) == {encoding}
    assert [note.shown for note in found.notes] == list(columns)
    assert found.notes[3].samples[0][1] == "operating"
    assert found.doubts == ()


def test_fonts_tell_the_encoding() -> None:
    found = proposed({"Tên DN": ["c«ng ty", "hµ"]}, fonts={"Tên DN": ".VnTimeH"})
    assert found.mapping.text == {"Tên DN": "tcvn3_capitals"}
    assert found.notes[0].samples[0] == ("c«ng ty", "CÔNG TY")
    assert ".VnTimeH" in found.notes[0].why[0]


def test_two_headings_for_one_attribute_are_a_doubt_that_names_both() -> None:
    columns: dict[str, list[str | None]] = {"Tên DN": ["A"], "Diện tích đất": ["1"], "DT đất (m2)": ["2"]}
    found = proposed(columns)
    assert numbers(found) == ["QD135"]
    assert "«Diện tích đất», «DT đất (m2)»" in found.doubts[0].message("vi")
    assert "DT đất (m2)" in found.mapping.left_out
    known = Mapping("observation", {"DT đất (m2)": "site_area_m2"}, left_out=("Diện tích đất",))
    settled = proposed(columns, known=known)
    assert settled.doubts == ()
    assert settled.mapping.columns["DT đất (m2)"] == "site_area_m2"


def test_a_heading_that_stands_twice_is_not_read() -> None:
    cells = pd.DataFrame([["A", "B", "x"]], columns=["Tên DN", "Tên DN", "MST"], dtype="str")
    found = propose(Sheet("a.csv", "", cells, np.array([2])), tables()["observation"])
    assert numbers(found) == ["QD203", "QD136"]
    assert found.mapping.left_out == ("Tên DN",)


def test_what_the_table_needs_and_no_column_has() -> None:
    found = proposed({"MST": ["1"]})
    assert [(d.number, d.facts["attribute"]) for d in found.doubts] == [("QD136", "name")]
    assert proposed({"MST": ["1"]}, known=Mapping("observation", defaults={"name": "?"})).doubts == ()


def test_a_shape_is_an_outline() -> None:
    shapes = np.array([b"wkb"], dtype=object)
    assert proposed({"Mã khu": ["tan-thuan"]}, table="park_outline", shapes=shapes, epsg=9210).doubts == ()
    found = proposed({"Mã khu": ["tan-thuan"]}, table="park_outline")
    assert [d.facts["attribute"] for d in found.doubts] == ["outline"]


def test_ambiguous_numbers_are_a_doubt_until_said() -> None:
    columns: dict[str, list[str | None]] = {"Tên DN": ["A", "B"], "DT đất (ha)": ["1.234", "5"]}
    found = proposed(columns)
    assert numbers(found) == ["QD133"]
    assert (found.doubts[0].facts["one"], found.doubts[0].facts["other"]) == ("12340", "12340000")
    form = CellForm(decimal=".", factor=10000.0)
    known = Mapping("observation", {"DT đất (ha)": "site_area_m2"}, forms={"DT đất (ha)": form})
    assert proposed(columns, known=known).doubts == ()


def test_mixed_encodings_are_a_doubt_with_the_rows() -> None:
    old = encode(pd.Series(["Xưởng Dệt Thành Đạt"]), encoding="vni").tolist()
    found = proposed({"Tên DN": ["Công ty May Đông Á", "Nhà máy Thép Việt", *old]})
    assert numbers(found) == ["QD130"]
    assert "vni 1 (4)" in found.doubts[0].message("en")
    assert found.mapping.text == {"Tên DN": "mixed"}


def test_columns_that_do_not_hold_what_their_heading_says_are_of_low_confidence() -> None:
    found = proposed({"Tên DN": ["A", "B"], "Số tầng": ["nhà xưởng", "kho"], "Diện tích đất (kg)": ["1", "2"]})
    assert found.notes[1].confidence == "low"


def test_results_of_a_form() -> None:
    found = proposed(
        {
            "SubmissionDate": ["2026-01-03T10:00:00"],
            "today": ["2026-01-02"],
            "co_so/name": ["Công ty A"],
            "co_so/workers": ["3"],
            "KEY": ["uuid:1"],
        },
        form="odk",
    )
    assert found.mapping.columns == {
        "today": "observed_on",
        "co_so/name": "name",
        "co_so/workers": "workers",
        "KEY": "code",
    }
    assert found.doubts == ()


def test_only_one_coordinate_is_none() -> None:
    found = proposed({"Tên DN": ["A"], "Kinh độ": ["106.7"]})
    assert (found.mapping.x, found.mapping.y) == ("", "")
    assert "Kinh độ" in found.mapping.left_out


def test_coordinates_with_thousands() -> None:
    found = proposed({"Tên DN": ["A", "B"], "X": ["603.456", "603.500"], "Y": ["1.193.456", "1.193.500"]})
    assert found.doubts == ()
    read = apply(sheet({"Tên DN": ["A"], "X": ["603.456"], "Y": ["1.193.456"]}), found.mapping)
    assert read.x is not None and read.x.tolist() == [603456.0]


@pytest.mark.parametrize(
    ("table", "columns", "expected"),
    [
        (
            "unit",
            {"Mã ĐVHC": ["1"], "Tên": ["Phường A"], "Cấp": ["phường"], "Dân số": ["12.345"]},
            ["unit_id", "name_vi", "unit_kind", "population"],
        ),
        (
            "unit_change",
            {"Mã cũ": ["1"], "Mã mới": ["2"], "Ngày hiệu lực": ["1/7/2025"], "Tên cũ": ["a"], "Tên mới": ["b"]},
            ["old_unit_id", "new_unit_id", "on", "old_name", "new_name"],
        ),
    ],
)
def test_other_tables(table: str, columns: dict[str, list[str | None]], expected: list[str]) -> None:
    found = proposed(columns, table=table)
    assert list(found.mapping.columns.values()) == expected
    assert found.doubts == ()


def test_text_that_two_old_encodings_read_is_a_doubt() -> None:
    # "bö" is bư in VNI and bử in TCVN3, "tî" is tỵ and tợ: nothing in the cells decides.
    columns: dict[str, list[str | None]] = {"Tên DN": ["bö", "tî", "nö tî", "bö nö"]}
    found = proposed(columns)
    assert numbers(found) == ["QD131"]
    assert {found.doubts[0].facts["one"], found.doubts[0].facts["other"]} == {"tcvn3", "vni"}
    known = Mapping("observation", {"Tên DN": "name"}, {"Tên DN": "vni"})
    settled = proposed(columns, known=known)
    assert settled.doubts == ()
    assert settled.notes[0].samples[0] == ("bö", "bư")


def test_a_foreign_name_among_plain_ones_is_no_doubt() -> None:
    assert proposed({"Tên DN": ["Loïc Dupont", "ABC Ltd", "Zoë Müller", "XYZ"]}).doubts == ()


OLD = ["Công ty Cơ khí Bình Thạnh", "Xưởng Gỗ Tân Tiến", "Hợp tác xã Dệt Thủ Đức", "Cơ sở Nhựa Phú Lộc"]


def in_tcvn3(*cells: str) -> list[str | None]:
    return list(encode(pd.Series(cells, dtype="str"), encoding="tcvn3"))


def test_weak_columns_and_headings_follow_the_sheet() -> None:
    """Each of "nhãm" and "chó" is a syllable of Unicode too: alone they decide nothing."""
    columns = {
        "Tªn c¬ së": in_tcvn3(*OLD),
        "Nhãm m«i tr­êng": in_tcvn3("nhóm I", "nhóm II", "nhóm II", "nhóm III"),
        "Ngành nghề / Ngµnh nghÒ": in_tcvn3("cơ khí", "gỗ", "dệt", "nhựa"),
        "Ghi chó": in_tcvn3("gia hạn", "gia hạn", "nghỉ", "đóng"),
        "Số LĐ": ["5", "ch¦a râ", "7", "9"],
    }
    found = proposed(columns, fonts=dict.fromkeys(columns, "Times New Roman"))
    assert list(found.mapping.columns.values()) == ["name", "environmental_group", "sector_text", "note", "workers"]
    assert [note.encoding for note in found.notes] == ["tcvn3"] * 5
    assert "its cells values of the list" in found.notes[1].why[1]
    assert "the heading is read in the encoding of other columns" in found.notes[3].why[1]
    assert found.doubts == ()
    read = apply(sheet(columns), found.mapping).raw
    assert read["environmental_group"].tolist() == ["I", "II", "II", "III"]
    assert read["workers"].isna().tolist() == [False, True, False, False]


def test_a_column_in_another_font_does_not_follow() -> None:
    columns = {"Tên DN": in_tcvn3(*OLD), "Ghi chú": ["nhãm", "nhãm", "A", "B"]}
    found = proposed(columns, fonts={"Tên DN": ".VnTime", "Ghi chú": "Arial"})
    assert [note.encoding for note in found.notes] == ["tcvn3", "unicode"]


def test_values_decide_which_of_two_headings_is_meant() -> None:
    own = ["KCN-0001", "KCN-0002", "KCN-0003"]
    found = proposed(
        {"Tên DN": ["A", "B", "C"], "Mã doanh nghiệp": own, "MST": ["0100109106", "0100112437", "0300588569"]}
    )
    assert found.mapping.columns == {"Tên DN": "name", "Mã doanh nghiệp": "code", "MST": "tax_code"}
    assert found.doubts == ()
    alone = proposed({"Tên DN": ["A", "B", "C"], "Mã doanh nghiệp": own})
    assert alone.mapping.columns["Mã doanh nghiệp"] == "code"


def test_a_file_declared_mixed_still_reads_each_column_by_its_font() -> None:
    """ "nhãm" can be read in both ways; in a column of a TCVN3 font it is «nhóm»."""
    columns = {"Tên DN": [*in_tcvn3(*OLD)[:2], *OLD[2:]], "Ghi chú": ["nhãm", "A", "B", "C"]}
    fonts = {"Tên DN": ".VnTime", "Ghi chú": ".VnTime"}
    known = Mapping("observation", text=dict.fromkeys(columns, "mixed"))
    found = proposed(columns, known=known, fonts=fonts)
    assert found.doubts == ()
    assert [note.encoding for note in found.notes] == ["mixed", "tcvn3"]
    read = apply(sheet(columns, fonts=fonts), found.mapping).raw
    assert read["name"].tolist() == OLD
    assert read["note"].tolist() == ["nhóm", "A", "B", "C"]
