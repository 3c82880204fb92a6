"""What is wrong with a study.toml is said all at once: QD301 to QD312."""

import tomllib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from quydat.core.problem import Problem, Problems
from quydat.dictionary.settings import parse_settings, read_settings

CASE = Path(__file__).parents[3] / "cases" / "hcmc"
Change = Callable[[dict[str, Any]], object]


def problems_of(change: Change) -> list[Problem]:
    data = deepcopy(tomllib.loads((CASE / "study.toml").read_text(encoding="utf-8")))
    change(data)
    try:
        parse_settings(data)
    except Problems as problems:
        return list(problems.found)
    return []


def test_the_shipped_case_is_right() -> None:
    assert problems_of(lambda data: None) == []


def number(low: Any, mid: Any, high: Any) -> dict[str, Any]:
    return {"low": low, "mid": mid, "high": high, "basis": "assumed", "source": "s"}


@pytest.mark.parametrize(
    ("change", "number", "facts"),
    [
        (lambda d: d["study"].update(sead=1), "QD303", {"key": "study.sead", "nearest": "study.seed"}),
        (lambda d: d.update(studi={"seed": 1}), "QD303", {"key": "studi.seed", "nearest": "study.seed"}),
        (
            lambda d: d["parameters"]["demand"].update(job={"value": 1}),
            "QD303",
            {"key": "parameters.demand.job", "nearest": "parameters.demand.jobs"},
        ),
        (lambda d: d["parameters"]["demand"]["jobs"].update(valu=1), "QD303", {"key": "parameters.demand.jobs.valu"}),
        (lambda d: d["scenarios"]["low"].update(inherit="base"), "QD303", {"nearest": "scenarios.low.inherits"}),
        (lambda d: d["study"].pop("seed"), "QD304", {"key": "study.seed"}),
        (lambda d: d["extent"].pop("west"), "QD304", {"key": "extent.west"}),
        (lambda d: d["parameters"]["demand"].pop("jobs"), "QD304", {"key": "parameters.demand.jobs"}),
        (lambda d: d["study"].update(draws="many"), "QD305", {"key": "study.draws", "wanted": "integer"}),
        (lambda d: d["study"].update(draws=400.5), "QD305", {"key": "study.draws"}),
        (lambda d: d["study"].update(as_of="2025-06-30"), "QD305", {"key": "study.as_of", "wanted": "date"}),
        (lambda d: d["study"].update(seed=True), "QD305", {"key": "study.seed"}),
        (lambda d: d["extent"].update(west=float("nan")), "QD305", {"key": "extent.west"}),
        (lambda d: d["parameters"]["demand"].update(jobs=5), "QD305", {"key": "parameters.demand.jobs"}),
        (lambda d: d["parameters"]["demand"]["jobs"].update(value=float("nan")), "QD305", {}),
        (lambda d: d["parameters"]["demand"]["jobs"].update(value="city_fact"), "QD305", {}),
        (lambda d: d["parameters"]["demand"]["jobs"].update(scale="x"), "QD305", {"value": "x"}),
        (lambda d: d["parameters"]["demand"]["plot_ratio"].update(basis="sure"), "QD305", {"value": "sure"}),
        (lambda d: d["scenarios"].update(odd=5), "QD305", {"key": "scenarios.odd", "wanted": "table"}),
        (lambda d: d.update(scenarios=5), "QD305", {"key": "scenarios"}),
        (lambda d: d["study"].update(draws=99), "QD306", {"key": "study.draws", "minimum": "100"}),
        (lambda d: d["study"].update(seed=2**32), "QD306", {"value": "4294967296", "maximum": "4294967295"}),
        (lambda d: d["parameters"]["demand"]["plot_ratio"].update(value=21), "QD306", {"unit": "ratio"}),
        (lambda d: d["study"].update(end_year=2024), "QD307", {"start": "2025", "end": "2024"}),
        (lambda d: d["study"].update(scenario="middle"), "QD308", {"scenario": "middle"}),
        (lambda d: d["scenarios"]["low"].update(inherits="lower"), "QD308", {"scenario": "lower"}),
        (
            lambda d: (d["scenarios"]["low"].update(inherits="high"), d["scenarios"]["high"].update(inherits="low")),
            "QD309",
            {},
        ),
        (
            lambda d: d["parameters"]["demand"].update(plot_ratio_new=number(0.7, 0.6, 1.2)),
            "QD310",
            {"low": "0.7", "mid": "0.6", "high": "1.2"},
        ),
        (lambda d: d["parameters"]["demand"]["plot_ratio"].pop("source"), "QD311", {"part": "source"}),
        (lambda d: d["parameters"]["demand"]["plot_ratio"].pop("basis"), "QD311", {"part": "basis"}),
        (lambda d: d["parameters"]["demand"]["plot_ratio_new"].pop("mid"), "QD311", {"part": "mid"}),
        (lambda d: d["study"].update(as_of=d["study"]["as_of"].replace(year=2046)), "QD312", {"end": "2045"}),
        (lambda d: d["study"].update(as_of=d["study"]["as_of"].replace(2045, 12, 31)), "QD312", {"end": "2045"}),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_one_problem(change: Change, number: str, facts: dict[str, str]) -> None:
    found = [p for p in problems_of(change) if p.number == number]
    assert len(found) == len(problems_of(change)) == 1
    assert facts.items() <= found[0].facts.items()
    assert found[0].place.file == "study.toml"


def test_all_at_once() -> None:
    def spoil(data: dict[str, Any]) -> None:
        data["study"].pop("seed")
        data["study"]["draws"] = 1
        data["parameters"]["demand"]["jobs"] = {"value": "x"}
        data["scenarios"]["low"]["inherits"] = "none"

    assert [p.number for p in problems_of(spoil)] == ["QD304", "QD306", "QD305", "QD308"]


def test_no_file_and_no_toml(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="QD301"):
        read_settings(tmp_path)
    (tmp_path / "study.toml").write_text("study = { seed = 1", encoding="utf-8")
    with pytest.raises(Problems, match="QD302"):
        read_settings(tmp_path)
    with pytest.raises(Problems, match="QD301"):
        read_settings(tmp_path / "study.toml")
    (tmp_path / "study.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(Problems, match="QD105"):
        read_settings(tmp_path)


def test_a_byte_order_mark_as_some_editors_write_it_is_no_fault(tmp_path: Path) -> None:
    text = (CASE / "study.toml").read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8-sig")
    assert read_settings(tmp_path) == read_settings(CASE)


def test_a_scenario_lies_over_what_it_inherits_from() -> None:
    data = tomllib.loads((CASE / "study.toml").read_text(encoding="utf-8"))
    data["scenarios"]["rich"] = {"inherits": "double_budget", "parameters": {}}
    settings = parse_settings(data)
    assert settings.parameters_of("base")["programme.budget_bn_vnd"].parts == {"value": 5000.0}
    assert settings.parameters_of("rich")["programme.budget_bn_vnd"].parts == {"value": 10000.0}
    with pytest.raises(Problems, match="QD308"):
        settings.parameters_of("poor")
