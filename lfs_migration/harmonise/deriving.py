"""The codebook's derived variables, computed from the answers of a household."""

from __future__ import annotations

from lfs_migration.catalog import Computable
from lfs_migration.frames import Records
from lfs_migration.harmonise.mapping import Target
from lfs_migration.harmonise.recoding import placed
from lfs_migration.model.dataset import Dataset


def derived(data: Dataset) -> Dataset:
    """Return records in memory with the derived variables that the edition's answers allow."""
    assert data.country is not None and data.codebook is not None
    records = Records(data)
    computable = Computable(data.codebook, data.country)
    for variable in computable.derived:
        kind = Target.of(data.codebook, variable.name).type
        with placed(f"{data.codebook.where(variable.name)} {variable.name}"):
            result = records.values(variable.value or "None", variable.record)
            records.add(variable.record, variable.name, result.cast(kind))
    return data.after("derive", {"variables": len(computable.derived)}, records=records.frames)
