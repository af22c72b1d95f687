"""Random interviews that follow a questionnaire: where its routes lead, with answers drawn from the codebook.

The routes alone decide what is asked; the codebook's universes play no part. So the two can be held against each
other: records of these interviews must pass the routing checks, and must fail them when one answer is put where none
was asked for, or taken away where one was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.catalog import load_codebook
from lfs_migration.errors import CatalogError
from lfs_migration.expr import parse
from lfs_migration.frames import Records, frame
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.questionnaire import END, NEXT, Item, Questionnaire, Section
from lfs_migration.synth.answers import Column, arrow_column
from lfs_migration.synth.draw import Draws, Mask, pick

ROWS = {0: 0.1, 1: 0.4, 2: 0.3, 3: 0.2}
"""Shares of households with so many rows of a child record."""
OPEN = 1_000_000
"""Where numbers without an upper limit end here."""
NONE = 0.25
"""Share of amounts that are zero, where they may be."""
TICKED = 0.3
"""Share of the answers of a multiple-response question that are ticked."""
TEXTS = ("text", "USD", "1")
"""Answers to open questions: the first that fits the variable's pattern."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Interviews:
    """Finished interviews.

    Parameters
    ----------
    records : mapping of record to mapping of variable to array of shape (rows,)
        Empty where a question was not asked.
    asked : mapping of variable to boolean array of shape (rows of its record,)
        Of a multiple-response question each part is a variable.
    """

    records: Mapping[str, Mapping[str, Column]]
    asked: Mapping[str, Mask]


@dataclass
class _Talk:
    """Interviews that are going on.

    Parameters
    ----------
    codebook : Codebook
    draws : Draws
    absent : float
        Share of the questions without an answer, for each reason.
    places : mapping of item and section to their number
        The number of a section is that of its first item.
    households : integer array of shape (households,)
        The item that each interview is at.
    """

    codebook: Codebook
    draws: Draws
    absent: float
    places: Mapping[str, int]
    households: Rows
    records: dict[str, dict[str, Column]] = field(default_factory=dict)
    asked: dict[str, Mask] = field(default_factory=dict)

    def truth(self, text: str, record: str) -> NDArray[np.int8]:
        """Return 1 where a condition is true of the answers so far, 0 where false, -1 where unknown."""
        needed, frames = parse(text).names, {}
        for name in self.codebook.lineage(record):
            own = {n: c for n, c in self.records[name].items() if n in (needed | {*self.codebook.records[name].key})}
            frames[name] = frame({n: arrow_column(self.codebook.variables.get(n), c) for n, c in own.items()})
        return Records(Dataset(frames, self.codebook, None)).truth(text, record)


def interviews(
    questionnaire: Questionnaire, households: int, seed: int, *, codebook: Codebook | None = None, absent: float = 0.02
) -> Interviews:
    """Return random interviews of a module's questionnaire.

    Parameters
    ----------
    questionnaire : Questionnaire
        One whose items name the codebook's variables.
    households : int
        Number of interviews; of a module without households, of its first record.
    seed : int
        The same seed gives the same interviews.
    codebook : Codebook, optional
        The module's without a country when absent.
    absent : float
        Share of the questions that have no answer, for each reason that the variable has a code for.

    Raises
    ------
    CatalogError
        With file and line, for a route that leads nowhere, backwards, or out of its block.
    """
    book = codebook or load_codebook(questionnaire.module)
    places = _places(questionnaire)
    talk = _Talk(book, Draws(seed), absent, places, np.zeros(households, dtype=np.int64))
    for record, sections in questionnaire.blocks():
        if book.records[record].parent is None:
            _begun(talk, record, np.arange(households))
            talk.households = _block(talk, questionnaire, sections, talk.households)
        else:
            _below(talk, questionnaire, record, sections)
    return Interviews(talk.records, talk.asked)


def _places(questionnaire: Questionnaire) -> dict[str, int]:
    places: dict[str, int] = {}
    number = 0
    for section in questionnaire.sections:
        places[section.id] = number
        for item in section.items:
            places[item.id] = number
            number += 1
    return {**places, END: number}


def _begun(talk: _Talk, record: str, homes: Rows) -> None:
    """Make the empty rows of a record, where it has none yet."""
    if record in talk.records:
        return
    own = {v.name: _blank(v, talk.codebook, len(homes)) for v in talk.codebook.variables_of(record) if not v.derived}
    key = talk.codebook.records[record].key
    own[key[0]] = np.array([str(home + 1) for home in homes.tolist()], dtype=object)
    if len(key) > 1:
        own[key[1]] = _within(homes) + 1.0
    talk.records[record] = own


def _within(homes: Rows) -> Rows:
    """Return each row's number in its household; the rows of a household stand together."""
    _, start, size = np.unique(homes, return_index=True, return_counts=True)
    out: Rows = np.arange(len(homes)) - np.repeat(start, size)
    return out


def _below(talk: _Talk, questionnaire: Questionnaire, record: str, sections: tuple[Section, ...]) -> None:
    """Ask the block of a child record, in the households that come to it."""
    start, end = talk.places[sections[0].id], talk.places[sections[-1].items[-1].id] + 1
    here = talk.households == start
    if record not in talk.records:
        count = pick(ROWS, talk.draws.uniform(f"rows of {record}", len(here)))
        _begun(talk, record, np.repeat(np.arange(len(here)), np.where(here, count, 0)))
    parent = talk.codebook.records[record].parent
    assert parent is not None
    key = talk.codebook.records[parent].key[0]
    number = {home: row for row, home in enumerate(talk.records[parent][key].tolist())}
    homes = np.array([number[home] for home in talk.records[record][key].tolist()], dtype=np.int64)
    rows = np.where(here[homes], start, end)
    rows = _block(talk, questionnaire, sections, rows)
    talk.households = np.where(here, end, talk.households)
    talk.households[homes[rows == talk.places[END]]] = talk.places[END]


