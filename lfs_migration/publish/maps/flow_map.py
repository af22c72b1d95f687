"""A map of destinations: countries shaded by their figure, and lines from the country of the survey to the largest.

A figure that must not be published has neither shade nor line, and nothing else of the map depends on it: limits of
classes, widths of lines and the part of the world that is shown come from published figures alone. Geography has one
direction: the picture is not mirrored where the text runs from right to left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from lfs_migration.errors import DataError
from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN, Cell, Table
from lfs_migration.model.shapes import Atlas
from lfs_migration.publish.figures import COUNTS, Number, decimals, number, publishable, show
from lfs_migration.publish.legible import legible
from lfs_migration.publish.maps.nouns import Destination, FlowMap, State, Step
from lfs_migration.publish.maps.picture import name_of, picture
from lfs_migration.publish.maps.scale import Classes, classes_of
from lfs_migration.publish.maps.view import FRAMES
from lfs_migration.publish.titles import code_of, figure_id, label, title
from lfs_migration.publish.words import joined, phrase, statistic_name, unit_name
from lfs_migration.text import pick, texts

WORDS = texts("map")
NAMED = 5
"""Destinations that the text of the map names."""


def to_map(tables: Iterable[Table], atlas: Atlas) -> Table | None:
    """Return the table that a map is made of: the first of numbers by one breakdown whose codes are countries."""
    for table in tables:
        counted = any(cell.statistic in COUNTS for cell in table.cells)
        if len(table.dimensions) == 1 and counted and any(atlas.placed(code) for code in _codes(table)):
            return table
    return None


def _codes(table: Table) -> list[str]:
    return [code_of(cell, table.dimensions[0]) for cell in table.cells]


def flow_map(table: Table, origin: str, atlas: Atlas, language: str = "en", *, name: str = "map") -> FlowMap | None:
    """Return the map of a table of destinations.

    Parameters
    ----------
    table : Table
        With one dimension, whose codes are those of the atlas; others are listed below the map. Numbers are drawn
        where it has them, or else its first statistic.
    origin : str
        Code of the country of the survey.
    atlas : Atlas
    language : str
    name : str
        Begins the ids of its elements: another one for each map of a page.

    Returns
    -------
    FlowMap, optional
        ``None`` where no code has a place on the map.

    Raises
    ------
    DataError
        For a table with no dimension, or with several.
    """
    if len(table.dimensions) != 1:
        raise DataError(f"A map needs a table with one breakdown, not {len(table.dimensions)}",
                        where=table.indicator.code, hint="Choose the table by destination alone")  # fmt: skip
    all_of_it = _destinations(table, origin, atlas, language) if table.cells else []
    there = [(one, one.shape) for one in all_of_it if one.shape is not None]
    if not there:
        return None
    sizes = [one.size for one, _ in there if math.isfinite(one.size)]
    hidden = sum(one.state == "suppress" for one, _ in there)
    classes = classes_of(sizes)
    start = atlas.placed(origin)
    cell = _kind(table)[0]
    return FlowMap(
        id=name,
        title=legible(title(table, language)),
        text=_text(all_of_it, "" if start is None else name_of(start, language), language),
        unit=legible(joined((statistic_name(cell.statistic, language), unit_name(cell.unit, language)), language)),
        pictures=tuple(picture(frame, there, start, atlas, classes, language) for frame in FRAMES),
        steps=_steps(classes, language) if sizes else (),
        hidden=show(hidden, 0, language) if hidden else "",
        caution=any(one.state == "caution" for one in all_of_it),
        elsewhere=tuple(one for one in all_of_it if one.shape is None and one.state != "none"),
        say={key: pick(words, language) for key, words in WORDS.items()},
    )  # fmt: skip


def _kind(table: Table) -> list[Cell]:
    """Return the cells of one statistic: a number, where there is one."""
    first = next((cell for cell in table.cells if cell.statistic in COUNTS), table.cells[0])
    return [cell for cell in table.cells if (cell.statistic, cell.unit) == (first.statistic, first.unit)]


def _destinations(table: Table, origin: str, atlas: Atlas, language: str) -> list[Destination]:
    """Return the categories but their total, the largest first; those without a figure after them, by code."""
    cells = [publishable(cell) for cell in _kind(table)]
    places = decimals(cells[0].unit, [cell.estimate for cell in cells])
    kept = [cell for cell in cells if code_of(cell, table.dimensions[0]) != TOTAL]
    found = [_destination(table, cell, places, atlas, language) for cell in kept]
    # Those who stayed at home have no way to draw.
    own = [replace(one, shape=None) if one.code == origin else one for one in found]
    return sorted(own, key=lambda one: (-one.size if math.isfinite(one.size) else math.inf, one.code))


def _destination(table: Table, cell: Cell, places: int, atlas: Atlas, language: str) -> Destination:
    code = code_of(cell, table.dimensions[0])
    shown = number(cell.estimate, places, language)
    state: State = "none" if cell.flag != "suppress" and not shown.text else cell.flag
    # As it is shown: a figure that rounds up to a limit is in the class above it.
    rounded = show(cell.estimate, places).replace(",", "").replace("\N{MINUS SIGN}", "-")
    return Destination(
        code=code, name=legible(label(table, table.dimensions[0], code, language)),
        size=float(rounded) if rounded else math.nan, shown=shown,
        words=_words(cell, shown, places, language), state=state, figure=figure_id(table, cell),
        shape=atlas.placed(code),
    )  # fmt: skip


def _words(cell: Cell, shown: Number, places: int, language: str) -> str:
    if cell.flag == "suppress":
        return phrase("withheld", language)
    low, high = show(cell.ci_low, places, language), show(cell.ci_high, places, language)
    interval = f" ({phrase('range', language, low=low, high=high)})" if low and high else ""
    return f"{shown.text}{interval}"


def _text(found: Sequence[Destination], origin: str, language: str) -> str:
    named = [one for one in found if math.isfinite(one.size) and one.code not in (OTHER, UNKNOWN)][:NAMED]
    listed = pick(WORDS["map_between"], language).join(f"{one.name} {one.words}" for one in named)
    words = [pick(WORDS["map_from"], language).format(origin=origin)] if origin else []
    words += [pick(WORDS["map_largest"], language).format(list=listed)] if named else []
    return " ".join(words)


def _steps(classes: Classes, language: str) -> tuple[Step, ...]:
    limits = classes.words(language)
    if not limits:
        return (Step(f"shade{classes.shade(0)}", pick(WORDS["map_shaded"], language)),)
    texts_of = [pick(WORDS["map_under"], language).format(high=limits[0])]
    between = pick(WORDS["map_class"], language)
    texts_of += [between.format(low=low, high=high) for low, high in pairwise(limits)]
    texts_of.append(pick(WORDS["map_over"], language).format(low=limits[-1]))
    return tuple(Step(f"shade{classes.shade(place)}", words) for place, words in enumerate(texts_of))
