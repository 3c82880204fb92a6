"""Places of a city: which one each park belongs to, and which class of land it holds."""

from collections.abc import Mapping

import pandas as pd

from quydat.core.problem import problem, raise_if
from quydat.inventory.park import INDUSTRIAL_KINDS

LAND_CLASSES: Mapping[str, str] = {
    **dict.fromkeys(INDUSTRIAL_KINDS, "industrial"),
    "high_tech_park": "high_tech",
    "industrial_cluster": "cluster",
}
"""Class of land of each kind of park."""


def park_places(parks: pd.DataFrame, places: pd.DataFrame, *, city: str) -> dict[str, str]:
    """Place of each park, by the name of its district; the whole city where no places are stated.

    Parameters
    ----------
    parks
        Table ``park`` or ``parks``.
    places
        Table ``place``.
    city
        Place of the study.

    Raises
    ------
    Problems
        QD760 for each district of a park that is no place; QD761 if two places claim the same district.
    """
    if places.empty:
        return dict.fromkeys(parks["park_id"], city)
    found = []
    names: dict[str, str] = {}
    for place, text in zip(places["place_id"], places["districts"], strict=True):
        for name in (one.strip() for one in text.split("|")):
            if name in names:
                found.append(problem("QD761", district=name, first=names[name], second=place))
            names[name] = place
    for park, district in zip(parks["park_id"], parks["district"], strict=True):
        if district not in names:
            found.append(problem("QD760", district=district, park=park))
    raise_if(found)
    return {park: names[district] for park, district in zip(parks["park_id"], parks["district"], strict=True)}
