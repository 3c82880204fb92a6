"""Land to come, by pool, as a function of the draws: parks, blocked land, land freed and released."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.balance.deliver import cleared_draws
from quydat.core.draws import Draws, Range
from quydat.core.problem import Problem, problem, raise_if
from quydat.core.uniforms import Uniforms, drawn
from quydat.inventory.places import LAND_CLASSES
from quydat.inventory.tabulate import industrial
from quydat.procedure.hand_over import HandOver, ready_years

Pool = tuple[str, str]
"""Place and class of land."""
BLOCKED_SHARE = "balance.blocked_cleared_share"
_BLOCK = 10_000


@dataclass(frozen=True)
class SupplyModel:
    """What comes into each pool; nothing is worked out before it is asked for, and it can be pickled.

    Attributes
    ----------
    years, shares
        Years of the account, and the share of each that lies after the opening.
    pools
        Place and class of land of each pool.
    opening_ha, blocked_ha
        Pools: land ready, and vacant land blocked, at the opening.
    blocked_share
        Draws: share of the blocked land that becomes ready in a year.
    sources, source_pool, source_ha
        Id, pool and lettable land of each park to come.
    first_year
        Sources × draws: calendar year in which a park is ready.
    hand_over
        How a park is handed over from that year.
    freed_ha, released_ha
        Pools × years: land freed by conversion, and given to other uses.
    """

    years: tuple[int, ...]
    shares: tuple[float, ...]
    pools: tuple[Pool, ...]
    opening_ha: Draws
    blocked_ha: Draws
    blocked_share: Draws
    sources: tuple[str, ...]
    source_pool: NDArray[np.int64]
    source_ha: Draws
    first_year: NDArray[np.int16]
    hand_over: HandOver
    freed_ha: Draws
    released_ha: Draws

    def __post_init__(self) -> None:
        expected = {
            "opening_ha": (len(self.pools),), "blocked_ha": (len(self.pools),),
            "source_pool": (len(self.sources),), "source_ha": (len(self.sources),),
            "first_year": (len(self.sources), self.draws), "shares": (len(self.years),),
            "freed_ha": (len(self.pools), len(self.years)), "released_ha": (len(self.pools), len(self.years)),
        }  # fmt: skip
        for name, shape in expected.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(f"{name} has the shape {np.shape(getattr(self, name))}, not {shape}")

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.blocked_share)

    def delivered(self, part: slice) -> Draws:
        """Hectares that become ready: draws × years × pools."""
        return self.delivered_by_pool(part).transpose(2, 1, 0)

    def delivered_by_pool(self, part: slice, into: Draws | None = None) -> Draws:
        """The same as pools × years × draws, as the kernels want it; in an array that is at hand, if there is one."""
        from quydat.balance.kernels import deliver

        cleared = cleared_draws(self.blocked_share[part], shares=self.shares).T
        made: Draws = np.multiply(self.blocked_ha[:, None, None], cleared[None, :, :], out=into)
        if self.sources:
            deliver(self._begin(self.first_year[:, part]), self.profiles(), np.array(self.source_pool), made)
        return made

    def profiles(self) -> Draws:
        """Hectares of each source for each year in which it may be ready: sources × first years × years.

        The last of the first years stands for all after the account.
        """
        years = list(self.years)
        firsts = np.arange(years[0], years[-1] + 2, dtype=float)
        made: Draws = np.array([self.hand_over.draws(firsts, area, years=years) for area in self.source_ha.tolist()])
        return made.reshape(len(self.sources), len(firsts), len(years))

    def expected_by_source(self) -> dict[str, Draws]:
        """Mean hectares over the draws of each park, by year."""
        made = {}
        for source, row, profile in zip(self.sources, self._begin(self.first_year), self.profiles(), strict=True):
            counts = np.bincount(row, minlength=len(self.years) + 1)
            made[source] = (counts[:, None] * profile).sum(axis=0) / self.draws
        return made

    def handed_over(self, sources: Sequence[str]) -> Draws:
        """Hectares that some of the parks have handed over by the end of each year: draws × years."""
        self._know(sources)
        made = np.zeros((self.draws, len(self.years)))
        profiles = np.cumsum(self.profiles(), axis=2)
        for row, source in enumerate(self.sources):
            if source in sources:
                made += profiles[row][self._begin(self.first_year[row])]
        return made

    def expected_blocked(self) -> Draws:
        """Mean hectares over the draws of the land that is blocked today, by year."""
        cleared: Draws = cleared_draws(self.blocked_share, shares=self.shares).mean(axis=0)
        return float(self.blocked_ha.sum()) * cleared

    def taken(self, rows: NDArray[np.int64] | slice) -> "SupplyModel":
        """The same supply in some of the draws, in the given order."""
        return replace(self, blocked_share=self.blocked_share[rows], first_year=self.first_year[:, rows])

    def delayed(self, years: int | Mapping[str, int]) -> "SupplyModel":
        """All parks, or some, so many years later (earlier if below 0)."""
        late = dict.fromkeys(self.sources, years) if isinstance(years, int) else dict(years)
        self._know(late)
        by = np.array([late.get(source, 0) for source in self.sources], np.int16)
        return replace(self, first_year=self.first_year + by[:, None])

    def without(self, sources: Sequence[str]) -> "SupplyModel":
        """Without some of the parks."""
        self._know(sources)
        kept = [row for row, source in enumerate(self.sources) if source not in sources]
        return replace(
            self, sources=tuple(self.sources[row] for row in kept), source_pool=self.source_pool[kept],
            source_ha=self.source_ha[kept], first_year=self.first_year[kept],
        )  # fmt: skip

    def _begin(self, first_year: NDArray[np.int16]) -> NDArray[np.int64]:
        """Row of the profile for years in which parks are ready."""
        return np.clip(first_year.astype(np.int64) - self.years[0], 0, len(self.years))

    def _know(self, sources: Sequence[str] | Mapping[str, int]) -> None:
        if unknown := set(sources) - set(self.sources):
            raise KeyError(f"no land comes from {', '.join(sorted(unknown))}; from: {', '.join(self.sources)}")


def supply_model(
    parks: pd.DataFrame,
    *,
    places: Mapping[str, str],
    pools: Sequence[Pool],
    ready_days: Mapping[str, Draws],
    opening_ha: float,
    blocked_ha: float,
    blocked_share: Range,
    hand_over: HandOver,
    shares: Mapping[int, float],
    as_of: date,
    uniforms: Uniforms,
    freed_ha: Draws | None = None,
    released_ha: Draws | None = None,
    parts: Mapping[str, tuple[Pool, float]] | None = None,
) -> SupplyModel:
    """Supply of a city.

    What is ready and what is blocked is published for the city as a whole. It is split over the pools in proportion to
    the vacant land of the operating industrial parks in each.

    Parameters
    ----------
    parks
        Table ``parks``.
    places
        Place of each park.
    pools
        Pools of the account, as demand has them.
    ready_days
        Days from the day of the picture until a park is ready, in each draw. Parks of unknown area are left out.
    opening_ha, blocked_ha
        Vacant land of the city that is ready, and that is blocked.
    blocked_share
        Share of the blocked land cleared in a year.
    shares
        Share of each year of the account that lies after its opening.
    freed_ha, released_ha
        Pools × years; none if not given.
    parts
        Pool and lettable hectares of sources that are no parks of the table, such as projects of a programme.

    Raises
    ------
    Problems
        QD753 for each park whose place and class of land are no pool; QD754 for each pool from which more land is
        released than can be there even if nobody takes any.
    """
    index = {pool: number for number, pool in enumerate(pools)}
    own = {park: (places[park], LAND_CLASSES[kind]) for park, kind in zip(parks["park_id"], parks["kind"], strict=True)}
    areas = dict(zip(parks["park_id"], parks["future_lettable_ha"].astype(float), strict=True))
    for source, (pool, area) in (parts or {}).items():
        own[source], areas[source] = pool, area
    counted = industrial(parks)
    vacant = {
        park: max(float(area), 0.0)
        for park, area, state in zip(counted["park_id"], counted["vacant_ha"], counted["state"], strict=True)
        if state == "operating" and not pd.isna(area)
    }
    # The order of the parks must not change the last digits.
    coming = sorted(park for park in ready_days if not np.isnan(areas[park]))
    raise_if(
        problem("QD753", park=park, where=own[park][0], land_class=own[park][1])
        for park in sorted({*coming, *vacant})
        if own[park] not in index
    )
    split = np.zeros(len(pools))
    for park in sorted(vacant):
        split[index[own[park]]] += vacant[park]
    whole = split.sum()
    if whole > 0:
        split = split / whole
    elif opening_ha or blocked_ha:
        raise ValueError("land is vacant, but no operating park has any")
    nothing = np.zeros((len(pools), len(shares)))
    first = [ready_years(ready_days[park], as_of=as_of) for park in coming]
    made = SupplyModel(
        years=tuple(shares),
        shares=tuple(shares.values()),
        pools=tuple(pools),
        opening_ha=opening_ha * split,
        blocked_ha=blocked_ha * split,
        blocked_share=drawn(uniforms, BLOCKED_SHARE, blocked_share),
        sources=tuple(coming),
        source_pool=np.array([index[own[park]] for park in coming], np.int64),
        source_ha=np.array([areas[park] for park in coming]),
        first_year=np.array(first, np.int16).reshape(len(coming), uniforms.count),
        hand_over=hand_over,
        freed_ha=nothing if freed_ha is None else freed_ha,
        released_ha=nothing if released_ha is None else released_ha,
    )
    raise_if(_released_too_much(made))
    return made


def _released_too_much(supply: SupplyModel) -> Iterator[Problem]:
    """Pools that cannot give what is to be released in any draw, even if nobody takes any land."""
    if not supply.released_ha.any():
        return
    most = np.zeros(supply.released_ha.shape)
    for begin in range(0, supply.draws, _BLOCK):
        delivered = supply.delivered_by_pool(slice(begin, begin + _BLOCK))
        most = np.maximum(most, np.cumsum(delivered, axis=1).max(axis=2))
    there = supply.opening_ha[:, None] + most + np.cumsum(supply.freed_ha, axis=1)
    wanted = np.cumsum(supply.released_ha, axis=1)
    for pool, (place, land_class) in enumerate(supply.pools):
        beyond = np.flatnonzero(wanted[pool] > there[pool] + 1e-9)
        if len(beyond):
            year = int(beyond[0])
            yield problem(
                "QD754", where=place, land_class=land_class, year=supply.years[year],
                released=f"{wanted[pool, year]:.2f}", there=f"{there[pool, year]:.2f}",
            )  # fmt: skip
