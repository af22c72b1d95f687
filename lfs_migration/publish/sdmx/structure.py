"""The data structure of a publication: its components, and the codes that its observations have, with their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lfs_migration.catalog.cross_domain import load_cross_domain
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Text
from lfs_migration.publish.about import survey_of
from lfs_migration.publish.data.described import WORDS, Described, in_own_languages, statistic_names, unit_names
from lfs_migration.publish.sdmx.ids import code_of_id, maintained_id
from lfs_migration.publish.sdmx.nouns import (
    NOT_APPLICABLE,
    ORIGINAL,
    SAME_AS,
    SEMANTIC,
    Code,
    Component,
    DataType,
    Structure,
    spoken,
)

KEYS = ("FREQ", "REF_AREA", "SURVEY", "INDICATOR", "STATISTIC", "SHARES_OF", "TIME_PERIOD")
FIGURES = (
    "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "SE", "CV", "CI_LOW", "CI_HIGH",
    "N", "HOUSEHOLDS", "DF", "FLAG",
)  # fmt: skip
TABLE = "TABLE"
"""A dimension that a publication has where figures of two of its tables have the same codes otherwise."""
FIXED = (
    *KEYS,
    TABLE,
    *FIGURES,
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "SERIES_KEY",
    "OBS_KEY",
    "REPORTING_YEAR_START_DAY",
)
"""Identifiers that no breakdown can have: those of every publication, and what SDMX reserves."""
SHARED = "SDMX:CROSS_DOMAIN_CONCEPTS(2.0)"
"""The concepts that SDMX shares between subjects."""
CROSS_DOMAIN = ("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE",
                "UNIT_MULT", "DECIMALS")  # fmt: skip
"""Which of ours are among them; those of breakdowns are in ``sdmx.yaml``."""
LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "FREQ": ("SDMX:CL_FREQ(2.1)", {"A": "annual", "Q": "quarterly"}),
    "OBS_STATUS": ("SDMX:CL_OBS_STATUS(2.3)", {"A": "normal", "U": "unreliable", "O": "missing", "Q": "withheld"}),
    "CONF_STATUS": ("SDMX:CL_CONF_STATUS(1.3)", {"F": "free", "C": "confidential"}),
    "UNIT_MULT": ("SDMX:CL_UNIT_MULT(1.1)", {"0": "ones"}),
}
"""SDMX's own list of a component and, of its codes, those that publications use, with the word that names each."""
AREAS = "SDMX:CL_AREA(2.0.1)"
"""SDMX's list of areas: a country has its ISO 3166-1 alpha-2 code there."""
UNKNOWN_AREA = "_U"
TYPES: Mapping[str, DataType] = {
    "OBS_VALUE": "Double", "SE": "Double", "CV": "Double", "CI_LOW": "Double", "CI_HIGH": "Double", "DF": "Double",
    "N": "Integer", "HOUSEHOLDS": "Integer", "DECIMALS": "Integer", "TIME_PERIOD": "ObservationalTimePeriod",
}  # fmt: skip
"""Types of the components without codes."""
SAID = {
    "SURVEY": "survey", "INDICATOR": "indicator", "STATISTIC": "statistic", "OBS_VALUE": "estimate",
    "UNIT_MEASURE": "unit", "SE": "se", "CV": "cv_long", "CI_LOW": "low", "CI_HIGH": "high", "N": "n",
    "HOUSEHOLDS": "households", "DF": "df", "FLAG": "flag", TABLE: "table",
}  # fmt: skip
"""Components whose name is a phrase."""
NAMED = {
    "FREQ": "frequency", "REF_AREA": "area", "SHARES_OF": "shares_of", "TIME_PERIOD": "period", "OBS_STATUS": "status",
    "CONF_STATUS": "confidentiality", "UNIT_MULT": "multiplier", "DECIMALS": "decimals",
}  # fmt: skip
"""Components whose name is a word for machines' files."""


@dataclass(frozen=True)
class Contents:
    """What is in a publication.

    Parameters
    ----------
    ids : mapping of dimension to identifier
    rows : sequence of mapping of component to value
    edition : Edition, optional
        That all of it is of.
    period : (frequency, period), optional
    """

    ids: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    edition: Edition | None
    period: tuple[str, str] | None

    def used(self, component: str) -> tuple[str, ...]:
        """Return the values of a component, as they come."""
        return tuple(dict.fromkeys(row[component] for row in self.rows if row.get(component)))


def table_id(number: int) -> str:
    """Return the code of a table by its number, from 1.

    Examples
    --------
    >>> table_id(12), table_number("T12")
    ('T12', 12)
    """
    return f"T{number}"


def table_number(code: str) -> int:
    """Return the number of a table by its code."""
    return int(code.removeprefix("T"))


def structure_of(contents: Contents, described: Described) -> Structure:
    """Return the structure of a publication's figures, with the codes that they use.

    Parameters
    ----------
    contents : Contents
    described : Described

    Returns
    -------
    Structure
    """
    survey = survey_of(described.tables)
    return Structure(
        id=maintained_id(survey.id),
        names=spoken(in_own_languages(survey), survey.id),
        components=tuple(_components(contents, described)),
        synthetic=survey.synthetic,
    )


