"""Figures by destination of a source outside the survey, from a CSV file.

The first lines may say what the source is, each after a number sign:

    # source: UN DESA, International Migrant Stock 2020
    # reference: POP/DB/MIG/Stock/Rev.2020, table 1
    # definition: foreign-born, mid-year
    destination,figure,se,sex,year
    RUS,498000,,,2005
    840,65200,,,2005
    Spain,..,,,2005

A destination is an ISO 3166-1 code of three or two letters, an M49 code, or a name in any language of the codebooks. An
empty figure, or two dots, is one that the source does not have: it is not zero.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.catalog.areas import table
from lfs_migration.errors import DataError, NotFound, ReadError, near
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.results import TOTAL
from lfs_migration.text import pick

COLUMNS = ("destination", "figure", "se", "sex", "year")
ABOUT = ("source", "reference", "definition")
ABSENT = ("", "..", "...")
"""What stands for a figure that the source does not have, as the tables of the United Nations write it."""


@dataclass(frozen=True)
class OutsideFigure:
    """One figure of an outside source.

    Parameters
    ----------
    destination : str
        Code in the codebook's list of countries.
    figure : float
        Persons; not-a-number where the source has none.
    se : float
        Not-a-number where the figure is taken as exact.
    sex : str
        Code in the codebook; :data:`~lfs_migration.model.results.TOTAL` for both.
    year : str
        Empty where the source does not say.
    where : str
        ``file:line``.
    """

    destination: str
    figure: float
    se: float = math.nan
    sex: str = TOTAL
    year: str = ""
    where: str = ""


@dataclass(frozen=True)
class Outside:
    """An outside source of figures by destination.

    Parameters
    ----------
    figures : tuple of OutsideFigure
    source, reference, definition : str
        What it is, where it was published, and whom it counts.
    """

    figures: tuple[OutsideFigure, ...]
    source: str = ""
    reference: str = ""
    definition: str = ""

    @property
    def years(self) -> tuple[str, ...]:
        """Years that it has figures of, in order."""
        return tuple(sorted({one.year for one in self.figures} - {""}))

    def of(self, year: str) -> Outside:
        """Return the figures of one year.

        Raises
        ------
        NotFound
            With near matches, for a year that it does not have.
        """
        if year not in self.years:
            raise NotFound(f"The outside source has no year {year!r}", hint=near(year, self.years))
        return replace(self, figures=tuple(one for one in self.figures if one.year in (year, "")))


def read_outside(
    path: Path | str, destinations: CodeList, sexes: CodeList | None = None, *, year: str = "", **about: str
) -> Outside:
    """Read an outside source.

    Parameters
    ----------
    path : path
        CSV in UTF-8 with the columns ``destination`` and ``figure``; ``se``, ``sex`` and ``year`` may be there.
    destinations : CodeList
        Of countries.
    sexes : CodeList, optional
        For the column ``sex``: codes, or their labels in any language.
    year : str
        Needed when the file has several.
    **about : str
        ``source``, ``reference`` and ``definition``, in place of those in the file.

    Raises
    ------
    ReadError
        Naming the file, when it is absent or no text in UTF-8.
    DataError
        With file and line, for a column that lacks, a figure that is no number or negative, and a destination, sex and
        year that stand twice; and for several years of which none was chosen.
    NotFound
        With file, line and near matches, for an unknown destination, sex or year.
    """
    place = Path(path)
    head, lines = _opened(place)
    unknown = sorted({*head, *about} - set(ABOUT))
    if unknown:
        raise NotFound(
            f"{unknown[0]!r} says nothing of a source", where=f"{place.name}:1", hint=near(unknown[0], ABOUT)
        )
    areas = Areas.of(destinations)
    figures = tuple(_figures(place, lines, areas, _words(sexes) if sexes else {}))
    if not figures:
        raise DataError("The outside source has no figure", where=place.name)
    out = Outside(figures, **{**head, **about})
    if not year and len(out.years) > 1:
        raise DataError("The outside source has several years", where=place.name, detail=", ".join(out.years),
                        hint="Choose one")  # fmt: skip
    out = out.of(year) if year else out
    _once(out.figures)
    return out


def _opened(path: Path) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return what the first lines say of the source, and the numbered lines after them."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError("The outside source could not be read", where=str(path), detail=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise ReadError(
            "The outside source is not in UTF-8", where=str(path), hint="Save it as CSV in UTF-8"
        ) from error
    lines = list(enumerate(text.splitlines(), 1))
    head: dict[str, str] = {}
    while lines and (lines[0][1].startswith("#") or not lines[0][1].strip()):
        name, mark, words = lines.pop(0)[1].lstrip("# ").partition(":")
        if mark:
            head[name.strip().lower()] = words.strip()
    return head, lines


def _figures(
    path: Path, lines: Sequence[tuple[int, str]], areas: Areas, sexes: Mapping[str, str]
) -> Iterator[OutsideFigure]:
    start = lines[0][0] if lines else 1
    reader = csv.reader([line for _, line in lines])
    names = [name.strip().lower() for name in next(reader, [])]
    lacking = [name for name in COLUMNS[:2] if name not in names]
    if lacking:
        raise DataError(f"No column {lacking[0]!r}", where=f"{path.name}:{start}", hint=near(lacking[0], names))
    strange = [name for name in names if name not in COLUMNS]
    if strange:
        raise DataError(f"Nothing is known of a column {strange[0]!r}", where=f"{path.name}:{start}",
                        hint=near(strange[0], COLUMNS))  # fmt: skip
    for cells in reader:
        where = f"{path.name}:{start + reader.line_num - 1}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise DataError(f"A row of {len(cells)} cells", where=where, hint=f"The header has {len(names)}")
        row = dict(zip(names, (cell.strip() for cell in cells), strict=True))
        yield OutsideFigure(
            destination=areas.code(row["destination"], where),
            figure=_number(row["figure"], where, "figure"),
            se=_number(row.get("se", ""), where, "standard error"),
            sex=_sex(row.get("sex", ""), sexes, where),
            year=row.get("year", ""),
            where=where,
        )


def _number(text: str, where: str, what: str) -> float:
    if text in ABSENT:
        return math.nan
    if not re.fullmatch(r"\d+(\.\d+)?([eE][+-]?\d+)?", text):
        hint = "Write digits alone, with a point before decimals; leave it empty where there is none"
        raise DataError(f"The {what} {text!r} is no number of persons", where=where, hint=hint)
    return float(text)


def _sex(text: str, sexes: Mapping[str, str], where: str) -> str:
    if plain(text) in ("", plain(TOTAL), "both", "total"):
        return TOTAL
    if plain(text) not in sexes:
        raise NotFound(f"No sex {text!r}", where=where, hint=near(plain(text), [*sexes, "total"]))
    return sexes[plain(text)]


def _once(figures: Sequence[OutsideFigure]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for one in figures:
        key = one.destination, one.sex
        if key in seen:
            raise DataError(f"{one.destination} stands twice", where=one.where, detail=f"The other is at {seen[key]}",
                            hint="Remove one of the rows")  # fmt: skip
        seen[key] = one.where


@dataclass(frozen=True)
class Areas:
    """What countries and areas may be called.

    Parameters
    ----------
    codes : mapping of str to tuple of str
        Codes that a word means, in lower case without accents; several where it is not clear which.
    names : mapping of code to str
    """

    codes: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]

    @classmethod
    def of(cls, destinations: CodeList) -> Areas:
        """Return the words for the entries of a list of countries: its codes, ISO's, M49's, and its labels."""
        numbers = {row["code"]: row["m49"] for _, row in table(catalog.folder() / "classifications/areas.csv", "code")}
        found: dict[str, dict[str, None]] = {}
        for code, entry in destinations.codes.items():
            words = [str(code), entry.attributes.get("iso2", ""), *_m49(numbers.get(str(code), "")),
                     *entry.label.values()]  # fmt: skip
            for word in filter(None, map(plain, words)):
                found.setdefault(word, {})[str(code)] = None
        names = {str(code): pick(entry.label) for code, entry in destinations.codes.items()}
        return cls({word: tuple(own) for word, own in found.items()}, names)

    def code(self, text: str, where: str) -> str:
        """Return the code that a text means.

        Raises
        ------
        NotFound
            With near matches, for a text that means none, or more than one.
        """
        found = self.codes.get(plain(text), ())
        if len(found) > 1:
            raise NotFound(f"Destination {text!r} is not clear", where=where, hint=f"Write {' or '.join(found)}")
        if not found:
            raise NotFound(f"No destination {text!r}", where=where, hint=self._near(plain(text)))
        return found[0]

    def _near(self, word: str) -> str:
        """Return a hint naming the areas closest to a word, each once, whatever the language of the match."""
        words = get_close_matches(word, self.codes, n=6)
        codes = list(dict.fromkeys(code for one in words for code in self.codes[one]))[:3]
        if not codes:
            return "Write an ISO 3166-1 or M49 code, or a name of the list of countries"
        return "Did you mean " + " or ".join(f"{self.names[code]!r} ({code})" for code in codes) + "?"


def _m49(number: str) -> tuple[str, ...]:
    """Return an M49 code as it is, and without the zeros that spreadsheets take off."""
    return (number, number.lstrip("0")) if number else ()


def _words(codes: CodeList) -> dict[str, str]:
    return {
        plain(word): str(code) for code, entry in codes.codes.items() for word in (str(code), *entry.label.values())
    }


def plain(text: str) -> str:
    """Return a text in lower case, without accents and with single blanks.

    Examples
    --------
    >>> plain(" Côte  d'Ivoire ")
    "cote d'ivoire"
    """
    letters = unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())
