"""Corrects single answers of a harmonised survey, all of a list or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration import catalog
from lfs_migration.errors import DataError, LfsMigrationError
from lfs_migration.frames import Frame, column, with_columns
from lfs_migration.harmonise.deriving import derived
from lfs_migration.harmonise.edits import Edit, edits_of, text_of
from lfs_migration.harmonise.spreading import derive_again
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset, Unmatched
from lfs_migration.model.decisions import Correction


@dataclass(frozen=True)
class _Met:
    """What some households hold at the place of an edit.

    Parameters
    ----------
    household : int
        Rows of the household in the edit's record.
    values : tuple
        The answer in each row of the edit's key.
    """

    household: int
    values: tuple[Any, ...]


def correct(data: Dataset, corrections: Path | str | Sequence[Correction]) -> Dataset:
    """Correct answers, and compute the derived variables again.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    corrections : path or sequence of Correction
        A YAML or CSV file, or what :func:`lfs_migration.load_corrections` made of one.

    Returns
    -------
    Dataset
        With the new answers. A national code without a target is no longer listed where its answer was corrected. The
        log has the number of corrections, and that of each variable.

    Raises
    ------
    CatalogError
        With file and line, for a file that cannot be read.
    DataError
        For the first correction that cannot be made, with its file and line, and the number of others; nothing is then
        corrected. Refused are variables that are unknown, derived or identifiers, households and lines that are absent
        or not unique, old values that are not those in the data, and new values that are not allowed.
    """
    if data.codebook is None or data.country is None:
        raise DataError("Nothing to correct", detail="The data have no codebook", hint="Use lfm.read and lfm.harmonise")
    if isinstance(corrections, str | Path):
        corrections = catalog.load_corrections(corrections)
    edits, problems = edits_of(corrections, data)
    met = _met(replace(data, unmatched=()), edits)
    problems += [problem for edit, found in zip(edits, met, strict=True) for problem in _unfit(edit, found)]
    _refuse(problems, corrections)
    counts = Counter(edit.variable for edit in edits)
    told = replace(data, unmatched=tuple(_unmatched(data.unmatched, edits)))
    told = told.after("correct", {"corrections": len(edits), **dict(sorted(counts.items()))})
    if not edits:
        return told
    if data.store is not None:
        return derive_again(told, partial(_changed, edits=edits))
    return derived(_changed(told, edits))


def _refuse(problems: Sequence[tuple[Correction, LfsMigrationError]], given: Sequence[Correction]) -> None:
    if not problems:
        return
    order = {id(correction): number for number, correction in enumerate(given)}
    refused = sorted({order[id(correction)] for correction, _ in problems})
    first, error = min(problems, key=lambda problem: order[id(problem[0])])
    others = f"{len(refused) - 1} more cannot be made" if len(refused) > 1 else ""
    detail = ". ".join(filter(None, [error.detail, others, "Nothing was corrected"]))
    raise DataError(error.title, where=first.where or first.place, detail=detail, hint=error.hint)


def _met(data: Dataset, edits: Sequence[Edit]) -> list[_Met]:
    """Return what the data hold at the place of each edit."""
    assert data.codebook is not None
    look = partial(_look, codebook=data.codebook, edits=edits)
    parts = [look(data.records)] if data.store is None else data.store.each(look)
    return [
        _Met(sum(one.household for one in same), tuple(value for one in same for value in one.values))
        for same in zip(*parts, strict=True)
    ]


def _look(records: Mapping[str, Frame], codebook: Codebook, edits: Sequence[Edit]) -> list[_Met]:
    out: list[_Met] = []
    places = {record: _places(records[record], codebook.records[record].key, edits) for record in _records(edits)}
    for edit in edits:
        home = places[edit.record].get(edit.household, {})
        rows = pa.array(home.get(edit.line, ()), pa.int64())
        held = column(records[edit.record], edit.variable).take(rows).to_pylist()
        out.append(_Met(sum(map(len, home.values())), tuple(held)))
    return out


def _places(data: Frame, key: Sequence[str], edits: Sequence[Edit]) -> dict[str, dict[str, list[int]]]:
    """Return the rows of the households that are corrected, by household and line."""
    wanted = pa.array(sorted({edit.household for edit in edits}), pa.string())
    texts = column(data, key[0]).cast(pa.string())
    rows = np.flatnonzero(pc.is_in(texts, value_set=wanted).to_numpy(zero_copy_only=False))
    index = pa.array(rows, pa.int64())
    households = texts.take(index).to_pylist()
    lines = column(data, key[1]).take(index).to_pylist() if len(key) > 1 else [None] * len(rows)
    out: dict[str, dict[str, list[int]]] = {}
    for row, household, line in zip(rows.tolist(), households, lines, strict=True):
        out.setdefault(household, {}).setdefault(text_of(line), []).append(row)
    return out


def _records(edits: Iterable[Edit]) -> list[str]:
    return list(dict.fromkeys(edit.record for edit in edits))


def _unfit(edit: Edit, met: _Met) -> Iterator[tuple[Correction, LfsMigrationError]]:
    """Yield why an edit does not fit what the data hold."""
    given, row = edit.correction, f"{edit.record} of {edit.correction.place}"
    if not met.household:
        title, detail = f"There is no household {given.household} in the {edit.record} record", ""
        hint = "Correct the household of the correction; zeros in front count"
    elif not met.values:
        title, detail = f"Household {given.household} has no {edit.record} of line {given.line}", ""
        hint = "Correct the line of the correction"
    elif len(met.values) > 1:
        title, detail = f"{len(met.values)} rows are {row}", "It is not clear which is meant"
        hint = "Mend the identifiers in the survey's file first"
    elif not edit.stands(met.values[0]):
        title = f"The old value of {given.place} does not match"
        detail = f"The data hold {_shown(met.values[0])}, the correction says {_shown(given.old)}"
        hint = "Look at the questionnaire again; take the correction out if the file has been mended"
    else:
        return
    yield given, DataError(title, detail=detail, hint=hint)


def _shown(value: Any) -> str:
    return repr(text_of(value)) if text_of(value) else "no answer"


def _changed(data: Dataset, edits: Sequence[Edit]) -> Dataset:
    """Return the data with the edits of the households that they hold."""
    assert data.codebook is not None
    records = dict(data.records)
    for record in _records(edits):
        own = [edit for edit in edits if edit.record == record]
        places = _places(records[record], data.codebook.records[record].key, own)
        changes: dict[str, dict[int, Any]] = {}
        for edit in own:
            for row in places.get(edit.household, {}).get(edit.line, ()):
                changes.setdefault(edit.variable, {})[row] = edit.new
        held = records[record]
        records[record] = with_columns(held, {name: _put(column(held, name), new) for name, new in changes.items()})
    return replace(data, records=records)


def _put(values: pa.ChunkedArray, new: Mapping[int, Any]) -> pa.Array:
    """Return a column with new values in some rows."""
    mask = np.zeros(len(values), dtype=np.bool_)
    mask[list(new)] = True
    ordered = pa.array([new[row] for row in sorted(new)], values.type)
    return pc.replace_with_mask(values.combine_chunks(), pa.array(mask), ordered)


def _unmatched(lost: Sequence[Unmatched], edits: Sequence[Edit]) -> Iterator[Unmatched]:
    """Yield the codes without a target, without the rows where the answer has been corrected."""
    mended = {(edit.record, edit.variable, edit.household, edit.line) for edit in edits}
    for code in lost:
        kept = [key for key in code.keys if (code.record, code.variable, *_place(key)) not in mended]
        if kept:
            yield replace(code, keys=tuple(kept))


def _place(key: Sequence[Any]) -> tuple[str, str]:
    household, *line = key
    return text_of(household), text_of(line[0]) if line else ""
