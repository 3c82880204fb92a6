"""Answers of the field form as its servers export them: ODK's CSV with repeats apart, KoboToolbox's JSON."""

import json
from pathlib import Path
from typing import Any

from quydat.core.files import write_whole
from quydat.formats.plain_csv import csv_bytes
from quydat.survey.illustrative.offices import TITLE
from quydat.survey.illustrative.page import Page
from quydat.survey.illustrative.written import grid, shown

_REPEAT = "buildings-building"
_SENT = "2026-07-01T08:00:00.000Z"


def write_odk_csv(path: Path, page: Page) -> list[Path]:
    """Write answers as ODK Central exports them: one file of submissions, one of the repeat.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.csv", "", "kobo_csv", "odk", [Column("code", "meta-instanceID")])
    >>> page.lines = [Line("heading", {"code": "meta-instanceID"}), Line("data", {"code": "uuid:1"})]
    >>> with TemporaryDirectory() as folder:
    ...     [file.name for file in write_odk_csv(Path(folder) / "a.csv", page)]
    ['a.csv', 'a-building.csv']
    """
    cells = grid(page)
    headings = [column.heading for column in page.columns]
    key = headings.index("meta-instanceID")
    records = [["SubmissionDate", *headings, "KEY", "SubmitterName", "FormVersion"]]
    parts: list[list[str]] = []
    names = ["building_footprint_m2", "building_storeys", "building_height_m", "building_floor_m2"]
    seen: set[str] = set()
    for line, row in zip(page.lines, cells, strict=True):
        if line.what != "data":
            continue
        instance = str(row[key])
        records.append([_SENT, *(shown(cell) for cell in row), instance, TITLE, "minh-hoa"])
        for number, part in enumerate(line.parts if instance not in seen else [], start=1):
            values = [shown(part.get(name)) for name in names]
            parts.append([*values, instance, f"{instance}/{_REPEAT}[{number}]"])
        seen.add(instance)
    beside = path.with_name(f"{path.stem}-building.csv")
    write_whole(path, csv_bytes(records))
    write_whole(beside, csv_bytes([[*names, "PARENT_KEY", "KEY"], *parts]))
    return [path, beside]


def write_kobo_json(path: Path, page: Page) -> None:
    """Write answers as KoboToolbox gives them: a list of objects, groups before a slash, repeats as lists.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.json", "", "odk_json", "kobo", [Column("name", "identity/name")])
    >>> page.lines = [Line("data", {"name": "Đông", "latitude": "10.7", "longitude": "106.7"}, {"code": "uuid:1"})]
    >>> with TemporaryDirectory() as folder:
    ...     write_kobo_json(Path(folder) / "a.json", page)
    ...     json.loads((Path(folder) / "a.json").read_text(encoding="utf-8"))[0]["identity/name"]
    'Đông'
    """
    group = _REPEAT.replace("-", "/")
    found: list[dict[str, Any]] = []
    for number, (line, cells) in enumerate(zip(page.lines, grid(page), strict=True), start=1):
        answer: dict[str, Any] = {"_id": 90000 + number, "_uuid": str(line.said["code"]).removeprefix("uuid:")}
        answer |= {
            column.heading: shown(cell)
            for column, cell in zip(page.columns, cells, strict=True)
            if cell is not None and column.key not in ("longitude", "latitude", "position_error_m")
        }
        x, y = (line.cells.get(key) for key in ("longitude", "latitude"))
        if x is not None:
            answer["place/position"] = f"{y} {x} 0 {shown(line.cells.get('position_error_m')) or '0'}"
            answer["_geolocation"] = [float(str(y)), float(str(x))]
        answer[group] = [{f"{group}/{key}": shown(cell) for key, cell in part.items()} for part in line.parts]
        answer |= {"_submission_time": _SENT[:19], "_notes": [], "_tags": [TITLE]}
        found.append(answer)
    write_whole(path, (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
