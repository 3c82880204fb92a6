"""Checks of a pack that join several rows: days, versions of a family, circles of exceptions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from quydat.core.problem import Place, Problem, problem
from quydat.law.model import Family, Rule

_Row = tuple[Place, Mapping[str, Any]]


def reversed_dates(rows: Iterable[_Row]) -> list[Problem]:
    """Rows whose end of force does not come after its beginning."""
    return [
        problem(
            "QD816", Place(place.file, row=place.row, column="in_force_to"),
            start=row["in_force_from"], end=row["in_force_to"],
        )
        for place, row in rows
        if row["in_force_to"] is not None and row["in_force_to"] <= row["in_force_from"]
    ]  # fmt: skip


def overlaps(rows: Sequence[_Row]) -> Iterator[tuple[Place, date, Mapping[str, Any], Mapping[str, Any]]]:
    """Rows that begin while another of them is still in force: the later one's place, the day, and both."""
    last: Mapping[str, Any] | None = None
    for place, row in sorted(rows, key=lambda one: (one[1]["in_force_from"], one[0].file, one[0].row or 0)):
        if last is not None and _end(last) > row["in_force_from"]:
            yield Place(place.file, row=place.row, column="in_force_from"), row["in_force_from"], last, row
        if last is None or _end(row) > _end(last):
            last = row


def _end(row: Mapping[str, Any]) -> date:
    end: date | None = row["in_force_to"]
    return date.max if end is None else end


def families_of(
    rules: Sequence[tuple[Place, Mapping[str, Any], Rule | None]], found: list[Problem]
) -> tuple[Family, ...]:
    """Rules by family, in the order of the pack, versions in the order of their days."""
    grouped: dict[str, list[tuple[Place, Mapping[str, Any], Rule | None]]] = {}
    for one in rules:
        grouped.setdefault(one[1]["family"], []).append(one)
    families = []
    for name, own in grouped.items():
        first = own[0][1]
        for column, what_vi, what_en in (
            ("subject", "đối tượng", "their subject"),
            ("deciding_date", "ngày quyết định", "their deciding date"),
        ):
            for place, row, _ in own:
                if row[column] != first[column]:
                    found.append(
                        problem(
                            "QD820", Place(place.file, row=place.row, column=column), family=name,
                            what_vi=what_vi, what_en=what_en, one=first["rule_id"], other=row["rule_id"],
                        )
                    )  # fmt: skip
        for place, day, before, row in overlaps([(place, row) for place, row, _ in own]):
            found.append(problem("QD815", place, family=name, one=before["rule_id"], other=row["rule_id"], day=day))
        versions = sorted((rule for _, _, rule in own if rule is not None), key=lambda rule: rule.provision.first)
        families.append(Family(name, first["subject"], first["deciding_date"], tuple(versions)))
    return tuple(families)


def circles(rows: Sequence[_Row]) -> list[Problem]:
    """Exceptions that are exceptions to each other in a circle; each circle is told once."""
    above = {row["exception_id"]: row["exception_to"] for _, row in rows}
    places = {row["exception_id"]: place for place, row in rows}
    found: list[Problem] = []
    told: set[str] = set()
    for start in above:
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in path and here not in told:
            path[here] = None
            here = above.get(here)
        if here is not None and here in path:
            walked = list(path)
            circle = walked[walked.index(here) :]
            place = places[here]
            found.append(
                problem(
                    "QD817", Place(place.file, row=place.row, column="exception_to"),
                    cycle=" → ".join([*circle, here]),
                )
            )  # fmt: skip
        told.update(path)
    return found
