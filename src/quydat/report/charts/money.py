"""The city's money by year: what it spends and receives, what it owes, and the budget."""

from collections.abc import Sequence
from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import COLOURS, FAINT, INK, above, numbers, sheet, signed, years
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_SPENT, _RECEIVED = COLOURS["vacant_blocked"], COLOURS["vacant_ready"]
_NOTHING = 0.5


def quantity(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    """Rows of the simulation of one quantity, by year."""
    return sorted(given(snapshot, "simulation", quantity=name), key=lambda row: row["year"])


def has_money(snapshot: Snapshot) -> bool:
    """Whether the city spends or receives anything."""
    return any(
        (row["expected"] or 0.0) > _NOTHING
        for name in ("spent_bn_vnd", "received_bn_vnd")
        for row in quantity(snapshot, name)
    )


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Bars of the mean with strokes from P10 to P90; debt below, where any is likely enough to be seen."""
    debt = quantity(snapshot, "debt_bn_vnd")
    owing = any(row["p90"] > _NOTHING for row in debt)
    ratios = [1.6, 1.0] if owing else [1.0]
    figure, axes = sheet(
        4.6 if owing else 3.3, rows=len(ratios), top=0.45, between=0.32, sharex=True, height_ratios=ratios
    )
    handles, labels = _flows(axes[0, 0], snapshot, lang)
    if owing:
        _debt(axes[1, 0], debt, lang)
    last = axes[-1, 0]
    last.set_xlabel(say("report.chart.year", lang))
    years(last.xaxis)
    above(figure, handles, labels, columns=4)
    return signed(figure, snapshot, lang, tables=("simulation",))


def _flows(axis: Any, snapshot: Snapshot, lang: Lang) -> tuple[list[Any], list[str]]:
    handles: list[Any] = []
    labels: list[str] = []
    for name, colour, shift in (("spent_bn_vnd", _SPENT, -0.2), ("received_bn_vnd", _RECEIVED, 0.2)):
        rows = quantity(snapshot, name)
        x = [row["year"] + shift for row in rows]
        means = [row["expected"] for row in rows]
        handles.append(axis.bar(x, means, width=0.38, color=colour))
        labels.append(say(f"report.chart.{name}", lang))
        strokes = axis.vlines(x, [row["p10"] for row in rows], [row["p90"] for row in rows], color=INK, linewidth=0.9)
    handles.append(strokes)
    labels.append(say("report.chart.band", lang))
    budget = yearly_budget(snapshot)
    if budget:
        handles += axis.step(
            list(budget), list(budget.values()), where="mid", color=FAINT, linewidth=1.2, linestyle="--"
        )
        labels.append(say("report.chart.budget", lang))
    axis.set_ylim(bottom=0)
    axis.set_ylabel(say("report.chart.money_year", lang), fontsize=7)
    numbers(axis.yaxis, lang)
    return handles, labels


def _debt(axis: Any, rows: Sequence[dict[str, Any]], lang: Lang) -> None:
    x = [row["year"] for row in rows]
    axis.bar(x, [row["expected"] for row in rows], width=0.38, color=COLOURS["gap"])
    axis.vlines(x, [row["p10"] for row in rows], [row["p90"] for row in rows], color=INK, linewidth=0.9)
    axis.set_ylim(bottom=0)
    axis.set_ylabel(say("report.chart.debt_bn_vnd", lang), fontsize=7)
    numbers(axis.yaxis, lang)


def yearly_budget(snapshot: Snapshot) -> dict[int, float]:
    """Money of all sources in đồng by year, or the yearly budget of the study; empty where it is not known whole."""
    sources = {row["fund_source"]: row["currency"] for row in given(snapshot, "fund_source")}
    shown = sorted({row["year"] for row in given(snapshot, "simulation")})
    if not sources:
        stated = snapshot.ledger.get("parameters.programme.budget_bn_vnd")
        value = None if stated is None else stated.value
        return dict.fromkeys(shown, float(value)) if isinstance(value, int | float) else {}
    if set(sources.values()) != {"VND"}:
        return {}
    made = dict.fromkeys(shown, 0.0)
    for row in given(snapshot, "fund_year"):
        if row["year"] in made:
            made[row["year"]] += row["amount_bn"]
    return made
