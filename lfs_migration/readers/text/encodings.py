"""The encoding of text: declared, told by the file itself, or found by the letters that it makes.

What a country's YAML declares is taken, and an error where the text is not in it. Without a declaration, the file's
own byte order mark decides; then UTF-8, which text in another encoding hardly ever is by chance. Any bytes decode in
most code pages of one byte a character, to words or to nonsense: which it is, the letters of the languages of the
survey tell. Where they do not tell, nothing is guessed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lfs_migration.errors import ReadError, near
from lfs_migration.readers.text import armscii
from lfs_migration.readers.text.alphabets import Letters, script

PAGES = (
    "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258", "cp874", "koi8-r", "koi8-u", armscii.NAME, "iso8859-1", "iso8859-2", "iso8859-5",
    "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9", "iso8859-13", "iso8859-15",
)  # fmt: skip
"""Code pages that are tried, the commoner first: of those that make the same text, the first is taken."""
SAMPLE = 1 << 22
"""Bytes looked at, and below it the number of different words."""
WORDS = 4000
SURE, CLOSE = 0.8, 0.1
"""The least score of a page that is taken, and by how much it must be better where another makes other words."""
CASE, CONTROL, SIGN = 1.0, 3.0, 0.5
"""What is taken off: for capitals and small letters mixed in a word, or letters of two scripts; for what no text holds;
and for a rare sign."""
USUAL = frozenset("«»“”„‘’–—…·՝՛՜՞։֊՚،؛؟¿¡°№§")
"""Signs that say nothing."""

_WIDE = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_WORD = re.compile(rb"[A-Za-z'\x80-\xff]*[\x80-\xff][A-Za-z'\x80-\xff]*")


def codec(encoding: str) -> str:
    """Return the one name of an encoding of text.

    Raises
    ------
    LookupError
        When there is none of that name.

    Examples
    --------
    >>> codec("ArmSCII_8"), codec("windows-1256"), codec("latin-1")
    ('armscii-8', 'cp1256', 'iso8859-1')
    """
    if armscii.is_name(encoding):
        return armscii.NAME
    name = codecs.lookup(encoding).name
    "".encode(name)  # refuses codecs that are no encodings of text
    return name


def decode(data: bytes, encoding: str, errors: str = "strict") -> str:
    """Return the text of bytes, in any encoding of Python or in ARMSCII-8.

    Raises
    ------
    UnicodeError, LookupError
    """
    name = codec(encoding)
    return armscii.decode(data, errors) if name == armscii.NAME else data.decode(name, errors)


def encode(text: str, encoding: str) -> bytes:
    """Return the bytes of a text, in any encoding of Python or in ARMSCII-8.

    Raises
    ------
    UnicodeEncodeError, LookupError
    """
    name = codec(encoding)
    return armscii.encode(text) if name == armscii.NAME else text.encode(name)


def decodes(data: bytes, encoding: str) -> bool:
    """Return whether bytes are text in an encoding."""
    try:
        decode(data, encoding)
    except UnicodeError:
        return False
    return True


def not_called(encoding: str, path: Path) -> ReadError:
    """Return the error for an encoding that there is not."""
    hint = near(encoding, (*PAGES, "utf-8", "utf-16", "tis-620", "latin-1", "cp1252"))
    return ReadError(f"No encoding is called {encoding!r}", where=str(path), hint=hint)


def one_byte(encoding: str) -> bool:
    """Return whether each byte is one character, so that almost any bytes decode.

    Examples
    --------
    >>> one_byte("cp874"), one_byte("utf-8"), one_byte("armscii-8")
    (True, False, True)
    """
    return len(decode(bytes(range(128, 256)), encoding, "ignore")) > 64


def told(data: bytes) -> str | None:
    r"""Return the encoding that bytes show themselves: by a mark, by zeros between letters, or by being UTF-8.

    Parameters
    ----------
    data : bytes
        The start of a file, or all of it; a character that is cut off at the end does no harm.

    Examples
    --------
    >>> told("né".encode()), told("a,b\n".encode("utf-16-le")), told("né,".encode("cp1252")), told("a".encode("utf-16"))
    ('utf-8', 'utf-16-le', None, 'utf-16')
    """
    for mark, name in _WIDE.items():
        if data.startswith(mark):
            return name
    wide = _zeros(data[:4096])
    if wide:
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _zeros(sample: bytes) -> str | None:
    """Return which UTF-16 without a mark bytes look like: the digits and delimiters of a table have a zero each."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = max(even, odd)
    if len(sample) < 4 or most * 5 < len(sample) // 2 or min(even, odd) * 10 > most:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def words_of(data: bytes) -> bytes:
    """Return different words beyond ASCII of text in a code page, in the order in which they stand."""
    words: dict[bytes, None] = {}
    for match in _WORD.finditer(data, 0, SAMPLE):
        words[match.group()] = None
        if len(words) >= WORDS:
            break
    return b" ".join(words)


