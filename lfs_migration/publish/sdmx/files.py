"""The SDMX files of a publication."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfs_migration.model.dataset import Dataset
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About
from lfs_migration.publish.sdmx.csv_file import write_sdmx_csv
from lfs_migration.publish.sdmx.cube import cube_of
from lfs_migration.publish.sdmx.json_file import write_sdmx_structure

CSV, STRUCTURE = "data.csv", "structure.json"
MARKUP = ("structure.xml", "data.xml")


def write_sdmx(
    tables: Sequence[Table],
    folder: Path | str,
    *,
    about: About | None = None,
    data: Dataset | None = None,
    markup: bool = False,
) -> list[Path]:
    """Write tables as SDMX 3.0: ``data.csv`` (SDMX-CSV 2.0.0) and ``structure.json`` (SDMX-JSON 2.0.0).

    Parameters
    ----------
    tables : sequence of Table
    folder : path
        Made when it is missing.
    about : About, optional
        Words of the module.
    data : Dataset, optional
        What the tables were made from: gives the country and the period. Without it the area is not known, and there
        is no period.
    markup : bool
        Also write ``structure.xml`` and ``data.xml`` (SDMX-ML 3.0). Those of an earlier publication are taken away
        otherwise.

    Returns
    -------
    list of Path

    Raises
    ------
    DataError
        When two figures of a table have the same code in every dimension.
    LfsMigrationError
        For SDMX-ML without pysdmx.

    Notes
    -----
    Codes are those of ``tables.csv``, as far as SDMX can carry them; see :mod:`lfs_migration.publish.sdmx.ids` for the
    others. ``OBS_STATUS`` is of SDMX's own list: ``A`` for a figure to publish, ``U`` for one to use with caution,
    ``Q`` for one that is suppressed, ``O`` where there is none. Of those suppressed, ``CONF_STATUS`` is ``C`` where
    disclosure control hides them; they have no number of rows either.
    """
    out = Path(folder)
    cube = cube_of(tables, about=(about or About()).of(data), edition=None if data is None else data.country)
    paths = [write_sdmx_csv(cube, out / CSV), write_sdmx_structure(cube.structure, out / STRUCTURE)]
    for name in MARKUP:
        (out / name).unlink(missing_ok=True)
    if markup:
        from lfs_migration.publish.sdmx.ml import write_sdmx_ml

        paths += write_sdmx_ml(cube, out)
    return paths
