"""The road of single tables: a text or an office's own set, checked before the survey is read, then made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from lfs_migration import catalog, pipeline
from lfs_migration.catalog import OwnTables
from lfs_migration.errors import NotFound, near
from lfs_migration.frames import Engine
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Correction
from lfs_migration.model.results import Table
from lfs_migration.protect import protect
from lfs_migration.publish import About, write_tables, write_workbook
from lfs_migration.publish.papers import word
from lfs_migration.publish.papers.chart_files import library
from lfs_migration.publish.papers.charts import save_chart
from lfs_migration.publish.papers.latex import write_latex
from lfs_migration.readers import Stage
from lfs_migration.tabulate import table, tabulate_indicators

CHARTS = (".svg", ".png")
"""Files of charts."""


@dataclass(frozen=True)
class Wanted:
    """The tables that are asked for.

    Parameters
    ----------
    text, statistic : str
        Of one table.
    own : OwnTables, optional
        An office's set, in place of one table.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    protection : str
        Rules of disclosure control; empty is none.
    """

    text: str = ""
    statistic: str = ""
    own: OwnTables | None = None
    profile: str | None = None
    protection: str = ""

    def of(self, data: Dataset) -> Sequence[Table]:
        """Return the tables of a data set, in which nobody can be recognised by what they say together."""
        if self.own is None:
            made: Sequence[Table] = (table(data, self.text, statistic=self.statistic, profile=self.profile),)
        else:
            made = tabulate_indicators(data, self.own.indicators, codebook=self.own.codebook, profile=self.profile)
        return protect(made, rules=self.protection) if self.protection else made


def wanted(
    country: str | Path,
    edition: str | None,
    text: str | Path,
    *,
    statistic: str = "",
    profile: str | None = None,
    protection: str | None = None,
    unprotected: bool = False,
) -> Wanted:
    """Return the tables that are asked for, after it has been seen that the edition can make them.

    Parameters
    ----------
    country, edition : str
        As :func:`lfs_migration.pipeline.run` takes them.
    text : str or Path
        An ad hoc table; or a file of them.
    statistic, profile, protection, unprotected
        As in :class:`Wanted`; the edition's own rules of disclosure control without another, and none if unprotected.

    Raises
    ------
    CatalogError
        Saying what is wrong in the text, or in the file and in which line.
    """
    chosen = catalog.load_country(country, edition)
    rules = "" if unprotected else protection or chosen.protection
    catalog.load_profile(profile or chosen.quality)
    if rules:
        catalog.load_protection(rules)
    if isinstance(text, Path):
        return Wanted(own=catalog.load_tables(text, chosen), profile=profile, protection=rules)
    catalog.ad_hoc(text, catalog.load_codebook(chosen.module, chosen), chosen, statistic=statistic)
    return Wanted(text, statistic, None, profile, rules)


def weighted(  # noqa: PLR0913
    country: str | Path,
    edition: str | None,
    path: Path,
    *,
    say: pipeline.Say = lambda _: None,
    engine: str | Engine = "auto",
    weights: str = "recipe",
    stage: Stage | None = None,
    corrections: Sequence[Correction] = (),
) -> Dataset:
    """Return a survey as ``run`` tabulates it: harmonised, corrected, and with the weights of its recipe.

    The parameters are those of :func:`lfs_migration.pipeline.run`.

    Raises
    ------
    LfsMigrationError
        When the survey cannot be read or weighted, or no weights are called so.
    """
    if weights not in get_args(pipeline.Weights):
        raise NotFound(f"No weights {weights!r}", hint=near(weights, get_args(pipeline.Weights)))
    data = pipeline.prepare(country, edition, path, say, engine, stage, corrections)
    made, _ = pipeline.weighed(data, path, weights, say, stage, corrections)
    return made


def able(path: Path) -> None:
    """See that the library for a kind of file is installed, before the work.

    Raises
    ------
    LfsMigrationError
        Saying how to install it.
    """
    ending = path.suffix.lower()
    if ending == ".docx":
        word.library()
    for name in ("altair", "vl_convert") if ending in CHARTS else ():
        library(name)


def write(tables: Sequence[Table], path: Path, about: About) -> Path:
    """Write tables into a file of the kind that its name says; a chart is of the first of them.

    Parameters
    ----------
    tables : sequence of Table
    path : Path
        Ends in ``.csv``, ``.xlsx``, ``.tex`` or ``.docx``, or in ``.svg`` or ``.png`` for a chart.
    about : About
        Language, notes, and what was done to the tables.

    Raises
    ------
    NotFound
        For another ending.
    LfsMigrationError
        When the library that a kind needs is not installed.
    """
    writers: dict[str, Callable[[], Path]] = {
        ".csv": lambda: write_tables(tables, path),
        ".xlsx": lambda: write_workbook(tables, path, about=about),
        ".tex": lambda: write_latex(tables, path, about=about),
        ".docx": lambda: word.write_docx(tables, path, about=about),
        ".svg": lambda: save_chart(tables[0], path, language=about.language),
        ".png": lambda: save_chart(tables[0], path, language=about.language),
    }
    ending = path.suffix.lower()
    if ending not in writers:
        raise NotFound(f"No kind of file ends in {ending!r}", where=str(path), hint=near(ending, writers))
    return writers[ending]()
