"""The four pilots on every engine, and small surveys with what is hard about households in parts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lfs_migration as lfm
from lfs_migration.frames import Engine, arrow, from_native, ordered, take
from lfs_migration.model.country import File

ROOT = Path(__file__).parents[2] / "examples" / "pilots"
PILOTS = ("armenia-2007", "ecuador-2007", "egypt-2006", "thailand-2008")
PARTS = 3

each_pilot = pytest.mark.parametrize("pilot", PILOTS)
each_engine = pytest.mark.parametrize("kind", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])


def engine(kind, parts=PARTS, **settings):
    if kind == "spark":
        from pyspark_session import session

        session()
    return Engine(kind, parts=parts, **settings)


def country(pilot):
    return lfm.load_country(*pilot.split("-"))


@cache
def native(pilot):
    return lfm.read(ROOT / pilot, country(pilot), engine="memory")


@cache
def in_memory(pilot):
    return lfm.harmonise(native(pilot))


@cache
def findings(pilot):
    return lfm.validate(in_memory(pilot))


def shuffled(data, seed=4):
    """The same rows in another order."""
    order = np.random.default_rng(seed).permutation
    return replace(data, records={name: take(frame, order(len(frame))) for name, frame in data.records.items()})


def tables(data):
    """The records as Arrow tables in the order of their keys, from memory or from all parts together."""
    if data.store is None:
        return {name: arrow(frame) for name, frame in data.records.items()}
    parts = [data.store.part(number) for number in range(data.store.number)]
    return {
        name: arrow(ordered(from_native(pa.concat_tables(arrow(part[name]) for part in parts)), record.key))
        for name, record in data.codebook.records.items()
        if name in data.country.records
    }


def same(found, wanted):
    """Whether two data sets are the same in all that is published of them."""
    ours, theirs = tables(found), tables(wanted)
    assert {name: table.schema for name, table in ours.items()} == {name: t.schema for name, t in theirs.items()}
    return (
        all(ours[name].equals(theirs[name]) for name in theirs)
        and (found.sizes, found.unmatched, found.log) == (wanted.sizes, wanted.unmatched, wanted.log)
    )  # fmt: skip


def in_parquet(pilot, folder):
    """The edition with its files in Parquet, written into a folder in small row groups."""
    chosen, data = country(pilot), native(pilot)
    for name, frame in data.records.items():
        pq.write_table(arrow(frame), folder / f"{name}.parquet", row_group_size=1500)
    files = {name: File(path=f"{name}.parquet", format="parquet") for name in chosen.files}
    return chosen.model_copy(update={"files": files})


def egypt(**changes):
    """Native rows of a few Egyptian households: columns by file, with some values replaced."""
    few = {name: arrow(frame).slice(0, 40) for name, frame in native("egypt-2006").records.items()}
    for file, columns in changes.items():
        for column, values in columns.items():
            array = few[file].column(column).to_pylist()
            for row, value in values.items():
                array[row] = value
            position = few[file].column_names.index(column)
            few[file] = few[file].set_column(position, column, pa.array(array, pa.string()))
    return replace(native("egypt-2006"), records={name: from_native(table) for name, table in few.items()})
