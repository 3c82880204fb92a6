"""Section on the law: what each park that matters meets and fails, by which article, and what must be asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from quydat.compliance.words import LAW_UNITS
from quydat.core.text import number
from quydat.dictionary.schema import choice_label, tables
from quydat.report.document import Block, Column, FigureRef, Link, Row, Runs, Section, TableBlock
from quydat.report.sources import safe_url
from quydat.report.wording import NOT_APPLICABLE, trimmed
from quydat.report.writer import Writer, joined

COUNTS = ("pass", "fail", "unknown", "may_not_apply", "below_high")
_SIGNS = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "eq": "="}
_ASKS = 15
_ASKED_OF_A_PARK = 5
_ORDER = {"fail": 0, "pass": 1}
_NO_BREACH = "no_breach"
_ANSWERS = ("yes", "no")


def write(w: Writer) -> Section:
    """Counts, whatever fails, what was decided of each focus park and of the city, what to ask."""
    found = w.snapshot.tables.get("findings")
    if found is None or found.empty:
        return Section("law", w.say("law.title"), ())
    focus = [park for park in w.snapshot.focus if w.has(f"findings_summary.park.{park}.total.pass")]
    blocks: list[Block] = [
        w.paragraph("law.text", **{name: w.ref(f"law.{name}") for name in ("pass", "fail", "unknown")}),
        *_honest(w),
    ]
    if failing := failing_of(w):
        blocks.append(_table(w, failing, caption=w.say("law.failing"), named=w.say("law.subject")))
    if focus:
        blocks.append(_counts(w, focus))
        decided = [row for park in focus for row in findings_of(w, "park", park, (*_ORDER, _NO_BREACH))]
        if decided:
            blocks.append(_table(w, decided, caption=w.say("law.parks"), named=w.say("law.subject")))
        blocks += _missing(w, focus)
    blocks += _others(w)
    blocks.append(_asks(w))
    return Section("law", w.say("law.title"), tuple(blocks))


def failing_of(w: Writer) -> list[dict[str, Any]]:
    """Whatever fails, of any subject but establishments, which are counted and not listed."""
    failing = [row for row in w.rows("findings") if row["verdict"] == "fail" and row["subject_kind"] != "establishment"]
    return sorted(failing, key=lambda row: (row["subject_kind"], row["subject_id"], row["topic"], row["rule_id"]))


def findings_of(w: Writer, kind: str, subject: str, verdicts: Iterable[str]) -> list[dict[str, Any]]:
    """Findings on a subject with one of the verdicts, fails first."""
    wanted = set(verdicts)
    rows = [
        row
        for row in w.rows("findings")
        if row["subject_kind"] == kind and row["subject_id"] == subject and outcome(row) in wanted
    ]
    return sorted(rows, key=lambda row: (_ORDER.get(row["verdict"], 2), row["topic"], row["rule_id"]))


def outcome(row: Mapping[str, Any]) -> str:
    """Verdict of a finding; what is unknown but no breach, whatever the answer, stands apart."""
    surely_none = row["verdict"] == "unknown" and row["applies"] and not row["breach_possible"]
    return _NO_BREACH if surely_none else str(row["verdict"])


def compared(w: Writer, row: Mapping[str, Any]) -> str:
    """What was compared, as people write it: value, sign, threshold, unit."""
    value, threshold = (_written(w, row[name]) for name in ("value", "threshold"))
    if row["value"] in _ANSWERS:
        wanted = "yes" if row["operator"] == "holds" else row["threshold"]
        return w.say("law.answered", value=value, threshold=w.say(f"law.{wanted}")) if wanted in _ANSWERS else value
    if row["operator"] == "holds" or not threshold:
        return value
    unit = "" if row["unit"] in (None, "bool", "text", "code", "date", "count") else _unit(w, row)
    sign = _SIGNS.get(row["operator"], choice_label("law_operator", row["operator"], w.lang))
    return w.say("law.must", value=f"{value}{unit}", sign=sign, threshold=f"{threshold}{unit}")


def _written(w: Writer, text: str | None) -> str:
    if text is None:
        return ""
    if text in _ANSWERS:
        return w.say(f"law.{text}")
    parts = []
    for part in text.split(";"):
        try:
            parts.append(trimmed(number(float(part), w.lang, decimals=2), w.lang))
        except ValueError:
            parts.append(part)
    return "–".join(parts)


def _honest(w: Writer) -> list[Block]:
    """How sure the law itself is: rules below high confidence, amendments that were not read."""
    blocks: list[Block] = [w.caution("law.weak", weak=w.ref("law.below_high"))]
    rules, notes = _rules(w), dict[str, list[str]]()
    for rule_id in dict.fromkeys(row["rule_id"] for row in w.rows("findings") if row["verdict"] in _ORDER):
        note = rules[rule_id]["amended_note"]
        instrument = rules[rule_id][f"citation_{w.lang}"].rpartition(", ")[2]
        if note and instrument not in notes.setdefault(note.rstrip("."), []):
            notes[note.rstrip(".")].append(instrument)
    if notes:
        told = "; ".join(w.say("law.amends", note=note, of="; ".join(of)) for note, of in notes.items())
        blocks.append(w.caution("law.amended", notes=told))
    return blocks


def _rules(w: Writer) -> dict[str, dict[str, Any]]:
    return {row["rule_id"]: row for row in w.rows("findings_by_rule")}


def _counts(w: Writer, focus: Iterable[str]) -> TableBlock:
    definition = tables()["findings_summary"]
    columns = (Column(w.say("name"), wide=True), *(Column(definition[name].label(w.lang), True) for name in COUNTS))
    names = {row["park_id"]: w.name_of(row) for row in w.rows("parks")}
    lines = [
        Row(
            ((names[park],), *((w.ref(f"findings_summary.park.{park}.total.{name}"),) for name in COUNTS)),
            row_id=park,
        )
        for park in focus
    ]
    return TableBlock("findings_summary", w.say("law.counts"), columns, tuple(lines), w.say("law.counts_note"))


def _missing(w: Writer, focus: Iterable[str]) -> list[Block]:
    """What must be asked about the parks; those of which the same is missing stand together."""
    names = {row["park_id"]: w.name_of(row) for row in w.rows("parks")}
    together: dict[tuple[str, ...], list[str]] = {}
    for park in focus:
        if missing := tuple(asked_of(w, park)):
            together.setdefault(missing, []).append(park)
    return [
        w.point(
            "law.park_asks",
            parks=joined(
                (f"{names[park]} (", w.ref(f"findings_summary.park.{park}.total.unknown"), ")") for park in parks
            ),
            asks="; ".join(missing),
        )
        for missing, parks in together.items()
    ]


def asked_of(w: Writer, park: str, most: int = _ASKED_OF_A_PARK) -> list[str]:
    """Names of the quantities of a park for which most unknown findings wait, by rules that surely apply to it."""
    waiting: dict[str, int] = {}
    for row in (one for one in findings_of(w, "park", park, ("unknown",)) if one["applies"]):
        for quantity in (row["asks_for"] or "").split(";"):
            waiting[quantity] = waiting.get(quantity, 0) + 1
    labels = {row["quantity"]: row[f"label_{w.lang}"] for row in w.rows("asks") if row["subject_kind"] == "park"}
    order = sorted((name for name in waiting if name in labels), key=lambda name: (-waiting[name], name))
    return [
        labels[name].lower() if w.lang == "en" else labels[name][:1].lower() + labels[name][1:] for name in order[:most]
    ]


def _others(w: Writer) -> list[Block]:
    """What the city and the parks to be converted meet; what they fail stands with all that fails."""
    met = [
        row for row in w.rows("findings") if row["subject_kind"] in ("city", "conversion") and row["verdict"] == "pass"
    ]
    met.sort(key=lambda row: (row["subject_kind"], row["subject_id"]))
    return [_table(w, met, caption=w.say("law.city"), named=w.say("law.subject"))] if met else []


def subject_name(w: Writer, row: Mapping[str, Any]) -> str:
    """Name of a subject; of a conversion or a project with that word, for its park has the same name."""
    name = w.name_of(row)
    if row["subject_kind"] not in ("conversion", "project"):
        return name
    return w.say(f"law.subject_{row['subject_kind']}", name=name)


def _table(w: Writer, rows: Iterable[Mapping[str, Any]], *, caption: str, named: str) -> TableBlock:
    """Findings as a table; with the name of the subject in front where they are about several."""
    definition = tables()["findings"]
    heads = [Column(named, wide=True)] if named else []
    heads.append(Column(definition[f"label_{w.lang}"].label(w.lang), wide=True))
    heads += [
        Column(definition["verdict"].label(w.lang)),
        Column(w.say("law.compared")),
        Column(w.say("law.margin"), True),
    ]
    heads += [Column(definition[f"citation_{w.lang}"].label(w.lang), wide=True), Column(w.say("law.confidence"))]
    lines, rules = [], _rules(w)
    for row in rows:
        cells: list[Runs] = [(subject_name(w, row),)] if named else []
        figure = f"findings.{row['subject_kind']}.{row['subject_id']}.{row['rule_id']}.margin"
        words, has = compared(w, row), w.has(figure)
        mark = w.ref(figure).mark if has else ""
        url = safe_url((rules[row["rule_id"]]["link"] or "").split(" ")[0])
        cells += [
            (row[f"label_{w.lang}"],),
            (
                w.say("law.no_breach")
                if outcome(row) == _NO_BREACH
                else choice_label("verdict", row["verdict"], w.lang),
            ),
            (FigureRef(figure, words, mark) if has else words if outcome(row) in _ORDER and words else NOT_APPLICABLE,),
            (w.ref(figure), _unit(w, row)) if has else (NOT_APPLICABLE,),
            (Link(row[f"citation_{w.lang}"], url) if url else row[f"citation_{w.lang}"],),
            (choice_label("confidence", row["confidence"], w.lang),),
        ]
        lines.append(Row(tuple(cells), row_id=row["subject_id"] if row["subject_kind"] == "park" else ""))
    return TableBlock("findings", caption, tuple(heads), tuple(lines))


def _unit(w: Writer, row: Mapping[str, Any]) -> str:
    unit = w.unit(LAW_UNITS.get(row["unit"] or "", row["unit"] or ""))
    return f" {unit}" if unit else ""


def _asks(w: Writer) -> TableBlock:
    definition = tables()["asks"]
    rows = [row for row in w.rows("asks") if row["subject_kind"] != "establishment"]
    rows.sort(key=lambda row: (-row["decides"], -row["findings"], row["subject_kind"], row["quantity"]))
    counts = ("subjects", "rules", "findings", "decides")
    columns = (
        Column(definition[f"ask_{w.lang}"].label(w.lang), wide=True),
        *(Column(definition[name].label(w.lang), True) for name in counts),
    )
    lines = [
        Row(
            (
                (row[f"ask_{w.lang}"],),
                *((w.ref(f"asks.{row['subject_kind']}.{row['quantity']}.{name}"),) for name in counts),
            )
        )
        for row in rows[:_ASKS]
    ]
    return TableBlock("asks", w.say("law.asks"), columns, tuple(lines), w.say("law.asks_note"))
