"""The order of the parks and the money of each year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Project:
    """A park to be cleared: what it costs to clear, what it gives, and how long its remaining steps take (days)."""

    project_id: str
    clearance_bn_vnd: float
    lettable_ha: float
    remaining_days: float


@dataclass(frozen=True)
class Funding:
    """Money given to a park: year → billions of đồng; ``funded`` is the year in which it is paid in full."""

    paid: Mapping[int, float]
    funded: int | None

    @property
    def start(self) -> int | None:
        """First year with money."""
        return min(self.paid, default=None)


def in_order(projects: Sequence[Project]) -> list[Project]:
    """The cheapest hectare first; at equal cost the park that is furthest along, then the smaller sum.

    Parks without lettable land come last. Costs within one thousandth of each other are equal.
    """

    def rank(project: Project) -> tuple[float, float, float, str]:
        per_ha = project.clearance_bn_vnd / project.lettable_ha if project.lettable_ha else float("inf")
        return round(per_ha, 3), project.remaining_days, project.clearance_bn_vnd, project.project_id

    return sorted(projects, key=rank)


def fund(projects: Sequence[Project], budgets: Mapping[int, float]) -> dict[str, Funding]:
    """Pay for clearance in the given order out of yearly budgets; what is left over is carried into the next year.

    Parameters
    ----------
    projects
        In the order in which they are paid; each is paid in full before the next one starts.
    budgets
        Billions of đồng by year.

    Returns
    -------
    Funding by project. The money paid never exceeds the budgets up to that year.
    """
    funding: dict[str, Funding] = {}
    years = sorted(budgets)
    left = {year: budgets[year] for year in years}
    for project in projects:
        due, paid = project.clearance_bn_vnd, {}
        for year in years:
            amount = min(due, left[year])
            if amount > 0:
                paid[year] = amount
                left[year] -= amount
                due -= amount
            if due <= 1e-9:
                break
        done = max(paid, default=years[0]) if due <= 1e-9 and years else None
        funding[project.project_id] = Funding(paid, done)
    return funding
