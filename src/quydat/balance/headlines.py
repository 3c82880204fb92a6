"""What is told of the account in a sentence: ready land, run-out year, gap, demand and deliveries, with their range."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from quydat.balance.ensemble import Outcome, run_out_quantiles
from quydat.core.draws import quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.text import YEAR_OR_NONE
from quydat.demand.forecast import QUANTILES, milestones
from quydat.dictionary.cells import Names, figure_id
from quydat.dictionary.schema import choice_label

_SUMS: Mapping[str, tuple[str, Names]] = {
    "gap": ("gap_ha", ("Thiếu cộng dồn", "Gap added up")),
    "demand": ("demand_ha", ("Nhu cầu cộng dồn", "Demand added up")),
    "delivered": ("delivered_ha", ("Giao cộng dồn", "Delivered added up")),
}
_ACCOUNT: Mapping[str, Names] = {"land": ("", ""), "programme": (", theo chương trình", ", under the programme")}
_RUN_OUT: Names = ("Năm hết đất sẵn sàng", "Year in which ready land runs out")
_DRAWS: Names = ("tài khoản đất chạy trên từng lần rút", "the land account run in each draw")


def write_headlines(prefix: str, table: str, outcome: Outcome, *, place: str, drawn: Input, ledger: Ledger) -> None:
    """Write the figures; without an ending they are the middle of the draws (P50).

    ``PREFIX.ready.YEAR`` (land ready at the end of a year), ``PREFIX.gap``, ``.demand``, ``.delivered`` ``.MILESTONE``
    (added up to its end), each with ``.p10``, ``.p90`` and ``.expected``; ``PREFIX.run_out_year`` with ``.p10`` and
    ``.p90``; ``PREFIX.run_out_share.MILESTONE`` (share of the draws in which land has run out by its end).
    """
    tail = _ACCOUNT[prefix]

    def cell(year: int, quantile: str, attribute: str) -> Input:
        return ledger.input(figure_id(table, (place, "industrial", year, quantile), attribute))

    for year in outcome.years:
        what = _joined((f"Đất sẵn sàng cuối năm {year}", f"Ready land at the end of {year}"), tail)
        for ending, quantile, label in _endings(what):
            inputs = [cell(year, quantile, "closing_ha")]
            ledger.derive(f"{prefix}.ready.{year}{ending}", "given", inputs, unit="ha", label=label)
    for milestone in milestones(outcome.years):
        upto = [year for year in outcome.years if year <= milestone]
        for name, (attribute, (vi, en)) in _SUMS.items():
            found = dict(zip(QUANTILES, quantiles(_total(outcome, attribute, len(upto))), strict=True))
            what = _joined((f"{vi} đến hết {milestone}", f"{en} to the end of {milestone}"), tail)
            for ending, quantile, label in _endings(what):
                figure = f"{prefix}.{name}.{milestone}{ending}"
                if quantile in found:
                    ledger.add(
                        figure, found[quantile], unit="ha", label=label, definition=label, operation="simulated",
                        formula=_DRAWS, inputs=[drawn],
                    )  # fmt: skip
                else:
                    inputs = [cell(year, quantile, attribute) for year in upto]
                    ledger.derive(figure, "linear", inputs, unit="ha", label=label)
    _run_out(prefix, outcome, drawn, ledger)


def _run_out(prefix: str, outcome: Outcome, drawn: Input, ledger: Ledger) -> None:
    definition = (
        "năm đầu tiên còn nhu cầu mà không nơi nào còn đất, trong từng lần rút",
        "first year in which some demand finds no land and no place has any left, in each draw",
    )
    name = _joined(_RUN_OUT, _ACCOUNT[prefix])
    found = dict(zip(QUANTILES, run_out_quantiles(outcome.first_gap, last=outcome.years[-1]), strict=True))
    for ending, quantile, label in _endings(name):
        if quantile in found:
            ledger.add(
                f"{prefix}.run_out_year{ending}", found[quantile], unit=YEAR_OR_NONE, label=label,
                definition=definition, operation="simulated", formula=_DRAWS, inputs=[drawn],
            )  # fmt: skip
    for milestone in milestones(outcome.years):
        vi, en = (
            f"Xác suất đã hết đất đến hết {milestone}",
            f"Probability that land has run out by the end of {milestone}",
        )
        label = _joined((vi, en), _ACCOUNT[prefix])
        ledger.add(
            f"{prefix}.run_out_share.{milestone}", float((outcome.first_gap <= milestone).mean()), unit="share",
            label=label, definition=definition, operation="simulated", formula=_DRAWS, inputs=[drawn],
        )  # fmt: skip


def _total(outcome: Outcome, attribute: str, years: int) -> NDArray[np.float64]:
    made: NDArray[np.float64] = outcome.city[attribute][:, :years].sum(axis=1)
    return made


def _endings(name: Names) -> list[tuple[str, str, Names]]:
    """Ending of the figure's id, quantile and label; the middle has no ending."""
    made = []
    for quantile in ("p50", "p10", "p90", "expected"):
        said = (choice_label("quantile", quantile, "vi"), choice_label("quantile", quantile, "en"))
        made.append(
            ("" if quantile == "p50" else f".{quantile}", quantile, (f"{name[0]}, {said[0]}", f"{name[1]}, {said[1]}"))
        )
    return made


def _joined(label: Names, tail: Names) -> Names:
    return label[0] + tail[0], label[1] + tail[1]
