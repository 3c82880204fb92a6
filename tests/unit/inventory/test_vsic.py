"""Sections and divisions of the two versions of VSIC, against the structure of ISIC Rev. 4 and Rev. 5."""

from typing import Any

import pandas as pd
import pytest

from quydat.inventory import vsic
from quydat.inventory.vsic import Code, Sector, codes, sector_of, sectors

# First and last division of each section, as the United Nations publish ISIC Rev. 4 and Rev. 5; gaps below.
REV_4 = (
    "A01-03 B05-09 C10-33 D35-35 E36-39 F41-43 G45-47 H49-53 I55-56 J58-63 K64-66 L68-68 M69-75 N77-82 O84-84 P85-85 \
Q86-88 R90-93 S94-96 T97-98 U99-99"
)
REV_5 = (
    "A01-03 B05-09 C10-33 D35-35 E36-39 F41-43 G46-47 H49-53 I55-56 J58-60 K61-63 L64-66 M68-68 N69-75 O77-82 P84-84 \
Q85-85 R86-88 S90-93 T94-96 U97-98 V99-99"
)


@pytest.mark.parametrize(
    ("version", "structure", "sections", "divisions"), [("2018", REV_4, 21, 88), ("2025", REV_5, 22, 87)]
)
def test_the_structure(version: str, structure: str, sections: int, divisions: int) -> None:
    wanted = {
        f"{number:02}": part[0] for part in structure.split() for number in range(int(part[1:3]), int(part[4:6]) + 1)
    }
    own = [one for (of, _), one in codes().items() if of == version]
    assert {one.code: one.section for one in own if one.level == "division"} == wanted
    letters = [one.code for one in own if one.level == "section"]
    assert (len(letters), len(wanted)) == (sections, divisions)
    assert letters == sorted({part[0] for part in structure.split()})
    assert all(one.label_vi.strip() and one.label_en.strip() for one in own)
    assert {one.confidence for one in own} <= {"high", "medium", "low"}


@pytest.mark.parametrize(
    ("code", "version", "sector"),
    [
        ("1410", "2018", Sector("C", "14", "2018")),
        ("14100", "2025", Sector("C", "14", "2025")),
        ("14", None, Sector("C", "14")),
        ("C", None, Sector("C")),
        ("C", "2025", Sector("C", None, "2025")),
        ("4520", "2018", Sector("G", "45", "2018")),
        ("4520", "2025", Sector()),  # trade in motor vehicles is no division of its own any more
        ("4520", None, Sector()),
        ("46", None, Sector("G", "46")),
        ("G", None, Sector()),  # the same letter, but not the same divisions below it
        ("J", None, Sector()),
        ("K", "2018", Sector("K", None, "2018")),
        ("6419", "2018", Sector("K", "64", "2018")),
        ("6419", "2025", Sector("L", "64", "2025")),
        ("6419", None, Sector()),
        ("5820", None, Sector("J", "58")),
        ("9900", "2025", Sector("V", "99", "2025")),
        ("34", "2018", Sector()),
        ("1", "2018", Sector()),
        ("141000", "2018", Sector()),
        ("c", "2018", Sector()),
        ("", None, Sector()),
        (None, "2018", Sector()),
    ],
)
def test_one_code(code: str | None, version: str | None, sector: Sector) -> None:
    assert sector_of(code, version) == sector


def test_many_codes_are_as_one_by_one() -> None:
    rows = [(c, v) for c in ("1410", "45", "G", "zz", None) for v in ("2018", "2025", None)]
    frame = sectors(pd.Series([c for c, _ in rows], dtype="str"), pd.Series([v for _, v in rows], dtype="str"))
    told = [tuple(None if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False)]
    assert told == [(s.section, s.division, s.version) for s in (sector_of(c, v) for c, v in rows)]


def test_what_is_not_sure_places_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    unsure: dict[Any, Any] = {("2025", "47"): Code("2025", "47", "division", "G", "a", "b", "low")}
    monkeypatch.setattr(vsic, "codes", lambda: unsure)
    assert sector_of("4711", "2025") == Sector()
