"""Known totals of files: checked against the codebook, added up to margins, and set against the sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Any

import numpy as np
import pyarrow as pa

from lfs_migration.errors import DataError, NotFound, near
from lfs_migration.frames import with_columns
from lfs_migration.model.calibration import Margin
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.noun import Value
from lfs_migration.model.weighting import Calibrating, MarginFile, Recipe
from lfs_migration.sample import Sample
from lfs_migration.weights.calibrate import calibrate
from lfs_migration.weights.margins import agree

UNKNOWN_TEXT, UNKNOWN_NUMBER = "_U", -1
"""The category of rows whose answer is not known, among texts and among numbers."""


@dataclass(frozen=True)
class Known:
    """The totals of a file, by the codes of its variables.

    Parameters
    ----------
    variables : tuple of str
    totals : mapping of codes to float
    file : MarginFile
    """

    variables: tuple[str, ...]
    totals: Mapping[tuple[Value, ...], float]
    file: MarginFile

    def over(self, variables: Sequence[str]) -> dict[tuple[Value, ...], float]:
        """Return the totals of some of the variables, added up over the others.

        Examples
        --------
        >>> file = MarginFile(path="-", columns={}, total="n", source="-", date="-")
        >>> Known(("sex", "age"), {(1, 5): 10.0, (1, 6): 20.0, (2, 5): 5.0}, file).over(["sex"])
        {(1,): 30.0, (2,): 5.0}
        """
        places = [self.variables.index(name) for name in variables]
        parts: dict[tuple[Value, ...], list[float]] = {}
        for code, total in self.totals.items():
            parts.setdefault(tuple(code[place] for place in places), []).append(total)
        return {code: fsum(own) for code, own in parts.items()}


def known_totals(table: pa.Table, file: MarginFile, codebook: Codebook) -> Known:
    """Return the totals of a table, whose codes are the codebook's.

    Raises
    ------
    DataError
        For a column that is not there, a total that is no number or stands twice; with file and row.
    NotFound
        With near matches, for a code that is not in the variable's list.
    """
    for column in (*file.columns.values(), file.total):
        if column not in table.column_names:
            raise DataError(f"No column {column!r}", where=file.path, hint=near(column, table.column_names))
    codes = [_codes(table.column(c).to_pylist(), v, file, codebook) for v, c in file.columns.items()]
    totals: dict[tuple[Value, ...], float] = {}
    cells = table.column(file.total).to_pylist()
    for row, (code, cell) in enumerate(zip(zip(*codes, strict=True), cells, strict=True), start=2):
        where = f"{file.path}, row {row}"
        if code in totals:
            raise DataError("A combination of codes stands twice", where=where, detail=f"It is {code}")
        totals[code] = _number(cell, where)
    return Known(tuple(file.columns), totals, file)


def _codes(cells: Sequence[str | None], variable: str, file: MarginFile, codebook: Codebook) -> list[Value]:
    codelist = codebook.codelist_of(variable) if variable in codebook.variables else None
    known: dict[str, Value] = {str(code): code for code in codelist.codes} if codelist else {}
    out: list[Value] = []
    for row, cell in enumerate(cells):
        text = (cell or "").strip()
        if codelist is None and text.lstrip("-").isdigit():
            out.append(int(text))
        elif text in known:
            out.append(known[text])
        else:
            raise NotFound(
                f"{text!r} is not a code of {variable}" if text else f"The code of {variable} is empty",
                where=f"{file.path}, row {row + 2}", hint=near(text, known) if known else "Give a whole number",
            )  # fmt: skip
    return out


def _number(cell: str | None, where: str) -> float:
    try:
        total = float((cell or "").replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        total = float("nan")
    if not (isfinite(total) and total >= 0):
        raise DataError(f"{cell!r} is no total", where=where, hint="Give a number, 0 or more, with a decimal point")
    return total


def calibrate_to(data: Dataset, step: Calibrating, recipe: Recipe, known: Mapping[str, Known]) -> Dataset:
    """Return the data calibrated to totals of files.

    With ``unknown: share``, rows whose category is not known are a category of their own. Its total is their share u of
    the weights before calibration, and the other totals are lowered to ``1 - u`` of what they were: as if those who are
    not known were spread over the categories as the others are.

    Raises
    ------
    DesignError
        As :func:`lfs_migration.calibrate`; where the files contradict each other.
    NotFound
        With near matches, for a file that was not read.
    """
    for margin in step.margins:
        if margin.file not in known:
            raise NotFound(f"No file of margins {margin.file!r}", hint=near(margin.file, known))
    totals = [(margin.variables, known[margin.file].over(margin.variables)) for margin in step.margins]
    agree([Margin(step.record, own, names) for names, own in totals])
    data = _with_categories(data, step, recipe)
    sample, free = Sample.of(data), step.unknown == "share"
    placed = {name: name for names, _ in totals for name in names}
    unknown = {name for name in placed if free and _absent(sample, name, step.record).any()}
    columns = {f"{name}_or_unknown": _filled(sample, name, step.record) for name in sorted(unknown)}
    placed |= {name: f"{name}_or_unknown" for name in unknown}
    if columns:
        records = {**data.records, step.record: with_columns(data.records[step.record], columns)}
        data = data.after("margins", {"unknown": _counted(sample, unknown, step.record)}, records=records)
    margins: dict[Any, Any] = {}
    for names, own in totals:
        extra, share = _unknown(sample, names, unknown, step.record)
        lowered = {code: total * (1 - share) for code, total in own.items()}
        margins[tuple(placed[name] for name in names)] = {**lowered, **dict.fromkeys(extra)}
    return calibrate(data, margins, step.method, step.bounds, tolerance=step.tolerance, record=step.record)


def _with_categories(data: Dataset, step: Calibrating, recipe: Recipe) -> Dataset:
    """Return the data with the recipe's own categories as columns of their record."""
    sample, records = Sample.of(data), dict(data.records)
    used = {name for margin in step.margins for name in margin.variables}
    for name, category in recipe.categories.items():
        if name in used and name not in records[category.record].columns:
            value = sample.records.floats(category.value, category.record)
            column = pa.array(np.nan_to_num(value).astype(np.int64), mask=np.isnan(value))
            records[category.record] = with_columns(records[category.record], {name: column})
    return data.after("categories", {"of": sorted(used & set(recipe.categories))}, records=records)


