"""Where names stand on a map: one after the other, at the first free place around their point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

Box = tuple[float, float, float, float]
_ANGLES = (0, 180, 315, 225, 45, 135, 270, 90)
_LETTER = 0.57
"""Mean width of a letter in ems, on the safe side for the fonts of the report."""


@dataclass(frozen=True)
class Placed:
    """A name at its place: anchor of the text, its baseline, and whether it needs a line to its point."""

    text: str
    x: float
    y: float
    anchor: str
    led: bool


def text_box(text: str, x: float, y: float, anchor: str, size: float) -> Box:
    """Room that a text takes; ``y`` is its baseline."""
    width = len(text) * _LETTER * size
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return (left - 1.5, y - 0.85 * size, left + width + 1.5, y + 0.3 * size)


def overlap(one: Box, other: Box) -> float:
    """Area that two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def place(
    text: str, x: float, y: float, radius: float, *, size: float, taken: Sequence[Box], frame: Box, must: bool
) -> Placed | None:
    """The first free place around a point; else None, or the least crowded one if it ``must`` stand."""
    best: tuple[float, Placed] | None = None
    for candidate in _candidates(text, x, y, radius, size, far=must):
        box = text_box(text, candidate.x, candidate.y, candidate.anchor, size)
        inside = frame[0] <= box[0] and box[2] <= frame[2] and frame[1] <= box[1] and box[3] <= frame[3]
        if not inside:
            continue
        crowd = sum(overlap(box, other) for other in taken)
        if crowd == 0.0:
            return candidate
        if best is None or crowd < best[0]:
            best = (crowd, candidate)
    return best[1] if must and best is not None else None


def _candidates(text: str, x: float, y: float, radius: float, size: float, *, far: bool) -> Iterator[Placed]:
    for extra in (2.5, 12.0, 26.0, 44.0, 66.0) if far else (2.5, 9.0):
        for angle in _ANGLES:
            reach = radius + extra
            px, py = x + reach * cos(radians(angle)), y + reach * sin(radians(angle))
            anchor = "start" if cos(radians(angle)) > 0.5 else "end" if cos(radians(angle)) < -0.5 else "middle"
            drop = 0.35 + 0.45 * sin(radians(angle))
            yield Placed(text, px, py + drop * size, anchor, extra > 9.0)
