"""Law packs: which there are, in which order they are laid over each other, and their tables.

A pack is a folder with ``pack.toml`` (name, labels, ``requires``) and, for each table of kind ``law``, one CSV file
``<table>.csv`` or any number of them in a folder ``<table>/``. Nothing in it is run: cells are read by the dictionary.
"""

import csv
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from pathlib import Path

import pandas as pd

from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.dictionary.read import FIRST_ROW, duplicate_keys, empty, typed, unknown_references
from quydat.dictionary.schema import Table, law_tables

FILE = "pack.toml"
_LARGEST = 16 * 1024 * 1024
"""Bytes of a file of a pack: more is no text that a lawyer reads."""


@dataclass(frozen=True)
class PackFolder:
    """One pack as its ``pack.toml`` names it."""

    name: str
    label_vi: str
    label_en: str
    requires: tuple[str, ...]
    path: Path


@dataclass(frozen=True)
class PackTables:
    """The tables of some packs, those that are required first.

    Attributes
    ----------
    packs
        The packs in the order in which they were laid.
    tables
        Typed tables of kind ``law`` by name.
    places
        File and row of each row of a table, in its order.
    sha256
        Hash of all files that were read.
    """

    packs: tuple[PackFolder, ...]
    tables: Mapping[str, pd.DataFrame]
    places: Mapping[str, tuple[Place, ...]]
    sha256: str

    def place(self, table: str, position: int, column: str = "") -> Place:
        """Where a row of a table stands: pack, file and row."""
        at = self.places[table][position]
        return Place(at.file, at.sheet, at.row, column)


def shipped_packs() -> dict[str, Path]:
    """Folders of the packs that come with the program, by name."""
    root = Path(str(files("quydat.law").joinpath("packs")))
    return {path.name: path for path in sorted(root.iterdir()) if (path / FILE).is_file()}


def pack_chain(names: Sequence[str | Path]) -> tuple[PackFolder, ...]:
    """Packs by name (shipped) or path, each once, and before each those that it requires.

    Raises
    ------
    Problems
        QD801 for a pack that is not there, QD802 for a ``pack.toml`` that cannot be read, QD803 for packs that
        require each other in a circle.

    >>> [pack.name for pack in pack_chain(["vn_hcmc"])]
    ['vn', 'vn_hcmc']
    """
    laid: dict[str, PackFolder] = {}

    def lay(name: str | Path, below: tuple[str, ...]) -> None:
        folder = _folder(name)
        if folder.name in below:
            circle = " → ".join([*below[below.index(folder.name) :], folder.name])
            raise_if([problem("QD803", Place(f"{folder.name}/{FILE}"), cycle=circle)])
        if folder.name in laid:
            return
        for before in folder.requires:
            near = folder.path.parent / before
            lay(near if (near / FILE).is_file() else before, (*below, folder.name))
        laid[folder.name] = folder

    for name in names:
        lay(name, ())
    return tuple(laid.values())


def _folder(name: str | Path) -> PackFolder:
    known = shipped_packs()
    path = known.get(str(name), Path(name))
    try:
        data = tomllib.loads((path / FILE).read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        raise_if([problem("QD801", pack=name, known=", ".join(known))])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise_if([problem("QD802", Place(f"{path.name}/{FILE}"), why=error)])
    right = all(isinstance(data.get(key), str) and data[key] for key in ("name", "label_vi", "label_en"))
    requires = data.get("requires", [])
    if not right or not isinstance(requires, list) or not all(isinstance(one, str) for one in requires):
        why = "name, label_vi, label_en and requires are needed"
        raise_if([problem("QD802", Place(f"{path.name}/{FILE}"), why=why)])
    return PackFolder(data["name"], data["label_vi"], data["label_en"], tuple(requires), path)


def read_packs(names: Sequence[str | Path]) -> PackTables:
    """Read all tables of packs, typed and checked by the dictionary.

    Raises
    ------
    Problems
        All that is wrong, at once: as ``pack_chain``, QD804 for a file that is no table of a pack, and every problem
        of a cell, a key or a reference.
    """
    chain = pack_chain(names)
    found: list[Problem] = []
    digest = hashlib.sha256()
    parts: dict[str, list[pd.DataFrame]] = {table.name: [] for table in law_tables()}
    places: dict[str, list[Place]] = {table.name: [] for table in law_tables()}
    definitions = {table.name: table for table in law_tables()}
    for pack in chain:
        for path in sorted(pack.path.rglob("*")):
            if not path.is_file() or path.name.startswith(".") or "__pycache__" in path.parts:
                continue
            inside = path.relative_to(pack.path)
            shown = f"{pack.name}/{inside.as_posix()}"
            raw = path.read_bytes() if path.stat().st_size <= _LARGEST else b""
            digest.update(f"{shown}\0{len(raw)}\0".encode() + raw)
            if inside.as_posix() in (FILE, "README.md"):
                continue
            table = definitions.get(inside.parts[0].removesuffix(".csv"))
            if table is None or path.suffix != ".csv" or len(inside.parts) > 2 or not raw or path.is_symlink():
                found.append(problem("QD804", Place(shown), known=", ".join(definitions)))
                continue
            rows, problems = _read(raw, table, shown)
            found += problems
            parts[table.name].append(rows)
            places[table.name] += [Place(shown, row=FIRST_ROW + n) for n in range(len(rows))]
    whole = {
        name: pd.concat(own, ignore_index=True) if own else empty(definitions[name]) for name, own in parts.items()
    }
    if not found:
        for name, rows in whole.items():
            found += _at(duplicate_keys(rows, definitions[name]), places[name])
        for one in unknown_references(whole, definitions, place=lambda name: Place(sheet=name)):
            found += _at([one], places[one.place.sheet])
    raise_if(found)
    return PackTables(chain, whole, {name: tuple(own) for name, own in places.items()}, digest.hexdigest())


def _read(raw: bytes, table: Table, shown: str) -> tuple[pd.DataFrame, list[Problem]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return empty(table), [problem("QD105", Place(shown), offset=error.start)]
    try:
        lines = [line for line in csv.reader(StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        return empty(table), [problem("QD802", Place(shown), why=error)]
    head, body = (lines[0], lines[1:]) if lines else ([], [])
    wrong = [
        problem("QD805", Place(shown, row=number), found=len(line), wanted=len(head))
        for number, line in enumerate(body, start=FIRST_ROW)
        if len(line) != len(head)
    ]
    if wrong:
        return empty(table), wrong
    return typed(pd.DataFrame(body, columns=head, dtype=str), table, file=shown)


def _at(found: Sequence[Problem], places: Sequence[Place]) -> list[Problem]:
    """Problems of a whole table, each at the file and row that its row came from."""
    moved = []
    for one in found:
        at = places[one.place.row - FIRST_ROW] if one.place.row is not None else Place()
        moved.append(Problem(one.number, one.facts, Place(at.file, at.sheet, at.row, one.place.column)))
    return moved
