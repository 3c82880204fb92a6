"""Figures of the choice of place on the shipped case."""

from typing import Any

import pytest

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.uniforms import SeededUniforms
from quydat.demand.where import WHERE_KEYS, where_model
from quydat.demand.where_figures import dissimilarity, write_where
from quydat.dictionary.settings import Settings
from quydat.inventory.evidence import Evidence, Parameters, resolve_parameters
from quydat.inventory.places import park_places
from quydat.plan import Results


@pytest.fixture
def written(hcmc_record: dict[str, Any], hcmc_settings: Settings, hcmc_results: Results) -> tuple[Any, Ledger]:
    evidence, ledger = Evidence(hcmc_record), Ledger(as_of=hcmc_settings.as_of)
    specs = {key: spec for key, spec in hcmc_settings.parameters_of("base").items() if key in WHERE_KEYS}
    parameters = resolve_parameters(specs, evidence=evidence, ledger=ledger)
    places, parks = hcmc_record["place"], hcmc_results.tables["parks"]
    made = where_model(
        places, parks, park_places(parks, places, city="hcmc"), parameters, city="hcmc", basis=Basis.ASSUMED
    )
    table = made.table(SeededUniforms(count=2000, seed=1))
    write_where(made, table, evidence=evidence, ledger=ledger)
    return table, ledger


def test_the_difference_is_that_of_the_table(written: tuple[Any, Ledger]) -> None:
    table, ledger = written
    expected, let = table["expected_share"].tolist(), table["let_ha"].tolist()
    by_hand = sum(abs(a / sum(expected) - b / sum(let)) for a, b in zip(expected, let, strict=True)) / 2
    figure = ledger["demand.where.dissimilarity"]
    assert figure.value == pytest.approx(by_hand)
    assert figure.coverage == Coverage(11, 11)
    assert figure.basis is Basis.ASSUMED


def test_five_of_ten_places_have_a_rent(written: tuple[Any, Ledger]) -> None:
    figure = written[1]["demand.where.known_places"]
    assert figure.value == 5
    assert figure.coverage == Coverage(5, 10)


def test_without_places_nothing_is_told(hcmc_record: dict[str, Any], hcmc_settings: Settings) -> None:
    ledger = Ledger(as_of=hcmc_settings.as_of)
    none = hcmc_record["place"].iloc[:0]
    made = where_model(none, hcmc_record["park"], {}, Parameters({}), city="hcmc", basis=Basis.ASSUMED)
    write_where(made, made.table(SeededUniforms(count=3, seed=1)), evidence=Evidence(hcmc_record), ledger=ledger)
    assert ledger.get("demand.where.dissimilarity") is None


def test_dissimilarity_of_the_same_and_of_strangers() -> None:
    assert dissimilarity([0.2, 0.8], [1.0, 4.0]) == pytest.approx(0.0)
    assert dissimilarity([1.0, 0.0], [0.0, 3.0]) == 1.0
