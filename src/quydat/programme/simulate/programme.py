"""A programme to be simulated: projects with their delivery models, the money, and the demand for land."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from quydat.core.draws import Draws
from quydat.procedure.hand_over import HandOver


class Policy(Enum):
    """What is done when the fund is dry."""

    NONE = 0
    SKIP = 1
    STOP_LATE = 2


@dataclass(frozen=True)
class SimSpread:
    """What is not known for sure of a project: days of a stage, or its cost as a multiple of the planned one.

    Attributes
    ----------
    low, mid, high
        Triangular; of the logarithm if they are days.
    observed
        Values seen or drawn elsewhere, instead of the triangle: any number of them, each as likely as the other.
    clearance_loading, cost_loading
        Correlation of the normal score with the common factor of clearance, and of cost.
    """

    low: float
    mid: float
    high: float
    observed: tuple[float, ...] = ()
    clearance_loading: float = 0.0
    cost_loading: float = 0.0


@dataclass(frozen=True)
class SimDelivery:
    """A delivery model: who pays what, what the city receives, and when.

    Attributes
    ----------
    city_clearance_share, city_works_share
        Share of the costs that the city pays.
    city_receipts_share
        Share of the rent of the land that the city receives.
    lead_share
        Share of the procedure that is done when clearance begins: 0 side by side, 1 one after the other.
    clearance_front_share, works_front_share
        Share of the cost that is paid in the first half of the stage; 0.5 is even.
    receipts_share
        Share of the rent for the whole term that comes in the year in which the land is handed over, in the next, and
        so on, at the rents of that year. Any sum: what is paid at once and a yearly rent besides may come to more
        than 1.
    """

    city_clearance_share: float
    city_works_share: float
    city_receipts_share: float
    lead_share: float = 0.0
    clearance_front_share: float = 0.5
    works_front_share: float = 0.5
    receipts_share: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class SimProject:
    """A project of the programme.

    Attributes
    ----------
    project_id
        Names its streams of random numbers: they are the same whatever other projects there are.
    delivery
        Name of its delivery model.
    start_quarter
        Planned start: quarters after the beginning of the first year.
    priority
        Turn among projects of the same planned start, lowest first.
    procedure_days, clearance_days, works_days, cost_ratio
        What is not known for sure.
    clearance_bn_vnd, works_bn_vnd
        Planned costs, whoever pays them, at the prices of ``price_year``.
    lettable_ha
        Land handed over once it is ready.
    rent_bn_vnd_per_ha
        What a hectare brings for the whole term, at the prices of the programme's first year: see
        ``SimDelivery.receipts_share``.
    after, after_lag_days
        Ids of projects that must be ready, for so many days, before this one starts: the same of all, or one number for
        each of them.
    """

    project_id: str
    delivery: str
    start_quarter: int
    priority: int
    procedure_days: SimSpread
    clearance_days: SimSpread
    works_days: SimSpread
    cost_ratio: SimSpread
    clearance_bn_vnd: float
    works_bn_vnd: float
    price_year: int | None
    lettable_ha: float
    rent_bn_vnd_per_ha: float
    after: tuple[str, ...] = ()
    after_lag_days: int | tuple[int, ...] = 0

    @property
    def spreads(self) -> tuple[SimSpread, SimSpread, SimSpread, SimSpread]:
        """In the order of ``STAGES``."""
        return self.procedure_days, self.clearance_days, self.works_days, self.cost_ratio

    @property
    def lags_days(self) -> tuple[int, ...]:
        """Lag of each of ``after``."""
        lag = self.after_lag_days
        return lag if isinstance(lag, tuple) else (lag,) * len(self.after)


@dataclass(frozen=True)
class SimSource:
    """Billions of đồng by year from one source.

    Attributes
    ----------
    by_year
        Of every year of the programme.
    carries_over
        Whether what is not used stays.
    for_projects
        Ids of the projects that alone may use it, and use it first; all if empty. Projects not in the programme
        leave it unused.
    """

    by_year: Mapping[int, float]
    carries_over: bool = True
    for_projects: tuple[str, ...] = ()


@dataclass(frozen=True)
class SimFunding:
    """The programme's money, nominal.

    Attributes
    ----------
    sources
        Budgets by name.
    opening_bn_vnd
        What is there at the beginning.
    loan_ceiling_bn_vnd, interest_share
        Most that may be owed, and its interest in a year.
    revolving_share
        Share of the city's receipts that comes back to the fund.
    clearance_escalation_share, works_escalation_share, rent_escalation_share
        Rise of prices in a year.
    ahead_years
        Budgets of so many coming years may be promised already, as a medium-term plan does: none if 0. What was
        promised is paid when it is due, so the fund may then run dry in the midst of works: see
        ``Simulated.overdrawn_bn_vnd``.
    """

    sources: Mapping[str, SimSource]
    opening_bn_vnd: float = 0.0
    loan_ceiling_bn_vnd: float = 0.0
    interest_share: float = 0.0
    revolving_share: float = 0.0
    clearance_escalation_share: float = 0.0
    works_escalation_share: float = 0.0
    rent_escalation_share: float = 0.0
    ahead_years: int = 0


@dataclass(frozen=True, eq=False)
class SimProgramme:
    """Projects, money and demand.

    Attributes
    ----------
    years
        Calendar years, one after the other.
    projects
        In any order.
    deliveries
        Delivery models by name.
    funding
        The money.
    hand_over
        How the land of a project is handed over from the year in which it is ready.
    opening_ha
        Clean land at the beginning.
    demand_ha
        Paths × years: hectares wanted in each year. Draw ``d`` takes path ``d`` modulo their number.
    elsewhere_ha
        Hectares that other sources hand over in each year; none if empty.
    policy, stop_after_years
        What is done when the fund is dry; years after its planned start in which a project is still waited for
        (``STOP_LATE``).
    seed
        Of all random numbers.
    """

    years: tuple[int, ...]
    projects: tuple[SimProject, ...]
    deliveries: Mapping[str, SimDelivery]
    funding: SimFunding
    hand_over: HandOver
    opening_ha: float
    demand_ha: Draws
    elsewhere_ha: tuple[float, ...] = ()
    policy: Policy = Policy.NONE
    stop_after_years: int = 5
    seed: int = 1
