"""Every row of the collected rules on decrees, planning and land stands in the packs once, as sure as it was there.

The collection is not shipped: it lies beside the folder that QUYDAT_REAL_DATA names; CI sets it.
"""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from quydat.law.packs import read_packs

RULES = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named")).parent / "rules_vn.csv"
OURS = ("D35", "D82", "N198", "D32", "D303", "D178", "L47", "QD18", "LP", "LL", "N254", "N98", "N260")
"""Beginnings of the ids of rows on parks, clusters, planning and land."""
CITY = {"N98-260", "N260-TOD"}
"""What holds in Ho Chi Minh City only."""

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not RULES.is_file(), reason="the collected rules (QUYDAT_REAL_DATA) are not on this machine"),
]


def _collected() -> dict[str, dict[str, str]]:
    with RULES.open(encoding="utf-8", newline="") as rows:
        return {row["rule_id"]: row for row in csv.DictReader(rows) if row["rule_id"].split("-")[0] in OURS}


def _packed(name: str) -> dict[str, tuple[str, str]]:
    """Id → table and confidence, of rules and of parameters; an id that stands twice is an error here."""
    tables = read_packs([name]).tables
    rules, parameters = tables["rule"], tables["law_parameter"].drop_duplicates("parameter_id")
    ids = [*rules["rule_id"], *parameters["parameter_id"]]
    twice = [one for one, times in Counter(ids).items() if times > 1]
    assert not twice, f"as a rule and as a parameter: {twice}"
    found = {id_: ("rule", sure) for id_, sure in zip(rules["rule_id"], rules["confidence"], strict=True)}
    return found | {
        id_: ("law_parameter", sure)
        for id_, sure in zip(parameters["parameter_id"], parameters["confidence"], strict=True)
    }


def test_the_collection_is_the_one_that_was_packed() -> None:
    with RULES.open(encoding="utf-8", newline="") as rows:
        assert sum(1 for _ in csv.DictReader(rows)) == 296
    assert len(_collected()) == 102


def test_every_row_is_in_the_packs_with_its_confidence() -> None:
    packed = _packed("vn_hcmc")
    assert set(_collected()) <= set(packed)
    other = {
        id_: (row["confidence"], packed[id_][1])
        for id_, row in _collected().items()
        if row["confidence"] != packed[id_][1]
    }
    assert not other


def test_what_holds_in_one_city_is_in_the_pack_of_the_city() -> None:
    national = _packed("vn")
    assert set(_collected()) - set(national) == CITY


def test_definitions_are_parameters_and_no_tests() -> None:
    packed = _packed("vn_hcmc")
    definitions = {id_ for id_, row in _collected().items() if row["operator"] == "def"}
    assert definitions == {"D35-OCC-DEF", "D32-OCC-DEF"}
    assert {packed[id_][0] for id_ in definitions} == {"law_parameter"}


def test_days_of_the_collection_are_kept() -> None:
    """Where the collection has a whole day, the pack has it; where it has less, the row of the pack says so."""
    tables = read_packs(["vn_hcmc"]).tables
    rows = {row.rule_id: row for row in tables["rule"].itertuples()}
    rows |= {row.parameter_id: row for row in tables["law_parameter"].itertuples()}
    for id_, source in _collected().items():
        day = source["effective_from"]
        if len(day) == len("2026-01-01"):
            assert str(rows[id_].in_force_from) == day, id_
        elif day[:10].count("-") == 2:
            assert str(rows[id_].in_force_from) == day[:10], id_
        else:
            assert str(rows[id_].in_force_from)[:4] == day[:4] and "hiệu lực" in rows[id_].note, id_


def test_an_end_that_the_collection_names_is_kept() -> None:
    rules = read_packs(["vn"]).tables["rule"]
    ends = dict(zip(rules["rule_id"], rules["in_force_to"], strict=True))
    notes = dict(zip(rules["rule_id"], rules["amended_note"], strict=True))
    for id_, source in _collected().items():
        newer = source["superseded_by"]
        day = re.search(r"\((\d{4}-\d\d-\d\d)\)$", newer)
        if day and id_ in ends:
            assert str(ends[id_]) == day[1], id_
        elif newer and id_ in ends:
            assert str(ends[id_]) == "2026-01-01" or notes[id_], f"{id_}: {newer}"
