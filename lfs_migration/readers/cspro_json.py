"""CSPro dictionaries of version 8.0 and later, which are JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lfs_migration.errors import ReadError
from lfs_migration.readers.dictionaries import AGAIN, Dictionary, Item, Pair, Record, read_values


def from_json(path: Path, text: str) -> Dictionary:
    """Return the dictionary that a text in JSON is.

    Raises
    ------
    ReadError
        With the line.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError("Is not whole JSON", where=f"{path}:{error.lineno}", detail=error.msg, hint=AGAIN) from None
    except RecursionError:
        raise ReadError("Is not whole JSON", where=str(path), detail="Lists in lists without end") from None
    kind = data.get("fileType") if isinstance(data, dict) else None
    if kind != "dictionary":
        raise ReadError("Is not a CSPro dictionary", where=f"{path}:1", detail=f"Its fileType is {kind!r}",
                        hint="Give the file whose fileType is dictionary")  # fmt: skip
    reader = _Json(path, text)
    levels = reader.several(data, "levels", str(path))
    ids = [item for level in levels for item in reader.ids(level)]
    records = [record for level in levels for record in reader.records(level)]
    return Dictionary(path, str(data.get("name", "")), reader.label(data), tuple(ids), tuple(records))


@dataclass(frozen=True)
class _Json:
    """Reads the parts of a dictionary in JSON; an error names the line on which the nearest name stands."""

    path: Path
    text: str

    def line(self, name: str) -> int:
        at = self.text.find(f'"{name}"')
        return self.text.count("\n", 0, at) + 1 if at >= 0 else 1

    def several(self, entry: Mapping[str, Any], key: str, owner: str) -> list[dict[str, Any]]:
        found = entry.get(key, [])
        found = found.get("items", []) if isinstance(found, dict) else found
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            where = f"{self.path}:{self.line(key)}"
            raise ReadError(f"{key} of {owner} is not a list of entries", where=where, hint=AGAIN)
        return found

    def ids(self, level: Mapping[str, Any]) -> list[Item]:
        return [self.item(entry) for entry in self.several(level, "ids", self.name(level))]

    def records(self, level: Mapping[str, Any]) -> Iterator[Record]:
        for entry in self.several(level, "records", self.name(level)):
            name = self.name(entry)
            most = entry.get("occurrences", 1)
            most = most.get("maximum", 1) if isinstance(most, dict) else most
            items = [self.item(one) for one in self.several(entry, "items", name)]
            yield Record(name, self.label(entry), self.whole(most, name, "occurrences"), tuple(items), self.line(name))

    def name(self, entry: Mapping[str, Any]) -> str:
        name = entry.get("name")
        if not isinstance(name, str) or not name:
            raise ReadError("An entry has no name", where=f"{self.path}:1", detail=str(entry)[:60], hint=AGAIN)
        return name

    def label(self, entry: Mapping[str, Any]) -> str:
        labels = entry.get("labels", [])
        texts = (
            [str(one.get("text", "")) for one in labels if isinstance(one, dict)] if isinstance(labels, list) else []
        )
        return " / ".join(filter(None, texts or [str(entry.get("label", ""))]))

    def whole(self, value: Any, name: str, key: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        where = f"{self.path}:{self.line(name)}"
        raise ReadError(f"{key} of {name} is {value!r}, not a number", where=where, hint=AGAIN)

    def item(self, entry: Mapping[str, Any]) -> Item:
        name = self.name(entry)
        numeric = entry.get("contentType", entry.get("type", "numeric")) == "numeric"
        sets = self.several(entry, "valueSets", name)
        pairs = list(self.pairs(sets[0], name)) if sets else []
        labels, span, missing = read_values(pairs, numeric=numeric)
        return Item(
            name=name,
            label=self.label(entry),
            start=self.whole(entry.get("start", 0), name, "start"),
            length=self.whole(entry.get("length"), name, "length"),
            numeric=numeric,
            decimals=self.whole(entry.get("decimals", 0), name, "decimals"),
            occurrences=self.occurrences(entry, name),
            zero_fill=bool(entry.get("zeroFill", False)),
            labels=labels,
            range=span,
            missing=missing,
            line=self.line(name),
        )

    def occurrences(self, entry: Mapping[str, Any], name: str) -> int:
        most = entry.get("occurrences", 1)
        return self.whole(most.get("maximum", 1) if isinstance(most, dict) else most, name, "occurrences")

    def pairs(self, values: Mapping[str, Any], name: str) -> Iterator[Pair]:
        for value in self.several(values, "values", name):
            for pair in self.several(value, "pairs", name):
                span = pair.get("range")
                code = ":".join(map(str, span)) if isinstance(span, list) else str(pair.get("value", ""))
                yield code, self.label(value).replace(" / ", "|"), str(value.get("special", ""))
