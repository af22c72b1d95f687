"""The key of each row of a record: by whom it is about, whichever place it has in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lfs_migration.errors import EstimationError
from lfs_migration.frames import Frame, column, is_lazy
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample.keys import Keys, record_keys
from lfs_migration.sample.sample import Sample


def row_keys(sample: Sample, record: str, seed: int) -> Keys:
    """Return the secret key of each row of a record, found once for a sample.

    Parameters
    ----------
    sample : Sample
        Of records in memory, with a codebook.
    record : str
    seed : int
        Secret.

    Returns
    -------
    uint64 array of shape (rows,)

    Raises
    ------
    EstimationError
        For records that stay on an engine.
    DataError
        For a seed out of its range.

    Notes
    -----
    A row is named by its record, its household, the rest of its own key, and the how-manieth row with these it is. Rows
    that share a key are numbered in the order of their answers, so that the order of the file does not matter: those
    whose answers are all the same stand in the same cells.
    """
    in_memory(sample.data)
    kept: Keys = sample.once(("keys", record, seed), lambda: record_keys(names_of(sample, record), seed))
    return kept


def in_memory(data: Dataset) -> None:
    """Raise an EstimationError for records that are not in memory: grouped where they are, they have no keys."""
    remote = [record for record, frame in data.records.items() if is_lazy(frame)]
    if remote:
        raise EstimationError(
            "Keys of records need the records in memory", detail=f"On an engine are: {', '.join(remote)}",
            hint="Read the survey with the engine memory, or protect it by rules that do not perturb",
        )  # fmt: skip


def names_of(sample: Sample, record: str) -> list[tuple[str | int, ...]]:
    """Return the name of each row of a record, each its own."""
    book, frame = sample.data.codebook, sample.records.frames[record]
    if book is None:
        raise EstimationError("Keys of records need a codebook, which says what identifies a row")
    own = book.records[record]
    above = book.records[own.parent].key[:1] if own.parent else ()
    columns = [_texts(frame, name) for name in dict.fromkeys((*above, *own.key))]
    names = list(zip(*columns, strict=True))
    number = _numbers(names, frame, [name for name in frame.columns if _asked(book.variables.get(name))])
    return [(record, *name, place) for name, place in zip(names, number, strict=True)]


def _asked(variable: Any) -> bool:
    """Return whether a column is an answer; what is computed of answers says nothing more of a row."""
    return variable is not None and not variable.derived


def _texts(frame: Frame, name: str) -> list[str]:
    return [_text(value) for value in column(frame, name).to_pylist()]


def _text(value: Any) -> str:
    """Return a value as text, the same for a whole number whatever its type, and nothing for an empty one."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _numbers(names: Sequence[tuple[str, ...]], frame: Frame, answers: Sequence[str]) -> list[int]:
    """Return the how-manieth of its name each row is, in the order of its answers; 0 is the first."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, name in enumerate(names):
        groups.setdefault(name, []).append(row)
    out = np.zeros(len(names), dtype=np.int64)
    several = [rows for rows in groups.values() if len(rows) > 1]
    if several:
        said = list(zip(*(_texts(frame, name) for name in sorted(answers)), strict=True))
        for rows in several:
            out[sorted(rows, key=said.__getitem__)] = np.arange(len(rows))
    return list(map(int, out))
