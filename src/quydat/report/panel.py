"""What the panel of the HTML report knows: every figure reachable from a printed one, already in words."""

import json
from collections.abc import Iterable
from typing import Any

from quydat.core.figure import Figure, Input
from quydat.core.ledger import Ledger
from quydat.core.text import Lang, say
from quydat.report.record_figures import parameter_name
from quydat.report.snapshot import Snapshot
from quydat.report.sources import Source, of, sources_by_id
from quydat.report.trace_words import (
    Names,
    as_of_text,
    basis_text,
    calculation,
    factor_text,
    input_text,
    value_text,
)
from quydat.report.wording import mark_of

_WORDS = (
    "panel",
    "close",
    "back",
    "definition",
    "calculation",
    "inputs",
    "as_of",
    "coverage",
    "basis",
    "id",
    "kind_row",
    "kind_parameter",
    "kind_figure",
    "source",
    "no_inputs",
    "opens",
)


def reachable(ledger: Ledger, printed: Iterable[str]) -> list[Figure]:
    """The printed figures and all that they were made from, each once, in order of first mention."""
    found: dict[str, Figure] = {}
    waiting = list(dict.fromkeys(printed))
    for figure_id in waiting:  # grows while it is read
        if figure_id not in found:
            found[figure_id] = ledger[figure_id]
            waiting += [i.ref for i in ledger[figure_id].trace.inputs if i.kind == "figure" and i.ref in ledger]
    return list(found.values())


class _Strings:
    """Texts told once: definitions and formulas are the same for whole columns."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


def panel_data(snapshot: Snapshot, lang: Lang, printed: Iterable[str]) -> dict[str, Any]:
    """Everything that the panel shows, as JSON values; texts are places in ``strings``."""
    strings = _Strings()
    names = Names(snapshot.record, lang)
    known = sources_by_id(snapshot.record.get("source"))
    used: dict[str, Source] = {}
    figures = {
        figure.figure_id: _figure(figure, snapshot.ledger, lang, strings, names, known, used)
        for figure in reachable(snapshot.ledger, printed)
    }
    return {
        "words": {word: say(f"report.html.{word}", lang) for word in _WORDS},
        "strings": list(strings.places),
        "sources": {key: [s.name, s.url, s.published_on, s.note] for key, s in used.items()},
        "figures": figures,
    }


def _figure(
    figure: Figure,
    ledger: Ledger,
    lang: Lang,
    strings: _Strings,
    names: Names,
    known: dict[str, Source],
    used: dict[str, Source],
) -> list[Any]:
    vi = lang == "vi"
    operation = say(f"report.operation.{figure.trace.operation}", lang)
    coverage = figure.coverage
    return [
        strings(names.of_figure(figure)),
        value_text(figure, lang),
        strings(figure.definition_vi if vi else figure.definition_en),
        strings(as_of_text(figure, lang)),
        "" if coverage is None else say("report.html.coverage_value", lang, known=coverage.known, total=coverage.total),
        strings(basis_text(figure.basis.value, lang)),
        strings(f"{operation}: {figure.trace.formula_vi if vi else figure.trace.formula_en}"),
        calculation(figure.trace, lang),
        [_input(item, figure, ledger, lang, strings, names, known, used) for item in figure.trace.inputs],
    ]


def _input(
    item: Input,
    figure: Figure,
    ledger: Ledger,
    lang: Lang,
    strings: _Strings,
    names: Names,
    known: dict[str, Source],
    used: dict[str, Source],
) -> list[Any]:
    kind = item.kind
    label = item.ref
    if kind == "row":
        label = names.of_cell(item.ref)
    elif kind == "parameter":
        label = parameter_name(item.ref, lang)
    elif kind == "figure" and item.ref in ledger:
        label = names.of_figure(ledger[item.ref])
    keys = []
    for source in of(item.source, known):
        key = source.source_id or source.name
        used[key] = source
        keys.append(key)
    return [
        "frp"[("figure", "row", "parameter").index(kind)],
        item.ref,
        strings(label),
        input_text(item, lang) + mark_of(item.basis),
        factor_text(item, figure.trace, lang),
        strings(basis_text(item.basis.value, lang)),
        keys,
        item.as_of,
    ]


def safe_json(data: Any) -> str:
    """JSON that cannot end the script element or open a comment, whatever names it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
