"""Headline figures of what money, time and choice are worth, and the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from quydat.core.figure import Value
from quydat.core.ledger import Ledger
from quydat.dictionary.cells import Names
from quydat.inventory.evidence import parameter_inputs
from quydat.programme.choose.tables import DRAWS, GAP
from quydat.programme.worth.binding import Loosened
from quydat.programme.worth.candidates import CHOSEN, NAMES
from quydat.programme.worth.delay import ALL, Delay
from quydat.programme.worth.marginal import Marginal
from quydat.programme.worth.regret import Regret


@dataclass(frozen=True, eq=False)
class Found:
    """All that the step has found.

    Attributes
    ----------
    twice_at_most_bn_vnd
        What twice the money in each year is proven to be worth at most; None if there was no answer.
    refused
        Programmes for which there was no answer, and why.
    """

    marginal: Marginal
    delay: Delay
    regret: Regret
    eased: Mapping[str, Loosened]
    twice_at_most_bn_vnd: float | None
    draws: int
    refused: Mapping[str, str]

    def best(self) -> "pd.Series[float] | None":
        """Row of the year and source where more money buys most; None if it buys nothing that is not chance."""
        rows = self.marginal.table
        if rows.empty:
            return None
        row = rows.iloc[int(rows["hectare_years_per_bn_vnd"].argmax())]
        return row if row["hectare_years_per_bn_vnd"] > 2.0 * self.marginal.error else None

    def late(self) -> "pd.Series[float]":
        """Row of all projects together."""
        rows = self.delay.table
        return rows[rows["project_id"] == ALL].iloc[0]

    def notes(self) -> dict[str, str]:
        """What the manifest and people are told, in both languages."""
        vi, en = self._money()
        binds_vi, binds_en = self._binds()
        how = (
            f"{self.draws} common draws; standard errors at most {self.marginal.error:.2g} ha-years for a bn VND, "
            f"{self.delay.error:.2g} ha-years lost by all, {self.regret.error:.3g} bn VND of regret; {self._refused()}"
        )
        return {
            "worth": how, "worth_money": en, "worth_money_vi": vi, "worth_binds": binds_en, "worth_binds_vi": binds_vi,
        }  # fmt: skip

    def _refused(self) -> str:
        told = "; ".join(f"{name}: {why}" for name, why in self.refused.items())
        return f"no answer for {told}" if told else "every programme was answered"

    def _money(self) -> Names:
        row, changed = self.best(), self.marginal.rechosen
        cap_vi = cap_en = ""
        if self.twice_at_most_bn_vnd is not None:
            vi, en = said(self.twice_at_most_bn_vnd)
            cap_vi = f" Gấp đôi tiền mọi năm đáng giá nhiều nhất {vi} tỷ đồng (đã chứng minh)."
            cap_en = f" Twice the money in every year is worth {en} bn VND at most (proven)."
        if row is None:
            return "Thêm tiền không mua được gì." + cap_vi, "More money buys nothing." + cap_en
        amount, year = _number(row["more_bn_vnd"]), int(row["year"])
        money = said(amount)
        gained = said(amount * _number(row["hectare_years_per_bn_vnd"]), 1)
        land = said(amount * _number(row["hectares_per_bn_vnd"]), 1)
        anew_vi = f"ở {changed} dòng chương trình chọn lại." if changed else "không có gì được chọn khác đi."
        anew_en = f"in {changed} rows the programme is chosen anew." if changed else "nothing is chosen otherwise."
        return (
            f"Thêm {money[0]} tỷ đồng năm {year} mua được {gained[0]} héc-ta·năm, {land[0]} ha; {anew_vi}{cap_vi}",
            f"{money[1]} bn VND more in {year} buy {gained[1]} hectare-years, {land[1]} ha; {anew_en}{cap_en}",
        )

    def _binds(self) -> Names:
        order = [(one, said(one.gain_bn_vnd)) for one in sorted(self.eased.values(), key=lambda one: -one.gain_bn_vnd)]
        vi = (f"{one.names[0]}: gánh nặng giảm {by[0]} tỷ đồng, thành phố làm {one.paid} dự án" for one, by in order)
        en = (
            f"{one.names[1]}: burden falls by {by[1]} bn VND, the city pays for {one.paid} projects"
            for one, by in order
        )
        return "; ".join(vi) + ".", "; ".join(en) + "."


def said(value: float, places: int = 0) -> Names:
    """A number as it is written in Vietnamese and in English.

    >>> said(4881.93, 1)
    ('4.881,9', '4,881.9')
    """
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")), text


def write_figures(found: Found, ledger: Ledger) -> None:
    """Figures ``worth.*``."""
    inputs = [
        ledger.input(GAP), ledger.input(DRAWS), *parameter_inputs(ledger, "programme.tax_bn_vnd_per_ha_year"),
    ]  # fmt: skip

    def put(name: str, value: Value, unit: str, label: Names, definition: Names) -> None:
        ledger.add(
            f"worth.{name}", value, unit=unit, label=label, definition=definition, operation="simulated",
            formula=definition, inputs=inputs,
        )  # fmt: skip

    late = found.late()
    for name, column, unit, label in _LATE:
        put(name, _number(late[column]), unit, label, _OF_LATE)
    best = found.best()
    put("more_money_hectare_years_per_bn_vnd", 0.0 if best is None else _number(best["hectare_years_per_bn_vnd"]),
        "ha_years_per_bn_vnd", _MORE, _OF_MORE)  # fmt: skip
    put("more_money_year", None if best is None else int(best["year"]), "year", _MORE_YEAR, _OF_MORE)
    put("twice_money_at_most_bn_vnd", found.twice_at_most_bn_vnd, "bn_vnd", _TWICE, _OF_TWICE)
    for name, one in found.eased.items():
        label = (f"{one.names[0]}: gánh nặng giảm", f"{one.names[1]}: burden falls by")
        put(f"eased_{name}_bn_vnd", one.gain_bn_vnd, "bn_vnd", label, _OF_EASED)
    put("largest_regret_bn_vnd", found.regret.worst[CHOSEN], "bn_vnd", _WORST, _OF_REGRET)
    least = found.regret.least
    put("least_regret_bn_vnd", found.regret.worst[least], "bn_vnd", _LEAST, _OF_REGRET)
    put("least_regret_programme_vi", NAMES[least][0], "", _WHICH, _OF_REGRET)
    put("least_regret_programme_en", NAMES[least][1], "", _WHICH, _OF_REGRET)


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


_LATE: tuple[tuple[str, str, str, Names], ...] = (
    ("delay_hectare_years", "hectare_years_lost", "ha_years",
     ("Mọi dự án chậm một năm: mất héc-ta·năm", "All projects a year late: hectare-years lost")),
    ("delay_shortage_ha", "shortage_more_ha", "ha",
     ("Mọi dự án chậm một năm: thêm thiếu", "All projects a year late: shortage on top")),
    ("delay_cost_bn_vnd", "cost_more_bn_vnd", "bn_vnd",
     ("Mọi dự án chậm một năm: thêm chi", "All projects a year late: spending on top")),
    ("delay_tax_bn_vnd", "tax_lost_bn_vnd", "bn_vnd",
     ("Mọi dự án chậm một năm: mất thuế", "All projects a year late: taxes lost")),
)  # fmt: skip
_OF_LATE: Names = (
    "chương trình đã chọn, mọi dự án khởi đầu muộn một năm, trên cùng những lần rút; bình quân",
    "the chosen programme with every start a year later, in common draws; mean",
)
_MORE: Names = ("Thêm một tỷ mua được nhiều nhất", "What one more billion buys at most")
_MORE_YEAR: Names = ("Năm mà thêm tiền mua được nhiều nhất", "Year in which more money buys most")
_OF_MORE: Names = (
    "thêm một năm ngân sách vào từng năm và nguồn, chọn lại, trên cùng những lần rút; dòng lớn nhất",
    "one year's budget more in each year and source, chosen anew, in common draws; the largest row",
)
_TWICE: Names = ("Gấp đôi tiền mọi năm đáng giá nhiều nhất", "Twice the money in every year is worth at most")
_OF_TWICE: Names = (
    "gánh nặng của chương trình − cận dưới đã chứng minh khi có gấp đôi tiền",
    "burden of the programme − proven bound with twice the money",
)
_OF_EASED: Names = (
    "gánh nặng của chương trình − gánh nặng khi điều ấy dễ hơn và từng dự án được chọn lại",
    "burden of the programme − burden when this is easier and single projects are chosen anew",
)
_WORST: Names = ("Hối tiếc lớn nhất của chương trình đã chọn", "Largest regret of the chosen programme")
_LEAST: Names = ("Hối tiếc lớn nhất, nhỏ nhất trong các chương trình", "Least of the largest regrets")
_WHICH: Names = ("Chương trình ít hối tiếc nhất", "Programme of least regret")
_OF_REGRET: Names = (
    "gánh nặng − gánh nặng nhỏ nhất của kịch bản ấy; lớn nhất trên các kịch bản (Savage 1951)",
    "burden − the least burden of the scenario; the largest over the scenarios (Savage 1951)",
)
