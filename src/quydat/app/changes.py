"""What a user wants to try: parameters with other values, parks later or left out; all that is wrong at once."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite

from quydat.core.draws import Range
from quydat.core.problem import Problem, problem, raise_if
from quydat.dictionary.settings import Setting, settings
from quydat.inventory.evidence import Parameters

STEPS = ("demand.", "balance.")
"""Parameters that the account of land answers to; those of other steps need a run."""
MOST_YEARS = 30
_PREFIX = "parameters."
_NEAREST = 3


@dataclass(frozen=True)
class Changes:
    """What is other than in the scenario.

    Attributes
    ----------
    ranges
        Parameters with their other values; one value is a range without width.
    later_years
        Years by which every park comes later; earlier if below 0.
    without
        Ids of parks that do not come.
    """

    ranges: Mapping[str, Range]
    later_years: int = 0
    without: tuple[str, ...] = ()


def read_changes(
    texts: Sequence[str],
    *,
    parameters: Parameters,
    parks: Collection[str],
    later_years: int = 0,
    without: Sequence[str] = (),
) -> Changes:
    """Changes as they are typed.

    Parameters
    ----------
    texts
        Each ``key=value``; the value is a number, ``low,mid,high``, or a change such as ``+10%`` of what is stated.
    parameters
        Those of the scenario.
    parks
        Ids of the parks to come.
    later_years, without
        See ``Changes``.

    Raises
    ------
    Problems
        QD310, QD770–QD779: a parameter that is not known, or that the account does not answer to; a value that cannot
        be read, lies outside what the parameter may be, or is out of order; a change of what is not stated; a parameter
        named twice; a park that is not to come; years beyond ``MOST_YEARS``; nothing to change.

    >>> stated = Parameters({"demand.plot_ratio_new": Range(0.6, 0.7, 1.2)})
    >>> read_changes(["demand.plot_ratio_new=+10%"], parameters=stated, parks=()).ranges["demand.plot_ratio_new"].mid
    0.77
    """
    found: list[Problem] = []
    ranges: dict[str, Range] = {}
    for text in texts:
        key, there, value = text.partition("=")
        key = key.strip().removeprefix(_PREFIX)
        if not there:
            found.append(problem("QD771", text=text))
            continue
        if key in ranges:
            found.append(problem("QD776", key=key))
        setting = _setting(key, found)
        if setting is not None and (made := _range(key, value.strip(), setting, parameters, found)) is not None:
            ranges[key] = made
    for park in without:
        if park not in parks:
            nearest = ", ".join(get_close_matches(park, list(parks), n=_NEAREST, cutoff=0.0)) or "–"
            found.append(problem("QD774", park=park, nearest=nearest))
    if abs(later_years) > MOST_YEARS:
        found.append(problem("QD777", years=later_years, most=MOST_YEARS))
    if not texts and not without and not later_years:
        found.append(problem("QD778"))
    raise_if(found)
    return Changes(ranges, later_years, tuple(dict.fromkeys(without)))


def _setting(key: str, found: list[Problem]) -> Setting | None:
    known = {name.removeprefix(_PREFIX): one for name, one in settings().items() if name.startswith(_PREFIX)}
    if key not in known:
        answering = [name for name in known if name.startswith(STEPS)]
        nearest = ", ".join(get_close_matches(key, answering, n=_NEAREST, cutoff=0.0))
        found.append(problem("QD770", key=key, nearest=nearest))
    elif not key.startswith(STEPS):
        found.append(problem("QD775", key=key))
    else:
        return known[key]
    return None


_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PERCENT = re.compile(r"([+-](?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*%")
_PLAIN = re.compile(rf"{_NUMBER}(?:\s*,\s*{_NUMBER}\s*,\s*{_NUMBER})?")


def _range(key: str, value: str, setting: Setting, parameters: Parameters, found: list[Problem]) -> Range | None:
    parts = _parts(key, value, parameters, found)
    if parts is None:
        return None
    if len(parts) == 3 and setting.type == "value" and len(set(parts)) > 1:
        found.append(problem("QD779", key=key, text=value))
        return None
    wrong = [one for one in parts if not _allowed(one, setting)]
    if wrong:
        low_bound, high_bound = _bound(setting.minimum, "−∞"), _bound(setting.maximum, "∞")
        values = ", ".join(f"{one:.15g}" for one in dict.fromkeys(wrong))
        unit = setting.unit or "-"
        found.append(problem("QD772", key=key, value=values, minimum=low_bound, maximum=high_bound, unit=unit))
        return None
    low, mid, high = parts if len(parts) == 3 else parts * 3
    if not low <= mid <= high:
        found.append(problem("QD310", key=key, low=low, mid=mid, high=high))
        return None
    return Range(low, mid, high)


def _parts(key: str, value: str, parameters: Parameters, found: list[Problem]) -> list[float] | None:
    """One number or three; None, and what is wrong, if the text is neither."""
    if change := _PERCENT.fullmatch(value):
        if key not in parameters:
            found.append(problem("QD773", key=key, text=value))
            return None
        stated, times = parameters.range(key), 1.0 + float(change[1]) / 100.0
        # Digits that only the multiplication made are not part of what was asked.
        return [float(f"{one * times:.12g}") for one in (stated.low, stated.mid, stated.high)]
    if not _PLAIN.fullmatch(value):
        found.append(problem("QD771", text=f"{key}={value}"))
        return None
    return [float(one) for one in value.split(",")]


def _allowed(value: float, setting: Setting) -> bool:
    low, high = setting.minimum, setting.maximum
    return isfinite(value) and (low is None or value >= low) and (high is None or value <= high)


def _bound(value: float | None, none: str) -> str:
    return none if value is None else f"{value:.15g}"
