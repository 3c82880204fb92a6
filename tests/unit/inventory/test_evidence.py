"""Where a value comes from: its chosen claim, or its row; and parameters that point at cells."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.problem import Problems
from quydat.inventory.evidence import Evidence, resolve_parameters


def test_a_chosen_claim_says_source_date_and_basis_instead_of_the_row(hcmc: Any) -> None:
    park = hcmc.record["park"].set_index("park_id").loc["tan-thuan"]
    claims = hcmc.record["claim"].query("row_id == 'tan-thuan' and use == 'chosen'").set_index("attribute")
    evidence = Evidence(hcmc.record)
    occupancy = evidence.cell("park", "tan-thuan", "occupancy_share")
    said = claims.loc["occupancy_share"]
    assert occupancy.value == 0.9
    assert (occupancy.source, occupancy.as_of) == (said["source_ids"], said["as_of"])
    assert occupancy.as_of != park["as_of"]
    assert occupancy.ref == "park/tan-thuan/occupancy_share"
    expiry = evidence.cell("park", "tan-thuan", "state_land")
    assert (expiry.source, expiry.basis) == (park["source_ids"], Basis(park["basis"]))


def test_an_alternative_claim_says_nothing(hcmc: Any) -> None:
    alternative = hcmc.record["claim"].assign(use="alternative")
    cell = Evidence({**hcmc.record, "claim": alternative}).cell("park", "tan-thuan", "occupancy_share")
    assert cell.source == hcmc.record["park"].set_index("park_id").loc["tan-thuan", "source_ids"]


def resolved(city: Any, key: str, **parts: Any) -> Ledger:
    ledger = Ledger(as_of=date(2025, 6, 30))
    spec = replace(city.settings.parameters[key], **parts)
    resolve_parameters({key: spec}, evidence=Evidence(city.record), ledger=ledger)
    return ledger


def test_a_parameter_from_a_cell_takes_its_basis_and_its_unit_factor(hcmc: Any) -> None:
    figure = resolved(hcmc, "inventory.mean_occupancy_share")["parameters.inventory.mean_occupancy_share"]
    assert figure.value == pytest.approx(0.77)  # 77 % × 0.01
    assert figure.trace.inputs[0].ref == "city_fact/zones.occupancy_mean-2024/number"


@pytest.mark.parametrize(
    "address",
    ["city_fact/none/number", "nowhere/a/b", "city_fact/zones.jobs-2025/nothing", "city_fact/zones.jobs-2025/low"],
)
def test_a_cell_that_is_not_there_or_empty_is_named(hcmc: Any, address: str) -> None:
    with pytest.raises(Problems, match="QD501") as refused:
        resolved(hcmc, "demand.jobs", parts={"value": address})
    assert address in str(refused.value)


def test_a_cell_without_its_unit_factor_is_refused(hcmc: Any) -> None:
    """77 taken as a share would be 7,700 %."""
    with pytest.raises(Problems, match="QD306"):
        resolved(hcmc, "inventory.mean_occupancy_share", scale=1.0)


def test_a_range_of_cells_out_of_order_is_refused(hcmc: Any) -> None:
    parts = {"low": "city_fact/cost.infrastructure_per_ha.working-2025/high", "mid": 9.0, "high": 10.0}
    with pytest.raises(Problems, match="QD310"):
        resolved(hcmc, "programme.works_bn_vnd_per_ha", parts=parts)


def test_more_ready_land_than_vacant_land_is_refused(hcmc: Any, with_parameters: Callable[..., Any]) -> None:
    settings = with_parameters(hcmc.settings, {"inventory.vacant_ready_ha": {"value": 5000.0}})
    with pytest.raises(Problems, match="QD508"):
        type(hcmc)(hcmc.record, settings).plan(until="inventory")


def test_a_mean_that_the_known_parks_contradict_is_refused(hcmc: Any, with_parameters: Callable[..., Any]) -> None:
    settings = with_parameters(hcmc.settings, {"inventory.mean_occupancy_share": {"value": 0.2}})
    with pytest.raises(Problems, match="QD507"):
        type(hcmc)(hcmc.record, settings).plan(until="inventory")
