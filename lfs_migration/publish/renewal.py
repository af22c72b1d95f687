"""Folders that are replaced whole: a publication appears when all of it is on the disk, or the earlier one stays."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import resolved, settle, unwritten, write_text

MANIFEST = "manifest.json"
WITHDRAWN = ".manifest.withdrawn.json"
"""What a manifest is called whose publication holds no longer: it still tells which files were made."""
NEW = ".new"
"""Ending of a folder that is not in its place yet."""
ENTRIES = ("outputs", "internal")
"""Of a manifest: its files in the folder of the publication, and in that of the office."""


@contextmanager
def renewed(folder: Path, own: Path) -> Iterator[tuple[Path, Path]]:
    """Give two new folders; what is written into them takes the place of a publication when the block ends well.

    Parameters
    ----------
    folder : Path
        Of the publication. Files that its manifest names and the new one has not are taken away; others stay.
    own : Path
        Of what is for the office alone.

    Yields
    ------
    new, new_own : Path
        Beside ``folder`` and ``own``; the second can be looked into by its owner alone.

    Raises
    ------
    LfsMigrationError
        When a folder or the disk does not take the files. The earlier publication is then as it was.
    """
    places = {_beside(one): one for one in (folder, own)}
    new, new_own = places
    try:
        for one in places:
            one.parent.mkdir(parents=True, exist_ok=True)
            one.mkdir(mode=0o700)
        yield new, new_own
        _replace(places, folder)
    except OSError as error:
        raise unwritten(folder, error) from error
    except LfsMigrationError as error:
        raise type(error)(
            error.title, where=_named(error.where, places), detail=error.detail, hint=_named(error.hint, places)
        ) from error
    finally:
        for one in places:
            shutil.rmtree(one, ignore_errors=True)


def _beside(folder: Path) -> Path:
    return folder.absolute().with_name(f".{folder.absolute().name}.{secrets.token_hex(4)}{NEW}")


def _named(words: str, places: dict[Path, Path]) -> str:
    for new, place in places.items():
        words = words.replace(str(new), str(place))
    return words


def _replace(places: dict[Path, Path], folder: Path) -> None:
    """Move new files to their places, the manifest last, and take away what is no longer published."""
    homes = tuple(places.values())
    made = {home / one.relative_to(new): one for new, home in places.items() for one in new.rglob("*") if one.is_file()}
    for place in made:
        if place.is_dir():
            raise unwritten(place, IsADirectoryError("A folder stands there"))
    folder.mkdir(parents=True, exist_ok=True)
    gone = _earlier(homes) - set(made)
    withdraw(folder)
    # Whoever comes after an end in the midst of this learns which files may be there.
    _tell(folder, homes, gone | set(made))
    for one in gone:
        one.unlink(missing_ok=True)
        with suppress(OSError):  # others' files may be in it
            one.parent.rmdir()
    for place, one in sorted(made.items(), key=lambda entry: entry[0] == folder / MANIFEST):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            one.replace(place)
        except OSError as error:
            raise unwritten(place, error) from error
    (folder / WITHDRAWN).unlink(missing_ok=True)
    for one in {place.parent for place in made}:
        settle(one)


def _tell(folder: Path, homes: tuple[Path, ...], files: set[Path]) -> None:
    """Keep a list of files where a withdrawn manifest has them."""
    told = {
        entry: [{"file": one.relative_to(home).as_posix()} for one in sorted(files) if one.is_relative_to(home)]
        for entry, home in zip(ENTRIES, homes, strict=True)
    }
    write_text(folder / WITHDRAWN, json.dumps(told))


def _earlier(homes: tuple[Path, ...]) -> set[Path]:
    """Return the files of the publication that was made here before, whether it still holds or was withdrawn."""
    for name in (MANIFEST, WITHDRAWN):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads((homes[0] / name).read_text(encoding="utf-8"))
            named = {
                home / one["file"]: home for entry, home in zip(ENTRIES, homes, strict=True) for one in told[entry]
            }
            return {one for one, home in named.items() if resolved(one).is_relative_to(resolved(home))}
    return set()


def withdraw(folder: Path | str) -> None:
    """Say of an earlier publication that it holds no longer: its manifest goes, before one of its files is replaced.

    Raises
    ------
    LfsMigrationError
        When it cannot be removed.
    """
    manifest = Path(folder) / MANIFEST
    try:
        manifest.replace(manifest.with_name(WITHDRAWN))
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        raise unwritten(manifest, error) from error
    except OSError as error:
        raise unwritten(manifest, error, "The earlier manifest could not be removed") from error


def cleared(folder: Path) -> None:
    """Take away what a program that was ended in its midst left: new folders, records on the disk, parts of files.

    Only who holds the lock of the folder knows that nobody is writing them.
    """
    if folder.parent.is_dir():
        for one in folder.parent.glob(f".{folder.name}.*{NEW}"):
            shutil.rmtree(one, ignore_errors=True)
    for one in folder.glob(".lfs-migration-*") if folder.is_dir() else ():
        shutil.rmtree(one, ignore_errors=True)
    for one in folder.rglob(".*.part") if folder.is_dir() else ():
        with suppress(OSError):
            one.unlink()
