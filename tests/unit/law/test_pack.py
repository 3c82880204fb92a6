"""A pack read, typed and checked: every mistake at its file, row and column, all at once."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from quydat.core.problem import Problem, Problems
from quydat.law.build import read_value
from quydat.law.pack import Pack, load_pack

OWN = Path(__file__).parents[2] / "support" / "law_pack" / "own"
Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pack of the tests."""
    return Path(shutil.copytree(OWN, tmp_path / "own"))


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(Problems) as caught:
        load_pack([folder])
    return list(caught.value.found)


def edited(folder: Path, table: str, old: str, new: str) -> list[tuple[str, str, int | None, str]]:
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = problems_of(folder)
    for one in found:
        assert "{" not in one.message("vi") + one.message("en") + one.repair("vi") + one.repair("en")
    return [(one.number, one.place.file, one.place.row, one.place.column) for one in found]


def test_the_pack_of_the_tests_is_read() -> None:
    pack: Pack = load_pack([OWN])
    assert pack.name == "own"
    assert [family.name for family in pack.families] == ["green", "size", "plant", "cover", "back", "use"]
    assert [rule.rule_id for rule in pack.families[1].versions] == ["SIZE-OLD", "SIZE-NEW"]
    assert [one.exception_id for one in pack.exceptions] == ["GREEN-MOUNTAIN", "GREEN-SMALL", "GREEN-SMALL-ECO"]
    assert pack.rule("GREEN").provision.citation("vi") == "điểm 2, Quy chuẩn thử"
    assert pack.rule("GREEN").provision.citation("en") == "point 2, Test code"
    assert load_pack([OWN]) is pack


def test_a_parameter_has_its_value_by_date() -> None:
    pack = load_pack([OWN])
    before = pack.parameter("least-area", on=date(2026, 9, 14))
    after = pack.parameter("least-area", on=date(2026, 9, 15))
    assert (before.value, before.unit, before.confidence) == (10.0, "ha", "high")
    assert (after.value, after.citation, after.confidence) == (5.0, "Điều 2, Nghị định 1/2020/NĐ-CP", "medium")
    with pytest.raises(KeyError, match="no value in force"):
        pack.parameter("least-area", on=date(2020, 2, 29))
    with pytest.raises(KeyError, match="no parameter"):
        pack.parameter("most-area", on=date(2026, 1, 1))
    with pytest.raises(KeyError, match="no rule"):
        pack.rule("none")


