"""Regret: how far each programme falls behind the best in each scenario, as a table of squares."""

from textwrap import fill
from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.heat_map import squares
from quydat.report.charts.style import sheet, signed
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot


def scenario_names(snapshot: Snapshot, lang: Lang) -> dict[str, str]:
    """Names of the scenarios in which programmes are judged, by id."""
    return {row["scenario"]: str(row[f"scenario_{lang}"]) for row in given(snapshot, "regret")}


def regret_rows(snapshot: Snapshot) -> tuple[dict[str, dict[str, dict[str, Any]]], list[str]]:
    """Rows by programme and scenario, the programme with the least worst regret first; and the scenarios."""
    made: dict[str, dict[str, dict[str, Any]]] = {}
    for row in given(snapshot, "regret"):
        made.setdefault(row["programme"], {})[row["scenario"]] = row
    scenarios = list(dict.fromkeys(row["scenario"] for row in given(snapshot, "regret")))
    worst = {name: max(row["regret_bn_vnd"] for row in mine.values()) for name, mine in made.items()}
    return {name: made[name] for name in sorted(made, key=lambda name: (worst[name], name))}, scenarios


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Programmes down, scenarios across, billions of đồng in each square; the last column is the worst of the line."""
    rows, scenarios = regret_rows(snapshot)
    known = scenario_names(snapshot, lang)
    stated = [str(next(iter(mine.values()))[f"programme_{lang}"]) for mine in rows.values()]
    names = [fill(name.replace("$", r"\$"), 34, max_lines=2, placeholder="…") for name in stated]
    grid = [
        [
            *(mine[one]["regret_bn_vnd"] if one in mine else None for one in scenarios),
            max(row["regret_bn_vnd"] for row in mine.values()),
        ]
        for mine in rows.values()
    ]
    heads = [fill(known.get(one, one).replace("$", r"\$"), 18, max_lines=4, placeholder="…") for one in scenarios]
    heads.append(say("report.chart.worst", lang))
    tall = max(len(head.split("\n")) for head in heads)
    figure, axes = sheet(
        1.0 + 0.13 * tall + 0.34 * len(rows), names=[max(name.split("\n"), key=len) for name in names], top=0.4
    )
    axis = axes[0, 0]
    squares(axis, grid, names, heads, lang)
    figure.subplots_adjust(bottom=(0.35 + 0.15 * tall) / figure.get_figheight())
    axis.axvline(len(scenarios) - 0.5, color="white", linewidth=5)
    axis.set_title(say("report.chart.regret", lang), loc="left", fontsize=9)
    return signed(figure, snapshot, lang, tables=("regret",))
