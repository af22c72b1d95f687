"""Keys of records and of cells: secret numbers that depend on who is counted, and on nothing else.

Each record has a key of its own, a keyed hash of its identifier. The key of a cell is the sum of the keys of its rows:
the same rows have the same key in whichever table, and under whichever name, they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lfs_migration.errors import DataError

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Name = str | int | tuple[str | int, ...]

SEED_BYTES = 64
PLAIN = (str, int)
FEWEST_BITS, MOST_BITS = 16, 40
"""Limits of the bits of a cell key: within them the moments of noise are exact in 64-bit integers."""


def name_keys(names: Iterable[Name], seed: int, use: str = "cell") -> Keys:
    """Return a uniform 64-bit key for each name: a keyed hash (BLAKE2b) of the name, and of nothing else.

    Parameters
    ----------
    names : iterable of str, int, or tuples of them
        Of cells or records. The number 7 and the text ``7`` are one name, ``07`` is another; so are ``("ab", "c")``
        and ``("a", "bc")``.
    seed : int
        From 0 to below 2**512; secret.
    use : str
        What the keys are for, up to 16 bytes; another use gives other keys.

    Returns
    -------
    uint64 array of shape (names,)

    Raises
    ------
    DataError
        For a name that is missing or of another type, a seed out of its range, or a use that is too long.

    Examples
    --------
    >>> a, b = name_keys([("NA", "total"), 7], seed=2024)
    >>> b == name_keys(["7"], seed=2024)[0], a == b
    (np.True_, np.False_)
    """
    if not isinstance(seed, Integral) or isinstance(seed, bool) or not 0 <= seed < 256**SEED_BYTES:
        raise DataError("The seed of the keys is no whole number from 0 to below 2**512")
    if len(use.encode()) > hashlib.blake2b.PERSON_SIZE:
        raise DataError(f"The use {use!r} of the keys is longer than {hashlib.blake2b.PERSON_SIZE} bytes")
    start = hashlib.blake2b(digest_size=8, key=int(seed).to_bytes(SEED_BYTES, "big"), person=use.encode())

    def digest(row: int, name: Name) -> bytes:
        own = start.copy()
        own.update(_bytes(row, name))
        return own.digest()

    digests = b"".join(digest(row, name) for row, name in enumerate(names))
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def record_keys(identifiers: Sequence[Name], seed: int) -> Keys:
    """Return the key of each record: uniform, the same in every run and whatever the order of the rows.

    Parameters
    ----------
    identifiers : sequence of str, int, or tuples of them, of shape (rows,)
        Each its own: household and person, say. They stay the same when the file is delivered again.
    seed : int
        Secret.

    Returns
    -------
    uint64 array of shape (rows,)

    Raises
    ------
    DataError
        As :func:`name_keys`; and when an identifier occurs twice.

    Examples
    --------
    >>> keys = record_keys([("h1", 1), ("h1", 2), ("h2", 1)], seed=2024)
    >>> bool((keys[::-1] == record_keys([("h2", 1), ("h1", 2), ("h1", 1)], seed=2024)).all())
    True
    """
    keys = name_keys(identifiers, seed, use="record")
    # Two different names share one of 2**64 keys so rarely that equal keys mean equal names.
    _, first, size = np.unique(keys, return_index=True, return_counts=True)
    if (size > 1).any():
        row = int(first[size > 1].min())
        raise DataError(
            f"{int((size > 1).sum()):,} identifiers occur more than once",
            where=f"row {row}",
            detail=f"{identifiers[row]!r} is one of them",
            hint="Records with one key have one noise: name them by all the parts of their identifier",
        )
    return keys


def cell_keys(keys: Keys, cell: ArrayLike, cells: int, bits: int = 32) -> Keys:
    """Return the key of each cell: the sum of the keys of its rows, modulo 2**bits.

    Keys of parts of the data add up, modulo 2**bits, to those of the whole; the key of a margin is the sum of the keys
    of its cells, when no row stands in two of them.

    Parameters
    ----------
    keys : uint64 array of shape (rows,)
        From :func:`record_keys`.
    cell : integer array of shape (rows,)
        Cell of each row, from 0.
    cells : int
        How many there are; a cell without rows has the key 0.
    bits : int
        From 16 to 40; those of the perturbation table.

    Returns
    -------
    uint64 array of shape (cells,)

    Raises
    ------
    DataError
        For other shapes or types, and for a row outside the cells.

    Examples
    --------
    >>> cell_keys(np.array([1, 2, 2**32 - 1], dtype=np.uint64), [0, 0, 1], 3).tolist()
    [3, 4294967295, 0]
    """
    if keys.dtype != np.uint64:
        raise DataError(f"The record keys are {keys.dtype}, and not 64-bit unsigned integers", hint="Use record_keys")
    where, mask = whole(cell, "cells of the rows"), np.uint64((1 << checked_bits(bits)) - 1)
    if where.shape != keys.shape or keys.ndim != 1:
        raise DataError(f"There are cells of shape {where.shape} for record keys of shape {keys.shape}")
    outside = (where < 0) | (where >= cells)
    if outside.any():
        raise DataError(
            f"{int(outside.sum()):,} of {len(where):,} rows stand in none of the {cells:,} cells",
            where=f"row {int(np.argmax(outside))}",
            hint="Leave rows out that no cell counts",
        )
    sums = np.zeros(cells, dtype=np.uint64)
    # Unsigned integers wrap at 2**64, which 2**bits divides: the sum stays exact where it is looked at.
    np.add.at(sums, where, keys)
    return sums & mask


def whole(values: ArrayLike, what: str) -> Ints:
    """Return whole numbers as they are; others, and unknown ones, are errors."""
    given = np.asarray(values)
    if given.dtype.kind not in "iu" and given.size:
        raise DataError(f"The {what} are {given.dtype}, and not whole numbers", hint="An unknown count has no noise")
    if given.dtype == np.uint64 and given.size and given.max() >= 1 << 63:
        raise DataError(f"The {what} are larger than 63 bits", hint="Use cell_keys")
    out: Ints = given.astype(np.int64)
    return out


def _bytes(row: int, name: Name) -> bytes:
    """Return a name as bytes, each part with its length before it: different names are different bytes."""
    parts = name if isinstance(name, tuple) else (name,)
    # Asking for the plain types first: the other question takes longer than the hash.
    if not parts or not all(type(part) in PLAIN or _names(part) for part in parts):
        raise DataError(
            f"The name {name!r} is neither text nor a whole number",
            where=f"row {row}",
            hint="A record or cell without a name has no key: give each an identifier",
        )
    texts = [str(part).encode("utf-8", "surrogatepass") for part in parts]
    return b"".join([b"%d:%b" % (len(text), text) for text in texts])


def _names(part: object) -> bool:
    return isinstance(part, str | Integral) and not isinstance(part, bool)


def checked_bits(bits: int) -> int:
    """Return a number of bits that cell keys may have; for another one raise a DataError."""
    if not FEWEST_BITS <= bits <= MOST_BITS:
        raise DataError(f"Cell keys of {bits} bits are not known", hint=f"Give from {FEWEST_BITS} to {MOST_BITS}")
    return bits
