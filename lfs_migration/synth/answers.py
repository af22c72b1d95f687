"""A survey on its way from drawn values to answers: who is asked what, and who does not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.errors import CatalogError
from lfs_migration.frames import Frame, Records, frame
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import Reason
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.synth.draw import Draws, Floats, Mask

Column = NDArray[Any]
"""Numbers as floats, empty where not-a-number; texts as objects, empty where ``None``."""
Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Survey:
    """Records of a synthetic survey in the codebook's variables and codes.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition.
    edition : Edition
    records : mapping of record to mapping of variable to array of shape (rows,)
        Beside the codebook's variables they hold numbers of the sampling frame.
    """

    codebook: Codebook
    edition: Edition
    records: Mapping[str, Columns]

    def put(self, record: str, columns: Columns) -> Survey:
        """Return the survey with columns of a record added or replaced."""
        changed = {**self.records.get(record, {}), **columns}
        return replace(self, records={**self.records, record: changed})

    def take(self, record: str, rows: NDArray[Any]) -> Survey:
        """Return the survey with some rows of a record."""
        kept = {name: column[rows] for name, column in self.records[record].items()}
        return replace(self, records={**self.records, record: kept})

    def view(self) -> Records:
        """Return the records for evaluating the codebook's expressions."""
        return Records(Dataset(self._frames, self.codebook, self.edition))

    @cached_property
    def _frames(self) -> Mapping[str, Frame]:
        return {
            name: frame({n: arrow_column(self._variable(n), c) for n, c in columns.items()})
            for name, columns in self.records.items()
        }

    def _variable(self, name: str) -> Variable | None:
        return self.codebook.variables.get(name)


def empty(column: Column) -> Mask:
    """Return where a column has no value."""
    if column.dtype == object:
        return np.array([value is None for value in column], dtype=np.bool_)
    return np.isnan(column)


def arrow_column(variable: Variable | None, column: Column) -> pa.Array:
    """Return a column as the codebook's type; a number of the frame is a whole number."""
    if column.dtype == object:
        return pa.array(column, type=pa.string())
    if variable is not None and variable.type in ("float", "amount"):
        return pa.array(column, mask=np.isnan(column))
    return pa.array(np.nan_to_num(column).astype(np.int64), mask=np.isnan(column))


def ask(survey: Survey, record: str, nonresponse: Mapping[str, Mapping[Reason, float]], draws: Draws) -> Survey:
    """Return the survey with a record's questions asked, in the codebook's order.

    A question that the universe does not ask, or of which it is not known whether to ask it, is left empty. Some of
    those asked do not answer; what they are asked next follows from that.

    Parameters
    ----------
    survey : Survey
        The record holds a value in every row of every variable.
    nonresponse : mapping of variable to mapping of reason to share of those asked

    Raises
    ------
    CatalogError
        With file and line, for a reason that the codebook has no code for.
    """
    records, answers = survey.view(), dict(survey.records[record])
    for variable in survey.codebook.variables_of(record):
        if variable.name not in answers:
            continue
        column = answers[variable.name].copy()
        column[records.truth(variable.universe, record) != 1] = None
        shares = nonresponse.get(variable.name, {})
        if shares:
            where = survey.edition.line("synthetic", "parameters", "nonresponse", variable.name)
            u = draws.uniform(f"nonresponse {variable.name}", len(column))
            column = _unanswered(column, variable, shares, u, where)
        answers[variable.name] = column
        records.add(record, variable.name, arrow_column(variable, column))
    return survey.put(record, answers)


def _unanswered(column: Column, variable: Variable, shares: Mapping[Reason, float], u: Floats, where: str) -> Column:
    asked, low = ~empty(column), 0.0
    out = column.copy()
    for reason, share in shares.items():
        code = variable.missing_code(reason)
        if code is None:
            raise CatalogError(f"{variable.name} has no code for {reason!r}", where=where)
        out[asked & (u >= low) & (u < low + share)] = code
        low += share
    return out
