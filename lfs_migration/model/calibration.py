"""What a calibration was: the known totals, and how weights were moved to meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from lfs_migration.model.noun import Value

Method = Literal["poststratify", "raking", "linear", "logit", "truncated", "ridge"]
Residuals = Literal["regression", "iterated"]


@dataclass(frozen=True)
class Margin:
    """Known totals of a population: of the categories of some variables, or of one number.

    Parameters
    ----------
    record : str
        Whose rows the totals count.
    totals : mapping of codes to float
        One code a variable; not-a-number where a category has no known total. Of a number, under the empty key.
    variables : tuple of str
        Several are cross-classified; none for a number.
    value, where : str
        Of a number: expressions for what is added up, ones where it is empty, and over which rows.
    """

    record: str
    totals: Mapping[tuple[Value, ...], float]
    variables: tuple[str, ...] = ()
    value: str = ""
    where: str = ""

    @property
    def name(self) -> str:
        """The margin in messages."""
        number = " where ".join(text for text in (self.value or f"rows of {self.record}", self.where) if text)
        return " x ".join(self.variables) or number


@dataclass(frozen=True)
class Calibration:
    """A calibration that was done, as the variance needs it.

    Parameters
    ----------
    base, weight : str
        Columns of the weights before and after it.
    record : str
        Whose weights they are.
    margins : tuple of Margin
    method : str
        Distance between the weights before and after; see :func:`lfs_migration.calibrate`.
    bounds : (low, high)
        Of the g-weights, which are weights after over weights before.
    slack : tuple of float
        One a margin, 0 where it is met exactly: the ridge's term, in units of the weighted sum of squares of the
        auxiliary.
    residuals : str
        How a linearised value is freed from what the margins explain.
    """

    base: str
    weight: str
    record: str
    margins: tuple[Margin, ...]
    method: Method
    bounds: tuple[float, float] = (-inf, inf)
    slack: tuple[float, ...] = ()
    residuals: Residuals = "regression"
