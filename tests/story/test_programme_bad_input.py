"""Bad input to the programme, through the real terminal in both languages: named, explained, and nothing written."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.support.studies import quick
from tests.support.terminal import Terminal

from quydat.app.study import Study
from quydat.core.text import Lang
from quydat.dictionary.schema import tables

PROVENANCE = {"source_ids": "derived", "confidence": "low", "basis": "assumed"}
NAMES = {"name_vi": "Thử", "name_en": "Trial"}
PARK = "pham-van-hai-1-part-1"
MADE: Mapping[str, Sequence[Mapping[str, object]]] = {
    "fund_source": [
        {"fund_source": "bonds", **NAMES, "kind": "bond", "currency": "VND", "carries_over": "yes", **PROVENANCE}
    ],
    "fund_year": [{"fund_source": "bonds", "year": 2026, "amount_bn": 100, **PROVENANCE}],
    "project_link": [
        {"before_id": "road", "after_id": PARK, "lag_days": 0, **PROVENANCE},
        {"before_id": PARK, "after_id": "road", "lag_days": 0, **PROVENANCE},
    ],
    "project_lock": [
        {"project_id": PARK, "decision": "must", **PROVENANCE},
        {"project_id": PARK, "decision": "forbidden", **PROVENANCE},
    ],
    "project": [
        {"project_id": "road", **NAMES, "kind": "shared_works", "place": "binh-chanh", "gross_area_ha": 10,
         "clearance_bn_vnd_low": 1, "clearance_bn_vnd_mid": 2, "clearance_bn_vnd_high": 3,
         "works_bn_vnd_low": 1, "works_bn_vnd_mid": 2, "works_bn_vnd_high": 3,
         "procedure_days_low": 900, "procedure_days_mid": 200, "procedure_days_high": 300,
         "works_days_low": 100, "works_days_mid": 200, "works_days_high": 300, **PROVENANCE}
    ],
}  # fmt: skip
"""Budget without most years, a circle, a park locked in and forbidden, costs without price year, least above most."""
SAID: Mapping[Lang, Mapping[str, str]] = {
    "vi": {
        "QD915": "Nguồn vốn «bonds» thiếu các năm: 2025, 2027",
        "QD790": "Các dự án chờ nhau thành vòng",
        "QD917": f"«{PARK}» vừa buộc phải làm vừa không được làm",
        "QD912": "Chi phí của dự án «road» không ghi năm giá",
        "QD911": "không theo thứ tự thấp, giữa, cao",
    },
    "en": {
        "QD915": 'The source of money "bonds" has no amount for: 2025, 2027',
        "QD790": "wait for each other in a circle",
        "QD917": f'"{PARK}" must be done and may not be done',
        "QD912": 'The costs of project "road" have no price year',
        "QD911": "not in the order low, mid, high",
    },
}


def written(folder: Path, name: str, rows: Sequence[Mapping[str, object]]) -> Path:
    """A file of a record table."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tables()[name].columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def runs(study: Study) -> list[str]:
    return sorted(path.name for path in (study.folder / "runs").glob("*"))


@pytest.fixture(scope="module")
def wrong(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study whose programme has all of it."""
    folder = tmp_path_factory.mktemp("wrong")
    study = quick(Study(shutil.copytree(fresh, folder / "study")), draws=100)
    files = [written(folder, name, rows) for name, rows in MADE.items()]
    study.import_files(files, reason="trial")
    return study


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_all_that_contradicts_itself_is_said_at_once(lang: Lang, wrong: Study, terminal: Terminal) -> None:
    before = len(wrong.history())
    code, out, err = terminal("plan", wrong.folder, "--only", "programme", "--lang", lang)
    assert (code, out) == (1, "")
    for number, words in SAID[lang].items():
        assert number in err
        assert words in " ".join(err.split())
    assert err.count({"vi": "Cách sửa:", "en": "To mend:"}[lang]) >= len(SAID[lang])
    assert runs(wrong) == []
    assert len(wrong.history()) == before


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_duration_of_zero_is_not_taken_in(lang: Lang, study: Study, terminal: Terminal, tmp_path: Path) -> None:
    row = {**MADE["project"][0], "works_days_low": 0, "price_year": 2025}
    path = written(tmp_path, "project", [row])
    code, out, err = terminal("import", path, "--as", "project", "--study", study.folder, "--yes", "--lang", lang)
    assert (code, out) == (1, "")
    assert {"vi": "Thời gian xây dựng", "en": "works_days_low"}[lang].casefold() in err.casefold() or "works" in err
    assert "0" in err
    assert len(study.history()) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_demand_that_no_programme_can_meet_tells_the_shortfall(lang: Lang, study: Study, terminal: Terminal) -> None:
    quick(study, draws=100)
    code, out, err = terminal("optimise", study.folder, "--limit", "shortage=0", "--lang", lang)
    assert (code, out) == (1, "")
    assert "QD794" in err
    said = " ".join(err.split())
    assert {"vi": "còn thiếu", "en": "is lacking"}[lang] in said
    assert runs(study) == []
    assert len(study.history()) == 1


def test_limits_in_conflict_name_the_smallest_conflict_and_what_is_lacking(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    """A park that must be done by the city at once, with no money to do it: these two and nothing else."""
    quick(study, draws=100)
    lock = {"project_id": PARK, "decision": "must", "delivery_model": "city_first", "start_to": "2026-12-31"}
    years = [{"fund_source": "city", "year": year, "amount_bn": 1, **PROVENANCE} for year in range(2025, 2046)]
    fund = {"fund_source": "city", **NAMES, "kind": "budget", "currency": "VND", "carries_over": "yes", **PROVENANCE}
    files = [
        written(tmp_path, "project_lock", [{**lock, **PROVENANCE}]), written(tmp_path, "fund_source", [fund]),
        written(tmp_path, "fund_year", years),
    ]  # fmt: skip
    study.import_files(files, reason="trial")
    path = study.folder / "study.toml"
    found = terminal.problems("plan", study.folder, "--only", "programme")
    (one,) = [each for each in found if each["number"] == "QD792"]
    assert PARK in one["message_vi"] or "Phạm Văn Hai" in one["message_vi"]
    assert "tỷ đồng" in one["message_vi"]
    assert "bn VND" in one["message_en"]
    assert runs(study) == []
    assert path.is_file()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (("--minimise", "shortage,beauty"), "QD942"),
        (("--limit", "cost=much"), "QD943"),
        (("--limit", "beauty=1"), "QD942"),
        (("--minimise", "cost,cost"), "QD943"),
        (("--gap", "-1"), "QD943"),
        (("--draws", "0"), "QD943"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_runs(
    words: tuple[str, str], number: str, study: Study, terminal: Terminal
) -> None:
    assert terminal.numbers("optimise", study.folder, *words) == [number]


def test_a_model_that_is_not_there_is_refused_with_those_there_are(study: Study, terminal: Terminal) -> None:
    quick(study, draws=100)
    (found,) = terminal.problems("optimise", study.folder, "--models", "city_last")
    assert found["number"] == "QD941"
    assert "city_first" in found["repair_en"]
