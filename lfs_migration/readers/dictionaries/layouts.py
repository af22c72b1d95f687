"""Dictionaries of fixed columns: which file says where columns stand, and what columns become by it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import ReadError, near
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Doubt
from lfs_migration.model.noun import Value
from lfs_migration.readers import files
from lfs_migration.readers.dictionaries.cspro import read_dictionary
from lfs_migration.readers.dictionaries.items import Dictionary, Item, Record
from lfs_migration.readers.dictionaries.spss import from_spss
from lfs_migration.readers.dictionaries.stata import from_stata
from lfs_migration.readers.text import encodings
from lfs_migration.readers.text.lines import Lines

FIELDS = ("name", "start", "length", "label", "decimals")
ENDINGS = (".dcf", ".dct", ".sps", ".csv")
"""Of dictionaries: CSPro's, Stata's, SPSS syntax, and a plain table."""


def located(spec: File, folder: Path, beside: str) -> File:
    """Return a file of an edition with the place where its dictionary is.

    Parameters
    ----------
    spec : File
    folder : Path
        Of the data; it comes first.
    beside : str
        The country's YAML, or nothing.

    Raises
    ------
    ReadError
        When the dictionary is in neither folder, or its path leads out of them.
    """
    if not spec.dictionary:
        return spec
    folders = [folder, *([Path(beside).parent] if beside else [])]
    places = (files.inside(one, spec.dictionary, beside or str(folder)) for one in folders)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise files.absent(folder / spec.dictionary)
    return spec.model_copy(update={"dictionary": str(found.resolve())})


def resolved(path: Path, spec: File) -> File:
    """Return how a file is read, with the whole path of its dictionary, which stands beside it."""
    if not spec.dictionary:
        return spec
    return spec.model_copy(update={"dictionary": str((path.parent / spec.dictionary).resolve())})


def spec_of(path: Path, encoding: str | None, dictionary: Path | None, record: str) -> File:
    """Return how a file of fixed columns is read, by its dictionary or by one of the same name beside it.

    Raises
    ------
    ReadError
        When there is none.
    """
    if not path.exists():
        raise files.absent(path)
    beside = (path.with_suffix(ending) for ending in ENDINGS[:-1])
    found = dictionary or next((one for one in beside if one.is_file()), None)
    if found is None:
        names = ", ".join(path.with_suffix(ending).name for ending in ENDINGS[:-1])
        hint = f"Put {names} beside it, or give its dictionary with --dictionary"
        raise ReadError("Its columns are not known", where=str(path), hint=hint)
    known = {"path": path.name, "encoding": encoding, "dictionary": str(found.resolve())}
    if found.suffix.lower() != ".dcf":
        return File.model_validate({**known, "format": "fixed"})
    return File.model_validate({**known, "format": "cspro", "record": record})


def dictionary_of(path: Path, spec: File) -> Dictionary:
    """Return the dictionary of a file: beside it, or where an absolute path says.

    Raises
    ------
    ReadError
        When it is absent, of an unknown kind, damaged, or without columns.
    """
    place = path.parent / spec.dictionary
    ending = place.suffix.lower()
    if not place.is_file():
        raise files.absent(place)
    if ending not in ENDINGS:
        hint = f"Known: {', '.join(ENDINGS)}: of CSPro, of Stata, of SPSS, and name,start,length,label,decimals"
        raise ReadError(f"No dictionary ends in {ending!r}", where=str(place), hint=hint)
    if ending == ".dcf":
        return read_dictionary(place)
    text = text_of(place)
    readers = {".dct": from_stata, ".sps": from_spss, ".csv": from_table}
    dictionary = readers[ending](place, text)
    _require_columns(dictionary)
    return dictionary


def chosen(dictionary: Dictionary, name: str) -> Record:
    """Return the record of a name; without one, the only record.

    Raises
    ------
    ReadError
        When there is none of that name, or several and no name.
    """
    names = [record.name for record in dictionary.records]
    where = str(dictionary.path)
    if not name and len(names) != 1:
        hint = f"Declare record: one of {', '.join(names)}; or give --part to inspect"
        raise ReadError("Has several records", where=where, hint=hint)
    record = next((one for one in dictionary.records if name in ("", one.name)), None)
    if record is None:
        raise ReadError(f"Has no record {name!r}", where=where, hint=near(name, names))
    return record


def text_of(path: Path) -> str:
    """Return the text of a dictionary: UTF-8 or UTF-16 by its mark, else UTF-8, else Windows-1252.

    Raises
    ------
    ReadError
    """
    mark = files.stamp(path)
    if files.kind(mark.head) not in ("text", "unknown"):
        files.require_kind(path, mark.head, "text")
    data = path.read_bytes()
    return encodings.decode(data, encodings.told(data) or "cp1252", "replace").removeprefix("\ufeff")


def _require_columns(dictionary: Dictionary) -> None:
    where = str(dictionary.path)
    items = dictionary.records[0].items
    if not items:
        raise ReadError("Has no columns", where=where, hint="Give each column its name and its places")
    seen: dict[str, Item] = {}
    for item in items:
        here = f"{where}:{item.line}"
        if item.start < 1 or item.length < 1:
            found = f"from {item.start}, {item.length} characters"
            raise ReadError(f"Column {item.name} has no place", where=here, detail=f"It stands {found}")
        if item.decimals < 0 or item.decimals > 30:
            raise ReadError(f"Column {item.name} cannot have {item.decimals} decimals", where=here)
        if item.name in seen:
            detail = f"It stands in line {seen[item.name].line} too"
            raise ReadError(f"Column {item.name} stands twice", where=here, detail=detail, hint="Rename one of them")
        seen[item.name] = item


def from_table(path: Path, text: str) -> Dictionary:
    r"""Return the dictionary that a plain table is.

    Parameters
    ----------
    path : Path
        For errors.
    text : str
        Delimited by commas, with the header ``name,start,length`` and, where they are wanted, ``label,decimals``.

    Raises
    ------
    ReadError
        With the line.

    Examples
    --------
    >>> from_table(Path("x.csv"), "name,start,length\nsex,1,2\n").records[0].items[0].length
    2
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    items: list[Item] = []
    try:
        _require_header(path, list(reader.fieldnames or ()))
        for row in reader:
            items.append(_row(f"{path}:{reader.line_num}", reader.line_num, row))
    except csv.Error as error:
        raise ReadError("Is no table", where=f"{path}:{reader.line_num}", detail=str(error)) from None
    return Dictionary(path, path.stem, "", (), (Record(path.stem, "", 1, tuple(items)),))


