"""Stated needs: land that establishments say they will want, expanded from those who answered to all that stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws, Range, normal_score
from quydat.core.uniforms import Uniforms, drawn
from quydat.demand.density_rows import SIZE_LABELS, Groups, grouped
from quydat.demand.labour import M2_PER_HA
from quydat.demand.pooling import Floats
from quydat.inventory.estimate import LEAST_OBSERVED, Strata, collapse, stratified_ratio
from quydat.inventory.floor import floats, standing
from quydat.inventory.floor_space import UNKNOWN

Index = NDArray[np.int64]

REALISED = "demand.stated_realised_share"
"""Parameter, and name of its stream: part of the land stated that is in the end taken up."""

SAMPLING = "demand.stated_sampling"
"""Name of the stream of what is not known because not all answered."""


@dataclass(frozen=True)
class StatedNeeds:
    """Land stated to be wanted.

    Attributes
    ----------
    sectors
        Sector groups of the record, or ``all``.
    first_year, horizon
        Year of the picture, and the last year that anyone named.
    yearly_ha
        Shape (horizon − first_year + 1, sectors): land wanted in each whole year, before the discount.
    relative_error
        Standard error of its total over the total.
    realised
        Part of it that is taken up.
    answered, standing
        Establishments that answered, and all that stand.
    undated, lapsed
        Answers that name no year, and those whose time to the year named had passed by the year of the picture.
    basis
        Weakest basis of the answers and of an estimate.
    """

    sectors: tuple[str, ...]
    first_year: int
    horizon: int
    yearly_ha: Floats
    relative_error: float
    realised: Range
    answered: int
    standing: int
    undated: int
    lapsed: int
    basis: Basis

    @property
    def response_share(self) -> float:
        """Part of the establishments that answered."""
        return self.answered / self.standing

    @property
    def usable(self) -> bool:
        """Whether the city's forecast may use them: more than 30 answers, none of them illustrative."""
        return self.answered > LEAST_OBSERVED and self.basis is not Basis.ILLUSTRATIVE

    def yearly(self, years: Sequence[int]) -> Floats:
        """Years × sectors: hectares wanted in each whole year, before the discount.

        After the horizon nobody has said anything: the mean of the years from that after the picture to the horizon
        goes on.
        """
        beyond = self.yearly_ha[1:].mean(axis=0)
        return np.stack(
            [
                beyond if year > self.horizon else self.yearly_ha[year - self.first_year]
                if year >= self.first_year else np.zeros(len(self.sectors))
                for year in years
            ]
        )  # fmt: skip

    def factor(self, uniforms: Uniforms) -> Draws:
        """Draws: what all years are multiplied by, for the part that is taken up and for those who did not answer."""
        spread = float(np.sqrt(np.log1p(self.relative_error**2)))
        sampled = np.exp(spread * normal_score(uniforms.of(SAMPLING)) - spread**2 / 2.0)
        return np.asarray(drawn(uniforms, REALISED, self.realised) * sampled)

    def land(self, years: Sequence[int], uniforms: Uniforms) -> Draws:
        """Draws × years: hectares wanted in each whole year, all sectors."""
        return np.asarray(self.factor(uniforms)[:, None] * self.yearly(years).sum(axis=1)[None, :])


def stated_needs(
    establishments: pd.DataFrame, sectors: pd.DataFrame, *, as_of: date, plot_ratio: float, realised: Range
) -> StatedNeeds | None:
    """Land that establishments say they will want.

    Parameters
    ----------
    establishments, sectors
        The table ``establishment`` on a day, and ``sector`` of the record. Where some answers are not illustrative,
        only establishments that are not illustrative count.
    as_of
        Day of the picture.
    plot_ratio
        Floor over land of new plots: land of those who state floor only.
    realised
        Part of what is stated that is taken up.

    Returns
    -------
    None where fewer than two answered, or nobody named a year after that of the picture.

    Notes
    -----
    Number expansion within strata of sector × size, joined until two have answered in each (``inventory.estimate``);
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), sec. 5.3. Each answer is spread evenly over the years after the
    one in which the establishment was last observed, to the year it names (to the next where that is no later); without
    a year to the horizon.

    See docs/method/stated_needs.md.
    """
    answer = _answers(establishments, plot_ratio)
    real = (establishments["basis"] != Basis.ILLUSTRATIVE.value).to_numpy(dtype=bool)
    stands = standing(establishments)
    there = np.flatnonzero(stands & real if (real & stands & ~np.isnan(answer)).any() else stands)
    rows, answer = establishments.iloc[there], answer[there]
    told = np.flatnonzero(~np.isnan(answer))
    seen = _year_observed(rows["observed_on"], as_of)
    named_year = floats(rows["wanted_by_year"])
    by_year = np.where(np.isnan(named_year), np.nan, np.maximum(named_year, seen + 1))
    named = by_year[told][answer[told] > 0]
    named = named[named > as_of.year]
    if len(told) < 2 or not len(named):
        return None
    horizon = int(named.max())
    until = np.where(np.isnan(by_year), horizon, by_year)
    groups = grouped(rows, sectors)
    joined, frame = _strata(groups, told)
    yearly = _spread(answer[told], joined[told], seen[told], until[told], (int(joined.max()) + 1, as_of.year, horizon))
    expanded, error = _expanded(yearly, answer[told], joined, told, frame)
    wants = answer[told] > 0
    return StatedNeeds(
        sectors=tuple(name for name in groups.sectors if name != UNKNOWN),
        first_year=as_of.year,
        horizon=horizon,
        yearly_ha=_of_known_sectors(expanded, groups.sectors, frame) / M2_PER_HA,
        relative_error=error,
        realised=realised,
        answered=len(told),
        standing=len(rows),
        undated=int((wants & np.isnan(by_year[told])).sum()),
        lapsed=int((wants & (by_year[told] <= as_of.year)).sum()),
        basis=weakest([Basis.ESTIMATED, *(Basis(one) for one in pd.unique(rows["basis"].iloc[told]))]),
    )


