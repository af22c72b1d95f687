"""Reads an edition's files as they are: native columns, native codes."""

from __future__ import annotations

from pathlib import Path

from lfs_migration import catalog, readers
from lfs_migration.frames import Engine, Store, from_native
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design


def read(path: str | Path, country: Edition | str, engine: str | Engine = "auto") -> Dataset:
    """Read the files of a country's edition.

    Parameters
    ----------
    path : str or Path
        The folder that holds the files, or the file when there is one.
    country : Edition or str
        From :func:`lfs_migration.load_country`, or a country's name.
    engine : str or Engine
        What will hold the harmonised records: ``memory``, ``duckdb`` or ``spark``; ``auto`` is ``duckdb`` for files
        above a budget and ``memory`` for all others. Parquet files are then read when they are harmonised, batch by
        batch; files of other formats are read whole.

    Returns
    -------
    Dataset
        Its records are the files, with native columns; nothing is recoded yet.

    Raises
    ------
    ReadError
        Naming the file, for one that is absent, empty, damaged or in another encoding than declared.
    NotFound
        With near matches, for an engine that there is not.
    LfsMigrationError
        For ``spark`` without PySpark or Java.
    """
    wanted = Engine.of(engine)
    edition = country if isinstance(country, Edition) else catalog.load_country(country)
    tables, sources = readers.open_folder(Path(path), edition)
    store = Store.of(wanted, sum(table.nbytes for table in tables.values()))
    chosen = edition.design
    data = Dataset(
        records={name: _record(table, whole=store is None) for name, table in tables.items()},
        codebook=catalog.load_codebook(edition.module, edition),
        country=edition,
        design=Design(
            weight=chosen.weight,
            stratum=chosen.stratum,
            psu=chosen.psu,
            singletons=chosen.singletons,
            record_weights=chosen.record_weights,
        ),
        sources=sources,
        store=store,
    )
    return data.after("read", {source.name: source.rows for source in sources})


def _record(table: object, *, whole: bool) -> object:
    if isinstance(table, readers.ParquetTable):
        return from_native(table.whole()) if whole else table
    return from_native(table)
