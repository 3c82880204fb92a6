"""Headlines that were worked out in draws, printed as low–middle–high and never as a single number."""

from collections.abc import Sequence
from dataclasses import replace

from quydat.report.document import FigureRef, Run, Runs
from quydat.report.writer import Writer

Ends = tuple[str, str, str]
"""Figures of P10, P50 and P90 of a result."""

_WANTED = "land.demand."


def ends(w: Writer, figure_id: str) -> Ends | None:
    """The three figures of a headline; None where the run has no draws of it.

    Under its own name a headline is the middle of the draws. Runs of releases before that had a middle account there,
    and the quantiles of the draws beside it: for those it is the middle of the draws that is given too.
    """
    if w.has(f"{figure_id}.p10") and w.has(f"{figure_id}.p90"):
        middle = f"{figure_id}.p50"
        return f"{figure_id}.p10", middle if w.has(middle) else figure_id, f"{figure_id}.p90"
    total = f"demand.total.{figure_id.removeprefix(_WANTED)}"
    if figure_id.startswith(_WANTED) and all(w.has(f"{total}.{quantile}") for quantile in ("p10", "p50", "p90")):
        return f"{total}.p10", f"{total}.p50", f"{total}.p90"
    return None


def middle(w: Writer, figure_id: str) -> str:
    """The figure of the middle of the draws."""
    found = ends(w, figure_id)
    return figure_id if found is None else found[1]


def drawn(w: Writer, figure_id: str) -> Runs:
    """Hectares of a headline as P10–P50–P90."""
    found = ends(w, figure_id)
    return (w.ha(figure_id),) if found is None else dashed([w.ha(one) for one in found])


def drawn_year(w: Writer, figure_id: str, *, missing: str) -> Runs:
    """A year of a headline as P10–P50–P90; ``missing`` stands for draws in which it does not come."""
    found = ends(w, figure_id)
    if found is None:
        return (w.ref(figure_id, missing=missing),)
    return dashed([w.ref(one, missing=missing) for one in found])


def cell_range(w: Writer, cell: str, *, decimals: int | None = None, missing: str | None = None) -> Runs:
    """P10–P50–P90 of a row of a table; its middle alone where it has no more, a dash where it has nothing."""
    found = [f"{cell}.{quantile}" for quantile in ("p10", "p50", "p90")]
    if all(w.has(one) for one in found):
        return dashed([w.ref(one, decimals=decimals, missing=missing) for one in found])
    return (w.ref(found[1], decimals=decimals, missing=missing),) if w.has(found[1]) else ("–",)


def dashed(refs: Sequence[FigureRef]) -> Runs:
    """Numbers joined by dashes; per cent and the mark that all of them have stand once, after the last.

    Numbers below zero are joined by semicolons: a dash beside a minus cannot be read.

    >>> [run if isinstance(run, str) else run.text + run.mark
    ...  for run in dashed([FigureRef("a", "5 %", "*"), FigureRef("b", "8 %", "*")])]
    ['5', '–', '8 %*']
    """
    alike = len({ref.mark for ref in refs}) == 1
    between = "; " if any(ref.text.startswith("-") for ref in refs) else "–"
    per_cent = all(ref.text.endswith(_PER_CENT) for ref in refs)
    made: list[Run] = []
    for ref in refs[:-1]:
        text = ref.text.removesuffix(_PER_CENT) if per_cent else ref.text
        made += [replace(ref, text=text, mark="" if alike else ref.mark), between]
    return (*made, refs[-1])


_PER_CENT = " %"
