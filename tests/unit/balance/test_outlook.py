"""The outlook names all that is not sure: every stream that model and supply ask for, once, and no other."""

from collections import Counter

import numpy as np
import pytest
from tests.conftest import City

from quydat.balance.outlook import Outlook, bases_of
from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.demand.uncertain import UncertainInput
from quydat.dictionary.schema import choices
from quydat.inventory.evidence import Parameters
from quydat.plan import STEPS, _prepared


@pytest.fixture(scope="module")
def of_case(hcmc: City) -> tuple[Outlook, Parameters, list[UncertainInput]]:
    """The shipped case up to its account."""
    run = _prepared(hcmc.record, hcmc.settings, scenario="base", as_of=None, survey=None, law=None, runner=None)
    for step in STEPS[: STEPS.index("balance") + 1]:
        getattr(run, step)()
    bases = bases_of(run.ledger, run.parameters, run.wanted.demand.inputs["combined"], run.wanted.bases)
    return run.outlook, run.parameters, run.outlook.uncertain(run.parameters, bases)


class Noted:
    """Streams that note who is asked for."""

    count = 40

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def of(self, name: str) -> Draws:
        """Numbers between 0 and 1, other ones for each name."""
        self.asked.add(name)
        return (np.arange(self.count) + 0.5) * (1 + len(self.asked)) / self.count % 1.0


def test_what_is_asked_for_is_what_is_named(of_case: tuple[Outlook, Parameters, list[UncertainInput]]) -> None:
    outlook, parameters, inputs = of_case
    streams = Noted()
    made = outlook.evaluate(parameters)(streams)
    assert set(made) == set(choices("sensitivity_output"))
    assert all(values.shape == (streams.count,) for values in made.values())
    named = Counter(stream for one in inputs for stream in one.streams)
    assert set(named) == streams.asked
    assert max(named.values()) == 1


def test_each_input_says_its_name_and_what_would_make_it_known(
    of_case: tuple[Outlook, Parameters, list[UncertainInput]],
) -> None:
    _, _, inputs = of_case
    names = [one.name for one in inputs]
    assert len(set(names)) == len(names)
    for one in inputs:
        assert one.name_vi
        assert one.name_en
        assert one.informed_by in choices("informed_by")
        assert isinstance(one.basis, Basis)
    by = {one.name: one for one in inputs}
    assert by["demand.cycle"].informed_by == "future"  # where a cycle will stand is told by no survey
    assert [one.name for one in inputs if not one.ordered] == ["demand.method"]
