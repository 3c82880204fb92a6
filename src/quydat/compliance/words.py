"""What tables of findings say of a rule and of a value."""

from typing import Any

from quydat.law.model import Rule

LAW_UNITS = {"year": "years", "day": "days", "month": "months"}
"""How figures call units of the law that mean something else there: a year is a point in time."""


def told(rule: Rule) -> dict[str, Any]:
    """What a table of findings says of a rule: what it asks, where it stands, how sure its reader is."""
    return {
        "rule_id": rule.rule_id,
        "family": rule.family,
        "topic": rule.topic,
        "label_vi": rule.label_vi,
        "label_en": rule.label_en,
        "citation_vi": rule.provision.citation("vi"),
        "citation_en": rule.provision.citation("en"),
        "link": rule.provision.link,
        "confidence": rule.provision.confidence,
        "amended_note": rule.provision.amended_note or None,
    }


def shown_value(value: Any) -> str | None:
    """A value or threshold as the table keeps it: numbers with as many digits as they have, yes and no as words.

    >>> shown_value(77.00000000000001), shown_value(True), shown_value(None)
    ('77', 'yes', None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)
