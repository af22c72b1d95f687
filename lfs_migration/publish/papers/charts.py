"""Charts of tables and estimates for researchers: Altair, in the house style, with their text in words.

Bars where there is one series, points told by colour and shape where there are a few, a picture each where there are
many; lines are intervals, hollow shapes figures to be used with caution. A figure that may not be published is a mark
with words in its place. Needs the extra ``charts``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfs_migration.errors import DataError
from lfs_migration.files import write_bytes
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.results import Table
from lfs_migration.publish.legible import said, wrapped
from lfs_migration.publish.papers import chart_files
from lfs_migration.publish.papers.chart_files import library
from lfs_migration.publish.papers.chart_layers import Canvas
from lfs_migration.publish.papers.chart_style import config
from lfs_migration.publish.papers.drawing import Drawing, described, drawing_of, drawing_of_estimates

if TYPE_CHECKING:
    import altair as alt

ENDINGS = (".svg", ".png")
"""Files that a chart can be saved into."""


def plot(figures: Table | Estimates, *, statistic: str = "", language: str = "en", **words: Any) -> alt.TopLevelMixin:
    """Return a chart of a table, or of estimates.

    Parameters
    ----------
    figures : Table or Estimates
        ``table.plot()`` is the same as ``plot(table)``.
    statistic : str
        Which one, where there are several; the first without it.
    language : str
        Of labels: en, fr, es, ar, hy, ru or th. In Arabic the chart is mirrored.
    **words
        For estimates, which know them not: ``title``, ``unit``, and ``labels``, a mapping of variable to mapping of
        code to words.

    Returns
    -------
    altair chart
        Its ``description`` says in words what it shows.

    Raises
    ------
    EstimationError
        With near matches, when there is no such statistic; when there is nothing to draw.
    LfsMigrationError
        When the extra ``charts`` is not installed.
    """
    if isinstance(figures, Estimates):
        return _charted(drawing_of_estimates(figures, statistic, language, **words))
    if words:
        raise DataError("A table has its own words", where=figures.indicator.code,
                        hint=f"Leave out {', '.join(words)}")  # fmt: skip
    return _charted(drawing_of(figures, statistic, language))


def save_chart(figures: Table | Estimates | alt.TopLevelMixin, path: Path | str, **options: Any) -> Path:
    """Save a chart as SVG or PNG, with its text in words inside the file; nothing is fetched from a network.

    Parameters
    ----------
    figures : altair chart, Table or Estimates
    path : path
        Ends in ``.svg`` or ``.png``.
    **options
        Of :func:`plot`, for a table or estimates.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        For another ending.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise DataError(
            "A chart is saved as SVG or PNG", where=str(path), hint=f"End its name in {' or '.join(ENDINGS)}"
        )
    chart = plot(figures, **options) if isinstance(figures, Table | Estimates) else figures
    specification = chart.to_dict()
    made = chart_files.svg(specification) if ending == ".svg" else chart_files.png(specification)
    return write_bytes(path, made)


def _charted(drawing: Drawing) -> alt.TopLevelMixin:
    canvas = Canvas(library(), drawing)
    chart = canvas.chart().properties(title=_title(canvas), description=described(drawing))
    made: alt.TopLevelMixin = chart.configure(**config(drawing.language))
    return made


def _title(canvas: Canvas) -> Any:
    """Return the title; under it the survey, the figure over all, and what lines and hollow shapes mean."""
    drawing, language = canvas.drawing, canvas.drawing.language
    keys = {
        said("line", language, level=drawing.level): any(point.low is not None for point in drawing.drawn),
        said("hollow", language): any(point.state == "caution" for point in drawing.drawn),
    }
    told = ". ".join(words for words, holds in keys.items() if holds)
    lines = [*wrapped(drawing.source, 90, 2), *filter(None, [drawing.total, told])]
    return canvas.library.Title(
        text=[canvas.turned(line) for line in wrapped(drawing.title, 70, 3)],
        subtitle=[canvas.turned(line) for line in lines],
    )
