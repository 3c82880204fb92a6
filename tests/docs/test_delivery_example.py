"""The worked example of docs/method/delivery.md says what the comparison gives."""

from pathlib import Path

from tests.support.one_park import CITY, city

from quydat.core.basis import Basis
from quydat.programme.delivery.park import delivery_park
from quydat.programme.given.delivery_model import DEVELOPER_LED

METHOD = " ".join((Path(__file__).parents[2] / "docs" / "method" / "delivery.md").read_text("utf-8").split())


def test_the_park_of_the_example() -> None:
    frame = delivery_park(city(), draws=10, usd_per_m2=80.0, rent_bn_vnd_per_ha=20.0, basis=Basis.DERIVED).frame
    first, led = (frame[frame["delivery_model"] == name].iloc[0] for name in (CITY, DEVELOPER_LED))
    assert f"= {first['net_cost_bn_vnd']:.0f} | −20 × 12 = −{-led['net_cost_bn_vnd']:.0f} |" in METHOD
    gained, advantage = first["time_value_bn_vnd"], first["advantage_bn_vnd"]
    assert (
        f"60 × 2 × {first['years_gained_p50']:.0f} = {gained:.0f}; advantage −240 − 300 + 480 = −{-advantage:.0f}."
        in METHOD
    )
    even = first["break_even_clearance_bn_vnd_per_ha"]
    assert f"= {100 * even:.0f}, so {even:.1f} bn VND a hectare" in METHOD
    assert f"1 + 60 ÷ (1,200 − 240) = {first['break_even_rent_usd_per_m2'] / 80:.4f} of what it is." in METHOD
