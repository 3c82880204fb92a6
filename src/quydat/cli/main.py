"""The program ``quydat``: one way in, one way to say what is wrong.

Exit codes: 0 done; 1 problems in what was given; 2 the command itself is not right; 3 an error inside the program;
130 stopped by the user.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quydat import __version__
from quydat.cli.case_commands import add_case_commands
from quydat.cli.demand_commands import add_demand_commands
from quydat.cli.demo_command import add_demo_command
from quydat.cli.face import LANG_VARIABLE, Group, Maker, language
from quydat.cli.law_commands import add_law_commands
from quydat.cli.optimise_command import add_optimise_command
from quydat.cli.output import line, note, print_json
from quydat.cli.plan_commands import add_plan_commands
from quydat.cli.programme_commands import add_programme_commands
from quydat.cli.run_commands import add_run_commands
from quydat.cli.study_commands import add_study_commands
from quydat.cli.survey_commands import add_survey_commands
from quydat.cli.usage import usage_problem
from quydat.core.text import LANGS, Lang, say

if TYPE_CHECKING:
    from quydat.core.problem import Problem

PROBLEMS, USAGE, INTERNAL, STOPPED = 1, 2, 3, 130
SHELLS = ("bash", "zsh", "fish")
_COMPLETE = "_QUYDAT_COMPLETE"


def build(lang: Lang) -> Group:
    """The program with all its commands, in one language."""
    group = Group("quydat", help=f"{say('cli.help', lang)}\n\n{say('cli.start', lang)}", params=_options(lang))
    group.lang = lang
    make = Maker(group, lang)
    add_demo_command(make)
    add_study_commands(make)
    add_survey_commands(make)
    add_run_commands(make)
    add_demand_commands(make)
    add_programme_commands(make)
    add_optimise_command(make)
    add_case_commands(make)
    add_plan_commands(make)
    add_law_commands(make)
    _add_completion(make)
    return group


def _options(lang: Lang) -> list[click.Parameter]:
    def version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            line(f"quydat {__version__}")
            ctx.exit()

    return [
        click.Option(
            ["--lang"], type=click.Choice(LANGS), default=lang, expose_value=False, help=say("cli.option.lang", lang)
        ),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=version,
            help=say("cli.option.version", lang),
        ),
    ]  # fmt: skip


def _add_completion(make: Maker) -> None:
    @make.command("completion")
    @make.argument("shell", text="shell", type=click.Choice(SHELLS))
    def _completion(shell: str, as_json: bool) -> None:
        from click.shell_completion import get_completion_class

        kind = get_completion_class(shell)
        assert kind is not None
        source = kind(make.group, {}, "quydat", _COMPLETE).source()
        print_json({"shell": shell, "source": source}) if as_json else line(source)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and end with its exit code."""
    sys.exit(run(sys.argv[1:] if argv is None else list(argv)))


def run(argv: Sequence[str]) -> int:
    """Run the program and return its exit code; whatever is wrong is said in words."""
    lang = language(argv)
    group = build(lang)
    if _COMPLETE in os.environ:
        group.main([], prog_name="quydat", complete_var=_COMPLETE)  # ends the program
    from quydat.core.problem import Problems, problem

    wants_json = "--json" in argv
    try:
        # A group without a command is a question about what there is.
        with group.make_context("quydat", list(argv) or ["--help"]) as ctx:
            group.invoke(ctx)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        wrong = usage_problem(error)
        if wants_json:
            _tell([wrong], lang, as_json=True)
        else:
            note(wrong.message(lang))
            note(wrong.repair(lang))
        return USAGE
    except Problems as problems:
        _tell(problems.found, lang, as_json=wants_json)
        return PROBLEMS
    except (KeyboardInterrupt, EOFError, click.Abort):
        note(say("cli.interrupted", lang))
        return STOPPED
    except BrokenPipeError:
        return _nobody_reads()
    except OSError as error:
        from quydat.core.files import write_problem

        _tell([write_problem(error, Path(str(error.filename or "")))], lang, as_json=wants_json)
        return PROBLEMS
    except Exception as error:
        if os.environ.get("QUYDAT_TRACE"):
            raise
        _tell([problem("QD901", why=f"{type(error).__name__}: {error}")], lang, as_json=wants_json)
        return INTERNAL
    return 0


def _nobody_reads() -> int:
    """The reader has closed, as `head` does: nobody is there to be told, and Python must not try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _tell(found: "Sequence[Problem]", lang: Lang, *, as_json: bool) -> None:
    """Print all problems at once: to the terminal in words, or as JSON beside nothing else."""
    from quydat.core.problem import Problems

    if as_json:
        print_json({"problems": [one.as_dict() for one in found]})
        return
    note(say("cli.problems", lang, count=len(found)))
    for text in Problems(found).lines(lang):
        note(text)


__all__ = ["LANG_VARIABLE", "build", "main", "run"]
