"""A million establishments from a CSV file to floor tables: the look beside other libraries, then the whole road."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from benchmarks import survey_city as city
from benchmarks import survey_peers as peers
from benchmarks.measure import Result, ratio
from quydat.app.look import look
from quydat.dictionary.schema import tables
from quydat.survey.cells import CellForm
from quydat.survey.mapping import Mapping
from quydat.survey.outlines import Outlines

COUNT = 1_000_000
_LACKS = "VSIC by its version, the general way for cells that are not plain; crossed outlines are not refused"
_ATTRIBUTES = {
    peers.CODE: "code",
    peers.DAY: "observed_on",
    peers.SECTOR: "sector_code",
    "Phiên bản VSIC": "vsic_version",
    peers.WORKERS: "workers",
    peers.SITE: "site_area_m2",
    peers.FOOTPRINT: "footprint_m2",
    peers.STOREYS: "storeys",
    peers.FLOOR: "gross_floor_area_m2",
}


def mapping() -> Mapping:
    """How the file is read, as a user confirms it."""
    plain = CellForm(decimal=".")
    numbers = [peers.LON, peers.LAT, peers.SITE, peers.FOOTPRINT, peers.STOREYS, peers.FLOOR]
    return Mapping("observation", _ATTRIBUTES, forms=dict.fromkeys(numbers, plain), x=peers.LON, y=peers.LAT, epsg=4326)


def measured() -> Iterator[Result]:
    """The look in turns with each peer; all must give the same table."""
    import geopandas

    for name, most in peers.RANGES.items():  # the peers hold the same limits as the dictionary
        assert tables()["observation"][_ATTRIBUTES[name]].maximum == most
    shapes = {"units": city.unit_outlines(), "parks": city.park_outlines()}
    ids = {"units": [f"{n:05d}" for n in range(168)], "parks": [f"p{n:03d}" for n in range(400)]}
    wkb = {name: shapely.to_wkb(own).tolist() for name, own in shapes.items()}
    frames = [geopandas.GeoDataFrame({"id": ids[name]}, geometry=own, crs=4326) for name, own in shapes.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        city.write_survey(path, COUNT)

        def ours() -> pd.DataFrame:
            made = look(path, mapping(), **{name: Outlines(ids[name], own) for name, own in wkb.items()})
            assert made.plain
            return made.cells

        expected = peers.in_order(ours())
        for peer, theirs in (
            ("pandas and geopandas", peers.with_pandas),
            ("polars, places by geopandas", peers.with_polars),
            ("DuckDB, places by geopandas", peers.with_duckdb),
        ):
            pd.testing.assert_frame_equal(peers.in_order(theirs(path, *frames)), expected, rtol=1e-9)
            what = f"{COUNT:,} establishments, {path.stat().st_size / 1e6:.0f} MB of CSV to floor tables"
            yield ratio(
                what,
                ours,
                peer=peer,
                theirs=lambda run=theirs: run(path, *frames),
                rounds=3,
                lacks=_LACKS,
            )


def whole(path: Path) -> dict[str, float]:
    """Seconds of the whole road on a file, in this process, and the most memory that it took, in GiB."""
    from quydat.app.study import init_study
    from quydat.app.survey_files import Said

    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        study = init_study(Path(folder) / "study")
        with study._record() as record:
            now = datetime.now(UTC)
            record.append(city.record_tables(), actor="-", source="-", reason="-", at=now)

        def timed(part: str, work: Any) -> Any:
            begun = time.perf_counter()
            made = work()
            seconds[part] = time.perf_counter() - begun
            return made

        said = Said(origin="hcmc", basis="illustrative", epsg=4326)
        brought = timed(
            "read, checked and stored with history", lambda: study.survey.take_in(path, "observation", said=said)
        )
        rows = brought.readings[0]
        assert len(rows.taken.rows) + len(rows.taken.waiting) == len(rows.sheet.cells)
        del brought, rows
        timed("placed, classified, graded, tabulated", study.survey.stock)
        timed("floor tables of a day, first", lambda: study.survey.floor(as_of=date(2025, 6, 30)))
        timed("floor tables of another day", lambda: study.survey.floor(as_of=date(2024, 3, 31)))
    seconds["peak memory, GiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return seconds


def whole_seconds() -> dict[str, float]:
    """``whole`` in a process of its own, whose memory is its alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        city.write_survey(path, COUNT)
        code = "import sys, json, pathlib; from benchmarks.survey import whole; "
        code += "print(json.dumps(whole(pathlib.Path(sys.argv[1]))))"
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return {str(part): float(value) for part, value in json.loads(done.stdout).items()}


if __name__ == "__main__":
    for one in measured():
        print(f"{one.what:52} {one.peer:52} {one.ours_s:6.2f} s {one.peer_s:6.2f} s {one.ratio:8.2g}", flush=True)
    for part, value in whole_seconds().items():
        print(f"{part:52} {value:8.2f}")
