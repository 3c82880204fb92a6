"""How a ratio is measured: the two sides in turns, so that a busy moment of the machine hits both."""

import os
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """One line of the table: our median, the peer's, and what the peer does not do."""

    what: str
    peer: str
    ours_s: float
    peer_s: float
    lacks: str = ""

    @property
    def ratio(self) -> float:
        """Time of the peer for one of ours: above 1, ours is faster."""
        return self.peer_s / self.ours_s


def ratio(what: str, ours: Work, *, peer: str, theirs: Work, rounds: int, lacks: str = "") -> Result:
    """Time both in turns, ours first in every other round, after one round that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    ours()
    theirs()
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            begun = time.perf_counter()
            (ours, theirs)[side]()
            times[side].append(time.perf_counter() - begun)
    return Result(what, peer, median(times[0]), median(times[1]), lacks)


def machine() -> str:
    """The machine in words that name nobody: cores, Python, the libraries that do the work."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "geopandas", "sqlalchemy"))
    return (
        f"{platform.system()} on {platform.machine()}, {cores} cores, Python {platform.python_version()}, {libraries}"
    )


def written(
    results: Iterable[Result],
    seconds: dict[str, float],
    path: Path,
    *,
    whole: dict[str, float],
    ruled: dict[str, float],
    forecast: dict[str, float],
) -> str:
    """The page of results, put into its file."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`. Only the ratios are claimed: time of the peer ÷ time of ours, medians of runs taken in",
        "turns on one machine; above 1, ours is faster. The machine: " + machine() + ".",
        "",
        "| What | Peer | Peer ÷ ours | What the peer does not do |",
        "|---|---|--:|---|",
        *(f"| {r.what} | {r.peer} | {r.ratio:.2g} | {r.lacks or '–'} |" for r in results),
        "",
        "The demonstration, whole, from an empty folder (no peer does this; seconds, for information only):",
        "",
        "| Part | Seconds |",
        "|---|--:|",
        *(f"| {part} | {value:.1f} |" for part, value in seconds.items()),
        "",
        "A million establishments of a CSV file taken into a study of 168 units and 400 parks (likewise):",
        "",
        "| Part | Seconds |",
        "|---|--:|",
        *(f"| {part} | {value:.1f} |" for part, value in whole.items()),
        "",
        "All rules of the law on 10,000 parks and 10,000 plots, three facts in ten unknown (likewise):",
        "",
        "| Part | Seconds |",
        "|---|--:|",
        *(f"| {part} | {value:.1f} |" for part, value in ruled.items()),
        "",
        "Demand and land account in 100,000 draws × 26 years × 20 sectors × 24 places, with all its cells (likewise):",
        "",
        "| Part | |",
        "|---|--:|",
        *(f"| {part} | {value:.1f} |" for part, value in forecast.items()),
        "",
    ]
    text = "\n".join(lines)
    path.write_text(text, encoding="utf-8")
    return text
