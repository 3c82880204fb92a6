"""Faults of whole lines and whole pages: doubles, totals, titles, old fonts, missing systems."""

from quydat.survey.illustrative.names import plain
from quydat.survey.illustrative.page import Line, Page
from quydat.survey.illustrative.plant import Planter

REFUSED = (
    ("password", "o-mat-khau.xlsx"), ("damaged_workbook", "o-cat-cut.xlsx"), ("damaged_geopackage", "o-hong.gpkg"),
    ("zip_bomb", "o-phinh.xlsx"), ("xml_bomb", "o-thuc-the.kml"), ("outside_entity", "o-tro-ra-ngoai.kml"),
    ("column_twice", "o-hai-cot.csv"), ("huge_cell", "o-10-mb.csv"), ("not_a_workbook", "o-pdf.xlsx"),
    ("empty_file", "o-rong.csv"), ("shapefile_without_table", "o-thieu-dbf.shp"),
)  # fmt: skip
"""Files that must be refused, by what is wrong with them; they stand in the folder ``refused``."""


def plant_relations(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Doubles between registries, namesakes and branches: the lines are there, here they are noted or made harder."""
    related = [row for row in planter.truth.values() if isinstance(row["related"], str)]
    for kind, relation in (("same_name_elsewhere", "namesake"), ("branch", "branch")):
        left = 3
        for row in related:
            page, line = planter.spoken[row["establishment_id"]][0]
            first = planter.spoken[row["related_id"]][0]
            if row["related"] == relation and left and line.cells.get("tax_code") and not line.faults:
                planter.note(kind, page, line, "tax_code" if relation == "branch" else "name", other=first)
                first[1].faults.append(kind)
                left -= 1
        if left:
            raise ValueError(f"the survey is too small to plant {kind}")
    for kind, of, count in (
        ("double_other_registry", "register", 4), ("double_plain_name", "authority", 4),
        ("double_tax_typo", "authority", 4),
    ):  # fmt: skip
        found = [
            (page, line, first) for page, line, first in planter.seconds(pages[of])
            if line.said["name"] != first[1].said["name"] and len(str(line.said["tax_code"])) == 10
        ]  # fmt: skip
        if len(found) < count:
            raise ValueError(f"the survey is too small to plant {kind}")
        for page, line, first in found[:count]:
            _harder(kind, line)
            first[1].faults.append(kind)
            planter.note(kind, page, line, "tax_code" if kind == "double_tax_typo" else "name", other=first)


def _harder(kind: str, line: Line) -> None:
    if kind == "double_plain_name":
        line.cells["name"] = line.said["name"] = plain(str(line.said["name"])).upper()
        line.cells["tax_code"] = None
        line.said.pop("tax_code")
    if kind == "double_tax_typo":
        code = str(line.said["tax_code"])
        typo = code[:6] + str((int(code[6]) + 1) % 10) + code[7:]
        line.cells["tax_code"] = line.said["tax_code"] = typo


def plant_doubles(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Lines that stand twice, and forms that were sent twice."""
    for page in (pages["district"][0], pages["register"][0], pages["province"][0]):
        planter.double("exact_double_row", page, 2)
    for page in pages["odk"]:
        planter.double("resent_submission", page, 2, at_end=True)


def plant_pages(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """What holds of whole pages, and the lines that are no data."""
    first, second, third = pages["district"]
    register, province = pages["register"][0], pages["province"][0]
    for key in ("address", "unit_name", "operating_state"):
        planter.whole("tcvn3_with_font", first, key)
        planter.whole("tcvn3_without_font", second, key)
    planter.whole("tcvn3_capital_font", first, "name")
    planter.whole("vni_undeclared", register)
    planter.whole("decimal_comma", register)
    planter.whole("no_prj", pages["parcels"][0])
    planter.whole("no_cpg", pages["parcels"][0])
    planter.whole("axes_swapped_file", pages["layers"][1])
    planter.whole("axes_swapped_file", province)
    planter.whole("missing_datum", pages["layers"][2])
    planter.whole("zone_undeclared", province)
    kinds = {"title": "title_row", "empty": "empty_row", "note": "note_row", "total": "subtotal"}
    for page in (first, second, third, register, province):
        for line in page.lines:
            if line.what in kinds:
                label = str(line.cells.get("name") or "")
                kind = "grand_total" if label.startswith("Tổng") else kinds[line.what]
                planter.note(kind, page, line, next(iter(line.cells), ""))
        if page.merged:
            heads = [line for line in page.lines if line.what == "heading"]
            planter.note("two_line_head", page, heads[1], "x")
