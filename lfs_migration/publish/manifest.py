"""The manifest: what a publication was made from, with what, and what came out."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any

from lfs_migration.files import sha256, write_text
from lfs_migration.model.dataset import Dataset, Source

LIBRARIES = (
    "babel",
    "duckdb",
    "jinja2",
    "narwhals",
    "numpy",
    "pandas",
    "pandera",
    "pyarrow",
    "pydantic",
    "pyreadstat",
    "pysdmx",
    "pyspark",
    "ruamel.yaml",
    "scipy",
    "xlsxwriter",
)
"""Libraries whose version may change a figure or a file."""


def write_manifest(
    path: Path | str,
    *,
    data: Dataset | None,
    outputs: Sequence[Path],
    internal: Sequence[Path] = (),
    codebooks: Mapping[str, str],
    seed: int | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Path:
    """Write the manifest of a publication.

    Two runs over the same files differ in the entry ``created`` alone.

    Parameters
    ----------
    path : path
    data : Dataset, optional
        Its sources, log and design.
    outputs : sequence of paths
        Files that were written, already in their place.
    internal : sequence of paths
        Those among them that are for the office alone, elsewhere.
    codebooks : mapping of file to SHA-256
    seed : int, optional
    extra : mapping, optional
        Further entries; an entry of the same name takes the place of one made here.

    Returns
    -------
    Path
    """
    content = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **environment(),
        **(describe(data) if data is not None else {}),
        "codebooks": codebooks,
        "outputs": [_output(output, Path(path).parent) for output in outputs],
        "internal": [_output(output, Path(path).parent) for output in internal],
        "seed": seed,
        **(extra or {}),
    }
    text = json.dumps(_plain(content), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return write_text(path, text + "\n")


def _output(output: Path, folder: Path) -> dict[str, Any]:
    return {"file": _place(output, folder), "bytes": output.stat().st_size, "sha256": sha256(output)}


def _place(output: Path, folder: Path) -> str:
    """Return where a file is in the publication's folder; its name where it is elsewhere."""
    return output.relative_to(folder).as_posix() if output.is_relative_to(folder) else output.name


def describe(data: Dataset) -> dict[str, Any]:
    """Return what is known of the data: survey, inputs, records, design and steps.

    Examples
    --------
    >>> describe(Dataset(records={}))["steps"]
    []
    """
    country = data.country
    return {
        "survey": None if country is None else {"id": country.id, "title": country.title},
        "synthetic": data.synthetic,
        "inputs": [_input(source) for source in data.sources],
        "records": data.sizes,
        "design": None if data.design is None else asdict(data.design),
        "steps": [{"verb": step.verb, "counts": step.counts} for step in data.log],
    }


def version(package: str) -> str:
    """Return the version of an installed package, ``unknown`` when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def environment() -> dict[str, dict[str, str]]:
    """Return what a publication is made with here: the toolkit, Python and the libraries that are installed.

    Examples
    --------
    >>> environment()["toolkit"]["name"]
    'lfs-migration'
    """
    found = {package: version(package) for package in LIBRARIES}
    versions = {package: number for package, number in found.items() if number != "unknown"}
    return {
        "toolkit": {"name": "lfs-migration", "version": version("lfs-migration")},
        "versions": {"python": platform.python_version(), **versions},
    }


def _input(source: Source) -> dict[str, Any]:
    # The folder is the user's own affair, and differs between machines.
    return {
        "name": source.name,
        "file": PurePath(source.path).name,
        "sha256": source.sha256,
        "rows": source.rows,
        "encoding": source.encoding,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if hasattr(value, "tolist"):  # a number or an array of numpy
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
