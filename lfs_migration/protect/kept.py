"""Choices of cells to hide that are kept: made once for the same cells, rules and versions, and read the next time.

Secondary suppression is the dearest step of a publication, and rests on nothing but numbers. A choice is kept in a file
of its own, under the hash of all that it was made from; so a folder of choices can be deleted at any time. What was cut
off, altered or half written is never used and never an error. A choice says which cells of a long list are hidden, and
no value. It is not believed: whoever hides cells audits the publication, whether the choice was made or read.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from contextlib import suppress as passing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import atomic
from lfs_migration.protect.secondary import Suppression, suppress
from lfs_migration.protect.system import Mask, System
from lfs_migration.seals import made_by, opened, sealed

METHOD = 1
"""Version of the method: to be raised with each change after which other cells are hidden."""
_WRONG = (OSError, ValueError, KeyError, TypeError, RecursionError)
"""What a file that is no whole choice may lead to."""


def suppress_once(
    folder: Path | None, system: System, primary: Mask, low: ArrayLike, high: ArrayLike, cost: ArrayLike, hidden: Mask
) -> Suppression:
    """Return what :func:`~lfs_migration.protect.secondary.suppress` does, from a folder of choices where it is there.

    Parameters
    ----------
    folder : Path, optional
        Where choices are kept; without it, each is made. One that does not take files keeps nothing.
    system, primary, low, high, cost, hidden
        As :func:`~lfs_migration.protect.secondary.suppress` takes them.

    Raises
    ------
    DataError
        As there.
    """
    if folder is None:
        return suppress(system, primary, low, high, cost, hidden)
    path = folder / f"{_key(system, (primary, low, high, cost, hidden))}.json"
    if (found := _read(path, primary)) is not None:
        return found
    made = suppress(system, primary, low, high, cost, hidden)
    with passing(LfsMigrationError), atomic(path, private=True) as part:
        part.write_bytes(sealed(_plain(made)))
    return made


def _key(system: System, arrays: Sequence[ArrayLike]) -> str:
    """Return the SHA-256 of all that a choice is made from."""
    equations = system.equations
    digest = hashlib.sha256(json.dumps(_versions(), sort_keys=True).encode("ascii"))
    for one in (system.values, system.room, equations.indptr, equations.indices, equations.data, *arrays):
        array = np.asarray(one)
        digest.update(f"{array.dtype.str}{array.shape}".encode("ascii"))
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _versions() -> dict[str, Any]:
    """Return what makes a choice: another version of any of these may make another one."""
    return {"method": METHOD, **made_by("lfs-migration", "numpy", "scipy"), "machine": platform.machine()}


def _plain(made: Suppression) -> dict[str, Any]:
    """Return a choice as JSON can hold it; the sensitive cells were given."""
    masks = {"secondary": _hex(made.secondary), "served": _hex(made.served)}
    return {**masks, "unprotected": made.unprotected.tolist(), "lost": made.lost}


def _read(path: Path, primary: Mask) -> Suppression | None:
    """Return the choice that a file holds, nothing where there is none that can be used."""
    with passing(*_WRONG):
        held = opened(path.read_bytes())
        if held is not None:
            secondary, served = (_mask(held[name], len(primary)) for name in ("secondary", "served"))
            return Suppression(
                primary.copy(), secondary, served, np.array(held["unprotected"], dtype=np.int64), held["lost"]
            )
    return None


def _hex(mask: Mask) -> str:
    return np.packbits(mask).tobytes().hex()


def _mask(text: str, size: int) -> Mask:
    bits: NDArray[np.uint8] = np.frombuffer(bytes.fromhex(text), dtype=np.uint8)
    if len(bits) != -(-size // 8):
        raise ValueError
    return np.unpackbits(bits, count=size).astype(bool)
