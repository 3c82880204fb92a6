"""Explanations for the terminal, the screen of the demo, and the figures quoted in sentences."""

from datetime import date

import pytest

from quydat.core.basis import Basis
from quydat.core.figure import Input, Trace
from quydat.core.ledger import Ledger
from quydat.core.text import Lang
from quydat.report.explain import explain_text
from quydat.report.quoted import quoted_figures
from quydat.report.snapshot import Snapshot
from quydat.report.summary import aligned, cut, summary_lines
from quydat.report.trace_words import calculation
from quydat.report.wording import printed

URL = "https://example.org/bao-cao?a=1&b=2"


def test_an_explanation_reaches_the_address_of_the_source(snapshot: Snapshot) -> None:
    text = explain_text("land.vacant", snapshot.ledger, "vi", sources=snapshot.record["source"])
    assert URL in text
    assert "Tổng." in text
    assert "= 163,1" in text  # 19.5 + 143.6 of the operating parks
    assert "land_by_state.operating.vacant_ha" in text
    assert "đã biết 1/1" in text


def test_a_figure_is_told_once(snapshot: Snapshot) -> None:
    text = explain_text("land.occupancy_share", snapshot.ledger, "vi", sources=None)
    assert text.count("land_by_state.operating.let_ha] =") == 1
    ledger = Ledger(as_of=date(2025, 6, 30))
    row = Input("row", "park/a/gross_area_ha", 2.0, "ha", Basis.PUBLISHED)
    words = {"label": ("A", "A"), "definition": ("", ""), "formula": ("", "")}
    ledger.add("a", 2.0, unit="ha", operation="given", inputs=[row], **words)  # type: ignore[arg-type]
    ledger.add("b", 4.0, unit="ha", operation="linear", inputs=[ledger.input("a"), ledger.input("a")], **words)  # type: ignore[arg-type]
    assert "(told above)" in explain_text("b", ledger, "en", sources=None)


def test_depth_is_kept_and_what_is_below_is_counted(snapshot: Snapshot) -> None:
    text = explain_text("land.vacant", snapshot.ledger, "en", sources=None, depth=0)
    tree, rests_on = text.split("All of it rests on these")
    assert "1 more inputs below" in tree
    assert "operating" not in tree
    assert "cell park/operating/vacant_ha: 163.1 ha" in rests_on


def test_an_unknown_figure_raises(snapshot: Snapshot) -> None:
    with pytest.raises(KeyError):
        explain_text("land.invented", snapshot.ledger, "vi", sources=None)


def test_calculations_are_written_with_signs_and_factors() -> None:
    one = Input("figure", "a", 2.5, "ha", Basis.PUBLISHED)
    half = Input("figure", "b", 4.0, "ha", Basis.PUBLISHED, factor=-0.5)
    by = Input("figure", "c", 4.0, "ha", Basis.PUBLISHED, factor=-1.0)
    assert calculation(Trace("linear", "", "", (one, half)), "vi") == "2,5 − 0,5 × 4"
    assert calculation(Trace("product", "", "", (one, by)), "en") == "2.5 ÷ 4"
    assert calculation(Trace("rule", "", "", (one,)), "en") == ""


def test_what_a_figure_shows(snapshot: Snapshot) -> None:
    ledger = snapshot.ledger
    ready = ledger["procedure.pham-van-hai-1.ready_p50"]
    assert printed(ready, "vi", show="month") == "5/2033"
    assert printed(ready, "en", show="month") == "2033-05"
    assert printed(ready, "vi", show="year") == "2033"
    days = ledger["procedure_remaining.pham-van-hai-1.p3.duration_low_days"]
    assert printed(days, "vi", show="years") == "0,8"  # 276 ÷ 365.25
    assert printed(ledger["procedure.le-minh-xuan-2.promised_year"], "vi") == "chưa rõ"
    with pytest.raises(ValueError, match="cannot be shown"):
        printed(ledger["land.gross"], "vi", show="month")
    with pytest.raises(ValueError, match="no coverage"):
        printed(ledger["land.run_out_year"], "vi", show="coverage")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_screen_of_the_demo_fits_and_names_the_parks(snapshot: Snapshot, lang: Lang) -> None:
    lines = summary_lines(snapshot, lang)
    assert any("KCN Phạm Văn Hai I" in line and "2030†–2033†–2038†" in line for line in lines)
    assert all(len(line) <= 150 for line in lines)
    assert "†" in lines[-1]


def test_columns_stand_under_each_other() -> None:
    assert aligned([("a", "1"), ("bbb", "22")], right=(1,)) == ["  a     1", "  bbb  22"]
    assert cut("một hai ba", 8) == "một hai…"


def test_figures_quoted_in_sentences_stand_once_in_their_order(snapshot: Snapshot) -> None:
    ids = [figure.figure_id for figure in quoted_figures(snapshot, "vi")]
    assert ids[:4] == ["land.gross", "land.lettable", "land.let", "land.occupancy_share"]
    assert len(set(ids)) == len(ids)
    assert "parks.tan-thuan.gross_area_ha" not in ids  # it is printed in a table only
