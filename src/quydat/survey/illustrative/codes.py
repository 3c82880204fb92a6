"""Tax codes with a valid check digit in a range that no office gives out, and codes of activity."""

from typing import NamedTuple

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_FIRST, _END = 39000000, 40000000
"""First nine digits that no enterprise of the city has reached: a made-up code is nobody's."""


def check_digit(nine: str) -> int | None:
    """Tenth digit of a tax code, or None where the nine have none (Circular 105/2020/TT-BTC, art. 5).

    The weighted sum of the nine digits is taken modulo 11; ten minus that is the digit, and a ten is none.

    >>> check_digit("030058856")     # 87 + 85 + 104 + 56 + 25 + 18 = 375 = 34 × 11 + 1
    9
    """
    rest = 10 - sum(int(digit) * weight for digit, weight in zip(nine, _WEIGHTS, strict=True)) % 11
    return rest if rest < 10 else None


def tax_codes(count: int) -> list[str]:
    """The first made-up tax codes, each with its check digit; numbers that have none are left out.

    Raises
    ------
    ValueError
        If there are not so many.

    >>> tax_codes(2)     # 294 = 26 × 11 + 8; the next, 297 = 27 × 11, has none; 300 = 27 × 11 + 3
    ['0390000002', '0390000027']
    """
    made: list[str] = []
    running = _FIRST
    while len(made) < count:
        if running >= _END:
            raise ValueError(f"the range of made-up tax codes ends after {len(made)}")
        nine = f"{running:09}"
        digit = check_digit(nine)
        if digit is not None:
            made.append(f"{nine}{digit}")
        running += 1
    return made


class Activity(NamedTuple):
    """A line of business.

    Attributes
    ----------
    code
        VSIC code with the version it is written in.
    section
        Section by that version.
    words
        The business in words, as in a company's name.
    floor_per_worker_m2
        Around what the draws lie.
    group
        Environmental group that most have.
    """

    code: str
    version: str
    section: str
    words: str
    floor_per_worker_m2: float
    group: str


ACTIVITIES = (
    Activity("1061", "2018", "C", "Xay xát", 60, "III"),
    Activity("1075", "2018", "C", "Thực phẩm", 25, "II"),
    Activity("1313", "2018", "C", "Dệt nhuộm", 45, "I"),
    Activity("1410", "2018", "C", "May mặc", 9, "III"),
    Activity("1520", "2018", "C", "Giày da", 10, "II"),
    Activity("1622", "2018", "C", "Đồ gỗ", 40, "III"),
    Activity("1702", "2018", "C", "Bao bì giấy", 45, "II"),
    Activity("1811", "2018", "C", "In ấn", 30, "III"),
    Activity("2022", "2018", "C", "Sơn", 55, "I"),
    Activity("2100", "2018", "C", "Dược phẩm", 40, "II"),
    Activity("2220", "2018", "C", "Nhựa", 35, "II"),
    Activity("2392", "2018", "C", "Gạch", 80, "II"),
    Activity("2511", "2018", "C", "Cơ khí", 40, "III"),
    Activity("2592", "2018", "C", "Xi mạ", 40, "I"),
    Activity("2610", "2018", "C", "Điện tử", 14, "II"),
    Activity("2930", "2018", "C", "Phụ tùng", 28, "III"),
    Activity("3100", "2018", "C", "Nội thất", 38, "III"),
    Activity("0810", "2018", "B", "Khai thác đá", 120, "I"),
    Activity("3830", "2018", "E", "Tái chế", 70, "I"),
    Activity("5210", "2018", "H", "Kho bãi", 180, "IV"),
    Activity("6201", "2018", "J", "Phần mềm", 12, "IV"),
    Activity("6210", "2025", "K", "Phần mềm", 12, "IV"),
    Activity("2610", "2025", "C", "Điện tử", 14, "II"),
    Activity("1410", "2025", "C", "May mặc", 9, "III"),
)
WEIGHTS = (2, 8, 3, 14, 4, 9, 6, 3, 3, 2, 9, 2, 14, 2, 5, 4, 5, 3, 2, 7, 1, 3, 3, 4)
