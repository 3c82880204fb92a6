"""Who may do what: decided here and nowhere else. What is not allowed is refused."""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass

from quydat.core.problem import problem, raise_if

ROLES = ("reader", "planner", "owner")
"""A reader sees, a planner also plans and reports, an owner also changes the record."""

_ALL = frozenset(ROLES)
_PLANS = frozenset({"planner", "owner"})
_OWNS = frozenset({"owner"})

ALLOWED: Mapping[str, frozenset[str]] = {
    "init": _OWNS,
    "check": _ALL,
    "read": _ALL,
    "history": _ALL,
    "import": _OWNS,
    "undo": _OWNS,
    "match": _OWNS,
    "review": _OWNS,
    "plan": _PLANS,
    "runs": _ALL,
    "explain": _ALL,
    "compare": _ALL,
    "report": _PLANS,
    "copy": _ALL,
    "export": _PLANS,
    "template": _ALL,
    "cases": _ALL,
    "record_case": _OWNS,
    "conform": _ALL,
    "flexibility": _ALL,
    "rules": _ALL,
    "findings": _ALL,
    "demand": _ALL,
    "what_if": _ALL,
    "programme": _ALL,
    "optimise": _ALL,
}
"""Every action with the roles that may do it."""


@dataclass(frozen=True)
class Actor:
    """Someone who acts: the name stands in the record, the roles decide."""

    name: str
    roles: frozenset[str]


def require(actor: Actor, action: str) -> None:
    """Let an actor do an action, or refuse.

    Raises
    ------
    Problems
        QD701 if none of the actor's roles may do it, or no such action is known.
    """
    allowed = ALLOWED.get(action, frozenset())
    if not allowed & actor.roles:
        raise_if([problem("QD701", actor=actor.name, action=action, roles=", ".join(sorted(allowed)) or "-")])


def local_owner() -> Actor:
    """The user of this computer, who owns the files: the actor of the terminal and of notebooks."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "local"
    return Actor(name, frozenset({"owner"}))
