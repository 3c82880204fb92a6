"""Where the law says something, as a trace carries it: readable without the pack that it came from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from quydat.core.text import Lang

_BETWEEN = " | "
_BOTH = " / "

_WORDS = (
    ("điều về chuyển đổi khu công nghiệp", "article on the conversion of industrial parks"),
    ("điều về tỷ lệ bản đồ", "article on map scales"),
    ("khoản chưa đối chiếu", "clause not compared"),
    ("chưa đối chiếu", "not compared"),
    ("chưa đọc", "not read"),
    ("nhớ lại", "recalled"),
    ("sửa đổi", "as amended"),
    ("sửa bởi", "amended by"),
    ("toàn văn", "whole text"),
    ("không quy định", "absence"),
    ("Nghị định", "Decree"),
    ("Nghị quyết", "Resolution"),
    ("Thông tư", "Circular"),
    ("Luật Đất đai", "Land Law"),
    ("Luật", "Law"),
    ("Phụ lục", "Annex"),
    ("Chương", "Chapter"),
    ("Phần", "Part"),
    ("chú thích", "notes to"),
    ("chú thích", "note to"),
    ("chú thích", "notes"),
    ("chú thích", "note"),
    ("Bảng", "Tables"),
    ("Bảng", "Table"),
    ("Điều", "Articles"),
    ("Điều", "Article"),
    ("khoản", "clause"),
    ("điểm", "point"),
    ("mục", "item"),
    ("biểu", "form"),
    ("mẫu", "form"),
    ("bản", "as in"),
)
"""Words of articles; where several English words are one in Vietnamese, the last of them is the usual one."""

_STARTS = frozenset({"clause", "Article", "Annex", "item", "Decree", "Resolution", "Circular", "Law", "Land"})
_ENDS = re.compile(r"\(?(?:[\dIVX]+(?:[./][\dA-Z]+)*[a-zđ]?|[a-zđ])")


def article_in(article: str, lang: Lang) -> str:
    """An article in a language: the words for its parts change, numbers and letters stay.

    What is written in both languages, with a stroke between, is taken apart.

    >>> article_in("điểm a khoản 4 Điều 4", "en"), article_in("2.5.3; Table 2.6", "vi")
    ('point a, clause 4, Article 4', '2.5.3; Bảng 2.6')
    """
    if _BOTH in article:
        return article.split(_BOTH)[lang == "en"]
    words = _IN_ENGLISH if lang == "en" else _IN_VIETNAMESE
    text = _PATTERNS[lang].sub(lambda match: words[match.group()], article)
    if lang == "vi" or text == article:
        return text
    parts = text.split(" ")
    for place, word in enumerate(parts[1:]):
        if word in _STARTS and _ENDS.fullmatch(parts[place]):
            parts[place] += ","
    return " ".join(parts)


_IN_ENGLISH = dict(_WORDS)
_IN_VIETNAMESE = {english: vietnamese for vietnamese, english in _WORDS}


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")


_PATTERNS: dict[Lang, re.Pattern[str]] = {"en": _any_of(_IN_ENGLISH), "vi": _any_of(_IN_VIETNAMESE)}


@dataclass(frozen=True)
class Citation:
    """Article, instrument in both languages, how sure its reader is, and where it was read."""

    article: str
    instrument_vi: str
    instrument_en: str
    confidence: str
    link: str

    def text(self, lang: Lang) -> str:
        """Article and instrument.

        >>> Citation("điểm 2.5.3", "QCVN 01:2021/BXD", "QCVN 01:2021/BXD", "high", "").text("en")
        'point 2.5.3, QCVN 01:2021/BXD'
        """
        return f"{article_in(self.article, lang)}, {self.instrument_vi if lang == 'vi' else self.instrument_en}"

    def as_source(self) -> str:
        """All parts as one text, for the ``source`` of an input."""
        parts = (self.article, self.instrument_vi, self.instrument_en, self.confidence, self.link)
        return _BETWEEN.join(part.replace("|", "/") for part in parts)

    @classmethod
    def of(cls, source: str) -> "Citation | None":
        """Read back what ``as_source`` wrote; None for any other text.

        >>> said = Citation("Điều 9", "Nghị định 35/2022/NĐ-CP", "Decree 35/2022/NĐ-CP", "medium", "https://example.vn")
        >>> Citation.of(said.as_source()) == said, Citation.of("vn-express")
        (True, None)
        """
        parts = source.split(_BETWEEN)
        return cls(*parts) if len(parts) == 5 else None
