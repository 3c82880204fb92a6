"""Where land is wanted: why which place, over time, and by sector."""

from quydat.dictionary.schema import tables
from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Runs, TableBlock
from quydat.report.ranges import cell_range
from quydat.report.writer import Writer, cell_id

_FACTS = ("let_ha", "capacity_ha", "port_km", "ring_road_km", "rent_usd_per_m2")


def write(w: Writer) -> list[Block]:
    """Places with what speaks for them and their share, and the heat maps; nothing where the study has no places."""
    rows = sorted(w.rows("place_choice"), key=lambda row: (-row["expected_share"], row["place_id"]))
    if not rows:
        return []
    definition = tables()["place_choice"]
    columns = (
        Column(w.say("demand.place"), wide=True),
        *(Column(definition[name].label(w.lang), True) for name in _FACTS),
        Column(w.say("demand.share_of_demand"), True),
        Column(w.say("demand.share_range"), True),
    )
    lines = []
    for row in rows:
        cells: list[Runs] = [(w.name_of(row),)]
        cells += [w.cell("place_choice", row, definition[name], decimals=_decimals(name)) for name in _FACTS]
        cells.append((w.ref(cell_id("place_choice", row, "expected_share"), decimals=0),))
        cells.append(cell_range(w, f"place_choice.{row['place_id']}", decimals=0))
        lines.append(Row(tuple(cells)))
    return [
        Paragraph((w.say("demand.where"),), role="lead"),
        w.paragraph("demand.where_text"),
        TableBlock("place_choice", w.say("demand.where_table"), columns, tuple(lines), w.say("demand.where_note")),
        ChartBlock("where", w.say("demand.where_chart"), w.say("demand.where_chart_alt")),
        ChartBlock("where_sector", w.say("demand.sector_chart"), w.say("demand.sector_chart_alt")),
    ]


def _decimals(name: str) -> int:
    return 1 if name.endswith("_km") else 0
