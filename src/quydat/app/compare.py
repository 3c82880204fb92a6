"""Two runs side by side: what went in differently, and which numbers moved."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from quydat.app.permission import Actor, require
from quydat.app.run import Run
from quydat.core.text import Lang


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs.

    Attributes
    ----------
    inputs
        Names of what went in and differs, with both values.
    figures
        Figures whose value differs: figure_id, unit, before, after, difference (of numbers), label_vi, label_en.
    """

    inputs: dict[str, tuple[Any, Any]]
    figures: pd.DataFrame

    def label(self, lang: Lang) -> str:
        """Name of the column that holds the labels in a language."""
        return f"label_{lang}"


def compare_runs(before: Run, after: Run, *, actor: Actor) -> Comparison:
    """Compare two runs figure by figure; a figure that one of them lacks counts as unknown there."""
    require(actor, "compare")
    rows = []
    ids = list(dict.fromkeys([f.figure_id for f in before.figures] + [f.figure_id for f in after.figures]))
    for one in ids:
        a = before.figures.get(one)
        b = after.figures.get(one)
        old, new = (None if f is None else f.value for f in (a, b))
        if old == new:
            continue
        shown = b or a
        assert shown is not None
        numbers = isinstance(old, int | float) and isinstance(new, int | float)
        rows.append(
            {
                "figure_id": one,
                "unit": shown.unit,
                "before": old,
                "after": new,
                "difference": new - old if numbers else None,  # type: ignore[operator]
                "label_vi": shown.label_vi,
                "label_en": shown.label_en,
            }
        )
    columns = ["figure_id", "unit", "before", "after", "difference", "label_vi", "label_en"]
    return Comparison(_inputs(before.manifest, after.manifest), pd.DataFrame(rows, columns=columns, dtype="object"))


def _inputs(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    for name in ("study", "inputs", "parameters", "versions"):
        for key in sorted({*before[name], *after[name]}):
            pair = (before[name].get(key), after[name].get(key))
            if pair[0] != pair[1]:
                found[f"{name}.{key}"] = pair
    for name in ("until", "seed", "draws", "code", "known_on"):
        if before[name] != after[name]:
            found[name] = (before[name], after[name])
    packs = [manifest.get("law", {}).get("sha256") for manifest in (before, after)]  # runs of 0.1.0 have none
    if packs[0] != packs[1]:
        found["law"] = (packs[0], packs[1])
    return found
