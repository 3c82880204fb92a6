"""Annex: the figures quoted in sentences with their basis and id, and the sources with their addresses."""

from collections.abc import Sequence

from quydat.core.text import day
from quydat.dictionary.schema import choice_label
from quydat.report.document import Block, Column, FigureRef, Link, Row, Section, TableBlock, runs_of
from quydat.report.sources import safe_url
from quydat.report.trace_words import Names
from quydat.report.writer import Writer


def write(w: Writer, body: Sequence[Section]) -> Section:
    """The annex to the sections before it."""
    blocks: list[Block] = [w.paragraph("annex.text"), _figures(w, body), *_sources(w)]
    return Section("annex", w.say("annex.title"), tuple(blocks))


def _figures(w: Writer, body: Sequence[Section]) -> TableBlock:
    quoted = [
        run.figure_id
        for section in body
        for block in section.blocks
        if not isinstance(block, TableBlock)
        for run in runs_of(block)
        if isinstance(run, FigureRef)
    ]
    names = Names(w.snapshot.record, w.lang)
    lines = []
    for figure_id in dict.fromkeys(quoted):
        figure = w.snapshot.ledger[figure_id]
        unit = w.unit(figure.unit) if figure.unit != "share" else ""
        coverage = (w.ref(figure_id, show="coverage"),) if figure.coverage is not None else ("–",)
        lines.append(
            Row(
                (
                    (names.of_figure(figure),),
                    (w.ref(figure_id, missing="–"), f" {unit}" if unit else ""),
                    (day(figure.as_of, w.lang),),
                    coverage,
                    (choice_label("basis", figure.basis.value, w.lang),),
                    (figure_id,),
                )
            )
        )
    columns = (
        Column(w.say("annex.figure"), wide=True),
        Column(w.say("certainty.value"), True),
        Column(w.say("as_of"), True),
        Column(w.say("coverage"), True),
        Column(w.say("basis")),
        Column(w.say("annex.id")),
    )
    return TableBlock("figures", w.say("annex.figures"), columns, tuple(lines))


def _sources(w: Writer) -> list[Block]:
    if "source" not in w.snapshot.record:
        return []
    lines = []
    for row in w.rows("source"):
        url = safe_url(row["url"])
        address: tuple[str | Link, ...] = (Link(url, url),) if url else (row["url"] or w.say("no_page"),)
        kind = choice_label("source_kind", row["kind"], w.lang)
        lines.append(Row(((row["source_id"],), (row["publisher"],), (kind,), (row["published_on"] or "–",), address)))
    columns = (
        Column(w.say("annex.source_id")),
        Column(w.say("annex.publisher")),
        Column(w.say("annex.kind")),
        Column(w.say("annex.published")),
        Column(w.say("annex.address"), wide=True),
    )
    return [TableBlock("source", w.say("annex.sources"), columns, tuple(lines))]
