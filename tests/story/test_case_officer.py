"""An officer's days with one case at the terminal: the board, opinions, a file over Tết, a new law, and mistakes."""

from pathlib import Path

import pytest
from tests.support.terminal import Terminal

from quydat.app.permission import Actor
from quydat.app.study import Study, now
from quydat.core.period import partial_date
from quydat.core.problem import Problems
from quydat.procedure.decide import Command

PARK = "pham-van-hai-1"


def done(terminal: Terminal, study: Study, *words: str) -> str:
    return terminal.done("case", study.folder, PARK, *words, "--yes", "--reason", "việc hằng ngày")


def test_the_board_of_the_shipped_cases(study: Study, terminal: Terminal) -> None:
    said = terminal.json("pipeline", study.folder, "--on", "2025-06-30")
    cases = {one["park_id"]: one for one in said["cases"]}
    assert set(cases) == {
        "pham-van-hai-1", "pham-van-hai-2", "pham-van-hai-3", "le-minh-xuan-2", "le-minh-xuan-mo-rong",
        "tay-bac-mo-rong", "vinh-loc-mo-rong", "vinh-loc-3", "hiep-phuoc-3",
    }  # fmt: skip
    first = cases[PARK]
    assert (first["steps_finished"], first["steps_total"]) == (1, 17)
    assert [(task["what"], task["step_id"]) for task in first["tasks"]] == [("begin", "p02"), ("begin", "p06")]
    assert first["expected"] is None
    # What is unknown is said: steps that no source tells of, documents without a number.
    unknown = {task["step_id"] for task in cases["le-minh-xuan-2"]["tasks"] if task["what"] == "unknown"}
    assert unknown == {"p02", "p03", "p04", "p05"}
    numberless = {task["step_id"] for task in cases["le-minh-xuan-2"]["tasks"] if task["what"] == "document"}
    assert numberless == {"p06", "p08"}
    late = {task["step_id"]: task for task in cases["tay-bac-mo-rong"]["tasks"]}["p13"]
    assert (late["by"], late["by_is_exact"]) == ("2013-01-30", False)
    assert len(terminal.json("pipeline", study.folder, "--on", "2025-06-30", "--all")["cases"]) > 9
    vi, en = (terminal.done("pipeline", study.folder, "--on", "2025-06-30", "--lang", lang) for lang in ("vi", "en"))
    assert "KCN Phạm Văn Hai I" in vi
    assert "bắt đầu p02, p06" in vi
    assert "to begin p02, p06" in en


def test_the_board_shows_what_a_run_expects(planned: Study, terminal: Terminal) -> None:
    row = {one["park_id"]: one for one in terminal.json("pipeline", planned.folder)["cases"]}[PARK]
    table = planned.run().table("procedure").set_index("park_id").loc[PARK]
    assert row["expected"]["promised_year"] == 2027
    assert row["expected"]["ready_p50"] == table["ready_p50"].isoformat()
    assert row["expected"]["run_on"] == "2025-06-30"


