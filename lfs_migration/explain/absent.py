"""Why it is not known of a row whether it is counted: the first answer that is absent, and how."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lfs_migration.expr import ABOUT, AGGREGATES, parse
from lfs_migration.expr.words import called
from lfs_migration.frames import Records
from lfs_migration.metadata.words import WORDS
from lfs_migration.model.codebook import Codebook
from lfs_migration.text import pick

Ints = NDArray[np.int64]
BLANK, CHILD, UNCOMPUTED = "not answered (empty)", "an answer of its rows is not known", "cannot be computed"
"""Reasons beside those of the code lists."""
Reason = tuple[str, str]
"""Variable or record, and why."""


def reasons(records: Records, codebook: Codebook, texts: Sequence[str], record: str, rows: Ints) -> list[Reason]:
    """Return for each of some rows the first absent answer that makes one of some expressions unknown.

    Derived variables are followed to the answers that they are made of. Of ``a and b`` it is the part that is not
    known, of ``a if b else c`` the condition or the branch that was taken.

    Parameters
    ----------
    records : Records
        In memory.
    codebook : Codebook
    texts : sequence of str
        Expressions on the record, looked at in this order.
    record : str
    rows : integer array of shape (rows,)

    Returns
    -------
    list of (variable, reason)
    """
    finder = _Finder(records, codebook, record)
    out: list[Reason] = [("", UNCOMPUTED)] * len(rows)
    left = np.arange(len(rows))
    for text in filter(None, texts):
        if len(left):
            silent = finder.unknown(text, rows[left])
            here = left[silent]
            for place, reason in zip(here.tolist(), finder.why(text, rows[here]), strict=True):
                out[place] = reason
            left = left[~silent]
    return out


class _Finder:
    """Looks for absent answers in the rows of a record."""

    def __init__(self, records: Records, codebook: Codebook, record: str) -> None:
        self._records, self._codebook, self._record = records, codebook, record

    def unknown(self, text: str, rows: Ints) -> NDArray[np.bool_]:
        """Return whether the value of an expression is unknown in some rows."""
        if text in self._codebook.variables:
            absent = self._records.missing(text)
            held = self._records.at(text, self._record, rows)
            return np.array([value is None or value in absent for value in held], dtype=bool)
        values = self._records.values(text, self._record)
        return np.asarray(values.is_null().to_numpy())[rows]

    def why(self, text: str, rows: Ints) -> list[Reason]:
        """Return the first absent answer for each row, in which the expression is unknown."""
        out: list[Reason] = [("", UNCOMPUTED)] * len(rows)
        left = np.arange(len(rows))
        for part in self._parts(parse(text).tree, rows):
            chosen, node = part
            here = np.intersect1d(left, chosen, assume_unique=True)
            if not len(here):
                continue
            inner = ast.unparse(node)
            silent = here[self.unknown(inner, rows[here])]
            if not len(silent):
                continue
            found = self._told(node, inner, text, rows[silent])
            for place, reason in zip(silent.tolist(), found, strict=True):
                out[place] = reason
            left = np.setdiff1d(left, silent, assume_unique=True)
        return out

    def _parts(self, node: ast.expr, rows: Ints) -> Iterator[tuple[Ints, ast.expr]]:
        """Yield the parts of an expression that may be why it is unknown, each with the places of its rows."""
        everywhere = np.arange(len(rows))
        match node:
            case ast.BoolOp(values=values):
                yield from ((everywhere, value) for value in values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self._records.truth(ast.unparse(test), self._record)[rows]
                yield everywhere[truth < 0], test
                for answer, branch in ((1, body), (0, orelse)):
                    # A branch that is nothing is taken for what the condition says of an answer.
                    empty = isinstance(branch, ast.Constant)
                    inside = [one for one in ast.walk(test) if isinstance(one, ast.Name) and self._known(one.id)]
                    names = inside if empty else [branch]
                    yield from ((everywhere[truth == answer], one) for one in names)
            case ast.UnaryOp(operand=operand):
                yield everywhere, operand
            case ast.BinOp(left=left, right=right):
                yield from ((everywhere, part) for part in (left, right))
            case ast.Compare(left=left, comparators=others):
                yield from (
                    (everywhere, part) for part in (left, *others) if not isinstance(part, ast.List | ast.Tuple)
                )
            case ast.Call(args=args) if called(node) not in (*AGGREGATES, *ABOUT):
                yield from ((everywhere, part) for part in args)
            case _:
                yield everywhere, node

    def _known(self, name: str) -> bool:
        """Return whether a name is a variable, and not a record or a function."""
        return name in self._codebook.variables

    def _told(self, node: ast.expr, inner: str, text: str, rows: Ints) -> list[Reason]:
        match node:
            case ast.Name(id=name):
                return self._answer(name, rows)
            case ast.Call(args=[ast.Name(id=record), *_]) if called(node) in AGGREGATES:
                return [(record, CHILD)] * len(rows)
            case ast.Call(args=[ast.Name(id=name), *_]) if called(node) in ABOUT:
                absent = self.unknown(name, rows)
                inside = iter(self._answer(name, rows[absent]))
                return [next(inside) if one else (name, UNCOMPUTED) for one in absent.tolist()]
        return self.why(inner, rows) if inner != text else [("", UNCOMPUTED)] * len(rows)

    def _answer(self, name: str, rows: Ints) -> list[Reason]:
        """Return why the answer to a variable is absent, or why it cannot be derived."""
        variable = self._codebook.variables.get(name)
        if variable is None:
            return [(name, UNCOMPUTED)] * len(rows)
        if variable.derived and variable.record == self._record and variable.value:
            inner = self.why(variable.value, rows)
            return [reason if reason[0] else (name, reason[1]) for reason in inner]
        if variable.derived and variable.value:  # of the parent: its own rows answer
            above = self._records.link(self._record)[rows]
            return _Finder(self._records, self._codebook, variable.record)._answer(name, above)
        absent = self._records.missing(name)
        values = self._records.at(name, self._record, rows)
        said = {code: pick(WORDS[reason]).lower() for code, reason in absent.items()}
        return [(name, BLANK if value is None else said.get(value, UNCOMPUTED)) for value in values]
