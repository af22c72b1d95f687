"""Survey files, from SPSS, Stata, delimited text and Parquet to plain Arrow tables, and back.

A reader gives a table with the columns of the file under their own names, and a
:class:`~lfs_migration.model.dataset.Source` with what the format knows beside the values: labels, value labels,
missing codes, the encoding, and a hash. It interprets nothing: a code stays the code that it is. What cannot be read
whole and rightly is a :class:`~lfs_migration.errors.ReadError` and never half a table.
"""

from __future__ import annotations

from lfs_migration.readers.columns import notes
from lfs_migration.readers.folder import open_folder, read_any, read_file, read_folder
from lfs_migration.readers.parquet import ParquetTable
from lfs_migration.readers.totals import read_totals
from lfs_migration.readers.writing import write_csv, write_dta, write_sav

__all__ = [
    "ParquetTable",
    "notes",
    "open_folder",
    "read_any",
    "read_file",
    "read_folder",
    "read_totals",
    "write_csv",
    "write_dta",
    "write_sav",
]
