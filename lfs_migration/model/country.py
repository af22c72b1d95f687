"""A country's edition of a module: its files, and how its codes become the codebook's.

An edition is YAML alone. Each target variable has one map, one of four kinds: :class:`Rename` (a column taken as it
is), :class:`Recode` (code to code), :class:`Fixed` (one value for all rows) or :class:`Derive` (an expression over
native columns); :class:`Join` builds an identifier from several columns.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from lfs_migration.model.codelist import CodeList, Reason
from lfs_migration.model.design import Singletons
from lfs_migration.model.noun import Noun, Text, Value
from lfs_migration.model.weighting import Recipe

Format = Literal["sav", "zsav", "por", "dta", "csv", "parquet"]
Calendar = Literal["gregorian", "buddhist"]


class File(Noun):
    """A file of an edition.

    Parameters
    ----------
    path : str
        Name inside the data folder.
    encoding : str, optional
        Of a text file, or of a .sav, .por or .dta that declares none.
    delimiter, decimal : str
        Of a .csv.
    """

    path: str
    format: Format
    encoding: str | None = None
    delimiter: str = ","
    decimal: str = "."
    note: str = ""


class Rename(Noun):
    """A native column whose values need no other code list.

    Parameters
    ----------
    missing : mapping of native code to reason
        Native codes of an absent answer.
    calendar : str
        ``buddhist`` takes 543 years off.
    """

    column: str
    missing: dict[Value, Reason] = Field(default_factory=dict)
    calendar: Calendar = "gregorian"
    note: str = ""

    @property
    def years_ahead(self) -> int:
        """Years by which the calendar of the file is ahead of the common era."""
        return 543 if self.calendar == "buddhist" else 0


class Recode(Noun):
    """A native column whose codes become the codebook's.

    Parameters
    ----------
    codes : mapping of native code to code
        Text matches exactly, ``'01'`` is not ``1``; numbers match by value.
    missing : mapping of native code to reason
        Native codes of an absent answer.
    skip : tuple
        Native codes that mean "does not apply": they become empty.
    """

    column: str
    codes: dict[Value, Value]
    missing: dict[Value, Reason] = Field(default_factory=dict)
    skip: tuple[Value, ...] = ()
    note: str = ""


class Fixed(Noun):
    """The same value in every row."""

    value: Value
    note: str = ""


class Derive(Noun):
    """An expression over native columns."""

    compute: str
    note: str = ""


class Join(Noun):
    """An identifier made of several columns.

    Parameters
    ----------
    widths : tuple of int
        Each part is padded with zeros to its width, so that 1-11 and 11-1 differ; 0 leaves it as it is.
    """

    columns: tuple[str, ...]
    widths: tuple[int, ...] = ()
    note: str = ""


Map = Rename | Recode | Fixed | Derive | Join


class RecordMap(Noun):
    """How a record is made from one file.

    Parameters
    ----------
    file : str
        Key in the edition's ``files``.
    where : str
        Expression over native columns: the rows that are of this record. Empty is all.
    distinct : bool
        Rows of the same key are one (household facts repeated on each of its emigrants).
    covers : str
        ``all`` units of the population, or ``reporting`` ones only: a file of emigrants knows no household without
        one, so that no rate over all households can be made from it.
    """

    file: str
    where: str = ""
    distinct: bool = False
    covers: Literal["all", "reporting"] = "all"
    variables: dict[str, Map]


class EditionDesign(Noun):
    """The design of an edition, in the codebook's variables."""

    weight: str
    stratum: str
    psu: str
    singletons: Singletons
    record_weights: dict[str, str] = Field(default_factory=dict)
    note: str = ""


class Synthetic(Noun):
    """Parameters of the generator, for an edition whose files are made and not collected.

    Parameters
    ----------
    generator : str
        What kind of survey is made: ``households_with_emigrants``, a sample of households with residents and lists of
        those who left, is the only one today. It knows the variables of the emigration module.
    """

    generator: Literal["households_with_emigrants"] = "households_with_emigrants"
    households: int
    seed: int
    reference: str
    parameters: dict[str, Any] = Field(default_factory=dict)


class Edition(Noun):
    """One country's edition of a module.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-3.
    edition : str
        Year or round, as users name it.
    layout : str
        ``office`` when the file layout is the office's own; ``ours`` when it is not public and we made it.
    parameters : mapping
        What a country may choose: working age, look-back, main destinations.
    quality : str
        Rule profile of the published figures.
    weighting : Recipe, optional
        How its weights come about.
    """

    country: str
    name: str
    edition: str
    module: str
    title: Text
    reference: str
    layout: Literal["office", "ours"]
    languages: tuple[str, ...]
    files: dict[str, File]
    design: EditionDesign
    records: dict[str, RecordMap]
    parameters: dict[str, Any] = Field(default_factory=dict)
    codelists: dict[str, CodeList] = Field(default_factory=dict)
    quality: str = "default"
    weighting: Recipe | None = None
    synthetic: Synthetic | None = None
    _path: str = PrivateAttr(default="")
    _lines: dict[str, int] = PrivateAttr(default_factory=dict)

    @property
    def id(self) -> str:
        """Name of the edition's output folder, as ``mexico-2023``."""
        return f"{self.name}-{self.edition}"

    @property
    def path(self) -> str:
        """Path of the YAML file that it was read from."""
        return self._path

    def line(self, *path: str) -> str:
        """Return ``file:line`` of an entry, or of the nearest entry above it."""
        name = PurePath(self._path).name
        for end in range(len(path), -1, -1):
            found = self._lines.get("/".join(path[:end]))
            if found is not None:
                return f"{name}:{found}"
        return name
