"""How a programme is printed: who starts when, what it costs, and whether the promise holds in the simulation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from quydat.cli.demand_show import signed
from quydat.cli.face import Maker
from quydat.cli.output import line, table
from quydat.core.text import number

if TYPE_CHECKING:
    import pandas as pd

    from quydat.app.programme import ProgrammeView

LEVELS = ("p10", "p50", "p90")
_WEAK = ("assumed", "illustrative")


def show_programme(make: Maker, view: "ProgrammeView", models: Mapping[str, str]) -> None:
    """The programme: projects, proof, promise against simulation, money, probability of running short."""
    say = make.say
    line(say("cli.programme.head", count=len(view.projects[view.projects["delivery_model"].notna()])))
    table(_headings(make), [project_row(make, row, models, n) for n, row in enumerate(_records(view.projects), 1)])
    _show_rest(make, view)
    line()
    line(proof(make, view.solve))
    line()
    line(say("cli.programme.promise"))
    columns = ("year", "quantity", "promised", "expected", "difference", "simulated")
    table([say(f"cli.column.{name}") for name in columns], list(_promise_rows(make, view.milestones)))
    line()
    line(say("cli.programme.money"))
    shown = ("year", "quantity", "expected", "simulated")
    table([say(f"cli.column.{name}") for name in shown], list(_money_rows(make, view.milestones)))
    line()
    if view.short:
        short = "; ".join(f"{year}: {percent(make, share)}" for year, share in sorted(view.short.items()))
        line(say("cli.programme.short", years=short))
    caution(make, view.basis.value)


def _headings(make: Maker) -> list[str]:
    names = ("order", "project", "delivery_model", "start", "ready", "hectares", "city_cost", "receipts", "net")
    return [make.say(f"cli.column.{name}") for name in names]


def project_row(make: Maker, row: Mapping[str, Any], models: Mapping[str, str], place: int) -> list[str]:
    """A project in the order of the headings."""
    name = row[f"name_{make.lang}"]
    ha = number(row["lettable_ha"], make.lang, decimals=0)
    if row["delivery_model"] is None:
        return ["–", name, make.say("cli.programme.undone"), "–", "–", ha, "–", "–", "–"]
    money = [number(row[f"{what}_bn_vnd"], make.lang, decimals=0) for what in ("city_cost", "receipts")]
    ready = years_of(make, [row[part] for part in ("ready_p10", "ready", "ready_p90")])
    model = models.get(row["delivery_model"], row["delivery_model"])
    net = signed(make, row["net_bn_vnd"])
    return [str(place), name, model, quarter(make, row["start"]), ready, ha, *money, net]


def _show_rest(make: Maker, view: "ProgrammeView") -> None:
    """Parks left to developers in one line, so are the projects that are not done."""
    if len(view.left):
        years = sorted(row["ready"].year for row in _records(view.left) if row["ready"] is not None)
        span = make.say("cli.programme.late") if not years else f"{years[0]}–{years[-1]}"
        hectares = number(float(view.left["lettable_ha"].sum()), make.lang, decimals=0)
        line(make.say("cli.programme.left", count=len(view.left), hectares=hectares, years=span))
    if len(view.undone):
        hectares = number(float(view.undone["lettable_ha"].sum()), make.lang, decimals=0)
        line(make.say("cli.programme.not_done", count=len(view.undone), hectares=hectares))


def proof(make: Maker, solve: Mapping[str, Any]) -> str:
    """Proven gap, solver and time in one line."""
    from quydat.dictionary.schema import unit_shown

    if not solve:
        return make.say("cli.programme.no_proof")
    return make.say(
        f"cli.programme.solve_{solve['status']}",
        gap=percent(make, solve["gap"], decimals=2), solver=solve["solver"],
        seconds=number(solve["seconds"], make.lang),
        objective=number(solve["objective"], make.lang, decimals=0),
        bound=number(solve["bound"], make.lang, decimals=0), unit=unit_shown(solve.get("unit", "bn_vnd"), make.lang),
    )  # fmt: skip


def _promise_rows(make: Maker, rows: "pd.DataFrame") -> Iterable[list[str]]:
    """What the optimisation says too, beside what came of it."""
    for row in sorted(_records(rows[rows["promised"].notna()]), key=lambda row: int(row["year"])):
        said = [number(row[name], make.lang, decimals=0) for name in ("promised", "expected")]
        yield [str(row["year"]), _quantity(make, row), *said, signed(make, row["difference"]), spread(make, row)]


def _money_rows(make: Maker, rows: "pd.DataFrame") -> Iterable[list[str]]:
    from quydat.app.programme import MONEY

    for row in sorted(_records(rows[rows["quantity"].isin(MONEY)]), key=lambda row: int(row["year"])):
        yield [
            str(row["year"]),
            _quantity(make, row),
            number(row["expected"], make.lang, decimals=0),
            spread(make, row),
        ]


def _quantity(make: Maker, row: Mapping[str, Any]) -> str:
    from quydat.dictionary.schema import unit_shown

    return f"{choice(make, 'programme_quantity', row['quantity'])}, {unit_shown(row['unit'], make.lang)}"


def spread(make: Maker, row: Mapping[str, Any], *, decimals: int = 0) -> str:
    """P50 (P10–P90) of a row that has all three."""
    low, mid, high = (number(row[part], make.lang, decimals=decimals) for part in LEVELS)
    return mid if low == mid == high else f"{mid} ({low}–{high})"


def years_of(make: Maker, days: Sequence[date | None]) -> str:
    """P50 (P10–P90) of the years of days; one that does not come is said to be later than the plan."""
    late = make.say("cli.programme.late")
    low, mid, high = (late if one is None else str(one.year) for one in days)
    return mid if low == mid == high else f"{mid} ({low}–{high})"


def quarter(make: Maker, day: date) -> str:
    """A day as its quarter."""
    return make.say("cli.programme.quarter", quarter=(day.month + 2) // 3, year=day.year)


def percent(make: Maker, share: float | None, *, decimals: int = 1) -> str:
    """A share in per cent; unknown is said."""
    return number(None, make.lang) if share is None else f"{number(share * 100, make.lang, decimals=decimals)} %"


def caution(make: Maker, basis: str) -> None:
    """Say the weakest basis, with a caution where it is assumed or made up."""
    line(make.say("cli.programme.basis", basis=choice(make, "basis", basis)))
    if basis in _WEAK:
        line(make.say("cli.programme.caution"))


def choice(make: Maker, name: str, value: str) -> str:
    """The label of a choice."""
    from quydat.dictionary.schema import choice_label

    return choice_label(name, value, make.lang)


def _records(rows: "pd.DataFrame") -> list[dict[str, Any]]:
    from quydat.report.rows import records

    return records(rows)
