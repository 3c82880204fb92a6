"""The record: 20,000 rows stored, and read as they stood."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pandas as pd
from sqlalchemy import create_engine

from benchmarks.measure import Result, ratio
from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.store.record import create_record, open_record

_COUNT = 20_000
_LACKS = "history, as-of reads, hash chain, keys, refusal of untyped rows, commit on the disk before it returns"


def rows() -> pd.DataFrame:
    """Sources: five columns of text and one date-like text."""
    raw = pd.DataFrame(
        {
            "source_id": [f"source-{n:05}" for n in range(_COUNT)],
            "url": [f"https://example.vn/{n}" for n in range(_COUNT)],
            "kind": "press",
            "publisher": "example.vn",
            "published_on": [f"{2000 + n % 25}-{1 + n % 12:02}" for n in range(_COUNT)],
            "note": "A note of the usual length, such as stands beside most sources of the case.",
        }
    )
    table, found = typed(raw, tables()["source"])
    assert not found
    return table


def measured() -> Iterator[Result]:
    """One change set of all rows and one read as of it, against pandas on a plain SQLite file."""
    table, number = rows(), count()
    with tempfile.TemporaryDirectory() as folder:

        def path() -> Path:
            return Path(folder) / f"{next(number)}.sqlite"

        def ours_write() -> Path:
            at = path()
            create_record(at, study_id="benchmark")
            with open_record(at) as record:
                record.append({"source": table}, actor="a", source="s", reason="r", at=datetime(2025, 1, 1, tzinfo=UTC))
            return at

        def peer_write() -> Path:
            at = path()
            engine = create_engine(f"sqlite:///{at}")
            table.to_sql("source", engine, index=False)
            engine.dispose()
            return at

        ours_at, peer_at = ours_write(), peer_write()

        def ours_read() -> pd.DataFrame:
            with open_record(ours_at) as record:
                return record.read("source", change_set=1)

        def peer_read() -> pd.DataFrame:
            engine = create_engine(f"sqlite:///{peer_at}")
            read = pd.read_sql("source", engine)
            engine.dispose()
            return read

        assert len(ours_read()) == len(peer_read()) == _COUNT
        yield ratio(
            "record: append 20,000 rows", ours_write, peer="pandas to_sql on SQLite", theirs=peer_write, rounds=3,
            lacks=_LACKS,
        )  # fmt: skip
        yield ratio(
            "record: read 20,000 rows as of a change set", ours_read, peer="pandas read_sql on SQLite (latest only)",
            theirs=peer_read, rounds=3, lacks="as-of reads, the types of the dictionary",
        )  # fmt: skip
