"""``study.toml``: the settings of a study, its parameters and its scenarios, checked all at once.

A parameter is one value, or a range low / mid / high. Each of these is a number, or the address of a cell of the
record (``table/row/attribute``), from which it then takes its basis and its source. A number says its own.
"""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

from quydat.core.basis import Basis
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.core.text import Lang
from quydat.dictionary.correlation import NONE_STATED, StatedCorrelations, read_correlations
from quydat.dictionary.schema import unit_shown

FILE = "study.toml"
NATIONAL_LAW = ("vn",)
"""Law packs of a study that names none."""
_SCENARIO_KEYS = frozenset({"label_vi", "label_en", "inherits", "parameters"})
_PART_KEYS = frozenset({"value", "low", "mid", "high", "basis", "source", "note", "scale"})


@dataclass(frozen=True)
class Setting:
    """One key of ``study.toml`` as the dictionary defines it."""

    key: str
    type: str
    unit: str
    required: bool
    minimum: float | None
    maximum: float | None
    label_vi: str
    label_en: str
    definition_vi: str
    definition_en: str

    def label(self, lang: Lang) -> str:
        """Name that people read, with its unit."""
        name = self.label_vi if lang == "vi" else self.label_en
        unit = unit_shown(self.unit, lang)
        return f"{name} ({unit})" if unit else name


@dataclass(frozen=True)
class ParameterSpec:
    """A parameter as ``study.toml`` states it; ``parts`` has value, or low, mid and high: numbers or cell addresses."""

    key: str
    parts: Mapping[str, float | str]
    basis: Basis | None
    source: str
    note: str
    scale: float


@dataclass(frozen=True)
class Scenario:
    """A named variant: parameters that differ from those of the study or of the scenario it inherits from."""

    name: str
    label_vi: str
    label_en: str
    inherits: str
    parameters: Mapping[str, ParameterSpec]


@dataclass(frozen=True)
class Settings:
    """A checked ``study.toml``."""

    study_id: str
    name_vi: str
    name_en: str
    place: str
    as_of: date
    start_year: int
    end_year: int
    price_year: int
    working_epsg: int
    seed: int
    draws: int
    scenario: str
    focus: tuple[str, ...]
    law: tuple[str, ...]
    conversion_list: str | None
    extent: tuple[float, float, float, float]
    parameters: Mapping[str, ParameterSpec]
    scenarios: Mapping[str, Scenario]
    correlations: StatedCorrelations = NONE_STATED

    @property
    def years(self) -> range:
        """Years of the land account."""
        return range(self.start_year, self.end_year + 1)

    def parameters_of(self, scenario: str) -> dict[str, ParameterSpec]:
        """Parameters with those of a scenario, and of all that it inherits from, laid over them.

        Raises
        ------
        Problems
            QD308 if there is no such scenario.
        """
        if scenario not in self.scenarios:
            raise_if([problem("QD308", Place(FILE), scenario=scenario, known=", ".join(self.scenarios))])
        chain = [scenario]
        while parent := self.scenarios[chain[-1]].inherits:
            chain.append(parent)
        laid = dict(self.parameters)
        for name in reversed(chain):
            laid.update(self.scenarios[name].parameters)
        return laid


@cache
def settings() -> dict[str, Setting]:
    """All keys by name, parameters as ``parameters.step.name``.

    >>> settings()["study.start_year"].label("vi"), settings()["study.start_year"].minimum
    ('Năm đầu', 1990.0)
    """
    text = files("quydat.dictionary").joinpath("settings.csv").read_text(encoding="utf-8")
    return {
        row["key"]: Setting(
            row["key"],
            row["type"],
            row["unit"],
            row["required"] == "yes",
            float(row["minimum"]) if row["minimum"] else None,
            float(row["maximum"]) if row["maximum"] else None,
            row["label_vi"],
            row["label_en"],
            row["definition_vi"],
            row["definition_en"],
        )
        for row in csv.DictReader(StringIO(text))
    }


