"""The parts of a pack, typed: quantities, parameters by date, rules with their exceptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from quydat.core.text import Lang
from quydat.law.expression import Node
from quydat.law.kinds import Kind
from quydat.law.provision import Provision
from quydat.law.units import Conversion

Value = float | bool | str | date


@dataclass(frozen=True)
class QuantityDefinition:
    """One quantity of a kind of subject: its kind, unit and allowed values, and whom to ask where it is missing."""

    subject: str
    name: str
    kind: Kind
    unit: str
    values: tuple[str, ...]
    label_vi: str
    label_en: str
    ask_vi: str
    ask_en: str

    def label(self, lang: Lang) -> str:
        """Name that people read."""
        return self.label_vi if lang == "vi" else self.label_en

    def ask(self, lang: Lang) -> str:
        """What to ask for and of whom."""
        return self.ask_vi if lang == "vi" else self.ask_en


@dataclass(frozen=True)
class ParameterValue:
    """A legal parameter on a day, as its instrument writes it."""

    value: Value
    unit: str
    provision: Provision

    @property
    def citation(self) -> str:
        """Article and instrument."""
        return self.provision.citation("vi")

    @property
    def confidence(self) -> str:
        """How sure the makers of the pack are of the value."""
        return self.provision.confidence


@dataclass(frozen=True)
class LegalParameter:
    """A legal parameter with all its values, in the order of their days."""

    parameter_id: str
    kind: Kind
    unit: str
    label_vi: str
    label_en: str
    versions: tuple[ParameterValue, ...]

    def on(self, day: date) -> ParameterValue | None:
        """The value in force on a day, if there is one."""
        return next((version for version in self.versions if version.provision.holds_on(day)), None)


@dataclass(frozen=True)
class Comparison:
    """How the value must stand to its thresholds: one, two for ``between``, any for ``in``, none for ``holds``."""

    operator: str
    thresholds: tuple[Node, ...]


@dataclass(frozen=True)
class RuleException:
    """An exception to a rule, with the exceptions to itself.

    ``test`` None exempts from the rule. An exception to an exception counts only where that one applies.
    """

    exception_id: str
    label_vi: str
    label_en: str
    condition: Node
    test: Comparison | None
    provision: Provision
    inner: tuple["RuleException", ...] = ()

    def walk(self) -> Iterator["RuleException"]:
        """This one and all within it."""
        yield self
        for one in self.inner:
            yield from one.walk()


@dataclass(frozen=True)
class Rule:
    """One version of one requirement.

    Attributes
    ----------
    unit
        Unit of the thresholds and of the margin, as the law writes it; empty for what has none.
    conversion
        From that unit to the unit of the quantity.
    exceptions
        Those to the rule itself; exceptions to exceptions are inside them.
    """

    rule_id: str
    family: str
    topic: str
    subject: str
    label_vi: str
    label_en: str
    condition: Node | None
    quantity: QuantityDefinition
    test: Comparison
    unit: str
    conversion: Conversion
    deciding_date: str
    exceptions: tuple[RuleException, ...]
    provision: Provision

    def label(self, lang: Lang) -> str:
        """What is required."""
        return self.label_vi if lang == "vi" else self.label_en

    def all_exceptions(self) -> Iterator[RuleException]:
        """Its exceptions, and those to them."""
        for one in self.exceptions:
            yield from one.walk()


@dataclass(frozen=True)
class Family:
    """All versions of one requirement, in the order of their days; on one day at most one is in force."""

    name: str
    subject: str
    deciding_date: str
    versions: tuple[Rule, ...]


@dataclass(frozen=True)
class LawCase:
    """One test case as its table has it."""

    case_id: str
    rule_id: str
    covers: str
    on: date
    facts: str
    expected: str
    margin: float | None
    because: str
