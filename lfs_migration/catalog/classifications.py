"""Occupations and industries as code lists, and crossings from the classifications before them.

ISCO-08 and ISIC Rev.4 become the lists ``ISCO08`` and ``ISIC4``, every level in one list, because a survey often
codes what it can and stops there. A crossing gives each code of an older classification its target at the finest
level at which it has only one: where the unit groups of the target differ, the group above them; where they share
none, nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lfs_migration.catalog.areas import names, table
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.model.codelist import Code, CodeList
from lfs_migration.model.noun import Text, Value

_OCCUPATION: Text = {
    "en": "Occupation (ISCO-08)", "fr": "Profession (CITP-08)", "es": "Ocupación (CIUO-08)", "ar": "المهنة (ISCO-08)",
    "hy": "Զբաղմունք (ISCO-08)", "ru": "Занятие (ISCO-08)", "th": "อาชีพ (ISCO-08)",
}  # fmt: skip
_INDUSTRY: Text = {
    "en": "Industry (ISIC Rev.4)", "fr": "Branche d'activité (CITI Rév.4)", "es": "Rama de actividad (CIIU Rev.4)",
    "ar": "النشاط الاقتصادي (ISIC Rev.4)", "hy": "Տնտեսական գործունեություն (ISIC Rev.4)",
    "ru": "Вид деятельности (ISIC Rev.4)", "th": "อุตสาหกรรม (ISIC Rev.4)",
}  # fmt: skip
_ILO = "ILO, International Standard Classification of Occupations: ISCO-08 (2012)"
_UN = "United Nations, International Standard Industrial Classification of All Economic Activities, Revision 4 (2008)"


_LEVELS = ((1, "major"), (2, "submajor"), (3, "minor"))
"""The groups that an occupation is in, and the digits of their codes."""


@dataclass(frozen=True)
class _Crossing:
    """Where a crossing stands: its file, its target's column, and the list of that; without a list, whole numbers."""

    file: str
    target: str
    codelist: str = ""


_CROSSINGS = {
    "isco88": _Crossing("isco88.csv", "isco08", "ISCO08"),
    "isco88_workers": _Crossing("isco88.csv", "isco08_workers", "ISCO08"),
    "isic3": _Crossing("isic3.csv", "isic4", "ISIC4"),
    "isic31": _Crossing("isic31.csv", "isic4", "ISIC4"),
    "isced97": _Crossing("isced97.csv", "isced11"),
}


def classification_lists(place: Path) -> dict[str, CodeList]:
    """Return the lists ``ISCO08`` and ``ISIC4`` of a folder.

    Attributes of an occupation: ``major``, ``submajor`` and ``minor``, as far as its code goes down, and ``skill``,
    where the group is of one skill level. Attributes of an industry: ``section`` and ``division``.

    Raises
    ------
    CatalogError
        With file and line, for a code that stands twice, has no name or no group above it.
    """
    return {name: _list(place, name) for name in ("ISCO08", "ISIC4")}


def crossing(name: str, place: Path | None = None) -> dict[str, str]:
    """Return the target of each code of an older classification; empty where it has none that is single.

    Parameters
    ----------
    name : str
        ``isco88``, ``isic3``, ``isic31`` or ``isced97``; ``isco88_workers`` takes nobody for a supervisor, since
        ISCO-08 has groups of their own for those of clerks, miners, builders and machine operators and ISCO-88 not.
    place : Path, optional
        Folder of the files; without it, the classifications of the codebooks.

    Raises
    ------
    NotFound
        With near matches.
    CatalogError
        With file and line, for a target that is no code of the newer classification.

    Examples
    --------
    >>> isco = crossing("isco88")
    >>> isco["2221"], isco["7124"], isco["2141"]
    ('221', '7115', '216')
    >>> crossing("isced97")["5A"]
    ''
    """
    if name not in _CROSSINGS:
        raise NotFound(f"No crossing {name!r}", hint=near(name, _CROSSINGS))
    return dict(_crossing(place or folder() / "classifications", name))


