"""A table as headings, lines and notes in words: what notebooks, papers and documents show of it."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lfs_migration.model.estimates import Estimates
from lfs_migration.model.results import TOTAL, UNKNOWN, Cell, Table
from lfs_migration.publish.about import About, marked
from lfs_migration.publish.figures import COUNTS, decimals, publishable, show
from lfs_migration.publish.legible import legible, said
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import breakdowns, code_of, distributed, heading, label, title
from lfs_migration.publish.words import joined, phrase, statistic_name, unit_name
from lfs_migration.text import pick

COLUMNS = ("estimate", "se", "low", "high", "n")
"""The numbers of a line; what each is called is a phrase."""
Figures = Table | Estimates


@dataclass(frozen=True)
class Line:
    """One figure.

    Parameters
    ----------
    labels : tuple of str
        Of its categories.
    kind : str
        Statistic and unit, where the table has several.
    numbers : tuple of str
        One a column, in the language's notation; empty where there is none.
    places : int
        Decimals of the estimate, its standard error and its limits.
    flag : str
        ``publish``, ``caution``, ``suppress``, or ``none`` where there is no figure.
    mark : str
        Letter of the note about it; empty without one.
    whole : bool
        Whether it is over all of some breakdown.
    """

    labels: tuple[str, ...]
    kind: str
    numbers: tuple[str, ...]
    places: int
    flag: str = "publish"
    mark: str = ""
    whole: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the line."""
        return (*self.labels, *[self.kind] * bool(self.kind))


@dataclass(frozen=True)
class Grid:
    """A table in words.

    Parameters
    ----------
    title, source, unit : str
        ``source`` is the survey, with what has to be said of the data; ``unit`` is empty where there are several.
    headings : tuple of str
        Of the labels.
    statistic : str
        Heading of the kinds; empty where there is but one.
    columns : tuple of str
        Of the numbers.
    interval : str
        What the two limits are together.
    lines : tuple of Line
    marks : mapping of letter to note
    notes : tuple of str
        In the order in which they are read.
    language : str
    name : str
        By which documents refer to it, in letters, digits and hyphens.
    """

    title: str
    source: str
    unit: str
    headings: tuple[str, ...]
    statistic: str
    columns: tuple[str, ...]
    interval: str
    lines: tuple[Line, ...]
    marks: Mapping[str, str]
    notes: tuple[str, ...]
    language: str
    name: str

    @property
    def caption(self) -> str:
        """The title and what is counted."""
        return phrase("named", self.language, name=self.title, what=self.unit) if self.unit else self.title

    @property
    def words(self) -> tuple[str, ...]:
        """The headings of all words of a line."""
        return (*self.headings, *[self.statistic] * bool(self.statistic))

    @property
    def description(self) -> str:
        """The table in words: its title, source and headings."""
        return f"{self.caption}. {self.source}. {joined([*self.words, *self.columns], self.language)}."


def grid_of(figures: Figures, about: About | None = None, language: str = "en") -> Grid:
    """Return a table, or estimates, in words.

    Parameters
    ----------
    figures : Table or Estimates
    about : About, optional
        Language and notes; without it those of the table's own codebook in ``language``.
    language : str
    """
    if isinstance(figures, Estimates):
        return _grid_of_estimates(figures, about.language if about else language)
    about = about or About(language=language)
    if figures.codebook is not None:
        book = figures.codebook
        about = replace(about, coverage=about.coverage or book.coverage, words=about.words or book.words)
    return _grid_of_table(figures, about)


def _grid_of_table(table: Table, about: About) -> Grid:
    language = about.language
    kinds = list(dict.fromkeys((cell.statistic, cell.unit) for cell in table.cells))
    cells = [publishable(cell) for cell in table.cells]
    places = {unit: decimals(unit, [cell.estimate for cell in cells if cell.unit == unit]) for _, unit in kinds}
    whys = [_why(cell, table, about) for cell in cells]
    letters = dict(zip(filter(None, dict.fromkeys(whys)), _letters(), strict=False))
    several = len(kinds) > 1
    return Grid(
        title=legible(title(table, language)),
        source=legible(
            marked(pick(table.survey_title, language), table.synthetic, language, unprotected=not table.protection)
        ),
        unit=legible(_kind(*kinds[0], language)) if len(kinds) == 1 else "",
        headings=tuple(legible(heading(table, name, language)) for name in table.dimensions),
        statistic=about.say("statistic") if several else "",
        columns=tuple(about.say(name) for name in COLUMNS),
        interval=about.say("interval"),
        lines=tuple(
            _line(table, cell, places[cell.unit], letters.get(said_of, ""), about, several=several)
            for cell, said_of in zip(cells, whys, strict=True)
        ),
        marks={letter: note for note, letter in letters.items()},
        notes=tuple(dict.fromkeys(map(legible, _notes(table, about)))),
        language=language,
        name="-".join(_slug(part) for part in (table.survey, table.indicator.code, *table.dimensions) if part),
    )


