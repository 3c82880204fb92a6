"""Sources of a value: from the ids in a trace to names and public addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from quydat.core.citation import Citation
from quydat.core.text import Lang
from quydat.report.rows import records


@dataclass(frozen=True)
class Source:
    """A source as shown; ``url`` is empty where there is no public address that is safe to open."""

    source_id: str
    name: str
    url: str = ""
    published_on: str = ""
    note: str = ""


def safe_url(url: Any) -> str:
    """The address if it is an ordinary web address, else nothing: a record may hold any text."""
    if not isinstance(url, str) or any(c.isspace() or ord(c) < 32 for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def sources_by_id(table: pd.DataFrame | None) -> dict[str, Source]:
    """Sources of the record by id."""
    return {
        row["source_id"]: Source(
            row["source_id"],
            row["publisher"],
            safe_url(row["url"]),
            row["published_on"] or "",
            row["note"] or "",
        )
        for row in (records(table) if table is not None else [])
    }


def of(text: str, known: Mapping[str, Source], *, lang: Lang) -> list[Source]:
    """Sources named in a trace: ids between semicolons, or an article of law; what is no id stands as it is."""
    cited = Citation.of(text)
    if cited is not None:
        return [Source("", cited.text(lang), safe_url(cited.link.split(" ")[0]))]
    parts = [part.strip() for part in text.split(";")]
    return [known.get(part) or Source("", part, safe_url(part)) for part in parts if part]
