"""What expressions ask of their variables, and the few states of each that make a difference to them.

A number that is only ever set against 5 and 15 makes no difference but by being below, at or above each; codes that
are in the same groups, have the same attributes and are named nowhere are one. Where a variable takes part in
arithmetic, or is set against another one, its states are a selection, and the variable is *tangled*.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from lfs_migration.catalog.checks.possible_values import BLANK, State, aggregate_name
from lfs_migration.expr import ABOUT, AGGREGATES, Expression, parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.noun import Value

NUMBERS = ("int", "float", "amount", "year", "month")


@dataclass
class Uses:
    """What some expressions ask of variables, through derived ones.

    Parameters
    ----------
    codebook : Codebook
    constants : mapping of variable or aggregate to the constants it is set against
    attributes : mapping of variable to the attributes and groups that are asked for
    reasons : set of variables whose reason of absence is asked for
    tangled : set of variables and aggregates
    asked : list of asked variables in the order they were met
    """

    codebook: Codebook
    constants: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    attributes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    reasons: set[str] = field(default_factory=set)
    tangled: set[str] = field(default_factory=set)
    asked: dict[str, None] = field(default_factory=dict)
    _done: set[tuple[str, frozenset[Any]]] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Take an expression in."""
        self._truth(parse(text).tree)

    def _truth(self, node: ast.expr) -> None:
        """Take a condition in."""
        match node:
            case ast.BoolOp(values=parts):
                for part in parts:
                    self._truth(part)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                self._truth(part)
            case ast.Compare(left=left, comparators=rights):
                for one, other in pairwise([left, *rights]):
                    self._pair(one, other)
            case _:
                self._value(node, frozenset())

    def _pair(self, one: ast.expr, other: ast.expr) -> None:
        known, against = _constants(one), _constants(other)
        if known is None and against is None:
            inside = frozenset(_inside(one)) | frozenset(_inside(other))
            self._tangle(one, inside)
            self._tangle(other, inside)
        elif known is None:
            self._value(one, frozenset(against or ()))
        elif against is None:
            self._value(other, frozenset(known))

    def _value(self, node: ast.expr, against: frozenset[Any]) -> None:
        """Take in something whose value is set against constants."""
        match node:
            case ast.Name(id=name):
                self._name(name, against)
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                self._truth(test)
                self._value(body, against)
                self._value(otherwise, against)
            case ast.Call(func=ast.Name(id=called), args=arguments):
                self._call(node, called, arguments, against)
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                self._truth(node)
            case ast.Constant():
                return
            case _:
                self._tangle(node, against | frozenset(_inside(node)))

    def _call(self, node: ast.Call, called: str, arguments: list[ast.expr], against: frozenset[Any]) -> None:
        if called in AGGREGATES:
            (aggregate,) = Expression(ast.unparse(node), node).aggregates
            name = aggregate_name(*aggregate)
            self.asked[name] = None
            self.constants[name] |= against
        elif called in ABOUT:
            name = ast.unparse(arguments[0])
            if called in ("group", "lookup"):
                self.attributes[name].add("" if called == "group" else ast.literal_eval(arguments[1]))
            elif called not in ("answered", "blank", "missing"):
                self.reasons.add(name)
            self._name(name, frozenset())
        elif called == "coalesce":
            for argument in arguments:
                self._value(argument, against)
        elif called == "cut" and all(_constants(limit) is not None for limit in arguments[1:]):
            self._value(arguments[0], frozenset(limit for a in arguments[1:] for limit in _constants(a) or ()))
        else:
            for argument in arguments:
                self._tangle(argument, against | frozenset(_inside(node)))

    def _name(self, name: str, against: frozenset[Any]) -> None:
        variable = self.codebook.variables.get(name)
        if variable is None or (name, against) in self._done:
            return
        self._done.add((name, against))
        if variable.value is None:
            self.asked[name] = None
            self.constants[name] |= against
        else:
            self._value(parse(variable.value).tree, against)

    def _tangle(self, node: ast.expr, inside: frozenset[Any]) -> None:
        """Take in something whose value is not only set against constants."""
        for name in sorted(_names(node)):
            before = set(self.asked)
            self._value(ast.Name(id=name), inside)
            base = {name} & set(self.asked) or set(self.asked) - before or self._below(name)
            self.tangled |= base
            for one in base:
                self.constants[one] |= inside
        for child in ast.walk(node):
            if isinstance(child, ast.Call):
                self._call_inside(child, inside)

    def _call_inside(self, node: ast.Call, inside: frozenset[Any]) -> None:
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called in (*AGGREGATES, *ABOUT):
            self._call(node, called, node.args, inside)
            if called in AGGREGATES:
                self.tangled.add(list(self.asked)[-1])

    def _below(self, name: str) -> set[str]:
        """Return the asked variables that a derived one is made of."""
        variable = self.codebook.variables.get(name)
        if variable is None or variable.value is None:
            return {name} if variable else set()
        return {base for part in parse(variable.value).names for base in self._below(part)}


