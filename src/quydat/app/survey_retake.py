"""A row of the quarantine read again, with some of its cells mended."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.app.survey_files import GEOMETRY, Said, SheetReader, Surroundings
from quydat.core.problem import Place, Problems, problem
from quydat.dictionary.schema import tables
from quydat.survey.mapping import Mapping as SheetMapping
from quydat.survey.sheet import Sheet
from quydat.survey.take import Origin, Rows, Taken, take
from quydat.survey.understand import apply


def retake(
    row: Mapping[str, Any], intake: Mapping[str, Any], changes: Mapping[str, str | None], *, around: Surroundings
) -> Taken:
    """Read a row of the quarantine again, with some of its cells mended.

    Parameters
    ----------
    row, intake
        The row of ``quarantine``, and that of the intake that brought it.
    changes
        Cells by attribute, as the dictionary writes them; None empties a cell. Coordinates are WGS 84 degrees.

    Returns
    -------
    One row taken, or one that still waits, with its reasons.
    """
    table = tables()[str(intake["table"])]
    for name in changes:
        table[name]
    cells, shape = _cells_of(str(row["original"]))
    mapping = SheetMapping.from_toml(str(intake["mapping"]))
    sheet_name = row["sheet"] if isinstance(row["sheet"], str) else ""
    numbers = np.array([int(row["row"])])
    sheet = Sheet(str(row["file"]), sheet_name, cells, numbers, None if shape is None else np.array([shape], object))
    day = intake["observed_on"]
    said = Said(
        origin=str(intake["origin"]),
        basis=str(intake["basis"]),
        observed_on=None if pd.isna(day) else pd.Timestamp(day).date(),
        mappings={"": mapping},
    )
    one = SheetReader(sheet, table.name, said, around, None)
    understood = apply(sheet, mapping)
    x, y = one.coordinates(understood)
    lon, lat, _, faults = one.placed(mapping, x, y, told=understood.faults)
    raw = understood.raw.copy()
    for name, value in changes.items():
        if name not in ("longitude", "latitude"):
            raw[name] = pd.Series([value], dtype="str")
    if {"longitude", "latitude"} & set(changes):
        lon, lat, faults = _degrees(changes.get("longitude")), _degrees(changes.get("latitude")), []
    origin = Origin(
        str(intake["intake_id"]), sheet.file, sheet.name, said.origin, said.basis,
        said.observed_on.isoformat() if said.observed_on else "",
    )  # fmt: skip
    headings = {heading for heading, attribute in mapping.columns.items() if attribute in changes}
    kept = [fault for fault in understood.faults if fault.problem.place.column not in headings]
    outlines = one.outlines(mapping)
    raw = one.with_positions(raw, lon, outlines)
    rows = Rows(raw, numbers, lambda _: str(row["original"]), lon, lat, outlines, [*kept, *faults])
    return take(rows, table, origin=origin, check=one.check)


def _degrees(text: str | None) -> NDArray[np.float64]:
    try:
        return np.array([float(text)]) if text else np.array([np.nan])
    except ValueError:
        raise Problems([problem("QD205", Place(column="longitude"), value=text, unit="độ")]) from None


def _cells_of(original: str) -> tuple[pd.DataFrame, bytes | None]:
    """The cells of a row as a sheet of one row, and its shape."""
    told: Any = json.loads(original)
    pairs = list(told.items()) if isinstance(told, dict) else [(name, cell) for name, cell in told]
    shape: bytes | None = None
    if pairs and pairs[-1][0] == GEOMETRY:
        text = str(pairs.pop()[1])
        made = shapely.from_wkt(text, on_invalid="ignore")
        shape = bytes.fromhex(text) if made is None else shapely.to_wkb(made)
    cells = pd.concat([pd.Series([cell], dtype="str", name=name) for name, cell in pairs], axis=1)
    return cells, shape
