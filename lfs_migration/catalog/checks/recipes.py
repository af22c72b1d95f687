"""What is wrong between a recipe of weights and the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lfs_migration.catalog.checks.expressions import coded, read
from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import Expression, parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Noun
from lfs_migration.model.response import Nonresponse, Outcomes
from lfs_migration.model.weighting import (
    BaseWeights,
    Calibrating,
    Category,
    Comparing,
    GivenWeights,
    KnownMargin,
    Multiplicity,
    PersonWeights,
    Recipe,
    ReferencePerson,
    Step,
)

_MADE: dict[type[Noun], tuple[str, ...]] = {
    BaseWeights: ("w_base",),
    GivenWeights: ("w_given",),
    Nonresponse: ("w_eligible", "w_response"),
    PersonWeights: ("w_own",),
    ReferencePerson: ("w_reference",),
}
"""Columns that a step makes."""


@dataclass(frozen=True)
class _Place:
    """A place in a recipe, and what is known there.

    Parameters
    ----------
    codebook : Codebook
    edition : Edition
    keys : tuple of str
        Of the entry in the country's file.
    records : tuple of str
        That are there: only households, where a step is done at the visited addresses.
    made : tuple of str
        Columns of earlier steps.
    """

    codebook: Codebook
    edition: Edition
    keys: tuple[str, ...]
    records: tuple[str, ...]
    made: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The record of households."""
        return next(name for name in self.records if self.codebook.records[name].parent is None)

    def where(self, *keys: str) -> str:
        return self.edition.line(*self.keys, *keys)

    def variables(self, record: str) -> set[str]:
        """Return the variables that can be used in the expressions of a record."""
        mapped = {name for own in self.records for name in self.edition.records[own].variables}
        derived = [(v.name, _parsed(v.value or "")) for v in self.codebook.variables.values() if v.derived]
        while new := {name for name, text in derived if name not in mapped and text and self._has(text, mapped)}:
            mapped |= new
        return {name for name in mapped if self.codebook.visible(name, record)}

    def _has(self, expression: Expression, known: set[str]) -> bool:
        inner = expression.aggregates
        return expression.names <= known and all(
            child in self.records and (argument is None or self._has(argument, known)) for _, child, argument in inner
        )

    def named(self, names: Iterable[str], record: str, *keys: str) -> Iterator[CatalogError]:
        """Find names that are no variables of a record."""
        known = self.variables(record)
        for name in names:
            if name not in known and not any(name == own or name.startswith(f"{own}_") for own in self.made):
                title, hint = f"{name!r} is not a variable of {record}", near(name, [*known, *self.made])
                if self.codebook.visible(name, record):
                    title = f"{name!r} cannot be had from the {' and '.join(self.records)} record"
                    hint = "Map it, or what it is derived from"
                yield CatalogError(title, where=self.where(*keys), hint=hint)

    def readable(self, text: str, record: str, *keys: str) -> Iterator[CatalogError]:
        """Find what is wrong in an expression of a record."""
        expression = read(text, self.where(*keys))
        if isinstance(expression, CatalogError):
            yield expression
            return
        for _, error in coded(self.codebook, expression):
            yield CatalogError(error.title, where=self.where(*keys), detail=error.detail, hint=error.hint)
        yield from self.named(sorted(expression.names), record, *keys)
        for _, child, argument in expression.aggregates:
            below = [own for own in self.records if self.codebook.records[own].parent == record]
            if child not in below:
                yield CatalogError(f"{child!r} is not a record under {record} here", where=self.where(*keys),
                                   detail=f"Used in {text!r}", hint=near(child, below))  # fmt: skip
            elif argument is not None:
                yield from self.readable(argument.text, child, *keys)

    def recorded(self, record: str, *keys: str, below: bool = False) -> Iterator[CatalogError]:
        """Find a record that is not there, or is not below another."""
        known = [own for own in self.records if self.codebook.records[own].parent or not below]
        if record not in known:
            yield CatalogError(f"No record {record!r}", where=self.where(*keys), hint=near(record, known))


def _parsed(text: str) -> Expression | None:
    try:
        return parse(text)
    except LfsMigrationError:
        return None


def recipe_problems(codebook: Codebook, edition: Edition) -> Iterator[CatalogError]:
    """Yield what is wrong between a recipe and the codebook.

    Checked: expressions are in the rule language, and name what is known where their step is done; records, outcomes,
    files and categories exist; steps are in an order that can be followed.
    """
    recipe = edition.weighting
    if recipe is None:
        return
    records = tuple(name for name in edition.records if name in codebook.records)
    homes = tuple(name for name in records if codebook.records[name].parent is None)
    if not homes:
        return
    for name, file in recipe.margins.items():
        for variable in file.columns:
            if variable not in codebook.variables and variable not in recipe.categories:
                where = edition.line("weighting", "margins", name, "columns", variable)
                known = [*codebook.variables, *recipe.categories]
                yield CatalogError(f"No variable or category {variable!r}", where=where, hint=near(variable, known))
    for name, category in recipe.categories.items():
        place = _Place(codebook, edition, ("weighting", "categories", name), records)
        yield from _category_problems(place, name, category)
    made: tuple[str, ...] = (edition.design.weight,)
    for number, (word, step) in enumerate(recipe.steps):
        here = homes if number < recipe.at_addresses else records
        place = _Place(codebook, edition, ("weighting", "steps", str(number), word), here, made)
        if number in recipe.too_early:
            yield CatalogError(f"{word} comes before a step at all visited addresses", where=place.where(),
                               hint="Put it after the last base_weights and adjust_nonresponse")  # fmt: skip
        else:
            yield from _step_problems(place, recipe, step)
        made += _MADE.get(type(step), ())
        if isinstance(step, Calibrating | Comparing):
            made += tuple(name for margin in step.margins for name in margin.variables if name in recipe.categories)


