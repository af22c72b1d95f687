"""Whole files in memory, with the few columns that a rule about many households needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa

from lfs_migration.expr import Expression, parse
from lfs_migration.frames import Frame, Records, arrow, from_native, ordered, select
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Skipped
from lfs_migration.model.rules import Rule

Columns = Mapping[str, frozenset[str]]
"""Names by record."""
CELL = 24
"""Bytes that a value takes in memory with what is computed from it: the value, its position, and one number more."""


def needed(rule: Rule, codebook: Codebook) -> Columns:
    """Return the columns that a rule needs: of its expressions, of who is asked what it names, and of where rows are.

    Parameters
    ----------
    rule : Rule
    codebook : Codebook
    """
    names: dict[str, set[str]] = {}
    work = codebook.fieldwork
    shown = (*rule.needed, *rule.variables, work.region, work.interviewer)
    for record in {rule.record, *rule.beside.values()}:
        for name in filter(None, shown):
            _name(name, record, codebook, names)
        for text in rule.texts:
            _expression(parse(text), record, codebook, names)
        _name("", record, codebook, names)
        if codebook.records[record].scope:
            _expression(parse(codebook.records[record].scope), record, codebook, names)
    return {record: frozenset(found) for record, found in names.items()}


def design_columns(data: Dataset) -> Columns:
    """Return the columns that the checks of the sampling units need."""
    assert data.codebook is not None
    if data.design is None or data.design.stratum is None or not data.design.units:
        return {}
    home, work = data.codebook.home, data.codebook.fieldwork
    names = {*data.codebook.records[home].key, data.design.weight, data.design.stratum, data.design.units[0]}
    return {home: frozenset({*names, *filter(None, (work.region, work.interviewer))})}


def _expression(expression: Expression, record: str, codebook: Codebook, names: dict[str, set[str]]) -> None:
    for name in expression.names:
        _name(name.rpartition(".")[2], record, codebook, names)
    for _, child, argument in expression.aggregates:
        _name("", child, codebook, names)
        if argument is not None:
            _expression(argument, child, codebook, names)


def _name(name: str, record: str, codebook: Codebook, names: dict[str, set[str]]) -> None:
    """Add a variable, the keys that lead to it, and what its universe and its derivation name."""
    lineage = codebook.lineage(record)
    for one in lineage:
        names.setdefault(one, set()).update(codebook.records[one].key)
    variable = codebook.variables.get(name)
    if variable is None or variable.record not in lineage or name in names[variable.record]:
        return
    names[variable.record].add(name)
    for text in filter(None, (variable.universe, variable.value)):
        _expression(parse(text), variable.record, codebook, names)


class Gathered:
    """The records of data that are not in memory, brought there for some columns.

    Parameters
    ----------
    data : Dataset
        With a store, or in memory: then they are used as they are.
    """

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self._held = None if data.store is not None else Records(data)

    def fits(self, columns: Columns) -> str:
        """Return why columns cannot be brought into memory, or nothing when they can."""
        store = self.data.store
        if store is None:
            return ""
        size = sum(self._cells(record, names) for record, names in columns.items()) * CELL
        if size <= store.engine.memory:
            return ""
        number = sum(len(names) for names in columns.values())
        budget = store.engine.memory >> 20
        return f"its {number} columns of the whole file take {size >> 20} MB, and the engine's memory is {budget} MB"

    def _cells(self, record: str, names: frozenset[str]) -> int:
        held = self.data.store.content.columns.get(record, ()) if self.data.store is not None else ()
        return self.data.sizes.get(record, 0) * len(names & set(held))

    def records(self, columns: Columns) -> Records:
        """Return records with some columns, each in the order of its key."""
        if self._held is not None:
            return self._held
        store, book = self.data.store, self.data.codebook
        assert store is not None and book is not None
        wanted = {r: tuple(n for n in held if n in columns.get(r, ())) for r, held in store.content.columns.items()}
        wanted = {record: names for record, names in wanted.items() if names}
        parts = store.each(partial(_chosen, wanted))
        joined = {record: from_native(pa.concat_tables(part[record] for part in parts)) for record in wanted}
        frames = {record: ordered(frame, book.records[record].key) for record, frame in joined.items()}
        return Records(replace(self.data, records=frames, store=None))


def _chosen(wanted: Mapping[str, Sequence[str]], held: Mapping[str, Frame]) -> dict[str, pa.Table]:
    return {record: arrow(select(held[record], names)) for record, names in wanted.items()}


def together(
    rules: Iterable[Rule], codebook: Codebook, files: Sequence[Gathered]
) -> Iterator[tuple[list[Rule], Columns]]:
    """Yield rules whose columns fit in memory together, and these columns: the files are read once for them all."""
    held: list[Rule] = []
    columns: Columns = {}
    for rule in rules:
        more = union(columns, needed(rule, codebook))
        if held and any(file.fits(more) for file in files):
            yield held, columns
            held, more = [], needed(rule, codebook)
        held, columns = [*held, rule], more
    if held:
        yield held, columns


def fitting(rules: Iterable[Rule], codebook: Codebook, files: Sequence[Gathered]) -> tuple[list[Rule], list[Skipped]]:
    """Return the rules that can be judged within the memory of the engine, and those that cannot."""
    kept, skipped = [], []
    for rule in rules:
        why = next(filter(None, (file.fits(needed(rule, codebook)) for file in files)), "")
        if why:
            skipped.append(Skipped(rule.id, rule.record, why))
        else:
            kept.append(rule)
    return kept, skipped


def union(one: Columns, other: Columns) -> Columns:
    """Return the columns of both."""
    records = {**one, **other}
    return {record: one.get(record, frozenset()) | other.get(record, frozenset()) for record in records}
