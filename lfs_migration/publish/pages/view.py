"""What the report shows: tables as words, ready for the template."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.about import About, marked
from lfs_migration.publish.figures import COUNTS, decimals, publishable, show
from lfs_migration.publish.pages.bars import Bar, Scale, scale_of
from lfs_migration.publish.pages.definitions import Definition, definition_of
from lfs_migration.publish.pages.overview import Overview, overview
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import SPECIAL, code_of, distributed, figure_id, heading, label, part_name, title
from lfs_migration.publish.words import joined, phrase, statistic_name, unit_name
from lfs_migration.text import message, pick

FACTS = 8
"""Key figures at most."""
LONG = 60
"""Figures of a block beyond which the page shows it folded."""


@dataclass(frozen=True)
class Row:
    """One figure in words; ``whole`` when it is over all categories."""

    label: str
    whole: bool
    estimate: str
    se: str
    interval: str
    cv: str
    n: str
    flag: str
    why: str
    bar: Bar | None
    figure: str


@dataclass(frozen=True)
class Group:
    """Rows of one category of the outer breakdowns: their names and categories, none for a table without any."""

    outer: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Block:
    """One statistic of a table."""

    caption: str
    source: str
    category: str
    statistic: str
    unit: str
    groups: tuple[Group, ...]
    drawn: bool

    @property
    def folded(self) -> str:
        """Number of figures when there are too many to show unasked; empty when there are not."""
        count = sum(len(group.rows) for group in self.groups)
        return str(count) if count > LONG else ""


@dataclass(frozen=True)
class Part:
    """One table: its anchor, its breakdown in words, and a block a statistic."""

    id: str
    name: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One indicator of one survey."""

    id: str
    code: str
    topic: str
    title: str
    note: str
    overview: Overview | None
    definition: Definition
    coverage: tuple[str, ...]
    reference: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Fact:
    """A key figure."""

    title: str
    estimate: str
    unit: str
    interval: str
    flag: str
    why: str
    figure: str


def sections(tables: Sequence[Table], about: About) -> tuple[Section, ...]:
    """Return the tables under their indicators, in the order of the tables."""
    grouped: dict[tuple[str, str], list[tuple[int, Table]]] = {}
    for number, table in enumerate(tables, start=1):
        grouped.setdefault((table.survey, table.indicator.code), []).append((number, table))
    return tuple(_section(number, group, about) for number, group in enumerate(grouped.values(), start=1))


def rows_of(shown: Sequence[Section]) -> Iterator[Row]:
    """Return every row of some sections."""
    parts = chain.from_iterable(section.parts for section in shown)
    blocks = chain.from_iterable(part.blocks for part in parts)
    return chain.from_iterable(group.rows for block in blocks for group in block.groups)


def facts(tables: Sequence[Table], language: str = "en") -> tuple[Fact, ...]:
    """Return one key figure an indicator.

    The figure over all categories, or the largest share of a distribution. A distribution over all rows, unknown ones
    too, is known by their number.
    """
    out: dict[tuple[str, str], Fact] = {}
    for table in tables:
        key = (table.survey, table.indicator.code)
        cells = [publishable(cell) for cell in table.cells]
        cell = _leading(table, cells) if distributed(table) else next(filter(_overall, cells), None)
        if cell is not None and key not in out:
            out[key] = _fact(table, cell, language)
    return tuple(out.values())[:FACTS]


def _overall(cell: Cell) -> bool:
    return math.isfinite(cell.estimate) and all(code == TOTAL for code in cell.keys.values())


def _leading(table: Table, cells: Sequence[Cell]) -> Cell | None:
    if len(table.dimensions) != 1:
        return None
    if table.indicator.over == "all":
        return next((cell for cell in cells if cell.statistic in COUNTS and _overall(cell)), None)
    shares = [cell for cell in cells if math.isfinite(cell.estimate) and cell.statistic not in COUNTS]
    named = [cell for cell in shares if code_of(cell, table.dimensions[0]) not in SPECIAL]
    return max(named, key=lambda cell: cell.estimate, default=None)


def _fact(table: Table, cell: Cell, language: str) -> Fact:
    places = decimals(cell.unit, [cell.estimate])
    name = pick(table.indicator.title, language)
    if distributed(table) and not _overall(cell):
        category = label(table, table.dimensions[0], code_of(cell, table.dimensions[0]), language)
        name = phrase("named", language, name=name, what=category)
    estimate = show(cell.estimate, places, language)
    reason = in_words(cell.why, language, table.units)
    return Fact(
        name,
        estimate,
        unit_name(cell.unit, language),
        _interval(cell, places, language),
        cell.flag,
        reason,
        figure_id(table, cell),
    )


