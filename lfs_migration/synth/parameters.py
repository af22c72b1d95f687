"""What a country's file says of its synthetic survey, under ``synthetic.parameters``.

Everything that differs between countries stands there and not in Python: the sample, the residents, the emigrants,
and what the office's columns hold beyond the codebook's variables. An unknown key is an error with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from lfs_migration.catalog.documents import build, load
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codelist import Reason
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Noun
from lfs_migration.synth.layout import Label, Native, Share


def _rising(points: list[float]) -> list[float]:
    if len(points) < 2 or sorted(points) != points:
        raise ValueError("quantiles must be two or more, and none smaller than the one before it")
    return points


Shares = Annotated[dict[int, Share], Field(min_length=1)]
"""Code to share; shares need not add up to 1."""
Quantiles = Annotated[list[float], AfterValidator(_rising)]
"""Smallest value, equally spaced quantiles, largest value."""

_OTHERS: dict[int, Shares] = {
    45: {3: 0.88, 4: 0.09, 8: 0.03},
    65: {3: 0.79, 7: 0.12, 4: 0.05, 8: 0.04},
    200: {3: 0.54, 7: 0.38, 8: 0.08},
}
_KIN: dict[int, Shares] = {1: {3: 0.66, 2: 0.12, 8: 0.16, 4: 0.06}, 2: {3: 0.62, 2: 0.12, 8: 0.16, 4: 0.10}}
"""Relations that every office's list holds."""


class Interview(Noun):
    """When the households were asked: the year, and shares of the primary sampling units by month."""

    year: int
    months: Shares


class Region(Noun):
    """A region of the sampling frame.

    Parameters
    ----------
    share : float
        Of the population's households.
    urban : float
        Share of its households in urban areas.
    emigration : float
        Households with emigrants, relative to the other regions.
    refused : float, optional
        Share of the addresses visited that refuse; without it, the country's.
    """

    share: float
    urban: float
    emigration: float = 1.0
    refused: float | None = None


class Strata(Noun):
    """Strata of one region and area, numbered one after the other.

    Parameters
    ----------
    region : str
    area : int
        1 urban, 2 rural.
    count : int
    size : float
        Households of each, relative to the other strata of the region and area.
    """

    region: str
    area: int
    count: int = 1
    size: float = 1.0


class Sample(Noun):
    """The sampling frame and the sample.

    Parameters
    ----------
    population : int
        Households of the population: what the weights add up to.
    take : mapping of area to households
        Interviewed in each primary sampling unit.
    even : float
        Part of the sample that is spread evenly over the strata; the rest is in proportion to their households.
    spread : float
        Weights of the units of a stratum lie within this share of their mean.
    minimum : int
        Primary sampling units of a stratum; with 1 there is no variance in it.
    regions : mapping of code (REGION) to Region
    strata : list of Strata
        Without it, each region's urban and rural part is a stratum.
    outcomes : mapping of outcome (HHSTATUS) to share of the addresses visited
        1 is an interview; an address without one is replaced, and keeps its row.
    """

    population: int
    take: dict[int, int]
    even: float = 0.3
    spread: float = 0.25
    minimum: int = 2
    regions: dict[str, Region]
    strata: list[Strata] = Field(default_factory=list)
    outcomes: Shares = Field(default={1: 1.0})

    @model_validator(mode="after")
    def _consistent(self) -> Sample:
        for group in self.strata:
            if group.region not in self.regions:
                raise ValueError(f"strata: there is no region {group.region!r}")
        if set(self.take) != {1, 2}:
            raise ValueError("take: give the households of an urban (1) and of a rural unit (2)")
        if not self.outcomes.get(1):
            raise ValueError("outcomes: interviews (1) need a share")
        return self


class Residents(Noun):
    """The resident members.

    Parameters
    ----------
    size : mapping of members to share of households
    head_age : list of float
        Quantiles of the head's age, in years.
    head_male : float
        Share of heads.
    partner : mapping of the head's sex to share with a partner in the household
    others : mapping of upper limit of the head's age to mapping of relation to share
        Further members.
    education : mapping of level (ISCED 2011) to share of adults
        Young people have at most what their age allows.
    status : mapping of sex to mapping of labour force status to share
        From 20 to 64 years; mostly outside the labour force before and after.
    """

    size: Shares
    head_age: Quantiles = Field(default=[19, 29, 35, 41, 47, 54, 63, 74, 92])
    head_male: float = 0.75
    partner: Shares = Field(default={1: 0.88, 2: 0.15})
    others: dict[int, Shares] = _OTHERS
    education: Shares
    status: dict[int, Shares]


