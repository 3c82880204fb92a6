"""All charts of the report, and how they are kept: the same snapshot gives the same bytes."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from quydat.core.text import Lang
from quydat.report.charts import (
    account,
    back_test,
    compare,
    delivery,
    demand,
    fan,
    floor,
    hangs_on,
    heat_map,
    land_today,
    marginal,
    money,
    pipeline,
    programme,
    promised,
    ready_land,
    ready_map,
    regret,
    scenarios,
    tornado,
    waterfall,
)
from quydat.report.charts.style import DPI, RC
from quydat.report.delivery_models import divided, strategies
from quydat.report.map import map_svg
from quydat.report.naming import given
from quydat.report.programme_figures import city_first_rows
from quydat.report.snapshot import Snapshot

CHARTS: Mapping[str, Callable[[Snapshot, Lang], Any]] = {
    "land_today": land_today.draw,
    "floor": floor.draw,
    "pipeline": pipeline.draw,
    "promised": promised.draw,
    "demand": demand.draw,
    "demand_build_up": waterfall.draw_build_up,
    "where": heat_map.draw_where,
    "where_sector": heat_map.draw_sectors,
    "back_test": back_test.draw,
    "demand_fan": fan.draw,
    "account": account.draw,
    "account_waterfall": waterfall.draw_account,
    "short_by_place": heat_map.draw_short,
    "scenarios": scenarios.draw,
    "programme": programme.draw,
    "programme_money": money.draw,
    "programme_land": ready_land.draw,
    "programme_map": ready_map.draw,
    "compare": compare.draw,
    "delivery": delivery.draw,
    "delivery_parks": delivery.draw_parks,
    "delivery_hangs_on": hangs_on.draw,
    "marginal_money": marginal.draw,
    "regret": regret.draw,
    "tornado": tornado.draw,
    "surveys": tornado.draw_surveys,
}
"""Every chart by name: a function that draws it as a matplotlib figure; ``map.map_svg`` makes the map."""


_NEEDS: Mapping[str, Callable[[Snapshot], object]] = {
    "demand_build_up": lambda snapshot: any(row["component"] == "total" for row in waterfall.build_up_rows(snapshot)),
    "where": heat_map.place_order,
    "where_sector": lambda snapshot: heat_map.place_order(snapshot) and heat_map.by_sector(snapshot)[0],
    "back_test": back_test.tested,
    "demand_fan": fan.wanted_rows,
    "account_waterfall": lambda snapshot: account.account_rows(snapshot, "balance", "expected"),
    "short_by_place": heat_map.short_rows,
    "scenarios": lambda snapshot: len(scenarios.scenario_rows(snapshot)) > 1,
    "programme": lambda snapshot: given(snapshot, "simulation") and any(divided(snapshot)[:2]),
    "programme_money": money.has_money,
    "programme_land": lambda snapshot: money.quantity(snapshot, "closing_ha"),
    "programme_map": lambda snapshot: ready_map.shown_years(snapshot) and ready_map.spots(snapshot),
    "delivery": strategies,
    "delivery_parks": lambda snapshot: city_first_rows(snapshot.record, snapshot.tables),
    "delivery_hangs_on": hangs_on.hang_rows,
    "marginal_money": marginal.marginal_rows,
    "regret": lambda snapshot: regret.regret_rows(snapshot)[0],
    "tornado": tornado.input_rows,
    "surveys": tornado.survey_rows,
}
"""Charts with what each needs: studies without sectors, places, series or money of the city have fewer."""


def available(snapshot: Snapshot) -> list[str]:
    """Charts for which the snapshot has something to show."""
    empty = set()
    if not snapshot.focus_here:
        empty |= {"pipeline", "promised"}
    elif not any(row["promised_ha"] for row in snapshot.rows("land_ready_total")):
        empty.add("promised")
    if not snapshot.surveyed:
        empty.add("floor")
    if snapshot.tables["demand"].empty:
        empty.add("demand")
    empty |= {name for name, has in _NEEDS.items() if not has(snapshot)}
    if snapshot.tables["programme"].empty:
        empty.add("compare")
    return [name for name in CHARTS if name not in empty]


def chart_bytes(name: str, snapshot: Snapshot, lang: Lang) -> dict[str, bytes]:
    """One chart as ``svg`` and as ``png``; neither holds a date or the name of a program.

    Raises
    ------
    KeyError
        If there is no chart of that name.
    """
    import matplotlib

    made = {}
    with matplotlib.rc_context(RC):
        figure = CHARTS[name](snapshot, lang)
        _settle(figure)
        for form, metadata in (("svg", {"Date": None, "Creator": None}), ("png", {"Software": None})):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=form, dpi=DPI, metadata=metadata)
            made[form] = buffer.getvalue()
    return made


def _settle(figure: Any) -> None:
    """Lay the figure out once, to six decimals: the last digits of the layout solver differ from process to process."""
    figure.set_dpi(DPI)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position([round(edge, 6) for edge in axes.get_position().bounds])


def charts_svg(snapshot: Snapshot, lang: Lang) -> dict[str, str]:
    """Every available chart, and the map, as SVG text by name: what the HTML report takes in."""
    made = {name: chart_bytes(name, snapshot, lang)["svg"].decode() for name in available(snapshot)}
    return {**made, "map": map_svg(snapshot, lang)}


def save_charts(snapshot: Snapshot, folder: Path, lang: Lang) -> list[Path]:
    """Write every available chart as ``<name>.svg`` and ``<name>.png``, and the map as ``map.svg``.

    Returns
    -------
    The files written, in order of their names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in available(snapshot):
        for form, content in chart_bytes(name, snapshot, lang).items():
            path = folder / f"{name}.{form}"
            path.write_bytes(content)
            written.append(path)
    path = folder / "map.svg"
    path.write_text(map_svg(snapshot, lang), encoding="utf-8", newline="\n")
    return sorted([*written, path])
