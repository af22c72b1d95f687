"""The errors of the toolkit: what happened, where, and what to do about it.

Every error that a user can cause is a :class:`LfsMigrationError`. Its ``str`` is the whole message, written for
the person who has to mend the input: a title, the place, the detail and a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

INTERRUPTED = 130
"""Exit code of a program that its user stopped."""
_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal takes for an order to itself: to move, to forget, to turn the text after it around."""
_LIKE_A_CODE = re.compile(r"(?=.{1,6}\Z)[!-@\[-`{-~]*(?:[A-Z]{1,3}|[a-z])?[!-@\[-`{-~]*")
"""At most six plain signs, of which up to three capital letters together, or a small one, are letters."""
_QUOTED = re.compile(r"(['\"`])(.*)\1", re.DOTALL)


class LfsMigrationError(Exception):
    """Something that the user can mend.

    Parameters
    ----------
    title : str
        What happened, in one line.
    where : str
        The place: ``file:line``, a variable, a household. Empty when there is none.
    detail : str
        What was found, and how often.
    hint : str
        What to do next.

    Examples
    --------
    >>> print(LfsMigrationError("No such country", where="armenai", hint="Did you mean 'armenia'?"))
    armenai: No such country. Did you mean 'armenia'?
    """

    exit_code = 2

    def __init__(self, title: str, *, where: str = "", detail: str = "", hint: str = "") -> None:
        self.title = title
        self.where = where
        self.detail = detail
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.title}" if self.where else self.title
        parts = [head, self.detail, self.hint]
        return harmless(" ".join(part if part[-1] in ".?!:" else f"{part}." for part in parts if part))


class CatalogError(LfsMigrationError):
    """A codebook, country or rule file is wrong."""


class NotFound(CatalogError):
    """A name that the toolkit does not know; the hint gives near matches."""


class ExpressionError(LfsMigrationError):
    """An expression of a YAML file is not in the rule language."""


class ReadError(LfsMigrationError):
    """A data file is absent, damaged, empty or in another encoding than declared."""


class DataError(LfsMigrationError):
    """The data lack a column, or a column holds what it cannot hold."""


class DesignError(LfsMigrationError):
    """Weights, strata or primary sampling units cannot be used as they are."""


class EstimationError(LfsMigrationError):
    """A statistic cannot be computed from what it was given."""


class EmptyDomain(EstimationError):
    """There is no row to compute a statistic from."""


class Alert(str):
    """A message that is told even to those who asked not to be told how the work goes on.

    Examples
    --------
    >>> Alert("sex: code 3 has no target")
    'sex: code 3 has no target'
    """

    __slots__ = ()


def harmless(text: str) -> str:
    r"""Return text with the numbers of the signs that a terminal would take for orders, in their place.

    Examples
    --------
    >>> print(harmless("red \x1b[31m, back \r, turned \u202e"))
    red \x1b[31m, back \x0d, turned \u202e
    """
    return _ORDERS.sub(lambda sign: f"\\x{ord(sign[0]):02x}" if sign[0] < "\u0100" else f"\\u{ord(sign[0]):04x}", text)


def told(value: object) -> str:
    """Return a value of the data as messages may tell it: a code as it stands, of anything longer its length alone.

    Messages are kept in logs and sent to others, and where a code should be there may be a name or the number of a
    passport. A code has at most six signs, of which no more than three capital letters together, or a small one, are
    letters. A name of three capital letters cannot be told from a code.

    Examples
    --------
    >>> told(7), told("NA"), told("A-102")
    ('code 7', 'code NA', 'code A-102')
    >>> told("Anna"), told(1234567)
    ('a text of 4 letters', 'a number of 7 signs')
    """
    text = str(value)
    if _LIKE_A_CODE.fullmatch(text):
        return f"code {text}"
    return f"a text of {len(text):,} letters" if isinstance(value, str) else f"a number of {len(text):,} signs"


def unquoted(message: object) -> str:
    """Return the first line of what a library says of data, without the value that it quotes.

    Examples
    --------
    >>> unquoted("Failed to parse string: 'Anna O'Hara' as a scalar of type double")
    'Failed to parse string: a text of 11 letters as a scalar of type double'
    """
    return _QUOTED.sub(lambda found: told(found[2]), str(message)).partition("\n")[0].rstrip()


def near(name: str, candidates: Iterable[str], *, limit: int = 3) -> str:
    """Return a hint naming the candidates closest to ``name``.

    Examples
    --------
    >>> near("em_sx", ["em_sex", "em_age"])
    "Did you mean 'em_sex'?"
    >>> near("zzz", ["em_sex", "em_age"])
    'Known: em_age, em_sex.'
    """
    known = sorted({str(candidate) for candidate in candidates})
    matches = get_close_matches(name, known, n=limit, cutoff=0.6)
    if not matches:
        lower = {candidate.lower(): candidate for candidate in known}
        matches = [lower[m] for m in get_close_matches(name.lower(), list(lower), n=limit, cutoff=0.6)]
    if matches:
        return "Did you mean " + " or ".join(repr(match) for match in matches) + "?"
    if not known:
        return "None is known."
    shown = ", ".join(known[:12])
    return f"Known: {shown}{', ...' if len(known) > 12 else ''}."
