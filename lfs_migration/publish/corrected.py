"""The log of corrections: what was changed in the records, why, and who decided it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfs_migration.files import csv_line, write_lines
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.decisions import Correction, columns
from lfs_migration.publish.data.tidy import disarm

LAST = ("reason", "decided_by", "date")
COLUMNS = (*(name for name in columns(Correction) if name not in LAST), *LAST, "where")
"""What was corrected, why and by whom, and the file and line that say so."""


def write_corrections(
    corrections: Sequence[Correction], path: Path | str, codebook: Codebook | None = None
) -> Path:  # fmt: skip
    """Write corrections that were made as a CSV file, one a row, in their order.

    The columns are those of a file of corrections, and the file and line that each came from. It names households, and
    is for the office alone. A text that a spreadsheet would run as a formula has an apostrophe before it.

    Parameters
    ----------
    corrections : sequence of Correction
    path : path
    codebook : Codebook, optional
        Tells the record where a correction does not.

    Returns
    -------
    Path
    """
    known = {} if codebook is None else {name: one.record for name, one in codebook.variables.items()}
    told = [one.model_copy(update={"record": one.record or known.get(one.variable, "")}) for one in corrections]
    rows = ([str(getattr(one, name)) for name in COLUMNS] for one in told)
    return write_lines(path, [csv_line(COLUMNS), *(csv_line(map(disarm, row)) for row in rows)], private=True)
