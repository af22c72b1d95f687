"""Builds an XML document: elements in their order, texts by language, and no character that XML cannot carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lfs_migration.text import LANGUAGES, clean

LANG = "xml:lang"


def languages_of(text: Mapping[str, str], first: str) -> list[str]:
    """Return the languages of a text: ``first``, then English, then the others in their usual order.

    Examples
    --------
    >>> languages_of({"en": "Sex", "fr": "Sexe", "es": "Sexo"}, "es")
    ['es', 'en', 'fr']
    """
    return [one for one in dict.fromkeys((first, "en", *LANGUAGES)) if one in text]


class Tree:
    """An element that is being filled.

    Parameters
    ----------
    element : Element
    first : str
        The language that comes first where there are several.
    """

    def __init__(self, element: Element, first: str = "en") -> None:
        self.element, self.first = element, first

    def add(self, tag: str, text: object = None, /, **attributes: object) -> Tree:
        """Add an element and return it; an attribute that is ``None`` or empty is left out, ``_`` stands for ``-``."""
        given = {
            LANG if name == "lang" else name.replace("_", "-"): clean(str(value))
            for name, value in attributes.items()
            if value is not None and value != ""
        }
        child = SubElement(self.element, tag, given)
        if text is not None:
            child.text = clean(str(text))
        return Tree(child, self.first)

    def each(self, tag: str, text: Mapping[str, str], /, **attributes: object) -> None:
        """Add an element for each language of a text."""
        for language in languages_of(text, self.first):
            self.add(tag, text[language], lang=language, **attributes)

    def english(self, tag: str, text: str, /, **attributes: object) -> None:
        """Add an element for prose that exists in English alone; none where it is empty."""
        if text:
            self.add(tag, text, lang="en", **attributes)


def written(root: Element) -> bytes:
    """Return a document as UTF-8; the same tree gives the same bytes."""
    indent(root, space=" ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def identifiers(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Return an XML identifier for each name: the prefix and a number, in their order.

    Examples
    --------
    >>> identifiers("V", ["em_sex", "em_age"])
    {'em_sex': 'V1', 'em_age': 'V2'}
    """
    return {name: f"{prefix}{number}" for number, name in enumerate(names, 1)}