def read_settings(path: Path) -> Settings:
    """Read and check the ``study.toml`` of a folder.

    Raises
    ------
    Problems
        All that is wrong with it: QD301–QD312.
    """
    place = Place(FILE)
    try:
        data = tomllib.loads((path / FILE).read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        raise_if([problem("QD301", place, path=path)])
    except UnicodeDecodeError as error:
        raise_if([problem("QD105", place, offset=error.start)])
    except tomllib.TOMLDecodeError as error:
        raise_if([problem("QD302", place, why=error)])
    return parse_settings(data)


def parse_settings(data: Mapping[str, Any]) -> Settings:
    """As ``read_settings``, from the parsed text."""
    found: list[Problem] = []
    _unknown_keys(data, found)
    plain = {
        key: _plain(_get(data, key), setting, found)
        for key, setting in settings().items()
        if not key.startswith("parameters.")
    }
    parameters = _parameters(data.get("parameters", {}), found, prefix="parameters", complete=True)
    scenarios = {
        name: _scenario(name, block, found)
        for name, block in _blocks(data.get("scenarios", {}), "scenarios", found).items()
    }
    scenarios.setdefault("base", Scenario("base", "Cơ sở", "Base", "", {}))
    ranges = [key.removeprefix("parameters.") for key, setting in settings().items() if setting.type == "range"]
    correlations = read_correlations(data.get("correlation"), known=ranges, file=FILE, found=found)
    _check_scenarios(scenarios, found)
    _check_years(plain, found)
    if (name := plain["study.scenario"]) is not None and name not in scenarios:
        found.append(problem("QD308", Place(FILE, column="study.scenario"), scenario=name, known=", ".join(scenarios)))
    raise_if(found)
    study = {key.removeprefix("study."): value for key, value in plain.items() if key.startswith("study.")}
    study["focus"] = tuple(study["focus"] or ())
    study["law"] = tuple(study["law"] or NATIONAL_LAW)
    extent = tuple(plain[f"extent.{side}"] for side in ("west", "south", "east", "north"))
    return Settings(**study, extent=extent, parameters=parameters, scenarios=scenarios, correlations=correlations)


def _blocks(data: Any, prefix: str, found: list[Problem]) -> dict[str, Mapping[str, Any]]:
    """The tables of a table; whatever else stands there is a problem."""
    everything = data if isinstance(data, Mapping) else {"": data}
    for name, block in everything.items():
        if not isinstance(block, Mapping):
            key = f"{prefix}.{name}" if name else prefix
            found.append(problem("QD305", Place(FILE, column=key), key=key, wanted="table", value=block))
    return {name: block for name, block in everything.items() if isinstance(block, Mapping)}


def _get(data: Mapping[str, Any], key: str) -> Any:
    head, _, rest = key.partition(".")
    block = data.get(head)
    return block.get(rest) if isinstance(block, Mapping) else None


def _unknown_keys(data: Mapping[str, Any], found: list[Problem]) -> None:
    known = [key for key in settings() if not key.startswith("parameters.")]
    for head, block in data.items():
        if head in ("parameters", "scenarios", "correlation"):
            continue
        keys = [f"{head}.{name}" for name in block] if isinstance(block, Mapping) else [head]
        for key in keys:
            if key not in known:
                nearest = get_close_matches(key, known, n=1, cutoff=0.0)[0]
                found.append(problem("QD303", Place(FILE, column=key), key=key, nearest=nearest))


_WANTED = {
    "text": "text", "list": "list", "date": "date", "integer": "integer", "year": "integer", "number": "number",
}  # fmt: skip


def _plain(value: Any, setting: Setting, found: list[Problem]) -> Any:
    place = Place(FILE, column=setting.key)
    if value is None:
        if setting.required:
            found.append(problem("QD304", place, key=setting.key, label_vi=setting.label_vi, label_en=setting.label_en))
        return None
    right = {
        "text": isinstance(value, str) and bool(value.strip()),
        "list": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "date": isinstance(value, date) and not isinstance(value, datetime),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "year": isinstance(value, int) and not isinstance(value, bool),
        "number": _is_number(value),
    }[setting.type]
    if not right:
        found.append(problem("QD305", place, key=setting.key, wanted=_WANTED[setting.type], value=value))
        return None
    if isinstance(value, int | float):
        found += out_of_range(value, setting, setting.key)
    return value


def _is_number(value: Any) -> bool:
    """Whether a value is a number that can be reckoned with; TOML knows nan and inf as well."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def out_of_range(value: float, setting: Setting, key: str) -> list[Problem]:
    """QD306 if a value lies outside what the dictionary allows for a setting."""
    low, high = setting.minimum, setting.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return []
    return [
        problem(
            "QD306",
            Place(FILE, column=key),
            key=key,
            value=f"{value:.15g}",
            minimum="−∞" if low is None else f"{low:.15g}",
            maximum="∞" if high is None else f"{high:.15g}",
            unit=setting.unit or "-",
        )
    ]


def _parameters(block: Any, found: list[Problem], *, prefix: str, complete: bool) -> dict[str, ParameterSpec]:
    """Parameters of one block; with ``complete``, every one of the dictionary must be there."""
    known = {key.removeprefix("parameters."): s for key, s in settings().items() if key.startswith("parameters.")}
    specs: dict[str, ParameterSpec] = {}
    if not isinstance(block, Mapping):
        found.append(problem("QD305", Place(FILE, column=prefix), key=prefix, wanted="table", value=block))
        return specs
    for step, group in block.items():
        for name, body in group.items() if isinstance(group, Mapping) else [("", group)]:
            key = f"{step}.{name}" if name else step
            if key not in known:
                nearest = get_close_matches(key, list(known), n=1, cutoff=0.0)[0]
                place = Place(FILE, column=f"{prefix}.{key}")
                found.append(problem("QD303", place, key=f"{prefix}.{key}", nearest=f"{prefix}.{nearest}"))
            elif (spec := _parameter(body, known[key], f"{prefix}.{key}", found)) is not None:
                specs[key] = spec
    if complete:
        stated = {f"{s}.{n}" for s, g in block.items() if isinstance(g, Mapping) for n in g}
        for key, setting in known.items():
            if setting.required and key not in stated:
                place = Place(FILE, column=f"{prefix}.{key}")
                found.append(
                    problem("QD304", place, key=f"{prefix}.{key}", label_vi=setting.label_vi, label_en=setting.label_en)
                )
    return specs


def _parameter(body: Any, setting: Setting, key: str, found: list[Problem]) -> ParameterSpec | None:
    place = Place(FILE, column=key)
    names = ("value",) if setting.type == "value" else ("low", "mid", "high")
    if not isinstance(body, Mapping):
        found.append(problem("QD305", place, key=key, wanted=f"{{ {', '.join(names)}, basis, source }}", value=body))
        return None
    before = len(found)
    for part in body:
        if part not in _PART_KEYS or (part in ("value", "low", "mid", "high") and part not in names):
            found.append(problem("QD303", place, key=f"{key}.{part}", nearest=f"{key}.{names[0]}"))
    parts: dict[str, float | str] = {}
    for name in names:
        value = body.get(name)
        if value is None:
            found.append(problem("QD311", place, key=key, part=name))
        elif isinstance(value, str) and value.count("/") == 2:
            parts[name] = value
        elif _is_number(value):
            found += out_of_range(float(value), setting, key)
            parts[name] = float(value)
        else:
            found.append(problem("QD305", place, key=f"{key}.{name}", wanted="number", value=value))
    numbers = [value for value in parts.values() if isinstance(value, float)]
    if len(numbers) == 3 and not numbers[0] <= numbers[1] <= numbers[2]:
        found.append(problem("QD310", place, key=key, low=numbers[0], mid=numbers[1], high=numbers[2]))
    if "scale" in body and not _is_number(body["scale"]):
        found.append(problem("QD305", place, key=f"{key}.scale", wanted="number", value=body["scale"]))
    basis = body.get("basis")
    if numbers:
        found.extend(problem("QD311", place, key=key, part=part) for part in ("basis", "source") if not body.get(part))
    if basis is not None and basis not in {item.value for item in Basis}:
        wanted = ", ".join(item.value for item in Basis)
        found.append(problem("QD305", place, key=f"{key}.basis", wanted=wanted, value=basis))
    if len(found) > before:
        return None
    return ParameterSpec(
        key=setting.key.removeprefix("parameters."),
        parts=parts,
        basis=Basis(basis) if basis else None,
        source=str(body.get("source", "")),
        note=str(body.get("note", "")),
        scale=float(body.get("scale", 1.0)),
    )


def _scenario(name: str, block: Mapping[str, Any], found: list[Problem]) -> Scenario:
    for key in block:
        if key not in _SCENARIO_KEYS:
            full = f"scenarios.{name}.{key}"
            nearest = get_close_matches(key, sorted(_SCENARIO_KEYS), n=1, cutoff=0.0)[0]
            found.append(problem("QD303", Place(FILE, column=full), key=full, nearest=f"scenarios.{name}.{nearest}"))
    parameters = _parameters(block.get("parameters", {}), found, prefix=f"scenarios.{name}.parameters", complete=False)
    label_vi, label_en = str(block.get("label_vi", name)), str(block.get("label_en", name))
    return Scenario(name, label_vi, label_en, str(block.get("inherits", "")), parameters)


def _check_scenarios(scenarios: Mapping[str, Scenario], found: list[Problem]) -> None:
    for scenario in scenarios.values():
        if scenario.inherits and scenario.inherits not in scenarios:
            place = Place(FILE, column=f"scenarios.{scenario.name}.inherits")
            found.append(problem("QD308", place, scenario=scenario.inherits, known=", ".join(scenarios)))
    try:
        TopologicalSorter({s.name: [s.inherits] if s.inherits else [] for s in scenarios.values()}).prepare()
    except CycleError as error:
        found.append(problem("QD309", Place(FILE, column="scenarios"), cycle=" → ".join(error.args[1])))


def _check_years(plain: Mapping[str, Any], found: list[Problem]) -> None:
    start, end, as_of = (plain[f"study.{name}"] for name in ("start_year", "end_year", "as_of"))
    if start is not None and end is not None and end < start:
        found.append(problem("QD307", Place(FILE, column="study.end_year"), start=start, end=end))
    elif end is not None and as_of is not None and as_of >= date(end, 12, 31):
        found.append(problem("QD312", Place(FILE, column="study.as_of"), as_of=as_of, end=end))
