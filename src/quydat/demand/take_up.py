"""Past take-up: the land that was let a year, read in three ways from what is published."""

from datetime import date

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.figure import Input
from quydat.core.ledger import Ledger, moved
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence, Parameters, parameter_id
from quydat.inventory.park import INDUSTRIAL_KINDS

READINGS = ("latest", "long_run", "investment")


def take_up_range(parameters: Parameters, let_ha: float, letting_years: float) -> Range:
    """Yearly take-up in hectares: lowest, middle, highest of the readings that ``take_up_readings`` writes.

    >>> stated = {"last_take_up_ha": 25.35, "investment_m_usd": 2860.0, "investment_years": 5.0,
    ...           "investment_m_usd_per_ha": 8.5}
    >>> ranges = {f"demand.{name}": Range(value, value, value) for name, value in stated.items()}
    >>> take_up_range(Parameters(ranges), 1886.18, 34.0)      # 1,886.18 ÷ 34 = 55.48; 2,860 ÷ 5 ÷ 8.5 = 67.29
    Range(low=25.35, mid=55.47588235294118, high=67.29411764705883)
    """

    def stated(name: str) -> float:
        return parameters.value(f"demand.{name}")

    capital = stated("investment_m_usd") / stated("investment_years") / stated("investment_m_usd_per_ha")
    return Range(*sorted((stated("last_take_up_ha"), let_ha / letting_years, capital)))


def take_up_readings(evidence: Evidence, *, ledger: Ledger, as_of: date) -> float:
    """Write the three readings of yearly take-up to the ledger; the years of letting that one of them rests on.

    Latest: land let in the latest year, which scarcity holds down. Long run: land let today over the years since the
    first park. Investment: capital drawn in a year over the capital that a newly let hectare carries.

    Raises
    ------
    Problems
        QD501 if no operating park is known to have been established in a year before that of the picture.
    """

    def parameter(name: str, factor: float = 1.0) -> Input:
        return ledger.input(parameter_id(f"demand.{name}"), factor=factor)

    def write(name: str, inputs: list[Input], label: tuple[str, str], formula: tuple[str, str]) -> None:
        ledger.derive(f"demand.take_up.{name}", "product", inputs, unit="ha_per_year", label=label, formula=formula)

    write(
        "latest",
        [parameter("last_take_up_ha")],
        ("Cho thuê năm gần nhất", "Take-up of the latest year"),
        ("đất cho thuê trong năm", "land let in the year"),
    )
    write(
        "long_run",
        [ledger.input("land.let"), moved(_years_of_letting(evidence, ledger, as_of), -1.0)],
        ("Cho thuê bình quân từ khu đầu tiên", "Mean take-up since the first park"),
        ("đất đã cho thuê ÷ số năm từ khu đầu tiên", "land let ÷ years since the first park"),
    )
    write(
        "investment",
        [
            parameter("investment_m_usd"),
            parameter("investment_years", -1.0),
            parameter("investment_m_usd_per_ha", -1.0),
        ],
        ("Cho thuê suy từ vốn đầu tư", "Take-up by investment"),
        ("vốn thu hút ÷ số năm ÷ vốn trên héc-ta", "investment ÷ years ÷ investment per hectare"),
    )
    years = ledger["demand.letting_years"].value
    assert isinstance(years, int | float)
    return float(years)


def _years_of_letting(evidence: Evidence, ledger: Ledger, as_of: date) -> Input:
    parks = evidence.record["park"]
    own = parks[
        (parks["state"] == "operating") & parks["kind"].isin(INDUSTRIAL_KINDS) & parks["year_established"].notna()
    ]
    own = own[own["year_established"] < as_of.year]
    if own.empty:
        raise_if([problem("QD501", key="park/*/year_established", step="demand")])
    first = own.sort_values(["year_established", "park_id"], kind="stable").iloc[0]
    cell = evidence.cell("park", str(plain(first["park_id"])), "year_established", factor=-1.0)
    today = Input("parameter", "study.toml/study.as_of", as_of.year, "year", Basis.PUBLISHED, source="study.toml")
    return ledger.derive(
        "demand.letting_years",
        "linear",
        [today, cell],
        unit="years",
        label=("Số năm từ khu đầu tiên", "Years since the first park"),
        formula=(
            "năm hiện trạng − năm thành lập khu đầu tiên",
            "year of the picture − year the first park was established",
        ),
    )
