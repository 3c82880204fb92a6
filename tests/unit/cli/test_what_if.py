"""What if, and the work on a cluster, at the terminal, on the shipped case."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.studies import quick
from tests.support.terminal import Terminal

from quydat.app.study import Study, init_study
from quydat.core.parallel import Threads


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The shipped case with few draws."""
    return quick(init_study(tmp_path_factory.mktemp("what_if") / "study"), draws=300)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    return Terminal(capsys)


def test_before_and_after(study: Study, terminal: Terminal) -> None:
    said = terminal.done(
        "what-if", study.folder, "--set", "demand.plot_ratio_new=2.0", "--later", "2", "--without", "pham-van-hai-1",
        "--lang", "en",
    )  # fmt: skip
    assert said.startswith('Scenario "Base", changed:')
    for words in (
        "[demand.plot_ratio_new]", "→ 2", "2 years later", "without the park pham-van-hai-1", "demand added up (ha)",
        "year of running out", "300 draws", "Weakest basis: assumed",
    ):  # fmt: skip
        assert words in said
    assert list((study.folder / "runs").iterdir()) == []


def test_as_json_more_floor_on_a_hectare_takes_less_land(study: Study, terminal: Terminal) -> None:
    told = terminal.json("what-if", study.folder, "--set", "demand.plot_ratio_new=2.0", "--scenario", "high")
    assert told["scenario"] == "high"
    assert told["changes"] == {"demand.plot_ratio_new": [2.0, 2.0, 2.0]}
    rows = {(row["quantity"], row["year"]): row for row in told["rows"]}
    wanted = rows["demand_total", 2045]
    assert wanted["after"]["expected"] < wanted["before"]["expected"]
    delivered = rows["delivered_total", 2045]
    assert delivered["after"] == delivered["before"]


def test_all_that_is_wrong_at_once(study: Study, terminal: Terminal) -> None:
    found = terminal.problems(
        "what-if", study.folder, "--set", "demand.plot_ratio=100", "--set", "demand.plot_ratio_nu=1",
        "--without", "pham-van-hai-9", "--later", "99",
    )  # fmt: skip
    assert [one["number"] for one in found] == ["QD772", "QD770", "QD774", "QD777"]
    assert "demand.plot_ratio_new" in found[1]["repair_vi"]
    assert "pham-van-hai-" in found[2]["repair_en"]


def test_an_unknown_scenario_and_no_change(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.numbers("what-if", study.folder, "--scenario", "nope", "--later", "1") == ["QD308"]
    assert terminal.numbers("what-if", study.folder) == ["QD778"]
    assert terminal.numbers("what-if", tmp_path) == ["QD301"]


def test_the_work_is_given_to_the_cluster_that_is_named(
    study: Study, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Elsewhere:
        """Machines elsewhere, which here are threads."""

        def __init__(self, address: str) -> None:
            self.address = address

        def check(self) -> None:
            """They are there."""

        def map(self, function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
            asked.append(self.address)
            yield from Threads(1).map(function, parts)

    monkeypatch.setattr("quydat.app.study.Cluster", Elsewhere)
    told = terminal.json("plan", study.folder, "--only", "balance", "--cluster", "tcp://10.0.0.5:8786")
    assert set(asked) == {"tcp://10.0.0.5:8786"}
    there = study.run(told["run"])
    again = study.plan(until="balance")
    assert again.fingerprint == there.fingerprint


def test_a_cluster_that_does_not_answer_is_told_before_any_step(study: Study, terminal: Terminal) -> None:
    assert terminal.numbers("plan", study.folder, "--only", "inventory", "--cluster", "tcp://127.0.0.1:1") == ["QD751"]
    assert terminal.numbers("plan", study.folder, "--cluster", "somewhere") == ["QD751"]
