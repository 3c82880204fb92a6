"""Rows named by a text and found again by it."""

import pandas as pd
import pytest

from quydat.core.selection import Selection

ROWS = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "section": pd.Series(["C", "C", None, "G"], dtype="str"),
        "state": pd.Series(["operating", "closed", None, "suspended"], dtype="str"),
    }
)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, "abcd"),
        ({"section": "C"}, "ab"),
        ({"section": "unknown"}, "c"),
        ({"state": "operating|unknown"}, "ac"),
        ({"section": "C", "state": "closed"}, "b"),
        ({"section": "A"}, ""),
    ],
)
def test_rows_of_a_selection(where: dict[str, str], found: str) -> None:
    chosen = Selection("establishment", where, "id")
    assert "".join(chosen.rows(ROWS)["id"]) == found
    assert Selection.of(chosen.ref) == chosen


@pytest.mark.parametrize("ref", ["", "establishment", "establishment?a=b", "?a=b#c", "park/a/gross_area_ha"])
def test_another_text_is_refused(ref: str) -> None:
    with pytest.raises(ValueError, match="names no rows"):
        Selection.of(ref)
