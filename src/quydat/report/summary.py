"""What ``quydat demo`` prints: one screen that a planner understands, every number of it a figure."""

from collections.abc import Sequence

from quydat.core.text import UNKNOWN, Lang
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.report.document import FigureRef, Runs
from quydat.report.programme_figures import city_first
from quydat.report.ranges import dashed, drawn, drawn_year, ends
from quydat.report.sections.focus import beyond, step_names
from quydat.report.sections.law import compared, failing_of, findings_of, subject_name
from quydat.report.snapshot import Snapshot
from quydat.report.surveys import best_survey
from quydat.report.wording import MARKS, legend
from quydat.report.writer import Writer

_STOCK = ("gross", "lettable", "let", "vacant", "ready", "blocked", "not_cleared")
_FIGURE_OF = {"ready": "vacant_ready", "blocked": "vacant_blocked"}
_STEP_WIDTH = 40
_RULE_WIDTH = 60
_MOST_FAILING = 6
_WIDTH, _LEAST = 150, 24


def summary_lines(snapshot: Snapshot, lang: Lang) -> list[str]:
    """The screen, line by line: land, demand and gap, parks in procedure, programme, law, legend of the marks.

    Raises
    ------
    quydat.report.writer.UnknownFigure
        If the ledger lacks a number that is printed.
    """
    w = Writer(snapshot, lang)
    lines = [w.say("title", city=snapshot.study.name(lang)), ""]
    lines += [w.say("lines.land"), *_stock(w), ""]
    lines += [w.say("lines.account"), *_account(w), ""]
    if snapshot.focus_here:
        lines += [w.say("lines.focus"), *_focus(w), ""]
    if w.rows("programme"):
        lines += [w.say("lines.programme"), *_programme(w), ""]
    if w.has("delivery.years_gained"):
        lines += [w.say("lines.delivery"), *_delivery(w), ""]
    if w.has("law.pass"):
        lines += [w.say("lines.law"), *_law(w), ""]
    if snapshot.surveyed:
        lines += [w.say("lines.floor_illustrative" if snapshot.made_up else "lines.floor"), *_floor(w), ""]
    shown = "".join(lines)
    marks = "; ".join(f"{mark} {meaning}" for mark, meaning in legend(lang) if mark in shown and mark in MARKS.values())
    return [*lines, w.say("lines.marks", marks=marks)] if marks else lines[:-1]


def text(run: FigureRef) -> str:
    """A figure as text with its mark."""
    return run.text + run.mark


def spoken(runs: Runs) -> str:
    """Figures and words as one text, each figure with its mark."""
    return "".join(
        run if isinstance(run, str) else text(run) if isinstance(run, FigureRef) else run.text for run in runs
    )


def _stock(w: Writer) -> list[str]:
    rows = [(w.say(f"lines.{name}"), text(w.ref(f"land.{_FIGURE_OF.get(name, name)}", decimals=0))) for name in _STOCK]
    return aligned(rows, right=(1,))


def _account(w: Writer) -> list[str]:
    after = w.say("none_until", year=w.snapshot.study.end_year)
    has_programme = bool(w.rows("programme"))
    heads = ["", w.say("lines.demand"), w.say("lines.gap")] + ([w.say("lines.gap_programme")] if has_programme else [])
    rows = [heads]
    for year in w.milestones("land.demand"):
        row = [w.say("lines.until", year=year)]
        row += [spoken(drawn(w, f"land.{name}.{year}")) for name in ("demand", "gap")]
        row += [spoken(drawn(w, f"programme.gap.{year}"))] if has_programme else []
        rows.append(row)
    run_out = [w.say("lines.run_out"), "", spoken(drawn_year(w, "land.run_out_year", missing=after))]
    rows.append(run_out + ([spoken(drawn_year(w, "programme.run_out_year", missing=after))] if has_programme else []))
    return [*aligned(rows, right=(1, 2, 3)), *_how_wide(w)]


def _how_wide(w: Writer) -> list[str]:
    """How to read the triples, whether such ranges held in the past, and which survey would narrow them most."""
    if ends(w, f"land.gap.{w.milestones('land.gap')[-1]}") is None:
        return []
    made = [w.say("lines.triples")]
    if w.has("forecast.tried"):
        facts = {name: text(w.ref(f"forecast.{name}")) for name in ("too_narrow", "tried")}
        made.append(w.say("lines.back_test", **facts))
    best = best_survey(w)
    if best is not None:
        widths = {name: text(w.ha(figure)) for name, figure in (("now", best.now), ("then", best.then))}
        made.append(w.say("lines.survey", survey=best.name, **widths))
    return [f"  {line}" for line in made]


def _focus(w: Writer) -> list[str]:
    heads = [
        w.say("name"),
        w.say("lines.step"),
        w.say("focus.who"),
        w.say("lines.promised"),
        w.say("lines.kept"),
        w.say("lines.expected"),
    ]
    rows = [heads]
    known = {row["park_id"]: row for row in w.rows("procedure")}
    for park in w.snapshot.focus_here:
        row = known[park]
        days = [
            text(w.ref(f"procedure.{park}.ready_{q}", show="year")) if row[f"ready_{q}"] else UNKNOWN[w.lang]
            for q in ("p10", "p50", "p90")
        ]
        promised = w.ref(f"procedure.{park}.promised_year").text if row["promised_year"] else w.say("not_promised")
        kept = text(w.ref(f"promised_expected.{park}.kept_share", decimals=0)) if row["promised_year"] else "–"
        step = cut(step_names(w, row["next_steps"]), _STEP_WIDTH)
        who = cut(row[f"next_authority_{w.lang}"] or UNKNOWN[w.lang], 30)
        rows.append([w.name_of(row), step, who, promised, kept, "–".join(days)])
    note = beyond(w, [known[park] for park in w.snapshot.focus_here])
    return [*aligned(rows), *([f"  {note}"] if note else [])]


