"""What is not sure, input by input, and what would have to be collected to make it known.

The model says which inputs it draws and by which streams; an analysis of sensitivity asks for no more than that.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from quydat.core.basis import Basis
from quydat.dictionary.settings import settings


@dataclass(frozen=True)
class UncertainInput:
    """One thing that is not sure.

    Attributes
    ----------
    name
        Id: the key of a parameter, or what else the streams are of.
    streams
        Names of its streams (see ``core.uniforms``); one for a parameter, one a year for a cycle.
    name_vi, name_en
        Name that people read.
    informed_by
        What would make it known: one of the dictionary's list ``informed_by``.
    basis
        What its range rests on.
    ordered
        Whether low and high mean something; not so for a choice, such as that of a method.
    """

    name: str
    streams: tuple[str, ...]
    name_vi: str
    name_en: str
    informed_by: str
    basis: Basis
    ordered: bool = True


INFORMED_BY: Mapping[str, str] = {
    "demand.take_up_growth_share": "letting_register",
    "demand.output_growth_share": "future",
    "demand.productivity_growth_share": "sector_statistics",
    "demand.land_productivity_growth_share": "sector_statistics",
    "demand.cycle_sd_share": "sector_statistics",
    "demand.plot_ratio_new": "floor_survey",
    "demand.densification_share": "floor_survey",
    "demand.vacancy_share": "letting_register",
    "demand.reuse_share": "letting_register",
    "demand.churn_share": "letting_register",
    "demand.void_years": "letting_register",
    "demand.replacement_share": "policy",
    "demand.movers_share": "policy",
    "demand.movers_land_m2": "standalone_census",
    "demand.neighbour_rent_gap_growth_share": "rent_survey",
    "demand.neighbour_supply_growth_share": "rent_survey",
    "demand.neighbour_rent_elasticity": "rent_survey",
    "demand.neighbour_supply_elasticity": "rent_survey",
    "demand.stated_realised_share": "intention_survey",
    "demand.where_capacity_elasticity": "intention_survey",
    "demand.where_port_elasticity": "intention_survey",
    "demand.where_ring_road_elasticity": "intention_survey",
    "demand.where_labour_elasticity": "intention_survey",
    "demand.where_cluster_elasticity": "intention_survey",
    "demand.where_rent_elasticity": "rent_survey",
    "balance.blocked_cleared_share": "case_register",
    "balance.mobile_share": "intention_survey",
}
"""Of each parameter with a range: what would make it known. No survey tells the growth of output in twenty years."""


def parameter_input(key: str, *, basis: Basis) -> UncertainInput:
    """A parameter with a range as an uncertain input; its stream has its name.

    Raises
    ------
    KeyError
        If it is not said what would make the parameter known.

    >>> parameter_input("demand.plot_ratio_new", basis=Basis.ASSUMED).informed_by
    'floor_survey'
    """
    setting = settings()[f"parameters.{key}"]
    return UncertainInput(key, (key,), setting.label_vi, setting.label_en, INFORMED_BY[key], basis)
