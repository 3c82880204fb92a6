"""What a park costs to clear and build, and what its land brings: billions of đồng at the study's price year."""

from datetime import date

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger, moved
from quydat.core.money import ExchangeRates
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import Row, figure_id, plain
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
    rows = evidence.record["exchange_rate"]
    rows = rows[rows["currency"] == CURRENCY]
    days = {day: float(rate) for day, rate in zip(rows["on"], rows["vnd_per_unit"], strict=True)}
    try:
        ExchangeRates(CURRENCY, days).on(as_of)
    except LookupError:
        raise_if([problem("QD502", currency=CURRENCY, day=as_of)])
        raise
    start = max(day for day in days if day <= as_of)
    return evidence.cell("exchange_rate", f"{CURRENCY}|{start}", "vnd_per_unit")


def write_costs(row: Row, *, evidence: Evidence, ledger: Ledger, cleared: bool) -> None:
    """Write cost and receipts of one park into its row of ``programme``; its areas must be there.

    Nothing more is paid for the clearance of a park that is already ``cleared``.
    """
    park = str(row["project_id"])
    gross, lettable = row.ref("gross_area_ha"), row.ref("lettable_ha")
    clearance = [gross, ledger.input("programme.clearance_per_ha")]
    if plain(evidence.row("park", park)["state_land"]) is True:
        clearance.append(ledger.input(parameter_id("programme.state_land_cost_share")))
    if cleared:
        clearance.append(Input("parameter", "not cleared yet", 0.0, "share", Basis.DERIVED, source="procedure_event"))
    row.derive("clearance_bn_vnd", "product", clearance, formula=_CLEARANCE)
    works = ledger.input(parameter_id("programme.works_bn_vnd_per_ha"))
    row.derive("works_bn_vnd", "product", [gross, works], formula=_WORKS)
    row.derive("cost_bn_vnd", "linear", [row.ref("clearance_bn_vnd"), row.ref("works_bn_vnd")])
    row.derive("receipts_bn_vnd", "product", [lettable, ledger.input("programme.rent_per_ha")])
    row.derive("net_bn_vnd", "linear", [row.ref("receipts_bn_vnd"), row.ref("cost_bn_vnd", factor=-1.0)])


_CLEARANCE = (
    "diện tích tự nhiên × giải phóng một héc-ta (× phần chi phí nếu là đất nhà nước)",
    "gross area × clearance of a hectare (× share of cost on state-held land)",
)
_WORKS = ("diện tích tự nhiên × hạ tầng một héc-ta", "gross area × works per hectare")


def area_ref(ledger: Ledger, park: str, attribute: str) -> Input:
    """An area of a park from the inventory."""
    return ledger.input(figure_id("parks", [park], attribute))
