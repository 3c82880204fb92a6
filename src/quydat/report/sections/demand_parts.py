"""What demand is made of: from net growth to the land that is wanted, what is added and what is taken."""

from quydat.dictionary.schema import choice_label
from quydat.report.charts.waterfall import build_up_rows
from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Runs, TableBlock
from quydat.report.ranges import cell_range
from quydat.report.writer import Writer


def counts_movers(w: Writer) -> bool:
    """Whether stand-alone establishments that move into parks are part of demand."""
    return any(row["component"] == "movers" and row["stated"] for row in w.rows("demand_build_up"))


def write(w: Writer) -> list[Block]:
    """Table at the milestones and waterfall at the last; nothing where the run has no components."""
    last = build_up_rows(w.snapshot)
    milestones = [y for y in w.milestones("land.demand") if w.has(f"demand_build_up.{y}.total.expected_ha")]
    if not last or not milestones:
        return []
    end = milestones[-1]
    columns = (
        Column(w.say("demand.component"), wide=True),
        *(Column(w.say("demand.expected_to", year=year), True) for year in milestones),
        Column(w.say("demand.range_to", year=end), True),
    )
    stated = [row for row in last if row["stated"]]
    lines = []
    for row in stated:
        cells: list[Runs] = [(choice_label("demand_component", row["component"], w.lang),)]
        for year in milestones:
            figure = f"demand_build_up.{year}.{row['component']}.expected_ha"
            cells.append((w.ref(figure, decimals=0),) if w.has(figure) else ("–",))
        cells.append(cell_range(w, f"demand_build_up.{end}.{row['component']}", decimals=0))
        lines.append(Row(tuple(cells), strong=row["component"] == "total"))
    blocks: list[Block] = [
        Paragraph((w.say("demand.parts"),), role="lead"),
        TableBlock("demand_build_up", w.say("demand.parts_table"), columns, tuple(lines), w.say("demand.parts_note")),
        ChartBlock("demand_build_up", w.say("demand.parts_chart"), w.say("demand.parts_chart_alt")),
    ]
    left = [choice_label("demand_component", row["component"], w.lang) for row in last if not row["stated"]]
    return [*blocks, w.caution("demand.parts_left", parts=", ".join(left))] if left else blocks
