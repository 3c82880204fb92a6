"""Administrative units as they were and as they are: a dated crosswalk, and names that are found in it.

A name stands for one unit or for none: where several fit, all are told and none is taken. Rows that name a district
mean the units of before July 2025, which had districts; a living unit is found by the districts that it was made of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.problem import NOWHERE, Place, Problem, problem, raise_if
from quydat.dictionary.bulk import Fault
from quydat.survey.unit_names import WARD_KINDS, district_keys, province_keys, ward_keys, with_own_ids

Ints = NDArray[np.int64]

FOUND, AMBIGUOUS, CONTRADICTED, NOT_KNOWN, NOT_NAMED = "found", "ambiguous", "contradicted", "not_known", "not_named"
"""What can come of a name: one unit; several; none in the district or province named; none at all; no name given."""


@dataclass(frozen=True)
class _Entry:
    """A unit under one of its names."""

    unit_id: str
    accented: str
    kind: str
    district: str
    districts: frozenset[str]
    provinces: frozenset[str]
    begins: np.datetime64
    ends: np.datetime64


class Units:
    """The units of all times.

    Parameters
    ----------
    unit, unit_change
        Tables of the dictionary in bulk. Old units may stand in either.

    Raises
    ------
    Problems
        QD245 for each id that stands for two units of different names (but for a new unit that takes over the code
        of an old one, see ``with_own_ids``); QD246 for each change whose day is unknown.

    >>> change = {"old_unit_id": ["o1", "o1"], "new_unit_id": ["n1", "n2"], "on": ["2025-07-01"] * 2,
    ...           "old_name": ["Phường 12"] * 2, "old_district": ["Quận 3"] * 2, "new_name": ["Phường A", "Phường B"]}
    >>> from quydat.dictionary.bulk import empty_bulk, typed_bulk
    >>> from quydat.dictionary.schema import tables
    >>> units = Units(empty_bulk(tables()["unit"]), typed_bulk(pd.DataFrame(change), tables()["unit_change"])[0])
    >>> units.find(pd.Series(["P.12"]), pd.Series(["Q.3"]), pd.Series([None]), day=date(2024, 5, 1))["unit_id"].tolist()
    ['o1']
    >>> units.old_to_new(["o1"])[["new_unit_id", "divided"]].values.tolist()
    [['n1', True], ['n2', True]]
    """

    def __init__(self, unit: pd.DataFrame, unit_change: pd.DataFrame) -> None:
        self.unit = unit.reset_index(drop=True)
        self.unit_change = with_own_ids(unit_change.reset_index(drop=True))
        raise_if(self._problems())

    def on(self, day: date) -> pd.DataFrame:
        """Rows of the table unit that exist on a day; those without dates exist always."""
        at = np.datetime64(day, "s")
        from_, to = (self.unit[name].to_numpy("datetime64[s]") for name in ("valid_from", "valid_to"))
        return self.unit[~(from_ > at) & ~(to <= at)].reset_index(drop=True)

    def old_to_new(self, ids: Iterable[str], *, day: date | None = None) -> pd.DataFrame:
        """What became of units, through all changes until a day (until the last, if none is given).

        Returns
        -------
        Columns ``old_unit_id``, ``new_unit_id``, ``divided``; a unit that did not change stands as its own successor.
        """
        return self._followed(ids, self._after, day, ("old_unit_id", "new_unit_id"))

    def became(self, ids: "pd.Series[str]", *, day: date | None = None) -> dict[str, str]:
        """The one unit that each became, until a day as in ``old_to_new``; those divided among several are left out.

        Parameters
        ----------
        ids
            Units of any time; missing ones are passed over.
        """
        found = self.old_to_new(ids.dropna().unique(), day=day)
        stays = found["old_unit_id"] == found["new_unit_id"]  # whatever became of it later
        whole = found[stays | ~found["divided"].astype(bool)]
        return dict(zip(whole["old_unit_id"], whole["new_unit_id"], strict=True))

    def new_to_old(self, ids: Iterable[str], *, day: date | None = None) -> pd.DataFrame:
        """Out of which units others were made, back to a day (to the first change, if none is given).

        Returns
        -------
        Columns ``new_unit_id``, ``old_unit_id``, ``divided`` (the old one went to several).
        """
        return self._followed(ids, self._before, day, ("new_unit_id", "old_unit_id"))

    def find(
        self, unit_name: "pd.Series[str]", district_name: "pd.Series[str]", province_name: "pd.Series[str]",
        *, day: "date | pd.Series[pd.Timestamp]",
    ) -> pd.DataFrame:  # fmt: skip
        """Find the units that rows name.

        Parameters
        ----------
        unit_name, district_name, province_name
            As the origin writes them; missing where it does not.
        day
            Day that the rows speak of, one for all or one for each.

        Returns
        -------
        One row for each, with the index of ``unit_name``: ``unit_id`` (missing unless one unit is found), ``state``
        (found, ambiguous, contradicted, not_known, not_named) and ``candidates`` (ids joined by ";").

        Notes
        -----
        Of the units of that name those are kept that agree with the province and the district, if these are named;
        then those of the kind as written, those with the same accents, and those that exist on the day, each if
        there are any. If one is left, it is found.
        """
        epoch = np.searchsorted(self._turns, _days(day, len(unit_name)), side="right")
        names, codes = zip(*(_coded(one) for one in (unit_name, district_name, province_name)), strict=True)
        keys = ward_keys(names[0])
        wards = list(zip(keys.key.to_pylist(), keys.kind.to_pylist(), _accented(names[0]).to_pylist(), strict=True))
        districts, provinces = district_keys(names[1]).to_pylist(), province_keys(names[2]).to_pylist()
        first, which = combinations([*codes, epoch])
        outcomes = []
        for unit, district, province, turn in zip(*(one[first].tolist() for one in (*codes, epoch)), strict=True):
            key, kind, accented = wards[unit]
            outcomes.append(self._one(key, kind, accented, districts[district], provinces[province], turn))
        columns = zip(("unit_id", "state", "candidates"), zip(*outcomes, strict=True), strict=False)
        made = {name: pd.Series(column, dtype="str").take(which) for name, column in columns}
        found = pd.DataFrame(made, columns=["unit_id", "state", "candidates"], dtype="str")
        return found.set_axis(unit_name.index)

    def faults(
        self, found: pd.DataFrame, unit_name: "pd.Series[str]", *, place: Place = NOWHERE,
        numbers: Sequence[int] | None = None,
    ) -> list[Fault]:  # fmt: skip
        """What is wrong with the names that were not found: QD247 several fit, QD248 none fits."""
        faults = []
        for at in np.flatnonzero(found["state"].isin([AMBIGUOUS, CONTRADICTED, NOT_KNOWN]).to_numpy()).tolist():
            row = at + 2 if numbers is None else int(numbers[at])
            where = Place(place.file, place.sheet, row, place.column)
            name, several = unit_name.iloc[at], found["candidates"].iloc[at]
            if found["state"].iloc[at] == AMBIGUOUS:
                wrong = problem("QD247", where, name=name, candidates=self.shown(several.split(";")))
            else:
                wrong = problem("QD248", where, name=name)
            faults.append(Fault(at, wrong))
        return faults

    def called(self) -> dict[str, str]:
        """Name of each unit of any time by its id."""
        return dict(self._names)

    def shown(self, ids: Iterable[str]) -> str:
        """Units by name, with their district where they have one."""
        return "; ".join(self._names.get(one, one) for one in ids)

    def _one(
        self, key: str | None, kind: str, accented: str | None, district: str | None, province: str | None, epoch: int
    ) -> tuple[str | None, str, str | None]:
        key = key or (district if district in self._undivided else None)
        if key is None:
            return None, NOT_NAMED, None
        known = self._entries.get(key, [])
        left = [one for one in known if province is None or not one.provinces or province in one.provinces]
        if district is not None:
            left = [one for one in left if one.district == district] or [
                one for one in left if not one.district and (not one.districts or district in one.districts)
            ]
        day = self._turns[epoch - 1] if epoch else np.datetime64("0001-01-01", "s")
        left = [one for one in left if one.kind == kind or not kind] or left
        left = [one for one in left if one.accented == accented] or left
        left = [one for one in left if one.begins <= day < one.ends] or left
        ids = sorted({one.unit_id for one in left})
        if len(ids) == 1:
            return ids[0], FOUND, ids[0]
        if ids:
            return None, AMBIGUOUS, ";".join(ids)
        every = ";".join(sorted({one.unit_id for one in known}))
        return None, CONTRADICTED if known else NOT_KNOWN, every or None

    @cached_property
    def ward_keys(self) -> frozenset[str]:
        """Keys of all names on the level of wards."""
        return frozenset(self._entries)

    @cached_property
    def district_keys(self) -> frozenset[str]:
        """Keys of all districts."""
        every = [one for entries in self._entries.values() for one in entries]
        return frozenset().union(*(one.districts | {one.district} for one in every)) - {""}

    @cached_property
    def province_keys(self) -> frozenset[str]:
        """Keys of all provinces."""
        return frozenset().union(*(one.provinces for entries in self._entries.values() for one in entries))

    @cached_property
    def _turns(self) -> NDArray[np.datetime64]:
        """Days on which something changed, in order."""
        days = [self.unit["valid_from"], self.unit["valid_to"], self.unit_change["on"]]
        every = np.concatenate([one.to_numpy("datetime64[s]") for one in days])
        return np.unique(every[~np.isnat(every)])

    @cached_property
    def _entries(self) -> Mapping[str, list[_Entry]]:
        rows = self._rows
        districts, provinces = self._made_of()
        entries: dict[str, list[_Entry]] = {}
        texts = [rows[name].tolist() for name in ("key", "unit_id", "accented", "kind", "district", "province")]
        for key, one, accented, kind, district, province, begins, ends in zip(
            *texts, rows["begins"].to_numpy(), rows["ends"].to_numpy(), strict=True
        ):
            inside = frozenset({province} - {""} | provinces.get(one, set()))
            entry = _Entry(one, accented, kind, district, frozenset(districts.get(one, set())), inside, begins, ends)
            entries.setdefault(key, []).append(entry)
        return entries

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """Every name of every unit on the level of wards, from both tables, with keys instead of names."""
        change, unit = self.unit_change, self.unit[self.unit["unit_kind"].isin(WARD_KINDS)]
        old = pd.DataFrame({"unit_id": change["old_unit_id"], "name": change["old_name"],
                            "district_name": change["old_district"], "province_name": change["old_province"],
                            "ends": change["on"]})  # fmt: skip
        new = pd.DataFrame({"unit_id": change["new_unit_id"], "name": change["new_name"], "begins": change["on"]})
        own = unit[["unit_id", "name_vi", "district_name", "province_name", "valid_from", "valid_to"]]
        own = own.set_axis(["unit_id", "name", "district_name", "province_name", "begins", "ends"], axis=1)
        stays = change.loc[change["old_unit_id"] == change["new_unit_id"], "old_unit_id"]
        rows = pd.concat([own, old, new], ignore_index=True)
        rows = rows[rows["name"].notna()].reset_index(drop=True)
        keys = ward_keys(rows["name"])
        rows["key"] = keys.key.to_pandas()
        rows["kind"] = keys.kind.to_pandas()
        rows["accented"] = _accented(rows["name"]).to_pandas()
        rows["district"] = pd.Series(district_keys(rows["district_name"]).to_pandas(), dtype="str").fillna("")
        rows["province"] = pd.Series(province_keys(rows["province_name"]).to_pandas(), dtype="str").fillna("")
        for name in ("district", "province"):  # one table may know what the other does not say
            known = rows[rows[name] != ""].drop_duplicates("unit_id").set_index("unit_id")[name]
            rows[name] = rows[name].where(rows[name] != "", rows["unit_id"].map(known)).fillna("")
        from_, to = (rows[name].to_numpy("datetime64[s]") for name in ("begins", "ends"))
        stay = rows["unit_id"].isin(set(stays)).to_numpy()
        rows["begins"] = np.where(np.isnat(from_) | stay, np.datetime64("0001-01-01", "s"), from_)
        rows["ends"] = np.where(np.isnat(to) | stay, np.datetime64("9999-01-01", "s"), to)
        return rows.dropna(subset=["key"]).drop_duplicates(["unit_id", "key", "district", "province", "begins", "ends"])

    def _made_of(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Keys of the districts and provinces that the forerunners of each unit lay in."""
        change = self.unit_change
        found: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
        for into, keys in zip(
            found, (district_keys(change["old_district"]), province_keys(change["old_province"])), strict=True
        ):
            for new, key in zip(change["new_unit_id"], keys.to_pylist(), strict=True):
                if key is not None:
                    into.setdefault(new, set()).add(key)
        return found

    @cached_property
    def _undivided(self) -> frozenset[str]:
        """Districts that had no wards, and were units on that level themselves."""
        rows = self._rows
        return frozenset(rows.loc[rows["name"] == rows["district_name"], "key"])

    @cached_property
    def _names(self) -> dict[str, str]:
        rows = self._rows.drop_duplicates("unit_id")
        where = rows["district_name"].where(rows["district_name"].notna(), rows["province_name"])
        return {
            one: name if at != at else f"{name} ({at})"
            for one, name, at in zip(rows["unit_id"], rows["name"], where, strict=True)
        }

    @cached_property
    def _after(self) -> dict[str, list[tuple[np.datetime64, str]]]:
        return self._steps("old_unit_id", "new_unit_id")

    @cached_property
    def _before(self) -> dict[str, list[tuple[np.datetime64, str]]]:
        return self._steps("new_unit_id", "old_unit_id")

    def _steps(self, source: str, target: str) -> dict[str, list[tuple[np.datetime64, str]]]:
        steps: dict[str, list[tuple[np.datetime64, str]]] = {}
        change = self.unit_change
        days = change["on"].to_numpy("datetime64[s]")
        for one, other, at in zip(change[source], change[target], days, strict=True):
            if one != other:
                steps.setdefault(one, []).append((at, other))
        return steps

    def _followed(
        self, ids: Iterable[str], steps: Mapping[str, list[tuple[np.datetime64, str]]], day: date | None,
        names: tuple[str, str],
    ) -> pd.DataFrame:  # fmt: skip
        limit = None if day is None else np.datetime64(day, "s")
        forward = steps is self._after
        pairs = []
        for one in dict.fromkeys(ids):
            ends: list[str] = []
            todo = [one]
            seen = {one}
            while todo:
                at = todo.pop()
                onward = [
                    other
                    for on, other in steps.get(at, [])
                    if limit is None or (on <= limit if forward else on > limit)
                ]
                ends += [] if onward else [at]
                todo += [other for other in onward if other not in seen]
                seen.update(onward)
            pairs += [(one, end) for end in sorted(set(ends))]
        found = pd.DataFrame(pairs, columns=list(names), dtype="str")
        olds = found["old_unit_id"]
        among = {one: len({other for _, other in self._after.get(one, [])}) > 1 for one in set(olds)}
        found["divided"] = pd.array([among[one] for one in olds], dtype="boolean")
        return found

    def _problems(self) -> list[Problem]:
        change = self.unit_change
        undated = change[change["on"].isna()]
        wrong = [problem("QD246", old=row.old_name, new=row.new_name) for row in undated.itertuples()]
        rows = self._rows
        several = rows.groupby("unit_id", sort=True)["key"].nunique()
        for one in several[several > 1].index:
            names = sorted(set(rows.loc[rows["unit_id"] == one, "name"]))
            wrong.append(problem("QD245", unit=one, names="; ".join(names)))
        return wrong


