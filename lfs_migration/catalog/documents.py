"""Reads YAML strictly: what stands in the file is what is meant, or it is an error with file and line.

YAML 1.2, so that ``NO`` is Norway and ``NA`` Namibia. Refused: duplicate keys, anchors and aliases, custom tags, a
number with a leading zero that lost its quotes (``004``), and files over :data:`MAX_BYTES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from lfs_migration.errors import CatalogError, near
from lfs_migration.model.noun import Noun

MAX_BYTES = 2_000_000

N = TypeVar("N", bound=Noun)
Marks = tuple[tuple[Path, int, int], ...]

_ANCHOR = re.compile(r"(?:^|[\s\[{,:])[&*]\S", re.MULTILINE)
"""Where an anchor or an alias may stand."""
_CORE = "tag:yaml.org,2002:"
_REMEDIES = {
    "string": "Write text; put a number in quotes",
    "int": "Write a whole number, without quotes",
    "float": "Write a number, without quotes",
    "bool": "Write true or false",
    "dict": "Write entries, each as `name: value`",
    "mapping": "Write entries, each as `name: value`",
    "model": "Write entries, each as `name: value`",
    "tuple": "Write a list, as `[a, b]`",
    "list": "Write a list, as `[a, b]`",
    "missing": "Add it",
    "too": "Change their number",
    "greater": "Choose another number",
    "less": "Choose another number",
    "none": "Leave it out",
}
"""What to do about a kind of wrong entry, by the first word of pydantic's name of it."""
_SCALARS = ("int", "float", "str")


@dataclass(frozen=True)
class Document:
    """A YAML file as plain values, and the line of each entry.

    Parameters
    ----------
    path : Path
    data : dict, list or scalar
    lines : mapping of "key/key/..." to line number, from 1
    """

    path: Path
    data: Any
    lines: Mapping[str, int]

    def where(self, *keys: object) -> str:
        """Return ``file:line`` of an entry, or of the nearest entry above it; at last of the file's first entry."""
        for end in range(len(keys), -1, -1):
            line = self.lines.get("/".join(map(str, keys[:end])))
            if line is not None:
                return f"{self.path.name}:{line}"
        return self.path.name


def load(path: Path) -> Document:
    """Read one file; while it does not change, it is read once. Its data are shared: take them, do not change them.

    Raises
    ------
    CatalogError
        With file and line, for anything that strict YAML does not allow.
    """
    try:
        facts = path.stat()
    except OSError:
        raise CatalogError("There is no such file", where=str(path), hint="Add it, or correct the name") from None
    if facts.st_size > MAX_BYTES:
        detail = f"Over {MAX_BYTES:,} bytes"
        raise CatalogError("File too large", where=path.name, detail=detail, hint="Divide it, or shorten it")
    return _read(path, facts.st_mtime_ns, facts.st_size)


def marks(*places: Path) -> Marks:
    """Return what tells some YAML files, or those of folders, from what they were before they were changed."""
    files = [path for place in places for path in (sorted(place.glob("*.yaml")) if place.is_dir() else [place])]
    found = ((path, path.stat()) for path in files if path.is_file())  # who reads one that is gone says so
    return tuple((path, facts.st_mtime_ns, facts.st_size) for path, facts in found)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        hint = "Save the file as UTF-8"
        raise CatalogError("Not UTF-8 text", where=f"{path.name}:{line}", detail=str(error), hint=hint) from None
    return Document(path, *_parsed(path.name, text))


@lru_cache(maxsize=128)
def _parsed(name: str, text: str) -> tuple[Any, Mapping[str, int]]:
    """Return the values and lines of a text: the same file in another folder is parsed once."""
    try:
        node = _composed(text)
    except (YAMLError, RecursionError) as error:
        raise _unreadable(error, text, name) from None
    if node is None:
        hint = "Write its entries, or start from another file of its kind"
        raise CatalogError("The file is empty", where=f"{name}:1", hint=hint)
    lines: dict[str, int] = {}
    return _value(node, (), lines, name), lines


def _composed(text: str) -> Node | None:
    """Return the nodes of a text: by libyaml, in a fifth of the time of the parser in Python.

    What libyaml refuses, and what may have anchors, of which its nodes do not tell, is read by the other one: what is
    wrong is told by it alone.
    """
    if not _ANCHOR.search(text):
        try:
            return cast(Node | None, YAML(typ="safe").compose(text))
        except (YAMLError, RecursionError):
            pass
    return cast(Node | None, YAML(typ="safe", pure=True).compose(text))


