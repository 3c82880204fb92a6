"""What a run says of its programme: projects, promise and simulation, delivery compared, worth of money and time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from quydat.app.permission import require
from quydat.app.run import Run
from quydat.core.basis import Basis, weakest
from quydat.core.text import Lang
from quydat.demand.forecast import milestones
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.report.programme_figures import city_first

ACCOUNT = "programme"
"""The land account that rests on the programme."""
MONEY = ("cash_bn_vnd", "debt_bn_vnd", "overdrawn_bn_vnd")
"""Quantities of the simulation that say how the money stands."""


@dataclass(frozen=True, eq=False)
class ProgrammeView:
    """A programme as it is looked at.

    Attributes
    ----------
    projects
        Rows of the table ``programme`` in the order of their starts: those that the city takes up, or all.
    left
        Rows of the parks that go on with developers as until now, where they are not among ``projects``.
    undone
        Rows of projects that are not started.
    milestones
        Rows of the table ``simulation`` at the milestones.
    short
        Milestone year → probability that land has run short by then.
    solve
        The optimisation: status, objective, bound, gap, seconds, solver.
    basis
        Weakest basis that the programme rests on.
    """

    projects: pd.DataFrame
    left: pd.DataFrame
    undone: pd.DataFrame
    milestones: pd.DataFrame
    short: Mapping[int, float]
    solve: Mapping[str, Any]
    basis: Basis


def programme_of(run: Run, *, everything: bool = False) -> ProgrammeView:
    """The programme of a run.

    Parameters
    ----------
    everything
        Also list each park that is left to a developer, and each project that is not started.

    Raises
    ------
    Problems
        QD607 if the run stopped before the programme.
    """
    require(run.actor, "programme")
    view = view_of(
        {name: run.table(name) for name in ("programme", "simulation")},
        solve=run.manifest.get("solves", {}).get("programme", {}), everything=everything,
    )  # fmt: skip
    return replace(view, short=_short(run, sorted({int(year) for year in view.milestones["year"]})))


def view_of(tables: Mapping[str, pd.DataFrame], *, solve: Mapping[str, Any], everything: bool = False) -> ProgrammeView:
    """Tables of a programme as they are looked at; when land runs short the account says, which is not known here."""
    rows, simulated = tables["programme"], tables["simulation"]
    started = rows["delivery_model"].notna()
    as_now = started & (rows["delivery_model"] == DEVELOPER_LED)
    shown = rows if everything else rows[started & ~as_now]
    order = shown["order"].astype(float).fillna(float("inf"))
    years = milestones(sorted({int(year) for year in simulated["year"]}))
    return ProgrammeView(
        shown.assign(_order=order).sort_values(["_order", "project_id"], kind="stable")[rows.columns],
        rows[as_now] if not everything else rows[:0],
        rows[~started] if not everything else rows[:0],
        simulated[simulated["year"].isin(years)].reset_index(drop=True),
        {},
        solve,
        weakest([Basis(one) for one in simulated["basis"].unique()]),
    )


def _short(run: Run, years: list[int]) -> dict[int, float]:
    rows = run.table("run_out")
    own = rows[(rows["account"] == ACCOUNT) & (rows["place"] == str(run.manifest["place"]))]
    return {int(y): float(p) for y, p in zip(own["year"], own["by_share"], strict=True) if int(y) in years}


def model_names(run: Run, lang: Lang) -> dict[str, str]:
    """Delivery model → its name."""
    rows = run.table("delivery_model")
    return dict(zip(rows["delivery_model"], rows[f"name_{lang}"], strict=True))


@dataclass(frozen=True, eq=False)
class DeliveryView:
    """City first against developer-led: rows of ``delivery_park``, ``delivery_compare`` and ``delivery_hangs_on``.

    ``bearers`` are the models with who bears which risk, ``first`` the one by which the city goes first.
    """

    parks: pd.DataFrame
    compared: pd.DataFrame
    hangs_on: pd.DataFrame
    bearers: pd.DataFrame
    first: str | None


def delivery_of(run: Run) -> DeliveryView:
    """How the delivery models compare, and who bears which risk.

    Raises
    ------
    Problems
        QD607 if the run stopped before the comparison.
    """
    require(run.actor, "programme")
    compared = run.table("delivery_compare")
    years = milestones(sorted({int(year) for year in compared["year"]}))
    models = run.table("delivery_model")
    bearers = models[["delivery_model", "name_vi", "name_en", "clearance_risk", "works_risk", "market_risk"]]
    return DeliveryView(
        run.table("delivery_park"),
        compared[compared["year"].isin(years)],
        run.table("delivery_hangs_on"),
        bearers,
        city_first({"delivery_model": models}),
    )


@dataclass(frozen=True, eq=False)
class WorthView:
    """Rows of ``marginal_money``, ``delay_cost`` and ``regret``."""

    money: pd.DataFrame
    delay: pd.DataFrame
    regret: pd.DataFrame


def worth_of(run: Run) -> WorthView:
    """What one more billion buys, what a year's delay costs, and the regret of programmes over scenarios.

    Raises
    ------
    Problems
        QD607 if the run stopped before that.
    """
    require(run.actor, "programme")
    return WorthView(run.table("marginal_money"), run.table("delay_cost"), run.table("regret"))
