"""The package as syntax: what its modules import and call, without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lfs_migration

PACKAGE = Path(lfs_migration.__file__).parent


@cache
def modules() -> dict[str, ast.Module]:
    """The tree of each module, by its name under the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each module that is imported, with its line; of a ``from``, also what is taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def meaning(tree: ast.AST) -> dict[str, str]:
    """What each name stands for that is imported: ``np`` for numpy, ``loads`` for pickle.loads."""
    out = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                out[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            out |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return out


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Yield each call with the full name of what is called: ``os.system``, ``eval``, ``?.eval`` of a value."""
    known = meaning(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, called(node.func, known)


def called(node: ast.expr, known: dict[str, str]) -> str:
    """The full name of an expression; of what belongs to a value, and no module, the last word alone."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        above = called(node.value, known) if _of_module(node.value, known) else "?"
        return f"{above}.{node.attr}"
    return "?"


def _of_module(node: ast.expr, known: dict[str, str]) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in known


def given(call: ast.Call, name: str) -> ast.expr | None:
    """The argument of a name, nothing where it is not given."""
    return next((one.value for one in call.keywords if one.arg == name), None)
