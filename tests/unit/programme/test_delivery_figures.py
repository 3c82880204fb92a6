"""The figures of the answer: each follows from the tables, and those that are arithmetic say of what."""

from datetime import date

import numpy as np
import pytest
from tests.support.one_park import CITY, models

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.programme.choose.tables import DRAWS
from quydat.programme.delivery.compare import EVERYWHERE, Told
from quydat.programme.delivery.figures import CLEARANCE, write_figures
from quydat.programme.delivery.park import Pool
from quydat.programme.given.delivery_model import DEVELOPER_LED


def ledger() -> Ledger:
    made = Ledger(as_of=date(2026, 1, 1))
    for figure, value in ((DRAWS, 100), (CLEARANCE, 60.0), ("parameters.programme.rent_usd_per_m2", 200.0)):
        row = Input("parameter", figure, value, "", Basis.ASSUMED)
        made.add(figure, value, unit="", label=("", ""), definition=("", ""), operation="given", formula=("", ""),
                 inputs=[row])  # fmt: skip
    return made


def told(ready: float, cost: float) -> list[Told]:
    return [Told("ready_ha", 2030, (0, 0, 0), ready), Told("net_cost_bn_vnd", 2045, (0, 0, 0), cost),
            Told("debt_bn_vnd", 2030, (0, 0, 0), 5.0)]  # fmt: skip


def test_the_answer_in_figures() -> None:
    pool = Pool(np.array([-30.0, -10.0, 10.0, 20.0]) - 7.5, 100.0, 50.0, [np.array([1.0, 2.0, 3.0, 4.0])], [60.0], 1)
    made = ledger()
    write_figures(
        {DEVELOPER_LED: told(10, -5), CITY: told(25, 300), CITY + EVERYWHERE: told(15, 900)}, model=CITY, pool=pool,
        models=models(), ledger=made,
    )  # fmt: skip
    value = {one.figure_id: one.value for one in made}
    assert value["delivery.ready.city_first_everywhere.2030"] == 15
    assert value["delivery.ready_more.2030"] == 15 and value["delivery.net_cost_more"] == 305
    assert value["delivery.years_gained"] == 2 and value["delivery.years_gained.p90"] == 4
    assert value["delivery.advantage.expected"] == -10 and value["delivery.pays_share"] == 0.5
    assert (value["delivery.parks_paying"], value["delivery.parks_compared"]) == (1, 1)
    # An advantage of −10: 100 of clearance may be 90, 50 of receipts must be 60
    assert value["delivery.break_even_clearance"] == pytest.approx(54)
    assert value["delivery.break_even_rent"] == pytest.approx(240)
    assert {one.basis for one in made} == {Basis.ASSUMED}
    assert made["delivery.ready.city_first_everywhere.2030"].label_en.endswith("City first, in every park")


def test_where_nothing_breaks_even_the_figure_is_unknown() -> None:
    made = ledger()
    pool = Pool(np.array([-300.0]), 100.0, 0.0, [np.array([1.0])], [0.0])
    write_figures({DEVELOPER_LED: told(1, 1), CITY: told(1, 1)}, model=CITY, pool=pool, models=models(), ledger=made)
    for name in ("break_even_clearance", "break_even_rent", "years_gained"):
        assert made[f"delivery.{name}"].value is None


def test_a_city_without_such_a_model_tells_of_its_strategies_alone() -> None:
    made = ledger()
    write_figures({DEVELOPER_LED: told(1, 1)}, model=None, pool=None, models=models(), ledger=made)
    assert "delivery.ready.developer_led.2030" in made and "delivery.net_cost_more" not in made
