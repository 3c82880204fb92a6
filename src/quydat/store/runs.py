"""Runs of a study: each a folder named by its fingerprint, written whole or not at all, never overwritten."""

import hashlib
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from quydat.core.files import sync, sync_tree, write_problem
from quydat.core.problem import Problem, Problems, problem
from quydat.store.folder import alive, runs_path

MANIFEST = "manifest.json"
_TEMPORARY = ".tmp-"
_mine: set[str] = set()
_serial = count()


def write_run(folder: Path, fingerprint: str, write: Callable[[Path], None]) -> Path:
    """Write a run, unless a whole one with that fingerprint is there.

    Parameters
    ----------
    folder
        Folder of the study.
    fingerprint
        Name of the run; it stands for the content.
    write
        Writes all files of the run, ``manifest.json`` among them, into the folder that it is given.

    Returns
    -------
    Folder of the run. One that is no longer whole is set aside (``.damaged-…``), not overwritten.

    Raises
    ------
    Problems
        QD406 disk full, QD108 not writable; and those of ``write``.
    """
    runs = runs_path(folder)
    target = runs / fingerprint
    try:
        runs.mkdir(exist_ok=True)
        _clean(runs)
        if target.is_dir():
            if not check_run(target):
                return target
            target.rename(_free_name(runs, f".damaged-{fingerprint}"))
        with _temporary(runs) as temporary:
            write(temporary)
            sync_tree(temporary)
            try:
                temporary.rename(target)
            except OSError:
                # Another writer of the same run was faster; what it wrote is the same.
                if not target.is_dir():
                    raise
            sync(runs)
    except OSError as error:
        raise Problems([write_problem(error, target)]) from error
    return target


def list_runs(folder: Path) -> list[Path]:
    """Folders of all runs of a study, by name."""
    runs = runs_path(folder)
    if not runs.is_dir():
        return []
    return sorted(path for path in runs.iterdir() if path.is_dir() and not path.name.startswith("."))


def find_run(folder: Path, prefix: str) -> Path:
    """The run whose fingerprint starts with ``prefix``.

    Raises
    ------
    Problems
        QD601 if there is none, QD602 if there are several.
    """
    present = list_runs(folder)
    found = [path for path in present if path.name.startswith(prefix)]
    exact = [path for path in found if path.name == prefix]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise Problems([problem("QD602", run=prefix, matches=_names(found))])
    names = _names(present)
    raise Problems(
        [
            problem(
                "QD601",
                run=prefix,
                present_vi=f"; có: {names}" if names else "",
                present_en=f"; there are: {names}" if names else "",
            )
        ]
    )


def check_run(path: Path) -> list[Problem]:
    """Files of a run that are not as its manifest says (QD604); empty if it is whole."""
    return [problem("QD604", run=path.name, why=why) for why in _faults(path)]


def _faults(path: Path) -> Iterator[str]:
    try:
        files = json.loads((path / MANIFEST).read_bytes())["files"]
        expected = {str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        yield f"{MANIFEST}: {type(error).__name__}"
        return
    for name, digest in sorted(expected.items()):
        file = path / name
        if not file.resolve().is_relative_to(path.resolve()):
            yield f"{name}: outside the run"
        elif not file.is_file():
            yield f"{name}: missing"
        elif _sha256(file) != digest:
            yield f"{name}: changed"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(paths: list[Path]) -> str:
    return ", ".join(path.name for path in paths)


def _free_name(runs: Path, stem: str) -> Path:
    return next(path for number in count(1) if not (path := runs / f"{stem}-{number}").exists())


@contextmanager
def _temporary(runs: Path) -> Iterator[Path]:
    path = runs / f"{_TEMPORARY}{socket.gethostname()}-{os.getpid()}-{next(_serial)}"
    _mine.add(path.name)
    try:
        path.mkdir()
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _mine.discard(path.name)


def _clean(runs: Path) -> None:
    """Remove what writers left that died; of other machines on a shared drive nothing can be known."""
    for path in runs.glob(f"{_TEMPORARY}{socket.gethostname()}-*-*"):
        process = path.name.rsplit("-", 2)[1]
        if process.isdigit() and path.name not in _mine and not alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)
