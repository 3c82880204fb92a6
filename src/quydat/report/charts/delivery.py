"""City first against developers: land and money of each strategy, and park by park where it pays."""

from collections.abc import Sequence
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.programme.delivery.compare import EVERYWHERE
from quydat.report.charts.style import COLOURS, INK, above, literal, numbers, sheet, signed
from quydat.report.delivery_models import strategy_colour, strategy_name, told_apart
from quydat.report.naming import given
from quydat.report.programme_figures import city_first_rows
from quydat.report.snapshot import Snapshot

_ROW = 0.2
_EVEN: dict[str, Any] = {"marker": "o", "color": COLOURS["programme"], "markersize": 4.5}
_PRICE: dict[str, Any] = {"marker": "|", "color": INK, "markersize": 8, "markeredgewidth": 1.6}
_PAYS, _COSTS = COLOURS["vacant_ready"], COLOURS["gap"]


def compared(snapshot: Snapshot, quantity: str) -> dict[str, dict[int, dict[str, Any]]]:
    """Rows of one quantity by strategy and year."""
    made: dict[str, dict[int, dict[str, Any]]] = {}
    for row in given(snapshot, "delivery_compare", quantity=quantity):
        made.setdefault(row["strategy"], {})[row["year"]] = row
    return made


def milestone_years(snapshot: Snapshot) -> list[int]:
    """Years at which land is compared: round fives and the last."""
    there = sorted({row["year"] for row in given(snapshot, "delivery_compare", quantity="ready_ha")})
    later = [year for year in there if year > snapshot.study.as_of.year]
    return [year for year in later if year % 5 == 0 or year == later[-1]] if len(later) > 4 else later


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Hectares ready by the milestones for each strategy on the left, what the city pays in the end on the right."""
    shown = told_apart(snapshot)
    lines = -(-len(shown) // 2)
    top = 0.5 + 0.19 * lines
    figure, axes = sheet(3.1 + top, columns=2, top=top, between=0.7, width_ratios=[1.7, 1.0])
    handles = _land(axes[0, 0], snapshot, shown, lang)
    _money(axes[0, 1], snapshot, shown, lang)
    names = [literal(strategy_name(snapshot, one, lang), longest=58) for one in shown]
    above(figure, handles, names, columns=2)
    return signed(figure, snapshot, lang, tables=("delivery_compare",))


def _land(axis: Any, snapshot: Snapshot, shown: Sequence[str], lang: Lang) -> list[Any]:
    rows, years = compared(snapshot, "ready_ha"), milestone_years(snapshot)
    width = 0.8 / max(len(shown), 1)
    handles = []
    for place, strategy in enumerate(shown):
        mine = [(n, rows.get(strategy, {}).get(year)) for n, year in enumerate(years)]
        there = [(n + (place - (len(shown) - 1) / 2) * width, row) for n, row in mine if row is not None]
        x = [at for at, _ in there]
        colour = strategy_colour(snapshot, strategy)
        look = bar_look(colour, strategy)
        handles.append(axis.bar(x, [row["expected"] for _, row in there], width=0.9 * width, **look))
        _whiskers(axis, x, [row for _, row in there])
    axis.set_xticks(range(len(years)), [str(year) for year in years])
    axis.grid(visible=False, axis="x")
    axis.set_title(say("report.chart.ready_sum", lang), loc="left", fontsize=9)
    axis.set_ylim(bottom=0)
    numbers(axis.yaxis, lang)
    return handles


def bar_look(colour: str, strategy: str) -> dict[str, Any]:
    """Filled; a model that is used in every park is an outline with strokes, so that print tells the two apart."""
    if strategy.endswith(EVERYWHERE):
        return {"color": "white", "edgecolor": colour, "hatch": "////", "linewidth": 0.9}
    return {"color": colour, "alpha": 0.85, "linewidth": 0}


def _whiskers(axis: Any, x: Sequence[float], rows: Sequence[dict[str, Any]]) -> None:
    known = [(at, row) for at, row in zip(x, rows, strict=True) if row["p10"] is not None and row["p90"] is not None]
    axis.vlines(
        [at for at, _ in known], [row["p10"] for _, row in known], [row["p90"] for _, row in known], color=INK,
        linewidth=1.1,
    )  # fmt: skip


def _money(axis: Any, snapshot: Snapshot, shown: Sequence[str], lang: Lang) -> None:
    """The last year of what is added up."""
    rows = compared(snapshot, "net_cost_bn_vnd")
    for place, strategy in enumerate(shown):
        of_year = rows.get(strategy, {})
        if not of_year:
            continue
        row = of_year[max(of_year)]
        axis.bar([place], [row["expected"]], width=0.62, **bar_look(strategy_colour(snapshot, strategy), strategy))
        _whiskers(axis, [place], [row])
    axis.axhline(0, color=INK, linewidth=0.8)
    axis.set_xticks([])
    axis.set_title(say("report.chart.net_cost", lang), loc="left", fontsize=9)
    numbers(axis.yaxis, lang)


def draw_parks(snapshot: Snapshot, lang: Lang) -> Any:
    """Advantage of city first by park with the probability that it pays; cost and rent against their break-even."""
    rows = city_first_rows(snapshot.record, snapshot.tables)
    names = [literal(row[f"name_{lang}"], longest=46) for row in rows]
    figure, axes = sheet(
        1.75 + _ROW * len(rows), columns=3, names=names, top=0.78, between=0.34, sharey=True,
        width_ratios=[1.35, 1.0, 1.0],
    )  # fmt: skip
    _advantages(axes[0, 0], rows, lang)
    price = {row["project_id"]: _price(row) for row in snapshot.rows("programme")}
    for axis, key, column, now in (
        (axes[0, 1], "even_clearance", "break_even_clearance_bn_vnd_per_ha", price),
        (axes[0, 2], "even_rent", "break_even_rent_usd_per_m2", _rents(snapshot, rows)),
    ):
        _even(axis, rows, column, now)
        axis.set_title(say(f"report.chart.{key}", lang), loc="left", fontsize=8)
        axis.grid(visible=False, axis="y")
        axis.xaxis.get_major_locator().set_params(nbins=4)
        numbers(axis.xaxis, lang)
    axes[0, 0].set_yticks(range(len(rows)), names, fontsize=7.5)
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    _legend(figure, lang)
    return signed(figure, snapshot, lang, tables=("delivery_park",))


def _advantages(axis: Any, rows: Sequence[dict[str, Any]], lang: Lang) -> None:
    values = [row["advantage_bn_vnd"] for row in rows]
    axis.barh(range(len(rows)), values, height=0.62, color=[_PAYS if value > 0 else _COSTS for value in values])
    axis.axvline(0, color=INK, linewidth=0.8)
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.2 * ((high - low) or 1.0)
    for place, row in enumerate(rows):
        if row["pays_share"] is not None:
            share = f"{number(100 * row['pays_share'], lang, decimals=0)} %"
            axis.text(high + room * 1.15, place, share, ha="right", va="center", fontsize=7)
    axis.set_xlim(low - 0.03 * (high - low or 1.0), high + 1.25 * room)
    axis.set_title(say("report.chart.advantage", lang), loc="left", fontsize=8)
    axis.grid(visible=False, axis="y")
    axis.xaxis.get_major_locator().set_params(nbins=4)
    numbers(axis.xaxis, lang)


def _even(axis: Any, rows: Sequence[dict[str, Any]], column: str, now: dict[str, float | None]) -> None:
    """Where it breaks even as a dot, the price of today as a stroke, a line between the two."""
    prices = [(now.get(row["project_id"]), place) for place, row in enumerate(rows)]
    evens = [(row[column], place) for place, row in enumerate(rows)]
    both = [(e, p, y) for (e, y), (p, _) in zip(evens, prices, strict=True) if e is not None and p is not None]
    axis.hlines([y for *_, y in both], [e for e, *_ in both], [p for _, p, _ in both], color="#c3ccd4", linewidth=1.6)
    for marks, look in ((prices, _PRICE), (evens, _EVEN)):
        known = [(value, place) for value, place in marks if value is not None]
        axis.plot([value for value, _ in known], [place for _, place in known], linestyle="", **look)
    axis.set_xlim(left=0)
    axis.margins(x=0.08)


def _price(row: dict[str, Any]) -> float | None:
    return row["clearance_bn_vnd"] / row["gross_area_ha"] if row["gross_area_ha"] else None


def _rents(snapshot: Snapshot, rows: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Rent of each project: its own, that of its place, or that of the study."""
    stated = snapshot.ledger.get("parameters.programme.rent_usd_per_m2")
    usual = float(stated.value) if stated is not None and isinstance(stated.value, int | float) else None
    own = {row["project_id"]: row["rent_usd_per_m2"] for row in given(snapshot, "project")}
    places = {row["place_id"]: row["rent_usd_per_m2"] for row in given(snapshot, "place")}
    where = {row["project_id"]: row["place"] for row in snapshot.rows("programme")}
    return {
        row["project_id"]: own.get(row["project_id"]) or places.get(where.get(row["project_id"]) or "") or usual
        for row in rows
    }


def _legend(figure: Any, lang: Lang) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=_PAYS), Patch(color=_COSTS),
        Line2D([], [], linestyle="", **_EVEN), Line2D([], [], linestyle="", **_PRICE),
    ]  # fmt: skip
    labels = [say(f"report.chart.{key}", lang) for key in ("pays", "costs", "even", "price_now")]
    above(figure, handles, labels, columns=3)
