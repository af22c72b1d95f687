"""The errors of the toolkit: what happened, where, and what to do about it.

Every error that a user can cause is a :class:`LfsMigrationError`. Its ``str`` is the whole message, written for
the person who has to mend the input: a title, the place, the detail and a hint.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


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
        return " ".join(part if part[-1] in ".?!:" else f"{part}." for part in parts if part)


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
