"""The values that an expression may have, when each of its variables may have one of several.

A variable is in one state: blank (it was not asked), absent for a reason, or answered with a value. An expression over
variables with several states each has the set of values that some combination gives; a set may be too large, never too
small, so that what is not in it is impossible.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

from lfs_migration.expr import Expression, parse
from lfs_migration.expr.values import ON_VALUES
from lfs_migration.model.codebook import Codebook

LIMIT = 2000
"""Combinations of values that are tried in one operation; beyond it anything is possible."""
TRUTHS = frozenset({True, False, None})


@dataclass(frozen=True)
class State:
    """What a variable holds.

    Parameters
    ----------
    kind : str
        ``blank``, the reason of an absent answer, or ``answered``.
    value : bool, number, str or None
        Of an answer.
    """

    kind: str
    value: Any = None

    @property
    def blank(self) -> bool:
        """Whether there is nothing, not even a reason."""
        return self.kind == "blank"


BLANK = State("blank")


class May:
    """A set of possible values; ``None`` among them is the unknown, and no set at all is anything."""

    __slots__ = ("values",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, values: Iterable[Any] | None) -> None:
        self.values = None if values is None else frozenset(values)

    def __and__(self, other: May) -> May:
        return _combined(_and, TRUTHS, self, other)

    def __or__(self, other: May) -> May:
        return _combined(_or, TRUTHS, self, other)

    def __invert__(self) -> May:
        return _combined(lambda value: None if value is None else not value, TRUTHS, self)

    def compare(self, function: Callable[[Any, Any], Any], other: May) -> May:
        """Return what a comparison may be."""
        return _combined(_known(function), TRUTHS, self, other)

    def compute(self, function: Callable[[Any, Any], Any], other: May) -> May:
        """Return what a sum, product or quotient may be."""
        return _combined(_known(function), None, self, other)


def _overload(name: str, *, comparison: bool) -> None:
    function = getattr(operator, name)

    def method(self: May, other: May) -> May:
        return self.compare(function, other) if comparison else self.compute(function, other)

    setattr(May, f"__{name}__", method)


for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    _overload(_name, comparison=True)
for _name in ("add", "sub", "mul", "truediv", "floordiv"):
    _overload(_name, comparison=False)


def _combined(function: Callable[..., Any], otherwise: frozenset[Any] | None, *parts: May) -> May:
    sets = [part.values for part in parts]
    if all(one is not None and len(one) == 1 for one in sets):
        return May((function(*(value for one in sets for value in one or ())),))
    if any(one is None for one in sets) or math.prod(len(one or ()) for one in sets) > LIMIT:
        short = [one for one in sets if one is not None and len(one) == 1]
        if otherwise is TRUTHS and len(sets) == 2 and short and function in (_and, _or):
            return May({function(next(iter(short[0])), other) for other in TRUTHS})
        return May(otherwise)
    return May({function(*values) for values in product(*(one or () for one in sets))})


def _and(a: Any, b: Any) -> Any:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: Any, b: Any) -> Any:
    return True if a is True or b is True else None if a is None or b is None else False


def _known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is unknown of an unknown value, or of values that do not go together."""

    def of(*values: Any) -> Any:
        if any(value is None for value in values):
            return None
        try:
            return function(*values)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return None

    return of


class Possible:
    """A scope in which each variable has a set of states.

    Parameters
    ----------
    codebook : Codebook
    states : mapping of name to states
        Of asked variables by name; of aggregates by :func:`aggregate_name`. What is not in it may be anything.
    """

    def __init__(self, codebook: Codebook, states: Mapping[str, Sequence[State]]) -> None:
        self._codebook = codebook
        self._states = states
        self._derived: dict[str, May] = {}

    def of(self, text: str) -> frozenset[Any] | None:
        """Return the values that an expression may have."""
        values: frozenset[Any] | None = parse(text).build(self).values
        return values

    def column(self, name: str) -> May:
        """Return what a variable may be, unknown where its answer is missing."""
        if name in self._states:
            return May(state.value for state in self._states[name])
        variable = self._codebook.variables.get(name)
        if variable is None or variable.value is None:
            return May(None)
        if name not in self._derived:
            self._derived[name] = May(None)  # a circle of derivations is an error of its own
            self._derived[name] = parse(variable.value).build(self)
        return self._derived[name]

    def literal(self, value: Any) -> May:
        """Return a constant."""
        return May([value])

    def about(self, function: str, name: str, arguments: Sequence[Any]) -> May:
        """Return whether and why an answer is missing, its group, or an attribute of its code."""
        if function in ("group", "lookup"):
            codelist = self._codebook.codelist_of(name)
            table = (
                {}
                if codelist is None
                else codelist.group_of()
                if function == "group"
                else codelist.attribute(arguments[0])
            )
            values = self.column(name).values
            return May({*table.values(), None} if values is None else {table.get(value) for value in values})
        if name not in self._states:
            values = self.column(name).values
            if values is None or function not in ("answered", "blank"):
                return May({True, False})
            return May((value is not None) == (function == "answered") for value in values)
        return May(_is(function, state.kind) for state in self._states[name])

    def aggregate(self, function: str, record: str, argument: Expression | None) -> May:
        """Return what an aggregate may be: the rows below are not looked into."""
        name = aggregate_name(function, record, argument)
        if name in self._states:
            return May(state.value for state in self._states[name])
        return May(TRUTHS if function == "any" else None)

    def call(self, function: str, arguments: Sequence[May]) -> May:
        """Return a function of values."""
        if function == "coalesce":
            return reduce(_first_known, arguments)
        return _combined(_known(ON_VALUES[function]), None, *arguments)

    def case(self, condition: May, then: May, otherwise: May) -> May:
        """Return what may come of a condition."""
        truths = TRUTHS if condition.values is None else condition.values
        parts = [part for truth, part in ((True, then), (False, otherwise), (None, May([None]))) if truth in truths]
        if any(part.values is None for part in parts):
            return May(None)
        return May(value for part in parts for value in part.values or ())

    def member(self, value: May, options: Sequence[Any]) -> May:
        """Return whether a value may be among options."""
        if value.values is None:
            return May(TRUTHS)
        return May(None if one is None else one in options for one in value.values)


def aggregate_name(function: str, record: str, argument: Expression | None) -> str:
    """Return the name under which an aggregate has states."""
    return f"{function}({record}, {argument})" if argument else f"{function}({record})"


def _first_known(first: May, second: May) -> May:
    if first.values is None or None not in first.values:
        return May(None) if first.values is None else first
    return May(None) if second.values is None else May((first.values - {None}) | second.values)


def _is(function: str, kind: str) -> bool:
    if function in ("answered", "blank"):
        return kind == function
    return kind not in ("answered", "blank") if function == "missing" else kind == function
