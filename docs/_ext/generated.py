"""Parts of pages that are made when the site is built, from what the package itself knows.

A fence ``{generated} NAME`` in a page is replaced by the Markdown that the maker of that name gives. So no list of
commands, indicators or rules is written twice, and none can be out of date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from commands import command_pages
from knowledge import coverage_statements, indicators, protection_profiles, quality_profiles, validation_rules
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

MAKERS: dict[str, Callable[[], str]] = {
    "commands": command_pages,
    "coverage of emigration": lambda: coverage_statements("emigration"),
    "coverage of worker": lambda: coverage_statements("worker"),
    "indicators of emigration": lambda: indicators("emigration"),
    "indicators of worker": lambda: indicators("worker"),
    "protection profiles": protection_profiles,
    "quality profiles": quality_profiles,
    "rules of emigration": lambda: validation_rules("emigration"),
    "rules of worker": lambda: validation_rules("worker"),
}
FENCE = re.compile(r"^```\{generated\} (.+)\n```$", re.MULTILINE)


def filled(text: str) -> str:
    """Return the text of a page with its generated parts.

    Raises
    ------
    ExtensionError
        For a part that nothing makes.
    """

    def made(match: re.Match[str]) -> str:
        if match[1] not in MAKERS:
            raise ExtensionError(f"Nothing makes {match[1]!r}; there are: {', '.join(sorted(MAKERS))}")
        return MAKERS[match[1]]()

    return FENCE.sub(made, text)


def _read(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = filled(source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill the pages as they are read."""
    app.connect("source-read", _read)
    # What is generated depends on the whole package: pages are made anew by every build of a clean folder.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
