"""Findings counted: by subject and topic, by rule, and what is missing for those that are unknown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from quydat.compliance.establishments import KIND as ESTABLISHMENT
from quydat.compliance.judge import Judged
from quydat.compliance.words import told
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.selection import Selection
from quydat.dictionary.cells import Names, Row, TableWriter
from quydat.law.model import QuantityDefinition, Rule

STORED = ("pass", "fail", "unknown")
VERDICTS = (*STORED, "not_applicable")
TOTAL = "total"
"""Topic of the row that counts every rule."""


_CHOSEN: Mapping[str, Mapping[str, str]] = {
    **{verdict: {"verdict": verdict} for verdict in STORED},
    "may_not_apply": {"verdict": "unknown", "applies": "False"},
}
"""Rows of ``findings`` that a column counts."""


def unsure_of(one: Judged) -> "pd.Series[bool]":
    """Rows that are unknown, and of which it is not even known whether the rule applies."""
    return (one.table["verdict"] == "unknown") & ~pd.Series(one.applies, index=one.table.index)


def write_by_rule(judged: Sequence[Judged], rules: Mapping[str, Rule], ledger: Ledger) -> pd.DataFrame:
    """The table ``findings_by_rule``: of each rule that was put to a subject, how many pass, fail and so on."""
    writer = TableWriter("findings_by_rule", ledger=ledger)
    for one in judged:
        counted = one.table.groupby(["rule_id", "verdict"], sort=False).size()
        unsure = one.table["rule_id"][unsure_of(one)].value_counts()
        for rule_id in dict.fromkeys(one.table["rule_id"]):
            own = {verdict: int(counted.get((rule_id, verdict), 0)) for verdict in VERDICTS}
            said = {name: value for name, value in told(rules[rule_id]).items() if name != "family"}
            own["may_not_apply"] = int(unsure.get(rule_id, 0))
            kind, basis = one.group.kind, one.group.basis.value
            row = writer.open((said["label_vi"], said["label_en"]), subject_kind=kind, basis=basis, **said)
            whole = sum(own[verdict] for verdict in VERDICTS)
            every = Input("rows", one.group.origin, whole, "count", one.group.basis)
            row.put("subjects", whole, "rule", [every])
            _verdicts(row, own, {"rule_id": rule_id}, one, row.ref("subjects"))
    return writer.frame()


def _verdicts(row: Row, own: Mapping[str, int], where: Mapping[str, str], one: Judged, whole: Input) -> None:
    """Verdicts counted over the rows of ``findings``; what does not apply is the rest of the whole."""
    bulk = one.group.kind == ESTABLISHMENT
    for name, chosen in _CHOSEN.items():
        if bulk and chosen["verdict"] == "unknown":  # their unknown findings are no rows of the table
            row.put(name, own[name], "rule", [Input("rows", one.group.origin, own[name], "count", whole.basis)])
            continue
        ref = Selection("findings", {**where, **chosen}, "rule_id").ref
        row.derive(name, "tabulated", [Input("rows", ref, own[name], "count", one.group.basis)])
    rest = [row.ref(verdict, factor=-1.0) for verdict in STORED]
    row.put("not_applicable", own["not_applicable"], "linear", [whole, *rest])


def write_summary(judged: Sequence[Judged], rules: Mapping[str, Rule], ledger: Ledger) -> pd.DataFrame:
    """The table ``findings_summary``: of each subject and topic, how many findings pass, fail and so on.

    A topic of which no rule is known to apply to a subject has no row there; the row ``total`` counts every rule.
    Establishments are counted by rule only.
    """
    writer = TableWriter("findings_summary", ledger=ledger)
    for one in judged:
        if one.group.kind == ESTABLISHMENT:
            continue
        kind, families = one.group.kind, Counter(rules[rule_id].topic for rule_id in _of_one_subject(one))
        for subject, by_topic in _counted(one, rules).items():
            total = Counter[str]()
            for own in by_topic.values():
                total.update(own)
            telling = sorted(topic for topic, own in by_topic.items() if own["telling"])
            for topic, own in [*((topic, by_topic[topic]) for topic in telling), (TOTAL, total)]:
                names = one.group.names[subject]
                row = writer.open(
                    names, subject_kind=kind, subject_id=subject, topic=topic, name_vi=names[0], name_en=names[1]
                )
                where = {"subject_kind": kind, "subject_id": subject} | ({} if topic == TOTAL else {"topic": topic})
                count = families.total() if topic == TOTAL else families[topic]
                _verdicts(row, own, where, one, _rules(kind, topic, count, ledger))
                decided = {**where, "verdict": "pass|fail", "confidence": "medium|low"}
                ref = Selection("findings", decided, "rule_id").ref
                row.derive("below_high", "tabulated", [Input("rows", ref, own["weak"], "count", one.group.basis)])
    return writer.frame()


def _of_one_subject(one: Judged) -> list[str]:
    """A rule of each family that was put to a subject."""
    return one.table["rule_id"].tolist()[: len(one.table) // max(len(one.group.names), 1)]


def _counted(one: Judged, rules: Mapping[str, Rule]) -> dict[str, dict[str, Counter[str]]]:
    """Findings of each subject and topic by verdict; what may not apply, what decides by weak rules, what tells."""
    found: dict[str, dict[str, Counter[str]]] = {}
    columns = (one.table[name].tolist() for name in ("subject_id", "rule_id", "verdict", "confidence"))
    for subject, rule_id, verdict, confidence, unsure in zip(*columns, unsure_of(one).tolist(), strict=True):
        own = found.setdefault(subject, {}).setdefault(rules[rule_id].topic, Counter())
        own[verdict] += 1
        own["may_not_apply"] += unsure
        own["weak"] += verdict in ("pass", "fail") and confidence != "high"
        own["telling"] += verdict != "not_applicable" and not unsure
    return found


_TOTALS: Mapping[str, tuple[Names, Mapping[str, str]]] = {
    "pass": (("Kết luận đạt", "Findings that pass"), {"verdict": "pass"}),
    "fail": (("Kết luận không đạt", "Findings that fail"), {"verdict": "fail"}),
    "unknown": (("Kết luận chưa rõ", "Unknown findings"), {"verdict": "unknown"}),
    "below_high": (
        ("Kết luận theo quy tắc dưới mức tin cậy cao", "Findings by rules below high confidence"),
        {"verdict": "pass|fail", "confidence": "medium|low"},
    ),
}


def write_totals(findings: pd.DataFrame, ledger: Ledger) -> None:
    """How many findings there are in all, establishments left out, as figures ``law.<verdict>``."""
    kinds = "|".join(sorted(set(findings["subject_kind"]) - {ESTABLISHMENT}))
    for name, (label, where) in _TOTALS.items():
        chosen = Selection("findings", {"subject_kind": kinds, **where}, "rule_id")
        count = len(chosen.rows(findings)) if kinds else 0
        item = Input("rows", chosen.ref, count, "count", Basis.DERIVED)
        ledger.derive(f"law.{name}", "tabulated", [item], unit="count", label=label)


def _rules(kind: str, topic: str, count: int, ledger: Ledger) -> Input:
    """How many requirements are put to each subject of a kind, as a figure."""
    figure_id = f"compliance.{kind}.rules.{topic}"
    if figure_id not in ledger:
        where = {"subject_kind": kind} | ({} if topic == TOTAL else {"topic": topic})
        rows = Input("rows", Selection("findings_by_rule", where, "rule_id").ref, count, "count", Basis.DERIVED)
        label = ("Số yêu cầu được xét cho mỗi đối tượng", "Requirements put to each subject")
        formula = (
            "các quy tắc của loại đối tượng ấy trong gói luật, mỗi họ tính một lần",
            "rules of the law pack about that kind of subject, each family once",
        )
        ledger.add(
            figure_id,
            count,
            unit="count",
            label=label,
            definition=label,
            operation="rule",
            formula=formula,
            inputs=[rows],
        )
    return ledger.input(figure_id)


def write_asks(
    judged: Sequence[Judged], quantities: Mapping[str, Mapping[str, QuantityDefinition]], ledger: Ledger
) -> pd.DataFrame:
    """The table ``asks``: what is missing, of how many subjects, and what it would decide; what decides most first."""
    writer = TableWriter("asks", ledger=ledger)
    for one in judged:
        known = quantities.get(one.group.kind, {})
        waiting, unknown = _waiting(one)
        for name in sorted(
            (name for name in waiting if name in known),
            key=lambda name: (-waiting[name].decides, -waiting[name].findings, name),
        ):
            quantity, own = known[name], waiting[name]
            row = writer.open(
                (quantity.label_vi, quantity.label_en),
                subject_kind=one.group.kind,
                quantity=name,
                label_vi=quantity.label_vi,
                label_en=quantity.label_en,
                ask_vi=quantity.ask_vi,
                ask_en=quantity.ask_en,
                basis=one.group.basis.value,
            )
            ref = Selection("findings", {"subject_kind": one.group.kind, "verdict": "unknown"}, "asks_for").ref
            source = one.group.origin if one.group.kind == ESTABLISHMENT else ref
            item = Input("rows", source, unknown, "count", one.group.basis)
            row.put("subjects", len(own.subjects), "rule", [item])
            row.put("rules", len(own.rules), "rule", [item])
            row.put("findings", own.findings, "rule", [item])
            row.put("decides", own.decides, "rule", [item])
    return writer.frame()


@dataclass
class _Waiting:
    """What waits for one quantity."""

    subjects: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    findings: int = 0
    decides: int = 0


def _waiting(one: Judged) -> tuple[dict[str, _Waiting], int]:
    """For each quantity that an unknown finding asks for, what waits for it; and how many findings are unknown."""
    found: dict[str, _Waiting] = {}
    unknown = one.table[one.table["verdict"] == "unknown"]
    columns = (unknown[name].tolist() for name in ("subject_id", "rule_id", "asks_for"))
    for subject, rule_id, asks in zip(*columns, strict=True):
        names = [name for name in str(asks or "").split(";") if name]
        for name in names:
            own = found.setdefault(name, _Waiting())
            own.subjects.add(subject)
            own.rules.add(rule_id)
            own.findings += 1
            own.decides += len(names) == 1
    return found, len(unknown)
