"""The pieces of every statistic, also of those that are made of others: differences, and ratios of two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.errors import EstimationError, NotFound, near
from lfs_migration.estimate.aligned import repeated, stacked
from lfs_migration.estimate.distributions import concentration, distribution, multiple_response
from lfs_migration.estimate.parts import simple
from lfs_migration.estimate.pieces import Pieces, pieces, quotient
from lfs_migration.estimate.quantiles import quantiles
from lfs_migration.estimate.statistics import (
    Concentration,
    Count,
    Difference,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Statistic,
    Total,
)  # fmt: skip
from lfs_migration.model.results import UNKNOWN
from lfs_migration.sample import By, Sample, Weighted
from lfs_migration.sample.replicates import degrees_of_freedom

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Key = tuple[Any, ...]


def pieces_of(sample: Sample, statistic: Statistic, by: Sequence[str | By], where: str, level: float) -> list[Pieces]:
    """Return the pieces of a statistic; a quantile has some for each probability."""
    match statistic:
        case Quantile():
            return quantiles(sample, statistic, by, where, level)
        case Proportion():
            return [distribution(sample, statistic, by, where)]
        case MultipleResponse():
            return [multiple_response(sample, statistic, by, where)]
        case Concentration():
            return [concentration(sample, statistic, by, where)]
        case Difference() if statistic.by in _names(statistic.statistic, by):
            raise EstimationError(
                f"A difference between categories of {statistic.by!r} cannot be by it too, or of its shares"
            )
        case Difference(statistic=Proportion() as inner, variable=variable):
            return [_difference(sample, statistic, distribution(sample, inner, [*by, variable], where, every=True))]
        case Difference(statistic=inner, variable=variable):
            found = pieces_of(sample, inner, [*by, variable], where, level)
            return [_difference(sample, statistic, piece) for piece in found]
        case Ratio(statistics=(top, base)):
            (above,), (below,) = (pieces_of(sample, one, by, where, level) for one in (top, base))
            keys = _keys(statistic, [above, below])
            return [_paired(sample, statistic.name, OVER, [_placed(side, keys) for side in (above, below)])]
        case _:
            return [pieces(sample, statistic, by, where)]


def _difference(sample: Sample, statistic: Difference, piece: Pieces) -> Pieces:
    """Return the difference between two categories, from pieces that are by their variable too."""
    category = piece.keys[statistic.by]
    for code in (statistic.first, statistic.second):
        if code not in category:
            raise NotFound(f"{statistic.by} has no category {code!r}", hint=near(str(code), set(category)))
    total = isinstance(statistic.statistic, Count | Total)
    rest = replace(piece, keys={name: codes for name, codes in piece.keys.items() if name != statistic.by})
    keys = _keys(statistic, [rest])
    sides = [
        _placed(rest, keys, category == code, 0.0 if total else np.nan) for code in (statistic.first, statistic.second)
    ]
    out = _paired(sample, statistic.named(piece.name), LESS, sides)
    return out if total else replace(out, simple=sides[0].simple + sides[1].simple)


def _keys(statistic: Statistic, several: Sequence[Pieces]) -> list[Key]:
    """Return the combinations of codes that occur in any of some pieces, in order; options as they were given."""
    given = {s.question: list(s.conditions) for s, _ in simple(statistic, ()) if isinstance(s, MultipleResponse)}
    names = list(several[0].keys)

    def place(key: Key) -> list[tuple[bool, Any]]:
        codes = zip(names, key, strict=True)
        return [(code == UNKNOWN, given[name].index(code) if name in given else code) for name, code in codes]

    return sorted({key for piece in several for key in _rows(piece)}, key=place)


def _rows(piece: Pieces) -> list[Key]:
    return list(zip(*piece.keys.values(), strict=True)) if piece.keys else [()] * len(piece.n)


def _placed(
    piece: Pieces, keys: Sequence[Key], inside: NDArray[np.bool_] | None = None, nothing: float = np.nan
) -> Pieces:
    """Return the pieces of the rows that have some keys, among those inside; ``nothing`` where there is no such row."""
    rows = {key: row for row, key in enumerate(_rows(piece)) if inside is None or inside[row]}
    out = piece.at(np.array([rows.get(key, -1) for key in keys], dtype=np.int64), nothing)
    columns = zip(*keys, strict=True) if keys else [()] * len(piece.keys)
    codes = {name: np.array(column, dtype=object) for name, column in zip(piece.keys, columns, strict=True)}
    return replace(out, keys=codes)


def _names(statistic: Statistic, by: Sequence[str | By]) -> set[str]:
    """Return the variables that breakdowns and distributions tell cells apart by."""
    shares = {one.variable for one, _ in simple(statistic, ()) if isinstance(one, Proportion)}
    return shares | {b if isinstance(b, str) else b.name for b in by}


@dataclass(frozen=True)
class Operation:
    """A function of two numbers, and its derivatives."""

    function: Callable[[Floats, Floats], Floats]
    slopes: Callable[[Floats, Floats], tuple[Floats, Floats]]


LESS = Operation(np.subtract, lambda a, b: (np.ones_like(a), -np.ones_like(b)))
OVER = Operation(quotient, lambda a, b: (quotient(np.ones_like(b), b), -quotient(a, b * b)))


def _paired(sample: Sample, name: str, operation: Operation, sides: Sequence[Pieces]) -> Pieces:
    """Return the pieces of a function of two statistics, row by row; counts are the smaller of the two."""
    a, b = sides
    slopes = operation.slopes(a.estimate, b.estimate)
    df = [degrees_of_freedom(sample, side.base) for side in sides]
    rows = np.arange(len(a.n))

    def function(*totals: Floats) -> Floats:
        of_a = len(a.totals)
        return operation.function(a.function(*totals[:of_a]), b.function(*totals[of_a:]))

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return (*a.again(weighted), *b.again(weighted))

    return replace(
        a,
        name=name,
        totals=(*a.totals, *b.totals),
        function=function,
        again=again,
        estimate=operation.function(a.estimate, b.estimate),
        linear=engine.combine([a.linear, b.linear], [np.nan_to_num(slope) for slope in slopes]),
        n=np.minimum(a.n, b.n),
        households=np.minimum(a.households, b.households),
        base=repeated(stacked([a.base, b.base]), np.where(df[0] <= df[1], rows, rows + len(rows))),
        simple=np.full(len(rows), np.nan),
        of=np.minimum(a.of, b.of),
        top=np.minimum(a.top, b.top),
        missing=a.missing.beside(b.missing),
        fraction=None,
        proportion=False,
        limits=None,
    )
