"""The page of a batch: the surveys that are published, and their headline figures side by side."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lfs_migration import catalog
from lfs_migration.files import write_text
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.results import TOTAL, Cell
from lfs_migration.pages import template
from lfs_migration.publish.about import marked
from lfs_migration.publish.figures import decimals, show
from lfs_migration.publish.manifest import version
from lfs_migration.publish.pages.bars import Bar, scale_of
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.words import phrase, unit_name
from lfs_migration.text import RIGHT_TO_LEFT, pick, wording

NUMBERS = ("estimate", "se", "cv", "ci_low", "ci_high", "df")
"""Columns of ``tables.csv`` that are empty where a figure is not shown."""


@dataclass(frozen=True)
class Published:
    """A survey and the folder of its publication."""

    edition: Edition
    folder: Path


@dataclass(frozen=True)
class Line:
    """A survey's figure in words."""

    survey: str
    link: str
    estimate: str
    se: str
    interval: str
    n: str
    flag: str
    why: str
    bar: Bar | None


@dataclass(frozen=True)
class Headline:
    """One indicator, of every survey."""

    code: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """A survey's published figures, by indicator: those over all categories."""

    title: str
    link: str
    cells: Mapping[str, Cell]


def write_side_by_side(surveys: Sequence[Published], path: Path | str, *, language: str = "en") -> Path:
    """Write a page with the headline figures of surveys, as their ``tables.csv`` has them, and links to their reports.

    Parameters
    ----------
    surveys : sequence of Published
        Of any modules; figures of different modules stand apart.
    path : path
        Links are relative to its folder.
    language : str

    Returns
    -------
    Path
    """
    out = Path(path)
    groups: dict[str, list[Published]] = {}
    for one in surveys:
        groups.setdefault(one.edition.module, []).append(one)
    headlines, links = list[Headline](), list[tuple[str, str]]()
    for own in groups.values():
        codebook = catalog.load_codebook(own[0].edition.module, own[0].edition)
        read = [_read(one, codebook, out.absolute().parent, language) for one in own]
        links += [(one.title, one.link) for one in read]
        headlines += _headlines(read, codebook, language)
    words = {**wording("batch", "en"), **wording("batch", language)}
    page = template(
        "lfs_migration.publish", "side_by_side.html.j2",
        say=lambda name, **values: words[name].format(**values) if name in words else phrase(name, language, **values),
        language=language, direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
    )  # fmt: skip
    count = show(len(links), 0, language)
    return write_text(out, page.render(headlines=headlines, links=links, count=count, version=version("lfs-migration")))


def _read(one: Published, codebook: Codebook, beside: Path, language: str) -> _Read:
    manifest = json.loads((one.folder / "manifest.json").read_text(encoding="utf-8"))
    unprotected = bool(manifest.get("settings", {}).get("unprotected"))
    name = marked(pick(one.edition.title, language), bool(manifest["synthetic"]), language, unprotected=unprotected)
    place = os.path.relpath(one.folder.absolute(), beside)
    link = quote(Path(place).as_posix()) + "/report.html"
    cells: dict[str, Cell] = {}
    with (one.folder / "tables.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["indicator"] in codebook.headlines and _whole(row):
                cells.setdefault(row["indicator"], _cell(row))
    return _Read(name, link, cells)


def _whole(row: Mapping[str, str]) -> bool:
    """Return whether a row is over all categories, and no share of anything."""
    names = list(row)
    dimensions = names[names.index("shares_of") + 1 : names.index("statistic")]
    return not row["shares_of"] and all(row[name] in ("", TOTAL) for name in dimensions)


def _cell(row: Mapping[str, str]) -> Cell:
    numbers = {name: float(row[name]) if row[name] else math.nan for name in NUMBERS}
    counts = {name: int(row[name]) if row[name] else None for name in ("n", "households")}
    return Cell(
        keys={}, statistic=row["statistic"], unit=row["unit"], unknown_share=0.0, flag=row["flag"],  # type: ignore[arg-type]
        **numbers, **counts,  # type: ignore[arg-type]
    )  # fmt: skip


def _headlines(read: Sequence[_Read], codebook: Codebook, language: str) -> list[Headline]:
    known = catalog.load_indicators(codebook.name)
    out = []
    for code in codebook.headlines:
        own = [(one, one.cells[code]) for one in read if code in one.cells]
        if known[code].of or not own:
            continue
        cells = [cell for _, cell in own]
        places, scale = decimals(cells[0].unit, [cell.estimate for cell in cells]), scale_of(cells)
        lines = [
            Line(
                one.title, one.link, show(cell.estimate, places, language), show(cell.se, places, language),
                _interval(cell, places, language), show(cell.n, 0, language), cell.flag,
                in_words(cell.why, language, None), None if scale is None else scale.bar(cell),
            )
            for one, cell in own
        ]  # fmt: skip
        absent = tuple(one.title for one in read if code not in one.cells)
        title = pick(known[code].title, language)
        out.append(Headline(code, title, unit_name(cells[0].unit, language), tuple(lines), absent))
    return out


def _interval(cell: Cell, places: int, language: str) -> str:
    low, high = show(cell.ci_low, places, language), show(cell.ci_high, places, language)
    return phrase("range", language, low=low, high=high) if low and high else ""
