"""CSPro data dictionaries (.dcf): the records of a questionnaire, their items, labels and value sets; no data.

To version 7.7 a dictionary is text in sections, ``[Record]``, ``[Item]``, ``[ValueSet]``, each with lines
``Key=value``; from 8.0 it is JSON. Both say the same. A label in several languages has them between bars.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lfs_migration.errors import ReadError
from lfs_migration.readers import files
from lfs_migration.readers.dictionaries.cspro_json import from_json
from lfs_migration.readers.dictionaries.items import AGAIN, Dictionary, Item, Pair, Record, label_of, read_values

_OTHER = "Give the .dcf file, not the application or the data"
_CALLED = {"Record": "A record", "Item": "An item"}
_SECTIONS = {"Dictionary", "Languages", "Level", "IdItems", "Record", "Item", "ValueSet", "Relation", "NoEdit"}


@dataclass
class _Section:
    """A section of the older form: its lines, and where it begins."""

    kind: str
    line: int
    entries: list[tuple[str, str, int]] = field(default_factory=list)

    def get(self, key: str, default: str = "") -> str:
        return next((value for name, value, _ in self.entries if name.lower() == key.lower()), default)

    def line_of(self, key: str) -> int:
        return next((line for name, _, line in self.entries if name.lower() == key.lower()), self.line)


def read_dictionary(path: Path) -> Dictionary:
    """Read a dictionary of either form.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ReadError
        With the line: when the file is absent, empty, cut off, or no dictionary.
    """
    mark = files.stamp(path)
    if files.kind(mark.head) not in ("text", "unknown"):
        raise ReadError("Is not a CSPro dictionary", where=str(path), detail=f"It looks like {files.kind(mark.head)}",
                        hint="Give the file whose name ends in .dcf")  # fmt: skip
    return parsed(path, _decoded(path.read_bytes()))


def parsed(path: Path, text: str) -> Dictionary:
    """Return the dictionary that a text of either form is.

    Raises
    ------
    ReadError
        As :func:`read_dictionary`.
    """
    dictionary = from_json(path, text) if text.lstrip().startswith("{") else _from_sections(path, text)
    if not any(record.items for record in dictionary.records):
        raise ReadError("Has no items", where=str(path), hint=AGAIN)
    names = [item.name for item in (*dictionary.ids, *(i for r in dictionary.records for i in r.items))]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        line = max(
            i.line for i in (*dictionary.ids, *(i for r in dictionary.records for i in r.items)) if i.name == twice
        )
        raise ReadError(f"Item {twice} stands twice", where=f"{path}:{line}", hint="Names are unique in a dictionary")
    return dictionary


def _decoded(data: bytes) -> str:
    """Return the text: UTF-16 or UTF-8 with or without its mark, else Windows-1252, as CSPro before 5.0 wrote it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _from_sections(path: Path, text: str) -> Dictionary:
    sections = list(_sections(path, text))
    if not sections or sections[0].kind != "Dictionary":
        line = sections[0].line if sections else 1
        detail = "It does not begin with [Dictionary]"
        raise ReadError("Is not a CSPro dictionary", where=f"{path}:{line}", detail=detail, hint=_OTHER)
    ids: list[Item] = []
    records: list[tuple[Record, list[Item]]] = []
    target: list[Item] | None = None
    level = 0
    for at, section in enumerate(sections):
        level += section.kind == "Level"
        if section.kind == "IdItems":
            target = ids
        elif section.kind == "Record":
            records.append((_record(path, section, max(level, 1)), []))
            target = records[-1][1]
        elif section.kind == "Item":
            if target is None:
                raise ReadError("An item before any record", where=f"{path}:{section.line}", hint=AGAIN)
            target.append(_item(path, section, _value_set(sections, at), target, max(level, 1)))
    head = sections[0]
    made = tuple(replace(record, items=tuple(items)) for record, items in records)
    length = _number(path, head, "RecordTypeLen", int(any(record.code for record in made)))
    return Dictionary(path, head.get("Name"), head.get("Label"), tuple(ids), made,
                      _number(path, head, "RecordTypeStart", 1), length)  # fmt: skip


