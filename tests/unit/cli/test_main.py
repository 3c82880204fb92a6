"""One way in: help that teaches, exit codes, one JSON shape for what is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.terminal import PLAIN, environment, spawn

from quydat import __version__
from quydat.cli.main import build, run
from quydat.core.problem import problem
from quydat.core.text import LANGS, Lang, say

COMMANDS = (
    "demo", "init", "check", "import", "export", "history", "undo", "template", "match", "review", "survey", "form",
    "plan", "explain", "report", "runs", "compare", "demand", "scenarios", "sensitivity", "back-test", "what-if",
    "programme", "delivery", "worth", "optimise",
    "pipeline", "case", "conform", "flexibility", "rules", "findings", "completion",
)  # fmt: skip
FAILING: dict[str, tuple[str, ...]] = {
    "demo": ("--out", "{here}"),
    "init": ("{here}/new", "--case", "nowhere"),
    "check": ("{here}",),
    "import": ("{here}/x.csv", "--study", "{here}"),
    "export": ("{here}", "--out", "{here}/x.gpkg"),
    "history": ("{here}",),
    "undo": ("{here}", "1"),
    "template": ("nothing", "--out", "{here}/x.xlsx"),
    "match": ("{here}",),
    "review": ("{here}", "--list"),
    "survey": ("{here}",),
    "form": ("{here}", "--out", "{here}/f.xlsx"),
    "plan": ("{here}",),
    "conform": ("{here}", "--lower", "a", "--upper", "b"),
    "flexibility": ("{here}", "--drafts", "a"),
    "explain": ("latest", "land.gross", "--study", "{here}"),
    "report": ("{here}", "--out", "{here}/x.html"),
    "runs": ("{here}",),
    "compare": ("a", "b", "--study", "{here}"),
    "demand": ("latest", "--study", "{here}"),
    "scenarios": ("latest", "--study", "{here}"),
    "sensitivity": ("latest", "--study", "{here}"),
    "back-test": ("latest", "--study", "{here}"),
    "what-if": ("{here}", "--later", "1"),
    "programme": ("latest", "--study", "{here}"),
    "delivery": ("latest", "--study", "{here}"),
    "worth": ("latest", "--study", "{here}"),
    "optimise": ("{here}", "--minimise", "cost"),
    "pipeline": ("{here}",),
    "case": ("{here}", "a"),
    "rules": ("{here}",),
    "findings": ("latest", "--study", "{here}"),
}
"""A call of each command that ends with problems, in a folder that holds something else."""


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)


def test_the_commands() -> None:
    assert tuple(build("vi").commands) == COMMANDS
    assert set(FAILING) == set(COMMANDS) - {"completion"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_help_teaches(name: str, lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help", "--lang", lang]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"{say('cli.usage', lang)}: quydat {name} ")
    joined = " ".join(out.split())
    assert " ".join(say(f"cli.{name}", lang).split()) in joined
    assert f"{say('cli.examples', lang)}:" in out
    example = say(f"cli.{name}.example", lang)
    assert " ".join(example.split()) in joined
    assert f"quydat {name}" in example
    assert "--json" in out and "--lang" in out


@pytest.mark.parametrize("lang", LANGS)
def test_examples_are_commands_that_parse(lang: Lang) -> None:
    """Each example of the help has only options and arguments that its command takes."""
    import shlex

    group = build(lang)
    for name in COMMANDS:
        words = shlex.split(say(f"cli.{name}.example", lang).replace('eval "$(', "").replace(')"', ""))
        assert words[:2] == ["quydat", name]
        group.commands[name].make_context(name, words[2:])


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_command_the_help_is_shown(lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", lang, "--help"]) == 0
    asked = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in asked
    if lang == "vi":
        assert run([]) == 0
        assert capsys.readouterr().out == asked


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"quydat {__version__}\n"


@pytest.mark.parametrize("name", FAILING)
def test_problems_have_one_shape_as_json(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.txt").write_text("x")
    argv = [name, *(word.format(here=tmp_path) for word in FAILING[name])]
    assert run([*argv, "--json"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    found = json.loads(out)
    check_shape(found)
    assert run(argv) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{len(found['problems'])} vấn đề:\n{found['problems'][0]['number']}  ")
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]


def check_shape(found: Any) -> None:
    assert list(found) == ["problems"]
    assert found["problems"]
    for one in found["problems"]:
        assert set(one) == {"number", "where", "message_vi", "message_en", "repair_vi", "repair_en"}
        assert set(one["where"]) <= {"file", "sheet", "row", "column"}


def test_a_wrong_command_has_the_same_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demoo", "--json"]) == 2
    out, err = capsys.readouterr()
    assert err == ""
    check_shape(json.loads(out))
    assert json.loads(out)["problems"][0]["number"] == "QD902"


def raising(error: BaseException) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("as_json", [True, False])
def test_an_error_inside(as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("quydat.app.study.open_study", raising(RuntimeError("why not")))
    assert run(["runs", *(["--json"] if as_json else [])]) == 3
    out, err = capsys.readouterr()
    if as_json:
        check_shape(json.loads(out))
        assert json.loads(out)["problems"] == [problem("QD901", why="RuntimeError: why not").as_dict()]
    else:
        assert "QD901  Lỗi trong chương trình: RuntimeError: why not." in err
        assert "Traceback" not in err


def test_developers_can_see_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quydat.app.study.open_study", raising(RuntimeError("why not")))
    monkeypatch.setenv("QUYDAT_TRACE", "1")
    with pytest.raises(RuntimeError, match="why not"):
        run(["runs"])


def test_stopped_by_the_user(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("quydat.app.study.open_study", raising(KeyboardInterrupt()))
    assert run(["runs", "--lang", "en"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped as asked; nothing is half-written."


@pytest.mark.parametrize("argv", [["--help"], ["completion", "bash"], ["template", "--help"]])
def test_the_reader_may_close(argv: list[str]) -> None:
    """As `quydat --help | head -1` does: no traceback, and no error."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PLAIN, *argv],
            stdout=write, stderr=subprocess.PIPE, env=environment(), text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("shell", "word"), [("bash", "complete "), ("zsh", "compdef"), ("fish", "complete ")])
def test_completion(shell: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    source = capsys.readouterr().out
    assert word in source and "_QUYDAT_COMPLETE" in source and "quydat" in source
    assert run(["completion", shell, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["shell"] == shell
    assert told["source"].strip() == source.strip()


def test_a_shell_completes_commands_and_options() -> None:
    def completed(words: str, at: int) -> list[str]:
        done = spawn(PLAIN, _QUYDAT_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(at))
        assert done.stderr == ""
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completed("quydat ex", 1) == ["export", "explain"]
    assert "--scenario" in completed("quydat plan --sc", 2)
    assert completed("quydat report --kind ", 3) == ["mid-term"]


@pytest.mark.parametrize("script", ["import quydat", "from quydat.cli.main import run; run(['--help'])"])
def test_start_up_loads_nothing_heavy(script: str) -> None:
    heavy = ("numpy", "pandas", "pyarrow", "shapely", "pyproj", "geopandas", "pyogrio", "sqlalchemy", "matplotlib",
             "jinja2", "openpyxl", "xlsxwriter")  # fmt: skip
    done = spawn(f"import sys\n{script}\nprint([name for name in {heavy} if name in sys.modules], file=sys.stderr)")
    assert done.stderr == "[]\n"
