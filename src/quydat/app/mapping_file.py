"""How the sheets of a file are read, as one TOML file: a section for each sheet."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from quydat.core.files import write_whole
from quydat.core.problem import Place, Problem, Problems, problem
from quydat.formats.raw import read_bytes
from quydat.survey.mapping import Mapping as SheetMapping

_SECTION = re.compile(r"^\[(?=[a-z])", re.MULTILINE)
_SHEETS = "sheets"


def write_mappings(path: Path, mappings: Mapping[str, SheetMapping]) -> None:
    """Write the mappings of the sheets of a file; that of a file of one sheet stands alone.

    Raises
    ------
    Problems
        QD406, QD108.
    """
    if set(mappings) == {""}:
        text = mappings[""].to_toml()
    else:
        text = "\n".join(_nested(name, mapping) for name, mapping in mappings.items())
    write_whole(path, text.encode())


def read_mappings(path: Path) -> dict[str, SheetMapping]:
    """Read what ``write_mappings`` wrote, or a user made.

    Raises
    ------
    Problems
        QD101 if it cannot be read; all that is wrong in it (QD135, QD137, QD138).
    """
    place = Place(path.name)
    try:
        text = read_bytes(path).decode("utf-8")
        read = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problems([problem("QD137", place, why=error)]) from error
    sheets = read.get(_SHEETS)
    if not isinstance(sheets, dict):
        return {"": SheetMapping.from_toml(text, file=path.name)}
    made: dict[str, SheetMapping] = {}
    found: list[Problem] = []
    for name, section in sheets.items():
        try:
            made[name] = SheetMapping.from_dict(section, file=path.name)
        except Problems as problems:
            found += problems.found
    if found:
        raise Problems(found)
    return made


def _nested(name: str, mapping: SheetMapping) -> str:
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    head = f"[{_SHEETS}.{quoted}]\n"
    return head + _SECTION.sub(lambda _: f"[{_SHEETS}.{quoted}.", mapping.to_toml())
