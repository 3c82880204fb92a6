"""The shipped case, whole: a study of it, one run, and a copy of the run where the user wants it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from quydat.app.case import case_folder
from quydat.app.intake import read_brought
from quydat.app.run import Run
from quydat.app.study import Note, Study, init_study
from quydat.core import fingerprint
from quydat.core.problem import problem, raise_if
from quydat.dictionary.settings import FILE

CASE = "hcmc"
STUDY = "study"


@dataclass(frozen=True)
class Demo:
    """What a demonstration has made; ``stale`` if its study is of an earlier state of the case."""

    folder: Path
    study: Study
    run: Run
    stale: bool


def run_demo(out: Path, *, note: Note) -> Demo:
    """Run the shipped case into a folder; a second call goes on with the study that is there.

    Raises
    ------
    Problems
        QD409 if the folder holds something else.
    """
    folder = out / STUDY
    if (folder / FILE).is_file():
        study = Study(folder)
        stale = _stale(study)
    else:
        if out.exists() and any(out.iterdir()):
            raise_if([problem("QD409", path=out)])
        study, stale = init_study(folder, case=CASE), False
    run = study.plan(note=note)
    copy_run(run, out)
    return Demo(out, study, run, stale)


def copy_run(run: Run, out: Path) -> None:
    """Copy the files of a run into a folder, in place of those of an earlier run."""
    old = out / "manifest.json"
    out.mkdir(parents=True, exist_ok=True)
    if old.is_file():
        for name in {Path(file).parts[0] for file in Run(out, whole=False).manifest["files"]}:
            path = out / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        old.unlink()
    elif any(path.name != STUDY for path in out.iterdir()):
        raise_if([problem("QD409", path=out)])
    for path in sorted(run.path.iterdir(), key=lambda p: p.name == "manifest.json"):
        if path.is_dir():
            shutil.copytree(path, out / path.name)
        else:
            shutil.copyfile(path, out / path.name)


def _stale(study: Study) -> bool:
    """Whether the case has changed since the study was made from it."""
    case = case_folder(CASE)
    if (case / FILE).read_bytes() != (study.folder / FILE).read_bytes():
        return True
    brought, _ = read_brought(case)
    held = study.tables()
    return any(fingerprint.of_table(one.rows) != fingerprint.of_table(held[name]) for name, one in brought.items())
