"""Plans of a study, or of files: checked, held against each other, compared by what they let pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from quydat.app.intake import RECORD
from quydat.app.permission import Actor, local_owner, require
from quydat.app.plan_file import place_in, read_plan_file, split_reference
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.law.packs import read_packs
from quydat.spatial_plan.checks import check_in_force, check_plans
from quydat.spatial_plan.conform import Conformity, conform
from quydat.spatial_plan.flexibility import Flexibility, flexibility
from quydat.spatial_plan.land_use import LandUses
from quydat.spatial_plan.layer import PlanLayer, layer_of

if TYPE_CHECKING:
    from quydat.app.study import Study

LAYERS = ("plan_area", "plan_use", "plan_line")
NATIONAL_LAW = ("vn",)
_BLOCKING = frozenset({"QD830", "QD839", "QD840", "QD841", "QD842", "QD843", "QD844", "QD845"})
"""Problems with which an answer would be wrong; the others are told beside it."""

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Checked:
    """A check of a lower plan, and what is wrong with the drawings that it can still be made from."""

    found: Conformity
    remarks: tuple[Problem, ...]


@dataclass(frozen=True)
class Compared:
    """Drafts compared, and what is wrong with the drawings."""

    found: Flexibility
    remarks: tuple[Problem, ...]


class Plans:
    """The spatial plans of a study, for the actor of the study."""

    def __init__(self, study: "Study") -> None:
        self._study = study

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables ``spatial_plan``, ``plan_area``, ``plan_use`` and ``plan_line``."""
        require(self._study.actor, "read")
        with self._study._record() as record:
            return {name: record.read(name) for name in ("spatial_plan", *LAYERS)}

    def land_uses(self) -> LandUses:
        """The list of land uses of the study's law packs."""
        require(self._study.actor, "read")
        return LandUses(self._study.law.tables.tables["land_use"])

    def check(self) -> list[Problem]:
        """All that is wrong with the plans' layers beyond single rows."""
        require(self._study.actor, "check")
        tables = self.tables()
        if all(tables[name].empty for name in LAYERS):
            return []
        found = check_plans(tables, uses=self.land_uses(), place=place_in(RECORD))
        rowless = [
            Problem(one.number, one.facts, Place(RECORD, one.place.sheet, None, one.place.column)) for one in found
        ]
        return [one for one in rowless if one.place.sheet != "spatial_plan"]  # those are checks of the record

    def conform(self, lower: str, upper: str | None = None) -> Checked:
        """Check a plan against the one above it, or against the one that it names itself.

        Parameters
        ----------
        lower, upper
            Ids of plans of the study, or ``file.gpkg[:id]``.

        Raises
        ------
        Problems
            Of the files, and all that would make the answer wrong; QD853 if no plan above is known.
        """
        require(self._study.actor, "conform")
        return _checked(_Shelf(self.land_uses(), self.tables()), lower, upper)

    def flexibility(self, drafts: Sequence[str], proposals: Sequence[str] = ()) -> Compared:
        """Compare drafts by the proposals that each lets pass; without names, all proposals of the study.

        Raises
        ------
        Problems
            As ``conform``.
        """
        require(self._study.actor, "flexibility")
        tables = self.tables()
        plans = tables["spatial_plan"]
        chosen = list(proposals) or sorted(plans.loc[plans["status"] == "proposal", "plan_id"])
        if not chosen:
            raise_if([problem("QD852")])
        return _compared(_Shelf(self.land_uses(), tables), drafts, chosen)


def conform_files(lower: str, upper: str, *, actor: Actor | None = None) -> Checked:
    """Check a plan of a file against that of another, without a study; law of the national pack.

    Raises
    ------
    Problems
        As ``Plans.conform``.
    """
    require(actor or local_owner(), "conform")
    return _checked(_Shelf(LandUses(read_packs(NATIONAL_LAW).tables["land_use"]), {}), lower, upper)


class _Shelf:
    """Plans by the names that a user gives them; each file is read once."""

    def __init__(self, uses: LandUses, own: Tables) -> None:
        self.uses, self._own = uses, own
        self._files: dict[Path, Tables] = {}
        self.remarks: list[Problem] = []

    def layer(self, reference: str) -> PlanLayer:
        path, plan_id = split_reference(reference)
        tables, file = (self._own, RECORD) if path is None else (self._read(path), path.name)
        if not tables:
            raise_if([problem("QD830", plan=reference, known="–")])
        plans = tables["spatial_plan"]
        if plan_id is None:
            ids = sorted(plans["plan_id"].astype(str))
            if len(ids) != 1:
                raise_if([problem("QD851", Place(file), count=len(ids), known=", ".join(ids[:12]))])
            plan_id = ids[0]
        self._check(tables, plan_id, file)
        return layer_of(tables, plan_id)

    def _read(self, path: Path) -> Tables:
        if path not in self._files:
            self._files[path] = read_plan_file(path)
        return self._files[path]

    def _check(self, tables: Tables, plan_id: str, file: str) -> None:
        """What is wrong with one plan: raised if it would spoil the answer, else kept as a remark."""
        own = {name: rows[rows["plan_id"] == plan_id] for name, rows in tables.items()}
        if len(own["spatial_plan"]):
            found = check_plans(own, uses=self.uses, place=place_in(file))
            found = [one for one in found if one.number != "QD837"]  # the plan above may stand in another file
            raise_if(one for one in found if one.number in _BLOCKING)
            self.remarks += found


def _checked(shelf: _Shelf, lower: str, upper: str | None) -> Checked:
    below = shelf.layer(lower)
    above = upper if upper is not None else below.plan["upper_plan_id"]
    if above is None or above != above:
        raise_if([problem("QD853", plan=below.plan_id)])
    over = shelf.layer(str(above))
    held = check_in_force(below.plan, over.plan, place=Place(sheet="spatial_plan"))
    return Checked(conform(below, over, uses=shelf.uses), (*shelf.remarks, *held))


def _compared(shelf: _Shelf, drafts: Sequence[str], proposals: Sequence[str]) -> Compared:
    found = flexibility(
        [shelf.layer(one) for one in drafts], [shelf.layer(one) for one in proposals], uses=shelf.uses
    )  # fmt: skip
    return Compared(found, tuple(shelf.remarks))
