"""The rule language of the YAML files: a small, checked part of Python's expressions.

An expression is parsed once with :mod:`ast`, refused if it holds anything outside the list below, and then built
for whatever holds the data through a :class:`Scope`. Nothing is ever evaluated as Python code.

Allowed: names, numbers, strings, ``True``, ``False``, ``None`` (unknown), ``+ - * / //``, comparisons (chained too),
``in`` and ``not in`` a list, ``and``, ``or``, ``not``, ``a if condition else b``, and the functions named in
:data:`FUNCTIONS`, :data:`ABOUT` and :data:`AGGREGATES`.

Missing is its own truth value: a comparison with an unknown value is unknown, and ``and``, ``or`` and ``not`` follow
Kleene's strong logic (Kleene 1952, section 64): ``unknown and False`` is ``False``, ``unknown or True`` is ``True``.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, Protocol

from lfs_migration.errors import ExpressionError, near

FUNCTIONS = ("abs", "ceil", "coalesce", "cut", "floor", "max", "min", "number", "sqrt", "text")
"""Functions of values. ``cut(x, 3, 6)`` is 1 below 3, 2 from 3, 3 from 6 on; ``coalesce`` takes the first known."""

ABOUT = ("answered", "blank", "dont_know", "group", "lookup", "missing", "not_stated", "refused", "uncodable")
"""Functions of a variable: whether and why its answer is missing, its code's group, an attribute of its code."""

AGGREGATES = ("any", "count", "total")
"""Functions of a child record: ``count(emigrant)``, ``any(emigrant, em_abroad)``, ``total(emigrant, em_rem_cash)``."""

ARGUMENTS: dict[str, tuple[int, int | None]] = dict.fromkeys((*FUNCTIONS, *ABOUT), (1, 1)) | {
    "any": (1, 2),
    "coalesce": (1, None),
    "count": (1, 2),
    "cut": (2, None),
    "lookup": (2, 2),
    "max": (2, None),
    "min": (2, None),
    "total": (2, 2),
}
"""Fewest and most arguments of each function; ``None`` is no limit."""

MAX_LENGTH = 2000
MAX_DEPTH = 60
"""Levels of parts inside parts; a sum of sixty terms has as many."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


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

    @property
    def names(self) -> frozenset[str]:
        """Variables of the expression's own record; those inside an aggregate belong to the child record."""
        return frozenset(_names(self.tree))

    @property
    def aggregates(self) -> tuple[tuple[str, str, Expression | None], ...]:
        """Aggregates used, each as function, record and argument."""
        return tuple(_aggregate(call) for call in _aggregate_calls(self.tree))

    @property
    def compared(self) -> tuple[tuple[str, int | float | str], ...]:
        """Constants that a variable is set against with ``==``, ``!=``, ``in`` or ``not in``, each with its name."""
        return tuple(_compared(self.tree))

    @property
    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Variables and attributes of ``lookup``."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and _called(node) == "lookup"]
        return tuple((ast.unparse(call.args[0]), ast.literal_eval(call.args[1])) for call in calls)

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
    _check_depth(tree, text)
    _check(tree, text)
    return Expression(text, tree)


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """Evaluate ``text`` on plain values; ``None`` and not-a-number are unknown.

    Returns
    -------
    bool, number, str or None
        ``None`` when the result is unknown.

    Raises
    ------
    ExpressionError
        For a name without a value, or when the types of its parts do not go together.

    Examples
    --------
    >>> evaluate("n < 20 or cv >= 0.333", {"n": 50, "cv": 0.4})
    True
    >>> evaluate("n < 20 and cv >= 0.333", {"n": 10, "cv": None}) is None
    True
    """
    expression = parse(text)
    try:
        return expression.build(_Values(values)).value
    except (TypeError, ValueError, OverflowError) as error:
        raise ExpressionError(f"Cannot compute {text!r}", detail=str(error)) from None


