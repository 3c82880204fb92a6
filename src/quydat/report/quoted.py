"""The figures that a report quotes in its sentences: the first sheet of the workbook."""

from quydat.core.figure import Figure
from quydat.core.text import Lang
from quydat.report.content import build
from quydat.report.document import FigureRef, TableBlock, runs_of
from quydat.report.snapshot import Snapshot


def quoted_figures(snapshot: Snapshot, lang: Lang) -> list[Figure]:
    """Figures in the sentences of the report, each once, in the order of the text; those of tables are left out."""
    ids = [
        run.figure_id
        for section in build(snapshot, lang).sections
        for block in section.blocks
        if not isinstance(block, TableBlock)
        for run in runs_of(block)
        if isinstance(run, FigureRef)
    ]
    return [snapshot.ledger[figure_id] for figure_id in dict.fromkeys(ids)]
