"""The step: every rule of the law pack put to every subject, as tables of findings with the figures behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from quydat.compliance.count import write_asks, write_by_rule, write_summary, write_totals
from quydat.compliance.establishments import KIND as ESTABLISHMENT
from quydat.compliance.judge import Judged, judge
from quydat.compliance.subjects import subjects_of
from quydat.compliance.words import LAW_UNITS, shown_value, told
from quydat.core.basis import Basis, weakest
from quydat.core.ledger import Ledger
from quydat.core.text import LANGS, say
from quydat.dictionary.cells import Names, Row, TableWriter, plain
from quydat.inventory.evidence import Evidence
from quydat.law import Finding, Pack
from quydat.law.model import Rule

TABLES = ("findings", "findings_by_rule", "findings_summary", "asks")
"""Result tables of the step."""

DECIDED = ("pass", "fail")


@dataclass(frozen=True)
class Question:
    """What the law is asked about: the pack, the day, the list of parks to be converted, the city and its name."""

    pack: Pack
    on: date
    conversions: str
    city: tuple[str, Names]


def judge_all(
    evidence: Evidence, *, question: Question, tables: Mapping[str, pd.DataFrame], ledger: Ledger
) -> list[Judged]:
    """Put every rule to every subject of its kind.

    Parameters
    ----------
    evidence
        The record, cell by cell.
    tables
        Result tables of the steps before.
    ledger
        Figures of the steps before; derived facts are written into it.
    """
    quantities = question.pack.quantities
    groups = subjects_of(
        evidence,
        quantities=quantities,
        tables=tables,
        conversions=question.conversions,
        city=question.city,
        as_of=question.on,
        ledger=ledger,
    )
    return [
        judge(group, on=question.on, pack=question.pack, quantities=quantities.get(group.kind, {})) for group in groups
    ]


def find(
    evidence: Evidence, *, question: Question, tables: Mapping[str, pd.DataFrame], ledger: Ledger
) -> dict[str, pd.DataFrame]:
    """The tables of findings, by name.

    Raises
    ------
    Problems
        As ``law.evaluate``: two exceptions of a rule that apply at once.
    """
    judged = judge_all(evidence, question=question, tables=tables, ledger=ledger)
    rules = {rule.rule_id: rule for rule in question.pack.rules}
    findings = write_findings(judged, rules, ledger)
    write_totals(findings, ledger)
    return {
        "findings": findings,
        "findings_by_rule": write_by_rule(judged, rules, ledger),
        "findings_summary": write_summary(judged, rules, ledger),
        "asks": write_asks(judged, question.pack.quantities, ledger),
    }


def write_findings(judged: Sequence[Judged], rules: Mapping[str, Rule], ledger: Ledger) -> pd.DataFrame:
    """The table ``findings``: what passes, fails or is unknown; of establishments only what passes or fails.

    The margin of each finding is a figure, except of establishments: theirs are explained from the row itself.
    """
    writer = TableWriter("findings", ledger=ledger)
    for one in judged:
        bulk = one.group.kind == ESTABLISHMENT
        kept = one.table["verdict"].isin(DECIDED) if bulk else one.table["verdict"] != "not_applicable"
        places = kept.to_numpy(bool).nonzero()[0].tolist()
        for place, raw in zip(places, one.table[kept].to_dict("records"), strict=True):
            row = {str(name): plain(value) for name, value in raw.items()}
            made = _open(writer, one, place, row, rules[str(row["rule_id"])])
            if row["verdict"] in DECIDED:
                _decide(made, one.finding(place), row, bulk=bulk)
    return writer.frame()


def _open(writer: TableWriter, one: Judged, place: int, row: Mapping[str, Any], rule: Rule) -> Row:
    """A row of the table with all that is no number of its own."""
    name = one.group.names[str(row["subject_id"])]
    said: dict[str, Any] = {}
    if one.split[place]:
        said = {f"reason_{lang}": say("compliance.split", lang) for lang in LANGS}
    elif row["verdict"] not in DECIDED and (row["reason"] != "missing" or not one.breach[place]):
        said = {f"reason_{lang}": one.finding(place).sentence(lang) for lang in LANGS}
    return writer.open(
        (f"{name[0]}, {rule.label_vi.rstrip('.')}", f"{name[1]}, {rule.label_en.rstrip('.')}"),
        subject_kind=one.group.kind,
        subject_id=row["subject_id"],
        name_vi=name[0],
        name_en=name[1],
        on=str(row["on"]),
        verdict=row["verdict"],
        applies=bool(one.applies[place]),
        breach_possible=bool(one.breach[place]),
        value=shown_value(row["value"]),
        operator=row["operator"] or rule.test.operator,
        threshold=shown_value(row["threshold"]),
        unit=row["unit"] or None,
        exception_id=row["exception_id"] or None,
        asks_for=row["asks_for"] or None,
        **said,
        **{name: value for name, value in told(rule).items() if name not in ("link", "amended_note")},
    )


def _decide(made: Row, finding: Finding, row: Mapping[str, Any], *, bulk: bool) -> None:
    """What a pass or fail says besides: the sentence, the articles, what it rests on, and the margin as a figure."""
    said = (finding.sentence("vi"), finding.sentence("en"))
    inputs = finding.inputs()
    facts = [item.basis for item in inputs if item.kind != "law"]
    made.values |= {
        "reason_vi": said[0],
        "reason_en": said[1],
        "citation_vi": finding.citation("vi"),
        "citation_en": finding.citation("en"),
        "confidence": finding.confidence,
        "basis": weakest(facts or [Basis.PUBLISHED]).value,
    }
    if row["margin"] is None:
        return
    if bulk:
        made.values["margin"] = float(row["margin"])
        return
    unit = LAW_UNITS.get(row["unit"] or "", row["unit"]) or "count"
    made.put("margin", float(row["margin"]), "rule", inputs, formula=said, unit=unit)