def _check_depth(tree: ast.expr, text: str) -> None:
    """Refuse what is too deep for the functions that call themselves on the parts of an expression."""
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    if level:
        raise ExpressionError("Expression too deep", detail=f"Over {MAX_DEPTH} levels in {text[:60]!r}")


def _check(node: ast.AST, text: str) -> None:
    if isinstance(node, ast.Call):
        _check_call(node, text)
        return
    if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str | None):
        raise ExpressionError(f"Constant {node.value!r} in {text!r} is not allowed")
    if isinstance(node, ast.Compare):
        _check_compare(node, text)
        return
    allowed = (ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.IfExp, ast.Name, ast.Constant)
    if not isinstance(node, allowed):
        raise ExpressionError(f"{type(node).__name__} is not part of the rule language", detail=f"Found in {text!r}")
    if isinstance(node, ast.BinOp) and type(node.op) not in _BINARY:
        raise ExpressionError(f"Operator {type(node.op).__name__} in {text!r} is not part of the rule language")
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not | ast.USub):
        raise ExpressionError(f"Operator {type(node.op).__name__} in {text!r} is not part of the rule language")
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            _check(child, text)


def _check_compare(node: ast.Compare, text: str) -> None:
    _check(node.left, text)
    for comparison, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(comparison, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple) or len(node.ops) > 1:
                raise ExpressionError(f"'in' in {text!r} needs one list of values", hint="Write: x in [1, 2]")
            for item in right.elts:
                _check_constant(item, text)
        elif type(comparison) in _COMPARE:
            _check(right, text)
        else:
            raise ExpressionError(f"{type(comparison).__name__} in {text!r} is not part of the rule language")


def _check_constant(node: ast.expr, text: str) -> None:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    _check(inner, text)
    if not isinstance(inner, ast.Constant) or (inner is not node and not isinstance(inner.value, int | float)):
        raise ExpressionError(f"{ast.unparse(node)!r} in {text!r} must be a number or a text")


def _check_call(node: ast.Call, text: str) -> None:
    name = _called(node)
    known = (*FUNCTIONS, *ABOUT, *AGGREGATES)
    if name not in known:
        shown = name or ast.unparse(node.func)
        raise ExpressionError(f"{shown!r} is not a function of the rule language", hint=near(shown, known))
    if node.keywords or not node.args or any(isinstance(a, ast.Starred) for a in node.args):
        raise ExpressionError(f"{name}() in {text!r} takes one or more plain arguments")
    if name in (*ABOUT, *AGGREGATES) and not isinstance(node.args[0], ast.Name):
        raise ExpressionError(f"{name}() in {text!r} takes a name first")
    fewest, most = ARGUMENTS[name]
    if len(node.args) < fewest or (most is not None and len(node.args) > most):
        count = fewest if fewest == most else f"{fewest} to {most}" if most else f"{fewest} or more"
        raise ExpressionError(f"{name}() in {text!r} has {len(node.args)} arguments and takes {count}")
    for argument in node.args[1:] if name in (*ABOUT, *AGGREGATES) else node.args:
        (_check_constant if name in ABOUT else _check)(argument, text)


def _called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Call):
        if _called(node) not in AGGREGATES:
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
    if isinstance(node, ast.Call) and _called(node) in AGGREGATES:
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _aggregate_calls(child)


def _aggregate(node: ast.Call) -> tuple[str, str, Expression | None]:
    record = node.args[0]
    assert isinstance(record, ast.Name)
    argument = Expression(ast.unparse(node.args[1]), node.args[1]) if len(node.args) > 1 else None
    return _called(node), record.id, argument


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
            return _BINARY[type(op)](_build(left, scope, text), divisor)
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
        parts.append(_COMPARE[type(comparison)](left, right))
        left = right
    return reduce(operator.and_, parts)


