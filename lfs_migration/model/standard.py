"""International definitions that derived variables and indicators follow."""

from __future__ import annotations

from typing import Literal

from lfs_migration.model.noun import Noun, Text


class Standard(Noun):
    """A definition, in words of our own, and where it stands.

    Parameters
    ----------
    title : Text
    document : str
        Body, title and year.
    paragraph : str
        Where in the document; empty where it is not known.
    definition : Text
    seen : str
        ``text``: its wording was read; ``quoted``: read in another document; ``recalled``: neither.
    choices : tuple of str
        Parameters of a module by which a country makes it its own.
    doubt : str
        What is not settled; empty where nothing is.
    """

    title: Text
    document: str
    paragraph: str = ""
    definition: Text
    seen: Literal["text", "quoted", "recalled"]
    choices: tuple[str, ...] = ()
    doubt: str = ""
