"""A published number and the way back from it: value, unit, definition, date, coverage, basis, trace."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum, prod
from typing import Any, Literal

from quydat.core.absence import Coverage
from quydat.core.basis import Basis

Value = float | int | str | date | None
InputKind = Literal["figure", "row", "rows", "parameter", "law"]


@dataclass(frozen=True)
class Input:
    """One thing that a figure was made from.

    Attributes
    ----------
    kind
        ``figure`` (another one of the run), ``row`` (a cell of the record), ``rows`` (what a column comes to over
        many rows of a table of the run), ``parameter`` (of the study) or ``law`` (what an article says).
    ref
        Figure id; ``table/row/attribute`` of a cell; ``table?column=value&…#attribute`` of rows (see
        ``core.selection``); dotted name of a parameter; ``law/pack/id`` of a rule or legal parameter.
    factor
        What the value is multiplied by in a ``linear`` trace, its exponent in a ``product``.
    source
        Where a cell or a parameter has its value from; the citation of what the law says (see ``core.citation``);
        empty for figures, which have their own trace.
    """

    kind: InputKind
    ref: str
    value: Value
    unit: str
    basis: Basis
    factor: float = 1.0
    source: str = ""
    as_of: str = ""


Operation = Literal[
    "given", "linear", "product", "min", "max", "mean", "count", "first", "tabulated", "rule", "simulated"
]


@dataclass(frozen=True)
class Trace:
    """How the value follows from its inputs.

    Attributes
    ----------
    operation
        ``given``: the value of the one input. ``linear``: the sum of factor × value. ``product``: the product
        of value ** factor. ``min``, ``max``, ``mean``, ``count``: of the inputs. ``first``: the unit label of
        the first input whose value is above 0 (such as the first year with a gap); unknown if one before it
        is. ``tabulated``: what a column comes to over the rows that the one input names.
        ``rule``: by the rule stated in the formula. ``simulated``: a quantile of draws, made from the
        inputs with the seed in the run's manifest.
    """

    operation: Operation
    formula_vi: str
    formula_en: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Figure:
    """One published number. The value None means unknown; it is never 0 by default."""

    figure_id: str
    value: Value
    unit: str
    label_vi: str
    label_en: str
    definition_vi: str
    definition_en: str
    as_of: date
    basis: Basis
    trace: Trace
    coverage: Coverage | None = None


def _numbers(inputs: Sequence[Input]) -> list[float] | None:
    """Values of the inputs as numbers; None as soon as one is unknown."""
    values = [item.value for item in inputs]
    if any(not isinstance(value, int | float) for value in values):
        return None
    return [float(value) for value in values]  # type: ignore[arg-type]


def _linear(inputs: Sequence[Input]) -> float | None:
    values = _numbers(inputs)
    # fsum rounds once, so the order of the rows cannot change the last digits
    return None if values is None else fsum(i.factor * v for i, v in zip(inputs, values, strict=True))


def _product(inputs: Sequence[Input]) -> float | None:
    values = _numbers(inputs)
    if values is None or any(v == 0 and i.factor < 0 for i, v in zip(inputs, values, strict=True)):
        return None  # a ratio to nothing is unknown
    return prod(float(v**i.factor) for i, v in zip(inputs, values, strict=True))


def _over(function: Callable[[list[float]], float]) -> Callable[[Sequence[Input]], float | None]:
    def apply(inputs: Sequence[Input]) -> float | None:
        values = _numbers(inputs)
        return None if not values else function(values)

    return apply


def _first(inputs: Sequence[Input]) -> Value:
    for item in inputs:
        if not isinstance(item.value, int | float):
            return None  # it may be the first itself
        if item.value > 0:
            return item.unit
    return None


_RECOMPUTE: Mapping[str, Callable[[Sequence[Input]], Value]] = {
    "given": lambda inputs: inputs[0].value,
    "linear": _linear,
    "product": _product,
    "min": _over(min),
    "max": _over(max),
    "mean": _over(lambda values: fsum(values) / len(values)),
    "count": lambda inputs: len(inputs),
    "first": _first,
    "tabulated": lambda inputs: inputs[0].value,
}


def recomputed(trace: Trace) -> Value:
    """The value that the trace gives, worked out from its inputs alone.

    Raises
    ------
    LookupError
        For ``rule`` and ``simulated`` traces, whose value does not follow from the inputs by arithmetic.

    >>> let = Input("row", "park/a/let_ha", 90.0, "ha", Basis.PUBLISHED)
    >>> lettable = Input("row", "park/a/lettable_area_ha", 120.0, "ha", Basis.PUBLISHED, factor=-1.0)
    >>> recomputed(Trace("product", "đã thuê ÷ cho thuê", "let ÷ lettable", (let, lettable)))
    0.75
    """
    if trace.operation not in _RECOMPUTE:
        raise LookupError(f"a trace by {trace.operation!r} cannot be worked out from its inputs alone")
    return _RECOMPUTE[trace.operation](trace.inputs)


def as_json(figure: Figure) -> dict[str, Any]:
    """The figure as JSON values; dates as ISO 8601."""
    return {
        "figure_id": figure.figure_id,
        "value": figure.value.isoformat() if isinstance(figure.value, date) else figure.value,
        "unit": figure.unit,
        "label_vi": figure.label_vi,
        "label_en": figure.label_en,
        "definition_vi": figure.definition_vi,
        "definition_en": figure.definition_en,
        "as_of": figure.as_of.isoformat(),
        "basis": figure.basis.value,
        "coverage": None
        if figure.coverage is None
        else {"known": figure.coverage.known, "total": figure.coverage.total},
        "trace": {
            "operation": figure.trace.operation,
            "formula_vi": figure.trace.formula_vi,
            "formula_en": figure.trace.formula_en,
            "inputs": [
                {
                    "kind": i.kind,
                    "ref": i.ref,
                    "value": i.value.isoformat() if isinstance(i.value, date) else i.value,
                    "unit": i.unit,
                    "basis": i.basis.value,
                    "factor": i.factor,
                    "source": i.source,
                    "as_of": i.as_of,
                }
                for i in figure.trace.inputs
            ],
        },
    }


def from_json(data: Mapping[str, Any]) -> Figure:
    """A figure from its JSON form. Dates stay dates where the unit is ``date``."""

    def value(raw: Any, unit: str) -> Value:
        return date.fromisoformat(raw) if unit == "date" and isinstance(raw, str) else raw

    trace = data["trace"]
    return Figure(
        figure_id=data["figure_id"],
        value=value(data["value"], data["unit"]),
        unit=data["unit"],
        label_vi=data["label_vi"],
        label_en=data["label_en"],
        definition_vi=data["definition_vi"],
        definition_en=data["definition_en"],
        as_of=date.fromisoformat(data["as_of"]),
        basis=Basis(data["basis"]),
        coverage=None if data["coverage"] is None else Coverage(**data["coverage"]),
        trace=Trace(
            trace["operation"],
            trace["formula_vi"],
            trace["formula_en"],
            tuple(
                Input(
                    i["kind"],
                    i["ref"],
                    value(i["value"], i["unit"]),
                    i["unit"],
                    Basis(i["basis"]),
                    i["factor"],
                    i["source"],
                    i["as_of"],
                )
                for i in trace["inputs"]
            ),
        ),
    )
