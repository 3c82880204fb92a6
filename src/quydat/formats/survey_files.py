"""A made-up survey as files: what offices send, what is true, and the answer sheet."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from quydat.core.crs import WGS84
from quydat.core.files import write_whole
from quydat.dictionary.schema import tables
from quydat.formats.csvfile import write_csv
from quydat.formats.plain_csv import csv_bytes, harmless_text
from quydat.formats.survey_answers import write_kobo_json, write_odk_csv
from quydat.formats.survey_layers import (
    write_dxf,
    write_geojson,
    write_kml,
    write_point_layers,
    write_raw_layers,
    write_shapefile,
)
from quydat.formats.survey_refused import write_refused
from quydat.formats.survey_workbook import write_messy_book
from quydat.survey.illustrative.page import Page
from quydat.survey.illustrative.survey import IllustrativeSurvey
from quydat.survey.illustrative.written import grid, shown

UNITS = "00-minh-hoa-don-vi.gpkg"
CHANGES = "00-minh-hoa-don-vi-cu-moi.csv"
ANSWERS, TRUTH, ROWS, TOTALS = "answers.csv", "truth.csv", "rows.csv", "totals.csv"


def write_survey(survey: IllustrativeSurvey, folder: Path) -> list[Path]:
    """Write the files of the offices into a folder, and what is true of them into its folder ``answers``.

    The files of the offices come first in the list, then ``00-…`` with units, outlines of parks and the crosswalk,
    then ``answers/answers.csv``, ``truth.csv``, ``rows.csv`` and ``totals.csv`` (UTF-8 with the mark by which Excel
    knows it; a text that Excel would compute starts with an apostrophe), then the files of ``refused/`` if faults were
    planted. The same survey gives the same bytes.

    Raises
    ------
    Problems
        QD406 if the disk is full, QD108 if the folder cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.survey import make_survey
    >>> park = pd.DataFrame({"park_id": ["a"], "name_vi": ["Khu A"], "longitude": [106.7], "latitude": [10.8],
    ...                      "gross_area_ha": [300.0], "state": ["operating"]})
    >>> survey = make_survey(seed=1, establishments=60, parks=park, faults=False)
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write_survey(survey, Path(folder))][:3]
    ['01-minh-hoa-quan-huyen.xlsx', '02-minh-hoa-so-dang-ky.csv', '03-minh-hoa-thua-dat.shp']
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    files: dict[str, list[Page]] = {}
    for page in survey.pages:
        files.setdefault(page.file, []).append(page)
    for name, pages in sorted(files.items()):
        paths += _WRITERS[pages[0].form](folder / name, pages)
    paths += _units(survey, folder)
    for name, table in (
        (ANSWERS, survey.answers), (TRUTH, survey.truth.drop(columns=["outline"])),
        (ROWS, survey.rows.drop(columns=["outline"])), (TOTALS, survey.totals),
    ):  # fmt: skip
        path = folder / "answers" / name
        write_csv(path, _harmless(table), bom=True)
        paths.append(path)
    if len(survey.answers):
        paths += write_refused(folder / "refused")
    return paths


def _harmless(table: pd.DataFrame) -> pd.DataFrame:
    made = table.copy()
    for name in made.columns:
        if made[name].dtype == object or isinstance(made[name].dtype, pd.StringDtype):
            made[name] = [harmless_text(v) if isinstance(v, str) else v for v in made[name].tolist()]
    return made


def _units(survey: IllustrativeSurvey, folder: Path) -> list[Path]:
    layers: dict[str, tuple[pa.Table, list[bytes], str, int | None]] = {}
    for name, rows in (("unit", survey.unit), ("park_outline", survey.park_outline)):
        plain = rows.drop(columns=["outline"])
        plain = plain.assign(
            **{a.name: plain[a.name].dt.strftime("%Y-%m-%d") for a in tables()[name] if a.type == "date"}
        )
        layers[name] = (
            pa.Table.from_pandas(plain, preserve_index=False).replace_schema_metadata(None),
            rows["outline"].tolist(),
            "Polygon",
            WGS84,
        )
    write_raw_layers(folder / UNITS, layers)
    change = survey.unit_change.assign(on=survey.unit_change["on"].dt.date)
    write_csv(folder / CHANGES, change, bom=True)
    return [folder / UNITS, folder / CHANGES]


def _book(path: Path, pages: Sequence[Page]) -> list[Path]:
    write_messy_book(path, pages)
    return [path]


def _clerks_csv(path: Path, pages: Sequence[Page]) -> list[Path]:
    """Semicolons, in the bytes of the page's encoding."""
    (page,) = pages
    records = [[shown(cell) for cell in row] for row in grid(page)]
    write_whole(path, csv_bytes(records, delimiter=";", encoding=page.bytes_encoding))
    return [path]


def _one(write: Callable[[Path, Page], None]) -> Callable[[Path, Sequence[Page]], list[Path]]:
    def of(path: Path, pages: Sequence[Page]) -> list[Path]:
        (page,) = pages
        write(path, page)
        return [path]

    return of


def _layers(path: Path, pages: Sequence[Page]) -> list[Path]:
    write_point_layers(path, pages)
    return [path]


def _odk(path: Path, pages: Sequence[Page]) -> list[Path]:
    (page,) = pages
    return write_odk_csv(path, page)


_WRITERS: Mapping[str, Callable[[Path, Sequence[Page]], list[Path]]] = {
    "xlsx": _book,
    "csv": _clerks_csv,
    "shp": _one(write_shapefile),
    "gpkg": _layers,
    "geojson": _one(write_geojson),
    "kml": _one(write_kml),
    "dxf": _one(write_dxf),
    "kobo_csv": _odk,
    "odk_json": _one(write_kobo_json),
}
