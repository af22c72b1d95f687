"""Two rounds of a survey: what changed, and whether the change is more than the samples' chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr

from lfs_migration.comparing.countries import side_by_side
from lfs_migration.comparing.definitions import Choices
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.intervals import Facts, student
from lfs_migration.model.noun import Text
from lfs_migration.model.results import OTHER, TOTAL, Cell, Table
from lfs_migration.text import pick

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
"""Of the intervals; a change is significant when its p-value is at most one less this."""
Correlation = Callable[[Table, Table, Cell, Cell], float | None]
"""Gives the correlation of a figure of the first round with one of the second, nothing where it is not known."""
EMPTY: Text = {"en": ""}
ONE_SIDE = "in one round only"
HIDDEN = "suppressed in the {0} round"
UNDEFINED = "without a standard error in the {0} round"
OTHERS = "it holds other categories in each round"
UNRELATED = "units are in both rounds, and how the two figures vary together is not known"


@dataclass(frozen=True)
class Change:
    """The change of one figure between two rounds.

    Parameters
    ----------
    indicator : str
        Its code.
    title : Text
    dimensions : tuple of str
    keys : mapping of dimension to code
    statistic, unit : str
    first, second : Cell, optional
        Absent where a round does not have the figure: that is not zero.
    change : float
        Second less first, in the figure's unit; not-a-number where it is not computed.
    se, ci_low, ci_high : float
        Of the change.
    df : float
        The smaller of the two figures'.
    p : float
        Of Student's t test that nothing changed, two-sided; not-a-number where the standard error is 0.
    correlation : float
        Of the two figures, from the sampling units in both rounds.
    why : str
        Why the change, or its standard error, is not computed.
    """

    indicator: str
    title: Text
    dimensions: tuple[str, ...]
    keys: Mapping[str, str]
    statistic: str
    unit: str
    first: Cell | None
    second: Cell | None
    change: float = np.nan
    se: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    df: float = np.nan
    p: float = np.nan
    correlation: float = np.nan
    why: str = ""

    @property
    def significant(self) -> bool | None:
        """Whether the change is significant at 5 per cent; nothing where there is no test."""
        return None if np.isnan(self.p) else bool(self.p <= 1 - LEVEL)


@dataclass(frozen=True)
class Changes:
    """What changed between two rounds.

    Parameters
    ----------
    first, second : str
        What the rounds are called: their editions' ids.
    changes : tuple of Change
    labels : mapping of dimension to mapping of code to Text
    notes : tuple of str
        Definitions that differ, what could not be compared, and how the samples overlap.
    synthetic : tuple of str
        Rounds whose data were generated.
    """

    first: str
    second: str
    changes: tuple[Change, ...]
    labels: Mapping[str, Mapping[str, Text]]
    notes: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions of any change."""
        return tuple(dict.fromkeys(d for one in self.changes for d in one.dimensions))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a figure.

        Indicator, title, dimensions, statistic and unit; estimate, se, n and flag of the ``first`` and the ``second``
        round; then the change, its se, limits, df, p, whether it is significant, the correlation, and why something is
        not computed. The figures of a suppressed side are empty.
        """
        import pandas as pd

        rows = []
        for one in self.changes:
            computed = {name: value for name, value in asdict(one).items() if name in COMPUTED}
            rows.append({
                "indicator": one.indicator, "title": pick(one.title),
                **{d: one.keys.get(d, TOTAL) for d in self.dimensions},
                "statistic": one.statistic, "unit": one.unit,
                **_side("first", one.first), **_side("second", one.second),
                **computed, "significant": one.significant, "correlation": one.correlation, "why": one.why,
            })  # fmt: skip
        return pd.DataFrame(rows)


COMPUTED = ("change", "se", "ci_low", "ci_high", "df", "p")


def _side(name: str, cell: Cell | None) -> dict[str, object]:
    shown = None if cell is None or cell.flag == "suppress" else cell
    return {
        f"{name}_estimate": np.nan if shown is None else shown.estimate,
        f"{name}_se": np.nan if shown is None else shown.se,
        f"{name}_n": None if cell is None else cell.n,
        f"{name}_flag": None if cell is None else cell.flag,
    }


def changes(
    first: Sequence[Table],
    second: Sequence[Table],
    correlation: Correlation | None = None,
    choices: tuple[Choices, Choices] | None = None,
) -> Changes:
    """Return what changed between the tables of two rounds.

    With v the variances of the two figures and r their correlation, the variance of the change is v1 + v2 - 2 r s1 s2
    (Kish 1965, section 12.4). Of independent samples r is 0 and the variances add.

    Parameters
    ----------
    first, second : sequence of Table
        Of one country. Tables that one round alone has are not compared.
    correlation : callable, optional
        Of two figures; without it the samples are independent.
    choices : two mappings, optional
        What the editions of the rounds chose.

    Returns
    -------
    Changes
        A change is not computed when one of its sides is suppressed or absent. Definitions that differ are notes.

    Raises
    ------
    EstimationError
        For a round without a table, or when the rounds have none in common.

    Notes
    -----
    No correction is made for looking at many changes at once: of a hundred figures that did not change, five are found
    significant.
    """
    if not first or not second:
        raise EstimationError("A comparison of rounds needs tables of both")
    names = _names(first[0].survey, second[0].survey)
    sides = [_called(tables, name) for tables, name in zip((first, second), names, strict=True)]
    found = side_by_side([*sides[0], *sides[1]], dict(zip(names, choices, strict=True)) if choices else None)
    one, two = (_places(tables) for tables in sides)
    out = []
    for line in found.lines:
        key = (line.indicator, line.dimensions)
        change = Change(
            line.indicator, line.title, line.dimensions, line.keys, line.statistic, line.unit,
            line.cells.get(names[0]), line.cells.get(names[1]),
        )  # fmt: skip
        out.append(_computed(change, one.get(key), two.get(key), correlation))
    return Changes(names[0], names[1], tuple(out), found.labels, found.notes, found.synthetic)


def _names(first: str, second: str) -> tuple[str, str]:
    """Return what the rounds are called: two of one edition are told apart by their order."""
    return (first, second) if first != second else (f"{first}, first", f"{second}, second")


def _called(tables: Sequence[Table], name: str) -> list[Table]:
    return [replace(table, survey=name) for table in tables]


def _places(tables: Sequence[Table]) -> dict[tuple[str, tuple[str, ...]], Table]:
    return {(table.indicator.code, table.dimensions): table for table in tables}


def _computed(change: Change, one: Table | None, two: Table | None, correlation: Correlation | None) -> Change:
    """Return a change with its figures, or with the reason why it has none."""
    first, second = change.first, change.second
    if first is None or second is None or one is None or two is None:
        return replace(change, why=ONE_SIDE)
    if pick(one.indicator.note or EMPTY) != pick(two.indicator.note or EMPTY) and _rest(change.keys):
        return replace(change, why=OTHERS)
    for cell, name in ((first, "first"), (second, "second")):
        if cell.flag == "suppress":
            return replace(change, why=HIDDEN.format(name))
    change = replace(change, change=second.estimate - first.estimate)
    for cell, name in ((first, "first"), (second, "second")):
        if not np.isfinite(cell.se):
            return replace(change, why=UNDEFINED.format(name))
    together = 0.0 if correlation is None else correlation(one, two, first, second)
    if together is None:
        return replace(change, why=UNRELATED)
    found: dict[str, Any] = tested(change.change, (first.se, second.se), (first.df, second.df), together)
    return replace(change, **found)


def _rest(keys: Mapping[str, str]) -> bool:
    """Return whether a figure is of a rest: of what is left of a category when others of it stand alone."""
    return any(code.endswith(OTHER) for code in keys.values())


def tested(change: float, se: tuple[float, float], df: tuple[float, float], correlation: float) -> dict[str, float]:
    """Return the standard error, limits and test of a change.

    The variance is taken as (s1 - s2)^2 + 2 (1 - r) s1 s2, which is the same and is exactly 0 of a round with itself.

    Parameters
    ----------
    change : float
    se, df : two floats
        Of the two figures.
    correlation : float

    Examples
    --------
    >>> found = tested(5.0, (3.0, 4.0), (30.0, 20.0), 0.0)
    >>> found["se"], found["df"], round(found["p"], 4)
    (5.0, 20.0, 0.3293)
    >>> tested(0.0, (3.0, 3.0), (30.0, 30.0), 1.0)["se"]
    0.0
    """
    s1, s2 = se
    error = np.sqrt((s1 - s2) ** 2 + 2 * (1 - correlation) * s1 * s2)
    free = np.minimum(*df)
    usable = error > 0 and free >= 1
    p = 2 * stdtr(free, -abs(change) / error) if usable else np.nan
    low, high = student(Facts(np.array([change]), np.array([error]), np.array([free]), np.array([free + 1]), LEVEL))
    numbers = {"se": error, "ci_low": low[0], "ci_high": high[0], "df": free, "p": p, "correlation": correlation}
    return {name: float(value) for name, value in numbers.items()}