def _record(path: Path, section: _Section, level: int) -> Record:
    _named(path, section)
    return Record(
        section.get("Name"),
        section.get("Label"),
        _number(path, section, "MaxRecords", 1),
        (),
        section.line,
        code=section.get("RecordTypeValue").strip("'\""),
        required=section.get("Required", "Yes").lower() != "no",
        level=level,
    )


def _sections(path: Path, text: str) -> Iterator[_Section]:
    section: _Section | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().removesuffix("\x1a")
        where = f"{path}:{number}"
        if not line:
            continue
        if line.startswith("["):
            kind = line[1:].removesuffix("]")
            if not line.endswith("]") or kind not in _SECTIONS:
                raise ReadError(f"No section is called {line!r}", where=where, hint=AGAIN)
            if section is not None:
                yield section
            section = _Section(kind, number)
        elif section is None:
            detail = f"It begins with {line[:40]!r}"
            raise ReadError("Is not a CSPro dictionary", where=where, detail=detail, hint=_OTHER)
        elif "=" not in line:
            raise ReadError(f"{line[:40]!r} is not a line of the form Key=value", where=where, hint=AGAIN)
        else:
            key, _, value = line.partition("=")
            section.entries.append((key.strip(), value.strip(), number))
    if section is not None:
        yield section


def _value_set(sections: Sequence[_Section], at: int) -> _Section | None:
    """Return the first value set of the item at a position."""
    following = sections[at + 1] if at + 1 < len(sections) else None
    return following if following is not None and following.kind == "ValueSet" else None


def _item(path: Path, section: _Section, values: _Section | None, before: Sequence[Item], level: int) -> Item:
    """Return an item; one that is a part begins inside the last whole item before it."""
    _named(path, section)
    whole = next((item for item in reversed(before) if item.within[0] == 0), None)
    part = section.get("ItemType").lower() == "subitem" and whole is not None
    alpha = section.get("DataType").lower() == "alpha"
    pairs = list(_pairs(path, values)) if values is not None else []
    labels, span, missing = read_values(pairs, numeric=not alpha)
    return Item(
        name=section.get("Name"),
        label=label_of(section.get("Label")),
        start=_number(path, section, "Start", 0),
        length=_number(path, section, "Len", None),
        numeric=not alpha,
        decimals=_number(path, section, "Decimal", 0),
        occurrences=_number(path, section, "Occurrences", 1),
        zero_fill=section.get("ZeroFill").lower() == "yes",
        labels=labels,
        range=span,
        missing=missing,
        line=section.line,
        point=section.get("DecimalChar").lower() == "yes",
        level=level,
        within=(whole.length, whole.occurrences) if part and whole is not None else (0, 1),
    )


def _named(path: Path, section: _Section) -> None:
    if not section.get("Name"):
        raise ReadError(f"{_CALLED[section.kind]} has no Name", where=f"{path}:{section.line}", hint=AGAIN)


def _number(path: Path, section: _Section, key: str, default: int | None) -> int:
    text = section.get(key)
    if not text and default is not None:
        return default
    try:
        return int(text)
    except ValueError:
        what = f"{key} is {text!r}, not a number" if text else f"{section.get('Name')} has no {key}"
        raise ReadError(what, where=f"{path}:{section.line_of(key)}", hint=AGAIN) from None


def _pairs(path: Path, section: _Section) -> Iterator[Pair]:
    found: list[list[str]] = []
    for key, value, line in section.entries:
        if key == "Value":
            code, _, rest = value.partition(";")
            found += [[one, rest.partition(";")[0].strip(), ""] for one in _codes(code)]
            if "'" in code and code.count("'") % 2:
                raise ReadError("A quote is left open", where=f"{path}:{line}", hint=AGAIN)
        elif key == "Special" and found:
            found[-1][2] = value
    for code, label, special in found:
        yield code, label, special


def _codes(text: str) -> list[str]:
    """Return the codes or ranges that share a label; text stands between quotes, numbers stand apart by blanks."""
    if "'" in text:
        return text.split("'")[1::2]
    return text.split() or [""]
