"""What a profile shows: a plan and the tables of a publication as words, ready for the template."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lfs_migration.model.noun import Text
from lfs_migration.model.profile_page import ProfilePage, ProfileSection, Shown
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import COUNTS, Number, decimals, number, publishable
from lfs_migration.publish.pages.bars import Bar, Scale, scale_of
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import SPECIAL, by_name, code_of, distributed, heading, label, title
from lfs_migration.publish.words import joined, statistic_name, unit_name
from lfs_migration.text import pick

Named = Mapping[tuple[str, tuple[str, ...]], Table]
"""Tables by indicator and dimensions."""
FEW = 2
"""Sections that a coverage statement names at most."""


@dataclass(frozen=True)
class Figure:
    """One figure of a table: of a category, or of all."""

    label: str
    whole: bool
    unit: str
    estimate: Number
    se: Number
    low: Number
    high: Number
    n: Number
    flag: str
    why: str
    bar: Bar | None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not published, or to be used with caution: the first is enough where there is little room."""
        return tuple(self.why.split("; "))


@dataclass(frozen=True)
class Line:
    """A category of a chart: its figure, or that of each side of a pyramid; ``None`` where there is none."""

    label: str
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True)
class Chart:
    """A table as bars.

    Parameters
    ----------
    code, title, unit, category : str
        Of the indicator, the table, its figures and its categories.
    rows : tuple of Line
    sides : tuple of str
        Names of the two sides of a pyramid.
    hidden : tuple of (tuple of str, str)
        Names of the categories that are not published and have no row, by reason; of all, no names.
    cut : bool
        Whether there are smaller categories than it shows.
    shares : bool
        Whether its figures are shares of a whole, or of each side.
    """

    code: str
    title: str
    unit: str
    category: str
    rows: tuple[Line, ...]
    sides: tuple[str, ...]
    hidden: tuple[tuple[tuple[str, ...], str], ...]
    cut: bool
    shares: bool


@dataclass(frozen=True)
class Part:
    """A section of the page, with the titles of what it would show and cannot."""

    id: str
    label: str
    figures: tuple[tuple[str, Figure], ...]
    charts: tuple[Chart, ...]
    pyramids: tuple[Chart, ...]
    not_asked: tuple[str, ...]
    left_out: tuple[str, ...]


def parts(
    plan: ProfilePage, tables: Sequence[Table], about: About, titles: Mapping[str, Text], unasked: Iterable[Shown]
) -> tuple[Part, ...]:
    """Return the sections of the page.

    Parameters
    ----------
    plan : ProfilePage
    tables : sequence of Table
    about : About
        Its language.
    titles : mapping of code to Text
        Titles of the plan's indicators, for those without a table.
    unasked : iterable of Shown
        What the survey cannot compute; what else has no table is not in the publication.
    """
    known = by_name(tables)
    never = frozenset(id(one) for one in unasked)
    return tuple(_part(name, section, known, about.language, titles, never) for name, section in plan.sections.items())


def found(section: ProfileSection, known: Named) -> Iterator[tuple[Shown, Table]]:
    """Yield what a section shows and has a table."""
    for shown in section.show:
        table = known.get((shown.indicator, shown.by))
        if table is not None:
            yield shown, table


def _part(
    name: str, section: ProfileSection, known: Named, language: str, titles: Mapping[str, Text], never: frozenset[int]
) -> Part:
    drawn = list(found(section, known))
    absent = [one for one in section.show if (one.indicator, one.by) not in known]

    def named(asked: bool) -> tuple[str, ...]:
        listed = (pick(one.label or titles[one.indicator], language) for one in absent if (id(one) in never) != asked)
        return tuple(dict.fromkeys(listed))

    return Part(
        id=name,
        label=pick(section.label, language),
        figures=tuple((one.indicator, _of_all(one, table, language)) for one, table in drawn if one.form == "figure"),
        charts=tuple(_bars(one, table, language) for one, table in drawn if one.form == "bars"),
        pyramids=tuple(pyramid(one, table, language) for one, table in drawn if one.form == "pyramid"),
        not_asked=named(asked=False),
        left_out=named(asked=True),
    )


def _name(shown: Shown, table: Table, language: str) -> str:
    return pick(shown.label, language) if shown.label else title(table, language)


def _of_all(shown: Shown, table: Table, language: str) -> Figure:
    """Return the one figure of a table without dimensions; an empty one where nobody was there to compute it from."""
    cells = [publishable(cell) for cell in table.cells]
    name = _name(shown, table, language)
    if not cells:
        none = Number("", "")
        unit = unit_name(table.indicator.unit, language)
        return Figure(name, False, unit, none, none, none, none, none, "publish", "", None)
    return _figure(table, cells[0], name, decimals(cells[0].unit, [cells[0].estimate]), None, language)


def _bars(shown: Shown, table: Table, language: str) -> Chart:
    """Return the bars of a table of one dimension; of a plan that wants few, the largest, and no rows of the hidden."""
    (dimension,) = shown.by
    cells = _drawn(table)
    places = _places(cells)
    own = [cell for cell in cells if code_of(cell, dimension) not in SPECIAL]
    rest = [cell for cell in cells if code_of(cell, dimension) in SPECIAL]
    known = sorted((cell for cell in own if math.isfinite(cell.estimate)), key=lambda cell: -cell.estimate)
    rows = [*(known[: shown.most] if shown.most else own), *rest]
    scale = scale_of(cell for cell in rows if not _sum(cell, dimension))

    def line(cell: Cell) -> Line:
        name = label(table, dimension, code_of(cell, dimension), language)
        drawn = None if _sum(cell, dimension) else scale
        return Line(name, (_figure(table, cell, name, places, drawn, language),))

    lines, left = [line(cell) for cell in rows], [line(cell) for cell in own if cell.flag == "suppress" and shown.most]
    return _chart(shown, table, lines, language, hidden=left, cut=bool(shown.most) and len(known) > shown.most)


