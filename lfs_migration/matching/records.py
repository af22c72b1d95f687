"""Scores the columns of one file against one record, again and again until nothing changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from lfs_migration.matching.amounts import of_values
from lfs_migration.matching.context import Context, filters
from lfs_migration.matching.keys import Keys, numbers_lines, twin_labels, twins
from lfs_migration.matching.links import Link
from lfs_migration.matching.lists import Named, named, of_codes
from lfs_migration.matching.nouns import Candidate, Column, Evidence, Table
from lfs_migration.matching.scoring import Pair, assigned, score
from lfs_migration.matching.targets import Knowledge, Target
from lfs_migration.matching.wording import of_label, of_name

ROUNDS = 5
"""Times that the context is read again with what it brought to light."""
FIXED = ("country", "round_id")
"""Variables that a file of one country and round need not have."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A file matched against a record.

    Parameters
    ----------
    candidates : mapping of (column, variable) to Candidate
        With everything that speaks for or against them.
    found : mapping of column to Candidate
    strength : float
        Sum of the log-odds of what the file says without context.
    labels : mapping of column to tuple of Named
    twins : mapping of column of codes to column of names
    """

    table: Table
    record: str
    columns: tuple[Column, ...]
    candidates: Mapping[Pair, Candidate]
    found: Mapping[str, Candidate]
    strength: float
    labels: Mapping[str, tuple[Named, ...]]
    twins: Mapping[str, str]


Own = Mapping[Pair, tuple[Evidence, ...]]


def own_fit(table: Table, record: str, known: Knowledge, keys: Keys, taken: frozenset[str]) -> tuple[Fit, Own]:
    """Match a file against a record by what each column says by itself.

    Parameters
    ----------
    taken : set of str
        Columns that are of another record.
    """
    beside = twins(table) if table.rows else {}
    # One column that is the household's key is nothing else; parts of one may be regions or dates as well.
    apart = {*taken, *beside.values(), *(keys.columns if len(keys.columns) == 1 else ())}
    columns = tuple(c for c in table.columns if c.name not in apart)
    labels = {
        c.name: named(c, twin_labels(c, table.by_name[beside[c.name]]) if c.name in beside else None) for c in columns
    }
    targets = _targets(known, record)
    shared = _shared(known)
    lines = {c.name: numbers_lines(c, keys.groups[table.name]) for c in columns} if table.name in keys.groups else {}
    own: dict[Pair, tuple[Evidence, ...]] = {}
    for column in columns:
        named_by = table.by_name[beside[column.name]] if column.name in beside else column
        for target in targets:
            evidence = [
                of_name(column, target, known),
                of_name(named_by, target, known) if named_by is not column else None,
                of_label(column, target, known),
                _of_list(column, labels[column.name], target, shared),
                of_values(column, target, root=record == known.root),
                _of_lines(lines.get(column.name), target, keys, table, root=record == known.root),
            ]
            own[column.name, target.name] = _strongest([one for one in evidence if one is not None])
    candidates = _candidates(own, targets)
    found = assigned(candidates)
    strength = sum(log(one.score / (1 - min(one.score, 1 - 1e-9))) for one in found.values() if one.score > 0.5)
    return Fit(table, record, columns, candidates, found, strength, labels, beside), own


def settled(
    fit: Fit, own: Own, known: Knowledge, elsewhere: Sequence[tuple[Column, str]], linked: tuple[Link, ...] = ()
) -> Fit:
    """Add the evidence of the context to a fit, until nothing changes.

    Parameters
    ----------
    elsewhere : sequence of (Column, code list)
        Recognised columns of other files.
    linked : tuple of Link
        Columns that count the rows of another file.
    """
    targets = _targets(known, fit.record)
    root = fit.record == known.root
    gated = filters(fit.table, fit.columns)
    # A file of which nothing is recognised by itself gets no benefit from context.
    if not linked and not any(one.score >= 0.6 for one in fit.found.values()):
        return fit
    found, candidates = fit.found, fit.candidates
    told = {(link.column, link.counting.variable): (link.evidence(),) for link in linked} if root else {}
    for _ in range(ROUNDS):
        here = [*elsewhere, *_recognised(fit.table, found, targets)]
        context = Context(fit.table, fit.columns, targets, found, fit.labels, here, gated, linked, root)
        by_name = {column.name: column for column in fit.columns}
        more = {
            (column, target.name): (
                *own[column, target.name],
                *context.evidence(by_name[column], target),
                *told.get((column, target.name), ()),
            )
            for column in by_name
            for target in targets
        }
        candidates = _candidates(more, targets)
        before, found = found, assigned(candidates, silent=bool(linked))
        if {c: one.variable for c, one in before.items()} == {c: one.variable for c, one in found.items()}:
            break
    return Fit(fit.table, fit.record, fit.columns, candidates, found, fit.strength, fit.labels, fit.twins)


def _recognised(table: Table, found: Mapping[str, Candidate], targets: Sequence[Target]) -> list[tuple[Column, str]]:
    lists = {target.name: target.variable.codelist for target in targets}
    return [(table.by_name[c], name) for c, one in found.items() if one.score >= 0.6 and (name := lists[one.variable])]


def recognised(fit: Fit, known: Knowledge) -> list[tuple[Column, str]]:
    """Return the columns of a fit that have a code list, with its name."""
    return _recognised(fit.table, fit.found, _targets(known, fit.record))


def _targets(known: Knowledge, record: str) -> tuple[Target, ...]:
    """Return the variables of a record that are looked for: not the key of the household, and nothing fixed."""
    household = known.codebook.records[known.root].key
    return tuple(t for t in known.targets[record] if t.name not in household and t.name not in FIXED)


def _shared(known: Knowledge) -> dict[str, int]:
    """Return how many variables have each list."""
    found: dict[str, int] = {}
    for targets in known.targets.values():
        for target in targets:
            found[target.variable.codelist or ""] = found.get(target.variable.codelist or "", 0) + 1
    return found


def _of_list(column: Column, answers: tuple[Named, ...], target: Target, shared: Mapping[str, int]) -> Evidence | None:
    if not answers or target.variable.type in ("float", "amount"):
        return None
    if target.variable.codelist is not None and target.codelist is None:
        return _of_national_list(answers)
    if target.codelist is None:
        many = len(answers) > 2
        return Evidence("codes", 0.15, f"{len(answers)} codes have labels") if many else None
    rows = dict(zip(column.answers, column.weights.tolist(), strict=True)) if column.rows.size else {}
    return of_codes(answers, target.codelist, shared.get(target.variable.codelist or "", 1), rows)


def _of_national_list(answers: tuple[Named, ...]) -> Evidence | None:
    """Say that labels are names: all that is known of a list that each country brings itself."""
    if 3 <= len(answers) <= 200:
        return Evidence("codes", 0.72, f"{len(answers)} codes with names")
    return None


def _of_lines(share: float | None, target: Target, keys: Keys, table: Table, *, root: bool) -> Evidence | None:
    """Line numbers count 1, 2, 3 within each household."""
    if share is None or root:
        return None
    repeated = keys.households(table.name) < table.rows
    if target.key:
        why = f"counts 1, 2, 3 in {share:.0%} of the households"
        return Evidence("lines", 0.97 if share > 0.97 and repeated else 0.03, why)
    if share > 0.99 and repeated:
        return Evidence("lines", 0.08, "counts the rows of each household")
    return None


def _strongest(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    """Return one piece of evidence of each kind: of two names the one that says more."""
    best: dict[str, Evidence] = {}
    for one in evidence:
        if one.kind not in best or one.value > best[one.kind].value:
            best[one.kind] = one
    return tuple(best.values())


def _candidates(evidence: Mapping[Pair, tuple[Evidence, ...]], targets: Sequence[Target]) -> dict[Pair, Candidate]:
    importance = {target.name: target.importance for target in targets}
    return {
        (column, variable): Candidate(column, variable, score(told, importance[variable]), told)
        for (column, variable), told in evidence.items()
    }


def density(fits: Sequence[Fit]) -> tuple[int, int]:
    """Return how many columns are recognised, and how many there are."""
    return sum(len(fit.found) for fit in fits), int(np.sum([len(fit.columns) for fit in fits]))