def _line(table: Table, cell: Cell, places: int, mark: str, about: About, *, several: bool) -> Line:
    language, codes = about.language, [code_of(cell, name) for name in table.dimensions]
    labels = [label(table, name, code, language) for name, code in zip(table.dimensions, codes, strict=True)]
    # All of a distribution is 100 per cent by construction, and no estimate.
    given = bool(distributed(table)) and codes[-1] == TOTAL and cell.statistic not in COUNTS
    beside = () if given else (cell.se, cell.ci_low, cell.ci_high)
    numbers = [show(number, places, language) for number in (cell.estimate, *beside)]
    n = "" if cell.n is None else show(cell.n, 0, language)
    return Line(
        labels=tuple(map(legible, labels)),
        kind=legible(_kind(cell.statistic, cell.unit, language)) if several else "",
        numbers=(*numbers, *[""] * (4 - len(numbers)), n),
        places=places, flag=_flag(cell), mark=mark, whole=TOTAL in codes,
    )  # fmt: skip


def _kind(statistic: str, unit: str, language: str) -> str:
    return joined(dict.fromkeys([statistic_name(statistic, language), unit_name(unit, language)]), language)


def _why(cell: Cell, table: Table, about: About) -> str:
    """Return what has to be said of a figure; nothing of one that can be used."""
    name = _flag(cell)
    if name == "publish":
        return ""
    reason = in_words(cell.why, about.language, table.units)
    return legible(f"{about.say(f'flag_{name}')} {reason[:1].upper()}{reason[1:]}")


def _flag(cell: Cell) -> str:
    return "none" if cell.flag != "suppress" and not math.isfinite(cell.estimate) else cell.flag


def _letters() -> Iterator[str]:
    """Yield a, b, ... z, aa, ab, ..."""
    yield from string.ascii_lowercase
    yield from (first + last for first in string.ascii_lowercase for last in string.ascii_lowercase)


def _notes(table: Table, about: About) -> Iterator[str]:
    """Yield what is said under a table, beside the notes about single figures."""
    indicator, language = table.indicator, about.language
    source = marked(pick(table.survey_title, language), table.synthetic, language, unprotected=not table.protection)
    yield phrase("named", language, name=about.say("source"), what=f"{source}.")
    notices = ((table.synthetic, "synthetic_notice"), (not table.protection, "unprotected_notice"))
    yield from (about.say(notice) for holds, notice in notices if holds)
    yield from [pick(indicator.note, language)] if indicator.note else []
    yield from (*about.statements(indicator.coverage), *table.notes_in(language))
    yield from (*about.notes, *about.protection_words())
    overall = [cell for cell in table.cells if all(code_of(cell, name) == TOTAL for name in breakdowns(table))]
    unknown = max((cell.unknown_share for cell in overall), default=0.0)
    of = distributed(table)
    if unknown > 0 and not (of and any(code_of(cell, of) == UNKNOWN for cell in table.cells)):
        yield about.say("left_out", share=show(100 * unknown, 1, language))


def _grid_of_estimates(estimates: Estimates, language: str) -> Grid:
    kinds = list(dict.fromkeys(map(str, estimates.statistic)))
    rows: dict[str, list[int]] = {}
    for row, kind in enumerate(map(str, estimates.statistic)):
        rows.setdefault(kind, []).append(row)
    places = {kind: decimals("", [float(estimates.estimate[row]) for row in own]) for kind, own in rows.items()}
    several = len(kinds) > 1
    level = f"{100 * estimates.level:g}"
    source = marked(said("estimates", language), False, language, unprotected=True)
    return Grid(
        title=said("estimates", language) if several or not kinds else legible(statistic_name(kinds[0], language)),
        source=source,
        unit=legible(kinds[0]) if len(kinds) == 1 else "",
        headings=tuple(legible(str(name)) for name in estimates.by),
        statistic=phrase("statistic", language) if several else "",
        columns=tuple(phrase(name, language) for name in COLUMNS),
        interval=said("level", language, level=level),
        lines=tuple(_estimate(estimates, row, places, language, several) for row in range(len(estimates))),
        marks={}, notes=(f"{source}.",), language=language,
        name="-".join(map(_slug, ["estimates", *map(str, estimates.by)])),
    )  # fmt: skip


def _estimate(estimates: Estimates, row: int, places: Mapping[str, int], language: str, several: bool) -> Line:
    kind = str(estimates.statistic[row])
    labels = [estimates.by[name][row] for name in estimates.by]
    numbers = [estimates.estimate, estimates.se, estimates.ci_low, estimates.ci_high]
    return Line(
        labels=tuple(legible("" if code is None else str(code)) for code in labels),
        kind=legible(kind) if several else "",
        numbers=(*(show(float(one[row]), places[kind], language) for one in numbers),
                 show(int(estimates.n[row]), 0, language)),
        places=places[kind],
    )  # fmt: skip


def _slug(text: str) -> str:
    """Return the letters, digits and underscores of a name, with hyphens between them."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter == "_") else "-" for letter in text)
    return "-".join(filter(None, kept.split("-")))


def grids_of(figures: Figures | Sequence[Figures], about: About | None = None, language: str = "en") -> list[Grid]:
    """Return one table or several in words."""
    several: Iterable[Figures] = [figures] if isinstance(figures, Table | Estimates) else figures
    return [grid_of(one, about, language) for one in several]
