"""What clerks write in cells."""

import pandas as pd
import pytest

from quydat.core.problem import Place
from quydat.dictionary.bulk import typed_bulk
from quydat.dictionary.schema import tables
from quydat.survey.cells import CellForm, Cleaned, clean, guess_form

OBSERVATION = tables()["observation"]


def cleaned(name: str, *cells: str | None, table: str = "observation", **form: object) -> Cleaned:
    return clean(pd.Series(list(cells), dtype="str"), tables()[table][name], how=CellForm(**form))  # type: ignore[arg-type]


def values(made: Cleaned) -> list[str | None]:
    return [None if cell != cell else cell for cell in made.text.tolist()]


@pytest.mark.parametrize(
    ("cell", "made"),
    [
        ("1234", "1234"),
        ("1234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,25", "1234567.25"),
        ("0,5", "0.5"),
        ("0.125", "0.125"),
        ("12,75", "12.75"),
        ("1234,567", "1234.567"),
        ("0", "0"),
        ("0,0", "0.0"),
        ("1 200", "1200"),
        ("1\u00a0200 m2", "1200"),
        ("12 345,6", "12345.6"),
        ("1'200", "1200"),
        ("300m2", "300"),
        ("300 m²", "300"),
        ("300 mét vuông", "300"),
        ("0,5 ha", "5000"),
        ("0.5ha", "5000"),
        ("1,1 héc-ta", "11000"),
        ("0,01 km2", "10000"),
        ("-5", "-5"),
        (" 7 ", "7"),
        (".5", ".5"),
        ("+3", "+3"),
        ("1e3", "1e3"),
    ],
)
def test_numbers_that_say_by_themselves_how_they_are_written(cell: str, made: str) -> None:
    for decimal in ("", ".", ","):
        assert values(cleaned("site_area_m2", cell, "1", decimal=decimal)) == [made, "1"]


@pytest.mark.parametrize(
    "cell",
    ["khoảng 500", "500-600", "5 sào", "3 công", "1.2.3", "1,23,456", "1.234,567,8", "12 34", "5 kg", "1.2,3.4", "a"],
)
def test_what_is_no_number_stays_and_is_a_fault(cell: str) -> None:
    made = cleaned("site_area_m2", cell, decimal=",")
    assert values(made) == [cell]
    _, faults = typed_bulk(pd.DataFrame({"site_area_m2": made.text}), OBSERVATION)
    assert "QD205" in {fault.problem.number for fault in faults}


@pytest.mark.parametrize(("decimal", "made"), [(".", "1.234"), (",", "1234")])
def test_the_column_decides_what_a_cell_does_not_say(decimal: str, made: str) -> None:
    assert values(cleaned("site_area_m2", "1.234", decimal=decimal)) == [made]
    assert cleaned("site_area_m2", "1.234", decimal=decimal).faults == ()


def test_where_nobody_decides_the_row_waits() -> None:
    made = cleaned("site_area_m2", "5", "1.234", "1,234")
    assert [(fault.position, fault.problem.number) for fault in made.faults] == [(1, "QD219"), (2, "QD219")]


def test_whole_numbers_have_thousands() -> None:
    assert values(cleaned("workers", "1.234", "1,234", "12.0", "25 người", "30 lđ")) == [
        "1234",
        "1234",
        "12.0",
        "25",
        "30",
    ]
    assert cleaned("workers", "1.234").faults == ()


@pytest.mark.parametrize(
    ("cells", "decimal", "doubt"),
    [
        (["1.234", "2,5"], ",", False),
        (["1.234", "2.5"], ".", False),
        (["1.234", "1.234.567"], ",", False),
        (["1,234", "1,234.5"], ".", False),
        (["1.234", "12"], "", True),
        (["1.234", "2.5", "2,5"], "", True),
        (["12", "300"], ".", False),
        (["chưa rõ", None], ".", False),
    ],
)
def test_evidence_on_the_decimal_mark(cells: list[str | None], decimal: str, doubt: bool) -> None:
    found = guess_form(pd.Series(cells, dtype="str"), OBSERVATION["site_area_m2"], place=Place(column="DT"))
    assert found.form.decimal == decimal
    assert [one.number for one in found.doubts] == (["QD133"] if doubt else [])


def test_a_reading_out_of_range_is_none() -> None:
    found = guess_form(pd.Series(["12.500"]), OBSERVATION["height_m"])  # 12500 m is no building
    assert (found.form.decimal, found.doubts) == (".", ())


