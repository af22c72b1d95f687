"""Tables as observations of SDMX: one for each figure, with a code in every dimension of the publication.

A figure is over all of a breakdown that its table has not: ``_T``. Where the breakdown has no meaning for what is
counted, as the destination for households, its code is ``_Z``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lfs_migration.errors import DataError
from lfs_migration.model.country import Edition
from lfs_migration.model.results import CONFIDENTIAL, TOTAL, Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.data.described import Described
from lfs_migration.publish.figures import decimals, plain, publishable
from lfs_migration.publish.sdmx.ids import code_id, name_id
from lfs_migration.publish.sdmx.nouns import NOT_APPLICABLE, Cube
from lfs_migration.publish.sdmx.structure import FIXED, TABLE, UNKNOWN_AREA, Contents, structure_of, table_id
from lfs_migration.publish.titles import code_of, distributed

STATUS: Mapping[str, str] = {"publish": "A", "caution": "U", "suppress": "Q"}
"""SDMX's code of the observation status (CL_OBS_STATUS, version 2.3) for each flag: a normal value, one of low
reliability, and one that is missing because it was suppressed."""
MISSING = "O"
"""Its code for a value that there is none of."""
FREE, SECRET = "F", "C"
"""SDMX's codes of the confidentiality status (CL_CONF_STATUS, version 1.3)."""
_QUARTER = re.compile(r"(\d{4})\W?[Qq]([1-4])")
_YEAR = re.compile(r"\d{4}")


def cube_of(tables: Sequence[Table], *, about: About | None = None, edition: Edition | None = None) -> Cube:
    """Return the structure and the observations of a publication.

    Parameters
    ----------
    tables : sequence of Table
    about : About, optional
        Gives what the module calls the units of its sample.
    edition : Edition, optional
        Gives the country and the period; without it, or where the tables are of other surveys, the country is not
        known and there is no period.

    Returns
    -------
    Cube
        A row for each figure; one that several tables share is there once. Where figures of two tables differ and have
        the same codes, as those of two parts of a survey, the dimension ``TABLE`` tells them apart.

    Raises
    ------
    DataError
        When two figures of a table have the same code in every dimension.
    """
    own = edition if edition is not None and {table.survey for table in tables} <= {edition.id} else None
    period = None if own is None else period_of(own.edition)
    dimensions = tuple(dict.fromkeys(name for table in tables for name in table.dimensions))
    ids = _identifiers(dimensions)
    frame = _Frame(tables, own, period, ids)
    contents = Contents(ids=ids, rows=tuple(frame.rows()), edition=own, period=period)
    structure = structure_of(contents, Described(tables, about or About()))
    return Cube(structure, tuple(tuple(row[one.id] for one in structure.components) for row in contents.rows))


def period_of(edition: str) -> tuple[str, str] | None:
    """Return the frequency and the period of an edition; nothing where its name has no year.

    Examples
    --------
    >>> period_of("2007"), period_of("2023-Q4"), period_of("pilot")
    (('A', '2007'), ('Q', '2023-Q4'), None)
    """
    quarter = _QUARTER.search(edition)
    if quarter:
        return "Q", f"{quarter[1]}-Q{quarter[2]}"
    year = _YEAR.search(edition)
    return ("A", year[0]) if year else None


def _identifiers(dimensions: Sequence[str]) -> dict[str, str]:
    """Return the identifier of each dimension, and the names of two that differ in case alone."""
    taken = set(FIXED)
    out: dict[str, str] = {}
    for name in dimensions:
        out[name] = name_id(name, frozenset(taken))
        taken.add(out[name])
    return out


