"""How what a run says of demand is printed: ranges, never a single line, and the basis beside each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quydat.cli.face import Maker
from quydat.cli.output import line, table
from quydat.core.text import NONE, UNKNOWN, number

if TYPE_CHECKING:
    import pandas as pd

    from quydat.app.run import Run
    from quydat.app.what_if import Answered

_RANGE = ("p10", "p50", "p90")
_WEAK = 0.005
"""Part of the variance below which an input is counted and not listed."""


def show_demand(make: Maker, run: "Run", rows: "pd.DataFrame", view: str) -> None:
    """Land wanted, by place, sector, method or year."""
    if rows.empty:
        line(make.say(f"cli.demand.none_{view}"))
        return
    listed = _records(rows)
    years = {row["year"] for row in listed}
    line(make.say("cli.demand.head_years" if view == "year" else "cli.demand.head", year=min(years)))
    names = _names(make, run, view)
    headings = [make.say(f"cli.column.{name}") for name in (view, *_RANGE)]
    expected = view in ("place", "sector")
    if expected:
        headings.insert(1, make.say("cli.column.land_class"))
        headings.append(make.say("cli.column.expected"))
    table([*headings, make.say("cli.column.basis")], [_demand_row(make, row, view, names) for row in listed])


def _demand_row(make: Maker, row: Mapping[str, Any], view: str, names: Mapping[str, str]) -> list[str]:
    first = str(row["year"]) if view == "year" else names.get(row[view], str(row[view]))
    cells = [_ha(make, row[name]) for name in _RANGE]
    if view in ("place", "sector"):
        cells = [_choice(make, "land_class", row["land_class"]), *cells, _ha(make, row["expected_ha"])]
    return [first, *cells, _choice(make, "basis", row["basis"])]


def _names(make: Maker, run: "Run", view: str) -> dict[str, str]:
    """Names that people read, by id."""
    from quydat.dictionary.schema import choice_label, choices

    if view == "method":
        return {name: choice_label("demand_method", name, make.lang) for name in choices("demand_method")}
    if view == "year":
        return {}
    rows = run.table(view)
    return dict(zip(rows[f"{view}_id"], rows[f"name_{make.lang}"], strict=True))


def show_build_up(make: Maker, rows: "pd.DataFrame") -> None:
    """What demand is made of; a part that the study does not state is said to be left out, not to be 0."""
    listed = _records(rows)
    if not listed:
        line(make.say("cli.demand.none_build_up"))
        return
    line(make.say("cli.demand.head_build_up", year=listed[0]["year"]))
    headings = [make.say(f"cli.column.{name}") for name in ("component", *_RANGE, "expected", "basis")]
    table(headings, [_build_up_row(make, row) for row in listed])


def _build_up_row(make: Maker, row: Mapping[str, Any]) -> list[str]:
    name = _choice(make, "demand_component", row["component"])
    if not row["stated"]:
        return [name, *[""] * 4, make.say("cli.demand.not_stated")]
    cells = [_ha(make, row[part]) for part in (*_RANGE, "expected_ha")]
    return [name, *cells, _choice(make, "basis", row["basis"])]


_SHOWN = ("demand_total", "delivered_total", "closing", "gap_total")


def show_scenarios(make: Maker, rows: "pd.DataFrame", *, chosen: str) -> None:
    """One row a scenario: each quantity as P50 (P10–P90), the probability of a shortage, the year of running out."""
    listed = _records(rows)
    if not listed:
        line(make.say("cli.scenarios.none"))
        return
    cells = {(row["scenario"], row["quantity"]): row for row in listed}
    names = {row["scenario"]: row[f"name_{make.lang}"] for row in listed}
    line(make.say("cli.scenarios.head", year=cells[listed[0]["scenario"], "gap_total"]["year"]))
    quantities = [_choice(make, "scenario_quantity", name) for name in (*_SHOWN, "run_out_year")]
    headings = [make.say("cli.column.scenario"), *quantities, make.say("cli.column.share_short")]
    headings += [make.say("cli.scenarios.against", name=names.get(chosen, chosen)), make.say("cli.column.basis")]
    base = cells.get((chosen, "gap_total"))
    table(headings, [_scenario_row(make, name, names[name], cells, base) for name in names])


def _scenario_row(
    make: Maker, name: str, label: str, cells: Mapping[tuple[str, str], Any], base: Mapping[str, Any] | None
) -> list[str]:
    gap, out = cells[name, "gap_total"], cells[name, "run_out_year"]
    less = "–" if base is None or base is gap else signed(make, gap["expected"] - base["expected"])
    own = [spread(make, [cells[name, quantity][part] for part in _RANGE]) for quantity in _SHOWN]
    years = run_out(make, [out[part] for part in _RANGE])
    return [label, *own, years, _percent(make, gap["share_short"]), less, _choice(make, "basis", gap["basis"])]


def show_sensitivity(make: Maker, rows: "pd.DataFrame") -> None:
    """Each result with what makes it wide, the strongest first."""
    for output, listed in _by_output(make, rows):
        line(make.say("cli.sensitivity.head", output=output))
        columns = ("name", "first_order", "error", "total_order", "low", "high", "informed_by", "basis")
        strong = [row for row in listed if max(row["first_order_share"], row["total_order_share"]) >= _WEAK]
        table([make.say(f"cli.column.{name}") for name in columns], [_sensitivity_row(make, row) for row in strong])
        if len(strong) < len(listed):
            line(make.say("cli.sensitivity.weak", count=len(listed) - len(strong), below=_percent(make, _WEAK)))
        line()
    if len(rows):
        line(make.say("cli.sensitivity.how"))


def _sensitivity_row(make: Maker, row: Mapping[str, Any]) -> list[str]:
    shares = [_percent(make, row[f"{name}_share"]) for name in ("first_order", "error", "total_order")]
    informed = _choice(make, "informed_by", row["informed_by"])
    ends = [_ha(make, row[name]) for name in ("low", "high")]
    return [row[f"name_{make.lang}"], *shares, *ends, informed, _choice(make, "basis", row["basis"])]


def show_surveys(make: Maker, rows: "pd.DataFrame", best: Mapping[str, str | None]) -> None:
    """Each result with the surveys that would narrow it, and the one to make."""
    for output, listed in _by_output(make, rows):
        line(make.say("cli.sensitivity.head_survey", output=output))
        columns = ("rank", "informed_by", "goes", "error", "width_now", "width_then", "basis")
        table([make.say(f"cli.column.{name}") for name in columns], [_survey_row(make, row) for row in listed])
        name = best.get(listed[0]["output"])
        survey = None if name is None else _choice(make, "informed_by", name)
        line(make.say("cli.sensitivity.no_best") if survey is None else make.say("cli.sensitivity.best", survey=survey))
        line()


def _survey_row(make: Maker, row: Mapping[str, Any]) -> list[str]:
    shares = [_percent(make, row[f"{name}_share"]) for name in ("first_order", "error")]
    widths = [_ha(make, row[name]) for name in ("width_now", "width_then")]
    survey = _choice(make, "informed_by", row["informed_by"])
    return [str(row["rank"]), survey, *shares, *widths, _choice(make, "basis", row["basis"])]


def _by_output(make: Maker, rows: "pd.DataFrame") -> Iterable[tuple[str, list[dict[str, Any]]]]:
    from quydat.dictionary.schema import choices

    listed = _records(rows)
    for output in choices("sensitivity_output"):
        own = [row for row in listed if row["output"] == output]
        label = _choice(make, "sensitivity_output", output)
        if own:
            yield label, own
        else:
            line(make.say("cli.sensitivity.constant", output=label))


def show_back_test(make: Maker, rows: "pd.DataFrame") -> None:
    """How each way of forecasting did on each series, and whether its range was wide enough."""
    listed = _records(rows)
    if not listed:
        line(make.say("cli.back-test.none"))
        return
    line(make.say("cli.back-test.head"))
    columns = ("series", "indicator", "forecaster", "cells", "crps_relative", "coverage_80", "verdict", "explanation")
    table([make.say(f"cli.column.{name}") for name in columns], [_back_test_row(make, row) for row in listed])


def _back_test_row(make: Maker, row: Mapping[str, Any]) -> list[str]:
    relative = row["crps_relative"]
    return [
        row["series_id"],
        _choice(make, "indicator", row["indicator"]),
        _choice(make, "forecaster", row["forecaster"]),
        "–" if row["cells"] is None else str(row["cells"]),
        "–" if relative is None else number(relative, make.lang, decimals=2),
        "–" if row["coverage_share"] is None else _percent(make, row["coverage_share"]),
        _choice(make, "back_test_verdict", row["verdict"]),
        row[f"reason_{make.lang}"],
    ]


def show_what_if(make: Maker, answer: "Answered") -> None:
    """What changes, and what it comes to: before → after."""
    said = make.say
    line(said("cli.what-if.head", scenario=answer.name(make.lang)))
    for text in answer.changed(make.lang):
        line(f"  {text}")
    line()
    rows = [
        [
            _choice(make, "scenario_quantity", one.quantity),
            str(one.year),
            spread(make, one.before[:3]),
            spread(make, one.after[:3]),
        ]
        for one in answer.rows
    ]
    out = [run_out(make, years) for years in (answer.run_out_before, answer.run_out_after)]
    rows.append([_choice(make, "scenario_quantity", "run_out_year"), "", *out])
    table([said(f"cli.column.{name}") for name in ("quantity", "year", "before", "after")], rows)
    line()
    line(said("cli.what-if.tail", draws=number(answer.draws, make.lang, decimals=0), ms=f"{answer.milliseconds:.0f}"))
    line(said("cli.what-if.basis", basis=_choice(make, "basis", answer.basis.value)))


def spread(make: Maker, levels: Sequence[float | None]) -> str:
    """P50 (P10–P90) of hectares."""
    low, mid, high = (_ha(make, one, decimals=0) for one in levels)
    return f"{mid} ({low}–{high})"


def run_out(make: Maker, years: Sequence[int | float | None]) -> str:
    """P50 (P10–P90) of years; a year that does not come before the end of the plan is said to be none."""
    low, mid, high = (NONE[make.lang] if year is None else str(int(year)) for year in years)
    return mid if low == mid == high else f"{mid} ({low}–{high})"


def signed(make: Maker, value: float) -> str:
    """A difference with its sign."""
    text = number(abs(value), make.lang, decimals=0)
    return text if text == "0" else f"{'+' if value > 0 else '−'}{text}"


def _ha(make: Maker, value: float | None, *, decimals: int = 1) -> str:
    return number(value, make.lang, decimals=decimals)


def _percent(make: Maker, share: float | None) -> str:
    return UNKNOWN[make.lang] if share is None else f"{number(share * 100.0, make.lang, decimals=1)} %"


def _choice(make: Maker, name: str, value: str) -> str:
    from quydat.dictionary.schema import choice_label

    return choice_label(name, value, make.lang)


def _records(rows: "pd.DataFrame") -> list[dict[str, Any]]:
    from quydat.report.rows import records

    return records(rows)
