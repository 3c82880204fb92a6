"""What an article says, as an input of a figure: in the terminal and in the panel of the HTML report."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from quydat.core.basis import Basis
from quydat.core.citation import Citation
from quydat.core.figure import Input, as_json, from_json
from quydat.core.ledger import Ledger
from quydat.core.text import Lang
from quydat.report.explain import explain_text, leaves
from quydat.report.panel import panel_data
from quydat.report.snapshot import Snapshot

LINK = "https://example.org/nghi-dinh"
SAID = Citation("Điều 9; khoản 2", "Nghị định 35/2022/NĐ-CP", "Decree 35/2022/ND-CP", "medium", f"{LINK} ; other")
LAW = Input("law", "law/vn/D35-OCC-NEW", 60.0, "%", Basis.ESTIMATED, source=SAID.as_source(), as_of="2022-07-15")


@pytest.fixture
def ledger() -> Ledger:
    """One margin that rests on a cell and an article."""
    ledger = Ledger(as_of=date(2026, 11, 27))
    cell = Input("row", "park/a/occupancy_share", 0.7, "share", Basis.PUBLISHED, source="s1")
    ledger.add(
        "compliance.a.margin", 10.0, unit="%", label=("Phần dư", "Margin"), definition=("", ""), operation="rule",
        formula=("giá trị trừ ngưỡng", "value less threshold"), inputs=[cell, LAW],
    )  # fmt: skip
    return ledger


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("vi", ["quy định law/vn/D35-OCC-NEW: 60 % (ước tính, 2022-07-15)",
                "nguồn: Điều 9; khoản 2, Nghị định 35/2022/NĐ-CP; độ tin cậy: vừa " + LINK]),
        ("en", ["law law/vn/D35-OCC-NEW: 60 % (estimated, 2022-07-15)",
                "source: Article 9; clause 2, Decree 35/2022/ND-CP; confidence: medium " + LINK]),
    ],
)  # fmt: skip
def test_the_terminal_tells_article_instrument_and_confidence(ledger: Ledger, lang: Lang, told: list[str]) -> None:
    text = explain_text("compliance.a.margin", ledger, lang, sources=None)
    for line in told:
        assert line in text
    assert LAW in leaves("compliance.a.margin", ledger)


def test_the_panel_tells_it_too(ledger: Ledger, snapshot: Snapshot) -> None:
    data: dict[str, Any] = panel_data(replace(snapshot, ledger=ledger), "en", ["compliance.a.margin"])
    kind, ref, label, value, _, _, keys, as_of = data["figures"]["compliance.a.margin"][-1][1]
    assert (kind, ref, value, as_of) == ("l", "law/vn/D35-OCC-NEW", "60 %~", "2022-07-15")
    assert data["strings"][label] == "Article 9; clause 2, Decree 35/2022/ND-CP"
    assert data["words"]["kind_law"] == "what the law says"
    assert data["sources"][keys[0]][:2] == ["Article 9; clause 2, Decree 35/2022/ND-CP; confidence: medium", LINK]


def test_it_survives_being_kept(ledger: Ledger) -> None:
    figure = ledger["compliance.a.margin"]
    assert from_json(as_json(figure)) == figure
