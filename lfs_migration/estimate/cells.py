"""Cells of a table: the combinations of breakdown values that occur, numbered alike in every record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import numbered
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.sample import Sample
from lfs_migration.model.results import UNKNOWN

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class By:
    """One breakdown.

    Parameters
    ----------
    name : str
        Column of the results.
    variables : mapping of record to variable
    unknown : bool
        Whether rows without a known value form a category of their own; without it they are in no cell.
    """

    name: str
    variables: Mapping[str, str]
    unknown: bool = False


@dataclass(frozen=True)
class Cells:
    """The cells of a request.

    Parameters
    ----------
    of : mapping of record to integer array of shape (rows,)
        Cell of each row, -1 for none.
    keys : mapping of breakdown to array of shape (cells,)
    """

    of: Mapping[str, Ints]
    keys: Mapping[str, NDArray[Any]]

    @property
    def number(self) -> int:
        """How many cells there are."""
        return len(next(iter(self.keys.values()))) if self.keys else 1


def cells(sample: Sample, by: Sequence[By], records: Sequence[str]) -> Cells:
    """Find the combinations of breakdown values that occur in any of the records."""
    for record in records:
        sample.require(record)
    if not by:
        return Cells({record: np.zeros(len(sample.records.frames[record]), dtype=np.int64) for record in records}, {})
    coded = [_coded(sample, breakdown, records) for breakdown in by]
    shape = [len(levels) for _, levels in coded]
    flat = {record: _flat([codes[record] for codes, _ in coded], shape) for record in records}
    everywhere = np.concatenate(list(flat.values()))
    inside = everywhere >= 0
    occurring, position = numbered(everywhere[inside], prod(shape))
    cell = np.full(len(everywhere), -1, dtype=np.int64)
    cell[inside] = position
    ends = np.cumsum([len(array) for array in flat.values()])
    of = dict(zip(flat, np.split(cell, ends[:-1]), strict=True))
    positions = np.unravel_index(occurring, shape) if len(occurring) else [occurring] * len(by)
    keys = {
        breakdown.name: np.array(levels, dtype=object)[position]
        for breakdown, (_, levels), position in zip(by, coded, positions, strict=True)
    }
    return Cells(of, keys)


def _coded(sample: Sample, by: By, records: Sequence[str]) -> tuple[dict[str, Ints], list[Any]]:
    """Return the breakdown's codes in each record over levels that all of them share."""
    for record in records:
        if record not in by.variables:
            raise EstimationError(f"The breakdown {by.name!r} names no variable of the {record} record")
    factors = {record: sample.records.factor(by.variables[record], record) for record in records}
    levels = sorted({level for _, own in factors.values() for level in own})
    position = {level: i for i, level in enumerate(levels)}
    codes = {
        record: np.array([*(position[level] for level in own), -1], dtype=np.int64)[array]
        for record, (array, own) in factors.items()
    }
    if by.unknown:
        codes = {record: np.where(array < 0, len(levels), array) for record, array in codes.items()}
        levels = [*levels, UNKNOWN]
    return codes, levels


def _flat(codes: Sequence[Ints], shape: Sequence[int]) -> Ints:
    inside = np.all([array >= 0 for array in codes], axis=0)
    flat = np.zeros(len(inside), dtype=np.int64)
    for array, size in zip(codes, shape, strict=True):
        flat = flat * size + array
    return np.where(inside, flat, -1)
