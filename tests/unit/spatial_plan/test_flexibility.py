"""Drafts against proposals: what each recipe was made to pass or break."""

from datetime import date

import pandas as pd
import pytest
from tests.support.plans import USES

from quydat.spatial_plan.flexibility import Flexibility, flexibility
from quydat.spatial_plan.illustrative.plans import BASIS, DRAFT_A, DRAFT_B, make_plans
from quydat.spatial_plan.layer import layer_of

PARKS = pd.DataFrame({
    "park_id": ["pham-van-hai-1", "pham-van-hai-2", "pham-van-hai-3", "vinh-loc-3", "le-minh-xuan-2",
                "le-minh-xuan-mo-rong"],
    "gross_area_ha": [379.0, 289.0, 238.0, 200.0, 320.0, 109.91],
})  # fmt: skip
UNDER_A = {  # at most plot ratio 1, three storeys, no other uses, axes where they are drawn, a tenth of green
    "mh-dx-01": "", "mh-dx-02": "", "mh-dx-03": "plot_ratio;storeys", "mh-dx-04": "use;plot_ratio;storeys",
    "mh-dx-05": "use;plot_ratio;storeys", "mh-dx-06": "use;plot_ratio;storeys", "mh-dx-07": "line", "mh-dx-08": "line",
    "mh-dx-09": "share", "mh-dx-10": "area", "mh-dx-11": "?", "mh-dx-12": "use;plot_ratio;storeys",
}  # fmt: skip
UNDER_B = {  # up to 2.5 and nine storeys, housing and trade up to 5 %, axes within 50 m, infrastructure shown
    **dict.fromkeys(UNDER_A, ""), "mh-dx-05": "share", "mh-dx-08": "line", "mh-dx-09": "share", "mh-dx-10": "area",
    "mh-dx-11": "?", "mh-dx-12": "?",
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Flexibility:
    made = make_plans(seed=3, parks=PARKS, as_of=date(2026, 6, 30))
    layers = {plan: layer_of(made.tables, plan) for plan in (*made.drafts, *made.proposals)}
    return flexibility([layers[one] for one in made.drafts], [layers[one] for one in made.proposals], uses=USES)


@pytest.mark.parametrize(("draft", "expected"), [(DRAFT_A, UNDER_A), (DRAFT_B, UNDER_B)])
def test_each_proposal_breaks_what_it_was_made_to_break(
    found: Flexibility, draft: str, expected: dict[str, str]
) -> None:
    told = {
        name: "?" if check.verdict == "unknown" else ";".join(check.broken)
        for name, check in found.checks[draft].items()
    }
    assert told == expected


def test_the_summary_counts_proposals_and_hectares(found: Flexibility) -> None:
    rows = found.summary().set_index("draft")
    assert rows.loc[DRAFT_A, ["conforms", "unknown", "breaks"]].tolist() == [2, 1, 9]
    assert rows.loc[DRAFT_B, ["conforms", "unknown", "breaks"]].tolist() == [6, 2, 4]
    assert rows.loc[DRAFT_A, "conforms_ha"] == pytest.approx(238 + 200, rel=1e-4)
    whole = rows[["conforms_ha", "unknown_ha", "breaks_ha"]].sum(axis=1)
    assert whole.tolist() == pytest.approx(
        [238 + 200 + 379 + 289 + 289 + 320 + 379 + 238 + 200 + 200 + 320 + 379] * 2, rel=3e-3
    )


def test_every_breach_has_its_reason_in_both_languages(found: Flexibility) -> None:
    for lang in ("vi", "en"):
        table = found.table(lang)
        assert ((table["verdict"] == "conforms") == (table["why"] == "")).all()


def test_everything_made_up_says_so() -> None:
    tables = make_plans(seed=3, parks=PARKS, as_of=date(2026, 6, 30)).tables
    for name in ("spatial_plan", "plan_area", "plan_use", "plan_line"):
        assert set(tables[name]["basis"]) == {BASIS}
    assert tables["spatial_plan"]["name_vi"].str.contains("minh họa").all()


def test_the_same_seed_makes_the_same_plans() -> None:
    one, other = (make_plans(seed=7, parks=PARKS, as_of=date(2026, 6, 30)).tables for _ in range(2))
    for name, rows in one.items():
        pd.testing.assert_frame_equal(rows, other[name])
