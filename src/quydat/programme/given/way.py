"""A project by one delivery model: how long its stages take, what the city pays and receives."""

from dataclasses import dataclass

from quydat.core.draws import Draws
from quydat.programme.given.given import Given
from quydat.programme.given.project import Project
from quydat.programme.given.stages import joined, spread_in
from quydat.programme.simulate.programme import SimSpread

CERTAIN = SimSpread(1.0, 1.0, 1.0)
"""A day, or a ratio of one: a stage that is done, a cost that nobody bears."""


@dataclass(frozen=True)
class Way:
    """What a project is by one delivery model; money at prices of the study's year, in the middle of its range.

    Attributes
    ----------
    city_clearance_bn_vnd, city_works_bn_vnd
        What the city pays for each.
    cost_ratio
        What the city pays, against the middle.
    lettable_ha
        Land to let, without what goes back to its owners.
    """

    project: Project
    model_id: str
    procedure_days: SimSpread
    lead_share: float
    clearance_days: SimSpread
    works_days: SimSpread
    city_clearance_bn_vnd: float
    city_works_bn_vnd: float
    cost_ratio: SimSpread
    lettable_ha: float

    @property
    def city_cost_bn_vnd(self) -> float:
        """Both together."""
        return self.city_clearance_bn_vnd + self.city_works_bn_vnd

    @property
    def worth_bn_vnd(self) -> float:
        """Rent of all its land for the whole term, at the stated rent."""
        return self.lettable_ha * self.project.rent_bn_vnd_per_ha

    @property
    def middle_days(self) -> float:
        """Days from start to ready land, each stage in its middle."""
        procedure, clearance = self.procedure_days.mid, self.clearance_days.mid
        return max(procedure, self.lead_share * procedure + clearance) + self.works_days.mid


def way_of(given: Given, project: Project, model_id: str) -> Way:
    """The project by this model."""
    model = given.models[model_id]
    if project.cleared:
        clearance = CERTAIN
    elif model.clearance_days is not None:
        clearance = spread_in(model.clearance_days)
    else:
        clearance = project.clearance_days[model.clearance_by]
    ends = [
        cost * ratio * model.city_clearance_share
        for cost, ratio in zip(project.clearance_bn_vnd.ends, model.clearance_cost_ratio.ends, strict=True)
    ]
    building = [cost * model.city_works_share for cost in project.works_bn_vnd.ends]
    total = [a + b for a, b in zip(ends, building, strict=True)]
    low, mid, high = total
    ratio = SimSpread(max(low / mid, 1e-3), 1.0, high / mid) if mid > 0 else CERTAIN
    stages = project.stages[model_id]
    works_days = stages.works_days if model.works_days is None else spread_in(model.works_days)
    return Way(
        project, model_id, stages.procedure_days, stages.lead_share, clearance,
        joined(works_days, model.tender_days), ends[1], building[1], ratio,
        project.lettable_ha * (1.0 - model.land_return_share),
    )  # fmt: skip


def receipts_curve(given: Given, model_id: str) -> Draws:
    """Share of the rent for the whole term that the city receives in each year from the hand-over of a hectare on."""
    return given.models[model_id].receipts(years=len(given.years), take_up_years=given.take_up_years)