def test_days_of_a_case(study: Study, terminal: Terminal) -> None:
    before = len(study.history())
    # The planning task begins; nothing is stored without --yes.
    asked = ("--do", "file", "p02", "--on", "2026-02-10")
    assert "Chưa ghi gì" in terminal.done("case", study.folder, PARK, *asked)
    assert len(study.history()) == before
    done(terminal, study, *asked, "--document", "12/TTr-HEPZA", "--issuer", "HEPZA")
    # Two opinions are asked before Tết, one comes.
    for agency, due in (("Sở Xây dựng", "2026-02-24"), ("UBND xã", "2026-03-03")):
        done(terminal, study, "--do", "ask", "p02", "--on", "2026-02-10", "--agency", agency, "--due", due,
             "--subject", "nhiệm vụ quy hoạch")  # fmt: skip
    told = terminal.json("case", study.folder, PARK, "--on", "2026-03-02")
    first, second = (one["opinion_id"] for one in told["opinions"] if one["step_id"] == "p02")
    done(terminal, study, "--do", "give", "p02", "--on", "2026-03-02", "--opinion", first, "--position", "conditions",
         "--content", "thêm đường gom", "--document", "99/SXD")  # fmt: skip
    told = terminal.json("case", study.folder, PARK, "--on", "2026-03-05")
    tasks = {(task["what"], task["who_vi"]): task for task in told["tasks"]}
    late = tasks["opinion", "UBND xã"]
    assert (late["by"], late["overdue_working_days"], late["opinion_id"]) == ("2026-03-03", 2, second)
    assert ("answer", "Sở Quy hoạch - Kiến trúc và HEPZA lập; UBND thành phố duyệt") in tasks
    # Since 1 July 2025 the task has 30 + 20 + 15 days: from 10 February 2026 until 16 April, a Thursday.
    (act,) = (task for task in told["tasks"] if task["what"] == "act")
    assert (act["step_id"], act["by"], act["overdue_working_days"]) == ("p02", "2026-04-16", 0)
    assert "178/2025" in act["legal_basis"]
    # The condition is taken up, the file goes back once, and the task is approved.
    done(terminal, study, "--do", "answer", "p02", "--on", "2026-03-06", "--answer", "đã thêm")
    done(terminal, study, "--do", "return", "p02", "--on", "2026-03-09")
    told = terminal.json("case", study.folder, PARK, "--on", "2026-03-10")
    assert [task["who_vi"] for task in told["tasks"] if task["what"] == "supplement"] == ["Người nộp hồ sơ"]
    done(terminal, study, "--do", "supplement", "p02", "--on", "2026-03-16")
    done(terminal, study, "--do", "finish", "p02", "--on", "2026-04-20", "--document", "77/QĐ-UBND")
    told = terminal.json("case", study.folder, PARK, "--on", "2026-04-21")
    assert told["steps_finished"] == 2
    assert {"step_id": "p02", "number": "77/QĐ-UBND", "on": "2026-04-20"} in told["documents"]
    # An opinion that never came stays open even when the step is done.
    assert [task["who_vi"] for task in told["tasks"] if task["what"] == "opinion"] == ["UBND xã"]
    shown = terminal.done("case", study.folder, PARK, "--on", "2026-04-21", "--lang", "en")
    assert "77/QĐ-UBND" in shown
    assert "agree on conditions" in shown
    # All of it is in the record, with who and why, and nothing is wrong with it.
    history = study.history()
    assert len(history) == before + 8
    assert set(history["reason"].iloc[before:]) == {"việc hằng ngày"}
    assert history["source"].iloc[-1] == f"case {PARK}: finish p02"
    assert study.check() == []
    assert study.verify() == []
    # A run sees it too.
    assert terminal.json("plan", study.folder, "--as-of", "2026-04-21", "--only", "procedure")["made"] is True
    steps = study.run().table("procedure").set_index("park_id").loc[PARK]
    assert (steps["steps_finished"], steps["last_event_on"]) == (2, "2026-04-20")
    # And it can be undone.
    terminal.done("undo", study.folder, len(history), "--yes")
    assert terminal.json("case", study.folder, PARK, "--on", "2026-04-21")["steps_finished"] == 1


