"""The worked example of docs/method/floor_space.md says what the estimator and the floor rule give."""

from pathlib import Path

import numpy as np

from quydat.inventory.estimate import Strata, stratified_ratio
from quydat.inventory.floor import estimated_floor

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "method" / "floor_space.md").read_text(encoding="utf-8").split())


def test_the_sheds() -> None:
    area, height = np.array([1200.0, 1200.0]), np.array([2.9, 13.0])
    floor = estimated_floor(area, np.full(2, np.nan), height, storey_height_m=4.0)
    assert [f"{one:,.0f} m²" for one in floor] == ["1,200 m²", "3,600 m²"]
    assert "floor 1,200 m². One of 13 m: 3 storeys, 3,600 m²." in PAGE


def test_the_two_strata() -> None:
    x, y = [[2.0, 3.0], [8.0, 12.0, 10.0]], [[5.0, 5.0], [20.0, 28.0, 24.0]]
    sums = [
        [size, len(a), workers, sum(a), sum(b), np.dot(a, a), np.dot(a, b), np.dot(b, b)]
        for size, workers, a, b in zip((4, 6), (10, 60), x, y, strict=True)
    ]
    found = stratified_ratio(Strata(*np.array(sums, dtype=float).T), np.array([0, 1]))
    assert f"= {found.total:.0f}, of which {sum(map(sum, y)):.0f} observed" in PAGE
    assert f"= {found.standard_error**2:.2f}; standard error {found.standard_error:.2f}" in PAGE
