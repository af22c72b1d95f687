"""CSPro dictionaries of version 8.0 and later, which are JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lfs_migration.errors import ReadError
from lfs_migration.readers.dictionaries.items import AGAIN, Dictionary, Item, Pair, Record, read_values

_KEPT_ELSEWHERE = ("audio", "document", "geometry", "image")
"""Contents that are no part of a line."""


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
    code = data.get("recordType")
    code = code if isinstance(code, dict) else {}
    start, length = (reader.whole(code.get(key, default), "recordType", key)
                     for key, default in (("start", 1), ("length", 0)))  # fmt: skip
    ids: list[Item] = []
    records: list[Record] = []
    for number, level in enumerate(levels, 1):
        ids += reader.placed(reader.several(level, "ids", reader.name(level)), 0, number)
        after = max((length and start + length - 1, *(item.end for item in ids)), default=0) + 1
        records += reader.records(level, after if data.get("relativePositions", True) else 0, number)
    return Dictionary(path, str(data.get("name", "")), reader.label(data), tuple(ids), tuple(records), start, length)


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

    def records(self, level: Mapping[str, Any], start: int, number: int) -> Iterator[Record]:
        """Give the records of a level, whose own items follow one another from a place where they are relative."""
        for entry in self.several(level, "records", self.name(level)):
            name = self.name(entry)
            most = entry.get("occurrences", 1)
            required = isinstance(most, dict) and most.get("required") is True
            most = most.get("maximum", 1) if isinstance(most, dict) else most
            items = self.placed(self.several(entry, "items", name), start, number)
            yield Record(name, self.label(entry), self.whole(most, name, "occurrences"), tuple(items), self.line(name),
                         str(entry.get("recordType", "")), required, number)  # fmt: skip

    def placed(self, entries: Iterable[Mapping[str, Any]], start: int, level: int) -> list[Item]:
        """Return items with their places; the part of an item is told by how far behind its beginning it is."""
        items: list[Item] = []
        whole: Item | None = None
        for entry in entries:
            if entry.get("contentType") in _KEPT_ELSEWHERE:
                continue
            item = replace(self.item(entry), level=level)
            if entry.get("subitem") is True and whole is not None:
                offset = self.whole(entry.get("subitemOffset", 0), item.name, "subitemOffset")
                place = item.start or (whole.start + offset if whole.start else 0)
                items.append(replace(item, start=place, within=(whole.length, whole.occurrences)))
                continue
            whole = replace(item, start=item.start or start)
            start = whole.end + 1 if whole.start else 0
            items.append(whole)
        return items

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
            point=entry.get("decimalMark") is True,
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
