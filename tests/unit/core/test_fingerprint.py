"""The same content has the same name."""

import hashlib
from datetime import date

import numpy as np
import pandas as pd
import pytest

from quydat.core.fingerprint import canonical, of_code, of_table, sha256


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({2030: "x"}, '{"2030":"x"}'),
        ((1, 2.5), "[1,2.5]"),
        (date(2025, 6, 30), '"2025-06-30"'),
        (float("nan"), "null"),
        (pd.NA, "null"),
        (pd.NaT, "null"),
        (np.float64("nan"), "null"),
        (np.float32("nan"), "null"),
        (np.int64(7), "7"),
        (np.bool_(True), "true"),
        ("Phạm Văn Hai", '"Phạm Văn Hai"'),
    ],
)
def test_canonical_text_by_hand(value: object, text: str) -> None:
    assert canonical(value) == text


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no canonical form"):
        canonical({1, 2})


def test_sha256_is_that_of_the_text() -> None:
    assert sha256({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()


def table() -> pd.DataFrame:
    return pd.DataFrame({"park_id": ["a", "b"], "gross_area_ha": [300.0, None]})


def test_a_table_is_its_columns_and_rows() -> None:
    by_hand = b'[["gross_area_ha","park_id"],[[300.0,"a"],[null,"b"]]]'
    assert of_table(table()) == hashlib.sha256(by_hand).hexdigest()


def test_order_of_columns_and_index_change_nothing() -> None:
    assert of_table(table()[["gross_area_ha", "park_id"]]) == of_table(table())
    assert of_table(table().set_axis([7, 3])) == of_table(table())


def test_order_of_rows_and_names_of_columns_do() -> None:
    assert of_table(table().iloc[::-1]) != of_table(table())
    assert of_table(table().rename(columns={"park_id": "id"})) != of_table(table())


def test_unknown_differs_from_zero_and_from_the_empty_text() -> None:
    zero = table().assign(gross_area_ha=[300.0, 0.0])
    assert of_table(zero) != of_table(table())
    assert sha256(None) != sha256("")


def test_the_code_has_one_fingerprint() -> None:
    assert of_code() == of_code()
    assert len(of_code()) == 64
