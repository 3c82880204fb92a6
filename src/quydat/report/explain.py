"""A number back to its rows, parameters and articles, as a tree for the terminal."""

from textwrap import fill

import pandas as pd

from quydat.core.figure import Figure, Input
from quydat.core.ledger import Ledger
from quydat.core.text import Lang, say
from quydat.report.sources import Source, sources_by_id, sources_of
from quydat.report.trace_words import (
    Names,
    as_of_text,
    basis_text,
    calculation,
    factor_text,
    input_text,
    value_text,
)

_WIDTH = 100
_STEP = "    "


DEPTH = 3
"""Levels of figures that an explanation opens unless told otherwise; what lies below is listed at its end."""


def leaves(figure_id: str, ledger: Ledger) -> list[Input]:
    """Cells and parameters that a figure rests on in the end, each once; constants have no source and are left out.

    Raises
    ------
    KeyError
        If the ledger has no such figure.
    """
    found: dict[tuple[str, object], Input] = {}
    seen, stack = {figure_id}, [figure_id]
    while stack:
        for item in ledger[stack.pop()].trace.inputs:
            if item.kind == "figure" and item.ref in ledger:
                if item.ref not in seen:
                    seen.add(item.ref)
                    stack.append(item.ref)
            elif item.kind in ("row", "rows") or item.source:
                found.setdefault((item.ref, item.value), item)
    return list(found.values())


def explain_text(
    figure_id: str, ledger: Ledger, lang: Lang, *, sources: pd.DataFrame | None, depth: int = DEPTH
) -> str:
    """Explain a figure: definition, formula with numbers put in, its inputs, and the rows that all of it rests on.

    Parameters
    ----------
    sources
        The record's table of sources, for names and addresses; without it the ids stand as they are.
    depth
        How many levels of figures are opened; below, only their number is told. A figure that was told
        before is referred to. If anything lies below, all cells and parameters are listed at the end.

    Raises
    ------
    KeyError
        If the ledger has no such figure.
    """
    tree = _Tree(ledger, lang, sources_by_id(sources))
    tree.figure(ledger[figure_id], depth, "")
    below = leaves(figure_id, ledger)
    if any(item.ref not in tree.told for item in below):
        tree.lines += ["", say("report.explain.rests_on", lang, count=len(below))]
        for item in sorted(below, key=lambda item: (item.kind, item.ref)):
            tree.leaf(item, "", _STEP)
    return "\n".join(tree.lines) + "\n"


class _Tree:
    """An explanation while it is written: its lines, and what has been told already."""

    def __init__(self, ledger: Ledger, lang: Lang, known: dict[str, Source]) -> None:
        self.ledger, self.lang, self.known = ledger, lang, known
        self.names = Names({}, lang)
        self.told: set[str] = set()
        self.lines: list[str] = []

    def figure(self, figure: Figure, depth: int, indent: str) -> None:
        """A figure with its inputs, so many levels deep."""
        lang, vi = self.lang, self.lang == "vi"
        self.told.add(figure.figure_id)
        definition = figure.definition_vi if vi else figure.definition_en
        formula = figure.trace.formula_vi if vi else figure.trace.formula_en
        coverage = figure.coverage
        known_text = (
            "" if coverage is None else say("report.explain.coverage", lang, known=coverage.known, total=coverage.total)
        )
        inner = indent + "  "
        label = self.names.of_figure(figure)
        _line(self.lines, indent, f"{label} [{figure.figure_id}] = {value_text(figure, lang)}")
        if definition:
            _line(self.lines, inner, say("report.explain.definition", lang, text=definition))
        operation = say(f"report.operation.{figure.trace.operation}", lang)
        _line(self.lines, inner, say("report.explain.calculation", lang, operation=operation, text=formula))
        numbers = calculation(figure.trace, lang)
        if numbers:
            _line(self.lines, inner, f"= {numbers}")
        day, basis = as_of_text(figure, lang), basis_text(figure.basis.value, lang)
        _line(self.lines, inner, say("report.explain.facts", lang, day=day, coverage=known_text, basis=basis))
        if depth <= 0:
            if figure.trace.inputs:
                _line(self.lines, inner, say("report.explain.deeper", lang, count=len(figure.trace.inputs)))
            return
        for item in figure.trace.inputs:
            self.input(item, figure, depth, indent + _STEP)

    def input(self, item: Input, figure: Figure, depth: int, indent: str) -> None:
        """One input: a figure of its own, one that was told before, or a leaf."""
        factor = factor_text(item, figure.trace, self.lang)
        lead = f"{factor} " if factor else ""
        if item.kind != "figure" or item.ref not in self.ledger:
            self.told.add(item.ref)
            self.leaf(item, lead, indent)
            return
        inner = self.ledger[item.ref]
        if item.ref in self.told:
            label, seen = self.names.of_figure(inner), say("report.explain.seen", self.lang)
            _line(self.lines, indent, f"{lead}{label} [{item.ref}] = {value_text(inner, self.lang)} ({seen})")
            return
        if lead:
            self.lines.append(f"{indent}{lead.strip()}")
        self.figure(inner, depth - 1, indent)

    def leaf(self, item: Input, lead: str, indent: str) -> None:
        """A cell of the record or a parameter, with its sources and their addresses."""
        lang = self.lang
        key = f"report.explain.{item.kind if item.kind in ('parameter', 'rows', 'law') else 'row'}"
        as_of = f", {item.as_of}" if item.as_of else ""
        basis, value = basis_text(item.basis.value, lang), input_text(item, lang)
        ref = self.names.of_rows(item.ref) if item.kind == "rows" else item.ref
        _line(self.lines, indent, lead + say(key, lang, ref=ref, value=value, basis=basis, as_of=as_of))
        for source in sources_of(item, self.known, lang):
            date = f" ({source.published_on})" if source.published_on else ""
            text = f"{source.name}{date} {source.url}".strip()
            self.lines.append(f"{indent}  " + say("report.explain.source", lang, source=text))


def _line(lines: list[str], indent: str, text: str) -> None:
    """One wrapped line; addresses and ids are never broken."""
    width = max(_WIDTH, len(indent) + 40)
    lines.append(
        fill(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