@dataclass(frozen=True)
class Guess:
    """The code page whose letters make the most sense.

    Parameters
    ----------
    encoding : str
    score : float
        1 at most; negative for nonsense.
    text : str
        What was decoded.
    rivals : tuple of str
        Pages that make another text of nearly as much sense.
    """

    encoding: str
    score: float
    text: str
    rivals: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the page can be taken."""
        return self.score >= SURE and not self.rivals


def guess(data: bytes, score: Callable[[str], float], pages: Sequence[str] = PAGES) -> Guess:
    """Return the code page by which bytes make the most sense.

    Parameters
    ----------
    data : bytes
    score : callable
        How much sense a text makes: more is better. What a page does not have is U+FFFD in it.
    pages : sequence of str
        In order of preference.
    """
    tried = [Guess(page, score(text), text) for page in pages for text in (decode(data, page, "replace"),)]
    best = max(tried, key=lambda one: one.score)
    rivals = {one.text: one.encoding for one in reversed(tried) if _close(one.text, best.text, score)}
    return Guess(best.encoding, best.score, best.text, tuple(sorted(rivals.values(), key=pages.index)))


def _close(text: str, best: str, score: Callable[[str], float]) -> bool:
    """Whether the words that two pages make otherwise are nearly as good by the one as by the other."""
    pairs = [pair for pair in zip(text.split(" "), best.split(" "), strict=True) if pair[0] != pair[1]]
    ours, theirs = (" ".join(words) for words in zip(*pairs, strict=True)) if pairs else ("", "")
    return bool(pairs) and score(ours) * _letters(ours) > (score(theirs) - CLOSE) * _letters(theirs)


def _letters(text: str) -> int:
    """Return the number of letters beyond ASCII: a page that makes a sign of one has fewer."""
    return sum(char > "\x7f" and unicodedata.category(char)[0] in "LM" for char in text)


def by_letters(letters: Letters) -> Callable[[str], float]:
    """Return the measure of a text by the letters of its languages.

    Examples
    --------
    >>> from lfs_migration.readers.text.alphabets import letters_of
    >>> sense = by_letters(letters_of(["ru"]))
    >>> round(sense("Москва"), 1), round(sense("Ìîñêâà"), 1), round(sense("лНЯЙБЮ"), 1)
    (1.0, -1.0, 0.3)
    """

    def sense(text: str) -> float:
        beyond = [char for char in text if char > "\x7f" and char not in USUAL and not char.isspace()]
        if not beyond:
            return 0.0
        clashes = sum(map(clash, " " + text, text, text[1:]))
        return (sum(map(point, beyond)) - CASE * clashes) / len(beyond)

    def clash(before: str, one: str, other: str) -> bool:
        if max(one, other) < "\x80" or not (one.isalpha() and other.isalpha()):
            return False
        inside = one.isupper() and other.islower() and before.isalpha()
        return inside or (one.islower() and other.isupper()) or script(one) != script(other)

    def point(char: str) -> float:
        kind = unicodedata.category(char)
        if char == "\ufffd" or kind in ("Cc", "Cn", "Co"):
            return -CONTROL
        if kind[0] in "LM":
            return letters.weight(char) or (0.0 if kind[0] == "M" and script(char) in letters.scripts else -1.0)
        return -SIGN if kind[0] == "S" else 0.0

    return sense


def undecodable(path: Path, data: bytes, encoding: str, offset: int, others: Iterable[str] = ()) -> ReadError:
    """Return the error for bytes that are not text in an encoding, with the byte, its line and likely encodings."""
    before = data[:offset].decode(encoding, "ignore") if "16" in encoding else data[:offset].decode("latin-1")
    where = f"{path}:{before.count(chr(10)) + 1}"
    byte = f"0x{data[offset]:02X}" if offset < len(data) else "the end of the file"
    likely = [name for name in others if name != encoding.lower()]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _zeros(data[:4096]):
        likely = ["utf-16"]
    elif decodes(data, "utf-8"):
        likely = ["utf-8"]
    again = "Copy or export it again"
    hint = f"It decodes as {' or '.join(likely)}: declare the right one as its encoding" if likely else again
    detail = f"At byte {offset:,} it holds {byte}, which that encoding does not have there"
    return ReadError(f"Is not {encoding} text", where=where, detail=detail, hint=hint)
