"""Figures of the programme and of delivery that only the report prints: cells of their bulk tables, and counts."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from quydat.balance.figures import Printed, write_cells
from quydat.core.ledger import Ledger
from quydat.core.text import say
from quydat.dictionary.cells import Names, figure_id
from quydat.programme.delivery.compare import CHOSEN, EVERYWHERE
from quydat.programme.given.delivery_model import DEVELOPER_LED, city_first_of
from quydat.report.adder import Adder
from quydat.report.rows import records

Frames = Mapping[str, pd.DataFrame]
DRAWS = "programme.simulated_draws"
_RANGE = ("p10", "p50", "p90")
_NET = tuple(f"net_cost_{one}_bn_vnd" for one in _RANGE)
_GAINED = tuple(f"years_gained_{one}" for one in _RANGE)
_EVEN = ("break_even_clearance_bn_vnd_per_ha", "break_even_rent_usd_per_m2")
_WORTH = ("hectare_years_lost", "shortage_more_ha", "cost_more_bn_vnd", "tax_lost_bn_vnd")
_BOUGHT = (
    "more_bn_vnd", "hectare_years_per_bn_vnd", "sooner_hectare_years_per_bn_vnd", "hectares_per_bn_vnd",
    "shortage_less_per_bn_vnd",
)  # fmt: skip
_HANGS = ("low", "high", "advantage_low_bn_vnd", "advantage_mid_bn_vnd", "advantage_high_bn_vnd")

PRINTED = (
    Printed(
        "simulation", (*_RANGE, "expected", "promised", "difference"), lambda row, years, city: row["year"] in years
    ),
    Printed(
        "delivery_park",
        (*_GAINED, *_NET, "net_cost_bn_vnd", "time_value_bn_vnd", "advantage_bn_vnd", "pays_share", "lettable_ha"),
    ),
    Printed("delivery_park", _EVEN, lambda row, years, city: row["delivery_model"] != DEVELOPER_LED, answers_none=True),
    Printed(
        "delivery_compare",
        (*_RANGE, "expected"),
        lambda row, years, city: row["year"] in years and row["quantity"] != "first_short_year",
    ),
    Printed("delivery_hangs_on", _HANGS),
    Printed("marginal_money", _BOUGHT),
    Printed("delay_cost", _WORTH),
    Printed("regret", ("shortage_ha", "net_cost_bn_vnd", "burden_bn_vnd", "regret_bn_vnd")),
)
"""Cells of bulk tables that the sections of the programme print; a run without the tables has none of them."""


def add_programme_figures(ledger: Ledger, *, record: Frames, tables: Frames) -> None:
    """Write them into the ledger; ids that are there already stay as they are."""
    programme = tables.get("programme")
    if programme is None or programme.empty or DRAWS not in ledger:
        return
    drawn = [ledger.input(DRAWS)]
    years = sorted({int(year) for year in _milestones(ledger)})
    write_cells(
        PRINTED, tables, ledger, years=years, city="", names=_names(record, tables),
        rests_on={one.table: drawn for one in PRINTED},
    )  # fmt: skip
    adder = Adder(ledger)
    ids = [str(one) for one in programme["project_id"]]
    sizes = adder.inputs(figure_id("programme", [one], "lettable_ha") for one in ids)
    adder.add(
        "programme.considered", len(ids), kind="programme_considered", unit="count", operation="rule", inputs=sizes
    )


def _milestones(ledger: Ledger) -> list[str]:
    """Years of the milestones, as the account under the programme has them."""
    found = (one.figure_id.split(".") for one in ledger if one.figure_id.startswith("programme.gap."))
    return [parts[2] for parts in found if len(parts) == 3]


def city_first_rows(record: Frames, tables: Frames) -> list[dict[str, Any]]:
    """Each park by the city's own model, where it could be worked out; most gained first."""
    frame, model = tables.get("delivery_park"), city_first(record)
    if frame is None or model is None:
        return []
    rows = [row for row in records(frame) if row["delivery_model"] == model]
    kept = [row for row in rows if row["advantage_bn_vnd"] is not None]
    return sorted(kept, key=lambda row: (-row["advantage_bn_vnd"], row["project_id"]))


def city_first(record: Frames) -> str | None:
    """The model by which the city goes first, see ``city_first_of``; None if the city has none."""
    frame = record.get("delivery_model")
    columns = ("delivery_model", "clearance_by", "city_clearance_share", "city_works_share")
    rows = [] if frame is None else records(frame)
    return city_first_of(tuple(row[name] for name in columns) for row in rows)


def _names(record: Frames, tables: Frames) -> dict[str, dict[str, Names]]:
    """Names of what the keys of those tables stand for."""
    made: dict[str, dict[str, Names]] = {}
    for table in ("delivery_model", "fund_source"):
        made[table] = _of(record.get(table), table)
    made["project"] = _of(tables.get("programme"), "project_id")
    made["strategy"] = {
        CHOSEN: (say(f"report.delivery.strategy.{CHOSEN}", "vi"), say(f"report.delivery.strategy.{CHOSEN}", "en"))
    }
    for model, (vi, en) in made["delivery_model"].items():
        every = (say(_EVERYWHERE, "vi", model=vi), say(_EVERYWHERE, "en", model=en))
        made["strategy"] |= {model: (vi, en), f"{model}{EVERYWHERE}": every}
    own = {name: (say(f"report.worth.{name}", "vi"), say(f"report.worth.{name}", "en")) for name in ("budget", "loan")}
    made["fund_source"] = own | made["fund_source"]
    regret = tables.get("regret")
    for key in ("programme", "scenario") if regret is not None else ():
        assert regret is not None
        made[key] = {row[key]: (row[f"{key}_vi"], row[f"{key}_en"]) for row in records(regret)}
    return made


_EVERYWHERE = "report.delivery.strategy.everywhere"


def _of(frame: pd.DataFrame | None, key: str) -> dict[str, Names]:
    if frame is None:
        return {}
    columns: Sequence[Any] = [frame[name] for name in (key, "name_vi", "name_en")]
    return {str(one): (str(vi), str(en)) for one, vi, en in zip(*columns, strict=True)}