class Emigrants(Noun):
    """The lists of persons who left, in and out of the scope of emigration.

    Parameters
    ----------
    households : float
        Share of households with a line in the list.
    number : mapping of lines to share of these households
    cluster : float
        How much more or less a primary sampling unit has than its region, at most, as a share.
    scope : mapping of code (EMSCOPE) to share of lines
    returned : float
        Share of lines whose person is back, among those who left less than ``returned_within`` months ago.
    male : float
    age : list of float
        Quantiles of the age at departure, in years.
    months : mapping of upper limit to share
        Completed months since the departure; a class reaches up to below its limit.
    destinations : mapping of area to share
    reasons : mapping of sex to mapping of reason to share
        Of those aged 15 and more at departure.
    child_reasons : mapping of reason to share
        Of the younger.
    plan : mapping of intended stay to share
        Of the classes that are not over yet.
    kin : mapping of sex to mapping of relation to share
    education : mapping of level (ISCED 2011) to share of adults
    before : mapping of sex to mapping of main activity to share
    now : mapping of reason group (``work``, ``study``, ``other``) to mapping of main activity to share
    """

    households: float
    number: Shares
    cluster: float = 0.5
    scope: Shares = Field(default={1: 1.0})
    returned: float = 0.0
    returned_within: int = 60
    male: float
    age: Quantiles
    months: Shares
    destinations: Annotated[dict[str, Share], Field(min_length=1)]
    reasons: dict[int, Shares]
    child_reasons: Shares
    plan: Shares
    kin: dict[int, Shares] = _KIN
    education: Shares
    before: dict[int, Shares]
    now: dict[str, Shares]


class Remittances(Noun):
    """Money sent to the households.

    Parameters
    ----------
    senders : mapping of 1 (at work abroad) and 2 (not) to share who send
    others : float
        Share of households without a sender abroad that receive money from somebody else.
    amount : list of float
        Quantiles of the cash of 12 months, in national currency.
    unit : int
        Amounts are told in multiples of it.
    """

    senders: Shares
    others: float
    amount: Quantiles
    unit: int


class Parameters(Noun):
    """All of ``synthetic.parameters``.

    Parameters
    ----------
    sources : mapping of key, as ``emigrants.destinations``, to source and confidence
        A key without an entry is assumed.
    nonresponse : mapping of variable to mapping of reason to share of those asked
    labels : mapping of native column to Label
    """

    labels: dict[str, Label] = Field(default_factory=dict)
    sources: dict[str, str]
    interview: Interview
    sample: Sample
    residents: Residents
    emigrants: Emigrants
    remittances: Remittances
    nonresponse: dict[str, dict[Reason, Share]] = Field(default_factory=dict)
    native: dict[str, Native] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sources_name_keys(self) -> Parameters:
        for key in self.sources:
            part, _, name = key.partition(".")
            noun = getattr(self, part, None) if part in type(self).model_fields else None
            if noun is None or (name and name not in getattr(type(noun), "model_fields", {})):
                raise ValueError(f"sources: there is no {key!r}")
        return self


def read_parameters(edition: Edition) -> Parameters:
    """Return the checked parameters of an edition.

    Raises
    ------
    CatalogError
        With file and line, for an unknown key or a wrong value; and for an edition whose files are collected.
    """
    if edition.synthetic is None:
        raise CatalogError(
            f"{edition.id} is not a synthetic edition",
            where=edition.line("records"),
            hint="Its files come from an office; only an edition with a 'synthetic' entry can be generated",
        )
    place = load(Path(edition.path))
    parameters = build(Parameters, edition.synthetic.parameters, place, "synthetic", "parameters")
    _check_names(edition, "native", parameters.native, edition.records, "record")
    if "REGION" in edition.codelists:
        regions = edition.codelists["REGION"].codes
        _check_names(edition, "sample/regions", parameters.sample.regions, map(str, regions), "region")
    return parameters


def _check_names(edition: Edition, path: str, given: Iterable[str], known: Iterable[str], what: str) -> None:
    names = set(known)
    for name in given:
        if name not in names:
            where = edition.line("synthetic", "parameters", *path.split("/"), name)
            raise CatalogError(f"There is no {what} {name!r}", where=where, hint=near(name, names))
