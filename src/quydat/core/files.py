"""Files that are there whole or not at all: written beside their place, flushed to the disk, then renamed."""

import errno
import math
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quydat.core.problem import Problem, Problems, problem

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_ROOM = 1 << 20


def write_problem(error: OSError, path: Path) -> Problem:
    """Problem of the catalogue for a failed write.

    >>> write_problem(OSError(errno.ENOSPC, "No space left on device"), Path("record.sqlite")).number
    'QD406'
    """
    if error.errno in _FULL:
        return problem("QD406", path=path)
    return problem("QD108", path=path, why=error.strerror or error)


def no_room(path: Path) -> bool:
    """Whether a file there cannot grow: for libraries that say only that writing failed."""
    return _size_limit() < math.inf or shutil.disk_usage(path.parent).free < _ROOM


def _size_limit() -> float:
    if sys.platform == "win32":
        return math.inf
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return math.inf if limit == resource.RLIM_INFINITY else limit


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a place to write to; when the block ends well, what stands there takes the place of ``path``.

    If the block fails, ``path`` is as it was and nothing is left beside it.

    Raises
    ------
    Problems
        QD406 if the disk is full, QD108 if the place cannot be written for another reason.
    """
    # The name ends like the final one: GDAL looks at the suffix.
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            sync(temporary)
            temporary.replace(path)
            sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise Problems([write_problem(error, path)]) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with replaced(path) as temporary:
        temporary.write_bytes(content)


def sync(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's list of names, before going on."""
    if path.is_dir() and os.name == "nt":
        return  # Windows flushes names by itself and does not open folders
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """The same for all files and folders below, and for the folder itself."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)