@pytest.mark.parametrize(
    ("table", "old", "new", "number", "row", "column"),
    [
        ("rule", "kind = 'industrial_park'", "kin = 'industrial_park'", "QD808", 2, "condition"),
        ("rule", ",area_ha,between", ",area,between", "QD808", 3, "quantity"),
        ("rule", "@least-area", "@least", "QD809", 3, "threshold"),
        ("rule", "grid('cover')", "grid('covers')", "QD810", 6, "threshold"),
        ("rule", "grid('cover')", "cover('x')", "QD811", 6, "threshold"),
        ("rule", "kind = 'industrial_park'", "kind = 1", "QD812", 2, "condition"),
        ("rule", "kind = 'industrial_park'", "area_ha + 1", "QD812", 2, "condition"),
        ("rule", "kind = 'industrial_park'", "kind > 'industrial_park'", "QD812", 2, "condition"),
        ("rule", "kind = 'industrial_park'", "kind = 'factory'", "QD814", 2, "condition"),
        ("rule", "kind = 'industrial_park'", "(kind = 'industrial_park'", "QD806", 2, "condition"),
        ("rule", "factory;warehouse", "factory;warehouses", "QD814", 8, "threshold"),
        ("rule", "factory;warehouse", "", "QD822", 8, "threshold"),
        ("rule", "@least-area; 75", "@least-area", "QD822", 3, "threshold"),
        ("rule", "has_plant,holds,,", "has_plant,holds,true,", "QD822", 5, "threshold"),
        ("rule", "has_plant,holds,,", "area_ha,holds,,", "QD812", 5, "operator"),
        ("rule", "kind = 'industrial_park',green_share,ge,10,%", "kind = 'industrial_park',green_share,ge,10,ha",
         "QD813", 2, "unit"),
        ("rule", "kind = 'industrial_park'", "area_ha > green_share", "QD813", 2, "condition"),
        ("rule", "green_share,ge,10", "green_share,ge,green_share", "QD813", 2, "threshold"),
        ("rule", "2020-03-01,2026-09-15,,d1,Điều 2", "2020-03-01,2027-09-15,,d1,Điều 2", "QD815", 4, "in_force_from"),
        ("rule", "2020-03-01,2026-09-15,,d1,Điều 2", "2020-03-01,2020-03-01,,d1,Điều 2", "QD816", 3, "in_force_to"),
        ("rule", "ha,filed_on,2020", "ha,decided_on,2020", "QD808", 3, "deciding_date"),
        ("rule", "ha,filed_on,2020", "ha,on,2020", "QD820", 4, "deciding_date"),
        ("rule", ",c1,điểm 2", ",c2,điểm 2", "QD828", 2, "instrument_id"),
        ("law_parameter", "2020-03-01,2026-09-15", "2020-03-01,", "QD819", 3, "in_force_from"),
        ("law_parameter", "Least area,5,ha", "Least area,five,ha", "QD829", 3, ""),
        ("law_parameter", "Least area,5,ha", "Least area,5,m2", "QD829", 3, ""),
        ("law_grid", "cover,300,20,area_m2", "cover,300,30,area_m2", "QD821", 2, ""),
        ("law_grid", "cover,300,20,area_m2", "cover,300,20,floors", "QD821", 5, "row_quantity"),
        ("rule_exception", "replace,ge,5", "replace,,5", "QD823", 2, "effect"),
        ("rule_exception", "replace,ge,5", "exempt,,5", "QD823", 2, "effect"),
        ("rule_exception", "GREEN-SMALL,GREEN,,", "GREEN-SMALL,GREEN,GREEN-SMALL-ECO,", "QD817", 3, "exception_to"),
        ("rule_exception", "GREEN-SMALL,GREEN,,", "GREEN-SMALL,PLANT,,", "QD818", 4, "exception_to"),
        ("rule_exception", "area_ha < 5", "floors < 5", "QD808", 3, "condition"),
        ("law_quantity", "park,area_ha,", "park,area ha,", "QD806", 3, "quantity"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_where_it_stands(
    folder: Path, table: str, old: str, new: str, number: str, row: int, column: str
) -> None:
    assert (number, f"own/{table}.csv", row, column) in edited(folder, table, old, new)


def test_all_mistakes_come_at_once(folder: Path) -> None:
    path = folder / "rule.csv"
    text = path.read_text(encoding="utf-8")
    text = text.replace("kind = 'industrial_park'", "kin = 1").replace("grid('cover')", "grid('x')")
    path.write_text(text.replace("factory;warehouse", "factory;shop"), encoding="utf-8")
    found = [(one.number, one.place.row) for one in problems_of(folder)]
    assert found == [("QD808", 2), ("QD810", 6), ("QD814", 8)]


def test_gaps_between_versions_are_allowed(folder: Path) -> None:
    path = folder / "rule.csv"
    text = path.read_text(encoding="utf-8").replace("2020-03-01,2026-09-15,,d1", "2020-03-01,2026-01-01,,d1")
    path.write_text(text, encoding="utf-8")
    assert len(load_pack([folder]).rules) == 7


def test_legal_values_as_written() -> None:
    assert [read_value(text) for text in ("10", "-0.5", "có", "2026-09-15", "1,5", "50–350")] == [
        ("number", 10.0), ("number", -0.5), ("boolean", True), ("date", date(2026, 9, 15)), ("text", "1,5"),
        ("text", "50–350"),
    ]  # fmt: skip
