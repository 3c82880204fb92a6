"""Tax codes and their check digit."""

import numpy as np
import pandas as pd

from quydat.survey.tax_code import check_digit, valid, with_check_digit


def test_the_check_digit_by_hand() -> None:
    # 0300588569: 3·29 + 5·17 + 8·13 + 8·7 + 5·5 + 6·3 = 375 = 34·11 + 1, so 10 − 1 = 9.
    assert check_digit(np.array([30058856])).tolist() == [9]
    # 000000002: 2·3 = 6, so 10 − 6 = 4. 000000000 would want 10: no code begins so.
    assert check_digit(np.array([2, 0])).tolist() == [4, 10]


def test_numbers_that_begin_no_code_give_the_next_that_does() -> None:
    assert with_check_digit(np.array([0])).to_pylist() == ["0000000017"]  # 1·3 = 3, 10 − 3 = 7


def test_forms_that_are_no_codes() -> None:
    assert not valid(pd.Series(["", "300588569", "0300588569-2", "0300588569 ", "03005885690", "abc"])).any()


def test_one_wrong_digit_is_always_found() -> None:
    code = "0300588569"
    wrong = [code[:at] + str(d) + code[at + 1 :] for at in range(10) for d in range(10) if str(d) != code[at]]
    assert not valid(pd.Series(wrong)).any()
