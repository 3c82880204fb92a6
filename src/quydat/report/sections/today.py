"""Section 1: the land today, by state and by park, on the map, and against the published lists."""

from typing import Any

from quydat.core.basis import Basis
from quydat.core.text import UNKNOWN
from quydat.dictionary.schema import tables
from quydat.report.document import Block, ChartBlock, Column, Notice, Row, Runs, Section, TableBlock
from quydat.report.figures import overlapping_lists
from quydat.report.writer import Writer

_OPERATING = (
    "name",
    "district",
    "gross_area_ha",
    "lettable_area_ha",
    "occupancy_share",
    "let_ha",
    "vacant_ha",
)
_COMING = ("name", "district", "state", "gross_area_ha", "not_cleared_ha", "future_lettable_ha")
_STATES = (
    "state",
    "parks",
    "gross_area_ha",
    "lettable_area_ha",
    "let_ha",
    "vacant_ready_ha",
    "vacant_blocked_ha",
    "not_lettable_ha",
    "not_cleared_ha",
)
_LISTS = ("name", "zones", "published_count", "gross_area_ha", "published_area_ha", "difference_ha")


def write(w: Writer) -> Section:
    """Tables, chart and map of the land as it is."""
    parks = w.rows("parks")
    operating = [row for row in parks if row["state"] == "operating"]
    coming = [row for row in parks if row["state"] != "operating"]
    blocks: list[Block] = [
        w.paragraph("today.identity"),
        w.table("land_by_state", _STATES, caption=w.say("today.states")),
        ChartBlock("land_today", w.say("today.chart"), w.say("today.chart_alt")),
        ChartBlock("map", w.say("today.map"), w.say("today.map_alt")),
        Notice(_positions(w), kind="unknown"),
    ]
    for name, rows, attributes in (("operating", operating, _OPERATING), ("coming", coming, _COMING)):
        if rows:
            rows = sorted(rows, key=lambda row: -(row["gross_area_ha"] or 0.0))
            blocks.append(
                w.table(
                    "parks",
                    attributes,
                    rows=rows,
                    caption=w.say(f"today.{name}"),
                    row_id=lambda row: row["park_id"],
                )
            )
    estimated = [
        row for row in operating if row["lettable_basis"] not in _known() or row["occupancy_basis"] not in _known()
    ]
    if estimated:
        blocks.append(w.caution("today.estimated"))
    blocks += _lists(w)
    return Section("today", w.say("today.title"), tuple(blocks))


def _known() -> tuple[str, ...]:
    return (Basis.PUBLISHED.value, Basis.SURVEYED.value, Basis.DERIVED.value)


def _positions(w: Writer) -> Any:
    if not w.has("map.position_error_km.min"):
        return w.runs("today.no_positions")
    return w.runs("today.positions", low=w.ref("map.position_error_km.min"), high=w.ref("map.position_error_km.max"))


def _lists(w: Writer) -> list[Block]:
    if not w.rows("list_totals"):
        return []
    caption = w.say("today.lists")
    label = tables()["list_totals"]["list_id"].label(w.lang)
    made: list[Block] = [w.paragraph("today.lists_text"), w.table("list_totals", _LISTS, caption=caption, named=label)]
    pairs = overlapping_lists(w.snapshot.record)
    pairs.sort(key=lambda pair: -(w.value(f"lists.{pair[0]}+{pair[1]}.shared_ha") or 0.0))
    if pairs:
        names = {row["list_id"]: w.name_of(row) for row in w.rows("plan_list")}
        one, other, _ = pairs[0]
        shared = f"lists.{one}+{other}.shared"
        facts: dict[str, Any] = {"one": names[one], "other": names[other]}
        made.append(w.caution("today.double", shared=w.ref(shared), shared_ha=w.ha(f"{shared}_ha"), **facts))
        made.append(_overlaps(w, pairs, names))
    return made


def _overlaps(w: Writer, pairs: list[tuple[str, str, list[str]]], names: dict[str, str]) -> TableBlock:
    parks = {row["park_id"]: w.name_of(row) for row in w.rows("park")}
    lines = []
    for one, other, shared in pairs:
        pair = f"lists.{one}+{other}"
        union = (w.ref(f"{pair}.union_ha", decimals=1),) if w.has(f"{pair}.union_ha") else (UNKNOWN[w.lang],)
        cells: tuple[Runs, ...] = (
            (f"{names[one]} + {names[other]}",),
            (w.ref(f"{pair}.shared"),),
            (w.ref(f"{pair}.shared_ha", decimals=1),),
            union,
            (", ".join(parks[park] for park in shared),),
        )
        lines.append(Row(cells))
    columns = (
        Column(w.say("today.pair"), wide=True),
        *(Column(w.say(f"today.{name}"), True) for name in ("shared", "shared_ha", "union_ha")),
        Column(w.say("today.which"), wide=True),
    )
    return TableBlock("overlaps", w.say("today.overlaps"), columns, tuple(lines))
