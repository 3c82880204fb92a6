"""A number back to its rows, parameters and articles, as a tree for the terminal."""

from textwrap import fill

import pandas as pd

from quydat.core.figure import Figure, Input
from quydat.core.ledger import Ledger
from quydat.core.text import Lang, say
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
            elif item.kind == "row" or item.source:
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
    told: set[str] = set()
    lines: list[str] = []
    known = sources_by_id(sources)
    _figure(ledger[figure_id], ledger, lang, known, depth, "", told, lines)
    below = leaves(figure_id, ledger)
    if any(item.ref not in told for item in below):
        lines += ["", say("report.explain.rests_on", lang, count=len(below))]
        for item in sorted(below, key=lambda item: (item.kind, item.ref)):
            _leaf(item, "", lang, known, _STEP, lines)
    return "\n".join(lines) + "\n"


def _figure(
    figure: Figure,
    ledger: Ledger,
    lang: Lang,
    known: dict[str, Source],
    depth: int,
    indent: str,
    told: set[str],
    lines: list[str],
) -> None:
    told.add(figure.figure_id)
    vi = lang == "vi"
    label = Names({}, lang).of_figure(figure)
    definition = figure.definition_vi if vi else figure.definition_en
    formula = figure.trace.formula_vi if vi else figure.trace.formula_en
    coverage = figure.coverage
    known_text = (
        "" if coverage is None else say("report.explain.coverage", lang, known=coverage.known, total=coverage.total)
    )
    inner = indent + "  "
    _line(lines, indent, f"{label} [{figure.figure_id}] = {value_text(figure, lang)}")
    if definition:
        _line(lines, inner, say("report.explain.definition", lang, text=definition))
    operation = say(f"report.operation.{figure.trace.operation}", lang)
    _line(lines, inner, say("report.explain.calculation", lang, operation=operation, text=formula))
    numbers = calculation(figure.trace, lang)
    if numbers:
        _line(lines, inner, f"= {numbers}")
    facts = say(
        "report.explain.facts",
        lang,
        day=as_of_text(figure, lang),
        coverage=known_text,
        basis=basis_text(figure.basis.value, lang),
    )
    _line(lines, inner, facts)
    if depth <= 0:
        if figure.trace.inputs:
            _line(lines, inner, say("report.explain.deeper", lang, count=len(figure.trace.inputs)))
        return
    for item in figure.trace.inputs:
        _input(item, figure, ledger, lang, known, depth, indent + _STEP, told, lines)


def _input(
    item: Input,
    figure: Figure,
    ledger: Ledger,
    lang: Lang,
    known: dict[str, Source],
    depth: int,
    indent: str,
    told: set[str],
    lines: list[str],
) -> None:
    factor = factor_text(item, figure.trace, lang)
    lead = f"{factor} " if factor else ""
    if item.kind == "figure" and item.ref in ledger:
        inner = ledger[item.ref]
        if item.ref in told:
            label = Names({}, lang).of_figure(inner)
            seen = say("report.explain.seen", lang)
            _line(lines, indent, f"{lead}{label} [{item.ref}] = {value_text(inner, lang)} ({seen})")
            return
        if lead:
            lines.append(f"{indent}{lead.strip()}")
        _figure(inner, ledger, lang, known, depth - 1, indent, told, lines)
        return
    told.add(item.ref)
    _leaf(item, lead, lang, known, indent, lines)


def _leaf(item: Input, lead: str, lang: Lang, known: dict[str, Source], indent: str, lines: list[str]) -> None:
    """A cell of the record or a parameter, with its sources and their addresses."""
    key = "report.explain.parameter" if item.kind == "parameter" else "report.explain.row"
    as_of = f", {item.as_of}" if item.as_of else ""
    basis = basis_text(item.basis.value, lang)
    value = input_text(item, lang)
    _line(lines, indent, lead + say(key, lang, ref=item.ref, value=value, basis=basis, as_of=as_of))
    for source in of(item.source, known):
        date = f" ({source.published_on})" if source.published_on else ""
        lines.append(
            f"{indent}  " + say("report.explain.source", lang, source=f"{source.name}{date} {source.url}".strip())
        )


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