def _absent(sample: Sample, name: str, record: str) -> Any:
    codes, _ = sample.records.factor(name, record)
    return (codes < 0) & (sample.rows(record).weight > 0)


def _filled(sample: Sample, name: str, record: str) -> pa.Array:
    codes, levels = sample.records.factor(name, record)
    absent: Value = UNKNOWN_TEXT if levels and isinstance(levels[0], str) else UNKNOWN_NUMBER
    return pa.array([*levels, absent]).take(pa.array(np.where(codes < 0, len(levels), codes)))


def _unknown(
    sample: Sample, names: Sequence[str], unknown: set[str], record: str
) -> tuple[list[tuple[Value, ...]], float]:
    """Return combinations of the sample in which something is not known, and their share of the weights."""
    if not unknown & set(names):
        return [], 0.0
    columns = [_filled(sample, name, record).to_pylist() for name in names]
    rows = np.logical_or.reduce([_absent(sample, name, record) for name in names])
    weight = sample.rows(record).weight
    found = sorted({tuple(column[row] for column in columns) for row in np.flatnonzero(rows)}, key=str)
    return found, float(weight[rows].sum() / weight.sum())


def _counted(sample: Sample, unknown: set[str], record: str) -> dict[str, int]:
    return {name: int(_absent(sample, name, record).sum()) for name in sorted(unknown)}
