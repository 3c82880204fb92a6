"""Charts of demand and account: what they add up, that nothing is written outside them, and who has which."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import matplotlib
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from tests.support.demand_results import TABLES, no_results

from quydat.core.text import Lang
from quydat.report.chart import CHARTS, available
from quydat.report.charts.account import account_rows, central_level
from quydat.report.charts.back_test import slots
from quydat.report.charts.heat_map import by_sector, cells, periods, place_order, short_rows
from quydat.report.charts.scenarios import scenario_rows
from quydat.report.charts.style import DPI, RC
from quydat.report.charts.tornado import input_rows, survey_rows
from quydat.report.charts.waterfall import account_steps, build_up_rows
from quydat.report.snapshot import Snapshot

OF_DEMAND = (
    "demand", "demand_build_up", "where", "where_sector", "back_test", "demand_fan", "account", "account_waterfall",
    "short_by_place", "scenarios", "compare", "tornado", "surveys",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", OF_DEMAND)
def test_what_is_written_lies_within_the_picture_and_not_upon_each_other(
    forecast: Snapshot, name: str, lang: Lang
) -> None:
    with matplotlib.rc_context(RC):
        figure = CHARTS[name](forecast, lang)
        figure.set_dpi(DPI)
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        drawn = [
            text for text in figure.findobj(matplotlib.text.Text) if text.get_visible() and text.get_text().strip()
        ]
        found = [(text, text.get_window_extent(renderer)) for text in drawn]
        boxes = [(text, box) for text, box in found if not _beyond_the_axis(figure, text, box)]
    whole = figure.bbox
    for text, box in boxes:
        assert box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1, text.get_text()
        assert box.y0 >= whole.y0 - 1 and box.y1 <= whole.y1 + 1, text.get_text()
    upright = [(text, box) for text, box in boxes if text.get_rotation() in (0.0, 90.0)]
    for (one, here), (other, there) in combinations(upright, 2):
        assert not here.overlaps(there), (one.get_text(), other.get_text())


def _beyond_the_axis(figure: Any, text: Any, box: Any) -> bool:
    """Tick labels that matplotlib holds ready outside the limits of an axis, and does not draw."""
    for axes in figure.axes:
        inside = axes.bbox
        if any(text in (tick.label1, tick.label2) for tick in axes.xaxis.get_major_ticks()):
            return text.get_rotation() == 0 and not inside.x0 - 1 <= (box.x0 + box.x1) / 2 <= inside.x1 + 1
        if any(text in (tick.label1, tick.label2) for tick in axes.yaxis.get_major_ticks()):
            return not inside.y0 - 1 <= (box.y0 + box.y1) / 2 <= inside.y1 + 1
    return False


def test_tables_without_rows_leave_their_charts_out(forecast: Snapshot) -> None:
    bare = replace(forecast, tables={**forecast.tables, **no_results()})
    left = set(available(forecast)) - set(available(bare))
    assert left == set(OF_DEMAND) - {"demand", "account", "account_waterfall", "compare"}


def test_a_run_without_an_account_in_draws_keeps_its_own_charts(snapshot: Snapshot) -> None:
    assert [name for name in available(snapshot) if name in OF_DEMAND] == ["demand", "account", "compare"]
    assert central_level(snapshot, "balance") == "p50"


def test_one_scenario_is_not_compared(forecast: Snapshot) -> None:
    rows = forecast.tables["scenario"]
    alone = replace(forecast, tables={**forecast.tables, "scenario": rows[rows["scenario"] == "as_now"]})
    assert "scenarios" not in available(alone)


def test_the_waterfall_of_the_account_closes(forecast: Snapshot) -> None:
    steps = account_steps(account_rows(forecast, "balance", "expected"), "vi")
    (start, opening, _), *flows, (end, closing, _) = steps
    assert (start, end) == ("Đầu 2025", "Cuối 2040")
    assert opening + sum(value for _, value, _ in flows) == pytest.approx(closing, abs=1e-6)
    assert [label for label, _, _ in flows] == ["Giao thêm", "Đã thuê"]  # nothing is freed or released


def test_land_freed_and_released_stands_in_the_waterfall() -> None:
    row = {"year": 2030, "opening_ha": 10.0, "delivered_ha": 5.0, "freed_ha": 3.0, "taken_up_ha": 6.0,
           "released_ha": 2.0, "closing_ha": 10.0}  # fmt: skip
    values = [value for _, value, _ in account_steps([row], "en")]
    assert values == [10.0, 5.0, 3.0, -6.0, -2.0, 10.0]  # 10 + 5 + 3 − 6 − 2 = 10


def test_components_add_up_to_the_total(forecast: Snapshot) -> None:
    rows = build_up_rows(forecast)
    assert rows[-1]["component"] == "total"
    assert sum(row["expected_ha"] for row in rows[:-1]) == pytest.approx(rows[-1]["expected_ha"])


def test_sectors_add_up_to_places(forecast: Snapshot) -> None:
    totals, years = by_sector(forecast)
    assert (years[0], years[-1]) == (2025, 2040)
    place = place_order(forecast)[0]
    mine = sum(value for (name, kind, _), value in totals.items() if (name, kind) == place)
    assert mine == pytest.approx(
        sum(row["expected_ha"] for row in cells(forecast) if (row["place"], row["land_class"]) == place)
    )


def test_places_stand_in_the_order_of_what_they_want(forecast: Snapshot) -> None:
    order = [place for place, _ in place_order(forecast)]
    assert order[0] == "cu-chi"  # the largest weight
    assert list(dict.fromkeys(row["place"] for row in short_rows(forecast))) == order


@pytest.mark.parametrize(
    ("years", "spans"),
    [
        (range(2025, 2046), [(2025, 2030), (2031, 2035), (2036, 2040), (2041, 2045)]),
        (range(2026, 2034), [(2026, 2030), (2031, 2033)]),
        ([2030], [(2030, 2030)]),
        ([], []),
    ],
)
def test_periods_end_with_round_years(years: Any, spans: list[tuple[int, int]]) -> None:
    assert periods(list(years)) == spans


def test_forecasts_stand_by_origin_then_by_period() -> None:
    asked = (("2019", "2021"), ("2014", "2016"), ("2019", "2020"), ("2014", "2015"))
    cells = [{"origin": origin, "period": period} for origin, period in asked]
    assert [(x, cell["period"]) for x, cell in slots(cells)] == [
        (0.0, "2015"), (1.0, "2016"), (pytest.approx(3.2), "2020"), (pytest.approx(4.2), "2021"),
    ]  # fmt: skip


def test_inputs_and_surveys_are_in_the_order_of_what_they_explain(forecast: Snapshot) -> None:
    shares = [row["first_order_share"] for row in input_rows(forecast)]
    assert shares == sorted(shares, reverse=True)
    assert [row["rank"] for row in survey_rows(forecast)] == [1, 2, 3, 4, 5, 6]


def test_the_scenario_of_the_report_comes_first(forecast: Snapshot) -> None:
    study = replace(forecast.study, scenario="low_growth")
    assert next(iter(scenario_rows(replace(forecast, study=study)))) == "low_growth"


def test_a_chart_says_the_weakest_basis_of_its_rows(forecast: Snapshot) -> None:
    made = CHARTS["where"](forecast, "en")
    assert any("Weakest basis: illustrative" in text.get_text() for text in made.texts)
    weaker: pd.DataFrame = forecast.tables["demand_cell"].assign(basis="assumed")
    kept = [f for f in forecast.ledger if not f.figure_id.startswith("demand_cell.")]
    ledger = type(forecast.ledger)(as_of=forecast.ledger.as_of, figures=kept)
    other = replace(forecast, tables={**forecast.tables, "demand_cell": weaker}, ledger=ledger)
    assert any("Weakest basis: assumed" in text.get_text() for text in CHARTS["where"](other, "en").texts)


def test_a_city_without_places_draws_its_account(make_snapshot: Callable[..., Snapshot], forecast: Snapshot) -> None:
    tables = {name: rows for name, rows in forecast.tables.items() if name not in TABLES}
    assert {"account", "account_waterfall", "demand"} <= set(available(replace(forecast, tables=tables)))
