"""Law packs: which there are, in which order they are laid over each other, and their tables.

A pack is a folder with ``pack.toml`` (name, labels, ``requires``) and, for each table of kind ``law``, one CSV file
``<table>.csv`` or any number of them in a folder ``<table>/``. Nothing in it is run: cells are read by the dictionary.
"""

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from itertools import islice
from pathlib import Path

import pandas as pd

from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.dictionary.read import FIRST_ROW, duplicate_keys, empty, typed, unknown_references
from quydat.dictionary.schema import Table, law_tables

FILE = "pack.toml"
_LARGEST = 4 * 1024 * 1024
"""Bytes of a file of a pack: more is no text that a lawyer reads."""
_MOST_ROWS = 20_000
_MOST_COLUMNS = 100
_MOST_FILES = 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Names of packs: they stand in traces and in paths, so that they are plain words."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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
    place = Place(f"{path.name}/{FILE}")
    try:
        if (path / FILE).is_symlink() or (path / FILE).stat().st_size > _LARGEST // 64:
            raise_if([problem("QD802", place, why="it is a link or too large")])
        data = tomllib.loads((path / FILE).read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # a name with a NUL byte, text that is no UTF-8 or no TOML
        raise_if([problem("QD802", place, why=str(error).splitlines()[0])])
    except OSError:
        raise_if([problem("QD801", pack=name, known=", ".join(known))])
    right = all(isinstance(data.get(key), str) and data[key].strip() for key in ("name", "label_vi", "label_en"))
    requires = data.get("requires", [])
    if not right or not isinstance(requires, list):
        raise_if([problem("QD802", place, why="name, label_vi, label_en and requires are needed")])
    for one in (data["name"], *requires):
        if not isinstance(one, str) or not _NAME.fullmatch(one):
            raise_if([problem("QD802", place, why="names of packs are small letters, digits and _")])
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
    for shown, inside, raw in _files(chain):
        _add(digest, shown, raw)
        if inside.as_posix() in (FILE, "README.md"):
            continue
        table = definitions.get(inside.parts[0].removesuffix(".csv"))
        if table is None or inside.suffix != ".csv" or len(inside.parts) > 2 or not raw:
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
            found += _at([_of_instrument(one)], places[one.place.sheet])
    raise_if(found)
    return PackTables(chain, whole, {name: tuple(own) for name, own in places.items()}, digest.hexdigest())


def packs_digest(names: Sequence[str | Path]) -> str:
    """The hash that ``read_packs`` gives, without reading any table.

    Raises
    ------
    Problems
        As ``pack_chain``.
    """
    digest = hashlib.sha256()
    for shown, _, raw in _files(pack_chain(names)):
        _add(digest, shown, raw)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", shown: str, raw: bytes) -> None:
    digest.update(f"{shown}\0{len(raw)}\0".encode("utf-8", "surrogateescape") + raw)


def _files(chain: Sequence[PackFolder]) -> Iterator[tuple[str, Path, bytes]]:
    """Files of packs in order: how they are shown, their path inside the pack, their bytes.

    Nothing is read through a link, and nothing that is too large; such a file has no bytes.
    """
    for pack in chain:
        paths = sorted(islice(pack.path.rglob("*"), _MOST_FILES + 1))
        if len(paths) > _MOST_FILES:
            raise_if([problem("QD802", Place(pack.name), why="it has too many files")])
        for path in paths:
            inside = path.relative_to(pack.path)
            if path.name.startswith(".") or "__pycache__" in path.parts or (path.is_dir() and not path.is_symlink()):
                continue
            readable = not path.is_symlink() and path.is_file() and path.stat().st_size <= _LARGEST
            yield f"{pack.name}/{inside.as_posix()}", inside, path.read_bytes() if readable else b""


def _read(raw: bytes, table: Table, shown: str) -> tuple[pd.DataFrame, list[Problem]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return empty(table), [problem("QD105", Place(shown), offset=error.start)]
    if hidden := _CONTROL.search(text):
        row = text.count("\n", 0, hidden.start()) + 1
        return empty(table), [problem("QD802", Place(shown, row=row), why="it holds a control character")]
    try:
        lines = [line for line in islice(csv.reader(StringIO(text, newline=""), strict=True), _MOST_ROWS + 2) if line]
        if len(lines) > _MOST_ROWS + 1:
            raise csv.Error("it has too many rows")
        if lines and len(lines[0]) > _MOST_COLUMNS:
            raise csv.Error("it has too many columns")
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


def _of_instrument(one: Problem) -> Problem:
    """An unknown instrument is told as what it is: an article cited from a text that the pack does not hold."""
    if (one.number, one.facts.get("table"), one.place.column) != ("QD211", "instrument", "instrument_id"):
        return one
    return Problem("QD828", {name: fact for name, fact in one.facts.items() if name != "table"}, one.place)


def _at(found: Sequence[Problem], places: Sequence[Place]) -> list[Problem]:
    """Problems of a whole table, each at the file and row that its row came from."""
    moved = []
    for one in found:
        at = places[one.place.row - FIRST_ROW] if one.place.row is not None else Place()
        moved.append(Problem(one.number, one.facts, Place(at.file, at.sheet, at.row, one.place.column)))
    return moved
