"""Indicators and the rules that decide whether a figure may be published."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lfs_migration.model.noun import Noun, Text

Kind = Literal["total", "mean", "ratio", "share", "distribution", "median"]


class Part(Noun):
    """A weighted sum over the rows of one record: of ``value``, or of ones where it is empty."""

    record: str
    where: str = ""
    value: str = ""


class Indicator(Noun):
    """What is computed, from which rows, broken down by what.

    Parameters
    ----------
    kind : str
        ``total``, ``mean``, ``median``, ``ratio`` (of ``numerator`` to ``denominator``), ``share`` (a ratio whose
        numerator is a part of its denominator) or ``distribution`` (over the categories of ``of``).
    of : str
        Dimension whose categories a distribution counts.
    over : str
        What a distribution's shares are of: ``known`` answers, or ``all`` with the unknown as a category.
    numerator, denominator : Part
        A total, a mean and a median have the numerator alone; a distribution's base is its numerator.
    per : int
        Shares and rates are per this many: 100 or 1,000.
    breakdowns : tuple of tuples of dimensions
        The empty tuple (no breakdown) is always made.
    totals : bool
        A distribution also gives the number in each category, in ``count_unit``.
    coverage : tuple of str
        Coverage statements printed with its tables.
    coverage_without : mapping of dimension to str
        Statements printed when an edition cannot break down by the dimension.
    parameters : tuple of str
        What a country chooses in its expressions; filled when it is loaded.
    """

    code: str
    title: Text
    kind: Kind
    numerator: Part
    denominator: Part | None = None
    of: tuple[str, ...] = ()
    over: Literal["known", "all"] = "known"
    unit: str
    per: int = 1
    breakdowns: tuple[tuple[str, ...], ...] = ()
    totals: bool = False
    count_unit: str = "persons"
    coverage: tuple[str, ...] = ()
    coverage_without: dict[str, str] = Field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    note: Text | None = None
    reference: str


class Profile(Noun):
    """When a figure is published, published with caution, or suppressed.

    Parameters
    ----------
    suppress, caution : tuple of str
        Expressions over ``estimate``, ``se``, ``cv``, ``n``, ``households``, ``n_numerator``, ``df``,
        ``unknown_share`` and ``proportion`` (true for shares); the first list that has a true one decides.
    """

    title: Text
    suppress: tuple[str, ...]
    caution: tuple[str, ...]
    valid_from: str
    status: str
    reference: str
    notes: dict[str, str] = Field(default_factory=dict)
