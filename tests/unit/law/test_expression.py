"""The language of rules: what it reads, and what it refuses."""

from datetime import date

import pytest

from quydat.law.expression import (
    Among,
    Binary,
    Call,
    GridValue,
    Literal,
    Parameter,
    Quantity,
    Unary,
    children,
    parse,
    parse_list,
    walk,
)
from quydat.law.tokens import ExpressionError, tokens


def test_and_binds_before_or_and_not_before_both() -> None:
    assert parse("a or not b and c") == Binary(
        "or", Quantity("a"), Binary("and", Unary("not", Quantity("b")), Quantity("c"))
    )


def test_products_bind_before_sums_and_sums_before_comparisons() -> None:
    assert parse("a + 2 * b >= -c / 4") == Binary(
        ">=",
        Binary("+", Quantity("a"), Binary("*", Literal(2.0), Quantity("b"))),
        Binary("/", Unary("-", Quantity("c")), Literal(4.0)),
    )
    assert parse("(a + 2) * b") == Binary("*", Binary("+", Quantity("a"), Literal(2.0)), Quantity("b"))
    assert parse("8 - 4 - 2") == Binary("-", Binary("-", Literal(8.0), Literal(4.0)), Literal(2.0))


def test_all_forms_of_values() -> None:
    assert parse("kind in ('khu công nghiệp', 'b')") == Among(
        Quantity("kind"), (Literal("khu công nghiệp"), Literal("b"))
    )
    assert parse("@least-area.ha") == Parameter("least-area.ha")
    assert parse("grid('Q01-T28')") == GridValue("Q01-T28")
    assert parse("date('2026-09-15')") == Literal(date(2026, 9, 15))
    assert parse("known(a) = true") == Binary("=", Call("known", (Quantity("a"),)), Literal(True))
    assert parse("max(a, b / 2, 7)") == Call(
        "max", (Quantity("a"), Binary("/", Quantity("b"), Literal(2.0)), Literal(7.0))
    )
    assert parse_list("1; 'a;b' ;x") == (Literal(1.0), Literal("a;b"), Quantity("x"))


def test_a_tree_can_be_walked() -> None:
    node = parse("not (a in (1, b)) and max(c, 2) = 3")
    assert [part.name for part in walk(node) if isinstance(part, Quantity)] == ["a", "b", "c"]
    assert children(Literal(1.0)) == ()


@pytest.mark.parametrize(
    ("text", "number", "at"),
    [
        ("", "QD806", 1),
        ("a >", "QD806", 4),
        ("a b", "QD806", 3),
        ("(a", "QD806", 3),
        ("1 < a < 2", "QD806", 7),
        ("a = 'x", "QD806", 5),
        ('a = "x"', "QD806", 5),
        ("a.b", "QD806", 2),
        ("a[0]", "QD806", 2),
        ("a ** 2", "QD806", 4),
        ("1e9", "QD806", 2),
        ("date('2026-02-30')", "QD806", 6),
        ("date(x)", "QD806", 6),
        ("date('20260915')", "QD806", 6),
        ("known(a, b)", "QD806", 11),
        ("max(a)", "QD806", 6),
        ("\N{CYRILLIC SMALL LETTER A}rea", "QD806", 1),
        ("and", "QD806", 1),
    ],
)
def test_what_is_no_expression_is_told_with_its_place(text: str, number: str, at: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.number, caught.value.facts["at"]) == (number, at)


@pytest.mark.parametrize("name", ["eval", "__import__", "open", "now", "random", "len"])
def test_there_are_no_other_functions(name: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(f"{name}('x')")
    assert caught.value.number in ("QD811", "QD806")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "a" + ")" * 500,
        "not " * 500 + "a",
        "-" * 500 + "1",
        "a" * 81,
        "9" * 21,
        "a + " * 400 + "a",
        "a" * 2001,
    ],
)
def test_size_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.number == "QD807"


def test_tokens_say_where_they_begin() -> None:
    assert [(word.text, word.at) for word in tokens("a >= 12.5")] == [("a", 1), (">=", 3), ("12.5", 6), ("", 10)]
