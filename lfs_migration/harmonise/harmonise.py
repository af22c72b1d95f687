"""From native files to the codebook's records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lfs_migration.errors import DataError
from lfs_migration.frames import Engine, from_native, native
from lfs_migration.harmonise.deriving import derived
from lfs_migration.harmonise.recoding import recoded, require_columns
from lfs_migration.harmonise.spreading import derive_again, place, spread
from lfs_migration.model.dataset import Dataset


def harmonise(data: Dataset, engine: str | Engine | None = None) -> Dataset:
    """Apply a country's maps and compute the derived variables.

    Parameters
    ----------
    data : Dataset
        As :func:`lfs_migration.read` gives it.
    engine : str or Engine, optional
        ``memory``, ``duckdb``, ``spark`` or ``auto``; without it what ``read`` chose, and ``memory`` for frames of your
        own that are not on Spark.

    Returns
    -------
    Dataset
        Records with the codebook's variables, in the order of their keys. An empty value is a question that was not
        asked; a don't know, a refusal and a not stated keep the codebook's code for it; a native code that no map names
        gets the code for that, and is listed in ``unmatched``. On an engine other than memory the records are frames of
        that engine, over files that are split into parts of whole households.

    Raises
    ------
    DataError
        Naming the file, the line of the country's YAML and near matches, for a column that is not in the data.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Nothing to harmonise", detail="The data have no country", hint="Use lfm.read(path, country)")
    natives = {name: native(given) for name, given in data.records.items()}
    require_columns(data.country, {name: table.columns for name, table in natives.items()})
    store = data.store.fresh() if engine is None and data.store is not None else place(engine, natives)
    if store is not None:
        return spread(data, natives, store)
    held = {name: from_native(table.whole()) for name, table in natives.items()}
    found = recoded(data, {name: held[mapped.file] for name, mapped in data.country.records.items()})
    counts: dict[str, Any] = {**found.sizes, "unmatched_codes": sum(len(lost.keys) for lost in found.unmatched)}
    return derive(replace(found, store=None).after("harmonise", counts))


def derive(data: Dataset) -> Dataset:
    """Compute the derived variables that the edition's answers allow, in the order of their dependencies.

    Returns
    -------
    Dataset
        With the derived variables in its records; an unknown result is empty.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Nothing to derive", detail="The data have no codebook")
    return derived(data) if data.store is None else derive_again(data)
