"""A lawyer's day: a pack of their own in the study, a value that changes from a day, and findings that follow."""

import csv
import shutil
from pathlib import Path

import pytest
from tests.support.terminal import Terminal

from quydat.app.study import Study
from quydat.dictionary.settings import FILE
from quydat.law.packs import shipped_packs

RULE = "D32-AREA-MAX"
CLUSTER = "ccn-bau-tran"


def own_pack(study: Study) -> Path:
    """A copy of the national pack inside the study, named in its settings before that of the city."""
    folder = study.folder / "luat" / "vn"
    shutil.copytree(shipped_packs()["vn"], folder)
    settings = study.folder / FILE
    text = settings.read_text(encoding="utf-8")
    assert 'law = ["vn_hcmc"]' in text
    settings.write_text(text.replace('law = ["vn_hcmc"]', 'law = ["luat/vn", "vn_hcmc"]'), encoding="utf-8")
    return folder


def change(folder: Path, rule_id: str, **cells: str) -> None:
    """Change cells of a rule where it stands."""
    for path in folder.joinpath("rule").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if any(row["rule_id"] == rule_id for row in rows):
            rows = [row | cells if row["rule_id"] == rule_id else row for row in rows]
            write(path, rows)
            return
    raise AssertionError(f"no rule {rule_id}")


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def row_of(folder: Path, rule_id: str) -> dict[str, str]:
    for path in folder.joinpath("rule").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found = [row for row in csv.DictReader(file) if row["rule_id"] == rule_id]
        if found:
            return found[0]
    raise AssertionError(f"no rule {rule_id}")


def verdict(terminal: Terminal, study: Study, run: str, *more: str) -> dict[str, object]:
    made = terminal.json("findings", run, "--study", study.folder, "--subject", CLUSTER, *more)["findings"]
    (found,) = [one for one in made if one["family"] == row_of(shipped_packs()["vn"], RULE)["family"]]
    return found


@pytest.fixture
def lawyer(planned: Study, no_reports: None) -> Study:
    return planned


@pytest.mark.long
def test_a_limit_is_lowered_from_a_day(lawyer: Study, terminal: Terminal) -> None:
    here, before = lawyer.folder, lawyer.run()
    first = verdict(terminal, lawyer, before.fingerprint)
    assert (first["verdict"], first["value"], first["threshold"], first["margin"]) == ("pass", "75", "75", 0.0)

    # The old limit ends on 1 May 2025, a new one of 60 ha begins: a new row, and an end for the old one.
    pack = own_pack(lawyer)
    old = row_of(pack, RULE)
    change(pack, RULE, in_force_to="2025-05-01")
    new = old | {
        "rule_id": "D32-AREA-MAX-2025", "threshold": "60", "in_force_from": "2025-05-01",
        "in_force_to": old["in_force_to"], "confidence": "low", "note": "made up for this test",
    }  # fmt: skip
    write(pack / "rule" / "ours.csv", [new])
    shown = terminal.done("rules", here, "--rule", "D32-AREA-MAX-2025")
    assert "60" in shown
    listed = [
        one["rule_id"] for one in terminal.json("rules", here, "--on", "2025-04-30", "--subject", "park")["rules"]
    ]
    assert RULE in listed
    assert "D32-AREA-MAX-2025" not in listed
    listed = [
        one["rule_id"] for one in terminal.json("rules", here, "--on", "2025-05-01", "--subject", "park")["rules"]
    ]
    assert RULE not in listed
    assert "D32-AREA-MAX-2025" in listed

    # The day of the file decides which of the two applies, and is not known: the finding asks for it.
    terminal.done("plan", here)
    asked = verdict(terminal, lawyer, "latest")
    if asked["verdict"] == "unknown":
        assert "filed_on" in str(asked["asks_for"])
        facts = here.parent / "facts.csv"
        facts.write_text(
            "subject_kind,subject_id,quantity,value,source_ids,confidence,basis\n"
            f"park,{CLUSTER},filed_on,2025-05-20,cimigo-bau-tran,high,published\n"
            f"park,{CLUSTER},decided_on,2025-06-20,cimigo-bau-tran,high,published\n",
            encoding="utf-8",
        )
        terminal.done("import", facts, "--as", "subject_fact", "--study", here, "--reason", "từ cụm", "--yes")
        terminal.done("plan", here)
    after = verdict(terminal, lawyer, "latest")
    assert (after["rule_id"], after["verdict"], after["margin"]) == ("D32-AREA-MAX-2025", "fail", -15.0)
    assert after["confidence"] == "low"

    # Both runs are kept with the law that they were made by.
    told = terminal.json("compare", before.fingerprint, "latest", "--study", here)
    assert "law" in told["inputs"]
    assert verdict(terminal, lawyer, before.fingerprint)["verdict"] == "pass"
    explained = terminal.done(
        "explain", "latest", f"findings.park.{CLUSTER}.D32-AREA-MAX-2025.margin", "--study", here
    )  # fmt: skip
    assert "cimigo" in explained
    assert "75" in explained
    assert "60" in explained


def test_a_broken_pack_is_told_before_anything_is_made(lawyer: Study, terminal: Terminal) -> None:
    pack = own_pack(lawyer)
    change(pack, RULE, threshold="sáu mươi", condition="no_such_quantity > 1")
    runs = len(lawyer.runs())
    found = terminal.problems("plan", lawyer.folder)
    assert len(found) >= 2, "all problems at once"
    assert all("rule/" in one["where"]["file"] for one in found)
    assert {one["where"]["column"] for one in found} >= {"threshold", "condition"}
    assert terminal.numbers("check", lawyer.folder) == [one["number"] for one in found]
    assert len(lawyer.runs()) == runs


def test_facts_of_a_study_are_checked_against_its_pack(lawyer: Study, terminal: Terminal, tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text(
        "subject_kind,subject_id,quantity,value,unit,source_ids,confidence,basis\n"
        "park,tan-thuan,green_land_share,12,%,hepza-cat-lai,high,published\n"
        "park,tan-thuan,gren_land_share,0.12,,hepza-cat-lai,high,published\n",
        encoding="utf-8",
    )
    assert terminal.numbers("import", facts, "--as", "subject_fact", "--study", lawyer.folder, "--yes") == [
        "QD894",
        "QD891",
    ]
    assert lawyer.read("subject_fact").query("quantity == 'green_land_share' and subject_id == 'tan-thuan'").empty
