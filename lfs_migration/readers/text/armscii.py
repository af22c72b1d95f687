"""ARMSCII-8, the Armenian code page of files from before Unicode, which Python has no codec for.

The upper half of the page is that of the Armenian standard AST 34.002 (1997), from 0xA2 to 0xFE: punctuation, then
each capital letter followed by its small one. 0xA1, the sign of eternity, had no character in Unicode for a long time
and has none here; the bytes 0x80 to 0x9F and 0xFF are not in the standard. Bytes that are not in it are refused.

Five bytes of the upper half are signs that ASCII has too. As a comma of the upper half is part of a text and never
stands between fields, :func:`decode` can keep such signs apart until the fields are.
"""

from __future__ import annotations

import codecs

NAME = "armscii-8"
NAMES = frozenset({NAME, "armscii8", "armscii"})
"""What users call it, in small letters with hyphens."""

_FIRST = 0xA2
_SIGNS = "և։)(»«—.՝,-֊…՜՛՞"
_LETTERS = "".join(chr(capital) + chr(capital + 0x30) for capital in range(0x531, 0x557))
_UPPER = "\xa0\ufffe" + _SIGNS + _LETTERS + "՚" + "\ufffe"
_TABLE = "".join(map(chr, range(128))) + "\ufffe" * 32 + _UPPER
"""The character of each byte; U+FFFE, which is none, where there is none."""
_TWINS = {char: _FIRST + place for place, char in enumerate(_SIGNS) if char.isascii()}
_APART = 0xE000
"""Where Unicode has room for private use."""
_ENCODED = {ord(char): byte for byte, char in reversed([*enumerate(_TABLE)]) if char != "\ufffe"}


def is_name(encoding: str) -> bool:
    """Return whether an encoding is this one, under any of its names.

    Examples
    --------
    >>> is_name("ARMSCII-8"), is_name("armscii_8"), is_name("cp1252")
    (True, True, False)
    """
    return encoding.lower().replace("_", "-") in NAMES


def decode(data: bytes, errors: str = "strict", *, apart: str = "") -> str:
    r"""Return the text of bytes.

    Parameters
    ----------
    data : bytes
    errors : str
        As in :func:`bytes.decode`.
    apart : str
        A sign of ASCII; where a byte of the upper half stands for it, it becomes a private character that
        :func:`together` makes the sign again.

    Raises
    ------
    UnicodeDecodeError
        For a byte that the standard does not have.

    Examples
    --------
    >>> decode(b"\xba\xf1\xa8\xb3\xdd")
    'Եր—ան'
    """
    table = _TABLE
    if apart in _TWINS:
        byte = _TWINS[apart]
        table = table[:byte] + chr(_APART + byte) + table[byte + 1 :]
    return codecs.charmap_decode(data, errors, table)[0]


def together(text: str) -> str:
    r"""Return a text with the signs that :func:`decode` kept apart.

    Examples
    --------
    >>> together(decode(b"1,\xab", apart=","))
    '1,,'
    """
    for sign, byte in _TWINS.items():
        text = text.replace(chr(_APART + byte), sign)
    return text


def kept_apart(sign: str) -> str:
    """Return the private character that stands for a sign, nothing where the upper half has no such sign."""
    return chr(_APART + _TWINS[sign]) if sign in _TWINS else ""


def encode(text: str, errors: str = "strict") -> bytes:
    r"""Return the bytes of a text; signs that ASCII has are those of ASCII.

    Raises
    ------
    UnicodeEncodeError
        For a character that the standard does not have.

    Examples
    --------
    >>> encode("Հայ, 1")
    b'\xd0\xb3\xdb, 1'
    """
    return codecs.charmap_encode(text, errors, _ENCODED)[0]
