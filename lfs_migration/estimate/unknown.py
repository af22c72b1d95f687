"""What to do about rows whose answer is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from lfs_migration.errors import EstimationError, near
from lfs_migration.estimate.parts import Simple, breakdowns, parts_of, simple
from lfs_migration.estimate.pieces import Pieces
from lfs_migration.estimate.statistics import Proportion, Statistic
from lfs_migration.expr import parse
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By, Rows, Sample

Policy = Literal["domain", "fail", "undefined"]
Doubt = tuple[str, Rows, float]
"""What is not known, the rows of which it is not, and the weight of all rows that it is asked of."""


def check(policy: str) -> None:
    """Check the name of a policy.

    Raises
    ------
    EstimationError
        With near matches.
    """
    if policy not in get_args(Policy):
        raise EstimationError(f"No policy {policy!r} for missing answers", hint=near(policy, get_args(Policy)))


def treated(
    policy: str, sample: Sample, statistic: Statistic, parts: list[Pieces], by: Sequence[str | By], where: str
) -> list[Pieces]:
    """Return the pieces of a statistic under a policy: ``domain`` changes nothing.

    Raises
    ------
    EstimationError
        Under the policy ``fail``, naming the statistic, the variable, the first household, and how many rows.
    """
    if policy == "undefined":
        return [_undefined(piece) for piece in parts]
    if policy == "fail" and any(piece.missing.out.any() or piece.missing.nowhere for piece in parts):
        for name, rows, whole in _doubts(sample, statistic, by, where):
            if len(rows.cell):
                raise _refused(parts[0].name, name, rows, whole)
    return parts


def _undefined(piece: Pieces) -> Pieces:
    """Return the pieces, not-a-number in every cell where an answer is not known."""
    out = piece.missing.out > 0
    limits = piece.limits and (np.where(out, np.nan, piece.limits[0]), np.where(out, np.nan, piece.limits[1]))
    return replace(piece, estimate=np.where(out, np.nan, piece.estimate), limits=limits)


def _refused(statistic: str, name: str, rows: Rows, whole: float) -> EstimationError:
    first = int(np.arange(len(rows.known))[rows.index][0])
    share = float(rows.mass.sum()) / whole if whole else float("nan")
    return EstimationError(
        f"Answers are missing for the {statistic}", where=rows.sample.place(rows.record, first),
        detail=f"{name} is not known in {int(rows.n.sum())} rows, with {share:.2%} of the weight",
        hint='missing="domain" leaves them out, "undefined" says so in each figure',
    )  # fmt: skip


def _doubts(sample: Sample, statistic: Statistic, by: Sequence[str | By], where: str) -> Iterator[Doubt]:
    """Yield what may not be known: who is in the denominator, then the other parts, then categories."""
    for one, within in simple(statistic, by):
        *others, last = parts_of(sample, one)
        base = Rows.of(sample, last, where)
        for part in (last, *others):
            rows = Rows.of(sample, part, where)
            inside = part is not last and part.record == base.record
            silent = rows.silent(where, base if inside else None)
            yield _named(part), silent, float((base.mass if inside else rows.mass + silent.mass)[0])
        yield from _categories(sample, one, [*others, last], within, where)


def _categories(
    sample: Sample, statistic: Simple, parts: Sequence[Part], by: Sequence[str | By], where: str
) -> Iterator[Doubt]:
    """Yield the rows whose category of a distribution or breakdown is not known, unless it has a place for them."""
    for part in {part.record: part for part in parts}.values():
        rows = Rows.of(sample, part, where)
        names = [b.variables[part.record] for b in breakdowns(by, parts) if not b.unknown]
        if isinstance(statistic, Proportion) and statistic.over == "known":
            names.append(statistic.variable)
        for name in names:
            codes, _ = sample.records.factor(name, part.record)
            yield name, rows.among(codes[rows.index] < 0), float(rows.mass[0])


def _named(part: Part) -> str:
    texts = [text for text in (part.where, part.value) if text]
    return " or ".join(sorted({name for text in texts for name in parse(text).names})) or "; ".join(texts)
