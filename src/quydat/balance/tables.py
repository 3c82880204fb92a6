"""Tables of an ensemble with a row for each place, sector or year.

They are too many for a figure each: a row names the weakest basis that it rests on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from quydat.balance.ensemble import Outcome
from quydat.balance.supply import SupplyModel
from quydat.core.basis import Basis
from quydat.core.draws import Draws, quantiles
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables
from quydat.inventory.park import PIPELINE_STATES

_SHARES = (0.1, 0.5, 0.9)
_CITY_CLASS = "industrial"
ALL = "all"


def balance_place(outcome: Outcome, *, basis: Basis) -> pd.DataFrame:
    """The account of each pool and year: means, which add up as the city's do, and the range of stock and gap."""
    years, pools = len(outcome.years), len(outcome.pools)
    columns: dict[str, Any] = {
        "place": np.repeat([place for place, _ in outcome.pools], years),
        "land_class": np.repeat([land_class for _, land_class in outcome.pools], years),
        "year": np.tile(outcome.years, pools),
        **{name: values.T.ravel() for name, values in outcome.means.items()},
        "short_share": outcome.short_share.T.ravel(),
        "basis": basis.value,
    }
    for name, distribution in (("closing", outcome.closing), ("gap", outcome.gap)):
        for share, values in zip(("p10", "p50", "p90"), distribution.quantiles(_SHARES), strict=True):
            columns[f"{name}_{share}_ha"] = values.ravel()
    return _frame("balance_place", columns)


def run_out(outcomes: Mapping[str, Outcome], *, city: str, basis: Basis) -> pd.DataFrame:
    """Probability that land runs out in each year, for the city and each place, by account.

    The city runs out in the first year in which some demand finds no land and no pool has any left; a place in the
    first in which more is wanted in one of its pools than can be let there, even if all of it moves to another place.
    """
    made = []
    for account, outcome in outcomes.items():
        years = len(outcome.years)
        first = np.bincount(outcome.first_gap - outcome.years[0], minlength=years + 1)
        rows = [(city, first), *zip(outcome.places, outcome.first_short, strict=True)]
        for place, counts in rows if outcome.places != (city,) else rows[:1]:
            shares = counts[:years] / outcome.draws
            made.append(
                _frame(
                    "run_out",
                    {
                        "place": [place] * years,
                        "account": account,
                        "year": outcome.years,
                        "first_share": shares,
                        "by_share": np.cumsum(counts[:years]) / outcome.draws,
                        "basis": basis.value,
                    },
                )
            )
    return pd.concat(made, ignore_index=True)


def demand_cell(outcome: Outcome, *, city: str, basis: Basis) -> pd.DataFrame:
    """Land wanted each year: the city and each pool, all sectors and each.

    Means of the pools add up to the city's, those of the sectors to that of all; quantiles do not.

    Raises
    ------
    ValueError
        If the ensemble was run without cells.
    """
    cells = outcome.cells
    if cells is None:
        raise ValueError("the ensemble was run without its cells")
    total = np.stack([quantiles(column) for column in outcome.city["demand_ha"].T], axis=1)
    pools, sectors = outcome.pools, outcome.sectors
    land, floor = cells.land_ha, cells.floor_m2
    blocks = [_block(outcome, (city, _CITY_CLASS), ALL, total, land.sum(axis=(1, 2)), floor.sum(axis=(1, 2)))]
    if len(sectors) > 1:
        by_sector = cells.by_sector.quantiles(_SHARES)
        for s, sector in enumerate(sectors):
            means = land[:, :, s].sum(axis=1), floor[:, :, s].sum(axis=1)
            blocks.append(_block(outcome, (city, _CITY_CLASS), sector, by_sector[:, s], *means))
    if pools != ((city, _CITY_CLASS),):
        by_pool, by_cell = outcome.demand.quantiles(_SHARES), cells.land.quantiles(_SHARES)
        for p, pool in enumerate(pools):
            blocks.append(_block(outcome, pool, ALL, by_pool[:, p], land[:, p].sum(axis=1), floor[:, p].sum(axis=1)))
            if len(sectors) > 1:
                for s, sector in enumerate(sectors):
                    blocks.append(_block(outcome, pool, sector, by_cell[:, s, p], land[:, p, s], floor[:, p, s]))
    names = blocks[0].keys()
    columns = {name: np.concatenate([np.asarray(block[name]) for block in blocks]) for name in names}
    return _frame("demand_cell", {**columns, "basis": basis.value})


