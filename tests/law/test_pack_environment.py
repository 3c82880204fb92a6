"""Every source row on environment, greenhouse gases, eco-parks and documents stands in the packs, with its number.

The two source tables are not shipped. They lie beside the folder that QUYDAT_REAL_DATA names; CI sets it.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from quydat.law.packs import PackTables, read_packs

FOLDER = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named")).parent
RULES, INDICATORS = FOLDER / "rules_vn.csv", FOLDER / "eip_framework.csv"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not (RULES.is_file() and INDICATORS.is_file()),
        reason="rules_vn.csv and eip_framework.csv (beside QUYDAT_REAL_DATA) are not on this machine",
    ),
]
OURS = ("ENV-", "GHG-", "EF-", "TOE-", "VSIC-", "D30-", "CRS-")
ELSEWHERE = (
    "Q01-", "Q06-", "TCVN4449-", "D35-", "D82-", "N198-", "D32-", "D303-", "D178-", "L47-", "QD18-", "LP-", "LL-",
    "N254-", "N98-", "N260-",
)  # fmt: skip


@pytest.fixture(scope="module")
def packs() -> PackTables:
    return read_packs(["vn_hcmc"])


@pytest.fixture(scope="module")
def rows(packs: PackTables) -> dict[str, dict[str, str]]:
    """Rules and parameters of the packs by id; the parameter EF-GRID has versions of its own and no source row."""
    found: dict[str, dict[str, str]] = {}
    for table, key in (("rule", "rule_id"), ("law_parameter", "parameter_id")):
        for row in packs.tables[table].astype(object).fillna("").to_dict("records"):
            found[str(row[key])] = {str(name): str(value) for name, value in row.items()} | {"table": table}
    return found


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _sources() -> Iterator[dict[str, str]]:
    for row in _read(RULES):
        if row["rule_id"].startswith(OURS):
            yield row | {"id": row["rule_id"]}
    for row in _read(INDICATORS):
        yield row | {"id": row["indicator_id"]}


def _numbers(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"(?<![A-Za-z_])\d+(?:\.\d+)?", text)}


def _tested(row: Mapping[str, str], packs: PackTables) -> str:
    """What the pack tests or gives: condition, threshold or value, and those of the rule's exceptions."""
    own = [row["condition"], row.get("threshold", ""), row.get("value", "")]
    exceptions = packs.tables["rule_exception"]
    for one in exceptions[exceptions["rule_id"] == row.get("rule_id", "")].itertuples():
        own += [str(one.condition), str(one.threshold)]
    return " ; ".join(own)


def test_no_source_row_is_left_without_an_owner() -> None:
    assert not [row["rule_id"] for row in _read(RULES) if not row["rule_id"].startswith(OURS + ELSEWHERE)]


def test_every_source_id_stands_in_the_packs_once(packs: PackTables) -> None:
    count = Counter([*packs.tables["rule"]["rule_id"], *packs.tables["law_parameter"]["parameter_id"]])
    ids = [row["id"] for row in _sources()]
    assert len(ids) == 49 + 81
    assert {one: count[one] for one in ids if count[one] != 1} == {}


def test_confidence_is_that_of_the_source(rows: Mapping[str, Mapping[str, str]]) -> None:
    assert {row["id"]: rows[row["id"]]["confidence"] for row in _sources()} == {
        row["id"]: row["confidence"] for row in _sources()
    }


def test_numbers_are_those_of_the_source(packs: PackTables, rows: Mapping[str, Mapping[str, str]]) -> None:
    for source in _sources():
        row = rows[source["id"]]
        wanted = source["threshold"]
        if source["id"].startswith("ENV-A2-"):
            wanted += " " + source["condition"]  # the lower classes stand there
        if wanted == "true":
            assert row["operator"] == "holds", source["id"]
        elif source["id"] == "VN-ENV3":  # a share from 0 to 100 to be reported: no minimum, hence a duty to report
            assert row["operator"] == "holds" and "0–100 %" in row["label_vi"]
        elif wanted == "national average":
            assert row["threshold"] == "100 * national_renewable_energy_share"
        elif not _numbers(wanted):
            assert row["threshold"] == f"'{wanted}'", source["id"]
        else:
            assert _numbers(wanted) <= _numbers(_tested(row, packs)), source["id"]


def test_dates_and_links_are_those_of_the_source(rows: Mapping[str, Mapping[str, str]]) -> None:
    for source in _sources():
        row = rows[source["id"]]
        start = source.get("effective_from", "").split(" ")[0]
        assert row["in_force_from"].startswith(start), source["id"]
        if source["source_url"].startswith("http"):
            assert row["link"] == source["source_url"], source["id"]
        if source["source_url"] == "general knowledge":
            assert row["link"].startswith("general knowledge"), source["id"]
    assert rows["VSIC-2018"]["in_force_to"] == "2025-11-15"


def test_recalled_indicators_never_claim_the_new_edition(rows: Mapping[str, Mapping[str, str]]) -> None:
    recalled = [row for one, row in rows.items() if one.startswith("EIP-")]
    assert len(recalled) == 57
    for row in recalled:
        assert row["confidence"] != "high"
        assert "2017" in row["amended_note"]  # said in every finding
        assert "2017" in row["note"] and "không được gọi" in row["note"] and "never call" in row["note"]


def test_every_row_says_who_checked_it_and_when(rows: Mapping[str, Mapping[str, str]]) -> None:
    for source in _sources():
        row = rows[source["id"]]
        assert row["checked_on"] == "2026-11-23" and "no lawyer" in row["checked_by"], source["id"]
