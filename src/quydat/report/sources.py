"""Sources of a value: from the ids in a trace to names and public addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from quydat.core.citation import Citation
from quydat.core.figure import Input
from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label
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


def of(text: str, known: Mapping[str, Source]) -> list[Source]:
    """Sources named in a trace: ids between semicolons; what is no id stands as it is."""
    parts = [part.strip() for part in text.split(";")]
    return [known.get(part) or Source("", part, safe_url(part)) for part in parts if part]


def sources_of(item: Input, known: Mapping[str, Source], lang: Lang) -> list[Source]:
    """Sources of an input of a trace; of what the law says: article, instrument, how sure, and where it was read."""
    said = Citation.of(item.source) if item.kind == "law" else None
    if said is None:
        return of(item.source, known)
    confidence = choice_label("confidence", said.confidence, lang)
    name = say("report.explain.cited", lang, citation=said.text(lang), confidence=confidence)
    addresses = [safe_url(part.strip()) for part in said.link.split(" ; ")]
    return [Source("", name, next((url for url in addresses if url), ""))]
