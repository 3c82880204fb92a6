"""One finding: what the law says of one subject, by which article, by how much, and what is missing."""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property

from quydat.core.figure import Input
from quydat.core.text import Lang
from quydat.law.frame import Frame
from quydat.law.model import QuantityDefinition, Rule, RuleException, Value
from quydat.law.part import Part
from quydat.law.trace import TraceNode, trace_of
from quydat.law.wording import reason_text, sentence


class Reason(IntEnum):
    """Why a verdict is ``not_applicable`` or ``unknown``."""

    DECIDED = 0
    CONDITION = 1
    EXEMPT = 2
    NOT_IN_FORCE = 3
    MISSING = 4
    DECIDING_DATE = 5
    NO_VALUE = 6


@dataclass(frozen=True)
class Finding:
    """What one rule says of one subject.

    Attributes
    ----------
    verdict
        ``pass``, ``fail``, ``unknown`` or ``not_applicable``.
    value, thresholds, margin
        In ``unit``, as the law writes it; None where not known or where there is none. A margin above 0 is room
        left, below 0 what is missing.
    reason
        Why it is unknown or not applicable: ``condition``, ``exempt``, ``not_in_force``, ``missing``,
        ``deciding_date`` or ``no_value``; empty where it is decided.
    asks_for
        Quantities that would decide.
    could_be
        The verdicts that could come out; ``unknown`` among them where a comparison itself lacks a fact.
    """

    subject_kind: str
    subject_id: str
    rule: Rule
    on: date
    verdict: str
    value: Value | None
    operator: str
    thresholds: tuple[Value | None, ...]
    margin: float | None
    reason: str
    asks_for: tuple[str, ...]
    could_be: tuple[str, ...]
    exception: RuleException | None
    _part: Part = field(repr=False, compare=False)
    _family: int = field(repr=False, compare=False)
    _row: int = field(repr=False, compare=False)

    @property
    def rule_id(self) -> str:
        """Id of the version that applied."""
        return self.rule.rule_id

    @property
    def family(self) -> str:
        """Name of all versions of the rule."""
        return self.rule.family

    @property
    def unit(self) -> str:
        """Unit of value, thresholds and margin, as the law writes it."""
        return self.rule.unit

    @property
    def threshold(self) -> Value | None:
        """The one threshold; several as a text between semicolons."""
        return joined(self.thresholds)

    @property
    def exception_id(self) -> str:
        """Id of the exception that counts, or an empty text."""
        return "" if self.exception is None else self.exception.exception_id

    @property
    def confidence(self) -> str:
        """The weaker confidence of the rule and of the exception that counts."""
        return confidence_of(self.rule, self.exception)

    def citation(self, lang: Lang) -> str:
        """Article and instrument; of the exception as well where one counts."""
        return citation_of(self.rule, self.exception, lang)

    def reason_text(self, lang: Lang) -> str:
        """Why it is unknown or not applicable, in words; empty where it is decided."""
        return reason_text(self, lang)

    @property
    def breach_possible(self) -> bool:
        """Whether it is a breach, or could be one if more were known: pass or exempt, whichever, is none."""
        return not {"fail", "unknown"}.isdisjoint(self.could_be)

    def questions(self) -> tuple[QuantityDefinition, ...]:
        """The quantities that would decide, with whom to ask."""
        return tuple(self._part.frame.quantities[name] for name in self.asks_for)

    def alone(self) -> Frame:
        """The facts of the subject alone, to work out an expression over them."""
        return self._part.frame.row(self._row)

    @property
    def quantity(self) -> QuantityDefinition:
        """The quantity that was compared."""
        return self.rule.quantity

    @cached_property
    def trace(self) -> TraceNode:
        """What was compared, down to the record and the articles."""
        return trace_of(self.rule, self.verdict, self._part, self._family, self._row)

    def inputs(self) -> tuple[Input, ...]:
        """All leaves of the trace, each once: cells of the record and what articles say."""
        return tuple({item.ref: item for item in self.trace.inputs()}.values())

    def sentence(self, lang: Lang) -> str:
        """The finding in one sentence for people."""
        return sentence(self, lang)


def citation_of(rule: Rule, exception: RuleException | None, lang: Lang) -> str:
    """Article and instrument of a rule, and of the exception that counts."""
    own = rule.provision.citation(lang)
    if exception is None or exception.provision.citation(lang) == own:
        return own
    return f"{own}; {exception.provision.citation(lang)}"


def confidence_of(rule: Rule, exception: RuleException | None) -> str:
    """The weaker confidence of a rule and of the exception that counts."""
    said = [rule.provision.confidence, *([] if exception is None else [exception.provision.confidence])]
    return max(said, key=("high", "medium", "low").index)


def joined(thresholds: tuple[Value | None, ...]) -> Value | None:
    """Several thresholds as one text; a single one as it is; None if there is none or one is not known."""
    if not thresholds or any(one is None for one in thresholds):
        return None
    if len(thresholds) == 1:
        return thresholds[0]
    return "; ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in thresholds)
