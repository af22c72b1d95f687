"""A publication in SDMX's terms: concepts, code lists and observations, as plain values.

One data structure a publication, with one data flow of it. Every component has a concept of its own, of the same
identifier; those that SDMX shares between subjects say so in an annotation. Names are in every language that is known.
The writers of each format (:mod:`~lfs_migration.publish.sdmx.csv_file`, :mod:`~lfs_migration.publish.sdmx.json_file`,
:mod:`~lfs_migration.publish.sdmx.ml`) read these values alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lfs_migration.model.noun import Text
from lfs_migration.text import LANGUAGES, clean

AGENCY = "LFS_MIGRATION"
"""Who maintains the structures."""
VERSION = "1.0.0"
PREPARED = "2000-01-01T00:00:00Z"
"""Stands where SDMX wants the time of making: the same input gives the same bytes. The manifest has the time."""
NOT_APPLICABLE = "_Z"
"""SDMX's code where a breakdown has no meaning."""
SAME_AS = "SAME_AS"
"""Type of the annotation with the name, in SDMX's registry, of a concept or a code that means the same."""
ORIGINAL = "ORIGINAL"
"""Type of the annotation with a name or a code as it stands in ``tables.csv``, where the identifier is another."""
SEMANTIC = "urn:sdmx:org.sdmx.infomodel."

Kind = Literal["dimension", "time", "measure", "attribute"]
DataType = Literal["String", "Double", "Integer", "ObservationalTimePeriod"]


@dataclass(frozen=True)
class Code:
    """A code of a list.

    Parameters
    ----------
    id : str
    names : Text
    notes : mapping of annotation type to str
    """

    id: str
    names: Text
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Component:
    """A dimension, the measure or an attribute, with its concept.

    Parameters
    ----------
    id : str
    kind : str
    names : Text
    type : str
        Of the values of a component without codes.
    codes : tuple of Code
        Empty where values are not of a list.
    notes : mapping of annotation type to str
        Of the concept.
    """

    id: str
    kind: Kind
    names: Text
    type: DataType = "String"
    codes: tuple[Code, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def list_id(self) -> str:
        """The identifier of its code list."""
        return f"CL_{self.id}"


@dataclass(frozen=True)
class Structure:
    """The structure of a publication's figures.

    Parameters
    ----------
    id : str
        Of the data structure and of its data flow.
    names : Text
    components : tuple of Component
        Dimensions, then the measure, then attributes.
    synthetic : bool
        Whether the data were generated: messages then say that they are a test.
    """

    id: str
    names: Text
    components: tuple[Component, ...]
    synthetic: bool = False

    @property
    def scheme_id(self) -> str:
        """The identifier of the concept scheme."""
        return f"CS_{self.id}"

    def list_id(self, component: Component) -> str:
        """Return the identifier of a component's code list: lists of several publications have different ones."""
        return f"{component.list_id}_{self.id}"

    def of(self, kind: Kind) -> tuple[Component, ...]:
        """Return the components of a kind, in their order."""
        return tuple(one for one in self.components if one.kind == kind)

    @property
    def flow(self) -> str:
        """What observations name the data flow by: agency, identifier and version."""
        return reference(self.id)


@dataclass(frozen=True)
class Cube:
    """A structure, and its observations.

    Parameters
    ----------
    structure : Structure
    rows : tuple of tuple of str
        A value for each component, in their order; empty where there is none.
    """

    structure: Structure
    rows: tuple[tuple[str, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The identifiers of the components."""
        return tuple(one.id for one in self.structure.components)


def reference(identifier: str) -> str:
    """Return how a structure of ours is referred to.

    Examples
    --------
    >>> reference("ARMENIA_2007")
    'LFS_MIGRATION:ARMENIA_2007(1.0.0)'
    """
    return f"{AGENCY}:{identifier}({VERSION})"


def urn(kind: str, identifier: str, item: str = "") -> str:
    """Return the name of a structure, or of an item of it, in SDMX's registry.

    Examples
    --------
    >>> urn("conceptscheme.Concept", "CS_ARMENIA_2007", "SEX")
    'urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=LFS_MIGRATION:CS_ARMENIA_2007(1.0.0).SEX'
    """
    return f"{SEMANTIC}{kind}={reference(identifier)}{f'.{item}' if item else ''}"


def spoken(text: Mapping[str, str], otherwise: str) -> Text:
    r"""Return a name in the languages that have one of their own, cleaned; ``otherwise`` where it is blank.

    Examples
    --------
    >>> spoken({"en": "Sex\x00", "fr": "Sexe"}, "SEX") == {"en": "Sex\ufffd", "fr": "Sexe"}
    True
    >>> spoken({"en": " "}, "SEX")
    {'en': 'SEX'}
    """
    known = {language: clean(text[language]) for language in LANGUAGES if text.get(language, "").strip()}
    return {"en": clean(otherwise).strip() or "-"} | known
