"""The template as dated law: what a step is on a day, what an office lays over it, what a run sees."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Evidence
from quydat.law.packs import PackTables, read_packs
from quydat.procedure.law import Template, lay, read_template, with_law
from quydat.procedure.template import read_track

Make = Callable[[str, list[dict[str, Any]]], pd.DataFrame]
PACKS = read_packs(["vn_hcmc"])
SHIPPED = read_template(PACKS)
CHECKED = "2026-01-01,me"
CITY_ASKS = "UBND thành phố trình; Thủ tướng Chính phủ quyết định"


def pack(folder: Path, steps: str, versions: str = "", cells: str = "") -> PackTables:
    """A pack of a few steps: columns are named in the first line of each table."""
    home = folder / "small"
    home.mkdir()
    (home / "pack.toml").write_text('name = "small"\nlabel_vi = "N"\nlabel_en = "S"\nrequires = []\n', encoding="utf-8")
    (home / "law_source.csv").write_text("source_id,kind,publisher\ns,law,p\n", encoding="utf-8")
    common = (
        "track,name_vi,name_en,authority_vi,authority_en,day_kind,source_ids,confidence,basis,checked_on,checked_by"
    )
    filled = "park,B,S,Huyện,District,calendar,s,high,published," + CHECKED
    lines = steps.strip().splitlines()
    text = "\n".join([f"{lines[0]},{common}", *(f"{one},{filled}" for one in lines[1:])])
    (home / "law_step.csv").write_text(text + "\n", encoding="utf-8")
    for name, rows in (("law_step_version", versions), ("law_step_cell", cells)):
        if rows:
            head, *body = rows.strip().splitlines()
            text = (
                "\n".join([f"{head},checked_on,checked_by", *(f"{one},{CHECKED}" for one in body)])
                if name == "law_step_version"
                else rows.strip()
            )
            (home / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    return read_packs([home])


def row(template: Template, step: str, on: str) -> dict[str, Any] | None:
    return template.steps[step].on(date.fromisoformat(on))


# What the shipped pack says, against the notes on the law


@pytest.mark.parametrize(
    ("step", "before", "after", "attribute", "old", "new"),
    [
        # Resolution 254/2025: notice of 60 and 120 days instead of 90 and 180
        ("p09", "2025-12-31", "2026-01-01", "statutory_days", 90, 60),
        ("p10", "2025-12-31", "2026-01-01", "statutory_days", 180, 120),
        # Law 57/2024: the city instead of the Prime Minister
        ("p06", "2025-01-14", "2025-01-15", "authority_vi", CITY_ASKS, "UBND thành phố"),
        # the district level ends
        ("c03", "2025-06-30", "2025-07-01", "authority_vi", "UBND quận, huyện", "UBND phường, xã"),
        # Decree 303/2026: appraisal of a cluster in 20 working days instead of 25 days
        ("c05", "2026-09-14", "2026-09-15", "statutory_days", 25, 20),
        ("c05", "2026-09-14", "2026-09-15", "day_kind", "calendar", "working"),
        ("c02", "2026-09-14", "2026-09-15", "statutory_days", 5, 2),
        ("c06", "2026-09-14", "2026-09-15", "statutory_days", 7, 5),
        # Land Law 2024
        ("p09", "2024-07-31", "2024-08-01", "legal_basis", "Land Law 2013 art. 67(1)", "Land Law 2024 art. 85"),
    ],
)  # fmt: skip
def test_days_of_change(step: str, before: str, after: str, attribute: str, old: object, new: object) -> None:
    was, became = row(SHIPPED, step, before), row(SHIPPED, step, after)
    assert was is not None
    assert became is not None
    assert (was[attribute], became[attribute]) == (old, new)


def test_planning_times_of_decree_178() -> None:
    """One month for the task, nine for the plan (art. 4(2)); the task's step has 20 + 15 days more."""
    task, plan = row(SHIPPED, "p02", "2025-07-01"), row(SHIPPED, "p03", "2025-07-01")
    assert task is not None
    assert plan is not None
    assert (task["statutory_days"], plan["statutory_days"]) == (30 + 20 + 15, 9 * 30)
    assert "178/2025" in plan["legal_basis"]
    assert plan["confidence"] == "high"


def test_the_special_procedure_is_there_since_its_law() -> None:
    assert row(SHIPPED, "s01", "2025-01-14") is None
    assert row(SHIPPED, "s01", "2025-01-15") is not None


def test_four_tracks_and_their_days() -> None:
    on = date(2026, 10, 1)
    counts = {name: len(SHIPPED.track(name, on=on).steps) for name in ("park", "cluster", "conversion", "tenant")}
    assert counts == {"park": 17, "cluster": 6, "conversion": 4, "tenant": 1}
    assert SHIPPED.days("cluster") == [date(2025, 7, 1), date(2026, 9, 15)]


def test_every_row_says_who_checked_it_and_when() -> None:
    for name in ("law_step", "law_step_version", "working_day_change"):
        assert PACKS.tables[name][["checked_on", "checked_by"]].notna().all(axis=None)


# A small pack


def test_only_what_is_named_changes_and_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    template = read_template(pack(
        tmp_path,
        "step_id,statutory_days\na,10\nb,20",
        "step_id,in_force_from,transition,statutory_days,authority_vi,clears,ended\n"
        "a,2026-01-01,step_begun,,,statutory_days,\n"
        "a,2025-01-01,at_once,5,Xã,,\n"
        "b,2025-06-01,at_once,,,,yes",
    ))  # fmt: skip
    first, second, third = (row(template, "a", day) for day in ("2024-12-31", "2025-01-01", "2026-01-01"))
    assert first is not None
    assert second is not None
    assert third is not None
    assert [(one["statutory_days"], one["authority_vi"]) for one in (first, second)] == [(10, "Huyện"), (5, "Xã")]
    assert (third["statutory_days"], third["authority_vi"], third["authority_en"]) == (None, "Xã", "District")
    assert row(template, "b", "2025-05-31") is not None
    assert row(template, "b", "2025-06-01") is None
    assert template.days("park") == [date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)]


