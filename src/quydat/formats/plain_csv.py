"""CSV for other programs: RFC 4180 line ends, any separator and encoding, nothing that a spreadsheet computes."""

import csv
import io
from collections.abc import Iterable, Sequence


def csv_bytes(records: Iterable[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Records as RFC 4180 has them.

    >>> csv_bytes([["a", 'b"c']], delimiter=";")
    b'a;"b""c"\\r\\n'
    """
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(records)
    return buffer.getvalue().encode(encoding)


def harmless_text(text: str) -> str:
    """A text that no spreadsheet computes: with an apostrophe before it if it starts like a formula.

    Source: OWASP, CSV injection.

    >>> harmless_text("=1+1"), harmless_text("Cơ khí"), harmless_text("-")
    ("'=1+1", 'Cơ khí', "'-")
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
