"""A study is a folder: its settings, its record and its runs."""

import os
import shutil
from collections.abc import Callable
from glob import escape
from pathlib import Path

from quydat.core.files import sync, sync_tree, write_problem
from quydat.core.problem import Problems, problem

STUDY_FILE = "study.toml"
RECORD_FILE = "record.sqlite"
RUNS_FOLDER = "runs"


def find_study(path: Path) -> Path:
    """Folder of the study at ``path``: the folder itself, or the one whose ``study.toml`` is named.

    Raises
    ------
    Problems
        QD301 if there is no ``study.toml``.
    """
    folder = path.parent if path.name == STUDY_FILE else path
    if not (folder / STUDY_FILE).is_file():
        raise Problems([problem("QD301", path=path)])
    return folder


def record_path(folder: Path) -> Path:
    """Where a study keeps its record."""
    return folder / RECORD_FILE


def runs_path(folder: Path) -> Path:
    """Where a study keeps its runs."""
    return folder / RUNS_FOLDER


def create_study(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Make the folder of a study: whole, or not at all.

    Parameters
    ----------
    folder
        Must not be there, or be empty.
    fill
        Writes ``study.toml`` and the record into the folder that it is given, which is then renamed.

    Raises
    ------
    Problems
        QD409 if ``folder`` is not empty, QD406 disk full, QD108 not writable; and those of ``fill``.
    """
    folder = folder.absolute()
    _clean(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problems([problem("QD409", path=folder)])
    temporary = folder.with_name(f".{os.getpid()}-{folder.name}")
    try:
        try:
            temporary.mkdir(parents=True)
            fill(temporary)
            runs_path(temporary).mkdir(exist_ok=True)
            sync_tree(temporary)
            if folder.exists():
                folder.rmdir()
            temporary.rename(folder)
            sync(folder.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise Problems([write_problem(error, folder)]) from error
    return folder


def alive(process: int) -> bool:
    """Whether a process of this machine still runs. Of one with our own number: no, it was an earlier one."""
    if process == os.getpid():
        return False
    if os.name == "nt":
        return True  # there, asking a process with signal 0 would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _clean(folder: Path) -> None:
    """Remove what makers of this very folder left that died."""
    if folder.parent.is_dir():
        for path in folder.parent.glob(f".*-{escape(folder.name)}"):
            process = path.name[1:].partition("-")[0]
            if path.is_dir() and process.isdigit() and not alive(int(process)):
                shutil.rmtree(path, ignore_errors=True)
