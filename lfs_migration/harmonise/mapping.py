"""Applies one map of a country to one native column, and says what it could not place.

The work is done once a distinct value, not once a row: a native column is turned into positions in its distinct
values, each value is translated, and the translations are taken back to the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import CatalogError, ExpressionError
from lfs_migration.expr import Expression, parse
from lfs_migration.frames import Frame, FrameScope, column, evaluate, factor, frame, take, values, with_columns
from lfs_migration.harmonise.numbers import in_ascii, number, plain, refuse_grouped
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Derive, File, Fixed, Join, Map, Recode, Rename
from lfs_migration.model.dataset import Source
from lfs_migration.model.noun import Value

UNPLACED = object()
"""The translation of a native value that no map names."""

Translate = Callable[[Any], Any]


@dataclass(frozen=True)
class Mapped:
    """A harmonised column and the rows whose native value no map names."""

    values: pa.Array
    unplaced: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Target:
    """The variable that a map fills.

    Parameters
    ----------
    variable : Variable
    codes : frozenset
        Codes of its list; empty when it has none.
    """

    variable: Variable
    codes: frozenset[Value]

    @classmethod
    def of(cls, codebook: Codebook, name: str) -> Target:
        """Return the target for a variable of a codebook."""
        codelist = codebook.codelist_of(name)
        return cls(codebook.variable(name), frozenset(codelist.codes) if codelist else frozenset())

    @property
    def type(self) -> pa.DataType:
        """Arrow type of the harmonised values."""
        text = self.variable.is_text or any(isinstance(code, str) for code in self.codes)
        if text:
            return pa.string()
        kinds = {"float": pa.float64(), "amount": pa.float64(), "bool": pa.bool_()}
        return kinds.get(self.variable.type, pa.int64())

    def absent(self, reason: str) -> Value | None:
        """Return the code that stands for a reason; empty when the variable has none."""
        return self.variable.missing_code(reason)


def apply(mapping: Map, native: Frame, target: Target, file: File, source: Source) -> Mapped:
    """Return the harmonised values of one variable.

    Parameters
    ----------
    mapping : Rename, Recode, Fixed, Derive or Join
    native : Frame
        The rows of the record with native columns.
    target : Target
    file : File
        For its decimal mark.
    source : Source
        For the values that the file itself declares missing.
    """
    match mapping:
        case Fixed(value=value):
            return Mapped(pa.array([value] * len(native), type=target.type), {})
        case Derive(compute=text):
            return _derived(parse(text), native, target, file)
        case Join():
            return Mapped(_joined(mapping, native), {})
        case Recode(column=column):
            return _translated(native, column, target, recoder(mapping, target))
        case Rename(column=column):
            absent = partial(source.declares_missing, column)
            mapped = _renamed(mapping, native, target, file, absent)
            if not (pa.types.is_string(target.type) or pa.types.is_boolean(target.type)):
                refuse_grouped(_first_rows(mapped), file, column)
            return mapped


def recoder(mapping: Recode, target: Target) -> Translate:
    """Return the translation of one native value by a recode.

    Examples
    --------
    >>> sex = Variable(name="em_sex", record="emigrant", type="code", label={"en": "Sex"}, reference="",
    ...                missing={99: "not_stated"})
    >>> recode = Recode(column="p4_6", codes={"1": 1}, missing={"9": "not_stated"})
    >>> to_sex = recoder(recode, Target(sex, frozenset({1})))
    >>> to_sex("1"), to_sex("9"), to_sex("01") is UNPLACED
    (1, 99, True)
    """
    table: dict[str, Any] = {_key(native): code for native, code in mapping.codes.items()}
    table |= {_key(native): target.absent(reason) for native, reason in mapping.missing.items()}
    table |= {_key(native): None for native in mapping.skip}
    doubtful = _doubtful([*mapping.codes, *mapping.missing, *mapping.skip])
    numbers = {native: code for native, code in table.items() if native not in doubtful}
    digits = {in_ascii(native): code for native, code in reversed(table.items())}

    def translate(value: Any) -> Any:
        if not isinstance(value, str):
            return numbers.get(_key(value), UNPLACED)
        found = table.get(_key(value), UNPLACED)
        return digits.get(in_ascii(_key(value)), UNPLACED) if found is UNPLACED else found

    return translate


def _doubtful(natives: Collection[Value]) -> set[str]:
    """Return the texts that a number cannot tell from another: it has no zeros, so that 11 is ``'11'`` or ``'011'``.

    A native code that is itself a number is meant as one.
    """
    texts = {native for native in natives if isinstance(native, str) and native.isdecimal()}
    fits = Counter(int(text) for text in texts)
    return {text for text in texts if fits[int(text)] > 1} - {_key(n) for n in natives if not isinstance(n, str)}


def renamer(
    mapping: Rename,
    target: Target,
    file: File,
    declared_missing: Callable[[Any], bool] = lambda _: False,
    month: int | None = None,
) -> Translate:
    """Return the translation of one native value that keeps its meaning.

    A value that the file declares missing and the map does not name is not a number: it has no place.

    Parameters
    ----------
    mapping, target, file
        As in :func:`apply`.
    declared_missing : callable
        Whether the file itself declares a value missing.
    month : int, optional
        Of a Hijri year.

    Raises
    ------
    CatalogError
        For a calendar of what is not a year.
    """
    if mapping.calendar != "gregorian" and target.variable.type != "year":
        detail = f"It is of type {target.variable.type}"
        hint = "Only a year has a calendar; leave a month of another calendar out"
        raise CatalogError(f"{target.variable.name} has calendar: {mapping.calendar}", detail=detail, hint=hint)
    absent = {_key(native): target.absent(reason) for native, reason in mapping.missing.items()}
    reserved = set(target.variable.missing)
    free = pa.types.is_string(target.type) and not target.codes

    def translate(value: Any) -> Any:
        if _key(value) in absent:
            return absent[_key(value)]
        if declared_missing(value):
            return UNPLACED
        if pa.types.is_string(target.type):
            text = _key(value).strip()
            if free and not text.isascii():
                return str(value).strip()  # in a text that runs both ways, the marks of direction belong to it
            return text if free or text in target.codes else UNPLACED
        found = number(value, file, whole=not pa.types.is_floating(target.type))
        if found is not None and mapping.calendar != "gregorian":
            found = mapping.common_year(int(found), month)
        if found is None or found in reserved or (target.codes and found not in target.codes):
            return UNPLACED
        return found

    return translate


def _nothing(*_: str) -> Mapping[Value, str]:
    return {}


def _key(value: Any) -> str:
    """Return a value as maps compare it: whole numbers by value, everything else as the text that is seen."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return plain(str(value))


