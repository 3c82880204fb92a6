"""Where the law says something, as a trace carries it: readable without the pack that it came from."""

from dataclasses import dataclass

from quydat.core.text import Lang

_BETWEEN = " | "


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

        >>> Citation("điểm 2.5.3", "QCVN 01:2021/BXD", "QCVN 01:2021/BXD", "high", "").text("vi")
        'điểm 2.5.3, QCVN 01:2021/BXD'
        """
        return f"{self.article}, {self.instrument_vi if lang == 'vi' else self.instrument_en}"

    def as_source(self) -> str:
        """All parts as one text, for the ``source`` of an input."""
        parts = (self.article, self.instrument_vi, self.instrument_en, self.confidence, self.link)
        return _BETWEEN.join(part.replace("|", "/") for part in parts)

    @classmethod
    def of(cls, source: str) -> "Citation | None":
        """Read back what ``as_source`` wrote; None for any other text.

        >>> said = Citation("Điều 9", "Nghị định 35/2022/NĐ-CP", "Decree 35/2022/ND-CP", "medium", "https://example.vn")
        >>> Citation.of(said.as_source()) == said, Citation.of("vn-express")
        (True, None)
        """
        parts = source.split(_BETWEEN)
        return cls(*parts) if len(parts) == 5 else None
