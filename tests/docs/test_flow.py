"""What docs/flow.md tells of one park is what the run gives: every figure and every cell quoted there."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quydat.core.figure import Figure
from quydat.core.text import shown
from quydat.dictionary.cells import plain
from quydat.dictionary.read import keys_of
from quydat.dictionary.schema import tables, unit_shown
from quydat.plan import Results

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
SPANS = re.findall(r"`([\w./-]+) = ([^`]+)`", re.sub(r"\s*\n\s*", " ", PAGE))
FIGURES = [(name, said) for name, said in SPANS if "/" not in name]
CELLS = [(name, said) for name, said in SPANS if "/" in name]


@pytest.fixture(scope="module")
def results(shipped_results: Results) -> Results:
    """The case as it is shipped, with its own number of draws."""
    return shipped_results


def quoted(figure: Figure, said: str) -> str:
    """The figure written as the page writes it: to as many digits, or to the month."""
    if isinstance(figure.value, date):
        return figure.value.isoformat()[: len(said)]
    if figure.value is None:
        return "none"
    if figure.unit in ("", "year", "year_or_none", "count"):
        return shown(figure.value, "en", unit=figure.unit)
    digits = said.split(" ")[0].partition(".")[2]
    value = float(figure.value) * (100 if figure.unit == "share" else 1)
    return f"{value:,.{len(digits)}f} {unit_shown(figure.unit, 'en')}"


def test_the_page_quotes_figures_and_cells() -> None:
    assert len(FIGURES) > 40
    assert len(CELLS) > 5


def test_a_figure_is_written_to_the_digits_that_the_page_gives(results: Results) -> None:
    gross = replace(results.ledger["land.gross"], value=1234.56)
    assert quoted(gross, "1,234.6 ha") == "1,234.6 ha"
    assert quoted(replace(gross, unit="share", value=0.256), "26 %") == "26 %"
    assert quoted(replace(gross, unit="date", value=date(2034, 2, 8)), "2034-02") == "2034-02"


def test_figures_of_the_page_are_those_of_the_run(results: Results) -> None:
    """All that differ are listed at once, so that the page can be mended in one go."""
    missing = [name for name, _ in FIGURES if name not in results.ledger]
    assert missing == []
    now = [(name, said, quoted(results.ledger[name], said)) for name, said in FIGURES]
    assert [f"{name} = {said}: the run gives {is_}" for name, said, is_ in now if said != is_] == []


@pytest.mark.parametrize(("name", "said"), CELLS)
def test_cells_of_the_page_are_those_of_the_record(name: str, said: str, hcmc_record: dict[str, Any]) -> None:
    table, key, column = name.split("/")
    rows = hcmc_record[table]
    row = keys_of(rows, tables()[table]).index(key)
    value = plain(rows[column].iloc[row])
    if isinstance(value, bool):
        value = "yes" if value else "no"
    assert (f"{value:g}" if isinstance(value, float) else str(value)) == said
