"""Buildings of a form and labels of a drawing find their establishments."""

import numpy as np
import pandas as pd
import pytest
import shapely

from quydat.survey.join_sheets import labelled, with_repeats
from quydat.survey.sheet import Sheet


def sheet(
    name: str, columns: dict[str, list[str | None]], shapes: list[object] | None = None, form: str = "odk"
) -> Sheet:
    cells = pd.DataFrame({one: pd.Series(values, dtype="str") for one, values in columns.items()})
    wkb = None if shapes is None else np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    return Sheet("f", name, cells, np.arange(1, len(cells) + 1), wkb, form=form)


def test_buildings_fill_only_what_the_form_leaves_empty() -> None:
    form = sheet("", {"KEY": ["u1", "u2", "u3"], "footprint_m2": [None, "70", None], "gross_floor_area_m2": [None] * 3})
    built = sheet("building", {
        "PARENT_KEY": ["u1", "u1", "u2", "u3", "u3"],
        "building_footprint_m2": ["100", "50", "9", "10", None],
        "building_floor_m2": ["200", "50", None, "10", "10"],
    })  # fmt: skip
    [made] = with_repeats([form, built])
    assert made.cells["footprint_m2"].tolist()[:2] == ["150", "70"]
    assert made.cells["footprint_m2"].isna().tolist() == [False, False, True], "one building of unknown size"
    assert made.cells["gross_floor_area_m2"].isna().tolist() == [False, True, False]
    assert made.cells["gross_floor_area_m2"].iloc[0] == "250"


def test_a_repeat_alone_and_other_tables_stay() -> None:
    built = sheet("building", {"PARENT_KEY": ["u1"], "building_footprint_m2": ["1"]})
    assert with_repeats([built]) == [built]
    table = sheet("t", {"PARENT_KEY": ["u1"]}, form="table")
    assert with_repeats([table, table]) == [table, table]


BIG, SMALL = shapely.box(0, 0, 10, 10), shapely.box(4, 4, 6, 6)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0)])
def test_a_label_belongs_to_the_smallest_outline_around_it(order: tuple[int, ...]) -> None:
    shapes: list[object] = [BIG, SMALL, shapely.Point(5, 5), shapely.Point(1, 1), shapely.Point(20, 20)]
    texts: list[str | None] = [None, None, "trong", "ngoài", "lạc"]
    made = labelled(sheet("", {"Text": [texts[i] for i in order]}, [shapes[i] for i in order], form="table"))
    told = {shapely.from_wkb(s).wkt: t for s, t in zip(made.shapes, made.cells["Text"], strict=True)}
    assert told == {BIG.wkt: "ngoài", SMALL.wkt: "trong", "POINT (20 20)": "lạc"}
    assert sorted(one.cells[0] for one in made.left_out) == ["ngoài", "trong"]
    assert made.numbers.tolist() == [place for place, i in enumerate(order, start=1) if i in (0, 1, 4)]


def test_a_layer_without_labels_is_as_it_was() -> None:
    plain = sheet("", {"name": ["a"]}, [BIG], form="table")
    assert labelled(plain) is plain
    no_points = sheet("", {"Text": ["a"]}, [BIG], form="table")
    assert labelled(no_points) is no_points
