"""Section 0: what a council member takes home, in a few sentences."""

from typing import Any

from quydat.core.basis import Basis
from quydat.report.document import Notice, Paragraph, Runs, Section
from quydat.report.ranges import dashed, drawn, drawn_year, ends, middle
from quydat.report.record_figures import parameters
from quydat.report.sections.focus import beyond
from quydat.report.surveys import narrows_most
from quydat.report.writer import Writer, joined


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
        *_how_sure_before(w),
        *_focus(w),
        *_programme(w),
        Paragraph(_sure(w), role="point"),
    ]
    triples = (w.paragraph("summary.triples"),) if ends(w, f"land.demand.{w.milestones('land.demand')[-1]}") else ()
    return Section("summary", w.say("summary.title"), (*illustrative(w), *triples, *points))


def illustrative(w: Writer) -> tuple[Notice, ...]:
    """A warning at the head of the document if anything in it is made up for show."""
    if any(figure.basis is Basis.ILLUSTRATIVE for figure in w.snapshot.ledger):
        return (Notice((w.say("summary.illustrative"),), kind="illustrative"),)
    return ()


def run_out(w: Writer) -> Runs:
    """The first year short of land with its range, and the probability that it comes before the first milestone."""
    end = w.snapshot.study.end_year
    found = ends(w, "land.run_out_year")
    after = w.say("none_until", year=end)
    if found is None:
        if w.value("land.run_out_year") is None:
            return w.runs("summary.no_run_out", year=w.ref("land.run_out_year", missing=str(end)))
        return w.runs("summary.run_out", year=w.ref("land.run_out_year"))
    early, mid, late = found
    if w.value(early) is None:
        return w.runs("summary.no_run_out_drawn", year=w.ref(early, missing=str(end)))
    facts: dict[str, Any] = {"early": w.ref(early), "late": w.ref(late, missing=after)}
    if w.value(mid) is None:
        said = w.runs("summary.run_out_early", year=w.ref(mid, missing=str(end)), early=facts["early"])
    else:
        said = w.runs("summary.run_out_range", year=w.ref(mid), **facts)
    return (*said, *_short_by(w))


def _short_by(w: Writer) -> Runs:
    for year in w.milestones("land.demand"):
        share = f"run_out.{w.snapshot.place}.pipeline.{year}.by_share"
        if w.has(share):
            return (" ", *w.runs("summary.short_by", year=str(year), share=w.ref(share, decimals=0)))
    return ()


def _demand(w: Writer) -> Runs:
    years = w.milestones("land.demand")
    shown = [years[0], years[-1]] if len(years) > 1 else years
    made = (
        w.runs(
            "summary.wanted", year=str(year), total=drawn(w, f"land.demand.{year}"), gap=drawn(w, f"land.gap.{year}")
        )
        for year in shown
    )
    return joined(made, " ")


def _how_sure_before(w: Writer) -> list[Paragraph]:
    """What the back-test says of the ranges, and which survey would narrow them most."""
    made = []
    if w.has("forecast.tried"):
        wide = "narrow" if w.value("forecast.too_narrow") else "wide_enough"
        facts: dict[str, Any] = {"tried": w.ref("forecast.tried"), "narrow": w.ref("forecast.too_narrow")}
        made.append(w.point(f"summary.back_test_{wide}", **(facts if wide == "narrow" else {"tried": facts["tried"]})))
    survey = narrows_most(w)
    return [*made, Paragraph(survey, role="point")] if survey else made


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
    """What the programme is, what it changes, and whether the city should clear first."""
    if not w.rows("programme"):
        return []
    made: list[Paragraph] = []
    if w.has("programme.gap_proven"):
        facts: dict[str, Any] = {"considered": w.ref("programme.considered")}
        facts["gap"] = w.ref("programme.gap_proven", decimals=2)
        paid = bool(w.value("programme.projects"))
        if paid:
            facts |= {"projects": w.ref("programme.projects"), "land": w.ha("programme.lettable_ha")}
            facts |= {
                name: w.ref(f"programme.{figure}", decimals=0)
                for name, figure in (("cost", "city_cost_bn_vnd"), ("receipts", "receipts_bn_vnd"))
            }
        made.append(w.point("summary.programme" if paid else "summary.programme_none", **facts))
    made.append(Paragraph(effect(w), role="point"))
    return [*made, *(Paragraph(said, role="point") for said in [city_first_said(w, "summary.delivery")] if said)]


_SLIGHT_BN_VND = 1.0
"""An advantage below a billion either way is none."""
_ADVANTAGE = "delivery.advantage"
_RARE = 0.01


def city_first_said(w: Writer, key: str) -> Runs:
    """Whether city first pays over all parks: the middle decides, the range and its probability are said."""
    if not w.has(_ADVANTAGE) or not w.has("delivery.pays_share") or ends(w, _ADVANTAGE) is None:
        return ()
    value = w.value(_ADVANTAGE)
    way = "even" if abs(value) < _SLIGHT_BN_VND else "pays" if value > 0 else "costs"
    if way == "costs" and not w.value("delivery.parks_paying"):
        way = "costs_nowhere"
    return w.runs(
        f"{key}_{way}",
        range=dashed([w.ref(f"{_ADVANTAGE}{end}", decimals=0) for end in (".p10", "", ".p90")]),
        share=w.ref("delivery.pays_share", decimals=1 if 0 < w.value("delivery.pays_share") < _RARE else 0),
        paying=w.ref("delivery.parks_paying"),
        compared=w.ref("delivery.parks_compared"),
    )


def effect(w: Writer) -> Runs:
    """What the programme changes: the first year short of land, and the gap; better, the same or worse is said."""
    end = w.snapshot.study.end_year
    no_gap = w.say("none_until", year=end)
    before, after = (w.value(middle(w, f"{prefix}.run_out_year")) for prefix in ("land", "programme"))
    way = "same" if before == after else "later" if (after or end + 1) > (before or end + 1) else "earlier"
    years = {
        name: drawn_year(w, f"{prefix}.run_out_year", missing=no_gap)
        for name, prefix in (("before", "land"), ("after", "programme"))
    }
    way = _kept(way, years)
    last = w.milestones("programme.gap")[-1]
    change = gap_change(w, last)
    gaps = {name: drawn(w, f"{prefix}.gap.{last}") for name, prefix in (("before", "land"), ("after", "programme"))}
    change_said = _kept(change, gaps)
    said = (
        w.runs(f"summary.run_out_{way}", **years),
        w.runs(f"summary.gap_{change_said}", year=str(last), **gaps),
    )
    made = joined(said, " ")
    helped = way == "later" or change == "less"
    return made if helped or (before is None and after is None) else (*made, " ", w.say("summary.not_helped"))


def _kept(change: str, values: dict[str, Runs]) -> str:
    """A middle that stays is told apart from a range that stays; what stays whole is printed once."""
    if change != "same":
        return change
    texts = [["–" if isinstance(run, str) else run.text for run in runs] for runs in values.values()]
    if texts[0] != texts[1] and len(texts[0]) > 1:
        return "same_middle"
    values.pop("after")
    return change


def gap_change(w: Writer, year: int) -> str:
    """Whether the programme leaves less, the same (to half a hectare) or more land lacking by the end of a year."""
    before, after = (w.value(middle(w, f"{prefix}.gap.{year}")) for prefix in ("land", "programme"))
    change = after - before
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
