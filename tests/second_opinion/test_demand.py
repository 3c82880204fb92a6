"""The compiled demand model against the same model written plainly, draw by draw, with powers instead of steps."""

from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.uniforms import SeededUniforms
from quydat.demand.chunk import COMPONENTS
from quydat.demand.known import Today
from quydat.demand.model import METHODS, Model, build_model
from quydat.demand.sectors import read_sectors
from quydat.demand.where import Where, where_model
from quydat.inventory.evidence import Parameters


def everywhere(parameters: Parameters) -> Where:
    """The city as one place."""
    return where_model(pd.DataFrame(), pd.DataFrame(), {}, parameters, city="city", basis=Basis.ASSUMED)


def some_range(random: Random, low: float, high: float) -> Range:
    return Range(*sorted(random.uniform(low, high) for _ in range(3)))


def some_model(seed: int) -> Model:
    random = Random(seed)  # noqa: S311
    count = random.randint(1, 5)
    jobs = np.array([random.uniform(0.1, 1.0) for _ in range(count)])
    rows = {
        "sector_id": [f"s{number}" for number in range(count)],
        "jobs_share": jobs / jobs.sum(),
        "land_share": [None] * count,
        "basis": ["assumed"] * count,
    }
    for what, low, high in (("output", -0.06, 0.06), ("productivity", -0.03, 0.03), ("floor", 0.5, 2.0)):
        ranges = [some_range(random, low, high) for _ in range(count)]
        rows |= {f"{what}_{part}": [getattr(one, part) for one in ranges] for part in ("low", "mid", "high")}
    sectors = read_sectors(pd.DataFrame(rows).astype({"land_share": "Float64"}))
    first = random.choice([0, 1])
    years = {2025 + first + t: random.uniform(0.3, 1.0) if t == 0 else 1.0 for t in range(random.randint(1, 12))}
    spans = {
        "last_take_up_ha": (5.0, 20.0), "investment_m_usd": (800.0, 900.0), "investment_years": (5.0, 5.0),
        "investment_m_usd_per_ha": (6.0, 9.0), "take_up_growth_share": (-0.02, 0.03), "jobs": (1e5, 3e5),
        "output_growth_share": (0.0, 0.08), "productivity_growth_share": (0.0, 0.06), "plot_ratio": (0.5, 0.9),
        "plot_ratio_new": (0.6, 1.5), "vacancy_share": (0.02, 0.12), "land_productivity_growth_share": (0.0, 0.05),
        "reuse_share": (0.0, 1.0), "densification_share": (0.0, 0.3), "churn_share": (0.0, 0.05),
        "void_years": (0.0, 1.0), "neighbour_rent_gap_growth_share": (-0.02, 0.03),
        "neighbour_rent_elasticity": (0.0, 1.0), "replacement_share": (0.0, 0.01), "movers_count": (1e4, 1e4),
        "movers_share": (0.0, 0.1), "movers_land_m2": (300.0, 2000.0),
    }  # fmt: skip
    parameters = Parameters({f"demand.{key}": some_range(random, *span) for key, span in spans.items()})
    today = Today(random.uniform(500, 3000), 30.0, sectors, everywhere, years, first)
    return build_model(today, parameters, SeededUniforms(count=40, seed=seed))


def level_changes(a: dict[str, Any], i: int, base: Any, less: Any, ahead: int) -> list[list[float]]:
    """Change of each sector's level in each year, by powers of its yearly ratio; growth has no cycle here."""
    years, made = len(a["part"]), []
    for t in range(years):
        ratios = [
            (1 + a["out"][i, t] + a["sector_out"][i, s]) / (1 + less[i, t] + a["sector_prod"][i, s])
            for s in range(len(base))
        ]
        power = ahead + t
        made.append([base[s] * ratio**power - base[s] * ratio ** (power - 1) for s, ratio in enumerate(ratios)])
    return made


def plainly(model: Model, i: int) -> tuple[dict[str, list[float]], list[list[float]]]:
    """Land of each method by year, and the land of the method that speaks by year and sector."""
    a = dict(model._arrays)
    sectors, years = len(model.sectors), len(model.years)
    ahead = int(a["ahead"])
    per_job = [a["per_job"][i, s] / 10_000 / a["plot_ratio"][i] for s in range(sectors)]
    let = [a["take_up"][i] * (1 + a["take_up_growth"][i]) ** (ahead + t) * a["part"][t] for t in range(years)]
    net: dict[str, list[list[float]]] = {"take_up": [[year * share for share in a["land_share"]] for year in let]}
    for method, base, less, unit in (
        ("labour", a["jobs"], a["prod"], per_job),
        ("output", a["land_let"], a["land_prod"], [1.0] * sectors),
    ):
        rows = []
        for t, changes in enumerate(level_changes(a, i, base, less, ahead)):
            land = [change * unit[s] for s, change in enumerate(changes)]
            up, down = sum(x for x in land if x > 0), -sum(x for x in land if x < 0)
            kept = max(0.0, 1 - a["reuse"][i] * down / up) if up else 0.0
            rows.append([max(x, 0.0) * kept * a["part"][t] for x in land])
        net[method] = rows
    totals: dict[str, list[float]] = {}
    spoken: list[list[float]] = []
    for method, rows in net.items():
        dense = 0.0 if method == "take_up" else a["densified"][i]
        churn = 0.0 if method == "take_up" else a["churn"][i]
        made = []
        for t, row in enumerate(rows):
            factor = (1 - dense) * a["pull"][i] ** (ahead + t) * (1 + churn) / (1 - a["vacancy"][i])
            more = a["replacement"][i, t] + a["movers"][i, t]
            made.append(sum(row) * factor + more)
            if METHODS[a["method"][i]] == method:
                spoken.append([x * factor + more * share for x, share in zip(row, a["land_share"], strict=True)])
        totals[method] = made
    return totals, spoken


@pytest.mark.parametrize("seed", range(25))
def test_the_compiled_model_is_the_plain_one(seed: int) -> None:
    model = some_model(seed)
    wanted = model.wanted(slice(0, model.draws))
    for i in range(model.draws):
        totals, spoken = plainly(model, i)
        for place, method in enumerate(model.methods):
            assert wanted.by_method[i, :, place] == pytest.approx(totals[method], rel=1e-9, abs=1e-9)
        assert wanted.land_ha[i] == pytest.approx(np.array(spoken), rel=1e-9, abs=1e-9)
        total = wanted.components[i, :, COMPONENTS.index("total")]
        assert total == pytest.approx(wanted.land_ha[i].sum(axis=1), rel=1e-9)
        assert wanted.components[i, :, :-1].sum(axis=1) == pytest.approx(total, rel=1e-9)
