"""In which categories of another breakdown those of one can be, by the definitions in the public codebook."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from attack_expressions import COMPARED, parsed
from attack_names import UNKNOWN

from lfs_migration.model.codebook import Codebook

MOST = 20_000
"""Combinations of answers that are tried for two breakdowns."""
NUMBERS = 250
OTHER = "_O"
Nesting = dict[str, frozenset[str]]
"""The possible codes of the coarser breakdown, for each code of the finer one."""


@dataclass
class Nestings:
    """Finds nestings, each once.

    Parameters
    ----------
    codebook : Codebook
    """

    codebook: Codebook
    found: dict[tuple[str, str], Nesting] = field(default_factory=dict)

    def of(self, fine: str, coarse: str) -> Nesting:
        """Return the possible codes of one variable for each code of another; nothing where they are not tied."""
        if (fine, coarse) not in self.found:
            self.found[fine, coarse] = self._of(fine, coarse)
        return self.found[fine, coarse]

    def _of(self, fine: str, coarse: str) -> Nesting:
        bases = [self._bases(name) for name in (fine, coarse)]
        names = sorted(bases[0] | bases[1])
        if not (bases[0] & bases[1]) or not names:
            return {}
        domains = [self._domain(name) for name in names]
        if any(not domain for domain in domains) or math.prod(map(len, domains)) > MOST:
            return {}
        out: dict[str, set[str]] = {}
        for values in product(*domains):
            answers = dict(zip(names, values, strict=True))
            one, other = (self._value(name, answers) for name in (fine, coarse))
            out.setdefault(told(one), set()).add(told(other))
        return {code: frozenset(codes) for code, codes in out.items()}

    def _bases(self, name: str) -> frozenset[str]:
        """Return the variables that one is computed from, or itself when it is asked or a number of its own."""
        variable = self.codebook.variables[name]
        if not variable.value or variable.type in ("int", "float", "amount", "year", "month"):
            return frozenset({name})
        inner = {n.id for n in ast.walk(parsed(variable.value)) if isinstance(n, ast.Name)} & set(
            self.codebook.variables
        )
        return frozenset(base for one in inner for base in self._bases(one))

    def _domain(self, name: str) -> list[Any]:
        variable = self.codebook.variables[name]
        codelist = self.codebook.codelist_of(name)
        if codelist is not None:
            return [*codelist.codes, None]
        if variable.type in ("int", "float"):
            return [*range(NUMBERS), None]
        return []

    def _value(self, name: str, answers: Mapping[str, Any]) -> Any:
        if name in answers:
            return answers[name]
        try:
            value: Any = Evaluated(self, answers).visit(parsed(self.codebook.variables[name].value or "None"))
        except (TypeError, ValueError, KeyError):
            return None
        return value

    def folded(self, fine: str, standing: Iterable[str], nesting: Nesting, rest: str) -> frozenset[str]:
        """Return the possible coarser codes of a rest, as ``145_O``, of which some codes stand by themselves."""
        alone, parent = set(standing), rest.removesuffix(OTHER)
        inside = [code for code in self._domain(fine) if code is not None and str(code) not in alone]
        if parent:
            codelist = self.codebook.codelist_of(fine)
            known = codelist.codes if codelist is not None else {}
            inside = [code for code in inside if parent in known[code].attributes.values()]
        return frozenset(one for code in inside for one in nesting.get(str(code), ()))


@dataclass
class Evaluated(ast.NodeVisitor):
    """The value of an expression for some answers; None is unknown."""

    nestings: Nestings
    answers: Mapping[str, Any]

    def visit_Name(self, node: ast.Name) -> Any:
        """Return an answer."""
        return self.nestings._value(node.id, self.answers)

    def visit_Constant(self, node: ast.Constant) -> Any:
        """Return a constant."""
        return node.value

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        """Return one of two values."""
        test = self.visit(node.test)
        return None if test is None else self.visit(node.body if test else node.orelse)

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """Return what ``and`` and ``or`` give, in Kleene's logic."""
        values = [self.visit(part) for part in node.values]
        decided = isinstance(node.op, ast.Or)
        return decided if decided in values else None if None in values else not decided

    def visit_Compare(self, node: ast.Compare) -> Any:
        """Return a truth value."""
        left = self.visit(node.left)
        for op, side in zip(node.ops, node.comparators, strict=True):
            right = [self.visit(e) for e in side.elts] if isinstance(side, ast.List | ast.Tuple) else self.visit(side)
            if left is None or right is None:
                return None
            if not COMPARED[type(op)](left, right):
                return False
            left = right
        return True

    def visit_Call(self, node: ast.Call) -> Any:
        """Return the value of a function."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("group", "lookup") and isinstance(node.args[0], ast.Name):
            codelist = self.nestings.codebook.codelist_of(node.args[0].id)
            value = self.visit(node.args[0])
            if codelist is None or value is None:
                return None
            if name == "group":
                return codelist.group_of().get(value)
            return codelist.attribute(str(self.visit(node.args[1]))).get(value)
        values = [self.visit(one) for one in node.args]
        if name == "coalesce":
            return next((value for value in values if value is not None), None)
        if name == "cut" and values[0] is not None:
            return 1 + sum(values[0] >= limit for limit in values[1:])
        if name == "cut":
            return None
        raise KeyError(name)

    def generic_visit(self, node: ast.AST) -> Any:
        """Refuse what is not known."""
        raise KeyError(type(node).__name__)


def told(value: Any) -> str:
    """Return the code of a value in published tables."""
    return UNKNOWN if value is None else str(value)
