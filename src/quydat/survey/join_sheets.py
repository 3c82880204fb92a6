"""Sheets of one file that speak of the same rows: buildings of a form's establishments, labels of a drawing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from quydat.dictionary.schema import tables
from quydat.survey.sheet import LeftOut, Sheet

PARENT, KEY = "PARENT_KEY", "KEY"
_LABEL = "label"
_SUMMED = {"building_footprint_m2": "footprint_m2", "building_floor_m2": "gross_floor_area_m2"}
"""Columns of the form's buildings, and those of the establishment that they add up to."""


def own_sheets(sheets: Sequence[Sheet], table: str) -> list[Sheet]:
    """Without sheets and layers that bear the name of another table, if one bears the name of this table.

    >>> layers = [Sheet("a.gpkg", name, pd.DataFrame(), np.array([])) for name in ("source", "plan_area", "note")]
    >>> [sheet.name for sheet in own_sheets(layers, "plan_area")]
    ['plan_area', 'note']
    """
    if all(sheet.name != table for sheet in sheets):
        return list(sheets)
    return [sheet for sheet in sheets if sheet.name == table or sheet.name not in tables()]


def with_repeats(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without the repeats of field forms: what buildings add up to fills cells that their form leaves empty.

    The form of this project adds its buildings up itself; forms of others, and submissions that were cut short, do not.

    >>> made = {"KEY": ["u1"], "name": ["A"], "footprint_m2": [None]}
    >>> form = Sheet("a.csv", "", pd.DataFrame(made, dtype="str"), np.array([2]), form="odk")
    >>> built = {"PARENT_KEY": ["u1", "u1"], "building_footprint_m2": ["100", "50.5"]}
    >>> repeat = Sheet("a.csv", "building", pd.DataFrame(built, dtype="str"), np.array([2, 3]), form="odk")
    >>> [sheet.cells["footprint_m2"].tolist() for sheet in with_repeats([form, repeat])]
    [['150.5']]
    """
    repeats = [sheet for sheet in sheets if sheet.form == "odk" and PARENT in sheet.cells]
    parents = [sheet for sheet in sheets if not any(sheet is repeat for repeat in repeats)]
    if not repeats or not parents:
        return list(sheets)
    return [_filled(sheet, repeats) for sheet in parents]


def _filled(sheet: Sheet, repeats: Sequence[Sheet]) -> Sheet:
    if KEY not in sheet.cells:
        return sheet
    cells = sheet.cells.copy()
    for repeat in repeats:
        for column, attribute in _SUMMED.items():
            if column in repeat.cells and attribute in cells:
                parts = pd.to_numeric(repeat.cells[column], errors="coerce")
                # A building of unknown size leaves the sum unknown.
                whole = parts.groupby(repeat.cells[PARENT].to_numpy()).agg(lambda part: part.sum(skipna=False))
                sums = whole.reindex(cells[KEY]).to_numpy(float)
                text = pd.Series([None if np.isnan(one) else f"{one:.15g}" for one in sums], dtype="str")
                cells[attribute] = cells[attribute].fillna(text)
    return replace(sheet, cells=cells)


def labelled(sheet: Sheet) -> Sheet:
    """A drawing whose outlines carry the text that was written in them; the text's own rows are left out.

    A text belongs to the smallest outline that covers its point, the first one in it counts; one in no outline stays a
    row of its own. Rows keep their numbers in the drawing.

    >>> square, inside = shapely.box(0, 0, 10, 10), shapely.Point(5, 5)
    >>> shapes = np.array([shapely.to_wkb(square), shapely.to_wkb(inside)], dtype=object)
    >>> cells = pd.DataFrame({"Text": [None, "Cơ sở A"]}, dtype="str")
    >>> made = labelled(Sheet("a.dxf", "", cells, np.array([1, 2]), shapes))
    >>> made.cells["Text"].tolist(), [one.what for one in made.left_out]
    (['Cơ sở A'], ['label'])
    """
    if sheet.shapes is None or "Text" not in sheet.cells:
        return sheet
    shapes = shapely.from_wkb(sheet.shapes, on_invalid="ignore")
    areas = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (3, 6)))
    written = sheet.cells["Text"].notna().to_numpy().copy()
    texts = np.flatnonzero((shapely.get_type_id(shapes) == 0) & written)
    if not len(areas) or not len(texts):
        return sheet
    by_size = areas[np.argsort(shapely.area(shapes[areas]), kind="stable")]
    point, outline = shapely.STRtree(shapes[by_size]).query(shapes[texts], predicate="intersects")
    cells = sheet.cells.copy()
    column = cells["Text"].to_numpy(object).copy()
    used = []
    for text, place in sorted(zip(point.tolist(), outline.tolist(), strict=True)):
        if text in used:
            continue  # the smallest outline comes first
        used.append(text)
        row = by_size[place]
        if not written[row]:
            column[row], written[row] = column[texts[text]], True
    cells["Text"] = pd.Series(column, dtype="str")
    gone = texts[used]
    kept = np.setdiff1d(np.arange(len(cells)), gone)
    left = [
        LeftOut(int(sheet.numbers[row]), _LABEL, (str(sheet.cells["Text"].iloc[row]),)) for row in sorted(gone.tolist())
    ]
    return replace(
        sheet,
        cells=cells.iloc[kept].reset_index(drop=True),
        numbers=sheet.numbers[kept],
        shapes=sheet.shapes[kept],
        left_out=(*sheet.left_out, *left),
    )
