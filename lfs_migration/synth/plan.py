"""A survey with errors planted in it, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from lfs_migration.model.rules import Severity
from lfs_migration.synth.answers import Survey
from lfs_migration.synth.draw import Draws


@dataclass(frozen=True)
class Planted:
    """An error that was planted, as the finding about it names it.

    Parameters
    ----------
    rule, severity, record : str
    household : str
        Identifier of the household after harmonisation; empty for what many rows show together.
    line : str
        Line number of a person or emigrant; empty for a household.
    variable : str
        Several are joined with commas.
    interviewer : str
        Of whose interviews many rows show it together; empty for an error of one row.
    """

    rule: str
    severity: Severity
    record: str
    household: str
    line: str
    variable: str
    interviewer: str = ""


@dataclass(frozen=True)
class Mark:
    """Where an error stands: rule, record, household as the generator numbers it, line and variable.

    The household is empty for what the rows of an interviewer show together.
    """

    rule: str
    record: str
    home: str
    line: float
    variable: str
    interviewer: str = ""


@dataclass(frozen=True)
class Plan:
    """A survey with errors planted so far.

    Parameters
    ----------
    survey : Survey
    draws : Draws
    marks : tuple of Mark
    codes : tuple of Mark
        Those of native codes, which are put into the native columns.
    gone : frozenset of str
        Households that are left out of all records but those whose rows stay behind.
    """

    survey: Survey
    draws: Draws
    marks: tuple[Mark, ...] = ()
    codes: tuple[Mark, ...] = ()
    gone: frozenset[str] = frozenset()

    def used(self) -> set[str]:
        """Return the households that carry an error."""
        return {mark.home for mark in (*self.marks, *self.codes)}

    def places(self) -> int:
        """Return in how many places errors were planted, each counted for every rule that finds it."""
        return len(self.marks) + len(self.codes)
