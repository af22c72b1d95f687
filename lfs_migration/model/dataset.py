"""Data sets: records on their way from files to tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError, told
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.design import Design
from lfs_migration.model.noun import Value

Frame = Any
"""A data frame as :mod:`lfs_migration.frames` makes it."""
Store = Any
"""The place of records out of memory, as :mod:`lfs_migration.frames` makes it."""


@dataclass(frozen=True)
class Doubt:
    """A sign that a file is not what it seems: its text in another encoding, rows that are hidden, a record that lacks.

    Parameters
    ----------
    column : str
        Empty for the whole file.
    place : str
        ``row 3``, ``label``, ``label of 2`` or ``name``.
    found : str
        The text, cut short.
    count : int
        In how many rows and labels of the column, as far as it was looked at.
    why, hint : str
        What is wrong with it, and what to do.
    """

    column: str
    place: str
    found: str
    count: int
    why: str
    hint: str

    def __str__(self) -> str:
        """Say what was found, where, and what to do."""
        return self._said(repr(self.found))

    def told(self) -> str:
        """Say it without the text of a row, which may be a person's name; that of a label or a name is shown.

        Examples
        --------
        >>> Doubt("Q7", "row 3", "Jos\ufffd", 2, "holds the replacement character U+FFFD", "Export it again").told()
        "column 'Q7', row 3: a text of 4 letters holds the replacement character U+FFFD. Seen 2 times. Export it again."
        """
        return self._said(told(self.found) if self.place.startswith("row") else repr(self.found))

    def _said(self, found: str) -> str:
        where = f"column {self.column!r}, {self.place}: {found} " if self.column else ""
        times = f". Seen {self.count:,} times" if self.count > 1 else ""
        return f"{where}{self.why}{times}. {self.hint}."


@dataclass(frozen=True)
class MultipleResponse:
    """Columns that a file declares to be answers to one question.

    Parameters
    ----------
    name, label : str
    columns : tuple of str
    counted : str, optional
        Code of a column that was ticked; None where each column holds a category.
    """

    name: str
    label: str
    columns: tuple[str, ...]
    counted: str | None = None


@dataclass(frozen=True)
class Source:
    """What was read from one file, and what its format knows beside the values.

    Parameters
    ----------
    name : str
        Key in the edition's ``files``.
    path : str
    sha256 : str
        Of the file's bytes.
    rows : int
    encoding : str
    labels : mapping of column to label
    value_labels : mapping of column to mapping of value to label
    user_missing : mapping of column to values or (low, high) ranges declared missing
    title : str
        The label of the file.
    documents : tuple of str
        Lines of notes.
    multiple : tuple of MultipleResponse
    measures : mapping of column to ``nominal``, ``ordinal`` or ``scale``
    doubts : tuple of Doubt
        Whether its text is what was written.
    """

    name: str
    path: str
    sha256: str
    rows: int
    encoding: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    user_missing: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    title: str = ""
    documents: tuple[str, ...] = ()
    multiple: tuple[MultipleResponse, ...] = ()
    measures: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()

    def declares_missing(self, column: str, value: Any) -> bool:
        """Return whether the file itself declares a value of a column missing, by itself or within a range.

        Examples
        --------
        >>> source = Source("x", "x.sav", "", 3, user_missing={"age": (99, (990.0, 999.0))})
        >>> [source.declares_missing("age", value) for value in (98, 99, 995)]
        [False, True, True]

        A number that a file keeps as text is within a range too:

        >>> source.declares_missing("age", "995")
        True
        """
        for entry in self.user_missing.get(column, ()):
            if isinstance(entry, tuple):
                if (number := _number(value)) is not None and entry[0] <= number <= entry[1]:
                    return True
            elif entry == value:
                return True
        return False


def _number(value: Any) -> float | None:
    """Return a value as a number, None where it is text that is none."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None


@dataclass(frozen=True)
class Step:
    """A verb that was applied, with its counts, for the manifest."""

    verb: str
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unmatched:
    """A native code that no map names.

    Parameters
    ----------
    record, variable, column : str
    value : str
        The code as it stands in the file.
    keys : tuple of tuples
        Key of each row of the record where it was seen, as household and line; ``None`` for what is empty.
    where : str
        ``file:line`` of the map in the country's YAML.
    """

    record: str
    variable: str
    column: str
    value: str
    keys: tuple[tuple[Value | None, ...], ...]
    where: str

    def told(self) -> str:
        """Say how often it was seen; of what is no code, only how long it is."""
        return f"{self.where} {self.column}: {told(self.value)} has no target. Seen {len(self.keys)} times"


@dataclass(frozen=True)
class Dataset:
    """Records, what they mean, how they were sampled, and what was done to them.

    Parameters
    ----------
    records : mapping of record to frame
        Native columns after ``read``; the codebook's variables after ``harmonise``, in the order of their keys.
    codebook, country : optional
        Absent for a researcher's own frame.
    design : Design, optional
    sources : tuple of Source
    unmatched : tuple of Unmatched
        Codes that harmonisation could not place.
    log : tuple of Step
    store : Store, optional
        Where the records are when they are not in memory: their frames are then the engine's, and each has its
        parent's variables too.
    """

    records: Mapping[str, Frame]
    codebook: Codebook | None = None
    country: Edition | None = None
    design: Design | None = None
    sources: tuple[Source, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    log: tuple[Step, ...] = ()
    store: Store | None = None

    def after(self, verb: str, counts: Mapping[str, Any] | None = None, **changes: Any) -> Dataset:
        """Return the data set with ``changes``, and the step in its log."""
        return replace(self, log=(*self.log, Step(verb, counts or {})), **changes)

    @property
    def weights(self) -> NDArray[np.float64]:
        """The design's weights, in the order of the rows that they stand in, of shape (rows,).

        Raises
        ------
        DesignError
            Without a design, or where the rows stay on their engine.
        """
        if self.design is None:
            raise DesignError("The data have no sampling design", hint="Give one: lfm.Design(weight=...)")
        held = [frame for frame in self.records.values() if hasattr(frame, "__len__")]
        frame = next((frame for frame in held if self.design.weight in frame.columns), None)
        if frame is None:
            raise DesignError(
                f"The weight {self.design.weight} is not in memory", hint="Read the column from its engine"
            )
        return np.asarray(frame[self.design.weight], dtype=np.float64)

    @property
    def sizes(self) -> dict[str, int]:
        """Number of rows of each record; what stays on an engine of the user's is not counted."""
        held = {name: len(frame) for name, frame in self.records.items() if hasattr(frame, "__len__")}
        return held if self.store is None else {**held, **self.store.rows}

    @property
    def synthetic(self) -> bool:
        """Whether the data were generated and not collected."""
        return self.country is not None and self.country.synthetic is not None