def test_a_needed_cell_cannot_be_emptied(tmp_path: Path) -> None:
    packs = pack(tmp_path, "step_id\na", "step_id,in_force_from,transition,clears\na,2025-01-01,at_once,name_vi;colour")
    with pytest.raises(Problems) as found:
        read_template(packs)
    assert [(p.number, p.facts["attribute"], p.place.row) for p in found.value.found] == [
        ("QD872", "name_vi", 2),
        ("QD872", "colour", 2),
    ]


def test_a_circle_that_a_change_makes_is_found_once_at_its_file(tmp_path: Path) -> None:
    packs = pack(
        tmp_path,
        "step_id,depends_on\na,\nb,a",
        "step_id,in_force_from,transition,depends_on\na,2025-01-01,at_once,b\nb,2026-01-01,at_once,a",
    )
    with pytest.raises(Problems) as found:
        read_template(packs)
    (problem,) = found.value.found
    assert (problem.number, problem.place.file, problem.place.column) == ("QD231", "small/law_step.csv", "depends_on")


# The office's own rows


def own(make: Make, **cells: Any) -> pd.DataFrame:
    base = {
        "track": "park", "name_vi": "Của ta", "name_en": "Ours", "authority_vi": "A", "authority_en": "A",
        "day_kind": "calendar", "source_ids": "s", "confidence": "high", "basis": "published",
    }  # fmt: skip
    return make("procedure_step", [{**base, **cells}])


def test_an_offices_row_replaces_the_packs_on_all_days(make_table: Make) -> None:
    template = read_template(PACKS, own(make_table, step_id="p09", statutory_days=45, depends_on="p06"))
    for day in ("2024-01-01", "2026-06-01"):
        found = row(template, "p09", day)
        assert found is not None
        assert (found["statutory_days"], found["name_en"]) == (45, "Ours")
    assert len(template.track("park", on=date(2026, 1, 1)).steps) == 17


def test_an_offices_row_that_waits_for_a_step_of_the_pack_is_added(make_table: Make) -> None:
    template = read_template(PACKS, own(make_table, step_id="x1", depends_on="p17"))
    assert list(template.track("park", on=date(2026, 1, 1)).steps)[-1] == "x1"
    assert len(template.track("park", on=date(2026, 1, 1)).steps) == 18


def test_a_procedure_of_its_own_leaves_the_packs_out_of_that_track(make_table: Make) -> None:
    template = read_template(PACKS, own(make_table, step_id="x1"))
    assert list(template.track("park", on=date(2026, 1, 1)).steps) == ["x1"]
    assert len(template.track("cluster", on=date(2026, 1, 1)).steps) == 6


def test_a_record_without_packs_has_its_own_template(make_table: Make) -> None:
    assert list(read_template(None, own(make_table, step_id="x1")).steps) == ["x1"]


# What a run sees


def test_a_run_explains_a_limit_from_its_row_and_article(hcmc: Any) -> None:
    for day, days, source in (
        (date(2025, 6, 30), 90, "lawnet-171262;laodong-1503773"),
        (date(2026, 3, 1), 60, "sct-nq254-2025"),
    ):
        laid = lay({**hcmc.record, "procedure_step": hcmc.record["procedure_step"].iloc[:0]}, SHIPPED, on=day)
        cell = Evidence(laid).cell("procedure_step", "p09", "statutory_days")
        assert (cell.value, cell.source) == (days, source)
        assert set(source.split(";")) <= set(laid["source"]["source_id"])
        assert list(read_track(Evidence(laid), "park").steps)[:2] == ["p01", "p02"]


def test_a_cell_that_a_change_has_set_is_no_longer_explained_by_the_old_source(hcmc: Any) -> None:
    record = {
        **hcmc.record,
        "procedure_step": hcmc.record["procedure_step"].iloc[:0],
        "claim": hcmc.record["claim"].iloc[:0],
    }
    before, after = (Evidence(lay(record, SHIPPED, on=day)) for day in (date(2025, 6, 30), date(2025, 7, 1)))
    old, new = (one.cell("procedure_step", "p03", "statutory_days") for one in (before, after))
    assert (old.source, old.basis.value) == ("general-knowledge", "assumed")
    assert (new.value, new.basis.value) == (270, "published")
    # what was seen of the step does not change with the law
    assert before.cell("procedure_step", "p03", "observed_days_max") == after.cell(
        "procedure_step", "p03", "observed_days_max"
    )


def test_a_claim_of_the_record_stays_and_is_not_doubled(hcmc: Any) -> None:
    laid = lay(hcmc.record, read_template(PACKS, hcmc.record["procedure_step"]), on=date(2025, 6, 30))
    assert laid["claim"]["claim_id"].is_unique
    assert len(laid["claim"]) == len(hcmc.record["claim"])


def test_a_record_may_name_any_step_of_the_pack(hcmc: Any) -> None:
    record = {**hcmc.record, "procedure_step": hcmc.record["procedure_step"].iloc[:0]}
    known = with_law(record, PACKS)
    assert len(known["procedure_step"]) == 28
    assert list(known["procedure_step"].columns) == tables()["procedure_step"].columns
