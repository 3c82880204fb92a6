"""The answer for this city as figures: years gained, hectares by milestone, cost, parks that pay, where it turns."""

from collections.abc import Mapping, Sequence

from quydat.core.draws import quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.dictionary.cells import Names
from quydat.inventory.evidence import parameter_id, parameter_inputs
from quydat.programme.choose.tables import DRAWS
from quydat.programme.delivery.compare import CHOSEN, EVERYWHERE, Told
from quydat.programme.delivery.park import Pool
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel

PARAMETERS = (
    "clearance_bn_vnd_per_ha", "works_bn_vnd_per_ha", "state_land_cost_share", "rent_ratio", "tax_bn_vnd_per_ha_year",
    "take_up_years", "discount_share", "escalation_share", "rent_growth_share", "clearance_days",
)  # fmt: skip
CLEARANCE, RENT = "programme.clearance_per_ha", "programme.rent_usd_per_m2"
_FROM_NOW: Names = (
    "từng khu, từng lần rút, nếu bắt đầu ngay và không chờ tiền; so với để chủ đầu tư làm trong cùng lần rút",
    "each park in each draw, if it starts now and waits for no money; against a developer in the same draw",
)
_PLAYED: Names = (
    "cách làm ấy chạy trên từng lần rút, cùng các khu, cùng tiền",
    "the strategy played through in each draw, with the same parks and money",
)


def strategy_names(strategy: str, models: Mapping[str, DeliveryModel]) -> Names:
    """A strategy as people call it.

    >>> strategy_names("chosen", {})
    ('chương trình đã chọn', 'chosen programme')
    """
    if strategy == CHOSEN:
        return "chương trình đã chọn", "chosen programme"
    vi, en = models[strategy.removesuffix(EVERYWHERE)].names
    return (f"{vi}, ở mọi khu", f"{en}, in every park") if strategy.endswith(EVERYWHERE) else (vi, en)


def write_figures(
    told: Mapping[str, Sequence[Told]],
    *,
    model: str | None,
    pool: Pool | None,
    models: Mapping[str, DeliveryModel],
    ledger: Ledger,
) -> None:
    """Write the figures ``delivery.*``.

    ``delivery.ready.STRATEGY.YEAR``, ``delivery.net_cost.STRATEGY``: means of the draws. Of the city's own model
    against a developer: ``delivery.years_gained``, ``delivery.advantage`` (each with ``.p10``, ``.p90``),
    ``delivery.pays_share``, ``delivery.parks_paying`` of ``delivery.parks_compared``,
    ``delivery.break_even_clearance``, ``delivery.break_even_rent``, ``delivery.ready_more.YEAR``,
    ``delivery.net_cost_more``.

    Parameters
    ----------
    model
        The model in which the city clears and builds; None if the city has none.
    pool
        All projects that it is compared for; None if there are none.
    """
    played = [ledger.input(DRAWS), *parameter_inputs(ledger, *(f"programme.{name}" for name in PARAMETERS))]
    for strategy, quantities in told.items():
        vi, en = strategy_names(strategy, models)
        for one in quantities:
            if one.quantity == "ready_ha":
                label = (f"Đất đã có đến hết {one.year}: {vi}", f"Land ready by the end of {one.year}: {en}")
                _simulated(f"delivery.ready.{strategy}.{one.year}", one.expected, "ha", label, _PLAYED, played, ledger)
            if one.quantity == "net_cost_bn_vnd":
                label = (f"Chi ròng, giá trị hiện tại: {vi}", f"Net cost, present value: {en}")
                _simulated(f"delivery.net_cost.{strategy}", one.expected, "bn_vnd", label, _PLAYED, played, ledger)
    if model is None:
        return
    _write_more(told[model], model, models, ledger)
    if pool is not None and pool.projects:
        _write_pool(pool, models[model].names, played, ledger)


def _simulated(figure: str, value: float | int | None, unit: str, label: Names, formula: Names,
               inputs: Sequence[Input], ledger: Ledger) -> None:  # fmt: skip
    ledger.add(figure, value, unit=unit, label=label, definition=label, operation="simulated", formula=formula,
               inputs=inputs)  # fmt: skip


