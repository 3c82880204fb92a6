"""Establishments of the survey as subjects of the law: a column for each quantity, evidence row by row."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from quydat.compliance.facts import KNOWN, Group
from quydat.core.basis import Basis, weakest
from quydat.core.figure import Input
from quydat.core.selection import Selection
from quydat.dictionary.cells import plain
from quydat.dictionary.schema import tables

KIND = "establishment"
_COLUMNS = {
    "section": "section",
    "gross_floor_area_m2": "gross_floor_area_m2",
    "site_coverage_share": "site_coverage_share",
    "land_area_m2": "site_area_m2",
    "standalone": "place_kind",
    "environment_group": "environmental_group",
}
"""Quantity of the law, and the column of the table ``establishment`` that knows it."""


def establishment_group(establishments: pd.DataFrame) -> Group:
    """Establishments on the day of the picture with what the survey knows of them.

    Closed and moved ones are left out: the law asks nothing of them. A sector counts by its section in VSIC 2025
    only; that of an older version is unknown here.
    """
    standing = establishments[~establishments["operating_state"].isin(("closed", "moved"))]
    known = standing["basis"].isin([basis.value for basis in KNOWN])
    rows = standing[known].set_index("establishment_id", drop=False)
    columns: dict[str, Any] = {}
    for quantity, column in _COLUMNS.items():
        held = rows[column]
        if quantity == "standalone":
            columns[quantity] = _standalone(held)
        elif quantity == "section":
            columns[quantity] = held.where(rows["vsic_version"] == "2025").astype("object").where(held.notna(), None)
        elif tables()["establishment"][column].type == "number":
            columns[quantity] = held.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            columns[quantity] = held.astype("object").where(held.notna(), None)
    names = {str(key): (str(name), str(name)) for key, name in zip(rows.index, rows["name"], strict=True)}
    frame = pd.DataFrame(columns, index=pd.Index(list(names), dtype="object"))
    basis = weakest([Basis.DERIVED, *map(Basis, rows["basis"].unique())])
    origin = Selection("establishment", {}, "establishment_id").ref
    return Group(KIND, names, origin, basis, columns=frame, evidence_of=partial(_evidence, rows))


def _standalone(kinds: "pd.Series[str]") -> Any:
    """True, False, or None where the place is unknown."""
    found = np.full(len(kinds), None, dtype="object")
    found[(kinds == "standalone").to_numpy(bool)] = True
    found[(~kinds.isin(("standalone", "unknown"))).to_numpy(bool)] = False
    return found


def _evidence(rows: pd.DataFrame, subject: str, quantity: str) -> Input | None:
    """The cell of the table ``establishment``; from there the explanation goes on to the row of the file."""
    column = _COLUMNS.get(quantity)
    if column is None:
        return None
    row = rows.loc[subject]
    value = plain(row[column])
    if value is None:
        return None
    ref = Selection("establishment", {"establishment_id": subject}, column).ref
    return Input("rows", ref, value, tables()["establishment"][column].unit or "text", Basis(str(row["basis"])))
