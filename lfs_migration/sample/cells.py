"""Cells of a table: the combinations of breakdown values that occur, numbered alike in every record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import numbered
from lfs_migration.errors import EstimationError
from lfs_migration.model.noun import Value
from lfs_migration.model.results import UNKNOWN
from lfs_migration.sample.sample import Sample

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
    recode : mapping of code to str
        Codes that are another category here, as countries that are the rest of their region; the variable stays as it
        is. Where there is one, all codes of the breakdown are text in the results.
    """

    name: str
    variables: Mapping[str, str]
    unknown: bool = False
    recode: Mapping[Value, str] = field(default_factory=dict)

    def category(self, code: Value) -> Value:
        """Return the category that a code of the variables is in.

        Examples
        --------
        >>> by = By("country", {"person": "country"}, recode={"GEO": "145_O"})
        >>> by.category("GEO"), by.category("TUR"), By("sex", {"person": "sex"}).category(2)
        ('145_O', 'TUR', 2)
        """
        return self.recode.get(code, str(code)) if self.recode else code


@dataclass(frozen=True)
class Cells:
    """The cells of a request.

    Parameters
    ----------
    of : mapping of record to integer array of shape (rows,)
        Cell of each row, -1 for none.
    keys : mapping of breakdown to array of shape (cells,)
    by : tuple of By
    """

    of: Mapping[str, Ints]
    keys: Mapping[str, NDArray[Any]]
    by: tuple[By, ...] = ()

    @property
    def number(self) -> int:
        """How many cells there are."""
        return len(next(iter(self.keys.values()))) if self.keys else 1


def cells(sample: Sample, by: Sequence[By], records: Sequence[str]) -> Cells:
    """Find the combinations of breakdown values that occur in any of the records, also outside the domain asked for.

    They are found once for a sample.
    """
    names = tuple(dict.fromkeys(records))
    key = (tuple((b.name, tuple(sorted(b.variables.items())), b.unknown, tuple(b.recode.items())) for b in by), names)
    if key not in sample.cells:
        sample.cells[key] = _cells(sample, by, names)
    found: Cells = sample.cells[key]
    return found


def _cells(sample: Sample, by: Sequence[By], records: Sequence[str]) -> Cells:
    if not by:
        return Cells({record: np.zeros(sample.length(record), dtype=np.int64) for record in records}, {})
    coded = [_coded(sample, breakdown, records) for breakdown in by]
    shape = [len(levels) for _, levels in coded]
    flat = np.concatenate([_flat([codes[i] for codes, _ in coded], shape) for i in range(len(records))])
    outside = flat < 0
    none = outside.any()
    occurring, position = numbered(flat[~outside] if none else flat, prod(shape))
    cell = position
    if none:
        cell = np.full(len(flat), -1, dtype=np.int64)
        cell[~outside] = position
    ends = np.cumsum([sample.length(record) for record in records])
    places = np.unravel_index(occurring, shape) if len(occurring) else [occurring] * len(by)
    keys = {
        breakdown.name: np.array(levels, dtype=object)[place]
        for breakdown, (_, levels), place in zip(by, coded, places, strict=True)
    }
    return Cells(dict(zip(records, np.split(cell, ends[:-1]), strict=True)), keys, tuple(by))


def _coded(sample: Sample, by: By, records: Sequence[str]) -> tuple[list[Ints], list[Any]]:
    """Return the breakdown's codes in each record, over levels that all of the records share."""
    for record in records:
        if record not in by.variables:
            raise EstimationError(f"The breakdown {by.name!r} names no variable of the {record} record")
    factors = [_recoded(by, *sample.records.factor(by.variables[record], record)) for record in records]
    levels = sorted({level for _, own in factors for level in own})
    absent = len(levels) if by.unknown else -1
    codes = []
    for array, own in factors:
        if own == levels and not by.unknown:
            codes.append(array)
        else:
            codes.append(np.array([*map(levels.index, own), absent], dtype=np.int64)[array])
    return codes, [*levels, UNKNOWN] if by.unknown else levels


def _recoded(by: By, codes: Ints, levels: list[Any]) -> tuple[Ints, list[Any]]:
    """Return codes and levels with those levels as one that are one category of the breakdown."""
    if not by.recode:
        return codes, levels
    categories = [by.category(level) for level in levels]
    known = sorted(set(categories))
    return np.array([*map(known.index, categories), -1], dtype=np.int64)[codes], known


def _flat(codes: Sequence[Ints], shape: Sequence[int]) -> Ints:
    flat = codes[0]
    lowest = [int(array.min(initial=0)) for array in codes]
    for array, size in zip(codes[1:], shape[1:], strict=True):
        flat = flat * size + array
    if len(codes) > 1 and min(lowest) < 0:
        flat[np.any([array < 0 for array in codes], axis=0)] = -1
    return flat