def test_a_new_law_is_shown_and_taken_on(study: Study, terminal: Terminal) -> None:
    done(terminal, study, "--do", "file", "p06", "--on", "2025-07-10")
    done(terminal, study, "--do", "finish", "p06", "--on", "2025-08-20", "--document", "1/QĐ-UBND")
    done(terminal, study, "--do", "start", "p09", "--on", "2025-12-01")
    told = terminal.json("case", study.folder, PARK, "--on", "2025-12-31", "--carry", "2026-01-01")
    changes = {one["step_id"]: one for one in told["changes"]}
    assert changes["p09"]["cells"]["statutory_days"] == {"before": 90, "after": 60}
    assert changes["p09"]["kept"] == "step_begun"
    assert changes["p10"]["kept"] is None
    assert told["stays_done"] == ["p01", "p06"]
    shown = terminal.done("case", study.folder, PARK, "--on", "2025-12-31", "--carry", "2026-01-01")
    assert "bước đã bắt đầu trước đó, giữ bản cũ" in shown
    assert "90 → 60" in shown
    # The notice that had begun is waited out as it was: 90 days from 1 December, until Sunday 1 March, so Monday.
    (wait,) = (
        t for t in terminal.json("case", study.folder, PARK, "--on", "2026-02-01")["tasks"] if t["what"] == "wait"
    )
    assert wait["by"] == "2026-03-02"
    done(terminal, study, "--do", "carry", "p01", "--on", "2026-02-01", "--law", "2026-01-01")
    assert terminal.json("case", study.folder, PARK, "--on", "2026-02-02")["law_on"] == "2026-01-01"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--do", "finish", "p01", "--on", "2025-01-01"), ["QD867"]),
        (("--do", "finish", "p99", "--on", "2025-01-01"), ["QD860"]),
        (("--do", "start", "p13", "--on", "2025-01-01"), ["QD868"]),
        (("--do", "start", "p02", "--on", "2022-01-01"), ["QD866"]),
        (("--do", "start", "p02", "--on", "2999-01-01"), ["QD861"]),
        (("--do", "start", "p02", "--on", "hôm qua"), ["QD207"]),
        (("--do", "start", "p02"), ["QD876"]),
        (("--do", "start", "p02", "--on", "2025-01-01", "--source", "khong-co"), ["QD211"]),
        (("--do", "ask", "p02", "--on", "2025-01-01"), ["QD864", "QD876"]),
        (("--do", "give", "p01", "--on", "2025-01-01", "--position", "agree"), ["QD873"]),
        (("--document", "1/QĐ"), ["QD880"]),
        (("--on", "hôm qua"), ["QD207"]),
        (("--track", "tenant", "--on", "2024-01-01", "--do", "start", "p01"), ["QD860"]),
    ],
)
def test_mistakes_are_told_and_nothing_is_stored(
    study: Study, terminal: Terminal, words: tuple[str, ...], numbers: list[str]
) -> None:
    for end in ((), ("--yes",)) if "--do" in words else ((),):
        assert sorted(terminal.numbers("case", study.folder, PARK, *words, *end)) == numbers
    assert len(study.history()) == 1


def test_a_park_that_is_not_there(study: Study, terminal: Terminal) -> None:
    code, _, err = terminal("case", study.folder, "pham-van-hai-9")
    assert code == 1
    assert "QD878" in err
    assert "pham-van-hai-1" in err
    assert terminal.numbers("case", study.folder, "shtp") == ["QD879"]  # a high-tech park has no procedure here


def test_an_import_with_a_contradiction_is_refused_with_its_row(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "opinion.csv"
    file.write_text(
        "opinion_id,park_id,step_id,agency_vi,agency_en,asked_on,given_on,position,source_ids,confidence,basis\n"
        f"x,{PARK},p01,Bộ,Ministry,2020-05-02,2020-05-01,agree,sggp-102002,high,published\n"
        f"y,{PARK},p14,Bộ,Ministry,2020-05-02,,,sggp-102002,high,published\n",
        encoding="utf-8",
    )
    found = terminal.json("import", file, "--study", study.folder, "--yes", code=1)["problems"]
    assert [(one["number"], one["where"]["row"], one["where"]["column"]) for one in found] == [
        ("QD863", 2, "given_on"),
        ("QD864", 3, "step_id"),
    ]


def test_only_an_owner_records(study: Study) -> None:
    planner = Study(study.folder, Actor("p", frozenset({"planner"})))
    command = Command("start", "p02", partial_date("2025-01-01"), "2025-01-01")
    assert planner.cases.propose(PARK, command, now=now().date()).events
    with pytest.raises(Problems, match="QD701"):
        planner.cases.record(PARK, command, at=now())
