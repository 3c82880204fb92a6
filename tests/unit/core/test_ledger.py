"""The ledger: written once, the weakest basis, and no value that its trace does not give."""

from datetime import date
from typing import Any

import pytest

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Figure, Input, Value
from quydat.core.ledger import Ledger, agrees, moved

DAY = date(2025, 6, 30)


def item(value: Value, *, basis: Basis = Basis.PUBLISHED, factor: float = 1.0, unit: str = "ha") -> Input:
    return Input("row", "park/a/x", value, unit, basis, factor)


def add(ledger: Ledger, figure_id: str, value: Value, **changes: Any) -> Figure:
    stated: dict[str, Any] = {
        "unit": "ha",
        "label": ("nhãn", "label"),
        "definition": ("nghĩa", "meaning"),
        "operation": "given",
        "formula": ("công thức", "formula"),
        "inputs": [item(value)],
    }
    return ledger.add(figure_id, value, **stated | changes)


def test_a_figure_is_kept_as_it_was_written() -> None:
    ledger = Ledger(as_of=DAY)
    written = add(ledger, "land.gross", 300.0, coverage=Coverage(7, 9))
    assert ledger["land.gross"] is written
    assert (written.value, written.unit, written.as_of, written.coverage) == (
        300.0,
        "ha",
        DAY,
        Coverage(7, 9),
    )
    assert (written.label_vi, written.label_en) == ("nhãn", "label")
    assert (written.definition_vi, written.definition_en) == ("nghĩa", "meaning")
    assert (written.trace.formula_vi, written.trace.formula_en) == ("công thức", "formula")
    assert "land.gross" in ledger
    assert "land.let" not in ledger
    assert len(ledger) == 1


def test_figures_come_in_the_order_in_which_they_were_made() -> None:
    ledger = Ledger(as_of=DAY)
    for name in ("b", "a", "c"):
        add(ledger, name, 1.0)
    assert [figure.figure_id for figure in ledger] == ["b", "a", "c"]


def test_a_figure_of_another_day() -> None:
    assert add(Ledger(as_of=DAY), "a", 1.0, as_of=date(2030, 12, 31)).as_of == date(2030, 12, 31)


def test_nothing_is_written_twice() -> None:
    ledger = Ledger(as_of=DAY)
    first = add(ledger, "a", 1.0)
    with pytest.raises(ValueError, match="'a' is written twice"):
        add(ledger, "a", 2.0)
    assert ledger["a"] is first
    with pytest.raises(ValueError, match="'a' is written twice"):
        Ledger(as_of=DAY, figures=[first, first])


def test_a_figure_rests_on_something() -> None:
    with pytest.raises(ValueError, match="no inputs"):
        add(Ledger(as_of=DAY), "a", 0.0, operation="linear", inputs=[])


@pytest.mark.parametrize(
    ("operation", "value", "inputs"),
    [
        ("given", 301.0, [item(300.0)]),
        ("given", None, [item(300.0)]),
        ("given", 0.0, [item(None)]),
        ("linear", 7.001, [item(3.0), item(4.0)]),
        ("linear", 3.0, [item(3.0), item(None)]),  # the unknown taken as 0
        ("product", 12.5, [item(3.0), item(4.0)]),
        ("min", 4.0, [item(3.0), item(4.0)]),
        ("max", 3.0, [item(3.0), item(4.0)]),
        ("mean", 3.4, [item(3.0), item(4.0)]),
        ("count", 3, [item(3.0), item(4.0)]),
        ("first", 2031, [item(0.0, unit="2029"), item(1.0, unit="2030")]),
        ("first", None, [item(1.0, unit="2030")]),
        ("given", date(2030, 1, 1), [item(date(2030, 1, 2))]),
    ],
)
def test_a_value_that_its_trace_does_not_give_is_refused(operation: str, value: Value, inputs: list[Input]) -> None:
    ledger = Ledger(as_of=DAY)
    with pytest.raises(ValueError, match="but its trace gives"):
        add(ledger, "a", value, operation=operation, inputs=inputs)
    assert len(ledger) == 0


@pytest.mark.parametrize(
    ("operation", "value", "inputs"),
    [
        ("given", "KCN", [item("KCN")]),
        ("linear", 7.0, [item(3.0), item(4.0)]),
        ("linear", 0.3, [item(0.1), item(0.2)]),  # 0.1 + 0.2 is not 0.3 to the last bit
        ("linear", None, [item(3.0), item(None)]),
        ("product", 12.0, [item(3.0), item(4.0)]),
        ("product", None, [item(3.0), item(0.0, factor=-1.0)]),
        ("min", 3.0, [item(3.0), item(4.0)]),
        ("max", 4.0, [item(3.0), item(4.0)]),
        ("mean", 3.5, [item(3.0), item(4.0)]),
        ("count", 2, [item(3.0), item(None)]),
        ("first", 2030, [item(0.0, unit="2029"), item(1.0, unit="2030")]),
        ("first", None, [item(0.0, unit="2029")]),
        ("rule", 2031, [item(3.0)]),
        ("simulated", 2031.5, [item(3.0)]),
    ],
)
def test_a_value_that_its_trace_gives_is_taken(operation: str, value: Value, inputs: list[Input]) -> None:
    assert agrees(add(Ledger(as_of=DAY), "a", value, operation=operation, inputs=inputs))


def test_nan_is_written_as_unknown() -> None:
    written = add(Ledger(as_of=DAY), "a", float("nan"), operation="linear", inputs=[item(3.0), item(None)])
    assert written.value is None


def test_a_figure_takes_the_weakest_basis() -> None:
    ledger = Ledger(as_of=DAY)
    two = [item(3.0, basis=Basis.ESTIMATED), item(4.0, basis=Basis.DERIVED)]
    assert add(ledger, "a", 7.0, operation="linear", inputs=two).basis is Basis.ESTIMATED
    assert add(ledger, "b", 7.0, operation="linear", inputs=two, at_most=Basis.ASSUMED).basis is Basis.ASSUMED
    assert add(ledger, "c", 7.0, operation="linear", inputs=two, at_most=Basis.SURVEYED).basis is Basis.ESTIMATED


def test_a_figure_made_from_a_figure_carries_its_basis() -> None:
    ledger = Ledger(as_of=DAY)
    add(ledger, "a", 300.0, inputs=[item(300.0, basis=Basis.ILLUSTRATIVE)])
    made = add(ledger, "b", -300.0, operation="linear", inputs=[ledger.input("a", factor=-1.0)])
    assert made.basis is Basis.ILLUSTRATIVE
    assert made.trace.inputs == (Input("figure", "a", 300.0, "ha", Basis.ILLUSTRATIVE, -1.0),)
    assert ledger.input("a", unit="2030").unit == "2030"
    with pytest.raises(KeyError):
        ledger.input("c")


def test_moved_is_the_same_input_with_another_factor() -> None:
    assert moved(item(3.0, factor=1.0), -2.0) == item(3.0, factor=-2.0)
