"""The programme in the report: what its sections say, that every chart can be drawn, and studies that have less."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from quydat.core.ledger import Ledger
from quydat.core.text import LANGS, Lang
from quydat.dictionary.read import empty
from quydat.dictionary.schema import tables
from quydat.report.chart import available, chart_bytes
from quydat.report.charts.money import yearly_budget
from quydat.report.charts.ready_map import shown_years, spots
from quydat.report.content import build
from quydat.report.delivery_models import strategy_name, told_apart
from quydat.report.document import ChartBlock, Document, Section, TableBlock, figure_refs, runs_of
from quydat.report.snapshot import Snapshot
from quydat.report.summary import summary_lines

OF_PROGRAMME = [
    "programme", "programme_money", "programme_land", "programme_map", "delivery", "delivery_parks",
    "delivery_hangs_on", "marginal_money", "regret",
]  # fmt: skip
COMPARED = ("delivery_park", "delivery_compare", "delivery_hangs_on", "marginal_money", "delay_cost", "regret")


def section(document: Document, section_id: str) -> Section:
    return next(s for s in document.sections if s.section_id == section_id)


def said(document: Document, section_id: str) -> str:
    blocks = section(document, section_id).blocks
    return "\n".join("".join(run if isinstance(run, str) else run.text for run in runs_of(block)) for block in blocks)


@pytest.mark.parametrize("name", OF_PROGRAMME)
def test_every_chart_is_drawn_in_both_languages(delivered: Snapshot, name: str) -> None:
    assert name in available(delivered)
    made = chart_bytes(name, delivered, "vi")["svg"]
    ElementTree.fromstring(made)  # noqa: S314, made here
    assert chart_bytes(name, delivered, "en")["svg"] != made


def test_the_same_run_gives_the_same_bytes(delivered: Snapshot) -> None:
    for name in ("delivery_parks", "regret"):
        assert chart_bytes(name, delivered, "vi") == chart_bytes(name, delivered, "vi")


@pytest.mark.parametrize("lang", LANGS)
def test_every_chart_named_can_be_drawn_and_all_numbers_are_figures(delivered: Snapshot, lang: Lang) -> None:
    document = build(delivered, lang)
    named = {b.name for s in document.sections for b in s.blocks if isinstance(b, ChartBlock)}
    assert named - {"map"} == set(available(delivered))
    assert all(ref.figure_id in delivered.ledger for ref in figure_refs(document))
    assert [s.section_id for s in document.sections if s.section_id in ("programme", "delivery", "worth")] == [
        "programme", "delivery", "worth",
    ]  # fmt: skip


def test_the_answer_comes_first_with_its_range(delivered: Snapshot) -> None:
    first, time, even, which, turning = said(build(delivered, "vi"), "delivery").split("\n")[:5]
    assert first.startswith("Trả lời: làm trước ở mọi khu thì không bù được phần chi")
    assert "-2.100; -860; 300 tỷ đồng" in first
    assert "xác suất có lợi 12 %" in first
    assert "4–11–20 năm" in time
    # Ten hectares a year for developers and twenty for the city, from 2026: 40 and 80 by 2030.
    assert "đến 2030 40–80–160 ha so với 20–40–80 ha" in time
    assert "không quá 58,5 tỷ đồng/ha (giá đang tính 62,8); không giá thuê nào làm hòa vốn" in even
    assert "1 trong 2 dự án" in which
    assert "KCN Phạm Văn Hai I (62 %)" in which
    assert "KCN Lê Minh Xuân 2" not in which
    assert turning.endswith("đi hết khoảng của nó: Giá thuê.")


def test_a_park_without_break_even_says_so(delivered: Snapshot) -> None:
    blocks = section(build(delivered, "vi"), "delivery").blocks
    rows = next(b.rows for b in blocks if isinstance(b, TableBlock) and b.table_id == "delivery_park")
    cells = ["".join(run if isinstance(run, str) else run.text for run in cell) for cell in rows[1].cells]
    assert cells == [
        "KCN Lê Minh Xuân 2", "4–11–20", "800–1.000–1.300", "-900", "3 %", "không có", "410", "như trước nay",
    ]  # fmt: skip


def test_what_a_billion_a_year_and_another_programme_are_worth(delivered: Snapshot) -> None:
    words = said(build(delivered, "vi"), "worth")
    assert "vào năm 2026, nguồn Ngân sách thành phố: 0,080 ha·năm" in words
    assert "Mọi dự án chậm một năm thì mất 90 ha·năm đất sạch, thiếu thêm 4 ha, chi thêm 70 tỷ đồng" in words
    assert "Chương trình ít phải hối tiếc nhất: Chương trình đã chọn" in words
    assert "(Chi phí cao) nó thua chương trình tốt nhất 150 tỷ đồng" in words


def test_the_programme_says_what_it_is_for_and_what_is_promised(delivered: Snapshot) -> None:
    words = said(build(delivered, "vi"), "programme")
    assert "Trong 2 dự án và phần dự án được xét, chương trình chọn 2" in words
    assert "tốt hơn chương trình này quá 0,31 %" in words
    assert "KCN Phạm Văn Hai I: 243 ha đất cho thuê ở Thành phố minh họa, có sớm hơn 4–11–20 năm" in words
    # Shortage grows by five a year from 2025: 75 by 2040, and the promise is ten below.
    assert "đến 2040 bình quân 65 ha; mô phỏng độc lập cho 75 ha" in words


def test_summary_and_screen_have_the_answer(delivered: Snapshot) -> None:
    assert "có lợi ở 1 trong 2 dự án" in said(build(delivered, "vi"), "summary")
    screen = "\n".join(summary_lines(delivered, "vi"))
    assert "THÀNH PHỐ GIẢI PHÓNG VÀ XÂY TRƯỚC" in screen
    assert "1† trong 2†" in screen
    assert "0,31 %" in screen


def test_a_study_that_compares_nothing_has_no_such_sections(snapshot: Snapshot) -> None:
    ids = [s.section_id for s in build(snapshot, "vi").sections]
    assert "programme" in ids
    assert not {"delivery", "worth"} & set(ids)
    without = {**snapshot.tables, **{name: empty(tables()[name]) for name in COMPARED}}
    bare = replace(snapshot, tables=without)
    assert [s.section_id for s in build(bare, "vi").sections] == ids
    assert not set(available(bare)) & set(OF_PROGRAMME[4:])


def test_a_city_that_pays_for_nothing_says_so(snapshot: Snapshot) -> None:
    programme = snapshot.tables["programme"].assign(delivery_model="developer_led")
    programme["ready_p90"] = None
    simulation = snapshot.tables["simulation"].copy()
    money = simulation["quantity"].isin(["spent_bn_vnd", "received_bn_vnd"])
    simulation.loc[money, ["p10", "p50", "p90", "expected"]] = 0.0
    spent = replace(snapshot, tables={**snapshot.tables, "programme": programme, "simulation": simulation})
    words = said(build(spent, "vi"), "programme")
    assert "không chọn dự án nào để thành phố bỏ tiền" in words
    drawn = available(spent)
    assert "programme_money" not in drawn
    for name in ("programme", "programme_land", "programme_map"):
        assert chart_bytes(name, spent, "en")["png"]


def test_what_nobody_does_is_named(snapshot: Snapshot) -> None:
    programme = snapshot.tables["programme"].copy()
    programme.loc[programme["project_id"] == "pham-van-hai-1", ["delivery_model", "start", "order"]] = None
    words = said(build(replace(snapshot, tables={**snapshot.tables, "programme": programme}), "en"), "programme")
    assert "Not done within the plan: KCN Phạm Văn Hai I (en)." in words


def test_runs_of_earlier_versions_are_still_reported(snapshot: Snapshot) -> None:
    kept = [f for f in snapshot.ledger if not f.figure_id.startswith(("programme.gap_proven", "simulation."))]
    gone = {"simulation", "programme_ready"}
    older = replace(
        snapshot,
        ledger=Ledger(as_of=snapshot.ledger.as_of, figures=kept),
        tables={name: rows for name, rows in snapshot.tables.items() if name not in gone},
    )
    assert "do phiên bản trước làm" in said(build(older, "vi"), "programme")
    assert not set(available(older)) & set(OF_PROGRAMME)


@pytest.mark.parametrize(
    ("clearance", "rent", "words"),
    [
        (40.0, 300.0, "không quá 40,0 tỷ đồng/ha (giá đang tính 62,8), hoặc khi thuê được từ 300 USD/m²"),
        (None, 300.0, "giải phóng rẻ đến đâu cũng không hòa vốn"),
        (None, None, "không hòa vốn ở giá giải phóng hay giá thuê nào"),
    ],
)
def test_a_break_even_that_is_not_there_is_said_in_words(
    delivered: Snapshot, clearance: float | None, rent: float | None, words: str
) -> None:
    changed = {"delivery.break_even_clearance": clearance, "delivery.break_even_rent": rent}
    figures = [replace(one, value=changed.get(one.figure_id, one.value)) for one in delivered.ledger]
    ledger = Ledger(as_of=delivered.ledger.as_of, figures=figures)
    assert words in said(build(replace(delivered, ledger=ledger), "vi"), "delivery")


@pytest.mark.parametrize(
    ("advantage", "paying", "words"),
    [
        (500.0, 2, "thành phố lợi hơn để chủ đầu tư làm"),
        (0.2, 1, "ngang nhau"),
        (-860.0, 0, "không bù được phần chi, ở mọi khu cũng như ở từng khu"),
    ],
)
def test_the_answer_goes_either_way(delivered: Snapshot, advantage: float, paying: int, words: str) -> None:
    changed = {"delivery.advantage": advantage, "delivery.parks_paying": paying}
    figures = [replace(one, value=changed.get(one.figure_id, one.value)) for one in delivered.ledger]
    other = replace(delivered, ledger=Ledger(as_of=delivered.ledger.as_of, figures=figures))
    assert words in said(build(other, "vi"), "delivery").split("\n")[0]


def test_places_on_the_map_are_parks_with_parts_as_one(snapshot: Snapshot) -> None:
    assert shown_years(snapshot) == [2030, 2035, 2040]
    found = {(x, y): (land, shares[2040]) for x, y, land, shares in spots(snapshot)}
    land, share = found[106.5, 10.815]
    assert (land, round(share, 9)) == (243.0, 1.0)
    programme = snapshot.tables["programme"].assign(park_id="pham-van-hai-1")
    parts = spots(replace(snapshot, tables={**snapshot.tables, "programme": programme}))
    assert [land for _, _, land, _ in parts] == [448.0]  # 243 + 205


def test_money_by_year_is_that_of_the_sources_or_the_budget(snapshot: Snapshot) -> None:
    assert set(yearly_budget(snapshot).values()) == {5000.0}


def test_strategies_that_change_nothing_are_told_by_name_only(delivered: Snapshot) -> None:
    rows = delivered.tables["delivery_compare"]
    same = rows[rows["strategy"] == "developer_led"].assign(strategy="land_readjustment")
    tables_then = {**delivered.tables, "delivery_compare": pd.concat([rows, same])}
    more = replace(delivered, tables=tables_then)
    assert told_apart(more) == ["developer_led", "city_first", "city_first_everywhere", "chosen"]
    assert strategy_name(more, "city_first_everywhere", "vi") == "Thành phố làm trước, ở mọi khu"


def test_names_with_signs_of_formulas_are_drawn_as_they_are(renamed: Callable[[str, str], Snapshot]) -> None:
    assert chart_bytes("programme", renamed("pham-van-hai-1", r"KCN $\frac{a}$ $x"), "vi")["svg"]
