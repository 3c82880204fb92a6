"""The report in a real browser: a click on a number says where it comes from, down to the source.

Chromium is no part of the project. The tests run where it is (or where QUYDAT_BROWSER names it); CI brings it.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

BROWSER = shutil.which(os.environ.get("QUYDAT_BROWSER", "chromium"))
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (QUYDAT_BROWSER names one)")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--virtual-time-budget=60000", "--dump-dom",
)  # fmt: skip


def acted(report: Path, script: str, folder: Path) -> Any:
    """What a script that acts in the report gives back; the report's own rule against foreign scripts is lifted."""
    page = report.read_text(encoding="utf-8")
    page, rules = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert rules == 1
    harness = (
        "<script>window.addEventListener('load', function () {"
        "const out = document.createElement('script'); out.type = 'application/json'; out.id = 'acted';"
        "try { out.textContent = JSON.stringify((function () {" + script + "})()); }"
        "catch (error) { out.textContent = JSON.stringify({error: String(error)}); }"
        "document.body.append(out); });</script>"
    )
    copy = folder / "report.html"
    copy.write_text(page.replace("</body>", harness + "</body>"), encoding="utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'profile'}", copy.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    found = re.search(r'<script type="application/json" id="acted">(.*?)</script>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    return json.loads(found.group(1))


@pytest.fixture(params=["bao-cao.html", "report.html"])
def report(request: pytest.FixtureRequest, demo: Path) -> Path:
    return demo / "report" / str(request.param)


def test_every_number_can_be_clicked(report: Path, tmp_path: Path) -> None:
    told = acted(
        report,
        """
        const told = {};
        document.querySelectorAll('span.figure').forEach(function (figure) {
          figure.click();
          const panel = document.getElementById('panel');
          const facts = [...panel.querySelectorAll('dd')].map((one) => one.textContent);
          told[figure.dataset.figure] = [!panel.hidden, panel.querySelector('h2').textContent, facts,
                                         panel.querySelectorAll('li.input').length];
        });
        return told;
        """,
        tmp_path,
    )
    assert len(told) > 500
    for figure, (open_, title, facts, inputs) in told.items():
        assert open_ and title and figure in facts and inputs, figure


def test_the_way_down_ends_at_a_row_with_its_address(report: Path, tmp_path: Path) -> None:
    way = acted(
        report,
        """
        document.querySelector('[data-figure="programme.city_cost_bn_vnd"]').click();
        const panel = document.getElementById('panel');
        const steps = [];
        for (let i = 0; i < 20; i += 1) {
          steps.push(panel.querySelector('h2').textContent);
          const deeper = panel.querySelector('button.deeper');
          if (!deeper) break;
          deeper.click();
        }
        const rows = [...panel.querySelectorAll('code')].map((one) => one.textContent);
        const links = [...panel.querySelectorAll('.sources a')].map((one) => one.href);
        document.getElementById('panel-back').click();
        const before = panel.querySelector('h2').textContent;
        document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
        return {steps, rows, links, before, hidden: panel.hidden};
        """,
        tmp_path,
    )
    assert len(way["steps"]) >= 4
    assert any(re.fullmatch(r"park/[a-z0-9-]+/gross_area_ha", row) for row in way["rows"])
    assert way["links"] and all(link.startswith("http") for link in way["links"])
    assert way["before"] == way["steps"][-2]
    assert way["hidden"]


def test_a_park_on_the_map_shows_its_rows(report: Path, tmp_path: Path) -> None:
    lit = acted(
        report,
        """
        const spot = document.querySelector('svg [data-park="pham-van-hai-1"]');
        spot.dispatchEvent(new MouseEvent('mouseenter'));
        return [...document.querySelectorAll('.lit')].map((one) => one.tagName.toUpperCase());
        """,
        tmp_path,
    )
    assert "TR" in lit
    assert len(lit) > 1
