"""The stock of establishments against plain Python loops, on made-up surveys."""

from collections import defaultdict
from datetime import date, timedelta
from math import floor, isnan, sqrt
from random import Random
from typing import Any

import numpy as np
import pytest
from tests.support.survey import seen, stock

from quydat.dictionary.cells import plain
from quydat.dictionary.schema import choices
from quydat.inventory.changes import compare_days
from quydat.inventory.establish import chosen, establish
from quydat.inventory.estimate import Strata, stratified_ratio
from quydat.inventory.floor_space import COLUMN_OF, tabulate_floor

Row = dict[str, Any]
DAY = date(2025, 6, 30)
RANKS = ["published", "surveyed", "derived", "estimated", "assumed", "illustrative"]


def survey(random: Random, count: int) -> list[Row]:
    rows: list[Row] = []
    for number in range(count):
        place = random.choice([None, "gps", "address", "park"])
        maybe = {
            "tax_code": f"{random.randint(0, 9)}",
            "unit_name": random.choice(["Phường 1", "Xã 2"]),
            "district_name": "Quận 3",
            "park_name": "KCN 1",
            "workers": random.randint(0, 300),
            "operating_state": random.choice(["operating", "suspended", "closed", "moved"]),
            "tenure": random.choice(["allocated", "rented_building"]),
            "site_area_m2": random.randint(0, 5000),
            "footprint_m2": random.randint(0, 2000),
            "storeys": random.choice([0, 1, 1.5, 3]),
            "height_m": random.choice([0, 2.9, 4, 13]),
            "gross_floor_area_m2": random.randint(0, 9000),
            "floor_basis": random.choice(["measured", "declared", "estimated"]),
            "sector_code": random.choice(["1410", "C"]),
            "vsic_version": random.choice(["2018", "2025"]),
        }
        row = {name: value for name, value in maybe.items() if random.random() < 0.5}
        if place and random.random() < 0.7:
            row |= {"longitude": random.random(), "latitude": random.random(), "position_source": place}
        day = date(2025, 6, 1) + timedelta(days=random.randint(0, 35))
        rows.append(
            row | {"of": f"e{random.randint(0, count // 2)}", "observed_on": day, "name": f"n{number}",
                   "basis": random.choice(RANKS), "observation_id": f"s/{number:03}"}
        )  # fmt: skip
    return rows


def slow_establish(rows: list[Row], storey_height_m: float) -> dict[str, Row]:
    """Every establishment by loops over its observations, oldest first."""
    own: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one["observed_on"], one["observation_id"])):
        if row["observed_on"] <= DAY:
            own[row["of"]].append(row)
    made = {}
    for key, observed in own.items():
        used: list[Row] = []
        cells: Row = {}

        def take(group: tuple[str, ...], ranks: list[int], of: tuple[Any, ...] = (observed, used, cells)) -> None:
            observed, used, cells = of
            if max(ranks) > 0:
                row = [one for one, rank in zip(observed, ranks, strict=True) if rank == max(ranks)][-1]
                used.append(row)
                cells.update({name: row.get(name) for name in group})

        for name in ("name", "tax_code", "park_name", "workers", "operating_state", "tenure", "site_area_m2",
                     "footprint_m2", "storeys", "height_m"):  # fmt: skip
            take((name,), [int(one.get(name) is not None) for one in observed])
        take(
            ("unit_name", "district_name"),
            [2 if "unit_name" in one else int("district_name" in one) for one in observed],
        )
        take(("sector_code", "vsic_version"), [int("sector_code" in one) for one in observed])
        take(
            ("longitude", "latitude"),
            [
                0 if "longitude" not in one else 1 if one["position_source"] in ("address", "park") else 2
                for one in observed
            ],
        )
        stated = [one for one in observed if "gross_floor_area_m2" in one]
        firm = [one for one in stated if one.get("floor_basis") != "estimated"] or stated
        if firm:
            last_day = max(one["observed_on"] for one in firm)
            same_day = [one for one in firm if one["observed_on"] == last_day]
            best = ([one for one in same_day if one.get("floor_basis") == "measured"] or same_day)[-1]
            used.append(best)
            cells |= {
                "gross_floor_area_m2": best["gross_floor_area_m2"],
                "floor_basis": best.get("floor_basis") or "declared",
            }
        elif cells.get("footprint_m2", 0) > 0:
            levels = cells.get("storeys", 0) if cells.get("storeys", 0) >= 1 else None
            if levels is None and cells.get("height_m", 0) > 0:
                levels = max(1, floor(cells["height_m"] / storey_height_m))
            if levels is not None:
                cells |= {"gross_floor_area_m2": cells["footprint_m2"] * levels, "floor_basis": "estimated"}
        used.append(observed[-1])
        cells["basis"] = max((one["basis"] for one in used), key=RANKS.index)
        cells["latest_id"] = observed[-1]["observation_id"]
        cells["observation_ids"] = ";".join(one["observation_id"] for one in observed)
        made[key] = cells
    return made


