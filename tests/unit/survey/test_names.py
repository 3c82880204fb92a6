"""Names of establishments taken apart."""

import pandas as pd
import pytest

from quydat.survey.names import names


def apart(text: str) -> tuple[object, object, int, object]:
    made = names(pd.Series([text], dtype="str"))
    return made.form[0], made.activity[0], int(made.branch[0]), made.proper[0]


@pytest.mark.parametrize(
    ("text", "form", "activity", "branch", "proper"),
    [
        ("Công ty TNHH MTV Thành Công", "limited", None, 0, "thanh cong"),
        ("CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN THÀNH CÔNG", "limited", None, 0, "thanh cong"),
        ("Thanh Cong Co., Ltd", "limited", None, 0, "thanh cong"),
        ("CTCP Bao Bì Minh Phát", "joint_stock", "packaging", 0, "minh phat"),
        ("Minh Phat Packaging JSC", "joint_stock", None, 0, "minh phat packaging"),
        ("DNTN Cơ khí Đức Thịnh", "private", "mechanics", 0, "duc thinh"),
        ("Cơ sở may mặc Hồng Vân", "household", "garment", 0, "hong van"),
        ("Chi nhánh 2 Công ty CP Nhựa Bình Minh", "joint_stock", "plastic", 3, "binh minh"),
        ("Chi nhánh Công ty CP Nhựa Bình Minh", "joint_stock", "plastic", 1, "binh minh"),
        ("Công ty CP Nhựa Bình Minh - Nhà máy III", "joint_stock", "plastic", 4, "binh minh"),
        ("Công ty TNHH SX TM DV XNK An Phú", "limited", None, 0, "an phu"),
        ("Công ty TNHH Kho Bạc", "limited", None, 0, "kho bac"),  # «kho» without a number is a word like any other
        ("Công ty TNHH Bao Bì", "limited", "packaging", 0, "bao bi"),  # nothing else is left to name it by
    ],
)
def test_a_name_is_taken_apart(text: str, form: str, activity: str | None, branch: int, proper: str) -> None:
    made = apart(text)
    assert made[0] == form
    assert made[1] == activity or (activity is None and pd.isna(made[1]))
    assert made[2:] == (branch, proper)


def test_missing_and_empty_names() -> None:
    made = names(pd.Series([None, "", " - "], dtype="str"))
    assert made.proper.isna().all() and made.branch.tolist() == [0, 0, 0]
    assert len(names(pd.Series([], dtype="str")).proper) == 0


def test_the_index_is_kept() -> None:
    assert names(pd.Series(["An Phú"], index=[7])).proper.to_dict() == {7: "an phu"}
