"""How a sheet is to be read, as a file that people can look at, mend and use again.

The file is TOML. Headings stand in it as the sheet has them, in whatever encoding.
"""

import re
import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, fields
from typing import Any

from quydat.core.problem import Place, Problem, Problems, problem, raise_if
from quydat.dictionary.schema import Table, choices, tables
from quydat.survey.cells import CellForm
from quydat.survey.old_letters import ENCODINGS

MIXED = "mixed"
"""Instead of an encoding: each row of the column is read by its own."""
_SECTIONS = ("columns", "text", "forms", "position", "defaults")
_POSITION = {"x": str, "y": str, "epsg": int, "swapped": bool, "missing_datum": bool}
_TYPES = {
    str: ("một chuỗi", "a text"),
    int: ("một số nguyên", "a whole number"),
    bool: ("true hay false", "true or false"),
    float: ("một số", "a number"),
    dict: ("một phần [..]", "a section"),
    list: ("một danh sách", "a list"),
}


@dataclass(frozen=True)
class Mapping:
    """How a sheet is to be read.

    Attributes
    ----------
    table
        Table of the survey that the rows go to.
    columns
        Attribute of each heading.
    text
        Encoding of the headings whose cells are not Unicode: ``tcvn3``, ``tcvn3_capitals``, ``vni`` or ``mixed``.
    forms
        How cells are written, by heading; a heading without one has the plain ``CellForm``.
    x, y
        Headings of the easting or longitude, and of the northing or latitude; empty if there are none.
    epsg
        Coordinate system of x and y or of the shapes; None while nobody has said it.
    swapped, missing_datum
        Whether x holds the northing; whether the coordinates are WGS 84 but the datum step was left out.
    defaults
        Value (in the dictionary's writing) of an attribute where a row has none.
    left_out
        Headings that are not read; they stay in the row's original.
    """

    table: str
    columns: Dict[str, str] = field(default_factory=dict)
    text: Dict[str, str] = field(default_factory=dict)
    forms: Dict[str, CellForm] = field(default_factory=dict)
    x: str = ""
    y: str = ""
    epsg: int | None = None
    swapped: bool = False
    missing_datum: bool = False
    defaults: Dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def headings(self) -> list[str]:
        """All headings that it reads."""
        return [*self.columns, *(heading for heading in (self.x, self.y) if heading)]

    def to_toml(self) -> str:
        """The mapping as a file.

        >>> print(Mapping("observation", {"Tên DN": "name"}, epsg=9210).to_toml())
        table = "observation"
        left_out = []
        <BLANKLINE>
        [columns]
        "Tên DN" = "name"
        <BLANKLINE>
        [position]
        epsg = 9210
        <BLANKLINE>
        """
        lines = [f"table = {_text(self.table)}", f"left_out = [{', '.join(map(_text, self.left_out))}]"]
        position = {name: getattr(self, name) for name in _POSITION if getattr(self, name) not in ("", None, False)}
        for name, section in (("columns", self.columns), ("text", self.text), ("position", position),
                              ("defaults", self.defaults)):  # fmt: skip
            if section:
                lines += ["", f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in section.items())]
        for heading, form in self.forms.items():
            lines += ["", f"[forms.{_text(heading)}]"]
            lines += [f"{part.name} = {_value(getattr(form, part.name))}" for part in fields(CellForm)]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str, *, file: str = "") -> "Mapping":
        """Read a mapping.

        Raises
        ------
        Problems
            All that is wrong, at once: QD137 if it is not TOML, QD138 for keys and values that mean nothing, QD135
            where two headings are one attribute.

        >>> Mapping.from_toml('table = "observation"\\n[columns]\\n"MST" = "tax_code"').columns
        {'MST': 'tax_code'}
        """
        try:
            read = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise Problems([problem("QD137", Place(file), why=error)]) from None
        return cls.from_dict(read, file=file)

    @classmethod
    def from_dict(cls, read: dict[str, Any], *, file: str = "") -> "Mapping":
        """As ``from_toml``, of what TOML was read as."""
        return _Reader(read, file).mapping()


_BARE = re.compile("[A-Za-z0-9_-]+")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) and name.isascii() and name in _POSITION else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    """A basic string of TOML; what does not show is written by its number."""
    made = []
    for letter in text:
        if letter in '"\\':
            made.append("\\" + letter)
        elif letter.isprintable():
            made.append(letter)
        else:
            made.append(f"\\u{ord(letter):04X}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08X}")
    return '"' + "".join(made) + '"'