def _build_call(node: ast.Call, scope: Scope, text: str) -> Any:
    name = _called(node)
    if name in AGGREGATES:
        return scope.aggregate(*_aggregate(node))
    if name in ABOUT:
        variable = node.args[0]
        assert isinstance(variable, ast.Name)
        return scope.about(name, variable.id, [ast.literal_eval(argument) for argument in node.args[1:]])
    return scope.call(name, [_build(argument, scope, text) for argument in node.args])


class _Truth:
    """A plain value or the unknown, with Kleene's logic."""

    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        missing = value is None or (isinstance(value, float) and math.isnan(value))
        self.value = None if missing else value

    @property
    def kind(self) -> str:
        """What the value is: values of two kinds are not compared, as in a data frame."""
        if isinstance(self.value, bool):
            return "a truth value"
        return "text" if isinstance(self.value, str) else "a number"

    def _with(self, other: _Truth, function: Callable[[Any, Any], Any], kind: str = "") -> _Truth:
        if self.value is None or other.value is None:
            return _Truth(None)
        if self.kind != other.kind or kind not in ("", self.kind):
            raise TypeError(f"{self.value!r} and {other.value!r} do not go together")
        return _Truth(function(self.value, other.value))

    def __and__(self, other: _Truth) -> _Truth:
        if self.value is False or other.value is False:
            return _Truth(False)
        return self._with(other, operator.and_, "a truth value")

    def __or__(self, other: _Truth) -> _Truth:
        if self.value is True or other.value is True:
            return _Truth(True)
        return self._with(other, operator.or_, "a truth value")

    def __invert__(self) -> _Truth:
        if self.value is not None and self.kind != "a truth value":
            raise TypeError(f"{self.value!r} is not a truth value")
        return _Truth(None if self.value is None else not self.value)


def _overload(name: str, function: Callable[[Any, Any], Any], kind: str) -> None:
    def method(self: _Truth, other: _Truth) -> _Truth:
        return self._with(other, function, kind)

    setattr(_Truth, f"__{name}__", method)


for _name in ("add", "sub", "mul", "truediv", "floordiv"):
    _overload(_name, getattr(operator, _name), "a number")
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    _overload(_name, getattr(operator, _name), "")


class _Values:
    """The scope of :func:`evaluate`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def column(self, name: str) -> _Truth:
        if name not in self._values:
            raise ExpressionError(f"Unknown name {name!r}", hint=near(name, self._values))
        return _Truth(self._values[name])

    def literal(self, value: Any) -> _Truth:
        return _Truth(value)

    def about(self, function: str, name: str, arguments: Sequence[Any]) -> Any:
        raise ExpressionError(f"{function}() needs a data set")

    def aggregate(self, function: str, record: str, argument: Expression | None) -> Any:
        raise ExpressionError(f"{function}() needs a data set")

    def call(self, function: str, arguments: Sequence[_Truth]) -> _Truth:
        if function == "coalesce":
            return next((a for a in arguments if a.value is not None), _Truth(None))
        if any(argument.value is None for argument in arguments):
            return _Truth(None)
        values = [argument.value for argument in arguments]
        functions: dict[str, Callable[..., Any]] = {
            "abs": abs,
            "ceil": math.ceil,
            "cut": lambda x, *limits: 1 + sum(x >= limit for limit in limits),
            "floor": math.floor,
            "max": max,
            "min": min,
            "number": float,
            "sqrt": lambda x: math.sqrt(x) if x >= 0 else None,
            "text": _text,
        }
        return _Truth(functions[function](*values))

    def case(self, condition: _Truth, then: _Truth, otherwise: _Truth) -> _Truth:
        if condition.value is None:
            return _Truth(None)
        return otherwise if (~condition).value else then

    def member(self, value: _Truth, options: Sequence[Any]) -> _Truth:
        start = _Truth(None if value.value is None else False)
        return reduce(operator.or_, (value == _Truth(option) for option in options if option is not None), start)


def _text(value: Any) -> str:
    """Return a value as a data frame writes it: 1 for 1.0, true for True."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
