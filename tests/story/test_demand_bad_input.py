"""Bad input to the forecast of demand, through the real terminal in both languages.

Each thing is named, explained and refused with nothing written, or mended by the stated rule and said.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.planted import CASE
from tests.support.series import HEAD, series_row
from tests.support.studies import quick
from tests.support.terminal import Terminal

from quydat.app.study import Study
from quydat.core.text import Lang

OUTPUT, LABOUR = "demand.output_growth_share", "demand.productivity_growth_share"
HECTARE, TAKE_UP = "demand.land_productivity_growth_share", "demand.take_up_growth_share"


@pytest.fixture(autouse=True)
def _few_draws(study: Study) -> None:
    """What is refused or mended does not depend on how many draws there are."""
    quick(study, draws=200)


def amend(study: Study, old: str, new: str) -> None:
    """Change one place of ``study.toml``."""
    path = study.folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def refused(terminal: Terminal, lang: Lang, *command: object) -> str:
    """What a command says that must refuse: one list, on the error side, with exit code 1."""
    code, out, err = terminal(*command, "--lang", lang)
    assert (code, out) == (1, "")
    assert err.count({"vi": " vấn đề:", "en": "Problems: "}[lang]) == 1
    return err


def untouched(study: Study) -> bool:
    """Whether there is no run, and no change of the record after its first."""
    return len(study.history()) == 1 and list((study.folder / "runs").iterdir()) == []


# Series


def written(path: Path, values: Mapping[str, Mapping[int, float | None]], **common: Any) -> Path:
    """A file of yearly series; ``common`` is said of every row."""
    rows = [series_row(name, year, value, **common) for name, own in values.items() for year, value in own.items()]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def grown(first: int, last: int, *, without: tuple[int, ...] = (), jump: int | None = None) -> dict[int, float]:
    """Levels that grow by 4 to 6 % a year, and by 60 % in the year of a jump."""
    made, level = {}, 100.0
    for year in range(first, last + 1):
        level *= 1.6 if year == jump else 1.05 + (year % 3 - 1) / 100
        made[year] = round(level, 2)
    return {year: value for year, value in made.items() if year not in without}


MENDED = {
    "vi": {
        "gap": ("Thiếu 2011: điền bằng trung bình nhân",),
        "long": ("Thiếu từ 2008 đến 2009, dài hơn một kỳ nên không điền; chỉ dùng phần từ 2010.",),
        "jump": ("Mức đổi đột ngột ở 2014",),
        "few": ("chưa đủ để thử lại", "Dự báo dùng mức tăng đã nêu"),
    },
    "en": {
        "gap": ("2011 missing: the geometric mean",),
        "long": ("Missing from 2008 to 2009, more than one period", "only the part from 2010 on is used."),
        "jump": ("The level jumps in 2014",),
        "few": ("too few to test", "The forecast uses stated growth"),
    },
}


def test_gaps_and_breaks_are_mended_by_the_rule_and_said(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    held = {
        "gap": grown(2000, 2019, without=(2011,)),
        "long": grown(2000, 2019, without=(2008, 2009)),
        "jump": grown(2000, 2019, jump=2014),
        "few": grown(2017, 2019),
    }
    file = written(tmp_path / "muc.csv", held)
    terminal.done("import", file, "--as", "series", "--study", study.folder, "--yes")
    terminal.done("plan", study.folder, "--only", "demand")
    told = study.run().table("series_check").set_index("series_id")
    for lang, by_series in MENDED.items():
        for name, said in by_series.items():
            assert all(one in told.loc[name, f"reason_{lang}"] for one in said), name
    assert told.loc["gap", "points"] == 19  # what was filled in is no value that was seen
    assert told.loc["gap", "basis"] == "assumed"  # weaker than estimated already: every row is
    assert (told.loc["long", "first_period"], told.loc["long", "points"]) == ("2010", 10)
    assert told.loc["jump", "shocks"] == "2014"
    assert told.loc["few", "series_use"] == "not_used"
    assert study.check() == []


def test_growth_does_not_mind_another_base_year_and_it_is_said(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    older = written(tmp_path / "a.csv", {"rebased": dict.fromkeys(range(2000, 2010), 5.5)}, measure="growth", base=2000)
    newer = written(tmp_path / "b.csv", {"rebased": dict.fromkeys(range(2010, 2020), 5.1)}, measure="growth", base=2010)
    file = tmp_path / "tang.csv"
    file.write_text(older.read_text(encoding="utf-8") + newer.read_text(encoding="utf-8").removeprefix(HEAD))
    terminal.done("import", file, "--as", "series", "--study", study.folder, "--yes")
    terminal.done("plan", study.folder, "--only", "demand")
    told = study.run().table("series_check").set_index("series_id").loc["rebased"]
    assert "Năm gốc thay đổi trong chuỗi (2000; 2010)" in told["reason_vi"]
    assert "The base year changes within the series (2000; 2010)" in told["reason_en"]


SERIES_SAID = {
    "vi": [
        ("QD714", "cột base_year", "kỳ 2010 theo gốc 2015, phần lớn theo gốc 2010", "nhân phần cũ"),
        ("QD713", "cột unit", "Chuỗi «mixed» trộn đơn vị", "Đổi mọi giá trị về một đơn vị"),
        ("QD717", "cột value", "mức tăng 5.5 share là hơn bốn lần trong một năm", "hoặc 0.073 với đơn vị share"),
    ],
    "en": [
        ("QD714", "column base_year", "2010 is on the base 2015, most periods on 2010", "multiply the older part"),
        ("QD713", "column unit", "Series mixed mixes units", "Convert all values to one unit"),
        (
            "QD717",
            "column value",
            "growth of 5.5 share is more than fourfold in a year",
            "or 0.073 with the unit share",
        ),
    ],
}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_another_base_mixed_units_and_growth_of_another_unit_are_refused(
    lang: Lang, study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    rows = [
        *(series_row("index", year, 100 + year - 2000, measure="index", base=2010) for year in range(2000, 2010)),
        series_row("index", 2010, 70, measure="index", base=2015),
        *(series_row("mixed", year, 500, unit="bn VND") for year in (2015, 2016)),
        series_row("mixed", 2017, 500_000, unit="m VND"),
        series_row("slip", 2015, 5.5, measure="growth", unit="share"),
    ]
    file = tmp_path / "sai.csv"
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    for command in (
        ("import", file, "--as", "series", "--study", study.folder, "--yes"),
        ("check", study.folder, "--file", file, "--as", "series"),
    ):
        said = refused(terminal, lang, *command)
        for number, *parts in SERIES_SAID[lang]:
            [own] = [one for one in said.split("QD")[1:] if one.startswith(number.removeprefix("QD"))]
            assert all(part in own for part in parts), (number, own)
    assert untouched(study)


# Sectors


def sectors(path: Path, **jobs_share: str) -> Path:
    """The sector groups of the shipped case with other shares of jobs."""
    with (CASE / "tables" / "sector.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["jobs_share"] = jobs_share.get(row["sector_id"], row["jobs_share"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", ("cột jobs_share", "cộng lại bằng 0.9, không phải 1", "sai dưới 0,5 % thì được chia lại")),
        ("en", ("column jobs_share", "add up to 0.9, not 1", "less than 0.5 % they are divided by their sum")),
    ],
)
def test_shares_that_do_not_add_up_to_one_are_refused(
    lang: Lang, said: tuple[str, ...], study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    file = sectors(tmp_path / "sector.csv", garment_footwear="0.2")  # 0.30 in the case, so 0.90 in all
    told = refused(terminal, lang, "import", file, "--study", study.folder, "--yes")
    assert "QD745" in told
    assert all(part in told for part in said)
    assert untouched(study)


def test_shares_off_by_rounding_are_divided_by_their_sum_and_it_is_said(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    file = sectors(tmp_path / "sector.csv", garment_footwear="0.297")
    terminal.done("import", file, "--study", study.folder, "--yes")
    told = terminal.done("plan", study.folder, "--only", "demand")
    assert "Đã sửa theo quy tắc: jobs_share cộng lại bằng 0.997: đã chia lại cho tổng." in told
    assert study.run().manifest["notes"]["sector"] == "jobs_share added up to 0.997: divided by their sum"


def register(path: Path) -> Path:
    """Forty works of food and of metal, each of 20 workers: none of the five other groups, no garments."""
    head = "Mã cơ sở;Tên doanh nghiệp;Kinh độ;Vĩ độ;Mã ngành VSIC;Phiên bản VSIC;Số lao động;Tổng diện tích sàn (m2);"
    head += "Sàn biết bằng cách nào;Tình trạng hoạt động;Ngày ghi nhận\n"
    rows = [
        f"C{number};Cơ sở số {number};{106.5 + number / 1000:.3f};10,8;{('1010', '2511')[number % 2]};2018;20;"
        f"{(700, 900, 1100, 1400)[number % 4]};đo;đang hoạt động;2025-01-15\n".replace("106.", "106,")
        for number in range(40)
    ]
    path.write_text(head + "".join(rows), encoding="utf-8")
    return path


def test_a_sector_with_no_survey_rows_borrows_from_the_others_and_it_is_said(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    file = register(tmp_path / "so.csv")
    terminal.done(
        "import", file, "--as", "observation", "--study", study.folder, "--source", "so", "--crs", "4326", "--yes"
    )
    terminal.done("plan", study.folder, "--only", "demand")
    density = study.run().table("density")
    whole = density.query("density_from == 'survey' and quantity == 'floor_per_worker_m2' and size_class == 'all'")
    own = whole.set_index("sector")
    assert own["used"].drop("all").all()
    assert own.loc[["food_drinks", "machinery_metal"], "rows"].tolist() == [20, 20]
    bare = own.loc["garment_footwear"]
    assert (bare["rows"], bare["own_share"]) == (0, 0.0)
    assert pd.isna(bare["raw"])  # no rows, no mean of them: it is not 0
    surveyed = own.loc["food_drinks"]
    assert bare["p90"] / bare["p10"] > surveyed["p90"] / surveyed["p10"]  # what is borrowed is less sure
    assert bare["basis"] == "estimated"


def test_no_survey_at_all_leaves_the_stated_plot_ratio(study: Study, terminal: Terminal) -> None:
    terminal.done("plan", study.folder, "--only", "demand")
    density = study.run().table("density")
    assert "survey" not in set(density["density_from"])
    stated = density.query("density_from == 'parameter'").set_index("quantity")
    assert bool(stated.loc["plot_ratio", "used"])
    assert stated.loc["plot_ratio", "p50"] == 0.6


# Parameters


GROWTH = "output_growth_share = { low = 0.04, mid = 0.055, high = 0.0726,"


def test_a_slipped_point_is_refused_at_the_cell(study: Study, terminal: Terminal) -> None:
    """55 % a year where 5.5 % was meant."""
    amend(study, GROWTH, "output_growth_share = { low = 0.4, mid = 0.55, high = 0.726,")
    for command in ("check", "plan"):
        found = terminal.problems(command, study.folder)
        assert [(one["number"], one["where"]["column"]) for one in found] == [("QD306", f"parameters.{OUTPUT}")] * 3
    assert untouched(study)


EXPLODES = {
    "vi": ("nhu cầu của «labour, garment_footwear» sau 20 năm gấp", "giới hạn là 20 lần", "Xem lại mức tăng của"),
    "en": ('demand of "labour, garment_footwear" is', "the limit is 20 times", "Look at the growth of"),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_growth_that_explodes_is_refused(lang: Lang, study: Study, terminal: Terminal) -> None:
    """25 % a year lies within the bounds of the cell; twenty years of it do not.

    Jobs of garments: (1 + 0.25 − 0.025) ÷ (1 + 0.045 − 0.01), centred by 0.00065 and 0.00025; to the 20th about 29.
    """
    amend(study, GROWTH, "output_growth_share = { low = 0.2, mid = 0.25, high = 0.29,")
    told = refused(terminal, lang, "plan", study.folder).partition("QD")[2]
    assert all(part in told for part in EXPLODES[lang])
    found = terminal.problems("plan", study.folder)
    assert [one["number"] for one in found] == ["QD747"] * 14  # labour and output in seven sectors: all at once
    assert {one["where"]["column"] for one in found} == {"parameters.demand"}
    assert untouched(study)


def test_growth_that_explodes_in_another_scenario_names_it(study: Study, terminal: Terminal) -> None:
    high = "output_growth_share = { low = 0.06, mid = 0.0726, high = 0.09,"
    amend(study, high, "output_growth_share = { low = 0.2, mid = 0.25, high = 0.29,")
    found = terminal.problems("plan", study.folder)
    assert {(one["number"], one["where"]["column"]) for one in found} == {("QD747", "scenarios.high.parameters.demand")}
    assert untouched(study)


def impossible(study: Study, *, mend: bool) -> None:
    """Output goes up with productivity and down with land productivity, and these two go up together."""
    for names, rho in (((OUTPUT, LABOUR), 0.95), ((OUTPUT, HECTARE), -0.95), ((LABOUR, HECTARE), 0.95)):
        between = f'between = ["{names[0]}", "{names[1]}"], rho = '
        amend(study, f"{between}0.5", f"{between}{rho}")
    if mend:
        amend(study, "[correlation]", '[correlation]\nmend = "weaken"')


STATED = {(OUTPUT, LABOUR): 0.95, (OUTPUT, HECTARE): -0.95, (OUTPUT, TAKE_UP): 0.5, (LABOUR, HECTARE): 0.95}


def largest_factor() -> float:
    """By halving: the largest factor at which the stated correlations have a Cholesky factor."""
    names = [OUTPUT, LABOUR, HECTARE, TAKE_UP]
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        matrix = np.eye(4)
        for (a, b), rho in STATED.items():
            matrix[names.index(a), names.index(b)] = matrix[names.index(b), names.index(a)] = rho * middle
        try:
            np.linalg.cholesky(matrix)
            low = middle
        except np.linalg.LinAlgError:
            high = middle
    return low


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", ("Nhóm trái nhau nhỏ nhất: ", 'ghi mend = "weaken" ở [correlation]')),
        ("en", ("The smallest group that does: ", 'write mend = "weaken" in [correlation]')),
    ],
)
def test_correlations_that_contradict_each_other_are_refused_with_the_smallest_group(
    lang: Lang, said: tuple[str, ...], study: Study, terminal: Terminal
) -> None:
    """Each pair of the three is possible; all three are not: 1.95, 1.95 and −0.9. Take-up has no part in it."""
    impossible(study, mend=False)
    for command in (("check", study.folder), ("plan", study.folder)):
        told = refused(terminal, lang, *command)
        assert told.count("QD743") == 1
        group = told.partition(said[0])[2].partition(". ")[0]
        assert [one for one in (OUTPUT, LABOUR, HECTARE, TAKE_UP) if one in group] == [OUTPUT, LABOUR, HECTARE]
        assert said[1] in told
        now = 0.95 * largest_factor()
        assert f"{OUTPUT} – {LABOUR}: 0.95 → {now:.3g}" in told
    assert list((study.folder / "runs").iterdir()) == []


def test_correlations_are_weakened_where_the_study_says_so_and_it_is_said(study: Study, terminal: Terminal) -> None:
    impossible(study, mend=True)
    assert terminal.done("check", study.folder) == "Không có vấn đề nào.\n"
    printed = terminal.done("plan", study.folder, "--only", "demand", "--lang", "en")
    told = study.run().manifest["notes"]["correlation"]
    assert f"Mended by a rule: {told}." in printed
    factor = largest_factor()
    for (a, b), rho in STATED.items():
        assert f"{a} – {b}: {rho:.3g} → {rho * factor:.3g}" in told
    assert study.settings.correlations.mended
