"""What is known of today, brought together for the model: land let, sectors, places, what survey and series say."""

from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Range
from quydat.core.ledger import Ledger
from quydat.core.problem import raise_if
from quydat.demand.known import Floor, GrowthPath, Needs, Today
from quydat.demand.pools import eligible_classes
from quydat.demand.sectors import read_sectors, sector_problems
from quydat.demand.take_up import take_up_readings
from quydat.demand.where import WHERE_KEYS, Where, where_model
from quydat.inventory.evidence import Evidence, Parameters, parameter_inputs
from quydat.inventory.places import park_places


def read_today(
    evidence: Evidence,
    *,
    parks: pd.DataFrame,
    ledger: Ledger,
    place: str,
    shares: Mapping[int, float],
    as_of: date,
    paths: Mapping[str, GrowthPath] | None = None,
    needs: Callable[[Parameters], Needs | None],
    floor: Floor | None = None,
    base: Mapping[str, Range] | None = None,
) -> Today:
    """Today as the model takes it; the readings of past take-up are written to the ledger.

    Parameters
    ----------
    parks
        Table ``parks``.
    place
        Place of the study.
    shares
        Share of each year of the account that lies after its opening.
    paths, needs, floor
        What series, stated needs and the inventory say, where they may be used.
    base
        Growth stated outside the scenarios, by parameter.

    Raises
    ------
    Problems
        What is wrong with the tables ``sector`` and ``place``; QD501 as ``take_up_readings``.
    """
    record = evidence.record
    raise_if(sector_problems(record["sector"]))
    let = ledger["land.let"].value
    assert isinstance(let, int | float)
    places = park_places(parks, record["place"], city=place)
    eligible = eligible_classes(record["sector"])
    stated = [item.basis for item in parameter_inputs(ledger, *WHERE_KEYS)]
    basis = weakest(stated) if stated else Basis.PUBLISHED

    def where(parameters: Parameters) -> Where:
        return where_model(record["place"], parks, places, parameters, city=place, basis=basis, eligible=eligible)

    return Today(
        let_ha=float(let),
        letting_years=take_up_readings(evidence, ledger=ledger, as_of=as_of),
        sectors=read_sectors(record["sector"]),
        where=where,
        shares=shares,
        ahead=next(iter(shares)) - as_of.year,
        paths=paths or {},
        needs=needs,
        floor=floor,
        base=base or {},
    )
