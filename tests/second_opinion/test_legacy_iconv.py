"""TCVN3 against the converter of the C library, which has its own table (TCVN 5712-1, of which TCVN3 is a part)."""

import subprocess
from unicodedata import normalize

import pandas as pd

from quydat.survey.old_letters import decode, encode
from quydat.survey.syllables import syllables


def by_iconv(data: bytes) -> str:
    """Bytes of TCVN as iconv reads them."""
    done = subprocess.run(["iconv", "-f", "TCVN", "-t", "UTF-8"], input=data, capture_output=True, check=True)
    return normalize("NFC", done.stdout.decode())


def test_each_byte_that_has_a_letter() -> None:
    read = decode(pd.Series([chr(byte) for byte in range(0xA1, 0xFF)]), encoding="tcvn3").text.tolist()
    for byte, letter in zip(range(0xA1, 0xFF), read, strict=True):
        if letter != chr(byte):  # the others are capitals that fonts of TCVN3 lack, or no letters
            assert letter == by_iconv(bytes([byte]))
    # 67 small letters and Ă Â Đ Ê Ô Ơ Ư; ý alone has its place in Latin-1.
    assert sum(letter != chr(byte) for byte, letter in zip(range(0xA1, 0xFF), read, strict=True)) == 67 + 7 - 1


def test_all_syllables() -> None:
    words = sorted(syllables())
    written = encode(pd.Series(words), encoding="tcvn3")
    assert by_iconv("\n".join(written).encode("latin-1")).split("\n") == words
