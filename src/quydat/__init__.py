"""Quỹ đất: an open planning system for a city's industrial land.

>>> import quydat                                   # doctest: +SKIP
>>> study = quydat.open("hcmc")                     # doctest: +SKIP
>>> run = study.plan(scenario="base")               # doctest: +SKIP
>>> run.balance.query("quantile == 'p50'")          # doctest: +SKIP
>>> print(run.explain("land.ready.2030"))           # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quydat.app.study import Study

__version__ = "0.1.0"


def open(study: str, **how: Any) -> "Study":
    """Open a study: a folder, or a shipped case by name (in a folder of its own that goes when Python ends).

    The parts that do the work are loaded here, not when the package is imported.
    """
    from quydat.app.study import open_study

    return open_study(study, **how)
