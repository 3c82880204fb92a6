"""Demand and account together, under any parameters and streams: what scenarios, sliders and sensitivity ask."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quydat.balance.ensemble import CityOutcome, run_city
from quydat.balance.supply import BLOCKED_SHARE, SupplyModel
from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner, Threads
from quydat.core.uniforms import Uniforms, drawn
from quydat.demand.known import Today, growth_key
from quydat.demand.model import (
    CYCLE_STREAM,
    METHOD_STREAM,
    SERIES_STREAM,
    Model,
    build_model,
    density_streams,
)  # fmt: skip
from quydat.demand.stated import REALISED, SAMPLING
from quydat.demand.uncertain import UncertainInput, parameter_input
from quydat.inventory.evidence import Parameters, parameter_inputs
from quydat.procedure.hand_over import HandOver

READY_STREAM = "procedure.ready"
"""Stream that says how early or late all parks together become ready."""


@dataclass(frozen=True)
class Outlook:
    """The city as the run knows it, ready to be asked again.

    Attributes
    ----------
    today
        What is known of today.
    supply
        Land to come in the run's own draws.
    order
        The run's draws, from those in which land comes latest to those in which it comes earliest.
    """

    today: Today
    supply: SupplyModel
    order: NDArray[np.int64]

    @classmethod
    def of(cls, today: Today, supply: SupplyModel) -> "Outlook":
        """From the run's own model and supply."""
        total = np.zeros(supply.draws)
        begin = np.clip(supply.first_year.astype(np.int64) - supply.years[0], 0, len(supply.years))
        for row, profile in zip(begin, supply.profiles(), strict=True):
            total += profile.cumsum(axis=1).sum(axis=1)[row]  # early land counts in each year that it is there
        return cls(today, supply, np.argsort(total, kind="stable"))

    def model(self, parameters: Parameters, uniforms: Uniforms) -> Model:
        """The demand model under these parameters."""
        return build_model(self.today, parameters, uniforms)

    def supply_of(self, parameters: Parameters, uniforms: Uniforms, *, own_draws: bool) -> SupplyModel:
        """Land to come; with ``own_draws`` in the run's draws one by one, else by ``READY_STREAM``."""
        if own_draws:
            chosen = self.supply
        else:
            place = (uniforms.of(READY_STREAM) * len(self.order)).astype(np.int64)
            chosen = self.supply.taken(self.order[np.minimum(place, len(self.order) - 1)])
        return replace(
            chosen,
            blocked_share=drawn(uniforms, BLOCKED_SHARE, parameters.range(BLOCKED_SHARE)),
            hand_over=HandOver.of(parameters),
        )

    def run(
        self, parameters: Parameters, uniforms: Uniforms, *, runner: Runner | None = None, own_draws: bool = True
    ) -> CityOutcome:
        """The account of the whole city under these parameters."""
        return run_city(
            self.model(parameters, uniforms),
            self.supply_of(parameters, uniforms, own_draws=own_draws),
            runner=runner or Threads(),
        )

    def evaluate(self, parameters: Parameters) -> Callable[[Uniforms], Mapping[str, Draws]]:
        """Demand and gap added up to the last year, as a function of streams."""

        def results(uniforms: Uniforms) -> Mapping[str, Draws]:
            city = self.run(parameters, uniforms, own_draws=False).city
            return {"gap": city["gap_ha"].sum(axis=1), "demand": city["demand_ha"].sum(axis=1)}

        return results

    def uncertain(self, parameters: Parameters, bases: Mapping[str, Basis]) -> list[UncertainInput]:
        """All that is not sure under these parameters, with its streams.

        Parameters
        ----------
        bases
            Basis of each parameter by its key, and of ``sector``, ``series``, ``demand`` and ``procedure``.
        """
        paths = self.today.paths_under(parameters)
        keys = [
            key
            for key in parameters
            if key.partition(".")[0] in ("demand", "balance")
            and parameters.range(key).low < parameters.range(key).high
            and key not in {growth_key(driver) for driver in paths}
            and not (key == REALISED and self.today.needs(parameters) is None)
        ]
        cycle = "demand.cycle_sd_share"
        made = [parameter_input(key, basis=bases[key]) for key in sorted(keys) if key != cycle]
        if cycle in keys and "output" not in paths:
            years = tuple(f"{CYCLE_STREAM}{year}" for year in self.today.shares)
            # Statistics tell how large cycles are; where they stand in a year to come nobody can survey.
            made.append(parameter_input(cycle, basis=bases[cycle]))
            made.append(UncertainInput("demand.cycle", years, *_CYCLE, "future", bases[cycle]))
        for driver in paths:
            name = f"{SERIES_STREAM}{driver}"
            later = tuple(f"{name}.{number}" for number in range(2, len(self.today.shares) + 2))
            made.append(UncertainInput(name, (name, *later), *_PATHS[driver], "future", bases["series"]))
        needs = self.today.needs(parameters)
        if needs is not None:
            made.append(UncertainInput(SAMPLING, (SAMPLING,), *_SAMPLED, "intention_survey", bases["demand"]))
        floor_known = self.today.floor is not None
        if floor_known:
            streams = density_streams(self.today.sectors.ids)
            made.append(UncertainInput("density", streams, *_SECTOR_NAMES["floor"], "floor_survey", bases["demand"]))
        for what, streams in self.today.sectors.streams().items():
            if streams and not (what == "floor" and floor_known):
                vi, en = _SECTOR_NAMES[what]
                by = "floor_survey" if what == "floor" else "sector_statistics"
                made.append(UncertainInput(f"sector.{what}", streams, vi, en, by, bases["sector"]))
        weakest_demand = bases["demand"]
        made.append(
            UncertainInput("demand.take_up", ("demand.take_up",), *_TAKE_UP, "letting_register", weakest_demand)
        )
        made.append(UncertainInput(METHOD_STREAM, (METHOD_STREAM,), *_METHOD, "method", weakest_demand, ordered=False))
        made.append(UncertainInput(READY_STREAM, (READY_STREAM,), *_READY, "case_register", bases["procedure"]))
        return made


