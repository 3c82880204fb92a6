"""Demand, account, scenarios and certainty in the report: never one number without its range, every one explained."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.support.demand_results import TABLES, no_results

from quydat.core.ledger import Ledger
from quydat.core.text import Lang
from quydat.report.chart import available, charts_svg
from quydat.report.content import build
from quydat.report.document import ChartBlock, Document, FigureRef, Runs, Section, TableBlock, figure_refs, runs_of
from quydat.report.explain import explain_text
from quydat.report.explain_rows import rows_text
from quydat.report.html import render
from quydat.report.quoted import quoted_figures
from quydat.report.ranges import dashed, drawn
from quydat.report.sections.summary import effect
from quydat.report.snapshot import Snapshot
from quydat.report.summary import summary_lines
from quydat.report.surveys import narrows_most
from quydat.report.writer import Writer

LANGS: tuple[Lang, ...] = ("vi", "en")


def section(document: Document, section_id: str) -> Section:
    return next(one for one in document.sections if one.section_id == section_id)


def words_of(runs: Runs) -> str:
    return "".join(run if isinstance(run, str) else run.text for run in runs)


def text(one: Section) -> str:
    return "\n".join(words_of(tuple(runs_of(block))) for block in one.blocks)


def table(one: Section, table_id: str) -> TableBlock:
    return next(b for b in one.blocks if isinstance(b, TableBlock) and b.table_id == table_id)


def column(block: TableBlock, place: int) -> list[str]:
    return [words_of(row.cells[place]) for row in block.rows]


def revalued(snapshot: Snapshot, values: dict[str, Any]) -> Snapshot:
    """The snapshot with other values of some figures."""
    figures = [replace(f, value=values.get(f.figure_id, f.value)) for f in snapshot.ledger]
    return replace(snapshot, ledger=Ledger(as_of=snapshot.ledger.as_of, figures=figures))


@pytest.mark.parametrize("lang", LANGS)
def test_scenarios_stand_after_the_account(forecast: Snapshot, lang: Lang) -> None:
    ids = [one.section_id for one in build(forecast, lang).sections]
    assert ids[ids.index("account") + 1] == "scenarios"


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_of_a_numeric_column_is_a_figure(forecast: Snapshot, lang: Lang) -> None:
    for one in build(forecast, lang).sections:
        for block in one.blocks:
            if isinstance(block, TableBlock) and block.table_id != "figures":
                for row in block.rows:
                    for head, cell in zip(block.columns[1:], row.cells[1:], strict=True):
                        said = "".join(run for run in cell if isinstance(run, str))
                        assert not (head.numeric and re.search(r"\d", said.replace("2040", ""))), (block.table_id, said)


def test_headlines_are_printed_with_their_range(forecast: Snapshot) -> None:
    values = {"land.demand.2030.p10": 120.0, "land.demand.2030": 180.0, "land.demand.2030.p90": 395.6}
    words = text(section(build(revalued(forecast, values), "vi"), "summary"))
    assert "Đến hết 2030, sản xuất cần thêm 120–180–396 ha" in words
    assert "tám trong mười lần rút" in words


def test_a_run_before_the_draws_prints_what_its_draws_said(snapshot: Snapshot) -> None:
    """There the plain name is a middle account, and the quantiles of the draws stand beside it."""
    made = [*snapshot.ledger]
    like = snapshot.ledger["land.gap.2030"]
    drawn_then = {"land.gap.2030": (39.0, 179.0, 396.0), "demand.total.2030": (300.0, 500.0, 800.0)}
    for name, values in drawn_then.items():
        for quantile, value in zip(("p10", "p50", "p90"), values, strict=True):
            made.append(replace(like, figure_id=f"{name}.{quantile}", value=value))
    w = Writer(replace(snapshot, ledger=Ledger(as_of=snapshot.ledger.as_of, figures=made)), "vi")
    assert words_of(drawn(w, "land.gap.2030")) == "39–179–396"
    assert words_of(drawn(w, "land.demand.2030")) == "300–500–800"
    assert words_of(drawn(w, "land.demand.2040")).count("–") == 0  # nothing was drawn for it


def test_a_run_before_the_draws_has_its_middle_account(snapshot: Snapshot) -> None:
    one = section(build(snapshot, "vi"), "account")
    balance = table(one, "balance")
    assert "P50" in balance.caption
    assert not any(isinstance(block, TableBlock) and block.table_id == "milestones" for block in one.blocks)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((2027, 2030, 2036), "không nơi nào còn đất sẵn sàng là 2030 (sớm: 2027; muộn: 2036)"),
        ((2027, 2030, None), "là 2030 (sớm: 2027; muộn: không hết đến 2040)"),
        ((2031, None, None), "một phần mười số lần rút, không nơi nào còn đất từ năm 2031"),
        ((None, None, None), "không hết ở mọi nơi đến 2040 trong ít nhất chín phần mười"),
    ],
)
def test_running_out_is_never_one_year(forecast: Snapshot, years: tuple[int | None, ...], said: str) -> None:
    names = ("land.run_out_year.p10", "land.run_out_year", "land.run_out_year.p90")
    words = text(section(build(revalued(forecast, dict(zip(names, years, strict=True))), "vi"), "summary"))
    assert said in words


def test_the_account_that_is_printed_adds_up(forecast: Snapshot) -> None:
    block = table(section(build(forecast, "en"), "account"), "balance")
    assert "means of the draws" in block.caption
    previous: float | None = None
    for row in block.rows:
        values = [forecast.ledger[cell[0].figure_id].value for cell in row.cells[1:] if isinstance(cell[0], FigureRef)]
        opening, delivered, freed, taken, released, closing, demand, gap = (float(value) for value in values)  # type: ignore[arg-type]
        assert opening + delivered + freed - taken - released == pytest.approx(closing, abs=1e-6)
        assert demand - taken == pytest.approx(gap, abs=1e-6)
        assert previous is None or opening == pytest.approx(previous, abs=1e-6)
        previous = closing


def test_the_spread_between_methods_is_a_sentence(forecast: Snapshot) -> None:
    cells = {"demand.2040.hcmc.all.land_ha.take_up.p50": 35.0, "demand.2040.hcmc.all.land_ha.output.p50": 84.0}
    words = text(section(build(revalued(forecast, cells), "vi"), "demand"))
    assert "thấp nhất là 35 ha (cho thuê đã qua), cao nhất là 84 ha (sản lượng)" in words


def test_a_range_that_was_too_narrow_is_said_with_the_forecast_and_by_name(forecast: Snapshot) -> None:
    document = build(forecast, "vi")
    narrow = forecast.tables["back_test_summary"]
    count = int((narrow["verdict"] == "too_narrow").sum())
    assert count >= 1
    for where in ("summary", "demand"):
        assert f"khoảng dự báo quá hẹp ở {count} lần" in text(section(document, where))
    assert text(section(document, "demand")).count("Khoảng quá hẹp:") == count


def test_wide_enough_and_never_tried_are_said_too(forecast: Snapshot) -> None:
    words = text(section(build(revalued(forecast, {"forecast.too_narrow": 0}), "vi"), "demand"))
    assert "không khoảng dự báo nào quá hẹp" in words
    kept = [f for f in forecast.ledger if f.figure_id not in ("forecast.tried", "forecast.too_narrow")]
    bare = replace(forecast, ledger=Ledger(as_of=forecast.ledger.as_of, figures=kept))
    assert "chưa được kiểm chứng" in text(section(build(bare, "vi"), "demand"))


def test_what_could_not_be_tried_is_told_in_one_sentence(forecast: Snapshot) -> None:
    one = section(build(forecast, "vi"), "demand")
    assert "Chưa thử được: cho thuê đã qua: đất cho thuê trong năm (let-city)." in text(one)
    assert len(table(one, "back_test_summary").rows) == 6  # two series by three ways of forecasting


def test_what_is_not_stated_is_told_and_left_out_of_the_table(forecast: Snapshot) -> None:
    parts = forecast.tables["demand_build_up"].copy()
    parts.loc[parts["component"] == "movers", "stated"] = False
    one = section(build(replace(forecast, tables={**forecast.tables, "demand_build_up": parts}), "vi"), "demand")
    assert "cơ sở riêng lẻ vào khu" not in column(table(one, "demand_build_up"), 0)
    assert "Chưa tính, vì nghiên cứu chưa nêu tham số: cơ sở riêng lẻ vào khu." in text(one)
    assert "Chưa tính nhu cầu của các cơ sở riêng lẻ" in text(one)


def test_the_best_survey_is_named_and_what_no_survey_tells(forecast: Snapshot) -> None:
    words = words_of(narrows_most(Writer(forecast, "vi")))
    assert "thống kê sản lượng và lao động theo ngành" in words
    assert "không khảo sát nào" not in words
    surveys = forecast.tables["sensitivity_survey"].copy()
    first = surveys["informed_by"] == "sector_statistics"
    surveys["rank"] = surveys["rank"].where(~first, 2).where(surveys["informed_by"] != "method", 1)
    moved = replace(forecast, tables={**forecast.tables, "sensitivity_survey": surveys})
    words = words_of(narrows_most(Writer(moved, "vi")))
    assert words.startswith("Việc thu thập thu hẹp khoảng nhiều nhất: thống kê sản lượng")
    assert "là do chọn phương pháp: điều này không khảo sát nào cho biết" in words


def test_comparable_cities_stand_beside_our_own_density(forecast: Snapshot) -> None:
    block = table(section(build(forecast, "vi"), "demand"), "density")
    assert column(block, 1) == ["mọi ngành", "mọi ngành", "Seoul – G-Valley"]
    assert column(block, 3)[2] == "4,40"


def test_a_year_in_which_it_never_comes_is_after_the_end(forecast: Snapshot) -> None:
    never = {"scenario.low_growth.run_out_year.2040.p90": None}
    block = table(section(build(revalued(forecast, never), "vi"), "scenarios"), "scenario")
    assert column(block, 4)[1].endswith("–sau 2040")


@pytest.mark.parametrize("lang", LANGS)
def test_a_study_without_the_tables_has_neither_their_blocks_nor_their_section(forecast: Snapshot, lang: Lang) -> None:
    kept = [f for f in forecast.ledger if f.figure_id.split(".")[0] not in (*TABLES, "forecast")]
    bare = replace(
        forecast,
        tables={**forecast.tables, **no_results()},
        ledger=Ledger(as_of=forecast.ledger.as_of, figures=kept),
    )
    document = build(bare, lang)
    assert "scenarios" not in [one.section_id for one in document.sections]
    printed = {b.table_id for one in document.sections for b in one.blocks if isinstance(b, TableBlock)}
    assert not printed & set(TABLES)
    shown = {b.name for one in document.sections for b in one.blocks if isinstance(b, ChartBlock)}
    assert shown - {"map", "floor"} <= set(available(bare))
    assert summary_lines(bare, lang)


def test_a_run_that_lacks_the_tables_altogether_is_read(forecast: Snapshot) -> None:
    tables = {name: rows for name, rows in forecast.tables.items() if name not in TABLES}
    kept = [f for f in forecast.ledger if f.figure_id.split(".")[0] not in (*TABLES, "forecast")]
    old = replace(forecast, tables=tables, ledger=Ledger(as_of=forecast.ledger.as_of, figures=kept))
    assert build(old, "vi").sections


def test_every_chart_of_the_document_is_drawn_and_every_drawn_chart_is_in_it(forecast: Snapshot) -> None:
    shown = {b.name for one in build(forecast, "vi").sections for b in one.blocks if isinstance(b, ChartBlock)}
    assert shown == {*available(forecast), "map"}


def test_numbers_joined_by_dashes() -> None:
    def said(*texts: str, mark: str = "~") -> str:
        runs = dashed([FigureRef(f"a.{place}", one, mark) for place, one in enumerate(texts)])
        return "".join(run if isinstance(run, str) else f"{run.text}{getattr(run, 'mark', '')}" for run in runs)

    assert said("5", "8", "11") == "5–8–11~"
    assert said("5 %", "8 %", "11 %") == "5–8–11 %~"
    assert said("-9", "-4", "2") == "-9; -4; 2~"  # a dash beside a minus cannot be read
    mixed = dashed([FigureRef("a", "5", ""), FigureRef("b", "8", "*")])
    assert [run.mark for run in mixed if isinstance(run, FigureRef)] == ["", "*"]


def test_the_programme_is_compared_by_ranges(forecast: Snapshot) -> None:
    values: dict[str, Any] = {}
    for prefix, gaps, years in (
        ("land", (10.0, 100.0, 300.0), (2028, 2030, 2034)),
        ("programme", (0.0, 60.0, 250.0), (2029, 2030, None)),
    ):
        for suffix, gap, year in zip((".p10", "", ".p90"), gaps, years, strict=True):
            values[f"{prefix}.gap.2040{suffix}"], values[f"{prefix}.run_out_year{suffix}"] = gap, year
    words = words_of(effect(Writer(revalued(forecast, values), "vi")))
    assert "không đổi (2028–2030–2034 thành 2029–2030–không hết đến 2040)" in words  # only the middle stays
    assert "giảm từ 10–100–300 ha còn 0–60–250 ha" in words


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_explains_every_number(forecast: Snapshot, lang: Lang) -> None:
    document = build(forecast, lang)
    page = render(document, forecast, lang, charts_svg(forecast, lang) if lang == "vi" else {})
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    known = json.loads(found.group(1))["figures"]
    assert {ref.figure_id for ref in figure_refs(document)} <= set(known)
    assert all(inputs for *_, inputs in known.values())
    assert quoted_figures(forecast, lang)


def test_a_cell_of_a_bulk_table_is_told_with_its_place_by_name(forecast: Snapshot) -> None:
    figure = "balance_place.cu-chi.industrial.2030.short_share"
    told = explain_text(figure, forecast.ledger, "vi", sources=None)
    assert "Củ Chi" in told
    ref = forecast.ledger[figure].trace.inputs[0].ref
    lines = rows_text(ref, lambda name: forecast.tables[name], "vi")
    assert lines == ["1 dòng của bảng «Tài khoản đất theo nơi»."]


def test_the_screen_has_ranges_and_how_far_to_trust_them(
    forecast: Snapshot, make_snapshot: Callable[..., Snapshot]
) -> None:
    values = {"land.gap.2030.p10": 39.0, "land.gap.2030": 179.0, "land.gap.2030.p90": 396.0}
    lines = summary_lines(revalued(forecast, values), "vi")
    assert any("39–179–396" in line for line in lines)
    assert any("khoảng quá hẹp ở" in line for line in lines)
    assert any("thu hẹp khoảng nhiều nhất" in line for line in lines)
    assert not any("P10–P50–P90)." in line for line in summary_lines(make_snapshot(), "vi"))