def _answers(establishments: pd.DataFrame, plot_ratio: float) -> Floats:
    """Square metres of land that each wants; NaN where it was not asked or did not answer."""
    land, floor = floats(establishments["wanted_land_m2"]), floats(establishments["wanted_floor_m2"])
    return np.where(np.isnan(land), floor / plot_ratio, land)


def _year_observed(days: "pd.Series[pd.Timestamp]", as_of: date) -> Floats:
    years = pd.to_datetime(days).dt.year.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(years), float(as_of.year), years)


def _strata(groups: Groups, told: Index) -> tuple[Index, Floats]:
    """Joined stratum of each establishment; sectors × strata: establishments that stand."""
    cell = groups.sector * len(SIZE_LABELS) + groups.size
    different, place = np.unique(cell, return_inverse=True)
    every = np.bincount(place).astype(np.float64)
    answered = np.bincount(place[told], minlength=len(different)).astype(np.float64)
    into = collapse(answered, every, different // len(SIZE_LABELS))
    if (np.bincount(into, weights=answered) < np.minimum(np.bincount(into, weights=every), 2.0)).any():
        into = np.zeros_like(into)  # those who answered stand only where everyone did: they speak for all
    joined = into[place]
    strata = int(joined.max()) + 1
    count = np.bincount(groups.sector * strata + joined, minlength=len(groups.sectors) * strata)
    return joined, count.reshape(len(groups.sectors), strata).astype(np.float64)


def _spread(land: Floats, stratum: Index, seen: Floats, until: Floats, shape: tuple[int, int, int]) -> Floats:
    """Strata × years from that of the picture to the horizon: land that those who answered want in each."""
    strata, first, last = shape
    until = np.maximum(until, seen + 1)
    order = np.lexsort((until, seen, land, stratum))  # the order of the rows changes no digit
    land, stratum, seen, until = land[order], stratum[order], seen[order], until[order]
    rate = land / (until - seen)
    made = np.zeros((strata, last - first + 1))
    for column, year in enumerate(range(first, last + 1)):
        wanted = np.where((seen < year) & (year <= until), rate, 0.0)
        made[:, column] = np.bincount(stratum, weights=wanted, minlength=strata)
    return made


def _expanded(yearly: Floats, land: Floats, joined: Index, told: Index, frame: Floats) -> tuple[Floats, float]:
    """Years × sectors of all that stand, and the relative standard error of the land stated."""
    strata = frame.shape[1]
    order = np.lexsort((land, joined[told]))
    place, value = joined[told][order], land[order]
    answered, total, squares = (
        np.bincount(place, weights=one, minlength=strata).astype(np.float64)
        for one in (np.ones(len(value)), value, value**2)
    )
    size = frame.sum(axis=0)
    sums = Strata(size, answered, size, answered, total, answered, total, squares)
    found = stratified_ratio(sums, np.arange(strata))
    mean = np.divide(yearly, answered[:, None], out=np.zeros_like(yearly), where=answered[:, None] > 0)
    return (frame @ mean).T, found.standard_error / found.total if found.total > 0 else 0.0


def _of_known_sectors(yearly: Floats, sectors: tuple[str, ...], frame: Floats) -> Floats:
    """Years × sectors of the record: what establishments of unknown sector want goes to the others pro rata."""
    if UNKNOWN not in sectors:
        return yearly
    known = [place for place, name in enumerate(sectors) if name != UNKNOWN]
    own = yearly[:, known]
    share = own.sum(axis=0) if own.sum() > 0 else frame.sum(axis=1)[known]
    share = share / share.sum() if share.sum() > 0 else np.full(len(known), 1.0 / len(known))
    return np.asarray(own + yearly[:, [sectors.index(UNKNOWN)]] * share)
