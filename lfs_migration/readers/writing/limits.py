"""What SPSS and Stata cannot hold: names, labels, missing codes.

SPSS declares up to three values of a column missing, or one range and one value, of text up to three of at most 8
bytes. Stata declares none: it has missing values of its own, ``.a`` to ``.z``, which a column of numbers holds beside
its numbers, and labels for whole numbers only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import DataError
from lfs_migration.model.dataset import MultipleResponse, Source
from lfs_migration.readers.writing.columns import LONG, SPSS, STATA, fits_long
from lfs_migration.readers.writing.fit import (
    Draft,
    Written,
    distinct,
    drop_missing,
    drop_sets,
    keep_codes,
    make_plain,
    of_kind,
    rename,
    shorten,
    times,
)

_TAG = re.compile(r"\.[a-z]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPSS_NAME = re.compile(r"[A-Za-z\x80-\U0010ffff][\w.$#@\x80-\U0010ffff]*")
_SPSS_WORDS = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
_STATA_NAME = re.compile(r"[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]{0,31}")
_STATA_WORDS = {
    "_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "byte", "double", "float", "if", "in",
    "int", "long", "strL", "using", "with",
}  # fmt: skip
_LARGEST = {".dta": 8.98e307}
"""Stata's largest number; SPSS keeps one number for what is missing."""
_NOTE, _LINE, _CODE = 67_000, 80, 8
"""Bytes of a note in Stata, of a line of a document in SPSS, and of a missing code of text there."""


def fit_spss(table: pa.Table, source: Source, path: Path) -> Written:
    """Return what a .sav or .zsav holds of a table and its source.

    Raises
    ------
    DataError
        For a column that no file holds.
    """
    draft = Draft(table, source, path)
    rename(draft, _spss_takes, lambda name: _mended(name, r"[^\w.$#@]", SPSS.file), capitals=False)
    make_plain(draft, blanks=False, exact=False)
    shorten(draft, SPSS)
    for name in draft.columns:
        kind = draft.kind(name)
        _require_size(draft, name)
        if kind == "text":
            draft.value_labels |= _trimmed(draft, name)
        why = "a date has none in this format" if kind == "moment" else "they are not of the column's kind"
        keep_codes(draft, name, lambda code, kind=kind: of_kind(code, kind), why)  # type: ignore[misc]
        if name in draft.missing and (reason := _spss_refuses(draft.missing[name], kind)):
            drop_missing(draft, name, reason, "Write .parquet or .csv, which keep them")
    _keep_measures(draft)
    drop_sets(draft, _spss_refuses_set)
    draft.documents = tuple(_lines(draft))
    return draft.written()


def _spss_takes(name: str) -> bool:
    fits = _SPSS_NAME.fullmatch(name) and name[0].isalpha() and len(name.encode()) <= SPSS.file
    return bool(fits) and name.upper() not in _SPSS_WORDS


def _mended(name: str, bad: str, most: int) -> str:
    """Return the nearest name that a package takes: other letters become lines, and a letter stands first."""
    name = re.sub(bad, "_", name, flags=re.ASCII) if name.isascii() else re.sub(bad, "_", name)
    name = name if name[:1].isalpha() else f"v{name}"
    while len(name.encode()) > most:
        name = name[:-1]
    return f"{name}_" if name.upper() in _SPSS_WORDS or not _stata_free(name) else name


def _trimmed(draft: Draft, name: str) -> dict[str, dict[Any, str]]:
    """Return the labels of a text column with codes as the column holds them, without blanks at the end."""
    pairs = draft.value_labels.get(name)
    if name in draft.missing:
        codes = draft.missing[name]
        draft.missing[name] = tuple(code.rstrip(" ") if isinstance(code, str) else code for code in codes)
    if pairs is None:
        return {}
    return {name: {code.rstrip(" ") if isinstance(code, str) else code: label for code, label in pairs.items()}}


def _spss_refuses(codes: tuple[Any, ...], kind: str) -> str:
    """Return why SPSS cannot declare codes missing, or nothing."""
    ranges = [code for code in codes if isinstance(code, tuple)]
    singles = [code for code in codes if not isinstance(code, tuple)]
    if kind == "moment":
        return "a column of dates that declares some is read as numbers"
    if kind == "text" and ranges:
        return "text has no ranges"
    if not all(of_kind(code, kind) for code in singles):  # type: ignore[arg-type]
        return "not all are of the column's kind"
    if len(ranges) > 1 or len(singles) > (1 if ranges else 3):
        return "SPSS takes three values, or a range and a value"
    if kind == "text" and any(len(code.encode()) > _CODE for code in singles):
        return "SPSS takes 8 bytes of text"
    return ""


