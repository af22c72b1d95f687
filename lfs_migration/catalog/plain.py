"""The edition of files that already hold the codebook's own variables and codes."""

from __future__ import annotations

from collections.abc import Mapping

from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import Edition, EditionDesign, File, Map, Recode, RecordMap, Rename


def plain_edition(codebook: Codebook, weight: str, stratum: str, psu: str) -> Edition:
    """Return the edition of one CSV file a record, in the codebook's variables and codes.

    What a form made from the codebook collects, or a program simulates, has this edition. A variable whose code list
    each country brings itself is not in it.

    Parameters
    ----------
    codebook : Codebook
    weight, stratum, psu : str
        Variables of the design.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> plain_edition(load_codebook(), "w_hh", "stratum", "psu").files["emigrant"].path
    'emigrant.csv'
    """
    maps = {record: _maps(codebook, record) for record in codebook.records}
    return Edition(
        country="ZZZ",
        name=codebook.name,
        edition="plain",
        module=codebook.name,
        title=codebook.title,
        reference=codebook.reference,
        layout="ours",
        languages=("en",),
        files={record: File(path=f"{record}.csv", format="csv") for record in maps},
        design=EditionDesign(weight=weight, stratum=stratum, psu=psu, singletons="fail"),
        records={record: RecordMap(file=record, variables=own) for record, own in maps.items()},
    )


def _maps(codebook: Codebook, record: str) -> dict[str, Map]:
    own = {v.name: v for v in codebook.variables_of(record) if not v.derived}
    keys = {name: codebook.variables[name] for name in codebook.records[record].key}
    return {
        name: _map(variable, codebook.codelists)
        for name, variable in {**keys, **own}.items()
        if variable.codelist is None or variable.codelist in codebook.codelists
    }


def _map(variable: Variable, lists: Mapping[str, CodeList]) -> Map:
    if variable.codelist is None:
        return Rename(column=variable.name, missing=dict(variable.missing))
    codes = {code: code for code in lists[variable.codelist].codes}
    return Recode(column=variable.name, codes=codes, missing=dict(variable.missing))