def test_a_unit_in_the_heading_multiplies_but_not_cells_with_their_own() -> None:
    made = cleaned("site_area_m2", "0,5", "1", "1,1", "300 m2", "1.234,5678", factor=10000.0, decimal=",")
    assert values(made) == ["5000", "10000", "11000", "300", "12345678"]


@pytest.mark.parametrize(
    "word", ["-", "--", "chưa rõ", "Không có", "KHÔNG RÕ", "n/a", "N/A", "#N/A", "?", "…", "null", " "]
)
def test_words_for_not_known_are_missing_and_zero_is_not(word: str) -> None:
    for name in ("name", "site_area_m2", "tax_code", "operating_state", "observed_on", "tenure_expiry_year"):
        assert values(cleaned(name, word)) == [None]
    assert values(cleaned("site_area_m2", "0")) == ["0"]
    assert values(cleaned("name", "Không Gian Xanh", "Chưa")) == ["Không Gian Xanh", "Chưa"]


@pytest.mark.parametrize(
    ("cell", "made"),
    [
        ("31/12/2024", "2024-12-31"),
        ("1-7-25", "2025-07-01"),
        ("5.6.2024", "2024-06-05"),
        ("2024-06-05", "2024-06-05"),
        ("2024-06-05T10:20:30.000+07:00", "2024-06-05"),
        ("2024-06-05 00:00:00", "2024-06-05"),
        ("05/06/2024 08:30", "2024-06-05"),
        ("ngày 5 tháng 6 năm 2024", "2024-06-05"),
        ("Ngày 05 tháng 06 năm 2024", "2024-06-05"),
        ("1/1/98", "1998-01-01"),
        ("45657", "2024-12-31"),
        ("45657.5", "2024-12-31"),
        ("2024/6/5", "2024-06-05"),
        ("29/02/2024", "2024-02-29"),
        # No day: left as it is for the dictionary to say so.
        ("tháng 6/2024", "tháng 6/2024"),
        ("T6/2024", "T6/2024"),
        ("6/2024", "6/2024"),
        ("2024", "2024"),
        ("31/02/2024", "31/02/2024"),
        ("29/02/2023", "29/02/2023"),
        ("12/31/2024", "12/31/2024"),
        ("quý 2/2024", "quý 2/2024"),
    ],
)
def test_days(cell: str, made: str) -> None:
    assert values(cleaned("observed_on", cell)) == [made]


def test_days_that_do_not_exist_become_faults() -> None:
    made = cleaned("observed_on", "31/02/2024", "31/12/2024")
    _, faults = typed_bulk(pd.DataFrame({"observed_on": made.text}), OBSERVATION)
    assert [(f.position, f.problem.number) for f in faults if f.problem.place.column == "observed_on"] == [(0, "QD207")]


def test_order_of_day_and_month() -> None:
    day = OBSERVATION["observed_on"]
    assert guess_form(pd.Series(["5/6/2024", "31/12/2024"]), day).form.day_first
    assert not guess_form(pd.Series(["5/6/2024", "12/31/2024"]), day).form.day_first
    assert values(cleaned("observed_on", "5/6/2024", day_first=False)) == ["2024-05-06"]
    both = guess_form(pd.Series(["31/12/2024", "12/31/2024"]), day)
    assert both.form.day_first
    assert [one.number for one in both.doubts] == ["QD134"]


def test_serial_numbers_are_days_only_in_columns_of_days() -> None:
    assert values(cleaned("site_area_m2", "45657")) == ["45657"]
    assert values(cleaned("observed_on", "45657", serials=False)) == ["45657"]


@pytest.mark.parametrize(
    ("cell", "made"),
    [
        ("2045", "2045"),
        ("năm 2045", "2045"),
        ("2045.0", "2045"),
        ("31/12/2045", "2045"),
        ("2045-12-31", "2045"),
        ("lâu dài", None),
        ("50 năm", "50 năm"),
        ("31/12/45", "31/12/45"),
    ],
)
def test_years(cell: str, made: str | None) -> None:
    assert values(cleaned("tenure_expiry_year", cell)) == [made]


@pytest.mark.parametrize(
    ("name", "cell", "made"),
    [
        ("operating_state", "đang SX", "operating"),
        ("operating_state", "ngưng HĐ", "closed"),
        ("operating_state", "Tạm ngưng", "suspended"),
        ("operating_state", "ĐÃ DI DỜI", "moved"),
        ("operating_state", "operating", "operating"),
        ("operating_state", "đang xây", "under_construction"),
        ("tenure", "thuê đất KCN", "subleased_in_park"),
        ("tenure", "sở hữu", "own_residential_land"),
        ("tenure", "thuê nhà xưởng", "rented_building"),
        ("floor_basis", "DN tự khai", "declared"),
        ("floor_basis", "đo đạc", "measured"),
        ("environmental_group", "Nhóm 2", "II"),
        ("environmental_group", "II", "II"),
        ("vsic_version", "VSIC 2018", "2018"),
        ("operating_state", "lạ", "lạ"),
    ],
)
def test_choices(name: str, cell: str, made: str) -> None:
    assert values(cleaned(name, cell)) == [made]


