"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from lfs_migration.errors import LfsMigrationError


def write_bytes(path: Path | str, content: bytes) -> Path:
    """Write a file beside its place and rename it, so that nobody ever sees half of it.

    Raises
    ------
    LfsMigrationError
        When the folder or the disk does not take the file.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        hint = "Choose a folder that you may write to, and close the file if another program has it open"
        raise LfsMigrationError("This file could not be written", where=str(target),
                                detail=error.strerror or str(error), hint=hint) from error  # fmt: skip
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target
