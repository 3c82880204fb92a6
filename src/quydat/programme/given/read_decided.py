"""Locks, precedence and limits of the record."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence
from quydat.programme.given.decided import DoingLimit, Link, Lock
from quydat.programme.given.project import Project


def read_locks(evidence: Evidence, projects: Mapping[str, Project]) -> tuple[list[Lock], list[Problem]]:
    """What is decided of each project.

    Problems: QD916 for a project that is not there, QD917 for one that must be done and may not be, QD918 for a latest
    start before the earliest, QD922 for a model that the project may not use.
    """
    rows = evidence.record["project_lock"].sort_values(["project_id", "decision"], kind="stable").to_dict("records")
    found: list[Problem] = []
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = str(row["project_id"])
        mine = made.setdefault(name, {})
        if name not in projects:
            found.append(problem("QD916", Place("project_lock"), project=name, table="project_lock"))
        decision, model = row["decision"], str(plain(row["delivery_model"]) or "")
        if decision != "decided":
            mine["must" if decision == "must" else "forbidden"] = True
        if model:
            mine["model"] = model
            if name in projects and model not in projects[name].models:
                known = ", ".join(projects[name].models)
                found.append(problem("QD922", Place("project_lock"), project=name, model=model, known=known))
        for column in ("start_from", "start_to"):
            if (day := plain(row[column])) is not None:
                mine[column] = day
    locks = [Lock(name, **values) for name, values in made.items()]
    for lock in locks:
        if lock.must and lock.forbidden:
            found.append(problem("QD917", Place("project_lock"), project=lock.project_id))
        if lock.start_from and lock.start_to and lock.start_to < lock.start_from:
            found.append(
                problem(
                    "QD918", Place("project_lock"), project=lock.project_id, first=lock.start_from, last=lock.start_to
                )
            )
    return locks, found


def read_links(evidence: Evidence, projects: Mapping[str, Project]) -> tuple[list[Link], list[Problem]]:
    """Which project waits for which.

    Problems: QD916 for a project that is not there, QD790 for projects that wait for each other in a circle.
    """
    rows = evidence.record["project_link"].sort_values(["after_id", "before_id"], kind="stable").to_dict("records")
    links = [Link(str(row["before_id"]), str(row["after_id"]), float(row["lag_days"])) for row in rows]
    names = dict.fromkeys(name for link in links for name in (link.before, link.after))
    found = [
        problem("QD916", Place("project_link"), project=name, table="project_link")
        for name in names if name not in projects
    ]  # fmt: skip
    waits: dict[str, list[str]] = {}
    for link in links:
        waits.setdefault(link.after, []).append(link.before)
    try:
        list(TopologicalSorter(waits).static_order())
    except CycleError as error:
        found.append(problem("QD790", Place("project_link"), projects=" → ".join(error.args[1])))
    return links, found


def read_limits(
    evidence: Evidence, projects: Mapping[str, Project], *, years: range, places: set[str]
) -> tuple[list[DoingLimit], list[Problem]]:
    """Limits of doing.

    Problems: QD923 for a place that is not there, QD924 for a limit on homes or emissions that some project does not
    state, since what is unknown is not nothing.
    """
    rows = evidence.record["doing_limit"].sort_values("limit_id", kind="stable").to_dict("records")
    found: list[Problem] = []
    made = []
    for row in rows:
        place, measured_by = str(plain(row["place"]) or ""), str(row["measured_by"])
        name = str(row["limit_id"])
        if place and place not in places:
            found.append(problem("QD923", Place("doing_limit"), limit=name, where=place))
        column = {"homes": "homes", "emissions": "emissions_t"}.get(measured_by)
        inside = [one for one in projects.values() if not place or one.place == place]
        if column and (unknown := [one.project_id for one in inside if getattr(one, column) is None]):
            found.append(problem("QD924", Place("doing_limit"), limit=name, projects=", ".join(unknown)))
        first, last = plain(row["from_year"]), plain(row["to_year"])
        covered = range(int(first or years[0]), int(last or years[-1]) + 1)  # type: ignore[arg-type]
        amount = {year: float(row["amount"]) for year in years if year in covered}
        names = (str(row["name_vi"]), str(row["name_en"]))
        made.append(DoingLimit(name, names, row["kind"], place, measured_by, float(row["use_ratio"]), amount))
    return made, found
