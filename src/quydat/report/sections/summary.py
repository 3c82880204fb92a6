"""Section 0: what a council member takes home, in eight sentences."""

from typing import Any

from quydat.core.basis import Basis
from quydat.report.document import Notice, Paragraph, Runs, Section
from quydat.report.record_figures import parameters
from quydat.report.sections.focus import beyond
from quydat.report.writer import Writer


def write(w: Writer) -> Section:
    """How much land, how long it lasts, what is wanted and coming, what a programme changes, how sure."""
    points = [
        w.point(
            "summary.land",
            gross=w.ha("land.gross"),
            lettable=w.ha("land.lettable"),
            let=w.ha("land.let"),
            share=w.ref("land.occupancy_share", decimals=0),
            vacant=w.ha("land.vacant"),
            not_cleared=w.ha("land.not_cleared"),
        ),
        w.point(
            "summary.ready",
            vacant=w.ha("land.vacant"),
            ready=w.ha("land.vacant_ready"),
            blocked=w.ha("land.vacant_blocked"),
        ),
        Paragraph(run_out(w), role="point"),
        Paragraph(_demand(w), role="point"),
        *_focus(w),
        *_programme(w),
        Paragraph(_sure(w), role="point"),
    ]
    return Section("summary", w.say("summary.title"), (*illustrative(w), *points))


def illustrative(w: Writer) -> tuple[Notice, ...]:
    """A warning at the head of the document if anything in it is made up for show."""
    if any(figure.basis is Basis.ILLUSTRATIVE for figure in w.snapshot.ledger):
        return (Notice((w.say("summary.illustrative"),), kind="illustrative"),)
    return ()


def run_out(w: Writer) -> Runs:
    """The first year short of land, with its range where there is one."""
    end = w.snapshot.study.end_year
    if w.value("land.run_out_year") is None:
        return w.runs("summary.no_run_out", year=w.ref("land.run_out_year", missing=str(end)))
    if not (w.has("land.run_out_year.p10") and w.has("land.run_out_year.p90")):
        return w.runs("summary.run_out", year=w.ref("land.run_out_year"))
    after = w.say("none_until", year=end)
    return w.runs(
        "summary.run_out_range",
        year=w.ref("land.run_out_year"),
        early=w.ref("land.run_out_year.p10", missing=after),
        late=w.ref("land.run_out_year.p90", missing=after),
    )


def _demand(w: Writer) -> Runs:
    years = w.milestones("land.demand")
    shown = [years[0], years[-1]] if len(years) > 1 else years
    made: list[Any] = []
    for year in shown:
        total, drawn = f"land.demand.{year}", f"demand.total.{year}"
        facts: dict[str, Any] = {"year": str(year), "total": w.ha(total), "gap": w.ha(f"land.gap.{year}")}
        facts["gap_range"] = _range(w, f"land.gap.{year}")
        if w.has(f"{drawn}.p10") and w.has(f"{drawn}.p90"):
            made += w.runs("summary.demand_range", p10=w.ha(f"{drawn}.p10"), p90=w.ha(f"{drawn}.p90"), **facts)
        else:
            cell = f"demand.{year}.{w.snapshot.place}.all.land_ha.combined"
            made += w.runs("summary.demand", p10=w.ha(f"{cell}.p10"), p90=w.ha(f"{cell}.p90"), **facts)
        made.append(" ")
    return tuple(made[:-1])


def _range(w: Writer, figure_id: str) -> Runs:
    """P10 and P90 of a figure in brackets, where the ledger has them."""
    if not (w.has(f"{figure_id}.p10") and w.has(f"{figure_id}.p90")):
        return ()
    low, middle, high = (f"{figure_id}.{quantile}" for quantile in ("p10", "p50", "p90"))
    facts: dict[str, Any] = {"p10": w.ha(low), "p90": w.ha(high)}
    if w.has(middle) and not w.value(low) <= w.value(figure_id) <= w.value(high):
        # The central account delivers each park on its own middle day; with skewed dates no draw is like it.
        return w.runs("summary.gap_draws", p50=w.ha(middle), **facts)
    return w.runs("summary.gap_range", **facts)


