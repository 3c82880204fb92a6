"""Facts that users bring: every row that no rule could read is told, with the place and the nearest right word."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from quydat.compliance.checks import check_facts
from quydat.core.problem import Place
from quydat.law import load_pack

Maker = Callable[[str, list[dict[str, object]]], pd.DataFrame]
SAID = {"source_ids": "s", "confidence": "high", "basis": "published"}


@pytest.fixture
def found(make_table: Maker) -> Callable[..., list[tuple[str, int | None, str]]]:
    park = make_table(
        "park",
        [
            {
                "park_id": "a", "name_vi": "A", "name_en": "A", "kind": "industrial_park", "district": "d",
                "state": "planned", "zone_group": "a", **SAID,
            }
        ],
    )  # fmt: skip

    def check(*rows: dict[str, Any]) -> list[tuple[str, int | None, str]]:
        facts = make_table("subject_fact", [{**row, **SAID} for row in rows])
        record = {"park": park, "subject_fact": facts}
        quantities = load_pack(["vn_hcmc"]).quantities
        problems = check_facts(record, quantities=quantities, place=lambda name: Place(f"{name}.csv"))
        assert all(one.message(lang) and one.repair(lang) for one in problems for lang in ("vi", "en"))
        return [(one.number, one.place.row, one.place.column) for one in problems]

    return check


def fact(kind: str, subject: str, quantity: str, value: str, unit: str | None = None) -> dict[str, Any]:
    return {"subject_kind": kind, "subject_id": subject, "quantity": quantity, "value": value, "unit": unit}


def test_right_rows_say_nothing(found: Callable[..., Any]) -> None:
    assert (
        found(
            fact("park", "a", "gross_area_ha", "75", "ha"),
            fact("park", "*", "region", "south_east"),
            fact("conversion", "a", "agreeing_enterprises_share", "0.7"),
            fact("plot", "L-12", "site_coverage_share", "0.65", "share"),
            fact("park", "a", "established_on", "1997"),
        )
        == []
    )


def test_all_problems_come_at_once(found: Callable[..., Any]) -> None:
    assert found(
        fact("khu", "a", "gross_area_ha", "75"),
        fact("park", "a", "gros_area_ha", "75"),
        fact("park", "a", "gross_area_ha", "bảy lăm"),
        fact("park", "a", "region", "tay-nguyen"),
        fact("park", "a", "occupancy_share", "77", "%"),
        fact("park", "aa", "gross_area_ha", "75"),
    ) == [
        ("QD890", 2, "subject_kind"),
        ("QD891", 3, "quantity"),
        ("QD892", 4, "value"),
        ("QD893", 5, "value"),
        ("QD894", 6, "unit"),
        ("QD895", 7, "subject_id"),
    ]
