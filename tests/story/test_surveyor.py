"""A surveyor's files become floor space: looked at, taken, mended, matched, added up, explained, taken back."""

import json
from pathlib import Path

import openpyxl
import pytest
from tests.support.terminal import Terminal

from quydat.app.study import Study

REGISTER = """Mã cơ sở;Tên doanh nghiệp;MST;Địa chỉ;Phường, xã;Kinh độ;Vĩ độ;Mã ngành VSIC;Phiên bản VSIC;Số lao động;Diện tích đất (m2);Diện tích xây dựng (m2);Số tầng;Tổng diện tích sàn (m2);Sàn biết bằng cách nào;Tình trạng hoạt động;Ngày ghi nhận
A1;Công ty TNHH Cơ khí Bình Minh;;12 Lê Lợi;Phường Đông;106,71;10,81;2511;2018;40;2000;1000;1;1000;đo;đang hoạt động;2024-05-01
A2;Cơ sở May Hoa Sen;;7 Trần Phú;Phường Tây;106,61;10,81;1410;2018;10;800;400;2;;;đang hoạt động;2024-05-01
A3;Xưởng gỗ Tân Tiến;;;Phường Đông;106,72;10,82;1622;2018;5;600;300;-1;300;khai;đang hoạt động;2024-05-01
A4;Kho Phú Lộc;;3 Nguyễn Huệ;Phường Tây;106,62;10,82;;;;900;;;;;đang hoạt động;31/02/2024
A5;Nhà máy Gạch Số 5;;9 Võ Thị Sáu;Phường Tây;106,63;10,83;2392;2018;20;3000;1500;1;1500;khai;đã ngừng;2024-05-01
"""  # noqa: E501
LATER = """Mã số;Tên cơ sở sản xuất;Địa chỉ;Phường, xã;Kinh độ;Vĩ độ;Mã ngành VSIC;Phiên bản VSIC;Số lao động;Diện tích đất (m2);Tổng diện tích sàn (m2);Sàn biết bằng cách nào;Tình trạng hoạt động;Ngày ghi nhận
B7;Cty TNHH Co khi Binh Minh;12 Le Loi;P. Đông;106,71;10,81;2511;2018;44;2000;1200;đo;đang hoạt động;2025-03-01
"""  # noqa: E501


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two wards side by side, and two registers."""

    def ward(one: str, name: str, west: float) -> dict[str, object]:
        east = west + 0.1
        ring = [[west, 10.75], [east, 10.75], [east, 10.9], [west, 10.9], [west, 10.75]]
        own = {"unit_id": one, "name_vi": name, "unit_kind": "phường", "population": 90000, "official_area_km2": 180.5}
        return {"type": "Feature", "properties": own, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    wards = [ward("t", "Phường Tây", 106.6), ward("d", "Phường Đông", 106.7)]
    (tmp_path / "wards.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": wards}))
    (tmp_path / "so.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "moi.csv").write_text(LATER, encoding="utf-8")
    return tmp_path


def take_wards(study: Study, folder: Path, terminal: Terminal) -> None:
    terminal.done("import", folder / "wards.geojson", "--as", "unit", "--study", study.folder, "--basis", "published",
                  "--source", "map", "--yes")  # fmt: skip


def of(study: Study, file: Path, *more: object) -> tuple[object, ...]:
    return ("import", file, "--as", "observation", "--study", study.folder, "--source", file.stem, *more)


def test_from_the_register_to_floor_space(study: Study, folder: Path, terminal: Terminal) -> None:
    here = study.folder
    take_wards(study, folder, terminal)

    # Looked at first: nothing is stored, and what was understood is shown with samples.
    said = terminal.done(*of(study, folder / "so.csv", "--crs", "4326"))
    assert "so.csv: 5 dòng dữ liệu" in said
    assert "Tổng diện tích sàn (m2)" in said and "gross_floor_area_m2" in said
    assert "Nhận được 3 dòng; 2 dòng chờ sửa" in said
    assert "Chưa lưu gì" in said
    assert len(study.history()) == 2
    assert study.survey.tables()["observation"].empty

    # The mapping is kept, and makes the intake repeatable.
    terminal.done(*of(study, folder / "so.csv", "--crs", "4326", "--save-mapping", folder / "cach-hieu.toml"))
    terminal.done(*of(study, folder / "so.csv", "--mapping", folder / "cach-hieu.toml", "--yes"))
    assert len(study.survey.tables()["observation"]) == 3
    [original] = (here / "originals").rglob("so.csv")
    assert original.read_text(encoding="utf-8") == REGISTER

    # The same file changes nothing, under another name either.
    (folder / "again.csv").write_text(REGISTER, encoding="utf-8")
    before = len(study.history())
    for name in ("so.csv", "again.csv"):
        again = (*of(study, folder / name), "--mapping", folder / "cach-hieu.toml", "--yes")
        again = tuple("so" if one == "again" else one for one in again)
        assert "không có gì đổi" in terminal.done(*again)
    assert len(study.history()) == before

    # Two rows wait, with reason, place and how to mend; one is mended and taken, the other set aside.
    waiting = terminal.json("review", here, "--quarantine")["waiting"]
    assert [(one["original"]["Mã cơ sở"], [r["number"] for r in one["reasons"]]) for one in waiting] == [
        ("A3", ["QD208"]), ("A4", ["QD207"]),
    ]  # fmt: skip
    assert waiting[0]["reasons"][0]["where"] == {"file": "so.csv", "row": 4, "column": "storeys"}
    first, second = (one["id"] for one in waiting)
    assert terminal.numbers("review", here, "--mend", first, "--set", "storeys=-2") == ["QD208"]
    terminal.done("review", here, "--mend", first, "--set", "storeys=1", "--reason", "xem lại phiếu")
    terminal.done("review", here, "--set-aside", second, "--reason", "kho, không sản xuất")
    assert terminal.json("review", here, "--quarantine")["waiting"] == []
    assert terminal.numbers("review", here, "--mend", first, "--set", "storeys=1") == ["QD288"]

    # Floor by hand: A1 measured 1000, A2 400 × 2 storeys estimated, A3 declared 300; A5 is closed and counts no more.
    [total] = terminal.json("survey", here, "--by", "total", "--as-of", "2024-12-31")["floor_space"]
    assert (total["establishments"], total["floor_known"], total["gross_floor_area_m2"]) == (3, 3, 2100.0)
    assert (total["measured_m2"], total["declared_m2"], total["estimated_m2"]) == (1000.0, 300.0, 800.0)
    told = terminal.json("survey", here, "--by", "unit", "--as-of", "2024-12-31")["floor_space"]
    by_unit = {row["group"]: row for row in told}
    assert {unit: row["gross_floor_area_m2"] for unit, row in by_unit.items()} == {"d": 1300.0, "t": 800.0}
    assert by_unit["d"]["plot_ratio"] == pytest.approx(1300 / 2600)
    [none] = terminal.json("survey", here, "--by", "total", "--as-of", "2023-12-31")["floor_space"]
    assert none["establishments"] == 0


def test_two_registers_one_factory(study: Study, folder: Path, terminal: Terminal) -> None:
    here = study.folder
    take_wards(study, folder, terminal)
    for name in ("so.csv", "moi.csv"):
        terminal.done(*of(study, folder / name, "--crs", "4326", "--yes"))
    assert len(study.survey.stock().establishments) == 4
    terminal.done("match", here)
    decisions = study.survey.tables()["match_decision"]
    pair = decisions.iloc[0]
    assert (pair["left_id"], pair["right_id"]) == ("moi/B7@2025-03-01", "so/A1@2024-05-01")
    asked = f"{pair['left_id']}|{pair['right_id']}"

    # A person's word goes before the rule's, and matching again does not ask or change it.
    terminal.done("review", here, "--decide", asked, "different", "--reason", "hai xưởng")
    terminal.done("match", here)
    assert study.survey.tables()["match_decision"]["by"].tolist() == ["person"]
    assert len(study.survey.stock().establishments) == 4
    terminal.done("review", here, "--decide", asked, "same")
    stock = study.survey.stock().establishments.set_index("name")
    assert len(stock) == 3
    assert stock.loc["Cty TNHH Co khi Binh Minh", "gross_floor_area_m2"] == 1200.0
    assert terminal.numbers("review", here, "--decide", "x|y", "same") == ["QD289"]

    # Against a labelled set: the one pair that was joined is right, and there is no other.
    labels = folder / "nhan.csv"
    labels.write_text("observation_id,label\nso/A1@2024-05-01,1\nmoi/B7@2025-03-01,1\nso/A2@2024-05-01,2\n")
    judged = terminal.json("match", here, "--labels", labels)
    assert judged == {"found": 1, "right": 1, "true": 1, "precision": 1.0, "recall": 1.0}
    labels.write_text("observation_id,label\nso/A1@2024-05-01,1\nmoi/B7@2025-03-01,2\n")
    assert terminal.json("match", here, "--labels", labels)["precision"] == 0.0
    labels.write_text("observation_id,label\nx,1\n")
    assert terminal.numbers("match", here, "--labels", labels) == ["QD273"]
    labels.write_text("id,label\nx,1\n")
    assert terminal.numbers("match", here, "--labels", labels) == ["QD272"]

    # What contradicts itself is told: 1200 m² of floor now, on 1000 m² of building with one storey as seen before.
    assert [one["number"] for one in terminal.json("survey", here, "--contradictions")["contradictions"]] == ["QD262"]

    # Between the two days its floor grew by 200 m².
    told = terminal.json("survey", here, "--changes-since", "2024-12-31", "--as-of", "2025-06-30")["changes"]
    assert [(one["cause"], one["establishments"], one["gross_floor_area_m2"]) for one in told] == [
        ("floor_changed", 1, 200.0)
    ]

    # A printed number leads back to the row of the file.
    run = study.plan(until="floor_space")
    figure = "floor_space.section.C.gross_floor_area_m2"
    told_en = terminal.done("explain", "latest", figure, "--study", here, "--lang", "en")
    assert "file moi.csv, row 2" in told_en
    assert run.figures[figure].value == 1200.0 + 800.0
    assert run.figures["floor_space.total.total.gross_floor_area_m2"].coverage.known == 2

    # The field form, with what is known filled in.
    terminal.done("form", here, "--out", folder / "form.xlsx", "--entities", folder / "known.csv")
    assert {"survey", "choices", "settings", "entities"} <= set(openpyxl.load_workbook(folder / "form.xlsx").sheetnames)
    assert "Cơ sở May Hoa Sen" in (folder / "known.csv").read_text(encoding="utf-8-sig")

    # An intake is taken back like any change set.
    history = study.history()
    [number] = history.loc[history["source"] == "moi.csv", "number"]
    terminal.done("undo", here, number, "--yes")
    assert len(study.survey.stock().establishments) == 3
    assert study.verify() == []


def test_what_is_not_settled_is_not_taken(study: Study, folder: Path, terminal: Terminal) -> None:
    """Without outlines no projection can be tried, without a name no origin be told: both are said at once."""
    file = folder / "so.csv"
    call = ("import", file, "--as", "observation", "--study", study.folder)
    assert terminal.numbers(*call, "--yes") == ["QD292", "QD290"]
    assert "Phải quyết trước khi nhận" in terminal.done(*call)
    assert study.survey.tables()["intake"].empty
    assert not (study.folder / "originals").exists()


def test_options_of_the_survey_are_refused_for_other_tables(study: Study, folder: Path, terminal: Terminal) -> None:
    file = folder / "source.csv"
    file.write_text("source_id,kind\na,press\n")
    assert terminal.numbers("import", file, "--study", study.folder, "--crs", "4326") == ["QD296"]


def test_the_pairs_are_asked_one_by_one(
    study: Study, folder: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_wards(study, folder, terminal)
    for name in ("so.csv", "moi.csv"):
        terminal.done(*of(study, folder / name, "--crs", "4326", "--yes"))
    toml = study.folder / "study.toml"
    rule = "match_accept_share = { value = "
    toml.write_text(toml.read_text(encoding="utf-8").replace(f"{rule}0.99", f"{rule}1"), encoding="utf-8")
    assert "1 cặp chờ người xem" in terminal.done("match", study.folder)
    said = terminal.done("review", study.folder)  # no person at the terminal: the list
    assert "Công ty TNHH Cơ khí Bình Minh" in said and "Cty TNHH Co khi Binh Minh" in said
    monkeypatch.setattr("quydat.cli.survey_commands.sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("quydat.cli.survey_commands.click.prompt", lambda *_, **__: "c")
    assert "0 cặp chờ người xem" in terminal.done("review", study.folder)
    assert study.survey.tables()["match_decision"][["decision", "by"]].values.tolist() == [["same", "person"]]