def pyramid(shown: Shown, table: Table, language: str) -> Chart:
    """Return the bars of a table of two dimensions, of which the first has the two sides; the last category on top."""
    across, along = shown.by
    cells = [cell for cell in _drawn(table) if code_of(cell, across) not in SPECIAL and code_of(cell, along) != TOTAL]
    order = [code for code in table.labels.get(along, {}) if code not in SPECIAL]
    codes = list(dict.fromkeys(code_of(cell, along) for cell in cells))
    codes.sort(key=lambda code: -order.index(code) if code in order else 1)
    sides = [code for code in table.labels.get(across, {}) if code not in SPECIAL]
    placed = {(code_of(cell, across), code_of(cell, along)): cell for cell in cells}
    scale, places = scale_of(cells), _places(cells)

    lines = []
    for code in codes:
        name, both = label(table, along, code, language), [placed.get((side, code)) for side in sides]
        figures = (None if cell is None else _figure(table, cell, name, places, scale, language) for cell in both)
        lines.append(Line(name, tuple(figures)))
    named = tuple(label(table, across, side, language) for side in sides)
    return _chart(shown, table, lines, language, sides=named)


def _drawn(table: Table) -> list[Cell]:
    """Return the cells of the first statistic that is no number, or of the numbers where there is no other.

    Without the whole of a distribution, which is no estimate.
    """
    cells = [publishable(cell) for cell in table.cells]
    of = distributed(table)
    if of:
        shares = [cell for cell in cells if cell.statistic not in COUNTS]
        cells = [cell for cell in shares or cells if code_of(cell, of) != TOTAL]
    return cells


def _sum(cell: Cell, dimension: str) -> bool:
    """Whether a figure is the sum of those above it, which would leave no room for their bars."""
    return cell.statistic in COUNTS and code_of(cell, dimension) == TOTAL


def _places(cells: Sequence[Cell]) -> int:
    return decimals(cells[0].unit, [cell.estimate for cell in cells]) if cells else 0


def _chart(
    shown: Shown, table: Table, lines: Sequence[Line], language: str,
    sides: tuple[str, ...] = (), hidden: Sequence[Line] = (), cut: bool = False,
) -> Chart:  # fmt: skip
    cells, unshown = _drawn(table), _by_reason(hidden)
    figures = [figure for row in lines for figure in row.figures if figure is not None]
    if figures and all(figure.flag == "suppress" for figure in figures):
        reasons = dict.fromkeys(figure.reasons[0] for figure in figures)
        lines, unshown = [], (((), "; ".join(filter(None, reasons))),)
    statistic = statistic_name(cells[0].statistic, language).lower() if cells else ""
    unit = unit_name(cells[0].unit if cells else table.indicator.unit, language)
    return Chart(
        code=table.indicator.code,
        title=_name(shown, table, language),
        unit=joined([statistic, unit], language),
        category=heading(table, shown.by[-1], language),
        rows=tuple(lines),
        sides=sides,
        hidden=unshown,
        cut=cut,
        shares=bool(distributed(table)),
    )


def _by_reason(lines: Iterable[Line]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the names of rows that are not published, by their first reason."""
    out: dict[str, list[str]] = {}
    for line in lines:
        for figure in filter(None, line.figures):
            out.setdefault(figure.reasons[0], []).append(line.label)
    return tuple((tuple(names), reason) for reason, names in out.items())


def _figure(table: Table, cell: Cell, name: str, places: int, scale: Scale | None, language: str) -> Figure:
    return Figure(
        label=name,
        whole=bool(cell.keys) and all(code == TOTAL for code in cell.keys.values()),
        unit=unit_name(cell.unit, language),
        estimate=number(cell.estimate, places, language),
        se=number(cell.se, places, language),
        low=number(cell.ci_low, places, language),
        high=number(cell.ci_high, places, language),
        n=number(math.nan if cell.n is None else cell.n, 0, language),
        flag=cell.flag,
        why=in_words(cell.why, language, table.units),
        bar=scale.bar(cell) if scale is not None else None,
    )


def statements(plan: ProfilePage, known: Named, about: About) -> tuple[tuple[str, str], ...]:
    """Return the coverage statements of what is shown, each with the sections that it is about where they are few."""
    about_what: dict[str, dict[str, None]] = {}
    for section in plan.sections.values():
        words = pick(section.label, about.language)
        for _, table in found(section, known):
            for statement in about.statements(table.indicator.coverage):
                about_what.setdefault(statement, {})[words] = None
    return tuple((one, "; ".join(of) if len(of) <= FEW else "") for one, of in about_what.items())


def notes(plan: ProfilePage, known: Named, language: str) -> tuple[str, ...]:
    """Return the notes of the tables that are shown, each once."""
    tables = (table for section in plan.sections.values() for _, table in found(section, known))
    return tuple(dict.fromkeys(note for table in tables for note in table.notes_in(language)))
