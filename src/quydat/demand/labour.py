"""Floor for a job today, which labour demand rests on."""

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import parameter_id

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
