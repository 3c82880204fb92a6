"""The first report to a city council, as data: in the order of a mid-term report."""

from quydat.core.text import Lang, day, say
from quydat.report.document import Document, Section
from quydat.report.sections import (
    account,
    annex,
    certainty,
    delivery,
    demand,
    expected,
    floor,
    focus,
    law,
    lessons,
    programme,
    scenarios,
    summary,
    today,
    worth,
)
from quydat.report.snapshot import Snapshot
from quydat.report.wording import legend
from quydat.report.writer import Writer


def build(snapshot: Snapshot, lang: Lang) -> Document:
    """Write the document.

    Raises
    ------
    quydat.report.writer.UnknownFigure
        If a number would be printed that the ledger does not hold.
    """
    w = Writer(snapshot, lang)
    body: list[Section] = [
        summary.write(w),
        today.write(w),
        floor.write(w),
        focus.write(w),
        expected.write(w),
        demand.write(w),
        account.write(w),
        scenarios.write(w),
        programme.write(w),
        delivery.write(w),
        worth.write(w),
        law.write(w),
        lessons.write(w),
        certainty.write(w),
    ]
    kept = [section for section in body if section.blocks]
    return Document(
        lang=lang,
        title=say("report.title", lang, city=snapshot.study.name(lang)),
        subtitle=say(
            "report.subtitle",
            lang,
            day=day(snapshot.study.as_of, lang),
            start=snapshot.study.start_year,
            end=snapshot.study.end_year,
            price_year=snapshot.study.price_year,
        ),
        legend=legend(lang),
        sections=(*kept, annex.write(w, kept)),
    )
