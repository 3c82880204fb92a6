"""What is wrong with a programme before it is simulated: all of it at once."""

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import numpy as np

from quydat.core.problem import Problem, problem
from quydat.programme.simulate.programme import SimProgramme, SimProject, SimSpread

MOST_DAYS = 65_535.0
MOST_RATIO = 15.0
MOST_BN_VND = 1e7
MOST_HA = 1e6
MOST_YEARS = 200
MOST_RECEIPTS = 10.0
"""Beyond these a value is a slip of the unit, or does not fit into the bits that the kernel keeps."""
_STAGES = {
    "procedure_days": ("thủ tục", "procedure"),
    "clearance_days": ("giải phóng mặt bằng", "clearance"),
    "works_days": ("xây dựng", "works"),
    "cost_ratio": ("hệ số chi phí", "cost factor"),
}


def check_programme(programme: SimProgramme) -> list[Problem]:
    """All that is wrong: QD780–QD790, QD797, QD798."""
    found = list(_years(programme))
    found += _money(programme)
    found += _deliveries(programme)
    found += [
        problem("QD787", project=project)
        for project, times in Counter(one.project_id for one in programme.projects).items()
        if times > 1
    ]
    found += _order(programme)
    for one in programme.projects:
        found += _project(one, programme)
    return found


def _order(programme: SimProgramme) -> Iterator[Problem]:
    """Projects that wait for others: known ones, and not in a circle."""
    known = {one.project_id for one in programme.projects}
    for one in programme.projects:
        if unknown := [other for other in one.after if other not in known]:
            yield problem("QD797", project=one.project_id, unknown=", ".join(unknown))
        if len(one.lags_days) != len(one.after):
            yield problem("QD798", project=one.project_id, lags=len(one.lags_days), count=len(one.after))
        for lag in one.lags_days:
            yield from _within("after_lag_days", one.project_id, lag, 0, MOST_DAYS)
    try:
        TopologicalSorter({one.project_id: one.after for one in programme.projects}).prepare()
    except CycleError as error:
        yield problem("QD790", projects=" → ".join(error.args[1]))


def _years(programme: SimProgramme) -> Iterator[Problem]:
    """Years, hand-over, and land against demand."""
    years = programme.years
    gaps = years != tuple(range(years[0], years[0] + len(years))) if years else True
    if gaps or len(years) > MOST_YEARS:
        yield problem("QD789", what="years", shape=len(years), years=MOST_YEARS)
        return
    demand = np.asarray(programme.demand_ha)
    if demand.ndim != 2 or demand.shape[1] != len(years) or not len(demand):
        shape = " × ".join(str(size) for size in demand.shape)
        yield problem("QD789", what="demand_ha", shape=shape, years=len(years))
    else:
        bad = ~((demand >= 0) & (demand <= MOST_HA))
        if bad.any():
            path, t = np.argwhere(bad)[0]
            yield _out("demand_ha", f"{years[t]}", float(demand[path, t]), 0.0, MOST_HA)
    if programme.elsewhere_ha and len(programme.elsewhere_ha) != len(years):
        yield problem("QD789", what="elsewhere_ha", shape=len(programme.elsewhere_ha), years=len(years))
    for year, value in zip(years, programme.elsewhere_ha, strict=False):
        yield from _within("elsewhere_ha", f"{year}", value, 0.0, MOST_HA)
    yield from _within("opening_ha", "programme", programme.opening_ha, 0.0, MOST_HA)
    yield from _within("stop_after_years", "programme", programme.stop_after_years, 0.0, MOST_YEARS)
    hand_over = programme.hand_over
    yield from _within("over", "hand_over", hand_over.over, 0.01, MOST_YEARS)
    yield from _within("tail_over", "hand_over", hand_over.tail_over, 0.01, MOST_YEARS)
    yield from _within("tail", "hand_over", hand_over.tail, 0.0, 1.0)


