"""Finds and prepares the surveys that a command names, as ``armenia-2007=FOLDER``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

from lfs_migration import catalog, pipeline
from lfs_migration.errors import NotFound, near
from lfs_migration.harmonise import read
from lfs_migration.model.dataset import Dataset
from lfs_migration.readers import Stage
from lfs_migration.weighting import weigh_by_recipe


def named(text: str) -> tuple[str, Path]:
    """Return the edition and the folder of a survey.

    Raises
    ------
    NotFound
        For a text without an equals sign between two words.

    Examples
    --------
    >>> name, folder = named("armenia-2007=data/arm")
    >>> name, folder.as_posix()
    ('armenia-2007', 'data/arm')
    """
    name, mark, folder = text.partition("=")
    if not (name and mark and folder):
        raise NotFound(f"{text!r} is no survey", hint="Write COUNTRY=FOLDER, as armenia=examples/pilots/armenia-2007")
    return name, Path(folder)


def edition_called(name: str) -> tuple[str, str | None]:
    """Return the country and the edition of a name: a country, an edition as ``armenia-2007``, or a YAML file.

    Examples
    --------
    >>> edition_called("armenia-2007"), edition_called("armenia"), edition_called("x/atlantis-2020.yaml")
    (('armenia', '2007'), ('armenia', None), ('x/atlantis-2020.yaml', None))
    """
    known = {f"{country}-{edition}": (country, edition) for country, edition in catalog.countries()}
    return known.get(name, (name, None))


def prepared(
    country: str, edition: str | None, folder: Path, weights: str, stage: Stage | None, say: pipeline.Say
) -> Dataset:
    """Return a survey, harmonised and weighted as ``run`` does it.

    Raises
    ------
    LfsMigrationError
        When the survey cannot be read, or no weights are called so.
    """
    if weights not in get_args(pipeline.Weights):
        raise NotFound(f"No weights {weights!r}", hint=near(weights, get_args(pipeline.Weights)))
    data = pipeline.prepare(country, edition, folder, say, stage=stage)
    assert data.country is not None
    if weights == "office" or data.country.weighting is None:
        return data
    say("weigh by the recipe")
    made = weigh_by_recipe(read(folder, data.country, "memory", stage), folder, say)
    return replace(made.data, log=(*data.log, *made.data.log))
