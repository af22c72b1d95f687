"""Harmonising what does not fit in memory: native rows go to parts of whole households, each of which is harmonised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from lfs_migration.errors import DataError
from lfs_migration.expr import parse
from lfs_migration.frames import PARENT, ROW, Content, Engine, Frame, Native, Parts, Records, SparkFrame, Store
from lfs_migration.frames import frame as frame_of
from lfs_migration.harmonise.deriving import derived
from lfs_migration.harmonise.mapping import columns_of
from lfs_migration.harmonise.recoding import merged, one, recoded
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition, Map
from lfs_migration.model.dataset import Dataset, Unmatched

Change = Callable[[Dataset], Dataset]
"""Changes whole households."""
NUMBERS = 32
"""Bits of a row number that count the rows of a part; the higher ones are the part's."""


@dataclass(frozen=True)
class Split:
    """A native file on its way into parts, for the records that find their households in it alike.

    Parameters
    ----------
    name : str
        Of its parts.
    file : str
    key : Map
        Gives the household of a row.
    records : tuple of str
    """

    name: str
    file: str
    key: Map
    records: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What was written into one part."""

    content: Content
    unmatched: tuple[Unmatched, ...]
    variables: int


def place(engine: str | Engine | None, natives: Mapping[str, Native]) -> Store | None:
    """Return the store for native tables; nothing when they are to be held in memory, as they are without an engine.

    Raises
    ------
    DataError
        For Spark frames on another engine.
    """
    on_spark = any(isinstance(native, SparkFrame) for native in natives.values())
    chosen = Engine.of(engine or ("spark" if on_spark else "memory"))
    if on_spark and chosen.name not in ("auto", "spark"):
        raise DataError(f"Spark frames cannot be harmonised with the engine {chosen.name}", hint="Choose spark")
    if chosen.name == "memory":
        return None
    size = sum(native.nbytes for native in natives.values())
    return Store.of(replace(chosen, name="spark") if on_spark else chosen, size)


def spread(data: Dataset, natives: Mapping[str, Native], store: Store) -> Dataset:
    """Return the harmonised data set, its records in a store.

    Parameters
    ----------
    data : Dataset
    natives : mapping of file to Native
    store : Store
        Without records.
    """
    assert data.country is not None and data.codebook is not None
    splits = _splits(data.codebook, data.country)
    bare = replace(data, records={}, store=None, unmatched=())
    for split in splits:
        key = partial(_household, bare, split.records[0], home_key(data.codebook, split.records[0]))
        store.split(split.name, natives[split.file], _needed(data.country, split), key)
    done = store.across(partial(_harmonised, bare, store.parts, splits))
    for split in splits:
        store.parts.drop(split.name)
    unmatched = merged((lost for part in done for lost in part.unmatched), data.country)
    full = _filled(replace(data, unmatched=unmatched), store, done)
    counts = {**full.sizes, "unmatched_codes": sum(len(lost.keys) for lost in unmatched)}
    return full.after("harmonise", counts).after("derive", {"variables": done[0].variables})


def derive_again(data: Dataset, change: Change | None = None) -> Dataset:
    """Return a data set whose records are in a store, with its derived variables computed anew.

    Parameters
    ----------
    data : Dataset
    change : callable, optional
        What is done to the households of each part before; other processes must be able to run it.
    """
    assert data.store is not None
    held: Store = data.store
    store, bare = held.fresh(), replace(data, records={}, store=None)
    done = store.across(partial(_derived, bare, change, held.parts, held.content, store.parts))
    return _filled(data, store, done).after("derive", {"variables": done[0].variables})


def _filled(data: Dataset, store: Store, done: Sequence[Written]) -> Dataset:
    columns = done[0].content.columns
    rows = {name: sum(part.content.rows[name] for part in done) for name in columns}
    full = store.filled(Content(rows, columns))
    return replace(data, records={name: full.lazy(name) for name in columns}, store=full)


def home_key(codebook: Codebook, record: str) -> str:
    """Return the variable that tells the household of a record's rows."""
    return codebook.records[codebook.lineage(record)[-1]].key[0]


def _splits(codebook: Codebook, edition: Edition) -> tuple[Split, ...]:
    splits: list[Split] = []
    for name, mapped in edition.records.items():
        key = mapped.variables[home_key(codebook, name)]
        alike = next((i for i, other in enumerate(splits) if (other.file, other.key) == (mapped.file, key)), None)
        if alike is None:
            splits.append(Split(f"native-{len(splits)}", mapped.file, key, (name,)))
        else:
            splits[alike] = replace(splits[alike], records=(*splits[alike].records, name))
    return tuple(splits)


def _needed(edition: Edition, split: Split) -> list[str]:
    """Return the native columns that the records of a split need."""
    names: dict[str, None] = {}
    for record in split.records:
        mapped = edition.records[record]
        names |= dict.fromkeys(name for mapping in mapped.variables.values() for name in columns_of(mapping))
        names |= dict.fromkeys(sorted(parse(mapped.where).names) if mapped.where else ())
    return list(names)


def _household(data: Dataset, record: str, key: str, native: Frame) -> pa.Array:
    return one(data, record, key, native).values


def _harmonised(data: Dataset, parts: Parts, splits: Sequence[Split], number: int) -> Written:
    natives: dict[str, Frame] = {}
    for split in splits:
        natives |= dict.fromkeys(split.records, parts.read(split.name, number))
    assert data.country is not None
    found = recoded(data, {name: natives[name] for name in data.country.records})
    return _written(derived(found), parts, number)


def _derived(data: Dataset, change: Change | None, held: Parts, content: Content, parts: Parts, number: int) -> Written:
    records = {name: held.read(name, number, columns) for name, columns in content.columns.items()}
    given = replace(data, records=records)
    return _written(derived(given if change is None else change(given)), parts, number)


def _written(data: Dataset, parts: Parts, number: int) -> Written:
    """Write the records of a part, each row with its number, a child's with its parent's number and variables too."""
    records, start = Records(data), number << NUMBERS
    for name, frame in data.records.items():
        columns: dict[str, Any] = {variable: records.column(variable, name) for variable in frame.columns}
        parent = records.parent(name)
        if parent is not None:
            others = [variable for variable in data.records[parent].columns if variable not in columns]
            columns |= {variable: records.column(variable, name) for variable in others}
            link = records.link(name)
            columns[PARENT] = pa.array(start + link, pa.int64(), mask=link < 0)
        columns[ROW] = pa.array(np.arange(start, start + len(frame)), pa.int64())
        parts.write(name, number, frame_of(columns))
    content = Content(data.sizes, {name: tuple(frame.columns) for name, frame in data.records.items()})
    return Written(content, data.unmatched, int(data.log[-1].counts["variables"]))
