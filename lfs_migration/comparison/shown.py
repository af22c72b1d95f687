"""What of a total by destination a protected publication of the survey shows.

A comparison is given to others beside the publication. If it had its own choice of hidden cells, the two together could
tell what each of them hides. So it shows what the publication does: all tables are protected together with those of the
comparison, and a category that the publication folds into a rest has no figure here.
"""

from __future__ import annotations

from collections.abc import Sequence

from lfs_migration.model.dataset import Dataset
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.protect import protect
from lfs_migration.tabulate import tabulate, tabulate_indicators

Shown = dict[tuple[str, str], Cell]
"""Cells by destination and sex; :data:`TOTAL` for both sexes."""


def shown(
    data: Dataset,
    indicator: Indicator,
    dimensions: tuple[str, str],
    breakdowns: Sequence[tuple[str, ...]],
    *,
    profile: str | None = None,
    rules: str = "default",
) -> Shown:
    """Return the protected figures of an indicator by some breakdowns.

    Parameters
    ----------
    data : Dataset
    indicator : Indicator
        Of the module.
    dimensions : (str, str)
        Breakdowns by country and by sex.
    breakdowns : sequence of tuples of dimensions
        By one of these, or both. One that the publication does not have is protected together with it, and other
        figures may be hidden for it than without.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    rules : str
        Of disclosure control.

    Returns
    -------
    dict of destination and sex to Cell
        A hidden cell has neither figures nor numbers of rows.

    Raises
    ------
    DataError
        For rules that perturb: the keys of records are not asked for here.
    EstimationError
        When a cell cannot be protected, naming it.
    """
    tables = tabulate(data, profile=profile)
    missing = tuple(one for one in breakdowns if not any(_is(table, indicator, one) for table in tables))
    if missing:
        asked = indicator.model_copy(update={"breakdowns": missing})
        made = tabulate_indicators(data, [asked], codebook=data.codebook, profile=profile)
        tables = (*tables, *(table for table in made if any(_is(table, indicator, one) for one in missing)))
    country, sex = dimensions
    found: Shown = {}
    for table in protect(tables, rules=rules):
        if any(_is(table, indicator, one) for one in breakdowns):
            found |= {(cell.keys.get(country, TOTAL), cell.keys.get(sex, TOTAL)): cell for cell in table.cells}
    return found


def _is(table: Table, indicator: Indicator, breakdown: tuple[str, ...]) -> bool:
    return table.indicator.code == indicator.code and set(table.dimensions) == set(breakdown)
