"""How the search for a programme is shown while it runs: one line, beside the result."""

import math
import sys
import time
from typing import TYPE_CHECKING

import click

from quydat.cli.face import Maker
from quydat.cli.output import columns, note, width
from quydat.core.text import number

if TYPE_CHECKING:
    from quydat.programme.optimise.search import Step

_EVERY = 0.2
"""Seconds between two looks of a terminal; a person sees no more."""


class SearchLine:
    """Seconds, best, bound and gap: in a terminal one line that changes; elsewhere a line for each better gap."""

    def __init__(self, make: Maker) -> None:
        self.make, self.shown, self.length, self.gap = make, -math.inf, 0, math.inf

    def __call__(self, step: "Step") -> None:
        """Told where the search stands."""
        if not sys.stderr.isatty():
            if step.gap < 0.5 * self.gap or step.what in ("proven", "stopped", "infeasible"):
                self.gap = step.gap
                note(self.text(step))
            return
        now = time.monotonic()
        if now - self.shown >= _EVERY or step.what in ("proven", "stopped", "infeasible"):
            self.shown = now
            text = self.text(step)[: (columns() or 80) - 1]
            click.echo("\r" + text + " " * max(0, self.length - width(text)), err=True, nl=False)
            self.length = width(text)

    def text(self, step: "Step") -> str:
        """Where the search stands, in words."""
        lang = self.make.lang
        return self.make.say(
            "cli.optimise.step",
            seconds=number(step.seconds, lang), what=step.word(lang), best=_amount(step.objective, self.make),
            bound=_amount(step.bound, self.make),
            gap="–" if math.isinf(step.gap) else f"{number(100 * step.gap, lang, decimals=2)} %",
        )  # fmt: skip

    def end(self) -> None:
        """What comes next begins on a line of its own."""
        if self.length:
            click.echo("", err=True)
        self.length = 0


def _amount(value: float, make: Maker) -> str:
    return number(value, make.lang, decimals=0) if math.isfinite(value) else "–"
