"""What one run of a survey needs, as a project file says it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from lfs_migration.model.noun import Noun

ENDING = ".project.yaml"
ALONE = "project.yaml"
"""What a project file is called: ``NAME.project.yaml``, or this."""
OFF = "off"
"""The stage of those who keep nothing."""

Engine = Literal["auto", "memory", "duckdb", "spark"]
Weights = Literal["recipe", "office"]


def _place(value: Any) -> Any:
    """Return a path that stands in a file as text."""
    if not isinstance(value, str):
        return value
    if not value.strip() or "\0" in value:
        raise ValueError("it is no path")
    return Path(value)


Place = Annotated[Path, BeforeValidator(_place)]
"""The path of a file or folder, relative to the folder of the project file."""


class Project(Noun):
    """What one run of a survey needs. Paths are relative to the folder of the project file, and stay inside it.

    Parameters
    ----------
    country : str
        A country of the catalog, or the path of its YAML file.
    edition : str, optional
        Its edition, in quotes; the newest without it.
    data : Path
        The folder with the survey's files; or the file, where there is one.
    out : Path
        The folder for the results, outside the folder of the data.
    quality : str, optional
        Quality rule profile; the edition's own without it.
    protection : str, optional
        Rules of disclosure control; the edition's own without it.
    unprotected : bool
        Publish without disclosure control; each file then says so.
    weights : str
        recipe: made by the recipe of the country's file, where it has one; office: the office's final weights.
    engine : str
        What holds the records: auto, memory, duckdb (files larger than memory) or spark.
    languages : tuple of str
        Of report, workbook and profile; the first has the plain file names.
    accepted : Path, optional
        YAML or CSV of findings that stand, each with a reason and who decided.
    corrections : Path, optional
        YAML or CSV of answers to correct.
    tables : Path, optional
        YAML file of an office's own tables, in place of the module's indicators.
    stage : str, optional
        Folder that keeps the survey's files as they were read, for the next run; off keeps nothing. Without it, large
        files are kept beside the results.
    sdmx_ml : bool
        Publish SDMX-ML too, with the extra sdmx.
    strict : bool
        End with exit code 1 when there are errors in the data.

    Examples
    --------
    >>> Project(country="armenia", data=Path("data")).languages
    ('en',)
    """

    country: str
    data: Place
    edition: str | None = None
    out: Place = Path("out")
    quality: str | None = None
    protection: str | None = None
    unprotected: bool = False
    weights: Weights = "recipe"
    engine: Engine = "auto"
    languages: tuple[str, ...] = Field(default=("en",), min_length=1)
    accepted: Place | None = None
    corrections: Place | None = None
    tables: Place | None = None
    stage: Annotated[str, Field(min_length=1)] | None = None
    sdmx_ml: bool = False
    strict: bool = False
    _path: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _one_protection(self) -> Self:
        if self.unprotected and self.protection is not None:
            raise ValueError("protection and unprotected exclude each other")
        return self

    @property
    def path(self) -> str:
        """Path of the project file, as it was given; empty for one that came from no file."""
        return self._path

    @property
    def name(self) -> str:
        """Name of the project: that of its file, or of the folder of a ``project.yaml``; of its country without a file.

        Examples
        --------
        >>> Project(country="armenia", data=Path("data")).name
        'armenia'
        """
        if not self._path:
            return Path(self.country).stem
        path = Path(self._path)
        return path.resolve().parent.name if path.name == ALONE else path.name.removesuffix(ENDING)


def called_so(path: Path) -> bool:
    """Return whether a file has the name of a project file.

    Examples
    --------
    >>> [called_so(Path(name)) for name in ("a/armenia.project.yaml", "project.yaml", "armenia.yaml", ".project.yaml")]
    [True, True, False, False]
    """
    return path.name == ALONE or (path.name.endswith(ENDING) and not path.name.startswith("."))