_SECTOR_NAMES: Mapping[str, tuple[str, str]] = {
    "output": ("Sản lượng của từng ngành so với bình quân", "Output of each sector against the mean"),
    "productivity": ("Năng suất của từng ngành so với bình quân", "Productivity of each sector against the mean"),
    "floor": ("Sàn một lao động của từng ngành", "Floor for a job in each sector"),
}
_PATHS: Mapping[str, tuple[str, str]] = {
    "output": ("Sản lượng theo mô hình chuỗi thời gian", "Output by its time-series model"),
    "productivity": ("Năng suất theo mô hình chuỗi thời gian", "Productivity by its time-series model"),
}
_SAMPLED = ("Nhu cầu của cơ sở chưa trả lời", "Needs of establishments that did not answer")
_CYCLE = ("Chu kỳ của từng năm tới", "The cycle in each year to come")
_TAKE_UP = ("Cho thuê mỗi năm hiện nay", "Yearly take-up today")
_METHOD = ("Phương pháp nào đúng", "Which method is right")
_READY = ("Khi nào các khu có đất", "When the parks have land")


def bases_of(
    ledger: Ledger, parameters: Parameters, demand: Iterable[Input], others: Mapping[str, Basis]
) -> dict[str, Basis]:
    """Basis of each parameter by its key, of ``demand`` and ``procedure``, and the others."""
    stated = {key: weakest(one.basis for one in parameter_inputs(ledger, key)) for key in parameters}
    days = [
        one.basis for one in ledger if one.figure_id.startswith("procedure.") and one.figure_id.endswith("ready_p50")
    ]
    return {
        **stated,
        **others,
        "demand": weakest(one.basis for one in demand),
        "procedure": weakest(days) if days else Basis.PUBLISHED,
    }
