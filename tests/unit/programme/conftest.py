"""The shipped case up to the account, with few draws: what the programme is made from, and changes of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Evidence
from quydat.plan import STEPS, _prepared
from quydat.programme.given.given import Given
from quydat.steps import Steps

PROVENANCE = {"source_ids": "derived", "confidence": "low", "basis": "assumed", "name_vi": "A", "name_en": "A"}


@pytest.fixture(scope="session")
def until_account(hcmc_record: dict[str, pd.DataFrame], hcmc_settings: Any) -> Steps:
    settings = replace(hcmc_settings, draws=200)
    run = _prepared(hcmc_record, settings, scenario="base", as_of=None, survey=None, law=None, runner=None)
    for step in STEPS[: STEPS.index("balance") + 1]:
        getattr(run, step)()
    return run


@pytest.fixture(scope="session")
def given(until_account: Steps) -> Given:
    return until_account.given()


@pytest.fixture
def given_with(until_account: Steps) -> Callable[..., Given]:
    """What is given if tables of the record have other rows: ``given_with(fund_year=[{…}])``."""

    def made(**rows: list[dict[str, Any]]) -> Given:
        kept, ledger = until_account.evidence, until_account.ledger
        frames = {name: rows_of(name, values) for name, values in rows.items()}
        until_account.evidence = Evidence({**kept.record, **frames})
        until_account.ledger = _copy(ledger)
        try:
            return until_account.given()
        finally:
            until_account.evidence, until_account.ledger = kept, ledger

    return made


def _copy(ledger: Any) -> Any:
    """The ledger without what the programme writes: it may be written again."""
    from quydat.core.ledger import Ledger

    kept = [one for one in ledger if not one.figure_id.startswith("programme.")]
    return Ledger(as_of=ledger.as_of, figures=kept)


def rows_of(name: str, values: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of a record table as the record would hold them; provenance is added."""
    definition = tables()[name]
    full = [{**{k: v for k, v in PROVENANCE.items() if k in definition.columns}, **row} for row in values]

    def cell(row: dict[str, Any], column: str) -> str:
        return "" if row.get(column) is None else str(row[column])

    cells = [{column: cell(row, column) for column in definition.columns} for row in full]
    raw = pd.DataFrame(cells, columns=definition.columns, dtype=str)
    frame, problems = typed(raw, definition)
    assert not problems, [one.message("en") for one in problems]
    return frame
