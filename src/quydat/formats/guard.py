"""Archives and XML that someone else packed: what would not unpack to a sane size is refused before it is unpacked."""

import re
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from quydat.core.problem import Place, Problems, problem

LARGEST = 400_000_000
"""Bytes that an archive may unpack to: more is a mistake or an attack."""

_MOST_PARTS = 20_000
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_LOCKED = 0x1


def unpack(
    source: bytes | Path, file: str, *, wanted: Callable[[str], bool], largest: int = LARGEST
) -> dict[str, bytes]:
    """Parts of a zip archive by name, each as long as the archive says or not at all.

    Parameters
    ----------
    source
        Bytes of the archive, or where it lies.
    file
        Name for problems.
    wanted
        Which parts to unpack; the others are not touched.
    largest
        Bytes that the wanted parts may unpack to together.

    Raises
    ------
    Problems
        QD101 if the archive is damaged, says wrong sizes or is packed in an unusual way; QD113 if it has a password;
        QD114 if it would unpack to more than ``largest``.

    >>> made = BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("a.txt", "one")
    >>> unpack(made.getvalue(), "a.zip", wanted=lambda name: name.endswith(".txt"))
    {'a.txt': b'one'}
    """
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            return _unpack(archive, file, wanted, largest)
    except Problems:
        raise
    except Exception as error:  # a damaged archive can make the reader fail in any way
        why = f"{type(error).__name__}: {error}" if not isinstance(error, zipfile.BadZipFile) else error
        raise Problems([problem("QD101", Place(file), why=why)]) from error


def _unpack(archive: zipfile.ZipFile, file: str, wanted: Callable[[str], bool], largest: int) -> dict[str, bytes]:
    members = [member for member in archive.infolist() if not member.is_dir() and wanted(member.filename)]
    if sum(member.file_size for member in members) > largest or len(members) > _MOST_PARTS:
        raise Problems([problem("QD114", Place(file), limit=largest // 1_000_000)])
    if any(member.flag_bits & _LOCKED for member in members):
        raise Problems([problem("QD113", Place(file))])
    parts = {}
    for member in members:
        # Other ways of packing do not say when they grow beyond what was announced.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile(f"{member.filename}: compression {member.compress_type}")
        part = archive.read(member)
        if len(part) != member.file_size:
            raise zlib.error(f"{member.filename}: {len(part)} bytes, not {member.file_size}")
        parts[member.filename] = part
    return parts


def repack(parts: dict[str, bytes]) -> bytes:
    """The same parts in an archive without compression, which holds nothing else and lies about nothing.

    What reads it needs no guard of its own against archives that say one thing and hold another.

    >>> unpack(repack({"a": b"1", "b": b""}), "x", wanted=lambda name: True)
    {'a': b'1', 'b': b''}
    """
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return made.getvalue()


def refuse_entities(text: bytes, file: str, part: str = "") -> None:
    """Refuse XML that declares entities: a few lines of them can stand for gigabytes.

    Raises
    ------
    Problems
        QD115.

    >>> try:
    ...     refuse_entities(b'<!DOCTYPE x [<!ENTITY a "aa">]>', "x.kml")
    ... except Problems as problems:
    ...     problems.found[0].number
    'QD115'
    """
    # An encoding of two bytes hides the words; no survey program writes one.
    plain = text.replace(b"\0", b"") if text.startswith(_WIDE) else text
    if _ENTITIES.search(plain):
        raise Problems([problem("QD115", Place(file), part=part or file)])
