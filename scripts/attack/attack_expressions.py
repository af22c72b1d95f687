"""Expressions of the codebook as trees, with what constants decide already taken out."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda one, several: one in several,
    ast.NotIn: lambda one, several: one not in several,
}
"""What the comparisons of the language do."""


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr:
    """Return the tree of an expression."""
    return ast.parse(text.strip(), mode="eval").body


def called(tree: ast.expr) -> str:
    """Return the name of the function that an expression calls; nothing for other expressions."""
    return tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""


def simplified(tree: ast.expr) -> ast.expr:
    """Return an expression without comparisons and products of constants, and what they decide."""

    class Simplifying(ast.NodeTransformer):
        def visit_Compare(self, node: ast.Compare) -> ast.expr:
            self.generic_visit(node)
            if isinstance(node.left, ast.Constant) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
                right = node.comparators[0]
                if isinstance(right, ast.Constant):
                    return ast.Constant(COMPARED[type(node.ops[0])](node.left.value, right.value))
            return node

        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            self.generic_visit(node)
            sides = node.left, node.right
            if isinstance(node.op, ast.Mult) and all(isinstance(side, ast.Constant) for side in sides):
                return ast.Constant(ast.literal_eval(node.left) * ast.literal_eval(node.right))
            return node

        def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
            self.generic_visit(node)
            decided = isinstance(node.op, ast.Or)
            if any(isinstance(part, ast.Constant) and part.value is decided for part in node.values):
                return ast.Constant(decided)
            node.values = [part for part in node.values if not isinstance(part, ast.Constant)]
            return node.values[0] if len(node.values) == 1 else node if node.values else ast.Constant(not decided)

    copy: ast.expr = ast.parse(ast.unparse(tree), mode="eval").body
    result: ast.expr = Simplifying().visit(copy)
    return result
