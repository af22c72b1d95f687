"""Files as such: whether one is there, what it looks like, and its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from lfs_migration.errors import ReadError, near
from lfs_migration.files import resolved

Kind = Literal[
    "SPSS", "portable SPSS", "Stata", "Parquet", "encrypted SPSS", "Excel or zip", "old Excel or encrypted", "SQLite",
    "gzip", "text", "unknown",
]  # fmt: skip

_HINTS: dict[Kind, str] = {
    "SPSS": "Declare format: sav",
    "portable SPSS": "Declare format: por",
    "Stata": "Declare format: dta",
    "Parquet": "Declare format: parquet",
    "encrypted SPSS": "Save it in SPSS without a password",
    "Excel or zip": "Declare format: xlsx if it is a workbook; else unpack it",
    "old Excel or encrypted": "Save it in Excel as .xlsx, without a password",
    "SQLite": "Declare format: cspro if it is a .csdb of CSPro; else export its tables as .csv",
    "gzip": "Unpack it",
    "text": "Declare format: csv, or export the file again",
    "unknown": "Export the file again, or copy it again from where it came",
}
_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"$FL2", "SPSS"),
    (b"$FL3", "SPSS"),
    (b"<stata_dta>", "Stata"),
    (b"PAR1", "Parquet"),
    (b"PK\x03\x04", "Excel or zip"),
    (b"\xd0\xcf\x11\xe0", "old Excel or encrypted"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x1f\x8b", "gzip"),
)


@dataclass(frozen=True)
class Stamp:
    """What a file is, before anybody reads it.

    Parameters
    ----------
    size : int
        In bytes.
    sha256 : str
        Of all bytes.
    head : bytes
        The first ones, at most 4096.
    """

    size: int
    sha256: str
    head: bytes


def stamp(path: Path) -> Stamp:
    """Return the size, the hash and the first bytes of a file.

    Raises
    ------
    ReadError
        When there is no such file, it cannot be opened, or it is empty.
    """
    if path.is_dir():
        raise ReadError("Is a folder, not a file", where=str(path), hint=listing(path))
    try:
        with path.open("rb") as handle:
            head = handle.read(4096)
            handle.seek(0)
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
            size = handle.tell()
    except FileNotFoundError:
        raise absent(path) from None
    except OSError as error:
        raise ReadError("Cannot be opened", where=str(path), detail=str(error.strerror or error)) from None
    if not size:
        raise ReadError("Is empty", where=str(path), detail="It has 0 bytes", hint="Export or copy it again")
    return Stamp(size, digest, head)


def inside(folder: Path, name: str, declared: str) -> Path:
    """Return the path of a file that a YAML file names, and that has to be in a folder.

    Parameters
    ----------
    folder : Path
    name : str
        Its path there.
    declared : str
        The place that names it.

    Raises
    ------
    ReadError
        When it leads out of the folder: by ``..``, by itself or by a symbolic link.
    """
    inner, path = PurePath(name), folder / name
    if inner.is_absolute() or ".." in inner.parts:
        hint = "Put the file into the folder, and write its name"
        raise ReadError(f"The path {name!r} leads out of the data folder", where=declared, hint=hint)
    if not (whole := resolved(path)).is_relative_to(resolved(folder)):
        detail = f"By a symbolic link it is {whole}"
        hint = "Put the file itself into the folder, or give the folder that it is in"
        raise ReadError(f"The path {name!r} leads out of the data folder", where=declared, detail=detail, hint=hint)
    return path


def absent(path: Path) -> ReadError:
    """Return the error for a file that is not there; its hint says what is, and what comes near."""
    folder = path.parent
    if not folder.is_dir():
        return ReadError("No such file", where=str(path), detail=f"There is no folder {folder}")
    if path.is_symlink():
        hint = "Put the file itself there"
        return ReadError("No such file", where=str(path), detail="A symbolic link leads to none", hint=hint)
    names = names_in(folder)
    same = [name for name in names if name.lower() == path.name.lower()]
    if same:
        hint = f"There is {same[0]!r}, which differs in capital letters only. Rename the file or mend its path"
        return ReadError("No such file", where=str(path), hint=hint)
    close = near(path.name, names)
    hint = f"{close} {listing(folder)}" if close.startswith("Did") else listing(folder)
    return ReadError("No such file", where=str(path), hint=hint)


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder, none where it cannot be opened."""
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def listing(folder: Path, limit: int = 20) -> str:
    """Return a sentence that names what is in a folder."""
    names = [f"{name}/" if (folder / name).is_dir() else name for name in names_in(folder)]
    if not names:
        return f"The folder {folder} is empty, or closed to you."
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return f"The folder {folder} holds: {', '.join(names[:limit])}{more}."


def kind(head: bytes) -> Kind:
    r"""Return what a file looks like from its first bytes.

    Examples
    --------
    >>> kind(b"$FL2@(#) SPSS DATA FILE")
    'SPSS'
    >>> kind(b"sex,age\n1,34\n")
    'text'
    """
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[8:20] == b"ENCRYPTEDSAV":
        return "encrypted SPSS"
    # Its place is 456; the line ends before it do not count, nor do blanks that were taken off.
    if b"SPSSPORT" in head[100:480]:
        return "portable SPSS"
    # Stata to version 12: release number, byte order 1 or 2 (none in the first), file type 1, and a zero.
    orders = (b"\x00", b"\x01", b"\x02") if head[:1] == b"f" else (b"\x01", b"\x02")
    if head[:1] and 102 <= head[0] <= 116 and head[1:2] in orders and head[2:4] == b"\x01\x00":
        return "Stata"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1a\x1b" for byte in head)
    return "text" if wide or not controls else "unknown"


def require_kind(path: Path, head: bytes, wanted: Kind) -> None:
    """Check that a file looks like what it was declared to be.

    Raises
    ------
    ReadError
        Naming what it looks like instead.
    """
    found = kind(head)
    if found != wanted:
        detail = "It does not begin as one"
        if found != "unknown":
            detail = f"It looks like {article(found)} file"
        raise ReadError(f"Is not {article(wanted)} file", where=str(path), detail=detail, hint=_HINTS[found])


def article(name: str) -> str:
    """Return a name with ``a`` or ``an`` before it.

    Examples
    --------
    >>> article("SPSS"), article("Stata")
    ('an SPSS', 'a Stata')
    """
    return f"an {name}" if name.startswith(("SPSS", "SQL", "E", "e", "o")) else f"a {name}"
