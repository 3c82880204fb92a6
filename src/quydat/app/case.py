"""Shipped cases: a city as data, a folder with ``study.toml`` and ``tables/``."""

from importlib.resources import files
from pathlib import Path

from quydat.core.problem import problem, raise_if


def shipped() -> dict[str, Path]:
    """Folders of the shipped cases by name."""
    package = Path(str(files("quydat")))
    for root in (package / "cases", package.parents[1] / "cases"):  # installed; source tree
        if root.is_dir():
            return {path.name: path for path in sorted(root.iterdir()) if (path / "study.toml").is_file()}
    return {}


def case_folder(case: str) -> Path:
    """Folder of a case: one that is shipped, by name, or any other, by its path.

    Raises
    ------
    Problems
        QD410 if there is none.
    """
    known = shipped()
    if case in known:
        return known[case]
    folder = Path(case)
    if not (folder / "study.toml").is_file():
        raise_if([problem("QD410", case=case, known=", ".join(known))])
    return folder