def states(uses: Uses, name: str, among: Collection[Value] | None = None) -> tuple[State, ...]:
    """Return the states of a variable or an aggregate that make a difference, blank the last.

    Parameters
    ----------
    uses : Uses
    name : str
    among : collection of codes, optional
        The only ones that there are.
    """
    variable = uses.codebook.variables.get(name)
    if variable is None:
        return tuple(State("answered", value) for value in _aggregate_values(name, uses.constants[name]))
    reasons = tuple(dict.fromkeys(variable.missing.values()))
    reasons = reasons if name in uses.reasons else reasons[:1]
    values = values_of(uses, variable, among)
    return (*(State("answered", value) for value in values), *map(State, reasons), BLANK)


def values_of(uses: Uses, variable: Variable, among: Collection[Value] | None = None) -> tuple[Any, ...]:
    """Return the answers of a variable that make a difference."""
    codelist = uses.codebook.codelist_of(variable.name)
    against = uses.constants[variable.name]
    if codelist is not None:
        return tuple(_codes(uses, variable.name, codelist.codes if among is None else among))
    if variable.type == "bool":
        return (True, False)
    if variable.type == "str" or variable.type not in NUMBERS:
        return (*sorted(one for one in against if isinstance(one, str)), "\N{MIDDLE DOT}")
    low, high = variable.range or (None, None)
    numbers = {one for one in against if isinstance(one, int | float) and not isinstance(one, bool)}
    if variable.name in uses.tangled:
        numbers |= {0, 1}
    return tuple(_numbers(numbers, low, high, whole=variable.type not in ("float", "amount")))


def _codes(uses: Uses, name: str, among: Collection[Value]) -> Iterator[Value]:
    """Yield the codes of a variable, one of those that make no difference."""
    codelist = uses.codebook.codelist_of(name)
    assert codelist is not None
    group, seen = codelist.group_of(), set()
    for code in codelist.codes:
        known = codelist.codes[code]
        if code not in among:
            continue
        asked = [group.get(code) if key == "" else known.attributes.get(key) for key in sorted(uses.attributes[name])]
        own = code if name in uses.tangled or code in uses.constants[name] else None
        if (own, *asked) not in seen:
            seen.add((own, *asked))
            yield code


def _numbers(against: Iterable[float], low: float | None, high: float | None, *, whole: bool) -> list[float]:
    points = sorted({*against, *(one for one in (low, high) if one is not None)}) or [0 if whole else 0.5]
    step = 1 if whole else 0.5
    near = {points[0] - step, points[-1] + step, *points}
    near |= {p + d for p in points for d in (-1, 1)} if whole else {(a + b) / 2 for a, b in pairwise(points)}
    return sorted(
        p for p in near if (low is None or p >= low) and (high is None or p <= high) and (not whole or p == int(p))
    )


def _aggregate_values(name: str, against: set[Any]) -> tuple[Any, ...]:
    if name.startswith("any("):
        return (True, False, None)
    return (*_numbers({one for one in against if isinstance(one, int | float)}, 0, None, whole=name[0] == "c"), None)


def _constants(node: ast.expr) -> list[Any] | None:
    """Return the constants that a side of a comparison is; nothing where it is more."""
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    try:
        return [ast.literal_eval(item) for item in items]
    except ValueError:
        return None


def _inside(node: ast.AST) -> Iterator[Any]:
    yield from (child.value for child in ast.walk(node) if isinstance(child, ast.Constant))


def _names(node: ast.AST) -> set[str]:
    calls = {
        child.func.id for child in ast.walk(node) if isinstance(child, ast.Call) and isinstance(child.func, ast.Name)
    }
    inner = {name for child in ast.walk(node) if isinstance(child, ast.Call) and _is_aggregate(child)
             for part in child.args for name in _names(part)}  # fmt: skip
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)} - calls - inner


def _is_aggregate(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in AGGREGATES
