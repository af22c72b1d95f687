"""Print the lower bounds of the requirements as a constraints file, to try the package with the oldest that it allows.

    python scripts/lowest.py > lowest.txt
    pip install --constraint lowest.txt ".[test]"

Extras that are named take part: ``python scripts/lowest.py charts models``. Without one the bounds of the package alone
are printed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[^]]*)\])?(?P<bounds>[^;]*)(?P<marker>;.*)?")
_LOWER = re.compile(r">=\s*([0-9][0-9A-Za-z.]*)")


def lowest(project: Mapping[str, Any], extras: Sequence[str] = ()) -> tuple[str, ...]:
    """Return a pin for each requirement with a lower bound, sorted by name.

    Parameters
    ----------
    project : mapping
        The table ``project`` of a pyproject.toml.
    extras : sequence of str
        Whose requirements take part, and those of the extras that they name.

    Returns
    -------
    tuple of str
        Of one that has several bounds, the highest of them: the others are met by it.

    Raises
    ------
    ValueError
        For a requirement without a lower bound, and for an extra that there is not.

    Examples
    --------
    >>> lowest({"name": "x", "dependencies": ["numpy>=2.1", "pandera>=0.31,<0.36; python_version > '3'"]})
    ('numpy==2.1', "pandera==0.31; python_version > '3'")
    """
    found: dict[str, tuple[str, str]] = {}
    for name, bound, marker in _bounds(project, [*project.get("dependencies", ())], extras):
        if name not in found or _order(found[name][0]) < _order(bound):
            found[name] = (bound, marker)
    return tuple(f"{name}=={bound}{marker}" for name, (bound, marker) in sorted(found.items()))


def _bounds(
    project: Mapping[str, Any], requirements: Iterable[str], extras: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield name, lower bound and marker of each requirement, those of extras after the others."""
    for text in requirements:
        found = _REQUIREMENT.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no requirement")
        if found["name"] == project["name"]:
            yield from _bounds(project, (), [one.strip() for one in (found["extras"] or "").split(",")])
            continue
        lower = _LOWER.search(found["bounds"])
        if lower is None:
            raise ValueError(f"{text!r} has no lower bound: write {found['name']}>=VERSION")
        yield found["name"].lower(), lower[1], found["marker"] or ""
    for extra in extras:
        known = project.get("optional-dependencies", {})
        if extra not in known:
            raise ValueError(f"No extra {extra!r}. Known: {', '.join(sorted(known))}")
        yield from _bounds(project, known[extra], ())


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def main(extras: Sequence[str]) -> None:
    """Print the pins of this package."""
    print(*lowest(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"], extras), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
