"""The language of a call: --lang, else the environment, else Vietnamese."""

import pytest

from quydat.cli.face import language
from quydat.cli.main import run


@pytest.mark.parametrize(
    ("argv", "variable", "expected"),
    [
        ([], None, "vi"),
        ([], "en", "en"),
        ([], "fr", "vi"),
        (["plan", "--lang", "en"], None, "en"),
        (["--lang=en", "plan"], None, "en"),
        (["--lang", "en", "plan", "--lang", "vi"], None, "vi"),
        (["--lang", "vi"], "en", "vi"),
        (["--lang"], "en", "en"),
        (["--lang", "fr"], "en", "vi"),
    ],
)
def test_language(argv: list[str], variable: str | None, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    if variable is not None:
        monkeypatch.setenv("QUYDAT_LANG", variable)
    assert language(argv) == expected


@pytest.mark.parametrize(
    ("argv", "vi", "en"),
    [
        (
            ["demoo"],
            "không có lệnh «demoo» (gần nhất: demo).\nXem «quydat --help».",
            'there is no command "demoo" (nearest: demo).\nSee "quydat --help".',
        ),
        (
            ["plan", "--scenari", "x"],
            "không có tùy chọn --scenari (gần nhất: --scenario).\nXem «quydat plan --help».",
            'there is no option --scenari (nearest: --scenario).\nSee "quydat plan --help".',
        ),
        (["report"], "thiếu --out.\nXem «quydat report --help».", '--out is missing.\nSee "quydat report --help".'),
        (["init"], "thiếu FOLDER.\nXem «quydat init --help».", 'FOLDER is missing.\nSee "quydat init --help".'),
        (
            ["undo", ".", "hai"],
            "NUMBER là «hai», nhưng phải là số nguyên.\nXem «quydat undo --help».",
            'NUMBER is "hai", but must be a whole number.\nSee "quydat undo --help".',
        ),
        (
            ["plan", "--as-of", "30/6/2025"],
            "--as-of là «30/6/2025», nhưng phải là ngày: năm-tháng-ngày.\nXem «quydat plan --help».",
            '--as-of is "30/6/2025", but must be a day: year-month-day.\nSee "quydat plan --help".',
        ),
        (
            ["completion", "tcsh"],
            "SHELL là «tcsh», nhưng phải là một trong: bash, zsh, fish.\nXem «quydat completion --help».",
            'SHELL is "tcsh", but must be one of: bash, zsh, fish.\nSee "quydat completion --help".',
        ),
        (
            ["plan", "a", "b", "c"],
            "thừa «b c».\nXem «quydat plan --help».",
            '"b c" is too much.\nSee "quydat plan --help".',
        ),
        (
            ["demo", "--out"],
            "tùy chọn --out cần một giá trị.\nXem «quydat demo --help».",
            'the option --out needs a value.\nSee "quydat demo --help".',
        ),
    ],
)
def test_a_wrong_command_is_told_in_the_language(
    argv: list[str], vi: str, en: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUYDAT_LANG", "en")
    for lang, head, told in (("vi", "Lệnh chưa đúng: ", vi), ("en", "The command is not right: ", en)):
        monkeypatch.setenv("QUYDAT_LANG", lang)
        assert run(argv) == 2
        said = capsys.readouterr()
        assert (said.out, said.err) == ("", f"{head}{told}\n")


def test_a_language_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "plan"]) == 2
    assert "--lang là «fr», nhưng phải là một trong: vi, en." in capsys.readouterr().err
