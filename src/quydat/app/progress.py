"""Who is told how far a long work has come."""

import time
from collections.abc import Callable

Note = Callable[[str, float], None]
"""Told what has just been done, and the seconds that it took."""


def silent(what: str, seconds: float) -> None:
    """Tell nobody."""


class Timer:
    """Tells each part when it is done."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.part, self.since = "", 0.0

    def step(self, name: str, seconds: float) -> None:
        """A step of the plan is done."""
        self.note(name, seconds)

    def begin(self, part: str) -> None:
        """A part of the writing begins; the one before it is done."""
        self.end()
        self.part, self.since = part, time.perf_counter()

    def end(self) -> None:
        """The part that was begun is done."""
        if self.part:
            self.note(self.part, time.perf_counter() - self.since)
        self.part = ""
