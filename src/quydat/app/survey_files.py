"""Survey files understood before anything is stored: sheets, columns, old text, places, and what would be taken."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.problem import Place, Problem, Problems, problem
from quydat.dictionary.bulk import Fault
from quydat.dictionary.schema import tables
from quydat.formats.sheets import named_twice, read_sheets
from quydat.formats.sheets_parts import sha256_of
from quydat.inventory.vsic import codes
from quydat.survey.candidate import Candidate
from quydat.survey.checks import Extent, check_lines, check_outlines, check_places
from quydat.survey.join_sheets import labelled, own_sheets, with_repeats
from quydat.survey.mapping import MIXED
from quydat.survey.mapping import Mapping as SheetMapping
from quydat.survey.old_letters import ENCODINGS
from quydat.survey.outlines import Outlines
from quydat.survey.projection import mixed_rows, propose_projection, to_wgs84
from quydat.survey.propose import Proposal, propose
from quydat.survey.remarks import remarks_on
from quydat.survey.sheet import Sheet
from quydat.survey.take import SHAPES, Origin, Rows, Taken, intake_id, take
from quydat.survey.understand import Understood, apply
from quydat.survey.units import Units

_SEED = 20250701
"""Of the rows on which a projection is tried; a file is always understood in the same way."""
_NO_UNITS = Outlines([], [])
_Axis = NDArray[np.float64] | None


@dataclass(frozen=True)
class Said:
    """What the user says of a file; what is not said is proposed, and must be confirmed.

    Attributes
    ----------
    origin
        Register, authority or survey round.
    basis
        How the values are known.
    observed_on
        Day for rows that say none.
    epsg
        Coordinate system.
    encoding
        Of the bytes of a text file (``utf-16``, …), or of old letters: ``tcvn3``, ``vni``.
    layer
        Sheet or layer; all if none is named.
    mappings
        How sheets are read, by name of the sheet; under an empty name for all others.
    """

    origin: str = ""
    basis: str = "surveyed"
    observed_on: date | None = None
    epsg: int | None = None
    encoding: str | None = None
    layer: str | None = None
    mappings: Mapping[str, SheetMapping] | None = None


@dataclass(frozen=True)
class Surroundings:
    """What a file is held against: the extent of the study and its units."""

    extent: Extent
    units: Units

    @cached_property
    def outlines(self) -> Outlines:
        """Outlines of the units that stand today; none if none were imported."""
        rows = self.units.unit[self.units.unit["outline"].notna() & self.units.unit["valid_to"].isna()]
        return Outlines(rows["unit_id"].tolist(), rows["outline"].tolist()) if len(rows) else _NO_UNITS

    @cached_property
    def outlines_of_all_times(self) -> Outlines:
        """Outlines of units that stand and of those that stood."""
        rows = self.units.unit[self.units.unit["outline"].notna()]
        return Outlines(rows["unit_id"].tolist(), rows["outline"].tolist()) if len(rows) else _NO_UNITS


@dataclass(frozen=True)
class Reading:
    """One sheet as it is understood.

    Attributes
    ----------
    sheet
        As the file has it.
    mapping
        How it is read, coordinates included.
    proposal
        What was proposed and why; None if the user gave the mapping.
    candidates
        Coordinate systems that were tried, the best first.
    operation
        Datum operation used; empty if there are no coordinates.
    taken
        What would become of the rows.
    intake_id, file_sha256
        Id of the intake, and hash of the file.
    doubts
        What must be settled before anything is stored.
    notes
        What was changed and may be looked at.
    """

    sheet: Sheet
    mapping: SheetMapping
    proposal: Proposal | None
    candidates: tuple[Candidate, ...]
    operation: str
    taken: Taken
    intake_id: str
    file_sha256: str
    doubts: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    understood: Understood


def understand(path: Path, table: str, *, said: Said, around: Surroundings) -> list[Reading]:
    """Read a file and say how it is understood; nothing is stored.

    Raises
    ------
    Problems
        What keeps the file or a sheet from being read at all.
    """
    old = said.encoding if said.encoding in (*ENCODINGS, MIXED) else None
    sheets = own_sheets(read_sheets(path, encoding=None if old else said.encoding, layer=said.layer), table)
    if table == "observation":
        sheets = [labelled(sheet) for sheet in with_repeats(sheets)]
    sha256 = sha256_of(path)
    readings: list[Reading] = []
    for sheet in sheets:
        before = pd.concat([one.taken.rows for one in readings], ignore_index=True) if readings else None
        readings.append(SheetReader(sheet, table, said, around, old).reading(sha256, before))
    return readings


class SheetReader:
    """One sheet while it is understood."""

    def __init__(self, sheet: Sheet, table: str, said: Said, around: Surroundings, old: str | None) -> None:
        self.sheet, self.table, self.said, self.around, self.old = sheet, tables()[table], said, around, old
        self.place = Place(sheet.file, sheet.name)
        self.doubts: list[Problem] = []
        self._units: pd.Series[str] | None = None

    def reading(self, sha256: str, before: pd.DataFrame | None) -> Reading:
        """The sheet understood, with the rows that can be taken besides those of earlier sheets."""
        given = (self.said.mappings or {}).get(self.sheet.name) or (self.said.mappings or {}).get("")
        proposal = None if given else propose(self.sheet, self.table, known=self._old_letters())
        mapping = given or self._proposed(proposal)
        understood = apply(self.sheet, mapping)
        x, y = self.coordinates(understood)
        candidates, mapping = self._projection(mapping, understood, x, y)
        self._settled(mapping, understood)
        lon, lat, operation, faults = self.placed(mapping, x, y, told=understood.faults)
        outlines = self.outlines(mapping)
        day = self.said.observed_on.isoformat() if self.said.observed_on else ""
        identity = intake_id(
            file_sha256=sha256, sheet=self.sheet.name, table=self.table.name, mapping=mapping.to_toml(),
            origin=self.said.origin, basis=self.said.basis, day=day,
        )  # fmt: skip
        origin = Origin(identity, self.sheet.file, self.sheet.name, self.said.origin or "?", self.said.basis, day)
        raw, original = self.with_positions(understood.raw, lon, outlines), self._original(understood)
        found = [*understood.faults, *faults]
        rows = Rows(raw, self.sheet.numbers, original, lon, lat, outlines, found)
        taken = take(rows, self.table, origin=origin, check=self.check, before=before)
        notes = (*(proposal.remarks if proposal else ()), *understood.notes, *self._remarks(understood, taken))
        return Reading(
            self.sheet, mapping, proposal, tuple(candidates), operation, taken, identity, sha256, tuple(self.doubts),
            notes, understood,
        )  # fmt: skip

    def _proposed(self, proposal: Proposal | None) -> SheetMapping:
        assert proposal is not None
        self.doubts += [*named_twice(self.sheet), *proposal.doubts]
        return proposal.mapping

    def _old_letters(self) -> SheetMapping | None:
        """What the user said of the letters, as a mapping that says nothing else."""
        if self.old is None:
            return None
        return SheetMapping(self.table.name, text={str(heading): self.old for heading in self.sheet.cells.columns})

    def coordinates(self, understood: Understood) -> tuple[_Axis, _Axis]:
        """Coordinates in the file's own system: of columns, or of the middle of shapes."""
        if understood.x is not None and understood.y is not None:
            return understood.x, understood.y
        if self.sheet.shapes is None:
            return None, None
        shapes = shapely.from_wkb(self.sheet.shapes, on_invalid="ignore")
        points = shapely.point_on_surface(np.where(shapely.is_empty(shapes), None, shapes))
        return shapely.get_x(points), shapely.get_y(points)

    def _projection(
        self, mapping: SheetMapping, understood: Understood, x: _Axis, y: _Axis
    ) -> tuple[list[Candidate], SheetMapping]:
        if x is None or y is None:
            return [], mapping
        declared = self.said.epsg or mapping.epsg or self.sheet.epsg
        if not len(self.around.outlines):
            if declared is None:
                self.doubts.append(problem("QD292", self.place))
                return [], mapping
            return [], replace(mapping, epsg=declared)
        named = self._named(understood)
        candidates = propose_projection(
            x, y, self.around.outlines, named=named, declared=declared, rng=np.random.default_rng(_SEED)
        )
        if not candidates:
            self.doubts.append(problem("QD293", self.place))
            return [], replace(mapping, epsg=declared)
        if mapping.epsg is not None and self.said.mappings:
            return candidates, mapping  # a saved mapping has been confirmed, swapped axes and all
        best = candidates[0]
        if self.said.epsg is not None:
            own = [one for one in candidates if one.epsg == self.said.epsg]
            best = own[0] if own else best
            if own and own[0] is not candidates[0] and not candidates[0].said_by(self.said.epsg):
                self.doubts.append(self._unsure(candidates))
        elif not best.sure:
            self.doubts.append(self._unsure(candidates))
        return candidates, replace(mapping, epsg=best.epsg, swapped=best.swapped, missing_datum=best.missing_datum)

    def _unsure(self, candidates: Sequence[Candidate]) -> Problem:
        shown = {lang: "; ".join(one.shown(lang) for one in candidates[:3]) for lang in ("vi", "en")}
        return problem("QD294", self.place, candidates_vi=shown["vi"], candidates_en=shown["en"])

    def _named(self, understood: Understood) -> NDArray[np.int64] | None:
        """Index of the outline of the unit that each row names."""
        if "unit_name" not in understood.raw:
            return None
        named = self._unit_ids(understood)
        today = self.around.units.became(named)
        index = {str(one): at for at, one in enumerate(self.around.outlines.ids)}
        return np.array([index.get(str(today.get(one, one)), -1) for one in named.tolist()], np.int64)

    def _unit_ids(self, understood: Understood) -> "pd.Series[str]":
        """Unit that each row names."""
        if self._units is None:
            raw = understood.raw
            nothing = pd.Series([None] * len(raw), dtype="str")
            told = [raw.get(name, nothing) for name in ("unit_name", "district_name", "province_name")]
            self._units = self.around.units.find(*told, day=self.said.observed_on or date.max)["unit_id"]
        return self._units

    def _remarks(self, understood: Understood, taken: Taken) -> list[Problem]:
        """What may be wrong with rows that are taken."""
        if self.table.name != "observation" or not len(taken.rows):
            return []
        named = self._unit_ids(understood) if "unit_name" in understood.raw else None
        position = pd.Index(self.sheet.numbers).get_indexer(pd.Index(taken.rows["row"].astype("int64")))
        return remarks_on(
            taken.rows, unit_ids=None if named is None else named.to_numpy(object)[position],
            outlines=self.around.outlines_of_all_times, sectors={code for _, code in codes()}, place=self.place,
        )  # fmt: skip

    def placed(
        self, mapping: SheetMapping, x: _Axis, y: _Axis, *, told: Sequence[Fault]
    ) -> tuple[_Axis, _Axis, str, list[Fault]]:
        """Positions in WGS 84; rows of another system, of no place, or with half a position are faults.

        Rows of which something is told already are not told of for the half that could not be read.
        """
        if x is None or y is None or mapping.epsg is None:
            return None, None, "", []
        lon, lat, operation = to_wgs84(
            x, y, epsg=mapping.epsg, swapped=mapping.swapped, missing_datum=mapping.missing_datum
        )
        half = np.flatnonzero(np.isfinite(x) != np.isfinite(y))
        half = np.setdiff1d(half, [fault.position for fault in told])
        faults = [Fault(at, problem("QD283", self._at(at, mapping.y or "y"))) for at in half.tolist()]
        lost = np.isfinite(x) & np.isfinite(y) & ~(np.isfinite(lon) & np.isfinite(lat))
        first = Candidate(mapping.epsg, mapping.swapped, mapping.missing_datum)
        for other in mixed_rows(x, y, self.around.outlines, first=first) if len(self.around.outlines) else ():
            lost[other.positions] = False
            faults += self._told("QD295", other.positions, mapping.x, other.candidate)
        axes = [[f"{axis[at]:.10g}" for at in np.flatnonzero(lost)] for axis in (x, y)]
        return lon, lat, operation, faults + self._told("QD297", np.flatnonzero(lost), mapping.x, first, *axes)

    def _told(
        self, number: str, positions: NDArray[np.int64], column: str, system: Candidate, *axes: Sequence[str]
    ) -> list[Fault]:
        """One fault for each of these rows, with the system; and its coordinates, if they are given."""
        facts = {f"system_{lang}": system.shown(lang) for lang in ("vi", "en")}
        faults = []
        for place, position in enumerate(positions.tolist()):
            own = dict(zip(("x", "y"), (axis[place] for axis in axes), strict=False))
            faults.append(Fault(position, problem(number, self._at(position, column or "x"), **facts, **own)))
        return faults

    def _at(self, position: int, column: str) -> Place:
        return Place(self.sheet.file, self.sheet.name, int(self.sheet.numbers[position]), column)

    def outlines(self, mapping: SheetMapping) -> NDArray[np.object_] | None:
        """Shapes with an area in WGS 84; points have their position only."""
        if self.sheet.shapes is None or mapping.epsg is None or not any(name in self.table for name in SHAPES):
            return None
        shapes = shapely.force_2d(shapely.from_wkb(self.sheet.shapes, on_invalid="ignore"))
        points = shapely.get_type_id(shapes) == 0
        shapes = np.where(points | shapely.is_missing(shapes), None, shapes)

        def moved(corners: NDArray[np.float64]) -> NDArray[np.float64]:
            lon, lat, _ = to_wgs84(
                corners[:, 0], corners[:, 1], epsg=mapping.epsg or 0, swapped=mapping.swapped,
                missing_datum=mapping.missing_datum,
            )  # fmt: skip
            return np.column_stack([lon, lat])

        made: NDArray[np.object_] = shapely.to_wkb(shapely.transform(shapes, moved))
        return made if any(one is not None for one in made) else None

    def with_positions(
        self, raw: pd.DataFrame, lon: NDArray[np.float64] | None, outlines: NDArray[np.object_] | None
    ) -> pd.DataFrame:
        """Say how positions are known, where the file does not; forms of the field say how good each fix was."""
        if lon is None or "position_source" not in self.table:
            return raw
        drawn = np.zeros(len(raw), bool) if outlines is None else np.array([one is not None for one in outlines])
        source = np.where(drawn, "outline", "gps" if self.sheet.form == "odk" else "file").astype(object)
        source[~np.isfinite(lon)] = None
        made = {"position_source": pd.Series(source, dtype="str")}
        if _ACCURACY in self.sheet.cells:
            made["position_error_m"] = self.sheet.cells[_ACCURACY].reset_index(drop=True)
        return raw.assign(**{name: raw[name].fillna(own) if name in raw else own for name, own in made.items()})

    def _settled(self, mapping: SheetMapping, understood: Understood) -> None:
        """What only the user can say: which register this is, and of which day it speaks."""
        if "origin" in self.table and not self.said.origin:
            self.doubts.append(problem("QD290", self.place))
        own = understood.raw["observed_on"].notna().any() if "observed_on" in understood.raw else False
        if self.table.name == "observation" and not own and self.said.observed_on is None:
            self.doubts.append(problem("QD291", self.place))

    def _original(self, understood: Understood) -> Callable[[int], str]:
        """A row as it stands, its shape as text too."""
        shapes = self.sheet.shapes

        def told(position: int) -> str:
            text = understood.original(position)
            if shapes is None or shapes[position] is None:
                return text
            cells: Any = json.loads(text)
            try:
                shape = shapely.to_wkt(shapely.from_wkb(shapes[position], on_invalid="ignore"), rounding_precision=9)
            except shapely.errors.GEOSException:
                shape = bytes(shapes[position]).hex()
            if isinstance(cells, dict):
                cells[GEOMETRY] = shape
            else:
                cells.append([GEOMETRY, shape])
            return json.dumps(cells, ensure_ascii=False)

        return told

    def check(self, rows: pd.DataFrame) -> list[Fault]:
        """Rows that lie elsewhere, or whose outline cannot be used."""
        found: list[Fault] = []
        if "longitude" in rows:
            found += check_places(rows, extent=self.around.extent, units=self.around.outlines)
        if "outline" in rows:
            found += check_outlines(rows, key=self.table.key[-1])
        if "line" in rows:
            found += check_lines(rows, key=self.table.key[-1])
        return found


_ACCURACY = "accuracy"
"""Column in which field forms keep the metres of a fix."""
GEOMETRY = "geometry"
"""Name under which the shape of a row stands in its original."""


def refuse_doubts(readings: Sequence[Reading]) -> None:
    """Refuse to store what is not settled.

    Raises
    ------
    Problems
        All doubts of all sheets.
    """
    doubts = [one for reading in readings for one in reading.doubts]
    if doubts:
        raise Problems(doubts)
