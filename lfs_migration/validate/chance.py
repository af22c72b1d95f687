"""What chance explains: exact probabilities of counts, and of several together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.totals import numbered, summed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TIES = 1 + 1e-7
"""Probabilities that differ by less are equal: R's ``fisher.test`` and ``mantelhaen.test`` have the same factor."""
ENOUGH = 10
"""Groups from which on their usual spread is measured, not taken to be that of chance alone."""
HALF_NORMAL = 0.6744897501960817
"""The median of a standard normal number without its sign."""
HALF_DENSITY = 0.6355527
"""Its density there."""
ONE_IN_TWENTY = 1.6448536
"""What a standard normal number exceeds one time in twenty."""


def at_least(count: Ints, of: Ints, share: float) -> Floats:
    """Return the probability of a binomial count as large, or larger (Clopper and Pearson 1934).

    Examples
    --------
    >>> at_least(np.array([0, 3]), np.array([3, 3]), 0.5)
    array([1.   , 0.125])
    """
    from scipy.special import betainc

    out: Floats = np.where(count > 0, betainc(np.maximum(count, 1), of - np.maximum(count, 1) + 1, share), 1.0)
    return out


def at_most(count: Ints, of: Ints, share: float) -> Floats:
    """Return the probability of a binomial count as small, or smaller."""
    return at_least(of - count, of, 1 - share)


def holm(probability: Floats) -> Floats:
    """Return probabilities adjusted for their number, by Holm's method (1979).

    The probability that any true hypothesis is rejected is at most the level, whatever depends on what; it rejects all
    that Bonferroni's method does, and more.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.02]))
    array([0.03, 0.04, 0.04])
    """
    order = np.argsort(probability, kind="stable")
    steps = np.arange(len(probability), 0, -1)
    out = np.empty(len(probability))
    out[order] = np.minimum(np.maximum.accumulate(probability[order] * steps), 1.0)
    return out


def hypergeometric(size: int, yes: int, rows: int) -> tuple[int, Floats]:
    """Return the distribution of the number of yes among some rows drawn from all.

    Its far tails, together less than 1e-20, are left out.

    Parameters
    ----------
    size : int
        Rows that are drawn.
    yes, rows : int
        Yes among all rows, and all rows.

    Returns
    -------
    first : int
        The least number.
    probability : array of shape (numbers,)

    Examples
    --------
    >>> hypergeometric(2, 2, 4)
    (0, array([0.16666667, 0.66666667, 0.16666667]))
    """
    from scipy.special import gammaln

    mean = size * yes / rows
    spread = (mean * (1 - yes / rows) * (rows - size) / max(rows - 1, 1)) ** 0.5
    reach = 12 * spread + 12
    first, last = max(0, size + yes - rows, int(mean - reach)), min(size, yes, int(mean + reach) + 1)
    x = np.arange(first, last + 1, dtype=np.float64)
    log = -(gammaln(x + 1) + gammaln(size - x + 1) + gammaln(yes - x + 1) + gammaln(rows - size - yes + x + 1))
    probability = np.exp(log - log.max())
    return first, probability / probability.sum()


@dataclass(frozen=True)
class Compared:
    """Each group's share of yes, and that of the others beside it.

    Parameters
    ----------
    size, yes : integer arrays of shape (groups,)
        Rows that have others beside them, and the yes among them.
    others : float array of shape (groups,)
        The others' share of yes in each stratum, weighted by the group's own rows; not-a-number without others.
    chance : float array of shape (groups,)
        Probability of a share as far from the others', two-sided or of one as large; 1 without others.
    """

    size: Ints
    yes: Ints
    others: Floats
    chance: Floats

    @property
    def share(self) -> Floats:
        """Share of yes."""
        return self.yes / np.maximum(self.size, 1)


def compared(group: Ints, stratum: Ints, yes: NDArray[np.bool_], groups: int, *, larger: bool = False) -> Compared:
    """Compare each group with all others beside it, in the same strata.

    Given how many rows, and how many yes, there are in a stratum, the yes of a group that is like the others are
    hypergeometric there; their sum over the strata has the exact distribution of Mantel and Haenszel's test (Mehta,
    Patel and Gray 1985; with one stratum it is Fisher's exact test 1935). The two-sided probability is that of all
    counts no more probable than the one found.

    Interviewers have areas of their own, and may differ more than chance explains though none did wrong (West and Blom
    2017). So each group's distance z_g from what is expected, in standard errors (Mantel and Haenszel 1959), is also
    set against their usual distance s, see :func:`usual`: its probability is never less than that of z_g / s as a
    normal number. Ohlssen, Sharples and Spiegelhalter (2007) let hospitals differ in this way.

    Parameters
    ----------
    group, stratum : integer arrays of shape (rows,)
        From 0 on.
    yes : boolean array of shape (rows,)
    groups : int
    larger : bool
        Whether only large shares are looked for.
    """
    return _set_against(_Tables.of(group, stratum, yes, groups), larger=larger)


def compared_counts(size: Ints, yes: Ints, *, larger: bool = False) -> Compared:
    """Compare each group with all others, as :func:`compared` does with one stratum, given their counts.

    Parameters
    ----------
    size, yes : integer arrays of shape (groups,)

    Examples
    --------
    >>> compared_counts(np.array([3, 3]), np.array([3, 0]), larger=True).chance
    array([0.05, 1.  ])
    """
    group = np.flatnonzero((size > 0) & (size < size.sum()))
    every = np.ones(len(group), dtype=np.int64)
    table = _Tables(group, size[group], yes[group], every * size.sum(), every * yes.sum(), len(size))
    return _set_against(table, larger=larger)


