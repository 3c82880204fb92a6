"""How a figure is printed: as many digits as it is known to, a mark where its basis is weak."""

from datetime import date
from typing import Literal

from quydat.core.basis import Basis
from quydat.core.figure import Figure
from quydat.core.text import YEAR_OR_NONE, Lang, number, say, shown

Show = Literal["value", "year", "month", "quarter", "years", "coverage"]
"""What of a figure is printed: its value; the year, month or quarter of a date; days as years; known of total."""

MARKS: dict[Basis, str] = {Basis.ESTIMATED: "~", Basis.ASSUMED: "*", Basis.ILLUSTRATIVE: "†"}
_DAYS_PER_YEAR = 365.25
_ROMAN = ("I", "II", "III", "IV")


def mark_of(basis: Basis) -> str:
    """The sign beside a number of that basis; none for published, surveyed and derived ones."""
    return MARKS.get(basis, "")


def printed(
    figure: Figure,
    lang: Lang,
    *,
    show: Show = "value",
    decimals: int | None = None,
    missing: str | None = None,
) -> str:
    """A figure as printed, without unit.

    Parameters
    ----------
    decimals
        Digits after the point where the value is a number; by the unit if not given.
    missing
        What None means where it does not mean unknown (no gap in any year, for example).

    Raises
    ------
    ValueError
        If ``show`` does not fit the value.
    """
    if show == "coverage":
        if figure.coverage is None:
            raise ValueError(f"figure {figure.figure_id!r} has no coverage to print")
        return f"{figure.coverage.known}/{figure.coverage.total}"
    value = figure.value
    if value is None:
        return shown(value, lang, unit=figure.unit) if missing is None else missing
    if show == "years" and isinstance(value, int | float):
        return number(value / _DAYS_PER_YEAR, lang, decimals=1)
    if show == "year" and isinstance(value, date):
        return str(value.year)
    if show == "month" and isinstance(value, date):
        return f"{value.month}/{value.year}" if lang == "vi" else f"{value:%Y-%m}"
    if show == "quarter" and isinstance(value, date):
        quarter = (value.month + 2) // 3
        return f"quý {_ROMAN[quarter - 1]}/{value.year}" if lang == "vi" else f"{value.year} Q{quarter}"
    if show != "value" and not (show in ("year", "month") and isinstance(value, int)):
        raise ValueError(f"figure {figure.figure_id!r} cannot be shown as {show}")
    if (
        decimals is not None
        and isinstance(value, int | float)
        and figure.unit not in ("share", "year", YEAR_OR_NONE, "count")
    ):
        return number(float(value), lang, decimals=decimals)
    if isinstance(value, int | float) and figure.unit == "share":
        return number(float(value) * 100, lang, decimals=1 if decimals is None else decimals) + " %"
    if isinstance(value, float) and decimals is None:
        return trimmed(shown(value, lang, unit=figure.unit), lang)
    return shown(value, lang, unit=figure.unit)


def trimmed(text: str, lang: Lang) -> str:
    """Decimal zeros at the end left out: 300,00 says no more than 300."""
    point = "," if lang == "vi" else "."
    return text.rstrip("0").rstrip(point) if point in text else text


NOT_APPLICABLE = "–"
"""What stands in a cell to which the attribute does not apply: neither unknown nor 0."""


def legend(lang: Lang) -> tuple[tuple[str, str], ...]:
    """Marks with their meaning, strongest basis first."""
    marks = ((mark, say(f"report.mark.{basis.value}", lang)) for basis, mark in MARKS.items())
    return (*marks, (NOT_APPLICABLE, say("report.mark.not_applicable", lang)))
