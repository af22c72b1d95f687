"""What a source knows, as JSON: labels, value labels, missing codes, sets, levels of measurement.

In a Parquet file it stands among the metadata of the schema, under the key ``lfs_migration.source``::

    {"version": 1, "title": "...", "documents": ["..."],
     "multiple": [{"name": "...", "label": "...", "columns": ["..."], "counted": "1"}],
     "columns": {"age": {"label": "...", "values": [[99, "not stated"]], "missing": [99, {"low": null, "high": 0}],
                         "measure": "scale"}}}

A code is a JSON number or text, as the column holds it. A range without an end has null there. What is empty is left
out, but for the version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lfs_migration.errors import ReadError
from lfs_migration.model.dataset import MultipleResponse, Source

KEY = b"lfs_migration.source"
"""Where the words of a source stand in the schema of a Parquet file."""
VERSION = 1


def to_json(source: Source) -> str:
    """Return the words of a source, the same text for the same words."""
    names = {**source.labels, **source.value_labels, **source.user_missing, **source.measures}
    columns = {name: about for name in sorted(names) if (about := _column(source, name))}
    words: dict[str, Any] = {"version": VERSION, "title": source.title, "documents": list(source.documents)}
    words["multiple"] = [set_to_json(one) for one in source.multiple]
    words["columns"] = columns
    kept = {key: value for key, value in words.items() if value}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _column(source: Source, name: str) -> dict[str, Any]:
    about: dict[str, Any] = {
        "label": source.labels.get(name, ""),
        "values": [[code_to_json(code), label] for code, label in source.value_labels.get(name, {}).items()],
        "missing": [code_to_json(code) for code in source.user_missing.get(name, ())],
        "measure": source.measures.get(name, ""),
    }
    return {key: value for key, value in about.items() if value}


def code_to_json(code: Any) -> Any:
    """Return a code, or a range with null for an end that it does not have.

    Examples
    --------
    >>> code_to_json((float("-inf"), 0)), code_to_json("NA")
    ({'low': None, 'high': 0}, 'NA')
    """
    if isinstance(code, tuple):
        low, high = code
        return {"low": None if low == float("-inf") else low, "high": None if high == float("inf") else high}
    return code if isinstance(code, str | int) else float(code)


def set_to_json(one: MultipleResponse) -> dict[str, Any]:
    """Return a multiple-response set."""
    words = {"name": one.name, "label": one.label, "columns": list(one.columns)}
    return words if one.counted is None else {**words, "counted": one.counted}


def from_json(text: bytes, source: Source) -> Source:
    """Return a source with the words that a file holds.

    Raises
    ------
    ReadError
        When they are no words of this kind, or of a later version.
    """
    where = source.path
    try:
        words = json.loads(text)
        version = words["version"]
        if version != VERSION:
            detail = f"They are of version {version!r}, and this program reads version {VERSION}"
            hint = "Use the program that wrote it, or a later version of this one"
            raise ReadError("Has labels of another version", where=where, detail=detail, hint=hint)
        return _described(source, words)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        detail = f"{KEY.decode()} of its schema: {type(error).__name__} {error}"
        raise ReadError("Has damaged labels", where=where, detail=detail, hint="Write it again") from None


def _described(source: Source, words: Mapping[str, Any]) -> Source:
    columns: dict[str, Mapping[str, Any]] = {name: dict(about) for name, about in words.get("columns", {}).items()}
    return replace(
        source,
        title=text_of(words.get("title", "")),
        documents=tuple(text_of(line) for line in words.get("documents", ())),
        multiple=tuple(set_from_json(one) for one in words.get("multiple", ())),
        labels={name: text_of(about["label"]) for name, about in columns.items() if "label" in about},
        measures={name: text_of(about["measure"]) for name, about in columns.items() if "measure" in about},
        value_labels={
            name: {code_of(code): text_of(label) for code, label in about["values"]}
            for name, about in columns.items()
            if "values" in about
        },
        user_missing={
            name: tuple(code_from_json(code) for code in about["missing"])
            for name, about in columns.items()
            if "missing" in about
        },
    )


def code_from_json(code: Any) -> Any:
    """Return a code or a range.

    Raises
    ------
    ValueError
        When it is neither.
    """
    if not isinstance(code, dict):
        return code_of(code)
    low, high = code["low"], code["high"]
    return (float("-inf") if low is None else number_of(low), float("inf") if high is None else number_of(high))


def code_of(code: Any) -> str | int | float:
    """Return a code, after a look at its kind.

    Raises
    ------
    ValueError
    """
    return code if isinstance(code, str) else number_of(code)


def number_of(code: Any) -> int | float:
    """Return a number, after a look at its kind.

    Raises
    ------
    ValueError
    """
    if isinstance(code, int | float) and not isinstance(code, bool):
        return code
    raise ValueError(f"{code!r} is no code")


def text_of(text: Any) -> str:
    """Return a text, after a look at its kind.

    Raises
    ------
    ValueError
    """
    if isinstance(text, str):
        return text
    raise ValueError(f"{text!r} is no text")


def set_from_json(one: Mapping[str, Any]) -> MultipleResponse:
    """Return a multiple-response set.

    Raises
    ------
    ValueError, KeyError
    """
    columns: Sequence[Any] = one["columns"]
    counted = one.get("counted")
    return MultipleResponse(
        text_of(one["name"]),
        text_of(one["label"]),
        tuple(text_of(name) for name in columns),
        None if counted is None else text_of(counted),
    )
