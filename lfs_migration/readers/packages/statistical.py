"""Files of SPSS (.sav, .zsav, .por) and Stata (.dta), read in a process of their own.

Before that a file is walked from its first byte to its last (:mod:`lfs_migration.readers.extent`): one that was cut
off, that contradicts itself, or that would take more memory than the budget is refused. What comes back is what the
file holds, and nothing is silently empty:

- Numbers that are all whole become ``int64``, other numbers ``float64``. A system-missing number is null.
- Text stays as it stands: ``NA``, ``NO``, ``004`` and ``010150`` survive. The blanks with which SPSS fills a string to
  its width are not part of it. An empty string is null, because neither package tells an empty answer from none.
- SPSS user-missing codes stay in the column as the codes they are, and ``Source.user_missing`` declares them: single
  values, or ``(low, high)`` with infinities for LOWEST and HIGHEST.
- Stata's missing codes ``.a`` to ``.z`` have no number, and an Arrow column has one type. So a column that holds such
  a code, or has a label for one, becomes text, with the codes as Stata shows them: ``"1"``, ``"2"``, ``".a"``. Its
  value labels get keys of text as well, and ``Source.user_missing`` names the codes. It is then recoded as a column
  of a .csv is.
- Dates, time stamps and times become Arrow's. Where a value is out of range, or missing codes are declared, the
  column stays numbers and :func:`lfs_migration.readers.notes` says why.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.files import resolved
from lfs_migration.model.country import File
from lfs_migration.model.dataset import MultipleResponse, Source
from lfs_migration.readers import extent, files, process
from lfs_migration.readers.packages import columns, extent_spss, extent_stata, pages, stata_early
from lfs_migration.readers.text import encodings

SECONDS, SECONDS_PER_MEGABYTE = 60.0, 2.0
AT_ONCE = 4_000_000
"""Values that the child process holds at a time where the file is more than should be in memory."""
_LOOK = 0.2
"""Seconds between two looks at how far it is."""
_HUGE = 1.79e308

_LIBRARY = "pyreadstat"
_KINDS: dict[str, files.Kind] = {"dta": "Stata", "por": "portable SPSS"}
_Contents = Callable[[str | None], tuple[pa.Table, dict[str, Any]]]
_ENCODING = "Declare the encoding of its text, for example encoding: cp1252"


def read_statistical(
    path: Path,
    spec: File,
    *,
    timeout: float | None = None,
    budget: int | None = None,
    run: process.Runner = process.run,
    slowly: process.Slowly | None = None,
) -> tuple[pa.Table, Source]:
    """Read a file of SPSS or Stata.

    Parameters
    ----------
    path : Path
    spec : File
        An ``encoding`` takes the place of the one that the file declares.
    timeout : float, optional
        Seconds; 60 and 2 more for each megabyte when not given.
    budget : int, optional
        Bytes that the rows may take when they are expanded; without it 8 gigabytes, or what the environment variable
        ``LFS_READ_GIGABYTES`` says.
    run : callable
        How the child process is run.
    slowly : Slowly, optional
        How it is read where it is large. Its columns are then on disk, and the table shows them as if they were in
        memory.

    Returns
    -------
    table : pyarrow.Table
    source : Source

    Raises
    ------
    ReadError
        When the file is absent, empty, cut off, damaged, of another kind, too large, or without rows; when it crashes
        the library or takes too long.
    """
    mark = files.stamp(path)
    files.require_kind(path, mark.head, _KINDS.get(spec.format, "SPSS"))
    allowed = extent.budget() if budget is None else budget
    held = _walk(path, mark.size, spec.format, allowed)
    on_disk = slowly if slowly is not None and held is not None and held.bytes > slowly.memory else None
    limit = timeout if timeout is not None else SECONDS + SECONDS_PER_MEGABYTE * mark.size / 1e6

    def contents(encoding: str | None) -> tuple[pa.Table, dict[str, Any]]:
        if spec.format == "dta" and mark.head[0] in stata_early.RELEASES:
            return stata_early.read(path, mark.size, encoding or "windows-1252")
        job = {"path": str(resolved(path)), "format": spec.format, "encoding": encoding, "size": mark.size}
        return _from_child(path, {**job, "rows": held and held.rows, "seconds": limit}, limit, run, on_disk)

    table, report = _in_page(path, _codec(path, spec), contents)
    if held is not None and table.num_rows != held.rows:
        raise extent.cut(path, f"It holds {held.rows:,} rows, and {table.num_rows:,} could be read")
    if not table.num_rows:
        detail = f"It has {table.num_columns} variables"
        raise ReadError("Has no rows", where=str(path), detail=detail, hint="Export it again with its cases")
    package: columns.Package = "Stata" if spec.format == "dta" else "SPSS"
    folder = None if on_disk is None else Path(tempfile.mkdtemp(dir=on_disk.folder))
    table = columns.plain(table, package, report["formats"], report["ranges"], folder)
    rows = table.num_rows if held is None else held.rows
    return table, _source(path, mark, rows, report, _encoding(mark.head, report, spec))


def _walk(path: Path, size: int, form: str, allowed: int) -> extent.Extent | None:
    """Walk a file to its end; a portable one has no count of rows, and is walked by its reader."""
    if form == "por":
        # A value takes two letters at least, and becomes 8 bytes.
        extent.require_budget(path, 4 * size, allowed, "Its values")
        return None
    measure = extent_stata.measure if form == "dta" else extent_spss.measure
    with path.open("rb") as handle:
        try:
            return measure(extent.Cursor(handle, size), path, allowed)
        except extent.EndError:
            raise extent.cut(path, "It ends inside its header") from None
        except extent.DamageError as error:
            raise extent.damaged(path, str(error)) from None


def _codec(path: Path, spec: File) -> str | None:
    if spec.encoding is None:
        return None
    try:
        return encodings.codec(spec.encoding).removesuffix("-sig")
    except LookupError:
        raise encodings.not_called(spec.encoding, path) from None


def _in_page(path: Path, page: str | None, contents: _Contents) -> tuple[pa.Table, dict[str, Any]]:
    """Return the table and the report, decoded here where the library does not do it rightly."""
    if page is None:
        table, report = contents(None)
        page = _known(report["encoding"])
        if page not in pages.OURS:
            return table, report
    elif page not in pages.OURS:
        return contents(page)
    table, report = contents(pages.BYTES)
    return pages.decoded(path, table, {**report, "encoding": page}, page)


def _known(encoding: str | None) -> str:
    try:
        return encodings.codec(encoding or "")
    except LookupError:
        return ""


def _from_child(
    path: Path, job: Mapping[str, Any], limit: float, run: process.Runner, slowly: process.Slowly | None
) -> tuple[pa.Table, dict[str, Any]]:
    """Run the child process and return its table and its report."""
    with _work(slowly) as folder:
        names = {name: str(Path(folder, name)) for name in ("job", "table", "report", "done")}
        few = {} if slowly is None else {"at_once": AT_ONCE}
        Path(names["job"]).write_text(json.dumps({**job, **few, **names}), "utf-8")
        with _told(Path(names["done"]), slowly):
            run(path, names["job"], limit)
        try:
            report: dict[str, Any] = json.loads(Path(names["report"]).read_text("utf-8"))
        except (OSError, ValueError):
            raise ReadError("Cannot be read", where=str(path), detail="The reader left no report") from None
        if "problem" in report:
            raise _problem(path, report["problem"], report["message"])
        return _together(report.pop("tables"), mapped=slowly is not None), report


def _work(slowly: process.Slowly | None) -> AbstractContextManager[str]:
    """Give a folder of the system that goes away at once, or one that stays as long as the columns in it are used."""
    if slowly is None:
        return tempfile.TemporaryDirectory(prefix="lfs-migration-")
    return nullcontext(tempfile.mkdtemp(dir=slowly.folder))


def _together(names: list[str], *, mapped: bool) -> pa.Table:
    """Return the columns of several files, read into memory or shown from where they are."""
    columns: dict[str, pa.ChunkedArray] = {}
    for name in names:
        with pa.memory_map(name) if mapped else pa.OSFile(name) as source, pa.ipc.open_file(source) as reader:
            table = reader.read_all()
        columns.update(zip(table.column_names, table.columns, strict=True))
    return pa.table(columns)


@contextmanager
def _told(done: Path, slowly: process.Slowly | None) -> Iterator[None]:
    """Tell how far the child process is while it works."""
    if slowly is None:
        yield
        return
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            try:
                share = float(done.read_text("ascii"))
            except (OSError, ValueError):
                continue
            slowly.tell(share)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _problem(path: Path, problem: str, message: str) -> ReadError:
    where = str(path)
    if problem == "memory":
        hint = "Leave out columns before the export, or use a machine with more memory"
        return ReadError("Needs too much memory", where=where, hint=hint)
    if problem == "cut" or "expected number of rows" in message:
        return extent.cut(path, message)
    if problem == "damaged":
        return extent.damaged(path, message)
    if problem == "encoding" or "convert string" in message:
        return ReadError("Holds text in another encoding", where=where, detail=message, hint=_ENCODING)
    return ReadError("Cannot be read", where=where, detail=f"{_LIBRARY} says: {message}", hint=process.AGAIN)


def _encoding(head: bytes, report: Mapping[str, Any], spec: File) -> str:
    """Return the encoding of the text; Stata declares none, and writes UTF-8 from version 14 (release 118)."""
    if spec.encoding or report["encoding"]:
        return str(spec.encoding or report["encoding"]).lower()
    return "utf-8" if b"<release>118<" in head[:64] or b"<release>119<" in head[:64] else "windows-1252"


def _source(path: Path, mark: files.Stamp, rows: int, report: Mapping[str, Any], encoding: str) -> Source:
    value_labels = {
        name: {_code(value): label for value, label in pairs} for name, pairs in report["value_labels"].items()
    }
    missing: dict[str, tuple[Any, ...]] = {name: tuple(tags) for name, tags in report["tags"].items()}
    for name, ranges in report["ranges"].items():
        missing[name] = tuple(_code(low) if low == high else (_code(low), _code(high)) for low, high in ranges)
    return Source(
        name="",
        path=str(path),
        sha256=mark.sha256,
        rows=rows,
        encoding=encoding,
        labels=report["labels"],
        value_labels=value_labels,
        user_missing=missing,
        title=report.get("title", ""),
        documents=tuple(report.get("documents", ())),
        multiple=tuple(_multiple(name, one) for name, one in report.get("sets", {}).items()),
        measures=report.get("measures", {}),
    )


def _multiple(name: str, found: Mapping[str, Any]) -> MultipleResponse:
    counted = str(found["counted_value"]) if found["is_dichotomy"] else None
    return MultipleResponse(name, found["label"], tuple(found["variable_list"]), counted)


def _code(value: float | str) -> float | str:
    """Return a code as a whole number where it is one, without trailing blanks where it is text.

    Examples
    --------
    >>> _code(97.0), _code("NA  "), _code(-1.8e308)
    (97, 'NA', -inf)
    """
    if isinstance(value, str):
        return value.rstrip(" ")
    if abs(value) >= _HUGE:
        return float("inf") if value > 0 else float("-inf")
    return int(value) if float(value).is_integer() else value
