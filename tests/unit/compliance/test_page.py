"""The example of the method page runs, and prints what the page says."""

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import quydat
from quydat.app.study import Study

PAGE = Path(__file__).parents[3] / "docs" / "method" / "compliance.md"


def test_the_example_of_the_page(
    ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it stands on the page, on a study of the shipped case that has its run already."""

    def opened(name: str) -> Study:
        assert name == "hcmc"
        return Study(shutil.copytree(ran, tmp_path / "study"))

    monkeypatch.setattr(quydat, "open", opened)
    text = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, PAGE.name, "exec"), names)  # noqa: S102, a page of this project
    last = capsys.readouterr().out.strip().splitlines()[-1]
    said = re.search(r"The last line prints `([^`]+)`", text)
    assert said is not None
    assert last.startswith(said[1])
    assert "32/2024" in last
    assert isinstance(names["failed"], pd.DataFrame)
    assert len(names["failed"]) > 0
