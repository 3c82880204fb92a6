"""The order of strength of what values rest on."""

import pytest

from quydat.core.basis import Basis, weakest

STRONGEST_FIRST = ["published", "surveyed", "derived", "estimated", "assumed", "illustrative"]  # convention 3


def test_members_stand_in_the_order_of_the_conventions() -> None:
    assert [basis.value for basis in Basis] == STRONGEST_FIRST
    assert [basis.rank for basis in Basis] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ([Basis.PUBLISHED], Basis.PUBLISHED),
        ([Basis.ASSUMED, Basis.PUBLISHED], Basis.ASSUMED),
        ([Basis.DERIVED, Basis.ILLUSTRATIVE, Basis.ASSUMED], Basis.ILLUSTRATIVE),
        ([Basis.SURVEYED, Basis.SURVEYED], Basis.SURVEYED),
    ],
)
def test_a_result_takes_the_weakest(bases: list[Basis], expected: Basis) -> None:
    assert weakest(bases) is expected
    assert weakest(reversed(bases)) is expected


def test_a_result_that_rests_on_nothing_has_no_basis() -> None:
    with pytest.raises(ValueError, match="empty"):
        weakest([])
