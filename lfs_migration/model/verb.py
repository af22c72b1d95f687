"""The verbs that nouns have as methods: ``table.plot()`` is another way to write ``lfm.plot(table)``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def verb(name: str) -> Callable[..., Any]:
    """Return a public verb of the package.

    Nouns stand below their verbs, and import none: not at the top, and not late. The package itself, which is there as
    soon as any part of it is, knows where each of its public names lives, and loads it when it is asked for.

    Examples
    --------
    >>> verb("tabulate").__module__
    'lfs_migration.tabulate.tabulate'
    """
    verb: Callable[..., Any] = getattr(sys.modules[__name__.partition(".")[0]], name)
    return verb
