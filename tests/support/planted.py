"""The shipped case with every kind of bad input planted in it, in each form that a user may bring."""

import csv
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pandas as pd

from quydat.app.case import case_folder
from quydat.dictionary.schema import tables
from quydat.law.packs import shipped_packs

CASE = case_folder("hcmc")
Raw = dict[str, list[list[str]]]

PLANTED: Mapping[str, tuple[tuple[str, int | None, str], ...]] = {
    "park": (
        ("QD201", None, ""),  # a missing column: district
        ("QD202", None, ""),  # a column that nobody knows
        ("QD208", 2, "gross_area_ha"),  # a negative area
        ("QD208", 3, "occupancy_share"),  # 95 where a share of 1 is meant
        ("QD205", 9, "year_established"),  # a date as text
        ("QD210", 59, "park_id"),  # a duplicated id
        ("QD221", 6, "lettable_area_ha"),  # lettable above gross
        ("QD211", 12, "source_ids"),  # an unknown source
    ),
    "procedure_event": (
        ("QD211", 2, "park_id"),  # an unknown park
        ("QD207", 3, "on"),  # a date as text
        ("QD209", 4, "event"),  # an unknown kind of event
    ),
    "procedure_step": (("QD231", 2, "depends_on"),),  # a cycle: p01 waits for p03, which waits for p02 and p01
}
"""Number, row and column of each problem that is planted, by table."""


def raw_case(name: str) -> list[list[str]]:
    """A table of the shipped case as its file holds it, the heading first."""
    with (CASE / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def raw_steps() -> list[list[str]]:
    """The template of the shipped case's law pack as rows of ``procedure_step``, as an office would amend it."""
    columns = tables()["procedure_step"].columns
    with (shipped_packs()["vn_hcmc"] / "law_step.csv").open(encoding="utf-8", newline="") as file:
        return [columns, *([row[name] for name in columns] for row in csv.DictReader(file))]


def planted() -> Raw:
    """The three tables with their problems."""
    park, event, step = raw_case("park"), raw_case("procedure_event"), raw_steps()
    _put(park, 2, "gross_area_ha", "-300")
    _put(park, 3, "occupancy_share", "95")
    _put(park, 9, "year_established", "năm 1998")
    _put(park, 6, "lettable_area_ha", "9000")
    _put(park, 12, "source_ids", "bao-khong-co")
    park.append(list(park[10]))
    assert len(park) == 59
    place = park[0].index("district")
    park[0][place] = "mau_son"
    _put(event, 2, "park_id", "pham-van-hai-9")
    _put(event, 3, "on", "tháng năm")
    _put(event, 4, "event", "sắp xong")
    _put(step, 2, "depends_on", "p03")
    assert step[1][0] == "p01"
    return {"park": park, "procedure_event": event, "procedure_step": step}


def _put(rows: list[list[str]], row: int, column: str, value: str) -> None:
    rows[row - 1][rows[0].index(column)] = value


def as_csv(tables: Raw, folder: Path) -> list[Path]:
    """One CSV file for each table."""
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return [folder / f"{name}.csv" for name in tables]


def as_xlsx(tables: Raw, folder: Path) -> list[Path]:
    """One workbook with a sheet for each table; numbers are numbers, as Excel would have them."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(text) for text in row])
    book.save(folder / "planted.xlsx")
    return [folder / "planted.xlsx"]


def as_gpkg(tables: Raw, folder: Path) -> list[Path]:
    """One GeoPackage with a table for each, all cells as text, as a careless export has them."""
    import pyogrio

    path = folder / "planted.gpkg"
    for name, rows in tables.items():
        frame = pd.DataFrame(rows[1:], columns=rows[0]).astype("str")
        pyogrio.write_dataframe(frame, path, layer=name, append=path.exists())
    return [path]


FORMS = {"csv": as_csv, "xlsx": as_xlsx, "gpkg": as_gpkg}


def _cell(text: str) -> str | float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return text
