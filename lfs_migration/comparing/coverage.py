"""How much of an outside source's figures the survey sees, destination by destination."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lfs_migration.comparing.outside import Outside
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.intervals import Facts, student
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.noun import Text
from lfs_migration.model.results import TOTAL, Cell, Flag

if TYPE_CHECKING:
    import pandas as pd

Judge = Callable[[Mapping[str, Any]], Flag]
"""Gives the flag of a figure from its facts, as the rules of quality name them."""
Published = Mapping[tuple[str, str], Cell]
"""Figures that may be shown, by destination and sex."""
BOTH, SURVEY, SOURCE = "both", "survey", "source"


@dataclass(frozen=True)
class CoverageRow:
    """A destination in the survey and in the outside source.

    Parameters
    ----------
    destination, sex : str
        :data:`~lfs_migration.model.results.TOTAL` for the total over the destinations that have a ratio, or both sexes.
    seen : str
        ``both``, ``survey`` or ``source``: which of the two has a figure. The other is absent, not zero.
    estimate, se : float
        Of the survey, in persons.
    n : int, optional
        Of the survey's sample; none where disclosure control hides it.
    flag : str
        Of the survey's figure; empty where it has none.
    outside, outside_se : float
    ratio, ratio_se, ci_low, ci_high : float
        Survey over source, for each person 1; not-a-number where one of the two is absent, suppressed, or the source's
        figure is 0.
    df : float
    """

    destination: str
    sex: str
    seen: str
    estimate: float = np.nan
    se: float = np.nan
    n: int | None = None
    flag: str = ""
    outside: float = np.nan
    outside_se: float = np.nan
    ratio: float = np.nan
    ratio_se: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    df: float = np.nan


@dataclass(frozen=True)
class Coverage:
    """A survey's figures by destination over those of an outside source.

    Parameters
    ----------
    survey : str
        The edition's id.
    survey_title : Text
    indicator : Indicator
    dimension : str
        The breakdown by country.
    source : Outside
    rows : tuple of CoverageRow
        Destinations in both, then the total of those that have a ratio, then those in one of the two alone.
    labels : mapping of dimension to mapping of code to Text
    notes : tuple of str
    synthetic : bool
    """

    survey: str
    survey_title: Text
    indicator: Indicator
    dimension: str
    source: Outside
    rows: tuple[CoverageRow, ...]
    labels: Mapping[str, Mapping[str, Text]]
    notes: tuple[str, ...] = ()
    synthetic: bool = False

    def to_frame(self) -> pd.DataFrame:
        """Return one row a destination and sex, with the columns of :class:`CoverageRow`."""
        import pandas as pd

        return pd.DataFrame([vars(row) for row in self.rows])


def coverage(
    estimates: Sequence[Estimates], outside: Outside, names: tuple[str, str], judge: Judge,
    published: Published | None = None,
) -> tuple[tuple[CoverageRow, ...], tuple[str, ...]]:  # fmt: skip
    """Return the coverage ratios of a survey's totals by destination.

    With Y the survey's figure and X the source's, the ratio is Y / X with the variance (v(Y) + (Y / X)^2 v(X)) / X^2:
    the delta method for independent sources (Woodruff 1971). A source without standard errors is taken as exact. The
    total is the sum over the destinations that have a ratio, with the survey's joint covariance.

    Parameters
    ----------
    estimates : sequence of Estimates
        Totals by country, and by country and sex where the source has figures by sex.
    outside : Outside
    names : (str, str)
        Breakdowns of the estimates: the country and the sex.
    judge : callable
        A suppressed figure has no ratio, and is in no total, so that it cannot be found by taking differences.
    published : mapping, optional
        Figures of protected tables, which are shown in place of the survey's own; one that is not among them is
        suppressed, and so is its number of rows. Without it nothing is hidden but what the judge suppresses.

    Returns
    -------
    rows : tuple of CoverageRow
    notes : tuple of str

    Raises
    ------
    EstimationError
        When no destination is in both.
    """
    rows: list[CoverageRow] = []
    notes: list[str] = []
    for sex in dict.fromkeys(one.sex for one in outside.figures):
        part = next(e for e in estimates if (names[1] in e.by) == (sex != TOTAL))
        found, places = _of_sex(part, outside, names, sex, judge, published)
        both = [row for row in found if not np.isnan(row.ratio)]
        rows += [row for row in found if row.seen == BOTH]
        if both:
            rows.append(_total(part, outside, both, places, judge))
        rows += [row for row in found if row.seen != BOTH]
        notes += _notes(found, sex, [o.destination for o in outside.figures if o.sex == sex and np.isnan(o.figure)])
    if not any(row.seen == BOTH for row in rows):
        raise EstimationError("No destination is in the survey and in the outside source",
                              hint="Check the codes, and the indicator")  # fmt: skip
    return tuple(rows), tuple(notes)


def _of_sex(
    estimates: Estimates, outside: Outside, names: tuple[str, str], sex: str, judge: Judge, published: Published | None
) -> tuple[list[CoverageRow], dict[str, int]]:
    """Return a row for each destination of one sex, and the place of each in the estimates."""
    places = {
        str(code): row
        for row, code in enumerate(estimates.by[names[0]])
        if sex in (TOTAL, str(estimates.by.get(names[1], {row: TOTAL})[row])) and estimates.n[row]
    }
    given = {one.destination: one for one in outside.figures if one.sex == sex}
    out = []
    for code in [*(code for code in places if code in given), *(code for code in places if code not in given)]:
        own = (_own(estimates, places[code], code, sex, judge) if published is None
               else _published(published, code, sex))  # fmt: skip
        other = given.get(code)
        if other is not None and not np.isnan(other.figure):
            own = divided(replace(own, seen=BOTH, outside=other.figure, outside_se=other.se))
        out.append(own)
    for code, other in given.items():
        if code not in places and not np.isnan(other.figure):
            out.append(CoverageRow(code, sex, SOURCE, outside=other.figure, outside_se=other.se))
    return out, places


def _own(estimates: Estimates, row: int, code: str, sex: str, judge: Judge) -> CoverageRow:
    own = CoverageRow(code, sex, SURVEY, n=int(estimates.n[row]), flag=judge(_facts(estimates, row)),
                      df=float(estimates.df[row]))  # fmt: skip
    if own.flag == "suppress":
        return own
    return replace(own, estimate=float(estimates.estimate[row]), se=float(estimates.se[row]))


def _published(published: Published, code: str, sex: str) -> CoverageRow:
    cell = published.get((code, sex))
    if cell is None:
        return CoverageRow(code, sex, SURVEY, flag="suppress")
    own = CoverageRow(code, sex, SURVEY, n=cell.n, flag=cell.flag, df=cell.df)
    return own if cell.flag == "suppress" else replace(own, estimate=cell.estimate, se=cell.se)


def divided(row: CoverageRow) -> CoverageRow:
    """Return a row with its ratio, standard error and limits, if both figures are there and the source's is not 0.

    Examples
    --------
    >>> row = CoverageRow("ESP", "_T", "both", estimate=300.0, se=30.0, outside=400.0, outside_se=40.0, df=20.0)
    >>> row = divided(row)
    >>> row.ratio, round(row.ratio_se, 5)
    (0.75, 0.10607)
    """
    if np.isnan(row.estimate) or not row.outside > 0:
        return row
    ratio = row.estimate / row.outside
    other = 0.0 if np.isnan(row.outside_se) else row.outside_se
    se = float(np.sqrt(row.se**2 + (ratio * other) ** 2) / row.outside)
    value, error, df = (np.array([number]) for number in (ratio, se, row.df))
    (low,), (high,) = student(Facts(value, error, df, df + 1, 0.95))
    return replace(row, ratio=ratio, ratio_se=se, ci_low=float(low), ci_high=float(high))


def _total(
    estimates: Estimates, outside: Outside, both: Sequence[CoverageRow], places: Mapping[str, int], judge: Judge
) -> CoverageRow:
    """Return the total over the destinations that have a ratio, with the covariance of the survey's figures.

    A household may have members in several of them: of its households no more are known than of the largest one.
    """
    codes, sex = [row.destination for row in both], both[0].sex
    rows = [places[code] for code in codes]
    weights = np.zeros(len(estimates))
    weights[rows] = 1.0
    _, se = estimates.contrast(weights)
    estimate = float(sum(row.estimate for row in both))  # of what is shown: it may be rounded
    given = [one for one in outside.figures if one.sex == sex and one.destination in codes]
    errors = np.array([one.se for one in given])
    outside_se = np.nan if np.isnan(errors).all() else float(np.sqrt(np.nansum(errors**2)))
    n, df = int(estimates.n[rows].sum()), float(estimates.df[rows].max())
    flag = judge({
        **_facts(estimates, rows[0]), "estimate": estimate, "se": se, "cv": se / estimate if estimate else np.nan,
        "n": n, "n_numerator": n, "households": int(estimates.households[rows].max()), "df": df,
        "unknown_share": float(estimates.unknown[rows].max()), "population": estimate, "n_effective": None,
    })  # fmt: skip
    figure = float(sum(one.figure for one in given))
    row = CoverageRow(TOTAL, sex, BOTH, estimate, se, n, flag, figure, outside_se, df=df)
    return divided(row) if flag != "suppress" else replace(row, estimate=np.nan, se=np.nan)


def _facts(estimates: Estimates, row: int) -> dict[str, Any]:
    """Return what the rules of quality name of a row: a total of persons."""
    numbers = {"estimate": estimates.estimate, "se": estimates.se, "cv": estimates.cv, "df": estimates.df,
               "unknown_share": estimates.unknown}  # fmt: skip
    counts = {"n": estimates.n, "households": estimates.households, "n_numerator": estimates.n_numerator}
    floats = {name: float(values[row]) for name, values in numbers.items()}
    floats |= {"n_effective": float(estimates.neff[row]), "population": float(estimates.estimate[row])}
    return {**floats, **{name: int(values[row]) for name, values in counts.items()}, "proportion": False}


def _notes(rows: Sequence[CoverageRow], sex: str, without: Sequence[str]) -> list[str]:
    of = "" if sex == TOTAL else f" (sex {sex})"
    lists = {
        "Suppressed in the survey, and outside the total": [
            row.destination for row in rows if row.seen == BOTH and row.flag == "suppress"
        ],
        "Nobody in the source, so that there is no ratio": [row.destination for row in rows if row.outside == 0],
        "In the survey only": [row.destination for row in rows if row.seen == SURVEY],
        "In the source only": [row.destination for row in rows if row.seen == SOURCE],
        "In the source without a figure": list(without),
    }
    return [f"{words}{of}: {', '.join(codes)}." for words, codes in lists.items() if codes]
