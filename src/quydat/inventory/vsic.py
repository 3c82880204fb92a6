"""Sector of an establishment: sections and divisions of VSIC 2018 and VSIC 2025, which do not mean the same.

The tables are ``vsic.csv``. VSIC 2018 (Decision 27/2018/QĐ-TTg) has the structure of ISIC Rev. 4 with 21 sections and
88 divisions; VSIC 2025 (Decision 36/2025/QĐ-TTg, in force from 15 November 2025) that of ISIC Rev. 5 with 22 and 87:
trade and repair of motor vehicles (45) went to the other divisions of trade and of repair, and information and
communication (J) was divided in two, so that all letters behind it moved by one. Names of divisions behind 43 are those
of 2018 also under 2025, and of confidence ``medium`` there. A row of confidence ``low`` places nothing.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Literal

import numpy as np
import pandas as pd

from quydat.core.text import Lang

VERSIONS = ("2018", "2025")


@dataclass(frozen=True)
class Code:
    """One section or division of a version: where it belongs, its names, and how sure that is."""

    version: str
    code: str
    level: Literal["section", "division"]
    section: str
    label_vi: str
    label_en: str
    confidence: str

    def label(self, lang: Lang) -> str:
        """Name in a language."""
        return self.label_vi if lang == "vi" else self.label_en


@cache
def codes() -> Mapping[tuple[str, str], Code]:
    """All sections and divisions by version and code.

    >>> codes()["2018", "14"].label("vi"), codes()["2025", "61"].section
    ('Sản xuất trang phục', 'K')
    """
    text = files("quydat.inventory").joinpath("vsic.csv").read_text(encoding="utf-8")
    return {
        (row["version"], row["code"]): Code(
            row["version"], row["code"], "division" if row["level"] == "division" else "section", row["section"],
            row["label_vi"], row["label_en"], row["confidence"],
        )
        for row in csv.DictReader(StringIO(text))
    }  # fmt: skip


@dataclass(frozen=True)
class Sector:
    """Section and division, and the version that both belong to; None is unknown."""

    section: str | None = None
    division: str | None = None
    version: str | None = None


UNKNOWN = Sector()


def sector_of(code: str | None, version: str | None) -> Sector:
    """Section and division of a code as a source writes it.

    Parameters
    ----------
    code
        A section's letter, or 2 to 5 digits of which the first two are the division.
    version
        Version that the source says the code belongs to; None where it does not say.

    Returns
    -------
    Where the version is unknown, section and division only if both versions say the same (a division in the same
    section; a letter with the same divisions below it), and the version stays unknown. Everything else is unknown: a
    code that is not in its version, or whose place there is of low confidence.

    >>> sector_of("1410", None)
    Sector(section='C', division='14', version=None)
    >>> sector_of("6201", "2018").section, sector_of("6201", "2025").section, sector_of("6201", None).section
    ('J', 'K', None)
    """
    if code is None:
        return UNKNOWN
    if version is not None:
        return _within(code, version)
    first, second = (_within(code, one) for one in VERSIONS)
    same = first.section == second.section and first.division == second.division
    if not same or (first.division is None and _below(first.section, "2018") != _below(second.section, "2025")):
        return UNKNOWN
    return Sector(first.section, first.division)


def _within(code: str, version: str) -> Sector:
    found = codes().get((version, code[:2] if code.isdigit() else code))
    if found is None or found.confidence == "low" or len(code) > 5:
        return UNKNOWN
    return Sector(found.section, found.code if found.level == "division" else None, version)


def _below(section: str | None, version: str) -> frozenset[str]:
    return frozenset(
        one.code
        for (own, _), one in codes().items()
        if own == version and one.level == "division" and one.section == section
    )


def sectors(code: "pd.Series[str]", version: "pd.Series[str]") -> pd.DataFrame:
    """Section, division and version of many codes, each different code looked up once.

    Parameters
    ----------
    code, version
        Shape (n,), as ``sector_of`` takes them.

    Returns
    -------
    Columns ``section``, ``division``, ``vsic_version``, n rows.

    >>> sectors(pd.Series(["2592", "K", None]), pd.Series(["2025", "2018", None]))["section"].tolist()
    ['C', 'K', nan]
    """
    code_number, code_values = pd.factorize(code)
    version_number, version_values = pd.factorize(version)
    # Missing is -1 in both, and the last of each list.
    known_codes: list[str | None] = [*(str(one) for one in code_values), None]
    known_versions: list[str | None] = [*(str(one) for one in version_values), None]
    width = len(known_versions)
    pairs, place = np.unique((code_number % len(known_codes)) * width + version_number % width, return_inverse=True)
    found = [sector_of(known_codes[pair // width], known_versions[pair % width]) for pair in pairs.tolist()]
    return pd.DataFrame(
        {
            name: pd.Series([getattr(one, attribute) for one in found], dtype="str").take(place).array
            for name, attribute in (("section", "section"), ("division", "division"), ("vsic_version", "version"))
        }
    )
