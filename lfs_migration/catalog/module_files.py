"""Loads a file that a module may have beside its codebook: its profile, its exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from lfs_migration.catalog.codebooks import load_codebook
from lfs_migration.catalog.documents import Document, load
from lfs_migration.catalog.places import folder, modules
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.model.codebook import Codebook

Content = TypeVar("Content")


@dataclass(frozen=True)
class ModuleFile(Generic[Content]):
    """One kind of such files.

    Parameters
    ----------
    name : str
        Of the file in the module's folder.
    read : callable
        Makes its content from the document and the module's name, or raises :class:`CatalogError`.
    wrong : callable
        Yields what is wrong in the content.
    """

    name: str
    read: Callable[[Document, str], Content]
    wrong: Callable[[Content, Codebook, Document], Iterator[CatalogError]]

    def load(self, module: str) -> Content | None:
        """Return the content of a module's file; nothing where it has none.

        Raises
        ------
        NotFound
            For an unknown module.
        CatalogError
            With file and line.
        """
        if module not in modules():
            raise NotFound(f"No module {module!r}", hint=near(module, modules()))
        path = folder() / module / self.name
        if not path.is_file():
            return None
        document = load(path)
        content = self.read(document, module)
        for problem in self.wrong(content, load_codebook(module), document):
            raise problem
        return content

    def problems(self, codebook: Codebook) -> Iterator[CatalogError]:
        """Find what is wrong in the file of a module."""
        path = folder() / codebook.name / self.name
        if not path.is_file():
            return
        document = load(path)
        try:
            content = self.read(document, codebook.name)
        except CatalogError as error:
            yield error
            return
        yield from self.wrong(content, codebook, document)
