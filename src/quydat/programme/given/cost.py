"""What a hectare costs to clear, and what it brings: billions of đồng at the study's price year."""

from datetime import date

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger, moved
from quydat.core.money import ExchangeRates
from quydat.core.problem import problem, raise_if
from quydat.inventory.evidence import Evidence, parameter_id

CURRENCY = "USD"


def unit_costs(evidence: Evidence, *, ledger: Ledger, price_year: int, as_of: date) -> None:
    """Write the cost of clearing a hectare at the price year, and the rent of a hectare in billions of đồng."""
    stated = ledger["parameters.programme.clearance_price_year"].value
    assert isinstance(stated, float | int)
    one = Input("parameter", "1", 1.0, "", Basis.PUBLISHED)
    growth = ledger.derive(
        "programme.escalation_factor",
        "linear",
        [one, ledger.input(parameter_id("programme.escalation_share"))],
        unit="ratio",
        label=("1 + trượt giá một năm", "1 + escalation a year"),
    )
    ledger.derive(
        "programme.clearance_per_ha",
        "product",
        [
            ledger.input(parameter_id("programme.clearance_bn_vnd_per_ha")),
            moved(growth, float(price_year - int(stated))),
        ],
        unit="bn_vnd_per_ha",
        label=(
            f"Giải phóng mặt bằng một héc-ta, giá {price_year}",
            f"Clearance of a hectare at prices of {price_year}",
        ),
        formula=("chi phí đã công bố × (1 + trượt giá)^số năm", "published cost × (1 + escalation)^years"),
    )
    ledger.derive(
        "programme.rent_per_ha",
        "product",
        [
            ledger.input(parameter_id("programme.rent_usd_per_m2")),
            Input("parameter", "m² / ha", 10_000.0, "m²/ha", Basis.PUBLISHED),
            _rate(evidence, as_of),
            Input("parameter", "đồng / tỷ đồng", 1e9, "VND/bn VND", Basis.PUBLISHED, -1.0),
        ],
        unit="bn_vnd_per_ha",
        label=("Tiền thuê một héc-ta cho cả thời hạn", "Rent of a hectare for the whole term"),
        formula=("giá thuê × 10.000 m² × tỷ giá", "rent × 10,000 m² × exchange rate"),
    )


def _rate(evidence: Evidence, as_of: date) -> Input:
    """The exchange rate in force on the day of the picture, with its row."""
    rates = rates_of(evidence, CURRENCY)
    try:
        rates.on(as_of)
    except LookupError:
        raise_if([problem("QD502", currency=CURRENCY, day=as_of)])
        raise
    start = max(day for day in rates.vnd_per_unit if day <= as_of)
    return evidence.cell("exchange_rate", f"{CURRENCY}|{start}", "vnd_per_unit")


def rates_of(evidence: Evidence, currency: str) -> ExchangeRates:
    """The record's rates of a currency."""
    rows = evidence.record["exchange_rate"]
    rows = rows[rows["currency"] == currency]
    return ExchangeRates(
        currency, {day: float(rate) for day, rate in zip(rows["on"], rows["vnd_per_unit"], strict=True)}
    )
