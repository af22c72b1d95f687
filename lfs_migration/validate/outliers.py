"""Rules about numbers that are far from those of their group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lfs_migration.frames import Records
from lfs_migration.model.rules import Outlier
from lfs_migration.validate.grouping import Groups, grouped, said
from lfs_migration.validate.judged import Context, Judged, Truth
from lfs_migration.validate.medcouple import medcouple

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NORMAL = 1.4826
"""Median absolute deviations in a standard deviation of normal numbers."""
SIZE = 0.4
"""U of Hidiroglou and Berthelot: how much more a change of a large number matters, from 0 (not at all) to 1."""
LEAST = 0.05
"""A of Hidiroglou and Berthelot: part of the median effect that is the least distance of a quartile from it."""
NOISE = 1e-12
"""What is smaller, in relation to the numbers it comes from, is rounding and no spread."""
UNITS = {
    "mad": "median absolute deviations",
    "tukey": "interquartile ranges from the quartile",
    "adjusted": "adjusted interquartile ranges from the quartile",
    "hidiroglou": "quartile distances of effects",
}
RADIX = 1 << 16
"""Groups whose numbers numpy sorts without comparing them."""


def outlier(rule: Outlier, context: Context) -> Judged:
    """Judge the rows that a rule is about by how far their number is from those of their group.

    A row is unknown whose number or group is not known, whose number the method does not take (see
    :class:`~lfs_migration.model.rules.Outlier`), whose group has too few numbers, and whose group has no spread: where
    more than half of the numbers are equal the median absolute deviation is zero, and any other number would be
    infinitely far. Iglewicz and Hoaglin (1993) then take the mean absolute deviation; that one the far numbers move
    themselves, so here nothing is said of such a group.
    """
    records = context.records
    groups = grouped(rule, rule.by, records)
    number = _Numbers.of(rule, records)
    runs = Runs.of(groups, number.compared, max(rule.least, 2))
    truth: Truth = np.full(len(groups.number), -1, dtype=np.int8)
    shown: list[str] = []
    if len(runs.row):
        effects, fence = _FENCES[rule.method](runs, number)
        far = fence.far(effects)
        truth[effects.row] = np.where(np.isnan(far), -1, np.abs(far) <= rule.limit)
        shown = _shown(rule, number, runs, effects, far, np.flatnonzero(truth == 0))
    judged = Judged.of(truth, records.truth(rule.when, rule.record) == 1)
    return replace(judged, values=shown)


@dataclass(frozen=True)
class _Numbers:
    """The numbers of a rule: arrays of shape (rows,), not-a-number where there is none.

    Parameters
    ----------
    value, base : as answered
        All bases are 1 where the rule has none.
    compared : what is compared
        The value, its ratio to the base, or the logarithm of that.
    log : bool
    """

    value: Floats
    base: Floats
    compared: Floats
    log: bool

    @classmethod
    def of(cls, rule: Outlier, records: Records) -> _Numbers:
        value = records.floats(rule.variable, rule.record)
        base = records.floats(rule.base, rule.record) if rule.base else np.ones(len(value))
        positive = rule.log or rule.method == "hidiroglou"
        known = np.isfinite(value) & np.isfinite(base) & (base > 0) & ((value > 0) | (not positive))
        ratio = np.divide(value, base, where=known, out=np.full(len(value), np.nan))
        return cls(value, base, np.log(ratio) if rule.log else ratio, rule.log)


@dataclass(frozen=True)
class Runs:
    """Numbers by group, in their order inside each.

    Parameters
    ----------
    row : integer array of shape (numbers,)
        The row of each number.
    value : float array of shape (numbers,)
    start : integer array of shape (groups + 1,)
        Where each group begins; the last entry is where all end.
    """

    row: Ints
    value: Floats
    start: Ints

    @classmethod
    def of(cls, groups: Groups, value: Floats, least: int) -> Runs:
        """Return the known numbers of the groups that have enough of them."""
        known = np.isfinite(value)
        count = groups.count(known)
        enough = np.append(count >= least, False)  # the last one is for rows without a group
        row = np.flatnonzero(known & enough[groups.number])
        place = (np.cumsum(enough) - 1)[groups.number[row]]
        return cls._sorted(row, value[row], place, np.concatenate([[0], np.cumsum(count[enough[:-1]])]))

    @classmethod
    def _sorted(cls, row: Ints, value: Floats, group: Ints, start: Ints) -> Runs:
        order = np.argsort(value)
        narrow = group[order].astype(np.uint16 if len(start) <= RADIX else np.int64)
        order = order[np.argsort(narrow, kind="stable")]
        return cls(row[order], value[order], start.astype(np.int64))

    @property
    def size(self) -> Ints:
        """How many numbers each group has."""
        return np.diff(self.start)

    @property
    def group(self) -> Ints:
        """The group of each number."""
        return np.repeat(np.arange(len(self.start) - 1), self.size)

    def other(self, value: Floats) -> Runs:
        """Return other numbers of the same rows, each given in the place of its row here."""
        return self._sorted(self.row, value, self.group, self.start)

    def at(self, place: Floats) -> Floats:
        """Return the number at a place of each group, from 0; the mean of two between them."""
        low, high = np.floor(place).astype(np.int64), np.ceil(place).astype(np.int64)
        out: Floats = (self.value[self.start[:-1] + low] + self.value[self.start[:-1] + high]) / 2
        return out

    @property
    def median(self) -> Floats:
        """The median of each group."""
        return self.at((self.size - 1) / 2)

    @property
    def hinges(self) -> tuple[Floats, Floats]:
        """The lower and upper hinge of each group: the medians of its halves, both with the median (Tukey 1977, 2B)."""
        depth = ((self.size + 1) // 2 - 1) / 2
        return self.at(depth), self.at(self.size - 1 - depth)


@dataclass(frozen=True)
class Fence:
    """Where each group's numbers lie, and the unit in which their distance is measured: arrays of shape (groups,).

    Parameters
    ----------
    low, high
        Between them the distance is zero.
    below, above
        Unit of the distance from ``low`` downwards, and from ``high`` upwards.
    """

    low: Floats
    high: Floats
    below: Floats
    above: Floats

    def far(self, runs: Runs) -> Floats:
        """Return the distance of each number, negative below; not-a-number where a group has no spread."""
        size = np.maximum(np.maximum(np.abs(self.low), np.abs(self.high)), np.finfo(float).tiny)
        some = (self.below > NOISE * size) & (self.above > NOISE * size)
        below, above = (np.where(some, unit, np.nan)[runs.group] for unit in (self.below, self.above))
        under, over = runs.value - self.low[runs.group], runs.value - self.high[runs.group]
        out: Floats = np.where(under < 0, under / below, np.maximum(over, 0.0) / above)
        return out


def _mad(runs: Runs, _: _Numbers) -> tuple[Runs, Fence]:
    """Measure from the median in median absolute deviations x 1.4826 (Hampel 1974; Leys et al. 2013, equation 1)."""
    median = runs.median
    unit = NORMAL * runs.other(np.abs(runs.value - median[runs.group])).median
    return runs, Fence(median, median, unit, unit)


def _tukey(runs: Runs, _: _Numbers) -> tuple[Runs, Fence]:
    """Measure from the hinges in their distance (Tukey 1977, 2D)."""
    low, high = runs.hinges
    return runs, Fence(low, high, high - low, high - low)


def _adjusted(runs: Runs, _: _Numbers) -> tuple[Runs, Fence]:
    """Measure from the hinges in their distance x e^(-4 MC) on the short side and x e^(3 MC) on the long one.

    MC is the medcouple, and the factors are for one between -0.6 and 0.6 (Hubert and Vandervieren 2008, the exponential
    model; their limit is 1.5). Where MC is negative the long side is the lower one.
    """
    low, high = runs.hinges
    pieces = np.split(runs.value, runs.start[1:-1])
    skew = np.array([medcouple(one) if one[0] < one[-1] else 0.0 for one in pieces])
    below = np.exp(np.where(skew >= 0, -4.0, -3.0) * skew)
    above = np.exp(np.where(skew >= 0, 3.0, 4.0) * skew)
    return runs, Fence(low, high, (high - low) * below, (high - low) * above)


def _hidiroglou(runs: Runs, number: _Numbers) -> tuple[Runs, Fence]:
    """Measure the effect of each ratio from the median effect, in the distance of its quartile.

    Hidiroglou and Berthelot (1986): of a ratio r and the median ratio r_M, s = 1 - r_M / r below it and
    s = r / r_M - 1 above it; its effect is E = s max(value, base)^U, so that a change of a large number matters more.
    Distances are from E_M, in max(E_M - E_Q1, A |E_M|) below and max(E_Q3 - E_M, A |E_M|) above. U is 0.4 (usual are
    0.3 to 0.5) and A is 0.05; quartiles are hinges.
    """
    median, ratio = runs.median[runs.group], runs.value
    change = np.where(ratio < median, 1 - median / ratio, ratio / median - 1)
    change[np.abs(change) < NOISE] = 0.0
    size = np.maximum(number.value, number.base)[runs.row] ** SIZE
    effects = runs.other(change * size)
    middle, (low, high) = effects.median, effects.hinges
    least = LEAST * np.abs(middle)
    return effects, Fence(middle, middle, np.maximum(middle - low, least), np.maximum(high - middle, least))


_FENCES: dict[str, Callable[[Runs, _Numbers], tuple[Runs, Fence]]] = {
    "mad": _mad, "tukey": _tukey, "adjusted": _adjusted, "hidiroglou": _hidiroglou,
}  # fmt: skip


def _shown(rule: Outlier, number: _Numbers, runs: Runs, effects: Runs, far: Floats, failed: Ints) -> list[str]:
    """Return the number of each row that fails, its group's median, and how far it is."""
    place = np.full(len(number.value), -1, dtype=np.int64)
    place[effects.row] = np.arange(len(effects.row))
    place = place[failed]
    group, unit = effects.group[place], UNITS[rule.method] + (" of the logarithm" if rule.log else "")
    centre = np.exp(runs.median) if rule.log else runs.median
    out = []
    for row, one, distance in zip(failed.tolist(), group.tolist(), far[place].tolist(), strict=True):
        shown = said(float(number.value[row])) + (f" / {said(float(number.base[row]))}" if rule.base else "")
        side = "above" if distance > 0 else "below"
        out.append(f"{shown}; median {centre[one]:.6g} of {runs.size[one]}; {abs(distance):.1f} {unit} {side}")
    return out
