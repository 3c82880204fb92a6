"""The generated pages of the manual; ``python -m quydat.cli.manual FOLDER`` writes them."""

import sys
from pathlib import Path

import click

from quydat.cli.face import Command
from quydat.cli.main import build
from quydat.core.text import LANGS, say
from quydat.dictionary import manual

COMMANDS = "commands.md"


def pages() -> dict[str, str]:
    """All generated pages by name: those of the dictionary, and the commands."""
    return {**manual.pages(), COMMANDS: commands_page()}


def commands_page() -> str:
    """Every command with its help in Vietnamese and English."""
    lines = [
        "# Commands",
        "",
        "Each command prints this help with `--help`. The language is that of `--lang` or of the variable",
        "`QUYDAT_LANG` (`vi` if neither is given). Exit codes: 0 done; 1 problems in what was given; 2 the command is",
        "not right; 3 an error inside the program; 130 stopped by the user. With `--json` the result, or the list of",
        "problems, is JSON.",
        "",
    ]
    groups = {lang: build(lang) for lang in LANGS}
    for name in groups["vi"].commands:
        lines += [f"## quydat {name}", "", f"{say(f'cli.{name}', 'vi')} / {say(f'cli.{name}', 'en')}", ""]
        for lang, group in groups.items():
            shown = _help(group.commands[name], name, lang)
            lines += ["```", f"$ quydat {name} --help --lang {lang}", shown, "```", ""]
    return "\n".join(lines)


def _help(command: click.Command, name: str, lang: str) -> str:
    assert isinstance(command, Command)
    parent = click.Context(build("vi" if lang == "vi" else "en"), info_name="quydat")
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    return command.get_help(context)


def write(folder: Path) -> None:
    """Write all pages into a folder, and remove pages that are no longer made."""
    made = pages()
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in made:
            old.unlink()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
