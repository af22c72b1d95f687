"""PySpark: a session, tasks for the parts of a data set, and Spark frames in parts. It is an extra, and needs Java."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from lfs_migration.errors import LfsMigrationError
from lfs_migration.frames.columns import Frame, from_native
from lfs_migration.frames.parts import Key, part_of

T = TypeVar("T")


def session() -> Any:
    """Return the session that there is, or a local one of our own.

    Raises
    ------
    LfsMigrationError
        Without PySpark, or without Java.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise LfsMigrationError(
            "Spark is not installed", hint='pip install "lfs-migration[spark]", or choose the engine duckdb'
        ) from None
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    # The tasks need the libraries of this interpreter, which need not be the first python3 that is found.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("lfs-migration")
    settings = {
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        # The JVM is else told of each expression on which line of Python it was made: four calls more for each.
        "spark.python.sql.dataFrameDebugging.enabled": "false",
    }
    try:
        with _arrow_only():
            return builder.config(map=dict(settings)).getOrCreate()
    except (PySparkException, OSError) as error:
        raise LfsMigrationError(
            "Spark cannot be started", detail=" ".join(str(error).split()),
            hint="It needs Java 17 or later: install it and set JAVA_HOME, or choose the engine duckdb",
        ) from None  # fmt: skip


def across(function: Callable[[int], T], number: int) -> list[T]:
    """Return the results of a function for 0 to ``number``, each found by a task.

    Raises
    ------
    LfsMigrationError
        The first that a task met.
    """
    spark = session()
    with _arrow_only():
        rows = spark.range(0, number, 1, number).mapInArrow(partial(_results, function), "result binary").collect()
    results = dict(pickle.loads(row.result) for row in rows)  # noqa: S301
    found = [results[i] for i in range(number)]
    for result in found:
        if isinstance(result, LfsMigrationError):
            raise result
    return found


def _results(function: Callable[[int], Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    # An error of ours is a result: Spark would try the task again, and lose the error in a text.
    for batch in batches:
        for number in batch.column(0).to_pylist():
            try:
                result = function(number)
            except LfsMigrationError as error:
                result = error
            yield pa.RecordBatch.from_pydict({"result": pa.array([pickle.dumps((number, result))], pa.binary())})


def split(frame: Any, folder: Path, key: Key, number: int) -> None:
    """Write a Spark frame into ``folder/part=N/``, each row with its household."""
    from pyspark.sql.types import LongType, StructField, StructType

    shutil.rmtree(folder, ignore_errors=True)
    schema = StructType([*frame.schema.fields, StructField("part", LongType())])
    with _arrow_only():
        placed = frame.mapInArrow(partial(_placed, key, number), schema)
        placed.repartition("part").write.partitionBy("part").parquet(str(folder))


def _placed(key: Key, number: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        native: Frame = from_native(pa.Table.from_batches([batch]))
        parts = pa.array(part_of(key(native), number), pa.int64())
        yield pa.RecordBatch.from_arrays([*batch.columns, parts], names=[*batch.schema.names, "part"])


@contextmanager
def _arrow_only() -> Iterator[None]:
    """Keep back the warning about pandas 3, which what is done here does not touch."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        yield
