"""The files of intakes as they came, byte for byte, under their hash."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from quydat.core.files import replaced, sync

FOLDER = "originals"


def keep(study: Path, sha256: str, files: Sequence[Path]) -> Path:
    """Copy the files of an intake into the study, unless they are there; returns their folder.

    Raises
    ------
    Problems
        QD406 disk full, QD108 not writable.
    """
    folder = study / FOLDER / sha256
    for file in files:
        target = folder / file.name
        if not target.is_file() or target.stat().st_size != file.stat().st_size:
            with replaced(target) as temporary:
                shutil.copyfile(file, temporary)
    if folder.is_dir():
        sync(folder.parent)
    return folder
