"""What other organisations' databases ask for: files made of a module's tables, with their columns and codes."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text

OWN = ("country", "year", "statistic", "value", "unit", "se", "cv", "n", "flag", "source", "note")
"""Columns that every file has; those of the dimensions stand after the year, each with its label."""
LABEL = "_label"
"""What the name of a column of labels ends with."""


class ExportFile(Noun):
    """One file.

    Parameters
    ----------
    indicator : str
        Its code.
    tables : tuple of tuples of dimensions
        The indicator's tables that are in it; what several hold stands once.
    columns : mapping of dimension to str
        The column that each dimension is; one without a table's dimension is over all of it.
    statistic : str
        The statistic that is exported.
    codes : mapping of column to mapping of code to code
        The database's codes; others are kept as they are.
    """

    title: Text
    indicator: str
    tables: tuple[tuple[str, ...], ...]
    columns: dict[str, str]
    statistic: str
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    reference: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of its dimensions."""
        return tuple(self.columns.values())

    @model_validator(mode="after")
    def _columns_fit(self) -> Self:
        used = {name for table in self.tables for name in table}
        if not self.tables or used != set(self.columns):
            raise ValueError("columns names each dimension of the tables, and no other")
        # Of two dimensions in one column, one would be within the other, as a country in the rest: counted twice.
        if len(set(self.columns.values())) < len(self.columns):
            raise ValueError("each dimension is a column of its own")
        taken = [name for name in self.names if name in OWN or name.endswith(LABEL)]
        if taken:
            raise ValueError(f"every file has a column {taken[0]!r} of its own")
        if set(self.codes) - set(self.names):
            raise ValueError(f"codes are of a column: {', '.join(self.names)}")
        return self


class ExportPlan(Noun):
    """The files that one database asks for.

    Parameters
    ----------
    name : str
        Of the folder that they are written into.
    files : mapping of str to ExportFile
        By name of the file, without its ending.
    """

    name: str
    title: Text
    reference: str
    files: dict[str, ExportFile]
