"""What holds for all values of core: sums, bases, draws, fingerprints, periods."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from quydat.core.absence import Coverage, covered_sum
from quydat.core.basis import Basis, weakest
from quydat.core.draws import Range, log_triangular, quantiles, triangular, uniform
from quydat.core.figure import Input, Operation, Trace, recomputed
from quydat.core.fingerprint import of_table, sha256
from quydat.core.period import Period, partial_date
from quydat.core.text import LANGS, UNKNOWN, number

AREAS = st.integers(0, 10_000_000).map(lambda tenths: tenths / 8)  # eighths of a hectare add without rounding
CELLS = st.lists(st.none() | AREAS, max_size=30)
BASES = st.sampled_from(Basis)


@given(CELLS)
def test_a_sum_is_of_what_is_known_and_its_coverage_tells(cells: list[float | None]) -> None:
    total, coverage = covered_sum(pd.Series(cells, dtype=float))
    known = [cell for cell in cells if cell is not None]
    assert coverage == Coverage(len(known), len(cells))
    assert total == (sum(known) if known or not cells else None)


@given(CELLS, AREAS)
def test_what_becomes_unknown_lowers_the_coverage_and_never_counts_as_zero(
    cells: list[float | None], area: float
) -> None:
    with_value = covered_sum(pd.Series([*cells, area], dtype=float))
    without = covered_sum(pd.Series([*cells, None], dtype=float))
    zero = covered_sum(pd.Series([*cells, 0.0], dtype=float))
    assert without[1].known == with_value[1].known - 1
    assert without[1].total == with_value[1].total
    assert not without[1].complete
    assert without != zero


@given(CELLS, CELLS)
def test_coverage_of_the_whole_is_that_of_its_parts(one: list[float | None], other: list[float | None]) -> None:
    parts = [covered_sum(pd.Series(cells, dtype=float)) for cells in (one, other)]
    total, coverage = covered_sum(pd.Series(one + other, dtype=float))
    assert coverage == parts[0][1] + parts[1][1]
    known = [part for part, _ in parts if part is not None]
    if total is not None:
        assert total == sum(known)


@given(
    st.lists(AREAS, min_size=1, max_size=8),
    st.integers(0, 7),
    st.sampled_from(["linear", "min", "max", "mean"]),
)
def test_one_unknown_input_makes_a_figure_unknown(values: list[float], at: int, operation: Operation) -> None:
    cells: list[float | None] = list(values)
    cells[at % len(cells)] = None
    inputs = tuple(Input("row", "park/a/x", cell, "ha", Basis.PUBLISHED) for cell in cells)
    assert recomputed(Trace(operation, "", "", inputs)) is None


@given(BASES, BASES, BASES)
def test_weakest_knows_no_order_and_no_brackets(a: Basis, b: Basis, c: Basis) -> None:
    assert weakest([a, b]) is weakest([b, a])
    assert weakest([weakest([a, b]), c]) is weakest([a, weakest([b, c])]) is weakest([a, b, c])
    assert weakest([a, a]) is a
    assert weakest([a, b]) in (a, b)
    assert weakest([a, b]).rank == max(a.rank, b.rank)


@given(st.text(min_size=1, max_size=20), st.integers(1, 500), st.integers(0, 2**63))
def test_draws_are_stratified_and_know_only_their_name_and_seed(name: str, count: int, seed: int) -> None:
    draws = uniform(name, count=count, seed=seed)
    assert sorted(np.floor(draws * count).astype(int).tolist()) == list(range(count))
    uniform(name + "'", count=count, seed=seed)
    assert uniform(name, count=count, seed=seed).tolist() == draws.tolist()


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, mid, high = sorted(draw(st.tuples(*[st.floats(0.5, 1e5)] * 3)))
    return Range(low, mid, high)


@given(ranges(), st.integers(0, 2**32))
def test_draws_lie_within_their_range(range_: Range, seed: int) -> None:
    for draws in (
        triangular("a", range_, count=64, seed=seed),
        log_triangular("a", range_, count=64, seed=seed),
    ):
        assert np.isfinite(draws).all()
        assert draws.min() >= range_.low * (1 - 1e-12)
        assert draws.max() <= range_.high * (1 + 1e-12)


def triangle_quantile(range_: Range, u: float) -> float:
    """Quantile of the triangular distribution, by its textbook formula."""
    low, mid, high = range_.low, range_.mid, range_.high
    if (high - low) * u <= mid - low:
        return low + float(np.sqrt(u * (high - low) * (mid - low)))
    return high - float(np.sqrt((1 - u) * (high - low) * (high - mid)))


@given(ranges(), st.integers(0, 2**32))
def test_quantiles_are_those_of_the_distribution(range_: Range, seed: int) -> None:
    """With one draw in each of 1000 strata a quantile is off by two strata at most."""
    p10, p50, p90 = quantiles(triangular("a", range_, count=1000, seed=seed))
    for share, found in ((0.1, p10), (0.5, p50), (0.9, p90)):
        slack = range_.high * 1e-9
        assert found >= triangle_quantile(range_, share - 0.002) - slack
        assert found <= triangle_quantile(range_, share + 0.002) + slack


KEYS = st.text(max_size=5)
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_infinity=False) | st.text(max_size=5) | st.dates()


@given(st.dictionaries(KEYS, VALUES, min_size=2), st.randoms(use_true_random=False))
def test_a_fingerprint_knows_no_order_of_keys(content: dict[str, object], random: object) -> None:
    keys = list(content)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert sha256({key: content[key] for key in keys}) == sha256(content)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 6))
    return pd.DataFrame(
        {
            "park_id": pd.Series(draw(st.lists(st.text(max_size=4), min_size=rows, max_size=rows)), dtype="str"),
            "gross_area_ha": pd.Series(draw(st.lists(st.none() | AREAS, min_size=rows, max_size=rows)), dtype=float),
            "year": pd.Series(
                draw(st.lists(st.none() | st.integers(1990, 2045), min_size=rows, max_size=rows)),
                dtype="Int64",
            ),
        }
    )


@given(tables(), st.permutations(["park_id", "gross_area_ha", "year"]), st.data())
def test_any_changed_cell_changes_the_fingerprint_of_a_table(
    table: pd.DataFrame, order: list[str], data: st.DataObject
) -> None:
    assert of_table(table[order].set_axis(range(5, 5 + len(table)))) == of_table(table)
    row = data.draw(st.integers(0, len(table) - 1))
    column = data.draw(st.sampled_from(order))
    kind: st.SearchStrategy[object] = {
        "park_id": st.text(max_size=4),
        "gross_area_ha": st.none() | AREAS,
        "year": st.none() | st.integers(1990, 2045),
    }[column]  # type: ignore[assignment]
    cells = table[column].tolist()
    other = data.draw(kind)
    before = None if pd.isna(cells[row]) else cells[row]
    assume(other != before)
    cells[row] = other
    changed = table.assign(**{column: pd.Series(cells, dtype=table[column].dtype)})
    assert of_table(changed) != of_table(table)


DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@given(DAYS)
def test_a_day_lies_in_its_month_and_its_year(day: date) -> None:
    text = day.isoformat()
    spans = [partial_date(text), partial_date(text[:7]), partial_date(text[:4])]
    assert spans[0] == Period(day, day)
    for narrow, wide in pairwise(spans):
        assert wide.start <= narrow.start <= narrow.end <= wide.end
    for span in spans:
        assert day in span
        assert list(span.years) == [day.year]


@given(DAYS, DAYS, DAYS)
def test_a_period_holds_the_days_between_its_ends(one: date, other: date, day: date) -> None:
    period = Period(min(one, other), max(one, other))
    assert (day in period) == (period.start <= day <= period.end)
    assert set(period.years) >= {one.year, other.year}


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_number_reads_back_as_it_was_written(value: float, decimals: int) -> None:
    for lang in LANGS:
        text = number(value, lang, decimals=decimals)
        digits = text.replace(".", "").replace(",", ".") if lang == "vi" else text.replace(",", "")
        assert abs(float(digits) - value) <= 0.5 * 10**-decimals + 1e-6
        assert text != UNKNOWN[lang]
        assert not (float(digits) == 0 and text.startswith("-"))