def _law(w: Writer) -> list[str]:
    """Findings on each focus park: how many, and the first requirement that it fails; then what fails anywhere."""
    counts = ("pass", "fail", "unknown", "may_not_apply")
    rows = [[w.say("name"), *(w.say(f"lines.law.{name}") for name in counts), w.say("lines.law.which")]]
    names = {row["park_id"]: w.name_of(row) for row in w.rows("parks")}
    for park in w.snapshot.focus:
        if not w.has(f"findings_summary.park.{park}.total.pass"):
            continue
        failed = findings_of(w, "park", park, ("fail",))
        cells = [text(w.ref(f"findings_summary.park.{park}.total.{name}")) for name in counts]
        rows.append([names[park], *cells, cut(failed[0][f"label_{w.lang}"], _RULE_WIDTH) if failed else "–"])
    lines = aligned(rows, right=(1, 2, 3, 4)) if len(rows) > 1 else []
    return [*lines, *_failing(w), f"  {w.say('lines.law.sure')}"]


def _failing(w: Writer) -> list[str]:
    """Whatever fails, one line each: the counts above are of the focus parks alone."""
    failing = failing_of(w)
    if not failing:
        return []
    lines = [f"  {w.say('lines.law.failing', count=text(w.ref('law.fail')))}"]
    for row in failing[:_MOST_FAILING]:
        numbers = "" if row["margin"] is None else f" – {compared(w, row)}"
        start, end = f"    {subject_name(w, row)}: ", f"{numbers} ({row[f'citation_{w.lang}']})"
        label = cut(row[f"label_{w.lang}"].rstrip("."), max(_LEAST, _WIDTH - len(start) - len(end)))
        lines.append(f"{start}{label}{end}")
    rest = len(failing) - _MOST_FAILING
    return [*lines, f"    {w.say('lines.law.more', count=rest)}"] if rest > 0 else lines


def _floor(w: Writer) -> list[str]:
    """Floor space by kind of place: observed, and the estimated total beside it."""
    rows = [["", *(w.say(f"lines.{name}") for name in ("establishments", "floor_known", "floor_total"))]]
    kinds = [row for row in w.rows("floor_space") if row["dimension"] in ("total", "place_kind")]
    kinds.sort(key=lambda row: (row["dimension"] != "total", -(row["gross_floor_area_m2"] or 0.0)))
    for row in kinds:
        start = f"floor_space.{row['dimension']}.{row['group']}"
        total = f"{start}.estimated_total_m2"
        rows.append(
            [
                ("" if row["dimension"] == "total" else "  ") + w.name_of(row),
                text(w.ref(f"{start}.establishments")),
                text(w.ref(f"{start}.gross_floor_area_m2", decimals=0)),
                text(w.ref(total, decimals=0)) if w.has(total) else "–",
            ]
        )
    return aligned(rows, right=(1, 2, 3))


def _programme(w: Writer) -> list[str]:
    pairs = (
        ("projects", "projects", 0), ("land_won", "lettable_ha", 0), ("cost", "city_cost_bn_vnd", 0),
        ("receipts", "receipts_bn_vnd", 0), ("gap_proven", "gap_proven", 2),
    )  # fmt: skip
    rows = [
        (w.say(f"lines.{name}"), text(w.ref(f"programme.{figure}", decimals=digits)))
        for name, figure, digits in pairs
        if w.has(f"programme.{figure}")
    ]
    return aligned(rows, right=(1,))


def _delivery(w: Writer) -> list[str]:
    """What it changes if the city clears and builds first: time, land, money, for which parks it pays."""
    gained = ends(w, "delivery.years_gained") or [f"delivery.years_gained{end}" for end in (".p10", "", ".p90")]
    rows = [(w.say("lines.years_gained"), spoken(dashed([w.ref(one, decimals=1) for one in gained])))]
    for year in w.milestones("delivery.ready_more"):
        left, first = (f"delivery.ready.{name}.{year}" for name in (DEVELOPER_LED, city_first(w.snapshot.record)))
        if w.has(left) and w.has(first):
            both = [text(w.ref(one, decimals=0)) for one in (left, first)]
            rows.append((w.say("lines.ready_by", year=year), " → ".join(both)))
    if w.has("delivery.net_cost_more"):
        rows.append((w.say("lines.net_cost_more"), text(w.ref("delivery.net_cost_more", decimals=0))))
    if w.has("delivery.parks_paying"):
        parks = [text(w.ref(f"delivery.parks_{name}")) for name in ("paying", "compared")]
        rows.append((w.say("lines.parks_paying"), w.say("lines.of", part=parks[0], whole=parks[1])))
    if w.has("delivery.break_even_clearance"):
        bear, stated = (
            w.ref("delivery.break_even_clearance", decimals=1),
            w.ref("programme.clearance_per_ha", decimals=1),
        )
        rows.append((w.say("lines.break_even"), w.say("lines.instead_of", first=text(bear), second=text(stated))))
    return aligned(rows, right=(1,))


def cut(words: str, width: int) -> str:
    """A text at most so wide; what was cut off is said by an ellipsis."""
    return words if len(words) <= width else words[: width - 1].rstrip(" ;,") + "…"


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Rows with their columns under each other, two spaces in and two between."""
    count = max(len(row) for row in rows)
    widths = [max((len(row[place]) for row in rows if place < len(row)), default=0) for place in range(count)]
    return [
        (
            "  "
            + "  ".join(
                cell.rjust(widths[place]) if place in right else cell.ljust(widths[place])
                for place, cell in enumerate(row)
            )
        ).rstrip()
        for row in rows
    ]
