"""Old encodings: read, written, and found out row by row, without false alarm."""

from unicodedata import normalize

import numpy as np
import pandas as pd
import pytest

from quydat.survey.legacy import decode, encode, encoding_of_font, guess

ONSETS = """- b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"""
RIMES = """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot oa oac oai oan oang oanh oay oăc oăn oăng oe oen oeo
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uê uôc uôi uôm uôn uông
uôt uơ uy uya uych uynh uyt uyên uyêt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu"""
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]


def syllables() -> list[str]:
    """Every onset with every rime with every tone on each of its vowels: more than Vietnamese has, and none less."""
    made = set()
    for rime in RIMES.split():
        for place, letter in enumerate(rime):
            if letter in "aăâeêioôơuưy":
                for tone in TONES:
                    toned = normalize("NFC", rime[: place + 1] + tone + rime[place + 1 :])
                    made |= {onset.strip("-") + toned for onset in ONSETS.split()}
    return sorted(made)


def text(*cells: str | None) -> "pd.Series[str]":
    return pd.Series(list(cells), dtype="str")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "unicode"])
def test_all_syllables_go_round(encoding: str) -> None:
    words = text(*syllables())
    assert len(words) > 20_000
    assert decode(encode(words, encoding=encoding), encoding=encoding).text.tolist() == words.tolist()  # type: ignore[arg-type]


def test_vni_capitals_go_round_and_those_of_tcvn3_come_from_the_font() -> None:
    words = text(*(word.upper() for word in syllables()))
    assert decode(encode(words, encoding="vni"), encoding="vni").text.tolist() == words.tolist()
    written = encode(words, encoding="tcvn3_capitals")
    assert decode(written, encoding="tcvn3_capitals").text.tolist() == words.tolist()


