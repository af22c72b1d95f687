"""Who is asked what: the questions that a universe asks, those that it does not, and those where that is not known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lfs_migration.catalog import Computable
from lfs_migration.expr import Expression, parse
from lfs_migration.frames import Records
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition

Asked = NDArray[np.int8]
"""For each row 1 where a question is asked, 0 where it is not, -1 where that is not known."""
Mask = NDArray[np.bool_]


class Routing:
    """Who is asked what, in the records of an edition.

    A universe that its answers leave unknown is false where only questions that were not asked leave it so: whoever
    was not asked whether he works is not asked for whom. It stays unknown where an answer is absent that should be
    there, or was refused.

    Parameters
    ----------
    records : Records
        Harmonised.
    codebook : Codebook
    edition : Edition
    """

    def __init__(self, records: Records, codebook: Codebook, edition: Edition) -> None:
        self._records = records
        self._codebook = codebook
        self.computable = Computable(codebook, edition)
        self._asked: dict[tuple[str, str], Asked] = {}

    def known(self, name: str) -> bool:
        """Return whether the edition can say who is asked a question."""
        variable = self._codebook.variables[name]
        mapped = self.computable.why_not(name) == ""
        return mapped and not self.computable.expression(variable.universe, variable.record)

    def asked(self, name: str) -> Asked:
        """Return for each row of a variable's record whether it is asked."""
        variable = self._codebook.variables[name]
        key = (variable.record, variable.universe)
        if key not in self._asked:
            truth = self._records.truth(variable.universe, variable.record)
            unknown = truth < 0
            if unknown.any():
                truth = truth * ~(unknown & self._settled(parse(variable.universe), variable.record))
            self._asked[key] = truth
        return self._asked[key]

    def _settled(self, expression: Expression, record: str) -> Mask:
        """Return where every answer that an expression needs is known, or was rightly not asked for."""
        out = np.full(len(self._records.frames[record]), fill_value=not expression.aggregates)
        for name in self._answers(expression):
            out &= self._there(name, record) | self._spared(name, record)
        return out

    def _answers(self, expression: Expression) -> Iterator[str]:
        """Yield the questions that an expression depends on, through derived variables."""
        for name in sorted(expression.names):
            value = self._codebook.variables[name].value
            if value is None:
                yield name
            else:
                yield from self._answers(parse(value))

    def _there(self, name: str, record: str) -> Mask:
        answered: Mask = self._records.truth(f"answered({name})", record) == 1
        return answered

    def _spared(self, name: str, record: str) -> Mask:
        """Return the rows where a question was not asked, and has no answer."""
        home = self._codebook.variables[name].record
        if not self.known(name):
            return np.zeros(len(self._records.frames[record]), dtype=np.bool_)
        out: Mask = (self.asked(name) == 0) & (self._records.truth(f"blank({name})", home) == 1)
        return out if record == home else self._below(out, record, home)

    def _below(self, above: Mask, record: str, home: str) -> Mask:
        """Return for each row of a record what is true of its ancestor; nothing is of an orphan's."""
        parent = self._records.parent(record)
        assert parent is not None
        here = above if parent == home else self._below(above, parent, home)
        link = self._records.link(record)
        out: Mask = (link >= 0) & here[link] if len(here) else np.zeros(len(link), dtype=np.bool_)
        return out
