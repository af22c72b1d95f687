"""What a format cannot hold of a table and its source, found before a byte is written.

A :class:`Draft` is a table on its way into a format. The functions here make its columns plain and its words short,
and note what was lost in doing so; :mod:`~lfs_migration.readers.writing.limits` does the rest for each package. What
comes out is exactly what reading the file will give back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import DataError
from lfs_migration.model.dataset import MultipleResponse, Source
from lfs_migration.readers.writing.columns import EXACT, Limits

Kind = Literal["text", "number", "moment"]
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999
"""Years 1 to 9999, in milliseconds from 1970."""


@dataclass(frozen=True)
class Loss:
    """What a format does not hold.

    Parameters
    ----------
    column : str
        Empty for the whole file.
    what : str
        What is not kept, how often, and what stands there instead.
    hint : str
        How to keep it.
    asked : bool
        Whether the caller asked for just this change.
    """

    column: str
    what: str
    hint: str = ""
    asked: bool = False

    def __str__(self) -> str:
        """Say where it was, and what."""
        return f"column {self.column!r}: {self.what}" if self.column else self.what


@dataclass(frozen=True)
class Written:
    """What a file holds, and what it could not.

    Parameters
    ----------
    table : pyarrow.Table
    source : Source
    losses : tuple of Loss
    """

    table: pa.Table
    source: Source
    losses: tuple[Loss, ...] = ()


class Draft:
    """A table and its source on their way into a format, and what they lost so far."""

    def __init__(self, table: pa.Table, source: Source, path: Path) -> None:
        names = list(table.column_names)
        twice = [name for name, count in Counter(names).items() if count > 1]
        where = str(path)
        if twice:
            raise DataError("Two columns have the same name", where=where, detail=", ".join(map(repr, twice)))
        if not names or not table.num_rows:
            detail = f"{table.num_rows:,} rows and {len(names):,} columns"
            raise DataError("There is nothing to write", where=where, detail=detail)
        self.path = path
        self.ending = path.suffix.lower()
        self.columns: dict[str, pa.ChunkedArray] = dict(zip(names, table.columns, strict=True))
        self.source = source
        self.title = source.title
        self.documents = source.documents
        self.labels = {name: source.labels[name] for name in names if source.labels.get(name)}
        self.value_labels = {name: dict(source.value_labels[name]) for name in names if source.value_labels.get(name)}
        self.missing = {name: tuple(source.user_missing[name]) for name in names if source.user_missing.get(name)}
        self.measures = {name: source.measures[name] for name in names if name in source.measures}
        self.multiple: tuple[MultipleResponse, ...] = source.multiple
        self.losses: list[Loss] = []

    def lose(self, column: str, what: str, hint: str = "", *, asked: bool = False) -> None:
        """Note what is lost."""
        self.losses.append(Loss(column, what, hint, asked))

    def kind(self, name: str) -> Kind:
        """Return whether a column is text, a number or a moment."""
        kind = self.columns[name].type
        if pa.types.is_string(kind):
            return "text"
        return "moment" if pa.types.is_temporal(kind) else "number"

    def written(self) -> Written:
        """Return what is left."""
        source = replace(
            self.source, path=str(self.path), encoding="utf-8", title=self.title, documents=self.documents,
            labels=self.labels, value_labels=self.value_labels, user_missing=self.missing, measures=self.measures,
            multiple=self.multiple, doubts=(), sha256="",
        )  # fmt: skip
        return Written(pa.table(self.columns), source, tuple(self.losses))


def times(count: int, word: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> times(1, "value"), times(1200, "value")
    ('1 value', '1,200 values')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def rename(draft: Draft, good: Callable[[str], bool], mended: Callable[[str], str], *, capitals: bool) -> None:
    """Give names that a package does not take, or takes for the same, another form.

    Parameters
    ----------
    draft : Draft
    good : callable
        Whether a name may stand.
    mended : callable
        The name that comes nearest.
    capitals : bool
        Whether names that differ in capital letters only are two names.
    """
    same = (lambda name: name) if capitals else str.lower
    new: dict[str, str] = {}
    taken = {same(name) for name in draft.columns if good(name)}
    used: set[str] = set()
    for name in draft.columns:
        chosen = name
        if not good(name) or same(name) in used:
            chosen = _free(mended(name), {*taken, *used}, same)
            draft.lose(name, f"its name becomes {chosen!r}", f"{draft.ending} does not take {name!r} as a name")
        used.add(same(chosen))
        new[name] = chosen
    for part in ("columns", "labels", "value_labels", "missing", "measures"):
        setattr(draft, part, {new[name]: held for name, held in getattr(draft, part).items()})
    draft.multiple = tuple(
        replace(one, columns=tuple(new.get(name, name) for name in one.columns)) for one in draft.multiple
    )


def _free(name: str, taken: set[str], same: Callable[[str], str]) -> str:
    number = 2
    chosen = name
    while same(chosen) in taken:
        ending = f"_{number}"
        chosen = name[: len(name) - max(0, len(name) + len(ending) - 32)] + ending
        number += 1
    return chosen


def make_plain(draft: Draft, *, blanks: bool, exact: bool) -> None:
    """Make every column text, whole numbers, floats, dates, time stamps in milliseconds, or times of day.

    Parameters
    ----------
    draft : Draft
    blanks : bool
        Whether the format keeps the blanks behind a text.
    exact : bool
        Whether it keeps whole numbers of more than 15 digits.

    Raises
    ------
    DataError
        For a column of lists, of bytes, or of another kind that no file of a survey has.
    """
    for name, held in draft.columns.items():
        coded = pa.types.is_dictionary(held.type)
        column = held.cast(held.type.value_type) if coded else held
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            made = _text(draft, name, column.cast(pa.string()), blanks=blanks)
        elif pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind):
            made = _moment(draft, name, column)
        else:
            made = _number(draft, name, column, exact=exact)
        draft.columns[name] = made


def _text(draft: Draft, name: str, column: pa.ChunkedArray, *, blanks: bool) -> pa.ChunkedArray:
    if pc.any(pc.match_substring(column, "\0")).as_py():
        raise DataError(f"Column {name!r} holds text with NUL bytes", where=str(draft.path), hint="Take them out")
    if not blanks:
        trimmed = pc.utf8_rtrim(column, " ")
        if count := pc.sum(pc.not_equal(trimmed, column)).as_py():
            draft.lose(name, f"{times(count, 'text')} lose the blanks at the end")
        column = trimmed
    if count := pc.sum(pc.equal(column, "")).as_py():
        draft.lose(name, f"{times(count, 'empty text')} cannot be told from no answer", "Write .parquet")
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _number(draft: Draft, name: str, column: pa.ChunkedArray, *, exact: bool) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_null(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.int64()) if pa.types.is_null(kind) else column.cast(pa.int8()).cast(pa.int64())
    if pa.types.is_decimal(kind):
        draft.lose(name, f"its exact decimals ({kind}) become floats", "Write .parquet")
        return column.cast(pa.float64())
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        bad = pc.invert(pc.is_finite(column))
        if count := pc.sum(bad).as_py():
            draft.lose(name, f"{times(count, 'value')} that are not numbers become empty", "Make them null")
        return pc.if_else(bad, pa.scalar(None, pa.float64()), column)
    if not pa.types.is_integer(kind):
        hint = "Leave the column out, or make it text"
        raise DataError(f"Column {name!r} is of kind {kind}", where=str(draft.path), hint=hint)
    limits = pc.min_max(column).as_py()
    if not exact and limits["min"] is not None and max(-limits["min"], limits["max"]) > EXACT:
        draft.lose(name, "its whole numbers of more than 15 digits become text", "Keep them as text, or write .parquet")
        _as_text(draft, name)
        return column.cast(pa.string())
    return column.cast(pa.int64()) if kind != pa.uint64() or (limits["max"] or 0) < 1 << 63 else column


def _as_text(draft: Draft, name: str) -> None:
    """Make the labels and missing codes of a column those of text."""
    if name in draft.value_labels:
        draft.value_labels[name] = {str(code): label for code, label in draft.value_labels[name].items()}
    if name in draft.missing:
        draft.missing[name] = tuple(code if isinstance(code, tuple) else str(code) for code in draft.missing[name])


def _moment(draft: Draft, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        draft.lose(name, f"its times lose their zone {kind.tz}, and become those of UTC", "Write .parquet")
        column = column.cast(pa.timestamp(kind.unit))
    target = pa.date32() if pa.types.is_date(kind) else pa.timestamp("ms")
    if pa.types.is_time(kind):
        target = pa.time32("ms")
    made = column.cast(target, safe=False)
    finer = pc.sum(pc.not_equal(made.cast(column.type, safe=False), column)).as_py()
    if finer:
        draft.lose(name, f"{times(finer, 'value')} lose what is finer than a millisecond", "Write .parquet")
    if not pa.types.is_time(kind):
        _require_years(draft, name, made.cast(pa.timestamp("ms"), safe=False))
    return made


def _require_years(draft: Draft, name: str, stamps: pa.ChunkedArray) -> None:
    limits = pc.min_max(stamps.cast(pa.int64())).as_py()
    if limits["min"] is not None and not _FIRST <= limits["min"] <= limits["max"] <= _LAST:
        hint = "Make them null, or numbers"
        raise DataError(f"Column {name!r} holds dates outside the years 1 to 9999", where=str(draft.path), hint=hint)


def shorten(draft: Draft, limits: Limits) -> None:
    """Cut labels that a package does not hold; blanks behind a label are no part of it."""
    hint = "Shorten the label"

    def short(owner: str, label: str, most: int, column: str) -> str:
        label = label.rstrip(" ")
        made = limits.cut(label, most)
        if made != label:
            length = f"{limits.length(label)} {limits.unit}s"
            draft.lose(column, f"the label of {owner} has {length}, is cut to {most}", hint)
        return made

    draft.title = short("the file", draft.title, limits.file, "")
    draft.labels = {
        name: made
        for name, label in draft.labels.items()
        if (made := short("the column", label, limits.column, name))
    }  # fmt: skip
    for name, pairs in draft.value_labels.items():
        draft.value_labels[name] = {
            code: short(f"{code!r}", label, limits.value, name) for code, label in pairs.items()
        }


def drop_sets(draft: Draft, why: Callable[[MultipleResponse], str]) -> None:
    """Leave out the multiple-response sets for which there is a reason."""
    kept = []
    for one in draft.multiple:
        lacking = [name for name in one.columns if name not in draft.columns]
        if reason := (f"there is no column {lacking[0]!r}" if lacking else why(one)):
            draft.lose("", f"the multiple-response set {one.name!r} is left out: {reason}")
        else:
            kept.append(one)
    draft.multiple = tuple(kept)


def drop_missing(draft: Draft, name: str, why: str, hint: str = "") -> None:
    """Leave out what a column declares missing: in part would be worse, for nobody would see it."""
    codes = ", ".join(map(shown, draft.missing.pop(name)))
    draft.lose(name, f"{codes} no longer declared missing: {why}", hint)


def shown(code: Any) -> str:
    """Return a code or a range for a message.

    Examples
    --------
    >>> shown((float("-inf"), 0)), shown("NA")
    ('LOWEST to 0', 'NA')
    """
    if isinstance(code, tuple):
        low, high = code
        return f"{'LOWEST' if low == float('-inf') else low} to {'HIGHEST' if high == float('inf') else high}"
    return str(code)


def of_kind(code: Any, kind: Kind) -> bool:
    """Return whether a code can be a value of a column; no moment has a code."""
    return isinstance(code, str) if kind == "text" else kind == "number" and isinstance(code, int | float)


def keep_codes(draft: Draft, name: str, good: Callable[[Any], bool], why: str) -> None:
    """Keep the labels of values for which ``good`` holds."""
    pairs = draft.value_labels.get(name, {})
    bad = [code for code in pairs if not good(code)]
    if bad:
        words = ", ".join(map(repr, bad[:3])) + (", ..." if len(bad) > 3 else "")
        draft.lose(name, f"{times(len(bad), 'label')} of values left out ({words}): {why}")
        draft.value_labels[name] = {code: label for code, label in pairs.items() if good(code)}
    if name in draft.value_labels and not draft.value_labels[name]:
        del draft.value_labels[name]


def distinct(column: pa.ChunkedArray) -> Iterator[Any]:
    """Yield the different values of a column."""
    return (value for value in pc.unique(column).to_pylist() if value is not None)
