"""Labour demand: jobs that output and productivity leave, the floor they need, the land under it."""

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Draws, triangular
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import Parameters, parameter_id

M2_PER_HA = 10_000.0


def floor_per_job(ledger: Ledger) -> float:
    """Square metres of floor for a job today: land let × plot ratio ÷ jobs; written to the ledger."""
    unit = Input("parameter", "m² / ha", M2_PER_HA, "m²/ha", Basis.PUBLISHED)
    figure = ledger.derive(
        "demand.floor_m2_per_job",
        "product",
        [
            ledger.input("land.let"),
            unit,
            ledger.input(parameter_id("demand.plot_ratio")),
            ledger.input(parameter_id("demand.jobs"), factor=-1.0),
        ],
        unit="m2_per_job",
        label=("Sàn cho một lao động", "Floor for a job"),
        formula=("đất đã cho thuê × hệ số sử dụng đất ÷ số lao động", "land let × plot ratio ÷ jobs"),
    )
    assert isinstance(figure.value, float)
    return figure.value


def labour_floor(
    per_job: float,
    *,
    parameters: Parameters,
    years_ahead: np.ndarray[tuple[int], np.dtype[np.float64]],
    draws: int,
    seed: int,
) -> Draws:
    """Square metres of floor that the jobs added in each whole year need: draws × years.

    Jobs grow by (1 + output growth) ÷ (1 + productivity growth) a year. Where they shrink nothing is added: let land
    is not given back before its term ends.
    """

    def drawn(name: str) -> Draws:
        return triangular(f"demand.{name}", parameters.range(f"demand.{name}_share"), count=draws, seed=seed)

    ratio = (1.0 + drawn("output_growth")) / (1.0 + drawn("productivity_growth"))
    jobs = parameters.value("demand.jobs") * ratio[:, None] ** years_ahead[None, :]
    before = jobs / ratio[:, None]
    return np.maximum(jobs - before, 0.0) * per_job
