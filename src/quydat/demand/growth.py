"""Growth of each method at the middle of its ranges, and its limit: growth that explodes is mostly a slipped point."""

import numpy as np

from quydat.core.problem import Place, problem, raise_if
from quydat.demand.known import Today
from quydat.dictionary.settings import FILE
from quydat.inventory.evidence import Parameters

_GROWTH_LIMIT, _GROWTH_YEARS = 20.0, 20


def mid_growth(today: Today, parameters: Parameters) -> dict[str, dict[str, float]]:
    """Yearly growth of each method's level in each sector at the middle of its ranges."""

    def mid(key: str) -> float:
        return parameters.value(key) if key in parameters else 0.0

    sectors = today.sectors
    out = np.array([range_.mid for range_ in sectors.output])
    prod = np.array([range_.mid for range_ in sectors.productivity])
    out = out - out @ sectors.jobs_share + mid("demand.output_growth_share")
    prod = prod - prod @ sectors.jobs_share
    labour = (1.0 + out) / (1.0 + prod + mid("demand.productivity_growth_share")) - 1.0
    output = (1.0 + out) / (1.0 + prod + mid("demand.land_productivity_growth_share")) - 1.0
    made = {
        "take_up": {"all": mid("demand.take_up_growth_share")},
        "labour": dict(zip(sectors.ids, labour.tolist(), strict=True)),
    }
    if "demand.land_productivity_growth_share" in parameters:
        made["output"] = dict(zip(sectors.ids, output.tolist(), strict=True))
    return made


_GROWTH_KEYS = {
    "take_up": "demand.take_up_growth_share",
    "labour": "demand.output_growth_share, demand.productivity_growth_share, sector",
    "output": "demand.output_growth_share, demand.land_productivity_growth_share, sector",
}


def check_growth(today: Today, parameters: Parameters) -> None:
    """Refuse growth that would make demand many times what it is: it is mostly a slipped point."""
    key = "demand.growth_limit_ratio"
    limit = parameters.value(key) if key in parameters else _GROWTH_LIMIT
    found, place = [], Place(FILE, column="parameters.demand")
    for method, by_sector in mid_growth(today, parameters).items():
        for sector, growth in by_sector.items():
            times = (1.0 + growth) ** _GROWTH_YEARS
            if times > limit:
                found.append(
                    problem(
                        "QD747", place, what=f"{method}, {sector}", years=_GROWTH_YEARS, times=f"{times:.3g}",
                        share=f"{growth:+.1%}", limit=f"{limit:g}", keys=_GROWTH_KEYS[method],
                    )
                )  # fmt: skip
    raise_if(found)