def _category_problems(place: _Place, name: str, category: Category) -> Iterator[CatalogError]:
    if name in place.codebook.variables:
        yield CatalogError(f"The category {name!r} is a variable of the codebook", where=place.where(),
                           hint="Give it another name, there and under margins")  # fmt: skip
    wrong = list(place.recorded(category.record, "record"))
    yield from wrong or place.readable(category.value, category.record, "value")


def _step_problems(place: _Place, recipe: Recipe, step: Step) -> Iterator[CatalogError]:
    match step:
        case BaseWeights():
            for number, text in enumerate(step.probabilities):
                yield from place.readable(text, place.home, "probabilities", str(number))
            if step.subsample:
                yield from place.readable(step.subsample, place.home, "subsample")
        case GivenWeights():
            yield from place.readable(step.weight, place.home, "weight")
            yield from place.named([step.rounds] if step.rounds else [], place.home, "rounds")
        case Nonresponse():
            yield from _outcome_problems(place, step.outcomes)
            yield from _response_problems(place, step)
        case Calibrating() | Comparing():
            yield from _margin_problems(place, recipe, step)
        case PersonWeights():
            yield from place.recorded(step.record, "record", below=True)
        case ReferencePerson():
            wrong = list(place.recorded(step.record, "record", below=True))
            yield from wrong or place.readable(step.where, step.record, "where")
        case Multiplicity():
            wrong = list(place.recorded(step.record, "record", below=True))
            yield from wrong or place.readable(step.households, step.record, "households")


def _outcome_problems(place: _Place, outcomes: Outcomes) -> Iterator[CatalogError]:
    yield from place.named([outcomes.variable], place.home, "outcomes", "variable")
    if outcomes.variable not in place.codebook.variables:
        return
    codelist = place.codebook.codelist_of(outcomes.variable)
    codes, where = set(codelist.codes if codelist else ()), place.where("outcomes", "classes")
    given = {code for own in outcomes.classes.values() for code in own}
    for code in sorted(given - codes, key=str):
        yield CatalogError(
            f"{code!r} is not a code of {outcomes.variable}", where=where, hint=near(str(code), map(str, codes))
        )
    for code in sorted(codes - given, key=str):
        yield CatalogError(f"The outcome {code!r} of {outcomes.variable} has no class", where=where,
                           hint="Give it one under classes")  # fmt: skip


def _response_problems(place: _Place, step: Nonresponse) -> Iterator[CatalogError]:
    """Find variables that are not known of respondents and non-respondents."""
    for key, cells in (("unknown", step.unknown), ("cells", step.cells)):
        if cells is not None:
            yield from place.named(cells.by, place.home, key, "by")
            for number, by in enumerate(cells.collapse):
                yield from place.named(by, place.home, key, "collapse", str(number))
    for key, model in (("propensity", step.propensity), ("calibration", step.calibration)):
        if model is not None:
            yield from place.named(model.categories, place.home, key, "categories")
            for number, text in enumerate(model.numbers):
                yield from place.readable(text, place.home, key, "numbers", str(number))


def _margin_problems(place: _Place, recipe: Recipe, step: Calibrating | Comparing) -> Iterator[CatalogError]:
    if isinstance(step, Calibrating) and step.scale_to and step.scale_to not in recipe.margins:
        yield CatalogError(f"No file of margins {step.scale_to!r}", where=place.where("scale_to"),
                           hint=near(step.scale_to, recipe.margins))  # fmt: skip
    for number, margin in enumerate(step.margins):
        keys = ("margins", str(number))
        record, where = margin.record or step.record, place.where(*keys)
        wrong = list(place.recorded(record, *(("record",) if margin.record is None else (*keys, "record"))))
        yield from wrong
        known = place.codebook.records.get(record)
        if known is not None and known.outside_margins:
            yield CatalogError(f"The rows of {record} are outside the margins", where=where,
                               hint=f"They carry the weight of their {known.parent or place.home}")  # fmt: skip
        elif not wrong:
            yield from _variable_problems(place, recipe, margin, record, where)


def _variable_problems(
    place: _Place, recipe: Recipe, margin: KnownMargin, record: str, where: str
) -> Iterator[CatalogError]:
    if margin.file not in recipe.margins:
        yield CatalogError(f"No file of margins {margin.file!r}", where=where, hint=near(margin.file, recipe.margins))
        return
    columns = recipe.margins[margin.file].columns
    for variable in margin.variables:
        category = recipe.categories.get(variable)
        if variable not in columns:
            yield CatalogError(
                f"The margins {margin.file} have no {variable!r}", where=where, hint=near(variable, columns)
            )
        elif category is None:
            yield from place.named([variable], record, "margins")
        elif category.record not in place.codebook.lineage(record):
            yield CatalogError(f"The category {variable!r} is of {category.record}, and not known of {record}",
                               where=where, hint="Name the record whose rows the totals count")  # fmt: skip
