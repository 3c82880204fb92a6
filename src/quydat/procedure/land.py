"""How much land is ready by when, as a distribution; and what was promised against it."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from quydat.core.draws import Draws, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.dictionary.cells import Row, TableWriter, figure_id, plain
from quydat.inventory.evidence import Parameters
from quydat.procedure.expect import QUANTILES, Expectation
from quydat.procedure.hand_over import HandOver, ready_years


def write_land(
    expectation: Expectation, *, years: range, parameters: Parameters, ledger: Ledger, as_of: date
) -> Mapping[str, pd.DataFrame]:
    """Tables ``land_ready``, ``land_ready_total``, ``promised_expected``.

    In each draw a park's hectares are handed over from the year in which it is ready; a park of unknown area is left
    out, and counted as such by the coverage of the totals. Totals are added up in each draw: their quantiles are
    those of the sums, not sums of quantiles.
    """
    hand_over = HandOver.of(parameters)
    written = {
        name: TableWriter(name, ledger=ledger) for name in ("land_ready", "land_ready_total", "promised_expected")
    }
    rows = expectation.tables["procedure"].sort_values("park_id").to_dict("records")
    parks = [{str(name): cell for name, cell in row.items()} for row in rows]
    ready: dict[str, Draws] = {}
    horizon = list(years)
    for park in parks:
        park_id, area = str(park["park_id"]), plain(park["future_lettable_ha"])
        first = ready_years(expectation.ready_days[park_id], as_of=as_of)
        rests_on = _rests_on(park_id, ledger)
        if isinstance(area, float):
            promised = plain(park["promised_year"])
            last = max(horizon[-1], promised if isinstance(promised, int) else 0)
            every = list(range(horizon[0], last + 1))
            by_end = np.cumsum(hand_over.draws(first, area, years=every), axis=1)
            ready[park_id] = by_end[:, : len(horizon)]
            for place, year in enumerate(horizon):
                name = (f"{park['name_vi']}, {year}", f"{park['name_en']}, {year}")
                _hectares(written["land_ready"].open(name, park_id=park_id, year=year), by_end[:, place], rests_on)
            _promise(written["promised_expected"], park, first, by_end, every, rests_on, ledger, as_of)
        else:
            _promise(written["promised_expected"], park, first, None, horizon, rests_on, ledger, as_of)
    if parks:
        _totals(written["land_ready_total"], parks, ready, horizon, ledger)
    return {name: writer.frame() for name, writer in written.items()}


def _rests_on(park_id: str, ledger: Ledger) -> list[Input]:
    dates = [ledger.input(figure_id("procedure", [park_id], f"ready_{name}")) for name in QUANTILES]
    area = ledger.input(figure_id("procedure", [park_id], "future_lettable_ha"))
    return [*dates, area, *HandOver.inputs(ledger)]


def _hectares(row: Row, draws: Draws, rests_on: list[Input]) -> None:
    for name, value in zip(QUANTILES, quantiles(draws), strict=True):
        row.put(f"{name}_ha", value, "simulated", rests_on)
    row.put("expected_ha", float(draws.mean()), "simulated", rests_on)


def _promise(
    writer: TableWriter,
    park: Mapping[str, object],
    first: Draws,
    by_end: Draws | None,
    years: list[int],
    rests_on: list[Input],
    ledger: Ledger,
    as_of: date,
) -> None:
    """Promised against expected: the probability that the park is ready by the end of the promised year."""
    promised = plain(park["promised_year"])
    if not isinstance(promised, int):
        return
    park_id = str(park["park_id"])
    row = writer.open(
        (str(park["name_vi"]), str(park["name_en"])), park_id=park_id, name_vi=park["name_vi"], name_en=park["name_en"]
    )
    year = ledger.input(figure_id("procedure", [park_id], "promised_year"))
    row.derive("promised_year", "given", [year])
    for name in QUANTILES:
        row.derive(f"ready_{name}", "given", [ledger.input(figure_id("procedure", [park_id], f"ready_{name}"))])
    row.put("kept_share", float((first <= promised).mean()), "simulated", [*rests_on, year])
    late = row["ready_p50"] - date(promised, 12, 31)
    row.put("late_years", late.days / _YEAR, "rule", [row.ref("ready_p50"), year])
    row.derive("promised_ha", "given", [ledger.input(figure_id("procedure", [park_id], "future_lettable_ha"))])
    if by_end is not None:
        at = by_end[:, years.index(promised)] if promised in years else np.zeros(len(by_end))
        row.put("expected_ha", float(at.mean()), "simulated", [*rests_on, year])


_YEAR = 365.2425


def _totals(
    writer: TableWriter,
    parks: list[dict[str, object]],
    ready: Mapping[str, Draws],
    years: list[int],
    ledger: Ledger,
) -> None:
    """Land of all parks ready by the end of each year, and land promised by then."""
    everything: Draws | None = None
    for park in sorted(ready):  # the order of the parks must not change the last digits
        everything = ready[park] if everything is None else everything + ready[park]
    known = [figure_id("procedure", [park], "future_lettable_ha") for park in sorted(ready)]
    ids = [figure_id("procedure", [park["park_id"]], f"ready_{name}") for park in parks for name in QUANTILES]
    rests_on = [*(ledger.input(one) for one in ids), *(ledger.input(one) for one in known), *HandOver.inputs(ledger)]
    for place, year in enumerate(years):
        row = writer.open((f"tất cả các khu, {year}", f"all parks, {year}"), year=year)
        due = [
            ledger.input(figure_id("procedure", [park["park_id"]], "future_lettable_ha"))
            for park in parks
            if str(park["park_id"]) in ready
            and isinstance(plain(park["promised_year"]), int)
            and int(str(plain(park["promised_year"]))) <= year
        ]
        if due:
            row.derive("promised_ha", "linear", due)
        else:
            years_said = [ledger.input(figure_id("procedure", [park["park_id"]], "promised_year")) for park in parks]
            row.put("promised_ha", 0.0, "rule", years_said)
        if everything is not None:
            _hectares(row, everything[:, place], rests_on)
