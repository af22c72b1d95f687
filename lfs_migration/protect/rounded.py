"""Rounding of what is published: numbers of persons and households, after everything else was decided on the true ones.

The estimate and the ends of its interval are rounded. The coefficient of variation is then that of the rounded one: of
the true one, it would give the true estimate back as the standard error over it. Shares, means and rates stay.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from lfs_migration.model.protection import Rounding
from lfs_migration.model.results import Cell, Table
from lfs_migration.protect.cellkeys import name_keys
from lfs_migration.protect.cells import Cells
from lfs_migration.protect.names import told
from lfs_migration.protect.rounding import controlled, nearest, randomly
from lfs_migration.protect.system import Floats

COUNTED = ("number",)
"""Statistics that are numbers of rows in the population."""


def rounded(tables: Sequence[Table], cells: Cells, rounding: Rounding) -> tuple[Table, ...]:
    """Return tables with rounded numbers.

    Parameters
    ----------
    tables : sequence of Table
        Protected.
    cells : Cells
        Behind their figures.
    rounding : Rounding
        ``random`` rounding draws by the name of a cell, so that it is rounded alike wherever it stands; ``controlled``
        rounding keeps the sums of the numbers that are published.

    Raises
    ------
    EstimationError
        When controlled rounding finds no numbers that add up.
    """
    numbers = _rounded(tables, cells, rounding)
    return tuple(
        replace(table, cells=tuple(_settled(cell, cells.behind(table.survey, cell), numbers, rounding.base)
                                   for cell in table.cells))
        for table in tables
    )  # fmt: skip


def _rounded(tables: Sequence[Table], cells: Cells, rounding: Rounding) -> Floats:
    """Return the rounded numbers of the cells that are published as such; the others stay."""
    values = np.array([base.value for base in cells.bases])
    published = sorted({
        number for table in tables for cell in table.cells if cell.statistic in COUNTED
        for number in cells.behind(table.survey, cell)
    }, key=lambda number: told(cells.names[number]))  # fmt: skip
    own = values[published]
    match rounding.method:
        case "nearest":
            new = nearest(own, rounding.base)
        case "random":
            new = randomly(own, rounding.base, name_keys([told(cells.names[n]) for n in published], rounding.seed))
        case "controlled":
            matrix = sparse.csr_matrix(cells.system.equations)
            others = np.setdiff1d(np.arange(len(values)), published)
            among = np.asarray(abs(matrix[:, others]).sum(axis=1)).ravel() == 0
            new = controlled(own, sparse.csr_matrix(matrix[among][:, published]), rounding.base).values
    values[published] = new
    return values


def _settled(cell: Cell, behind: Sequence[int], numbers: Floats, base: float) -> Cell:
    if cell.statistic not in COUNTED or len(behind) != 1:
        return cell
    estimate = float(numbers[behind[0]])
    low, high = (float(nearest([end], base)[0]) if math.isfinite(end) else end for end in (cell.ci_low, cell.ci_high))
    cv = cell.se / abs(estimate) if estimate else math.nan
    return replace(cell, estimate=estimate, cv=cv, ci_low=low, ci_high=high)
