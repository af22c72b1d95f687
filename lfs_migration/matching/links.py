"""Evidence across files: a question of the household that counts the rows of another file.

The codebook's rules say what must agree: `hh_em_n == count(emigrant)`; where `hh_em_any == 2`, `count(emigrant) == 0`.
A column of which this is true row by row is that question, and the file whose rows it counts is that record.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lfs_migration.matching.keys import Keys
from lfs_migration.matching.nouns import Column, Evidence, Real, Table
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.rules import Condition

SURE = 0.9
"""Share of the households for which a rule must hold."""


@dataclass(frozen=True)
class Counting:
    """A rule about numbers of rows: a variable is the number, or has the code `none` where there are no rows."""

    variable: str
    record: str
    none: int | None = None


@dataclass(frozen=True)
class Link:
    """A column of the household's file that obeys such a rule with another file."""

    column: str
    counting: Counting
    file: str
    share: float

    def evidence(self) -> Evidence:
        """Return the link as evidence for the pair of column and variable."""
        what = "counts the rows of" if self.counting.none is None else "tells who has rows in"
        return Evidence("rows", 0.5 + 0.48 * self.share, f"{what} {self.file} in {self.share:.0%} of the households")


def countings(codebook: Codebook) -> tuple[Counting, ...]:
    """Return the rules of a codebook about numbers of rows."""
    found = []
    for rule in (one for one in codebook.rules.values() if isinstance(one, Condition)):
        check = _compared(rule.check)
        if check is None:
            continue
        left, right = check
        if isinstance(left, ast.Name) and (record := _counted(right)):
            found.append(Counting(left.id, record))
        elif (record := _counted(left)) and isinstance(right, ast.Constant) and right.value == 0:
            when = _compared(rule.when)
            if when and isinstance(when[0], ast.Name) and isinstance(when[1], ast.Constant):
                found.append(Counting(when[0].id, record, int(str(when[1].value))))
    return tuple(found)


def _compared(text: str) -> tuple[ast.expr, ast.expr] | None:
    """Return both sides of an expression that says that two things are equal."""
    body = ast.parse(text, mode="eval").body if text else None
    if isinstance(body, ast.Compare) and len(body.ops) == 1 and isinstance(body.ops[0], ast.Eq):
        return body.left, body.comparators[0]
    return None


def _counted(node: ast.expr) -> str:
    """Return the record of `count(record)`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "count"
        and len(node.args) == 1
    ):
        return node.args[0].id if isinstance(node.args[0], ast.Name) else ""
    return ""


def links(home: Table, others: Sequence[Table], keys: Keys, rules: Sequence[Counting]) -> tuple[Link, ...]:
    """Return the columns of the household's file that agree with the number of rows of another file.

    Where no column does, none of the files is taken for the record.
    """
    found = []
    for table in others:
        rows = _rows(home, table, keys)
        if not (rows > 0).any() or (rows > 0).all():
            continue
        for column in home.columns:
            for rule in rules:
                share = _agreement(column, rows, rule)
                if share > SURE:
                    found.append(Link(column.name, rule, table.name, share))
    return tuple(found)


def _rows(home: Table, table: Table, keys: Keys) -> Real:
    """Return the number of rows that each household has in another file."""
    size = 1 + max(int(keys.groups[home.name].max()), int(keys.groups[table.name].max()))
    return np.bincount(keys.groups[table.name], minlength=size)[keys.groups[home.name]].astype(float)


def _agreement(column: Column, rows: Real, rule: Counting) -> float:
    """Return the smaller share of agreement, among households with rows and those without."""
    number = column.number
    some, none = rows > 0, rows == 0
    if rule.none is None:
        if not column.whole or len(column.answers) > 60:
            return 0.0
        equal = number == rows
        absent = ~np.isfinite(number) | (number == 0)
        # A column that is the same in all rows counts nothing.
        if np.unique(number[np.isfinite(number)]).size < 2:
            return 0.0
        return float(min(equal[some].mean(), absent[none].mean()))
    if not column.whole or not 1 < len(column.answers) <= 3:
        return 0.0
    answered = np.isfinite(number)
    codes = {rule.none, 0}
    says_none = np.isin(number, list(codes))
    if not (some & answered).any() or not (none & answered).any():
        return 0.0
    return float(min(1 - says_none[some & answered].mean(), says_none[none & answered].mean()))