def _unreadable(error: YAMLError | RecursionError, text: str, name: str) -> CatalogError:
    """Return what is wrong in a text that is no YAML, with its line where that is known."""
    line, detail, hint = 1, "Lists in lists without end", "Close each bracket and quote, and mind the indentation"
    if isinstance(error, MarkedYAMLError):
        line, detail = error.problem_mark.line + 1 if error.problem_mark else 1, str(error.problem)
    elif isinstance(error, ReaderError):
        position = int(error.position) if isinstance(error.position, int) else 0
        line, detail = text.count("\n", 0, position) + 1, str(error).splitlines()[0]
        hint = "Delete the character"
    return CatalogError("Not valid YAML", where=f"{name}:{line}", detail=detail, hint=hint)


def build(noun: type[N], data: Any, document: Document, *keys: object) -> N:
    """Make a noun from a part of a document.

    Raises
    ------
    CatalogError
        With file and line of the first wrong entry, near matches for an unknown key, and the number of others.
    """
    try:
        return noun.model_validate(data)
    except ValidationError as error:
        raise _explained(error, noun, document, keys) from None


def _explained(error: ValidationError, noun: type[Noun], document: Document, keys: tuple[object, ...]) -> CatalogError:
    problems = error.errors()
    # A misspelt key is unknown and leaves another one missing: the first says more, and has a line.
    first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
    path, reason, hint = [str(part) for part in first["loc"]], first["msg"].removeprefix("Value error, "), ""
    if (
        path
        and path[-1] in _SCALARS
        and len({str(p["loc"][-1]) for p in problems if p["loc"][:-1] == first["loc"][:-1]}) > 1
    ):
        problems = [p for p in problems if p is first or p["loc"][:-1] != first["loc"][:-1]]
        path, reason, hint = path[:-1], "it is neither a number nor text", "Write one number or one text"
    path = path[:-1] if path[-1:] == ["[key]"] else path
    where, name = document.where(*keys, *path), ".".join([*map(str, keys), *path])
    if first["type"] == "extra_forbidden":
        return CatalogError(f"Unknown key {path[-1]!r}", where=where, hint=near(path[-1], noun.model_fields))
    if first["type"] == "missing":
        return CatalogError(f"{name} is missing", where=where, hint="Add it")
    found = f"Found {first['input']!r}" if isinstance(first["input"], int | float | str | None) else ""
    others = f"{len(problems) - 1} more in this entry" if len(problems) > 1 else ""
    detail = "; ".join(filter(None, [found, others]))
    return CatalogError(f"{name}: {reason}".removeprefix(": "), where=where, detail=detail, hint=hint or _remedy(first))


def _remedy(problem: ErrorDetails) -> str:
    """Return what to do about an entry of a wrong type or value."""
    if problem["type"] == "literal_error":
        return near(str(problem["input"]), re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
    kind = problem["type"].partition("_")[0]
    return _REMEDIES.get(kind, "Change this entry, or what it contradicts")


def _value(node: Node, keys: tuple[str, ...], lines: dict[str, int], name: str) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault("/".join(keys), line)
    if node.anchor:
        raise CatalogError("Anchors and aliases are not allowed", where=f"{name}:{line}", hint="Write the value out")
    if isinstance(node, SequenceNode | MappingNode) and str(node.tag) not in (f"{_CORE}seq", f"{_CORE}map"):
        raise CatalogError(f"Tag {node.tag} is not allowed", where=f"{name}:{line}", hint="Take the tag out")
    if isinstance(node, SequenceNode):
        return [_value(child, (*keys, str(i)), lines, name) for i, child in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return _mapping(node, keys, lines, name)
    assert isinstance(node, ScalarNode)
    return _scalar(node, name)


def _mapping(node: MappingNode, keys: tuple[str, ...], lines: dict[str, int], name: str) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode) or key_node.anchor:
            raise CatalogError("A key must be one word, without an anchor", where=f"{name}:{line}",
                               hint="Write `name: value`")  # fmt: skip
        key = _scalar(key_node, name)
        if key in out:
            raise CatalogError(f"Key {key!r} stands twice", where=f"{name}:{line}", hint="Keep one")
        path = (*keys, str(key))
        lines["/".join(path)] = line
        out[key] = _value(child, path, lines, name)
    return out


def _scalar(node: ScalarNode, name: str) -> Any:
    line, text = node.start_mark.line + 1, node.value
    kind = str(node.tag).removeprefix(_CORE)
    match kind:
        case "str":
            return text
        case "int":
            if text.lstrip("+-") != "0" and text.lstrip("+-").startswith("0"):
                raise CatalogError(f"{text} would lose its zeros", where=f"{name}:{line}", hint=f"Write '{text}'")
            return int(text.replace("_", ""))
        case "float" if text.lstrip("+-")[:1].isdigit():
            return float(text)
        case "float":
            raise CatalogError(f"{text} is not a number", where=f"{name}:{line}", hint="Write a plain one, as 0.5")
        case "bool":
            return text.lower() == "true"
        case "null":
            return None
    raise CatalogError(f"Tag {node.tag} is not allowed", where=f"{name}:{line}", hint="Write text, a number or a list")
