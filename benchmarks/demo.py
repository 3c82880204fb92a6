"""The whole demonstration, from an empty folder to the report; nobody else does this, so seconds and no ratio."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SCRIPT = """
import json, sys
from pathlib import Path
from quydat.app.demo import run_demo
parts = {}
run_demo(Path(sys.argv[1]), note=lambda part, seconds: parts.__setitem__(part, seconds))
print(json.dumps(parts))
"""


def measured() -> dict[str, float]:
    """Seconds of each part, and of the whole in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(Path(folder) / "demo")], check=True, capture_output=True, text=True
        )
        whole = time.perf_counter() - begun
    parts: dict[str, float] = json.loads(done.stdout)
    rest = whole - sum(parts.values())
    return {**parts, "start, study, copy": rest, "whole": whole}
