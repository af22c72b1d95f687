"""A country's edition of a module: its files, and how its codes become the codebook's.

An edition is YAML alone. Each target variable has one map, one of four kinds: :class:`Rename` (a column taken as it
is), :class:`Recode` (code to code), :class:`Fixed` (one value for all rows) or :class:`Derive` (an expression over
native columns); :class:`Join` builds an identifier from several columns.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from lfs_migration.model.calendars import Calendar, common_year
from lfs_migration.model.codelist import CodeList, Reason
from lfs_migration.model.design import Singletons
from lfs_migration.model.noun import FileName, Noun, Text, Value
from lfs_migration.model.weighting import Recipe

Format = Literal["sav", "zsav", "por", "dta", "csv", "parquet", "fixed", "cspro", "xlsx"]


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
    thousands : str
        What stands before each three digits of a large number, in a .csv: nothing, as a rule. A blank is any blank.
    dictionary : str
        Of a file of fixed columns or of CSPro: the file that says which columns stand where, in the data folder or
        beside the country's YAML. A .csdb holds its own.
    record : str
        Of CSPro data: the record of the dictionary whose lines are the rows, so that one .dat is several files.
    sheet : str
        Of a workbook; its first without it.
    """

    path: str
    format: Format
    encoding: str | None = None
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    dictionary: str = ""
    record: str = ""
    sheet: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _of_its_format(self) -> Self:
        for key, formats in (("dictionary", ("fixed", "cspro")), ("record", ("cspro",)), ("sheet", ("xlsx",))):
            if getattr(self, key) and self.format not in formats:
                raise ValueError(f"{key} belongs to format: {' or '.join(formats)}, not to {self.format}")
        held = self.format == "cspro" and self.path.lower().endswith(".csdb")
        if self.format in ("fixed", "cspro") and not self.dictionary and not held:
            raise ValueError(f"format: {self.format} needs dictionary: the file that says which columns stand where")
        return self

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if len(self.decimal) != 1 or len(self.thousands) > 1 or self.decimal == self.thousands:
            raise ValueError("decimal is one character, thousands another or none")
        return self


class Rename(Noun):
    """A native column whose values need no other code list.

    Parameters
    ----------
    missing : mapping of native code to reason
        Native codes of an absent answer.
    calendar : str
        Of a year: ``buddhist`` takes 543 years off; ``hijri`` gives the year of the common era in which the Hijri year
        began, see :mod:`lfs_migration.model.calendars`.
    month : str
        Native column with the number of the Hijri month, where there is one: the year is then that in which the month
        began. In rows where it is empty or no month, the year is that in which the Hijri year began.
    """

    column: str
    missing: dict[Value, Reason] = Field(default_factory=dict)
    calendar: Calendar = "gregorian"
    month: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _month_of_hijri(self) -> Self:
        if self.month and self.calendar != "hijri":
            raise ValueError("month says in which year a Hijri month began: it needs calendar: hijri")
        return self

    def common_year(self, year: int, month: int | None = None) -> int | None:
        """Return a year of the file as one of the common era, nothing where its calendar has no such year."""
        return common_year(year, self.calendar, month)


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
        ``all`` units of the population, as far as they answered; ``selected`` ones, each address of the sample with
        what came of its visit; or ``reporting`` ones only: a file of emigrants knows no household without one, so that
        no rate over all households can be made from it.
    """

    file: str
    where: str = ""
    distinct: bool = False
    covers: Literal["all", "selected", "reporting"] = "all"
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
    name, edition : str
        The country, and year or round, as users name them. Results go to a folder of these names.
    layout : str
        ``office`` when the file layout is the office's own; ``ours`` when it is not public and we made it.
    parameters : mapping
        What a country may choose: working age, look-back, main destinations.
    quality : str
        Rule profile of the published figures.
    protection : str
        Rules of disclosure control.
    weighting : Recipe, optional
        How its weights come about.
    """

    country: str
    name: FileName
    edition: FileName
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
    protection: str = "default"
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