def _components(contents: Contents, described: Described) -> Iterator[Component]:
    """Yield dimensions in the order of the key, the period last, then the measure and the attributes."""
    codes = _codes(contents, described)
    for identifier in KEYS[:-1]:
        if identifier != "FREQ" or contents.period:
            yield _fixed(identifier, described, codes)
    for name, identifier in contents.ids.items():
        yield _breakdown(name, identifier, contents, described)
    if contents.used(TABLE):
        yield _fixed(TABLE, described, codes)
    if contents.period:
        yield _fixed("TIME_PERIOD", described, codes)
    for identifier in FIGURES:
        yield _fixed(identifier, described, codes)


def _fixed(identifier: str, described: Described, codes: Mapping[str, tuple[Code, ...]]) -> Component:
    """Return a component that every publication has."""
    words = described.says(SAID[identifier]) if identifier in SAID else WORDS[NAMED[identifier]]
    return Component(
        id=identifier,
        kind="time" if identifier == "TIME_PERIOD" else "dimension" if identifier in (*KEYS, TABLE)
        else "measure" if identifier == "OBS_VALUE" else "attribute",
        names=spoken(words, identifier),
        type=TYPES.get(identifier, "String"),
        codes=codes.get(identifier, ()),
        notes={SAME_AS: _concept_urn(identifier)} if identifier in CROSS_DOMAIN else {},
    )  # fmt: skip


def _breakdown(name: str, identifier: str, contents: Contents, described: Described) -> Component:
    same = load_cross_domain().get(name)
    used = {code_of_id(one): one for one in contents.used(identifier)}
    names = described.codes(name, tuple(used))
    if not names.get(NOT_APPLICABLE):
        names[NOT_APPLICABLE] = WORDS["not_applicable"]
    codes = []
    for code in (code for code in names if code in used):
        notes = {SAME_AS: _code_urn(same.codelist, same.codes[code])} if same and code in same.codes else {}
        codes.append(_code(used[code], code, names[code], notes))
    shared = {SAME_AS: _concept_urn(same.concept)} if same else {}
    return Component(identifier, "dimension", spoken(described.breakdown(name), name), codes=tuple(codes),
                     notes={**shared, ORIGINAL: name})  # fmt: skip


def _codes(contents: Contents, described: Described) -> dict[str, tuple[Code, ...]]:
    """Return the codes of the components that every publication has."""
    surveys, indicators = described.surveys(), described.indicators()
    named: dict[str, Callable[[str], Text]] = {
        "SURVEY": lambda code: surveys[code],
        "INDICATOR": lambda code: indicators[code],
        "STATISTIC": statistic_names,
        "UNIT_MEASURE": unit_names,
        "FLAG": lambda code: described.says(f"flag_{code}"),
        TABLE: lambda code: WORDS["not_applicable"] if code == NOT_APPLICABLE else described.title(table_number(code)),
    }
    out = {identifier: tuple(_official(identifier)) for identifier in LISTS}
    for identifier, names in named.items():
        used = ((one, code_of_id(one)) for one in contents.used(identifier))
        out[identifier] = tuple(_code(one, code, names(code)) for one, code in used)
    return {**out, "REF_AREA": (_country(contents, described),), "SHARES_OF": tuple(_shares(contents, described))}


def _country(contents: Contents, described: Described) -> Code:
    """Return the code of the country; of an area that is not known without an edition."""
    if contents.edition is None:
        return Code(UNKNOWN_AREA, spoken(WORDS["not_known"], UNKNOWN_AREA))
    code = contents.edition.country
    books = (table.codebook for table in described.tables if table.codebook is not None)
    known = next((book.codelists["COUNTRY"].codes.get(code) for book in books if "COUNTRY" in book.codelists), None)
    two = "" if known is None else known.attributes.get("iso2", "")
    return _code(next(iter(contents.used("REF_AREA")), code), code, {} if known is None else known.label,
                 {SAME_AS: _code_urn(AREAS, two)} if two else {})  # fmt: skip


def _shares(contents: Contents, described: Described) -> Iterator[Code]:
    names = {identifier: name for name, identifier in contents.ids.items()}
    for one in contents.used("SHARES_OF"):
        if one == NOT_APPLICABLE:
            yield _code(one, one, WORDS["not_applicable"])
        else:
            yield _code(one, names[one], described.breakdown(names[one]))


def _official(identifier: str) -> Iterator[Code]:
    codelist, words = LISTS[identifier]
    for code, word in words.items():
        yield _code(code, code, WORDS[word], {SAME_AS: _code_urn(codelist, code)})


def _code(identifier: str, code: str, names: Text, notes: Mapping[str, str] | None = None) -> Code:
    """Return a code, which says what stands in ``tables.csv`` where that is another."""
    original = {} if identifier == code else {ORIGINAL: code}
    return Code(identifier, spoken(names, code), {**(notes or {}), **original})


def _concept_urn(concept: str) -> str:
    return f"{SEMANTIC}conceptscheme.Concept={SHARED}.{concept}"


def _code_urn(codelist: str, code: str) -> str:
    return f"{SEMANTIC}codelist.Code={codelist}.{code}"