def _require_header(path: Path, names: Sequence[str]) -> None:
    where = f"{path}:1"
    lost = [name for name in FIELDS[:3] if name not in names]
    strange = [name for name in names if name not in FIELDS]
    if strange:
        raise ReadError(f"No dictionary has a field {strange[0]!r}", where=where, hint=near(strange[0], FIELDS))
    if lost:
        raise ReadError(f"Has no field {lost[0]!r}", where=where, hint=f"Its header is {','.join(FIELDS)}")


def _row(where: str, line: int, row: Mapping[Any, Any]) -> Item:
    if None in row or None in row.values():
        raise ReadError("A row is not as long as the header", where=where, hint="Put quotes around a label with commas")
    name = row["name"].strip()
    if not name:
        raise ReadError("A column has no name", where=where)
    numbers = [_whole(where, name, key, row.get(key) or "") for key in ("start", "length", "decimals")]
    start, length, decimals = numbers
    return Item(name, (row.get("label") or "").strip(), start, length, decimals=decimals, numeric=False, line=line)


def _whole(where: str, name: str, key: str, text: str) -> int:
    if not text.strip() and key == "decimals":
        return 0
    try:
        return int(text)
    except ValueError:
        raise ReadError(f"{key} of {name} is {text!r}, not a number", where=where) from None


@dataclass(frozen=True)
class Columns:
    """Columns as text, and what their dictionary knows of them."""

    table: pa.Table
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[Any, str]]
    missing: Mapping[str, tuple[Any, ...]]


def columns_of(lines: Lines, items: Sequence[Item]) -> Columns:
    """Return the columns of lines.

    Codes and labels of a dictionary are numbers, and a column is text: so a label stands under each text of the column
    that is its number, as under ``1`` and ``01``.
    """
    arrays: dict[str, pa.ChunkedArray] = {}
    lines = lines.squared(max(item.end for item in items))
    for item in items:
        for name, place in item.places.items():
            column = lines.column(place, item.length)
            arrays[name] = with_point(column, item.decimals) if item.decimals and not item.point else column
    return described(arrays, items)


