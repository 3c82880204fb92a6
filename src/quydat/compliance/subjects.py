"""All subjects that a study knows, kind by kind, with what is known of each and where it comes from."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from quydat.compliance.establishments import KIND as ESTABLISHMENT
from quydat.compliance.establishments import establishment_group
from quydat.compliance.facts import Group
from quydat.compliance.given import kinds_of, put_given
from quydat.compliance.parks import derive_terms, park_names, put_mean, put_parent, put_park
from quydat.core.ledger import Ledger
from quydat.core.selection import Selection
from quydat.dictionary.cells import Names
from quydat.inventory.evidence import Evidence
from quydat.law.model import QuantityDefinition

PARK, CONVERSION, PROJECT, CITY = "park", "conversion", "project", "city"
_LISTED = (PARK, CONVERSION)
"""Kinds whose subjects are rows of the record: a fact of a park that was removed makes it no subject."""
_MEANS = {PARK: "city_mean_occupancy_share", CITY: "mean_occupancy_share"}
"""Quantity by which the law pack asks for the city's mean occupancy, by kind of subject."""
_PARKS = Selection("parks", {"state": "operating|under_construction|planned|proposed"}, "park_id").ref

Quantities = Mapping[str, Mapping[str, QuantityDefinition]]
"""What the law pack may ask, by kind of subject and name."""


def subjects_of(
    evidence: Evidence,
    *,
    quantities: Quantities,
    tables: Mapping[str, pd.DataFrame],
    conversions: str,
    city: tuple[str, Names],
    as_of: date,
    ledger: Ledger,
) -> list[Group]:
    """Every kind of subject of which the study knows one.

    Parameters
    ----------
    quantities
        Those of the law pack.
    tables
        Result tables of the steps before: ``establishment`` and ``programme``, where they were made.
    conversions
        Id of the list of parks that are to be converted, or empty.
    city
        Id of the city and its name.

    Returns
    -------
    Groups in the order park, conversion, project, city, establishment, then kinds that only ``subject_fact`` names.
    """
    named = kinds_of(evidence.record["subject_fact"])
    parks = park_names(evidence)
    groups = [
        _parks(evidence, parks, quantities, as_of, ledger),
        _conversions(evidence, parks, quantities, conversions, named.get(CONVERSION, []), as_of, ledger),
        Group(PROJECT, _projects(tables.get("programme")), Selection("programme", {}, "project_id").ref),
        Group(CITY, {city[0]: city[1]}, _PARKS),
    ]
    if "establishment" in tables and not tables["establishment"].empty:
        groups.append(establishment_group(tables["establishment"]))
    there = {group.kind for group in groups}
    groups += [Group(kind, {}, _named(kind)) for kind in named if kind not in there and kind in quantities]
    for group in groups:
        if group.kind == ESTABLISHMENT:
            continue
        if group.kind not in _LISTED:
            group.names |= {one: (one, one) for one in named.get(group.kind, []) if one not in group.names}
        if group.kind in _MEANS:
            put_mean(group, ledger, _MEANS[group.kind])
        put_given(group, evidence, quantities=quantities.get(group.kind, {}))
        if group.kind == PARK:
            put_parent(group, evidence, ledger)
    return [group for group in groups if group.names]


def _parks(
    evidence: Evidence, parks: Mapping[str, Names], quantities: Quantities, as_of: date, ledger: Ledger
) -> Group:
    group = Group(PARK, dict(parks), _PARKS)
    for park in parks:
        put_park(group, park, park, evidence)
    put_given(group, evidence, quantities=quantities.get(PARK, {}))  # a day that is known replaces a year
    derive_terms(group, as_of=as_of, ledger=ledger)
    return group


def _conversions(
    evidence: Evidence,
    parks: Mapping[str, Names],
    quantities: Quantities,
    listed: str,
    named: list[str],
    as_of: date,
    ledger: Ledger,
) -> Group:
    """Parks on the list of those to be converted, and others of which a fact of a conversion is known."""
    members = evidence.record["plan_list_member"]
    ids = [*members.loc[members["list_id"] == listed, "park_id"].tolist(), *named]
    origin = Selection("plan_list_member", {"list_id": listed}, "park_id").ref if listed else _named(CONVERSION)
    group = Group(CONVERSION, {one: parks.get(one, (one, one)) for one in dict.fromkeys(ids)}, origin)
    park = Group(PARK, {one: parks[one] for one in group.names if one in parks}, _PARKS)
    for one in park.names:
        put_park(park, one, one, evidence)
    put_given(park, evidence, quantities=quantities.get(PARK, {}))
    for quantity, facts in park.facts.items():
        for subject, fact in facts.items():
            group.put(subject, quantity, fact)  # what is true of the park is true of it in a conversion
    derive_terms(group, as_of=as_of, ledger=ledger)
    return group


def _named(kind: str) -> str:
    return Selection("subject_fact", {"subject_kind": kind}, "subject_id").ref


def _projects(programme: pd.DataFrame | None) -> dict[str, Names]:
    if programme is None:
        return {}
    ids, vi, en = (programme[name] for name in ("project_id", "name_vi", "name_en"))
    return {str(one): (str(a), str(b)) for one, a, b in zip(ids, vi, en, strict=True)}
