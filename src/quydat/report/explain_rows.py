"""The rows behind a number that was added up: the largest of them, each back to the row of the file that said it."""

from collections.abc import Callable

import pandas as pd

from quydat.core.selection import Selection
from quydat.core.text import Lang, say
from quydat.dictionary.schema import tables
from quydat.report.trace_words import with_unit

MOST = 10


def rows_text(ref: str, table: Callable[[str], pd.DataFrame], lang: Lang) -> list[str]:
    """Lines on the rows that ``ref`` names.

    Parameters
    ----------
    ref
        As ``core.selection`` writes it.
    table
        Gives a table of the run by name.
    """
    chosen = Selection.of(ref)
    rows = chosen.rows(table(chosen.table))
    facts: dict[str, object] = {"count": len(rows), "table": tables()[chosen.table].label(lang)}
    if chosen.table != "establishment":
        return [say("report.explain.rows_counted", lang, **facts)]
    head = say("report.explain.rows_head", lang, **facts)
    attribute = tables()["establishment"][chosen.attribute]
    if attribute.type in ("number", "integer"):
        order = rows[chosen.attribute].astype("float64").rank(method="first", ascending=False, na_option="bottom")
        rows = rows.iloc[order.argsort(kind="stable")]
    shown = rows.head(MOST)
    said = table("observation").set_index("observation_id").reindex(shown["latest_id"])
    files = table("intake").set_index("intake_id").reindex(said["intake_id"])
    lines = [head]
    for (_, row), row_number, (_, intake) in zip(shown.iterrows(), said["row"], files.iterrows(), strict=True):
        value = row[chosen.attribute]
        sheet = intake["sheet"]
        place = say("report.explain.rows_sheet", lang, sheet=sheet) if isinstance(sheet, str) and sheet else ""
        facts = {
            "key": row["establishment_id"],
            "name": row["name"],
            "value": with_unit(None if pd.isna(value) else value, attribute.unit, lang),
            "observation": row["latest_id"],
            "file": intake["file"],
            "sheet": place,
            "row": row_number,
        }
        lines.append("  " + say("report.explain.rows_line", lang, **facts))
    return lines
