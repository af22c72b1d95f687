"""Parses expressions, says what is in them, and builds them for whatever holds the data."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any, Protocol

from lfs_migration.errors import ExpressionError
from lfs_migration.expr.checks import check, check_depth
from lfs_migration.expr.words import ABOUT, AGGREGATES, BINARY, COMPARE, MAX_LENGTH, SIDES, called


class Scope(Protocol):
    """What an expression is built against: a data frame, a database relation, or plain values."""

    def column(self, name: str) -> Any:
        """Return the values of a variable, unknown where the answer is missing."""

    def literal(self, value: Any) -> Any:
        """Return a constant; ``None`` is the unknown."""

    def about(self, function: str, name: str, arguments: Sequence[Any]) -> Any:
        """Return one of :data:`ABOUT` for the variable ``name``."""

    def aggregate(self, function: str, record: str, argument: Expression | None) -> Any:
        """Return one of :data:`AGGREGATES` over the child records of each row."""

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        """Return one of :data:`FUNCTIONS`."""

    def case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return ``then`` where true, ``otherwise`` where false, unknown where unknown."""

    def member(self, value: Any, options: Sequence[Any]) -> Any:
        """Return whether ``value`` is one of ``options``, unknown where it is unknown."""


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    Parameters
    ----------
    text : str
        As written.
    tree : ast.expr
        Its syntax, within the allowed language.
    """

    text: str
    tree: ast.expr

    @cached_property
    def names(self) -> frozenset[str]:
        """Variables of the expression's own record; those inside an aggregate belong to the child record."""
        return frozenset(_names(self.tree))

    @cached_property
    def aggregates(self) -> tuple[tuple[str, str, Expression | None], ...]:
        """Aggregates used, each as function, record and argument."""
        return tuple(_aggregate(call) for call in _aggregate_calls(self.tree))

    @cached_property
    def compared(self) -> tuple[tuple[str, int | float | str], ...]:
        """Constants that a variable is set against with ``==``, ``!=``, ``in`` or ``not in``, each with its name."""
        return tuple(_compared(self.tree))

    @cached_property
    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Variables and attributes of ``lookup``."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and called(node) == "lookup"]
        return tuple((ast.unparse(call.args[0]), ast.literal_eval(call.args[1])) for call in calls)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Variables that ``number`` is asked to read."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and called(node) == "number"]
        return frozenset(call.args[0].id for call in calls if isinstance(call.args[0], ast.Name))

    def build(self, scope: Scope) -> Any:
        """Return the expression as ``scope`` represents it."""
        return _build(self.tree, scope, self.text)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse and check ``text``.

    Raises
    ------
    ExpressionError
        With the offending part, when the text is not in the rule language.

    Examples
    --------
    >>> sorted(parse("em_age >= 15 and em_reason in [1, 2]").names)
    ['em_age', 'em_reason']
    >>> sorted(parse("per_age > other.per_age").names)
    ['other.per_age', 'per_age']
    >>> parse("__import__('os')")
    Traceback (most recent call last):
    lfs_migration.errors.ExpressionError: ... '__import__' is not a function of the rule language...
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("Expression too long", detail=f"{len(text)} characters; {MAX_LENGTH} are allowed")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"Cannot read {text!r}", detail=str(error)) from None
    check_depth(tree, text)
    tree = _Sided().visit(tree)
    check(tree, text)
    return Expression(text, tree)


class _Sided(ast.NodeTransformer):
    """Makes a name of ``other.per_age``: the variable of another row."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id in SIDES:
            return ast.Name(f"{node.value.id}.{node.attr}", node.ctx)
        return node


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Call):
        if called(node) not in AGGREGATES:
            for argument in node.args:
                yield from _names(argument)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _names(child)


def _compared(tree: ast.AST) -> Iterator[tuple[str, int | float | str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name):
            continue
        right = node.comparators[0]
        if isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            items = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
            for item in items:
                if isinstance(item, ast.Constant) and isinstance(item.value, int | float | str):
                    yield node.left.id, item.value


def _aggregate_calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the aggregates of an expression's own record; one inside another belongs to the child record."""
    if isinstance(node, ast.Call) and called(node) in AGGREGATES:
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _aggregate_calls(child)


def _aggregate(node: ast.Call) -> tuple[str, str, Expression | None]:
    record = node.args[0]
    assert isinstance(record, ast.Name)
    argument = Expression(ast.unparse(node.args[1]), node.args[1]) if len(node.args) > 1 else None
    return called(node), record.id, argument


def _build(node: ast.expr, scope: Scope, text: str) -> Any:
    match node:
        case ast.Constant(value=value):
            return scope.literal(value)
        case ast.Name(id=name):
            return scope.column(name)
        case ast.BoolOp(op=op, values=values):
            parts = [_build(value, scope, text) for value in values]
            return reduce(operator.and_ if isinstance(op, ast.And) else operator.or_, parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ~_build(operand, scope, text)
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as number)):
            return scope.literal(-number)
        case ast.UnaryOp(operand=operand):
            return scope.literal(0) - _build(operand, scope, text)
        case ast.BinOp(left=left, op=op, right=right):
            divisor = _build(right, scope, text)
            if isinstance(op, ast.Div | ast.FloorDiv) and not (isinstance(right, ast.Constant) and right.value):
                divisor = scope.case(divisor != scope.literal(0), divisor, scope.literal(None))
            return BINARY[type(op)](_build(left, scope, text), divisor)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return scope.case(*(_build(part, scope, text) for part in (test, body, orelse)))
        case ast.Compare():
            return _build_compare(node, scope, text)
        case ast.Call():
            return _build_call(node, scope, text)
    raise ExpressionError(f"{type(node).__name__} is not part of the rule language", detail=f"Found in {text!r}")


def _build_compare(node: ast.Compare, scope: Scope, text: str) -> Any:
    parts, left = [], _build(node.left, scope, text)
    for comparison, right_node in zip(node.ops, node.comparators, strict=True):
        if isinstance(comparison, ast.In | ast.NotIn):
            assert isinstance(right_node, ast.List | ast.Tuple)
            inside = scope.member(left, [ast.literal_eval(item) for item in right_node.elts])
            parts.append(inside if isinstance(comparison, ast.In) else ~inside)
            continue
        right = _build(right_node, scope, text)
        parts.append(COMPARE[type(comparison)](left, right))
        left = right
    return reduce(operator.and_, parts)


def _build_call(node: ast.Call, scope: Scope, text: str) -> Any:
    name = called(node)
    if name in AGGREGATES:
        return scope.aggregate(*_aggregate(node))
    if name in ABOUT:
        variable = node.args[0]
        assert isinstance(variable, ast.Name)
        return scope.about(name, variable.id, [ast.literal_eval(argument) for argument in node.args[1:]])
    return scope.call(name, [_build(argument, scope, text) for argument in node.args])
