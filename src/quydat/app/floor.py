"""Floor tables of any day: the versions that they come from are made once and lie in the study's folder ``cache``.

What lies there can be thrown away at any time. A file is named by a hash of all that it was made from, and by that of
its content: it is never used for anything else, nor once a byte of it has changed.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from quydat.core.files import write_whole
from quydat.core.problem import Problems
from quydat.inventory.as_of import OBSERVED, floor_on, versions
from quydat.inventory.stock import StockSettings
from quydat.store.record import Record

FOLDER = "cache"
_KEPT = 6
_DATED = (("unit", ["valid_from", "valid_to"]), ("unit_change", ["on"]), ("park_outline", ["valid_from"]))
_WHOLE = ("unit", "unit_change", "park_outline", "match_decision", "observation")
_MADE_BY = ("core", "dictionary", "survey", "inventory")


class Floor(NamedTuple):
    """The tables ``floor_space`` and ``floor_cell`` of a day, as in ``Stock``."""

    floor_space: pd.DataFrame
    floor_cell: pd.DataFrame


def floor_of(
    record: Record, *, folder: Path, as_of: date, known_on: date | None, settings: StockSettings
) -> Floor:  # fmt: skip
    """Floor tables on a day, as the record knew them at the end of another.

    Parameters
    ----------
    folder
        Of the study; its ``cache`` keeps the versions.
    """
    park = record.read("park", known_on=known_on)
    key = _key(record, park, as_of, known_on, settings)
    made = _kept(folder / FOLDER, key)
    if made is None:
        tables = {name: record.read(name, known_on=known_on) for name in _WHOLE[:-1]}
        tables["observation"] = record.read("observation", known_on=known_on, columns=list(OBSERVED))
        made = versions({**tables, "park": park}, as_of=as_of, settings=settings)
        _keep(folder / FOLDER, key, made)
    return Floor(*floor_on(made, as_of))


def _key(record: Record, park: pd.DataFrame, as_of: date, known_on: date | None, settings: StockSettings) -> str:
    """Hash of all that versions are made from."""
    segments = {name: [one.sha256 for one in record.segments(name, known_on=known_on)] for name in _WHOLE}
    told = {
        "made_by": _made_by(),
        "segments": segments,
        "park": park.to_json(orient="split", date_format="iso"),
        "settings": asdict(settings),
        "turn": _turn(record, as_of, known_on),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


@cache
def _made_by() -> str:
    """Hash of the code and of the lists that it reads: another version may make other versions."""
    total = hashlib.sha256()
    for name in _MADE_BY:
        folder = files("quydat").joinpath(name)
        for path in sorted(folder.iterdir(), key=lambda one: one.name):
            if path.is_file() and path.name.endswith((".py", ".csv", ".json")):
                total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _turn(record: Record, as_of: date, known_on: date | None) -> str:
    """The last day up to ``as_of`` on which units or outlines changed: between such days all is placed alike."""
    days = [
        record.read(table, known_on=known_on, columns=columns).to_numpy("datetime64[D]").ravel()
        for table, columns in _DATED
    ]
    turns = np.concatenate(days)
    turns = turns[turns <= np.datetime64(as_of, "D")]  # never true of unknown days
    return str(turns.max()) if len(turns) else ""


def _kept(folder: Path, key: str) -> pd.DataFrame | None:
    for path in sorted(folder.glob(f"floor-{key}-*.arrow")):
        content = pa.memory_map(str(path)).read_buffer()
        if _hash(content) == path.stem.rpartition("-")[2]:
            made: pd.DataFrame = pa.ipc.open_file(content).read_all().to_pandas()
            return made
    return None


def _hash(content: pa.Buffer) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _keep(folder: Path, key: str, made: pd.DataFrame) -> None:
    """Write versions down; a folder that cannot be written to keeps nothing, and the tables are the same."""
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pandas(made, preserve_index=False)
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    content = sink.getvalue()
    try:
        write_whole(folder / f"floor-{key}-{_hash(content)}.arrow", content)
        old = sorted(folder.glob("floor-*.arrow"), key=lambda path: path.stat().st_mtime_ns)
        for path in old[:-_KEPT]:
            path.unlink(missing_ok=True)
    except (Problems, OSError):
        return
