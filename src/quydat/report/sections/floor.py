"""Section on floor space: what production uses today, by place and sector, and how good the survey is."""

from collections.abc import Sequence
from typing import Any

from quydat.report.document import Block, ChartBlock, Notice, Section
from quydat.report.writer import Writer

_FLOOR = (
    "name",
    "establishments",
    "floor_known",
    "gross_floor_area_m2",
    "estimated_total_m2",
    "standard_error_m2",
    "plot_ratio",
    "floor_per_worker_m2",
)
_KNOWN_BY = ("name", "gross_floor_area_m2", "measured_m2", "declared_m2", "estimated_m2")
_QUALITY = ("name", "establishments", "correct", "complete", "clean", "live", "all_four")
_LONGEST = 12
_WHOLE = 0


def write(w: Writer) -> Section:
    """Tables and chart of floor space; nothing where there is no survey."""
    if not w.snapshot.surveyed:
        return Section("floor", w.say("floor.title"), ())
    blocks: list[Block] = []
    if w.snapshot.made_up:
        blocks.append(Notice(w.runs("floor.illustrative"), kind="illustrative"))
    total = "floor_space.total.total"
    blocks.append(
        w.paragraph(
            "floor.lead",
            establishments=w.ref(f"{total}.establishments"),
            known=w.ref(f"{total}.floor_known"),
            floor=w.ref(f"{total}.gross_floor_area_m2", decimals=_WHOLE),
        )
    )
    if w.has(f"{total}.estimated_total_m2"):
        blocks.append(
            w.paragraph(
                "floor.estimate",
                total=w.ref(f"{total}.estimated_total_m2", decimals=_WHOLE),
                low=w.ref(f"{total}.low_m2", decimals=_WHOLE),
                high=w.ref(f"{total}.high_m2", decimals=_WHOLE),
            )
        )
    blocks.append(ChartBlock("floor", w.say("floor.chart"), w.say("floor.chart_alt")))
    for dimension in ("place_kind", "section", "size", "unit", "park"):
        rows = _largest(w, dimension)
        if rows:
            caption, named = w.say(f"floor.by.{dimension}"), w.say(f"floor.group.{dimension}")
            blocks.append(w.table("floor_space", _FLOOR, caption=caption, rows=rows, named=named, decimals=_WHOLE))
    whole = [row for row in w.rows("floor_space") if row["dimension"] == "total"]
    named = w.say("floor.group.total")
    known_by = w.say("floor.known_by")
    blocks.append(w.table("floor_space", _KNOWN_BY, caption=known_by, rows=whole, named=named, decimals=_WHOLE))
    quality = [row for row in w.rows("survey_quality") if row["unit_id"] == "total"]
    blocks.append(w.table("survey_quality", _QUALITY, caption=w.say("floor.quality"), rows=quality, named=named))
    blocks.append(w.paragraph("floor.quality_text", waiting=w.ref("survey_quality.total.waiting")))
    return Section("floor", w.say("floor.title"), tuple(blocks))


def _largest(w: Writer, dimension: str) -> Sequence[dict[str, Any]]:
    rows = [row for row in w.rows("floor_space") if row["dimension"] == dimension]
    rows.sort(key=lambda row: (-(row["gross_floor_area_m2"] or 0.0), row["group"]))
    return rows[:_LONGEST]
