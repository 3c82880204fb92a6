"""The account as until now and by the programme, in the same two pictures."""

from itertools import accumulate
from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label
from quydat.report.charts.account import account_rows, central_level
from quydat.report.charts.style import COLOURS, above, numbers, sheet, signed, years
from quydat.report.snapshot import Snapshot

_ACCOUNTS = (("pipeline", "balance", "land", "--", -0.18), ("programme", "balance_programme", "programme", "-", 0.18))


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: ready land on the left, the gap added up on the right with its range at the milestones."""
    figure, axes = sheet(3.4, columns=2, top=0.6, between=0.75)
    for account, table, prefix, line, shift in _ACCOUNTS:
        # Means of the draws add up over the years; quantiles do not.
        rows = account_rows(snapshot, table, central_level(snapshot, table))
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
        for year in x:
            ends = [snapshot.ledger.get(f"{prefix}.gap.{year}.{quantile}") for quantile in ("p10", "p90")]
            low, high = (None if figure is None else figure.value for figure in ends)
            if isinstance(low, int | float) and isinstance(high, int | float):
                axes[0, 1].plot(
                    [year + shift] * 2, [low, high], color=COLOURS[account], linestyle=line, linewidth=1.2, marker="_",
                    markersize=6,
                )  # fmt: skip
    mean = central_level(snapshot, "balance") == "expected"
    titles = ("closing_mean", "gap_sum_mean") if mean else ("closing_ha", "gap_sum")
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(say(f"report.chart.{title}", lang), loc="left", fontsize=9)
        axis.set_ylim(bottom=0)
        axis.set_xlabel(say("report.chart.year", lang))
        years(axis.xaxis)
        axis.xaxis.get_major_locator().set_params(nbins=6)
        numbers(axis.yaxis, lang)
    above(figure, *axes[0, 0].get_legend_handles_labels(), columns=2)
    return signed(figure, snapshot, lang, tables=("balance", "balance_programme"))
