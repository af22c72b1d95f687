"""Observations as SDMX-CSV 2.0.0: the data message of SDMX 3.0 for spreadsheets and statistical software.

The columns are ``STRUCTURE``, ``STRUCTURE_ID``, ``ACTION``, then those of the data structure: dimensions, the measure,
attributes. UTF-8, comma, one row a figure; a figure that is not published has an empty ``OBS_VALUE``.
"""

from __future__ import annotations

from pathlib import Path

from lfs_migration.files import csv_line, write_lines
from lfs_migration.publish.sdmx.nouns import Cube

OWN = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
ACTION = "I"
"""Information: for a data base that loads the file, the same as append."""


def write_sdmx_csv(cube: Cube, path: Path | str) -> Path:
    """Write observations as SDMX-CSV 2.0.0.

    Parameters
    ----------
    cube : Cube
    path : path

    Returns
    -------
    Path
    """
    own = ("dataflow", cube.structure.flow, ACTION)
    return write_lines(path, map(csv_line, [(*OWN, *cube.header), *((*own, *row) for row in cube.rows)]))
