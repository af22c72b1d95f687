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

from lfs_migration.errors import ExpressionError
from lfs_migration.expr import Expression, parse
from lfs_migration.frames import Frame, FrameScope, column, evaluate, factor, frame, values, with_columns
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
            return _derived(parse(text), native, target, file.decimal)
        case Join():
            return Mapped(_joined(mapping, native), {})
        case Recode(column=column):
            return _translated(native, column, target, recoder(mapping, target))
        case Rename(column=column):
            absent = partial(source.declares_missing, column)
            return _translated(native, column, target, renamer(mapping, target, file.decimal, absent))


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
    return lambda value: (table if isinstance(value, str) else numbers).get(_key(value), UNPLACED)


def _doubtful(natives: Collection[Value]) -> set[str]:
    """Return the texts that a number cannot tell from another: it has no zeros, so that 11 is ``'11'`` or ``'011'``.

    A native code that is itself a number is meant as one.
    """
    texts = {native for native in natives if isinstance(native, str) and native.isdecimal()}
    fits = Counter(int(text) for text in texts)
    return {text for text in texts if fits[int(text)] > 1} - {_key(n) for n in natives if not isinstance(n, str)}


def renamer(
    mapping: Rename, target: Target, decimal: str = ".", declared_missing: Callable[[Any], bool] = lambda _: False
) -> Translate:
    """Return the translation of one native value that keeps its meaning.

    A value that the file declares missing and the map does not name is not a number: it has no place.
    """
    absent = {_key(native): target.absent(reason) for native, reason in mapping.missing.items()}
    reserved = set(target.variable.missing)
    shift = mapping.years_ahead

    def translate(value: Any) -> Any:
        if _key(value) in absent:
            return absent[_key(value)]
        if declared_missing(value):
            return UNPLACED
        if pa.types.is_string(target.type):
            text = _key(value).strip()
            return text if not target.codes or text in target.codes else UNPLACED
        number = _number(value, decimal, whole=not pa.types.is_floating(target.type))
        if number is None or number - shift in reserved or (target.codes and number not in target.codes):
            return UNPLACED
        return number - shift

    return translate


def _nothing(*_: str) -> Mapping[Value, str]:
    return {}


def _key(value: Any) -> str:
    """Return a value as maps compare it: whole numbers by value, everything else as the text that it is."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _number(value: Any, decimal: str, *, whole: bool) -> int | float | None:
    """Return a number, or nothing when the value is not one; ``float`` reads the digits of every script.

    Where the decimal mark is a comma, a text with a point is not a number: the point may mark thousands.
    """
    text = str(value).strip()
    if isinstance(value, str) and decimal != ".":
        text = "" if "." in text else text.replace(decimal, ".")
    if "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    if not np.isfinite(number) or (whole and not number.is_integer()):
        return None
    return int(number) if whole else number


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


def _derived(expression: Expression, native: Frame, target: Target, decimal: str) -> Mapped:
    """Compute an expression; a text that ``number`` cannot read has no place, and the row's result is unknown."""
    unplaced: dict[str, NDArray[np.int64]] = {}
    for name in sorted(expression.numbers):
        codes, levels = factor(native, name)
        numbers = [_number(level, decimal, whole=False) for level in levels]
        for position, (level, number) in enumerate(zip(levels, numbers, strict=True)):
            if number is None:
                unplaced[str(level)] = np.flatnonzero(codes == position)
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
        case _:
            return (mapping.column,)
