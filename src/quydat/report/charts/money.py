"""The city's money by year: what it spends and receives, what it owes, and the budget."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import COLOURS, FAINT, INK, above, band, band_key, numbers, sheet, signed, years
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_SPENT, _RECEIVED, _DEBT = COLOURS["vacant_blocked"], COLOURS["vacant_ready"], COLOURS["gap"]
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
    """Bars of the mean with P10–P90 above, cash and debt with their ranges below."""
    figure, axes = sheet(4.6, rows=2, top=0.5, between=0.32, sharex=True, height_ratios=[1.35, 1.0])
    handles, labels = _flows(axes[0, 0], snapshot, lang)
    more = _stocks(axes[1, 0], snapshot, lang)
    for handle, label in more:
        handles.append(handle)
        labels.append(label)
    axes[1, 0].set_xlabel(say("report.chart.year", lang))
    years(axes[1, 0].xaxis)
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
        axis.vlines(x, [row["p10"] for row in rows], [row["p90"] for row in rows], color=INK, linewidth=0.9)
    budget = yearly_budget(snapshot)
    if budget:
        handles += axis.step(
            list(budget), list(budget.values()), where="mid", color=FAINT, linewidth=1.2, linestyle="--"
        )
        labels.append(say("report.chart.budget", lang))
    axis.set_ylim(bottom=0)
    axis.set_ylabel(say("report.chart.money_year", lang), fontsize=8)
    numbers(axis.yaxis, lang)
    return handles, labels


def _stocks(axis: Any, snapshot: Snapshot, lang: Lang) -> list[tuple[Any, str]]:
    made = []
    for name, colour in (("debt_bn_vnd", _DEBT),):
        rows = quantity(snapshot, name)
        if not any(row["p90"] > _NOTHING for row in rows):
            continue
        x = [row["year"] for row in rows]
        band(axis, x, rows, low="p10", high="p90", colour=colour)
        axis.plot(x, [row["p50"] for row in rows], color=colour, linewidth=2)
        made.append(band_key(colour, say(f"report.chart.{name}", lang)))
    axis.set_ylim(bottom=0)
    axis.set_ylabel(say("report.chart.money_end", lang), fontsize=8)
    numbers(axis.yaxis, lang)
    return made


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
