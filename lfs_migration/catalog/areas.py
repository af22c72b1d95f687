"""Countries, groups of countries and M49 sub-regions as code lists, named in every language by Unicode CLDR."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel import Locale

from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codelist import Code, CodeList
from lfs_migration.model.noun import Text, Value
from lfs_migration.text import LANGUAGES

_M49 = "UN Statistics Division, Standard country or area codes for statistical use (M49); names from Unicode CLDR"

_COUNTRY: Text = {
    "en": "Country or area", "fr": "Pays ou zone", "es": "País o zona", "ar": "البلد أو المنطقة",
    "hy": "Երկիր կամ տարածք", "ru": "Страна или территория", "th": "ประเทศหรือพื้นที่",
}  # fmt: skip
_SUBREGION: Text = {
    "en": "Sub-region", "fr": "Sous-région", "es": "Subregión", "ar": "المنطقة الفرعية", "hy": "Ենթատարածաշրջան",
    "ru": "Субрегион", "th": "อนุภูมิภาค",
}  # fmt: skip
_NAMES = tuple((language, f"name_{language}") for language in LANGUAGES)
"""Columns of names, as far as a file has them."""


@lru_cache(maxsize=4)
def area_lists(path: Path) -> dict[str, CodeList]:
    """Return the lists ``COUNTRY`` and ``SUBREGION`` made from ``areas.csv``.

    Attributes of a country's code: ``subregion``, ``region``, ``iso2``, ``kind``, and the name of each user group that
    it is in; ``groups.csv``, beside it, says when each group had these members.

    Raises
    ------
    CatalogError
        With the line, for an area without a name or in a group that ``groups.csv`` does not know.
    """
    dated = {row["group"] for _, row in table(path.with_name("groups.csv"), "group")}
    rows = list(table(path, "code"))
    countries: dict[Value, Code] = {
        row["code"]: Code(label=_name(row, where), attributes=_attributes(row, dated, where)) for where, row in rows
    }
    parts = {row["subregion"] for _, row in rows if row["subregion"].isdigit()}
    regions: dict[Value, Code] = {code: Code(label=_cldr(code)) for code in sorted(parts)}
    regions |= {row["code"]: countries[row["code"]] for _, row in rows if row["kind"] == "group"}
    return {
        "COUNTRY": CodeList(label=_COUNTRY,
                            codes=countries, source=f"ISO 3166-1; {_M49}"),
        "SUBREGION": CodeList(label=_SUBREGION,
                              codes=regions, source=_M49),
    }  # fmt: skip


def table(path: Path, key: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield ``file:line`` and the cells of each row of a classification's file.

    Raises
    ------
    CatalogError
        For a row with too few or too many cells, and for a key that is empty or stands twice.
    """
    name = path.name
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = next(reader, [])
        seen: set[str] = set()
        for cells in reader:
            where = f"{name}:{reader.line_num}"
            if len(cells) != len(head):
                raise CatalogError(f"A row of {len(cells)} cells", where=where, hint=f"The header has {len(head)}")
            row = dict(zip(head, cells, strict=True))
            code = row.get(key)
            if not code:
                raise CatalogError("A row without a code", where=where, hint=f"Fill {key}")
            if code in seen:
                raise CatalogError(f"{code} stands twice", where=where, hint="Remove one of the rows")
            seen.add(code)
            yield where, row


def names(row: dict[str, str]) -> Text:
    """Return the names that a row itself gives, by language.

    Examples
    --------
    >>> names({"code": "1", "name_en": "Managers", "name_fr": "", "name_es": "Directores y gerentes"})
    {'en': 'Managers', 'es': 'Directores y gerentes'}
    """
    return {language: row[column] for language, column in _NAMES if row.get(column)}


def _attributes(row: dict[str, str], dated: set[str], where: str) -> dict[str, str]:
    plain = {name: row[name] for name in ("iso2", "subregion", "region", "kind") if row[name]}
    groups = row["groups"].split()
    for group in groups:
        if group not in dated:
            raise CatalogError(f"{row['code']} is in the group {group!r}, which groups.csv does not hold", where=where,
                               hint=near(group, dated))  # fmt: skip
    return plain | {group: group for group in groups}


def _name(row: dict[str, str], where: str) -> Text:
    own = names(row)
    label = _cldr(row["iso2"]) | own if row["iso2"] else own
    if "en" not in label:
        raise CatalogError(f"Area {row['code']} has no name", where=where, hint="Fill name_en")
    return label


def _cldr(territory: str) -> Text:
    found = {language: _territories(language).get(territory, "") for language in LANGUAGES}
    return {language: name for language, name in found.items() if name}


@lru_cache(maxsize=len(LANGUAGES))
def _territories(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)
