"""What each series of the record is used for, what was mended in it, and the models that drivers are drawn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quydat.core.problem import NOWHERE, Place, raise_if
from quydat.core.text import LANGS, number
from quydat.demand.back_test import in_key_order, origins
from quydat.demand.series import Series, said
from quydat.demand.series_read import read_series
from quydat.demand.shocks import SHOCK_YEARS, shocks_of
from quydat.demand.time_series import TimeSeriesModel
from quydat.demand.time_series_fit import NotFitted, fit
from quydat.dictionary.cells import Names

MOST_MENDED_SHARE = 0.2
"""Share of filled periods above which a series says more of the rule than of the place."""


@dataclass(frozen=True)
class SeriesOfRecord:
    """The series of a record, checked.

    Attributes
    ----------
    series
        Those that are tested, in the order of their ids: all but such as are mostly filled in.
    models
        Model of each that is fitted.
    table
        Table ``series_check``, of all series with a value.
    """

    series: tuple[Series, ...]
    models: Mapping[str, TimeSeriesModel]
    table: pd.DataFrame

    def driver_of(self, indicator: str, *, place: str, sector: str) -> TimeSeriesModel | None:
        """Model that a driver is drawn from: of the fitted series of this place and sector the one over most years.

        None if there is none: then the driver takes its stated growth with a range.
        """
        found = [
            model for model in self.models.values()
            if (model.series.indicator, model.series.place, model.series.sector) == (indicator, place, sector)
        ]  # fmt: skip
        return min(found, key=lambda m: (-len(m.series.values) / m.series.per_year, m.series.series_id), default=None)


def check_series(rows: pd.DataFrame, *, place: Place = NOWHERE) -> SeriesOfRecord:
    """Read, mend, judge and fit the series of a record.

    Raises
    ------
    Problems
        QD710–QD720: all that contradicts itself in the table, at once.

    >>> from quydat.dictionary.read import typed
    >>> from quydat.dictionary.schema import tables
    >>> same = {"series_id": "s", "indicator": "output", "place": "c", "sector": "all", "measure": "growth"}
    >>> same |= {"unit": "%", "source_ids": "a", "confidence": "high", "basis": "published"}
    >>> raw = pd.DataFrame([{**same, "period": year, "value": 5 + year % 3} for year in range(2010, 2025)])
    >>> rows, _ = typed(raw, tables()["series"])
    >>> check_series(rows).table[["series_use", "shocks"]].iloc[0].tolist()
    ['fitted', '2020; 2021']
    """
    series, problems = read_series(rows, place=place)
    raise_if(problems)
    used, models, told = [], {}, []
    for one in series:
        mended = len(one.mended) / len(one.values)
        if mended > MOST_MENDED_SHARE:
            told.append(_row(one, "not_used", [said("series.too_many_mended", mended=len(one.mended))]))
            continue
        used.append(one)
        if not origins(one)[0]:
            told.append(_row(one, "not_used", [said("series.too_few", points=len(one.values)), said("series.stated")]))
            continue
        model = fit(one)
        if isinstance(model, NotFitted):
            told.append(_row(one, "tested_only", [model.reason, said("series.stated")]))
        else:
            models[one.series_id] = model
            told.append(_row(one, "fitted", _why(model), model))
    return SeriesOfRecord(tuple(used), models, in_key_order("series_check", told))


def _why(model: TimeSeriesModel) -> list[Names]:
    """Which candidate was taken, and by how much it is better than the others; which were left out."""
    named = {name: said(f"series.model.{name}") for name in (*model.aicc, *model.left_out)}
    scores = tuple(
        "; ".join(f"{named[name][place]} {number(value, lang)}" for name, value in model.aicc.items())
        for place, lang in enumerate(LANGS)
    )
    told = [said("series.fitted", model=named[model.name], scores=scores)]
    if model.left_out:
        names = tuple("; ".join(named[name][place] for name in model.left_out) for place in (0, 1))
        told.append(said("series.left_out", names=names))
    return told


def _row(series: Series, use: str, reasons: list[Names], model: TimeSeriesModel | None = None) -> dict[str, Any]:
    shocks = shocks_of(series) if model is None else model.shocks
    found = sorted({*shocks.breaks, *shocks.outliers})
    told = list(series.repairs)
    if shocks.breaks:
        told.append(said("series.breaks", periods=_names(series, shocks.breaks)))
    if shocks.outliers:
        told.append(said("series.outliers", periods=_names(series, shocks.outliers)))
    listed = sorted({one // series.per_year for one in shocks.pulses} & set(SHOCK_YEARS))
    if listed and model is not None:
        told.append(said("series.shock_years", years="; ".join(map(str, listed))))
    told += reasons
    return {
        "series_id": series.series_id, "indicator": series.indicator, "place": series.place, "sector": series.sector,
        "points": len(series.values) - len(series.mended),
        "first_period": series.name(series.first), "last_period": series.name(series.last), "series_use": use,
        "model": None if model is None else model.name,
        "shocks": "; ".join([*map(str, listed), *(series.name(one) for one in found)]) or None,
        "reason_vi": " ".join(vi for vi, _ in told), "reason_en": " ".join(en for _, en in told),
        "basis": series.basis.value,
    }  # fmt: skip


def _names(series: Series, numbers: Iterable[int]) -> str:
    return "; ".join(series.name(number) for number in numbers)