def _money(programme: SimProgramme) -> Iterator[Problem]:
    """Budgets of all years, and shares that are shares."""
    funding = programme.funding
    for name, source in sorted(funding.sources.items()):
        if missing := [str(year) for year in programme.years if year not in source.by_year]:
            yield problem("QD783", source=name, years=", ".join(missing))
        for year, amount in sorted(source.by_year.items()):
            yield from _within(name, str(year), amount, 0.0, MOST_BN_VND)
    for what in ("opening_bn_vnd", "loan_ceiling_bn_vnd"):
        yield from _within(what, "funding", getattr(funding, what), 0.0, MOST_BN_VND)
    yield from _within("ahead_years", "funding", funding.ahead_years, 0, MOST_YEARS)
    for what in ("interest_share", "revolving_share"):
        yield from _within(what, "funding", getattr(funding, what), 0.0, 1.0)
    for what in ("clearance_escalation_share", "works_escalation_share", "rent_escalation_share"):
        yield from _within(what, "funding", getattr(funding, what), -0.5, 0.5)


def _deliveries(programme: SimProgramme) -> Iterator[Problem]:
    """Shares of the delivery models."""
    shares = (
        "city_clearance_share", "city_works_share", "city_receipts_share", "lead_share", "clearance_front_share",
        "works_front_share",
    )  # fmt: skip
    for name, model in sorted(programme.deliveries.items()):
        for what in shares:
            yield from _within(what, name, getattr(model, what), 0.0, 1.0)
        for share in model.receipts_share:
            yield from _within("receipts_share", name, share, 0.0, MOST_RECEIPTS)


def _project(one: SimProject, programme: SimProgramme) -> Iterator[Problem]:
    """One project: model, start, price year, sizes, and what is not known for sure."""
    project = one.project_id
    if one.delivery not in programme.deliveries:
        yield problem("QD785", project=project, delivery=one.delivery, known=", ".join(sorted(programme.deliveries)))
    if not 0 <= one.start_quarter < 4 * len(programme.years):
        yield problem(
            "QD788", project=project, quarter=one.start_quarter, last=4 * len(programme.years) - 1,
            year=programme.years[0] if programme.years else "–",
        )  # fmt: skip
    if one.price_year is None:
        yield problem("QD782", project=project)
    else:
        yield from _within("price_year", project, one.price_year, 1990, 2200)
    for what, most in (
        ("clearance_bn_vnd", MOST_BN_VND), ("works_bn_vnd", MOST_BN_VND), ("lettable_ha", MOST_HA),
        ("rent_bn_vnd_per_ha", MOST_BN_VND),
    ):  # fmt: skip
        yield from _within(what, project, getattr(one, what), 0.0, most)
    for what in _STAGES:
        yield from _spread(project, what, getattr(one, what))


def _spread(project: str, what: str, spread: SimSpread) -> Iterator[Problem]:
    """Lengths above 0, in order, in bounds; loadings that leave something to chance."""
    most = MOST_RATIO if what == "cost_ratio" else MOST_DAYS
    vi, en = _STAGES[what]
    values = np.array(spread.observed or (spread.low, spread.mid, spread.high))
    shown = " / ".join(f"{value:g}" for value in values[:3]) + (" …" if len(values) > 3 else "")
    if not (values > 0).all():
        yield problem("QD780", project=project, stage_vi=vi, stage_en=en, value=shown)
    elif not (values <= most).all():
        yield _out(what, project, float(values.max()), 0.0, most)
    if not spread.observed and not spread.low <= spread.mid <= spread.high:
        yield problem("QD781", project=project, stage_vi=vi, stage_en=en, value=shown)
    shared = spread.clearance_loading**2 + spread.cost_loading**2
    if not shared <= 1.0:
        yield problem(
            "QD784", project=project, stage_vi=vi, stage_en=en, clearance=f"{spread.clearance_loading:g}",
            cost=f"{spread.cost_loading:g}", sum=f"{shared:.3g}",
        )  # fmt: skip


def _within(what: str, of: str, value: float, least: float, most: float) -> Iterator[Problem]:
    """A problem if a value lies outside its bounds or is not a number."""
    if not least <= value <= most:
        yield _out(what, of, value, least, most)


def _out(what: str, of: str, value: float, least: float, most: float) -> Problem:
    return problem("QD786", what=what, of=of, value=f"{value:g}", minimum=f"{least:g}", maximum=f"{most:g}")
