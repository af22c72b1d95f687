"""Native tables, in memory or not, as batches of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import narwhals.stable.v2 as nw
import pyarrow as pa

from lfs_migration.frames.columns import Frame, arrow, from_native

BATCH = 1 << 17
"""Rows that are streamed at a time."""
WIDTH = 8
"""Bytes of a value in memory, where that is not known: those of a number."""


class Native(Protocol):
    """A table with native columns that can be read batch by batch."""

    @property
    def columns(self) -> Sequence[str]:
        """Names of its columns."""

    @property
    def nbytes(self) -> int:
        """Its size in memory, about."""

    def pieces(self, size: int) -> Sequence[Native]:
        """Return tables of about a size in bytes that are together this one, as far as it can be taken apart."""

    def batches(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns in batches of rows, one at least."""

    def whole(self) -> pa.Table:
        """Return all of it, in memory."""


@dataclass(frozen=True)
class Held:
    """A table in memory."""

    frame: Frame

    @property
    def columns(self) -> Sequence[str]:
        """Names of its columns."""
        return self.frame.columns

    @property
    def nbytes(self) -> int:
        """Its size."""
        return int(arrow(self.frame).nbytes)

    def pieces(self, size: int) -> Sequence[Native]:
        """Return the table: it is where it is."""
        return [self]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield slices."""
        table = arrow(self.frame).select(list(columns))
        for start in range(0, max(1, table.num_rows), BATCH):
            yield table.slice(start, BATCH)

    def whole(self) -> pa.Table:
        """Return the table."""
        return arrow(self.frame)


@dataclass(frozen=True)
class Relation:
    """A DuckDB relation, or another lazy frame that can be computed here."""

    frame: nw.LazyFrame[Any]

    @property
    def columns(self) -> Sequence[str]:
        """Names of its columns."""
        return self.frame.collect_schema().names()

    @property
    def nbytes(self) -> int:
        """Its size, from the number of its rows."""
        counted = arrow(self.frame.select(rows=nw.len()).collect("pyarrow"))
        return int(counted["rows"][0].as_py()) * len(self.columns) * WIDTH

    def pieces(self, size: int) -> Sequence[Native]:
        """Return the relation: only its own connection can read it."""
        return [self]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield what its engine streams."""
        chosen = self.frame.select(*columns)
        if chosen.implementation.is_duckdb():
            yield from streamed(chosen.to_native())
        else:
            yield from Held(chosen.collect("pyarrow")).batches(columns)

    def whole(self) -> pa.Table:
        """Return all rows."""
        return arrow(self.frame.collect("pyarrow"))


@dataclass(frozen=True)
class SparkFrame(Relation):
    """A Spark frame, which Spark itself splits."""


def streamed(relation: Any) -> Iterator[pa.Table]:
    """Yield the rows of a DuckDB relation in tables of some rows, the first of them without any."""
    reader = relation.to_arrow_reader(BATCH)
    yield reader.schema.empty_table()
    for batch in reader:
        yield pa.Table.from_batches([batch])


def native(given: Any) -> Native:
    """Return a table, a relation, a Spark frame or a file to be read, as something that gives batches.

    Raises
    ------
    DataError
        When it is no data frame.
    """
    if hasattr(given, "pieces"):
        return cast("Native", given)
    frame = given if isinstance(given, nw.DataFrame | nw.LazyFrame) else from_native(given)
    if isinstance(frame, nw.DataFrame):
        return Held(frame)
    return SparkFrame(frame) if frame.implementation.is_spark_like() else Relation(frame)