def test_yes_and_no() -> None:
    made = cleaned(
        "divided", "có", "không", "x", "X", "✓", "Không", "1", "0", "có thể", None, "chưa rõ", table="unit_change"
    )
    assert values(made) == ["yes", "no", "yes", "yes", "yes", "no", "yes", "no", "có thể", None, None]


# Tax codes printed in public by these companies: Viettel, Vietcombank, FPT, Vinamilk.
REAL = ["0100109106", "0100112437", "0101248141", "0300588569"]


def test_tax_codes() -> None:
    made = cleaned(
        "tax_code", *REAL, "0300588569-001", "0300588569001", "0300588569 001", "03.0058.8569", "'0300588569"
    )
    assert values(made) == [*REAL, *["0300588569-001"] * 3, *["0300588569"] * 2]
    assert made.faults == ()


def test_a_lost_zero_comes_back_only_if_the_check_digit_proves_it() -> None:
    made = cleaned("tax_code", "300588569", "300588569.0", "300588569001", "300588560", "079123456789")
    assert values(made) == ["0300588569", "0300588569", "0300588569-001", "300588560", "079123456789"]
    assert made.restored.tolist() == [0, 1, 2]
    assert [(fault.position, fault.problem.number) for fault in made.faults] == [(3, "QD215")]


def test_wrong_tax_codes_are_faults() -> None:
    made = cleaned("tax_code", "0300588568", "12345", "3.01E+08", "0300588569-01", "0300588596", "0000000000", None)
    assert [(f.position, f.problem.number) for f in made.faults] == [(1, "QD215"), (2, "QD215"), (3, "QD215")]
    # One digit is wrong: the row is taken, and told of.
    assert [(f.position, f.problem.number) for f in made.remarks] == [(0, "QD214"), (4, "QD214"), (5, "QD214")]
    assert values(made)[0] == "0300588568"


def test_every_single_wrong_digit_is_seen() -> None:
    code = REAL[3]
    wrong = [code[:i] + d + code[i + 1 :] for i in range(10) for d in "0123456789" if d != code[i]]
    # The weights are prime to 11, so one wrong digit always changes the remainder.
    assert len(cleaned("tax_code", *wrong).remarks) == len(wrong)


def test_sector_codes() -> None:
    made = cleaned("sector_code", "'0141", "1410", "14.10", "c", "C1410", "C", "VSIC 1410", "may mặc", "1410.0")
    assert values(made) == ["0141", "1410", "1410", "C", "1410", "C", "1410", "may mặc", "1410"]
    assert [(fault.position, fault.problem.number) for fault in made.faults] == [(7, "QD216")]


def test_lost_zeros_of_sector_codes_are_asked_for() -> None:
    code = OBSERVATION["sector_code"]
    asked = guess_form(pd.Series(["1410", "2220", "141"]), code)
    assert [one.number for one in asked.doubts] == ["QD220"]
    assert asked.form.digits == 0
    # Some cells are text, others numbers: a zero that stands proves nothing of the others.
    assert [one.number for one in guess_form(pd.Series(["1410", "0141", "141"]), code).doubts] == ["QD220"]
    assert guess_form(pd.Series(["1410", "014", "141"]), code).doubts == ()
    assert guess_form(pd.Series(["14", "C", "1410"]), code).doubts == ()
    made = cleaned("sector_code", "1410", "141", digits=4)
    assert values(made) == ["1410", "0141"]
    assert made.restored.tolist() == [1]


def test_text_is_trimmed_and_the_changed_cells_are_told() -> None:
    made = cleaned("name", "  Công ty\n A ", "Công ty  B", "C\u00a0D", "E", None)
    assert values(made) == ["Công ty A", "Công ty B", "C D", "E", None]
    assert made.changed.tolist() == [0, 1, 2]


def test_angles_of_surveyors() -> None:
    made = cleaned("longitude", "106°30'00\"", "106° 30' 36\" E", "106,5", "106,5°", "106°75'")
    assert values(made) == ["106.5", "106.51", "106.5", "106.5", "106°75'"]