@pytest.mark.parametrize(
    ("encoding", "written", "read"),
    [
        # By hand from the tables of the ABC and VNI fonts.
        ("tcvn3", "Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("tcvn3", "§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("tcvn3", "\x93Xe \xad¬m\x94", "“Xe ươm”"),  # quotes by Latin-1
        ("tcvn3", "“Xe \xad¬m”", "“Xe ươm”"),  # quotes by Windows-1252
        ("tcvn3", "Nh\u03bc m¸y", "Nhà máy"),  # the micro sign as the Greek letter
        ("vni", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("vni", "Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ("vni", "TAÂN BÌNH, HOÙC MOÂN", "TÂN BÌNH, HÓC MÔN"),
        ("vni", "\x93Kyõ thuaät\x94", "“Kỹ thuật”"),
        ("unicode", "Vie\u0323\u0302t Nam", "Việt Nam"),
        ("unicode", "Bi\u0300nh Dương", "Bình Dương"),
    ],
)
def test_known_sentences(encoding: str, written: str, read: str) -> None:
    assert decode(text(written), encoding=encoding).text.tolist() == [read]  # type: ignore[arg-type]


def test_a_mark_does_not_join_a_letter_of_the_cell_before() -> None:
    assert decode(text("Ba", "âu"), encoding="vni").text.tolist() == ["Ba", "âu"]


def test_missing_and_empty_cells_stay() -> None:
    found = decode(pd.Series([None, "", "C«ng"], dtype="str", index=[7, 8, 9]), encoding="tcvn3").text
    assert found.index.tolist() == [7, 8, 9]
    assert found.isna().tolist() == [True, False, False]
    assert found.tolist()[1:] == ["", "Công"]


@pytest.mark.parametrize(
    ("written", "ambiguous"),
    [
        ("Nh­ ý X", True),  # ý begins a word, and has the same code in Latin-1
        ("C«ng ty §«ng Nam", False),  # Đ has a code of its own
        ("Hµ NéI", True),  # NộI: a small letter between capitals
        ("Hµ", True),  # Hà or HÀ
        ("C«ng ty ¸ Ch©u", True),  # á begins a word among words with capitals
        ("khu phè bèn", False),
        ("Êp 3", True),  # begins the cell
        ("TNHH may mÆc", False),
        ("abc", False),
    ],
)
def test_capitals_that_tcvn3_does_not_tell_are_reported_never_made(written: str, ambiguous: bool) -> None:
    found = decode(text("x", written), encoding="tcvn3")
    assert found.ambiguous.tolist() == ([1] if ambiguous else [])


def test_what_an_encoding_cannot_write_is_refused() -> None:
    for cell in ("Müller", "Д", "«quoted»"):
        with pytest.raises(ValueError, match="has no letter"):
            encode(text(cell), encoding="tcvn3")
    with pytest.raises(ValueError, match="has no letter"):
        encode(text("Peña"), encoding="vni")
    with pytest.raises(ValueError, match="none of"):
        decode(text("a"), encoding="viscii")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", "tcvn3"),
        (".VnArial", "tcvn3"),
        (".VnTimeH", "tcvn3_capitals"),
        (".VnArialH Bold", "tcvn3_capitals"),
        ("VNI-Times", "vni"),
        ("VNI-Helve", "vni"),
        ("Times New Roman", None),
        ("", None),
        ("Arial", None),
    ],
)
def test_fonts(font: str, encoding: str | None) -> None:
    assert encoding_of_font(font) == encoding


NAMES = [
    "Công ty TNHH May mặc Đông Á",
    "Xí nghiệp Gỗ Tân Thành",
    "Hộ kinh doanh Lê Thị Bảy",
    "Lô 5, đường số 3",
    "Khu phố 4, phường An Lạc",
    "Nhà máy thép Pomina 2",
    "Cơ sở Hoà Bình",
    "15/3 Quốc lộ 1A, ấp Mới",
]


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_column_of_one_encoding_is_found(encoding: str) -> None:
    found = guess(encode(text(*NAMES), encoding=encoding))  # type: ignore[arg-type]
    assert found.encoding == encoding
    assert not found.mixed
    assert found.share[encoding] > 0.9 > found.share["unicode"]
    assert found.samples[0][1] == NAMES[0] or encoding == "tcvn3"


@pytest.mark.parametrize(
    "cells",
    [
        NAMES,
        [],
        [None, "ABC Co., Ltd", "123"],
        [
            "Société Générale",
            "Crédit Agricole",
            "Loïc Dupont",
            "Où est le garçon",
            "Citroën",
            "Hôtel Côte d'Azur",
            "Noël",
        ],
        ["Müller GmbH", "Jürgen Groß", "Köln", "Zürich Versicherung", "Österreich", "Grünenthal", "Bäckerei Schön"],
        ["Peña Ñuñez", "São João", "Señor García", "Coração"],
        ["500 m²", "30 °C", "Sony®", "«Việt Tiến»", "½ ha", "A·B", "© 2024"],
        [normalize("NFD", name) for name in NAMES],
        ["Loïc Dupont", *NAMES],
    ],
)
def test_no_false_alarm(cells: list[str | None]) -> None:
    found = guess(pd.Series(cells, dtype="str"))
    assert found.encoding == "unicode"
    assert not found.mixed
    assert not len(found.unclear)


def test_rows_of_several_encodings_are_told_apart() -> None:
    old = encode(text("Công ty cổ phần Dệt may", "Nhà máy nhựa Bình Minh"), encoding="tcvn3").tolist()
    vni = encode(text("Xưởng cơ khí Thành Đạt"), encoding="vni").tolist()
    found = guess(text(*NAMES, old[0], None, vni[0], old[1]))
    assert found.encoding == "unicode"
    assert {k: v.tolist() for k, v in found.rows.items()} == {"tcvn3": [8, 11], "vni": [10]}
    turned = guess(text(*encode(text(*NAMES), encoding="tcvn3"), "Trường Đại học Bách khoa"))
    assert turned.encoding == "tcvn3"
    assert {k: v.tolist() for k, v in turned.rows.items()} == {"unicode": [8]}


def test_one_row_among_many_is_found() -> None:
    column = text(*(NAMES * 2000), *encode(text("Công ty cổ phần Dệt may"), encoding="vni"))
    assert guess(column).rows["vni"].tolist() == [16000]


def test_a_font_decides_where_words_cannot() -> None:
    assert guess(text("Hµ"), font=".VnTimeH").encoding == "tcvn3_capitals"
    assert guess(text("abc"), font="VNI-Times").encoding == "vni"
    assert guess(text(*NAMES), font=".VnTime").encoding == "unicode"  # the font's name is a leftover


def test_the_order_of_rows_changes_nothing() -> None:
    cells = text(*NAMES, *encode(text(*NAMES), encoding="vni"))
    order = np.random.default_rng(5).permutation(len(cells))
    one, other = guess(cells), guess(cells.iloc[order].reset_index(drop=True))
    assert (one.share, one.encoding) == (other.share, other.encoding)
    assert {k: set(order[v]) for k, v in other.rows.items()} == {k: set(v.tolist()) for k, v in one.rows.items()}
