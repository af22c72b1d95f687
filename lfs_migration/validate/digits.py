"""Rules about digits: ages that end in favoured ones, and numbers that are too often round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.totals import summed
from lfs_migration.model.rules import Digits, Heaping
from lfs_migration.validate.chance import at_least
from lfs_migration.validate.grouping import Groups, Shown, grouped, percent, said
from lfs_migration.validate.judged import Context, Judged

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SCALE = {105: "highly accurate", 110: "fairly accurate", 125: "approximate", 175: "rough"}
"""What the United Nations call data by Whipple's index below a value (Demographic Yearbook, technical notes)."""


def heaping(rule: Heaping, context: Context) -> Judged:
    """Judge groups by an index of the last digits of their ages, among the ages from ``low`` to ``high``."""
    groups = grouped(rule, rule.by, context.records)
    value = context.records.floats(rule.variable, rule.record)
    inside = (groups.number >= 0) & (value >= rule.low) & (value < rule.high + 1)
    number, age = groups.number[inside], np.floor(value[inside]).astype(np.int64)
    if rule.measure == "whipple":
        return _whipple(rule, groups, number, age)
    return _myers(rule, groups, number, age)


def _whipple(rule: Heaping, groups: Groups, number: Ints, age: Ints) -> Judged:
    size = np.bincount(number, minlength=len(groups))
    fives = np.bincount(number[age % 5 == 0], minlength=len(groups))
    index = whipple(fives, size)
    words = [f"Whipple's index {one:.0f} of {n} ages ({quality(one)})" for one, n in zip(index, size, strict=True)]
    chance = at_least(fives, size, min(rule.limit / 500, 1.0))
    shown = Shown(groups, words, size >= max(rule.least, 1), index > rule.limit, chance)
    return shown.judged(rule.chance, rule.variable)


def _myers(rule: Heaping, groups: Groups, number: Ints, age: Ints) -> Judged:
    weight = blending(age, rule.low, rule.high)
    cells = summed(number * 10 + age % 10, weight, 10 * len(groups)).reshape(-1, 10)
    size = np.bincount(number[weight > 0], minlength=len(groups))
    square = summed(number, weight**2, len(groups))
    index, usual, words = myers(cells), _usual(cells.sum(axis=1), square), []
    for one in range(len(groups)):
        digit = int(cells[one].argmax())
        share = percent(cells[one, digit] / max(cells[one].sum(), 1))
        words.append(f"Myers' index {index[one]:.1f} of {size[one]} ages, where chance alone gives about "
                     f"{usual[one]:.1f}; {share} end in {digit}")  # fmt: skip
    return Shown(groups, words, size >= max(rule.least, 1), index > rule.limit).judged(0.0, rule.variable)


def whipple(fives: Ints, size: Ints) -> Floats:
    """Return Whipple's index: five times the share of ages that are multiples of five, in per cent.

    100 is no preference for 0 and 5, 500 is nothing else (United Nations 1955, Manual II, chapter III; Shryock and
    Siegel 1976, chapter 8). Its standard error is 500 sqrt(p (1 - p) / n): at p = 0.2, 28 of 50 ages and 6 of 1,000.

    Examples
    --------
    >>> whipple(np.array([8, 40]), np.array([40, 40]))
    array([100., 500.])
    """
    return 500.0 * fives / np.maximum(size, 1)


def quality(index: float) -> str:
    """Return the United Nations' word for Whipple's index.

    Examples
    --------
    >>> quality(104.9), quality(175.0)
    ('highly accurate', 'very rough')
    """
    return next((word for below, word in SCALE.items() if index < below), "very rough")


def blending(age: Ints, low: int, high: int) -> Floats:
    """Return how often Myers counts each age: in how many of ten ranges of ages it is.

    The ranges are equally long, a multiple of ten years, and begin at ten successive ages, so that each digit is the
    first once: without preference all digits are then equally frequent although the young are more (Myers 1940). It is
    the same as his multiplying the sum of all ages that end in a digit, the oldest ten years left out, by 1 to 10, and
    that of the same ages with the youngest ten years left out by 9 to 0.

    Examples
    --------
    >>> blending(np.array([23, 24, 32, 52, 53, 61, 62]), 23, 62)
    array([ 1.,  2., 10., 10.,  9.,  1.,  0.])
    """
    length = (high - low - 8) // 10 * 10
    first, last = np.maximum(age - length + 1, low), np.minimum(age, low + 9)
    out: Floats = np.maximum(last - first + 1, 0).astype(np.float64)
    return out


def myers(cells: Floats) -> Floats:
    """Return Myers's blended index: half the sum of the digits' distances from ten per cent (Myers 1940).

    0 is no preference, 90 one digit only: the least part of the ages, in per cent, that ends in a wrong digit. Chance
    alone makes it larger, the more so the fewer the ages.

    Parameters
    ----------
    cells : array of shape (groups, 10)
        Blended number of ages by their last digit.

    Examples
    --------
    >>> myers(np.array([[1.0] * 10, [5.0] + [0.0] * 9]))
    array([ 0., 90.])
    """
    total = cells.sum(axis=1, keepdims=True)
    share = np.divide(cells, total, where=total > 0, out=np.full(cells.shape, 0.1))
    out: Floats = 50.0 * np.abs(share - 0.1).sum(axis=1)
    return out


def _usual(total: Floats, square: Floats) -> Floats:
    """Return the index that ages without preference have on average.

    A digit's share has the variance p (1 - p) sum w^2 / (sum w)^2 at p = 0.1; the mean distance of a normal number is
    sqrt(2 / pi) standard errors.
    """
    error = 0.3 * np.sqrt(square) / np.maximum(total, 1.0)
    out: Floats = 500.0 * np.sqrt(2 / np.pi) * error
    return out


def digits(rule: Digits, context: Context) -> Judged:
    """Judge groups by the share of multiples of a round number among their numbers.

    Zero is a multiple of every number and says nothing of rounding: it is not counted.
    """
    groups = grouped(rule, rule.by, context.records)
    value = context.records.floats(rule.variable, rule.record)
    inside = np.isfinite(value) & (value != 0)
    size, count = groups.count(inside), groups.count(inside & _multiple(value, rule.base))
    share = count / np.maximum(size, 1)
    text = f"are multiples of {said(float(rule.base))}"
    words = [f"{percent(one)} of {n} answers {text}" for one, n in zip(share, size, strict=True)]
    chance = at_least(count, size, rule.limit)
    shown = Shown(groups, words, size >= max(rule.least, 1), share > rule.limit, chance)
    return shown.judged(rule.chance, rule.variable)


def _multiple(value: Floats, base: float) -> Mask:
    times = np.where(np.isfinite(value), value, 0.5) / base
    out: Mask = np.abs(times - np.rint(times)) <= 1e-9 * np.maximum(1.0, np.abs(times))
    return out
