"""Survey files written so that reading them gives back what was written.

One function writes every format, by the ending of the file. What a format cannot hold (Stata has no declared missing
codes, SPSS no label of a date) is refused, unless the caller says that it may be lost; then it is listed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from lfs_migration.errors import DataError
from lfs_migration.files import write_text
from lfs_migration.model.dataset import Source
from lfs_migration.readers.text import sidecar
from lfs_migration.readers.text.sidecar_types import is_number
from lfs_migration.readers.writing.fit import Draft, Loss, Written, drop_missing, drop_sets, keep_codes, make_plain
from lfs_migration.readers.writing.limits import fit_spss, fit_stata, formats
from lfs_migration.readers.writing.parquet import write_parquet
from lfs_migration.readers.writing.spss import write_spss
from lfs_migration.readers.writing.stata import write_stata
from lfs_migration.readers.writing.text import write_csv

_SHOWN = 6
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def write_file(table: pa.Table, source: Source, path: Path, *, lossy: bool = False, tags: bool = False) -> Written:
    """Write a table with all that its source knows: the mirror of :func:`~lfs_migration.readers.read_file`.

    Parameters
    ----------
    table : pyarrow.Table
    source : Source
        What it says of columns that the table does not have plays no part.
    path : Path
        Its ending tells the format: .sav, .zsav, .dta, .csv, .tsv or .parquet. Text is written in UTF-8. Beside a
        delimited file stands its sidecar, with labels and missing codes (:mod:`~lfs_migration.readers.text.sidecar`).
    lossy : bool
        Whether to write what the format holds, and leave the rest.
    tags : bool
        Whether a .dta gets ``.a``, ``.b``, ... in place of the numbers that are declared missing.

    Returns
    -------
    Written
        The table and the source that reading the file gives, but for hash and encoding, and what was left.

    Raises
    ------
    DataError
        Without ``lossy``, naming all that the format does not hold; in any case for a table without rows, for columns
        of kinds that no survey file has, and for numbers that stand for missing values in the package.

    Examples
    --------
    >>> import tempfile
    >>> from lfs_migration.readers import read_any
    >>> table = pa.table({"country": ["NA", "NO"], "age": [34, 99]})
    >>> source = Source("", "", "", 2, labels={"age": "Age"}, user_missing={"age": (99,)})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "person.sav")
    ...     _ = write_file(table, source, path)
    ...     back, read = read_any(path)
    >>> back.to_pydict() == table.to_pydict(), read.labels, read.user_missing
    (True, {'age': 'Age'}, {'age': (99,)})
    """
    fitted = fit(table, source, path, tags=tags)
    if not lossy and (lost := [loss for loss in fitted.losses if not loss.asked]):
        raise _refused(path, lost)
    _WRITERS[path.suffix.lower()](fitted, path)
    return fitted


def fit(table: pa.Table, source: Source, path: Path, *, tags: bool = False) -> Written:
    """Return what the format of a file holds of a table and its source, and write nothing.

    Parameters
    ----------
    table, source, path, tags
        As in :func:`write_file`.

    Raises
    ------
    DataError
        When the ending is not known, or the table cannot be written at all.
    """
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        hint = f"Known: {', '.join(_WRITERS)}"
        raise DataError(f"Files that end in {path.suffix!r} are not written", where=str(path), hint=hint)
    if ending == ".dta":
        return fit_stata(table, source, path, tags=tags)
    if ending in (".sav", ".zsav"):
        return fit_spss(table, source, path)
    return _fit_text(table, source, path) if ending in _DELIMITERS else _fit_parquet(table, source, path)


def _fit_text(table: pa.Table, source: Source, path: Path) -> Written:
    draft = Draft(table, source, path)
    for name in draft.columns:
        if not name or "\0" in name or name.startswith("\ufeff"):
            raise DataError(f"{name!r} cannot be the name of a column", where=str(path), hint="Rename it")
    make_plain(draft, blanks=True, exact=True)
    drop_sets(draft, lambda _: "")
    for name in draft.columns:
        _keep_text_codes(draft, name)
    return draft.written()


def _keep_text_codes(draft: Draft, name: str) -> None:
    """Keep the codes that reading gives back: of text those that are text, of numbers those that are no text of one."""
    text = draft.kind(name) == "text"

    def good(code: Any) -> bool:
        return isinstance(code, str) == (text or not is_number(code))

    keep_codes(draft, name, good, "in a delimited file they would become values of the column's kind")
    codes = draft.missing.get(name, ())
    if not all(isinstance(code, tuple) or good(code) for code in codes):
        drop_missing(draft, name, "not all are of the column's kind", "Write .parquet")
    elif "" in codes:
        draft.lose(name, "an empty text is no longer declared missing: it cannot be told from no answer")
        draft.missing[name] = tuple(code for code in codes if code != "")


def _fit_parquet(table: pa.Table, source: Source, path: Path) -> Written:
    draft = Draft(table, source, path)
    drop_sets(draft, lambda _: "")
    return draft.written()


def _refused(path: Path, lost: list[Loss]) -> DataError:
    found = "; ".join(map(str, lost[:_SHOWN]))
    more = f"; and {len(lost) - _SHOWN:,} more" if len(lost) > _SHOWN else ""
    hints = dict.fromkeys(loss.hint for loss in lost[:_SHOWN] if loss.hint)
    hint = ". ".join((*hints, "Or allow it: lossy=True, --lossy of convert"))
    title = f"{path.suffix} cannot hold all of it"
    return DataError(title, where=str(path), detail=f"{found}{more}", hint=hint)


def _write_package(write: Callable[..., None]) -> Callable[[Written, Path], None]:
    def written(fitted: Written, path: Path) -> None:
        write(fitted.table, fitted.source, path, formats(fitted.table, path.suffix.lower()))

    return written


def _write_text(fitted: Written, path: Path) -> None:
    """Write the text and then its sidecar, which nobody reads without the text."""
    delimiter = _DELIMITERS[path.suffix.lower()]
    write_csv(sidecar.as_text(fitted.table), path, delimiter=delimiter)
    write_text(sidecar.beside(path), sidecar.descriptor(fitted.table, fitted.source, path, delimiter))


def _write_parquet(fitted: Written, path: Path) -> None:
    write_parquet(fitted.table, fitted.source, path)


_WRITERS: dict[str, Callable[[Written, Path], None]] = {
    ".sav": _write_package(write_spss),
    ".zsav": _write_package(write_spss),
    ".dta": _write_package(write_stata),
    ".csv": _write_text,
    ".tsv": _write_text,
    ".parquet": _write_parquet,
}