def crossed(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the entry of a recode whose ``codes`` name a crossing, with the crossing's codes in place of the name.

    Codes without a target become ``uncodable``. ``digits`` keeps the codes of one length, and a number is then read
    with its zeros in front. Without it, a number has zeros restored where only one code fits: 110 is ``0110``, since
    there is no code ``110``, but 11 may be ``11`` or ``011``. What the entry itself lists as missing or to skip goes
    before the crossing.

    Raises
    ------
    NotFound
        For an unknown crossing.
    CatalogError
        For a length that no code has.
    """
    try:
        targets = crossing(entry["codes"])
    except NotFound as error:
        raise NotFound(error.title, where=where, hint=error.hint) from None
    whole = not _CROSSINGS[entry["codes"]].codelist
    lengths = sorted({len(code) for code in targets})
    digits = entry.get("digits")
    if "digits" in entry and digits not in lengths:
        raise CatalogError(f"No code of {entry['codes']} has {digits} digits", where=where,
                           hint=f"Give one of {', '.join(map(str, lengths))}")  # fmt: skip
    targets = {code: target for code, target in targets.items() if digits in (None, len(code))}
    missing, skip = (entry.get(key, default) for key, default in (("missing", {}), ("skip", [])))
    own = {str(code) for code in (*missing, *skip)} if isinstance(missing, dict) and isinstance(skip, list) else set()
    native: dict[Value, str] = {**{code: code for code in targets}, **_unpadded(targets)}
    free = {key: targets[code] for key, code in native.items() if str(key) not in own}
    rest = {key: value for key, value in entry.items() if key not in ("codes", "digits", "missing")}
    codes = {key: int(target) if whole else target for key, target in free.items() if target}
    lost = {key: "uncodable" for key, target in free.items() if not target}
    return {**rest, "codes": codes, "missing": {**lost, **missing} if isinstance(missing, dict) else missing}


def _unpadded(codes: Collection[str]) -> dict[Value, str]:
    """Return the codes that begin with zero, by the number that they become in a numeric column.

    Only where the number can be no other code.
    """
    numbers = Counter(int(code) for code in codes if code.isdecimal())
    return {int(code): code for code in codes
            if code.isdecimal() and numbers[int(code)] == 1 and str(int(code)) != code}  # fmt: skip


@lru_cache(maxsize=16)
def _crossing(place: Path, name: str) -> Mapping[str, str]:
    asked = _CROSSINGS[name]
    known = set(_list(place, asked.codelist).codes) if asked.codelist else {str(level) for level in range(9)}
    out = {}
    for where, row in table(place / asked.file, "code"):
        target = row[asked.target]
        if target and target not in known:
            raise CatalogError(f"{row['code']} crosses to {target}, which is no code", where=where,
                               hint=near(target, map(str, known)))  # fmt: skip
        out[row["code"]] = target
    return out


@lru_cache(maxsize=8)
def _list(place: Path, name: str) -> CodeList:
    codes: dict[Value, Code] = {}
    for where, row in table(place / f"{name.lower()}.csv", "code"):
        code, label = row["code"], names(row)
        above = row["section"] if "section" in row and len(code) == 2 else code[:-1]
        if above and above not in codes:
            raise CatalogError(f"{code} has no group above it", where=where, hint=f"Put {above} before it")
        if "en" not in label:
            raise CatalogError(f"{code} has no name", where=where, hint="Fill name_en")
        codes[code] = Code(label=label, attributes=_occupation(row) if name == "ISCO08" else _industry(row))
    label, source = (_OCCUPATION, _ILO) if name == "ISCO08" else (_INDUSTRY, _UN)
    return CodeList(label=label, codes=codes, source=source)


def _occupation(row: Mapping[str, str]) -> dict[str, str]:
    code, skill = row["code"], row["skill"]
    found = {name: code[:digits] for digits, name in _LEVELS[: len(code)]}
    if len(skill) == 1:
        found["skill"] = skill
    return found


def _industry(row: Mapping[str, str]) -> dict[str, str]:
    code = row["code"]
    return {"section": row["section"]} | ({"division": code[:2]} if len(code) > 1 else {})
