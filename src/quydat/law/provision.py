"""Where the law says something and from which day: instrument, article, link, confidence, last check."""

from dataclasses import dataclass
from datetime import date

from quydat.core.basis import Basis
from quydat.core.citation import Citation
from quydat.core.figure import Input, Value
from quydat.core.text import Lang
from quydat.dictionary.schema import choice_label

OPEN = date.max.toordinal()
"""Day after which nothing ends."""

_BASIS = {"high": Basis.PUBLISHED, "medium": Basis.ESTIMATED, "low": Basis.ASSUMED}
"""A number read in the text is published; one from a summary, or recalled, is only as good as its reader."""


@dataclass(frozen=True)
class Instrument:
    """A law, decree, code or standard."""

    instrument_id: str
    kind: str
    number: str
    label_vi: str
    label_en: str
    read_as: str
    link: str

    def name(self, lang: Lang) -> str:
        """Its kind and number, as ``Nghị định 35/2022/NĐ-CP``; the symbol of a code alone; its title without number."""
        if not self.number:
            return self.label_vi if lang == "vi" else self.label_en
        if not self.number[0].isdigit():
            return self.number
        kind = choice_label("instrument_kind", self.kind, lang)
        return f"{kind[0].upper()}{kind[1:]} {self.number}"


@dataclass(frozen=True)
class Provision:
    """What a row of a pack rests on.

    Attributes
    ----------
    ref
        ``law/<pack>/<id of the row>``, as traces name it.
    in_force_to
        First day no longer in force; None is still in force.
    amended_note
        Amendments that are known but were not read.
    """

    ref: str
    in_force_from: date
    in_force_to: date | None
    instrument: Instrument
    article: str
    link: str
    confidence: str
    checked_on: date
    checked_by: str
    note: str = ""
    amended_note: str = ""

    @property
    def first(self) -> int:
        """First day in force, as an ordinal."""
        return self.in_force_from.toordinal()

    @property
    def end(self) -> int:
        """First day no longer in force, as an ordinal."""
        return OPEN if self.in_force_to is None else self.in_force_to.toordinal()

    def holds_on(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= on.toordinal() < self.end

    @property
    def cited(self) -> Citation:
        """The citation as a trace carries it."""
        return Citation(
            self.article, self.instrument.name("vi"), self.instrument.name("en"), self.confidence, self.link
        )

    def citation(self, lang: Lang) -> str:
        """Article and instrument."""
        return self.cited.text(lang)

    def input(self, value: Value, unit: str) -> Input:
        """What the law says, as an input of a trace."""
        return Input(
            "law", self.ref, value, unit, _BASIS[self.confidence],
            source=self.cited.as_source(), as_of=self.in_force_from.isoformat(),
        )  # fmt: skip
