"""Results of a check of plans as files: tables, the map of differences, pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from quydat.app.permission import Actor, local_owner, require
from quydat.core.text import Lang
from quydat.formats.csvfile import write_csv
from quydat.formats.plan_layers import write_map
from quydat.spatial_plan.flexibility import Flexibility
from quydat.spatial_plan.words import breaches

if TYPE_CHECKING:
    from quydat.app.spatial_plan import Checked

_MADE_UP = " (minh họa)"


def conformity_json(checked: "Checked") -> dict[str, Any]:
    """A check as plain values, sentences in both languages."""
    found = checked.found
    plans = {"lower": found.lower, "upper": found.upper}
    freedom = found.freedom
    return {
        **{name: plan.plan_id for name, plan in plans.items()},
        "verdict": found.verdict,
        "basis": sorted({str(plan.plan["basis"]) for plan in plans.values()}),
        "accuracy_m": found.accuracy_m,
        "hectares": found.hectares,
        "official_area_ha": {name: _number(plan.plan["official_area_ha"]) for name, plan in plans.items()},
        "drawn_area_ha": {"lower": float(found.laid.lower_ha.sum()), "upper": float(found.laid.upper_ha.sum())},
        "broken": list(found.broken),
        "breaches_vi": breaches(found, "vi"),
        "breaches_en": breaches(found, "en"),
        "differences": _records(found.differences),
        "shares": _records(found.shares),
        "lines": _records(found.lines.rows),
        "freedom": {
            "open_ha": freedom.open_ha,
            "floor_left_m2": freedom.floor_left_m2,
            "floor_known_ha": freedom.floor_known_ha,
            "uses": _records(freedom.uses),
        },
        "remarks": [one.as_dict() for one in checked.remarks],
    }


def write_conformity(checked: "Checked", folder: Path, lang: Lang, *, actor: Actor | None = None) -> list[Path]:
    """Write a check into a folder: CSV tables, ``differences.gpkg``, the picture as SVG and PNG.

    Returns
    -------
    The files written.
    """
    require(actor or local_owner(), "report")
    from quydat.report.charts.spatial_plan import conformity_bytes

    found = checked.found
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in (
        ("areas", found.areas), ("shares", found.shares), ("lines", found.lines.rows), ("freedom", found.freedom.areas),
        ("uses", found.freedom.uses), ("differences", found.differences),
    ):  # fmt: skip
        written.append(folder / f"{name}.csv")
        write_csv(written[-1], _plain(rows), bom=True)
    if len(found.differences) or len(found.areas):
        layers = {
            "differences": (found.differences, found.shapes),
            "lower_areas": (found.areas, found.lower.shapes),
            "upper_areas": (found.freedom.areas, found.upper.shapes),
        }
        written.append(write_map(folder / "differences.gpkg", layers, epsg=found.lower.epsg))
    return [*written, *_pictures(folder, "conformity", conformity_bytes(found, lang))]


def write_flexibility(found: Flexibility, folder: Path, lang: Lang, *, actor: Actor | None = None) -> list[Path]:
    """Write a comparison of drafts into a folder: two CSV tables, the picture as SVG and PNG."""
    require(actor or local_owner(), "report")
    from quydat.report.charts.spatial_plan import flexibility_bytes

    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "flexibility.csv", folder / "flexibility_summary.csv"]
    write_csv(paths[0], _plain(found.table(lang)), bom=True)
    write_csv(paths[1], _plain(found.summary()), bom=True)
    picture = flexibility_bytes(found, lang, names=plan_names(found))
    return [*paths, *_pictures(folder, "flexibility", picture)]


def plan_names(found: Flexibility) -> dict[str, str]:
    """Names of drafts and proposals by id; that they are made up is said once for all."""
    checks = [check for own in found.checks.values() for check in own.values()]
    plans = [plan for check in checks for plan in (check.upper, check.lower)]
    return {plan.plan_id: plan.name.removesuffix(_MADE_UP) for plan in plans}


def _pictures(folder: Path, name: str, made: Mapping[str, bytes]) -> list[Path]:
    paths = []
    for form, content in made.items():
        paths.append(folder / f"{name}.{form}")
        paths[-1].write_bytes(content)
    return paths


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Hectares to a square centimetre: what comes after is the machine's."""
    numbers = {name: rows[name].round(8) for name in rows.columns if rows[name].dtype == np.float64}
    return rows.assign(**numbers)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): None if v is None or v != v else v for k, v in row.items()} for row in rows.to_dict("records")]


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
