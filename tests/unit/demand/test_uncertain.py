"""Of each parameter that is a range it is said what would make it known."""

from quydat.core.basis import Basis
from quydat.demand.uncertain import INFORMED_BY, parameter_input
from quydat.dictionary.schema import choices
from quydat.dictionary.settings import settings

RANGES = {
    key.removeprefix("parameters.")
    for key, setting in settings().items()
    if setting.type == "range" and key.startswith(("parameters.demand.", "parameters.balance."))
}


def test_every_range_of_demand_and_balance_is_mapped_and_no_other() -> None:
    assert set(INFORMED_BY) == RANGES


def test_the_answers_are_on_the_list_of_the_dictionary() -> None:
    assert set(INFORMED_BY.values()) <= set(choices("informed_by"))


def test_a_parameter_has_its_own_stream_and_the_names_of_the_dictionary() -> None:
    made = parameter_input("balance.blocked_cleared_share", basis=Basis.ESTIMATED)
    assert made.streams == ("balance.blocked_cleared_share",)
    assert (made.name_vi, made.name_en) == ("Gỡ vướng mỗi năm", "Blocked land cleared a year")
    assert (made.informed_by, made.basis) == ("case_register", Basis.ESTIMATED)
