"""Refuses what is not in the rule language."""

from __future__ import annotations

import ast

from lfs_migration.errors import ExpressionError, near
from lfs_migration.expr.words import ABOUT, AGGREGATES, ARGUMENTS, BINARY, COMPARE, FUNCTIONS, MAX_DEPTH, called


def check_depth(tree: ast.expr, text: str) -> None:
    """Refuse what is too deep for the functions that call themselves on the parts of an expression."""
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    if level:
        raise ExpressionError("Expression too deep", detail=f"Over {MAX_DEPTH} levels in {text[:60]!r}")


def check(node: ast.AST, text: str) -> None:
    """Refuse a part of an expression that is not in the rule language, and all that is under it.

    Raises
    ------
    ExpressionError
    """
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
    if isinstance(node, ast.BinOp) and type(node.op) not in BINARY:
        raise ExpressionError(f"Operator {type(node.op).__name__} in {text!r} is not part of the rule language")
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not | ast.USub):
        raise ExpressionError(f"Operator {type(node.op).__name__} in {text!r} is not part of the rule language")
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            check(child, text)


def _check_compare(node: ast.Compare, text: str) -> None:
    check(node.left, text)
    for comparison, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(comparison, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple) or len(node.ops) > 1:
                raise ExpressionError(f"'in' in {text!r} needs one list of values", hint="Write: x in [1, 2]")
            for item in right.elts:
                _check_constant(item, text)
        elif type(comparison) in COMPARE:
            check(right, text)
        else:
            raise ExpressionError(f"{type(comparison).__name__} in {text!r} is not part of the rule language")


def _check_constant(node: ast.expr, text: str) -> None:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    check(inner, text)
    if not isinstance(inner, ast.Constant) or (inner is not node and not isinstance(inner.value, int | float)):
        raise ExpressionError(f"{ast.unparse(node)!r} in {text!r} must be a number or a text")


def _check_call(node: ast.Call, text: str) -> None:
    name = called(node)
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
        (_check_constant if name in ABOUT else check)(argument, text)
