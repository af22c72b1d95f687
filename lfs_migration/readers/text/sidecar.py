"""The sidecar of a delimited file: what its columns are, are called and mean, as a Data Package of one resource.

Delimited text has no labels. So beside ``person.csv`` stands ``person.csv.datapackage.json``, after the *Data
Package* and *Table Schema* standards, version 2.0 (2024, https://datapackage.org), which other programs read too:

- ``title`` of a field is the label of the column; ``type`` is ``string``, ``integer``, ``number``, ``date``,
  ``datetime`` or ``time``.
- ``missingValues`` are the codes that the column declares missing, with their labels, and the empty field.
- ``categories`` are the labels of values where they cover all values of the column. The standard lets a field have
  no other values then; so where they cover some only (99 of an age), or two are the same, they stand under
  ``valueLabels``.
- ``valueLabels``, ``missingRanges``, ``measure``, and ``documents`` and ``multipleResponse`` of the resource are not in
  the standard, which allows more properties.

The text that :func:`lfs_migration.readers.read_file` gives stays text with a sidecar too, and the codes of its source
are text then. :func:`~lfs_migration.readers.typed` makes numbers and dates of it, as the sidecar says.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import ReadError
from lfs_migration.model.dataset import Source
from lfs_migration.readers.described import set_from_json, set_to_json, text_of

ENDING = ".datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LARGEST = 1 << 26
"""Bytes of a sidecar that is read."""
_EXACT = 2**53
TYPES: Mapping[str, pa.DataType] = {
    "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(), "datetime": pa.timestamp("ms"),
    "time": pa.time32("ms"), "string": pa.string(),
}  # fmt: skip
AGAIN = "Write both files again, or take the sidecar away to read the text without its labels"


def beside(path: Path) -> Path:
    """Return where the sidecar of a file stands.

    Examples
    --------
    >>> beside(Path("data/person.csv")).name
    'person.csv.datapackage.json'
    """
    return path.with_name(path.name + ENDING)


def as_text(table: pa.Table) -> pa.Table:
    """Return a table of plain columns as it stands in a delimited file.

    Examples
    --------
    >>> as_text(pa.table({"a": [1.0, 2.5, None]})).to_pydict()
    {'a': ['1', '2.5', None]}
    """
    return pa.table({name: _texts(table.column(name)) for name in table.column_names})


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_integer(kind) or pa.types.is_date(kind):
        return column.cast(pa.string())
    show: Callable[[Any], str] = code_text if pa.types.is_floating(kind) else _moment_text
    # Each value is shown once, and most columns of a survey have few.
    encoded = column.combine_chunks().dictionary_encode()
    shown = pa.array([show(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([shown.take(encoded.indices)])


def _moment_text(moment: dt.datetime | dt.time) -> str:
    return moment.isoformat(timespec="milliseconds") if moment.microsecond else moment.isoformat()


def code_text(code: float | str) -> str:
    """Return a code as the text holds it: whole numbers without a point.

    Examples
    --------
    >>> code_text(99.0), code_text(2.5), code_text("NA"), code_text(1e300)
    ('99', '2.5', 'NA', '1e+300')
    """
    if isinstance(code, str):
        return code
    whole = isinstance(code, int) or (abs(code) <= _EXACT and float(code).is_integer())
    return str(int(code)) if whole else repr(float(code))


def descriptor(table: pa.Table, source: Source, path: Path, delimiter: str) -> str:
    """Return the sidecar of a file as JSON text.

    Parameters
    ----------
    table : pyarrow.Table
        Of plain columns.
    source : Source
    path : Path
        Of the delimited file.
    delimiter : str
    """
    resource: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-") or "data",
        "type": "table",
        "path": path.name,
        "title": source.title,
        "format": path.suffix.lower().removeprefix("."),
        "encoding": "utf-8",
        "dialect": {"delimiter": delimiter},
        "documents": list(source.documents),
        "multipleResponse": [set_to_json(one) for one in source.multiple],
        "schema": {"fields": [_field(table.column(name), name, source) for name in table.column_names]},
    }
    kept = {key: value for key, value in resource.items() if value}
    return json.dumps({"$schema": PROFILE, "resources": [kept]}, ensure_ascii=False, indent=1) + "\n"


def _field(column: pa.ChunkedArray, name: str, source: Source) -> dict[str, Any]:
    kind = next((kind for kind, own in TYPES.items() if own == column.type), "integer")
    labels = {code_text(code): label for code, label in source.value_labels.get(name, {}).items()}
    declared = source.user_missing.get(name, ())
    singles = [code_text(code) for code in declared if not isinstance(code, tuple)]
    absent, others = _absent(singles, labels)
    field: dict[str, Any] = {"name": name, "title": source.labels.get(name, ""), "type": kind}
    if others and kind in ("string", "integer") and _covers(column, others, singles):
        values = {code: int(code) if kind == "integer" else code for code in others}
        field["categories"] = [{"value": values[code], "label": label} for code, label in others.items()]
        field |= {"categoriesOrdered": True} if source.measures.get(name) == "ordinal" else {}
    elif others:
        field["valueLabels"] = [{"value": code, "label": label} for code, label in others.items()]
    field["missingValues"] = absent if len(absent) > 1 or "label" in absent[0] else []
    field["missingRanges"] = [
        {"minimum": None if low == float("-inf") else low, "maximum": None if high == float("inf") else high}
        for low, high in (code for code in declared if isinstance(code, tuple))
    ]
    field["measure"] = source.measures.get(name, "")
    return {key: value for key, value in field.items() if value}


def _absent(codes: Iterable[str], labels: Mapping[str, str]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Return the missing values of a field, the empty one first, and the labels that are not among them."""
    absent: list[dict[str, str]] = []
    others = dict(labels)
    used: set[str] = set()
    for code in dict.fromkeys(("", *codes)):
        label = others.get(code)
        # Labels are different within a field.
        if label and label not in used:
            used.add(label)
            absent.append({"value": code, "label": others.pop(code)})
        else:
            absent.append({"value": code})
    return absent, others


