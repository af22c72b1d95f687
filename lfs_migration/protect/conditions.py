"""Conditions as they are written: their parts, the codes that they allow, and what follows from them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def follow(conditions: frozenset[str], given: frozenset[str]) -> bool:
    """Return whether some conditions follow from others.

    Examples
    --------
    >>> follow(frozenset({"a in [1, 2, 3]"}), frozenset({"a in [1, 2]", "b"}))
    True
    """
    return all(any(_implies(one, text) for one in given) for text in conditions - given)


@lru_cache(maxsize=65536)
def _implies(one: str, other: str) -> bool:
    name, codes = allowed(one)
    return bool(name) and allowed(other)[0] == name and codes <= allowed(other)[1]


@lru_cache(maxsize=4096)
def allowed(text: str) -> tuple[str, frozenset[str]]:
    """Return the variable, and its codes, that a condition allows; none where it says something else."""
    match ast.parse(text, mode="eval").body if not text.startswith("not ") else None:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant(value=code)]):
            return name, frozenset({str(code)})
        case ast.Compare(left=ast.Name(id=name), ops=[ast.In()], comparators=[ast.List() | ast.Tuple() as codes]):
            return name, frozenset(str(ast.literal_eval(one)) for one in codes.elts)
    return "", frozenset()


def joined(tree: ast.expr) -> list[ast.expr]:
    """Return the conditions that *and* joins."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [part for one in tree.values for part in joined(one)]
    return [tree]


def simplified(tree: ast.expr) -> ast.expr:
    """Return an expression without comparisons of constants, which an edition's own choices leave in it.

    Examples
    --------
    >>> ast.unparse(simplified(ast.parse("a == 1 and ('all' == 'all' or b > 2)", mode="eval").body))
    'a == 1'
    """
    match tree:
        case ast.Compare(left=ast.Constant(value=one), ops=[op], comparators=[ast.Constant(value=other)]):
            compare = COMPARED.get(type(op))
            return ast.Constant(bool(compare(one, other))) if compare else tree
        case ast.BoolOp(op=op, values=values):
            decided, parts = isinstance(op, ast.Or), [simplified(part) for part in values]
            constants = [part.value for part in parts if isinstance(part, ast.Constant) and part.value is not None]
            if decided in constants:
                return ast.Constant(decided)
            parts = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is not None)]
            return ast.BoolOp(op, parts) if len(parts) > 1 else parts[0] if parts else ast.Constant(not decided)
    return tree
