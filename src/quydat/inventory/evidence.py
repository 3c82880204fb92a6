"""Evidence: where each value of the record comes from, and the parameters that a run rests on."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.problem import Place, problem, raise_if
from quydat.dictionary.cells import plain
from quydat.dictionary.read import keys_of
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import FILE, ParameterSpec, out_of_range, settings

Record = Mapping[str, pd.DataFrame]


class Evidence:
    """Typed tables of the record, read cell by cell with source, date and basis.

    A cell takes these from its chosen row in the table ``claim``, and from its own row where there is none.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self._rows: dict[str, dict[str, dict[Any, Any]]] = {}
        claims = record["claim"]
        chosen = claims[claims["use"] == "chosen"]
        self._claims = {(row["table"], row["row_id"], row["attribute"]): row for row in chosen.to_dict("records")}

    def row(self, table: str, row_id: str) -> dict[Any, Any]:
        """One row of a table.

        Raises
        ------
        KeyError
            If there is none with that key.
        """
        if table not in self._rows:
            rows = self.record[table]
            self._rows[table] = dict(zip(keys_of(rows, tables()[table]), rows.to_dict("records"), strict=True))
        return self._rows[table][row_id]

    def cell(self, table: str, row_id: str, attribute: str, *, factor: float = 1.0) -> Input:
        """One cell as the input of a figure."""
        row = self.row(table, row_id)
        said = self._claims.get((table, row_id, attribute), row)
        defined = tables()[table][attribute]
        unit = str(row["unit"]) if defined.unit == "as unit" else defined.unit
        return Input(
            kind="row",
            ref=f"{table}/{row_id}/{attribute}",
            value=plain(row[attribute]),
            unit=unit,
            basis=Basis(said["basis"]) if "basis" in said else Basis.PUBLISHED,
            factor=factor,
            source=str(plain(said.get("source_ids")) or ""),
            as_of=str(plain(said.get("as_of")) or ""),
        )


class Parameters:
    """Resolved parameters: a range for each (lowest = highest where one value is stated), written to the ledger."""

    def __init__(self, ranges: Mapping[str, Range]) -> None:
        self._ranges = dict(ranges)

    def range(self, key: str) -> Range:
        """Lowest, most likely and highest value."""
        return self._ranges[key]

    def value(self, key: str) -> float:
        """Most likely value."""
        return self._ranges[key].mid

    def needed(self, *keys: str) -> list[float]:
        """Most likely values of parameters that a study may lack.

        Raises
        ------
        Problems
            QD304 for each that is not stated.
        """
        known = settings()
        raise_if(
            problem(
                "QD304", key=f"parameters.{key}", label_vi=known[f"parameters.{key}"].label_vi,
                label_en=known[f"parameters.{key}"].label_en,
            )
            for key in keys if key not in self._ranges
        )  # fmt: skip
        return [self.value(key) for key in keys]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ranges)


def parameter_id(key: str, part: str = "mid") -> str:
    """Figure id of a parameter; ``part`` is low, mid or high."""
    return f"parameters.{key}" if part == "mid" else f"parameters.{key}.{part}"


def parameter_inputs(ledger: Ledger, *keys: str) -> list[Input]:
    """All stated parts of parameters as inputs of a simulated figure."""
    ids = [parameter_id(key, part) for key in keys for part in ("low", "mid", "high")]
    return [ledger.input(one) for one in ids if one in ledger]


def resolve_parameters(specs: Mapping[str, ParameterSpec], *, evidence: Evidence, ledger: Ledger) -> Parameters:
    """Read each parameter from its number or its cell, and write it to the ledger.

    Raises
    ------
    Problems
        QD501 for a cell that does not exist or holds no number, QD306 for a cell whose value lies outside what the
        parameter may be (as when a unit factor is missing), QD310 for a range out of order.
    """
    found, ranges = [], {}
    for key, spec in specs.items():
        values = {}
        for part, stated in spec.parts.items():
            item = _stated(stated, spec, evidence)
            if item is None or not isinstance(item.value, int | float):
                place = Place(FILE, column=f"parameters.{key}")
                found.append(problem("QD501", place, key=stated, step=key.partition(".")[0]))
                continue
            values[part] = float(item.value) * item.factor
            if isinstance(stated, str):
                found += out_of_range(values[part], settings()[f"parameters.{key}"], f"parameters.{key}")
            _write(ledger, spec, "mid" if part == "value" else part, values[part], item)
        if len(values) == len(spec.parts):
            low, mid, high = (values.get(part, values.get("value", 0.0)) for part in ("low", "mid", "high"))
            if low <= mid <= high:
                ranges[key] = Range(low, mid, high)
            else:
                found.append(
                    problem("QD310", Place(FILE, column=f"parameters.{key}"), key=key, low=low, mid=mid, high=high)
                )
    raise_if(found)
    return Parameters(ranges)


def _stated(stated: float | str, spec: ParameterSpec, evidence: Evidence) -> Input | None:
    if isinstance(stated, float):
        assert spec.basis is not None
        unit = settings()[f"parameters.{spec.key}"].unit
        return Input("parameter", f"study.toml/parameters.{spec.key}", stated, unit, spec.basis, source=spec.source)
    table, row_id, attribute = stated.split("/")
    try:
        return evidence.cell(table, row_id, attribute, factor=spec.scale)
    except KeyError:
        return None


def _write(ledger: Ledger, spec: ParameterSpec, part: str, value: float, item: Input) -> None:
    setting = settings()[f"parameters.{spec.key}"]
    suffix = {"low": (" (thấp)", " (low)"), "mid": ("", ""), "high": (" (cao)", " (high)")}[part]
    ledger.add(
        parameter_id(spec.key, part),
        value,
        unit=setting.unit,
        label=(setting.label_vi + suffix[0], setting.label_en + suffix[1]),
        definition=(setting.definition_vi, setting.definition_en),
        operation="linear",
        formula=("giá trị đã nêu × hệ số đổi đơn vị", "stated value × unit factor"),
        inputs=[item],
    )
