"""The HTML report: self-contained, safe against what a record may hold, the same bytes each time."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from quydat.core.text import Lang
from quydat.report.chart import charts_svg
from quydat.report.content import build
from quydat.report.html import render
from quydat.report.panel import reachable, safe_json
from quydat.report.snapshot import Snapshot
from quydat.report.sources import safe_url


class Page(HTMLParser):
    """Elements with their attributes, and the text of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


def page(snapshot: Snapshot, lang: Lang = "vi", charts: dict[str, str] | None = None) -> str:
    made = charts_svg(snapshot, lang) if charts is None else charts
    return render(build(snapshot, lang), snapshot, lang, made)


@pytest.fixture(scope="module")
def text(snapshot: Snapshot) -> str:
    return page(snapshot)


def test_every_number_opens_an_explanation_that_is_there(text: str) -> None:
    read = Page(text)
    figures = json.loads(read.scripts[0])["figures"]
    printed = [a["data-figure"] for _, a in read.elements if "data-figure" in a]
    assert len(printed) > 300
    assert set(printed) <= set(figures)
    assert all(a.get("tabindex") == "0" and a.get("role") == "button" for _, a in read.elements if "data-figure" in a)


def test_explanations_lead_down_to_what_they_were_made_from(text: str) -> None:
    figures = json.loads(Page(text).scripts[0])["figures"]
    nested = {i[1] for f in figures.values() for i in f[8] if i[0] == "f"}
    assert "balance.hcmc.industrial.2026.p50.gap_ha" in nested  # not printed in a sentence, but an input of one
    assert nested <= set(figures)


def test_rows_are_told_with_value_and_source_address(text: str) -> None:
    data = json.loads(Page(text).scripts[0])
    row = data["figures"]["claim.c1.value"][8][0]
    assert row[:2] == ["r", "claim/c1/value"]
    assert row[6] == ["s1"]
    assert data["sources"]["s1"][1] == "https://example.org/bao-cao?a=1&b=2"


def test_nothing_is_loaded_from_elsewhere(text: str) -> None:
    for tag, attributes in Page(text).elements:
        for name in ("src", "data", "poster", "action", "formaction", "srcset", "xlink:href"):
            assert not (attributes.get(name) or "data:").startswith(("http", "//")), (tag, attributes)
        if attributes.get("href", "#").startswith("http"):  # type: ignore[union-attr]
            assert tag == "a"
            assert "noopener" in (attributes["rel"] or "")
        assert tag not in ("link", "iframe", "object", "embed", "base")
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert "default-src &#39;none&#39;" in text


def test_the_policy_names_the_script_that_the_page_has(text: str) -> None:
    from base64 import b64encode
    from hashlib import sha256

    script = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert len(script) == 1
    assert b64encode(sha256(script[0].encode()).digest()).decode() in text.replace("&#43;", "+")


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}<!--"


def test_hostile_names_are_inert(renamed: Callable[[str, str], Snapshot]) -> None:
    snapshot = renamed("pham-van-hai-1", HOSTILE)
    text = page(snapshot)
    read = Page(text)
    assert [a.get("type") for t, a in read.elements if t == "script"] == ["application/json", None]
    assert not [a for t, a in read.elements if t == "img" and not (a["src"] or "").startswith("data:")]
    assert not [a for _, a in read.elements if any(name.startswith("on") for name in a)]
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text
    assert "{{7*7}}" in text
    names = [data for data in json.loads(read.scripts[0])["strings"] if "alert(1)" in data]
    assert all(HOSTILE in name for name in names)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "", None, "http://a b"]
)
def test_addresses_that_are_no_web_pages_are_not_linked(url: str | None) -> None:
    assert safe_url(url) == ""


def test_json_for_a_script_element_holds_no_markup() -> None:
    made = safe_json({"a": "</script><!-- \u2028 &"})
    assert not set("<>&\u2028") & set(made)
    assert json.loads(made) == {"a": "</script><!-- \u2028 &"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_same_snapshot_gives_the_same_bytes(make_snapshot: Callable[..., Snapshot], lang: Lang) -> None:
    assert page(make_snapshot(), lang) == page(make_snapshot(), lang)


def test_the_page_says_its_language_and_run(snapshot: Snapshot) -> None:
    text = page(snapshot, "en", charts={})
    assert '<html lang="en">' in text
    assert snapshot.fingerprint in text


def test_a_document_in_another_language_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="'vi'"):
        render(build(snapshot, "vi"), snapshot, "en", {})


def test_reachable_holds_each_figure_once(snapshot: Snapshot) -> None:
    found = [f.figure_id for f in reachable(snapshot.ledger, ["land.vacant", "land.vacant"])]
    assert found[0] == "land.vacant"
    assert found[1:] == ["land_by_state.operating.vacant_ha"]