def _spss_refuses_set(one: MultipleResponse) -> str:
    if not _spss_takes(one.name):
        return "SPSS does not take its name"
    if "\n" in one.label:
        return "its label has two lines"
    # The library reads the counted value as a whole number.
    return "" if one.counted is None or re.fullmatch(r"\d{1,9}", one.counted) else f"it counts {one.counted!r}"


def _lines(draft: Draft) -> list[str]:
    """Return the documents in lines of at most 80 bytes."""
    lines: list[str] = []
    long = 0
    for document in draft.documents:
        rest = document.rstrip(" ")
        long += len(rest.encode()) > _LINE
        while len(rest.encode()) > _LINE:
            head = rest[:_LINE]
            while len(head.encode()) > _LINE:
                head = head[:-1]
            space = head.rfind(" ")
            head = head[:space] if space > 0 else head
            lines.append(head.rstrip(" "))
            rest = rest[len(head) :].lstrip(" ")
        lines.append(rest)
    if long:
        draft.lose("", f"{times(long, 'line')} of the documents broken to 80 bytes", "Write .dta or .parquet")
    kept = [line for line in lines if line]
    if len(kept) < len(lines):
        draft.lose("", f"{times(len(lines) - len(kept), 'empty line')} of the documents left out")
    return kept


def _keep_measures(draft: Draft) -> None:
    odd = {name: kind for name, kind in draft.measures.items() if kind not in ("nominal", "ordinal", "scale")}
    for name, kind in odd.items():
        draft.lose(name, f"its level of measurement {kind!r} is left out: SPSS does not know it")
        del draft.measures[name]


def _require_size(draft: Draft, name: str) -> None:
    """Refuse numbers that stand for a missing value in the package."""
    column = draft.columns[name]
    if not pa.types.is_floating(column.type):
        return
    largest = _LARGEST.get(draft.ending, float(np.finfo(float).max))
    if pc.any(pc.greater_equal(pc.abs(column), largest)).as_py():
        hint = "Make it null if it stands for a missing answer"
        raise DataError(f"Column {name!r} holds a number of {largest:.4g} or more", where=str(draft.path), hint=hint)


def fit_stata(table: pa.Table, source: Source, path: Path, *, tags: bool) -> Written:
    """Return what a .dta holds of a table and its source.

    Parameters
    ----------
    table, source, path
    tags : bool
        Whether codes that are declared missing become ``.a`` to ``.z``.

    Raises
    ------
    DataError
        For a column that no file holds.
    """
    draft = Draft(table, source, path)
    rename(draft, _stata_takes, lambda name: _mended(name, r"\W", 32), capitals=True)
    make_plain(draft, blanks=True, exact=False)
    shorten(draft, STATA)
    for name in draft.columns:
        _require_size(draft, name)
        if tags and draft.kind(name) == "number" and name in draft.missing:
            _tag(draft, name)
        if _tagged(draft, name):
            _keep_tags(draft, name)
            continue
        if name in draft.missing:
            drop_missing(draft, name, "Stata declares none", "Ask for .a to .z instead (--tags), or write .sav")
        why = "Stata labels whole numbers only"
        keep_codes(draft, name, lambda code, name=name: _stata_labels(code, draft.kind(name)), why)  # type: ignore[misc]
    if draft.measures:
        count = times(len(draft.measures), "column")
        draft.lose("", f"the level of measurement of {count} is left out: Stata has none")
    draft.measures = {}
    drop_sets(draft, lambda _: "Stata has none")
    draft.documents = tuple(_notes(draft))
    return draft.written()


def _stata_free(name: str) -> bool:
    return name not in _STATA_WORDS and not re.fullmatch(r"str\d+", name)


def _stata_takes(name: str) -> bool:
    fits = _STATA_NAME.fullmatch(name) and (name[0].isalpha() or name[0] == "_")
    return bool(fits) and _stata_free(name)


def _stata_labels(code: Any, kind: str) -> bool:
    return kind == "number" and isinstance(code, int | float) and abs(code) <= LONG and float(code).is_integer()


def _notes(draft: Draft) -> list[str]:
    kept = [text for text in draft.documents if text and len(text.encode()) <= _NOTE]
    if len(kept) < len(draft.documents):
        draft.lose("", f"{times(len(draft.documents) - len(kept), 'note')} empty or too long for Stata, left out")
    return kept


