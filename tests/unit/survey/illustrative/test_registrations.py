"""Illustrative registrations with known doubles."""

import pandas as pd
import pytest

from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.survey.illustrative.registrations import registrations
from quydat.survey.tax_code import valid


def test_rows_are_those_of_the_dictionary_and_say_that_they_are_illustrative() -> None:
    rows = registrations(2000, seed=1).observations
    empty = empty_bulk(tables()["observation"])
    assert rows.dtypes.to_dict() == empty.dtypes.to_dict()
    assert set(rows["basis"]) == {"illustrative"} and rows["observation_id"].is_unique


def test_a_fifth_are_copies_and_the_rest_carry_valid_codes() -> None:
    made = registrations(5000, seed=1)
    assert made.labels.nunique() == 4000
    alone = ~made.labels.duplicated(keep=False).to_numpy() & made.observations["tax_code"].notna().to_numpy()
    assert valid(made.observations["tax_code"][alone]).all()


def test_the_seed_decides_and_nothing_else() -> None:
    one, again, other = (registrations(500, seed=s).observations for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one["name"].equals(other["name"])


def test_small_numbers_and_bad_arguments() -> None:
    assert [len(registrations(n, seed=1).observations) for n in (0, 1, 2)] == [0, 1, 2]
    for n, share in ((-1, 0.2), (5, 1.0)):
        with pytest.raises(ValueError, match="copies_share"):
            registrations(n, copies_share=share, seed=1)
