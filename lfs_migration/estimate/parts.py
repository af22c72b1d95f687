"""What a statistic is made of: its parts, and what it asks of records that stay on their engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

from lfs_migration.estimate.statistics import (
    Concentration,
    Count,
    Difference,
    Figure,
    Mean,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Statistic,
    Total,
)  # fmt: skip
from lfs_migration.expr import parse
from lfs_migration.frames import Ask
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By, Sample

Simple = Figure | Proportion | MultipleResponse | Quantile
"""Statistics that are not made of others; but a ratio may be."""


def simple(statistic: Statistic, by: Sequence[str | By]) -> Iterator[tuple[Simple, Sequence[str | By]]]:
    """Yield the statistics that a statistic is made of, each with its breakdowns."""
    match statistic:
        case Difference(statistic=inner, variable=variable):
            yield from simple(inner, [*by, variable])
        case Concentration(shares=shares):
            yield shares, by
        case Ratio(statistics=(top, base)):
            yield from simple(top, by)
            yield from simple(base, by)
        case _:
            yield statistic, by


def parts_of(sample: Sample, statistic: Simple) -> list[Part]:
    """Return the parts of a statistic, a denominator last."""
    match statistic:
        case Count(record=record, where=inside):
            return [Part(record=record or sample.home, where=inside)]
        case Total(value=value) | Quantile(value=value):
            return [part_of(sample, value)]
        case Mean(value=value):
            part = part_of(sample, value)
            return [part, Part(record=part.record)]
        case Proportion():
            return [_distributed(sample, statistic)]
        case MultipleResponse(conditions=conditions, base=base):
            names = frozenset[str]().union(*(parse(text).names for text in conditions.values()))
            record = base.record if base else sample.record_for(names)
            ticked = [Part(record=record, where=text) for text in conditions.values()]
            return [*ticked, Part(record=record, where=base.where if base else "")]
        case Ratio() | Share():
            sides = statistic.numerator, statistic.denominator, getattr(statistic, "plus", None)
            return [part_of(sample, side) for side in sides if isinstance(side, str | Part)]


def part_of(sample: Sample, value: str | Part) -> Part:
    """Return the part that an expression stands for."""
    return value if isinstance(value, Part) else Part(record=sample.record_for(parse(value).names), value=value)


def _distributed(sample: Sample, statistic: Proportion) -> Part:
    """Return the rows, or their value, that a proportion distributes."""
    if statistic.base:
        return statistic.base.model_copy(update={"value": statistic.value or statistic.base.value})
    names = parse(statistic.value).names if statistic.value else frozenset()
    return Part(record=sample.record_for(names | {statistic.variable}), value=statistic.value)


def breakdowns(by: Sequence[str | By], parts: Sequence[Part]) -> list[By]:
    """Return breakdowns in which a variable's name stands for it in the record of every part."""
    return [b if isinstance(b, By) else By(b, {part.record: b for part in parts}) for b in by]


def asked(sample: Sample, statistics: Sequence[Statistic], by: Sequence[str | By], where: str) -> dict[str, Ask]:
    """Return what statistics ask of each record, for a sample that stays on its engine."""
    asks: dict[str, Ask] = {}
    for statistic, within in (pair for one in statistics for pair in simple(one, by)):
        parts = parts_of(sample, statistic)
        for record in dict.fromkeys(part.record for part in parts):
            ask = _asked(statistic, [part for part in parts if part.record == record], within, where)
            asks[record] = asks[record] | ask if record in asks else ask
    return asks


def _asked(statistic: Simple, parts: Sequence[Part], by: Sequence[str | By], where: str) -> Ask:
    """Return what a statistic asks of the record of some of its parts."""
    record, inside, texts = parts[0].record, [part.where for part in parts], [part.value for part in parts]
    codes = [b.variables[record] for b in breakdowns(by, parts[:1]) if record in b.variables]
    values, ordered = tuple(dict.fromkeys(filter(None, texts))), isinstance(statistic, Quantile)
    return Ask(
        codes=(*codes, *((statistic.variable,) if isinstance(statistic, Proportion) else ())),
        truths=tuple(filter(None, inside)),
        values=values,
        products=() if ordered else tuple(combinations_with_replacement(texts, 2)),
        spans=values if ordered else (),
        where=where,
        parts=tuple(inside) if all(inside) else (),
    )
