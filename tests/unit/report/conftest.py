"""A small made-up city for the report: every number is illustrative and says so; no run is needed."""

# ruff: noqa: E501

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support import demand_results as drawn
from tests.support import programme_results as by_hand

from quydat.balance.figures import write_demand_figures
from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Input, Operation
from quydat.core.ledger import Ledger
from quydat.core.text import YEAR_OR_NONE
from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import tables
from quydat.report.snapshot import Snapshot, StudyInfo, take

AS_OF = date(2025, 6, 30)
NUMBERS = ("number", "integer", "year", "date")
FOCUS = ("pham-van-hai-1", "le-minh-xuan-2", "not-in-this-city")
URL = "https://example.org/bao-cao?a=1&b=2"
META = {"source_ids": "s1", "confidence": "low", "basis": "illustrative", "as_of": "2025"}

PARKS = [
    # id, name, kind, district, state, gross, lettable, occupancy, future lettable, lon, lat, error
    ("tan-thuan", "KCX Tân Thuận", "export_processing_zone", "Quận 7", "operating", 300.0, 195.0, 0.9, None, 106.738, 10.758, 1.0),
    ("tan-phu-trung", "KCN Tân Phú Trung", "industrial_park", "Củ Chi", "operating", 590.0, 359.0, 0.6, None, 106.555, 10.945, 0.5),
    ("le-minh-xuan-2", "KCN Lê Minh Xuân 2", "industrial_park", "Bình Chánh", "under_construction", 320.0, None, None, 205.0, 106.520, 10.759, 2.0),
    ("pham-van-hai-1", "KCN Phạm Văn Hai I", "industrial_park", "Bình Chánh", "planned", 379.0, None, None, 243.0, 106.500, 10.815, 3.0),
    ("ccn-chua-ro", "CCN chưa rõ diện tích", "industrial_cluster", "Củ Chi", "proposed", None, None, None, None, 106.520, 11.048, 3.0),
]  # fmt: skip


