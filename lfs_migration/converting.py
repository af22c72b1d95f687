"""Turns a survey file into one of another format, and proves that the new one holds the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from lfs_migration import readers
from lfs_migration.errors import DataError, LfsMigrationError
from lfs_migration.files import ready, require_utf8, resolved
from lfs_migration.model.dataset import Source

_WIDTH = 24


def convert(
    file: Path, out: Path, *, encoding: str | None = None, lossy: bool = False, tags: bool = False
) -> Iterator[str]:
    """Write a survey file in another format, read the result again, and yield what was kept and what was not.

    The new file takes its place when it was read again and found equal.

    Parameters
    ----------
    file : Path
        A delimited one gets the types that its sidecar says; without one all of it is text.
    out : Path
        Its ending tells the format.
    encoding : str, optional
        Of the text of ``file``.
    lossy : bool
        Whether to leave out what the format cannot hold.
    tags : bool
        Whether a .dta gets ``.a`` to ``.z`` in place of numbers that are declared missing.

    Raises
    ------
    ReadError
        When the file cannot be read.
    DataError
        Where the format cannot hold all of it, or ``out`` is the file itself.
    LfsMigrationError
        When the new file does not hold what was written.
    """
    if resolved(file) == resolved(out):
        raise DataError("The file would take its own place", where=str(file), hint="Give another name")
    require_utf8(out)
    table, source = _read(file, encoding)
    ready(out.parent)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".convert-") as folder:
        made = Path(folder, out.name)
        try:
            written = readers.write_file(table, source, made, lossy=lossy, tags=tags)
        except DataError as error:
            raise DataError(error.title, where=str(out), detail=error.detail, hint=error.hint) from None
        back, read = _read(made, None)
        if found := readers.differences(written.table, written.source, back, read):
            hint = "This is a defect of lfs-migration; report it. Nothing was written"
            raise LfsMigrationError("Reads otherwise than it was written", where=str(out), detail=found[0], hint=hint)
        for part in sorted(Path(folder).iterdir()):
            part.replace(out.parent / part.name)
    yield from (f"doubt: {doubt}" for doubt in source.doubts)
    yield f"{file.name} -> {out.name}: {table.num_rows:,} rows, {table.num_columns:,} columns, read again and equal"
    yield from _counts((table, source), (back, read))
    yield from (f"{'changed' if loss.asked else 'not kept'}: {loss}" for loss in written.losses)


def _read(file: Path, encoding: str | None) -> tuple[pa.Table, Source]:
    return readers.typed(*readers.read_any(file, encoding=encoding))


def _counts(before: tuple[pa.Table, Source], after: tuple[pa.Table, Source]) -> Iterator[str]:
    """Yield a small table of what each file holds, without the parts that neither has."""
    held = [_held(*one) for one in (before, after)]
    yield f"  {'':{_WIDTH}} {'in':>10} {'out':>10}"
    for part in held[0]:
        was, now = (one[part] for one in held)
        if was or now:
            yield f"  {part:{_WIDTH}} {was:>10,} {now:>10,}"


def _held(table: pa.Table, source: Source) -> dict[str, int]:
    return {
        "values": sum(len(column) - column.null_count for column in table.columns),
        "labels of columns": len(source.labels),
        "labels of values": sum(map(len, source.value_labels.values())),
        "missing codes and ranges": sum(map(len, source.user_missing.values())),
        "levels of measurement": len(source.measures),
        "multiple-response sets": len(source.multiple),
        "lines of documents": len(source.documents),
        "title": int(bool(source.title)),
    }
