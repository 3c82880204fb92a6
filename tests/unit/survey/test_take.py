"""Rows become observations or wait; nothing is lost, nothing goes in twice."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import shapely

from quydat.core.problem import problem
from quydat.dictionary.bulk import Fault
from quydat.dictionary.schema import tables
from quydat.survey.checks import check_outlines, check_places
from quydat.survey.outlines import Outlines
from quydat.survey.take import Origin, Rows, Taken, reasons_of, take, without_unchanged

OBSERVATION = tables()["observation"]
ORIGIN = Origin("k1", "so.xlsx", "Trang 1", "hcmc", "surveyed", "2026-06-30")


def given(rows: Sequence[dict[str, str | None]], *, faults: Sequence[Fault] = (), **how: object) -> Rows:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype="str") for name in names})
    numbers = np.arange(5, 5 + len(rows))
    return Rows(cells, numbers, lambda p: json.dumps(rows[p], ensure_ascii=False), faults=faults, **how)  # type: ignore[arg-type]


def taken(rows: Sequence[dict[str, str | None]], **how: object) -> Taken:
    return take(given(rows, **how), OBSERVATION, origin=ORIGIN)  # type: ignore[arg-type]


def test_a_row_becomes_an_observation_with_its_origin_day_and_id() -> None:
    made = taken([{"name": "Cơ sở A", "code": "A1", "workers": "12"}])
    [row] = made.rows.to_dict("records")
    assert (row["observation_id"], row["row"], row["workers"]) == ("hcmc/A1@2026-06-30", 5, 12)
    assert (row["origin"], row["intake_id"], row["basis"]) == ("hcmc", "k1", "surveyed")
    assert row["observed_on"] == pd.Timestamp("2026-06-30")
    assert len(made.waiting) == 0
    assert made.problems == ()


def test_a_day_of_its_own_stands_before_the_day_of_the_file() -> None:
    made = taken([{"name": "A", "code": "A1", "observed_on": "2025-01-02"}])
    assert made.rows["observation_id"].tolist() == ["hcmc/A1@2025-01-02"]


def test_a_row_that_cannot_be_taken_waits_with_reason_place_and_original() -> None:
    made = taken([{"name": "A", "code": "1", "storeys": "-1"}, {"name": "B", "code": "2", "storeys": "2"}])
    assert made.rows["name"].tolist() == ["B"]
    [row] = made.waiting.to_dict("records")
    assert (row["quarantine_id"], row["state"], row["numbers"]) == ("k1:5", "waiting", "QD208")
    assert json.loads(row["original"]) == {"name": "A", "code": "1", "storeys": "-1"}
    [reason] = reasons_of(row)
    assert reason.place.shown("vi") == "so.xlsx, trang Trang 1, dòng 5, cột storeys"
    assert reason.facts["value"] == "-1"


def test_all_reasons_of_a_row_are_told_at_once() -> None:
    made = taken([{"name": None, "code": "1", "storeys": "-1", "observed_on": "31/02/2025"}])
    assert made.waiting["numbers"].tolist() == ["QD204;QD207;QD208"]


def test_nothing_is_lost() -> None:
    rows = [{"name": "A", "code": str(i % 7), "storeys": str(i - 3)} for i in range(40)]
    made = taken(rows)
    assert len(made.rows) + len(made.waiting) == 40
    assert set(made.rows["row"]) | set(made.waiting["row"]) == set(range(5, 45))


def test_a_copy_of_a_row_and_another_row_under_its_key_are_told_apart() -> None:
    made = taken([{"name": "A", "code": "1"}, {"name": "A", "code": "1"}, {"name": "B", "code": "1"}])
    assert made.rows["row"].tolist() == [5]
    assert made.waiting["numbers"].tolist() == ["QD280", "QD210"]
    assert [p.facts["first"] for p in made.problems] == ["5", "5"]


def test_rows_without_a_code_have_the_same_id_when_they_come_again() -> None:
    rows = [{"name": "Công ty A", "address": "1 Lê Lợi"}, {"name": "Công ty B", "address": "1 Lê Lợi"}]
    first, again = taken(rows), taken(rows[::-1])
    assert set(first.rows["observation_id"]) == set(again.rows["observation_id"])
    assert first.rows["observation_id"].is_unique
    differs = taken([{"name": "CONG TY  A", "address": "1 le loi"}])
    assert differs.rows["observation_id"].tolist() == first.rows["observation_id"].tolist()[:1]


def test_rows_that_only_their_numbers_tell_apart_are_numbered() -> None:
    made = taken([{"name": "A", "workers": "1"}, {"name": "A", "workers": "2"}])
    first, second = made.rows["observation_id"]
    assert second == first.replace("@", "~2@")


def test_what_was_found_before_and_by_the_check_keeps_a_row_out_once() -> None:
    early = [Fault(0, problem("QD283"))]
    made = take(
        given([{"name": "A", "code": "1"}, {"name": "B", "code": "2"}], faults=early),
        OBSERVATION,
        origin=ORIGIN,
        check=lambda rows: [Fault(p, problem("QD283")) for p in range(len(rows))],
    )
    assert made.waiting["numbers"].tolist() == ["QD283", "QD283"]
    assert made.problems[1].place.row == 6


def test_coordinates_and_outlines_are_put_in_as_they_are() -> None:
    square = shapely.to_wkb(shapely.box(106.6, 10.7, 106.7, 10.8))
    made = taken(
        [{"name": "A", "code": "1"}],
        longitude=np.array([106.65]),
        latitude=np.array([10.75]),
        outlines=np.array([square], dtype=object),
    )
    assert made.rows[["longitude", "latitude", "outline"]].values.tolist() == [[106.65, 10.75, square]]


def test_rows_that_say_the_same_as_before_are_not_brought_again() -> None:
    rows = [{"name": "A", "code": "1", "workers": None}, {"name": "B", "code": "2", "workers": "3"}]
    before = taken(rows).rows
    rows[1]["workers"] = "4"
    after = take(given(rows), OBSERVATION, origin=Origin("k2", "b.csv", "", "hcmc", "surveyed", "2026-06-30")).rows
    assert without_unchanged(after, before, OBSERVATION)["name"].tolist() == ["B"]
    assert without_unchanged(before, before.assign(intake_id="z"), OBSERVATION).empty


EXTENT = (106.0, 10.0, 107.0, 11.0)


def places(*points: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(points, columns=["longitude", "latitude"], dtype="float64")


def test_points_beyond_the_city_in_no_unit_or_with_one_coordinate_are_found() -> None:
    nan = float("nan")
    rows = places((106.5, 10.5), (105.8, 21.0), (nan, nan), (106.5, nan), (106.9, 10.1))
    units = Outlines(["u"], [shapely.to_wkb(shapely.box(106, 10, 106.8, 11))])
    found = check_places(rows, extent=EXTENT, units=units)
    assert sorted((f.position, f.problem.number) for f in found) == [(1, "QD281"), (3, "QD283"), (4, "QD244")]
    assert check_places(rows.tail(1).reset_index(drop=True), extent=EXTENT, units=Outlines([], [])) == []


@pytest.mark.parametrize(
    ("shape", "number"),
    [
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "QD241"),
        ("LINESTRING (0 0, 1 1)", "QD240"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", None),
        (None, None),
    ],
)
def test_outlines_that_are_no_areas(shape: str | None, number: str | None) -> None:
    wkb = None if shape is None else shapely.to_wkb(shapely.from_wkt(shape))
    found = check_outlines(pd.DataFrame({"id": ["a"], "outline": pd.Series([wkb], dtype="object")}), key="id")
    assert [f.problem.number for f in found] == ([] if number is None else [number])
    if number == "QD241":
        assert found[0].problem.facts["at"] == "0.5 0.5"
