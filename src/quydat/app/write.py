"""The folder of a run: everything that goes in and comes out, written once."""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import quydat
from quydat.app.law import kept_law, said_of
from quydat.core import fingerprint
from quydat.core.crs import DATUM_OPERATION
from quydat.core.figure import Figure, as_json
from quydat.core.files import write_whole
from quydat.core.text import LANGS, Lang, say
from quydat.dictionary.bulk import to_arrow
from quydat.dictionary.schema import choice_label, tables
from quydat.dictionary.settings import ParameterSpec, Settings
from quydat.formats.csvfile import write_csv
from quydat.formats.geopackage import write_layers
from quydat.formats.parquet import write_bulk, write_parquet
from quydat.formats.workbook import Sheet, SummaryRow, write_tables
from quydat.law import Pack
from quydat.plan import STEPS, Results
from quydat.report.chart import charts_svg, save_charts
from quydat.report.content import build
from quydat.report.html import render
from quydat.report.quoted import quoted_figures
from quydat.report.snapshot import Snapshot, StudyInfo, take
from quydat.survey.personal import without_persons

_LARGEST_SHEET = 50_000
"""Rows from which on a table has no sheet in the workbook and no layer in the map: Parquet holds it."""
_LARGEST_CSV = 200_000
"""Rows from which on a table is kept as Parquet only: no spreadsheet opens it, and a CSV takes a minute to write."""

_LIBRARIES = (
    "numpy", "pandas", "pyarrow", "pyproj", "shapely", "pyogrio", "matplotlib", "scipy", "numba", "statsmodels",
    "SALib",
)  # fmt: skip
_CHARTS: dict[Lang, str] = {"vi": "charts", "en": "charts/en"}
_TITLES: dict[Lang, str] = {"vi": "bao-cao", "en": "report"}


@dataclass(frozen=True)
class Inputs:
    """All that decides the results of a run: tables of the record, settings, law, scenario, day of the picture."""

    record: Mapping[str, pd.DataFrame]
    survey: Mapping[str, pd.DataFrame]
    settings: Settings
    law: Pack
    scenario: str
    as_of: date
    until: str
    known_on: date | None

    def fingerprint(self) -> str:
        """Name of the run: hash of the inputs and of the program text."""
        parameters = {key: _spec(spec) for key, spec in self.settings.parameters_of(self.scenario).items()}
        # A run shows all scenarios side by side, so each of them decides what it holds.
        scenarios = {
            name: {key: _spec(spec) for key, spec in self.settings.parameters_of(name).items()}
            for name in self.settings.scenarios
        }
        names = {name: (one.label_vi, one.label_en) for name, one in self.settings.scenarios.items()}
        return fingerprint.sha256(
            {
                "record": {name: fingerprint.of_table(rows) for name, rows in self.record.items()},
                "survey": {
                    name: fingerprint.of_bulk(to_arrow(rows, tables()[name])) for name, rows in self.survey.items()
                },
                "study": _study(self.settings),
                "law": self.law.sha256,
                "parameters": parameters,
                "scenario": self.scenario,
                "scenarios": {"names": names, "parameters": scenarios},
                "as_of": self.as_of,
                "until": self.until,
                "code": fingerprint.of_code(),
            }
        )[:16]

    def info(self) -> StudyInfo:
        """The study as reports name it."""
        s = self.settings
        return StudyInfo(
            s.study_id, s.name_vi, s.name_en, self.as_of, s.start_year, s.end_year, s.price_year, self.scenario
        )  # fmt: skip


def _hash_of(name: str, rows: pd.DataFrame) -> str:
    return fingerprint.of_bulk(to_arrow(rows, tables()[name]))


def _spec(spec: ParameterSpec) -> dict[str, Any]:
    return {**asdict(spec), "basis": spec.basis.value if spec.basis else None}


def _study(settings: Settings) -> dict[str, Any]:
    stated = settings.correlations
    pairs = [[*one.between, one.rho, one.basis.value, one.source] for one in stated.pairs]
    plain = {k: v for k, v in vars(settings).items() if k not in ("parameters", "scenarios", "correlations")}
    return {**plain, "correlations": {"pairs": pairs, "weakened": stated.mended}}


