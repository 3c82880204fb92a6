"""Made-up surveys: what is true in them holds together, and the answer sheet says what was planted."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from pandas.testing import assert_frame_equal

from quydat.dictionary.bulk import bulk_dtype
from quydat.dictionary.schema import tables
from quydat.survey.illustrative.codes import ACTIVITIES, WEIGHTS, check_digit, tax_codes
from quydat.survey.illustrative.survey import CITY_BOX, IllustrativeSurvey, kinds, make_survey

PARKS = pd.DataFrame(
    {
        "park_id": ["big", "small", "beside-small", "unknown-area", "planned", "far", "west"],
        "name_vi": ["Khu Lớn", "Khu Nhỏ", "Khu Cạnh", "Khu Chưa Rõ", "Khu Dự Kiến", "Khu Xa", "Khu Tây"],
        "longitude": [106.7, 106.8, 106.8001, 106.6, 106.5, 110.0, 106.5],
        "latitude": [10.8, 10.7, 10.7001, 10.9, 10.6, 10.0, 10.9],
        "gross_area_ha": [900.0, 300.0, 12.5, np.nan, 100.0, 100.0, 400.0],
        "state": ["operating", "operating", "operating", "operating", "planned", "operating", "operating"],
    }
)
EXPECTED = {
    "taken_right", "either", "reported", "kept_once", "matched_rule", "matched_review", "kept_apart", "unknown",
    "section_unknown", "taken_as_text", "placed_by_address", "placed_by_park", "place_unknown", "file_refused",
    "quarantined", "left_out", "graded",
}  # fmt: skip


@pytest.fixture(scope="module")
def survey() -> IllustrativeSurvey:
    return make_survey(seed=11, parks=PARKS)


@pytest.fixture(scope="module")
def clean() -> IllustrativeSurvey:
    return make_survey(seed=11, parks=PARKS, faults=False)


def shapes(column: pd.Series) -> np.ndarray:
    return shapely.from_wkb(column.to_numpy(object))


def test_units_are_bulk_tables_of_the_dictionary(survey: IllustrativeSurvey):
    for name in ("unit", "unit_change", "park_outline"):
        rows = getattr(survey, name)
        assert list(rows.columns) == tables()[name].columns
        assert [rows[a.name].dtype for a in tables()[name]] == [
            pd.Series([], dtype=bulk_dtype(a)).dtype for a in tables()[name]
        ]
        assert set(rows["basis"]) == {"illustrative"}
        assert rows[[a.name for a in tables()[name] if a.required]].notna().all(axis=None)


@pytest.mark.parametrize("old", [False, True])
def test_units_fill_the_box_without_gap_or_overlap(survey: IllustrativeSurvey, old: bool):
    cells = shapes(survey.unit.loc[survey.unit["district_name"].notna() == old, "outline"])
    box = shapely.box(*CITY_BOX)
    assert shapely.is_valid(cells).all()
    assert shapely.area(cells).sum() == pytest.approx(box.area, abs=1e-7)
    assert shapely.union_all(cells).area == pytest.approx(box.area, abs=1e-7)
    assert 40 <= len(cells) <= 400


def test_the_crosswalk_says_which_old_unit_has_land_in_which_new_one(survey: IllustrativeSurvey):
    outlines = dict(zip(survey.unit["unit_id"], shapes(survey.unit["outline"]), strict=True))
    new = [u for u in outlines if u.startswith("MH")]
    share = {
        (o, n): outlines[o].intersection(outlines[n]).area / outlines[o].area
        for o in outlines if o.startswith("CU")
        for n in new if outlines[o].intersects(outlines[n])
    }  # fmt: skip
    with_land = {pair for pair, part in share.items() if part > 1e-4}
    assert set(zip(survey.unit_change["old_unit_id"], survey.unit_change["new_unit_id"], strict=True)) == with_land
    parts = Counter(o for o, _ in with_land)
    divided = survey.unit_change["old_unit_id"].map(parts) > 1
    assert (survey.unit_change["divided"].astype(bool) == divided).all()
    assert divided.any()
    assert max(Counter(n for _, n in with_land).values()) <= 4
    assert set(new) == {n for _, n in with_land}


def test_parks_have_their_area_and_do_not_overlap(survey: IllustrativeSurvey):
    outlines = dict(zip(survey.park_outline["park_id"], shapes(survey.park_outline["outline"]), strict=True))
    assert set(outlines) == {"big", "small", "west"}
    assert survey.parks_left_out == ("beside-small", "far", "planned", "unknown-area")
    for park_id, gross_ha in (("big", 900.0), ("small", 300.0), ("west", 400.0)):
        polygon = Geodesic.WGS84.Polygon()
        for x, y in shapely.get_coordinates(outlines[park_id])[:-1]:
            polygon.AddPoint(y, x)
        assert abs(polygon.Compute()[2]) / 1e4 == pytest.approx(gross_ha, rel=1e-4)
        assert len(shapely.get_coordinates(outlines[park_id])) == 13


def test_what_is_true_of_establishments_holds_together(survey: IllustrativeSurvey):
    truth = survey.truth
    assert len(truth) == 1200 == truth["establishment_id"].nunique()
    assert (truth["gross_floor_area_m2"] == truth["footprint_m2"] * truth["storeys"]).all()
    assert (truth["footprint_m2"] < truth["site_area_m2"]).all()
    assert (truth["height_m"] == 2.9).any()
    assert (truth.loc[truth["operating_state"].isin(["closed", "moved"]), "workers"] == 0).all()
    assert (truth["observed_on"] <= survey.as_of).all()
    assert set(truth["basis"]) == {"illustrative"}
    assert truth["tax_code"].nunique() == 1200
    for table, attribute in ((tables()["observation"], name) for name in ("operating_state", "tenure", "vsic_version")):
        assert table[attribute].choices


def test_land_does_not_overlap_and_lies_where_it_is_said_to(survey: IllustrativeSurvey):
    truth = survey.truth
    sites = shapes(truth["outline"])
    left, right = shapely.STRtree(sites).query(sites, predicate="intersects")
    assert (left == right).all()
    parks = dict(zip(survey.park_outline["park_id"], shapes(survey.park_outline["outline"]), strict=True))
    wards = dict(zip(survey.unit["unit_id"], shapes(survey.unit["outline"]), strict=True))
    for row, site in zip(truth.to_dict("records"), sites, strict=True):
        holding = [park_id for park_id, outline in parks.items() if outline.intersects(site)]
        assert holding == ([row["park_id"]] if isinstance(row["park_id"], str) else [])
        assert wards[row["unit_id"]].contains(site)
        assert wards[row["old_unit_id"]].contains(shapely.Point(row["longitude"], row["latitude"]))
        subleased = row["tenure"] == "subleased_in_park"
        assert not (subleased and not holding)


def test_tax_codes_have_the_digit_of_the_circular(survey: IllustrativeSurvey):
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    for code in survey.truth["tax_code"]:
        assert sum(int(d) * w for d, w in zip(code[:9], weights, strict=True)) % 11 == 10 - int(code[9])
    assert check_digit("030058856") == 9
    with pytest.raises(ValueError, match="ends after"):
        tax_codes(10**6)


def test_each_activity_has_its_weight():
    assert len(WEIGHTS) == len(ACTIVITIES)


def test_totals_are_the_sums_of_the_truth(survey: IllustrativeSurvey):
    totals = survey.totals
    whole = totals.loc[totals["dimension"] == "total"].iloc[0]
    assert whole["gross_floor_area_m2"] == sum(survey.truth["gross_floor_area_m2"].tolist())
    assert whole["establishments"] == 1200
    for dimension in ("section", "unit", "park"):
        part = totals[totals["dimension"] == dimension]
        for name in ("establishments", "gross_floor_area_m2", "site_area_m2", "workers"):
            assert part[name].sum() == whole[name]
    alone = totals[(totals["dimension"] == "park") & (totals["group"] == "standalone")].iloc[0]
    assert alone["establishments"] == survey.truth["park_id"].isna().sum()


def test_namesakes_and_branches_stand_far_from_each_other(survey: IllustrativeSurvey):
    by_id = survey.truth.set_index("establishment_id")
    related = survey.truth[survey.truth["related"].notna()]
    assert set(related["related"]) == {"namesake", "branch"}
    for row in related.to_dict("records"):
        first = by_id.loc[row["related_id"]]
        assert np.hypot(first["longitude"] - row["longitude"], first["latitude"] - row["latitude"]) > 0.1
        if row["related"] == "branch":
            assert row["tax_code"] == f"{first['tax_code']}-001"
        else:
            assert row["name"] == first["name"]
            assert row["tax_code"] != first["tax_code"]


def test_at_least_sixty_faults_of_every_kind(survey: IllustrativeSurvey):
    answers = survey.answers
    assert len(answers) >= 200
    assert set(answers["kind"]) == set(kinds())
    assert len(kinds()) >= 60
    assert answers["fault_id"].tolist() == [f"F{k + 1:03}" for k in range(len(answers))]
    assert {word.split(":")[0] for word in answers["expected"]} <= EXPECTED
    assert (answers[["what_vi", "what_en", "expected", "file"]] != "").all(axis=None)


def test_the_sheet_of_answers_agrees_with_the_rows(survey: IllustrativeSurvey):
    rows = survey.rows.set_index(["file", "sheet", "row"])
    assert rows.index.is_unique
    of_data = survey.answers[survey.answers["establishment_id"] != ""]
    for answer in of_data.to_dict("records"):
        row = rows.loc[(answer["file"], answer["sheet"], answer["row"])]
        assert answer["kind"] in row["faults"].split(";")
        assert row["establishment_id"] == answer["establishment_id"]
        outcome = answer["expected"].split(":")[0]
        wanted = {"quarantined": "no", "either": "either", "kept_once": "once"}.get(outcome)
        if wanted:
            assert row["taken"] == wanted
        elif outcome != "reported":
            assert row["taken"] == "yes"
        if outcome == "unknown":
            assert pd.isna(row[answer["attribute"]])
    waiting = {
        tuple(k)
        for k in of_data[of_data["expected"].str.startswith("quarantined")][["file", "sheet", "row"]].to_numpy()
    }
    assert waiting == set(rows.index[rows["taken"] == "no"])


def test_what_is_taken_right_is_the_truth(survey: IllustrativeSurvey):
    rows = survey.rows.set_index(["file", "sheet", "row"])
    truth = survey.truth.set_index("establishment_id")
    right = survey.answers[(survey.answers["expected"] == "taken_right") & (survey.answers["attribute"] != "")]
    right = right[right["row"].notna() & ~right["attribute"].isin(["name", "height_m"])]
    assert len(right) > 15
    for answer in right.to_dict("records"):
        row = rows.loc[(answer["file"], answer["sheet"], answer["row"])]
        assert row[answer["attribute"]] == truth.loc[answer["establishment_id"], answer["attribute"]], answer


def test_doubles_name_the_line_that_they_double(survey: IllustrativeSurvey):
    rows = survey.rows.set_index(["file", "sheet", "row"])["establishment_id"]
    doubled = survey.answers[survey.answers["expected"].isin(["kept_once", "matched_rule", "matched_review"])]
    assert len(doubled) >= 20
    for answer in doubled.to_dict("records"):
        assert rows[(answer["other_file"], answer["other_sheet"], answer["other_row"])] == answer["establishment_id"]
    apart = survey.answers[survey.answers["expected"] == "kept_apart"]
    for answer in apart.to_dict("records"):
        assert rows[(answer["other_file"], answer["other_sheet"], answer["other_row"])] != answer["establishment_id"]


def test_the_same_seed_the_same_survey(survey: IllustrativeSurvey):
    again = make_survey(seed=11, parks=PARKS)
    other = make_survey(seed=12, parks=PARKS)
    for name in ("unit", "unit_change", "park_outline", "truth", "totals", "rows", "answers"):
        assert_frame_equal(getattr(survey, name), getattr(again, name))
    assert not survey.truth["name"].equals(other.truth["name"])
    shuffled = make_survey(seed=11, parks=PARKS.iloc[::-1].reset_index(drop=True))
    assert_frame_equal(survey.truth, shuffled.truth)


def test_without_faults_the_truth_is_the_same_and_every_line_right(
    survey: IllustrativeSurvey, clean: IllustrativeSurvey
):
    assert_frame_equal(survey.truth, clean.truth)
    assert len(clean.answers) == 0
    assert set(clean.rows["taken"]) == {"yes"}
    assert set(clean.rows["faults"]) == {""}
    assert set(clean.rows["establishment_id"]) == set(clean.truth["establishment_id"])
    truth = clean.truth.set_index("establishment_id")
    for name in ("name", "tax_code", "site_area_m2", "gross_floor_area_m2", "workers", "operating_state"):
        said = clean.rows[clean.rows[name].notna()]
        assert said[name].tolist() == truth.loc[said["establishment_id"], name].tolist()
    assert {column.encoding for page in clean.pages for column in page.columns} == {"unicode"}


def test_a_survey_too_small_for_the_faults_says_so():
    with pytest.raises(ValueError, match="too small"):
        make_survey(seed=1, parks=PARKS, establishments=120)


def test_a_box_without_room_says_so():
    crowded = PARKS.assign(longitude=np.nan)
    with pytest.raises(ValueError, match="no room"):
        make_survey(seed=1, parks=crowded, establishments=400, extent=CITY_BOX._replace(east=106.352, north=10.352))
