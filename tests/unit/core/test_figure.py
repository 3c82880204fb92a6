"""What a trace gives, operation by operation; all values by hand."""

import json
from datetime import date

import pytest

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Figure, Input, Operation, Trace, Value, as_json, from_json, recomputed


def item(value: Value, *, factor: float = 1.0, unit: str = "ha") -> Input:
    return Input("row", "park/a/gross_area_ha", value, unit, Basis.PUBLISHED, factor)


def gives(operation: Operation, *inputs: Input) -> Value:
    return recomputed(Trace(operation, "", "", inputs))


@pytest.mark.parametrize("value", [300.0, 0, "KCN", date(2025, 6, 30), None])
def test_given_is_the_one_input(value: Value) -> None:
    assert gives("given", item(value)) == value


def test_linear_is_the_sum_of_factor_times_value() -> None:
    assert gives("linear", item(300.0), item(40.0, factor=-1.0), item(2.5, factor=2.0)) == 265.0


def test_product_is_the_product_of_powers() -> None:
    assert gives("product", item(300.0), item(0.65), item(0.5, factor=2.0)) == pytest.approx(48.75)
    assert gives("product", item(90.0), item(120.0, factor=-1.0)) == 0.75


def test_a_ratio_to_nothing_is_unknown() -> None:
    assert gives("product", item(90.0), item(0.0, factor=-1.0)) is None
    assert gives("product", item(0.0), item(120.0, factor=-1.0)) == 0.0


def test_least_greatest_mean_and_count() -> None:
    three = [item(4.0), item(1.0), item(10.0)]
    assert gives("min", *three) == 1.0
    assert gives("max", *three) == 10.0
    assert gives("mean", *three) == 5.0
    assert gives("count", *three, item(None)) == 4


@pytest.mark.parametrize("operation", ["linear", "product", "min", "max", "mean"])
def test_one_unknown_makes_the_result_unknown(operation: Operation) -> None:
    assert gives(operation, item(300.0), item(None)) is None
    assert gives(operation, item(300.0), item("?")) is None


@pytest.mark.parametrize("operation", ["min", "max", "mean"])
def test_of_nothing_there_is_no_least_greatest_or_mean(operation: Operation) -> None:
    assert gives(operation) is None


def test_first_is_the_label_of_the_first_value_above_zero() -> None:
    years = [item(0.0, unit="2029"), item(12.5, unit="2030"), item(80.0, unit="2031")]
    assert gives("first", *years) == "2030"
    assert gives("first", years[0]) is None
    assert gives("first", item(-3.0, unit="2029"), *years) == "2030"


def test_first_is_unknown_when_one_before_it_is() -> None:
    assert gives("first", item(None, unit="2029"), item(12.5, unit="2030")) is None
    assert gives("first", item(12.5, unit="2030"), item(None, unit="2031")) == "2030"


@pytest.mark.parametrize("operation", ["rule", "simulated"])
def test_rules_and_draws_cannot_be_worked_out_by_arithmetic(operation: Operation) -> None:
    with pytest.raises(LookupError, match=operation):
        gives(operation, item(1.0))


def figure(value: Value, unit: str, *, coverage: Coverage | None = None) -> Figure:
    source = Input("row", "park/a/x", value, unit, Basis.ESTIMATED, 2.0, "vietnamplus-2024", "2024-05")
    parameter = Input("parameter", "demand.growth_share", 0.03, "share", Basis.ASSUMED)
    trace = Trace("rule", "công thức", "formula", (source, parameter))
    return Figure(
        "parks.a.x", value, unit, "nhãn", "label", "nghĩa", "meaning",
        date(2025, 6, 30), Basis.ASSUMED, trace, coverage,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (300.5, "ha"),
        (None, "ha"),
        (2030, "year"),
        ("2030", "text"),
        (date(2030, 6, 30), "date"),
        (None, "date"),
    ],
)
def test_json_there_and_back(value: Value, unit: str) -> None:
    for coverage in (None, Coverage(7, 9)):
        before = figure(value, unit, coverage=coverage)
        text = json.dumps(as_json(before), ensure_ascii=False, allow_nan=False)
        after = from_json(json.loads(text))
        assert after == before
        assert type(after.value) is type(before.value)


def test_json_by_hand() -> None:
    shown = as_json(figure(date(2030, 6, 30), "date", coverage=Coverage(1, 2)))
    assert shown["value"] == "2030-06-30"
    assert shown["as_of"] == "2025-06-30"
    assert shown["basis"] == "assumed"
    assert shown["coverage"] == {"known": 1, "total": 2}
    assert shown["trace"]["inputs"][0] == {
        "kind": "row",
        "ref": "park/a/x",
        "value": "2030-06-30",
        "unit": "date",
        "basis": "estimated",
        "factor": 2.0,
        "source": "vietnamplus-2024",
        "as_of": "2024-05",
    }