def _block(
    outcome: Outcome, pool: tuple[str, str], sector: str, levels: Draws, land: Draws, floor: Draws
) -> dict[str, Any]:
    years = len(outcome.years)
    return {
        "place": [pool[0]] * years,
        "land_class": [pool[1]] * years,
        "year": outcome.years,
        "sector": [sector] * years,
        **dict(zip(("p10", "p50", "p90"), levels, strict=True)),
        "expected_ha": land,
        "floor_expected_m2": floor,
    }


def promises(parks: pd.DataFrame) -> dict[str, int]:
    """Last year of the phase that the city announced, of each park that has one.

    >>> promises(pd.DataFrame({"park_id": ["a", "b"], "programme_to_year": [2027, None]}))
    {'a': 2027}
    """
    known = parks[parks["programme_to_year"].notna()]
    return {str(park): int(year) for park, year in zip(known["park_id"], known["programme_to_year"], strict=True)}


def promised_delivered(
    parks: pd.DataFrame, promise: Mapping[str, int], supply: SupplyModel, *, as_of_year: int, basis: Basis
) -> pd.DataFrame:
    """Land promised by the end of each year against land of the same parks delivered, as JTC prints its pipeline.

    Up to the year of the picture: lettable land of the promised parks that operate today, in the year of their promise;
    later: that land and what the draws expect of the others. Parks of unknown area are left out of both.

    Parameters
    ----------
    parks
        Table ``parks``.
    promise
        Last year of the phase that the city announced for a park; parks without a promise are left out.
    supply
        When the parks to come are handed over.
    as_of_year
        Year of the picture.
    """
    kept = _due(parks[parks["state"] == "operating"], "lettable_area_ha", promise)
    owed = _due(parks[parks["state"].isin(PIPELINE_STATES)], "future_lettable_ha", promise)
    done = sum(area for _, area in kept.values())
    coming = done + supply.handed_over([source for source in supply.sources if source in owed])
    rows = []
    due = [*kept.values(), *owed.values()]
    past = {year for year, _ in due if year <= as_of_year}
    for year in sorted(past | set(supply.years)):
        row: dict[str, Any] = {"year": year, "promised_ha": sum(area for by, area in due if by <= year)}
        if year <= as_of_year:
            row["delivered_ha"] = told = sum(area for by, area in kept.values() if by <= year)
        else:
            column = coming[:, supply.years.index(year)]
            row |= dict(zip(("p10", "p50", "p90"), quantiles(column), strict=True))
            row["expected_ha"] = told = float(column.mean())
        row["kept_share"] = told / row["promised_ha"] if row["promised_ha"] else None
        rows.append(row)
    names = [name for name in tables()["promised_delivered"].columns if name != "basis"]
    return _frame("promised_delivered", {**{n: [row.get(n) for row in rows] for n in names}, "basis": basis.value})


def _due(parks: pd.DataFrame, column: str, promise: Mapping[str, int]) -> dict[str, tuple[int, float]]:
    """Year of the promise and hectares of each park of which both are known."""
    # The order of the parks must not change the last digits.
    known = sorted(zip(parks["park_id"], parks[column], strict=True))
    return {park: (promise[park], float(area)) for park, area in known if park in promise and not pd.isna(area)}


def _frame(name: str, columns: Mapping[str, Sequence[Any] | Draws | str]) -> pd.DataFrame:
    """A table as the dictionary defines it; a single text stands in every row."""
    definition = tables()[name]
    count = max(len(values) for values in columns.values() if not isinstance(values, str))
    return pd.DataFrame(
        {
            a.name: pd.Series(
                [column] * count if isinstance(column := columns[a.name], str) else column, dtype=dtype_of(a)
            )
            for a in definition
        },
        columns=definition.columns,
    )
