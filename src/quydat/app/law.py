"""The law of a study: its packs, and what of them a run keeps so that it can be explained later."""

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.app.permission import Actor, require
from quydat.app.run import Run
from quydat.compliance.findings import TABLES, Question, find
from quydat.core.ledger import Ledger
from quydat.core.problem import Place, problem, raise_if
from quydat.core.text import LANGS, say
from quydat.dictionary.read import FIRST_ROW, empty
from quydat.dictionary.schema import law_tables
from quydat.dictionary.settings import Settings
from quydat.inventory.evidence import Evidence
from quydat.law import Pack, coverage, load_pack
from quydat.law.pack import pack_of
from quydat.law.packs import FILE, PackFolder, PackTables, shipped_packs
from quydat.report.rows import records

_LEFT_OUT = ("law_case",)
"""Tables of a pack that no finding rests on."""


def own_packs(folder: Path, settings: Settings) -> list[str]:
    """Packs that lie in the folder of a study or case, as its settings name them."""
    return [name for name in settings.law if (folder / name / FILE).is_file()]


def study_law(folder: Path, settings: Settings) -> Pack:
    """The law of a study: a folder inside it stands before a shipped pack of the same name.

    Raises
    ------
    Problems
        All that is wrong with the packs.
    """
    own = own_packs(folder, settings)
    return load_pack([folder / name if name in own else name for name in settings.law])


def every_shipped() -> Pack:
    """All packs that come with the program, for a question about the law without a study."""
    return load_pack(list(shipped_packs()))


def kept_law(law: Pack) -> dict[str, pd.DataFrame]:
    """Tables of the law that go into a run: every version of every rule, so that any day can be asked about."""
    return {name: rows for name, rows in law.tables.tables.items() if name not in _LEFT_OUT}


def said_of(law: Pack) -> dict[str, Any]:
    """What the manifest of a run says of its law."""
    packs = [{"name": one.name, "label_vi": one.label_vi, "label_en": one.label_en} for one in law.tables.packs]
    return {"packs": packs, "sha256": law.sha256}


def law_of_run(run: Run) -> Pack:
    """The law as a run kept it.

    Raises
    ------
    Problems
        QD607 if the run was made before runs kept their law.
    """
    said = run.manifest.get("law", {"packs": [], "sha256": ""})
    folders = tuple(
        PackFolder(one["name"], one["label_vi"], one["label_en"], (), run.path / "inputs") for one in said["packs"]
    )
    tables = {t.name: empty(t) if t.name in _LEFT_OUT else run.table(t.name) for t in law_tables()}
    places = {
        name: tuple(Place(f"inputs/{name}.csv", row=FIRST_ROW + place) for place in range(len(rows)))
        for name, rows in tables.items()
    }
    return pack_of(PackTables(folders, tables, places, said["sha256"]))


def findings_on(run: Run, on: date) -> dict[str, pd.DataFrame]:
    """The findings of a run as they would be on another day: the same facts, the law in force on that day.

    Raises
    ------
    Problems
        QD607 if the run stopped before the step ``programme``.
    """
    require(run.actor, "findings")
    facts = ("parks", "establishment", "programme")
    names = [name for name in run.manifest["files"] if name.startswith("inputs/") and name.endswith(".parquet")]
    record = {Path(name).stem: run.table(Path(name).stem) for name in names}
    settled = [figure for figure in run.figures if not figure.figure_id.startswith(("compliance.", *_OWN))]
    question = Question(law_of_run(run), on, str(run.manifest.get("conversion_list") or ""), _city(run))
    return find(
        Evidence(record),
        question=question,
        tables={name: run.table(name) for name in facts},
        ledger=Ledger(as_of=on, figures=settled),
    )


def findings_of(run: Run) -> dict[str, pd.DataFrame]:
    """The tables of findings that a run made.

    Raises
    ------
    Problems
        QD607 if the run stopped before the step ``compliance``.
    """
    require(run.actor, "findings")
    return {name: run.table(name) for name in TABLES}


_OWN = ("findings.", "findings_by_rule.", "findings_summary.", "asks.", "law.")


def _city(run: Run) -> tuple[str, tuple[str, str]]:
    return str(run.manifest["place"]), (run.info.name_vi, run.info.name_en)


