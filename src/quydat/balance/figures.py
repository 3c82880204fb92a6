"""Cells of the bulk tables of demand and account that a report prints, as figures with the row they stand in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.selection import Selection
from quydat.core.text import YEAR_OR_NONE
from quydat.dictionary.cells import Names, figure_id, plain
from quydat.dictionary.schema import Attribute, choice_label, choices, tables
from quydat.dictionary.settings import Settings

Row = Mapping[str, Any]

_RANGE = ("p10", "p50", "p90")
_CHOICE = ("let_ha", "capacity_ha", "port_km", "ring_road_km", "rent_usd_per_m2", *_RANGE, "expected_share")
_AT_END = ("demand_ha", "moved_ha", "gap_ha", "gap_p10_ha", "gap_p50_ha", "gap_p90_ha", "closing_ha")
_UNIT_OF: Mapping[str, str] = {
    "floor_per_worker_m2": "m2", "plot_ratio": "ratio", "plot_ratio_new": "ratio", "land_per_worker_m2": "m2",
    "workers_per_ha": "jobs/ha", "run_out_year": YEAR_OR_NONE,
}  # fmt: skip
"""Units of what a column measures "as quantity"; for densities all of them, else hectares where none is named."""


@dataclass(frozen=True)
class Printed:
    """Cells of one table that a report prints.

    Attributes
    ----------
    table, attributes
        Where the cells stand.
    chosen
        Whether a row is printed: told the row, the years of the milestones and the city.
    answers_none
        Whether an empty cell is an answer (unknown, or never) and so a figure; else it does not apply and is none.
    """

    table: str
    attributes: tuple[str, ...]
    chosen: Callable[[Row, Sequence[int], str], bool] = lambda row, years, city: True
    answers_none: bool = False


PRINTED = (
    Printed("driver", _RANGE, lambda row, years, city: row["year"] in years and row["sector"] == "all"),
    Printed("series_check", ("points",)),
    Printed("back_test_summary", ("cells", "crps_relative", "coverage_share")),
    Printed("density", ("rows", *_RANGE, "own_share"), lambda row, years, city: _density_is_printed(row)),
    Printed(
        "demand_cell",
        (*_RANGE, "expected_ha"),
        lambda row, years, city: row["year"] in years and row["sector"] == "all",
    ),
    Printed("demand_build_up", (*_RANGE, "expected_ha"), lambda row, years, city: row["year"] in years),
    Printed("place_choice", _CHOICE, answers_none=True),
    Printed("balance_place", ("short_share",), lambda row, years, city: row["year"] in years),
    Printed("balance_place", _AT_END, lambda row, years, city: row["year"] == max(years)),
    Printed("run_out", ("by_share",), lambda row, years, city: row["year"] in years and row["place"] == city),
    Printed("promised_delivered", ("promised_ha", "delivered_ha", *_RANGE, "expected_ha", "kept_share")),
    Printed("sensitivity", ("first_order_share", "total_order_share", "error_share", "low", "high")),
    Printed("sensitivity_survey", ("first_order_share", "error_share", "width_now", "width_then", "rank")),
    Printed(
        "scenario",
        (*_RANGE, "share_short"),
        lambda row, years, city: row["year"] == max(years) and row["quantity"] == "run_out_year",
        answers_none=True,
    ),
    Printed(
        "scenario",
        (*_RANGE, "expected", "share_short"),
        lambda row, years, city: row["year"] == max(years) and row["quantity"] != "run_out_year",
    ),
)
"""All of them; a study without the table, or without such rows, has none of its figures."""


def write_demand_figures(
    results: Mapping[str, pd.DataFrame],
    ledger: Ledger,
    *,
    years: Sequence[int],
    city: str,
    names: Mapping[str, Mapping[str, Names]] | None = None,
    rests_on: Mapping[str, Sequence[Input]] | None = None,
) -> None:
    """Write the cells that a report prints into the ledger; ids that are there already stay as they are.

    Parameters
    ----------
    results
        Result tables by name; those that are not there are passed over.
    years
        Years of the milestones; the last of them is the last year of the plan.
    city
        Place of the whole city.
    names
        Names of ``place``, ``sector`` and ``scenario`` by id; an id without a name stands for itself.
    rests_on
        For each table, what its draws were made from: the trace of a cell goes on to them.

    >>> from datetime import date
    >>> from quydat.dictionary.read import typed
    >>> row = {"place": "hcmc", "account": "pipeline", "year": "2030", "first_share": "0.1", "by_share": "0.4",
    ...        "basis": "assumed"}
    >>> run_out, _ = typed(pd.DataFrame([row]), tables()["run_out"])
    >>> ledger = Ledger(as_of=date(2025, 6, 30))
    >>> write_demand_figures({"run_out": run_out}, ledger, years=[2030], city="hcmc")
    >>> figure = ledger["run_out.hcmc.pipeline.2030.by_share"]
    >>> figure.value, figure.trace.inputs[0].ref
    (0.4, 'run_out?place=hcmc&account=pipeline&year=2030#by_share')
    """
    write_cells(PRINTED, results, ledger, years=years, city=city, names=names or {}, rests_on=rests_on or {})
    _back_test_counts(results.get("back_test_summary"), ledger)


def write_cells(
    printed: Sequence[Printed],
    results: Mapping[str, pd.DataFrame],
    ledger: Ledger,
    *,
    years: Sequence[int],
    city: str,
    names: Mapping[str, Mapping[str, Names]],
    rests_on: Mapping[str, Sequence[Input]],
) -> None:
    """Write cells of bulk tables as figures; arguments as those of ``write_demand_figures``."""
    for one in printed:
        frame = results.get(one.table)
        if frame is None or frame.empty:
            continue
        for raw in frame.astype(object).to_dict("records"):
            row = {str(name): plain(value) for name, value in raw.items()}
            if one.chosen(row, years, city):
                _write(one, row, ledger, names, rests_on.get(one.table, ()))


def _back_test_counts(scores: pd.DataFrame | None, ledger: Ledger) -> None:
    """How many forecasts could be tried, and how many of their ranges were too narrow."""
    if scores is None or not (scores["cells"].fillna(0) > 0).any() or "forecast.tried" in ledger:
        return
    tried = scores[(scores["cells"].fillna(0) > 0).to_numpy(bool)]
    cells = [
        ledger.input(figure_id("back_test_summary", (row["series_id"], row["forecaster"]), "cells"))
        for row in tried.to_dict("records")
    ]
    ledger.derive("forecast.tried", "count", cells, unit="count", label=_TRIED)
    ledger.add(
        "forecast.too_narrow", int((tried["verdict"] == "too_narrow").sum()), unit="count", label=_NARROW,
        definition=_NARROW, operation="rule", formula=_NARROW, inputs=cells,
    )  # fmt: skip


_TRIED: Names = ("Dự báo đã thử lại", "Forecasts that were tried")
_NARROW: Names = (
    "Dự báo có khoảng quá hẹp: phần kỳ nằm trong khoảng P10–P90 thấp hơn hẳn 80 %",
    "Forecasts whose range was too narrow: clearly fewer periods than 80 % lay within P10–P90",
)


def _density_is_printed(row: Row) -> bool:
    """Densities of whole sectors that the forecast uses, and those of comparable cities beside them."""
    return row["density_from"] == "comparable_city" or (bool(row["used"]) and row["size_class"] == "all")


def _write(
    one: Printed, row: Row, ledger: Ledger, named: Mapping[str, Mapping[str, Names]], behind: Sequence[Input]
) -> None:
    definition = tables()[one.table]
    key = [row[part] for part in definition.key]
    where = {part: str(row[part]) for part in definition.key}
    words = [_word(definition[part], row, named) for part in definition.key]
    vi, en = (", ".join(word[place] for word in words if word[place]) for place in (0, 1))
    for name in one.attributes:
        value, attribute = row[name], definition[name]
        found = figure_id(one.table, key, name)
        if found in ledger or (value is None and not one.answers_none):
            continue
        unit = _unit(attribute, row)
        cell = Input("rows", Selection(one.table, where, name).ref, value, unit, Basis(str(row["basis"])))
        said = (attribute.definition_vi, attribute.definition_en)
        ledger.add(
            found,
            value,
            unit=unit,
            label=(f"{attribute.label_vi}: {vi}", f"{attribute.label_en}: {en}"),
            definition=said,
            operation="simulated" if behind else "given",
            formula=said,
            inputs=[cell, *behind],
        )


def _unit(attribute: Attribute, row: Row) -> str:
    if attribute.unit == "as unit":
        return str(row["unit"])
    if attribute.unit == "as quantity":
        quantity = str(row.get("quantity"))
        return _UNIT_OF[quantity] if "density_from" in row else _UNIT_OF.get(quantity, "ha")
    return attribute.unit or "text"


def _word(attribute: Attribute, row: Row, named: Mapping[str, Mapping[str, Names]]) -> Names:
    """One part of a key as people read it."""
    value = str(row[attribute.name])
    if attribute.choices and value in choices(attribute.choices):
        return choice_label(attribute.choices, value, "vi"), choice_label(attribute.choices, value, "en")
    kind = attribute.name.removesuffix("_id")
    if kind in named and value in named[kind]:
        return named[kind][value]
    if row.get("name_vi") and row.get("name_en"):
        return str(row["name_vi"]), str(row["name_en"])
    return _ALL.get(attribute.name, ("", "")) if value == "all" else (value, value)


_ALL: Mapping[str, Names] = {"sector": ("mọi ngành", "all sectors"), "size_class": ("mọi quy mô", "every size")}


_OF_DRAWS = (
    "demand_cell", "demand_build_up", "driver", "place_choice", "balance_place", "run_out", "promised_delivered",
    "sensitivity", "sensitivity_survey", "scenario",
)  # fmt: skip
"""Tables that are made from the draws of the account."""


def write_printed(
    results: Mapping[str, pd.DataFrame],
    ledger: Ledger,
    *,
    record: Mapping[str, pd.DataFrame],
    settings: Settings,
    years: Sequence[int],
) -> None:
    """``write_demand_figures`` of a run: names from the record and the scenarios, traces on to the draws."""
    names = {
        table: {
            str(row[f"{table}_id"]): (str(row["name_vi"]), str(row["name_en"]))
            for row in record[table].to_dict("records")
        }
        for table in ("place", "sector")
    }
    names["scenario"] = {name: (one.label_vi, one.label_en) for name, one in settings.scenarios.items()}
    drawn = ledger.input("land.draws")
    rests_on = {table: [drawn] for table in _OF_DRAWS}
    write_demand_figures(results, ledger, years=years, city=settings.place, names=names, rests_on=rests_on)
