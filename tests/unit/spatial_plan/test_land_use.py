"""The list of land uses: kinds, names, and what the pack holds."""

import re

import pandas as pd
from tests.support.plans import USES


def test_a_kind_of_a_kind_is_within_the_widest() -> None:
    assert USES.is_within("multi_storey_factory", "industrial_park")
    assert USES.is_within("workers_housing", "housing")
    assert not USES.is_within("housing", "workers_housing")
    assert USES.kinds_of(["green"]) == ("buffer_green", "green")


def test_every_use_has_its_label_colour_source_and_confidence() -> None:
    rows = USES.rows
    assert rows["code"].is_unique
    assert rows[["label_vi", "label_en", "source", "confidence", "checked_by"]].notna().all(axis=None)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in rows["colour"])
    assert "high" not in set(rows["confidence"])  # no circular was read
    assert set(rows["part_of"].dropna()) <= set(rows["code"])


def test_names_in_either_language_become_codes() -> None:
    uses = ["Đất nhà máy, xí nghiệp", "green land", None]
    rows = pd.DataFrame({"land_use": uses, "allowed_uses": ["green;water and canals", None, None]})
    made = USES.coded(rows)
    assert made["land_use"].tolist()[:2] == ["factory", "green"]
    assert made["allowed_uses"].tolist()[0] == "green;water"
    assert made.isna().to_numpy().tolist() == rows.isna().to_numpy().tolist()