def _accented(names: "pd.Series[str]") -> pa.Array:
    """Names in lower case with their accents, composed, without blanks at the ends."""
    text = pa.array(names, pa.string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    lower = pc.utf8_lower(pc.utf8_normalize(text, "NFC"))
    bare = pc.replace_substring_regex(lower, r"^\s*(phường|xã|thị trấn|đặc khu|p|x|tt|ttr|đk)(\.\s*|\s+)", "")
    return pc.utf8_trim_whitespace(bare)


def _days(day: "date | pd.Series[pd.Timestamp]", count: int) -> NDArray[np.datetime64]:
    if isinstance(day, pd.Series):
        return day.to_numpy("datetime64[s]")
    return np.full(count, np.datetime64(day, "s"))


def _coded(names: "pd.Series[str]") -> tuple["pd.Series[str]", Ints]:
    """Different names, and which of them each row has."""
    text = pa.array(names, pa.string(), from_pandas=True)
    coded = pc.dictionary_encode(text, null_encoding="encode")
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    return pd.Series(coded.dictionary.to_pandas(), dtype="str"), coded.indices.to_numpy().astype(np.int64)


def combinations(codes: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The first row of each different combination of codes, and which combination each row has.

    >>> first, which = combinations([np.array([0, 1, 0]), np.array([2, 2, 2])])
    >>> first.tolist(), which.tolist()
    ([0, 1], [0, 1, 0])
    """
    which, size = np.zeros(len(codes[0]), np.int64), 1
    for code in codes:
        count = int(code.max(initial=0)) + 1
        if size * count > 2**62:  # made small before it overflows
            which = np.unique(which, return_inverse=True)[1]
            size = int(which.max(initial=0)) + 1
        which, size = which * count + code, size * count
    return np.unique(which, return_index=True, return_inverse=True)[1:]
