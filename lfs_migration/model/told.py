"""What a run was told: all of it that can change a byte of its publication."""

from __future__ import annotations

from typing import Literal

from lfs_migration.model.noun import Noun


class OwnFile(Noun):
    """A file that the user gave: its name and its content, never the folder that it is in.

    Parameters
    ----------
    file : str
    sha256 : str
        Of its bytes.
    """

    file: str
    sha256: str


class Told(Noun):
    """What the manifest keeps of the options of a run.

    Files of decisions and of tables have entries of their own in the manifest. Folders are the user's own affair, and
    what holds the records (the engine) does not change a byte.

    Parameters
    ----------
    country, edition : str
    country_file : OwnFile, optional
        Where the country's file is not the catalog's.
    profile : str
        Of the quality rules.
    weights : str
        ``recipe`` of the country's file, or the ``office``'s own.
    protection : str, optional
        Rules of disclosure control, by name.
    unprotected : bool
    secret_seed : bool
        Whether a secret seed was used; it is in no file.
    languages : tuple of str
        The first has the plain file names.
    sdmx_ml : bool

    Examples
    --------
    >>> Told(country="armenia", edition="2007", profile="default", weights="recipe", languages=("en",)).sdmx_ml
    False
    """

    country: str
    edition: str
    country_file: OwnFile | None = None
    profile: str
    weights: Literal["recipe", "office"]
    protection: str | None = None
    unprotected: bool = False
    secret_seed: bool = False
    languages: tuple[str, ...]
    sdmx_ml: bool = False
