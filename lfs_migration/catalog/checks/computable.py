"""What an edition can compute, proved before any data are read.

A variable is available when the edition maps it, or when it is derived and everything in its expression is available.
A rule or an indicator is computable when its expressions are, and when the records it counts cover the population,
or the whole sample where it is weighted by the selection alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import Literal

from lfs_migration.catalog.indicators import load_indicators
from lfs_migration.errors import CatalogError
from lfs_migration.expr import Expression, parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition, Fixed
from lfs_migration.model.indicator import Indicator, Option, Part
from lfs_migration.model.rules import Rule


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
            reasons = (out.get(n) or n for n in needed if out.get(n, n))
            out[variable.name] = next(chain(reasons, self._unchosen(variable)), "")
        return out

    def _unchosen(self, variable: Variable) -> Iterator[str]:
        """Yield the parameters of a derived variable that have no default, and no value in the edition."""
        for name in variable.parameters:
            if self.edition.parameters.get(name, self.codebook.parameters[name].default) is None:
                yield f"{name} is not given"

    def _needed(self, expression: Expression, record: str) -> Iterator[str]:
        """Yield the names an expression needs; a record that the edition lacks is a name that is never available."""
        yield from sorted({name.rpartition(".")[2] for name in expression.names})
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

    def rule(self, rule: Rule) -> str:
        """Return why a rule cannot be checked, or nothing when it can."""
        for record in (rule.record, *rule.beside.values()):
            if record not in self.edition.records:
                return f"there is no {record} record"
        reasons = (self.expression(text, rule.record) for text in rule.texts)
        return next(filter(None, chain(reasons, map(self.why_not, rule.needed))), "")

    def part(self, part: Part, *, whole: bool = True) -> str:
        """Return why a part of an indicator cannot be computed, or nothing when it can."""
        record = self.edition.records.get(part.record)
        if record is None:
            return f"there is no {part.record} record"
        if whole and record.covers == "reporting":
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
        reasons = map(self.part, (*indicator.own, *indicator.against))
        more = self._selected(indicator), self._categories(indicator), self._optional(indicator)
        return next(filter(None, chain(reasons, *more)), "")

    def _selected(self, indicator: Indicator) -> Iterator[str]:
        """Yield why the weights of the selection alone cannot be used: addresses without an answer are not there.

        The share of the households abroad, say, would be 0 of those that were interviewed.
        """
        for part in indicator.own if indicator.weights == "design" else ():
            record = self.edition.records.get(part.record)
            if record and record.covers != "selected":
                yield f"the {part.record} record does not hold every selected {part.record}"

    def _categories(self, indicator: Indicator) -> Iterator[str]:
        """Yield why none of the dimensions of a distribution can be made, and why those compared cannot be told."""
        reasons = [self.dimension(dimension, indicator.numerator.record) for dimension in indicator.of]
        if reasons and "" not in reasons:
            yield reasons[0]
        if indicator.between:
            yield self.dimension(indicator.between.dimension, indicator.numerator.record)

    def _optional(self, indicator: Indicator) -> Iterator[str]:
        """Yield why none of the options can be computed; of an amount, which every part belongs to, why one cannot."""
        reasons = {name: self._option(indicator, option) for name, option in indicator.options.items()}
        whole = any(option.value for option in indicator.options.values())
        if reasons and (whole or all(reasons.values())):
            yield from reasons.values()

    def options(self, indicator: Indicator) -> dict[str, Option]:
        """Return the options of an indicator that can be computed."""
        return {name: option for name, option in indicator.options.items() if not self._option(indicator, option)}

    def _option(self, indicator: Indicator, option: Option) -> str:
        return self.part(Part(record=indicator.numerator.record, where=option.where, value=option.value))

    def breakdown(self, indicator: Indicator, dimensions: tuple[str, ...]) -> str:
        """Return why an indicator cannot be broken down so, or nothing when it can."""
        parts = (*indicator.own, *indicator.against)
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


@dataclass(frozen=True)
class Computed:
    """Whether an edition can compute something.

    Parameters
    ----------
    kind : str
        ``rule``, ``derivation`` or ``indicator``.
    name : str
    breakdown : str
        ``by region`` or ``of sex`` of an indicator; empty for the thing itself.
    reason : str
        Why not: the variable that is missing; empty where it can.
    """

    kind: Literal["rule", "derivation", "indicator"]
    name: str
    breakdown: str
    reason: str


def computed(codebook: Codebook, edition: Edition) -> tuple[Computed, ...]:
    """Return every derivation, rule and indicator of a module, with why an edition cannot compute it.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition.
    edition : Edition

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook, load_country
    >>> mexico = load_country("mexico")
    >>> found = {one.name: one.reason for one in computed(load_codebook(edition=mexico), mexico) if not one.breakdown}
    >>> found["per_age_grp"]
    'per_age was not asked'
    """
    able = Computable(codebook, edition)
    out = [Computed("derivation", v.name, "", able.why_not(v.name)) for v in codebook.variables.values() if v.derived]
    for rule in codebook.rules.values():
        out.append(Computed("rule", rule.id, "", able.rule(rule)))
    for code, indicator in load_indicators(codebook.name, edition).items():
        reason = able.indicator(indicator)
        out.append(Computed("indicator", code, "", reason))
        if not reason:
            record = indicator.numerator.record
            out += [Computed("indicator", code, f"of {d}", able.dimension(d, record)) for d in indicator.of]
            out += [Computed("indicator", code, f"by {', '.join(b)}", able.breakdown(indicator, b))
                    for b in indicator.breakdowns]  # fmt: skip
    return tuple(out)
