"""What docs/method/where.md says: the example by hand, and what it tells of the shipped case."""

import re
from math import exp
from pathlib import Path
from typing import Any

import pytest

from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.uniforms import SeededUniforms
from quydat.demand.where import WHERE_KEYS, where_model
from quydat.demand.where_figures import dissimilarity
from quydat.dictionary.settings import Settings, read_settings
from quydat.inventory.evidence import Evidence, resolve_parameters
from quydat.inventory.places import park_places
from quydat.plan import Results

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs" / "method" / "where.md").read_text(encoding="utf-8").split())


def test_the_page_has_its_parts() -> None:
    for heading in ("**Question.**", "## Formula", "## Inputs", "## Method source", "## Worked example", "## What it"):
        assert heading in PAGE


def test_the_example_by_hand() -> None:
    near = exp(-11.06 / 10)
    a, b = 300_000 + near * 100_000, 100_000 + near * 300_000
    factors = [4**0.9, 4**-0.2, 1.0, (a / b) ** 0.2, 2**0.1, 0.5**-0.4]
    assert f"= {' × '.join(f'{one:.3f}' if one != 1.0 else '1' for one in factors)} = 4.136" in PAGE
    odds = factors[0] * factors[1] * factors[3] * factors[4] * factors[5]
    assert odds == pytest.approx(4.136, abs=0.001)
    for one in (f"= {near:.5f}.", f"= {a:,.0f}.", f"= {b:,.0f}.", f"({a:,.0f} ÷ {b:,.0f})"):
        assert one in PAGE
    assert f"A {odds:.3f} ÷ {1 + odds:.3f} = {100 * odds / (1 + odds):.1f} %" in PAGE
    twice = odds * 2**0.9
    assert f"to {twice:.2f}: A has {100 * twice / (1 + twice):.1f} %" in PAGE
    without = odds / 0.5**-0.4
    assert f"= {without:.3f}, A has {100 * without / (1 + without):.1f} %" in PAGE


@pytest.fixture
def choice(hcmc_record: dict[str, Any], hcmc_settings: Settings, hcmc_results: Results) -> Any:
    evidence, ledger = Evidence(hcmc_record), Ledger(as_of=hcmc_settings.as_of)
    specs = {key: spec for key, spec in hcmc_settings.parameters_of("base").items() if key in WHERE_KEYS}
    parameters = resolve_parameters(specs, evidence=evidence, ledger=ledger)
    places, parks = hcmc_record["place"], hcmc_results.tables["parks"]
    of = park_places(parks, places, city="hcmc")
    settings = read_settings(ROOT / "cases" / "hcmc")
    streams = SeededUniforms(count=settings.draws, seed=settings.seed)
    return where_model(places, parks, of, parameters, city="hcmc", basis=Basis.ASSUMED).table(streams)


def test_what_it_tells_of_the_case(choice: Any) -> None:
    of = choice.set_index("place_id")
    largest = of["expected_share"].sort_values(ascending=False).index[:3].tolist()
    assert largest == ["binh-chanh", "cu-chi", "nha-be"]
    expected = [f"{100 * of.loc[one, 'expected_share']:.0f}" for one in largest]
    let = [f"{100 * of.loc[one, 'let_ha'] / of['let_ha'].sum():.0f}" for one in largest]
    assert f"Bình Chánh {expected[0]} %, Củ Chi {expected[1]} %, Nhà Bè {expected[2]} %" in PAGE
    assert f"land let today: {let[0]} %, {let[1]} %, {let[2]} %" in PAGE
    by_model = dissimilarity(choice["expected_share"].to_numpy(), choice["let_ha"].to_numpy())
    by_size = dissimilarity(choice["capacity_ha"].to_numpy(), choice["let_ha"].to_numpy())
    assert f"it is {by_model:.2f}; by capacity alone it would be {by_size:.2f}" in PAGE
    assert choice["rent_usd_per_m2"].notna().sum() == 5
    assert re.search(r"known for five of ten places", PAGE)
