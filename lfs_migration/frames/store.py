"""Records that are not in memory: in parts on disk, and one engine that goes through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

import narwhals.stable.v2 as nw
import pyarrow as pa

from lfs_migration.frames import spark
from lfs_migration.frames.columns import Frame, arrow
from lfs_migration.frames.engines import Engine, Kind
from lfs_migration.frames.lazy import ROW
from lfs_migration.frames.natives import Native, SparkFrame, streamed
from lfs_migration.frames.parts import Key, Parts
from lfs_migration.frames.work import Work, connected

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")


@dataclass(frozen=True)
class Content:
    """What the parts of a data set hold.

    Parameters
    ----------
    rows : mapping of record to int
    columns : mapping of record to names
        Variables of the record itself; a child's file holds its parent's as well.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Store:
    """Records in parts of whole households, in a work folder of their own that goes when the store does.

    Each record is the files of its parts. A part fits in memory, so whatever is true of households one by one is
    computed part by part, by the code that computes it in memory; sums over all are the engine's.

    Parameters
    ----------
    engine : Engine
    kind : str
        ``duckdb`` or ``spark``.
    number : int
        Of parts.
    work : Work
    content : Content
        What is in the parts, once they are written.

    Examples
    --------
    >>> store = Store(Engine("duckdb"), "duckdb", 3, Work(None))
    >>> store.across(str)
    ['0', '1', '2']
    """

    engine: Engine
    kind: Kind
    number: int
    work: Work
    content: Content = Content()

    @classmethod
    def of(cls, engine: Engine, size: int) -> Store | None:
        """Return the store for files of a size in bytes; nothing when they are held in memory."""
        kind = engine.kind(size)
        if kind == "memory":
            return None
        if kind == "spark":
            spark.session()  # that there is none is better said before the work than after it
        return cls(engine, kind, engine.number(size), Work(engine.folder))

    def fresh(self) -> Store:
        """Return a store of the same engine without records, in a folder of its own."""
        return replace(self, work=Work(self.engine.folder), content=Content())

    def filled(self, content: Content) -> Store:
        """Return the store, now that its parts are written."""
        return replace(self, content=content)

    @property
    def parts(self) -> Parts:
        """The records on disk."""
        return Parts(self.work.folder, self.number)

    @property
    def rows(self) -> Mapping[str, int]:
        """Number of rows of each record."""
        return self.content.rows

    def split(self, name: str, native: Native, columns: Sequence[str], key: Key) -> None:
        """Split a native table into parts by household.

        Parameters
        ----------
        name : str
            Of the parts.
        native : Native
        columns : sequence of str
            Those that are kept.
        key : callable
            Gives the household key of each row; other processes must be able to run it.
        """
        memory = max(1, self.engine.memory // 8)
        if self.kind == "spark" and isinstance(native, SparkFrame):
            frame = native.frame.select(*columns)
            spark.split(frame.to_native(), self.parts.folder / name, key, self.number)
            self.parts.split(name, [arrow(frame.head(0).collect("pyarrow"))], key, memory=memory)
            return
        pieces = native.pieces(memory) if self.kind == "spark" else [native]
        split = partial(_split, self.parts, name, pieces, tuple(columns), key, memory)
        if len(pieces) > 1:
            spark.across(split, len(pieces))
        else:
            split(0)

    def part(self, number: int) -> dict[str, Frame]:
        """Return the records of one part, each with its own variables."""
        return _records(self.parts, self.content, number)

    def across(self, function: Callable[[int], T]) -> list[T]:
        """Return the results of a function of the number of a part, in the order of the parts.

        DuckDB's parts are taken one after another in this process, Spark's are tasks: there the function and its
        results travel between processes.
        """
        if self.kind == "spark":
            return spark.across(function, self.number)
        return [function(number) for number in range(self.number)]

    def each(self, function: Callable[[dict[str, Frame]], T]) -> list[T]:
        """Return the results of a function of the records of a part, in the order of the parts."""
        return self.across(partial(_on, function, self.parts, self.content))

    def lazy(self, record: str) -> nw.LazyFrame[Any]:
        """Return all parts of a record as a frame of the engine."""
        files = self._files(record)
        spread = self.kind == "spark"
        native: Any = spark.session().read.parquet(*files) if spread else self.connection.read_parquet(files)
        lazy: nw.LazyFrame[Any] = nw.from_native(native)
        return lazy

    def batches(self, record: str, by: Sequence[str], leave: Sequence[str] = ()) -> Iterator[pa.Table]:
        """Return a record with its parent's variables in tables of some rows, in order.

        Parameters
        ----------
        record : str
        by : sequence of str
            Columns that are sorted by, empty last; rows alike in them stay in the order of their part.
        leave : sequence of str
            Columns that are left out.

        Yields
        ------
        pyarrow.Table
            One at least.
        """
        found = self.connection.read_parquet(self._files(record))
        kept = ", ".join(_quoted(name) for name in found.columns if name not in leave)
        order = ", ".join(f"{_quoted(name)} NULLS LAST" for name in (*by, ROW))
        yield from streamed(found.order(order).project(kept))

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection to DuckDB that keeps to the budget, and puts what is above it into the work folder."""
        return connected(self.parts.folder, self.engine.memory)

    def _files(self, record: str) -> list[str]:
        return [str(file) for number in range(self.number) for file in self.parts.files(record, number)]


def _split(
    parts: Parts, name: str, pieces: Sequence[Native], columns: tuple[str, ...], key: Key, memory: int, piece: int
) -> None:
    parts.split(name, pieces[piece].batches(columns), key, memory=memory, piece=piece)


def _records(parts: Parts, content: Content, number: int) -> dict[str, Frame]:
    return {record: parts.read(record, number, columns) for record, columns in content.columns.items()}


def _on(function: Callable[[dict[str, Frame]], T], parts: Parts, content: Content, number: int) -> T:
    return function(_records(parts, content, number))


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
