"""Commands on the law: rules in force, which of them are tested, one rule in full, and the findings of a run."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, print_json, table
from quydat.cli.run_commands import LATEST, find
from quydat.core.text import day

if TYPE_CHECKING:
    from quydat.app.run import Run
    from quydat.law import Pack

_FOLDER = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
VERDICTS = ("pass", "fail", "unknown")


def add_law_commands(make: Maker) -> None:
    """Add rules and findings."""

    @make.command("rules")
    @make.argument("study", text="study_or_none", type=_FOLDER, required=False)
    @make.option("--on", text="rules_on", type=_DAY)
    @make.option("--subject", text="rules_subject")
    @make.option("--topic", text="topic")
    @make.option("--rule", text="rule")
    @make.option("--coverage", text="coverage", is_flag=True)
    @make.option("--asks", text="rules_asks", is_flag=True)
    def _rules(
        study: Path | None, on: datetime | None, subject: str | None, topic: str | None, rule: str | None,
        coverage: bool, asks: bool, as_json: bool,
    ) -> None:  # fmt: skip
        from quydat.app.permission import local_owner

        actor, pack, today = local_owner(), *_law_of(study)
        if rule is not None:
            _show_rule(make, pack, rule, actor, as_json)
        elif coverage:
            _show_coverage(make, pack, {"subject": subject, "topic": topic}, actor, as_json)
        elif asks:
            _show_quantities(make, pack, subject, actor, as_json)
        else:
            _show_rules(make, pack, on.date() if on else today, {"subject": subject, "topic": topic}, actor, as_json)

    @make.command("findings")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--subject", text="findings_subject")
    @make.option("--verdict", text="verdict", type=click.Choice(VERDICTS))
    @make.option("--topic", text="topic")
    @make.option("--on", text="findings_on", type=_DAY)
    @make.option("--asks", text="findings_asks", is_flag=True)
    def _findings(
        run: str, study: Path, subject: str | None, verdict: str | None, topic: str | None, on: datetime | None,
        asks: bool, as_json: bool,
    ) -> None:  # fmt: skip
        found = find(run, study)
        made = _tables(found, on.date() if on else None)
        if asks:
            labels = found.table("law_subject")
            kinds = dict(zip(labels["subject"], labels[f"label_{make.lang}"], strict=True))
            _show_asks(make, made, subject, kinds, as_json)
            return
        _show_findings(make, made, {"subject_id": subject, "topic": topic}, verdict, as_json)


def _law_of(study: Path | None) -> "tuple[Pack, date | None]":
    """Law and day of a study; of no study, every shipped pack and no day."""
    from quydat.app.law import every_shipped
    from quydat.app.study import open_study
    from quydat.dictionary.settings import FILE

    if study is None and not Path(FILE).is_file():
        return every_shipped(), None
    opened = open_study(study or Path())
    return opened.law, opened.settings.as_of


def _tables(run: "Run", on: date | None) -> Mapping[str, Any]:
    from quydat.app.law import findings_of, findings_on

    return findings_of(run) if on is None else findings_on(run, on)


def _show_rules(
    make: Maker, pack: "Pack", on: date | None, wanted: Mapping[str, str | None], actor: Any, as_json: bool
) -> None:
    from quydat.app.law import chosen, rules_on

    rows = chosen(rules_on(pack, actor=actor, on=on), wanted)
    if as_json:
        print_json({"pack": pack.name, "on": on, "rules": rows.to_dict("records")})
        return
    line(
        make.say("cli.rules.head" if on else "cli.rules.head_all", pack=pack.name, count=len(rows), day=_day(on, make))
    )
    headings = [make.say(f"cli.column.{name}") for name in ("rule", "subject", "requirement", "article", "confidence")]
    table(headings, [_rule_row(make, row) for row in rows.to_dict("records")])


def _rule_row(make: Maker, row: Mapping[Any, Any]) -> list[str]:
    from quydat.dictionary.schema import choice_label

    sure = choice_label("confidence", row["confidence"], make.lang)
    return [row["rule_id"], row["subject"], _cut(row[f"label_{make.lang}"], 64), row[f"citation_{make.lang}"], sure]


def _show_rule(make: Maker, pack: "Pack", rule_id: str, actor: Any, as_json: bool) -> None:
    from quydat.app.law import rule_in_full
    from quydat.dictionary.schema import choice_label, tables

    full = rule_in_full(pack, rule_id, actor=actor)
    if as_json:
        print_json(full)
        return
    rule, vi = full["rule"], make.lang == "vi"
    line(f"{rule_id}  {rule[f'label_{make.lang}']}")
    line(f"  {full[f'citation_{make.lang}']}")
    for attribute in tables()["rule"]:
        value = rule[attribute.name]
        if value is None or attribute.name in ("rule_id", "label_vi", "label_en", "instrument_id", "article"):
            continue
        if attribute.choices:
            value = choice_label(attribute.choices, value, make.lang)
        elif isinstance(value, date):
            value = day(value, make.lang)
        line(f"  {attribute.label_vi if vi else attribute.label_en}: {value}")
    for name, rows in (("versions", full["versions"][1:] and full["versions"]), ("exceptions", full["exceptions"])):
        if rows:
            line(f"  {make.say(f'cli.rules.{name}')}")
            for one in rows:
                line(f"    {_version(make, one)}")
    line("  " + make.say("cli.rules.cases", count=len(full["cases"])))
    for case in full["cases"]:
        covers = choice_label("case_covers", case["covers"], make.lang)
        expected = choice_label("verdict", case["expected"], make.lang)
        line(f"    {case['case_id']}  {covers}: {case['facts'] or '–'} → {expected}")


def _version(make: Maker, row: Mapping[str, Any]) -> str:
    start, end = day(row["in_force_from"], make.lang), row["in_force_to"]
    name = row.get("exception_id") or row["rule_id"]
    dates = make.say("cli.rules.dates", start=start, end="…" if end is None else day(end, make.lang))
    return f"{name}  {dates}: {row[f'label_{make.lang}']}"


def _show_coverage(make: Maker, pack: "Pack", wanted: Mapping[str, str | None], actor: Any, as_json: bool) -> None:
    from quydat.app.law import case_coverage, chosen

    rows = chosen(case_coverage(pack, actor=actor), wanted)
    if as_json:
        print_json({"pack": pack.name, "rules": rows.to_dict("records")})
        return
    lacking = rows[rows["missing"] != ""]
    line(make.say("cli.rules.coverage_head", pack=pack.name, count=len(rows), lacking=len(lacking)))
    if len(lacking):
        headings = [make.say(f"cli.column.{name}") for name in ("rule", "present", "lacks")]
        table(headings, [[row["rule_id"], row["present"] or "–", row["missing"]] for row in lacking.to_dict("records")])


def _show_quantities(make: Maker, pack: "Pack", subject: str | None, actor: Any, as_json: bool) -> None:
    from quydat.app.law import chosen, quantities_of

    rows = chosen(quantities_of(pack, actor=actor), {"subject": subject})
    if as_json:
        print_json({"pack": pack.name, "quantities": rows.to_dict("records")})
        return
    headings = [make.say(f"cli.column.{name}") for name in ("subject", "quantity", "unit", "name")]
    table(
        headings, [[r["subject"], r["quantity"], r["unit"], r[f"label_{make.lang}"]] for r in rows.to_dict("records")]
    )


def _show_findings(
    make: Maker, made: Mapping[str, Any], wanted: Mapping[str, str | None], verdict: str | None, as_json: bool
) -> None:
    from quydat.app.law import chosen
    from quydat.report.rows import records

    rows = chosen(made["findings"], wanted)
    kept = rows if verdict is None else rows[rows["verdict"] == verdict]
    if as_json:
        print_json({"findings": records(kept)})
        return
    counts = {name: int((rows["verdict"] == name).sum()) for name in VERDICTS}
    line(make.say("cli.findings.head", **{f"n_{name}": count for name, count in counts.items()}))
    shown = records(kept)
    if wanted["subject_id"] is None:
        _by_rule(make, shown, verdict)
        return
    asked = {row["quantity"]: row[f"label_{make.lang}"] for row in records(made["asks"])}
    for row in shown:
        if row["verdict"] != "unknown":
            line(_titled(make, row, f"{row['rule_id']} · {row['topic']}"))
            line(f"            {row[f'reason_{make.lang}']}")
    unknown = [row for row in shown if row["verdict"] == "unknown"]
    for row in (one for one in unknown if one["applies"]):
        line(_titled(make, row, f"{row['rule_id']} · {row[f'label_{make.lang}']}"))
        names = [asked.get(name, name) for name in (row["asks_for"] or "").split(";")]
        line("            " + (row[f"reason_{make.lang}"] or make.say("cli.findings.asks", what="; ".join(names))))
    rest = sum(not row["applies"] for row in unknown)
    if rest:
        line("  " + make.say("cli.findings.may_not_apply", count=rest))


def _titled(make: Maker, row: Mapping[str, Any], what: str) -> str:
    from quydat.dictionary.schema import choice_label

    return f"  {choice_label('verdict', row['verdict'], make.lang).upper():9} {what}"


def _by_rule(make: Maker, rows: Sequence[Mapping[str, Any]], verdict: str | None) -> None:
    """What fails one by one; what passes, or is asked for, by rule with the number of subjects."""
    for row in rows:
        if row["verdict"] == "fail":
            line(_titled(make, row, f"{row[f'name_{make.lang}']} · {row['rule_id']}"))
            line(f"            {row[f'reason_{make.lang}']}")
    for word in ("pass", "unknown"):
        if word == "unknown" and verdict != "unknown":
            continue
        own = [row for row in rows if row["verdict"] == word]
        for rule_id in dict.fromkeys(row["rule_id"] for row in own):
            named = [row for row in own if row["rule_id"] == rule_id]
            line(_titled(make, named[0], f"× {len(named)} · {rule_id} · {named[0][f'label_{make.lang}']}"))
            line("            " + _cut("; ".join(row[f"name_{make.lang}"] for row in named), 110))


def _show_asks(
    make: Maker, made: Mapping[str, Any], subject: str | None, labels: Mapping[str, str], as_json: bool
) -> None:
    from quydat.app.law import chosen
    from quydat.report.rows import records

    rows = records(made["asks"])
    if subject is not None:
        chosen(made["findings"], {"subject_id": subject})  # one that is not there is told
        unknown = made["findings"].query("verdict == 'unknown' and subject_id == @subject")
        asked = {name for text in unknown["asks_for"].dropna() for name in text.split(";")}
        kinds = set(unknown["subject_kind"])
        rows = [row for row in rows if row["subject_kind"] in kinds and row["quantity"] in asked]
    if as_json:
        print_json({"asks": rows})
        return
    headings = [make.say(f"cli.column.{name}") for name in ("ask", "subjects", "findings_wait", "decides")]
    table(headings, [_ask_row(make, row, labels) for row in rows])


def _ask_row(make: Maker, row: Mapping[str, Any], labels: Mapping[str, str]) -> Sequence[str]:
    return [
        f"{labels.get(row['subject_kind'], row['subject_kind'])}: {row[f'ask_{make.lang}']}",
        *(str(row[n]) for n in ("subjects", "findings", "decides")),
    ]


def _day(on: date | None, make: Maker) -> str:
    return "" if on is None else day(on, make.lang)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
