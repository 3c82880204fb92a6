"""What one more billion buys, by the year in which it comes and its source."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import INK, above, literal, numbers, sheet, signed, years
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_LOOKS = (("#2b5c8a", "o", "-"), ("#1b9e77", "s", "--"), ("#8a3b2b", "D", ":"), ("#7a5ea8", "^", "-."))


def source_names(snapshot: Snapshot, lang: Lang) -> dict[str, str]:
    """Names of the sources of money by id, of the yearly budget of the study, and of a higher ceiling of debt."""
    made = {row["fund_source"]: str(row[f"name_{lang}"]) for row in given(snapshot, "fund_source")}
    return {name: say(f"report.worth.{name}", lang) for name in ("budget", "loan")} | made


def marginal_rows(snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Rows by source, in order of years; sources in the order of their ids."""
    made: dict[str, list[dict[str, Any]]] = {}
    for row in given(snapshot, "marginal_money"):
        if row["hectare_years_per_bn_vnd"] is not None:
            made.setdefault(row["fund_source"], []).append(row)
    return {name: sorted(made[name], key=lambda row: row["year"]) for name in sorted(made)}


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """A line for each source."""
    rows, known = marginal_rows(snapshot), source_names(snapshot, lang)
    figure, axes = sheet(2.9, top=0.42)
    axis = axes[0, 0]
    handles, labels = [], []
    for place, (source, mine) in enumerate(rows.items()):
        colour, marker, line = _LOOKS[place % len(_LOOKS)]
        x, y = [row["year"] for row in mine], [row["hectare_years_per_bn_vnd"] for row in mine]
        handles += axis.plot(x, y, color=colour, marker=marker, linestyle=line, linewidth=1.8, markersize=4.5)
        labels.append(literal(known.get(source, source)))
    axis.axhline(0, color=INK, linewidth=0.8)
    axis.set_ylabel(say("report.chart.hectare_years", lang), fontsize=8)
    axis.set_xlabel(say("report.chart.more_in_year", lang))
    years(axis.xaxis)
    most = max((abs(row["hectare_years_per_bn_vnd"]) for mine in rows.values() for row in mine), default=1.0)
    numbers(axis.yaxis, lang, decimals=1 if most >= 1 else 2 if most >= 0.1 else 3)
    above(figure, handles, labels, columns=3)
    return signed(figure, snapshot, lang, tables=("marginal_money",))
