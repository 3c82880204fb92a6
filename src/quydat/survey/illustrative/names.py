"""Names that nobody has: of companies, streets and units; and the ways in which offices spell them."""

import unicodedata

import numpy as np

from quydat.survey.illustrative.draw import pick

# No word begins with an accented capital that TCVN3 cannot write: those are planted, with their place.
_SYLLABLES = (
    "An", "Bình", "Cường", "Dũng", "Đại", "Gia", "Hải", "Hòa", "Hưng", "Khang", "Kim", "Lâm", "Long", "Lộc", "Mai",
    "Nam", "Nghĩa", "Nguyên", "Nhật", "Phong", "Phú", "Phước", "Quang", "Sơn", "Tâm", "Thạch", "Thành", "Thắng",
    "Thịnh", "Thuận", "Tiến", "Trí", "Trường", "Tường", "Vạn", "Việt", "Vĩnh", "Xuân", "Yên", "Bảo",
)  # fmt: skip
_FORMS = ("Công ty TNHH", "Công ty TNHH Sản xuất Thương mại", "Công ty Cổ phần", "Doanh nghiệp tư nhân", "Hợp tác xã",
          "Hộ kinh doanh", "Công ty TNHH Một thành viên")  # fmt: skip
_FORM_WEIGHTS = (40, 20, 18, 7, 2, 8, 5)
_SHORT = (
    ("Công ty TNHH Sản xuất Thương mại", "Cty TNHH SX TM"), ("Công ty TNHH Một thành viên", "Cty TNHH MTV"),
    ("Công ty TNHH", "Cty TNHH"), ("Công ty Cổ phần", "CTCP"), ("Doanh nghiệp tư nhân", "DNTN"),
    ("Hợp tác xã", "HTX"), ("Hộ kinh doanh", "HKD"),
)  # fmt: skip

CITY = "Thành phố Minh Họa"
PROVINCES = ("Tỉnh Ví Dụ Một", "Tỉnh Ví Dụ Hai", "Tỉnh Ví Dụ Ba")
"""The three former provinces, from west to east."""


def company_name(random: np.random.Generator, business: str) -> str:
    """A made-up name: form of company, business, three syllables.

    >>> company_name(np.random.default_rng(3), "Cơ khí").split()[-4:-3]
    ['khí']
    """
    first = [str(word) for word in random.choice(_SYLLABLES, 3, replace=False)]
    return " ".join([pick(random, _FORMS, _FORM_WEIGHTS), business, *first])


def short_name(name: str) -> str:
    """The name with its form shortened, as the next office writes it.

    >>> short_name("Công ty TNHH Cơ khí An Bình Lâm")
    'Cty TNHH Cơ khí An Bình Lâm'
    """
    for long, short in _SHORT:
        if name.startswith(f"{long} "):
            return short + name.removeprefix(long)
    return name


def plain(text: str) -> str:
    """The text without accents.

    >>> plain("Đường số 5, Phường Mẫu")
    'Duong so 5, Phuong Mau'
    """
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def street(random: np.random.Generator) -> str:
    """A made-up address within a ward.

    >>> street(np.random.default_rng(1)).count("Đường")
    1
    """
    name = " ".join(str(word) for word in random.choice(_SYLLABLES, 2, replace=False))
    return f"{int(random.integers(1, 900))} Đường {name}, Tổ {int(random.integers(1, 90))}"
