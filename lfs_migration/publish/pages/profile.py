"""The migration profile: one HTML page a survey, which prints on two A4 sheets, without scripts and without network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lfs_migration import catalog
from lfs_migration.files import write_text
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.profile_page import ProfilePage, Shown
from lfs_migration.model.results import Table
from lfs_migration.pages import template
from lfs_migration.publish.about import About, survey_of
from lfs_migration.publish.manifest import version
from lfs_migration.publish.pages.profile_view import Figure, Part, notes, parts, statements
from lfs_migration.publish.titles import by_name
from lfs_migration.publish.words import page_language
from lfs_migration.text import RIGHT_TO_LEFT, pick, texts


def write_profile(
    tables: Sequence[Table],
    path: Path | str,
    *,
    plan: ProfilePage,
    about: About | None = None,
    data: Dataset | None = None,
) -> Path:
    """Write the profile of a survey.

    The same tables give the same bytes. Every number of the page is one of ``tables.csv``: a figure that must not be
    published is named with the reason, and an indicator that the survey did not ask for is listed as such.

    Parameters
    ----------
    tables : sequence of Table
        Of one survey; those that the plan does not name are not shown.
    path : path
    plan : ProfilePage
        See :func:`lfs_migration.catalog.load_profile_page`.
    about : About, optional
        Language, notes and quality rules.
    data : Dataset, optional
        What the tables were made from: tells what the survey did not ask. Without it, what has no table is said to be
        not in the publication.

    Returns
    -------
    Path
    """
    about = (about or About()).of(data)
    known = by_name(tables)
    titles = {code: one.title for code, one in catalog.load_indicators(plan.module).items()}
    shown = parts(plan, tables, about, titles, unasked(plan, data))
    content = {
        "survey": survey_of(tables, data),
        "title": pick(plan.title, about.language),
        "parts": shown,
        "statements": statements(plan, known, about),
        "notes": (*about.notes, *notes(plan, known, about.language)),
        "flags": _flags(shown),
        "about": about,
        "version": version("lfs-migration"),
    }
    return write_text(path, _template(about).render(content))


def shows(plan: ProfilePage, tables: Sequence[Table]) -> bool:
    """Whether a plan shows any of some tables."""
    known = by_name(tables)
    return any((one.indicator, one.by) in known for one in plan.shown)


def unasked(plan: ProfilePage, data: Dataset | None) -> tuple[Shown, ...]:
    """Return what a plan shows and the answers of a survey do not give; nothing where the survey is not known."""
    if data is None or data.country is None or data.codebook is None:
        return ()
    able = catalog.Computable(data.codebook, data.country)
    known = catalog.load_indicators(plan.module, data.country)
    out = []
    for one in plan.shown:
        indicator = known[one.indicator]
        dimensions = tuple(name for name in one.by if name in data.codebook.dimensions)
        record = indicator.numerator.record
        if able.indicator(indicator) or any(able.dimension(name, record) for name in dimensions):
            out.append(one)
    return tuple(out)


def figures_of(part: Part) -> tuple[Figure, ...]:
    """Return every figure of a section."""
    rows = (row for chart in (*part.charts, *part.pyramids) for row in chart.rows)
    drawn = (figure for row in rows for figure in row.figures if figure is not None)
    return (*(figure for _, figure in part.figures), *drawn)


def _template(about: About) -> Any:
    language, words = about.language, texts("profile")
    return template(
        "lfs_migration.publish",
        "profile.html.j2",
        language=language,
        page_language=page_language(language),
        rtl=page_language(language) in RIGHT_TO_LEFT,
        say=about.say,
        own=lambda name: pick(words[name], language),
        pick=lambda text: pick(text, language),
    )


def _flags(shown: Sequence[Part]) -> set[str]:
    """Return the flags that stand on the page."""
    charts = [chart for part in shown for chart in (*part.charts, *part.pyramids)]
    gaps = ["none" for chart in charts for row in chart.rows if None in row.figures]
    hidden = ["suppress" for chart in charts if chart.hidden]
    return {*(_flag(figure) for part in shown for figure in figures_of(part)), *gaps, *hidden}


def _flag(figure: Figure) -> str:
    return "none" if figure.flag != "suppress" and not figure.estimate.text else figure.flag
