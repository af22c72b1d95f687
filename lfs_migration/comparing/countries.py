"""Tables of several surveys side by side, on the breakdowns and codes that they share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from lfs_migration.comparing.definitions import Choices, differences, differing
from lfs_migration.errors import EstimationError
from lfs_migration.model.noun import Text
from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN, Cell, Table
from lfs_migration.text import pick

if TYPE_CHECKING:
    import pandas as pd

COMMON = (OTHER, UNKNOWN, TOTAL)
"""Codes that every dimension may have: they say nothing of whether two code lists are the same."""
FIGURES = ("estimate", "se", "n", "flag")


@dataclass(frozen=True)
class Line:
    """One figure of several surveys.

    Parameters
    ----------
    indicator : str
        Its code.
    title : Text
    dimensions : tuple of str
    keys : mapping of dimension to code
    statistic, unit : str
    cells : mapping of survey to Cell
        A survey without the figure is absent: that is not zero.
    """

    indicator: str
    title: Text
    dimensions: tuple[str, ...]
    keys: Mapping[str, str]
    statistic: str
    unit: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Comparison:
    """Figures of several surveys side by side.

    Parameters
    ----------
    surveys : mapping of survey to Text
        The editions' ids, as ``mexico-2023``, in the order in which they were given, with their titles.
    lines : tuple of Line
    labels : mapping of dimension to mapping of code to Text
    notes : tuple of str
        Definitions that differ, and what could not be set side by side.
    synthetic : tuple of str
        Surveys whose data were generated.
    """

    surveys: Mapping[str, Text]
    lines: tuple[Line, ...]
    labels: Mapping[str, Mapping[str, Text]]
    notes: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions of any line."""
        return tuple(dict.fromkeys(d for line in self.lines for d in line.dimensions))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a figure: indicator, title, dimensions, statistic, unit, then four columns a survey.

        These are ``estimate_mexico-2023``, say, with ``se``, ``n`` and ``flag``. They are empty for a survey that does
        not have the figure; a suppressed one has its ``n`` and flag alone. A dimension that the line does not have
        holds the code of a total.
        """
        import pandas as pd

        return pd.DataFrame([self._row(line) for line in self.lines])

    def _row(self, line: Line) -> dict[str, Any]:
        own: dict[str, Any] = {"indicator": line.indicator, "title": pick(line.title),
               **{d: line.keys.get(d, TOTAL) for d in self.dimensions},
               "statistic": line.statistic, "unit": line.unit}  # fmt: skip
        for survey in self.surveys:
            cell = line.cells.get(survey)
            numbers = (math.nan, math.nan) if cell is None or cell.flag == "suppress" else (cell.estimate, cell.se)
            values = (*numbers, *((None, None) if cell is None else (cell.n, cell.flag)))
            own |= {f"{name}_{survey}": value for name, value in zip(FIGURES, values, strict=True)}
        return own


def side_by_side(tables: Sequence[Table], choices: Mapping[str, Choices] | None = None) -> Comparison:
    """Set the tables of several surveys side by side.

    Parameters
    ----------
    tables : sequence of Table
        Of two surveys or more. Those of one indicator by the same dimensions are compared, when two surveys have them.
    choices : mapping of survey to :data:`~lfs_migration.comparing.definitions.Choices`, optional
        What each survey's country chose; the choices that differ become notes.

    Returns
    -------
    Comparison
        A dimension whose codes mean something else in each survey, as its regions do, is not compared, and a note says
        so. Of the others a code that only some surveys have is kept, and absent in the rest.

    Raises
    ------
    EstimationError
        For fewer than two surveys, or when they share no table.
    """
    surveys = {table.survey: table.survey_title for table in tables}
    if len(surveys) < 2:
        raise EstimationError("A comparison needs two surveys", detail=f"Given: {', '.join(surveys) or 'none'}")
    shared, notes = _shared(tables, len(surveys))
    if not shared:
        raise EstimationError("The surveys have no table in common", detail=" ".join(notes),
                              hint="Compare other indicators, or editions of one module")  # fmt: skip
    by_code: dict[str, list[Table]] = {}
    for several in shared:
        by_code.setdefault(several[0].indicator.code, []).extend(several)
    chosen = differing({survey: choices[survey] for survey in surveys if survey in choices}) if choices else ()
    defined = [note for several in by_code.values() for note in differences(several)]
    return Comparison(
        surveys=surveys,
        lines=_distinct(line for several in shared for line in _lines(several)),
        labels=_labels(table for several in shared for table in several),
        notes=(*chosen, *defined, *notes),
        synthetic=tuple(survey for survey in surveys if any(t.synthetic for t in tables if t.survey == survey)),
    )


def _distinct(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines, one of each figure: the total of a table is often a line of the next."""
    kept: dict[Any, Line] = {}
    for line in lines:
        codes = tuple((d, code) for d, code in line.keys.items() if code != TOTAL)
        key = (line.indicator, line.statistic, line.unit, frozenset(codes))
        if key not in kept or len(line.cells) > len(kept[key].cells):
            kept[key] = line
    return tuple(kept.values())


