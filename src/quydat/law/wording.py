"""Findings in words, Vietnamese and English."""

from datetime import date
from typing import TYPE_CHECKING

from quydat.core.text import UNKNOWN, Lang, number, say, shown
from quydat.dictionary.schema import choice_label, unit_shown
from quydat.law.model import Value

if TYPE_CHECKING:
    from quydat.law.finding import Finding

_UNITS = {
    "year": ("năm", "years"),
    "ratio": ("lần", ""),
    **dict.fromkeys(("bool", "text", "code", "group"), ("", "")),
}
"""Units of the law that a calendar year or a column of a table would write otherwise."""
_DECIMALS = 4


def value_shown(value: Value | None, unit: str, lang: Lang) -> str:
    """A value of the law with its unit: as many digits as it has, four at most."""
    if value is None:
        return UNKNOWN[lang]
    if isinstance(value, bool | str | date):
        return shown(value, lang)
    if unit == "share":
        value, unit = value * 100, "%"
    text = number(value, lang, decimals=_DECIMALS).rstrip("0").rstrip(",." if lang == "vi" else ".")
    name = _UNITS[unit][lang != "vi"] if unit in _UNITS else unit_shown(unit, lang)
    return f"{text} {name}".strip()


def reason_text(finding: "Finding", lang: Lang) -> str:
    """Why a finding is unknown or not applicable; empty where it is decided."""
    if not finding.reason:
        return ""
    exception = finding.exception
    label = "" if exception is None else (exception.label_vi if lang == "vi" else exception.label_en)
    facts = {
        "exception": label.rstrip("."),
        "asks": "; ".join(one.ask(lang).rstrip(".") for one in finding.questions()),
        "on": shown(finding.on, lang),
    }
    return say(f"law.reason.{finding.reason}", lang, **facts)


def sentence(finding: "Finding", lang: Lang) -> str:
    """Verdict, requirement, what was compared, by how much, why not, by which article, and how sure that is."""
    verdict = choice_label("verdict", finding.verdict, lang)
    parts = [say("law.sentence.head", lang, verdict=verdict[:1].upper() + verdict[1:], label=_label(finding, lang))]
    if finding.verdict in ("pass", "fail") and finding.operator:
        parts.append(_compared(finding, lang))
    if finding.reason:
        parts.append(reason_text(finding, lang))
    if finding.verdict == "unknown" and not finding.breach_possible:
        parts.append(say("law.sentence.no_breach", lang))
    parts.append(say("law.sentence.citation", lang, citation=finding.citation(lang)))
    if finding.confidence != "high":
        parts.append(
            say("law.sentence.confidence", lang, confidence=choice_label("confidence", finding.confidence, lang))
        )
    if finding.rule.provision.amended_note:
        parts.append(say("law.sentence.amended", lang, note=finding.rule.provision.amended_note))
    return " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in parts)


def _label(finding: "Finding", lang: Lang) -> str:
    return finding.rule.label(lang).rstrip(".")


def _compared(finding: "Finding", lang: Lang) -> str:
    unit = finding.unit
    facts = {
        "quantity": finding.quantity.label(lang),
        "value": value_shown(finding.value, unit, lang),
        "operator": choice_label("law_operator", finding.operator, lang),
        "threshold": "; ".join(value_shown(one, unit, lang) for one in finding.thresholds),
    }
    answered = isinstance(finding.value, bool)  # "no, to be equal to no" is no sentence: the requirement says it
    text = say("law.sentence.value" if answered or not finding.thresholds else "law.sentence.compared", lang, **facts)
    if finding.margin is None or (finding.operator in ("eq", "in") and finding.verdict == "pass"):
        return text
    unit = "day" if finding.quantity.kind == "date" else unit
    room = say(
        "law.sentence.room" if finding.verdict == "pass" else "law.sentence.short", lang,
        margin=value_shown(abs(finding.margin), unit, lang),
    )  # fmt: skip
    return text + room
