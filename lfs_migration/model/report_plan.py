"""What the report of a module says and draws before its tables."""

from __future__ import annotations

from string import Formatter
from typing import Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text
from lfs_migration.model.profile_page import Shown

OF_ONE = frozenset({"estimate", "interval"})
"""What a sentence about one figure takes."""
OF_SEVERAL = frozenset({"list"})
"""What a sentence about the largest categories takes."""
OF_EACH = frozenset({"category", "estimate", "interval"})
"""What is said of each of them."""


def takes(words: str) -> frozenset[str]:
    """Return the names in braces.

    Examples
    --------
    >>> sorted(takes("{estimate} per cent ({interval})"))
    ['estimate', 'interval']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(words) if name is not None)


class Sentence(Noun):
    """A sentence of the summary, made from one figure or from the largest categories of a table.

    Parameters
    ----------
    indicator : str
        Its code.
    by : tuple of str
        The dimension whose largest categories are named; empty for the figure of all.
    say : Text
        Takes ``{estimate}`` and ``{interval}``, or ``{list}``.
    item : Text, optional
        What is said of each category: takes ``{category}``, ``{estimate}`` and ``{interval}``.
    most : int
        So many categories.
    """

    indicator: str
    by: tuple[str, ...] = Field(default=(), max_length=1)
    say: Text
    item: Text | None = None
    most: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _takes_what_it_is_about(self) -> Self:
        if bool(self.by) != (self.item is not None):
            raise ValueError("`item` belongs to a sentence with `by`, and that has one")
        for words, wanted in ((self.say, OF_SEVERAL if self.by else OF_ONE), (self.item or {}, OF_EACH)):
            for language, text in words.items():
                if takes(text) != wanted:
                    raise ValueError(
                        f"in `{language}` it must take {', '.join(f'{{{name}}}' for name in sorted(wanted))}"
                    )
        return self


class ReportPlan(Noun):
    """What the report of a module starts with.

    Parameters
    ----------
    module : str
    summary : tuple of Sentence
    map : tuple of Shown
        Tables by country that the map draws: the first that a survey has.
    pyramid : tuple of Shown
        Likewise, of the pyramid.
    """

    module: str
    summary: tuple[Sentence, ...] = ()
    map: tuple[Shown, ...] = ()
    pyramid: tuple[Shown, ...] = ()
