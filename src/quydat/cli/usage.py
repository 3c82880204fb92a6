"""What is not right with a command, in Vietnamese and English; the parser itself speaks English only."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import click

from quydat.core.problem import Problem, problem
from quydat.core.text import Lang, say

_QUOTED = re.compile(r"^'(.*)' ", re.DOTALL)


class NoSuchCommand(click.UsageError):
    """A word that is no command."""

    def __init__(self, name: str, known: Sequence[str], ctx: click.Context) -> None:
        super().__init__(name, ctx)
        self.name, self.near = name, get_close_matches(name, known, n=3)


def usage_problem(error: click.UsageError) -> Problem:
    """QD902: why the command is not right, and whose help to see."""
    command = error.ctx.command_path if error.ctx else "quydat"
    return problem("QD902", why_vi=_why(error, "vi"), why_en=_why(error, "en"), command=command)


def _why(error: click.UsageError, lang: Lang) -> str:
    key, facts = _case(error, lang)
    return say(f"cli.why.{key}", lang, **facts)


def _case(error: click.UsageError, lang: Lang) -> tuple[str, dict[str, Any]]:
    if isinstance(error, NoSuchCommand):
        return "no_command", {"name": error.name, "near": _near(error.near, lang)}
    if isinstance(error, click.NoSuchOption):
        return "no_option", {"name": error.option_name, "near": _near(error.possibilities or (), lang)}
    if isinstance(error, click.MissingParameter):
        return "missing", {"name": _name(error)}
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    if isinstance(error, click.BadOptionUsage):
        return "option_value", {"name": error.option_name}
    if error.ctx is not None and error.message.startswith("Got unexpected extra argument"):
        return "extra", {"words": error.message.partition("(")[2].rpartition(")")[0]}
    return "other", {"why": error.format_message().rstrip(".")}


def _bad_value(error: click.BadParameter) -> tuple[str, dict[str, Any]]:
    quoted, kind = _QUOTED.match(error.message), error.param.type if error.param else None
    facts = {"name": _name(error), "value": quoted[1] if quoted else error.message}
    choice = next((one for one in getattr(kind, "types", (kind,)) if isinstance(one, click.Choice)), None)
    if choice is not None and quoted:
        kind = choice
    if isinstance(kind, click.Choice):
        return "choice", {**facts, "known": ", ".join(map(str, kind.choices))}
    if isinstance(kind, click.DateTime):
        return "day", facts
    if kind is click.INT:
        return "integer", facts
    return "other", {"why": error.format_message().rstrip(".")}


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name


def _near(names: Sequence[str], lang: Lang) -> str:
    return " " + say("cli.why.near", lang, names=", ".join(names)) if names else ""