def frame(name: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a typed table of the dictionary."""
    if not rows:
        return empty(tables()[name])
    table, problems = typed(pd.DataFrame(list(rows)), tables()[name])
    assert not problems, [p.message("en") for p in problems]
    return table


def record_of(parks: Sequence[tuple[Any, ...]]) -> dict[str, pd.DataFrame]:
    """Record tables around the parks."""
    park = [
        {
            "park_id": p[0], "name_vi": p[1], "name_en": f"{p[1]} (en)", "kind": p[2], "district": p[3], "state": p[4],
            "zone_group": p[0], "gross_area_ha": p[5], "lettable_area_ha": p[6], "occupancy_share": p[7],
            "longitude": p[9], "latitude": p[10], "position_source": "estimated", "position_error_km": p[11], **META,
        }
        for p in parks
    ]  # fmt: skip
    steps = [
        ("p1", "Đưa vào quy hoạch thành phố", "Put on the city plan", "UBND thành phố", "People's Committee", "", None),
        ("p2", "Chấp thuận chủ trương đầu tư", "Investment policy approval", "UBND thành phố", "People's Committee", "p1", 35),
        ("p3", "Giải phóng mặt bằng", "Site clearance", "UBND xã; Ban bồi thường", "Commune; clearance board", "p2", 120),
        ("p4", "Xây dựng hạ tầng", "Build works", "Chủ đầu tư", "Developer", "p3", 1095),
    ]  # fmt: skip
    return {
        "source": frame("source", [
            {"source_id": "s1", "url": URL, "kind": "press", "publisher": "example.org", "published_on": "2024-07-31"},
            {"source_id": "s2", "url": None, "kind": "general_knowledge", "publisher": "hiểu biết chung"},
        ]),
        "park": frame("park", park),
        "claim": frame("claim", [
            {"claim_id": "c1", "table": "park", "row_id": "tan-thuan", "attribute": "lettable_area_ha", "value": "195",
             "use": "chosen", "reason": "Nguồn nói rõ đất nhà xưởng.", **META},
            {"claim_id": "c2", "table": "park", "row_id": "tan-thuan", "attribute": "lettable_area_ha", "value": "204",
             "use": "alternative", "reason": "Không nói thời điểm.", **{**META, "source_ids": "s2"}},
        ]),
        "plan_list": frame("plan_list", [
            {"list_id": "kcn-18", "name_vi": "KCX, KCN đang hoạt động", "name_en": "Operating parks", "published_count": 2, "published_area_ha": 889.9, **META},
            {"list_id": "kcn-23", "name_vi": "Danh mục cũ", "name_en": "The old list", "published_count": 3, "published_area_ha": 1300, **META},
            {"list_id": "kcn-14", "name_vi": "Danh mục mới", "name_en": "The new list", "published_count": 2, "published_area_ha": 700, **META},
        ]),
        "plan_list_member": frame("plan_list_member", [
            {"list_id": "kcn-18", "park_id": "tan-thuan"}, {"list_id": "kcn-18", "park_id": "tan-phu-trung"},
            {"list_id": "kcn-23", "park_id": "tan-phu-trung"}, {"list_id": "kcn-23", "park_id": "pham-van-hai-1"}, {"list_id": "kcn-23", "park_id": "ccn-chua-ro"},
            {"list_id": "kcn-14", "park_id": "pham-van-hai-1"}, {"list_id": "kcn-14", "park_id": "le-minh-xuan-2"},
        ]),
        "city_fact": frame("city_fact", [{"fact_id": "f1", "key": "rent", "number": 200, "unit": "USD/m2", **META}]),
        "procedure_step": frame("procedure_step", [
            {"step_id": s[0], "track": "park", "name_vi": s[1], "name_en": s[2], "authority_vi": s[3], "authority_en": s[4],
             "depends_on": s[5], "statutory_days": s[6], "day_kind": "calendar", **META} for s in steps
        ]),
        "delivery_model": frame("delivery_model", by_hand.model_rows()),
        "city_model": frame("city_model", [
            {"model_id": "seoul", "city": "Seoul", "model": "G-Valley", "area_ha": 192.2, "plot_ratio_after": "4,0–4,8", "jobs_per_ha": 754,
             "year": 2021, "lesson_vi": "Đặt mức cây xanh trước.", "lesson_en": "Set a green floor first.", **META},
        ]),
    }  # fmt: skip


def results_of(parks: Sequence[tuple[Any, ...]], focus: Sequence[str], start: int, end: int) -> dict[str, pd.DataFrame]:
    """Result tables whose identities hold, from made-up flows."""
    each = []
    for p in parks:
        operating, gross = p[4] == "operating", p[5]
        lettable = p[6] if p[6] is not None or not operating or gross is None else round(0.64 * gross, 2)
        occupancy = (p[7] if p[7] is not None else 0.8) if operating else None
        let = None if lettable is None or occupancy is None else lettable * occupancy
        each.append({
            "park_id": p[0], "name_vi": p[1], "name_en": f"{p[1]} (en)", "kind": p[2], "district": p[3], "state": p[4], "gross_area_ha": gross,
            "lettable_area_ha": lettable if operating else None, "lettable_basis": "illustrative", "occupancy_share": occupancy,
            "let_ha": let, "vacant_ha": None if let is None else lettable - let,
            "not_lettable_ha": gross - lettable if operating and gross is not None else None,
            "not_cleared_ha": gross if not operating else None, "future_lettable_ha": p[8],
            "longitude": p[9], "latitude": p[10], "position_error_km": p[11],
        })  # fmt: skip
    states = []
    for state in dict.fromkeys(p["state"] for p in each):
        mine = [p for p in each if p["state"] == state]
        total = {a: sum(p[a] for p in mine if p[a] is not None) for a in ("gross_area_ha", "lettable_area_ha", "let_ha", "vacant_ha", "not_lettable_ha", "not_cleared_ha")}  # fmt: skip
        ready = 74.0 if state == "operating" else 0.0
        states.append({
            "state": state, "parks": len(mine), **total, "gross_area_known": sum(p["gross_area_ha"] is not None for p in mine),
            "lettable_area_known": sum(p["lettable_area_ha"] is not None for p in mine), "occupancy_known": sum(p["occupancy_share"] is not None for p in mine),
            "lettable_published_ha": 0, "vacant_ready_ha": ready, "vacant_blocked_ha": total["vacant_ha"] - ready,
        })  # fmt: skip
    known = [f for f in focus if f in {p[0] for p in parks}]
    by_id = {p["park_id"]: p for p in each}
    procedure, remaining, programme, spending = [], [], [], []
    for place, park in enumerate(known):
        p = by_id[park]
        procedure.append({
            "park_id": park, "name_vi": p["name_vi"], "name_en": p["name_en"], "track": "park", "steps_total": 4, "steps_finished": 2 - place % 2,
            "last_event_on": "2023-05-04", "next_steps": "p3" if place % 2 == 0 else "p2", "next_authority_vi": "UBND xã; Ban bồi thường", "next_authority_en": "Commune; clearance board",
            "statutory_days": 1215, "statutory_steps_known": 2, "statutory_ready": date(2028, 10, 27),
            "observed_steps_known": 2, "ready_p10": date(2030 + place % 3, 2, 1), "ready_p50": date(2033 + place % 4, 5, 1), "ready_p90": date(2038 + place % 5, 9, 1),
            "assumed_share": 0.25, "likely_path": "p3;p4", "likely_path_share": 0.7,
            "promised_year": 2027 if place % 2 == 0 else None, "future_lettable_ha": p["future_lettable_ha"],
        })  # fmt: skip
        for step, state in (
            (("p3", "next"), ("p4", "waiting"))
            if place % 2 == 0
            else (("p2", "under_way"), ("p3", "waiting"), ("p4", "waiting"))
        ):
            remaining.append(
                {
                    "park_id": park,
                    "step_id": step,
                    "state": state,
                    "duration_low_days": 276,
                    "duration_model": "lognormal",
                    "n_finished": 1,
                    "n_censored": 3,
                    "elapsed_days": 0,
                }
            )
        gross, lettable = p["gross_area_ha"], p["future_lettable_ha"]
        clearance, works, receipts = 62.8 * gross, 9.0 * gross, 50.0 * lettable
        first = 2026 + place
        programme.append({
            "project_id": park, "name_vi": p["name_vi"], "name_en": p["name_en"], "park_id": park, "kind": "park", "place": "hcmc", "order": place + 1,
            "delivery_model": "city_first", "start": date(first, 1, 1), "ready": date(first + 5, 6, 1), "ready_p10": date(first + 4, 6, 1),
            "ready_p90": date(first + 8, 6, 1), "in_time_share": 0.93, "gross_area_ha": gross, "lettable_ha": lettable, "clearance_bn_vnd": clearance,
            "works_bn_vnd": works, "cost_bn_vnd": clearance + works, "city_cost_bn_vnd": clearance + works, "receipts_bn_vnd": receipts,
            "net_bn_vnd": receipts - clearance - works,
        })  # fmt: skip
        spending += [
            {
                "project_id": park,
                "year": year,
                "clearance_bn_vnd": clearance / 3,
                "works_bn_vnd": 0,
                "receipts_bn_vnd": 0,
                "basis": "illustrative",
            }
            for year in range(first, first + 3)
        ]
    demand = [
        {"year": y, "place": "hcmc", "sector": "all", "quantity": "land_ha", "method": m, "p10": f * 40.0, "p50": f * 60.0, "p90": f * (90.0 + 4 * (y - start)), "basis": "illustrative"}
        for y in range(start, end + 1) for m, f in (("take_up", 0.7), ("labour", 1.3), ("combined", 1.0))
    ]  # fmt: skip
    balances: dict[str, list[dict[str, Any]]] = {"balance": [], "balance_programme": []}
    deliveries = []
    for name, account, years in (
        ("balance", "pipeline", [r["ready_p50"].year for r in procedure]),
        ("balance_programme", "programme", [r["ready"].year for r in programme]),
    ):
        for quantile, wanted in (("p10", 40.0), ("p50", 60.0), ("p90", 90.0)):
            opening = 74.0
            for year in range(start, end + 1):
                sources = [
                    (k, by_id[k]["future_lettable_ha"]) for k, y in zip(known, years, strict=True) if y == year
                ] + ([("blocked", 8.0)] if year > start else [])
                delivered = sum(ha for _, ha in sources)
                taken = min(wanted, opening + delivered)
                balances[name].append({
                    "place": "hcmc", "land_class": "industrial", "year": year, "quantile": quantile, "opening_ha": opening, "delivered_ha": delivered, "freed_ha": 0,
                    "taken_up_ha": taken, "released_ha": 0, "closing_ha": opening + delivered - taken, "demand_ha": wanted, "gap_ha": wanted - taken,
                })  # fmt: skip
                opening = opening + delivered - taken
                if quantile == "p50":
                    deliveries += [
                        {"account": account, "source_id": k, "year": year, "delivered_ha": ha} for k, ha in sources
                    ]
    lists = [
        ("kcn-18", "KCX, KCN đang hoạt động", "Operating parks", 2, 2, 890.0, 889.9), ("kcn-23", "Danh mục cũ", "The old list", 3, 3, 969.0, 1300.0),
        ("kcn-14", "Danh mục mới", "The new list", 2, 2, 699.0, 700.0),
    ]  # fmt: skip
    totals = [
        {"list_id": i, "name_vi": vi, "name_en": en, "rows": n, "zones": n, "published_count": c, "gross_area_ha": g, "area_known": n, "published_area_ha": a, "difference_ha": g - a}
        for i, vi, en, n, c, g, a in lists
    ]  # fmt: skip
    made = {
        "parks": each, "land_by_state": states, "list_totals": totals, "procedure": procedure, "procedure_remaining": remaining, "demand": demand,
        **balances, "deliveries": deliveries, "programme": programme, "spending": spending,
        "simulation": by_hand.simulation_rows(range(start, end + 1)) if programme else [], "programme_ready": by_hand.ready_rows(known, range(start, end + 1)),
        **expected_of(procedure, remaining, start, end),
    }  # fmt: skip
    return {name: frame(name, rows) for name, rows in made.items()}


def expected_of(
    procedure: Sequence[dict[str, Any]], remaining: Sequence[dict[str, Any]], start: int, end: int
) -> dict[str, list[dict[str, Any]]]:
    """What the expected dates rest on, and land promised against land expected."""
    days = {"p10_days": 300, "p50_days": 1800, "p90_days": 9000}
    names = {"name_vi": "Giải phóng mặt bằng", "name_en": "Site clearance"}
    promised = [row for row in procedure if row["promised_year"]]
    return {
        "critical_path": [
            {"park_id": row["park_id"], "step_id": row["step_id"], "critical_share": 0.7, "on_likely_path": "yes"} for row in remaining
        ],
        "promised_expected": [
            {name: row[name] for name in ("park_id", "name_vi", "name_en", "promised_year", "ready_p10", "ready_p50", "ready_p90")}
            | {"kept_share": 0.02, "late_years": 5.5, "promised_ha": row["future_lettable_ha"], "expected_ha": 1.5}
            for row in promised
        ],
        "land_ready_total": [
            {"year": year, "promised_ha": 243.0 if promised and year >= 2027 else 0.0, "p10_ha": 0.0, "p50_ha": 2.0 * (year - start),
             "p90_ha": 9.0 * (year - start), "expected_ha": 3.0 * (year - start)} for year in range(start, end + 1)
        ],
        "duration_step": [
            {"step_id": "p3", "clears": clears, "track": "park", **names, "n_finished": 1, "n_at_latest": 1, "n_censored": 3, "n_later": 0, "n_terms": 1,
             "n_abandoned": 1, "model": "lognormal", **days} for clears in ("developer", "state")
        ],
        "duration_check": [
            {"observation_id": "p3-a", "step_id": "p3", **names, "days": 406, **days, "position_share": 0.2, "inside": "yes"}
        ] if procedure else [],
    }  # fmt: skip


BULK = ("simulation", "programme_ready")
"""Their cells are figures where the report prints them; ``take`` sees to it."""


def ledger_of(results: dict[str, pd.DataFrame], years: Sequence[int]) -> Ledger:
    """A figure for every cell, each given by one made-up row; then the headlines."""
    ledger = Ledger(as_of=AS_OF)
    for name, table in results.items():
        if name in BULK:
            continue
        definition = tables()[name]
        for row in table.astype(object).to_dict("records"):
            for attribute in definition:
                if attribute.type in NUMBERS:
                    value = None if pd.isna(row[attribute.name]) else row[attribute.name]
                    key = [str(row[k]) for k in definition.key]
                    item = Input(
                        "row",
                        f"park/{key[0]}/{attribute.name}",
                        value,
                        attribute.unit,
                        Basis.ILLUSTRATIVE,
                        source="s1;s2",
                        as_of="2025",
                    )
                    ledger.add(
                        ".".join([name, *key, attribute.name]), value, unit="ha" if attribute.unit == "as quantity" else attribute.unit,
                        label=(attribute.label_vi, attribute.label_en), definition=(attribute.definition_vi, attribute.definition_en),
                        operation="given", formula=("lấy từ hồ sơ", "as in the record"), inputs=[item], coverage=Coverage(0 if value is None else 1, 1),
                    )  # fmt: skip

    def sum_of(figure_id: str, ids: Sequence[str], unit: str = "ha") -> None:
        known = [ledger.input(i) for i in ids if ledger[i].value is not None]
        ledger.add(figure_id, sum(i.value for i in known), unit=unit, label=(figure_id, figure_id), definition=("Tổng.", "Sum."), operation="linear",  # type: ignore[misc]
                   formula=("tổng", "sum"), inputs=known, coverage=Coverage(len(known), len(ids)))  # fmt: skip

    states = list(results["land_by_state"]["state"])
    for headline, attribute in (
        ("gross", "gross_area_ha"), ("lettable", "lettable_area_ha"), ("let", "let_ha"), ("vacant", "vacant_ha"), ("vacant_ready", "vacant_ready_ha"),
        ("vacant_blocked", "vacant_blocked_ha"), ("not_lettable", "not_lettable_ha"), ("not_cleared", "not_cleared_ha"),
    ):  # fmt: skip
        own = states if headline == "not_cleared" else [s for s in states if s == "operating"]
        sum_of(f"land.{headline}", [f"land_by_state.{s}.{attribute}" for s in own])
    ledger.add("land.occupancy_share", ledger["land.let"].value / ledger["land.lettable"].value, unit="share", label=("Lấp đầy", "Occupancy"), definition=("", ""),  # type: ignore[operator]
               operation="product", formula=("đã cho thuê ÷ đất cho thuê", "let ÷ lettable"), inputs=[ledger.input("land.let"), ledger.input("land.lettable", factor=-1.0)])  # fmt: skip
    growth = Input("parameter", "demand.growth_share", 0.05, "share", Basis.ASSUMED, source="Kịch bản của nghiên cứu")
    for prefix, table in (("land", "balance"), ("programme", "balance_programme")):
        central = results[table][results[table]["quantile"] == "p50"]
        cells = {y: f"{table}.hcmc.industrial.{y}.p50" for y in central["year"]}
        gaps = [ledger.input(f"{cells[y]}.gap_ha", unit=str(y)) for y in cells]
        first = next((int(g.unit) for g in gaps if g.value > 0), None)  # type: ignore[operator]
        for suffix in ("", ".p10", ".p90") if prefix == "land" else ("",):
            ledger.add(f"{prefix}.run_out_year{suffix}", None if suffix == ".p90" else first, unit="year", label=("Năm bắt đầu thiếu đất", "First year short of land"),
                       definition=("Năm đầu tiên có thiếu.", "First year with a gap."), operation="simulated" if suffix else "first", formula=("năm đầu tiên có thiếu > 0", "first year with a gap"),
                       inputs=[*gaps, growth] if suffix else gaps)  # fmt: skip
        for year in years:
            sum_of(f"{prefix}.gap.{year}", [f"{cells[y]}.gap_ha" for y in cells if y <= year])
            if prefix == "land":
                sum_of(f"land.demand.{year}", [f"{cells[y]}.demand_ha" for y in cells if y <= year])
    for name in ("checked", "inside") if len(results["duration_check"]) else ():
        ledger.derive(
            f"durations.{name}", "count", [ledger.input("duration_check.p3-a.days")], unit="count", label=(name, name)
        )
    for name in (
        ("city_cost_bn_vnd", "receipts_bn_vnd", "net_bn_vnd", "lettable_ha") if len(results["programme"]) else ()
    ):
        sum_of(
            f"programme.{name}",
            [f"programme.{p}.{name}" for p in results["programme"]["project_id"]],
            "ha" if name == "lettable_ha" else "bn_vnd",
        )
    if len(results["programme"]):
        paid_for = [ledger.input(f"programme.{p}.lettable_ha") for p in results["programme"]["project_id"]]
        label = ("Số khu thành phố giải phóng trước", "Parks that the city clears first")
        ledger.derive("programme.projects", "count", paid_for, unit="count", label=label)
        for figure, share in (("programme.gap_proven", 0.0031), ("programme.simulated_draws", 2000)):
            unit = "share" if figure == "programme.gap_proven" else "count"
            put(ledger, figure, figure, share, unit, operation="rule", rests_on=share)
        budget = Input("parameter", "programme.budget_bn_vnd", 5000.0, "bn_vnd", Basis.ASSUMED, source="Minh họa")
        label = ("Ngân sách giải phóng mỗi năm", "Yearly clearance budget")
        ledger.derive("parameters.programme.budget_bn_vnd", "given", [budget], unit="bn_vnd", label=label)
    return ledger


def fabricate(
    *,
    parks: Sequence[tuple[Any, ...]] = PARKS,
    focus: tuple[str, ...] = FOCUS,
    end: int = 2040,
    name: str = "Thành phố minh họa",
) -> Snapshot:
    """The whole made-up snapshot."""
    results = results_of(parks, focus, 2025, end)
    study = StudyInfo("hcmc", name, f"{name} (en)", AS_OF, 2025, end, 2025, "city_first")
    return take(
        study,
        record=record_of(parks),
        tables=results,
        ledger=ledger_of(results, [2030, end]),
        fingerprint="0123456789abcdef",
        version="0.1.0",
        focus=focus,
    )


def with_forecast(before: Snapshot) -> Snapshot:
    """The snapshot with an account in draws: places, sectors, series, sensitivity and scenarios."""
    made, bulk = drawn.results(2025, before.study.end_year)
    faster = drawn.Ensemble.of(2025, before.study.end_year, seed=6)
    cells = {
        "demand": frame("demand", drawn.demand_rows(made)),
        "balance": frame("balance", drawn.balance_rows(made)),
        "balance_programme": frame("balance_programme", drawn.balance_rows(faster)),
    }
    kept = {name: rows for name, rows in before.tables.items() if name not in cells}
    results = {**kept, **cells}
    ends = [2030, before.study.end_year]
    named = ledger_of(
        {
            **kept,
            "demand": cells["demand"],
            "balance": cells["balance"],
            "balance_programme": cells["balance_programme"],
        },
        ends,
    )
    ledger = Ledger(as_of=AS_OF, figures=[f for f in named if not f.figure_id.startswith(DRAWN)])
    for prefix, ensemble in (("land", made), ("programme", faster)):
        _drawn_headlines(ledger, prefix, ensemble, ends)
    names = {
        "place": {p[0]: (p[1], f"{p[1]} (en)") for p in drawn.PLACES}
        | {"hcmc": (before.study.name_vi, before.study.name_en)},
        "sector": {s[0]: (s[1], s[2]) for s in drawn.SECTORS},
    }
    write_demand_figures(bulk, ledger, years=ends, city="hcmc", names=names)
    return take(
        before.study,
        record={**before.record, "place": drawn.place_record(), "sector": drawn.sector_record()},
        tables={**results, **bulk},
        ledger=ledger,
        fingerprint=before.fingerprint,
        version=before.version,
        focus=before.focus,
    )


def put(
    ledger: Ledger, figure: str, name: str, value: float | None, unit: str, *, operation: Operation, rests_on: float
) -> None:
    """A figure that is called by its own name and rests on one made-up cell."""
    item = Input("row", "park/tan-thuan/gross_area_ha", rests_on, "", Basis.ILLUSTRATIVE, source="s1")
    ledger.add(
        figure, value, unit=unit, label=(name, name), definition=(name, name), operation=operation,
        formula=(name, name), inputs=[item],
    )  # fmt: skip


def with_delivery(before: Snapshot) -> Snapshot:
    """The snapshot with delivery models compared, and what money, delay and other programmes are worth."""
    programme = before.tables["programme"]
    projects = list(zip(programme["project_id"], programme["name_vi"], strict=True))
    years = range(2026, before.study.end_year + 1)
    rows = {
        "delivery_park": by_hand.park_rows(projects), "delivery_compare": by_hand.compare_rows(years),
        "delivery_hangs_on": by_hand.hangs_on_rows(), **by_hand.worth_tables(projects, years[:4]),
    }  # fmt: skip
    ledger = Ledger(as_of=AS_OF, figures=list(before.ledger))
    for name, value, unit in (
        ("advantage.p10", -2100.0, "bn_vnd"), ("advantage", -860.0, "bn_vnd"), ("advantage.p90", 300.0, "bn_vnd"), ("pays_share", 0.12, "share"),
        ("years_gained.p10", 4.0, "years"), ("years_gained", 11.0, "years"), ("years_gained.p90", 20.0, "years"), ("parks_compared", 2, "count"),
        ("parks_paying", 1, "count"), ("break_even_clearance", 58.5, "bn_vnd_per_ha"), ("break_even_rent", None, "usd_per_m2_term"),
    ):  # fmt: skip
        put(ledger, f"delivery.{name}", name, value, unit, operation="simulated", rests_on=1.0)
    for name, value, unit in (
        ("programme.clearance_per_ha", 62.8, "bn_vnd_per_ha"),
        ("parameters.programme.rent_usd_per_m2", 200.0, "usd_per_m2_term"),
    ):
        put(ledger, name, name, value, unit, operation="given", rests_on=value)
    made = {name: frame(name, one) for name, one in rows.items()}
    return take(
        before.study, record=before.record, tables={**before.tables, **made}, ledger=ledger, fingerprint=before.fingerprint, version=before.version,
        focus=before.focus,
    )  # fmt: skip


DRAWN = ("land.demand.", "land.gap.", "land.run_out_year", "programme.gap.", "programme.run_out_year")


def _drawn_headlines(ledger: Ledger, prefix: str, made: drawn.Ensemble, ends: Sequence[int]) -> None:
    """The middle of the draws under the plain name, P10, P90 and the mean beside it."""
    growth = Input("parameter", "demand.growth_share", 0.05, "share", Basis.ASSUMED, source="Kịch bản của nghiên cứu")
    cell = Input("row", "park/tan-thuan/gross_area_ha", 300.0, "ha", Basis.ILLUSTRATIVE, source="s1")

    def write(name: str, value: float | None, unit: str = "ha") -> None:
        ledger.add(f"{prefix}.{name}", value, unit=unit, label=(name, name), definition=(name, name), operation="simulated",
                   formula=("trên từng lần rút", "over the draws"), inputs=[growth, cell])  # fmt: skip

    for name, values in (("demand", made.demand), ("gap", made.gap), ("delivered", made.delivered)):
        for year in ends:
            total = values.sum(2)[:, : made.years.index(year) + 1].sum(1)
            low, middle, high = (float(q) for q in np.quantile(total, [0.1, 0.5, 0.9]))
            for suffix, value in (("", middle), (".p10", low), (".p90", high), (".expected", float(total.mean()))):
                write(f"{name}.{year}{suffix}", value)
    for suffix, year in zip(
        (".p10", "", ".p90"),
        np.quantile(drawn.run_out_years(made), [0.1, 0.5, 0.9], method="inverted_cdf"),
        strict=True,
    ):
        write(f"run_out_year{suffix}", None if year > made.years[-1] else int(year), YEAR_OR_NONE)


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    """A snapshot of four parks and a cluster, two of them in focus; a run of the releases without an account in draws."""
    return fabricate()


@pytest.fixture(scope="session")
def forecast(snapshot: Snapshot) -> Snapshot:
    """The same city with demand by place and sector, an account in draws, series, sensitivity and scenarios."""
    return with_forecast(snapshot)


@pytest.fixture(scope="session")
def delivered(snapshot: Snapshot) -> Snapshot:
    """The same city with delivery models compared, what more money buys, delays and regret."""
    return with_delivery(snapshot)


@pytest.fixture(scope="session")
def make_snapshot() -> Callable[..., Snapshot]:
    """Makes other snapshots than the usual one."""
    return fabricate


@pytest.fixture(scope="session")
def renamed() -> Callable[[str, str], Snapshot]:
    """Makes the usual snapshot with another name for one park."""

    def make(park: str, name: str) -> Snapshot:
        return fabricate(parks=[(p[0], name, *p[2:]) if p[0] == park else p for p in PARKS])

    return make
