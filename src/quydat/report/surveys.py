"""Which survey would narrow the range most, as one sentence for the summary and the section on certainty."""

from dataclasses import dataclass
from typing import Any

from quydat.dictionary.schema import choice_label
from quydat.report.charts.tornado import shown_output, survey_rows
from quydat.report.document import Runs
from quydat.report.writer import Writer, cell_id

_NO_SURVEY = ("method", "policy", "future")
"""What makes the result uncertain though nobody can go out and ask it."""


@dataclass(frozen=True)
class BestSurvey:
    """The survey that narrows the range most: name, and figures of its part of the variance and of the widths."""

    name: str
    share: str
    now: str
    then: str
    leads: bool
    """Whether nothing else, such as the choice of method, would narrow it more."""


def best_survey(w: Writer) -> BestSurvey | None:
    """The survey that narrows the range most; None where the run has not examined it."""
    rows = survey_rows(w.snapshot)
    asked = [row for row in rows if row["informed_by"] not in _NO_SURVEY]
    if not asked:
        return None
    best = asked[0]
    figures = {name: cell_id("sensitivity_survey", best, of) for name, of in _FIGURES.items()}
    return BestSurvey(choice_label("informed_by", best["informed_by"], w.lang), **figures, leads=best is rows[0])


_FIGURES = {"share": "first_order_share", "now": "width_now", "then": "width_then"}


def narrows_most(w: Writer) -> Runs:
    """The survey that narrows the range most, and by how much; and that more of it is no survey's, if that is so."""
    best = best_survey(w)
    if best is None:
        return ()
    facts: dict[str, Any] = {
        "survey": best.name,
        "what": w.say(f"surveys.of_{shown_output(w.snapshot)}", year=w.snapshot.study.end_year),
        "now": w.ha(best.now),
        "then": w.ha(best.then),
        "share": w.ref(best.share, decimals=0),
    }
    said = w.runs("surveys.narrows_most", **facts)
    if best.leads:
        return said
    first = survey_rows(w.snapshot)[0]
    share = w.ref(cell_id("sensitivity_survey", first, "first_order_share"), decimals=0)
    what = choice_label("informed_by", first["informed_by"], w.lang)
    return (*said, " ", *w.runs("surveys.no_survey", what=what, share=share))
