"""What a run is named by: whatever it shows must change its name when it changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from quydat.app.write import Inputs
from quydat.dictionary.settings import Settings
from quydat.law import load_pack

Change = Callable[[Settings], Settings]


@pytest.fixture(scope="module")
def inputs(hcmc_record: dict[str, Any], hcmc_settings: Settings) -> Inputs:
    few = {name: rows.head(3) for name, rows in hcmc_record.items()}
    return Inputs(few, {}, hcmc_settings, load_pack(("vn_hcmc",)), "base", hcmc_settings.as_of, "compliance", None)


def of_another_scenario(settings: Settings) -> Settings:
    high = settings.scenarios["high"]
    key, spec = next(iter(high.parameters.items()))
    own = {**high.parameters, key: replace(spec, source="another source")}
    return replace(settings, scenarios={**settings.scenarios, "high": replace(high, parameters=own)})


def of_a_label(settings: Settings) -> Settings:
    low = replace(settings.scenarios["low"], label_vi="Thấp")
    return replace(settings, scenarios={**settings.scenarios, "low": low})


def without_a_scenario(settings: Settings) -> Settings:
    return replace(
        settings, scenarios={name: one for name, one in settings.scenarios.items() if name != "double_budget"}
    )


def of_a_correlation(settings: Settings) -> Settings:
    first, *rest = settings.correlations.pairs
    return replace(settings, correlations=replace(settings.correlations, pairs=(replace(first, rho=0.4), *rest)))


def of_the_rule_that_mends(settings: Settings) -> Settings:
    return replace(settings, correlations=replace(settings.correlations, mended=True))


@pytest.mark.parametrize(
    "change",
    [of_another_scenario, of_a_label, without_a_scenario, of_a_correlation, of_the_rule_that_mends],
)
def test_all_that_a_run_shows_is_in_its_name(change: Change, inputs: Inputs) -> None:
    assert inputs.fingerprint() == replace(inputs).fingerprint()
    assert replace(inputs, settings=change(inputs.settings)).fingerprint() != inputs.fingerprint()


def test_the_chosen_scenario_is_in_it_too(inputs: Inputs) -> None:
    assert replace(inputs, scenario="high").fingerprint() != inputs.fingerprint()
