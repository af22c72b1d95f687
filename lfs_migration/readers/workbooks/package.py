"""The zip package of a workbook, looked at before anything in it is expanded.

A workbook comes from outside, and a small one can be made to fill a machine: by parts that expand a thousandfold, by
entities that stand for one another, or by names that lead out of a folder. So the zip directory is read first, each
part is read piece by piece and never more of it than the directory declares, and no part may declare a document type,
without which there are no entities. Nothing is written to disk.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.parsers import expat

from lfs_migration.errors import ReadError
from lfs_migration.readers import extent, files

PARTS = 5000
"""Parts of a package; a workbook of a hundred sheets has a few hundred."""
RATIO, LEAST = 250, 64 << 20
"""How many times its size a package may expand to, and the bytes below which that does not matter."""
EXPANDED = 2
"""Bytes of memory that a byte of XML takes at most when it has become text."""
_PIECE = 1 << 18
_HEAD = 4096
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    OverflowError, RuntimeError, ValueError,
)  # fmt: skip
"""What a damaged zip file may lead to."""


class Handler(Protocol):
    """What happens at the elements of a part; names have no prefix."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, text: str) -> None:
        """Take text inside an element."""


@dataclass(frozen=True)
class Package:
    """An open package."""

    path: Path
    archive: zipfile.ZipFile

    @property
    def names(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset(self.archive.namelist())

    def parse(self, part: str, handler: Handler) -> None:
        """Read a part from its beginning to its end.

        Raises
        ------
        ReadError
            When it is absent or damaged, or declares a document type.
        """
        if part not in self.names:
            raise extent.damaged(self.path, f"It has no part {part!r}")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, held: handler.begin(name.rpartition(":")[2], held)
        parser.EndElementHandler = lambda name: handler.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = handler.text

        def refuse(*_: object) -> None:
            raise _declares(self.path, part)

        parser.StartDoctypeDeclHandler = refuse
        try:
            with self.archive.open(part) as handle:
                while piece := handle.read(_PIECE):
                    parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise extent.damaged(self.path, f"{part}, line {error.lineno}: {error}") from None
        except _DAMAGE as error:
            raise extent.damaged(self.path, f"{part}: {error}") from None

    def target(self, part: str, told: str) -> str:
        """Return the name of a part that another one names: from the root, or from the folder of the other."""
        return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), told)).lstrip("/")


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a workbook whose directory is in order.

    Raises
    ------
    ReadError
        When the file is absent, no zip file, cut off, protected by a password, or a danger to open.
    """
    stamp = files.stamp(path)
    if files.kind(stamp.head) == "old Excel or encrypted":
        raise _compound(path)
    files.require_kind(path, stamp.head, "Excel or zip")
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise extent.cut(path, f"Its zip directory cannot be read: {error}") from None
    with archive:
        _require_safe(path, archive)
        yield Package(path, archive)


def _compound(path: Path) -> ReadError:
    """Return the error for a compound file, which hides a workbook behind a password, or is one of before 2007."""
    if _ENCRYPTED in path.read_bytes():
        return ReadError("Is protected by a password", where=str(path), hint="Save it in Excel without a password")
    detail = "It is of Excel 97 to 2003 (.xls)"
    return ReadError("Is no .xlsx workbook", where=str(path), detail=detail, hint="Save it in Excel as .xlsx")


def _require_safe(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS:
        raise _danger(path, f"It has {len(parts):,} parts, and {PARTS:,} are many")
    names = [part.filename for part in parts]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise _danger(path, f"It has two parts called {twice!r}")
    for part in parts:
        if part.filename.startswith("/") or "\\" in part.filename or ".." in part.filename.split("/"):
            raise _danger(path, f"A part is called {part.filename!r}, which leads out of the file")
        if part.flag_bits & 1:
            raise ReadError("Is protected by a password", where=str(path), hint="Save it without a password")
    whole, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if whole > LEAST and whole > RATIO * max(packed, 1):
        raise _danger(path, f"Its {packed / 1e6:,.1f} megabytes expand to {whole / 1e6:,.0f}, more than {RATIO} times")
    extent.require_budget(path, EXPANDED * whole, extent.budget(), "Its parts")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _require_plain(path, archive, part)


def _require_plain(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Check that the head of a part, where such things stand, declares no document type."""
    try:
        with archive.open(part) as handle:
            head = handle.read(_HEAD)
    except _DAMAGE as error:
        raise extent.damaged(path, f"{part.filename}: {error}") from None
    plain = head.replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise _declares(path, part.filename)


def _declares(path: Path, part: str) -> ReadError:
    return _danger(path, f"{part} declares a document type, which no workbook does and bombs need")


def _danger(path: Path, detail: str) -> ReadError:
    hint = "If you trust where it comes from, open it in Excel and save it again as .xlsx"
    return ReadError("Is not safe to open", where=str(path), detail=detail, hint=hint)
