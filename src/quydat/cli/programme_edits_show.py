"""Bringing back a programme that was edited in Excel: what changed is shown, and stored if asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quydat.cli.face import Maker
from quydat.cli.output import line, note, print_json, table

if TYPE_CHECKING:
    from quydat.app.programme_edits import Edited
    from quydat.app.study import Study
    from quydat.formats.programme_book import Decided


def import_programme(
    make: Maker, study: "Study", files: Sequence[Path], *, yes: bool, reason: str, as_json: bool
) -> None:
    """Show what edited workbooks change, one after the other, and store it with ``--yes``."""
    from quydat.app.programme_edits import accept_edited, read_edited

    told: list[dict[str, Any]] = []
    for path in files:
        edited, change = accept_edited(study, path, reason=reason) if yes else (read_edited(study, path), None)
        if as_json:
            told.append({
                "file": path, "edits": [vars(one) | _sides(one.before, one.after) for one in edited.edits],
                "ignored": [one.shown(make.lang) for one in edited.ignored],
                "change_set": None if change is None else vars(change),
            })  # fmt: skip
            continue
        _show(make, edited, path)
        if change is None:
            line(make.say("cli.programme.import.not_stored"))
        else:
            facts = {"added": change.rows_added, "changed": change.rows_changed, "withdrawn": change.rows_withdrawn}
            line(make.say("cli.changed", number=change.number, **facts))
            line(make.say("cli.next", command="quydat plan"))
    if as_json:
        print_json({"files": told})


def _sides(before: "Decided", after: "Decided") -> dict[str, Any]:
    return {"before": vars(before), "after": vars(after)}


def _show(make: Maker, edited: "Edited", path: Path) -> None:
    line(make.say("cli.programme.import.head", file=path.name, count=len(edited.edits)))
    headings = [make.say(f"cli.column.{name}") for name in ("project", "before", "after")]
    table(
        headings,
        [[one.name, *(_side(make, side, edited.models) for side in (one.before, one.after))] for one in edited.edits],
    )
    if edited.ignored:
        cells = "; ".join(f"{one.sheet}!{one.column}{one.row}" for one in edited.ignored[:8])
        note(make.say("cli.programme.import.ignored", count=len(edited.ignored), cells=cells))


def _side(make: Maker, one: "Decided", models: Mapping[str, tuple[str, str]]) -> str:
    from quydat.cli.programme_show import choice, quarter

    parts = []
    if one.model is not None:
        names = models.get(one.model, (one.model, one.model))
        parts.append(names[0] if make.lang == "vi" else names[1])
    if one.start is not None:
        parts.append(quarter(make, one.start))
    if one.decision is not None:
        parts.append(choice(make, "lock_decision", one.decision))
    return ", ".join(parts) or make.say("cli.programme.undone")
