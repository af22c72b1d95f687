"""What is told of the rows of a figure: how many, what they add up to, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Left:
    """Rows that are left out because something is not known.

    Parameters
    ----------
    variable, reason : str
    rows : int
    """

    variable: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Funnel:
    """From the rows of a file to those of a figure; they add up.

    Parameters
    ----------
    role : str
        What the rows are to the figure.
    record, file : str
    in_file, in_record : int
        Rows of the file, and of the record made from it.
    orphans : int
        Without a household, so without a weight.
    beyond : int
        Outside the universe: no rows that the module is about.
    outside : int
        In it, but of which the condition is false.
    elsewhere : int
        In another category of the breakdowns.
    unplaced : int
        Whose category in a breakdown is not known.
    unknown : tuple of Left
        Left out, by the first absent answer.
    merged : int
        Rows that are left out, where some of the kinds above but the orphans are so few that they are not told apart;
        those kinds are then empty.
    counted : int
        In the denominator, or all that is counted.
    numerator : int, optional
        In the numerator among them, or in the category.
    households : int
        Units of the sample that they are of.
    """

    role: str
    record: str
    file: str
    in_file: int
    in_record: int
    orphans: int
    beyond: int
    outside: int
    elsewhere: int
    unplaced: int
    unknown: tuple[Left, ...]
    merged: int
    counted: int
    numerator: int | None
    households: int

    @property
    def adds_up(self) -> bool:
        """Whether every row of the record has one place."""
        lost = self.orphans + self.beyond + self.outside + self.elsewhere + self.unplaced + self.merged
        return self.in_record == lost + sum(one.rows for one in self.unknown) + self.counted


@dataclass(frozen=True)
class Term:
    """A weighted sum that a value is made of: its role, rows, sum of weights, and weighted sum of the value."""

    role: str
    rows: int
    weights: float
    total: float


@dataclass(frozen=True)
class Value:
    """A figure, computed again from the rows.

    Parameters
    ----------
    formula : str
    terms : tuple of Term
    per : int
        It is multiplied by this.
    value : float, optional
        What came out; None where it is undefined.
    estimate : float, optional
        What the tables hold, before any rounding for disclosure.
    """

    formula: str
    terms: tuple[Term, ...]
    per: int
    value: float | None
    estimate: float | None

    @property
    def agrees(self) -> bool:
        """Whether the two are the same, to 1e-9 of their size."""
        if self.value is None or self.estimate is None:
            return self.value is self.estimate
        # A difference of two shares that cancel is exact to the size of the shares, not to its own.
        return math.isclose(self.value, self.estimate, rel_tol=1e-9, abs_tol=1e-12 * self.per)


@dataclass(frozen=True)
class Checked:
    """What validation found in the rows that are counted, as numbers.

    Parameters
    ----------
    rows : int, optional
        Rows counted; None where that must not be told.
    errors : mapping of rule to int
        Findings of severity error that nobody accepted.
    accepted : int
    corrected, entering : int
        Corrections made in these rows, and those of them in a variable that enters.
    complete : bool
        Whether every finding was listed.
    """

    rows: int | None
    errors: Mapping[str, int]
    accepted: int
    corrected: int
    entering: int
    complete: bool
