"""Population projections to calibrate to, made from the numbers that the survey was made from."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import CatalogError
from lfs_migration.files import write_bytes
from lfs_migration.frames import Records
from lfs_migration.model.noun import Value
from lfs_migration.model.weighting import MarginFile
from lfs_migration.readers.text import encodings
from lfs_migration.synth.answers import Survey
from lfs_migration.synth.population import Stratum

Codes = tuple[Value, ...]
AHEAD = 1.01
"""How far a projection is ahead of the population that the survey's weights add up to."""


def write_projections(survey: Survey, design: tuple[Stratum, ...], out: Path) -> None:
    """Write the files of known totals that an edition's recipe names.

    Residents of a region and area are its households in the frame times the survey's mean size of a household; sex and
    age have the survey's shares, the same in every region. Totals are whole persons.

    Raises
    ------
    CatalogError
        With file and line, for a file in another format than delimited text.
    """
    recipe = survey.edition.weighting
    for name, file in (recipe.margins if recipe else {}).items():
        if file.format != "csv":
            where = survey.edition.line("weighting", "margins", name, "format")
            raise CatalogError("The generator writes projections as csv", where=where)
        rows = _rows(survey, design, file)
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=file.delimiter, lineterminator="\n")
        writer.writerow([*file.columns.values(), file.total])
        writer.writerows(rows)
        write_bytes(out / file.path, encodings.encode(text.getvalue(), file.encoding or "utf-8"))


def _rows(survey: Survey, design: tuple[Stratum, ...], file: MarginFile) -> list[list[Value]]:
    home = [name for name in file.columns if name in survey.records["household"]]
    own = [name for name in file.columns if name not in home]
    mean = math.fsum(_weights(survey)) / math.fsum(survey.records["household"]["w_hh"])
    places = _places(design, home)
    shares = _shares(survey, own)
    return [
        [*_merged(file, home, place, own, group), math.floor(households * mean * AHEAD * share + 0.5)]
        for place, households in places.items()
        for group, share in shares.items()
    ]


def _merged(file: MarginFile, home: list[str], place: Codes, own: list[str], group: Codes) -> list[Value]:
    codes = {**dict(zip(home, place, strict=True)), **dict(zip(own, group, strict=True))}
    return [codes[name] for name in file.columns]


def _places(design: tuple[Stratum, ...], names: list[str]) -> dict[Codes, float]:
    """Return the households of the frame by region, area or both."""
    parts: dict[Codes, list[float]] = {}
    for stratum in design:
        facts: Mapping[str, Value] = {"region_code": stratum.region, "urban": stratum.area}
        parts.setdefault(tuple(facts[name] for name in names), []).append(stratum.households)
    return {code: math.fsum(own) for code, own in parts.items()}


def _shares(survey: Survey, names: list[str]) -> dict[Codes, float]:
    """Return the weighted shares of the residents' categories, in their order."""
    view = survey.view()
    codes = [_codes(survey, view, name) for name in names]
    weight = _weights(survey)
    known = np.logical_and.reduce([code >= 0 for code in codes]) if codes else np.ones(len(weight), dtype=bool)
    parts: dict[Codes, list[float]] = {}
    for row in np.flatnonzero(known).tolist():
        parts.setdefault(tuple(int(code[row]) for code in codes), []).append(weight[row])
    sums = {code: math.fsum(own) for code, own in sorted(parts.items())}
    total = math.fsum(sums.values())
    return {code: own / total for code, own in sums.items()}


def _weights(survey: Survey) -> list[float]:
    """Return the weight of each resident's household."""
    household = survey.records["household"]
    weight = dict(zip(household["hh_id"], household["w_hh"].tolist(), strict=True))
    return [weight[home] for home in survey.records["person"]["hh_id"]]


def _codes(survey: Survey, view: Records, name: str) -> NDArray[np.int64]:
    """Return the category of each resident, -1 where it is not known."""
    recipe = survey.edition.weighting
    assert recipe is not None
    text = recipe.categories[name].value if name in recipe.categories else survey.codebook.variable(name).value or name
    return np.nan_to_num(view.floats(text, "person"), nan=-1.0).astype(np.int64)
