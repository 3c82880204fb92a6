"""Which syllables Vietnamese spelling allows: onset, rime and tone."""

from functools import cache
from unicodedata import normalize

_ONSETS = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong ooc oong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ
uy uya uych uyn uynh uyp uyt uyu uyên uyêt
ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yên yêm yêng yêt yêu ych ynh yt
"""
_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_STOPPED = ("c", "ch", "p", "t")
_EITHER_VOWEL = ("oa", "oe", "uy")
"""Open rimes whose tone people write on the first vowel or on the second."""


def _bearers(rime: str) -> list[int]:
    """Letters of a rime that may carry the tone."""
    vowels = [place for place, letter in enumerate(rime) if letter in "aăâeêioôơuưy"]
    marked = [place for place in vowels if rime[place] in "ăâêôơ"] or [p for p in vowels if rime[p] == "ư"]
    if marked:
        return marked[-1:]
    if rime in _EITHER_VOWEL:
        return vowels
    if len(vowels) == 1 or rime[-1] not in "aeioouy":
        return vowels[-1:]
    return [vowels[1]] if len(vowels) == 3 or rime.startswith(_EITHER_VOWEL) else [vowels[0]]


@cache
def syllables() -> frozenset[str]:
    """All syllables in small letters (NFC), with the tone where either custom puts it.

    Notes
    -----
    Syllables that end in c, ch, p or t have the sharp or the heavy tone only. Whether a syllable has a meaning is
    not asked.

    >>> {"nghiệp", "hoà", "hòa", "thuỷ"} <= syllables(), "nghiêp" in syllables(), "cộng" in syllables()
    (True, False, True)
    """
    made = set()
    for rime in _RIMES.split():
        tones = ("\u0301", "\u0323") if rime.endswith(_STOPPED) else _TONES
        for place in _bearers(rime):
            for tone in tones:
                toned = normalize("NFC", rime[: place + 1] + tone + rime[place + 1 :])
                made |= {onset + toned for onset in _ONSETS.split(" ")}
    return frozenset(made)
