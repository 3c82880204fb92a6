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
        own: list[Row] = []
        numbers: list[int] = []
        frequency: Frequency | None = None
        for row in grouped[series_id]:
            try:
                kind, number = read_period(str(row["period"]))
            except ValueError:
                found.append(problem("QD710", at(row, "period"), series=series_id, period=row["period"]))
                continue
            if frequency not in (None, kind):
                facts = {"series": series_id, "period": row["period"], "first": own[0]["period"]}
                found.append(problem("QD711", at(row, "period"), **facts))
                continue
            frequency = kind
            own.append(row)
            numbers.append(number)
        wrong = [*_mixed(series_id, own, at), *_twice(series_id, own, numbers, at), *_values(series_id, own, at)]
        found += wrong
        if frequency is not None and not wrong and len(own) == len(grouped[series_id]):
            made += _series(series_id, own, numbers, frequency)
    return made, found


def _mixed(series_id: str, rows: list[Row], at: At) -> Iterator[Problem]:
    """Rows of one series that speak of different things."""
    if not rows:
        return
    first = rows[0]
    for row in rows[1:]:
        for column in _SAME:
            if row[column] != first[column]:
                facts = {"column": column, "value": row[column], "first": first[column]}
                yield problem("QD712", at(row, column), series=series_id, **facts)
        if row["unit"] != first["unit"]:
            yield problem("QD713", at(row, "unit"), series=series_id, unit=row["unit"], first=first["unit"])
        if row["base_year"] != first["base_year"] and first["measure"] != "growth":
            facts = {"before": _shown(first["base_year"]), "after": _shown(row["base_year"])}
            yield problem("QD714", at(row, "base_year"), series=series_id, period=row["period"], **facts)
            break  # every later row has the other base too
    if first["measure"] == "growth" and first["unit"] not in GROWTH_UNITS:
        yield problem("QD718", at(first, "unit"), series=series_id, unit=first["unit"], known=", ".join(GROWTH_UNITS))
    if first["measure"] == "index" and first["base_year"] is None:
        yield problem("QD719", at(first, "base_year"), series=series_id)


def _shown(year: object) -> object:
    return "–" if year is None else year


def _twice(series_id: str, rows: list[Row], numbers: list[int], at: At) -> Iterator[Problem]:
    first: dict[int, int] = {}
    for row, number in zip(rows, numbers, strict=True):
        if first.setdefault(number, row["row"]) != row["row"]:
            yield problem("QD720", at(row, "period"), series=series_id, period=row["period"], first=first[number])


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
