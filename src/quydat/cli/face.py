"""Commands that speak Vietnamese or English: help, headings and options from the catalogue of texts."""

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from quydat.cli.usage import NoSuchCommand
from quydat.core.text import LANGS, Lang, say

F = TypeVar("F", bound=Callable[..., Any])
LANG_VARIABLE = "QUYDAT_LANG"


def language(argv: Sequence[str]) -> Lang:
    """Language of a call: ``--lang``, else the environment, else Vietnamese. Needed before the help is made."""
    asked = os.environ.get(LANG_VARIABLE, "vi")
    for place, word in enumerate(argv):
        if word == "--lang" and place + 1 < len(argv):
            asked = argv[place + 1]
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return next((lang for lang in LANGS if lang == asked), "vi")


class _Speaks(click.Command):
    """Headings of the help in one language, and an example under it."""

    lang: Lang = "vi"
    example = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As the parser does; an error always knows the command that it is about."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), say("cli.usage", self.lang) + ": "
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._list(ctx, formatter, "options", click.Option)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._list(ctx, formatter, "arguments", click.Argument)

    def _list(
        self, ctx: click.Context, formatter: click.HelpFormatter, heading: str, kind: type[click.Parameter]
    ) -> None:
        params = [one for one in self.get_params(ctx) if isinstance(one, kind)]
        rows = [record for one in params if (record := one.get_help_record(ctx)) is not None]
        if rows:
            with formatter.section(say(f"cli.{heading}", self.lang)):
                formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.example:
            with formatter.section(say("cli.examples", self.lang)):
                formatter.write_text(self.example)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("cli.option.help", self.lang)
        return option


class Command(_Speaks):
    """A command."""


class Group(_Speaks, click.Group):
    """The program with its commands, in the order in which they were made."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As the parser does, but an unknown command is told in the language of the call."""
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise NoSuchCommand(args[0], list(self.commands), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("cli.commands", self.lang)):
            formatter.write_dl([(name, one.get_short_help_str(100)) for name, one in self.commands.items()])


class Maker:
    """Makes the commands of one language."""

    def __init__(self, group: Group, lang: Lang) -> None:
        self.group, self.lang = group, lang

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the catalogue in this language."""
        return say(key, self.lang, **facts)

    def option(self, *names: str, text: str, **how: Any) -> Callable[[F], F]:
        """An option whose help is the text ``cli.option.<text>``."""
        return click.option(*names, help=self.say(f"cli.option.{text}"), **how)

    def argument(self, name: str, *, text: str, **how: Any) -> Callable[[F], F]:
        """An argument whose help is the text ``cli.argument.<text>``."""
        return click.argument(name, help=self.say(f"cli.argument.{text}"), **how)

    def _help(self, name: str) -> str:
        return f"{self.say(f'cli.{name}')}\n\n{self.say(f'cli.{name}.more')}"

    def command(self, name: str) -> Callable[[Callable[..., Any]], Command]:
        """A command with the options that every command has; it is given ``as_json``."""

        def make(function: Callable[..., Any]) -> Command:
            function = self.option("--json", "as_json", text="json", is_flag=True)(function)
            function = self.option(
                "--lang", text="lang", type=click.Choice(LANGS), default=self.lang, expose_value=False
            )(function)
            made: Command = click.command(name, cls=Command, help=self._help(name))(function)
            made.lang, made.example = self.lang, self.say(f"cli.{name}.example")
            self.group.add_command(made)
            return made

        return make