def _section(number: int, group: Sequence[tuple[int, Table]], about: About) -> Section:
    indicator, language = group[0][1].indicator, about.language
    tables, name = [table for _, table in group], pick(indicator.title, language)
    return Section(
        id=f"i{number}-{_slug(indicator.code)}",
        code=indicator.code,
        topic=_topic(tables[0], language),
        title=name,
        overview=overview(tables, name, about),
        definition=definition_of(tables, about),
        note=pick(indicator.note, language) if indicator.note else "",
        coverage=about.statements(indicator.coverage),
        reference=indicator.reference,
        parts=tuple(_part(place, table, language) for place, table in group),
    )


def _topic(table: Table, language: str) -> str:
    topics = table.codebook.topics if table.codebook is not None else {}
    return pick(topics[table.indicator.topic], language) if table.indicator.topic in topics else ""


def _part(number: int, table: Table, language: str) -> Part:
    cells = [publishable(cell) for cell in table.cells]
    kinds = dict.fromkeys((cell.statistic, cell.unit) for cell in cells)
    blocks = (
        _block(table, [cell for cell in cells if (cell.statistic, cell.unit) == kind], language) for kind in kinds
    )
    anchor = "-".join([f"t{number}", *map(_slug, (table.indicator.code, *table.dimensions))])
    return Part(anchor, part_name(table, language), tuple(blocks), table.notes_in(language))


def _block(table: Table, cells: Sequence[Cell], language: str) -> Block:
    first = cells[0]
    inner = table.dimensions[-1] if table.dimensions else None
    places = decimals(first.unit, [cell.estimate for cell in cells])
    drawn = [cell for cell in cells if not _dwarfs(table, cell)]
    scale = scale_of(drawn) if len(drawn) > 1 else None
    grouped: dict[tuple[str, ...], list[Row]] = {}
    for cell in cells:
        codes = tuple(code_of(cell, dimension) for dimension in table.dimensions[:-1])
        grouped.setdefault(codes, []).append(_row(table, cell, places, scale, language))
    statistic, unit = statistic_name(first.statistic, language), unit_name(first.unit, language)
    return Block(
        caption=phrase(
            "named", language, name=title(table, language), what=joined([statistic.lower(), unit], language)
        ),
        source=marked(pick(table.survey_title, language), table.synthetic, language, unprotected=not table.protection),
        category=phrase("category", language) if inner is None else heading(table, inner, language),
        statistic=statistic,
        unit=unit,
        groups=tuple(Group(_outer(table, codes, language), tuple(rows)) for codes, rows in grouped.items()),
        drawn=scale is not None,
    )


def _outer(table: Table, codes: tuple[str, ...], language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (heading(table, dimension, language), label(table, dimension, code, language))
        for dimension, code in zip(table.dimensions, codes, strict=False)
    )


def _dwarfs(table: Table, cell: Cell) -> bool:
    # A total that is the sum of the rows under it would leave no room for their bars.
    additive = bool(distributed(table)) or cell.statistic in COUNTS
    return additive and bool(table.dimensions) and code_of(cell, table.dimensions[-1]) == TOTAL


def _row(table: Table, cell: Cell, places: int, scale: Scale | None, language: str) -> Row:
    inner = table.dimensions[-1] if table.dimensions else None
    code = TOTAL if inner is None else code_of(cell, inner)
    # All of a distribution is 100 per cent by construction, and no estimate.
    given = bool(distributed(table)) and code == TOTAL and cell.statistic not in COUNTS
    cv = "" if given else show(cell.cv * 100, 1, language)
    return Row(
        label=message("total", language) if inner is None else label(table, inner, code, language),
        whole=inner is not None and code == TOTAL,
        estimate=show(cell.estimate, places, language),
        se="" if given else show(cell.se, places, language),
        interval="" if given else _interval(cell, places, language),
        cv=f"{cv}%" if cv else "",
        n=show(cell.n, 0, language),
        flag=cell.flag,
        why=in_words(cell.why, language, table.units),
        bar=None if scale is None or _dwarfs(table, cell) else scale.bar(cell),
        figure=figure_id(table, cell),
    )


def _interval(cell: Cell, places: int, language: str) -> str:
    low, high = show(cell.ci_low, places, language), show(cell.ci_high, places, language)
    return phrase("range", language, low=low, high=high) if low and high else ""


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")
