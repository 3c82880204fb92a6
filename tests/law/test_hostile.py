"""Packs made to do harm: only problems come out, and soon. Nothing of a pack is ever run."""

import ast
import csv
import io
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import quydat.law
from quydat.core.problem import Problems
from quydat.law import Subjects, evaluate, load_pack

OWN = Path(__file__).parents[1] / "support" / "law_pack" / "own"
ENGINE = Path(quydat.law.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pack of the tests."""
    return Path(shutil.copytree(OWN, tmp_path / "own"))


def refused(folder: Path) -> set[str]:
    """Numbers of the problems; any other exception fails the test."""
    with pytest.raises(Problems) as caught:
        load_pack([folder])
    for one in caught.value.found:
        assert len(one.message("vi")) < 2000 and len(one.message("en")) < 2000
        assert all(letter.isprintable() for letter in one.message("en"))
    return {one.number for one in caught.value.found}


def with_cell(folder: Path, table: str, column: str, text: str) -> None:
    """Put a text into the first row of a table."""
    path = folder / f"{table}.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    rows[1][rows[0].index(column)] = text
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    path.write_text(made.getvalue(), encoding="utf-8")


EXPRESSIONS = {
    "import": "__import__('os').system('true')",
    "eval": "eval('1')",
    "open": "open('/etc/hostname') = 'x'",
    "attribute": "kind.__class__ = 'x'",
    "subscript": "kind['x'] = 'y'",
    "lambda": "(lambda: 1)()",
    "comprehension": "[x for x in (1, 2)]",
    "format": "'{0.__class__}'.format(1) = 'x'",
    "f-string": "f'{1}' = 'x'",
    "walrus": "(x := 1) = 1",
    "template": "{{ 7 * 7 }} = 49",
    "sql": "1 = 1; drop table rule",
    "formula": "=1+1",
    "clock": "now() > date('2020-01-01')",
    "today": "today = date('2020-01-01')",
    "random": "random() < 1",
    "network": "fetch('https://example.org') = 'x'",
    "power": "9 ** 9 ** 9 ** 9 > 1",
    "shift": "1 << 9999999 > 1",
    "repeat": "'a' * 999999999 = 'a'",
    "exponent": "1e999999999 > area_ha",
    "digits": "9" * 5000 + " > area_ha",
    "decimals": "0." + "1" * 5000 + " > area_ha",
    "hex": "0xffffffff > area_ha",
    "underscores": "1_000 > area_ha",
    "brackets": "(" * 5000 + "mountain" + ")" * 5000,
    "open brackets": "(" * 1990,
    "nots": "not " * 400 + "mountain",
    "minuses": "-" * 1000 + "1 < area_ha",
    "nested calls": "max(1, " * 150 + "1" + ")" * 150 + " < area_ha",
    "many parts": " or ".join(["mountain"] * 150 + ["eco"] * 10),
    "many arguments": "max(" + ", ".join(["1"] * 200) + ") < area_ha",
    "long": "mountain " * 400,
    "look-alike letter": "\N{CYRILLIC SMALL LETTER A}rea_ha > 1",
    "full-width": "\N{FULLWIDTH LATIN SMALL LETTER A}rea_ha > 1",
    "full-width digit": "area_ha > \N{FULLWIDTH DIGIT FIVE}",
    "other digits": "area_ha > \N{ARABIC-INDIC DIGIT FIVE}",
    "composed": "are\N{LATIN SMALL LETTER A WITH ACUTE}_ha > 1",
    "right to left": "\N{RIGHT-TO-LEFT OVERRIDE}area_ha > 1",
    "zero width": "area\N{ZERO WIDTH SPACE}_ha > 1",
    "no-break space": "area_ha\N{NO-BREAK SPACE}> 1",
    "unclosed": "kind = 'x",
    "day that is none": "established_on = date('2026-02-30')",
    "year out of range": "established_on = date('99999-01-01')",
    "chained": "1 < area_ha < 5",
    "nothing": "()",
    "surrogate-like": "\N{REPLACEMENT CHARACTER}",
}  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS.values(), ids=EXPRESSIONS)
@pytest.mark.parametrize(("table", "column"), [("rule", "condition"), ("rule_exception", "condition")])
def test_a_hostile_condition_is_a_problem(folder: Path, table: str, column: str, text: str) -> None:
    with_cell(folder, table, column, text)
    assert refused(folder) <= {"QD806", "QD807", "QD808", "QD811", "QD812"}


@pytest.mark.parametrize("text", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_a_hostile_threshold_is_a_problem(folder: Path, text: str) -> None:
    with_cell(folder, "rule", "threshold", text)
    assert refused(folder) <= {"QD806", "QD807", "QD808", "QD811", "QD812", "QD822"}


def test_a_threshold_of_a_megabyte_is_a_problem(folder: Path) -> None:
    with_cell(folder, "rule", "threshold", "1 + " * 250_000 + "1")
    assert refused(folder) == {"QD802"}


def test_a_list_of_a_hundred_thousand_is_a_problem(folder: Path) -> None:
    path = folder / "rule.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("factory;warehouse", "factory;" * 12_000), encoding="utf-8")
    assert refused(folder) == {"QD822"}


@pytest.mark.parametrize("column", ["family", "label_vi", "article", "quantity", "unit", "note"])
def test_a_control_character_in_a_cell_is_a_problem(folder: Path, column: str) -> None:
    for sign in ("\0", "\x1b[2J", "\x07", "\x7f"):
        with_cell(folder, "rule", column, f"a{sign}b")
        assert refused(folder) == {"QD802"}


RAW = {
    "nul bytes": b"rule_id,family\0\nx,y\0\n",
    "utf-16": "rule_id,family\nx,y\n".encode("utf-16"),
    "latin": "rule_id,family\nkhông,y\n".encode("latin-1", "replace") + b"\xff",
    "binary": bytes(range(256)) * 10,
    "open quote": b'rule_id,family\n"x,y\n',
    "empty": b"",
    "only a heading of another table": b"park_id,name\na,b\n",
    "too large": b"x" * (5 * 1024 * 1024),
    "too many rows": b"rule_id\n" + b"x\n" * 25_000,
    "many columns": b",".join([b"x"] * 20_000) + b"\n",
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_a_hostile_file_is_a_problem(folder: Path, raw: bytes) -> None:
    (folder / "rule.csv").write_bytes(raw)
    assert refused(folder)


TOML = {
    "not toml": b"name = ",
    "a number as a name": b'name = 1\nlabel_vi = "a"\nlabel_en = "b"\n',
    "a table as a name": b'label_vi = "a"\nlabel_en = "b"\n[name]\nx = 1\n',
    "a name that climbs": b'name = "../x"\nlabel_vi = "a"\nlabel_en = "b"\n',
    "an empty name": b'name = " "\nlabel_vi = "a"\nlabel_en = "b"\n',
    "requires a text": b'name = "own"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = "vn"\n',
    "requires a number": b'name = "own"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = [1]\n',
    "requires a path": b'name = "own"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = ["../../x"]\n',
    "requires an absolute path": b'name = "own"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = ["/tmp"]\n',
    "requires what is not there": b'name = "own"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = ["none_such"]\n',
    "requires itself": b'name = "own"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = ["own"]\n',
    "deep": b"x = " + b"[" * 20_000 + b"]" * 20_000,
    "a huge number": b"x = " + b"9" * 50_000,
    "no utf-8": b'name = "\xff"\n',
    "large": b"# " + b"x" * 100_000,
    "an odd date": b"name = 2026-99-99\n",
}


@pytest.mark.parametrize("raw", TOML.values(), ids=TOML)
def test_a_hostile_pack_toml_is_a_problem(folder: Path, raw: bytes) -> None:
    (folder / "pack.toml").write_bytes(raw)
    assert refused(folder) <= {"QD801", "QD802", "QD803"}


def test_packs_that_require_each_other_are_a_problem(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        head = f'name = "{name}"\nlabel_vi = "a"\nlabel_en = "b"\nrequires = ["{other}"]\n'
        (tmp_path / name / "pack.toml").write_text(head, encoding="utf-8")
    assert refused(tmp_path / "one") == {"QD803"}


def test_a_name_with_a_nul_is_a_problem() -> None:
    with pytest.raises(Problems) as caught:
        load_pack(["vn\0"])
    assert {one.number for one in caught.value.found} <= {"QD801", "QD802"}


def test_nothing_is_read_through_a_link(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret", encoding="utf-8")
    (folder / "rule.csv").unlink()
    (folder / "rule.csv").symlink_to(secret)
    assert "QD804" in refused(folder)
    (folder / "rule.csv").unlink()
    (folder / "rule").symlink_to(tmp_path, target_is_directory=True)
    assert "QD804" in refused(folder)
    (folder / "rule").unlink()
    (folder / "pack.toml").rename(tmp_path / "other.toml")
    (folder / "pack.toml").symlink_to(tmp_path / "other.toml")
    assert refused(folder) == {"QD802"}


@pytest.mark.parametrize(
    "name", ["os.py", "rule.py", "__init__.py", "conftest.py", "os.csv", "rule/deep/x.csv", "rule.csv.exe", "x.so"]
)
def test_a_file_that_is_no_table_is_a_problem_and_is_not_run(folder: Path, name: str) -> None:
    marker = folder.parent / "was_run"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"open({str(marker)!r}, 'w')\n", encoding="utf-8")
    assert refused(folder) == {"QD804"}
    assert not marker.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "instrument_extra.csv")
    assert refused(folder) == {"QD804"}


def test_a_long_chain_of_exceptions_is_a_problem(folder: Path) -> None:
    path = folder / "rule_exception.csv"
    head, first = path.read_text(encoding="utf-8").splitlines()[:2]
    tail = first.split(",", 3)[3]
    rows = [f"E{n},GREEN,{f'E{n - 1}' if n else ''},{tail}" for n in range(2000)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert "QD807" in refused(folder)


def test_a_long_circle_of_exceptions_is_a_problem(folder: Path) -> None:
    path = folder / "rule_exception.csv"
    head, first = path.read_text(encoding="utf-8").splitlines()[:2]
    tail = first.split(",", 3)[3]
    rows = [f"E{n},GREEN,E{(n + 1) % 20},{tail}" for n in range(20)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert refused(folder) == {"QD817"}


def test_a_grid_with_a_hole_in_a_sea_of_cells_is_a_problem(folder: Path) -> None:
    path = folder / "law_grid.csv"
    head, first = path.read_text(encoding="utf-8").splitlines()[:2]
    tail = first.split(",", 3)[3]
    rows = [f"sea,{n},{n},{tail}" for n in range(4000)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert "QD821" in refused(folder)


FORBIDDEN = frozenset({
    "time", "random", "secrets", "socket", "ssl", "urllib", "http", "ftplib", "smtplib", "requests", "subprocess",
    "multiprocessing", "threading", "asyncio", "ctypes", "importlib.util", "pickle", "marshal", "shelve", "builtins",
    "sys", "os", "code", "codeop", "runpy", "zoneinfo", "locale", "uuid", "tempfile", "webbrowser", "numexpr", "jinja2",
    "sqlite3",
})  # fmt: skip
RUNS = frozenset({"eval", "exec", "compile", "__import__", "open", "input", "getattr", "setattr", "globals", "vars"})
CLOCK = frozenset({"now", "today", "utcnow", "time", "default_rng", "random", "getenv", "environ", "system", "query"})


def _trees() -> list[tuple[Path, ast.Module]]:
    paths = sorted(ENGINE.glob("*.py"))
    assert len(paths) > 15
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def test_the_engine_imports_no_clock_no_chance_no_network() -> None:
    for path, tree in _trees():
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                assert name not in FORBIDDEN and name.partition(".")[0] not in FORBIDDEN, f"{path.name}: {name}"


def test_the_engine_runs_no_text_and_asks_no_clock() -> None:
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in RUNS, f"{path.name}, line {node.lineno}: {node.func.id}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in CLOCK, f"{path.name}: {node.attr}"
                assert node.attr == "__init__" or not node.attr.startswith("__"), f"{path.name}: {node.attr}"


def test_only_the_reader_of_packs_touches_files() -> None:
    touching = {"read_text", "read_bytes", "write_text", "write_bytes", "rglob", "iterdir", "unlink", "mkdir", "stat"}
    users: dict[str, set[str]] = {}
    for path, tree in _trees():
        users[path.name] = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in touching}
    assert {name for name, used in users.items() if used} == {"packs.py"}
    assert users["packs.py"].isdisjoint({"write_text", "write_bytes", "unlink", "mkdir"})


TWICE = """
import sys
from datetime import date
from pathlib import Path
import pandas as pd
from quydat.law import Subjects, evaluate, load_pack
facts = pd.DataFrame({"kind": ["industrial_park", "industrial_cluster", None], "green_share": [0.1, None, 0.3],
                      "mountain": [None, True, False], "area_ha": [7.0, 8.0, None]})
found = evaluate(Subjects("park", ["a", "b", "c"], facts), on=date(2026, 11, 27), pack=load_pack([Path(sys.argv[1])]))
sys.stdout.write(found.table().to_csv() + "".join(one.sentence("vi") + str(one.trace) for one in found))
"""


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_same_input_gives_the_same_bytes_in_every_process(seed: str) -> None:
    def made(hash_seed: str, zone: str) -> bytes:
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", TWICE, str(OWN)], env=env, capture_output=True, check=True, timeout=600
        )
        return done.stdout

    first = made(seed, "UTC")
    assert b"unknown" in first
    assert made(str(int(seed) + 7), "Asia/Ho_Chi_Minh") == first


def test_evaluation_leaves_facts_and_pack_as_they_were() -> None:
    pack = load_pack([OWN])
    facts = pd.DataFrame({"kind": ["industrial_park"], "green_share": [0.1], "area_ha": [7.0]})
    before = facts.copy(deep=True)

    def found() -> str:
        return evaluate(Subjects("park", ["a"], facts), on=date(2026, 11, 27), pack=pack).table().to_csv()

    assert found() == found()
    pd.testing.assert_frame_equal(facts, before)
