"""Fingerprints: the same content gives the same name on every machine."""

import hashlib
import json
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, unknown as null, dates as ISO 8601.

    >>> canonical({"ready": date(2030, 6, 30), "park": "a", "gross_area_ha": float("nan")})
    '{"gross_area_ha":null,"park":"a","ready":"2030-06-30"}'
    """

    def default(item: Any) -> Any:
        if isinstance(item, date):
            return item.isoformat()
        raise TypeError(f"{type(item).__name__} has no canonical form")

    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=default)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value


def sha256(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def of_table(table: pd.DataFrame) -> str:
    """Fingerprint of a table: its columns by name and its rows in order."""
    columns = sorted(table.columns)
    return sha256([columns, [[row[c] for c in columns] for row in table.to_dict("records")]])


def of_bulk(rows: pa.Table) -> str:
    """Hash of a table in Arrow: its columns, their types, and every cell; how it lies in memory does not count."""
    digest = hashlib.sha256()
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        digest.update(canonical([name, str(column.type), len(column)]).encode())
        whole = column.combine_chunks()
        whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
        known = whole.is_valid().cast(pa.uint8())
        digest.update(known.to_numpy(zero_copy_only=False).tobytes())
        if pa.types.is_string(whole.type) or pa.types.is_binary(whole.type):
            sizes = pc.fill_null(pc.binary_length(whole), 0).to_numpy()
            digest.update(sizes.astype("<i8").tobytes())
            dense = whole.drop_null()
            offsets = np.frombuffer(dense.buffers()[1], "<i4")[dense.offset : dense.offset + len(dense) + 1]
            if len(dense):
                digest.update(memoryview(dense.buffers()[2])[int(offsets[0]) : int(offsets[-1])])
        else:
            plain = whole.cast(pa.uint8()) if pa.types.is_boolean(whole.type) else whole
            plain = plain.cast(pa.int32()) if pa.types.is_date32(whole.type) else plain
            digest.update(pc.fill_null(plain, 0).to_numpy(zero_copy_only=False).tobytes())
    return digest.hexdigest()


@cache
def of_code() -> str:
    """Fingerprint of the installed program text: another text is another method."""
    digest = hashlib.sha256()

    def walk(folder: Traversable, name: str) -> None:
        for item in sorted(folder.iterdir(), key=lambda i: i.name):
            if item.is_dir():
                if item.name not in ("__pycache__", "cases"):
                    walk(item, f"{name}/{item.name}")
            elif item.name.endswith((".py", ".csv", ".html", ".js", ".css")):
                digest.update(f"{name}/{item.name}\0".encode() + item.read_bytes())

    walk(files("quydat"), "quydat")
    return digest.hexdigest()
