"""The record as one GeoPackage: everything can leave."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from quydat.core.text import Lang
from quydat.dictionary.schema import record_tables, tables
from quydat.formats.geopackage import write_layers


def export_geopackage(record: Mapping[str, pd.DataFrame], path: Path, *, lang: Lang) -> None:
    """Write record tables: parks as points with styles, the others as attribute tables.

    Raises
    ------
    Problems
        QD204 for half a position, QD406 disk full, QD108 not writable.
    """
    layers = {table.name: record[table.name] for table in record_tables() if table.name in record}
    write_layers(path, layers, tables=tables(), lang=lang)
