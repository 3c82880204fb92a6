"""What the commands on the survey print: sheets understood, pairs, rows that wait, the stock of a day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quydat.cli.face import Maker
from quydat.cli.output import line, print_json, table
from quydat.core.text import number

if TYPE_CHECKING:
    from quydat.app.desk import Pair, Waiting
    from quydat.app.study import Study
    from quydat.app.survey_files import Reading
    from quydat.core.problem import Problem

_SHOWN = 5
_WIDE = 28


def count(make: Maker, value: float) -> str:
    """A whole number in the language of the call."""
    return number(value, make.lang, decimals=0)


def sheet_json(reading: "Reading", change: Any) -> dict[str, Any]:
    """A sheet as it was understood, as JSON."""
    return {
        "file": reading.sheet.file,
        "sheet": reading.sheet.name,
        "intake_id": reading.intake_id,
        "mapping": reading.mapping.to_toml(),
        "rows_read": len(reading.sheet.cells),
        "rows_taken": len(reading.taken.rows),
        "rows_waiting": len(reading.taken.waiting),
        "left_out": [{"row": one.row, "what": one.what} for one in reading.sheet.left_out],
        "epsg": reading.mapping.epsg,
        "datum_operation": reading.operation,
        "doubts": [one.as_dict() for one in reading.doubts],
        "problems": [one.as_dict() for one in reading.taken.problems],
        "change_set": None if change is None else change.number,
    }


def show_sheet(make: Maker, reading: "Reading", *, brief: bool) -> None:
    """A sheet as it was understood, for people."""
    say, sheet = make.say, reading.sheet
    place = f"{sheet.file} · {sheet.name}" if sheet.name else sheet.file
    line()
    line(say("cli.survey.sheet", place=place, rows=count(make, len(sheet.cells))))
    kinds = Counter(one.what for one in sheet.left_out)
    if kinds:
        words = ", ".join(f"{count} {say(f'cli.survey.left.{what}')}" for what, count in sorted(kinds.items()))
        line(say("cli.survey.left_out", words=words))
    if not brief and reading.proposal is not None:
        _columns(make, reading)
    for candidate in reading.candidates[:1]:
        line(say("cli.survey.position", system=candidate.shown(make.lang), why=" ".join(candidate.reasons(make.lang))))
    if reading.operation and reading.operation != "none":
        line(say("cli.survey.operation", operation=reading.operation))
    for one in reading.notes[:_SHOWN]:
        line("  " + one.message(make.lang))
    taken, waiting = len(reading.taken.rows), len(reading.taken.waiting)
    line(say("cli.survey.would_take", taken=count(make, taken), waiting=count(make, waiting)))
    _some(make, reading.taken.problems)
    if reading.doubts:
        line(say("cli.survey.doubts"))
        for doubt in reading.doubts:
            line(f"  {doubt.number}  {doubt.message(make.lang)}")
            line(f"         {doubt.repair(make.lang)}")


def _columns(make: Maker, reading: "Reading") -> None:
    assert reading.proposal is not None
    rows = []
    for one in reading.proposal.notes:
        target = one.target or make.say("cli.survey.not_read")
        sample = "; ".join(f"{a} → {b}" if a != b else a for a, b in one.samples[:2])
        rows.append([_cut(one.shown), target, make.say(f"cli.survey.confidence.{one.confidence}"), _cut(sample, 48)])
    headings = [make.say(f"cli.survey.column.{name}") for name in ("heading", "attribute", "confidence", "sample")]
    table(headings, rows)


def _some(make: Maker, found: "Sequence[Problem]") -> None:
    """Problems by number: how many, and the first of each."""
    counts = Counter(one.number for one in found)
    first: dict[str, Problem] = {}
    for one in found:
        first.setdefault(one.number, one)
    for number_, count in sorted(counts.items()):
        example = first[number_]
        line(f"  {number_} × {count}: {example.place.shown(make.lang)}: {example.message(make.lang)}")


def _cut(text: str, width: int = _WIDE) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def change_told(make: Maker, change: Any) -> str:
    """What a change set did, in a sentence."""
    return make.say(
        "cli.changed", number=change.number, added=change.rows_added, changed=change.rows_changed,
        withdrawn=change.rows_withdrawn,
    )  # fmt: skip


def list_waiting(make: Maker, rows: "Sequence[Waiting]", as_json: bool) -> None:
    """Rows that wait, with their reasons and how to mend them."""
    if as_json:
        told = [
            {"id": one.quarantine_id, "reasons": [p.as_dict() for p in one.reasons], "original": one.original}
            for one in rows
        ]
        print_json({"waiting": told})
        return
    line(make.say("cli.survey.waiting", count=len(rows)))
    for one in rows:
        line(f"  {one.quarantine_id}")
        for reason in one.reasons:
            line(f"      {reason.number}  {reason.place.shown(make.lang)}: {reason.message(make.lang)}")
            line(f"             {reason.repair(make.lang)}")


def list_pairs(make: Maker, pairs: "Sequence[Pair]", as_json: bool) -> None:
    """Pairs that wait for a person."""
    if as_json:
        print_json({"pairs": [vars(one) for one in pairs]})
        return
    line(make.say("cli.survey.pairs", count=len(pairs)))
    for one in pairs:
        show_pair(make, one)


_COMPARED = (
    "name", "tax_code", "address", "unit_name", "district_name", "park_name", "sector_text", "sector_code", "workers",
    "site_area_m2", "gross_floor_area_m2", "operating_state", "observed_on",
)  # fmt: skip


def show_pair(make: Maker, pair: "Pair") -> None:
    """Two observations side by side, and what speaks for and against one establishment."""
    from quydat.dictionary.schema import tables
    from quydat.survey.decide import explained

    definition = tables()["observation"]
    line()
    line(
        make.say(
            "cli.survey.pair", pair=pair.pair_id, probability=number(pair.probability * 100, make.lang, decimals=1)
        )
    )
    rows = [
        [
            definition[name].label(make.lang),
            _cut(str(pair.left.get(name, "–")), 40),
            _cut(str(pair.right.get(name, "–")), 40),
        ]
        for name in _COMPARED
        if name in pair.left or name in pair.right
    ]
    table(("", str(pair.left.get("origin", "")), str(pair.right.get("origin", ""))), rows)
    for words in explained(pair.evidence, make.lang, contradiction=pair.contradiction) if pair.evidence else ():
        line(f"    {words}")


_STOCK = (
    "establishments", "floor_known", "gross_floor_area_m2", "estimated_total_m2", "standard_error_m2", "plot_ratio",
)  # fmt: skip


_FLOOR = (
    "establishments", "floor_known", "gross_floor_area_m2", "estimated_total_m2", "standard_error_m2", "plot_ratio",
)  # fmt: skip


def show_floor(make: Maker, study: "Study", day: date | None, known: date | None, by: str, as_json: bool) -> None:
    """Floor space on a day by one dimension."""
    from quydat.core.problem import Problems, problem
    from quydat.dictionary.schema import choices, tables
    from quydat.inventory.floor_figures import group_name

    if by not in choices("floor_dimension"):
        raise Problems([problem("QD902", why=f"--by {by}", repair=", ".join(choices("floor_dimension")))])
    space = study.survey.floor(as_of=day, known_on=known).floor_space
    rows = space[space["dimension"] == by].to_dict("records")
    if as_json:
        print_json({"as_of": day or study.settings.as_of, "floor_space": [_known(row) for row in rows]})
        return
    names, definition = study.survey.names(), tables()["floor_space"]
    if study.survey.made_up():
        line(make.say("cli.survey.illustrative"))
    shown = []
    for row in rows:
        name = group_name(by, str(row["group"]), names)[make.lang != "vi"]
        shown.append([_cut(name, 40), *(_cell(make, row[one], 2 if one == "plot_ratio" else 0) for one in _FLOOR)])
    head = choices("floor_dimension")[by][make.lang != "vi"]
    table([head, *(definition[one].label(make.lang) for one in _FLOOR)], shown)


_GRADES = ("establishments", "correct", "complete", "clean", "live", "all_four")


def show_quality(make: Maker, study: "Study", day: date | None, known: date | None, as_json: bool) -> None:
    """How good the survey is, by unit: correct, complete, clean, live."""
    from quydat.dictionary.schema import choices, tables
    from quydat.inventory.floor_figures import group_name

    rows = study.survey.stock(as_of=day, known_on=known).quality.to_dict("records")
    if as_json:
        print_json({"as_of": day or study.settings.as_of, "quality": [_known(row) for row in rows]})
        return
    names, definition = study.survey.names(), tables()["survey_quality"]
    if study.survey.made_up():
        line(make.say("cli.survey.illustrative"))
    shown = []
    for row in rows:
        unit = str(row["unit_id"])
        name = choices("floor_dimension")["total"] if unit == "total" else group_name("unit", unit, names)
        shown.append([_cut(name[make.lang != "vi"], 40), *(_cell(make, row[one], 0) for one in _GRADES)])
    table([definition["unit_id"].label(make.lang), *(definition[one].label(make.lang) for one in _GRADES)], shown)


def show_changes(make: Maker, study: "Study", before: date, after: date, as_json: bool) -> None:
    """What changed between two days, by cause."""
    rows = study.survey.changes(before, after).to_dict("records")
    if as_json:
        print_json({"from": before, "to": after, "changes": [_known(row) for row in rows]})
        return
    line(make.say("cli.survey.changes", before=before, after=after))
    headings = [make.say(f"cli.survey.change.{name}") for name in ("cause", "establishments", "floor")]
    shown = [
        [
            make.say(f"cli.survey.cause.{row['cause']}"),
            _cell(make, row["establishments"], 0),
            _cell(make, row["gross_floor_area_m2"], 0),
        ]
        for row in rows
    ]
    table(headings, shown)


def _cell(make: Maker, value: Any, decimals: int) -> str:
    import pandas as pd

    return "–" if pd.isna(value) else number(float(value), make.lang, decimals=decimals)


def _known(row: dict[Any, Any]) -> dict[str, Any]:
    import pandas as pd

    return {str(name): None if not isinstance(value, list) and pd.isna(value) else value for name, value in row.items()}


def show_judged(make: Maker, study: "Study", labels: Path, as_json: bool) -> None:
    """How right the joined establishments are against a labelled set: columns observation_id and label."""
    from quydat.app.labels import read_labels

    found = study.survey.judged(read_labels(labels))
    facts = {name: getattr(found, name) for name in ("found", "right", "true")}
    shares = {name: getattr(found, f"{name}_share") for name in ("precision", "recall")}
    if as_json:
        print_json({**facts, **shares})
        return
    told = {name: count(make, value) for name, value in facts.items()}
    told |= {
        name: "–" if share != share else number(share * 100, make.lang, decimals=1) for name, share in shares.items()
    }
    line(make.say("cli.survey.judged", **told))


def show_contradictions(make: Maker, study: "Study", day: date | None, as_json: bool) -> None:
    """What contradicts itself in the stock of a day."""
    found = study.survey.contradictions(as_of=day)
    if as_json:
        print_json({"contradictions": [one.as_dict() for one in found]})
        return
    line(make.say("cli.survey.contradictions", count=len(found)))
    for one in found:
        line(f"  {one.number}  {one.message(make.lang)}")
