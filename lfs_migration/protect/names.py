"""One name for the rows behind a figure, in whatever words its indicator describes them.

"Emigrants where the sex is 2", "emigrants by sex, code 2" and "emigrants in scope, with status 1, by sex, code 2" are
the same rows, and whoever reads the codebook knows it. So a derived condition is replaced by what it is made of, and a
condition on the variable of a breakdown becomes a code of that breakdown, or several.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from lfs_migration.expr import parse
from lfs_migration.expr.words import called
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.results import KNOWN, UNKNOWN, WHERE, Key, Ref
from lfs_migration.protect.conditions import COMPARED, allowed, follow, joined, simplified

OR = "|"
"""Joins the codes of which rows have one."""
CLASSED = ("cut", "group", "lookup")
"""Functions of which the value is known where that of their first argument is."""


class Name(NamedTuple):
    """What is counted or summed, over which rows.

    Parameters
    ----------
    survey, record : str
    conditions : frozenset of str
        All that is true of the rows; two cells with the same are the same, in whatever order they were written.
    value : str
        What is summed; rows are counted where it is empty.
    weights : str
    key : Key
        The code of each dimension, or several joined by :data:`OR`.
    """

    survey: str
    record: str
    conditions: frozenset[str]
    value: str
    weights: str
    key: Key

    def within(self, key: Key) -> Name:
        """Return the same with other codes."""
        return self._replace(key=key)

    def holds(self, other: Name) -> bool:
        """Return whether all rows of another are rows of this, by what is said of them."""
        codes = dict(other.key)
        return (
            self[:2] == other[:2] and self[3:5] == other[3:5] and follow(self.conditions, other.conditions)
            and all(d in codes and covers(code, codes[d]) for d, code in self.key)
        )  # fmt: skip


def covers(code: str, other: str) -> bool:
    """Return whether a code of a dimension is true of all rows that have another.

    Examples
    --------
    >>> covers("1|2|3", "1|3"), covers("_K", "1"), covers("_K", "_U")
    (True, True, False)
    """
    if code == other or (code == KNOWN and other != UNKNOWN):
        return True
    return OR in code and set(other.split(OR)) <= set(code.split(OR))


@dataclass
class _Facts:
    """What is true of some rows, as it is gathered."""

    conditions: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    empty: bool = False

    def fix(self, dimension: str, code: str) -> None:
        """Add that the rows have a code, or one of several."""
        old = self.codes.get(dimension)
        if old is None or covers(old, code):
            self.codes[dimension] = code
        elif not covers(code, old):
            both = set(old.split(OR)) & set(code.split(OR)) - {KNOWN, UNKNOWN}
            self.codes[dimension], self.empty = OR.join(sorted(both)), self.empty or not both


class _Part(NamedTuple):
    """One of the conditions that *and* joins: its text, what ``known`` asks about, and the codes that it stands for."""

    tree: ast.expr
    text: str
    asked: str
    codes: tuple[str, str] | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Namer:
    """Names the cells of a survey.

    Parameters
    ----------
    survey : str
    codebook : Codebook, optional
        What derived variables are made of; without it conditions stay as they are written.
    dimensions : mapping of variable to dimension
        Of the variables whose categories all stand.
    """

    survey: str
    codebook: Codebook | None
    dimensions: Mapping[str, str]
    named: dict[Ref, Name] = field(default_factory=dict, repr=False)
    parts: dict[str, tuple[_Part, ...]] = field(default_factory=dict, repr=False)

    def plain(self, ref: Ref) -> Name:
        """Return a name in the words of the indicator."""
        measure, key = ref
        own = frozenset(item for item in key if item[0] == WHERE)
        texts = [measure.where, *sorted(text for _, text in own)]
        conditions = {ast.unparse(part) for text in texts if text for part in joined(parse(text).tree)}
        conditions |= {f"known({measure.known})"} if measure.known else set()
        return Name(self.survey, measure.record, frozenset(conditions), measure.value, measure.weights, key - own)

    def name(self, ref: Ref) -> Name:
        """Return the name that all descriptions of the same rows share, as far as the codebook tells."""
        if ref not in self.named:
            self.named[ref] = self._name(ref)
        return self.named[ref]

    def _name(self, ref: Ref) -> Name:
        (record, where, value, known, weights), key = ref
        facts = _Facts()
        for dimension, code in sorted(key):
            if dimension != WHERE:
                facts.fix(dimension, code)
        for text in filter(None, [where, *sorted(code for dimension, code in key if dimension == WHERE)]):
            for part in self._said(text):
                self._true(facts, part)
        if known:
            self._known(facts, known)
        if facts.empty:
            return self.plain(ref)
        conditions = self._needed(facts, record)
        return Name(self.survey, record, conditions, value, weights, frozenset(facts.codes.items()))

    def _variable(self, name: str) -> Any:
        return self.codebook.variables.get(name) if self.codebook is not None else None

    def _said(self, text: str) -> tuple[_Part, ...]:
        """Return what *and* joins in a condition, which many cells have."""
        if text not in self.parts:
            self.parts[text] = tuple(map(self._part, self._parts(parse(text).tree)))
        return self.parts[text]

    def _part(self, tree: ast.expr) -> _Part:
        match tree:
            case ast.Call(func=ast.Name(id="known" | "answered"), args=[inside]):
                asked = ast.unparse(inside)
            case _:
                asked = ""
        nodes = list(ast.walk(tree))
        names = {node.id for node in nodes if isinstance(node, ast.Name)} - set(map(called, nodes))
        return _Part(tree, ast.unparse(tree), asked, self._codes(tree), tuple(sorted(names)))

    def _parts(self, tree: ast.expr) -> Iterator[ast.expr]:
        """Yield what *and* joins, with derived conditions replaced by what they are made of."""
        for part in joined(simplified(tree)):
            match part:
                case ast.Constant(value=True):
                    continue
                case ast.Compare(left=left, ops=ops, comparators=sides) if len(ops) > 1:  # "15 <= x <= 120"
                    for one, op, other in zip([left, *sides], ops, sides, strict=False):
                        yield from self._parts(ast.Compare(one, [op], [other]))
                case ast.IfExp(test=test, body=body, orelse=ast.Constant(value=None)):
                    yield from self._parts(test)
                    yield from self._parts(body)
                case ast.IfExp(body=ast.Constant(value=None), orelse=orelse):
                    yield from self._parts(orelse)
                case ast.Name(id=name) if (own := self._variable(name)) and own.type == "bool" and own.value:
                    yield from self._parts(parse(own.value).tree)
                case _:
                    yield part

    def _true(self, facts: _Facts, part: _Part) -> None:
        """Add a condition that is true."""
        if part.asked:
            self._known(facts, part.asked)
        elif part.codes:
            facts.fix(*part.codes)
        else:
            facts.conditions.add(part.text)

    def _codes(self, part: ast.expr) -> tuple[str, str] | None:
        """Return the dimension and the codes that a condition stands for."""
        name, codes = allowed(ast.unparse(part))
        return (self.dimensions[name], OR.join(sorted(codes))) if name in self.dimensions else self._classes(part)

    def _classes(self, part: ast.expr) -> tuple[str, str] | None:
        """Return the classes of a number that a comparison allows, if it is true of all or of nothing of each."""
        match part:
            case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=limit)]):
                sides = False
            case ast.Compare(left=ast.Constant(value=limit), ops=[op], comparators=[ast.Name(id=name)]):
                sides = True
            case _:
                return None
        compare = COMPARED.get(type(op))
        if compare is None or name not in self._cut or not isinstance(limit, int | float):
            return None
        dimension, limits = self._cut[name]
        steps = sorted(x + step for x in {*limits, limit} for step in (-1, -0.5, 0, 0.5, 1))
        whole = self._variable(name).type in ("int", "year", "month")
        answers: dict[int, set[bool]] = {}
        for x in steps:
            if not whole or x == int(x):
                true = bool(compare(limit, x) if sides else compare(x, limit))
                answers.setdefault(1 + sum(x >= one for one in limits), set()).add(true)
        if any(len(own) > 1 for own in answers.values()):
            return None
        codes = sorted(str(code) for code, own in answers.items() if True in own)
        return dimension, KNOWN if len(codes) == len(answers) else OR.join(codes)

    @cached_property
    def _cut(self) -> dict[str, tuple[str, tuple[float, ...]]]:
        """The dimension of classes, and their limits, of each number that has one."""
        out: dict[str, tuple[str, tuple[float, ...]]] = {}
        for variable, dimension in sorted(self.dimensions.items()):
            own = self._variable(variable)
            match parse(own.value).tree if own is not None and own.value else None:
                case ast.Call(func=ast.Name(id="cut"), args=[ast.Name(id=number), *limits]):
                    out[number] = dimension, tuple(float(ast.literal_eval(limit)) for limit in limits)
        return out

    def _known(self, facts: _Facts, text: str) -> None:
        """Add that it is known whether a condition is true, or what a value is."""
        left = [part for part in self._said(text) if not self._decided(facts, part)]
        if len(left) > 1:
            facts.conditions.add(f"known({' and '.join(sorted(part.text for part in left))})")
            return
        for part in left:
            single = len(part.names) == 1 and not isinstance(part.tree, ast.Call | ast.IfExp)
            if part.codes:
                facts.fix(part.codes[0], KNOWN)
            elif called(part.tree) == "missing":
                facts.conditions.add(f"not blank({part.names[0]})")
            elif isinstance(part.tree, ast.BinOp) or single:
                for name in part.names:
                    self._name_known(facts, name)
            else:
                facts.conditions.add(f"known({part.text})")

    @staticmethod
    def _decided(facts: _Facts, part: _Part) -> bool:
        if part.codes and facts.codes.get(part.codes[0], UNKNOWN) != UNKNOWN:
            return True
        return part.text in facts.conditions

    def _name_known(self, facts: _Facts, name: str) -> None:
        dimension = self._cut[name][0] if name in self._cut else self.dimensions.get(name)
        if dimension is None:
            facts.conditions.add(f"known({name})")
        else:
            facts.fix(dimension, KNOWN)

    def _needed(self, facts: _Facts, record: str) -> frozenset[str]:
        """Return conditions without those that follow from a known code, or from another condition."""
        known = {name for d, code in facts.codes.items() if code != UNKNOWN for name in self._behind(d, record)}
        drop = {f"{words}({name})" for name in known for words in ("not blank", "known")}
        drop |= {f"not blank({one[6:-1]})" for one in facts.conditions if one.startswith("known(")}
        return frozenset(facts.conditions - drop)

    def _behind(self, dimension: str, record: str) -> Iterator[str]:
        """Yield the variable of a dimension, and the one that must be known for it to be."""
        if self.codebook is None or dimension not in self.codebook.dimensions:
            return
        variable = self.codebook.dimension_variable(dimension, record)
        while variable:
            yield variable
            own, variable = self._variable(variable), None
            match parse(own.value).tree if own is not None and own.value else None:
                case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=inner), *_]) if function in CLASSED:
                    variable = inner


def told(name: Name) -> str:
    """Return a name in words, for messages."""
    what = f"{name.value or 'rows'} of {name.record}"
    where = " and ".join(sorted(name.conditions))
    codes = ", ".join(f"{dimension} {code}" for dimension, code in sorted(name.key))
    return " ".join(filter(None, [what, f"where {where}" if where else "", f"by {codes}" if codes else ""]))
