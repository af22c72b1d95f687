"""Names that a shell completes: fast, by the files alone, for the catalog takes a second to load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_CODE = re.compile(r"^(\w+):", re.MULTILINE)


def countries(incomplete: str) -> list[str]:
    """Return the countries whose names begin so.

    Examples
    --------
    >>> countries("arm")
    ['armenia']
    """
    names = {path.stem.rpartition("-")[0] for folder in _codebooks() for path in folder.glob("countries/*-*.yaml")}
    return sorted(name for name in names if name.startswith(incomplete.lower()))


def indicators(incomplete: str) -> list[str]:
    """Return the codes of indicators that begin so; of several with commas between them, for the last one.

    Examples
    --------
    >>> indicators("E02,E0")[:2]
    ['E02,E01', 'E02,E02']
    """
    before, mark, begun = incomplete.rpartition(",")
    texts = [path.read_text("utf-8") for folder in _codebooks() for path in folder.glob("*/indicators.yaml")]
    codes = sorted({code for text in texts for code in _CODE.findall(text)})
    return [f"{before}{mark}{code}" for code in codes if code.startswith(begun)]


def _codebooks() -> Iterator[Path]:
    """Yield the folder of the codebooks, as :func:`lfs_migration.catalog.folder` finds it."""
    yield from [path for path in (PACKAGE / "codebooks", PACKAGE.parent / "codebooks") if path.is_dir()][:1]
