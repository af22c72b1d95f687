"""Letters of languages, by which text of a wrong encoding is told from text of a right one.

The letters beyond ASCII are those of the main exemplar sets of the Unicode CLDR (version 44). Where several code
pages hold the same alphabet in another order, letters that texts hold often stand apart from those that they hold
seldom: nonsense made of the alphabet's own letters has too many of the seldom ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

SELDOM = 0.2
"""What a seldom letter counts, where an often one counts 1."""

_CYRILLIC = {
    "ru": "оеаинтсрвлкмдпу яыьгзбчйхжшюцщэфъё",
    "uk": "оанивтерсілкдмпу язьгбчхцюжйїєфшщґ",
    "be": "аыіноетрсклвдпмягз уўбчшьйхжцёюэф",
    "bg": "аоиетнрсвлкдпмз ъугбчяжйхцшщюфьѝѐ",
    "mk": "аоиетнрсвкдлпмуј згбчшцжњфхќѓљџѕѐѝ",
    "sr": "аоиенртсјвкудпмл згбчшћцжхњљђџф",
    "kk": "аыенірлдтқсмоғбкұ ңөүуәпгшзйжияхвфһюэцчщъьё",
    "ky": "аынтрелкуидоисбп гмүөңжчшзйяхвфюэцщъьё",
    "tg": "аиоронтдмршелвбк усзпгҳӣқҷғӯҷйяжфчхюэъё",
    "mn": "агнэрлойдуаисхбтө үмычяшжзцвкпефъьюёщ",
    "tt": "аенрлытдикмсбгуә шчзөүңҗһпоийвяхжфцюэщъьё",
    "uz": "аинортлмдшсу бгқзекўғҳвяхйпчжюфцэъьё",
}  # fmt: skip
_ARABIC = {
    "ar": "اليمنوترهبدةعسفحقك أجشصخطىإذثزضآغظئءؤ",
    "fa": "ایرنمدهوتبسشلکزگ فقخجعحپآطچصضذغثژظئءأؤ",
    "ur": "ایرنکوہتمسےلبںپد گھعجشقفحخصآئطچزذڑٹضغثڈظژءؤۂ",
    "ps": "اوهدرنپيلتکيبمسړ ښغږخڅځشفعجحقزطچګیڼېۍئآصضذظثژټډ",
    "ckb": "اەیوندرکتبمسلشێۆز پگخقفحعڕڵجئچغژهۊ",
}  # fmt: skip
_LATIN = {
    "es": "áéíñóúü", "pt": "áâãàçéêíóôõúü", "fr": "àâæçèéêëîïôœùûüÿ", "it": "àèéìíîòóùú", "ca": "àçèéíïòóúü·",
    "gl": "áéíïñóúü", "eu": "çñü", "de": "äöüß", "nl": "áäéèëíïóöúü", "en": "éèêëïöñçàôü", "ga": "áéíóú",
    "sv": "àåäéö", "nb": "åæøéàêòóôâ", "no": "åæøéàêòóôâ", "nn": "åæøéàêòóôâ", "da": "åæøéü", "fi": "åäöšž",
    "is": "áðéíóúýþæö", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű",
    "ro": "ăâîșțşţ", "hr": "čćđšž", "bs": "čćđšž", "sl": "čšž", "sq": "çë", "tr": "çğıİöşüâîû", "az": "çəğıİöşü",
    "tk": "äçžňöşüý", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "et": "äõöüšž", "mt": "ċġħżàèìòù", "id": "é", "ms": "é",
    "fil": "ñ", "tl": "ñ", "sw": "", "so": "", "ht": "èòà", "wo": "àéëñóŋ", "qu": "ñ", "gn": "ãẽĩñõũỹ",
    "vi": "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ\u0300\u0301\u0303\u0309\u0323",
}  # fmt: skip
_WHOLE = {
    "hy": "ARMENIAN", "th": "THAI", "el": "GREEK", "he": "HEBREW", "ka": "GEORGIAN", "hi": "DEVANAGARI",
    "ne": "DEVANAGARI", "mr": "DEVANAGARI", "bn": "BENGALI", "pa": "GURMUKHI", "gu": "GUJARATI", "ta": "TAMIL",
    "te": "TELUGU", "kn": "KANNADA", "ml": "MALAYALAM", "si": "SINHALA", "my": "MYANMAR", "km": "KHMER", "lo": "LAO",
    "am": "ETHIOPIC", "ti": "ETHIOPIC", "zh": "CJK", "ja": "CJK", "ko": "HANGUL", "dv": "THAANA", "bo": "TIBETAN",
}  # fmt: skip
"""Languages of which all letters of a script are taken."""
_JAPANESE = frozenset({"HIRAGANA", "KATAKANA", "CJK"})


@dataclass(frozen=True)
class Letters:
    """What texts in some languages are made of.

    Parameters
    ----------
    languages : tuple of str
    weights : mapping of small letter to number
        1 for a letter that is met often, less for others.
    whole : frozenset of str
        Scripts all letters of which belong.
    scripts : frozenset of str
        Scripts of the languages; Latin always, for names and codes are written in it everywhere.
    """

    languages: tuple[str, ...]
    weights: Mapping[str, float]
    whole: frozenset[str]
    scripts: frozenset[str]

    def weight(self, char: str) -> float:
        """Return how much a letter is at home in the languages, from 0 to 1.

        Examples
        --------
        >>> letters = letters_of(("es", "hy"))
        >>> [letters.weight(char) for char in "Ñłն"]
        [1.0, 0.0, 1.0]
        """
        # The small form of the Turkish capital is two characters, so that the letter stands for itself.
        found = self.weights.get(char, self.weights.get(char.lower()))
        return found if found is not None else float(script(char) in self.whole)


def letters_of(languages: Iterable[str]) -> Letters | None:
    """Return the letters of languages; nothing where there is none, or one of them is not known here.

    Parameters
    ----------
    languages : iterable of str
        ISO 639 codes, with or without a region or a script behind a hyphen.

    Examples
    --------
    >>> sorted(letters_of(["hy", "ru", "en"]).scripts)
    ['ARMENIAN', 'CYRILLIC', 'LATIN']
    >>> letters_of(["xx"]) is letters_of([]) is None
    True
    """
    return _letters(tuple(language.lower().split("-")[0].split("_")[0] for language in languages))


@lru_cache(maxsize=32)
def _letters(languages: tuple[str, ...]) -> Letters | None:
    if not languages or any(not _knows(language) for language in languages):
        return None
    weights: dict[str, float] = {}
    for language in languages:
        for char, weight in _weighted(language):
            weights[char] = max(weight, weights.get(char, 0.0))
    whole = {_WHOLE[language] for language in languages if language in _WHOLE}
    whole |= _JAPANESE if "ja" in languages else set()
    scripts = whole | {script(char) for char in weights if char.isalpha()} | {"LATIN"}
    return Letters(languages, weights, frozenset(whole), frozenset(scripts))


def _knows(language: str) -> bool:
    return any(language in table for table in (_CYRILLIC, _ARABIC, _LATIN, _WHOLE))


def _weighted(language: str) -> Iterable[tuple[str, float]]:
    """Give the letters of a language; a blank in a row of them parts the often ones from the seldom."""
    often, _, seldom = (_CYRILLIC.get(language) or _ARABIC.get(language) or _LATIN.get(language, "")).partition(" ")
    yield from ((char, SELDOM) for char in seldom)
    yield from ((char, 1.0) for char in often)


@lru_cache(maxsize=4096)
def script(char: str) -> str:
    """Return the script of a letter as Unicode names it, nothing for a character without a name.

    Examples
    --------
    >>> script("ն"), script("ð"), script("漢")
    ('ARMENIAN', 'LATIN', 'CJK')
    """
    return unicodedata.name(char, " ").split(" ", 1)[0]