class _Frame:
    """What is the same for all figures of a publication."""

    def __init__(
        self, tables: Sequence[Table], edition: Edition | None, period: tuple[str, str] | None, ids: Mapping[str, str]
    ) -> None:
        self._tables, self._ids = tables, ids
        self._area = edition.country if edition is not None else UNKNOWN_AREA
        self._period = {"FREQ": period[0], "TIME_PERIOD": period[1]} if period else {}
        self._meaning = _Meaning(tables)
        self._places = _places(tables)

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield each figure by component; where several differ and have one key otherwise, each names its table.

        Raises
        ------
        DataError
            When a table has two figures of the same codes.
        """
        held: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}
        figures = []
        for number, table in enumerate(self._tables, 1):
            for cell in map(publishable, table.cells):
                key, values = self._key(table, cell), self._figures(table, cell)
                known = held.setdefault(tuple(key.values()), {})
                if tuple(values.values()) not in known:
                    known[tuple(values.values())] = number
                    figures.append((key, values))
        several = {key: known for key, known in held.items() if len(known) > 1}
        self._apart(several.values())
        for key, values in figures:
            known = several.get(tuple(key.values()), {})
            told = table_id(known[tuple(values.values())]) if known else NOT_APPLICABLE
            yield {**key, **({TABLE: told} if several else {}), **values}

    def _apart(self, several: Iterable[Mapping[tuple[str, ...], int]]) -> None:
        """See that figures of one key are of different tables."""
        for number in (number for known in several for number, times in Counter(known.values()).items() if times > 1):
            table = self._tables[number - 1]
            raise DataError("Two figures of a table have the same code in every dimension",
                            where=f"{table.survey} {table.indicator.code}, table {number}",
                            hint="Give each figure a code of its own")  # fmt: skip

    def _key(self, table: Table, cell: Cell) -> dict[str, str]:
        of = distributed(table)
        breakdowns = {
            identifier: code_id(code_of(cell, name)) if name in table.dimensions else self._meaning.total(table, name)
            for name, identifier in self._ids.items()
        }
        return {
            **self._period,
            "REF_AREA": code_id(self._area),
            "SURVEY": code_id(table.survey),
            "INDICATOR": code_id(table.indicator.code),
            "STATISTIC": code_id(cell.statistic),
            "SHARES_OF": self._ids[of] if of else NOT_APPLICABLE,
            **breakdowns,
        }

    def _figures(self, table: Table, cell: Cell) -> dict[str, str]:
        secret = CONFIDENTIAL in cell.why.split("; ")
        value = plain(cell.estimate)
        status = MISSING if not value and cell.flag != "suppress" else STATUS[cell.flag]
        sample = ("", "", "") if secret else (_whole(cell.n), _whole(cell.households), plain(cell.df))
        return {
            "OBS_VALUE": value,
            "OBS_STATUS": status,
            # Figures that were not protected were not judged either.
            "CONF_STATUS": SECRET if secret else FREE if table.protection else "",
            "UNIT_MEASURE": code_id(cell.unit),
            "UNIT_MULT": "0",
            "DECIMALS": str(self._places[table.survey, table.indicator.code, cell.unit]),
            "SE": plain(cell.se),
            "CV": plain(cell.cv),
            "CI_LOW": plain(cell.ci_low),
            "CI_HIGH": plain(cell.ci_high),
            **dict(zip(("N", "HOUSEHOLDS", "DF"), sample, strict=True)),
            "FLAG": cell.flag,
        }


class _Meaning:
    """For which indicators a breakdown has a meaning."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._own: dict[tuple[str, str], set[str]] = {}
        for table in tables:
            self._own.setdefault((table.survey, table.indicator.code), set()).update(table.dimensions)
        self._questions = {table.indicator.question for table in tables} - {""}
        self._known: dict[tuple[str, str, str], str] = {}

    def total(self, table: Table, dimension: str) -> str:
        """Return the code of figures of a table that has not the dimension."""
        key = (table.survey, table.indicator.code, dimension)
        if key not in self._known:
            self._known[key] = TOTAL if self._has(table, dimension) else NOT_APPLICABLE
        return self._known[key]

    def _has(self, table: Table, dimension: str) -> bool:
        if dimension in self._own[table.survey, table.indicator.code]:
            return True
        book, record = table.codebook, table.indicator.numerator.record
        if book is None or dimension not in book.dimensions or record not in book.records:
            return dimension not in self._questions
        return book.dimension_variable(dimension, record) is not None


def _places(tables: Sequence[Table]) -> dict[tuple[str, str, str], int]:
    """Return the decimals that are shown of each indicator's figures in a unit, by those that are published."""
    sizes: dict[tuple[str, str, str], list[float]] = {}
    for table in tables:
        for cell in map(publishable, table.cells):
            sizes.setdefault((table.survey, table.indicator.code, cell.unit), []).append(cell.estimate)
    return {key: decimals(key[2], held) for key, held in sizes.items()}


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)
