"""The codebook as a page: one HTML file that opens anywhere, without scripts and without the network."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from lfs_migration.files import write_bytes
from lfs_migration.metadata.page_view import LONG, TYPES, View
from lfs_migration.metadata.words import word
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Text
from lfs_migration.model.questionnaire import Questionnaire
from lfs_migration.pages import template
from lfs_migration.text import RIGHT_TO_LEFT, clean

_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[A-Za-z_]\w*")


def write_page(
    codebook: Codebook,
    out: Path,
    *,
    language: str = "en",
    edition: Edition | None = None,
    questionnaire: Questionnaire | None = None,
) -> Path:
    """Write the codebook as one HTML page.

    Text of the codebook cannot become markup: all of it is escaped, and the page's own policy forbids scripts, the
    network and any style but its own. The same codebook gives the same bytes.

    Parameters
    ----------
    codebook : Codebook
        Loaded with the edition, where there is one.
    out : Path
        The file, ``emigration.en.html``.
    language : str
        Of the page. A text without a wording in it is shown, and marked, as English.
    edition : Edition, optional
        Its files, columns, native codes and choices are then shown.
    questionnaire : Questionnaire, optional
        Gives the wording of questions.

    Returns
    -------
    Path
    """
    view = View(codebook, language, edition, questionnaire)
    return write_bytes(out, _template(view).render().encode())


def _template(view: View) -> Any:
    from markupsafe import Markup

    style = files("lfs_migration.metadata").joinpath("templates/codebook.css").read_text(encoding="utf-8")
    write = Writer(view)
    return template(
        "lfs_migration.metadata", "codebook.html.j2",
        view=view, codebook=view.codebook, edition=view.edition, language=view.language,
        rtl=view.language in RIGHT_TO_LEFT, types=TYPES, long=LONG,
        records=tuple(view.records()), lists=tuple(view.lists()), standards=view.standards(),
        choices=tuple(view.choices()), title=view.edition.title if view.edition else view.codebook.title,
        style=Markup(style),  # noqa: S704 - the package's own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        say=lambda name, /, **values: word(name, view.language, **values),
        text=write.text, english=write.english, expression=write.expression, words=write.words,
        at=lambda name, kind="": view.anchors[f"{kind} {name}" if kind else name],
    )  # fmt: skip


class Writer:
    """Makes markup of texts: in the page's language or marked as English, and with links to variables."""

    def __init__(self, view: View) -> None:
        from markupsafe import Markup, escape

        self._view, self._markup, self._escape = view, Markup, escape
        direction = ' dir="ltr"' if view.language in RIGHT_TO_LEFT else ""
        self._foreign = Markup(f'<span lang="en"{direction}>{{}}</span>')  # noqa: S704 - a constant

    def text(self, text: Text) -> Any:
        """Return a text in the page's language, or in English and marked so."""
        own = text.get(self._view.language)
        return self._escape(clean(own)) if own else self.english(text["en"])

    def english(self, text: object) -> Any:
        """Return a text that exists in English alone."""
        escaped = self._escape(clean(str(text)))
        return escaped if self._view.language == "en" else self._foreign.format(escaped)

    def expression(self, text: str) -> Any:
        """Return an expression as code, each variable in it a link."""
        inside = self._markup("").join(self._linked(text))
        return self._markup('<code dir="ltr">{}</code>').format(inside)

    def words(self, text: str) -> Any:
        """Return a condition in words, each variable in it a link."""
        return self._markup("").join(self._linked(text))

    def _linked(self, text: str) -> list[Any]:
        parts: list[Any] = []
        start = 0
        for match in _WORD.finditer(text):
            anchor = self._view.anchors.get(match[0])
            if anchor is not None:
                parts.append(self._escape(clean(text[start : match.start()])))
                parts.append(self._markup('<a href="#{}">{}</a>').format(anchor, match[0]))
                start = match.end()
        return [*parts, self._escape(clean(text[start:]))]
