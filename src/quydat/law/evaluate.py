"""What the law says of subjects on a day: one finding for each subject and each family of rules.

Method: docs/method/law.md. The three values are those of Kleene (1952, § 64): a missing fact gives ``unknown``, and
never ``pass``.
"""

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np

from quydat.core.problem import Problem, problem, raise_if
from quydat.law.column import Mask, constant
from quydat.law.finding import Reason
from quydat.law.findings import Findings
from quydat.law.frame import Frame
from quydat.law.model import Family, Rule
from quydat.law.outcome import BITS, NOT_APPLICABLE, UNKNOWN, Outcome, asked, outcome_of
from quydat.law.pack import Pack, load_pack
from quydat.law.part import Block, Part
from quydat.law.subjects import Subjects, Vocabulary, fact_columns

_BY_VERDICT = np.zeros(4, dtype=np.uint8)
_BY_VERDICT[NOT_APPLICABLE], _BY_VERDICT[UNKNOWN] = Reason.EXEMPT, Reason.NO_VALUE


def evaluate(
    subjects: Subjects | Iterable[Subjects],
    *,
    on: date,
    pack: Pack | None = None,
    families: Collection[str] | None = None,
) -> Findings:
    """Test subjects against all rules about their kind.

    Parameters
    ----------
    subjects
        Of one kind, or several lots of any kinds.
    on
        The day asked about. A rule whose deciding date is another one takes that from the subject.
    pack
        The law; the shipped national pack if not given.
    families
        Only these families of rules, named as in the pack; all if not given.

    Returns
    -------
    One finding for each subject and each family of rules about its kind, by subject and then in the order of the
    pack. Of a family the version counts that is in force on the deciding date; if none is, the rule does not apply.

    Raises
    ------
    Problems
        QD825 for a kind of subject that the pack does not have, QD808 and QD826 for facts that it cannot take, QD824
        for two exceptions that apply at once.
    """
    pack = load_pack() if pack is None else pack
    lots = [subjects] if isinstance(subjects, Subjects) else list(subjects)
    found: list[Problem] = []
    frames = [_frame(lot, on, pack, found) for lot in lots]
    raise_if(found)
    parts = [
        _part(lot, frame, pack, families, found) for lot, frame in zip(lots, frames, strict=True) if frame is not None
    ]
    raise_if(found)
    return Findings(tuple(parts), on, pack)


def _frame(subjects: Subjects, on: date, pack: Pack, found: list[Problem]) -> Frame | None:
    quantities = pack.quantities.get(subjects.kind)
    if quantities is None:
        found.append(problem("QD825", subject=subjects.kind, known=", ".join(pack.quantities)))
        return None
    words = Vocabulary()
    columns = fact_columns(subjects, quantities, words, found)
    return Frame(
        columns, size=len(subjects.ids), on=on, quantities=quantities, parameters=pack.parameters, grids=pack.grids,
        words=words,
    )  # fmt: skip


def _part(subjects: Subjects, frame: Frame, pack: Pack, families: Collection[str] | None, found: list[Problem]) -> Part:
    about = pack.families_of(subjects.kind)
    part = Part(subjects, frame, tuple(one for one in about if families is None or one.name in families))
    for place, family in enumerate(part.families):
        _evaluate_family(part, place, family, found)
    frame.forget()
    return part


def _evaluate_family(part: Part, place: int, family: Family, found: list[Problem]) -> None:
    """Fill the row of one family: the version that applies to each subject, and what it comes to."""
    frame = part.frame
    force = frame.force([rule.provision for rule in family.versions], family.deciding_date)
    part.verdict[place] = NOT_APPLICABLE
    part.reason[place] = Reason.NOT_IN_FORCE
    part.version[place] = _nearest(family, frame)
    if force.undecided.any():
        _undecided(part, place, family, force.undecided)
    for number, (rule, rows) in enumerate(zip(family.versions, force.masks, strict=True)):
        if not rows.any():
            continue
        where: Mask | slice = slice(None) if rows.all() else rows  # copying a row is faster than choosing from it
        outcome = outcome_of(rule, frame)
        _conflicts(rule, outcome, rows, part, found)
        block = Block(number, rule, rows, outcome)
        part.blocks[place].append(block)
        part.version[place][where] = number
        part.could[place][where] = outcome.could[where]
        part.verdict[place][where] = outcome.verdict[where]
        part.margin[place][where] = block.margin()[where]
        part.exception[place][where] = block.exception()[where]
        asks = asked(rule, outcome, frame, rows)
        codes = part.asks_code(asks)
        part.asks[place][where] = codes[where]
        part.reason[place][where] = _reason(outcome, codes > 0)[where]


def _undecided(part: Part, place: int, family: Family, undecided: Mask) -> None:
    """Several versions could apply, as the deciding date is not known: unknown, unless none is about the subject."""
    frame = part.frame
    conditions = [
        constant(True, frame.size) if rule.condition is None else frame.value(rule.condition, family.deciding_date)
        for rule in family.versions
        if rule.provision.in_force_from <= frame.on
    ]
    about_none = np.logical_and.reduce([one.known & ~one.values for one in conditions])
    part.reason[place][undecided & about_none] = Reason.CONDITION
    open_still = undecided & ~about_none
    part.verdict[place][open_still] = UNKNOWN
    part.could[place][open_still] = BITS.sum()
    part.reason[place][open_still] = Reason.DECIDING_DATE
    part.asks[place] = part.asks_code({family.deciding_date: open_still})


def _nearest(family: Family, frame: Frame) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    """The version that a finding names where none is in force: the last that has begun, else the first."""
    day = frame.deciding(family.deciding_date)
    days = np.where(day.known, day.values, frame.on.toordinal())
    begun = np.sum([rule.provision.first <= days for rule in family.versions], axis=0)
    nearest: np.ndarray[tuple[int], np.dtype[np.int16]] = np.maximum(begun - 1, 0).astype(np.int16)
    return nearest


def _reason(outcome: Outcome, asks: Mask) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    no = outcome.condition.known & ~outcome.condition.values
    reason = _BY_VERDICT[outcome.verdict]
    reason[no] = Reason.CONDITION
    reason[asks] = Reason.MISSING
    return reason


def _conflicts(rule: Rule, outcome: Outcome, rows: Mask, part: Part, found: list[Problem]) -> None:
    for one, other, both in outcome.conflicts:
        if (rows & both).any():
            first = part.subjects.ids[int(np.argmax(rows & both))]
            found.append(
                problem(
                    "QD824", rule=rule.rule_id, one=one.exception_id, other=other.exception_id, subject=first,
                    day=part.frame.on,
                )
            )  # fmt: skip