def write_results(
    folder: Path, *, inputs: Inputs, results: Results, at: datetime, record_head: str, note: Callable[[str], None]
) -> None:
    """Write all files of a run into an empty folder; ``note`` is told the name of each part as it is begun."""
    note("tables")
    _tables(folder / "tables", results.tables)
    _tables(folder / "inputs", {**inputs.record, **kept_law(inputs.law)})
    _survey(folder / "inputs", inputs.survey)
    complete = inputs.until == STEPS[-1]
    if complete:
        snapshot = take(
            inputs.info(),
            record={**inputs.record, **inputs.survey, **kept_law(inputs.law)},
            tables=results.tables,
            ledger=results.ledger,
            fingerprint=inputs.fingerprint(),
            version=quydat.__version__,
            focus=inputs.settings.focus,
        )
        _reports(folder, snapshot, note)
    figures = {"figures": [as_json(figure) for figure in results.ledger]}
    _json(folder / "figures.json", figures, indent=None)
    manifest = _manifest(inputs, results, at, record_head, complete)
    manifest["files"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    _json(folder / "manifest.json", manifest, indent=2)


def _reports(folder: Path, snapshot: Snapshot, note: Callable[[str], None]) -> None:
    note("map")
    write_map(folder / "map.gpkg", snapshot, "vi")
    (folder / "report").mkdir()
    for lang in LANGS:
        note(f"charts.{lang}")
        drawn = save_charts(snapshot, folder / _CHARTS[lang], lang)
        note(f"report.{lang}")
        charts = {path.stem: path.read_text(encoding="utf-8") for path in drawn if path.suffix == ".svg"}
        write_html(folder / "report" / f"{_TITLES[lang]}.html", snapshot, lang, charts=charts)
        write_workbook(folder / "report" / f"{_TITLES[lang]}.xlsx", snapshot, lang)


def write_html(path: Path, snapshot: Snapshot, lang: Lang, *, charts: Mapping[str, str] | None = None) -> None:
    """Write the report as one HTML file that needs nothing else; charts are drawn unless they are given as SVG."""
    drawn = charts_svg(snapshot, lang) if charts is None else charts
    write_whole(path, render(build(snapshot, lang), snapshot, lang, drawn).encode())


_ADDED_UP = {
    "parks": ("lettable_area_ha", "let_ha", "vacant_ha", "not_lettable_ha", "not_cleared_ha"),
    "land_by_state": ("parks", "not_cleared_ha"),
    "procedure": ("future_lettable_ha",),
    "deliveries": (),
    "programme": ("gross_area_ha", "lettable_ha", "clearance_bn_vnd", "works_bn_vnd", "cost_bn_vnd", "receipts_bn_vnd"),
    "spending": ("clearance_bn_vnd",),
}
"""Columns whose sum over all rows means something, with a live total in the workbook.

Gross areas of parks do not: some of them were removed from the plan.
"""


def write_workbook(path: Path, snapshot: Snapshot, lang: Lang) -> None:
    """Write the figures that the report quotes, every result table and the table of sources as an Excel workbook."""
    names = [*(name for name, rows in snapshot.tables.items() if len(rows) <= _LARGEST_SHEET), "claim", "source"]
    given = {**snapshot.record, **snapshot.tables}
    sheets = [Sheet(tables()[name], given[name], _ADDED_UP.get(name, ())) for name in names]
    summary = [_summary_row(figure, lang) for figure in quoted_figures(snapshot, lang)]
    title = say("report.title", lang, city=snapshot.study.name(lang))
    write_tables(path, sheets=sheets, summary=summary, lang=lang, title=title)


def _summary_row(figure: Figure, lang: Lang) -> SummaryRow:
    return SummaryRow(
        label=figure.label_vi if lang == "vi" else figure.label_en,
        value=figure.value,
        unit=figure.unit,
        basis=choice_label("basis", figure.basis.value, lang),
        coverage="" if figure.coverage is None else str(figure.coverage),
        as_of=figure.as_of,
        figure_id=figure.figure_id,
    )


def write_map(path: Path, snapshot: Snapshot, lang: Lang) -> None:
    """Write parks and all result tables as a GeoPackage with styles."""
    small = {name: rows for name, rows in snapshot.tables.items() if len(rows) <= _LARGEST_SHEET}
    write_layers(path, small, tables=tables(), lang=lang)


def _tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    folder.mkdir()
    for name, rows in frames.items():
        if len(rows) <= _LARGEST_CSV:
            write_csv(folder / f"{name}.csv", rows)
        write_parquet(folder / f"{name}.parquet", rows, table=tables()[name])


def _survey(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Survey tables as they went in, as Parquet only; who visited is nobody's business outside the record."""
    for name, rows in frames.items():
        write_bulk(folder / f"{name}.parquet", without_persons(rows, name), table=tables()[name])


def _manifest(inputs: Inputs, results: Results, at: datetime, record_head: str, complete: bool) -> dict[str, Any]:
    settings = inputs.settings
    return {
        "fingerprint": inputs.fingerprint(),
        "made_at": at.isoformat(),
        "study": {**asdict(inputs.info()), "as_of": inputs.as_of.isoformat()},
        "until": inputs.until,
        "complete": complete,
        "focus": list(settings.focus),
        "known_on": inputs.known_on.isoformat() if inputs.known_on else None,
        "record_head": record_head,
        "inputs": {
            name: {"rows": len(rows), "sha256": fingerprint.of_table(rows)}
            for name, rows in {**inputs.record, **kept_law(inputs.law)}.items()
        }
        | {name: {"rows": len(rows), "sha256": _hash_of(name, rows)} for name, rows in inputs.survey.items()},
        "parameters": {key: _spec(spec) for key, spec in settings.parameters_of(inputs.scenario).items()},
        "place": settings.place,
        "law": said_of(inputs.law),
        "conversion_list": settings.conversion_list,
        "seed": settings.seed,
        "draws": settings.draws,
        "datum_operation": DATUM_OPERATION,
        "code": fingerprint.of_code(),
        "versions": {
            "quydat": quydat.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "seconds": {step: round(seconds, 3) for step, seconds in results.seconds.items()},
        "solves": results.solves,
        "notes": dict(results.notes),
    }


def _json(path: Path, data: object, *, indent: int | None) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")
