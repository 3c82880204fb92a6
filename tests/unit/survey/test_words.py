"""The list of synonyms: no words mean two things, and all that they mean exists."""

import csv
from importlib.resources import files

import pytest

from quydat.dictionary.schema import choices, tables
from quydat.survey.words import choice_words, is_unit, unit_factor, word_key

ROWS = list(csv.DictReader(files("quydat.survey").joinpath("synonyms.csv").read_text(encoding="utf-8").splitlines()))


def test_no_words_mean_two_things() -> None:
    meanings: dict[tuple[str, str, str], set[str]] = {}
    for row in ROWS:
        meanings.setdefault((row["kind"], row["of"], word_key(row["written"])), set()).add(row["means"])
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


def test_all_that_synonyms_mean_exists() -> None:
    assert {row["kind"] for row in ROWS} == {"heading", "choice", "blank", "noise"}
    for row in ROWS:
        if row["kind"] == "heading":
            assert row["means"] in ("x", "y") or row["means"] in tables()[row["of"]], row
        elif row["kind"] == "choice":
            assert row["means"] in choices(row["of"]), row


def test_the_dictionarys_own_words_win_over_synonyms() -> None:
    for name in {row["of"] for row in ROWS if row["kind"] == "choice"}:
        for value, labels in choices(name).items():
            for written in (value, *labels):
                assert choice_words(name)[word_key(written)] == value


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [
        ("m²", "m2", 1),
        ("ha", "m2", 10000),
        ("km2", "m2", 1e6),
        ("m2", "km2", 1e-6),
        ("cm", "m", 0.01),
        ("°", "degree", 1),
    ],
)
def test_units(written: str, unit: str, factor: float) -> None:
    assert unit_factor(written, unit) == factor


@pytest.mark.parametrize("written", ["sào", "công", "mẫu", "kg", "", "feet"])
def test_units_whose_size_is_not_one_are_not_known(written: str) -> None:
    assert unit_factor(written, "m2") is None
    assert not is_unit(written)
