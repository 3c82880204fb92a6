"""A planner's day at the terminal: a study, a correction, what it changes, and back again."""

from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
from tests.support.terminal import Terminal

from quydat.app.study import Study
from quydat.dictionary.schema import choices, record_tables
from quydat.formats.geopackage import validate


def test_a_day(planned: Study, no_reports: None, terminal: Terminal, tmp_path: Path) -> None:
    here = planned.folder
    before = planned.run()
    held = planned.read("park").set_index("park_id").loc["tan-thuan"]
    assert held["gross_area_ha"] == 300.0
    assert terminal.done("check", here) == "Không có vấn đề nào.\n"

    # A new measurement of the city's rate of exchange comes in on a form.
    form = tmp_path / "mau.xlsx"
    terminal.done("template", "exchange_rate", "claim", "--out", form)
    book = openpyxl.load_workbook(form)
    sheet = next(name for name in book.sheetnames if "giá" in name.casefold())
    headings = [cell.value for cell in book[sheet][1]]
    row = planned.read("exchange_rate").iloc[0]
    values = {
        "currency": "USD", "on": row["on"], "vnd_per_unit": 26000, "source_ids": row["source_ids"],
        "confidence": "cao", "basis": "công bố",
    }  # fmt: skip
    labels = {a.name: a.label("vi") for t in record_tables() if t.name == "exchange_rate" for a in t}
    values["confidence"] = choices("confidence")["high"][0]
    values["basis"] = choices("basis")["published"][0]
    for name, value in values.items():
        book[sheet].cell(2, headings.index(labels[name]) + 1, value)
    del book[next(name for name in book.sheetnames if name not in (sheet, "Hướng dẫn", "Danh mục chọn"))]
    book.save(form)

    said = terminal.done("import", form, "--study", here)
    assert said.startswith("Sẽ ghi 1 dòng của bảng exchange_rate từ mau.xlsx.")
    assert len(planned.history()) == 1
    changed = terminal.json("import", form, "--study", here, "--reason", "tỷ giá mới", "--yes")["change_sets"]
    assert [(c["number"], c["rows_added"], c["rows_changed"], c["reason"]) for c in changed] == [
        (2, 0, 1, "tỷ giá mới")
    ]
    assert planned.read("exchange_rate")["vnd_per_unit"].tolist() == [26000.0]

    # Rents are in dollars: they grow by 26,000 / 25,000 and nothing else moves but what rests on them.
    after = terminal.json("plan", here)
    assert after["made"] is True
    assert terminal.json("plan", here)["made"] is False
    old, new = before.figures["programme.rent_per_ha"].value, after["figures"]["programme.rent_per_ha"]
    assert isinstance(old, float)
    assert abs(new / old - 26000 / 25000) < 1e-9
    for still in ("land.gross", "land.ready.2030", "land.run_out_year", "programme.clearance_per_ha"):
        assert after["figures"][still] == before.figures[still].value

    told = terminal.done("explain", "latest", "programme.receipts_bn_vnd", "--study", here, "--depth", "12")
    assert "exchange_rate/USD|2022-01-01/vnd_per_unit" in told
    listed = terminal.json("explain", "latest", "--list", "programme.receipts", "--study", here)["figures"]
    assert "programme.receipts_bn_vnd" in [one["figure_id"] for one in listed]
    assert terminal.json("explain", after["run"][:6], "--list", "--study", here)["figures"] != []

    runs = terminal.json("runs", here)["runs"]
    assert [one["fingerprint"] for one in runs] == [before.fingerprint, after["run"]]
    moved = terminal.json("compare", before.fingerprint, after["run"], "--study", here)
    assert "inputs.exchange_rate" in moved["inputs"]
    moved_ids = {one["figure_id"] for one in moved["figures"]}
    assert "programme.receipts_bn_vnd" in moved_ids
    assert not [one for one in moved_ids if one.startswith(("land.", "demand.", "procedure.", "balance."))]
    assert "programme.receipts_bn_vnd" in terminal.done("compare", before.fingerprint[:8], "latest", "--study", here)
    assert terminal.done("compare", "latest", "latest", "--study", here) == "Hai lần chạy giống hệt nhau.\n"

    page, workbook = tmp_path / "r" / "bao-cao.html", tmp_path / "r" / "bao-cao.xlsx"
    assert terminal.done("report", here, "--out", page) == f"Đã ghi {page}\n"
    terminal.done("report", here, "--out", workbook, "--lang", "en")
    assert after["run"] in page.read_text(encoding="utf-8")
    assert openpyxl.load_workbook(workbook, read_only=True).sheetnames != []

    # A step back: the record says again what it said, and so does the plan; nothing is forgotten.
    assert "--yes" in terminal.done("undo", here, 2)
    terminal.done("undo", here, 2, "--reason", "chờ công bố", "--yes")
    assert planned.read("exchange_rate")["vnd_per_unit"].tolist() == [25000.0]
    again = terminal.json("plan", here)
    assert (again["run"], again["made"]) == (before.fingerprint, False)
    history = terminal.done("history", here, "--verify")
    assert history.endswith("Chuỗi thay đổi còn nguyên vẹn.\n")
    assert [one["kind"] for one in terminal.json("history", here)["change_sets"]] == ["init", "import", "undo"]

    # Everything can leave, and come back as it is.
    package = tmp_path / "ho-so.gpkg"
    terminal.done("export", here, "--out", package)
    assert validate(package) == []
    layers = {str(name) for name, _ in pyogrio.list_layers(package)}
    assert {t.name for t in record_tables()} <= layers
    points = pyogrio.read_dataframe(package, layer="park")
    assert len(points) == 57
    assert points.crs.to_epsg() == 4326
    assert points.set_index("park_id").loc["tan-thuan", "gross_area_ha"] == 300.0
    assert terminal.numbers("import", package, "--study", here, "--yes") == ["QD411"]
    pd.testing.assert_frame_equal(planned.read("park"), before.table("park"))


def test_a_run_that_stops_early(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    """`plan --only` gives a run like any other, as far as it goes; what it lacks is said in words."""
    here = study.folder
    said = terminal.done("plan", here, "--only", "inventory")
    assert "Dừng sau bước «inventory» như đã yêu cầu" in said
    run = study.run()
    assert run.manifest["until"] == "inventory"
    assert sorted(p.name for p in (run.path / "tables").glob("*.csv")) == [
        "land_by_state.csv", "list_totals.csv", "parks.csv",
    ]  # fmt: skip
    assert terminal.json("runs", here)["runs"][0]["until"] == "inventory"
    assert "inventory" in terminal.done("runs", here)
    assert "3.791,98" in terminal.done("explain", "latest", "land.gross", "--study", here)
    (found,) = terminal.problems("report", here, "--out", tmp_path / "x.html")
    assert found["number"] == "QD607"
    assert found["message_vi"].endswith("dừng sau bước «inventory», nên không có báo cáo.")
    assert found["message_en"].endswith('stopped after the step "inventory", so it has no report.')
    assert not (tmp_path / "x.html").exists()
    first = run.fingerprint
    terminal.done("plan", here, "--only", "demand")
    moved = terminal.json("compare", first, "latest", "--study", here)
    assert moved["inputs"] == {"until": ["inventory", "demand"]}
    assert {one["before"] for one in moved["figures"]} == {None}
    assert terminal.numbers("plan", here, "--only", "roads") == ["QD505"]
