"""Findings by hand: each verdict with its reason, margin, citation, questions and trace."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.problem import Problems
from quydat.law import Finding, Subjects, evaluate, load_pack

PACK = load_pack([Path(__file__).parents[2] / "support" / "law_pack" / "own"])
ON = date(2026, 11, 27)


def finding(subject: str, rule: str, on: date = ON, /, **facts: object) -> Finding:
    return evaluate(Subjects.one(subject, "a", facts), on=on, pack=PACK).of("a", rule)


def said(one: Finding) -> tuple[object, ...]:
    return one.verdict, one.margin, one.reason, one.exception_id, one.asks_for


PARK = {"kind": "industrial_park", "mountain": False, "area_ha": 20.0}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({**PARK, "green_share": 0.12}, ("pass", 2.0, "", "", ())),
        ({**PARK, "green_share": 0.10}, ("pass", 0.0, "", "", ())),
        ({**PARK, "green_share": 0.09}, ("fail", -1.0, "", "", ())),
        ({**PARK, "green_share": 4.1 / 41}, ("pass", 0.0, "", "", ())),
        ({**PARK}, ("unknown", None, "missing", "", ("green_share",))),
        # In the mountains or not, 12 % is enough: that is not asked.
        ({"green_share": 0.12}, ("unknown", None, "missing", "", ("kind", "eco", "area_ha"))),
        ({"kind": "industrial_cluster", "green_share": 0.0}, ("not_applicable", None, "condition", "", ())),
        # The mountain exception replaces 10 % by 5 %.
        ({**PARK, "mountain": True, "green_share": 0.06}, ("pass", 1.0, "", "GREEN-MOUNTAIN", ())),
        ({**PARK, "mountain": True, "green_share": 0.04}, ("fail", -1.0, "", "GREEN-MOUNTAIN", ())),
        # Whether it applies is not known: 12 % passes either way, 4 % fails either way, 7 % depends on it.
        ({**PARK, "mountain": None, "green_share": 0.12}, ("pass", 2.0, "", "", ())),
        ({**PARK, "mountain": None, "green_share": 0.04}, ("fail", -6.0, "", "", ())),
        ({**PARK, "mountain": None, "green_share": 0.07}, ("unknown", None, "missing", "", ("mountain",))),
        # Small parks are exempt, but not small eco-parks; whether it is one may not be known.
        ({**PARK, "area_ha": 4.0, "eco": False}, ("not_applicable", None, "exempt", "GREEN-SMALL", ())),
        ({**PARK, "area_ha": 4.0, "eco": True, "green_share": 0.08}, ("fail", -2.0, "", "GREEN-SMALL-ECO", ())),
        ({**PARK, "area_ha": 4.0, "green_share": 0.08}, ("unknown", None, "missing", "GREEN-SMALL", ("eco",))),
        # An exception to an exception is nothing on its own: this park is not small.
        ({**PARK, "eco": True, "green_share": 0.12}, ("pass", 2.0, "", "", ())),
    ],
)  # fmt: skip
def test_a_share_with_exceptions(facts: dict[str, object], expected: tuple[object, ...]) -> None:
    one = finding("park", "GREEN", **facts)
    assert said(one) == expected


def test_two_exceptions_at_once_are_an_error_that_names_both() -> None:
    facts = {**PARK, "mountain": True, "area_ha": 4.0, "green_share": 0.2}
    with pytest.raises(Problems) as caught:
        finding("park", "GREEN", **facts)
    (one,) = caught.value.found
    assert one.number == "QD824"
    assert (one.facts["one"], one.facts["other"]) == ("GREEN-MOUNTAIN", "GREEN-SMALL")
    assert (one.facts["rule"], one.facts["subject"]) == ("GREEN", "a")


def test_two_exceptions_are_no_error_where_the_rule_does_not_apply() -> None:
    facts = {"kind": "industrial_cluster", "mountain": True, "area_ha": 4.0}
    assert finding("park", "GREEN", **facts).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("filed_on", "filed", "on", "rule", "verdict", "margin", "reason"),
    [
        # 7 ha: the old rule asks for 10 ha, the new one from 15 September 2026 for 5 ha.
        (date(2026, 9, 14), None, ON, "SIZE-OLD", "fail", -3.0, ""),
        (date(2026, 9, 15), None, ON, "SIZE-NEW", "pass", 2.0, ""),
        (date(2020, 2, 29), None, ON, "SIZE-OLD", "not_applicable", None, "not_in_force"),
        (None, None, ON, "SIZE-NEW", "unknown", None, "deciding_date"),
        (None, True, ON, "SIZE-NEW", "unknown", None, "deciding_date"),
        (None, False, ON, "SIZE-NEW", "pass", 2.0, ""),
        (None, None, date(2026, 9, 14), "SIZE-OLD", "fail", -3.0, ""),
        (None, None, date(2020, 2, 29), "SIZE-OLD", "not_applicable", None, "not_in_force"),
    ],
)
def test_the_deciding_date_chooses_the_version_and_the_parameter(
    filed_on: date | None, filed: bool | None, on: date, rule: str, verdict: str, margin: float | None, reason: str
) -> None:
    one = finding("park", "size", on, kind="industrial_cluster", area_ha=7.0, filed_on=filed_on, filed=filed)
    assert (one.rule_id, one.verdict, one.margin, one.reason) == (rule, verdict, margin, reason)
    assert one.asks_for == (("filed_on",) if reason == "deciding_date" else ())


def test_an_unknown_deciding_date_does_not_matter_where_no_version_is_about_the_subject() -> None:
    one = finding("park", "size", kind="industrial_park", area_ha=7.0)
    assert said(one) == ("not_applicable", None, "condition", "", ())


def test_a_grid_is_interpolated_clamped_and_empty_cells_are_unknown() -> None:
    def of(area: float | None, height: float | None, share: float = 0.7) -> tuple[object, ...]:
        one = finding("plot", "COVER", use="housing", area_m2=area, height_m=height, coverage_share=share)
        return one.verdict, one.threshold, one.margin

    assert of(100, 10) == ("pass", 80.0, 10.0)
    assert of(50, 5) == ("pass", 80.0, 10.0)
    assert of(200, 10) == ("pass", 70.0, 0.0)
    assert of(100, 15) == ("pass", 75.0, 5.0)
    assert of(9000, 10, 0.61) == ("fail", 60.0, -1.0)
    assert of(300, 20) == ("unknown", None, None)
    assert of(200, 15) == ("unknown", None, None)
    empty = finding("plot", "COVER", use="housing", area_m2=300.0, height_m=20.0, coverage_share=0.1)
    assert (empty.reason, empty.asks_for) == ("no_value", ())
    missing = finding("plot", "COVER", use="housing", area_m2=300.0, coverage_share=0.1)
    assert (missing.reason, missing.asks_for) == ("missing", ("height_m",))


def test_a_stepped_grid_holds_from_its_row_up() -> None:
    def threshold(height: float) -> object:
        return finding("plot", "BACK", height_m=height, area_m2=1.0, setback_m=4.0).threshold

    assert [threshold(height) for height in (5, 18.9, 19, 27.9, 28, 99)] == [0.5, 1.89, 3, 3, 6, 9.9]


def test_texts_and_yes_or_no() -> None:
    assert said(finding("plot", "USE", use="factory")) == ("pass", None, "", "", ())
    assert said(finding("plot", "USE", use="housing")) == ("fail", None, "", "", ())
    assert finding("plot", "USE", use="housing").threshold == "factory; warehouse"
    assert said(finding("park", "PLANT", has_plant=True)) == ("pass", None, "", "", ())
    assert said(finding("park", "PLANT", has_plant=False)) == ("fail", None, "", "", ())
    assert said(finding("park", "PLANT")) == ("unknown", None, "missing", "", ("has_plant",))


def test_a_finding_says_all_in_one_sentence() -> None:
    one = finding("park", "GREEN", kind="industrial_park", green_share=0.09, mountain=False, area_ha=20.0)
    assert one.sentence("vi") == (
        "Không đạt: Cây xanh ít nhất 10 %. Tỷ lệ cây xanh 9 %, phải không nhỏ hơn 10 %; lệch 1 %. "
        "Căn cứ: điểm 2, Quy chuẩn thử."
    )
    assert one.sentence("en") == (
        "Fail: At least 10 % green. Green share 9 %, to be at least 10 %; off by 1 %. By: point 2, Test code."
    )
    new = finding("park", "size", kind="industrial_cluster", area_ha=7.0, filed_on=date(2026, 10, 1))
    assert new.sentence("en").endswith(
        "Confidence in the rule: medium. Amended by what was not read: Nghị định 9/2026, chưa đọc."
    )
    assert new.confidence == "medium"
    either = finding("park", "GREEN", **{**PARK, "area_ha": None, "green_share": 0.12})
    assert (either.verdict, either.could_be, either.breach_possible) == ("unknown", ("pass", "not_applicable"), False)
    assert "Whatever the answer, it is no breach." in either.sentence("en")
    exempt = finding("park", "GREEN", kind="industrial_park", area_ha=4.0, eco=False, mountain=False)
    assert exempt.reason_text("vi") == "Được miễn: Khu nhỏ được miễn"
    assert exempt.citation("vi") == "điểm 2, Quy chuẩn thử; điểm 4, Quy chuẩn thử"


def test_the_trace_goes_down_to_the_record_and_the_article() -> None:
    def evidence(subject_id: str, name: str) -> Input | None:
        return (
            Input("row", f"park/{subject_id}/{name}", 7.0, "ha", Basis.PUBLISHED, source="s1")
            if name == "area_ha"
            else None
        )

    facts = {"kind": "industrial_cluster", "area_ha": 7.0, "filed_on": date(2026, 9, 14)}
    subjects = Subjects.one("park", "vinh-loc", facts, evidence=evidence)
    one = evaluate(subjects, on=ON, pack=PACK).of("vinh-loc", "size")
    assert [item.ref for item in one.inputs()] == [
        "law/own/SIZE-OLD", "park/vinh-loc/area_ha", "law/own/least-area",
    ]  # fmt: skip
    law = one.inputs()[2]
    assert (law.kind, law.value, law.unit, law.as_of) == ("law", 10.0, "ha", "2020-03-01")
    assert list(one.trace.lines()) == [
        "SIZE-OLD = fail  [law/own/SIZE-OLD]",
        "  filed_on = 2026-09-14",
        "  kind = 'industrial_cluster' = True",
        "    kind = industrial_cluster",
        "  area_ha between @least-area; 75 = False",
        "    area_ha = 7.0 ha  [park/vinh-loc/area_ha]",
        "    @least-area = 10.0 ha  [law/own/least-area]",
        "    75 = 75.0 ha",
    ]


def test_findings_come_by_subject_then_family_and_add_up() -> None:
    facts = pd.DataFrame(
        {
            "kind": ["industrial_park", "industrial_cluster", None],
            "green_share": [0.12, 0.01, float("nan")],
            "has_plant": [True, False, None],
            "area_ha": [20.0, 7.0, 5.0],
            "mountain": [False, True, None],
            "filed_on": [None, date(2026, 9, 15), None],
        }
    )
    parks = Subjects("park", ["a", "b", "c"], facts)
    plot = Subjects.one("plot", "p", {"use": "factory"})
    found = evaluate([parks, plot], on=ON, pack=PACK)
    table = found.table()
    assert list(zip(table["subject_id"], table["rule_id"], table["verdict"], strict=True)) == [
        ("a", "GREEN", "pass"), ("a", "SIZE-NEW", "not_applicable"), ("a", "PLANT", "pass"),
        ("b", "GREEN", "not_applicable"), ("b", "SIZE-NEW", "pass"), ("b", "PLANT", "fail"),
        ("c", "GREEN", "unknown"), ("c", "SIZE-NEW", "unknown"), ("c", "PLANT", "unknown"),
        ("p", "COVER", "not_applicable"), ("p", "BACK", "unknown"), ("p", "USE", "pass"),
    ]  # fmt: skip
    assert found.counts() == {"pass": 4, "fail": 1, "unknown": 4, "not_applicable": 3}
    assert len(found) == 12 == sum(found.counts().values())
    for place, one in enumerate(found):
        row = table.iloc[place]
        assert (one.subject_id, one.rule_id, one.verdict, ";".join(one.asks_for)) == (
            row["subject_id"], row["rule_id"], row["verdict"], row["asks_for"],
        )  # fmt: skip
        assert (one.value, one.threshold, one.operator, one.reason) == (
            row["value"], row["threshold"], row["operator"], row["reason"],
        )  # fmt: skip
        assert (one.citation("vi"), one.confidence) == (row["citation"], row["confidence"])
    assert found[-1].rule_id == "USE"
    assert found.applies().tolist() == [
        True, False, True, False, True, True, False, False, True, False, True, True,
    ]  # fmt: skip
    assert found.breach_possible().tolist() == [one.breach_possible for one in found]
    with pytest.raises(IndexError):
        found[12]
    with pytest.raises(KeyError):
        found.of("a", "USE")


@pytest.mark.parametrize(
    ("kind", "facts", "number"),
    [
        ("ship", {}, "QD825"),
        ("park", {"area": 1.0}, "QD808"),
        ("park", {"area_ha": "large"}, "QD826"),
        ("park", {"area_ha": True}, "QD826"),
        ("park", {"area_ha": float("inf")}, "QD826"),
        ("park", {"kind": "airport"}, "QD826"),
        ("park", {"mountain": 1.0}, "QD826"),
        ("park", {"filed_on": "2026-09-15"}, "QD826"),
    ],
)
def test_facts_that_cannot_be_taken_are_told(kind: str, facts: dict[str, object], number: str) -> None:
    with pytest.raises(Problems) as caught:
        evaluate(Subjects.one(kind, "a", facts), on=ON, pack=PACK)
    assert [one.number for one in caught.value.found] == [number]


def test_ids_and_facts_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="2 ids and 1 rows"):
        Subjects("park", ["a", "b"], pd.DataFrame({"area_ha": [1.0]}))
    assert len(evaluate(Subjects("park", [], pd.DataFrame()), on=ON, pack=PACK)) == 0