class _Reader:
    """Checks a mapping that someone may have written by hand."""

    def __init__(self, read: dict[str, Any], file: str) -> None:
        self._read = read
        self._place = Place(file)
        self._found: list[Problem] = []

    def _wrong(self, key: str, vi: str, en: str) -> None:
        self._found.append(problem("QD138", self._place, key=key, why_vi=vi, why_en=en))

    def _of_type(self, value: Any, kind: type, key: str) -> bool:
        fits = isinstance(value, (int, float) if kind is float else kind) and (kind is bool or value is not True)
        fits = fits and not (kind in (int, float) and isinstance(value, bool))
        if not fits:
            vi, en = _TYPES[kind]
            self._wrong(key, f"phải là {vi}", f"must be {en}")
        return fits

    def _section(self, name: str) -> dict[str, Any]:
        section = self._read.get(name, {})
        return section if self._of_type(section, dict, name) else {}

    def _texts(self, name: str) -> dict[str, str]:
        return {k: v for k, v in self._section(name).items() if self._of_type(v, str, f"{name}.{k}")}

    def mapping(self) -> Mapping:
        """The mapping, if nothing is wrong."""
        for key in self._read:
            if key not in ("table", "left_out", *_SECTIONS):
                self._wrong(key, "là khóa lạ", "is not known")
        table = self._table()
        columns, text, defaults = self._texts("columns"), self._texts("text"), self._texts("defaults")
        position = self._position()
        left_out = self._left_out()
        if table:
            self._attributes(table, columns, defaults)
        for heading, encoding in text.items():
            if encoding not in (*ENCODINGS, MIXED):
                known = ", ".join((*ENCODINGS, MIXED))
                self._wrong(f"text.{heading}", f"phải là một trong {known}", f"must be one of {known}")
        forms = {heading: self._form(heading, form) for heading, form in self._section("forms").items()}
        used = {*columns, position.get("x", ""), position.get("y", "")} - {""}
        for name, headings in (("text", text), ("forms", forms)):
            for heading in headings:
                if heading not in used:
                    self._wrong(f"{name}.{heading}", "là cột không được đọc", "is a column that is not read")
        for heading in left_out:
            if heading in used:
                self._wrong(f"left_out.{heading}", "vừa được đọc vừa bị bỏ", "is both read and left out")
        raise_if(self._found)
        name = table.name if table else ""
        return Mapping(name, columns, text, forms, defaults=defaults, left_out=left_out, **position)

    def _table(self) -> Table | None:
        known = choices("survey_table")
        name = self._read.get("table", "")
        if isinstance(name, str) and name in known:
            return tables()[name]
        named = ", ".join(sorted(known))
        self._wrong("table", f"phải là một trong {named}", f"must be one of {named}")
        return None

    def _left_out(self) -> tuple[str, ...]:
        given = self._read.get("left_out", [])
        if not self._of_type(given, list, "left_out"):
            return ()
        return tuple(h for i, h in enumerate(given) if self._of_type(h, str, f"left_out.{i}"))

    def _position(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in self._section("position").items():
            if key not in _POSITION:
                self._wrong(f"position.{key}", "là khóa lạ", "is not known")
            elif self._of_type(value, _POSITION[key], f"position.{key}"):
                made[key] = value
        if bool(made.get("x")) != bool(made.get("y")):
            self._wrong("position", "cần cả x và y", "needs both x and y")
        elif made.get("x") and made["x"] == made["y"]:
            self._wrong("position.y", "trùng với x", "is the same as x")
        if "epsg" in made and not 1024 <= made["epsg"] <= 999999:
            self._wrong("position.epsg", "không phải mã EPSG", "is no EPSG number")
        return made

    def _attributes(self, table: Table, columns: dict[str, str], defaults: dict[str, str]) -> None:
        for name, given in (("columns", columns.items()), ("defaults", ((a, a) for a in defaults))):
            for key, attribute in given:
                if attribute not in table:
                    self._wrong(
                        f"{name}.{key}", f"chỉ thuộc tính «{attribute}» mà bảng không có",
                        f'names the attribute "{attribute}", which the table does not have',
                    )  # fmt: skip
        for one in table:
            headings = [h for h, attribute in columns.items() if attribute == one.name]
            if len(headings) > 1:
                self._found.append(two_headings(headings, table, one.name, self._place))

    def _form(self, heading: str, given: Any) -> CellForm:
        made: dict[str, Any] = {}
        if self._of_type(given, dict, f"forms.{heading}"):
            kinds = {part.name: type(part.default) for part in fields(CellForm)}
            for key, value in given.items():
                where = f"forms.{heading}.{key}"
                if key not in kinds:
                    self._wrong(where, "là khóa lạ", "is not known")
                elif self._of_type(value, kinds[key], where):
                    made[key] = float(value) if kinds[key] is float else value
        if made.get("decimal", "") not in ("", ".", ","):
            self._wrong(f"forms.{heading}.decimal", "phải là «.», «,» hoặc trống", 'must be ".", "," or empty')
        if not 0 < made.get("factor", 1.0) < float("inf"):
            self._wrong(f"forms.{heading}.factor", "phải là số dương", "must be a positive number")
        if made.get("digits", 0) not in (0, 4, 5):
            self._wrong(f"forms.{heading}.digits", "phải là 0, 4 hoặc 5", "must be 0, 4 or 5")
        return CellForm(**made)


def two_headings(headings: list[str], table: Table, attribute: str, place: Place) -> Problem:
    """The problem that several headings are one attribute.

    >>> two_headings(["DN", "Tên"], tables()["observation"], "name", Place()).number
    'QD135'
    """
    named = ", ".join(f"«{heading}»" for heading in headings)
    one = table[attribute]
    return problem("QD135", place, headings=named, label_vi=one.label_vi, label_en=one.label_en)
