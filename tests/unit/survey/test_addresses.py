"""Addresses taken apart."""

import pandas as pd
import pytest

from quydat.survey.addresses import addresses


def apart(address: str | None, unit: str | None = None, park: str | None = None) -> list[object]:
    made = addresses(*(pd.Series([address], dtype="str"),), unit_name=pd.Series([unit], dtype="str"), park_name=pd.Series([park], dtype="str"))
    return [None if pd.isna(part[0]) else part[0] for part in (made.number, made.street, made.unit, made.park)]


@pytest.mark.parametrize(
    ("address", "number", "street"),
    [
        ("12/3A Nguyễn Trãi", "12/3a", "nguyen trai"),
        ("Số 12, đường Nguyễn Trãi, P. 5", "12", "nguyen trai"),
        ("Lô C1-1, Đường số 7", "lo c1-1", "so 7"),
        ("Lô C1-1 Đ. số 7, KCN Tân Tạo", "lo c1-1", "so 7"),
        ("lo dat A12 KCN Tan Tao", "lo a12", None),
        ("58 Ng. Thị Tú", "58", "nguyen thi tu"),
        ("QL1A", None, "quoc lo 1a"),
        ("104 CMT8", "104", "cach mang thang tam"),
        ("Đống Đa", None, "dong da"),
        (None, None, None),
        ("", None, None),
    ],
)
def test_number_and_street(address: str | None, number: str | None, street: str | None) -> None:
    assert apart(address)[:2] == [number, street]


def test_unit_and_park_lose_their_kind() -> None:
    assert apart(None, "Phường An Lạc", "KCN Tân Tạo")[2:] == ["an lac", "tan tao"]
    assert apart(None, "P. 5", "Khu công nghiệp Vĩnh Lộc")[2:] == ["5", "vinh loc"]
    assert apart(None, "Xã Bình Chánh")[2:] == ["binh chanh", None]
