"""The journal of a batch: a line for each survey that came to its end, on the disk before the next is begun."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lfs_migration.batch.outcomes import Outcome
from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import unwritten
from lfs_migration.publish import INTERNAL

NAME = "batch.jsonl"
PRIVATE = 0o600


class Journal:
    """A file of JSON lines, for the office alone: what went wrong may tell of the data.

    Parameters
    ----------
    out : Path
        Of the batch. The journal is in its folder ``internal``.
    resume : bool
        Keep what the batch before wrote, and go on after it; without, begin anew.
    """

    def __init__(self, out: Path, *, resume: bool) -> None:
        self.path = out / INTERNAL / NAME
        self._before = _failures(self.path) if resume else {}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if resume else os.O_TRUNC)
            os.close(os.open(self.path, flags, PRIVATE))
            self.path.chmod(PRIVATE)
        except OSError as error:
            raise unwritten(self.path, error) from error

    def failure(self, name: str, key: str) -> str | None:
        """Return why a survey failed in the batch that is gone on with, if it would be made from the same now."""
        return self._before.get((name, key)) if key else None

    def keep(self, outcome: Outcome) -> None:
        """Write what came of a survey."""
        self._write(outcome.plain())

    def note(self, name: str, words: str) -> None:
        """Write more than belongs into one line."""
        self._write({"name": name, "note": words})

    def _write(self, entry: dict[str, Any]) -> None:
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), **entry}, ensure_ascii=False)
        try:
            with self.path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritten(self.path, error) from error


def _failures(path: Path) -> dict[tuple[str, str], str]:
    """Return why surveys failed; a line that was cut off says nothing."""
    found: dict[tuple[str, str], str] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LfsMigrationError("The journal cannot be read", where=str(path), detail=str(error.strerror)) from error
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            name = (str(entry["name"]), str(entry["key"]))
            found.pop(name, None)
            if entry["kind"] == "failed":
                found[name] = str(entry["why"])
    return found
