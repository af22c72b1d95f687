"""Makes an indicator of the text of an ad hoc table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lfs_migration.catalog.adhoc.dimensions import Dimensions
from lfs_migration.catalog.adhoc.subjects import Subject, never, record_of, sound, sound_condition, subject
from lfs_migration.catalog.adhoc.wording import Side, Wording, statistic_of, wording
from lfs_migration.catalog.checks.computable import Computable
from lfs_migration.catalog.checks.expressions import named as named_wrong
from lfs_migration.catalog.entries import choices_of, named, substituted
from lfs_migration.catalog.indicators import options_of
from lfs_migration.errors import CatalogError
from lfs_migration.expr import evaluate, parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.noun import Text
from lfs_migration.text import MESSAGES, pick

USUAL: Mapping[str, str] = {
    "rows": "total", "categories": "proportion", "number": "mean", "condition": "share", "question": "proportion",
}  # fmt: skip
"""The statistic of a subject, where none is asked for."""
FITTING: Mapping[str, tuple[str, ...]] = {
    "rows": ("total",),
    "categories": ("proportion", "total"),
    "number": ("mean", "median", "quantile", "total", "proportion"),
    "condition": ("share", "total"),
    "question": ("proportion",),
}
"""The statistics that a subject can have by itself."""
JOINED = {"per": "ratio", "over": "share"}
"""The statistic of one subject that is set against another."""


@dataclass(frozen=True)
class AdHoc:
    """An indicator made for one table.

    Parameters
    ----------
    indicator : Indicator
    codebook : Codebook
        With the breakdowns that the table has and the module lacks.
    """

    indicator: Indicator
    codebook: Codebook

    @property
    def breakdown(self) -> tuple[str, ...]:
        """What the table is broken down by."""
        return self.indicator.breakdowns[-1] if self.indicator.breakdowns else ()


def ad_hoc(
    text: str,
    codebook: Codebook,
    edition: Edition,
    *,
    statistic: str = "",
    code: str = "table",
    place: str = "",
    more: Mapping[str, Any] | None = None,
) -> AdHoc:
    """Return the indicator that a text asks for.

    Rows out of their record's scope are left out, unless the text itself names a variable of the scope.

    Parameters
    ----------
    text : str
        ``em_dest by em_sex where em_age >= 15``: see :mod:`lfs_migration.catalog.adhoc`.
    codebook : Codebook
        Loaded with the edition.
    edition : Edition
    statistic : str
        One of :data:`~lfs_migration.catalog.adhoc.wording.STATISTICS`. Without it: the number of rows, the distribution
        over categories, the mean of a number, the share for whom a condition is true; ``ratio`` after ``per``,
        ``share`` after ``over``.
    code : str
        Of the indicator.
    place : str
        ``file:line`` of the text, for errors.
    more : mapping, optional
        Further fields of the indicator, as its ``title`` and ``unit``.

    Raises
    ------
    CatalogError
        Saying what is wrong with the text; why the edition cannot compute it; that a condition can never hold.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook, load_country
    >>> mexico = load_country("mexico")
    >>> made = ad_hoc("em_dest by em_sex", load_codebook(edition=mexico), mexico)
    >>> made.indicator.kind, made.indicator.of, made.breakdown
    ('distribution', ('destination',), ('sex',))
    """
    said = wording(text, place)
    chosen = choices_of(codebook.parameters, edition)
    asked = _Asked(Dimensions(codebook), edition, chosen, _filled(said, chosen), place)
    indicator = asked.indicator(statistic, code)
    update = {"parameters": named([text], chosen), "reference": f"made for the table: {text}", **(more or {})}
    indicator = indicator.model_copy(update=update)
    asked.computable(indicator)
    return AdHoc(indicator, asked.dimensions.codebook)


@dataclass
class _Asked:
    """A text whose parameters have their values, and what is found while an indicator is made of it."""

    dimensions: Dimensions
    edition: Edition
    chosen: Mapping[str, Any]
    said: Wording
    place: str

    @property
    def codebook(self) -> Codebook:
        return self.dimensions.codebook

    def indicator(self, statistic: str, code: str) -> Indicator:
        """Return the indicator, before it is seen whether the edition can compute it."""
        said, first = self.said, subject(self.said.first.what, self.codebook, self.place)
        second = subject(said.second.what, self.codebook, self.place) if said.second else None
        kind, probability = self._statistic(statistic, first, second)
        record = self._record(first, said.first, alone=second is None)
        by = tuple(self.dimensions.named(one, record, self.place) for one in said.by)
        if second is not None and said.second is not None:
            fields = self._two(kind, (first, record), (second, self._record(second, said.second, alone=False)))
        else:
            fields = self._one(kind, first, record, by)
        self._uncrossed((*by, *fields.get("of", ())))
        own = {"code": code, "title": self._title(first, second), "breakdowns": (by,) if by else (),
               "probability": probability, "reference": "", "coverage": self._coverage(record), **fields}  # fmt: skip
        return Indicator.model_validate(own)

    def _statistic(self, given: str, first: Subject, second: Subject | None) -> tuple[str, float]:
        """Return the statistic that is asked for, or the usual one, and the probability of a quantile."""
        usual = JOINED.get(self.said.joined, USUAL[first.sort])
        name, probability = statistic_of(given or usual, self.place)
        fitting = (usual,) if second else FITTING[first.sort]
        truths = first.sort == "categories" and _is_truth(first, self.codebook)
        if name in fitting or (truths and not second and name == "share"):
            return name, probability
        hint = f"It has: {', '.join(fitting)}"
        if second or name == "ratio":
            hint = "A ratio is set with per, a share with over" if second else "Write what it is set against after per"
        raise CatalogError(f"{first.text} has no {name}", where=self.place, hint=hint)

    def _record(self, one: Subject, side: Side, *, alone: bool) -> str:
        """Return the record whose rows a side counts; where it is alone, the breakdowns say so too."""
        texts = [*one.names, *filter(None, [side.where, self.said.where if alone else ""])]
        if one.sort not in ("rows", "question") and not one.dimension and not one.text.isidentifier():
            texts.append(one.text)
        dimensions = [one.text] if one.dimension else []
        for by in self.said.by if alone else ():
            (dimensions if by in self.codebook.dimensions else texts).append(by)
        for text in texts:
            self._readable(text)
        if one.sort == "rows":
            return record_of(self.codebook, texts, dimensions, one.text, self.place)
        return record_of(self.codebook, texts, dimensions, side.of, self.place)

    def _readable(self, text: str) -> None:
        """See that the names of a text are variables, before it is asked which record knows them all."""
        subject(text, self.codebook, self.place)

    def _one(self, kind: str, one: Subject, record: str, by: tuple[str, ...]) -> dict[str, Any]:
        """Return the fields of an indicator of one subject."""
        base = self._part(record, self.said.where, one)
        match one.sort, kind:
            case ("categories", "share") | ("condition", "share"):
                inside = base.model_copy(update={"where": _both(base.where, one.text)})
                return _share(inside, base)
            case "question", _:
                given = options_of(self.codebook, one.text)
                return {"kind": "options", "numerator": base, "unit": "per cent", "per": 100, **given}
            case _, "proportion":
                of = (self.dimensions.named(one.text, record, self.place),)
                return {"kind": "distribution", "numerator": base, "of": of, "unit": "per cent", "per": 100}
            case "categories", _:
                by = (*by, self.dimensions.named(one.text, record, self.place))
                self._uncrossed(by)
                return {"kind": "total", "numerator": base, "breakdowns": (by,), "unit": self._rows(record)}
            case "condition", _:
                inside = base.model_copy(update={"where": _both(base.where, one.text)})
                return {"kind": "total", "numerator": inside, "unit": self._rows(record)}
            case "rows", _:
                return {"kind": "total", "numerator": base, "unit": self._rows(record)}
        self._one_currency(one)
        amount = base.model_copy(update={"value": one.text})
        return {"kind": kind, "numerator": amount, "unit": one.unit or f"unit of {one.text}"}

    def _two(self, kind: str, first: tuple[Subject, str], second: tuple[Subject, str]) -> dict[str, Any]:
        """Return the fields of an indicator that sets one subject against another."""
        assert self.said.second is not None
        sides, same = (self.said.first, self.said.second), first[1] == second[1]
        wheres = [side.where for side in sides]
        for _, record in (first, second) if self.said.where and not same else ():
            if next(named_wrong(self.codebook, self.said.where, record, self.place), None):
                raise CatalogError(f"{self.said.where!r} is not about rows of {record}", where=self.place,
                                   hint="Put where right after what it is about, before or after per")  # fmt: skip
        if same and kind == "ratio" and not all(wheres):  # of one record: a condition that stands once is about both
            wheres = [wheres[0] or wheres[1]] * 2
        parts = [self._value(self._part(record, _both(self.said.where, where), one), one)
                 for (one, record), where in zip((first, second), wheres, strict=True)]  # fmt: skip
        if kind == "share":
            if not same or any(part.value for part in parts):
                raise CatalogError("A share is of rows of one record", where=self.place, hint="Write per for a ratio")
            inside = parts[0].model_copy(update={"where": _both(parts[1].where, parts[0].where)})
            return _share(inside, parts[1])
        names = [one.unit or self._rows(record) for one, record in (first, second)]
        times = self.said.per
        unit = f"per {times}" if times > 1 else " / ".join(names)
        return {"kind": "ratio", "numerator": parts[0], "denominator": parts[1], "unit": unit, "per": times}

    def _value(self, base: Part, one: Subject) -> Part:
        """Return a side of a ratio: rows, those that meet a condition, or an amount that they have."""
        match one.sort:
            case "number":
                self._one_currency(one)
                return base.model_copy(update={"value": one.text})
            case "condition" | "categories" if one.sort == "condition" or _is_truth(one, self.codebook):
                return base.model_copy(update={"where": _both(base.where, one.text)})
            case "rows":
                return base
        raise CatalogError(f"{one.text} has categories: it is no amount, and no rows", where=self.place,
                           hint=f"Write a condition, as {one.text} == 1")  # fmt: skip

    def _part(self, record: str, where: str, one: Subject) -> Part:
        """Return the rows that a side is about, all inside the scope, after their condition has been checked."""
        if where:
            sound_condition(self.codebook, where, record, self.place)
        if one.sort in ("condition", "number") and not one.text.isidentifier():
            sound(self.codebook, one.text, record, self.place)
        condition = one.text if one.sort == "condition" else ""
        scope = self._scope(record)
        if wrong := never(self.codebook, self.edition, (scope, where, condition)):
            scoped = f"Rows out of the scope of {record} are left out: {scope}" if scope and where else ""
            hint = f"See the codes and ranges of {self.edition.id} with codebook show"
            raise CatalogError(f"{wrong!r} is never true", where=self.place, detail=scoped, hint=hint)
        return Part(record=record, where=_both(scope, where))

    def _scope(self, record: str) -> str:
        """Return the condition of the rows that the module is about, unless the text is about that itself."""
        scope = self.codebook.records[record].scope
        words = set(re.findall(r"\w+", self.said.text))
        told = scope and not Computable(self.codebook, self.edition).expression(scope, record)
        return scope if told and not words & parse(scope).names else ""

    def _rows(self, record: str) -> str:
        """Return what rows of a record are counted in."""
        home = record == self.codebook.home and "units" in self.codebook.words
        return pick(self.codebook.words["units"]) if home else "persons"

    def _one_currency(self, one: Subject) -> None:
        """See that an amount that is in the currency of another answer is taken in one of them."""
        for name in one.names:
            unit = set(re.findall(r"\w+", self.codebook.variables[name].unit))
            other = next(iter(sorted(unit & set(self.codebook.variables) - set(one.names))), "")
            if other and other not in re.findall(r"\w+", self.said.text):
                title = f"{name} is in the {self.codebook.variables[name].unit}: they cannot be added"
                hint = f"Choose one of {other} after where, or break down by it"
                raise CatalogError(title, where=self.place, hint=hint)

    def _uncrossed(self, names: Sequence[str]) -> None:
        """See that no two breakdowns are about the same."""
        seen: dict[str, str] = {}
        for name in names:
            other = seen.setdefault(self.dimensions.concept(name), name)
            if seen[self.dimensions.concept(name)] != name or names.count(name) > 1:
                title = f"{other} stands twice" if other == name else f"{other} and {name} are about the same"
                raise CatalogError(title, where=self.place, hint="Make a table of each")

    def _coverage(self, record: str) -> tuple[str, ...]:
        """Return the statements that hold of a record's rows, whatever is made of them."""
        given = self.codebook.records[record].coverage.items()
        return tuple(name for name, when in given if not when or evaluate(when, self.chosen) is True)

    def _title(self, first: Subject, second: Subject | None) -> Text:
        """Return what is tabulated, of whom, in the languages of the labels."""
        where = " and ".join(filter(None, [self.said.first.where, self.said.where]))
        suffix = f" ({where})" if where else ""
        labels = [first.label, *([second.label] if second else [])]
        languages = {language for label in labels for language in label} & set(MESSAGES["total"]) | {"en"}
        return {key: " / ".join(dict.fromkeys(pick(label, key) for label in labels)) + suffix
                for key in sorted(languages)}  # fmt: skip

    def computable(self, indicator: Indicator) -> None:
        """See that the edition's answers allow the indicator, with its breakdown.

        Raises
        ------
        CatalogError
            Saying why not.
        """
        computable = Computable(self.codebook, self.edition)
        reason = computable.indicator(indicator)
        for breakdown in indicator.breakdowns:
            reason = reason or computable.breakdown(indicator, breakdown)
        if reason:
            raise CatalogError(f"{self.edition.id} cannot make this table", where=self.place, detail=reason,
                               hint="See lfs-migration check")  # fmt: skip


def _filled(said: Wording, chosen: Mapping[str, Any]) -> Wording:
    """Return a text's clauses with the values of what a country chose."""

    def side(one: Side) -> Side:
        return replace(one, what=substituted(one.what, chosen), where=substituted(one.where, chosen))

    second = side(said.second) if said.second else None
    by = tuple(substituted(one, chosen) for one in said.by)
    return replace(said, first=side(said.first), second=second, by=by, where=substituted(said.where, chosen))


def _share(inside: Part, base: Part) -> dict[str, Any]:
    return {"kind": "share", "numerator": inside, "denominator": base, "unit": "per cent", "per": 100}


def _both(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second


def _is_truth(one: Subject, codebook: Codebook) -> bool:
    """Return whether something is a variable that is true or false."""
    variable = codebook.variables.get(one.text)
    return variable is not None and variable.type == "bool"
