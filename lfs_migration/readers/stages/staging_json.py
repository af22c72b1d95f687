"""What stands beside a staged table, as JSON: the words of a :class:`~lfs_migration.model.dataset.Source`.

A code is a number or text, and ``1``, ``1.0`` and ``"1"`` are three ways to write one: they stand in lists of pairs,
because the keys of a JSON object are all text. JSON has no infinity either; LOWEST and HIGHEST of a range are objects.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lfs_migration.model.dataset import Doubt, MultipleResponse, Source

VERSION = 1
"""Of the layout."""
_PLAIN = ("name", "path", "sha256", "rows", "encoding", "title")


def plain_source(source: Source) -> dict[str, Any]:
    """Return a source as JSON can hold it."""
    return {
        **{name: getattr(source, name) for name in _PLAIN},
        "labels": dict(source.labels),
        "value_labels": {
            column: [[_plain(code), label] for code, label in pairs.items()]
            for column, pairs in source.value_labels.items()
        },
        "user_missing": {
            column: [[_plain(end) for end in one] if isinstance(one, tuple) else _plain(one) for one in several]
            for column, several in source.user_missing.items()
        },
        "documents": list(source.documents),
        "multiple": [[one.name, one.label, list(one.columns), one.counted] for one in source.multiple],
        "measures": dict(source.measures),
        "doubts": [[one.column, one.place, one.found, one.count, one.why, one.hint] for one in source.doubts],
    }


def source_of(held: Mapping[str, Any]) -> Source:
    """Return the source that :func:`plain_source` wrote down.

    Examples
    --------
    >>> source = Source("", "p.sav", "", 3, value_labels={"a": {1: "x"}}, user_missing={"a": (-1, (9, float("inf")))})
    >>> import json
    >>> source_of(json.loads(json.dumps(plain_source(source)))) == source
    True
    """
    return Source(
        **{name: held[name] for name in _PLAIN},
        labels=held["labels"],
        value_labels={
            column: {_code(code): label for code, label in pairs} for column, pairs in held["value_labels"].items()
        },
        user_missing={
            column: tuple(tuple(map(_code, one)) if isinstance(one, list) else _code(one) for one in several)
            for column, several in held["user_missing"].items()
        },
        documents=tuple(held["documents"]),
        multiple=tuple(
            MultipleResponse(name, label, tuple(columns), counted) for name, label, columns, counted in held["multiple"]
        ),
        measures=held["measures"],
        doubts=tuple(Doubt(*one) for one in held["doubts"]),
    )


def _plain(code: Any) -> Any:
    return {"number": repr(code)} if isinstance(code, float) and not math.isfinite(code) else code


def _code(held: Any) -> Any:
    return float(held["number"]) if isinstance(held, dict) else held
