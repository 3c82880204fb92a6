"""Checks of the table ``sector``: ranges, shares, which divisions belong to which group, which land it may use."""

from collections.abc import Mapping

import pandas as pd

from quydat.core.problem import Place, Problem, problem
from quydat.demand.pools import listed
from quydat.demand.sectors import sector_problems
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.places import LAND_CLASSES
from quydat.inventory.vsic import codes


def check_sectors(record: Mapping[str, pd.DataFrame], *, file: str = "sector") -> list[Problem]:
    """All that is wrong with the sector groups of a record: QD745, QD748, and those of the functions below."""
    rows = record["sector"]
    return [
        *sector_problems(rows, file=file),
        *division_problems(rows, file=file),
        *class_problems(rows, file=file),
    ]


def division_problems(rows: pd.DataFrame, *, file: str = "sector") -> list[Problem]:
    """Divisions that VSIC does not have (QD765), or that two groups claim (QD766).

    >>> rows = pd.DataFrame({"sector_id": ["food", "drinks"], "divisions": ["10;11", "11;04"]})
    >>> [(one.number, one.facts["division"]) for one in division_problems(rows)]
    [('QD766', '11'), ('QD765', '04')]
    """
    found, known = [], _divisions()
    first: dict[str, str] = {}
    for number, row in enumerate(rows.to_dict("records"), start=FIRST_ROW):
        place = Place(file, row=number, column="divisions")
        for division in listed(row["divisions"]):
            if division not in known:
                found.append(problem("QD765", place, division=division, sector=row["sector_id"]))
            elif division in first:
                facts = {"first": first[division], "second": row["sector_id"]}
                found.append(problem("QD766", place, division=division, **facts))
            else:
                first[division] = row["sector_id"]
    return found


def class_problems(rows: pd.DataFrame, *, file: str = "sector") -> list[Problem]:
    """Classes of land that do not exist (QD767)."""
    known = sorted(set(LAND_CLASSES.values()))
    return [
        problem(
            "QD767", Place(file, row=number, column="land_classes"), land_class=one, sector=row["sector_id"],
            known=", ".join(known),
        )
        for number, row in enumerate(rows.to_dict("records"), start=FIRST_ROW)
        for one in listed(row["land_classes"])
        if one not in known
    ]  # fmt: skip


def _divisions() -> set[str]:
    return {code for (_, code), one in codes().items() if one.level == "division"}
