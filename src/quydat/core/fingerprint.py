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
