"""Files that are read once: what a reader gave is kept as Parquet, and read from there the next time.

A stage of a file is three files of its own in a folder that the caller chose:

- ``person.sav-1f0c….parquet``: all rows, for what goes through them batch by batch, and for any other program.
- ``person.sav-1f0c….arrow``: the same columns as they stand in memory, to be mapped and not read. Tables above
  :data:`MAPPED` bytes go without.
- ``person.sav-1f0c….json``: all that is not in the rows (labels, missing codes, notes, doubts, the encoding), and from
  what the stage was made: the size, time and hash of the file, how it was read, in which languages, by which versions.

A stage is used when all of that still holds, and the file is read again when any of it does not; so a folder of
stages can be deleted at any time. A file of the same size and time is taken for the same, as ``make`` does; one of
another time is hashed. The same holds for the stage's own files. What was cut off, altered or half written is never
used and never an error.

Rows of a survey are confidential: nobody but the owner may read a stage, and a folder that is made for stages asks
version control and backups to leave it out.
"""

from __future__ import annotations

import base64
import hashlib
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lfs_migration.errors import Alert, LfsMigrationError, ReadError, unquoted
from lfs_migration.files import atomic, resolved, sha256
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers import extent
from lfs_migration.readers.parquet import BATCH
from lfs_migration.readers.stages import staging_json
from lfs_migration.readers.stages.staged import CHOICES, FOLDER, VARIABLE, Stage, StagedTable, at_work, make
from lfs_migration.seals import made_by, opened, sealed

__all__ = ["CHOICES", "FOLDER", "VARIABLE", "Stage", "StagedTable", "at_work", "find", "keep", "make", "moment"]

READER = 1
"""Version of the readers: to be raised with each change after which a file gives another table or another source."""
MAPPED = 1 << 30
"""Bytes in memory above which a table is not kept as it stands in memory as well."""

_UNSETTLED = 2_000_000_000
"""Nanoseconds in which a file may change twice with one time on it: some systems count time in steps of two seconds."""
_WORDS = 1 << 26
"""Bytes above which a file beside another is not one that says more of it."""
_STEP = 0.02
"""The same in seconds for the clock that tells when a file of ours was changed last."""
_WRONG = (OSError, ValueError, KeyError, TypeError, RecursionError, pa.ArrowException, LfsMigrationError)
"""What a stage that cannot be used may lead to."""


@dataclass(frozen=True)
class _Names:
    """The files of a stage."""

    parquet: Path
    arrow: Path
    json: Path

    @classmethod
    def of(cls, path: Path, folder: Path, part: str = "") -> _Names:
        """Return those of a file, or of a record or sheet in it; files of the same name in two folders have two."""
        known = f"{resolved(path)}\0{part}" if part else str(resolved(path))
        place = hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        # File systems take names of 255 bytes, and a name in Armenian has two a letter.
        name = f"{path.name.encode('utf-8', 'replace')[:150].decode('utf-8', 'ignore')}-{place}"
        return cls(*(folder / f"{name}.{ending}" for ending in ("parquet", "arrow", "json")))


def versions() -> dict[str, Any]:
    """Return what a stage is made by: another version of any of these may read a file in another way."""
    return {
        "reader": READER,
        "sidecar": staging_json.VERSION,
        **made_by("lfs-migration", "pyreadstat", "pyarrow", "numpy"),
        "python": platform.python_version(),
    }


def moment(path: Path) -> tuple[int, int]:
    """Return the size of a file and when it was changed, in nanoseconds."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def find(path: Path, spec: File, languages: Sequence[str], stage: Stage) -> tuple[StagedTable, Source] | None:
    """Return the stage of a file, nothing where there is none that can be used.

    Parameters
    ----------
    path : Path
    spec : File
    languages : sequence of str
        As in :func:`~lfs_migration.readers.read_file`.
    stage : Stage
    """
    names = _Names.of(path, stage.folder, spec.record or spec.sheet)
    try:
        held = opened(names.json.read_bytes())
        if held is None or held["made_by"] != versions() or held["read_as"] != _read_as(path, spec, languages):
            return None
        if held["bytes"] > extent.budget():
            return None
        fresh = {**held, **_same_file(path, held), **_same_parts(names, held)}
        table = _table(names, fresh)
        if fresh != held:
            with suppress(LfsMigrationError):
                _write_sidecar(names, fresh)
        return table, replace(staging_json.source_of(held["source"]), path=str(path))
    except _WRONG:
        return None


class _Another(ValueError):
    """A file is not the one that the sidecar describes."""


def _same_file(path: Path, held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sidecar says of the source file as it is now, after a look whether it is the same."""
    known, (size, changed) = held["file"], moment(path)
    if size != known["size"]:
        raise _Another
    if changed == known["mtime_ns"] and changed < held["staged_ns"] - _UNSETTLED:
        return {}
    if sha256(path) != known["sha256"] or moment(path) != (size, changed):
        raise _Another
    return {"file": {**known, "mtime_ns": changed}, "staged_ns": time.time_ns()}


