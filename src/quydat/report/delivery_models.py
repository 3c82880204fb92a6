"""Delivery models as a report shows them: their names, who pays, and the same colour in every chart."""

from collections.abc import Mapping
from typing import Any

from quydat.core.text import Lang, say
from quydat.programme.delivery.compare import CHOSEN, EVERYWHERE
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_TONES = ("#2b5c8a", "#1b9e77", "#e6a532", "#8a3b2b", "#7a5ea8", "#4fa3c4", "#a98450")
_LEFT = "#98a2ab"
_CHOSEN = "#22303c"


def models(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Delivery models of the record by id; what was done until now comes last."""
    rows = {row["delivery_model"]: row for row in given(snapshot, "delivery_model")}
    return {name: rows[name] for name in sorted(rows, key=lambda name: name == DEVELOPER_LED)}


def model_name(snapshot: Snapshot, model: str | None, lang: Lang) -> str:
    """Name of a model; its id where the record has no such row."""
    row = models(snapshot).get(model or DEVELOPER_LED)
    return str(row[f"name_{lang}"]) if row else str(model or DEVELOPER_LED)


def model_colour(snapshot: Snapshot, model: str | None) -> str:
    """Colour of a model; grey for what was done until now."""
    if model is None or model == DEVELOPER_LED:
        return _LEFT
    known = list(models(snapshot))
    return _TONES[known.index(model) % len(_TONES)] if model in known else _TONES[0]


def city_pays(snapshot: Snapshot, row: Mapping[str, Any]) -> bool:
    """Whether the city pays for any part of a project of the programme."""
    model = row["delivery_model"]
    stated = models(snapshot).get(model)
    if stated is None:
        return model not in (None, DEVELOPER_LED)
    return bool(stated["city_clearance_share"] > 0 or stated["city_works_share"] > 0)


def divided(snapshot: Snapshot) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Projects that the city pays for, in the order of their starts; those left to others; those that are not done."""
    rows = sorted(
        snapshot.rows("programme"), key=lambda row: (row["order"] is None, row["order"] or 0, row["project_id"])
    )
    done = [row for row in rows if row["delivery_model"] is not None]
    paid = [row for row in done if city_pays(snapshot, row)]
    left = [row for row in done if not city_pays(snapshot, row)]
    return paid, left, [row for row in rows if row["delivery_model"] is None]


def strategy_name(snapshot: Snapshot, strategy: str, lang: Lang) -> str:
    """Name of a way of doing all parks: a model where it pays, a model everywhere, or what was chosen for each."""
    if strategy == CHOSEN:
        return say(f"report.delivery.strategy.{CHOSEN}", lang)
    name = model_name(snapshot, strategy.removesuffix(EVERYWHERE), lang)
    return say("report.delivery.strategy.everywhere", lang, model=name) if strategy.endswith(EVERYWHERE) else name


def strategy_colour(snapshot: Snapshot, strategy: str) -> str:
    """Colour of a strategy: that of its model."""
    return _CHOSEN if strategy == CHOSEN else model_colour(snapshot, strategy.removesuffix(EVERYWHERE))


def strategies(snapshot: Snapshot) -> list[str]:
    """Strategies that were compared: what was done until now first, what was chosen last."""
    found = {row["strategy"] for row in given(snapshot, "delivery_compare")}
    return sorted(found, key=lambda one: (one == CHOSEN, one != DEVELOPER_LED, one))


def told_apart(snapshot: Snapshot) -> list[str]:
    """Strategies that differ from what was done until now, after that one: a model that is used nowhere is the same."""
    rows: dict[str, dict[tuple[str, int], tuple[float | None, ...]]] = {}
    for row in given(snapshot, "delivery_compare"):
        told = tuple(row[name] for name in ("p10", "p50", "p90"))
        rows.setdefault(row["strategy"], {})[row["quantity"], row["year"]] = told
    before = rows.get(DEVELOPER_LED)
    return [one for one in strategies(snapshot) if one in (DEVELOPER_LED, CHOSEN) or rows[one] != before]
