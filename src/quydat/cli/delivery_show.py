"""How the comparison of delivery, and the worth of money and time, are printed: the answer first."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quydat.cli.demand_show import signed
from quydat.cli.face import Maker
from quydat.cli.output import line, table
from quydat.cli.programme_show import LEVELS, caution, choice, percent, years_of
from quydat.core.text import NONE, number, shown

if TYPE_CHECKING:
    from quydat.app.programme import DeliveryView, WorthView

DEVELOPER, CHOSEN, EVERYWHERE = "developer_led", "chosen", "_everywhere"
_RISKS = ("clearance_risk", "works_risk", "market_risk")
_FIRST_SHORT = "first_short_year"
_MOST = 12
"""Rows of a long list that are printed; the rest is counted."""


def show_delivery(make: Maker, view: "DeliveryView", models: Mapping[str, str], *, everything: bool = False) -> None:
    """The answer in one sentence, strategies side by side, parks for which it pays, risk, what it hangs on.

    Parameters
    ----------
    everything
        All strategies, and each park by each model; else those that the answer is about, and the best model of a park.
    """
    line(answer(make, view, models))
    line()
    line(make.say("cli.delivery.compared"))
    _show_compared(make, view, models, everything=everything)
    line()
    _show_parks(make, view, models, everything=everything)
    line()
    line(make.say("cli.delivery.risks"))
    own = [row for row in _records(view.bearers) if row["delivery_model"] in set(view.parks["delivery_model"])]
    headings = [make.say(f"cli.column.{name}") for name in ("delivery_model", *_RISKS)]
    table(
        headings,
        [[row[f"name_{make.lang}"], *(choice(make, "risk_bearer", row[one]) for one in _RISKS)] for row in own],
    )
    line()
    _show_hangs_on(make, view)
    bases = {row["basis"] for row in _records(view.compared)}
    for basis in sorted(bases & {"assumed", "illustrative"}) or sorted(bases):
        caution(make, basis)


def answer(make: Maker, view: "DeliveryView", models: Mapping[str, str]) -> str:
    """City first against developer-led in one sentence: for how many parks it pays, years gained, what it hangs on."""
    own = [row for row in _records(view.parks) if row["delivery_model"] == view.first]
    known = [row for row in own if row["advantage_bn_vnd"] is not None]
    if view.first is None or not known:
        return make.say("cli.delivery.no_answer")
    pays = [row for row in known if row["advantage_bn_vnd"] > 0]
    gained = [row["years_gained_p50"] for row in own if row["years_gained_p50"] is not None]
    turns = [row[f"name_{make.lang}"] for row in _records(view.hangs_on) if row["turns"]]
    which = "all" if len(pays) == len(known) else "some" if pays else "none"
    said = make.say(
        f"cli.delivery.answer_{which}",
        model=models.get(view.first, view.first), pays=len(pays), parks=len(known),
        least=number(min(gained, default=None), make.lang), most=number(max(gained, default=None), make.lang),
        hectares=number(sum(row["lettable_ha"] for row in pays), make.lang, decimals=0),
        advantage=signed(make, sum(row["advantage_bn_vnd"] for row in known)),
    )  # fmt: skip
    hangs = make.say("cli.delivery.turns", names=", ".join(turns)) if turns else make.say("cli.delivery.firm")
    return f"{said} {hangs}"


def _strategy(make: Maker, name: str, models: Mapping[str, str]) -> str:
    if name == CHOSEN:
        return make.say("cli.delivery.strategy_chosen")
    if name.endswith(EVERYWHERE):
        model = name.removesuffix(EVERYWHERE)
        return make.say("cli.delivery.strategy_everywhere", model=models.get(model, model))
    return models.get(name, name)


def _show_compared(make: Maker, view: "DeliveryView", models: Mapping[str, str], *, everything: bool) -> None:
    told = (DEVELOPER, view.first, f"{view.first}{EVERYWHERE}", CHOSEN)
    rows = [row for row in _records(view.compared) if everything or row["strategy"] in told]
    strategies = list(dict.fromkeys(row["strategy"] for row in rows))
    cells = {(row["strategy"], row["quantity"], row["year"]): row for row in rows}
    lines = []
    for quantity, year in dict.fromkeys((row["quantity"], row["year"]) for row in rows):
        found = [cells.get((one, quantity, year)) for one in strategies]
        label = choice(make, "delivery_quantity", quantity)
        lines.append([label, str(year), *(_level(make, quantity, row) for row in found)])
    headings = [make.say(f"cli.column.{name}") for name in ("quantity", "year")]
    table([*headings, *(_strategy(make, one, models) for one in strategies)], lines)


def _level(make: Maker, quantity: str, row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "–"
    if quantity == _FIRST_SHORT:
        low, mid, high = (_year(make, row[part], last=row["year"]) for part in LEVELS)
    else:
        low, mid, high = (number(row[part], make.lang, decimals=0) for part in LEVELS)
    return mid if low == mid == high else f"{mid} ({low}–{high})"


def _year(make: Maker, year: float | None, *, last: int) -> str:
    """A year; one after the plan stands for never in it."""
    if year is None:
        return NONE[make.lang]
    return make.say("cli.programme.late") if year > last else str(round(year))


def _show_parks(make: Maker, view: "DeliveryView", models: Mapping[str, str], *, everything: bool) -> None:
    """Parks by models other than the usual one, the best first."""
    rows = [
        row for row in _records(view.parks) if row["advantage_bn_vnd"] is not None and row["pays_share"] is not None
    ]
    rows = [row for row in rows if row["delivery_model"] != DEVELOPER]
    rows.sort(key=lambda row: (-row["advantage_bn_vnd"], row["project_id"], row["delivery_model"]))
    pays = {row["project_id"] for row in rows if row["advantage_bn_vnd"] > 0}
    line(make.say("cli.delivery.parks", count=len(pays)))
    if not everything:
        best: dict[str, dict[str, Any]] = {}
        for row in rows:
            best.setdefault(row["project_id"], row)
        rows = list(best.values())
    most = len(rows) if everything else _MOST
    names = ("project", "delivery_model", "ready", "years_gained", "net_cost", "advantage", "pays_share")
    headings = [make.say(f"cli.column.{name}") for name in (*names, "break_even_clearance", "break_even_rent")]
    table(headings, [_park_row(make, row, models) for row in rows[:most]])
    if len(rows) > most:
        line(make.say("cli.delivery.rest", count=len(rows) - most))


def _park_row(make: Maker, row: Mapping[str, Any], models: Mapping[str, str]) -> list[str]:
    gained = "–" if row["years_gained_p50"] is None else _between(make, [row[f"years_gained_{one}"] for one in LEVELS])
    evens = [row["break_even_clearance_bn_vnd_per_ha"], row["break_even_rent_usd_per_m2"]]
    return [
        row[f"name_{make.lang}"],
        models.get(row["delivery_model"], row["delivery_model"]),
        years_of(make, [row[f"ready_{one}"] for one in LEVELS]),
        gained,
        _between(make, [row[f"net_cost_{one}_bn_vnd"] for one in LEVELS], decimals=0),
        signed(make, row["advantage_bn_vnd"]),
        percent(make, row["pays_share"], decimals=0),
        *(NONE[make.lang] if one is None else number(one, make.lang) for one in evens),
    ]


def _between(make: Maker, levels: Sequence[float | None], *, decimals: int = 1) -> str:
    low, mid, high = (number(one, make.lang, decimals=decimals).replace("-", "−") for one in levels)
    return mid if low == mid == high else f"{mid} ({low}–{high})"


def _show_hangs_on(make: Maker, view: "DeliveryView") -> None:
    """Inputs, the one that moves the answer most first."""
    rows = _records(view.hangs_on)
    if not rows:
        return

    def width(row: Mapping[str, Any]) -> float:
        ends = row["advantage_low_bn_vnd"], row["advantage_high_bn_vnd"]
        return 0.0 if None in ends else -abs(ends[1] - ends[0])

    line(make.say("cli.delivery.hangs_on"))
    headings = [
        make.say(f"cli.column.{name}") for name in ("name", "low_value", "high_value", "at_low", "at_high", "turns")
    ]
    table(headings, [
        [
            row[f"name_{make.lang}"],
            *(shown(row[end], make.lang, unit=row["unit"]) for end in ("low", "high")),
            *("–" if (one := row[f"advantage_{end}_bn_vnd"]) is None else signed(make, one) for end in ("low", "high")),
            shown(bool(row["turns"]), make.lang),
        ]
        for row in sorted(rows, key=width)
    ])  # fmt: skip


def show_worth(make: Maker, view: "WorthView") -> None:
    """What one more billion buys, what a year's delay costs, regret over scenarios."""
    say = make.say
    line(say("cli.worth.money"))
    columns = ("year", "fund_source", "more", "hectare_years_per_bn", "hectares_per_bn", "shortage_less_per_bn")
    table([say(f"cli.column.{name}") for name in columns], [_money_row(make, row) for row in _records(view.money)])
    line()
    line(say("cli.worth.delay"))
    lost = ("project", "hectare_years_lost", "shortage_more", "cost_more", "tax_lost")
    rows = sorted(
        _records(view.delay), key=lambda row: (row["project_id"] != "all", -(row["hectare_years_lost"] or 0.0))
    )
    table([say(f"cli.column.{name}") for name in lost], [_delay_row(make, row) for row in rows[:_MOST]])
    if len(rows) > _MOST:
        line(say("cli.worth.rest", count=len(rows) - _MOST))
    line()
    line(say("cli.worth.regret"))
    _show_regret(make, _records(view.regret))
    for basis in sorted({row["basis"] for rows in (view.money, view.delay, view.regret) for row in _records(rows)}):
        caution(make, basis)


