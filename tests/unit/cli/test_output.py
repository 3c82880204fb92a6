"""What is printed: aligned tables of Vietnamese text, and one JSON form."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from quydat.cli.output import print_json, table, width


def test_columns_stand_under_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    decomposed = "Hiệp"  # four letters, one of them with two marks of its own
    table(["a", "b"], [["Phạm", "1"], [decomposed, "22"]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  a     b"
    assert lines[1] == "  Phạm  1"
    assert lines[2].endswith("  22")
    assert [width(line[: line.rindex("  ")]) for line in lines[1:]] == [6, 6]


def test_width() -> None:
    assert (width("Phạm"), width("Pha\u0323m"), width("")) == (4, 4, 0)


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"day": date(2025, 6, 30), "path": Path("a/b"), "n": np.int64(3), "x": np.float64(0.5), "vi": "đất"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"day": "2025-06-30", "path": "a/b", "n": 3, "x": 0.5, "vi": "đất"}
    assert "đất" in out
