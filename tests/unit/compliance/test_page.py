"""The example of the method page runs, and prints what the page says."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

PAGE = Path(__file__).parents[3] / "docs" / "method" / "compliance.md"


def test_the_example_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
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
