"""What a country's file says of the office's columns, under ``synthetic.parameters.native`` and ``labels``.

The maps of an edition tell how native codes become the codebook's. To write files the way back is needed, and what the
maps pass over: identifiers in parts, codes of moves that are out of scope, names, the office's own words.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Value

Share = Annotated[float, Field(ge=0)]


class Table(Noun):
    """Native answers for each code of a variable.

    Parameters
    ----------
    columns : list of str
        Native columns.
    by : str
        What chooses the answers: a variable, its codes of an absent answer among its values; or an expression.
    rows : mapping of code to list of answers
        Each answer has one entry a column, and its share last; ``null`` is an empty cell. A row whose code is not
        here is filled from the country's maps.
    """

    columns: list[str]
    by: str
    rows: dict[Value, list[list[Value | None]]]

    @model_validator(mode="after")
    def _one_entry_a_column(self) -> Table:
        width = len(self.columns) + 1
        for code, answers in self.rows.items():
            if any(len(answer) != width for answer in answers):
                raise ValueError(f"code {code!r}: an answer needs {width} entries, the last one its share")
        return self


class Name(Noun):
    """The name of a code, in a language of its code list."""

    variable: str
    language: str


class Native(Noun):
    """What a record's columns hold that its maps cannot tell.

    Parameters
    ----------
    compute : mapping of column to expression
        Over the codebook's variables and the numbers of the frame (see :mod:`lfs_migration.synth.population`).
    texts : mapping of column to pattern
        Text with native columns and expressions in braces, padded with zeros to the width after a colon:
        ``{region_code}{psu_in_stratum:3}``.
    names : mapping of column to Name
        Text columns with the name of another variable's code.
    tables : list of Table
    split : mapping of column to mapping of native code to share
        Where several native codes have the same meaning; without it, the first of them.
    """

    compute: dict[str, str] = Field(default_factory=dict)
    texts: dict[str, str] = Field(default_factory=dict)
    names: dict[str, Name] = Field(default_factory=dict)
    tables: list[Table] = Field(default_factory=list)
    split: dict[str, dict[Value, Share]] = Field(default_factory=dict)


class Label(Noun):
    """The office's own words for a column and its codes."""

    label: str
    values: dict[Value, str] = Field(default_factory=dict)