def _set_against(table: _Tables, *, larger: bool) -> Compared:
    from scipy.special import ndtr

    groups, variance = table.groups, table.variance
    known = variance > 0
    chance = np.ones(groups)
    chance[known] = table.chances(np.flatnonzero(known), larger=larger)
    z = np.zeros(groups)
    z[known] = (table.sums(table.yes)[known] - table.expected[known]) / np.sqrt(variance[known])
    if (spread := usual(z[known])) > 1:
        normal = ndtr(-z / spread) if larger else 2 * ndtr(-np.abs(z) / spread)
        chance = np.where(known, np.maximum(chance, normal), 1.0)
    size, count = table.sums(table.size), table.sums(table.yes)
    others = table.sums(table.size * table.others) / np.where(size > 0, size, np.nan)
    return Compared(size.astype(np.int64), count.astype(np.int64), others, chance)


def usual(z: Floats) -> float:
    """Return how far from what is expected groups usually are, against what chance explains.

    It is median |z| / 0.6745, which a few odd groups hardly move, where that is more than chance gives one time in
    twenty; else, and of fewer than ten groups, it is 1. The standard error of the median is that of normal numbers,
    1 / (2 f sqrt(n)) with the density f = 0.6356 of their absolute values there.

    Parameters
    ----------
    z : array of shape (groups,)
        Distances in standard errors.

    Examples
    --------
    >>> usual(np.array([3.0, -2.0, 1.5, -4.0, 3.0, -2.5, 2.0, -2.0, 1.8, 40.0]))
    3.3358...
    """
    if len(z) < ENOUGH:
        return 1.0
    spread = float(np.median(np.abs(z))) / HALF_NORMAL
    error = 1 / (2 * HALF_DENSITY * HALF_NORMAL * len(z) ** 0.5)
    return spread if spread > 1 + ONE_IN_TWENTY * error else 1.0


@dataclass(frozen=True)
class _Tables:
    """One table of two by two for each group and stratum that has others: arrays of shape (tables,).

    Parameters
    ----------
    group : positions of the groups, in order
    size, yes : of the group
    rows, all_yes : of the stratum
    groups : int
    """

    group: Ints
    size: Ints
    yes: Ints
    rows: Ints
    all_yes: Ints
    groups: int

    @classmethod
    def of(cls, group: Ints, stratum: Ints, yes: NDArray[np.bool_], groups: int) -> _Tables:
        wide = int(stratum.max(initial=-1)) + 1
        pair, place = numbered(group.astype(np.int64) * max(wide, 1) + stratum, groups * max(wide, 1))
        size, count = np.bincount(place, minlength=len(pair)), np.bincount(place[yes], minlength=len(pair))
        owner, home = pair // max(wide, 1), pair % max(wide, 1)
        rows, all_yes = np.bincount(stratum, minlength=wide)[home], np.bincount(stratum[yes], minlength=wide)[home]
        beside = rows > size
        return cls(owner[beside], size[beside], count[beside], rows[beside], all_yes[beside], groups)

    @property
    def others(self) -> Floats:
        """Share of yes among the others."""
        out: Floats = (self.all_yes - self.yes) / (self.rows - self.size)
        return out

    @property
    def expected(self) -> Floats:
        """Yes that a group would have if it were like all, of shape (groups,)."""
        return self.sums(self.size * self.all_yes / self.rows)

    @property
    def variance(self) -> Floats:
        """Of that number: the sum of those of hypergeometric counts, of shape (groups,)."""
        share = self.all_yes / self.rows
        return self.sums(self.size * share * (1 - share) * (self.rows - self.size) / np.maximum(self.rows - 1, 1))

    def sums(self, value: Any) -> Floats:
        """Return sums over the strata, of shape (groups,)."""
        return summed(self.group, value, self.groups)

    def chances(self, groups: Ints, *, larger: bool) -> Floats:
        """Return for some groups the exact probability of what each shows; groups of the same tables have the same."""
        tables = np.stack([self.size, self.yes, self.rows, self.all_yes], axis=1)
        begin, end = np.searchsorted(self.group, [groups, groups + 1])
        held = dict[bytes, float]()
        out = np.empty(len(groups))
        for at, (first, last) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
            own = tables[first:last]
            key = own.tobytes()
            if key not in held:
                held[key] = _tail(own.tolist(), larger=larger)
            out[at] = held[key]
        return out


def _tail(tables: list[list[int]], *, larger: bool) -> float:
    """Return the exact probability of the yes of a group in some strata, or of more.

    Parameters
    ----------
    tables : list of [size, yes, rows, all yes]
    """
    first, probability = 0, np.ones(1)
    for size, _, rows, all_yes in tables:
        start, more = hypergeometric(size, all_yes, rows)
        first, probability = first + start, np.convolve(probability, more)
    found = sum(yes for _, yes, _, _ in tables) - first
    if larger:
        return float(min(probability[max(found, 0) :].sum(), 1.0))
    here = probability[found] if 0 <= found < len(probability) else 0.0
    return float(min(probability[probability <= here * TIES].sum(), 1.0))
