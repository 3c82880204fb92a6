"""A copy of a run where the user wants it, in place of an earlier copy; never in place of anything else."""

import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from quydat.app.permission import require
from quydat.app.run import Run
from quydat.core.files import sync_tree, write_problem
from quydat.core.problem import Problems, problem, raise_if
from quydat.store.runs import MANIFEST

_PARTS = ("tables", "inputs", "charts", "report", "map.gpkg", "figures.json")
"""All that a run has beside its manifest; nothing else is ever removed."""

_STAGED = ".quydat-copy-"


def copy_run(run: Run, out: Path, *, keep: Collection[str] = ()) -> None:
    """Copy the files of a run into a folder, in place of those of an earlier run.

    All files are copied beside their place first. Then the manifest is put there, then the rest: if that is cut
    short, the folder says that it is not whole (QD604), and copying again mends it.

    Parameters
    ----------
    keep
        Names in the folder that may stand beside the copy from the start.

    Raises
    ------
    Problems
        QD409 if the folder holds something else, or is the run itself; QD406, QD108.
    """
    require(run.actor, "copy")
    if not _takes(out, keep) or out.resolve().is_relative_to(run.path.resolve().parent):
        raise_if([problem("QD409", path=out)])
    staged = out / f"{_STAGED}{os.getpid()}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        for old in leftovers(out):
            shutil.rmtree(old)
        try:
            _copy(run.path, staged)
            sync_tree(staged)
            _put(staged, out)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise Problems([write_problem(error, out)]) from error


def is_copy(folder: Path) -> bool:
    """Whether a folder holds the copy of a run, whole or not."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and {"fingerprint", "record_head", "datum_operation", "files"} <= set(manifest)


def leftovers(folder: Path) -> list[Path]:
    """What copies that were killed have left in a folder."""
    return [path for path in folder.iterdir() if path.name.startswith(_STAGED)]


def _takes(out: Path, keep: Collection[str]) -> bool:
    if not out.exists():
        return True
    return out.is_dir() and (is_copy(out) or {p.name for p in out.iterdir()} <= {*keep, *map(_name, leftovers(out))})


def _name(path: Path) -> str:
    return path.name


def _copy(source: Path, target: Path) -> None:
    """As ``shutil.copytree``, which hides why a file could not be written."""
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)


def _put(staged: Path, out: Path) -> None:
    (staged / MANIFEST).replace(out / MANIFEST)
    for name in _PARTS:
        old = out / name
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink(missing_ok=True)
        if (staged / name).exists():
            (staged / name).rename(old)
