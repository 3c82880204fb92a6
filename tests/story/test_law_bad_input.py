"""Bad law, plans and cases at the terminal: one exact list with place and repair, exit code 1, nothing half-written."""

import csv
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
import shapely
from tests.support.terminal import Terminal

from quydat.app.study import Study
from quydat.dictionary.settings import FILE
from quydat.law.packs import shipped_packs

PARK = "pham-van-hai-1"
SOURCE = "sggp-102002"
RULE = "D32-AREA-MAX"
Told = list[tuple[str, str, int | None, str]]


@pytest.fixture
def pack(study: Study) -> Path:
    """A copy of the national pack inside the study, named in its settings before that of the city."""
    folder = study.folder / "luat" / "vn"
    shutil.copytree(shipped_packs()["vn"], folder)
    settings = study.folder / FILE
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('law = ["vn_hcmc"]', 'law = ["luat/vn", "vn_hcmc"]'), encoding="utf-8")
    assert "luat/vn" in settings.read_text(encoding="utf-8")
    return folder


def cells(pack: Path, name: str, key: str, value: str, **new: str) -> tuple[str, int]:
    """Change cells of one row of a pack; file and row of it, as problems name them."""
    for path in sorted((pack / name).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            if row[key] == value:
                row.update(new)
                with path.open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                    writer.writeheader()
                    writer.writerows(rows)
                return f"{name}/{path.name}", number + 2
    raise AssertionError(f"no {name} {value}")


def print_of(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash, without what SQLite keeps beside a record that is open."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def told(terminal: Terminal, *argv: object) -> Told:
    """Number, file, row and column of each problem of a command that ends with exit code 1; each says what to do."""
    found = terminal.problems(*argv)
    for one in found:
        assert one["repair_vi"] and one["repair_en"], one
    return [
        (one["number"], one["where"].get("file", ""), one["where"].get("row"), one["where"].get("column", ""))
        for one in found
    ]


def no_article(pack: Path) -> Told:
    file, row = cells(pack, "rule", "rule_id", RULE, instrument_id="ND-999-2099")
    return [("QD828", file, row, "instrument_id")]


def circle(pack: Path) -> Told:
    first = "D35-OCC-NEW-E1"
    file, row = cells(pack, "rule_exception", "exception_id", first, exception_to=first)
    return [("QD817", file, row, "exception_to")]


def code_in_a_condition(pack: Path) -> Told:
    file, row = cells(pack, "rule", "rule_id", RULE, condition="__import__('os').system('touch pwned') = 0")
    return [("QD806", file, row, "condition")]


def clock_in_a_condition(pack: Path) -> Told:
    file, row = cells(pack, "rule", "rule_id", RULE, condition="now() > date('2020-01-01')")
    return [("QD811", file, row, "condition")]


def network_and_random_at_once(pack: Path) -> Told:
    file, row = cells(
        pack, "rule", "rule_id", RULE, condition="fetch('https://example.org') = 'x'", threshold="random()"
    )
    return [("QD811", file, row, "condition"), ("QD811", file, row, "threshold")]


def no_toml(pack: Path) -> Told:
    (pack / "pack.toml").write_text('name = = "vn"\n', encoding="utf-8")
    return [("QD802", "vn/pack.toml", None, "")]


@pytest.mark.parametrize(
    "harm", [no_article, circle, code_in_a_condition, clock_in_a_condition, network_and_random_at_once, no_toml]
)
def test_a_bad_pack(study: Study, pack: Path, terminal: Terminal, harm: Callable[[Path], Told],
                    tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    expected = harm(pack)
    before = print_of(study.folder)
    for argv in (("rules", study.folder), ("check", study.folder), ("plan", study.folder)):
        found = told(terminal, *argv)
        assert [(number, file.removeprefix("vn/"), row, column) for number, file, row, column in found] == [
            (number, file.removeprefix("vn/"), row, column) for number, file, row, column in expected
        ], argv
    code, out, err = terminal("rules", study.folder)
    assert (code, out) == (1, "")
    assert [err.count(f"{number}  ") for number in {one[0] for one in expected}] != [0]
    assert err.count("Cách sửa:") == len(expected)
    assert print_of(study.folder) == before
    assert not list(tmp_path.rglob("pwned"))


def test_a_fact_of_an_unknown_quantity(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "facts.csv"
    file.write_text(
        "subject_kind,subject_id,quantity,value,source_ids,confidence,basis\n"
        f"park,tan-thuan,green_land_share,0.12,{SOURCE},high,published\n"
        f"park,tan-thuan,gren_land_share,0.12,{SOURCE},high,published\n",
        encoding="utf-8",
    )
    before = print_of(study.folder)
    asked = ("import", file, "--as", "subject_fact", "--study", study.folder)
    for end in ((), ("--yes",)):
        assert told(terminal, *asked, *end) == [("QD891", "facts.csv", 3, "quantity")]
    assert print_of(study.folder) == before


def test_plans_without_level_or_day(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(
        "plan_id,name_vi,level,scale,status,as_of,valid_from,source_ids,confidence,basis\n"
        f"a,Không cấp,,2000,draft,2026-01-01,,{SOURCE},high,published\n"
        f"b,Không ngày,zoning_plan,2000,draft,,,{SOURCE},high,published\n"
        f"c,Cấp lạ,district_plan,2000,draft,2026-01-01,,{SOURCE},high,published\n"
        f"d,Không ngày hiệu lực,zoning_plan,2000,in_force,2026-01-01,,{SOURCE},high,published\n",
        encoding="utf-8",
    )
    before = print_of(study.folder)
    asked = ("import", file, "--as", "spatial_plan", "--study", study.folder)
    for end in ((), ("--yes",)):
        assert sorted(told(terminal, *asked, *end)) == [
            ("QD204", "plans.csv", 2, "level"),
            ("QD209", "plans.csv", 4, "level"),
            ("QD834", "plans.csv", 3, "as_of"),
            ("QD834", "plans.csv", 5, "valid_from"),
        ]
    assert print_of(study.folder) == before


def test_events_out_of_order(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "event_id,park_id,step_id,event,on,source_ids,confidence,basis\n"
        f"e1,{PARK},p02,started,2024-05-01,{SOURCE},high,published\n"
        f"e2,{PARK},p02,finished,2024-03-01,{SOURCE},high,published\n"
        f"e3,{PARK},p03,started,2023-06-01,{SOURCE},high,published\n",
        encoding="utf-8",
    )
    before = print_of(study.folder)
    asked = ("import", file, "--as", "procedure_event", "--study", study.folder)
    for end in ((), ("--yes",)):
        assert sorted((number, row) for number, _, row, _ in told(terminal, *asked, *end)) == [
            ("QD862", 2),
            ("QD866", 4),
        ]
    assert print_of(study.folder) == before


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres from a corner south of the city, in VN-2000 / TM-3 105°45′."""
    return shapely.box(600_000 + west, 1_185_000 + south, 600_000 + east, 1_185_000 + north)


def test_drawn_plans_that_overlap_with_slivers_and_uses_of_no_list(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    plan, drawn = tmp_path / "plan.csv", tmp_path / "lots.gpkg"
    plan.write_text(
        "plan_id,name_vi,level,scale,status,as_of,source_ids,confidence,basis\n"
        f"pk,Phân khu,zoning_plan,2000,draft,2026-01-01,{SOURCE},high,published\n",
        encoding="utf-8",
    )
    shapes = {
        "A": box(0, 0, 1000, 1000),
        "B": box(990, 0, 2000, 1000),  # 10 m into A
        "C": box(0, 1000, 2000, 1500),
        "D": shapely.MultiPolygon([box(0, 1500, 2000, 2000), box(-5000, 0, -4999.8, 100)]),  # 20 m² by itself
    }
    uses = ["industrial_park", "industrial_park", "green", "sân bay vũ trụ"]
    lots = geopandas.GeoDataFrame(
        {"plan_id": "pk", "area_id": list(shapes), "land_use": uses}, geometry=list(shapes.values()), crs="EPSG:9210"
    )
    lots.to_file(drawn, layer="plan_area", driver="GPKG")
    terminal.done("import", plan, "--as", "spatial_plan", "--study", study.folder, "--yes")
    asked = ("import", drawn, "--as", "plan_area", "--source", "so-qhkt", "--study", study.folder)
    stored = len(study.history())
    understood = terminal.json(*asked)["sheets"]
    assert [one["rows_taken"] for one in understood] == [4]
    assert len(study.history()) == stored
    terminal.done(*asked, "--yes")
    found = {one["number"]: one for one in terminal.problems("check", study.folder)}
    assert {number: one["where"]["column"] for number, one in found.items()} == {
        "QD832": "outline", "QD840": "land_use", "QD847": "outline",
    }  # fmt: skip
    assert "«A» và «B» chồng lên nhau 0.9999 ha" in found["QD832"]["message_vi"]
    assert "sân bay vũ trụ" in found["QD840"]["message_vi"]
    assert "«D» có mảnh vụn 0.002 ha" in found["QD847"]["message_vi"]
    assert all(one["repair_vi"] and one["repair_en"] for one in found.values())
    before = print_of(study.folder)
    conform = ("conform", study.folder, "--lower", "pk", "--upper", "pk")
    compare = ("flexibility", study.folder, "--drafts", "pk", "--proposals", "pk")
    for argv in (conform, compare):  # no answer that would be wrong
        assert told(terminal, *argv, "--out", tmp_path / "kq") == [("QD840", "record.sqlite", 5, "land_use")]
    assert not (tmp_path / "kq").exists()
    assert print_of(study.folder) == before
