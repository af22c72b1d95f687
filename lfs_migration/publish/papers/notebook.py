"""Nouns as notebooks show them: small tables in HTML, without colours of their own, for light and dark pages.

No script, no file beside them, and every text of the data escaped by the template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from lfs_migration.errors import DataError
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.findings import Findings, Outcome
from lfs_migration.model.protection import Protected
from lfs_migration.model.results import Table
from lfs_migration.pages import template
from lfs_migration.publish.about import survey_of
from lfs_migration.publish.figures import show
from lfs_migration.publish.legible import legible, said, wrapped
from lfs_migration.publish.papers.grid import grid_of
from lfs_migration.publish.titles import title
from lfs_migration.publish.words import phrase
from lfs_migration.text import RIGHT_TO_LEFT, pick

ROWS = 40
"""Lines that are shown at most."""
LETTERS = 200
"""Of a label that are shown at most."""

Shown = Table | Estimates | Findings | Protected | Sequence[Table]


def to_html(shown: Shown, *, language: str = "en", rows: int = ROWS) -> str:
    """Return a noun as HTML for a notebook, or for a page that it is to stand in.

    A table with its notes and flags, estimates, a list of tables as contents, findings as the rules that failed.

    Parameters
    ----------
    shown : Table, Estimates, Findings, or sequence of Table
    language : str
        Of labels: en, fr, es, ar, hy, ru or th.
    rows : int
        Lines at most; a last one says how many are left out.

    Returns
    -------
    str

    Raises
    ------
    DataError
        For something else.
    """
    if isinstance(shown, Table | Estimates):
        name, values = "table", _table(shown, language, rows)
    elif isinstance(shown, Findings):
        name, values = "findings", _findings(shown, language, rows)
    else:
        tables = [one for one in shown if isinstance(one, Table)]
        if len(tables) < len(shown):
            raise DataError(
                "Not all of a list are tables", hint="Give a table, estimates, findings, or a list of tables"
            )
        name, values = "contents", _contents(tables, language, rows)
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return str(_page().render(kind=name, language=language, direction=direction, say=_saying(language), **values))


@cache
def _page() -> Any:
    return template("lfs_migration.publish", "notebook.html.j2")


def _saying(language: str) -> Callable[[str], str]:
    return lambda name: phrase(name, language)


def _short(text: str) -> str:
    return wrapped(text, LETTERS, 1)[0]


def _left_out(count: int, name: str, language: str) -> str:
    return said(name, language, count=show(count, 0, language)) if count > 0 else ""


def _table(figures: Table | Estimates, language: str, rows: int) -> Mapping[str, Any]:
    grid = grid_of(figures, language=language)
    shown = grid.lines[:rows]
    marks = {line.mark for line in shown}
    return {
        "title": _short(grid.caption),
        "source": grid.source,
        "headings": [*map(_short, grid.words), *grid.columns],
        "labels": len(grid.words),
        "flagged": bool(grid.marks),
        "lines": [
            {"labels": list(map(_short, line.words)), "numbers": line.numbers, "flag": _flag(line.flag, language),
             "mark": line.mark, "whole": line.whole}
            for line in shown
        ],
        "left_out": _left_out(len(grid.lines) - len(shown), "more", language),
        "marks": {letter: _short(note) for letter, note in grid.marks.items() if letter in marks},
        "notes": [_short(note) for note in grid.notes[1:]],
        "empty": "" if grid.lines else phrase("empty", language),
    }  # fmt: skip


def _flag(flag: str, language: str) -> str:
    """Return the words of a flag; none of a figure that can be used."""
    names = {"caution": "caution", "suppress": "withheld"}
    return phrase(names[flag], language) if flag in names else ""


def _contents(tables: Sequence[Table], language: str, rows: int) -> Mapping[str, Any]:
    shown = tables[:rows]
    return {
        "title": said("tables", language, count=show(len(tables), 0, language)),
        "source": legible(survey_of(tables).named(language)),
        "lines": [
            {"place": str(place), "code": _short(table.indicator.code), "title": _short(title(table, language)),
             "figures": show(len(table.cells), 0, language),
             "withheld": show(sum(cell.flag == "suppress" for cell in table.cells), 0, language)}
            for place, table in enumerate(shown)
        ],
        "left_out": _left_out(len(tables) - len(shown), "more_rows", language),
        "empty": "",
    }  # fmt: skip


def _findings(findings: Findings, language: str, rows: int) -> Mapping[str, Any]:
    failing = sorted((one for one in findings.outcomes if one.failed > one.accepted), key=_worst)
    shown = failing[:rows]
    return {
        "title": phrase("findings", language),
        "source": legible(findings.title),
        "headings": [phrase(name, language) for name in ("rule", "check", "severity", "found", "checked")],
        "lines": [
            {"rule": _short(one.rule), "label": _short(pick(one.label, language)),
             "severity": phrase(one.severity, language), "found": show(one.failed - one.accepted, 0, language),
             "checked": show(one.checked, 0, language)}
            for one in shown
        ],
        "left_out": _left_out(len(failing) - len(shown), "more_rows", language),
        "empty": "" if failing else phrase("checks_none", language),
    }  # fmt: skip


def _worst(one: Outcome) -> tuple[bool, int, str]:
    """Return what orders rules: errors first, then those that fail most."""
    return one.severity != "error", one.accepted - one.failed, one.rule