def _write_more(quantities: Sequence[Told], model: str, models: Mapping[str, DeliveryModel], ledger: Ledger) -> None:
    """What the city's own model, where it is worth it, changes against leaving all to developers."""
    vi, en = models[model].names

    def less(figure: str) -> list[Input]:
        name = f"delivery.{figure}"
        return [ledger.input(name.replace("STRATEGY", model)),
                ledger.input(name.replace("STRATEGY", DEVELOPER_LED), factor=-1.0)]  # fmt: skip

    for year in [one.year for one in quantities if one.quantity == "ready_ha"]:
        label = (f"Đất có thêm đến hết {year}: {vi}", f"More land ready by the end of {year}: {en}")
        ledger.derive(f"delivery.ready_more.{year}", "linear", less(f"ready.STRATEGY.{year}"), unit="ha", label=label)
    label = (f"Chi ròng thêm so với để chủ đầu tư làm: {vi}", f"Net cost beyond that of developers: {en}")
    ledger.derive("delivery.net_cost_more", "linear", less("net_cost.STRATEGY"), unit="bn_vnd", label=label)


def _write_pool(pool: Pool, names: Names, drawn: Sequence[Input], ledger: Ledger) -> None:
    """What holds for all parks together."""
    vi, en = names

    def put(name: str, value: float | int | None, unit: str, label: Names) -> None:
        full = (f"{label[0]}: {vi}", f"{label[1]}: {en}")
        _simulated(f"delivery.{name}", value, unit, full, _FROM_NOW, drawn, ledger)

    endings: Sequence[tuple[str, Names]] = ((".p10", (" (P10)", " (P10)")), ("", ("", "")), (".p90", (" (P90)",) * 2))
    for (ending, said), years, money in zip(
        endings, pool.gained() or (None,) * 3, quantiles(pool.advantage), strict=True
    ):
        put(f"years_gained{ending}", years, "years",
            (f"Một héc-ta có sớm hơn{said[0]}", f"A hectare is there earlier by{said[1]}"))  # fmt: skip
        put(f"advantage{ending}", money, "bn_vnd",
            (f"Lợi hơn nếu dùng cho mọi khu{said[0]}", f"Advantage if used for all parks{said[1]}"))  # fmt: skip
    put("advantage.expected", float(pool.advantage.mean()), "bn_vnd",
        ("Lợi hơn nếu dùng cho mọi khu, bình quân", "Advantage if used for all parks, mean"))  # fmt: skip
    put("pays_share", float((pool.advantage > 0).mean()), "share",
        ("Xác suất có lợi nếu dùng cho mọi khu", "Probability that it pays if used for all parks"))  # fmt: skip
    put("parks_compared", pool.projects, "count", ("Số khu, phần khu được so sánh", "Parks and parts compared"))
    put("parks_paying", pool.paying, "count",
        ("Số khu, phần khu có lợi với xác suất trên một nửa", "Parks and parts likelier than not to pay"))  # fmt: skip
    even = pool.break_even
    put("break_even_clearance_ratio", even.clearance_ratio, "ratio",
        ("Hòa vốn: giải phóng so với giá nêu", "Break-even cost of clearance against the stated one"))  # fmt: skip
    put("break_even_rent_ratio", even.rent_ratio, "ratio",
        ("Hòa vốn: giá thuê so với giá nêu", "Break-even rent against the stated one"))  # fmt: skip
    ledger.derive(
        "delivery.break_even_clearance", "product",
        [ledger.input(CLEARANCE), ledger.input("delivery.break_even_clearance_ratio")], unit="bn_vnd_per_ha",
        label=(f"Hòa vốn mọi khu: giải phóng một héc-ta đất dân: {vi}",
               f"Break-even of all parks, clearing a hectare of households' land: {en}"),
    )  # fmt: skip
    ledger.derive(
        "delivery.break_even_rent", "product",
        [ledger.input(parameter_id(RENT)), ledger.input("delivery.break_even_rent_ratio")], unit="usd_per_m2_term",
        label=(f"Hòa vốn mọi khu: giá thuê cả kỳ hạn: {vi}", f"Break-even of all parks, rent for the whole term: {en}"),
    )  # fmt: skip
