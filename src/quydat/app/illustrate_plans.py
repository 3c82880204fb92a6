"""The illustrative plans of the demonstration: made up, written as offices send files, and taken in like any other."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from quydat.app.plan_results import write_conformity, write_flexibility
from quydat.app.spatial_plan import Checked, Compared
from quydat.app.survey_files import Said
from quydat.core.text import Lang
from quydat.formats.plan_layers import write_plan_file
from quydat.spatial_plan.illustrative.plans import BASIS, SOURCE, MadePlans, make_plans
from quydat.spatial_plan.layer import PLANE

if TYPE_CHECKING:
    from quydat.app.study import Study

PLANS = "quy-hoach-minh-hoa"
"""Folder of the illustrative plans' files and of what their check has found."""
_FILE = "quy-hoach.gpkg"
_FOLDERS: dict[Lang, str] = {"vi": ".", "en": "en"}
_RECORD, _BULK = ("source", "spatial_plan"), ("plan_area", "plan_use", "plan_line")


@dataclass(frozen=True)
class ShownPlans:
    """What the demonstration shows of plans: the zoning plan under draft B, both drafts, and the files written."""

    conformity: Checked
    flexibility: Compared
    files: tuple[Path, ...]


def illustrate_plans(study: "Study", folder: Path, *, note: Callable[[str], None] = lambda part: None) -> MadePlans:
    """Make the plans, write their file into a folder, and take it into the study.

    Raises
    ------
    Problems
        If the study is not the actor's to change.
    """
    settings = study.settings
    note("plan_files")
    made = make_plans(seed=settings.seed, parks=study.read("park"), as_of=settings.as_of)
    shutil.rmtree(folder, ignore_errors=True)
    path = write_plan_file(folder / _FILE, made.tables, epsg=PLANE)
    note("plan_intake")
    # What an attempt that was cut short has stored is not brought again.
    held = {**study.tables(), **study.plans.tables()}
    for name in _RECORD:
        if without_made_up(name, held[name]).equals(held[name]):
            study.import_file(path, reason=BASIS, table=name, layer=name)
    said = Said(origin="minh-hoa", basis=BASIS, epsg=PLANE)
    for name in _BULK:
        if held[name].empty:
            study.survey.take_in(path, name, said=replace(said, layer=name), reason=BASIS)
    return made


def show_plans(study: "Study", folder: Path) -> ShownPlans:
    """Check the illustrative plans of a study; write what is found beside their file, in English under ``en``."""
    rows = study.plans.tables()["spatial_plan"]
    own = rows[rows["basis"] == BASIS]
    drafts = sorted(own.loc[own["level"] == "general_plan", "plan_id"])
    proposals = sorted(own.loc[own["status"] == "proposal", "plan_id"])
    zoning = own[own["upper_plan_id"].notna()].iloc[0]
    checked = study.plans.conform(str(zoning["plan_id"]), str(zoning["upper_plan_id"]))
    compared = study.plans.flexibility(drafts, proposals)
    files: list[Path] = []
    for lang, inside in _FOLDERS.items():
        files += write_conformity(checked, folder / inside / "conformity", lang, actor=study.actor)
        files += write_flexibility(compared.found, folder / inside / "flexibility", lang, actor=study.actor)
    return ShownPlans(checked, compared, tuple(files))


def plans_there(study: "Study") -> bool:
    """Whether the layers of the illustrative plans are in a study, the last of them included."""
    tables = study.plans.tables()
    return bool((tables["spatial_plan"]["basis"] == BASIS).any() and len(tables[_BULK[-1]]))


def without_made_up(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """A table of the record without what the demonstration has put into it."""
    if name == "source":
        return rows[rows["source_id"] != SOURCE].reset_index(drop=True)
    return rows[rows["basis"] != BASIS].reset_index(drop=True) if name == "spatial_plan" else rows
