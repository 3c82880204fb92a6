"""The shipped case, whole: a study of it, one run, and a copy of the run where the user wants it."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from quydat.app.case import case_folder
from quydat.app.copy import copy_run, is_copy, leftovers
from quydat.app.illustrate import illustrate
from quydat.app.illustrate_plans import PLANS, ShownPlans, illustrate_plans, plans_there, show_plans, without_made_up
from quydat.app.intake import read_brought
from quydat.app.progress import Note, Timer
from quydat.app.run import Run
from quydat.app.study import Study, init_study
from quydat.core import fingerprint
from quydat.core.problem import problem, raise_if
from quydat.dictionary.settings import FILE

CASE = "hcmc"
STUDY = "study"
SURVEY = "khao-sat-minh-hoa"
"""Folder of the illustrative survey's files."""
_UNFINISHED = re.compile(rf"\.\d+-{STUDY}")
"""What an attempt that was killed leaves of the study that it was making."""


@dataclass(frozen=True)
class Demo:
    """What a demonstration has made; ``stale`` if its study is of an earlier state of the case."""

    folder: Path
    study: Study
    run: Run
    plans: ShownPlans
    stale: bool


def run_demo(out: Path, *, note: Note) -> Demo:
    """Run the shipped case into a folder; a second call goes on with the study that is there.

    Raises
    ------
    Problems
        QD409 if the folder holds something else.
    """
    folder = out / STUDY
    unfinished = [path for path in out.glob(".*") if _UNFINISHED.fullmatch(path.name)]
    if (folder / FILE).is_file():
        study = Study(folder)
        stale = _stale(study)
    else:
        if out.exists() and not _ours(out, unfinished):
            raise_if([problem("QD409", path=out)])
        study, stale = init_study(folder, case=CASE), False
    for path in unfinished:
        shutil.rmtree(path, ignore_errors=True)
    timer = Timer(note)
    if not study.survey.matched():
        illustrate(study, out / SURVEY, note=timer.begin)
    new_plans = not plans_there(study)
    if new_plans:
        illustrate_plans(study, out / PLANS, note=timer.begin)
    timer.end()
    run = study.plan(note=note)
    copy_run(run, out, keep=(STUDY, SURVEY, PLANS))
    if new_plans:
        timer.begin("plans")
    plans = show_plans(study, out / PLANS)
    timer.end()
    return Demo(out, study, run, plans, stale)


def _ours(out: Path, unfinished: list[Path]) -> bool:
    if not out.is_dir():
        return False
    return is_copy(out) or {*out.iterdir()} <= {*unfinished, *leftovers(out), out / SURVEY, out / PLANS}


def _stale(study: Study) -> bool:
    """Whether the case has changed since the study was made from it."""
    case = case_folder(CASE)
    if (case / FILE).read_bytes() != (study.folder / FILE).read_bytes():
        return True
    brought, _ = read_brought(case)
    held = {name: without_made_up(name, rows) for name, rows in study.tables().items()}
    return any(fingerprint.of_table(one.rows) != fingerprint.of_table(held[name]) for name, one in brought.items())