@pytest.mark.parametrize("seed", range(25))
def test_establishments_against_loops(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    rows = survey(random, random.randint(1, 60))
    observations, own = seen(*rows)
    order = np.random.default_rng(seed).permutation(len(own))
    frame = establish(observations.iloc[order], own.iloc[order], as_of=DAY, storey_height_m=4.0)
    by_hand = slow_establish(rows, 4.0)
    assert frame["establishment_id"].tolist() == sorted(by_hand)
    for row in frame.to_dict("records"):
        cells = by_hand[str(row["establishment_id"])]
        for name in ("name", "tax_code", "unit_name", "district_name", "park_name", "workers", "operating_state",
                     "tenure", "site_area_m2", "footprint_m2", "storeys", "sector_code", "vsic_version", "longitude",
                     "latitude", "gross_floor_area_m2", "floor_basis", "basis", "latest_id",
                     "observation_ids"):  # fmt: skip
            assert plain(row[name]) == cells.get(name), (row["establishment_id"], name)
        for choice in chosen(observations, own, str(row["establishment_id"]), DAY):
            if choice.attribute in row and choice.attribute != "floor_basis":
                assert choice.taken.value == plain(row[choice.attribute])


def stock_of(random: Random, count: int) -> list[Row]:
    rows = []
    for number in range(count):
        maybe = {
            "section": random.choice("CFH"), "unit_id": random.choice(["u1", "u2"]),
            "park_id": random.choice(["p1", "p2"]), "size_class": random.choice(["micro", "large"]),
            "operating_state": random.choice(["operating", "suspended", "closed", "moved"]),
            "tenure": random.choice(["allocated", "leased_from_state"]), "workers": random.randint(0, 50),
            "site_area_m2": random.choice([0, 100.25, 333.1]), "longitude": random.choice([1, 2]), "latitude": 3,
        }  # fmt: skip
        row: Row = {name: value for name, value in maybe.items() if random.random() < 0.7}
        row["place_kind"] = "industrial_park" if "park_id" in row else random.choice(["standalone", "unknown"])
        if random.random() < 0.6:
            row |= {
                "gross_floor_area_m2": random.choice([0, 10.1, 20.7]),
                "floor_basis": random.choice(["measured", "declared", "estimated"]),
            }
        rows.append(row | {"establishment_id": f"e{number:03}"})
    return rows


@pytest.mark.parametrize("seed", range(20))
def test_floor_space_against_loops(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    rows = stock_of(random, random.randint(1, 80))
    space, cells = tabulate_floor(stock(*rows))
    by_hand: dict[tuple[str, str], list[Row]] = defaultdict(list)
    cross: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups = {"total": "total"} | {name: row.get(column, "unknown") for name, column in COLUMN_OF.items()}
        if groups["park"] == "unknown" and row["place_kind"] == "standalone":
            groups["park"] = "standalone"
        cross[tuple(groups[name] for name in ("section", "unit", "park", "size", "state"))].append(row)
        for name in choices("floor_dimension"):
            if name == "state" or row.get("operating_state") not in ("closed", "moved"):
                by_hand[name, groups[name]].append(row)
    told = {(str(one["dimension"]), str(one["group"])): one for one in space.to_dict("records")}
    assert set(told) == set(by_hand) | {("total", "total")}
    for key, members in by_hand.items():
        _same(told[key], members)
    keys = ["section", "unit_id", "park_id", "size_class", "operating_state"]
    assert cells[keys].apply(tuple, axis=1).tolist() == sorted(
        cross, key=lambda key: [(one == "unknown", one) for one in key]
    )
    for one in cells.to_dict("records"):
        _same(one, cross[tuple(str(one[key]) for key in keys)])


def _same(told: Any, members: list[Row]) -> None:
    def known(*names: str) -> list[Row]:
        return [row for row in members if all(name in row for name in names)]

    def total(rows: list[Row], name: str) -> float:
        return sum(row[name] for row in rows)

    def agrees(column: str, value: float | None) -> None:
        found = plain(told[column])
        assert (found is None) if value is None else found == pytest.approx(value), column

    floored = known("gross_floor_area_m2")
    assert (told["establishments"], told["floor_known"]) == (len(members), len(floored))
    agrees("gross_floor_area_m2", total(floored, "gross_floor_area_m2") if floored else None)
    for basis in ("measured", "declared", "estimated"):
        own = [row for row in floored if row["floor_basis"] == basis]
        agrees(f"{basis}_m2", total(own, "gross_floor_area_m2") if floored else None)
    for name in ("site_area_m2", "workers"):
        agrees(name, total(known(name), name) if known(name) else None)
    assert told["site_known"] == len(known("site_area_m2"))
    for column, name in (("plot_ratio", "site_area_m2"), ("floor_per_worker_m2", "workers")):
        both = [row for row in known("gross_floor_area_m2", name) if row[name] > 0]
        agrees(column, total(both, "gross_floor_area_m2") / total(both, name) if both else None)


@pytest.mark.parametrize("seed", range(30))
def test_changes_close_the_account(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    before, after = ({row["establishment_id"]: row for row in stock_of(random, 40)} for _ in range(2))
    before = {key: row for key, row in before.items() if random.random() < 0.9}
    after = {
        key: row if random.random() < 0.7 else before.get(key, row)
        for key, row in after.items()
        if random.random() < 0.9
    }
    found = compare_days(stock(*before.values()), stock(*after.values()))

    def standing(rows: dict[str, Row]) -> dict[str, float]:
        here = {key: row for key, row in rows.items() if row.get("operating_state") not in ("closed", "moved")}
        return {key: row.get("gross_floor_area_m2", 0.0) for key, row in here.items()}

    one, other = standing(before), standing(after)
    assert sum(one.values()) + found["gross_floor_area_m2"].sum() == pytest.approx(sum(other.values()))
    assert len(one) + found["standing"].sum() == len(other)
    differing = [key for key in set(one) | set(other) if one.get(key) != other.get(key)]
    assert found["establishments"].sum() >= len(differing)


@pytest.mark.parametrize("seed", range(20))
def test_the_estimator_against_loops_over_units(seed: int) -> None:
    """Cochran's formulas as they are printed, unit by unit, without sums of squares."""
    random = Random(seed)  # noqa: S311
    sample = [[(random.uniform(1, 50), random.uniform(10, 900)) for _ in range(random.randint(2, 9))] for _ in range(5)]
    frame = [len(own) + random.randint(0, 20) for own in sample]
    aux = [sum(x for x, _ in own) + random.uniform(0, 300) for own in sample]
    sharing = [random.randint(0, 2) for _ in range(5)]
    sharing = [sorted(set(sharing)).index(one) for one in sharing]
    total = variance = 0.0
    for group in set(sharing):
        own = [h for h in range(5) if sharing[h] == group]
        y_st = sum(frame[h] * sum(y for _, y in sample[h]) / len(sample[h]) for h in own)
        x_st = sum(frame[h] * sum(x for x, _ in sample[h]) / len(sample[h]) for h in own)
        total += y_st / x_st * sum(aux[h] for h in own)
        for h in own:
            left = [y - y_st / x_st * x for x, y in sample[h]]
            mean = sum(left) / len(left)
            s2 = sum((one - mean) ** 2 for one in left) / (len(left) - 1)
            widened = (sum(aux[k] for k in own) / x_st) ** 2
            variance += widened * frame[h] ** 2 * (1 - len(left) / frame[h]) * s2 / len(left)
    columns = [
        frame, [len(own) for own in sample], aux, *(
            [sum(of(x, y) for x, y in own) for own in sample]
            for of in (lambda x, y: x, lambda x, y: y, lambda x, y: x * x, lambda x, y: x * y, lambda x, y: y * y)
        ),
    ]  # fmt: skip
    found = stratified_ratio(Strata(*(np.array(one, dtype=float) for one in columns)), np.array(sharing))
    assert found.total == pytest.approx(total)
    assert found.standard_error == pytest.approx(sqrt(variance), rel=1e-6)
    assert not isnan(found.low)
