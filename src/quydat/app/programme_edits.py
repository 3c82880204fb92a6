"""A programme edited in Excel, brought back: what was changed becomes decisions of the record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.app.intake import Brought, check_whole
from quydat.app.permission import require
from quydat.app.study import Study, now
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.dictionary.cells import plain
from quydat.dictionary.read import typed
from quydat.dictionary.schema import choices, tables
from quydat.formats.programme_book import Decided, quarter_text
from quydat.formats.programme_book_read import BookRead, BookRow, read_programme_book
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.store.changes import ChangeSet
from quydat.store.folder import record_path
from quydat.store.record import open_record

SOURCE = "edited-programme"
"""Source of decisions that come from an edited workbook."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/., ]?\s*(?:q|qu[yý])?\s*([1-4]|i{1,3}|iv)")
_QUARTER_FIRST = re.compile(r"(?:q|qu[yý])?\s*([1-4]|i{1,3}|iv)\s*[-/., ]\s*(\d{4})")


@dataclass(frozen=True)
class Edit:
    """A project with what was written and what stands there now."""

    project_id: str
    name: str
    before: Decided
    after: Decided
    row: int


@dataclass(frozen=True, eq=False)
class Edited:
    """What an edited workbook asks for.

    Attributes
    ----------
    edits
        Projects that were changed.
    locks
        Rows of the table ``project_lock`` that they become.
    ignored
        Cells of formulas that were edited, which changes nothing.
    models
        Delivery model → names in Vietnamese and English.
    """

    edits: tuple[Edit, ...]
    locks: pd.DataFrame
    ignored: tuple[Place, ...]
    models: Mapping[str, tuple[str, str]]


def read_edited(study: Study, path: Path) -> Edited:
    """Read an edited workbook and check it; nothing is stored.

    Raises
    ------
    Problems
        QD945 if it is no workbook of a programme; QD946–QD953 and QD955 for cells that cannot be taken; QD954 if
        nothing was changed.
    """
    require(study.actor, "check")
    book = read_programme_book(path)
    current = study.tables()
    edits, found = _edits(book, current)
    if not edits and not found:
        found.append(problem("QD954", Place(book.file, book.sheet)))
    raise_if(found)
    names = {
        str(row["delivery_model"]): (str(row["name_vi"]), str(row["name_en"]))
        for row in current["delivery_model"].to_dict("records")
    }
    return Edited(edits, _locks(edits, current["project_lock"], book), book.ignored, names)


def accept_edited(study: Study, path: Path, *, reason: str) -> tuple[Edited, ChangeSet]:
    """Lay what an edited workbook asks for over the record, as one change set.

    Raises
    ------
    Problems
        As ``read_edited``, and all that is wrong with the record as it would be.
    """
    require(study.actor, "import")
    edited = read_edited(study, path)
    rows = {"source": _source(study, path), "project_lock": edited.locks}
    brought = {name: Brought(one, path.name, name) for name, one in rows.items()}
    raise_if(check_whole(brought, study.tables(), extent=study.settings.extent, law=study.law))
    with open_record(record_path(study.folder)) as record:
        change = record.append(rows, actor=study.actor.name, source=path.name, reason=reason, at=now())
    return edited, change


def _edits(book: BookRead, current: Mapping[str, pd.DataFrame]) -> tuple[tuple[Edit, ...], list[Problem]]:
    models, allowed = _models(current)
    known = _projects(book, current)
    locks = current["project_lock"]
    held = {(str(name), str(own)) for name, own in zip(locks["project_id"], locks["decision"], strict=True)}
    stated = set(current["project"]["project_id"].astype(str))
    made: list[Edit] = []
    found: list[Problem] = []
    seen: set[str] = set()
    for row in book.rows:
        name = str(row.values["project_id"])
        if name not in known:
            found.append(problem("QD946", book.place(row, "project_id"), project=name))
            continue
        if name in seen:
            found.append(problem("QD952", book.place(row, "project_id"), project=name))
            continue
        seen.add(name)
        wrong: list[Problem] = []
        model, decision = (_text(row.values[f"{one}_before"]) for one in ("model", "decision"))
        before = Decided(model, _day(row.values["start_before"]), decision)
        may = allowed.get(name, tuple(dict.fromkeys(models.values())))
        after = Decided(
            _model(book, row, models, may, name, wrong), _start(book, row, wrong), _decision(book, row, wrong)
        )
        if not wrong and after != before:
            wrong += _against(book, row, name, before, after, held, stated)
        found += wrong
        if not wrong and after != before:
            made.append(Edit(name, str(row.values["name"] or name), before, after, row.row))
    return tuple(made), found


def _projects(book: BookRead, current: Mapping[str, pd.DataFrame]) -> set[str]:
    """Ids of the record; parts of parks are known by the park that they are a part of."""
    parks = set(current["park"]["park_id"].astype(str))
    parts = {
        name for row in book.rows
        if (name := str(row.values["project_id"])).partition("-part-")[0] in parks or name in parks
    }  # fmt: skip
    return parts | set(current["project"]["project_id"].astype(str))