def _focus(w: Writer) -> list[Paragraph]:
    rows = [row for row in w.rows("procedure") if row["park_id"] in w.snapshot.focus_here and row["ready_p50"]]
    if not rows:
        return []
    rows.sort(key=lambda row: row["ready_p50"])
    facts: dict[str, Any] = {
        "count": w.ref("focus.parks"),
        "promised": w.ref("focus.promised"),
        "late": w.ref("focus.late"),
        "land": w.ha("focus.lettable_ha"),
    }
    for place, row in (("first", rows[0]), ("last", rows[-1])):
        facts[f"{place}_park"] = w.name_of(row)
        for quantile in ("p10", "p50", "p90"):
            facts[f"{place}_{quantile}"] = w.ref(f"procedure.{row['park_id']}.ready_{quantile}", show="year")
    said = w.runs("summary.focus", **facts)
    if note := beyond(w, [rows[0], rows[-1]]):
        said = (*said, " ", note)
    return [Paragraph(said, role="point")]


def _programme(w: Writer) -> list[Paragraph]:
    if not w.rows("programme"):
        return []
    return [
        w.point(
            "summary.programme",
            budget=w.ref("parameters.programme.budget_bn_vnd"),
            parks=w.ref("programme.parks"),
            land=w.ha("programme.lettable_ha"),
            cost=w.ref("programme.cost_bn_vnd"),
            receipts=w.ref("programme.receipts_bn_vnd"),
        ),
        Paragraph(effect(w), role="point"),
    ]


def effect(w: Writer) -> Runs:
    """What the programme changes: the first year short of land, and the gap; better, the same or worse is said."""
    end = w.snapshot.study.end_year
    no_gap = w.say("none_until", year=end)
    before, after = w.value("land.run_out_year"), w.value("programme.run_out_year")
    way = "same" if before == after else "later" if (after or end + 1) > (before or end + 1) else "earlier"
    years: dict[str, Any] = {"before": w.ref("land.run_out_year", missing=no_gap)}
    if way != "same":
        years["after"] = w.ref("programme.run_out_year", missing=no_gap)
    last = w.milestones("programme.gap")[-1]
    change = gap_change(w, last)
    gaps: dict[str, Any] = {"year": str(last), "before": w.ha(f"land.gap.{last}")}
    if change != "same":
        gaps["after"] = w.ha(f"programme.gap.{last}")
    made = (*w.runs(f"summary.run_out_{way}", **years), " ", *w.runs(f"summary.gap_{change}", **gaps))
    helped = way == "later" or change == "less"
    return made if helped or (before is None and after is None) else (*made, " ", w.say("summary.not_helped"))


def gap_change(w: Writer, year: int) -> str:
    """Whether the programme leaves less, the same (to half a hectare) or more land lacking by the end of a year."""
    change = w.value(f"programme.gap.{year}") - w.value(f"land.gap.{year}")
    return "same" if abs(change) < 0.5 else "less" if change < 0 else "more"


def _sure(w: Writer) -> Runs:
    operating = [row for row in w.rows("land_by_state") if row["state"] == "operating"]
    assumed = sum(i.basis is Basis.ASSUMED for values in parameters(w.snapshot.ledger).values() for i in values[:1])
    made: list[Any] = list(w.runs("summary.sure_parameters" if assumed else "summary.sure_none"))
    for row in operating:
        cell = f"land_by_state.{row['state']}"
        made = [
            *w.runs(
                "summary.sure_coverage",
                parks=w.ref(f"{cell}.parks"),
                lettable=w.ref(f"{cell}.lettable_area_known"),
                occupancy=w.ref(f"{cell}.occupancy_known"),
            ),
            " ",
            *made,
        ]
    return tuple(made)
