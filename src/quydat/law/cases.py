"""Law tests as tables: the facts of one subject, the verdict that must come, and what came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quydat.core.problem import NOWHERE, Problems, problem
from quydat.law.evaluate import evaluate
from quydat.law.finding import Finding
from quydat.law.kinds import kind_words
from quydat.law.model import LawCase, QuantityDefinition, Value
from quydat.law.pack import Pack
from quydat.law.subjects import Subjects

_YES_NO = {"true": True, "yes": True, "có": True, "false": False, "no": False, "không": False}
_CLOSE = 1e-6
"""A margin in a table is written with few digits."""


@dataclass(frozen=True)
class CaseResult:
    """A case and what came of it.

    Attributes
    ----------
    finding
        That of the family of the rule: by another version of it, if that one is in force on the deciding date.
    """

    case: LawCase
    finding: Finding

    @property
    def verdict(self) -> str:
        """The verdict that came."""
        return self.finding.verdict

    @property
    def margin(self) -> float | None:
        """The margin that came."""
        return self.finding.margin

    @property
    def deciding_date(self) -> date:
        """The day that decided which version applies."""
        rule = self.finding.rule
        node = next((node for node in self.finding.trace.children if node.text == rule.deciding_date), None)
        return node.value if node is not None and isinstance(node.value, date) else self.case.on

    @property
    def as_expected(self) -> bool:
        """Whether verdict and, where the case states one, margin are as expected."""
        if self.verdict != self.case.expected:
            return False
        if self.case.margin is None:
            return True
        return self.margin is not None and abs(self.margin - self.case.margin) <= _CLOSE * max(1, abs(self.case.margin))

    def told(self) -> str:
        """What was expected and what came, in one line for whoever mends the table."""
        wanted, came = (
            f"{verdict}{'' if margin is None else f' {margin:+g}'}"
            for verdict, margin in ((self.case.expected, self.case.margin), (self.verdict, self.margin))
        )
        return f"{self.case.case_id}: expected {wanted}, came {came} by {self.finding.rule_id} {self.finding.reason}"


def case_facts(text: str, quantities: Mapping[str, QuantityDefinition]) -> dict[str, Value]:
    """Facts of a case by quantity.

    Raises
    ------
    Problems
        QD827 for what is not ``quantity = value``, QD808 for an unknown quantity, QD826 for a value of another kind.
    """
    facts: dict[str, Value] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name or not value or name in facts:
            raise Problems([problem("QD827", text=text[:200])])
        if name not in quantities:
            raise Problems([problem("QD808", name=name, subject="", nearest_vi="", nearest_en="")])
        facts[name] = _read(value, quantities[name])
    return facts


def _read(text: str, quantity: QuantityDefinition) -> Value:
    try:
        match quantity.kind:
            case "number":
                return float(text)
            case "boolean":
                return _YES_NO[text.casefold()]
            case "date":
                return date.fromisoformat(text)
            case "text":
                return text.removeprefix("'").removesuffix("'")
    except (KeyError, ValueError):
        raise Problems(
            [
                problem(
                    "QD826",
                    NOWHERE,
                    name=quantity.name,
                    value=text[:60],
                    subject=quantity.subject,
                    **kind_words(wanted=quantity.kind),
                )
            ]
        ) from None


def run_case(pack: Pack, case: LawCase) -> CaseResult:
    """Run one case.

    Raises
    ------
    Problems
        As ``case_facts`` and ``evaluate``.
    """
    rule = pack.rule(case.rule_id)
    facts = case_facts(case.facts, pack.quantities[rule.subject])
    subject = Subjects.one(rule.subject, case.case_id, facts)
    findings = evaluate(subject, on=case.on, pack=pack, families=(rule.family,))
    return CaseResult(case, findings.of(case.case_id, rule.family))
