"""Land wanted, added up from the day of the picture, against the land that will be there for it."""

from itertools import accumulate
from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.account import account_rows
from quydat.report.charts.style import COLOURS, INK, above, band, band_key, moment, numbers, sheet, signed, years
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_QUANTITIES = ("p10", "p50", "p90", "expected_ha")


def wanted_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Land wanted to the end of each year, as P10, P50, P90 and mean of the draws."""
    rows = [row for row in given(snapshot, "demand_build_up") if row["component"] == "total"]
    return sorted(rows, key=lambda row: row["year"])


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: a fan of land wanted; ready land at the start and what is delivered, added up, beside it."""
    start = moment(snapshot.study.as_of) - 1  # a year stands for its end: the day of the picture lies before the first
    rows: list[dict[str, Any]] = [dict.fromkeys(_QUANTITIES, 0.0), *wanted_rows(snapshot)]
    x = [start, *(row["year"] for row in rows[1:])]
    figure, axes = sheet(3.8, top=0.62)
    axis = axes[0, 0]
    colour = COLOURS["wanted"]
    band(axis, x, rows, low="p10", high="p90", colour=colour)
    middle = axis.plot(x, [row["p50"] for row in rows], color=colour, linewidth=2.2, marker="o", markersize=3)
    mean = axis.plot(x, [row["expected_ha"] for row in rows], color=colour, linewidth=1.2, linestyle=":")
    fan, name = band_key(colour, say("report.chart.wanted_band", lang))
    handles = [*middle, fan, *mean]
    labels = [say("report.chart.wanted", lang), name, say("report.chart.mean", lang)]
    account = account_rows(snapshot, "balance", "expected")
    if account:
        handles += _supply(axis, start, account)
        labels.append(say("report.chart.supply", lang))
    ends = _at_milestones(axis, snapshot, account)
    if ends:
        handles += ends
        labels.append(say("report.chart.supply_range", lang))
    for key, value in (("p10", rows[-1]["p10"]), ("p50", rows[-1]["p50"]), ("p90", rows[-1]["p90"])):
        axis.annotate(
            key.upper(), (x[-1], value), xytext=(9, 0), textcoords="offset points", fontsize=7.5, color=colour,
            va="center",
        )  # fmt: skip
    axis.set_xlim(start - 0.3, x[-1] + 1.6)
    axis.set_ylim(bottom=0)
    axis.set_xlabel(say("report.chart.year", lang))
    axis.set_ylabel(say("report.chart.ha_sum", lang))
    years(axis.xaxis)
    numbers(axis.yaxis, lang)
    above(figure, handles, labels, columns=3)
    return signed(figure, snapshot, lang, tables=("demand_build_up", "balance"))


def _supply(axis: Any, start: float, account: list[dict[str, Any]]) -> list[Any]:
    """Ready at the start + delivered + freed − released, in means of the draws, which add up over the years."""
    flows = (row["delivered_ha"] + row["freed_ha"] - row["released_ha"] for row in account)
    opening = account[0]["opening_ha"]
    total = [opening, *(opening + value for value in accumulate(flows))]
    at = [start, *(row["year"] for row in account)]
    return list(axis.plot(at, total, color=COLOURS["delivered"], linewidth=2.2))


def _at_milestones(axis: Any, snapshot: Snapshot, account: list[dict[str, Any]]) -> list[Any]:
    """Range of what is delivered at the milestones; none where land is freed or released, whose range is not known."""
    if not account or any(row["freed_ha"] or row["released_ha"] for row in account):
        return []
    made: list[Any] = []
    for row in account:
        found = [snapshot.ledger.get(f"land.delivered.{row['year']}.{quantile}") for quantile in ("p10", "p90")]
        values = [None if one is None else one.value for one in found]
        ends = [account[0]["opening_ha"] + value for value in values if isinstance(value, int | float)]
        if len(ends) == 2:
            made = axis.plot([row["year"]] * 2, ends, color=INK, linewidth=1.2, marker="_", markersize=8)
    return made