def _covers(column: pa.ChunkedArray, labels: Mapping[str, str], absent: Iterable[str]) -> bool:
    """Return whether labels are as ``categories`` ask: different, whole, and one for each value that is not missing."""
    if len(set(labels.values())) < len(labels) or not all(labels.values()):
        return False
    if not pa.types.is_string(column.type) and not all(re.fullmatch(r"-?\d+", code) for code in labels):
        return False
    held = pc.unique(_texts(column)).to_pylist()
    return {*held} - {None, *absent} <= set(labels)


def described(path: Path, table: pa.Table, source: Source) -> Source:
    """Return the source of a delimited file with what its sidecar says, where one stands beside it.

    Parameters
    ----------
    path : Path
    table : pyarrow.Table
        As it was read.
    source : Source

    Raises
    ------
    ReadError
        Naming the sidecar, when it is damaged or describes other columns.
    """
    resource = resource_of(path)
    if resource is None:
        return source
    own = beside(path)
    try:
        fields = {text_of(field["name"]): field for field in resource["schema"]["fields"]}
        if list(fields) != table.column_names:
            raise _other_columns(own, list(fields), table.column_names)
        return replace(
            source,
            title=text_of(resource.get("title", "")),
            documents=tuple(text_of(line) for line in resource.get("documents", ())),
            multiple=tuple(set_from_json(one) for one in resource.get("multipleResponse", ())),
            labels={name: text_of(field["title"]) for name, field in fields.items() if "title" in field},
            measures={name: text_of(field["measure"]) for name, field in fields.items() if "measure" in field},
            value_labels={name: labels for name, field in fields.items() if (labels := _labels(field))},
            user_missing={name: codes for name, field in fields.items() if (codes := _missing(field))},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(own, f"{type(error).__name__} {error}") from None


def resource_of(path: Path) -> dict[str, Any] | None:
    """Return the resource that the sidecar of a file describes, None without a sidecar.

    Raises
    ------
    ReadError
        Naming the sidecar, when it is damaged.
    """
    own = beside(path)
    if not own.is_file():
        return None
    try:
        if own.stat().st_size > _LARGEST:
            raise _damaged(own, f"It has more than {_LARGEST:,} bytes")
        resources = json.loads(own.read_bytes())["resources"]
        named = [one for one in resources if one.get("path") == path.name] or resources
        found: dict[str, Any] = named[0]
        return found
    except OSError as error:
        raise ReadError("Cannot be opened", where=str(own), detail=str(error.strerror or error)) from None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(own, f"{type(error).__name__} {error}") from None


def _damaged(own: Path, detail: str) -> ReadError:
    return ReadError("Is no sidecar of a delimited file", where=str(own), detail=detail, hint=AGAIN)


def _other_columns(own: Path, named: list[str], held: list[str]) -> ReadError:
    pairs = zip([*named, *[""] * len(held)], [*held, *[""] * len(named)], strict=False)
    place, (said, found) = next((at, pair) for at, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    detail = f"Column {place} is {said!r} in the sidecar and {found!r} in the file"
    return ReadError("Describes other columns than the file has", where=str(own), detail=detail, hint=AGAIN)


def _labels(field: Mapping[str, Any]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for key in ("categories", "valueLabels", "missingValues"):
        for one in field.get(key, ()):
            if isinstance(one, dict) and "label" in one:
                labels[_code(one["value"])] = text_of(one["label"])
    return labels


def _missing(field: Mapping[str, Any]) -> tuple[Any, ...]:
    singles = [_code(one["value"] if isinstance(one, dict) else one) for one in field.get("missingValues", ())]
    ranges = [(one["minimum"], one["maximum"]) for one in field.get("missingRanges", ())]
    limits = [
        (float("-inf") if low is None else float(low), float("inf") if high is None else float(high))
        for low, high in ranges
    ]
    return (*limits, *(code for code in singles if code))


def _code(value: Any) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return code_text(value)
    raise ValueError(f"{value!r} is no code")
