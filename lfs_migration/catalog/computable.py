"""What an edition can compute, proved before any data are read.

A variable is available when the edition maps it, or when it is derived and everything in its expression is available.
A rule or an indicator is computable when its expressions are, and when the records it counts cover the population.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from lfs_migration.errors import CatalogError, LfsMigrationError
from lfs_migration.expr import Expression, parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator, Part


class Computable:
    """Answers what an edition can compute.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition.
    edition : Edition
    """

    def __init__(self, codebook: Codebook, edition: Edition) -> None:
        self.codebook = codebook
        self.edition = edition

    @cached_property
    def derived(self) -> tuple[Variable, ...]:
        """Derived variables that the edition can compute, each after those that it needs."""
        order = derivation_order(self.codebook)
        return tuple(variable for variable in order if not self.why_not(variable.name))

    @cached_property
    def _reasons(self) -> dict[str, str]:
        out: dict[str, str] = {}
        mapped = {name for record in self.edition.records.values() for name in record.variables}
        for variable in self.codebook.variables.values():
            if not variable.derived:
                out[variable.name] = "" if variable.name in mapped else f"{variable.name} was not asked"
        for variable in derivation_order(self.codebook):
            expression = parse(variable.value or "")
            needed = self._needed(expression, variable.record)
            out[variable.name] = next((out.get(n) or n for n in needed if out.get(n, n)), "")
        return out

    def _needed(self, expression: Expression, record: str) -> Iterator[str]:
        """Yield the names an expression needs; a record that the edition lacks is a name that is never available."""
        yield from sorted(expression.names)
        for _, child, argument in expression.aggregates:
            if child not in self.edition.records:
                yield f"there is no {child} record"
            if argument is not None:
                yield from self._needed(argument, child)

    def why_not(self, variable: str) -> str:
        """Return why a variable is not available, or nothing when it is."""
        return self._reasons[variable]

    def expression(self, text: str, record: str) -> str:
        """Return why an expression cannot be computed, or nothing when it can."""
        if not text:
            return ""
        return next((self._reasons.get(n, n) for n in self._needed(parse(text), record) if self._reasons.get(n, n)), "")

    def part(self, part: Part, *, whole: bool = True) -> str:
        """Return why a part of an indicator cannot be computed, or nothing when it can."""
        record = self.edition.records.get(part.record)
        if record is None:
            return f"there is no {part.record} record"
        if whole and record.covers != "all":
            return f"the {part.record} record holds reporting {part.record}s only"
        return self.expression(part.where, part.record) or self.expression(part.value, part.record)

    def dimension(self, dimension: str, record: str) -> str:
        """Return why a breakdown cannot be made for a record, or nothing when it can."""
        variable = self.codebook.dimension_variable(dimension, record)
        if variable is None:
            return f"{dimension} is not a breakdown of the {record} record"
        return self.why_not(variable)

    def indicator(self, indicator: Indicator) -> str:
        """Return why an indicator cannot be computed at all, or nothing when it can."""
        parts = [part for part in (indicator.numerator, indicator.denominator) if part is not None]
        reason = next(filter(None, map(self.part, parts)), "")
        if reason or not indicator.of:
            return reason
        reasons = [self.dimension(dimension, indicator.numerator.record) for dimension in indicator.of]
        return "" if "" in reasons else reasons[0]

    def breakdown(self, indicator: Indicator, dimensions: tuple[str, ...]) -> str:
        """Return why an indicator cannot be broken down so, or nothing when it can."""
        parts = [part for part in (indicator.numerator, indicator.denominator) if part is not None]
        return next(filter(None, (self.dimension(d, p.record) for d in dimensions for p in parts)), "")


def derivation_order(codebook: Codebook) -> tuple[Variable, ...]:
    """Return the derived variables, each after those that it needs.

    Raises
    ------
    CatalogError
        With file and line, for a circle of derivations.
    """
    needs = {v.name: _all_names(parse(v.value or "")) for v in codebook.variables.values() if v.derived}
    try:
        order = TopologicalSorter(needs).static_order()
        return tuple(codebook.variables[name] for name in order if name in needs)
    except CycleError as error:
        circle = error.args[1]
        raise CatalogError(
            "Derived variables need each other",
            where=codebook.where(circle[0]),
            detail=" -> ".join(circle),
            hint="One of them must be computed from answers",
        ) from None


def _all_names(expression: Expression) -> set[str]:
    inner = (_all_names(argument) for _, _, argument in expression.aggregates if argument is not None)
    return set(expression.names).union(*inner)


def problems(codebook: Codebook, edition: Edition) -> list[LfsMigrationError]:
    """Return everything that is wrong in a codebook with an edition, without reading data.

    Checked: every expression is in the rule language and names known variables of its record; every map names a
    variable of its record and codes of its list; keys and design variables are mapped; files are declared.
    """
    out = [*_expression_problems(codebook), *_edition_problems(codebook, edition)]
    if not out:
        derivation_order(codebook)
    return out


def _expression_problems(codebook: Codebook) -> Iterator[LfsMigrationError]:
    for name, record in codebook.records.items():
        if record.scope:
            yield from _named(codebook, record.scope, name, codebook.name)
    for variable in codebook.variables.values():
        for text in filter(None, (variable.universe, variable.value)):
            yield from _named(codebook, text, variable.record, codebook.where(variable.name))
        absent = variable.codelist not in codebook.codelists and variable.codelist not in codebook.national
        if variable.codelist and absent:
            yield CatalogError(f"No code list {variable.codelist!r}", where=codebook.where(variable.name))
    for rule in codebook.rules.values():
        for text in filter(None, (rule.when, rule.check)):
            yield from _named(codebook, text, rule.record, codebook.where(rule.id))
    for name, dimension in codebook.dimensions.items():
        for variable_name in dimension.variables.values():
            if variable_name not in codebook.variables:
                yield CatalogError(f"Breakdown {name} needs {variable_name}", where=codebook.where(name))


def _named(codebook: Codebook, text: str, record: str, where: str) -> Iterator[LfsMigrationError]:
    try:
        expression = parse(text)
    except LfsMigrationError as error:
        yield CatalogError(error.title, where=where, detail=error.detail, hint=error.hint)
        return
    for name in sorted(expression.names):
        if not codebook.visible(name, record):
            yield CatalogError(f"{name!r} is not a variable of {record}", where=where, detail=f"Used in {text!r}")
    for _, child, argument in expression.aggregates:
        if child not in codebook.records or codebook.records[child].parent != record:
            yield CatalogError(f"{child!r} is not a record under {record}", where=where, detail=f"Used in {text!r}")
        elif argument is not None:
            yield from _named(codebook, argument.text, child, where)


def _edition_problems(codebook: Codebook, edition: Edition) -> Iterator[LfsMigrationError]:
    for name in codebook.national:
        if name not in edition.codelists:
            yield CatalogError(f"Code list {name} is missing", where=edition.line("codelists"), hint="Add it")
    for record, mapped in edition.records.items():
        if record not in codebook.records:
            yield CatalogError(f"No record {record!r} in the codebook", where=edition.line("records", record))
            continue
        if mapped.file not in edition.files:
            yield CatalogError(f"No file {mapped.file!r} under files", where=edition.line("records", record, "file"))
        for key in codebook.records[record].key:
            if key not in mapped.variables:
                yield CatalogError(f"The key {key} of {record} is not mapped", where=edition.line("records", record))
        for name in mapped.variables:
            yield from _map_problems(codebook, edition, record, name)
    for role in ("weight", "stratum", "psu"):
        name = getattr(edition.design, role)
        if not any(name in mapped.variables for mapped in edition.records.values()):
            yield CatalogError(f"The design's {role} {name!r} is not mapped", where=edition.line("design", role))


def _map_problems(codebook: Codebook, edition: Edition, record: str, name: str) -> Iterator[LfsMigrationError]:
    where = edition.line("records", record, "variables", name)
    mapping = edition.records[record].variables[name]
    key = name in codebook.records[record].key
    if name not in codebook.variables or (codebook.variables[name].record != record and not key):
        yield CatalogError(f"{name!r} is not a variable of {record}", where=where)
        return
    variable, codelist = codebook.variables[name], codebook.codelist_of(name)
    if variable.derived:
        yield CatalogError(f"{name} is derived and cannot be mapped", where=where)
    targets = list(getattr(mapping, "codes", {}).values())
    targets += [mapping.value] if hasattr(mapping, "value") else []
    for target in targets:
        if codelist is not None and target not in codelist.codes:
            yield CatalogError(f"{name}: {target!r} is not a code of {variable.codelist}", where=where)
    reasons = set(getattr(mapping, "missing", {}).values())
    for reason in sorted(reasons - set(variable.missing.values())):
        yield CatalogError(f"{name} has no code for {reason!r}", where=where)
    if hasattr(mapping, "compute"):
        try:
            parse(mapping.compute)
        except LfsMigrationError as error:
            yield CatalogError(error.title, where=where, detail=error.detail, hint=error.hint)
