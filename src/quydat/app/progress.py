"""Who is told how far a long work has come, and how it is stopped."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import ParamSpec

from quydat.programme.optimise.search import Step

P = ParamSpec("P")
Note = Callable[[str, float], None]
"""Told what has just been done, and the seconds that it took."""

Solving = Callable[[Step], None]
"""Told where the search for a programme stands."""


def unseen(step: Step) -> None:
    """Tell nobody of the search."""


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


class Stop:
    """Whether the user has asked to stop. While it listens, the first Ctrl-C asks and the second breaks off.

    >>> stop = Stop()
    >>> with stop.listening():
    ...     signal.raise_signal(signal.SIGINT)
    >>> stop()
    True
    """

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    def listening(self) -> AbstractContextManager[None]:
        """Listen to Ctrl-C; in another thread than the main one nobody can press it."""
        return self._with(self._heard)

    def breaking(self) -> AbstractContextManager[None]:
        """Break off at the first Ctrl-C, as if nobody listened, and remember it for ``heeding``."""
        return self._with(self._broken)

    def heeding(self, tell: Callable[P, None]) -> Callable[P, None]:
        """Tell, but break off if that was asked for: a solver written in C may swallow the first time."""

        def told(*given: P.args, **named: P.kwargs) -> None:
            if self.asked:
                raise KeyboardInterrupt
            tell(*given, **named)

        return told

    @contextmanager
    def _with(self, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _broken(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
