"""CSPro data bases (.csdb) of version 7.0 and later: SQLite files with a table for each record.

The layout is that of the public source of CSPro (``SQLiteRepository.cpp`` and ``SQLiteDictionarySchemaGenerator.cpp``,
schema 3): ``meta`` holds the dictionary; ``cases`` the questionnaires, some of them deleted; ``level-1`` their
identifying items; and each record is a table of its own name in small letters, with a column for each item, or
``item(1)`` and so on for its occurrences. Numbers are kept as numbers: an item that fills with zeros gets them back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.files import resolved
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Doubt, Source
from lfs_migration.readers import extent, files
from lfs_migration.readers.dictionaries import layouts
from lfs_migration.readers.dictionaries.cspro import parsed
from lfs_migration.readers.dictionaries.items import Dictionary, Item, Record

SCHEMA = 3
"""The first that has tables for records."""
_AS_TEXT = "Export it with CSPro (Export Data, or save its cases as a text data source), and declare the .dat or .csv"


def read_database(path: Path, spec: File) -> tuple[pa.Table, Source]:
    """Read one record of a data base.

    Parameters
    ----------
    path : Path
    spec : File
        With the ``record``, and a ``dictionary`` where it is not that which the data base holds.

    Raises
    ------
    ReadError
        When the file is absent, damaged, no data base of CSPro, or of an older layout.
    """
    stamp = files.stamp(path)
    files.require_kind(path, stamp.head, "SQLite")
    extent.require_budget(path, 4 * stamp.size, extent.budget(), "Its tables")
    address = f"file:{quote(str(resolved(path)))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            _require_sound(path, base)
            dictionary = layouts.dictionary_of(path, spec) if spec.dictionary else _dictionary(path, base)
            record = layouts.chosen(dictionary, spec.record)
            columns = _columns(path, base, dictionary, record)
            doubts = tuple(_doubts(base))
    except sqlite3.Error as error:
        detail = f"SQLite says: {error}"
        raise ReadError("Cannot be read as a CSPro data base", where=str(path), detail=detail, hint=_AS_TEXT) from None
    rows = columns.table.num_rows
    if not rows:
        raise ReadError(f"Has no row of {record.name}", where=str(path), hint="Export it again with its cases")
    return columns.table, Source(
        "",
        str(path),
        stamp.sha256,
        rows,
        encoding="utf-8",
        labels=columns.labels,
        value_labels=columns.value_labels,
        user_missing=columns.missing,
        title=" / ".join(filter(None, (dictionary.label, record.label))),
        doubts=doubts,
    )


def _require_sound(path: Path, base: sqlite3.Connection) -> None:
    """Check that the file is whole, and of a layout that is known."""
    found = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise extent.damaged(path, f"SQLite says: {found}")
    tables = _tables(base)
    lost = [name for name in ("meta", "cases", "level-1") if name not in tables]
    version = base.execute("SELECT schema_version FROM meta").fetchone() if "meta" in tables else None
    if lost or version is None or version[0] < SCHEMA:
        detail = f"It has no table {lost[0]!r}" if lost else f"Its layout is version {version and version[0]}"
        raise ReadError("Is no CSPro data base of version 7", where=str(path), detail=detail, hint=_AS_TEXT)


def _tables(base: sqlite3.Connection) -> set[str]:
    """Return the names of tables; what only looks like one, a view, is none."""
    return {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _dictionary(path: Path, base: sqlite3.Connection) -> Dictionary:
    return parsed(path, str(base.execute("SELECT dictionary FROM meta").fetchone()[0]))


def _columns(path: Path, base: sqlite3.Connection, dictionary: Dictionary, record: Record) -> layouts.Columns:
    table = record.name.lower()
    if table not in _tables(base):
        raise ReadError(f"Has no table {table!r}", where=str(path), detail="Its dictionary has such a record")
    items = dictionary.columns(record)
    held = [(item, name, _field(item, number, record)) for item in items for number, name in enumerate(item.places, 1)]
    steps = [f'"level-{level}"' for level in range(1, record.level + 1)]
    source = '"cases" JOIN "level-1" ON "level-1"."case-id" = "cases"."id" '
    source += " ".join(f'JOIN {step} USING ("level-{level}-id")' for level, step in enumerate(steps[1:], 1))
    source += f' JOIN {_quoted(table)} USING ("level-{record.level}-id")'
    order = f'"cases"."file_order", {_quoted(table)}."{_plain(table)}-id"'
    fields = ", ".join(field for _, _, field in held)
    rows = base.execute(f'SELECT {fields} FROM {source} WHERE "cases"."deleted" = 0 ORDER BY {order}').fetchall()  # noqa: S608
    _require_all(path, base, table, source, len(rows))
    values = list(zip(*rows, strict=True)) or [()] * len(held)
    arrays = {name: pa.chunked_array([_texts(item, own)]) for (item, name, _), own in zip(held, values, strict=True)}
    return layouts.described(arrays, items)


def _require_all(path: Path, base: sqlite3.Connection, table: str, source: str, rows: int) -> None:
    """Check that each row of a table belongs to a questionnaire."""
    (whole,) = base.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()  # noqa: S608
    (gone,) = base.execute(f'SELECT count(*) FROM {source} WHERE "cases"."deleted" <> 0').fetchone()  # noqa: S608
    if rows + gone != whole:
        detail = f"Of {whole:,} rows of {table}, {whole - rows - gone:,} belong to no questionnaire"
        raise extent.damaged(path, detail)


def _field(item: Item, number: int, record: Record) -> str:
    """Return the column of an occurrence, with its table."""
    own = item.name.lower() if len(item.places) == 1 else f"{item.name.lower()}({number})"
    table = record.name.lower() if item in record.items else f"level-{item.level}"
    return f"{_quoted(table)}.{_quoted(own)}"


def _quoted(name: str) -> str:
    return f'"{_plain(name)}"'


def _plain(name: str) -> str:
    return name.replace('"', '""')


def _texts(item: Item, values: Sequence[Any]) -> pa.StringArray:
    return pa.array([_text(item, value) for value in values], pa.string())


def _text(item: Item, value: Any) -> str | None:
    """Return a value as the text data of CSPro show it."""
    if value is None or isinstance(value, str):
        return (value or "").strip(" ") or None
    if item.decimals:
        exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-item.decimals), ROUND_HALF_EVEN)
        return format(exact, "f")
    text = str(int(value)) if float(value).is_integer() else repr(value)
    return text.zfill(item.length) if item.zero_fill else text


def _doubts(base: sqlite3.Connection) -> Iterator[Doubt]:
    (deleted,) = base.execute('SELECT count(*) FROM "cases" WHERE "deleted" <> 0').fetchone()
    if deleted:
        yield Doubt("", "", "", deleted, "Questionnaires were deleted and are left out", "See that nobody needs them")
    fields = {row[1] for row in base.execute('PRAGMA table_info("cases")')}
    if "partial_save_mode" in fields:
        partly = 'SELECT count(*) FROM "cases" WHERE "deleted" = 0 AND "partial_save_mode" IS NOT NULL'
        (partial,) = base.execute(partly).fetchone()
        if partial:
            yield Doubt("", "", "", partial, "Questionnaires were saved before their end", "Finish or leave them out")
