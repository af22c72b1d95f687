"""Identifiers that SDMX can carry, from codes and names that it cannot, and back.

A code of SDMX has letters of the Latin alphabet, digits and ``_ @ $ -`` (``IDType``), the name of a dimension letters,
digits and ``_ -`` and begins with a letter (``NCNameIDType``): SDMX 3.0, Section 6, Technical Notes. A code that is so
stays as it is. Another one begins with ``$``, has ``_`` for a blank, and ``$`` with two hexadecimal digits for each
byte of UTF-8 that remains. No two codes become one, and each can be had back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lfs_migration.errors import DataError

_CODE = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9_@$-]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEPT = re.compile(r"[A-Za-z0-9@-]")
_MARK = "$"
_NAMED = "X-"
"""What the identifier of a name begins with that is not its capital letters."""


def code_id(code: str) -> str:
    """Return the SDMX identifier of a code.

    Examples
    --------
    >>> [code_id(code) for code in ("15-24", "_T", "per cent", "1.5", "")]
    ['15-24', '_T', '$per_cent', '$1$2E5', '$']
    """
    return code if _CODE.fullmatch(code) else _MARK + "".join(map(_carried, code))


def code_of_id(identifier: str) -> str:
    """Return the code that an SDMX identifier stands for.

    Examples
    --------
    >>> [code_of_id(one) for one in ("15-24", "$per_cent", "$1$2E5", "$")]
    ['15-24', 'per cent', '1.5', '']
    """
    if not identifier.startswith(_MARK):
        return identifier
    return _decoded(identifier[1:], _MARK, lambda plain: plain.replace("_", " "))


def name_id(name: str, taken: frozenset[str] = frozenset()) -> str:
    """Return the SDMX identifier of a dimension's name.

    Parameters
    ----------
    name : str
    taken : set of str
        Identifiers that other components have.

    Examples
    --------
    >>> name_id("age_group"), name_id("indicator", frozenset({"INDICATOR"})), name_id("Âge")
    ('AGE_GROUP', 'X-INDICATOR', 'X--C3-82GE')
    """
    if _NAME.fullmatch(name) and name.upper() not in taken:
        return name.upper()
    return _NAMED + "".join(
        letter.upper() if re.fullmatch(r"[a-z0-9_]", letter) else _hexadecimal(letter, "-") for letter in name
    )


def name_of_id(identifier: str) -> str:
    """Return the dimension's name that an SDMX identifier stands for.

    Examples
    --------
    >>> [name_of_id(one) for one in ("AGE_GROUP", "X-INDICATOR", "X--C3-82GE")]
    ['age_group', 'indicator', 'Âge']
    """
    if not identifier.startswith(_NAMED):
        return identifier.lower()
    return _decoded(identifier.removeprefix(_NAMED), "-", str.lower)


def maintained_id(text: str) -> str:
    """Return an identifier for a structure: capital letters, digits and underscores.

    Examples
    --------
    >>> maintained_id("armenia-2007"), maintained_id("2007; other")
    ('ARMENIA_2007', 'P_2007_OTHER')
    """
    plain = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")
    return plain if plain[:1].isalpha() else f"P_{plain}".rstrip("_")


def _carried(letter: str) -> str:
    if letter == " ":
        return "_"
    return letter if _KEPT.fullmatch(letter) else _hexadecimal(letter, _MARK)


def _hexadecimal(letter: str, mark: str) -> str:
    return "".join(f"{mark}{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))


def _decoded(text: str, mark: str, plain: Callable[[str], str]) -> str:
    first, *parts = text.split(mark)
    out = plain(first).encode()
    for part in parts:
        if not re.match(r"[0-9A-F]{2}", part):
            raise DataError(f"{text!r} is no identifier of this toolkit", hint="It was changed after it was written")
        out += bytes.fromhex(part[:2]) + plain(part[2:]).encode()
    return out.decode("utf-8", "surrogatepass")
