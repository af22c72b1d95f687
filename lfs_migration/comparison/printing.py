"""Comparisons as lines for a reader and as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lfs_migration.comparing import Change, Changes, Comparison, Coverage
from lfs_migration.files import csv_line, write_lines
from lfs_migration.model.noun import Text
from lfs_migration.model.results import TOTAL, UNKNOWN, Cell
from lfs_migration.publish.about import marked
from lfs_migration.publish.figures import decimals, plain, show
from lfs_migration.text import message, pick

Compared = Comparison | Changes | Coverage
NOTES = ".notes.txt"
"""Ending of the file beside a CSV file that holds what its columns do not."""
HIDDEN = "-"
"""What stands for a figure that is suppressed; one that a survey does not have is left empty."""


def lines(compared: Compared, language: str = "en") -> Iterator[str]:
    """Yield an aligned table, then its notes."""
    match compared:
        case Comparison():
            rows, left = _of_countries(compared, language), 3
        case Changes():
            rows, left = _of_rounds(compared, language), 3
        case Coverage():
            rows, left = _of_source(compared, language), 2
    yield from _aligned(rows, left)
    yield ""
    yield from notes(compared)


def notes(compared: Compared) -> Iterator[str]:
    """Yield what is to be known of a comparison beside its figures."""
    if isinstance(compared, Coverage):
        source = compared.source
        yield f"{compared.indicator.code} {pick(compared.indicator.title)}, {compared.survey}."
        for name in ("source", "reference", "definition"):
            if getattr(source, name):
                yield f"{name.capitalize()}: {getattr(source, name)}"
        if source.years:
            yield f"Year of the source: {', '.join(source.years)}"
    made = compared.synthetic
    if made:
        surveys = (
            compared.survey if isinstance(compared, Coverage) else ", ".join(made if isinstance(made, tuple) else ())
        )
        yield f"{message('synthetic').capitalize()}: {surveys}."
    yield from compared.notes


def write(compared: Compared, path: Path) -> tuple[Path, Path]:
    """Write a comparison as a CSV file, and its notes as text beside it.

    Parameters
    ----------
    compared : Comparison, Changes or Coverage
    path : Path

    Returns
    -------
    tuple of two paths
    """
    frame = compared.to_frame()
    if "title" in frame.columns:
        frame["title"] = [marked(title, bool(compared.synthetic)) for title in frame["title"]]
    rows = ([_field(value) for value in row] for row in frame.itertuples(index=False, name=None))
    beside = path.with_name(path.stem + NOTES)
    written = write_lines(path, map(csv_line, [list(frame.columns), *rows]))
    return written, write_lines(beside, (f"{note}\n" for note in notes(compared)))


def _field(value: Any) -> str:
    """Return a value as a CSV file holds it: nothing where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(float(value)) if isinstance(value, int | float) else str(value)


def _of_countries(compared: Comparison, language: str) -> list[tuple[str, ...]]:
    rows = [("", "", "unit", *(word for survey in compared.surveys for word in (survey, "s.e.", "n", "flag")))]
    for line in compared.lines:
        places = decimals(line.unit, [cell.estimate for cell in line.cells.values()])
        cells = [_cell(line.cells.get(survey), places, language) for survey in compared.surveys]
        name = _named(line.title, line.keys, compared.labels, language)
        rows.append((line.indicator, name, line.unit, *(word for four in cells for word in four)))
    return rows


def _of_rounds(compared: Changes, language: str) -> list[tuple[str, ...]]:
    sides = (word for name in (compared.first, compared.second) for word in (name, "s.e.", "n", "flag"))
    rows: list[tuple[str, ...]] = [("", "", "unit", *sides, "change", "s.e.", "low", "high", "p", "")]
    for one in compared.changes:
        places = decimals(one.unit, [cell.estimate for cell in (one.first, one.second) if cell])
        cells = [_cell(cell, places, language) for cell in (one.first, one.second)]
        numbers = [show(number, places, language) for number in (one.change, one.se, one.ci_low, one.ci_high)]
        name = _named(one.title, one.keys, compared.labels, language)
        rows.append(
            (one.indicator, name, one.unit, *cells[0], *cells[1], *numbers, show(one.p, 3, language), _said(one))
        )
    return rows


def _said(one: Change) -> str:
    return "significant" if one.significant else one.why


def _of_source(compared: Coverage, language: str) -> list[tuple[str, ...]]:
    head = ("destination", "sex", "survey", "s.e.", "n", "flag", "source", "ratio", "s.e.", "low", "high")
    rows: list[tuple[str, ...]] = [head]
    labels = list(compared.labels.values())
    for row in compared.rows:
        sex = _label(labels[1:], row.sex, language)
        figures = [show(number, 0, language) for number in (row.estimate, row.se)]
        if row.flag == "suppress":
            figures = [HIDDEN, HIDDEN]
        ratios = [show(number, 3, language) for number in (row.ratio, row.ratio_se, row.ci_low, row.ci_high)]
        n = show(row.n, 0) or (HIDDEN if row.flag == "suppress" else "")
        rows.append((_label(labels[:1], row.destination, language), sex, *figures, n, row.flag,
                     show(row.outside, 0, language), *ratios))  # fmt: skip
    return rows


def _label(labels: Sequence[Mapping[str, Text]], code: str, language: str) -> str:
    for own in labels:
        if code in own:
            return pick(own[code], language)
    return {TOTAL: message("total", language), UNKNOWN: message("unknown", language)}.get(code, code)


def _named(title: Text, keys: Mapping[str, str], labels: Mapping[str, Mapping[str, Text]], language: str) -> str:
    """Return what a line is called: by its codes, or by the indicator's title where it is over everything."""
    codes = [_label([labels.get(d, {})], code, language) for d, code in keys.items() if code != TOTAL]
    return ", ".join(codes) or pick(title, language)


def _cell(cell: Cell | None, places: int, language: str) -> tuple[str, str, str, str]:
    if cell is None:
        return "", "", "", ""
    if cell.flag == "suppress":
        return HIDDEN, HIDDEN, show(cell.n, 0) or HIDDEN, cell.flag
    return show(cell.estimate, places, language), show(cell.se, places, language), show(cell.n, 0), cell.flag


def _aligned(rows: Sequence[tuple[str, ...]], left: int) -> Iterator[str]:
    """Yield rows as lines: the first columns and words to the left, numbers to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    words = [at < left or rows[0][at] in ("flag", "") for at in range(len(widths))]
    for row in rows:
        parts = [
            cell.ljust(width) if word else cell.rjust(width)
            for cell, width, word in zip(row, widths, words, strict=True)
        ]
        yield "  ".join(parts).rstrip()
