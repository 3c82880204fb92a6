"""The law at the terminal: what is in force on a day, one rule in full, what is asked, and findings by subject."""

import shutil
from pathlib import Path

import pytest
from tests.support.terminal import Terminal

from quydat.app.study import Study


@pytest.fixture(scope="module")
def study(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study(shutil.copytree(ran, tmp_path_factory.mktemp("law") / "study"))


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Terminal:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def ids(found: dict[str, list[dict[str, str]]]) -> set[str]:
    return {one["rule_id"] for one in found["rules"]}


def test_the_law_of_a_day(terminal: Terminal) -> None:
    before = ids(terminal.json("rules", "--on", "2026-09-14", "--subject", "park"))
    after = ids(terminal.json("rules", "--on", "2026-09-15", "--subject", "park"))
    assert {"D32-AREA-MIN", "D32-AREA-MAX"} <= before - after
    assert {"D303-AREA-MIN", "D303-AREA-MAX"} <= after - before
    assert before | after < ids(terminal.json("rules", "--subject", "park"))
    said = terminal.done("rules", "--on", "2026-09-15", "--topic", "cluster_size")
    assert "15/9/2026" in said
    assert "D303-AREA-MAX" in said
    assert "Cụm công nghiệp" in said
    assert "cluster" in terminal.done("rules", "--on", "2026-09-15", "--topic", "cluster_size", "--lang", "en")


def test_a_study_asks_about_its_own_day(study: Study, terminal: Terminal) -> None:
    assert "30/6/2025" in terminal.done("rules", study.folder, "--subject", "city")


def test_a_rule_in_full(terminal: Terminal) -> None:
    full = terminal.json("rules", "--rule", "D32-AREA-MAX")
    assert [one["rule_id"] for one in full["versions"]] == ["D32-AREA-MAX", "D303-AREA-MAX"]
    assert full["exceptions"]
    assert {case["covers"] for case in full["cases"]} >= {"pass", "fail", "unknown", "edge", "day_before", "day_of"}
    said = terminal.done("rules", "--rule", "D32-AREA-MAX")
    for words in ("75", "32/2024/NĐ-CP", "15/9/2026", "https://", "cao"):
        assert words in said
    (found,) = terminal.problems("rules", "--rule", "D32-AREA-MIX")
    assert found["number"] == "QD896"
    assert "D32-AREA-M" in found["repair_en"]


def test_every_rule_that_a_report_uses_is_tested(study: Study, terminal: Terminal) -> None:
    lacking = {one["rule_id"] for one in terminal.json("rules", "--coverage")["rules"] if one["missing"]}
    assert not lacking & set(study.run().table("findings")["rule_id"])


def test_what_rules_ask_for(terminal: Terminal) -> None:
    asked = terminal.json("rules", "--asks", "--subject", "conversion")["quantities"]
    assert {"years_since_established", "agreeing_enterprises_share"} <= {one["quantity"] for one in asked}
    assert all(one["ask_vi"] and one["ask_en"] for one in asked)
    assert terminal.numbers("rules", "--asks", "--subject", "moon") == ["QD897"]


def test_findings_of_a_subject(study: Study, terminal: Terminal) -> None:
    here = study.folder
    failed = terminal.json("findings", "latest", "--study", here, "--verdict", "fail")["findings"]
    assert {one["verdict"] for one in failed} == {"fail"}
    assert "ccn-da-phuoc" in {one["subject_id"] for one in failed}
    said = terminal.done("findings", "latest", "--study", here, "--subject", "ccn-da-phuoc")
    assert "KHÔNG ĐẠT" in said
    assert "lệch 15 ha" in said
    assert "Cần biết" in said
    english = terminal.done("findings", "latest", "--study", here, "--subject", "ccn-da-phuoc", "--lang", "en")
    assert "FAIL" in english
    assert "To know" in english
    assert terminal.numbers("findings", "latest", "--study", here, "--subject", "nobody") == ["QD897"]


def test_what_to_ask_first(study: Study, terminal: Terminal) -> None:
    asked = terminal.json("findings", "latest", "--study", study.folder, "--asks")["asks"]
    parks = [one["decides"] for one in asked if one["subject_kind"] == "park"]
    assert parks == sorted(parks, reverse=True)
    own = terminal.json("findings", "latest", "--study", study.folder, "--asks", "--subject", "tan-binh")["asks"]
    assert "green_land_share" not in {one["quantity"] for one in own if one["subject_kind"] == "park"}
    assert len(own) < len(asked)


def test_the_same_facts_on_another_day(study: Study, terminal: Terminal) -> None:
    """From 1 July 2025 a park of 200 ha needs a zoning plan; the day before nobody asked."""
    here = study.folder
    before = terminal.json("findings", "latest", "--study", here, "--on", "2025-06-30", "--subject", "pham-van-hai-1")
    assert before == terminal.json("findings", "latest", "--study", here, "--subject", "pham-van-hai-1")
    after = terminal.json("findings", "latest", "--study", here, "--on", "2025-07-01", "--subject", "pham-van-hai-1")
    new = {one["rule_id"] for one in after["findings"]} - {one["rule_id"] for one in before["findings"]}
    assert "D178-ZONE200" in new
