"""Whether an SPSS or Stata file reaches as far as its header says, and how large it becomes when it is read.

A file that was cut off while it was copied often still opens: the C library gives the rows that are left, or all rows
without the labels behind them. A small file can also declare more than a machine holds. So each file is walked first,
in plain Python, which no damage can crash: :mod:`~lfs_migration.readers.packages.extent_spss` walks .sav and .zsav, and
:mod:`~lfs_migration.readers.packages.extent_stata` .dta. The walk gives the rows that the file holds, which the reader
must then give too, and the bytes that they take, which must fit the budget before anything is expanded.
"""

from __future__ import annotations

import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lfs_migration.errors import ReadError

GIGABYTES = 8.0
"""Expanded data that are read into memory without being asked: about 50 million rows of 20 numbers."""
VARIABLE = "LFS_READ_GIGABYTES"
"""The environment variable that sets another budget."""


class EndError(Exception):
    """The file has fewer bytes than its header asks for."""


class DamageError(Exception):
    """The file contradicts itself; the text says how."""


class Cursor:
    """A place in a file; it never moves behind the end."""

    def __init__(self, handle: BinaryIO, size: int) -> None:
        self._handle = handle
        self.size = size
        self.order = "<"

    @property
    def place(self) -> int:
        """Bytes from the start of the file."""
        return self._handle.tell()

    @property
    def left(self) -> int:
        """Bytes to the end of the file."""
        return self.size - self._handle.tell()

    def skip(self, length: int) -> None:
        """Move on."""
        if not 0 <= length <= self.left:
            raise EndError
        self._handle.seek(length, 1)

    def jump(self, place: int) -> None:
        """Move to a place."""
        if not 0 <= place <= self.size:
            raise EndError
        self._handle.seek(place)

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        if not 0 <= length <= self.left:
            raise EndError
        return self._handle.read(length)

    def unpack(self, form: str) -> tuple[int, ...]:
        """Return the next whole numbers, as ``struct`` describes them, in the byte order of the file."""
        form = self.order + form
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def integer(self) -> int:
        """Return the next number of 4 bytes."""
        return self.unpack("i")[0]


@dataclass(frozen=True)
class Extent:
    """What a file holds.

    Parameters
    ----------
    rows : int
    width : int
        Bytes of a row when it is expanded.
    """

    rows: int
    width: int

    @property
    def bytes(self) -> int:
        """Bytes of all rows when they are expanded."""
        return self.rows * self.width


def cut(path: Path, detail: str) -> ReadError:
    """Return the error for a file that ends too early."""
    hint = "It was cut off or damaged on its way here: copy or export it again"
    return ReadError("Is not whole", where=str(path), detail=detail, hint=hint)


def damaged(path: Path, detail: str) -> ReadError:
    """Return the error for a file that contradicts itself."""
    return ReadError("Is damaged", where=str(path), detail=detail, hint="Copy or export it again")


def budget() -> int:
    """Return the bytes that a file may expand to: 8 gigabytes, or as many as ``LFS_READ_GIGABYTES`` says.

    Raises
    ------
    ReadError
        When the variable is not a positive number.
    """
    text = os.environ.get(VARIABLE, "").strip()
    try:
        gigabytes = float(text) if text else GIGABYTES
    except ValueError:
        gigabytes = math.nan
    if not 0 < gigabytes < 1e9:
        raise ReadError(
            f"{VARIABLE} is {text!r}", where="environment", hint=f"Give gigabytes, as {VARIABLE}=32, or leave it away"
        )
    return int(gigabytes * 1e9)


def require_budget(path: Path, needed: int, allowed: int, what: str) -> None:
    """Check that data fit the budget.

    Raises
    ------
    ReadError
        Naming both, and how to raise the budget.
    """
    if needed <= allowed:
        return
    detail = f"{what} take {needed / 1e9:,.2f} gigabytes when they are read, and the budget is {allowed / 1e9:,.2f}"
    raises = f"set {VARIABLE}={math.ceil(needed / 1e9)} in the environment"
    hint = f"If the file is right, leave out columns before the export, or raise the budget: {raises}"
    raise ReadError("Is too large", where=str(path), detail=detail, hint=hint)
