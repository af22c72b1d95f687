"""Shows what is in a survey file, without a country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lfs_migration import readers
from lfs_migration.frames import Frame, from_native, is_text, values
from lfs_migration.model.dataset import Source

SHOWN = 12
"""Distinct values shown of a variable without value labels."""


def describe(
    file: Path, *, encoding: str | None = None, dictionary: Path | None = None, part: str = ""
) -> Iterator[str]:
    """Yield a description of a file, line by line.

    Parameters
    ----------
    file : Path
    encoding : str, optional
        Of a text file.
    dictionary : Path, optional
        Of the columns of a text file, where no .dcf, .dct or .sps of the same name stands beside it.
    part : str
        Record of CSPro data, or sheet of a workbook.

    Raises
    ------
    ReadError
        Naming the file, when it cannot be read.
    """
    table, source = readers.read_any(file, encoding=encoding, dictionary=dictionary, part=part)
    data = from_native(table)
    yield f"{file.name}: {source.rows:,} rows, {len(data.columns)} variables, {source.encoding or 'binary'}"
    yield f"sha256 {source.sha256}"
    yield from (f"doubt: {doubt}" for doubt in source.doubts)
    for name in data.columns:
        yield from _variable(data, source, name)


def _variable(data: Frame, source: Source, name: str) -> Iterator[str]:
    column = values(data, name)
    counts = Counter(value for value in column if value is not None)
    distinct = sorted(counts)
    kind = "text" if is_text(data, name) else "number"
    label = source.labels.get(name, "")
    yield f"\n{name}  {kind}, {len(distinct):,} distinct, {len(column) - counts.total():,} empty" + (
        f"  {label}" if label else ""
    )
    labels = source.value_labels.get(name, {})
    for value in distinct if labels else distinct[:SHOWN]:
        if labels and value not in labels and len(distinct) > SHOWN:
            continue
        absent = "  (missing)" if source.declares_missing(name, value) else ""
        yield f"  {value!s:>12}  {counts[value]:>8,}  {labels.get(value, '')}{absent}".rstrip()
    if not labels and len(distinct) > SHOWN:
        yield f"  ... {len(distinct) - SHOWN:,} more, up to {distinct[-1]}"
