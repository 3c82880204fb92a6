"""The account as until now and by the programme, in the same two pictures."""

from itertools import accumulate
from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label
from quydat.report.charts.account import account_rows
from quydat.report.charts.style import COLOURS, above, numbers, sheet, signed, years
from quydat.report.snapshot import Snapshot

_ACCOUNTS = (("pipeline", "balance", "--"), ("programme", "balance_programme", "-"))


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: ready land on the left, the gap added up on the right."""
    figure, axes = sheet(3.4, columns=2, top=0.6, between=0.75)
    for account, table, line in _ACCOUNTS:
        rows = account_rows(snapshot, table, "p50")
        x = [row["year"] for row in rows]
        series = ([row["closing_ha"] for row in rows], list(accumulate(row["gap_ha"] for row in rows)))
        for axis, values in zip(axes[0], series, strict=True):
            axis.plot(
                x,
                values,
                color=COLOURS[account],
                linestyle=line,
                linewidth=2,
                label=choice_label("account", account, lang),
            )
    for axis, title in zip(axes[0], ("closing_ha", "gap_sum"), strict=True):
        axis.set_title(say(f"report.chart.{title}", lang), loc="left", fontsize=9)
        axis.set_ylim(bottom=0)
        axis.set_xlabel(say("report.chart.year", lang))
        years(axis.xaxis)
        axis.xaxis.get_major_locator().set_params(nbins=6)
        numbers(axis.yaxis, lang)
    above(figure, *axes[0, 0].get_legend_handles_labels(), columns=2)
    return signed(figure, snapshot, lang, tables=("balance", "balance_programme"))
