"""Files that other organisations' databases ask for, made of the tables as they are published.

They are written with a publication and from its protected tables alone: a table made apart, and protected apart, could
show what the publication hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from lfs_migration.errors import DataError
from lfs_migration.files import csv_line, write_lines
from lfs_migration.model.country import Edition
from lfs_migration.model.export_plan import LABEL, ExportFile, ExportPlan
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.about import About, marked
from lfs_migration.publish.figures import plain, publishable
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import code_of, label, title
from lfs_migration.text import message, pick

NOTES = "notes.csv"
"""What each file of an export is, and which of them this publication has no table for."""
ABOUT = ("file", "title", "indicator", "definition", "unit", "notes", "coverage", "reference", "written")
"""Columns of :data:`NOTES`."""
FIGURES = ("statistic", "value", "unit", "se", "cv", "n", "flag", "source", "note")
"""Columns after the dimensions."""


def write_exports(
    tables: Sequence[Table], folder: Path | str, *, plan: ExportPlan, edition: Edition, about: About | None = None
) -> list[Path]:
    """Write the files of one export.

    Parameters
    ----------
    tables : sequence of Table
        Of one survey, protected against disclosure.
    folder : path
        The files go to a folder of the plan's name in it; those of an earlier publication are taken away.
    plan : ExportPlan
        See :func:`lfs_migration.catalog.load_exports`.
    edition : Edition
        Gives the country and the year.
    about : About, optional
        Coverage statements. Databases take English: the language is not used.

    Returns
    -------
    list of Path
        A file for each of the plan that has a table, and :data:`NOTES`.

    Raises
    ------
    DataError
        For tables that were not protected.

    Notes
    -----
    The columns are ``country`` (ISO 3166-1 alpha-3), ``year``, each dimension with a column of labels, ``statistic``,
    ``value``, ``unit``, ``se``, ``cv`` (a fraction), ``n``, ``flag``, ``source`` and ``note``. A figure that must not
    be published has no value, and says why in its note. Codes that the plan does not map are those of ``tables.csv``.
    """
    bare = next((table for table in tables if not table.protection), None)
    if bare is not None:
        raise DataError(
            "An export is made of protected tables alone", where=f"{bare.survey} {bare.indicator.code}",
            hint="Give lfm.protect(tables)",
        )  # fmt: skip
    out, known = Path(folder) / plan.name, {(table.indicator.code, table.dimensions): table for table in tables}
    notes, paths = [], []
    for name, file in plan.files.items():
        own = [known[file.indicator, one] for one in file.tables if (file.indicator, one) in known]
        rows = list(dict.fromkeys(_rows(own, file, edition)))
        path = out / f"{name}.csv"
        path.unlink(missing_ok=True)  # of an earlier publication
        if rows:
            paths.append(write_lines(path, map(csv_line, [header(file), *rows])))
        notes.append(_about(name, file, own, about or About(), bool(rows)))
    return [*paths, write_lines(out / NOTES, map(csv_line, [ABOUT, *notes]))]


def header(file: ExportFile) -> tuple[str, ...]:
    """Return the columns of a file."""
    return ("country", "year", *(f"{name}{end}" for name in file.names for end in ("", LABEL)), *FIGURES)


def year_of(edition: Edition) -> str:
    """Return the year of an edition; its own name for one that has no year.

    Examples
    --------
    >>> from lfs_migration.catalog import load_country
    >>> year_of(load_country("armenia"))
    '2007'
    """
    found = re.search(r"\d{4}", edition.edition)
    return found[0] if found else edition.edition


def _rows(tables: Iterable[Table], file: ExportFile, edition: Edition) -> Iterator[tuple[str, ...]]:
    for table in tables:
        source = marked(pick(table.survey_title), table.synthetic)
        for cell in map(publishable, table.cells):
            if cell.statistic == file.statistic:
                dimensions = [text for pair in _coded(table, cell, file) for text in pair]
                n = "" if cell.n is None else str(cell.n)
                figures = (plain(cell.estimate), cell.unit, plain(cell.se), plain(cell.cv), n, cell.flag)
                why = in_words(cell.why, "en", table.units)
                yield (edition.country, year_of(edition), *dimensions, cell.statistic, *figures, source, why)


def _coded(table: Table, cell: Cell, file: ExportFile) -> Iterator[tuple[str, str]]:
    """Yield the code and the label in each column; a column that the table does not have is over all of it."""
    places: Mapping[str, str] = {file.columns[name]: name for name in table.dimensions}
    for column in file.names:
        code = code_of(cell, places[column]) if column in places else TOTAL
        words = label(table, places[column], code) if column in places else message("total")
        yield file.codes.get(column, {}).get(code, code), words


def _about(name: str, file: ExportFile, tables: Sequence[Table], about: About, written: bool) -> tuple[str, ...]:
    """Return the row of :data:`NOTES` for a file."""
    first = tables[0] if tables else None
    own = () if first is None else (pick(first.indicator.note) if first.indicator.note else "", *first.notes_in())
    english = About(coverage=about.coverage)
    coverage = () if first is None else english.statements(first.indicator.coverage)
    return (
        f"{name}.csv",
        pick(file.title),
        file.indicator,
        "; ".join(dict.fromkeys(title(table) for table in tables)),
        "" if first is None else next((cell.unit for cell in first.cells if cell.statistic == file.statistic), ""),
        " ".join(f"{one.rstrip('.')}." for one in own if one),
        " ".join(coverage),
        file.reference,
        "yes" if written else "no: the publication has no such table",
    )
