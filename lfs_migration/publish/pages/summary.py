"""The summary of a report: sentences made from its figures, each with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from lfs_migration.model.report_plan import ReportPlan, Sentence
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import COUNTS, Number, decimals, number, publishable
from lfs_migration.publish.titles import SPECIAL, by_name, code_of, figure_id, label
from lfs_migration.publish.words import phrases
from lfs_migration.text import pick


@dataclass(frozen=True)
class Piece:
    """A part of a sentence: words, or a number and the figure that it is of."""

    words: str = ""
    number: Number | None = None
    figure: str = ""


Pieces = tuple[Piece, ...]


def summary(plan: ReportPlan | None, tables: Sequence[Table], about: About) -> tuple[Pieces, ...]:
    """Return the sentences of a plan that the tables give, in its order.

    A figure that is not published gives no sentence. One to be used with caution says so.

    Parameters
    ----------
    plan : ReportPlan, optional
        Without one there is no summary.
    tables : sequence of Table
    about : About
        Its language.
    """
    known = by_name(tables)
    said = ((one, known.get((one.indicator, one.by))) for one in (plan.summary if plan is not None else ()))
    made = (_sentence(one, table, about) for one, table in said if table is not None)
    return tuple(pieces for pieces in made if pieces)


def _sentence(sentence: Sentence, table: Table, about: About) -> Pieces:
    words = pick(sentence.say, about.language)
    cells = [cell for cell in map(publishable, table.cells) if math.isfinite(cell.estimate)]
    if not sentence.by:
        cell = next((one for one in cells if all(code == TOTAL for code in one.keys.values())), None)
        return () if cell is None else tuple(_filled(words, _values(table, cell, cells, about)))
    (dimension,) = sentence.by
    shares = [cell for cell in cells if cell.statistic not in COUNTS]
    named = [cell for cell in shares or cells if code_of(cell, dimension) not in SPECIAL]
    largest = sorted(named, key=lambda cell: -cell.estimate)[: sentence.most]
    if not largest:
        return ()
    listed: list[Piece] = []
    for cell in largest:
        own: dict[str, Pieces] = {**_values(table, cell, named, about, first=cell is largest[0])}
        own["category"] = (Piece(label(table, dimension, code_of(cell, dimension), about.language)),)
        listed += [*([Piece(about.say("between"))] if listed else []), *_filled(pick(sentence.item or {}), own)]
    return tuple(_filled(words, {"list": tuple(listed)}))


def _values(table: Table, cell: Cell, like: Sequence[Cell], about: About, *, first: bool = True) -> dict[str, Pieces]:
    """Return the estimate and the interval of a figure, with as many decimals as others like it.

    Only the first of a sentence says that its interval is one of 95 per cent.
    """
    places = decimals(cell.unit, [one.estimate for one in like if one.unit == cell.unit])
    figure = figure_id(table, cell)

    def piece(value: float) -> Pieces:
        return (Piece(number=number(value, places, about.language), figure=figure),)

    known = math.isfinite(cell.ci_low) and math.isfinite(cell.ci_high)
    words = phrases(about.language)[("interval_of" if first else "range") if known else "no_interval"]
    interval = list(_filled(words, {"low": piece(cell.ci_low), "high": piece(cell.ci_high)} if known else {}))
    if cell.flag == "caution":
        interval.append(Piece(about.say("between") + about.say("caution")))
    return {"estimate": piece(cell.estimate), "interval": tuple(interval)}


def _filled(words: str, values: Mapping[str, Pieces]) -> Iterator[Piece]:
    """Yield the pieces of a text with names in braces."""
    for before, name, _, _ in Formatter().parse(words):
        if before:
            yield Piece(before)
        if name is not None:
            yield from values[name]
