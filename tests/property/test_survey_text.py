"""What holds for any text, number and mapping."""

from datetime import date
from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from quydat.core.problem import Problems
from quydat.dictionary.schema import choices, tables
from quydat.survey.cells import CellForm, clean
from quydat.survey.codes import check_digit
from quydat.survey.legacy import decode, encode, guess
from quydat.survey.mapping import Mapping
from quydat.survey.old_letters import ENCODINGS
from quydat.survey.syllables import syllables

SYLLABLES = st.sampled_from(sorted(syllables()))
SENTENCES = st.lists(SYLLABLES, min_size=1, max_size=8).map(" ".join)
OBSERVATION = tables()["observation"]
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.lists(SENTENCES, min_size=1, max_size=6), st.sampled_from(["tcvn3", "vni", "unicode"]))
def test_text_goes_round(cells: list[str], encoding: str) -> None:
    column = pd.Series(cells, dtype="str")
    assert decode(encode(column, encoding=encoding), encoding=encoding).text.tolist() == cells  # type: ignore[arg-type]


@given(st.lists(st.none() | st.text(max_size=20), max_size=6), st.sampled_from(ENCODINGS))
def test_any_text_can_be_decoded_and_guessed(cells: list[str | None], encoding: str) -> None:
    column = pd.Series(cells, dtype="str")
    found = decode(column, encoding=encoding).text  # type: ignore[arg-type]
    assert found.isna().tolist() == column.isna().tolist()
    assert guess(column).encoding in ENCODINGS


@given(
    st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False),
    st.sampled_from(".,"),
    st.booleans(),
    st.sampled_from(["", " m2", "m²", " ha"]),
)
def test_numbers_go_round(number: Decimal, decimal: str, grouped: bool, unit: str) -> None:
    other = "," if decimal == "." else "."
    shown = (f"{number:,f}" if grouped else f"{number:f}").translate(str.maketrans(",.", other + decimal))
    how = CellForm(decimal=decimal)  # type: ignore[arg-type]
    made = clean(pd.Series([shown + unit]), OBSERVATION["site_area_m2"], how=how)
    assert Decimal(made.text.iloc[0]) == number * (10000 if "ha" in unit else 1)
    assert made.faults == ()


@given(
    st.lists(st.none() | st.text(max_size=12), min_size=1, max_size=5), st.sampled_from([a.name for a in OBSERVATION])
)
def test_any_cell_can_be_cleaned_and_cleaning_twice_changes_nothing(cells: list[str | None], name: str) -> None:
    column = pd.Series(cells, dtype="str")
    once = clean(column, OBSERVATION[name], how=CellForm(decimal="."))
    twice = clean(once.text, OBSERVATION[name], how=CellForm(decimal="."))
    assert twice.text.fillna("").tolist() == once.text.fillna("").tolist()


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2068, 12, 31)), st.sampled_from("/-."), st.booleans())
def test_days_go_round(day: date, mark: str, short: bool) -> None:
    year = f"{day.year % 100:02}" if short else str(day.year)
    written = f"{day.day}{mark}{day.month}{mark}{year}"
    made = clean(pd.Series([written]), OBSERVATION["observed_on"], how=CellForm())
    assert made.text.tolist() == [day.isoformat()]


@given(st.integers(0, 999_999_999))
def test_check_digit_by_its_definition(number: int) -> None:
    digits = f"{number:09}"
    rest = sum(int(d) * w for d, w in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True)) % 11
    assert check_digit(digits) == (10 - rest if rest else None)
    codes = pd.Series([f"{digits}{last}" for last in range(10)], dtype="str")
    made = clean(codes, OBSERVATION["tax_code"], how=CellForm())
    right = [] if rest == 0 else [10 - rest]
    assert sorted(set(range(10)) - {fault.position for fault in made.remarks}) == right


FORMS = st.builds(
    CellForm,
    decimal=st.sampled_from(["", ".", ","]),
    day_first=st.booleans(),
    serials=st.booleans(),
    factor=st.floats(1e-6, 1e6),
    digits=st.sampled_from([0, 4, 5]),
)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    table = tables()[draw(st.sampled_from(sorted(choices("survey_table"))))]
    names = [a.name for a in table]
    headings = draw(st.lists(TEXT, unique=True, min_size=6, max_size=9))
    read = draw(st.integers(0, min(4, len(names))))
    columns = dict(zip(headings, draw(st.permutations(names))[:read], strict=False))
    x, y = (headings[4], headings[5]) if draw(st.booleans()) else ("", "")
    used = [*columns, *(h for h in (x, y) if h)]
    some = st.sets(st.sampled_from(used)) if used else st.just(set())
    return Mapping(
        table.name,
        columns,
        {h: draw(st.sampled_from([*ENCODINGS, "mixed"])) for h in sorted(draw(some))},
        {h: draw(FORMS) for h in sorted(draw(some))},
        x,
        y,
        draw(st.none() | st.integers(1024, 999999)),
        draw(st.booleans()),
        draw(st.booleans()),
        {names[0]: draw(TEXT)},
        tuple(headings[6:]),
    )


@given(mappings())
def test_mappings_go_round(mapping: Mapping) -> None:
    assert Mapping.from_toml(mapping.to_toml()) == mapping


KEYS = st.sampled_from(["table", "columns", "forms", "text", "position", "defaults", "left_out", "x", "epsg", "name"])
VALUES = st.recursive(
    st.sampled_from(["observation", "name", "tcvn3"]) | st.integers(-3, 3) | st.booleans(),
    lambda v: st.dictionaries(KEYS, v, max_size=4),
)


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {as_toml(v)}" for k, v in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


@given(st.dictionaries(KEYS, VALUES, max_size=5) | st.text(max_size=20))
def test_any_file_is_a_mapping_or_a_list_of_problems(read: object) -> None:
    text = read if isinstance(read, str) else "\n".join(f"{k} = {as_toml(v)}" for k, v in read.items())  # type: ignore[attr-defined]
    try:
        assert Mapping.from_toml(text).table in tables()
    except Problems as wrong:
        assert all(one.number in ("QD135", "QD137", "QD138") for one in wrong.found)
        assert all(one.message("vi") for one in wrong.found)
