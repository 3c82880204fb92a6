"""From the rows of the record to series: what contradicts itself is refused, all of it at once; gaps are mended."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.problem import NOWHERE, Place, Problem, problem
from quydat.demand.series import GROWTH_UNITS, Frequency, Series, read_period, said
from quydat.demand.series_mend import mend
from quydat.dictionary.cells import plain
from quydat.dictionary.read import FIRST_ROW

FLOWS = frozenset({"land_let", "floor_built", "investment"})
"""Indicators of which a year may have none: 0 is a value there, and in no other level."""

MOST_GROWTH = 3.0
"""Growth of a year from which on a share was surely written as a percentage: nothing quadruples in a year."""

_SAME = ("indicator", "place", "sector", "measure")

Row = dict[str, Any]
At = Callable[[Row, str], Place]


def read_series(rows: pd.DataFrame, *, place: Place = NOWHERE) -> tuple[list[Series], list[Problem]]:
    """Series of the table ``series`` in the order of their ids, and all that is wrong with it.

    Parameters
    ----------
    rows
        Typed rows of the table, in any order.
    place
        Where the table comes from, for the problems.

    Returns
    -------
    The series without contradictions, and QD710–QD720 of the others. A series none of whose values is known is left
    out.
    """
    grouped: dict[str, list[Row]] = {}
    for number, raw in enumerate(rows.to_dict("records"), start=FIRST_ROW):
        held: Row = {str(name): plain(value) for name, value in raw.items()}
        held["row"] = number
        grouped.setdefault(str(held["series_id"]), []).append(held)

    def at(row: Row, column: str) -> Place:
        return Place(place.file, place.sheet, row["row"], column)

    made: list[Series] = []
    found: list[Problem] = []
    for series_id in sorted(grouped):
        own = grouped[series_id]
        periods, wrong = _periods(series_id, own, at)
        wrong += [*_mixed(series_id, own, at), *_values(series_id, own, at)]
        found += wrong
        if not wrong:
            made += _series(series_id, own, [number for _, number in periods], periods[0][0])
    return made, found


def _periods(series_id: str, rows: list[Row], at: At) -> tuple[list[tuple[Frequency, int]], list[Problem]]:
    """Kind and number of each period that can be read; periods that are none, of another kind, or there twice."""
    read: list[tuple[Frequency, int]] = []
    held: list[Row] = []
    found: list[Problem] = []
    for row in rows:
        try:
            read.append(read_period(str(row["period"])))
        except ValueError:
            found.append(problem("QD710", at(row, "period"), series=series_id, period=row["period"]))
        else:
            held.append(row)
    usual = _usual([kind for kind, _ in read])
    first: dict[tuple[Frequency, int], Row] = {}
    other = False
    for row, period in zip(held, read, strict=True):
        if period[0] != usual and not other:
            other = True
            like = held[[kind for kind, _ in read].index(usual)]["period"]
            found.append(problem("QD711", at(row, "period"), series=series_id, period=row["period"], first=like))
        before = first.setdefault(period, row)
        if before is not row:
            facts = {"period": row["period"], "first": before["row"]}
            found.append(problem("QD720", at(row, "period"), series=series_id, **facts))
    return read, found


def _usual(values: list[Any]) -> Any:
    """The value that most rows have; the first of them where several are as frequent."""
    return max(values, key=values.count, default=None)


def _mixed(series_id: str, rows: list[Row], at: At) -> Iterator[Problem]:
    """Rows of one series that speak of different things: for each column the first row that is not as most are."""
    growth = _usual([row["measure"] for row in rows]) == "growth"
    for column in (*_SAME, "unit", "base_year"):
        usual = _usual([row[column] for row in rows])
        other = next((row for row in rows if row[column] != usual), None)
        if other is None or (growth and column == "base_year"):
            continue
        if column == "unit":
            yield problem("QD713", at(other, column), series=series_id, unit=other[column], first=usual)
        elif column == "base_year":
            facts = {"period": other["period"], "before": _shown(usual), "after": _shown(other[column])}
            yield problem("QD714", at(other, column), series=series_id, **facts)
        else:
            facts = {"column": column, "value": other[column], "first": usual}
            yield problem("QD712", at(other, column), series=series_id, **facts)
    for row in rows:
        if row["measure"] == "growth" and row["unit"] not in GROWTH_UNITS:
            known = ", ".join(GROWTH_UNITS)
            yield problem("QD718", at(row, "unit"), series=series_id, unit=row["unit"], known=known)
            break
    for row in rows:
        if row["measure"] == "index" and row["base_year"] is None:
            yield problem("QD719", at(row, "base_year"), series=series_id)
            break


def _shown(year: object) -> object:
    return "–" if year is None else year


def _values(series_id: str, rows: list[Row], at: At) -> Iterator[Problem]:
    """Levels that have no logarithm; growth that leaves nothing, or explodes."""
    for row in rows:
        value, facts = row["value"], {"series": series_id, "period": row["period"], "value": row["value"]}
        if value is None:
            continue
        if row["measure"] != "growth":
            if value < 0 or (value == 0 and row["indicator"] not in FLOWS):
                yield problem("QD715", at(row, "value"), **facts)
            continue
        share = value * GROWTH_UNITS.get(row["unit"], 0.0)
        if share <= -1.0:
            yield problem("QD716", at(row, "value"), unit=row["unit"], **facts)
        elif share > MOST_GROWTH:
            yield problem("QD717", at(row, "value"), unit=row["unit"], **facts)


def _series(series_id: str, rows: list[Row], numbers: list[int], frequency: Frequency) -> list[Series]:
    known = {number: row for number, row in zip(numbers, rows, strict=True) if row["value"] is not None}
    if not known:
        return []
    first, last = min(known), max(known)
    values = np.full(last - first + 1, np.nan)
    for number, row in known.items():
        values[number - first] = row["value"]
    one = known[last]
    bases = sorted({row["base_year"] for row in known.values() if row["base_year"] is not None})
    # Of levels and indices there is one at most by now; growth is the same on every base
    repairs = (said("series.rebased", years="; ".join(map(str, bases))),) if len(bases) > 1 else ()
    sources = sorted({part for row in known.values() for part in str(row["source_ids"] or "").split(";") if part})
    basis = weakest(Basis(str(row["basis"])) for row in known.values())
    indicator, place, sector, measure, unit = (str(one[name]) for name in (*_SAME, "unit"))
    base = bases[0] if len(bases) == 1 else None
    whole = Series(
        series_id, indicator, place, sector, measure, unit, frequency, first, values, base, basis, tuple(sources),
        repairs=repairs,
    )  # fmt: skip
    return [mend(whole)]
