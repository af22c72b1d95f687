"""Survey files, from SPSS, Stata, delimited text and Parquet to plain Arrow tables, and back.

A reader gives a table with the columns of the file under their own names, and a
:class:`~lfs_migration.model.dataset.Source` with what the format knows beside the values: labels, value labels,
missing codes, the encoding, and a hash. It interprets nothing: a code stays the code that it is. What cannot be read
whole and rightly is a :class:`~lfs_migration.errors.ReadError` and never half a table.

Where to look: ``folder`` chooses the reader of a file. ``packages`` reads SPSS and Stata, ``text`` delimited and fixed
columns in any encoding, ``dictionaries`` what describes them, ``cspro`` data of CSPro, ``workbooks`` Excel. ``stages``
keeps what was read for the next run, and ``writing`` writes files back with all that was read.
"""

from __future__ import annotations

from lfs_migration.readers.comparing import differences
from lfs_migration.readers.folder import open_folder, paths_of, read_any, read_file, read_folder, spec_of
from lfs_migration.readers.packages.columns import notes
from lfs_migration.readers.parquet import ParquetTable
from lfs_migration.readers.stages.staging import Stage
from lfs_migration.readers.text.sidecar_types import typed
from lfs_migration.readers.totals import read_totals
from lfs_migration.readers.writing.fit import Loss, Written
from lfs_migration.readers.writing.spss import write_sav
from lfs_migration.readers.writing.stata import write_dta
from lfs_migration.readers.writing.text import write_csv
from lfs_migration.readers.writing.write import fit, write_file

__all__ = [
    "Loss",
    "ParquetTable",
    "Stage",
    "Written",
    "differences",
    "fit",
    "notes",
    "open_folder",
    "paths_of",
    "read_any",
    "read_file",
    "read_folder",
    "read_totals",
    "spec_of",
    "typed",
    "write_csv",
    "write_dta",
    "write_file",
    "write_sav",
]
