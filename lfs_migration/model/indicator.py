"""Indicators and the rules that decide whether a figure may be published."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from lfs_migration.model.noun import Noun, Text, Value
from lfs_migration.text import MESSAGES, pick

Kind = Literal[
    "total",
    "mean",
    "median",
    "quantile",
    "ratio",
    "share",
    "distribution",
    "options",
    "index",
    "difference",
    "relative",
]
Weights = Literal["final", "design", "none"]
"""With what an indicator is weighted: the final weights, those of the selection alone, or none."""


class Part(Noun):
    """A weighted sum over the rows of one record: of ``value``, or of ones where it is empty."""

    record: str
    where: str = ""
    value: str = ""


class Between(Noun):
    """Two categories of a dimension, whose figures are compared: the first less the second."""

    dimension: str
    first: Value
    second: Value


class Option(Noun):
    """One of several things that a row may have: an answer that may be ticked, or a part of an amount.

    Parameters
    ----------
    where : str
        The rows that have it; its share is unknown of those for which this is.
    base : str
        The rows that can have it, among those of the indicator; all of them where it is empty.
    value : str
        The part of an amount that it is; its share is then that of the denominator's value.
    """

    where: str = ""
    base: str = ""
    value: str = ""
    label: Text


class Indicator(Noun):
    """What is computed, from which rows, broken down by what.

    Parameters
    ----------
    topic : str
        What it is about: one of the module's topics.
    kind : str
        ``total``, ``mean``, ``median``, ``quantile`` (at ``probability``), ``ratio`` (of ``numerator`` to
        ``denominator``), ``share`` (a ratio whose numerator is a part of its denominator), ``distribution`` (over the
        categories of ``of``), ``options`` (the share of each of several ``options``, which may add up to more than the
        whole), ``index`` (how far the distribution over the categories of ``of`` is concentrated), ``difference`` (of
        the share between the two categories of ``between``) or ``relative`` (the ratio to ``denominator`` over that of
        ``against``).
    of : tuple of str
        Dimensions whose categories are distributed.
    over : str
        What a distribution's shares are of: ``known`` answers, or ``all`` with the unknown as a category.
    numerator, denominator : Part
        A total, a mean and a quantile have the numerator alone; a distribution's base, and that of options, is its
        numerator.
    plus : Part
        What a ratio's denominator holds beside: the emigrants, beside the residents.
    options : mapping of code to Option
    question : str
        Name of the dimension that the options are, in the tables.
    question_label : Text, optional
    between : Between, optional
    relative_to : str
        The indicator that a relative one is set against.
    against : tuple of Part
        Its numerator, denominator, and what that holds beside; filled when it is loaded.
    probability : float
        Of a quantile.
    largest : int
        Of an index: the share of so many of the largest categories; the Herfindahl index where it is 0.
    weights : str
    per : int
        Shares and rates are per this many: 100 or 1,000.
    breakdowns : tuple of tuples of dimensions
        The empty tuple (no breakdown) is always made.
    fold : mapping of dimension to tuple of dimensions
        Coarser dimensions, the finest first, into which categories with too few in the sample are folded, as the
        rest of each.
    totals : bool
        A distribution also gives the number in each category, in ``count_unit``.
    coverage : tuple of str
        Coverage statements printed with its tables.
    coverage_without : mapping of dimension to str
        Statements printed when an edition cannot break down by the dimension.
    quality : str
        The profile of quality rules that judges it, where it is not the edition's.
    parameters : tuple of str
        What a country chooses in its expressions; filled when it is loaded.
    """

    code: str
    topic: str = ""
    title: Text
    kind: Kind
    numerator: Part
    denominator: Part | None = None
    plus: Part | None = None
    of: tuple[str, ...] = ()
    over: Literal["known", "all"] = "known"
    options: dict[str, Option] = Field(default_factory=dict)
    question: str = ""
    question_label: Text | None = None
    between: Between | None = None
    relative_to: str = ""
    against: tuple[Part, ...] = ()
    probability: float = 0.5
    largest: int = 0
    weights: Weights = "final"
    unit: str
    per: int = 1
    breakdowns: tuple[tuple[str, ...], ...] = ()
    fold: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    totals: bool = False
    count_unit: str = "persons"
    coverage: tuple[str, ...] = ()
    coverage_without: dict[str, str] = Field(default_factory=dict)
    quality: str = ""
    parameters: tuple[str, ...] = ()
    note: Text | None = None
    reference: str

    @property
    def own(self) -> tuple[Part, ...]:
        """Its numerator, its denominator and what that holds beside, as far as it has them."""
        return tuple(part for part in (self.numerator, self.denominator, self.plus) if part is not None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that it is computed from: also its options, and what it is set against."""
        record = self.numerator.record
        options = (Part(record=record, where=one.where, value=one.value) for one in self.options.values())
        bases = (Part(record=record, where=one.base) for one in self.options.values() if one.base)
        return (*self.own, *options, *bases, *self.against)


