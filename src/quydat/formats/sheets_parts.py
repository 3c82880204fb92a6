"""Which files belong together, and their fingerprint, so that originals are kept whole."""

import hashlib
from pathlib import Path

from quydat.formats.raw import read_bytes

_SHAPEFILE = frozenset(
    {".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst", ".qpj", ".sbn", ".sbx", ".xml", ".qix", ".idm", ".ind"}
)
_HEADER = 65_536


def original_bytes_of(path: Path) -> list[tuple[str, bytes]]:
    """Name and content of each file that a survey file is made of, in the order of names.

    A Shapefile is all its parts; the results of an ODK form are its CSV and those of its repeats; anything else is one
    file.

    Raises
    ------
    Problems
        QD101 if one cannot be read.
    """
    return [(part.name, read_bytes(part)) for part in parts_of(path)]


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 over names and contents of all files that belong together, in the order of names.

    A single file has the SHA-256 of its content, whatever its name: the same file twice is the same file.

    Raises
    ------
    Problems
        QD101 if one cannot be read.
    """
    parts = original_bytes_of(path)
    if len(parts) == 1:
        return hashlib.sha256(parts[0][1]).hexdigest()
    digest = hashlib.sha256()
    for name, content in parts:
        digest.update(f"{Path(name).suffix.casefold()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def parts_of(path: Path) -> list[Path]:
    """The files themselves, in the order of names.

    >>> [part.name for part in parts_of(Path("a.csv"))]
    ['a.csv']
    """
    suffix = path.suffix.casefold()
    if suffix in _SHAPEFILE - {".xml"} and path.parent.is_dir():
        stem = path.stem.casefold()
        beside = [
            other for other in path.parent.iterdir()
            if other.is_file() and other.suffix.casefold() in _SHAPEFILE
            and (other.stem.casefold() == stem or other.name.casefold() == f"{stem}.shp.xml")
        ]  # fmt: skip
        if any(other.suffix.casefold() in (".shp", ".dbf") for other in beside):
            return sorted(beside, key=lambda other: other.name)
    if suffix == ".csv":
        return [path, *repeats_beside(path)]
    return [path]


def repeats_beside(path: Path) -> list[Path]:
    """CSV files of the repeats of an ODK form: named ``form-repeat.csv``, and tied to the form by PARENT_KEY."""
    if not path.is_file() or b"KEY" not in _header(path):
        return []
    start = f"{path.stem}-".casefold()
    return [
        other
        for other in sorted(path.parent.iterdir(), key=lambda other: other.name)
        if other.is_file()
        and other.suffix.casefold() == ".csv"
        and other.name.casefold().startswith(start)
        and b"PARENT_KEY" in _header(other)
    ]


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.readline(_HEADER)
    except OSError:
        return b""