def _models(current: Mapping[str, pd.DataFrame]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """What a model may be called → its id; project → models that it may use, where it says so."""
    named: dict[str, str] = {}
    for row in current["delivery_model"].to_dict("records"):
        for word in (row["delivery_model"], row["name_vi"], row["name_en"]):
            named[str(word).casefold()] = str(row["delivery_model"])
    allowed = {}
    for row in current["project"].to_dict("records"):
        stated = tuple(part for part in str(plain(row["delivery_models"]) or "").split(";") if part)
        if stated:
            allowed[str(row["project_id"])] = stated
    return named, allowed


def _model(
    book: BookRead, row: BookRow, models: Mapping[str, str], may: tuple[str, ...], name: str, found: list[Problem]
) -> str | None:
    value = row.values["delivery_model"]
    if value is None:
        return None
    model = models.get(str(value).casefold())
    if model is None or model not in may:
        place = book.place(row, "delivery_model")
        found.append(problem("QD947", place, project=name, value=value, known=", ".join(may)))
    return model


def _start(book: BookRead, row: BookRow, found: list[Problem]) -> date | None:
    value = row.values["start"]
    if value is None:
        return None
    day = _day(value)
    place = book.place(row, "start")
    if day is None:
        found.append(problem("QD948", place, value=value))
        return None
    first, last = (_day(book.about[name]) for name in ("first_start", "last_start"))
    unchanged = day == _day(row.values["start_before"])
    if first and last and not first <= day <= last and not unchanged:
        span = {"first": quarter_text(first), "last": quarter_text(last)}
        found.append(problem("QD949", place, value=quarter_text(day), **span))
    return day


def _day(value: Any) -> date | None:
    """First day of the quarter that a cell names; None if it names none.

    >>> [_day(text) for text in ("2027-Q3", "quý III/2027", "q3 2027", "soon")]
    [datetime.date(2027, 7, 1), datetime.date(2027, 7, 1), datetime.date(2027, 7, 1), None]
    """
    if isinstance(value, datetime | date):
        return date(value.year, 3 * ((value.month - 1) // 3) + 1, 1)
    text = str(value).strip().casefold()
    if match := _YEAR_FIRST.fullmatch(text):
        year, quarter = match[1], match[2]
    elif match := _QUARTER_FIRST.fullmatch(text):
        quarter, year = match[1], match[2]
    else:
        return None
    number = _ROMAN.get(quarter) or int(quarter)
    return date(int(year), 3 * number - 2, 1) if int(year) >= 1 else None


def _decision(book: BookRead, row: BookRow, found: list[Problem]) -> str | None:
    value = row.values["decision"]
    if value is None:
        return None
    named = {
        word.casefold(): name for name, labels in choices("lock_decision").items() for word in (name, *labels)
    }  # fmt: skip
    if str(value).casefold() not in named:
        known = ", ".join(labels[book.lang != "vi"] for labels in choices("lock_decision").values())
        found.append(problem("QD950", book.place(row, "decision"), value=value, known=known))
        return None
    return named[str(value).casefold()]


def _against(
    book: BookRead,
    row: BookRow,
    name: str,
    before: Decided,
    after: Decided,
    held: set[tuple[str, str]],
    stated: set[str],
) -> list[Problem]:
    """What contradicts itself, or what the record says already."""
    decision = _asked(before, after)
    place = book.place(row, "decision")
    moved = after.model not in (None, before.model) or after.start not in (None, before.start)
    if after.decision == "forbidden" and moved:
        return [problem("QD953", place, project=name)]
    first = _day(book.about["first_start"])
    if after.model == DEVELOPER_LED and name not in stated and after.start not in (None, first):
        return [problem("QD955", book.place(row, "start"), project=name, first=quarter_text(first))]
    other = {"must": "forbidden", "decided": "forbidden", "forbidden": "must"}[decision]
    if (name, other) in held:
        labels = [choices("lock_decision")[one][book.lang != "vi"] for one in (decision, other)]
        return [problem("QD951", place, project=name, value=labels[0], before=labels[1])]
    return []


def _asked(before: Decided, after: Decided) -> str:
    """The decision that an edit comes to: without model and start it is not done; a new model or start is to be."""
    if after.decision != before.decision and after.decision is not None:
        return after.decision
    if after.model is None and after.start is None and (before.model or before.start):
        return "forbidden"
    return after.decision or "must"


def _locks(edits: tuple[Edit, ...], held: pd.DataFrame, book: BookRead) -> pd.DataFrame:
    """Rows of ``project_lock``: model and start of what was changed, over what the same decision said before."""
    definition = tables()["project_lock"]
    there = {(str(row["project_id"]), str(row["decision"])): row for row in held.to_dict("records")}
    rows = []
    for one in edits:
        decision = _asked(one.before, one.after)
        old = there.get((one.project_id, decision), {})
        row: dict[str, Any] = {name: _text(plain(old.get(name))) for name in definition.columns}
        row |= {
            "project_id": one.project_id, "decision": decision, "source_ids": SOURCE, "confidence": "medium",
            "basis": "assumed", "note": f"{book.file}, {book.sheet}, {one.row}", "as_of": None,
        }  # fmt: skip
        if decision != "forbidden" and (one.after.model, one.after.start) != (one.before.model, one.before.start):
            # Both are fixed if one is: else the optimiser would move the other to get round what was edited.
            first, last = one.after.start, one.after.start and _last_day(one.after.start)
            row |= {"delivery_model": one.after.model, "start_from": _text(first), "start_to": _text(last)}
        rows.append(row)
    frame, found = typed(pd.DataFrame(rows, columns=definition.columns), definition, file=book.file, sheet=book.sheet)
    raise_if(found)
    return frame


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _last_day(first: date) -> date:
    return (first + timedelta(days=100)).replace(day=1) - timedelta(days=1)


def _source(study: Study, path: Path) -> pd.DataFrame:
    row = {
        "source_id": SOURCE, "kind": "authority", "publisher": study.settings.name_vi,
        "note": "Chương trình sửa trong Excel / programme edited in Excel",
    }  # fmt: skip
    definition = tables()["source"]
    frame, found = typed(pd.DataFrame([row], columns=definition.columns), definition, file=path.name)
    raise_if(found)
    return frame