def _translated(native: Frame, column: str, target: Target, translate: Translate) -> Mapped:
    codes, levels = factor(native, column)
    results = [translate(level) for level in levels]
    lost = target.absent("uncodable")
    unplaced = {
        str(level): np.flatnonzero(codes == position)
        for position, (level, result) in enumerate(zip(levels, results, strict=True))
        if result is UNPLACED
    }
    targets = pa.array([lost if result is UNPLACED else result for result in results], type=target.type)
    return Mapped(targets.take(pa.array(codes, mask=codes < 0)), unplaced)


def _renamed(mapping: Rename, native: Frame, target: Target, file: File, absent: Callable[[Any], bool]) -> Mapped:
    """Translate a column; with a column of months, the rows of each month by themselves."""
    if not mapping.month:
        return _translated(native, mapping.column, target, renamer(mapping, target, file, absent))
    codes, levels = factor(native, mapping.month)
    months = np.array([number(level, file, whole=True) or 0 for level in levels] + [0], dtype=np.int64)[codes]
    out, unplaced = pa.nulls(len(native), target.type), dict[str, list[NDArray[np.int64]]]()
    for month in np.unique(months):
        rows = np.flatnonzero(months == month)
        translate = renamer(mapping, target, file, absent, int(month))
        part = _translated(take(native, rows), mapping.column, target, translate)
        out = pc.replace_with_mask(out, pa.array(months == month), part.values)
        for text, places in part.unplaced.items():
            unplaced.setdefault(text, []).append(rows[places])
    return Mapped(out, {text: np.sort(np.concatenate(places)) for text, places in unplaced.items()})


def _first_rows(mapped: Mapped) -> list[tuple[str, int]]:
    return [(text, int(rows[0]) + 1) for text, rows in mapped.unplaced.items()]


def _derived(expression: Expression, native: Frame, target: Target, file: File) -> Mapped:
    """Compute an expression; a text that ``number`` cannot read has no place, and the row's result is unknown."""
    unplaced: dict[str, NDArray[np.int64]] = {}
    for name in sorted(expression.numbers):
        codes, levels = factor(native, name)
        numbers = [number(level, file, whole=False) for level in levels]
        lost = {str(level): np.flatnonzero(codes == position)
                for position, level in enumerate(levels) if numbers[position] is None}  # fmt: skip
        refuse_grouped([(text, int(rows[0]) + 1) for text, rows in lost.items()], file, name)
        unplaced |= lost
        read = pa.array(numbers, type=pa.float64()).take(pa.array(codes, mask=codes < 0))
        native = with_columns(native, {name: read})
    computed = evaluate(native, expression, FrameScope(native, {}, _nothing, _nothing, {}))
    return Mapped(_typed(values(frame({"value": computed}), "value"), target), unplaced)


def _typed(computed: list[Any], target: Target) -> pa.Array:
    if pa.types.is_string(target.type):
        return pa.array([None if value is None else _key(value) for value in computed], type=target.type)
    if pa.types.is_integer(target.type):
        parts = [value for value in computed if isinstance(value, float) and not value.is_integer()]
        if parts:
            detail = f"{parts[0]:g} is not whole. Seen {len(parts)} times"
            raise ExpressionError(f"{target.variable.name} is a whole number", detail=detail, hint="Use floor or ceil")
        computed = [None if value is None else int(value) for value in computed]
    return pa.array(computed, type=target.type)


def _joined(mapping: Join, native: Frame) -> pa.Array:
    widths = mapping.widths or (0,) * len(mapping.columns)
    parts = []
    for name, width in zip(mapping.columns, widths, strict=True):
        encoded = pc.dictionary_encode(column(native, name).combine_chunks())
        levels = [_key(value).zfill(width) for value in encoded.dictionary.to_pylist()]
        parts.append(pa.array(levels, pa.string()).take(encoded.indices))
    return pc.binary_join_element_wise(*parts, "-")


def columns_of(mapping: Map) -> tuple[str, ...]:
    """Return the native columns that a map needs."""
    match mapping:
        case Fixed():
            return ()
        case Derive(compute=text):
            return tuple(sorted(parse(text).names))
        case Join(columns=names):
            return names
        case Rename(column=name, month=month) if month:
            return (name, month)
        case _:
            return (mapping.column,)