def _tag(draft: Draft, name: str) -> None:
    """Make the declared codes that a column holds or labels into Stata's missing codes, in the order of their size."""
    column, labels = draft.columns[name], draft.value_labels.get(name, {})
    missing = {name: draft.missing[name]}
    known = {*distinct(column), *labels, *(code for code in missing[name] if not isinstance(code, tuple))}
    declared = Source("", "", "", 0, user_missing=missing)
    codes = sorted(code for code in known if of_kind(code, "number") and declared.declares_missing(name, code))
    if len(codes) > len(_LETTERS):
        return
    new = {code: f".{letter}" for code, letter in zip(codes, _LETTERS, strict=False)}
    values = [None if value is None else new.get(value) or number(value) for value in column.to_pylist()]
    held = {*values, *(new[code] for code in codes if code in labels)}
    draft.columns[name] = pa.chunked_array([pa.array(values, pa.string())])
    draft.value_labels[name] = {new.get(code) or number(code): label for code, label in labels.items()}
    draft.missing[name] = tuple(tag for tag in new.values() if tag in held)
    told = ", ".join(f"{number(code)} is {tag}" for code, tag in new.items() if tag in held)
    draft.lose(name, f"its missing codes become Stata's: {told or 'none occurs'}", asked=True)


def number(value: float) -> str:
    """Return a number as the reader of Stata files shows it in a column of text.

    Examples
    --------
    >>> number(2.0), number(2.5)
    ('2', '2.5')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _tagged(draft: Draft, name: str) -> bool:
    """Return whether a column of text is one of numbers with Stata's missing codes between them."""
    codes = draft.missing.get(name, ())
    if draft.kind(name) != "text" or not any(isinstance(code, str) and _TAG.fullmatch(code) for code in codes):
        return False
    if not all(isinstance(code, str) and _TAG.fullmatch(code) for code in codes):
        return False
    return all(value in codes or _is_number(value) for value in distinct(draft.columns[name]))


def _is_number(text: str) -> bool:
    """Return whether a text is a number, and written as the reader writes it."""
    try:
        value = float(text)
    except ValueError:
        return False
    return np.isfinite(value) and abs(value) < _LARGEST[".dta"] and number(value) == text


def _keep_tags(draft: Draft, name: str) -> None:
    """Keep the labels that a column with Stata's missing codes can have, and declare the codes that it has."""
    whole = "Stata labels whole numbers and missing codes only"
    keep_codes(draft, name, lambda code: _is_tag(code) or (_is_number(code) and _whole(code)), whole)
    held = {value for value in distinct(draft.columns[name]) if _is_tag(value)}
    held |= {code for code in draft.value_labels.get(name, {}) if _is_tag(code)}
    if unused := [code for code in draft.missing[name] if code not in held]:
        draft.lose(name, f"{', '.join(unused)} declared missing, neither held nor labelled: not kept")
    draft.missing[name] = tuple(sorted(held))
    if not held:
        del draft.missing[name]


def _is_tag(code: Any) -> bool:
    return isinstance(code, str) and bool(_TAG.fullmatch(code))


def _whole(code: str) -> bool:
    return _stata_labels(float(code), "number")


def formats(table: pa.Table, ending: str) -> dict[str, str]:
    """Return display formats that show all of the numbers, and dates where no value tells that they are.

    Parameters
    ----------
    table : pyarrow.Table
        Of plain columns.
    ending : str
        ``.sav``, ``.zsav`` or ``.dta``.
    """
    chosen = {name: _format(table.column(name), ending) for name in table.column_names}
    return {name: form for name, form in chosen.items() if form}


def _format(column: pa.ChunkedArray, ending: str) -> str:
    kind = column.type
    stata = ending == ".dta"
    if pa.types.is_temporal(kind) and column.null_count == len(column):
        return _MOMENTS["date" if pa.types.is_date(kind) else "time" if pa.types.is_time(kind) else "both"][stata]
    if pa.types.is_integer(kind):
        digits = max((len(str(value)) for value in pc.min_max(column).as_py().values()), default=0)
        if stata:
            return "" if fits_long(column) else f"%{digits}.0f"
        return f"F{max(8, digits)}.0"
    if pa.types.is_floating(kind) and not stata:
        return _decimals(pc.drop_null(column).to_numpy())
    return ""


_MOMENTS: Mapping[str, tuple[str, str]] = {
    "date": ("DATE11", "%td"), "both": ("DATETIME20", "%tc"), "time": ("TIME8", "%tcHH:MM:SS"),
}  # fmt: skip


def _decimals(values: np.ndarray[Any, Any]) -> str:
    """Return a format of SPSS with as many decimals as the numbers have, 10 at most."""
    if not len(values) or (largest := float(np.abs(values).max())) >= 1e15:
        return "F8.2"
    shown_by = (places for places in range(2, 10) if np.array_equal(np.round(values, places), values))
    places = next(shown_by, 10)
    return f"F{max(8, len(str(int(largest))) + places + 2)}.{places}"
