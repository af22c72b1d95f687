"""What an edition can compute, proved before any data are read.

A variable is available when the edition maps it, or when it is derived and everything in its expression is available.
A rule or an indicator is computable when its expressions are, and when the records it counts cover the population.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from lfs_migration.catalog.codebooks import load_profile
from lfs_migration.catalog.recipes import recipe_problems
from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import Expression, parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Recode
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
        for mapped in self.edition.records.values():
            if isinstance(mapped.variables.get(variable), Fixed):
                return f"{variable} is the same for all"
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

    Checked: every expression is in the rule language, names known variables of its record and sets them against codes
    of their lists; every map names a variable of its record and codes of its list; keys and design variables are
    mapped; files are declared; parameters are of the type of their default; the quality profile is known.
    """
    out = [*_expression_problems(codebook), *_code_problems(codebook, edition), *_edition_problems(codebook, edition)]
    out += recipe_problems(codebook, edition)
    if not out:
        derivation_order(codebook)
    return out


def _expression_problems(codebook: Codebook) -> Iterator[LfsMigrationError]:
    for name, record in codebook.records.items():
        if record.scope:
            yield from _named(codebook, record.scope, name, codebook.where(name))
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


def _code_problems(codebook: Codebook, edition: Edition) -> Iterator[LfsMigrationError]:
    """Find codes and attributes in expressions that no list has: typing errors, often in a parameter."""
    texts = [(t, v.name) for v in codebook.variables.values() for t in (v.universe, v.value) if t]
    texts += [(record.scope, name) for name, record in codebook.records.items() if record.scope]
    texts += [(t, rule.id) for rule in codebook.rules.values() for t in (rule.when, rule.check) if t]
    for text, name in texts:
        try:
            expression = parse(text)
        except LfsMigrationError:
            continue
        for variable, value, known in _codes_named(codebook, expression):
            if value not in known:
                place = _parameter_line(edition, value) or codebook.where(name)
                yield CatalogError(f"{value!r} is not a code or attribute of {variable}", where=place,
                                   detail=f"Used in {name}", hint=near(str(value), map(str, known)))  # fmt: skip


def _codes_named(codebook: Codebook, expression: Expression) -> Iterator[tuple[str, object, set[object]]]:
    """Yield the coded variables of an expression, each with a value set against it and the values that there are."""
    lists = {n: codebook.codelist_of(n) for n, _ in (*expression.compared, *expression.lookups)
             if n in codebook.variables}  # fmt: skip
    for name, value in expression.compared:
        if codelist := lists.get(name):
            yield name, value, {*codelist.codes, *codebook.variable(name).missing}
    for name, attribute in expression.lookups:
        if codelist := lists.get(name):
            yield name, attribute, {key for code in codelist.codes.values() for key in code.attributes}


def _parameter_line(edition: Edition, value: object) -> str:
    """Return where an edition sets a parameter to a value, or to a list with it."""
    for name, chosen in edition.parameters.items():
        if value in (chosen if isinstance(chosen, list) else [chosen]):
            return edition.line("parameters", name)
    return ""


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
        if mapped.where:
            yield from _readable(mapped.where, edition.line("records", record, "where"))
        for key in codebook.records[record].key:
            if key not in mapped.variables:
                yield CatalogError(f"The key {key} of {record} is not mapped", where=edition.line("records", record))
        for name in mapped.variables:
            yield from _map_problems(codebook, edition, record, name)
    yield from _choice_problems(codebook, edition)


def _choice_problems(codebook: Codebook, edition: Edition) -> Iterator[LfsMigrationError]:
    roles = {role: getattr(edition.design, role) for role in ("weight", "stratum", "psu")}
    for role, name in {**roles, **edition.design.record_weights}.items():
        if not any(name in mapped.variables for mapped in edition.records.values()):
            where = edition.line("design", *(() if role in roles else ("record_weights",)), role)
            yield CatalogError(f"The design's {role} {name!r} is not mapped", where=where)
    try:
        load_profile(edition.quality)
    except CatalogError as error:
        yield CatalogError(error.title, where=edition.line("quality"), hint=error.hint)
    for name, value in edition.parameters.items():
        default, allowed = codebook.parameters[name].default, codebook.parameters[name].allowed
        if allowed and value not in allowed:
            yield CatalogError(f"{name} cannot be {value!r}", where=edition.line("parameters", name),
                               hint=near(str(value), map(str, allowed)))  # fmt: skip
        if type(value) is not type(default):
            yield CatalogError(f"{name} must be of the type of {default!r}", where=edition.line("parameters", name),
                               detail=f"It is {value!r}")  # fmt: skip


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
    yield from _form_problems(mapping, variable, where, coded=codelist is not None)


def _form_problems(mapping: Map, variable: Variable, where: str, *, coded: bool) -> Iterator[LfsMigrationError]:
    """Find what is wrong in a map by itself."""
    match mapping:
        case Derive(compute=text):
            yield from _readable(text, where)
        case Join(columns=columns, widths=widths) if len(widths) not in (0, len(columns)):
            yield CatalogError(f"{variable.name} has {len(columns)} columns and {len(widths)} widths", where=where)
        case Fixed(value=value) if not coded and isinstance(value, str) != variable.is_text:
            yield CatalogError(f"{variable.name}: {value!r} is not of the type {variable.type}", where=where)
        case Recode(codes=codes, missing=missing, skip=skip):
            native = [str(code) for code in (*codes, *missing, *skip)]
            twice = sorted({code for code in native if native.count(code) > 1})
            if twice:
                yield CatalogError(f"{variable.name}: native code {twice[0]} stands twice", where=where)


def _readable(text: str, where: str) -> Iterator[LfsMigrationError]:
    try:
        parse(text)
    except LfsMigrationError as error:
        yield CatalogError(error.title, where=where, detail=error.detail, hint=error.hint)
