"""The workbook of a programme: of a run, or of one that was chosen anew."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.app.optimise import Optimised
from quydat.app.permission import require
from quydat.app.run import Run
from quydat.app.study import Study
from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.period import year_shares
from quydat.core.text import Lang
from quydat.dictionary.cells import plain
from quydat.dictionary.schema import record_tables
from quydat.dictionary.settings import ParameterSpec
from quydat.formats.programme_book import Decided, ProgrammeBook, write_programme_book
from quydat.inventory.evidence import Evidence, resolve_parameters
from quydat.programme.given.funding import Funding
from quydat.programme.given.read_money import read_funding


def write_programme_file(run: Run, path: Path, *, lang: Lang) -> Path:
    """Write the programme of a run as a workbook that can be edited and brought back.

    Raises
    ------
    Problems
        QD607 if the run stopped before the programme; QD108, QD406 not writable.
    """
    require(run.actor, "export")
    tables = {name: run.table(name) for name in ("programme", "spending", "programme_ready", "simulation")}
    locks = run.table("project_lock")
    opening = run.figures["land.vacant_ready"].value
    assert isinstance(opening, int | float)
    book = _book(
        tables, models=run.table("delivery_model"), locks=locks, before=starts_of(tables["programme"], locks),
        funding=_funding(run), opening_ha=float(opening), price_year=run.info.price_year,
        first=_first_quarter(run.info.as_of), run=run.fingerprint,
    )  # fmt: skip
    write_programme_book(path, book, lang=lang)
    return path


def write_optimised(study: Study, made: Optimised, path: Path, *, against: Run | None, lang: Lang) -> Path:
    """Write a programme that was chosen anew; what differs from ``against`` counts as edited when it is brought back.

    Raises
    ------
    Problems
        QD108, QD406 not writable.
    """
    require(study.actor, "export")
    given, locks = made.given, study.read("project_lock")
    before = {} if against is None else starts_of(against.table("programme"), locks)
    book = _book(
        made.tables, models=study.read("delivery_model"), locks=locks, before=before, funding=given.funding,
        opening_ha=given.land.opening_ha, price_year=given.price_year, first=given.quarter_day(0),
        run="" if against is None else against.fingerprint, years=given.years,
    )  # fmt: skip
    write_programme_book(path, book, lang=lang)
    return path


def starts_of(programme: pd.DataFrame, locks: pd.DataFrame) -> dict[str, Decided]:
    """Project → model and quarter in a table ``programme``, and what the record decides of it."""
    decisions = decisions_of(locks)
    made = {}
    for row in programme.to_dict("records"):
        name, model, day = str(row["project_id"]), plain(row["delivery_model"]), plain(row["start"])
        start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) if isinstance(day, date) else None
        made[name] = Decided(None if model is None else str(model), start, decisions.get(name))
    return made


def decisions_of(locks: pd.DataFrame) -> dict[str, str]:
    """Project → its decision; of several the strictest."""
    rank = ("decided", "must", "forbidden")
    made: dict[str, str] = {}
    for project, decision in zip(locks["project_id"], locks["decision"], strict=True):
        if str(project) not in made or rank.index(str(decision)) > rank.index(made[str(project)]):
            made[str(project)] = str(decision)
    return made


def _book(
    tables: Mapping[str, pd.DataFrame], *, models: pd.DataFrame, locks: pd.DataFrame, before: Mapping[str, Decided],
    funding: Funding, opening_ha: float, price_year: int, first: date, run: str, years: range | None = None,
) -> ProgrammeBook:  # fmt: skip
    simulated = tables["simulation"]
    last = int(simulated["year"].max())
    shown = range(int(simulated["year"].min()), last + 1) if years is None else years
    order = tables["programme"]["order"].astype(float).fillna(float("inf"))
    rows = tables["programme"].assign(_order=order).sort_values(["_order", "project_id"], kind="stable")
    return ProgrammeBook(
        programme=rows[tables["programme"].columns], spending=tables["spending"], ready=tables["programme_ready"],
        simulation=simulated,
        models={
            str(row["delivery_model"]): (str(row["name_vi"]), str(row["name_en"])) for row in models.to_dict("records")
        },
        before=before, decisions=decisions_of(locks), budget_bn_vnd=funding.by_year(shown), opening_ha=opening_ha,
        price_year=price_year, escalation_share=funding.escalation_share, revolving_share=funding.revolving_share,
        first_start=first, last_start=date(last, 10, 1), run=run, basis=str(simulated["basis"].iloc[0]),
    )  # fmt: skip


def _funding(run: Run) -> Funding:
    """The money of a run, from what went into it."""
    evidence = Evidence({table.name: run.table(table.name) for table in record_tables()})
    ledger = Ledger(as_of=run.info.as_of)
    specs = {key: _spec(spec) for key, spec in run.manifest["parameters"].items() if key.startswith("programme.")}
    parameters = resolve_parameters(specs, evidence=evidence, ledger=ledger)
    years = range(min(run.info.start_year, run.info.as_of.year), run.info.end_year + 1)
    rows = run.table("programme")
    known = {*rows["project_id"].astype(str), *rows["park_id"].dropna().astype(str)}
    shares = year_shares(years, opening=run.info.as_of)
    funding, _ = read_funding(evidence, parameters=parameters, ledger=ledger, shares=shares, known=known)
    return funding


def _spec(stated: Mapping[str, Any]) -> ParameterSpec:
    return ParameterSpec(**{**stated, "basis": Basis(stated["basis"]) if stated["basis"] else None})


def _first_quarter(as_of: date) -> date:
    """First day of the quarter in which something may start: that of the day of the picture, or the next on its eve."""
    quarter = (as_of.month - 1) // 3 + (1 if as_of.month % 3 == 0 and as_of.day >= 30 else 0)
    return date(as_of.year + quarter // 4, 3 * (quarter % 4) + 1, 1)
