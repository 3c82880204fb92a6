"""A problem as plain arrays."""

from typing import NamedTuple

from quydat.programme.optimise.problem import Floats, Ints


class Packed(NamedTuple):
    """A problem as plain arrays; tables hold running totals, and what is added in each period."""

    probability: Floats
    land_table: Floats
    land_steps: Floats
    land_row: Ints
    land_lag: Ints
    land_scale: Floats
    pay_table: Floats
    pay_row: Ints
    pay_lag: Ints
    pay_scale: Floats
    take_table: Floats
    take_row: Ints
    take_lag: Ints
    take_scale: Floats
    need: Floats
    need_by_period: Floats
    weight: Floats
    own: Floats
    loan: Floats
    discount: Floats
    interest: float
    safe_share: float
    tail_share: float
    cost: Floats
    never: Floats
    expected_land: Floats
    use: Floats
    held: Ints
    capacity: Floats
    pairs: Ints
    ready: Ints
    must: Ints
    member: Floats
    share: Floats
    goal: Floats
    tail: bool
