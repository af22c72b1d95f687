"""The words of the rule language: its functions, operators and limits."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

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

SIDES = ("before", "other")
"""What stands before a dot: the same row in the round before, and the other of two rows that a rule compares."""

MAX_LENGTH = 2000
MAX_DEPTH = 60
"""Levels of parts inside parts; a sum of sixty terms has as many."""

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def called(node: ast.AST) -> str:
    """Return the name of the function that a node calls; empty for another node."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
