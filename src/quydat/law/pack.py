"""A law pack, read, typed and checked: all that rules may speak of, and the rules by family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from quydat.core.problem import raise_if
from quydat.law.build import built
from quydat.law.grid import Grid
from quydat.law.model import Family, LawCase, LegalParameter, ParameterValue, QuantityDefinition, Rule, RuleException
from quydat.law.packs import PackTables, packs_digest, read_packs
from quydat.law.provision import Instrument

_KEPT = 8
_cache: dict[str, "Pack"] = {}


@dataclass(frozen=True, eq=False)
class Pack:
    """One or several packs laid over each other.

    Attributes
    ----------
    name
        Names of the packs that no other of them requires, joined by a plus sign.
    quantities
        By kind of subject, then by name.
    families
        Versions of each requirement, in the order of the pack; ``rules`` are all of them.
    sha256
        Hash of all files that were read.
    """

    name: str
    tables: PackTables
    instruments: Mapping[str, Instrument]
    quantities: Mapping[str, Mapping[str, QuantityDefinition]]
    parameters: Mapping[str, LegalParameter]
    grids: Mapping[str, Grid]
    families: tuple[Family, ...]
    cases: tuple[LawCase, ...]

    @property
    def sha256(self) -> str:
        """Hash of all files that were read."""
        return self.tables.sha256

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All versions of all rules."""
        return tuple(rule for family in self.families for rule in family.versions)

    @property
    def exceptions(self) -> tuple[RuleException, ...]:
        """All exceptions of all rules."""
        return tuple(one for rule in self.rules for one in rule.all_exceptions())

    def rule(self, rule_id: str) -> Rule:
        """A rule by its id.

        Raises
        ------
        KeyError
            If the pack has no such rule.
        """
        if rule_id not in self._by_id:
            raise KeyError(f"the pack {self.name} has no rule {rule_id!r}")
        return self._by_id[rule_id]

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.rule_id: rule for rule in self.rules}

    def families_of(self, subject: str) -> tuple[Family, ...]:
        """Families of the rules about a kind of subject."""
        return tuple(family for family in self.families if family.subject == subject)

    def parameter(self, parameter_id: str, *, on: date) -> ParameterValue:
        """Value of a legal parameter on a day.

        Raises
        ------
        KeyError
            If the pack has no such parameter, or none of its values is in force on that day.
        """
        if parameter_id not in self.parameters:
            raise KeyError(f"the pack {self.name} has no parameter {parameter_id!r}")
        found = self.parameters[parameter_id].on(on)
        if found is None:
            raise KeyError(f"the parameter {parameter_id!r} has no value in force on {on}")
        return found


def pack_of(tables: PackTables) -> Pack:
    """Type and check tables that were read before.

    Raises
    ------
    Problems
        All that does not fit together, at once: QD806 to QD823 and QD829.
    """
    parts = built(tables)
    raise_if(parts.found)
    required = {name for folder in tables.packs for name in folder.requires}
    name = "+".join(folder.name for folder in tables.packs if folder.name not in required)
    return Pack(
        name, tables, parts.instruments, parts.quantities, parts.parameters, parts.grids, parts.families, parts.cases
    )


def load_pack(names: Sequence[str | Path] = ("vn",)) -> Pack:
    """Read packs by name (shipped) or folder; the same files are typed and checked once.

    Raises
    ------
    Problems
        As ``read_packs`` and ``pack_of``.
    """
    digest = packs_digest(names)
    if digest not in _cache:
        pack = pack_of(read_packs(names))
        while len(_cache) >= _KEPT:
            del _cache[next(iter(_cache))]
        _cache[pack.sha256] = pack
        return pack
    return _cache[digest]
