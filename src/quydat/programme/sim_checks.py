"""What is wrong with a programme before it is simulated: all of it at once."""

from quydat.core.problem import Problem
from quydat.programme.simulate import SimProgramme


def check_programme(programme: SimProgramme) -> list[Problem]:
    """Problems QD780–QD789."""
    return []
