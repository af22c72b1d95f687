"""Verbs: weights that meet known totals of files, and weights beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
import pyarrow as pa

from lfs_migration.errors import DataError, DesignError, NotFound, near
from lfs_migration.frames import with_columns
from lfs_migration.model.calibration import Margin
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.noun import Value
from lfs_migration.model.weighting import Calibrating, Category, Comparing, Recipe
from lfs_migration.sample import Sample
from lfs_migration.sample.auxiliaries import shown
from lfs_migration.weights.calibrate import calibrate
from lfs_migration.weights.columns import in_memory
from lfs_migration.weights.known import Code, Known
from lfs_migration.weights.margins import Key, agree
from lfs_migration.weights.unknown import combinations, settled, shared

UNKNOWN = "_U"
"""The category of rows whose answer is not known, among texts; among numbers it is the one below 0 and all others."""


def calibrate_to(data: Dataset, step: Calibrating, recipe: Recipe, known: Mapping[str, Known]) -> Dataset:
    """Return the data calibrated to totals of files.

    With ``unknown: share``, rows of which something is not known are categories of their own. The total of such a
    category c is ``T_G w_c / w_G``: G are all who have the values that are known of c, T_G is their known total, and w
    are sums of weights before calibration. The other totals of G are lowered to ``1 - w_c / w_G`` of what they were, as
    if those who are not known were spread over the categories of G as the others are. Each margin still adds up to its
    population, in all and over the variables that are known of everyone.

    Raises
    ------
    DesignError
        As :func:`lfs_migration.calibrate`; where the files contradict each other, or a margin stands twice.
    DataError
        For a category that is no whole number, naming the household.
    NotFound
        With near matches, for a record that is not there or a file that was not read.
    """
    margins, scaled = _scaled(_margins(step, known), step, known)
    tolerances = [step.tolerance if own.tolerance is None else own.tolerance for own in step.margins]
    agree([margin for margin, tolerance in zip(margins, tolerances, strict=True) if not tolerance])
    data = _with_categories(data, step, margins, recipe)
    sample = Sample.of(data)
    columns = _columns(sample, margins, share=step.unknown == "share")
    if step.unknown == "share":
        margins = settled([shared(sample, margin) for margin in margins])
    given = _given(margins, columns)
    slack = {key: tolerance for key, tolerance in zip(given, tolerances, strict=True) if tolerance is not None}
    records = {margin.record for margin in margins}
    record = None if len(records) > 1 else records.pop()
    data = _with_columns(data, columns, scaled)
    return calibrate(data, given, step.method, step.bounds, tolerance=slack or None, record=record)


def compare_to(data: Dataset, step: Comparing, recipe: Recipe, known: Mapping[str, Known]) -> Dataset:
    """Return the data as they are; the log has the totals of files, the sums of weights, and their ratios.

    A category of the sample without a known total has the sum of weights alone. Rows of which something is not known
    are in no category; the log counts them.

    Raises
    ------
    DataError
        For a category that is no whole number, naming the household.
    NotFound
        With near matches, for a record that is not there or a file that was not read.
    """
    margins = _margins(step, known)
    data = _with_categories(data, step, margins, recipe)
    sample, times = Sample.of(data), Counter(margin.name for margin in margins)
    return data.after("compare", {
        margin.name if times[margin.name] == 1 else f"{margin.name} ({own.file})": _compared(sample, margin)
        for margin, own in zip(margins, step.margins, strict=True)
    })  # fmt: skip


def _compared(sample: Sample, margin: Margin) -> dict[str, dict[str, float]]:
    found, out = combinations(sample, margin), dict[str, dict[str, float]]()
    for code in dict.fromkeys([*margin.totals, *(code for code in found if None not in code)]):
        total, (_, weight) = margin.totals.get(code), found.get(code, (0, 0.0))
        if total or weight:
            wanted = {} if total is None else {"known total": total}
            ratio = {"ratio": weight / total} if total else {}
            out[shown(code)] = {**wanted, "sum of weights": weight, **ratio}
    lost = [own for code, own in found.items() if None in code]
    if lost:
        out["not known"] = {"rows": sum(rows for rows, _ in lost), "sum of weights": fsum(sums for _, sums in lost)}
    return out


def _margins(step: Calibrating | Comparing, known: Mapping[str, Known]) -> list[Margin]:
    for file in [margin.file for margin in step.margins]:
        if file not in known:
            raise NotFound(f"No file of margins {file!r}", hint=near(file, known))
    return [
        Margin(margin.record or step.record, known[margin.file].over(margin.variables), margin.variables)
        for margin in step.margins
    ]


def _scaled(
    margins: list[Margin], step: Calibrating, known: Mapping[str, Known]
) -> tuple[list[Margin], dict[str, float]]:
    """Return margins of the step's record whose totals have the sum of one file, and the factors of the others."""
    if not step.scale_to:
        return margins, {}
    if step.scale_to not in known:
        raise NotFound(f"No file of margins {step.scale_to!r}", hint=near(step.scale_to, known))
    sums = {file: fsum(own.totals.values()) for file, own in known.items()}
    own = [margin.file if margin.record in (None, step.record) else "" for margin in step.margins]
    factors = {file: sums[step.scale_to] / sums[file] for file in own if file not in ("", step.scale_to)}
    return [
        replace(margin, totals={code: total * factors.get(file, 1.0) for code, total in margin.totals.items()})
        for margin, file in zip(margins, own, strict=True)
    ], factors


