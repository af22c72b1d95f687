"""What an attacker knows of the rows behind a figure, from the public codebook alone.

Two figures may count the same rows in other words: "emigrants where the sex is 2", "emigrants by sex, code 2" and
"emigrants in scope, with status 1, by sex, code 2". Here all of them get one name: derived conditions are replaced by
what they are made of, and a condition on the variable of a breakdown becomes a code of that variable.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from attack_expressions import COMPARED, called, parsed, simplified

from lfs_migration.model.codebook import Codebook

KNOWN, UNKNOWN = "_K", "_U"
MOST = 250
"""The largest number that is tried: beyond any limit, for answers may be out of their range."""


class Rows(NamedTuple):
    """Rows of a record, named by what is true of them.

    Parameters
    ----------
    record : str
    conditions : frozenset of str
    key : frozenset of (variable, code)
        A code is one of a code list, several joined by ``|``, ``_K`` for all known ones, or ``_U`` for none known.
    value : str
        What is summed; rows are counted where it is empty.
    weights : str
    """

    record: str
    conditions: frozenset[str]
    key: frozenset[tuple[str, str]]
    value: str = ""
    weights: str = "final"

    def code(self, variable: str) -> str | None:
        """Return the code of a variable, if one is fixed."""
        return dict(self.key).get(variable)

    def put(self, variable: str, code: str | None) -> Rows:
        """Return the same rows with another code of a variable, or with any."""
        rest = frozenset(item for item in self.key if item[0] != variable)
        return self._replace(key=rest if code is None else rest | {(variable, code)})

    def counted(self) -> Rows:
        """Return the rows themselves, where a value of theirs is summed."""
        return self._replace(value="")

    def __str__(self) -> str:
        codes = [f"{variable}={code}" for variable, code in sorted(self.key)]
        what = f"{self.value} of {self.record}" if self.value else self.record
        return f"{what}[{', '.join([*sorted(self.conditions), *codes])}]"


@dataclass
class Facts:
    """What is true of some rows, as it is gathered; ``empty`` when that cannot be of any."""

    conditions: set[str] = field(default_factory=set)
    key: dict[str, frozenset[str] | str] = field(default_factory=dict)
    empty: bool = False

    def fix(self, variable: str, codes: frozenset[str] | str) -> None:
        """Add that a variable has one of some codes, is known, or is not known."""
        old = self.key.get(variable)
        if old is None or old in (codes, KNOWN):
            self.empty |= old == KNOWN and codes == UNKNOWN
            self.key[variable] = codes
        elif codes == KNOWN:
            self.empty |= old == UNKNOWN
        elif isinstance(old, frozenset) and isinstance(codes, frozenset):
            self.key[variable] = old & codes
            self.empty |= not old & codes
        else:
            self.empty = True


@dataclass(frozen=True)
class Names:
    """Gives rows their name.

    Parameters
    ----------
    codebook : Codebook
        With an edition's parameters in its expressions.
    """

    codebook: Codebook
    given: dict[Any, Rows | None] = field(default_factory=dict, repr=False)

    @cached_property
    def measured(self) -> frozenset[str]:
        """The variables of breakdowns."""
        return frozenset(v for one in self.codebook.dimensions.values() for v in one.variables.values())

    @cached_property
    def classes(self) -> dict[str, tuple[str, tuple[float, ...]]]:
        """The variable of classes, and their limits, of each number of which a breakdown has classes."""
        out = {}
        for name in sorted(self.measured):
            tree = parsed(self.codebook.variables[name].value or "None")
            if called(tree) == "cut" and isinstance(tree, ast.Call) and isinstance(tree.args[0], ast.Name):
                out[tree.args[0].id] = (name, tuple(float(ast.literal_eval(limit)) for limit in tree.args[1:]))
        return out

    def variable(self, dimension: str, record: str) -> str:
        """Return the variable of a breakdown; the name itself where it is none of the codebook's."""
        if dimension not in self.codebook.dimensions:
            return dimension
        return self.codebook.dimension_variable(dimension, record) or dimension

    def rows(
        self, record: str, where: Sequence[str], codes: Mapping[str, str], known: Iterable[str] = (), value: str = "",
        weights: str = "final",
    ) -> Rows | None:  # fmt: skip
        """Return the name of rows; nothing for rows that cannot be.

        Parameters
        ----------
        record : str
        where : sequence of str
            Conditions that are true of them.
        codes : mapping of dimension to code
        known : iterable of str
            Conditions and values that are known of them.
        value, weights : str
        """
        asked = record, tuple(where), frozenset(codes.items()), tuple(known), value, weights
        if asked not in self.given:
            self.given[asked] = self._made(*asked)
        return self.given[asked]

    def _made(
        self, record: str, where: tuple[str, ...], codes: frozenset[tuple[str, str]], known: tuple[str, ...],
        value: str, weights: str,
    ) -> Rows | None:  # fmt: skip
        facts = Facts()
        for dimension, code in sorted(codes):
            variable = self.variable(dimension, record)
            facts.fix(variable, code if code in (KNOWN, UNKNOWN) else frozenset({code}))
        for text in where:
            for atom in self._atoms(parsed(text)):
                self._true(facts, atom)
        for text in filter(None, known):
            self._known(facts, parsed(text))
        return None if facts.empty else self._named(facts, record, value, weights)

    def put(self, rows: Rows, variable: str, code: str) -> Rows:
        """Return the same rows with another code of a variable, and without what that says already."""
        made = rows.put(variable, code)
        return made._replace(conditions=self._needed(made.conditions, dict(made.key)))

    def _named(self, facts: Facts, record: str, value: str, weights: str) -> Rows:
        key = {v: code if isinstance(code, str) else "|".join(sorted(code)) for v, code in facts.key.items()}
        return Rows(record, self._needed(frozenset(facts.conditions), key), frozenset(key.items()), value, weights)

    def _needed(self, conditions: frozenset[str], key: Mapping[str, str]) -> frozenset[str]:
        """Return conditions without those that follow from a known code, or from another condition."""
        sure = {v for v, code in key.items() if code != UNKNOWN}
        sure |= {base for v in sure for base in [self._base(v)] if base}
        drop = {f"{words}({v})" for v in sure for words in ("not blank", "known")}
        drop |= {f"not blank({c[6:-1]})" for c in conditions if c.startswith("known(")}
        return conditions - drop

    def _base(self, variable: str) -> str:
        """Return the variable that must be known for a derived one to be so; nothing where there are several."""
        entry = self.codebook.variables.get(variable)
        tree = parsed(entry.value) if entry is not None and entry.value else None
        if tree is not None and called(tree) in ("group", "cut", "lookup") and isinstance(tree, ast.Call):
            return tree.args[0].id if isinstance(tree.args[0], ast.Name) else ""
        return ""

    def _atoms(self, tree: ast.expr) -> list[ast.expr]:
        """Return what ``and`` joins, with derived conditions replaced by what they are made of."""
        tree = simplified(tree)
        if isinstance(tree, ast.Constant) and tree.value is True:
            return []
        if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
            return [atom for part in tree.values for atom in self._atoms(part)]
        if isinstance(tree, ast.Compare) and len(tree.ops) > 1:  # "15 <= x <= 120" is two conditions
            sides = [tree.left, *tree.comparators]
            pairs = zip(sides, tree.ops, sides[1:], strict=False)
            return [atom for a, op, b in pairs for atom in self._atoms(ast.Compare(a, [op], [b]))]
        if isinstance(tree, ast.IfExp) and called(tree.test) == "blank":  # "None if blank(x) else missing(x)"
            return self._atoms(tree.orelse)
        if isinstance(tree, ast.Name):
            entry = self.codebook.variables.get(tree.id)
            if entry is not None and entry.type == "bool" and entry.value:
                return self._atoms(parsed(entry.value))
        return [tree]

    def _true(self, facts: Facts, atom: ast.expr) -> None:
        """Add a condition that is true."""
        name = called(atom)
        if name in ("known", "answered") and isinstance(atom, ast.Call):
            return self._known(facts, atom.args[0])
        found = self._codes(atom)
        if found is None:
            facts.conditions.add(ast.unparse(atom))
        else:
            facts.fix(*found)
        return None

    def _codes(self, atom: ast.expr) -> tuple[str, frozenset[str] | str] | None:
        """Return the variable and the codes that a condition is about; nothing where it is about no breakdown's."""
        if not isinstance(atom, ast.Compare):
            return None
        left, right = atom.left, atom.comparators[0]
        if isinstance(left, ast.Name) and left.id in self.measured and len(atom.ops) == 1:
            if isinstance(atom.ops[0], ast.Eq) and isinstance(right, ast.Constant):
                return left.id, frozenset({str(right.value)})
            if isinstance(atom.ops[0], ast.In) and isinstance(right, ast.List | ast.Tuple):
                return left.id, frozenset(str(ast.literal_eval(one)) for one in right.elts)
        return self._classes(atom)

    def _classes(self, atom: ast.Compare) -> tuple[str, frozenset[str] | str] | None:
        """Return the classes of a number that a comparison allows, if it allows all or nothing of each."""
        sides = [atom.left, *atom.comparators]
        numbers = [side for side in sides if not isinstance(side, ast.Constant)]
        if len(numbers) != 1 or len(numbers) == len(sides):
            return None
        number = numbers[0]
        if not isinstance(number, ast.Name) or number.id not in self.classes:
            return None
        variable, limits = self.classes[number.id]
        allowed: dict[int, set[bool]] = {}
        for x in range(MOST + 1):
            values = [side.value if isinstance(side, ast.Constant) else x for side in sides]
            true = all(COMPARED[type(op)](a, b) for op, a, b in zip(atom.ops, values, values[1:], strict=False))
            allowed.setdefault(1 + sum(x >= limit for limit in limits), set()).add(true)
        if any(len(answers) > 1 for answers in allowed.values()):
            return None
        codes = frozenset(str(code) for code, answers in allowed.items() if True in answers)
        return variable, KNOWN if len(codes) == len(allowed) else codes

    def _known(self, facts: Facts, tree: ast.expr) -> None:
        """Add that it is known whether a condition is true, or what a value is."""
        left = []
        for atom in self._atoms(tree):
            found = self._codes(atom)
            text = ast.unparse(atom)
            if text not in facts.conditions and not (found and self._decides(facts, found[0])):
                left.append((atom, found))
        for atom, found in left:
            names = sorted(self._names(atom))
            if found is not None and len(left) == 1:
                facts.fix(found[0], KNOWN)
            elif called(atom) == "missing" and len(left) == 1:
                facts.conditions.add(f"not blank({names[0]})")
            elif len(left) == 1 and len(names) == 1 and not isinstance(atom, ast.Call | ast.IfExp):
                self._name_known(facts, names[0])
            elif len(left) == 1 and isinstance(atom, ast.BinOp):  # arithmetic is known where all of it is
                for name in names:
                    self._name_known(facts, name)
        if len(left) > 1 or (left and isinstance(left[0][0], ast.IfExp)):
            facts.conditions.add(f"known({' and '.join(sorted(ast.unparse(atom) for atom, _ in left))})")

    def _decides(self, facts: Facts, variable: str) -> bool:
        return facts.key.get(variable, UNKNOWN) != UNKNOWN

    def _name_known(self, facts: Facts, name: str) -> None:
        if name in self.classes:
            name = self.classes[name][0]
        if name in self.measured:
            facts.fix(name, KNOWN)
        else:
            facts.conditions.add(f"known({name})")

    def _names(self, tree: ast.expr) -> set[str]:
        return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in self.codebook.variables}
