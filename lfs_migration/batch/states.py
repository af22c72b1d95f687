"""Whether a survey is published already, from all that it would be made from now; and if not, why not."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lfs_migration import provenance
from lfs_migration.batch.jobs import Job
from lfs_migration.errors import LfsMigrationError, ReadError
from lfs_migration.files import sha256
from lfs_migration.model.country import Edition
from lfs_migration.publish.manifest import environment
from lfs_migration.publish.renewal import MANIFEST, WITHDRAWN
from lfs_migration.readers import paths_of
from lfs_migration.verification.conditions import DECISIONS, changes, other_data, settings_of
from lfs_migration.verification.manifests import Manifest, office_of, read_manifest
from lfs_migration.verification.publications import verify


@dataclass(frozen=True)
class State:
    """What is to be done for a survey.

    Parameters
    ----------
    missing : str
        What it cannot be made without; empty where nothing is missing.
    reasons : tuple of str
        Why it is to be made; none where what is published was made from the same.
    key : str
        SHA-256 of all that it would be made from; empty where something is missing.
    size : int
        Bytes of its files.
    """

    missing: str = ""
    reasons: tuple[str, ...] = ()
    key: str = ""
    size: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is to be done."""
        return not self.missing and not self.reasons


def state(job: Job, *, seed: int | None = None) -> State:
    """Return whether a survey is to be published.

    Its files, the codebooks and what was published are read for their hashes, and nothing is computed.

    Parameters
    ----------
    job : Job
    seed : int, optional
        Secret, of the keys of records.
    """
    try:
        files = _files(job)
        hashes = {name: sha256(path) for name, path in files.items()}
        told = _told(job, seed)
        made_from = {
            "files": hashes,
            "codebooks": provenance.codebooks_of(job.edition),
            **environment(),
            "settings": told,
        }
    except LfsMigrationError as error:
        return State(missing=str(error))
    except OSError as error:
        return State(missing=f"{error.filename}: {error.strerror}.")
    key = hashlib.sha256(json.dumps(made_from, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return State("", tuple(_reasons(job, told, hashes)), key, sum(path.stat().st_size for path in files.values()))


def counts(job: Job) -> tuple[int, int]:
    """Return how many tables are published, and how many findings of severity error their data have.

    Findings are for the office alone, and may be elsewhere: then there are none to count.
    """
    tables = 0
    for step in read_manifest(job.folder).content.get("steps", ()):
        if step.get("verb") == "tabulate":
            tables = step["counts"]["tables"]
    place = office_of(job.folder) / "findings.csv"
    if not place.is_file():
        return tables, 0
    with place.open(encoding="utf-8", newline="") as file:
        return tables, sum(row.get("severity") == "error" for row in csv.DictReader(file))


def _files(job: Job) -> dict[str, Path]:
    """Return every file of the user that a survey is made from, by what it is."""
    settings = job.settings
    assert settings.data is not None
    given = {name: getattr(settings, name) for name in DECISIONS}
    for name, path in given.items():
        if path is not None and not path.is_file():
            raise LfsMigrationError(
                f"There is no file of {name}", where=str(path), hint=f"Mend `{name}` of the project"
            )
    return {
        **{f"data {name}": path for name, path in paths_of(settings.data, job.edition).items()},
        **_totals(settings.data, job.edition),
        **{name: path for name, path in given.items() if path is not None},
    }


def _totals(folder: Path, edition: Edition) -> dict[str, Path]:
    """Return the files of known totals that the recipe of weights asks for."""
    margins = edition.weighting.margins if edition.weighting is not None else {}
    out = {f"totals {name}": folder / spec.path for name, spec in margins.items()}
    absent = next((path for path in out.values() if not path.is_file()), None)
    if absent is not None:
        raise ReadError("There is no file of known totals", where=str(absent), hint="The recipe of weights asks for it")
    return out


def _told(job: Job, seed: int | None) -> dict[str, Any]:
    settings = job.settings
    return provenance.told_of(
        job.edition, profile=settings.quality, weights=settings.weights, protection=settings.protection,
        unprotected=settings.unprotected, seed=seed, languages=settings.languages, sdmx_ml=settings.sdmx_ml,
    ).model_dump(mode="json")  # fmt: skip


def _reasons(job: Job, told: dict[str, Any], hashes: dict[str, str]) -> Iterator[str]:
    """Yield why a survey is to be made."""
    try:
        manifest = read_manifest(job.folder)
        then = settings_of(manifest).model_dump(mode="json")
    except LfsMigrationError as error:
        yield _unread(job.folder, error)
        return
    for name, now in told.items():
        if now != then[name]:
            yield f"{name} {_short(then[name])} then, {_short(now)} now"
    yield from _other_decisions(manifest, hashes)
    assert job.settings.data is not None
    yield from other_data(manifest, job.edition, job.settings.data)
    yield from changes(manifest, job.edition)
    for publication in verify(job.folder).publications:
        yield from (str(problem) for problem in publication.problems if problem.kind != "unnamed")


def _unread(folder: Path, error: LfsMigrationError) -> str:
    """Say why there is nothing to compare with."""
    if (folder / WITHDRAWN).exists():
        return "it was ended in the midst of publishing, or failed, the last time"
    return str(error) if (folder / MANIFEST).exists() else "it is not published yet"


def _other_decisions(manifest: Manifest, hashes: dict[str, str]) -> Iterator[str]:
    for name in DECISIONS:
        then: Any = manifest.content.get(name) or {}
        with suppress(AttributeError):
            if then.get("sha256") != hashes.get(name):
                yield f"the file of {name} is not the same"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
