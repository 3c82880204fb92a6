"""Projects: parks to come or parts of them, new sites, conversions, shared works; what is not sure of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.dictionary.cells import Names
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.programme.given.stages import Stages
from quydat.programme.simulate.programme import SimSpread


@dataclass(frozen=True)
class Project:
    """One project of the programme.

    Attributes
    ----------
    kind
        ``park``, ``site``, ``conversion`` or ``shared_works``.
    park_id
        The park that it is, or is a part of; empty if none.
    place, land_class
        Where its land counts; an empty class for works that bring none.
    gross_ha, lettable_ha
        Land to clear, and land to let when done.
    clearance_bn_vnd, works_bn_vnd
        Whole costs, whoever pays them, at prices of the study's price year; nothing for clearance that is done.
    stages
        Delivery model that may be used → procedure, clearance by developers and works as the case of the park says
        they are by it.
    clearance_days
        Who clears → days, from what was seen of them; nobody if it is cleared.
    rent_bn_vnd_per_ha
        Rent of a hectare for the whole term, at prices of the study's price year.
    under_way
        Whether a developer is at it, or it is left to one as until now: if the city does not take it up, it goes on.
    homes, emissions_t
        Resettlement homes needed, tonnes of CO₂ equivalent a year; None if unknown.
    """

    project_id: str
    names: Names
    kind: str
    park_id: str
    place: str
    land_class: str
    gross_ha: float
    lettable_ha: float
    clearance_bn_vnd: Range
    works_bn_vnd: Range
    stages: Mapping[str, Stages]
    clearance_days: Mapping[str, SimSpread]
    rent_bn_vnd_per_ha: float
    under_way: bool
    basis: Basis
    homes: float | None = None
    emissions_t: float | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of the delivery models that may be used."""
        return tuple(self.stages)

    @property
    def cleared(self) -> bool:
        """Whether nothing is left to clear."""
        return not self.clearance_days


def left_to_developers(projects: Iterable[Project]) -> list[Project]:
    """Projects that go on as until now if nobody takes them up."""
    return [one for one in projects if one.under_way and DEVELOPER_LED in one.models]
