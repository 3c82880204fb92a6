"""What the tables of a run know of parks, conversions, projects and the city, as facts that rules ask for."""

from datetime import date
from typing import Any

from quydat.compliance.facts import CORNERS, Fact, Group, end_of, years_between
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.period import Period, partial_date
from quydat.dictionary.cells import Names, plain
from quydat.inventory.evidence import Evidence, parameter_id

OCCUPANCY = parameter_id("inventory.mean_occupancy_share")
"""The published mean over the established parks of the city."""

_CELLS = ("kind", "state", "gross_area_ha", "lettable_area_ha", "occupancy_share")
_FIGURED = ("years_since_established", "term_years")


def park_names(evidence: Evidence) -> dict[str, Names]:
    """Parks that rules are put to: all of the record but those that were removed from the plan."""
    return {
        str(row["park_id"]): (str(row["name_vi"]), str(row["name_en"]))
        for row in evidence.record["park"].to_dict("records")
        if row["state"] != "removed"
    }


def put_park(group: Group, subject: str, park: str, evidence: Evidence) -> None:
    """State what the row of a park says; of the year of its establishment and of its term, all days they may mean."""
    for name in _CELLS:
        group.put_input(subject, name, evidence.cell("park", park, name))
    for name, attribute, root in (("established_on", "year_established", 0), ("term_ends_on", "lease_expiry_year", 1)):
        item = evidence.cell("park", park, attribute)
        if isinstance(item.value, int | float):
            group.put(subject, name, Fact(_days(partial_date(str(int(item.value))), root), item))


def _days(period: Period, root: int) -> tuple[date, ...]:
    return tuple(end_of(period, corner[root]) for corner in CORNERS)


def derive_terms(group: Group, *, as_of: date, ledger: Ledger) -> None:
    """From establishment and end of the term: years since, and length of the term, as figures with their traces.

    The figure says the least; the greatest differs from it by less than a year for each date that is known to the
    year only.
    """
    for subject, name in group.names.items():
        began = group.facts.get("established_on", {}).get(subject)
        ends = group.facts.get("term_ends_on", {}).get(subject)
        if began is None:
            continue
        if all(day <= as_of for day in began.values):
            values = tuple(years_between(day, as_of) for day in began.values)
            _figure(group, subject, name, "years_since_established", values, [began.evidence], ledger)
        if ends is not None:
            pairs = _paired(began.values, ends.values)
            if all(first < last for first, last in pairs):
                lengths = tuple(years_between(first, last) for first, last in pairs)
                _figure(group, subject, name, "term_years", lengths, [began.evidence, ends.evidence], ledger)


def _paired(one: tuple[Any, ...], other: tuple[Any, ...]) -> list[tuple[Any, Any]]:
    """Values of two facts, corner by corner."""
    count = max(len(one), len(other))
    wide = [values * count if len(values) == 1 else values for values in (one, other)]
    return list(zip(*wide, strict=True))


_WORDS: dict[str, tuple[Names, Names]] = {
    "years_since_established": (
        ("Số năm từ khi thành lập, ít nhất", "Years since establishment, at least"),
        (
            "từ ngày cuối mà năm hay ngày thành lập có thể chỉ, đến ngày hiện trạng, theo lịch",
            "from the last day that the year or date of establishment may mean to the day of the picture",
        ),
    ),
    "term_years": (
        ("Thời hạn hoạt động, ít nhất", "Term, at least"),
        (
            "từ ngày cuối mà năm thành lập có thể chỉ đến ngày đầu mà năm hết hạn có thể chỉ, theo lịch",
            "from the last day that the year of establishment may mean to the first that the year of expiry may mean",
        ),
    ),
}


def _figure(
    group: Group, subject: str, name: Names, quantity: str, values: tuple[float, ...], inputs: list[Input],
    ledger: Ledger,
) -> None:  # fmt: skip
    label, formula = _WORDS[quantity]
    figure_id = f"compliance.{group.kind}.{subject}.{quantity}"
    ledger.add(
        figure_id,
        min(values),
        unit="years",
        label=(f"{label[0]}: {name[0]}", f"{label[1]}: {name[1]}"),
        definition=label,
        operation="rule",
        formula=formula,
        inputs=inputs,
        at_most=Basis.DERIVED,
    )
    group.put(subject, quantity, Fact(values, ledger.input(figure_id)))


def put_parent(group: Group, evidence: Evidence, ledger: Ledger) -> None:
    """Of a park that expands another, with which it is counted: the occupancy of that one."""
    parents = dict(zip(evidence.record["park"]["park_id"], evidence.record["park"]["zone_group"], strict=True))
    for subject, fact in group.facts.get("is_expansion", {}).items():
        parent = str(plain(parents.get(subject)) or subject)
        figure_id = f"parks.{parent}.occupancy_share"
        if fact.values[0] is True and parent != subject and figure_id in ledger:
            group.put_input(subject, "parent_occupancy_share", ledger.input(figure_id))


def put_mean(group: Group, ledger: Ledger, quantity: str) -> None:
    """State the city's mean occupancy of every subject."""
    if OCCUPANCY in ledger:
        for subject in group.names:
            group.put_input(subject, quantity, ledger.input(OCCUPANCY))