def described(arrays: Mapping[str, pa.ChunkedArray], items: Sequence[Item]) -> Columns:
    """Return columns with what their items say of them."""
    labels: dict[str, str] = {}
    value_labels: dict[str, Mapping[Any, str]] = {}
    missing: dict[str, tuple[Any, ...]] = {}
    for item in items:
        for name in item.places:
            if item.label:
                labels[name] = item.label
            if item.labels or item.missing:
                texts = arrays[name].unique().drop_null().to_pylist()
                value_labels[name], missing[name] = in_texts(item, texts)
    return Columns(
        pa.table(dict(arrays)),
        labels,
        {name: own for name, own in value_labels.items() if own},
        {name: own for name, own in missing.items() if own},
    )


def in_texts(item: Item, texts: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the labels and missing codes of an item, by the texts that stand in its column.

    Examples
    --------
    >>> item = Item("a", "", 1, 2, zero_fill=True, labels={1: "yes", 9: "unknown"}, missing=(9, (97, 98)))
    >>> in_texts(item, ["1", "98"])
    ({'1': 'yes', '09': 'unknown'}, ('98', '09'))
    """
    held = {text: _key(item, text) for text in texts}
    found = set(held.values())
    known = {_key(item, code): label for code, label in item.labels.items()}
    labels = {text: known[key] for text, key in held.items() if key in known}
    labels |= {_written(item, code): label for code, label in item.labels.items() if _key(item, code) not in found}
    single = [one for one in item.missing if not isinstance(one, tuple)]
    ranges = [one for one in item.missing if isinstance(one, tuple)]
    keys = {_key(item, one) for one in single}
    missing = [text for text, key in held.items() if key in keys or _within(key, ranges)]
    return labels, (*missing, *(_written(item, one) for one in single if _key(item, one) not in found))


def _within(key: str | Decimal, ranges: Iterable[tuple[float, float]]) -> bool:
    return isinstance(key, Decimal) and any(low <= key <= high for low, high in ranges)


def _key(item: Item, code: Value) -> str | Decimal:
    """Return a code as codes are compared: a number by its value, text without blanks at its ends."""
    text = str(code).strip()
    number = numeral(text) if item.numeric else None
    return text if number is None else number


def numeral(text: str) -> Decimal | None:
    """Return a text as an exact number, nothing where it is none.

    Examples
    --------
    >>> numeral("01") == numeral("1.0"), numeral("NA"), numeral("NaN")
    (True, None, None)
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _written(item: Item, code: Value) -> str:
    text = str(code).strip()
    return text.zfill(item.length) if item.numeric and item.zero_fill and not item.decimals else text


def with_point(column: pa.ChunkedArray, decimals: int) -> pa.ChunkedArray:
    """Return whole numbers with the decimal point that their places imply; text that is none stays as it is.

    Examples
    --------
    >>> with_point(pa.chunked_array([["12345", "-5", "1.5", "NA", None]]), 2).to_pylist()
    ['123.45', '-0.05', '1.5', 'NA', None]
    """
    whole = pc.match_substring_regex(column, r"^[+-]?[0-9]+$")
    sign = pc.replace_substring_regex(column, r"[0-9]+$", "")
    digits = pc.ascii_lpad(pc.replace_substring_regex(column, r"^[+-]", ""), decimals + 1, "0")
    pointed = pc.replace_substring_regex(digits, rf"([0-9]{{{decimals}}})$", r".\1")
    return pc.if_else(whole, pc.binary_join_element_wise(sign, pointed, ""), column)


def undone(dictionary: Dictionary) -> tuple[Doubt, ...]:
    """Return the doubt about commands of a dictionary that are not obeyed."""
    if not dictionary.undone:
        return ()
    names = ", ".join(dict.fromkeys(dictionary.undone))
    told = f"Its dictionary {dictionary.path.name} also says {names}, which no reader does"
    hint = "See what that changes; it belongs into the country's maps"
    return (Doubt("", "", "", len(dictionary.undone), told, hint),)
