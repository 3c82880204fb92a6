"""The document: what it prints, in which order, and that no number comes from anywhere but the ledger."""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from string import Formatter

import pytest

from quydat.core.ledger import Ledger
from quydat.core.text import Lang
from quydat.report.content import build
from quydat.report.document import Document, FigureRef, Paragraph, Runs, TableBlock, figure_refs, runs_of
from quydat.report.figures import add_report_figures
from quydat.report.sections.summary import effect
from quydat.report.snapshot import Snapshot
from quydat.report.writer import UnknownFigure, Writer

SECTIONS = ["summary", "today", "focus", "expected", "demand", "account", "programme", "lessons", "certainty", "annex"]
# What a sentence may say in digits: quantiles, a scale of a projection, a date of the law, "study.toml".
ALLOWED = re.compile(r"P10|P50|P90|1/7/2025|2025-07-01|WGS 84|VN-2000|TM-3|105°45′")


def texts() -> list[dict[str, str]]:
    with files("quydat.core").joinpath("texts.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["key"].startswith("report.")]


def section_text(document: Document, section_id: str) -> str:
    section = next(s for s in document.sections if s.section_id == section_id)
    return "\n".join(
        "".join(run if isinstance(run, str) else run.text for run in runs_of(block)) for block in section.blocks
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sections_stand_in_the_order_of_the_report(snapshot: Snapshot, lang: Lang) -> None:
    assert [s.section_id for s in build(snapshot, lang).sections] == SECTIONS


def test_summary_prints_what_hand_arithmetic_gives(snapshot: Snapshot) -> None:
    words = section_text(build(snapshot, "vi"), "summary")
    assert "Các khu đang hoạt động rộng 890 ha" in words  # 300 + 590
    assert "đã cho thuê 391 ha (71 %)" in words  # 0.9 × 195 + 0.6 × 359 = 390.9; ÷ 554 = 0.7056
    assert "còn 699 ha chưa giải phóng" in words  # 320 + 379; the cluster's area is unknown and adds nothing
    assert "chỉ 74 ha đã sạch" in words
    assert "2 khu đang làm thủ tục sẽ có 448 ha" in words  # 243 + 205
    assert "Trong 1 khu đã hứa năm, 1 khu sẽ muộn hơn" in words  # promised 2027, expected 2033; the other has no year
    assert "muộn: không hết đến 2040" in words  # P90 of the first year short: none within the horizon


def test_summary_in_english_writes_numbers_the_english_way(snapshot: Snapshot) -> None:
    assert "50,188 bn VND" in section_text(build(snapshot, "en"), "summary")  # (62.8 + 9) × (379 + 320)


def test_sentences_of_the_catalogue_hold_no_numbers() -> None:
    for row in texts():
        for lang in ("vi", "en"):
            plain = ALLOWED.sub("", re.sub(r"\{[^}]*\}", "", row[lang]))
            assert not re.search(r"\d", plain), (row["key"], row[lang])


def test_both_languages_need_the_same_facts() -> None:
    for row in texts():
        facts = [{name for _, name, _, _ in Formatter().parse(row[lang]) if name} for lang in ("vi", "en")]
        assert row["vi"] and row["en"]
        assert facts[0] == facts[1], row["key"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_number_cell_is_a_figure(snapshot: Snapshot, lang: Lang) -> None:
    for section in build(snapshot, lang).sections:
        for block in section.blocks:
            if not isinstance(block, TableBlock):
                continue
            for row in block.rows:
                for column, cell in zip(block.columns[1:], row.cells[1:], strict=True):
                    words = "".join(run for run in cell if isinstance(run, str))
                    if column.numeric and block.table_id != "figures":
                        assert not re.search(r"\d", words.replace("2040", "")), (block.table_id, words)


def test_all_printed_figures_are_in_the_ledger(snapshot: Snapshot) -> None:
    refs = figure_refs(build(snapshot, "vi"))
    assert len(refs) > 300
    assert all(ref.figure_id in snapshot.ledger for ref in refs)


def test_a_figure_that_is_not_in_the_ledger_raises(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownFigure, match=r"land\.invented"):
        Writer(snapshot, "vi").ref("land.invented")


def test_a_document_is_not_written_when_one_figure_is_lacking(snapshot: Snapshot) -> None:
    fewer = Ledger(
        as_of=snapshot.ledger.as_of,
        figures=[f for f in snapshot.ledger if f.figure_id != "land.vacant_blocked"],
    )
    with pytest.raises(UnknownFigure, match="vacant_blocked"):
        build(replace(snapshot, ledger=fewer), "vi")


def test_weak_numbers_are_marked_and_the_head_says_so(snapshot: Snapshot) -> None:
    document = build(snapshot, "vi")
    first = document.sections[0].blocks[0]
    assert "minh họa" in "".join(run for run in runs_of(first) if isinstance(run, str))
    figures = {r: snapshot.ledger[r.figure_id] for r in figure_refs(document) if "/" not in r.text}
    known = [r for r, f in figures.items() if f.value is not None and f.trace.operation != "count"]
    # Low, middle and high that share their mark have it once, after the last.
    ends = (*(f".{quantile}" for quantile in ("p10", "p50", "p90")), ".ready_p10", ".ready")
    alone = [r for r in known if not r.figure_id.startswith(("parameter.", "parameters."))]
    assert {r.mark for r in alone if not r.figure_id.endswith(ends)} == {"†"}
    assert {r.mark for r in alone if r.figure_id.endswith(".p90")} == {"†"}
    assert {r.mark for r in known if r.figure_id == "parameter.demand.growth_share"} == {"*"}
    assert [mark for mark, _ in document.legend] == ["~", "*", "†", "–"]


def test_parks_of_the_focus_that_are_not_here_are_left_out(snapshot: Snapshot) -> None:
    lines = next(
        b
        for s in build(snapshot, "vi").sections
        for b in s.blocks
        if isinstance(b, TableBlock) and b.table_id == "procedure"
    )
    assert [row.row_id for row in lines.rows] == ["pham-van-hai-1", "le-minh-xuan-2"]


def test_a_city_without_focus_has_no_such_section(make_snapshot: Callable[..., Snapshot]) -> None:
    document = build(make_snapshot(focus=("elsewhere",)), "vi")
    without = ("focus", "expected", "programme")
    assert [s.section_id for s in document.sections] == [s for s in SECTIONS if s not in without]


def test_double_counting_is_told_with_the_union(snapshot: Snapshot) -> None:
    words = section_text(build(snapshot, "vi"), "today")
    # The largest overlap: lists of 890 and 969 ha share Tân Phú Trung (590 ha): 890 + 969 − 590 = 1.269.
    # The other: lists of 699 and 969 ha share Phạm Văn Hai I (379 ha): 699 + 969 − 379 = 1.289.
    assert "có chung 1 khu (590 ha)" in words
    assert "1.269,0KCN Tân Phú Trung" in words
    assert "1.289,0KCN Phạm Văn Hai I" in words


def test_disagreeing_sources_stand_with_the_choice(snapshot: Snapshot) -> None:
    claims = next(
        b
        for s in build(snapshot, "vi").sections
        for b in s.blocks
        if isinstance(b, TableBlock) and b.table_id == "claim"
    )
    printed = [[run.text for run in cell if isinstance(run, FigureRef)] for cell in claims.rows[0].cells]
    assert printed[1:3] == [["195"], ["204"]]
    assert claims.rows[0].cells[0] == ("KCX Tân Thuận: Đất công nghiệp cho thuê (ha)",)


def test_names_are_never_read_as_templates(renamed: Callable[..., Snapshot]) -> None:
    document = build(renamed("pham-van-hai-1", "{0} {land} \ue0000\ue001 %s"), "vi")
    points = [b for b in document.sections[0].blocks if isinstance(b, Paragraph)]
    assert any("{0} {land} \ue0000\ue001 %s" in b.runs for b in points)


def test_the_effect_of_the_programme_is_said_as_it_is(snapshot: Snapshot) -> None:
    def words(before: float, after: float, first: int | None, then: int | None) -> str:
        changed = {"land.gap.2040": before, "programme.gap.2040": after}
        years = {"land.run_out_year": first, "programme.run_out_year": then}
        middle = [f for f in snapshot.ledger if not f.figure_id.endswith(("run_out_year.p10", "run_out_year.p90"))]
        figures = [replace(f, value={**changed, **years}.get(f.figure_id, f.value)) for f in middle]
        ledger = Ledger(as_of=snapshot.ledger.as_of, figures=figures)
        runs = effect(Writer(replace(snapshot, ledger=ledger), "vi"))
        return "".join(run if isinstance(run, str) else run.text for run in runs)

    worse = words(132.0, 135.0, 2028, 2028)
    assert "vẫn là 2028" in worse
    assert "tăng từ 132 ha lên 135 ha" in worse
    assert "chưa làm bớt" in worse
    better = words(350.0, 318.0, 2028, None)
    assert "lùi từ 2028 sang không hết đến 2040" in better
    assert "giảm từ 350 ha còn 318 ha" in better
    assert "chưa làm bớt" not in better
    mixed = words(100.0, 100.2, 2030, 2027)
    assert "sớm lên, từ 2030 thành 2027" in mixed
    assert "không đổi, 100 ha" in mixed
    assert "chưa làm bớt" in mixed


def test_none_late_is_a_figure_too(snapshot: Snapshot) -> None:
    kept = [f for f in snapshot.ledger if not f.figure_id.startswith("focus.")]
    ledger = Ledger(as_of=snapshot.ledger.as_of, figures=kept)
    procedure = snapshot.tables["procedure"].copy()
    procedure["promised_year"] = 2050
    tables = {"procedure": procedure}
    add_report_figures(ledger, record=snapshot.record, tables=tables, focus=snapshot.focus_here)
    assert (ledger["focus.promised"].value, ledger["focus.late"].value) == (2, 0)


def test_parks_that_the_city_does_not_pay_for_stand_apart(snapshot: Snapshot) -> None:
    programme = snapshot.tables["programme"].copy()
    left = programme["project_id"] == "pham-van-hai-1"
    programme.loc[left, "delivery_model"] = "developer_led"
    programme.loc[~left, "ready_p90"] = None  # in so many draws its land is never ready
    document = build(replace(snapshot, tables={**snapshot.tables, "programme": programme}), "vi")
    tables = {b.table_id: b for s in document.sections for b in s.blocks if isinstance(b, TableBlock)}
    paid, others = tables["programme"], tables["left"]
    assert [row.row_id for row in paid.rows] == ["le-minh-xuan-2"]
    assert words_of(paid.rows[0].cells[1:4]) == ["Thành phố làm trước", "quý I/2027", "2031–2032–sau 2040"]
    assert [row.row_id for row in others.rows] == ["pham-van-hai-1"]
    assert "sau 2040" not in words_of(others.rows[0].cells)


def words_of(cells: Sequence[Runs]) -> list[str]:
    return ["".join(run if isinstance(run, str) else run.text for run in cell) for cell in cells]
