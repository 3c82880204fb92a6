"""Citations, and articles in the other language."""

import pytest

from quydat.core.citation import Citation, article_in


@pytest.mark.parametrize(
    ("article", "vietnamese", "english"),
    [
        ("điểm a khoản 4 Điều 4", "điểm a khoản 4 Điều 4", "point a, clause 4, Article 4"),
        ("khoản 4a Điều 35 Nghị định 32/2024 (sửa đổi)", "khoản 4a Điều 35 Nghị định 32/2024 (sửa đổi)",
         "clause 4a, Article 35, Decree 32/2024 (as amended)"),
        ("điểm b, c khoản 5 Điều 74 (sửa bởi Nghị định 48/2026)",
         "điểm b, c khoản 5 Điều 74 (sửa bởi Nghị định 48/2026)",
         "point b, c, clause 5, Article 74 (amended by Decree 48/2026)"),
        ("Phụ lục III mục 6a", "Phụ lục III mục 6a", "Annex III, item 6a"),
        ("khoản 3 Điều 9 (chưa đọc)", "khoản 3 Điều 9 (chưa đọc)", "clause 3, Article 9 (not read)"),
        ("2.5.3; Table 2.6", "2.5.3; Bảng 2.6", "2.5.3; Table 2.6"),
        ("2.6.3 note to Table 2.10", "2.6.3 chú thích Bảng 2.10", "2.6.3 note to Table 2.10"),
        ("Annex E, Table E.2 note 3", "Phụ lục E, Bảng E.2 chú thích 3", "Annex E, Table E.2 note 3"),
        ("2.5.3 (absence)", "2.5.3 (không quy định)", "2.5.3 (absence)"),
        ("Chương 2 Bảng 2.2–2.3 / Ch. 2 Tables 2.2–2.3", "Chương 2 Bảng 2.2–2.3", "Ch. 2 Tables 2.2–2.3"),
        ("EPSG:5899", "EPSG:5899", "EPSG:5899"),
    ],
)  # fmt: skip
def test_an_article_in_both_languages(article: str, vietnamese: str, english: str) -> None:
    assert (article_in(article, "vi"), article_in(article, "en")) == (vietnamese, english)


def test_a_citation_comes_back_from_a_source() -> None:
    said = Citation("Điều 9 | khoản 2", "A", "B", "low", "https://example.org")
    assert Citation.of(said.as_source()) == Citation("Điều 9 / khoản 2", "A", "B", "low", "https://example.org")
    assert Citation.of("a | b") is None
