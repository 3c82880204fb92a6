"""Section 6: what comparable cities did with their industrial land."""

from quydat.dictionary.schema import tables
from quydat.report.document import Column, Row, Runs, Section, TableBlock
from quydat.report.record_figures import CITY_MODEL_CELLS
from quydat.report.writer import Writer, cell_id


def write(w: Writer) -> Section:
    """One row for each city, with the lesson."""
    rows = w.rows("city_model") if "city_model" in w.snapshot.record else []
    if not rows:
        return Section("lessons", w.say("lessons.title"), ())
    table = tables()["city_model"]
    columns = (
        Column(table["city"].label(w.lang), wide=True),
        *(Column(table[name].label(w.lang), True) for name in CITY_MODEL_CELLS),
        Column(table[f"lesson_{w.lang}"].label_vi if w.lang == "vi" else w.say("lessons.lesson"), wide=True),
    )
    lines = []
    for row in rows:
        cells: list[Runs] = [(f"{row['city']}: {row['model']}",)]
        for name in CITY_MODEL_CELLS:
            cells.append(("–",) if row[name] is None else (w.ref(cell_id("city_model", row, name)),))
        lines.append(Row((*cells, (row[f"lesson_{w.lang}"] or "–",))))
    note = w.say("lessons.note")
    return Section(
        "lessons",
        w.say("lessons.title"),
        (
            w.paragraph("lessons.text"),
            TableBlock("city_model", w.say("lessons.table"), columns, tuple(lines), note),
        ),
    )
