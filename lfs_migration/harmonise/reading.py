"""Reads an edition's files as they are: native columns, native codes."""

from __future__ import annotations

from pathlib import Path

from lfs_migration import catalog, readers
from lfs_migration.frames import from_native
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design


def read(path: str | Path, country: Edition | str) -> Dataset:
    """Read the files of a country's edition.

    Parameters
    ----------
    path : str or Path
        The folder that holds the files, or the file when there is one.
    country : Edition or str
        From :func:`lfs_migration.load_country`, or a country's name.

    Returns
    -------
    Dataset
        Its records are the files, with native columns; nothing is recoded yet.

    Raises
    ------
    ReadError
        Naming the file, for one that is absent, empty, damaged or in another encoding than declared.
    """
    edition = country if isinstance(country, Edition) else catalog.load_country(country)
    tables, sources = readers.read_folder(Path(path), edition)
    chosen = edition.design
    data = Dataset(
        records={name: from_native(table) for name, table in tables.items()},
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
    )
    return data.after("read", {source.name: source.rows for source in sources})
