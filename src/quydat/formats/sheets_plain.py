"""A CSV file in which every cell is written plainly: read at once into typed columns, or not at all."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

_BLOCK = 8 << 20
_PART = 1 << 18
_LINE = ord("\n")
_MISSING = ["", " ", "  "]
_MARK = b"\xef\xbb\xbf"
_KINDS: Mapping[str, pa.DataType] = {
    "number": pa.float64(),
    "integer": pa.string(),  # Arrow's own reading of whole numbers takes 0x10 for sixteen
    "year": pa.string(),
    "date": pa.date32(),
    "text": pa.string(),
    "choice": pa.dictionary(pa.int32(), pa.string()),
}


def read_plain(path: Path, kinds: Mapping[str, str]) -> pa.Table | None:
    """Some columns of a CSV file in UTF-8 with commas, typed while they are read.

    Parameters
    ----------
    kinds
        What the columns hold, by heading: ``number`` (decimal point), ``integer``, ``year``, ``date`` (year-month-day),
        ``text``, or ``choice`` for text of few different values.

    Returns
    -------
    The columns in the order of ``kinds``, empty cells null, rows in the order of the file from its second line on.
    None if the file is not plain: another encoding or separator, a heading that is not there or stands twice, rows of
    unequal length, breaks inside cells, or any cell that is not written as its kind says. Such a file is for
    ``read_sheets``.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = file.write_text("name,m2,day\\nA,1.5,2025-06-30\\nB,,2025-07-01\\n")
    >>> read_plain(file, {"m2": "number", "day": "date"})["m2"].to_pylist()
    [1.5, None]
    >>> read_plain(file, {"name": "number"}) is None
    True
    """
    if not path.stat().st_size:
        return None
    source = pa.memory_map(str(path)).read_buffer()
    if source[: len(_MARK)].to_pybytes() == _MARK:
        source = source[len(_MARK) :]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(source),
            read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK),
            parse_options=pyarrow.csv.ParseOptions(ignore_empty_lines=False),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: _KINDS[kind] for name, kind in kinds.items()},
                include_columns=list(kinds),
                null_values=_MISSING,
                strings_can_be_null=True,
            ),
        )
        if table.column_names != list(kinds) or not _is_regular(source, len(table)):
            return None
        for at, (name, kind) in enumerate(kinds.items()):
            if kind in ("integer", "year"):
                table = table.set_column(at, name, _whole_numbers(table.column(at)))
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    return table


def _whole_numbers(text: pa.ChunkedArray) -> pa.ChunkedArray:
    for part in text.chunks:
        data = np.frombuffer(part.buffers()[2] or b"", np.uint8)
        if (data > ord("9")).any():
            raise pa.ArrowInvalid("no whole number")
    return text.cast(pa.int64())


def _is_regular(source: pa.Buffer, rows: int) -> bool:
    """Whether each line is one record, and there are no zero bytes."""
    text = np.frombuffer(source, np.uint8)
    lines = int(text[-1] != _LINE)
    for start in range(0, len(text), _PART):
        part = text[start : start + _PART]
        lines += int(np.count_nonzero(part == _LINE))
        if part.min() == 0:
            return False
    return lines == rows + 1