FACTS = (
    "estimate", "se", "cv", "n", "households", "n_numerator", "n_effective", "population", "df", "unknown_share",
    "proportion",
)  # fmt: skip
"""What the expressions of a quality profile may name of a figure."""


class Rules(Noun):
    """When a figure is published, published with caution, or suppressed, from one date on.

    Parameters
    ----------
    suppress, caution : tuple of str
        Expressions over :data:`FACTS`; the first list that has a true one decides. ``estimate`` and ``se`` are as
        estimated: a share is between 0 and 1. ``n`` and ``households`` are the sample behind the figure (of the
        denominator for a rate, in the category for a distribution), ``population`` the weighted number of the rows that
        ``n`` counts, ``n_numerator`` the rows that a rate's numerator rests on, ``n_effective`` those of the
        denominator over the design effect, ``unknown_share`` the weighted share of the base without an answer;
        ``proportion`` is true for shares.
    valid_from : str
        Day, as ``2018-01-01``.
    status : str
        What of it was seen, what is recalled, what is ours.
    """

    suppress: tuple[str, ...]
    caution: tuple[str, ...]
    valid_from: str
    status: str
    reference: str

    @field_validator("valid_from")
    @classmethod
    def _a_day(cls, day: str) -> str:
        if day:  # rules that a program makes may have none
            try:
                date.fromisoformat(day)
            except ValueError:
                raise ValueError("valid_from is a day, as 2018-01-01") from None
        return day

    @property
    def year(self) -> int:
        """Year from which they are in force; 0 for rules without a day."""
        return int(self.valid_from[:4] or 0)


class Profile(Rules):
    """The quality rules of one name: those in force now, and earlier ones.

    Parameters
    ----------
    title : Text
    earlier : tuple of Rules
        What was in force before; each from its own day on, to that of the next.
    note : Text, optional
        To print with tables; :meth:`of_year` says in it that the rules are later than the survey.
    """

    title: Text
    earlier: tuple[Rules, ...] = ()
    note: Text | None = None

    @property
    def expressions(self) -> tuple[str, ...]:
        """All expressions that decide."""
        return (*self.suppress, *self.caution)

    def of_year(self, year: int | None) -> Profile:
        """Return the rules that were in force at the end of a survey's year, as a profile.

        For a survey older than all of them these are the first, and the note says so; without a year the last.

        Examples
        --------
        >>> old = Rules(suppress=("n < 30",), caution=(), valid_from="2005-01-01", status="", reference="")
        >>> rule = Profile(title={"en": "Rules"}, suppress=("n < 20",), caution=(), valid_from="2018-01-01", status="",
        ...                reference="", earlier=(old,))
        >>> rule.of_year(2010).suppress, rule.of_year(2018).suppress, rule.of_year(2000).note["en"]
        (('n < 30',), ('n < 20',), 'Rules: in force from 2005-01-01; the survey, of 2000, is older')
        """
        known = sorted((self, *self.earlier), key=lambda rules: rules.valid_from)
        chosen = next((rules for rules in reversed(known) if year is None or rules.year <= year), known[0])
        changes = {name: getattr(chosen, name) for name in Rules.model_fields} | {"earlier": ()}
        if year is not None and year < chosen.year:
            changes["note"] = self._older(chosen.valid_from, year)
        return self.model_copy(update=changes)

    def _older(self, day: str, year: int) -> Text:
        said = {language: words.format(pick(self.title, language), day, year)
                for language, words in MESSAGES["rules_later"].items()}  # fmt: skip
        before = self.note or {}
        return {language: f"{before[language]} {text}" if language in before else text
                for language, text in said.items()}  # fmt: skip
