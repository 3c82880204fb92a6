"""What the panel of the HTML report knows: every figure reachable from a printed one, already in words."""

import json
from collections.abc import Iterable
from typing import Any

from quydat.core.citation import Citation
from quydat.core.figure import Figure, Input
from quydat.core.ledger import Ledger
from quydat.core.text import Lang, say
from quydat.report.record_figures import parameter_name
from quydat.report.snapshot import Snapshot
from quydat.report.sources import Source, sources_of
from quydat.report.trace_words import (
    Names,
    as_of_text,
    basis_text,
    calculation,
    day_or_text,
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
    "kind_law",
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
    page = _Page(snapshot, lang)
    figures = {figure.figure_id: page.figure(figure) for figure in reachable(snapshot.ledger, printed)}
    return {
        "words": {word: say(f"report.html.{word}", lang) for word in _WORDS},
        "strings": list(page.strings.places),
        "sources": {key: [s.name, s.url, s.published_on, s.note] for key, s in page.used.items()},
        "figures": figures,
    }


class _Page:
    """Figures as the panel shows them, and what they share: texts told once, sources that are used."""

    def __init__(self, snapshot: Snapshot, lang: Lang) -> None:
        self.ledger, self.lang = snapshot.ledger, lang
        self.strings = _Strings()
        self.names = Names(snapshot.record, lang, asks=snapshot.tables.get("asks"))
        self.known = snapshot.sources
        self.used: dict[str, Source] = {}

    def figure(self, figure: Figure) -> list[Any]:
        """A figure with its inputs."""
        lang, vi, strings = self.lang, self.lang == "vi", self.strings
        operation = say(f"report.operation.{figure.trace.operation}", lang)
        coverage = figure.coverage
        return [
            strings(self.names.of_figure(figure)),
            value_text(figure, lang),
            strings(figure.definition_vi if vi else figure.definition_en),
            strings(as_of_text(figure, lang)),
            ""
            if coverage is None
            else say("report.html.coverage_value", lang, known=coverage.known, total=coverage.total),
            strings(basis_text(figure.basis.value, lang)),
            strings(f"{operation}: {figure.trace.formula_vi if vi else figure.trace.formula_en}"),
            calculation(figure.trace, lang),
            [self.input(item, figure) for item in figure.trace.inputs],
        ]

    def input(self, item: Input, figure: Figure) -> list[Any]:
        """One input of a figure, with the keys of its sources."""
        kind = item.kind
        label = item.ref
        if kind in ("row", "rows"):
            label = self.names.of_cell(item.ref) if kind == "row" else self.names.of_rows(item.ref)
        elif kind == "parameter":
            label = parameter_name(item.ref, self.lang)
        elif kind == "figure" and item.ref in self.ledger:
            label = self.names.of_figure(self.ledger[item.ref])
        elif kind == "law" and (said := Citation.of(item.source)) is not None:
            label = said.text(self.lang)
        keys = []
        for source in sources_of(item, self.known, self.lang):
            key = source.source_id or source.name
            self.used[key] = source
            keys.append(key)
        return [
            "frrpl"[("figure", "row", "rows", "parameter", "law").index(kind)],
            item.ref,
            self.strings(label),
            input_text(item, self.lang) + mark_of(item.basis),
            factor_text(item, figure.trace, self.lang),
            self.strings(basis_text(item.basis.value, self.lang)),
            keys,
            day_or_text(item.as_of, self.lang),
        ]


def safe_json(data: Any) -> str:
    """JSON that cannot end the script element or open a comment, whatever names it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
