"""The step: read the question, choose a programme, play it through, write it down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import Evidence, Parameters
from quydat.programme.choose.chosen import Chosen, choose
from quydat.programme.choose.question import Aims, question
from quydat.programme.choose.ready_day import days_from
from quydat.programme.choose.rehearse import rehearse
from quydat.programme.choose.tables import Written, write_programme
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.optimise.search import Step
from quydat.programme.simulate.simulate import SimulatedDays


@dataclass(frozen=True, eq=False)
class Told:
    """Tables of a step by name; notes on how they were made, and on what was solved for them, for the manifest."""

    tables: Mapping[str, pd.DataFrame]
    notes: Mapping[str, str]
    solves: Mapping[str, dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Programme:
    """What the programme says to the account and to those who compare.

    Attributes
    ----------
    written
        Its tables.
    ready_days
        Project → draws of days from the day of the picture to ready land.
    """

    given: Given
    worlds: Worlds
    aims: Aims
    chosen: Chosen
    played: SimulatedDays
    written: Written
    ready_days: Mapping[str, Draws]

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables by name."""
        return self.written.tables

    def areas_ha(self) -> dict[str, float]:
        """Lettable hectares of each project that is started."""
        rows = self.tables["programme"]
        return dict(zip(rows["project_id"], rows["lettable_ha"].astype(float), strict=True))

    def solves(self) -> dict[str, dict[str, Any]]:
        """Notes on the optimisation, for the manifest."""
        return {"programme": self.chosen.solve_note()}


def programme(
    given: Given,
    *,
    evidence: Evidence,
    parameters: Parameters,
    ledger: Ledger,
    draws: int,
    basis: Basis,
    progress: Callable[[Step], None] = lambda step: None,
    stop: Callable[[], bool] = lambda: False,
) -> Programme:
    """Choose models and starts over scenarios, and play the choice through in draws that the choice has not seen.

    Raises
    ------
    Problems
        QD790–QD796 where no programme keeps all that is asked.
    """
    aims = Aims.of(parameters)
    worlds = Worlds(given, count=round(parameters.value("programme.scenarios")))
    chosen = choose(
        question(given, worlds, aims=aims), gap=parameters.value("programme.gap_share"),
        seconds=parameters.value("programme.seconds"), seed=given.seed, progress=progress, stop=stop,
    )  # fmt: skip
    played = rehearse(given, chosen.starts, draws=draws)
    written = write_programme(chosen, played, evidence=evidence, ledger=ledger, basis=basis)
    return Programme(given, worlds, aims, chosen, played, written, ready_from(given, played))


def ready_from(given: Given, played: SimulatedDays) -> dict[str, Draws]:
    """Project → days from the day of the picture to ready land in each draw."""
    return {
        name: days_from(days, first_year=given.years[0], as_of=given.as_of)
        for name, days in zip(played.project_ids, played.ready_day, strict=True)
    }