def _same_parts(names: _Names, held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sidecar says of the stage's own files as they are now, after a look whether they are the same."""
    found: dict[str, Any] = {}
    for part, path in (("parquet", names.parquet), ("arrow", names.arrow)):
        known = held[part]
        if known is None:
            continue
        now = _marks(path)
        if now != {name: known[name] for name in now}:
            if now["size"] != known["size"] or sha256(path) != known["sha256"]:
                raise _Another
            found[part] = {**known, **now}
    return found


def _marks(path: Path) -> dict[str, int]:
    """Return when a file was changed last, which no program can set back, beside its size and its own time."""
    found = path.stat()
    return {"size": found.st_size, "mtime_ns": found.st_mtime_ns, "ctime_ns": found.st_ctime_ns}


def _table(names: _Names, held: Mapping[str, Any]) -> StagedTable:
    with pq.ParquetFile(names.parquet) as file:
        counts = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    rows = held["rows"]
    if sum(counts) != rows or held["source"]["rows"] != rows:
        raise _Another
    schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(held["schema"])))
    # The size is that of the table in memory, so that a budget decides the same with a stage as without.
    groups = [(number, count, held["bytes"] * count // max(rows, 1)) for number, count in enumerate(counts)]
    mapped = names.arrow if held["arrow"] is not None else None
    return StagedTable(names.parquet, tuple(schema.names), tuple(groups), schema, mapped, rows)


def keep(
    path: Path, spec: File, languages: Sequence[str], stage: Stage, read: tuple[pa.Table, Source], seen: tuple[int, int]
) -> tuple[StagedTable, Source] | None:
    """Stage what a reader gave, and return it; nothing where it could not be staged.

    Parameters
    ----------
    path : Path
    spec : File
    languages : sequence of str
    stage : Stage
    read : tuple of pyarrow.Table and Source
    seen : tuple of int
        The :func:`moment` of the file before it was read: one that has changed since is not staged.

    Raises
    ------
    ReadError
        When the rows that were staged are not those of the file.
    """
    names, (table, source) = _Names.of(path, stage.folder, spec.record or spec.sheet), read
    try:
        if moment(path) != seen:
            stage.say(Alert(f"{path.name} changed while it was read, and is not staged"))
            return None
        make(stage.folder)
        parts: dict[str, Any] = {"parquet": _write(names.parquet, lambda part: _parquet(table, part)), "arrow": None}
        _require_rows(path, source.rows, table.num_rows, names.parquet)
        if table.nbytes <= MAPPED:
            parts["arrow"] = _write(names.arrow, lambda part: _arrow(table, part))
        held = {**_about(path, spec, languages, read, seen), **parts}
        _write_sidecar(names, held)
        made = _table(names, held), source
    except ReadError:
        raise
    except _WRONG as error:
        stage.say(Alert(f"{path.name} could not be staged: {unquoted(error)}"))
        return None
    stage.say(f"staged {path.name} in {stage.folder}: the next run reads it from there. Deleting it is safe")
    return made


def _about(
    path: Path, spec: File, languages: Sequence[str], read: tuple[pa.Table, Source], seen: tuple[int, int]
) -> dict[str, Any]:
    """Return what a sidecar says, but for the stage's own files."""
    table, source = read
    return {
        "made_by": versions(),
        "file": {"path": str(resolved(path)), "size": seen[0], "mtime_ns": seen[1], "sha256": source.sha256},
        "read_as": _read_as(path, spec, languages),
        "staged_ns": time.time_ns(),
        "rows": table.num_rows,
        "bytes": table.nbytes,
        "columns": {name: str(kind) for name, kind in zip(table.column_names, table.schema.types, strict=True)},
        "schema": base64.b64encode(table.schema.serialize().to_pybytes()).decode("ascii"),
        "source": staging_json.plain_source(source),
    }


def _read_as(path: Path, spec: File, languages: Sequence[str]) -> dict[str, Any]:
    """Return how a file is read, by which dictionary, and what stands beside it and may say more of it.

    Its declared path, and notes on it, play no part.
    """
    beside = [other for other in path.parent.iterdir() if other.name.startswith(f"{path.name}.") and other.is_file()]
    by = {"dictionary_sha256": sha256(Path(spec.dictionary))} if spec.dictionary else {}
    return {
        **by,
        **spec.model_dump(mode="json", exclude={"path", "note"}),
        "languages": list(languages),
        "beside": {other.name: sha256(other) for other in sorted(beside) if other.stat().st_size <= _WORDS},
    }


def _require_rows(path: Path, held: int, read: int, staged: Path) -> None:
    with pq.ParquetFile(staged) as file:
        count = file.metadata.num_rows
    if not held == read == count:
        detail = f"The file holds {held:,} rows, {read:,} were read, and {count:,} were staged"
        hint = "Read it without a stage, and report this as a defect"
        raise ReadError("Rows were lost or doubled", where=str(path), detail=detail, hint=hint)


def _write(path: Path, write: Callable[[Path], None]) -> dict[str, Any]:
    """Write a file of a stage, whole or not at all, and return its marks and its hash."""
    with atomic(path, private=True) as part:
        write(part)
        digest = sha256(part)
    marks = _marks(path)
    # What changes it from here on gives it another time.
    time.sleep(_STEP)
    return {**marks, "sha256": digest}


def _write_sidecar(names: _Names, held: Mapping[str, Any]) -> None:
    with atomic(names.json, private=True) as part:
        part.write_bytes(sealed(held))


def _parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, row_group_size=BATCH, compression="lz4", version="2.6")


def _arrow(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