def _with_categories(
    data: Dataset, step: Calibrating | Comparing, margins: Sequence[Margin], recipe: Recipe
) -> Dataset:
    """Return the data with the recipe's own categories as columns of their record."""
    sample, records = in_memory(data), dict(data.records)
    for margin in margins:
        sample.require(margin.record)
    made = {name for own in data.log if own.verb == "categories" for name in own.counts["of"]}
    taken = {name for frame in records.values() for name in frame.columns} - made
    used = sorted({name for margin in margins for name in margin.variables} & set(recipe.categories))
    for name in used:
        if name in taken:
            raise DesignError(f"The category {name!r} is a column of the data", hint="Give it another name")
        category = recipe.categories[name]
        sample.require(category.record)
        records[category.record] = with_columns(records[category.record], {name: _whole(sample, name, category)})
    return data.after("categories", {"of": used}, records=records)


def _whole(sample: Sample, name: str, category: Category) -> pa.Array:
    value = sample.records.floats(category.value, category.record)
    with np.errstate(invalid="ignore"):
        odd = np.flatnonzero(~np.isnan(value) & (value % 1 != 0))
    if len(odd):
        raise DataError(
            f"The category {name} is no whole number in {len(odd):,} of {len(value):,} rows",
            where=sample.place(category.record, int(odd[0])), detail=f"It is {value[odd[0]]:g} there",
            hint="Make whole numbers of it, with cut() or //",
        )  # fmt: skip
    return pa.array(np.nan_to_num(value).astype(np.int64), mask=np.isnan(value))


@dataclass(frozen=True)
class _Column:
    """A variable of margins, as calibration takes it.

    Parameters
    ----------
    name : str
        Its column.
    values : pyarrow.Array, optional
        Of a column that is to be made: where rows that are not known are a category, or margins are of several records.
    mark : value
        The category of rows that are not known.
    label : str
    absent : int
        Rows with a weight that are not known.
    """

    name: str
    values: pa.Array | None
    mark: Value
    label: str
    absent: int


def _columns(sample: Sample, margins: Sequence[Margin], *, share: bool) -> dict[tuple[str, str], _Column]:
    """Return the column of each record and variable."""
    several = len({margin.record for margin in margins}) > 1
    out: dict[tuple[str, str], _Column] = {}
    for record, name in {(margin.record, name): None for margin in margins for name in margin.variables}:
        codes, levels = sample.records.factor(name, record)
        absent = int(((codes < 0) & (sample.rows(record).weight > 0)).sum()) if share else 0
        mark: Value = UNKNOWN if levels and isinstance(levels[0], str) else min([0, *levels]) - 1
        own = f"{name}_of_{record}" if several else f"{name}_or_unknown" if absent else name
        values = None
        if own != name:
            row = pa.array(np.where(codes < 0, len(levels), codes))
            values = pa.array([*levels, mark if share else None]).take(row)
        out[record, name] = _Column(own, values, mark, f"{name} of {record}" if several else name, absent)
    return out


def _with_columns(data: Dataset, columns: Mapping[tuple[str, str], _Column], scaled: Mapping[str, float]) -> Dataset:
    """Return the data with the columns that are to be made; the log has how many rows are not known."""
    records = dict(data.records)
    for (record, _), column in columns.items():
        if column.values is not None:
            records[record] = with_columns(records[record], {column.name: column.values})
    absent = {column.label: column.absent for column in columns.values() if column.absent}
    if not absent and not scaled:
        return replace(data, records=records)
    return data.after("margins", {"unknown": absent, "scaled": scaled}, records=records)


def _given(margins: Sequence[Margin], columns: Mapping[tuple[str, str], _Column]) -> dict[Key, dict[Code, float]]:
    """Return margins as calibration takes them."""
    out: dict[Key, dict[Code, float]] = {}
    for margin in margins:
        own = [columns[margin.record, name] for name in margin.variables]
        key = tuple(column.name for column in own)
        if key in out:
            raise DesignError(f"The margin {margin.name} stands twice", hint="Keep the one of one file")
        marks = [column.mark for column in own]
        out[key] = {
            tuple(mark if value is None else value for value, mark in zip(code, marks, strict=True)): total
            for code, total in margin.totals.items()
        }
    return out