def chosen(rows: pd.DataFrame, wanted: Mapping[str, str | None]) -> pd.DataFrame:
    """Rows in which columns have the values that are wanted; a value of None wants nothing.

    Raises
    ------
    Problems
        QD897 for a value that no row has, with those that there are.
    """
    kept = rows
    for column, value in wanted.items():
        if value is None:
            continue
        if value not in set(rows[column]):
            known = list(dict.fromkeys(rows[column].astype("str")))
            vi, en = (say(f"law.chosen.{column}", lang) for lang in LANGS)
            raise_if([problem("QD897", column_vi=vi, column_en=en, value=value, known=_some(value, known))])
        kept = kept[kept[column] == value]
    return kept


def _some(value: str, known: Sequence[str]) -> str:
    """All names if they are few, else those nearest to what was asked for."""
    shown = known if len(known) <= _MOST_NAMES else get_close_matches(value, known, n=_MOST_NAMES, cutoff=0.0)
    return ", ".join(shown) + (f" … ({len(known)})" if len(known) > len(shown) else "") or "–"


_MOST_NAMES = 12


def rules_on(pack: Pack, *, actor: Actor, on: date | None = None) -> pd.DataFrame:
    """Rules of a pack, or those in force on a day, with labels, dates, citation and confidence."""
    require(actor, "rules")
    made = [
        {
            "rule_id": rule.rule_id,
            "subject": rule.subject,
            "topic": rule.topic,
            "label_vi": rule.label_vi,
            "label_en": rule.label_en,
            "in_force_from": rule.provision.in_force_from,
            "in_force_to": rule.provision.in_force_to,
            "citation_vi": rule.provision.citation("vi"),
            "citation_en": rule.provision.citation("en"),
            "confidence": rule.provision.confidence,
        }
        for rule in pack.rules
        if on is None or rule.provision.holds_on(on)
    ]
    return pd.DataFrame(made, columns=_RULE_COLUMNS, dtype="object")


_RULE_COLUMNS = [
    "rule_id", "subject", "topic", "label_vi", "label_en", "in_force_from", "in_force_to", "citation_vi", "citation_en",
    "confidence",
]  # fmt: skip


def rule_in_full(pack: Pack, rule_id: str, *, actor: Actor) -> dict[str, Any]:
    """One rule as the pack has it, with the other versions of its family, its exceptions and its test cases.

    Raises
    ------
    Problems
        QD896 if the pack has no such rule; names the nearest.
    """
    require(actor, "rules")
    rows = pack.tables.tables["rule"]
    own = rows[rows["rule_id"] == rule_id]
    if own.empty:
        near = ", ".join(get_close_matches(rule_id, rows["rule_id"].tolist(), n=3, cutoff=0.0))
        raise_if([problem("QD896", rule=rule_id, nearest=near)])
    family = rows[rows["family"] == own["family"].iloc[0]]
    exceptions, cases = pack.tables.tables["rule_exception"], pack.tables.tables["law_case"]
    rule = pack.rule(rule_id)
    return {
        "rule": records(own)[0],
        "citation_vi": rule.provision.citation("vi"),
        "citation_en": rule.provision.citation("en"),
        "versions": records(family.sort_values("in_force_from", kind="stable")),
        "exceptions": records(exceptions[exceptions["rule_id"] == rule_id]),
        "cases": records(cases[cases["rule_id"] == rule_id]),
    }


def case_coverage(pack: Pack, *, actor: Actor) -> pd.DataFrame:
    """Of each rule, which kinds of test cases it needs, has and lacks."""
    require(actor, "rules")
    rules = {rule.rule_id: rule for rule in pack.rules}
    found = coverage(pack)[["rule_id", "needed", "present", "missing"]]
    said = {name: [str(getattr(rules[one], name)) for one in found["rule_id"]] for name in ("subject", "topic")}
    return found.assign(**said)


def quantities_of(pack: Pack, *, actor: Actor) -> pd.DataFrame:
    """What rules may ask for: subject, quantity, unit, labels, whom to ask."""
    require(actor, "rules")
    rows = [
        {
            "subject": kind,
            "quantity": one.name,
            "type": one.kind,
            "unit": one.unit,
            "label_vi": one.label_vi,
            "label_en": one.label_en,
            "ask_vi": one.ask_vi,
            "ask_en": one.ask_en,
        }
        for kind, own in pack.quantities.items()
        for one in own.values()
    ]
    return pd.DataFrame(rows)
