"""Countries, groups of countries and M49 sub-regions as code lists, named in every language by Unicode CLDR."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from babel import Locale

from lfs_migration.errors import CatalogError
from lfs_migration.model.codelist import Code, CodeList
from lfs_migration.model.noun import Text
from lfs_migration.text import LANGUAGES

_M49 = "UN Statistics Division, Standard country or area codes for statistical use (M49); names from Unicode CLDR"


@lru_cache(maxsize=4)
def area_lists(path: Path) -> dict[str, CodeList]:
    """Return the lists ``COUNTRY`` and ``SUBREGION`` made from ``areas.csv``.

    Attributes of a country's code: ``subregion``, ``region``, ``iso2``, ``kind``, and the name of each user group that
    it is in.

    Raises
    ------
    CatalogError
        With the line, for an area without a name.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    countries = {row["code"]: Code(label=_name(row, path.name, line), attributes=_attributes(row))
                 for line, row in enumerate(rows, start=2)}  # fmt: skip
    parts = {row["subregion"] for row in rows if row["subregion"].isdigit()}
    regions = {code: Code(label=_cldr(code)) for code in sorted(parts)}
    regions |= {row["code"]: countries[row["code"]] for row in rows if row["kind"] == "group"}
    return {
        "COUNTRY": CodeList(label={"en": "Country or area", "fr": "Pays ou zone", "es": "País o zona"},
                            codes=countries, source=f"ISO 3166-1; {_M49}"),
        "SUBREGION": CodeList(label={"en": "Sub-region", "fr": "Sous-région", "es": "Subregión"},
                              codes=regions, source=_M49),
    }  # fmt: skip


def _attributes(row: dict[str, str]) -> dict[str, str]:
    plain = {name: row[name] for name in ("iso2", "subregion", "region", "kind") if row[name]}
    return plain | {group: group for group in row["groups"].split()}


def _name(row: dict[str, str], file: str, line: int) -> Text:
    own = {language: row[f"name_{language}"] for language in ("en", "fr", "es") if row[f"name_{language}"]}
    label = _cldr(row["iso2"]) | own if row["iso2"] else own
    if "en" not in label:
        raise CatalogError(f"Area {row['code']} has no name", where=f"{file}:{line}", hint="Fill name_en")
    return label


def _cldr(territory: str) -> Text:
    names = {language: _territories(language).get(territory, "") for language in LANGUAGES}
    return {language: name for language, name in names.items() if name}


@lru_cache(maxsize=len(LANGUAGES))
def _territories(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)