def _money_row(make: Maker, row: Mapping[str, Any]) -> list[str]:
    per = ("hectare_years_per_bn_vnd", "hectares_per_bn_vnd", "shortage_less_per_bn_vnd")
    more = number(row["more_bn_vnd"], make.lang, decimals=0)
    return [
        str(row["year"]),
        _source(make, row["fund_source"]),
        more,
        *(number(row[one], make.lang, decimals=4) for one in per),
    ]


def _source(make: Maker, name: str) -> str:
    """A source of money: budget and loan of the study are named by their kind, those of the record by their id."""
    from quydat.dictionary.schema import choices

    return choice(make, "fund_kind", name) if name in choices("fund_kind") else name


def _delay_row(make: Maker, row: Mapping[str, Any]) -> list[str]:
    cells = ("hectare_years_lost", "shortage_more_ha", "cost_more_bn_vnd", "tax_lost_bn_vnd")
    return [row[f"name_{make.lang}"], *(number(row[one], make.lang, decimals=0) for one in cells)]


def _show_regret(make: Maker, rows: Sequence[Mapping[str, Any]]) -> None:
    """Programmes down, scenarios across; the one whose worst regret is least is marked."""
    scenarios = {row["scenario"]: row[f"scenario_{make.lang}"] for row in rows}
    names = {row["programme"]: row[f"programme_{make.lang}"] for row in rows}
    cells = {(row["programme"], row["scenario"]): row["regret_bn_vnd"] for row in rows}
    least = {row["programme"] for row in rows if row["least_of_worst"]}
    lines = []
    for one, name in names.items():
        own = [cells.get((one, scenario)) for scenario in scenarios]
        told = [number(value, make.lang, decimals=0) for value in own]
        worst = number(max((value for value in own if value is not None), default=None), make.lang, decimals=0)
        lines.append([name, *told, worst, make.say("cli.worth.least") if one in least else ""])
    table([make.say("cli.column.programme"), *scenarios.values(), make.say("cli.column.worst_regret"), ""], lines)


def _records(rows: Any) -> list[dict[str, Any]]:
    from quydat.report.rows import records

    return records(rows)