def _block(talk: _Talk, questionnaire: Questionnaire, sections: tuple[Section, ...], rows: Rows) -> Rows:
    """Ask the items of a block; return where each row goes from there."""
    record = sections[0].record
    end = talk.places[sections[-1].items[-1].id] + 1
    for section in sections:
        for item in section.items:
            here = rows == talk.places[item.id]
            if item.name:
                _answer(talk, record, item, here)
            rows = np.where(here, _next(talk, questionnaire, record, item, end), rows)
    return rows


def _answer(talk: _Talk, record: str, item: Item, here: Mask) -> None:
    """Draw answers to an item for the rows that are at it."""
    book = talk.codebook
    if item.name in book.records[record].key:
        talk.asked[item.name] = here
        return
    multiple = book.multiples.get(item.name)
    if multiple is None:
        drawn = {item.name: _drawn(talk, book.variable(item.name), len(here))}
    else:
        drawn = _ticked(talk, item.name, len(here))
    for name, values in drawn.items():
        column = talk.records[record][name].copy()
        column[here] = values[here]
        talk.records[record][name], talk.asked[name] = column, here


def _next(talk: _Talk, questionnaire: Questionnaire, record: str, item: Item, end: int) -> Rows:
    """Return where each row goes after an item: the first route that applies, else the item below."""
    own = talk.places[item.id]
    size = len(next(iter(talk.records[record].values())))
    out, open_ = np.full(size, own + 1), np.ones(size, dtype=np.bool_)
    for route in item.routes:
        truth = talk.truth(route.condition, record)
        taken = open_ & ((truth == 1) if route.when else (truth != 1))
        out[taken] = _target(talk, questionnaire, item, route.to, end)
        open_ &= ~taken
    return out


def _target(talk: _Talk, questionnaire: Questionnaire, item: Item, to: str, end: int) -> int:
    target = end if to == NEXT else talk.places.get(to)
    if target is None or target <= talk.places[item.id]:
        raise CatalogError(f"{item.id} leads to {to}, which is not further down", where=questionnaire.where(item.id))
    return target


def _blank(variable: Variable, codebook: Codebook, size: int) -> Column:
    if _is_text(variable, codebook):
        return np.full(size, None, dtype=object)
    return np.full(size, np.nan)


def _is_text(variable: Variable, codebook: Codebook) -> bool:
    """Whether answers are text; a list that each country brings itself has codes of text until it is there."""
    codelist = codebook.codelist_of(variable.name)
    return variable.is_text or variable.codelist is not None if codelist is None else codelist.is_text


def _drawn(talk: _Talk, variable: Variable, size: int) -> Column:
    """Return a random answer for each row: an allowed one, or now and then the code of an absent one."""
    u = talk.draws.uniform(f"answer {variable.name}", size)
    codelist = talk.codebook.codelist_of(variable.name)
    if codelist is not None:
        values = pick(dict.fromkeys(codelist.codes, 1.0), u)
    elif _is_text(variable, talk.codebook):
        values = np.full(size, _text(variable), dtype=object)
    elif variable.type in ("float", "amount"):
        low, high = _limits(variable)
        values = low + np.floor(np.maximum(u - NONE, 0) / (1 - NONE) * (high - low) * 100) / 100
    else:
        low, high = _limits(variable)
        values = low + np.floor(u * (high - low + 1))
    values = values.astype(object if codelist.is_text else float) if codelist else values
    return _absent(talk, variable, values)


def _absent(talk: _Talk, variable: Variable, values: Column) -> Column:
    u = talk.draws.uniform(f"absent {variable.name}", len(values))
    out = values.copy()
    for number, (code, reason) in enumerate(variable.missing.items()):
        if reason != "uncodable":
            out[(u >= number * talk.absent) & (u < (number + 1) * talk.absent)] = code
    return out


def _limits(variable: Variable) -> tuple[float, float]:
    low, high = variable.range or (None, None)
    low = 0 if low is None else low
    return low, low + OPEN if high is None else high


def _text(variable: Variable) -> str:
    fits = (text for text in TEXTS if not variable.pattern or _matches(variable.pattern, text))
    found = next(fits, None)
    if found is None:
        raise CatalogError(f"No text of {', '.join(TEXTS)} fits the pattern of {variable.name}")
    return found


def _matches(pattern: str, text: str) -> bool:

    return re.fullmatch(pattern, text) is not None


def _ticked(talk: _Talk, name: str, size: int) -> dict[str, Column]:
    """Return the parts of a multiple-response question; an answer that excludes the others stands alone."""
    multiple = talk.codebook.multiples[name]
    alone = talk.codebook.codelists[multiple.codelist].exclusive
    ticks = {code: talk.draws.uniform(f"tick {part}", size) < TICKED for code, part in multiple.parts.items()}
    for code in alone:
        ticks[code] &= ~np.logical_or.reduce([ticks[other] for other in ticks if other not in alone])
    first = talk.codebook.variables[next(iter(multiple.parts.values()))]
    silent = _absent(talk, first, np.zeros(size))
    return {part: np.where(silent > 0, silent, np.where(ticks[code], 1.0, 2.0))
            for code, part in multiple.parts.items()}  # fmt: skip


def frames(made: Interviews, codebook: Codebook) -> Iterator[tuple[str, pa.Table]]:
    """Yield each record of interviews as an Arrow table, in the codebook's types."""
    for record, columns in made.records.items():
        yield record, pa.table({n: arrow_column(codebook.variables.get(n), c) for n, c in columns.items()})
