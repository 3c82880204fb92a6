"""Faults in the cells of a line: codes, days, numbers, words."""

import unicodedata
from datetime import date
from typing import Any

from quydat.survey.illustrative.page import Cell, Formula, Line, Page
from quydat.survey.illustrative.plant import Planter, Row

_EXCEL_DAY_0 = date(1899, 12, 30)
_LINK = '=HYPERLINK("http://vidu.invalid/x","bấm vào đây")'
_MARKUP = '<img src=x onerror="alert(1)"> <b>mới</b>'


def plant_codes(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Tax codes and codes of activity.

    Parameters
    ----------
    pages
        Pages by the kind of office that ``survey`` gives them.
    """

    def number(key: str) -> Any:
        return lambda line, row: int(str(row[key]))

    def wrong_digit(line: Line, row: Row) -> Cell:
        code = str(row["tax_code"])
        return code[:9] + str((int(code[9]) + 3) % 10)

    register, province = pages["register"], pages["province"]

    def of_ten(line: Line, row: Row) -> bool:
        return len(str(row["tax_code"])) == 10

    planter.existing("sector_of_2025", [*register, *pages["district"], *province], "sector_code", 2,
                     lambda line, row: row["sector_code"] == "6210")  # fmt: skip
    planter.cells("lost_zero_tax", pages["district"][:1], "tax_code", 3, number("tax_code"), suits=of_ten)
    planter.cells("lost_zero_vsic", [*pages["district"], *province], "sector_code", 2, number("sector_code"),
                  suits=lambda line, row: str(row["sector_code"]).startswith("0"))  # fmt: skip
    planter.cells(
        "wrong_check_digit",
        register,
        "tax_code",
        3,
        wrong_digit,
        said=wrong_digit,
        suits=lambda line, row: of_ten(line, row) and planter.alone(line),
    )
    planter.cells("unknown_sector_code", province, "sector_code", 2, lambda line, row: "3499", said="3499")
    layers = pages["layers"][:1]
    for page, line in planter.take("sector_without_version", layers, 2, lambda line, row: planter.alone(line)):
        line.cells |= {"sector_code": "K", "vsic_version": None}
        line.said["sector_code"] = "K"
        line.said.pop("vsic_version")
        planter.note("sector_without_version", page, line, "sector_code")


def plant_days(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Days that are none, and days that are written otherwise."""

    def serial(line: Line, row: Row) -> Cell:
        return int((row["observed_on"] - _EXCEL_DAY_0).days)

    def stale(line: Line, row: Row) -> Cell:
        return date(2012, 5, 4)

    key = "observed_on"
    planter.cells("day_31_02", pages["register"], key, 2, lambda line, row: "31/02/2025", said=None, taken="no")
    planter.cells("month_only", pages["register"], key, 2, lambda line, row: "T6/2025", said=None, taken="no")
    planter.cells("excel_serial", pages["district"][1:2], key, 3, serial)
    planter.cells("day_as_text", pages["district"][:1], key, 3, lambda line, row: f"{row['observed_on']:%d/%m/%Y}")
    planter.cells("stale", pages["district"], key, 3, stale, said=stale, suits=lambda line, row: planter.alone(line))


def plant_numbers(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Numbers that clerks write, and numbers that cannot be."""
    site, floor, register, province = "site_area_m2", "gross_floor_area_m2", pages["register"], pages["province"]

    def points(line: Line, row: Row) -> Cell:
        return f"{row[floor]:,.1f}".translate(str.maketrans(",.", ".,"))

    def large(line: Line, row: Row) -> bool:
        return bool(row[floor] >= 1000)

    def in_ha(line: Line, row: Row) -> Cell:
        return f"{row[site] / 1e4:.2f} ha".replace(".", ",")

    def computed(line: Line, row: Row) -> Cell:
        return Formula(f"={int(row['footprint_m2'])}*{int(row['storeys'])}", row[floor])

    def silent_ha(line: Line, row: Row) -> Cell:
        return float(row[site] / 1e4)

    for page, line in planter.take("low_shed", [*register, *province], 3, lambda line, row: row["height_m"] == 2.9):
        for key in ("storeys", floor):
            line.cells[key] = None
            line.said.pop(key)
        planter.note("low_shed", page, line, "height_m")
    planter.cells("thousands_points", register, floor, 3, points, suits=large)
    planter.cells("spaces_and_unit", province, site, 2, lambda line, row: f"{row[site]:,.0f} m2".replace(",", " "),
                  suits=lambda line, row: row[site] >= 1000)  # fmt: skip
    planter.cells("ha_in_m2", province, site, 2, in_ha, suits=lambda line, row: row[site] % 100 == 0)
    planter.cells("ha_unsaid", province, site, 2, silent_ha, said=silent_ha,
                  suits=lambda line, row: planter.alone(line))  # fmt: skip
    planter.cells("negative_storeys", register, "storeys", 2, lambda line, row: "-2", said=None, taken="no")
    planter.cells("huge_shed", pages["district"][2:], "footprint_m2", 2, lambda line, row: 1_000_000_000,
                  said=None, taken="no")  # fmt: skip
    planter.cells("words_for_number", pages["district"][2:], "workers", 2, lambda line, row: "khoảng năm trăm",
                  said=None, taken="no")  # fmt: skip
    planter.cells("part_of_a_worker", register, "workers", 2, lambda line, row: "12,5", said=None, taken="no")
    for key, mark in (("workers", "-"), (site, "chưa rõ"), (floor, "n/a"), ("storeys", None)):
        planter.cells("unknown_mark", register, key, 1, lambda line, row, mark=mark: mark, said=None)  # type: ignore[misc]
    planter.existing("true_zero", register, "workers", 2, lambda line, row: row["workers"] == 0)
    planter.cells("formula_cell", province, floor, 2, computed)


def plant_words(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Old and odd text, names and choices."""

    def capitals(line: Line, row: Row) -> Cell:
        return str(line.said["name"]).upper()

    def apart(line: Line, row: Row) -> Cell:
        return unicodedata.normalize("NFD", str(line.said["name"]))

    planter.cells("ambiguous_capitals", pages["district"][1:2], "name", 3, capitals, said=capitals)
    for page, line in planter.take("mixed_encodings", pages["district"][2:], 3):
        line.encoding, line.taken = "tcvn3", "either"
        planter.note("mixed_encodings", page, line, "name")
    planter.cells("decomposed_unicode", pages["authority"], "name", 2, apart)
    planter.cells("empty_name", pages["register"], "name", 2, lambda line, row: None, said=None, taken="no")
    planter.cells("unknown_choice", pages["register"], "operating_state", 2, lambda line, row: "loại 7 cũ",
                  said=None, taken="no")  # fmt: skip
    for key, kind, text in (
        ("note", "formula_text", _LINK), ("address", "formula_text", _LINK), ("note", "markup_text", _MARKUP),
    ):  # fmt: skip
        planter.cells(kind, pages["province"], key, 1, lambda line, row, text=text: text, said=text)  # type: ignore[misc]
    for page, line in planter.take("old_letters_in_drawing", pages["drawing"], 3):
        line.encoding = "escaped"
        planter.note("old_letters_in_drawing", page, line, "name")
    planter.cells("outline_without_label", pages["drawing"], "name", 2, lambda line, row: None, said=None, taken="no")


def plant_contradictions(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Values that cannot both be true, and rows of which too little is known."""
    register, layers = pages["register"], pages["layers"]

    def half(line: Line, row: Row) -> float:
        return float(row["footprint_m2"] // 2)

    def operating(line: Line, row: Row) -> bool:
        return row["operating_state"] == "operating" and "tenure_expiry_year" in line.said and planter.alone(line)

    def alone(line: Line, row: Row) -> bool:
        return planter.alone(line)

    def too_wide(line: Line, row: Row) -> float:
        return float(row["site_area_m2"] + 500)

    planter.cells("floor_below_footprint", register, "gross_floor_area_m2", 2,
                  lambda line, row: f"{half(line, row):.1f}".replace(".", ","), said=half, suits=alone)  # fmt: skip
    planter.cells("footprint_above_site", layers, "footprint_m2", 2, too_wide, said=too_wide, suits=alone)
    planter.cells("expiry_before_observation", register, "tenure_expiry_year", 2, lambda line, row: "2019", said=2019,
                  suits=operating)  # fmt: skip
    for page, line in planter.take("incomplete", register, 3, alone):
        for key in ("site_area_m2", "footprint_m2", "storeys", "height_m", "gross_floor_area_m2"):
            line.cells[key] = None
            line.said.pop(key)
        planter.note("incomplete", page, line, "gross_floor_area_m2")
    planter.existing("closed_factory", pages["district"], "operating_state", 3,
                     lambda line, row: row["operating_state"] == "closed")  # fmt: skip
