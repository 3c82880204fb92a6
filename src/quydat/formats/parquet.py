"""Parquet with the meaning of each column inside, and the same columns for GeoPackage."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from quydat.core.files import write_whole
from quydat.core.problem import Place, Problems, problem
from quydat.dictionary.bulk import arrow_schema, from_arrow, to_arrow, with_later
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import Attribute, Table
from quydat.formats.raw import read_bytes


def arrow_table(rows: pd.DataFrame, table: Table) -> pa.Table:
    """The typed table in Arrow: unknown is null; the metadata of each column say what it means.

    Raises
    ------
    ValueError
        If the columns are not those of the dictionary.
    """
    if list(rows.columns) != table.columns:
        raise ValueError(f"columns of {table.name} are {list(rows.columns)}, not {table.columns}")
    fields = [field.with_metadata(_meaning(a)) for field, a in zip(arrow_schema(table), table, strict=True)]
    own = {"table": table.name, "label_vi": table.label_vi, "label_en": table.label_en}
    schema = pa.schema(fields, metadata=own)
    columns = [_column(rows[field.name], field.type) for field in fields]
    return pa.table(columns, schema=schema)


def write_parquet(path: Path, rows: pd.DataFrame, *, table: Table) -> None:
    """Write a typed table; the same table gives the same bytes (with one version of pyarrow)."""
    buffer = io.BytesIO()
    pq.write_table(arrow_table(rows, table), buffer, compression="zstd")
    write_whole(path, buffer.getvalue())


def write_bulk(path: Path, rows: pd.DataFrame, *, table: Table) -> None:
    """Write a survey table, held as in ``dictionary.bulk``."""
    buffer = io.BytesIO()
    pq.write_table(to_arrow(rows, table), buffer, compression="zstd")
    write_whole(path, buffer.getvalue())


def read_bulk(path: Path, *, table: Table) -> pd.DataFrame:
    """Read back what ``write_bulk`` wrote; a column that a later version added comes empty.

    Raises
    ------
    Problems
        QD101 if it is not Parquet, or not of this table.
    """
    try:
        return from_arrow(with_later(pq.read_table(io.BytesIO(read_bytes(path))), table, table.columns), table)
    except (pa.ArrowException, OSError, KeyError) as error:
        raise Problems([problem("QD101", Place(path.name), why=error)]) from error


def read_parquet(path: Path, *, table: Table) -> pd.DataFrame:
    """Read back what ``write_parquet`` wrote; a column that a later version added comes empty.

    Raises
    ------
    Problems
        QD101 if it is not Parquet, or not of this table.
    """
    try:
        found = pq.read_table(io.BytesIO(read_bytes(path)))
    except (pa.ArrowException, OSError) as error:
        raise Problems([problem("QD101", Place(path.name), why=error)]) from error
    later = [a.name for a in table if a.name not in found.column_names and not a.required]
    if later and found.column_names == [name for name in table.columns if name not in later]:
        found = with_later(found, table, table.columns)
    if found.column_names != table.columns:
        raise Problems([problem("QD101", Place(path.name), why=f"{found.column_names} ≠ {table.columns}")])
    return frame_of_arrow(found, table)


def frame_of_arrow(found: pa.Table, table: Table) -> pd.DataFrame:
    """Typed table from Arrow."""
    columns = {a.name: pd.Series(found[a.name].to_pylist(), dtype=dtype_of(a)) for a in table}
    return pd.DataFrame(columns, columns=table.columns)


def _meaning(attribute: Attribute) -> dict[str, str]:
    return {
        "label_vi": attribute.label_vi,
        "label_en": attribute.label_en,
        "unit": attribute.unit,
        "definition_vi": attribute.definition_vi,
        "definition_en": attribute.definition_en,
    }


def _column(column: "pd.Series[Any]", kind: pa.DataType) -> pa.Array:
    if column.dtype == object:  # days as Python holds them, or nothing
        return pa.array([_cell(value) for value in column.tolist()], type=kind)
    return pa.array(column.array, from_pandas=True).cast(kind)


def _cell(value: Any) -> Any:
    return None if value is None or value is pd.NA or value is pd.NaT or value != value else value
