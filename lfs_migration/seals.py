"""JSON with a seal: what a program wrote for its next run, told from what was cut off, altered or made by others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import Any

_SEAL = "seal"


@cache
def made_by(*packages: str) -> dict[str, str]:
    """Return the versions of packages of which another may write something else; empty where one is not installed.

    Examples
    --------
    >>> made_by("numpy").keys(), made_by("atlantis")
    (dict_keys(['numpy']), {'atlantis': ''})
    """
    return {package: _version(package) for package in packages}


def sealed(held: Mapping[str, Any]) -> bytes:
    """Return the bytes of a file that holds an object of JSON.

    Examples
    --------
    >>> opened(sealed({"rows": 3}))
    {'rows': 3}
    >>> opened(sealed({"rows": 3}).replace(b"3", b"4", 1)) is None
    True
    """
    return json.dumps({**held, _SEAL: _seal(held)}, indent=1, allow_nan=False).encode("ascii")


def opened(data: bytes) -> dict[str, Any] | None:
    """Return the object from the bytes of its file, nothing where it is not as it was written.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    held = json.loads(data)
    if not isinstance(held, dict):
        return None
    seal = held.pop(_SEAL, None)
    return held if seal == _seal(held) else None


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _seal(held: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode("ascii")).hexdigest()
