"""Text without accents."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quydat.survey.fold import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phường Tân Tạo A", "phuong tan tao a"),
        ("ĐỒNG NAI", "dong nai"),
        ("Bà Rịa – Vũng Tàu", "ba ria – vung tau"),
        ("ưƯơƠăĂâÂêÊôÔ", "uuooaaaaeeoo"),
        ("  Quận\t12 \n", "quan 12"),
        ("P.\u00a012", "p. 12"),
        ("Thủ\u200b Đức", "thu duc"),
        ("", ""),
        ("đĐðÐ", "ddðð"),  # the letter eth looks like đ and is not
    ],
)
def test_one_text(text: str, expected: str) -> None:
    assert fold(pd.Series([text])).tolist() == [expected]
    assert fold(pd.Series([unicodedata.normalize("NFD", text)])).tolist() == [expected]


def test_missing_stays_missing_and_the_index_stays() -> None:
    found = fold(pd.Series(["Á", None], index=[7, 3], dtype="str"))
    assert found.index.tolist() == [7, 3]
    assert found.isna().tolist() == [False, True]
    assert str(found.dtype) == "str"


def test_no_text_at_all() -> None:
    assert fold(pd.Series([], dtype="str")).tolist() == []
    assert fold(pd.Series([None, None], dtype="str")).isna().all()


LETTERS = st.text(alphabet="aAăắẮâầêếệơớưữđĐ đyỹ12.,-\t\u00a0\u0301\u0323", max_size=20)


@given(LETTERS)
def test_as_python_folds_letter_by_letter(text: str) -> None:
    apart = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M"))
    expected = " ".join(apart.lower().replace("đ", "d").split())
    assert fold(pd.Series([text], dtype="str")).tolist() == [expected]


@given(st.text(max_size=20))
def test_folded_twice_is_folded_once(text: str) -> None:
    once = fold(pd.Series([text], dtype="str"))
    assert fold(once).tolist() == once.tolist()


def test_a_column_of_few_names_is_folded_like_one_of_many() -> None:
    few = pd.Series(["Xã  Đất Đỏ", None, "Xã Đất Đỏ"] * 900, dtype="str")
    found = fold(few)
    assert found.isna().sum() == 900
    assert set(found.dropna()) == {"xa dat do"}
