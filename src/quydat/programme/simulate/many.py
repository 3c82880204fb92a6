"""Many programmes simulated: one after the other, on the threads of this machine or on a Dask cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import LEVELS, Draws
from quydat.core.parallel import Runner, Threads
from quydat.core.problem import raise_if
from quydat.programme.simulate.checks import check_programme
from quydat.programme.simulate.programme import SimProgramme
from quydat.programme.simulate.simulate import NEVER_DAY, QUANTITIES, SimulatedDays, simulate_days


@dataclass(frozen=True, eq=False)
class Summary:
    """What is kept of the draws of a programme: small enough to be sent.

    Attributes
    ----------
    years, project_ids, draws
        What was simulated.
    quantiles
        P10, P50, P90 × ``QUANTITIES`` × years.
    mean
        ``QUANTITIES`` × years.
    short_share, dry_share
        Share of the draws in which land has been missing, and the fund been dry, by the end of each year.
    first_short
        P10, P50, P90 of the first year in which land is missing, each a year that was drawn; the year after the last
        stands for never.
    ready_share
        Share of the draws in which each project is ever ready.
    mean_ready_day
        Its mean day over these draws, see ``SimulatedDays``; not a number if there is none.
    """

    years: tuple[int, ...]
    project_ids: tuple[str, ...]
    draws: int
    quantiles: Draws
    mean: Draws
    short_share: Draws
    dry_share: Draws
    first_short: NDArray[np.int64]
    ready_share: Draws
    mean_ready_day: Draws

    def of(self, quantity: str) -> Draws:
        """P10, P50, P90 × years of one of ``QUANTITIES``."""
        made: Draws = self.quantiles[:, QUANTITIES.index(quantity)]
        return made


def simulate_many(programmes: Sequence[SimProgramme], *, draws: int, runner: Runner | None = None) -> list[Summary]:
    """Simulate programmes and keep a summary of each, in their order.

    Each programme is worked out whole by one thread of one machine, so what comes out hangs on nothing but itself.

    Parameters
    ----------
    programmes
        Of any years, projects and money.
    draws
        Of each programme.
    runner
        ``Threads()`` of this machine if none is given, or a ``Cluster``.

    Raises
    ------
    Problems
        QD780–QD790, QD797, QD798: whatever is wrong with any of the programmes, all at once and each thing once;
        QD750–QD752: there is no such cluster.
    """
    found = [one for programme in programmes for one in check_programme(programme)]
    raise_if(list({(one.number, one.message("en")): one for one in found}.values()))
    return list((runner or Threads()).map(partial(_one, draws), programmes))


def _one(draws: int, programme: SimProgramme) -> Summary:
    return summary_of(simulate_days(programme, draws=draws, threads=1))


def summary_of(made: SimulatedDays) -> Summary:
    """Summary of what was simulated."""
    ready = made.ready_day != NEVER_DAY
    times = ready.sum(axis=1)
    days = np.where(ready, made.ready_day, 0).sum(axis=1, dtype=float)
    return Summary(
        years=made.years,
        project_ids=made.project_ids,
        draws=made.draws,
        quantiles=made.quantiles(LEVELS),
        mean=made.yearly.mean(axis=2, dtype=float),
        short_share=made.short_share(),
        dry_share=made.dry_share(),
        first_short=np.quantile(made.first_short, LEVELS, method="inverted_cdf").astype(np.int64),
        ready_share=times / made.draws,
        mean_ready_day=np.divide(days, times, out=np.full(len(times), np.nan), where=times > 0),
    )