def _shared(tables: Sequence[Table], surveys: int) -> tuple[list[list[Table]], list[str]]:
    """Return the tables that can be compared, in groups, and why others cannot."""
    own = {d for d in dict.fromkeys(d for table in tables for d in table.dimensions) if not same_codes(tables, d)}
    notes = [f"{d}: not compared, its codes are each survey's own." for d in sorted(own)]
    groups: dict[tuple[str, tuple[str, ...]], list[Table]] = {}
    for table in tables:
        if not own & set(table.dimensions):
            groups.setdefault((table.indicator.code, table.dimensions), []).append(table)
    shared, lonely = [], dict[str, list[str]]()
    for (code, dimensions), several in groups.items():
        holders = ", ".join(table.survey for table in several)
        if _unlike(several):
            notes.append(f"{code}: not compared, it is another indicator in each of {holders}.")
            continue
        if len(several) < surveys:
            lonely.setdefault(f"{code}: only {holders}", []).append(" and ".join(dimensions) or "without a breakdown")
        if len(several) > 1:
            shared.append(several)
    notes += [f"{who}, for {'; '.join(dict.fromkeys(what))}." for who, what in lonely.items()]
    return shared, list(dict.fromkeys(notes))


def same_codes(tables: Iterable[Table], dimension: str) -> bool:
    """Return whether the codes of a dimension mean the same wherever tables have it, and some are common.

    A dimension that a single survey has is the same as itself.
    """
    lists = {t.survey: t.labels.get(dimension, {}) for t in tables if dimension in t.dimensions}
    return all(_same(one, two) for one, two in combinations(lists.values(), 2))


def _same(one: Mapping[str, Text], two: Mapping[str, Text]) -> bool:
    common = [code for code in one if code in two and code not in COMMON]
    return bool(common) and all(pick(one[code]) == pick(two[code]) for code in common)


def _unlike(tables: Sequence[Table]) -> bool:
    return len({(pick(t.indicator.title), t.indicator.kind, t.indicator.unit) for t in tables}) > 1


def _labels(tables: Iterable[Table]) -> dict[str, dict[str, Text]]:
    """Return the labels of every dimension, the codes that are in every list last."""
    labels: dict[str, dict[str, Text]] = {}
    for table in tables:
        for dimension in table.dimensions:
            labels.setdefault(dimension, {}).update(table.labels.get(dimension, {}))
    return {d: {code: own[code] for code in sorted(own, key=lambda c: c in COMMON)} for d, own in labels.items()}


def _lines(tables: Sequence[Table]) -> list[Line]:
    """Return the lines of the tables of one indicator by the same dimensions."""
    first = tables[0]
    found: dict[tuple[Any, ...], dict[str, Cell]] = {}
    for table in tables:
        for cell in table.cells:
            found.setdefault(identity(table, cell), {})[table.survey] = cell
    orders = [list(own) for own in _labels(tables).values()]
    statistics = list(dict.fromkeys(statistic for statistic, *_ in found))

    def place(key: tuple[Any, ...]) -> tuple[Any, ...]:
        statistic, _, *codes = key
        return statistics.index(statistic), *(
            order.index(code) if code in order else len(order) for order, code in zip(orders, codes, strict=True)
        )

    return [
        Line(first.indicator.code, first.indicator.title, first.dimensions,
             dict(zip(first.dimensions, codes, strict=True)), statistic, unit, found[statistic, unit, *codes])
        for statistic, unit, *codes in sorted(found, key=place)
    ]  # fmt: skip


def identity(table: Table, cell: Cell) -> tuple[str, ...]:
    """Return what tells a figure of a table from the others: statistic, unit, and the code of each dimension."""
    return (cell.statistic, cell.unit, *(cell.keys[d] for d in table.dimensions))
