"""Reads an edition's files as they are: native columns, native codes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lfs_migration import catalog, readers
from lfs_migration.frames import Engine, Store, from_native
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design


def read(
    path: str | Path,
    country: Edition | str,
    engine: str | Engine = "auto",
    stage: readers.Stage | Path | str | None = None,
) -> Dataset:
    """Read the files of a country's edition.

    Parameters
    ----------
    path : str or Path
        The folder that holds the files, or the file when there is one.
    country : Edition or str
        From :func:`lfs_migration.load_country`, or a country's name.
    engine : str or Engine
        What will hold the harmonised records: ``memory``, ``duckdb`` or ``spark``; ``auto`` is ``duckdb`` for files
        above a budget and ``memory`` for all others. Parquet and staged files are then read when they are harmonised,
        batch by batch; others are read whole.
    stage : Stage or path, optional
        A folder where what was read is kept, to be read from there the next time: of a survey's rows, so for the
        owner's eyes alone. Nothing is kept without it. Deleting it is safe.

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
    tables, sources = readers.open_folder(Path(path), edition, _within(readers.Stage.of(stage), wanted))
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


def _within(stage: readers.Stage | None, engine: Engine) -> readers.Stage | None:
    """Return a stage with the budget of the engine: what is above it does not pass through memory whole."""
    return None if stage is None else replace(stage, memory=engine.memory)


def _record(table: object, *, whole: bool) -> object:
    if isinstance(table, readers.ParquetTable):
        return from_native(table.whole()) if whole else table
    return from_native(table)
