"""The order of the parks and the money of each year."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Project:
    """A park to be cleared: what it costs to clear, what it gives, and how long its remaining steps take (days)."""

    project_id: str
    clearance_bn_vnd: float
    lettable_ha: float
    remaining_days: float


@dataclass(frozen=True)
class Funding:
    """Money given to a park: year → billions of đồng; ``funded`` is the year in which it is paid in full.

    A park that costs nothing to clear is funded from the first year and has no payments.
    """

    paid: Mapping[int, float]
    funded: int | None

    def start_day(self, as_of: date) -> date | None:
        """First day with money: 1 January of its year or the day of the picture; None if there is no money."""
        if not self.paid:
            return None if self.funded is None else as_of
        return max(date(min(self.paid), 1, 1), as_of)

    def funded_day(self, as_of: date) -> date | None:
        """Day by which all is paid: 31 December of its year; the day of the picture if there is nothing to pay."""
        if self.funded is None:
            return None
        return date(self.funded, 12, 31) if self.paid else as_of


def in_order(projects: Sequence[Project]) -> list[Project]:
    """The cheapest hectare first; at equal cost the park that is furthest along, then the smaller sum.

    Parks without lettable land come last. Costs within one thousandth of each other are equal.
    """

    def rank(project: Project) -> tuple[float, float, float, str]:
        per_ha = project.clearance_bn_vnd / project.lettable_ha if project.lettable_ha else float("inf")
        return round(per_ha, 3), project.remaining_days, project.clearance_bn_vnd, project.project_id

    return sorted(projects, key=rank)


def fund(
    projects: Sequence[Project],
    budgets: Mapping[int, float],
    *,
    worth: Callable[[Project, Funding], bool] = lambda project, funding: True,
) -> dict[str, Funding]:
    """Pay for clearance in the given order out of yearly budgets; what is left over is carried into the next year.

    Parameters
    ----------
    projects
        In the order in which they are paid; each is paid in full before the next one starts.
    budgets
        Billions of đồng by year.
    worth
        Whether a project is paid for at all, given the money that it would get and when. One that is not gets
        nothing, and its money goes to those behind it.

    Returns
    -------
    Funding by project. The money paid never exceeds the budgets up to that year.
    """
    funding: dict[str, Funding] = {}
    left = {year: budgets[year] for year in sorted(budgets)}
    for project in projects:
        offered = _pay(project, left)
        if worth(project, offered):
            left = {year: amount - offered.paid.get(year, 0.0) for year, amount in left.items()}
        else:
            offered = Funding({}, None)
        funding[project.project_id] = offered
    return funding


def _pay(project: Project, left: Mapping[int, float]) -> Funding:
    """What a project would get out of the money that is left, year by year."""
    due, paid = project.clearance_bn_vnd, {}
    for year, amount in left.items():
        if (part := min(due, amount)) > 0:
            paid[year] = part
            due -= part
        if due <= 1e-9:
            return Funding(paid, max(paid, default=min(left)))
    return Funding(paid, None)
