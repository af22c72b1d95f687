"""An edition's data folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.model.country import Edition, File, Format
from lfs_migration.model.dataset import Doubt, Source
from lfs_migration.readers import files
from lfs_migration.readers.cspro.data import read_cspro
from lfs_migration.readers.dictionaries import layouts
from lfs_migration.readers.packages.statistical import read_statistical
from lfs_migration.readers.parquet import ParquetTable, open_parquet, read_parquet
from lfs_migration.readers.process import Slowly
from lfs_migration.readers.stages import staging
from lfs_migration.readers.stages.staging import Stage
from lfs_migration.readers.text import doubts, encodings
from lfs_migration.readers.text.alphabets import letters_of
from lfs_migration.readers.text.delimited import guess_delimiter, read_csv
from lfs_migration.readers.text.fixed import read_fixed
from lfs_migration.readers.workbooks.workbook import read_workbook

Reader = Callable[[Path, File], tuple[pa.Table, Source]]
Languages = Sequence[str]
TextReader = Callable[[Path, File, Languages], tuple[pa.Table, Source]]

READERS: dict[Format, Reader] = {
    "sav": read_statistical,
    "zsav": read_statistical,
    "por": read_statistical,
    "dta": read_statistical,
    "parquet": read_parquet,
    "xlsx": read_workbook,
}
TEXT_READERS: dict[Format, TextReader] = {"csv": read_csv, "fixed": read_fixed, "cspro": read_cspro}
"""Readers of text, whose encoding the languages tell where nobody declares it."""
ENDINGS: dict[str, Format] = {
    ".sav": "sav",
    ".zsav": "zsav",
    ".por": "por",
    ".dta": "dta",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".dat": "fixed",
    ".csdb": "cspro",
}


def read_file(path: Path, spec: File, languages: Languages = (), stage: Stage | None = None) -> tuple[pa.Table, Source]:
    r"""Read one file.

    Parameters
    ----------
    path : Path
    spec : File
        Says how; its own ``path`` plays no part.
    languages : sequence of str
        Of its text, as ISO 639 codes: by their letters an encoding that nobody declared is found, and a wrong one seen.
    stage : Stage, optional
        Where what was read is kept, and read from the next time; see :mod:`lfs_migration.readers.stages.staging`.

    Returns
    -------
    table : pyarrow.Table
        Columns by their names in the file.
    source : Source
        Without a name, which belongs to the edition; with doubts about the encoding of its text.

    Raises
    ------
    ReadError
        Naming the file, what is wrong with it, and what to do; also where the text makes no sense in the encoding that
        was declared, and does in another.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "person.csv")
    ...     _ = path.write_text("id,country\n001,NA\n")
    ...     table, source = read_file(path, File(path="person.csv", format="csv"))
    >>> table.to_pylist(), source.rows
    ([{'id': '001', 'country': 'NA'}], 1)
    """
    table, source = _opened(path, spec, languages, stage)
    try:
        return table.whole() if isinstance(table, ParquetTable) else table, source
    except ReadError:
        # Somebody else took the stage away meanwhile.
        return _fresh(path, spec, languages)


def _opened(
    path: Path, spec: File, languages: Languages, stage: Stage | None
) -> tuple[pa.Table | ParquetTable, Source]:
    """Return a file from its stage, made if need be; without a stage, as it was read."""
    spec = layouts.resolved(path, spec)
    if stage is None or spec.format == "parquet" or not path.is_file() or path.stat().st_size < stage.least:
        return _fresh(path, spec, languages)
    if (found := staging.find(path, spec, languages, stage)) is not None:
        return found
    with staging.at_work(path, stage) as slowly:
        seen = staging.moment(path)
        read = _fresh(path, spec, languages, slowly)
        kept = staging.keep(path, spec, languages, stage, read, seen)
    return kept or read


def _fresh(path: Path, spec: File, languages: Languages, slowly: Slowly | None = None) -> tuple[pa.Table, Source]:
    """Return what a file holds, with doubts about the encoding of its text."""
    letters = letters_of(languages)
    table, source = _read(path, spec, languages, slowly)
    guess = doubts.better(table, source, letters)
    if guess is not None and spec.encoding is None:
        said = source.encoding
        table, source = _read(path, spec.model_copy(update={"encoding": guess.encoding}), languages, slowly)
        source = replace(source, doubts=(_guessed(source.encoding, f"makes no sense as {said}", languages),))
    elif guess is not None:
        raise _wrong(path, spec.encoding or "", guess.encoding, languages)
    elif spec.encoding is None and spec.format in TEXT_READERS and encodings.one_byte(source.encoding):
        source = replace(source, doubts=(_guessed(source.encoding, "is not UTF-8", languages),))
    return table, doubts.examined(table, source, letters)


def _read(path: Path, spec: File, languages: Languages, slowly: Slowly | None) -> tuple[pa.Table, Source]:
    if spec.format == "csv":
        return read_csv(path, spec, languages, slowly)
    if spec.format in TEXT_READERS:
        return TEXT_READERS[spec.format](path, spec, languages)
    reader = READERS[spec.format]
    return read_statistical(path, spec, slowly=slowly) if reader is read_statistical else reader(path, spec)


def _guessed(encoding: str, why: str, languages: Languages) -> Doubt:
    """Return the doubt about an encoding that was found by the letters of the languages."""
    told = f"Its text {why}, and nothing is declared: read as {encoding}, by the letters of {', '.join(languages)}"
    return Doubt("", "", "", 1, told, f"Declare encoding: {encoding} if that is right")


def _wrong(path: Path, declared: str, encoding: str, languages: Languages) -> ReadError:
    detail = f"Its text makes no sense in {declared}, and does in {encoding}, by the letters of {', '.join(languages)}"
    hint = f"Declare encoding: {encoding} in the country's YAML, or give --encoding {encoding} to inspect"
    return ReadError(f"Is not {declared} text", where=str(path), detail=detail, hint=hint)


def read_any(
    path: Path,
    *,
    encoding: str | None = None,
    languages: Languages = (),
    dictionary: Path | None = None,
    part: str = "",
) -> tuple[pa.Table, Source]:
    """Read a file of which only the name is known: its ending tells the format, its header the delimiter.

    Parameters
    ----------
    path : Path
    encoding : str, optional
        Of its text.
    languages : sequence of str
        As in :func:`read_file`.
    dictionary : Path, optional
        Of its columns. For a .dat one of the same name is taken, where it stands beside.
    part : str
        Record of CSPro data, or sheet of a workbook.

    Raises
    ------
    ReadError
        As :func:`read_file`, and when the ending is not known, or no dictionary of a .dat is.
    """
    return read_file(path, spec_of(path, encoding=encoding, dictionary=dictionary, part=part), languages)


def spec_of(path: Path, *, encoding: str | None = None, dictionary: Path | None = None, part: str = "") -> File:
    """Return how a file is to be read of which only the name is known.

    Parameters
    ----------
    path, encoding, dictionary, part
        As in :func:`read_any`.

    Raises
    ------
    ReadError
        As :func:`read_any`.
    """
    form = ENDINGS.get(path.suffix.lower())
    if form is None and dictionary is None:
        if not path.exists():
            raise files.absent(path)
        hint = f"Known: {', '.join(ENDINGS)}; any other with the dictionary of its columns"
        raise ReadError(f"The ending {path.suffix!r} is not known", where=str(path), hint=hint)
    if dictionary is not None or form == "fixed":
        return layouts.spec_of(path, encoding, dictionary, part)
    delimiter = _first_delimiter(path) if form == "csv" else ","
    own = {"xlsx": {"sheet": part}, "cspro": {"record": part}}.get(form or "", {})
    return File.model_validate({"path": path.name, "format": form, "encoding": encoding, "delimiter": delimiter, **own})


def read_folder(
    folder: Path, edition: Edition, stage: Stage | None = None
) -> tuple[dict[str, pa.Table], tuple[Source, ...]]:
    """Read all files of an edition.

    Parameters
    ----------
    folder : Path
        The data folder; or the file itself, under any name, where the edition has only one.
    edition : Edition
    stage : Stage, optional
        As in :func:`read_file`.

    Returns
    -------
    tables : dict of file key to pyarrow.Table
    sources : tuple of Source
        One for each file, named by its key.

    Raises
    ------
    ReadError
        As :func:`read_file`, and when a file is not in the folder: the message lists what is.
    """
    opened, sources = open_folder(folder, edition, stage)
    tables = {key: table.whole() if isinstance(table, ParquetTable) else table for key, table in opened.items()}
    return tables, sources


def open_folder(
    folder: Path, edition: Edition, stage: Stage | None = None
) -> tuple[dict[str, pa.Table | ParquetTable], tuple[Source, ...]]:
    """Read all files of an edition, but for those in Parquet and staged ones: they stay on disk, to be read in batches.

    The text of a Parquet file, which is always UTF-8, is not looked at for signs of a wrong encoding here.

    Parameters
    ----------
    folder, edition, stage
        As in :func:`read_folder`.

    Returns
    -------
    tables : dict of file key to pyarrow.Table or ParquetTable
    sources : tuple of Source

    Raises
    ------
    ReadError
        As :func:`read_folder`; for damaged rows of a Parquet file only when they are read.
    """
    tables: dict[str, pa.Table | ParquetTable] = {}
    sources: list[Source] = []
    for key, path in paths_of(folder, edition).items():
        spec = layouts.located(edition.files[key], folder if folder.is_dir() else folder.parent, edition.path)
        if spec.format == "parquet":
            tables[key], source = open_parquet(path, spec)
        else:
            tables[key], source = _opened(path, spec, edition.languages, stage)
        sources.append(replace(source, name=key))
    return tables, tuple(sources)


def paths_of(folder: Path, edition: Edition) -> dict[str, Path]:
    """Return where each file of an edition is, by its key; all are looked for before any is read.

    Raises
    ------
    ReadError
        When one is not in the folder: the message lists what is.
    """
    if folder.is_file():
        if len(edition.files) == 1:
            return dict.fromkeys(edition.files, folder)
        names = ", ".join(spec.path for spec in edition.files.values())
        detail = f"{edition.name} {edition.edition} has {len(edition.files)} files: {names}"
        raise ReadError("Is one file", where=str(folder), detail=detail, hint="Give the folder that holds them")
    if not folder.is_dir():
        raise files.absent(folder)
    return {key: _inside(folder, spec, edition.line("files", key)) for key, spec in edition.files.items()}


def _inside(folder: Path, spec: File, declared: str) -> Path:
    """Return the path of a file that is in a folder under exactly its name."""
    path = files.inside(folder, spec.path, declared)
    # Some systems find DATA.SAV under data.sav; the name must be right on all of them.
    if not path.is_file() or path.name not in files.names_in(path.parent):
        raise files.absent(path)
    return path


def _first_delimiter(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            head = handle.read(1 << 16)
    except OSError:
        return ","
    line = head.replace(b"\0", b"").splitlines()[:1]
    return (guess_delimiter(line[0].decode("latin-1")) if line else None) or ","
