"""The list of land uses: which use is a kind of which, and what each says of a plan that allows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from quydat.core.text import Lang


@dataclass(frozen=True)
class LandUses:
    """The table ``land_use`` of the law packs, ready to be asked.

    >>> rows = pd.DataFrame({"code": ["works", "factory"], "part_of": [None, "works"], "label_vi": ["a", "b"],
    ...                      "label_en": ["works", "factory"], "takes_floor": [True, True], "colour": ["#111111"] * 2})
    >>> uses = LandUses(rows)
    >>> uses.is_within("factory", "works"), uses.is_within("works", "factory"), uses.kinds_of(["works"])
    (True, False, ('factory', 'works'))
    """

    rows: pd.DataFrame

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the list."""
        return tuple(self.rows["code"].astype(str))

    @cached_property
    def _above(self) -> Mapping[str, tuple[str, ...]]:
        """Each use with all that it is a kind of, itself first."""
        direct = {
            str(code): None if part != part or part is None else str(part)
            for code, part in zip(self.rows["code"], self.rows["part_of"], strict=True)
        }
        chains: dict[str, tuple[str, ...]] = {}
        for code in direct:
            chain: list[str] = []
            at: str | None = code
            while at is not None and at not in chain:
                chain.append(at)
                at = direct.get(at)
            chains[code] = tuple(chain)
        return chains

    def __contains__(self, code: object) -> bool:
        return code in self._above

    def is_within(self, code: str, wider: str) -> bool:
        """Whether a use is another one or a kind of it."""
        return wider in self._above.get(code, (code,))

    def kinds_of(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Every use of the list that is one of these or a kind of one, sorted."""
        wanted = set(codes)
        return tuple(sorted({code for code, chain in self._above.items() if wanted & set(chain)} | wanted))

    def takes_floor(self, code: str) -> bool:
        """Whether buildings on such land count as floor; a use that is not in the list counts."""
        return self._floors.get(code, True)

    def label(self, code: str, lang: Lang) -> str:
        """Name of a use; its code if the list does not have it."""
        return self._labels[lang].get(code, code)

    def colour(self, code: str) -> str:
        """Colour of a use on a map."""
        return self._colours.get(code, "#ffffff")

    @cached_property
    def _floors(self) -> Mapping[str, bool]:
        return {str(c): bool(v) for c, v in zip(self.rows["code"], self.rows["takes_floor"], strict=True)}

    @cached_property
    def _labels(self) -> Mapping[Lang, Mapping[str, str]]:
        return {"vi": self._column("label_vi"), "en": self._column("label_en")}

    @cached_property
    def _colours(self) -> Mapping[str, str]:
        return self._column("colour")

    def _column(self, name: str) -> Mapping[str, str]:
        return dict(zip(self.rows["code"].astype(str), self.rows[name].astype(str), strict=True))


def listed(value: object) -> tuple[str, ...]:
    """Codes of a cell that holds a list; none for an unknown cell.

    >>> listed("factory; warehouse"), listed(None)
    (('factory', 'warehouse'), ())
    """
    if value is None or value != value:
        return ()
    return tuple(part.strip() for part in str(value).split(";") if part.strip())
