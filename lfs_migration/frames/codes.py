"""Columns as positions in their distinct values: what is true of a value is worked out once, and spread over its rows.

A survey's column has some dozens of values and a million rows. Each variable becomes one small whole number a row, the
position of its value among the column's levels; whatever depends on the value alone is then a table with one entry a
level, and one look-up a row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MOST = (1 << 16) - 1
"""Levels beside the empty one: a position fits in two bytes."""
PROBE = 1 << 14
"""Rows that are looked at before a whole column is: one of amounts has nearly as many levels as rows."""
LONGEST = 8
"""Letters of a text that is coded by its letters."""
WIDE = 1 << 20
"""Combinations of letters that are few beside the rows of a large column."""


@dataclass(frozen=True)
class Coded:
    """A column as positions in its levels.

    Parameters
    ----------
    codes : unsigned integer array of shape (rows,)
        The position of each row's value.
    levels : pyarrow.Array of shape (levels,)
        Values, each once, and the empty one last. Some may be in no row: see :attr:`seen`.
    """

    codes: NDArray[Any]
    levels: pa.Array

    @property
    def empty(self) -> int:
        """Position of the empty value."""
        return len(self.levels) - 1

    @cached_property
    def seen(self) -> NDArray[np.int64]:
        """Positions that are in some row, in their order."""
        return np.sort(pc.unique(pa.array(self.codes)).to_numpy()).astype(np.int64)

    @cached_property
    def compact(self) -> Coded:
        """The same column without the values that are in no row."""
        kept = np.union1d(self.seen, [self.empty])
        if len(kept) == len(self.levels):
            return self
        place = np.zeros(len(self.levels), dtype=_kind(len(kept)))
        place[kept] = np.arange(len(kept))
        return Coded(self.spread(place), self.levels.take(pa.array(kept)))

    def spread(self, table: NDArray[Any]) -> NDArray[Any]:
        """Return for each row the entry of its level.

        Parameters
        ----------
        table : array of shape (levels,)

        Examples
        --------
        >>> coded(pa.chunked_array([["b", None, "a", "b"]])).spread(np.array([10, 20, 99])).tolist()
        [10, 99, 20, 10]
        """
        if len(table) != len(self.levels):
            raise ValueError(f"{len(table)} entries for {len(self.levels)} levels")
        return looked_up(table, self.codes)

    def below(self, link: NDArray[np.int64]) -> Coded:
        """Return the column as the rows of a child record see it; an orphan sees an empty value.

        Parameters
        ----------
        link : integer array of shape (children,)
            The row of each child's parent, -1 for none.
        """
        here = np.append(self.codes, np.array([self.empty], dtype=self.codes.dtype))
        return Coded(here.take(link), self.levels)


def looked_up(table: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    """Return the entries of a table at some places, of which each must be inside it.

    Examples
    --------
    >>> looked_up(np.array([True, False]), np.array([1, 0, 0], dtype=np.uint8)).tolist()
    [False, True, True]
    """
    if table.itemsize > 1:
        return _taken(table, places)
    plain = np.ascontiguousarray(table).view(np.uint8)  # truths too, which Arrow packs, eight to the byte
    paired = places.dtype == np.uint8 and len(places) > PROBE
    return (_in_pairs(plain, places) if paired else _taken(plain, places)).view(table.dtype)


def _in_pairs(table: NDArray[np.uint8], places: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Look up two neighbours at once, in a table of all pairs of entries: half as many look-ups."""
    wide = np.zeros(1 << 8, dtype=np.uint16)
    wide[: len(table)] = table
    pairs = (wide[: len(table), None] << 8 | wide[None, :]).ravel()
    odd = len(places) % 2
    found = _taken(pairs, np.ascontiguousarray(places)[: len(places) - odd].view(np.uint16)).view(np.uint8)
    return np.append(found, table[places[-1:]]) if odd else found


def _taken(table: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    out: NDArray[Any] = pc.take(pa.array(table), pa.array(places), boundscheck=False).to_numpy(zero_copy_only=False)
    return out


def coded(array: pa.ChunkedArray) -> Coded | None:
    """Return a column as positions in its levels; nothing for one of too many values, or of values of no known kind.

    Examples
    --------
    >>> found = coded(pa.chunked_array([["b", None, "a"], ["b"]]))
    >>> found.codes.tolist(), found.levels.to_pylist()
    ([0, 2, 1, 0], ['b', 'a', None])
    """
    kind = array.type
    if pa.types.is_signed_integer(kind):
        found = _by_distance(array)
        if found is not None:
            return found
    if pa.types.is_boolean(kind):
        return _by_distance(array.cast(pa.int8()), pa.bool_())
    plain = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    texts = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if texts and len(array) > 4 * PROBE:
        found = _by_letters(_whole(array))
        if found is not None:
            return found
    return _by_value(array) if plain or texts or pa.types.is_date(kind) else None


def joint(columns: list[Coded], most: int) -> tuple[NDArray[Any], list[Coded]] | None:
    """Return for each row the position of its values among all combinations of levels; the last moves fastest.

    Parameters
    ----------
    columns : list of Coded
    most : int
        Combinations; where there are more there is no answer.

    Returns
    -------
    places : unsigned integer array of shape (rows,), as small as fits
    columns : list of Coded
        Those whose levels were combined: the given ones, without values that are in no row.
    """
    if len(columns) > 1 and _combinations(columns) > most:
        columns = [one.compact for one in columns]
    number = _combinations(columns)
    if number > most:
        return None
    kind = _kind(number)
    places = columns[0].codes.astype(kind, copy=len(columns) > 1)
    for one in columns[1:]:
        np.multiply(places, kind(len(one.levels)), out=places)
        np.add(places, one.codes, out=places, casting="same_kind")
    return places, columns


def combined(columns: list[Coded]) -> list[pa.Array]:
    """Return the levels of each column in all combinations, in the order of :func:`joint`."""
    sizes = [len(one.levels) for one in columns]
    grid = np.indices(sizes).reshape(len(sizes), -1)
    return [one.levels.take(pa.array(row)) for one, row in zip(columns, grid, strict=True)]


def _combinations(columns: list[Coded]) -> int:
    out = 1
    for one in columns:
        out *= len(one.levels)
    return out


def _kind(levels: int) -> Any:
    return np.uint8 if levels <= 1 << 8 else np.uint16 if levels <= 1 << 16 else np.uint32


def _by_distance(array: pa.ChunkedArray, kind: pa.DataType | None = None) -> Coded | None:
    """Code whole numbers by their distance from the least: no look-up, where they lie close together."""
    chunks = [(chunk, _buffer(chunk)) for chunk in array.chunks if len(chunk)]
    low = min((int(values.min()) for _, values in chunks), default=0)
    high = max((int(values.max()) for _, values in chunks), default=0)
    if high - low >= MOST:
        return None
    empty = high - low + 1
    codes, start = np.empty(len(array), dtype=_kind(empty + 1)), 0
    for chunk, values in chunks:
        part = codes[start : start + len(chunk)]
        # The distances fit, so that they are right although what they are taken from is cut to as many bytes.
        np.copyto(part, values, casting="unsafe")
        np.subtract(part, part.dtype.type(low % (1 << 8 * part.itemsize)), out=part)
        _emptied(part, chunk, empty)
        start += len(chunk)
    numbers = np.arange(low, high + 2)
    mask = numbers > high
    levels = pa.array(np.where(mask, low, numbers), type=array.type, mask=mask)
    return Coded(codes, levels.cast(kind or array.type))


def _emptied(codes: NDArray[Any], chunk: pa.Array, empty: int) -> None:
    """Put the position of the empty value where a value is empty; whatever stands there is written over."""
    if chunk.null_count:
        filled = valid(chunk)
        np.multiply(codes, filled, out=codes)
        np.add(codes, np.multiply(filled ^ 1, codes.dtype.type(empty)), out=codes)


def valid(chunk: pa.Array) -> NDArray[np.uint8]:
    """Return 1 for each value that is there, and 0 for each empty one."""
    bits = chunk.buffers()[0]
    if bits is None:
        return np.full(len(chunk), 0 if pa.types.is_null(chunk.type) else 1, dtype=np.uint8)
    first, last = chunk.offset // 8, -(-(chunk.offset + len(chunk)) // 8)
    whole = np.unpackbits(np.frombuffer(bits, dtype=np.uint8)[first:last], bitorder="little")
    start = chunk.offset - 8 * first
    return whole[start : start + len(chunk)]


def _buffer(chunk: pa.Array) -> NDArray[Any]:
    """Return the numbers of a column as they lie in memory; what lies under an empty value is any number."""
    data = chunk.buffers()[1]
    return np.frombuffer(data, dtype=chunk.type.to_pandas_dtype())[chunk.offset : chunk.offset + len(chunk)]


def _by_letters(array: pa.Array) -> Coded | None:
    """Code texts of one short length by their letters, as those of classifications are: no text is looked up.

    Each letter is a digit in the base of how far apart the letters at its place are; the texts are in the order of the
    numbers that this makes of them. There is no answer for other texts, or where the numbers would be large.
    """
    large = pa.types.is_large_string(array.type)
    ends = np.frombuffer(array.buffers()[1], dtype=np.int64 if large else np.int32)[array.offset :][: len(array) + 1]
    filled, start = len(array) - array.null_count, ends[0]
    length = int(ends[-1] - start) // max(filled, 1)
    expected = np.multiply(valid(array), length, dtype=ends.dtype)
    if not 1 <= length <= LONGEST or not np.array_equal(np.diff(ends), expected):
        return None
    letters = np.frombuffer(array.buffers()[2], dtype=np.uint8)[start : ends[-1]].reshape(filled, length)
    numbers, texts = _spelled(letters)
    if numbers is None:
        return None
    codes = numbers
    if array.null_count:  # the texts lie one behind the other, and an empty value takes no room among them
        codes = looked_up(np.append(numbers, numbers[:1]), (ends[:-1] - start) // ends.dtype.type(length)).copy()
        _emptied(codes, array, len(texts))
    return Coded(codes, pa.array([*texts, None], type=array.type))


def _spelled(letters: NDArray[np.uint8]) -> tuple[NDArray[Any] | None, list[str]]:
    """Return the position of each text among the distinct ones, and these; no positions where these are too many.

    Parameters
    ----------
    letters : integer array of shape (texts, letters)
    """
    columns = [np.ascontiguousarray(letters[:, place]) for place in range(letters.shape[1])]
    low = [int(column.min()) for column in columns]
    spans = [int(column.max()) - least + 1 for column, least in zip(columns, low, strict=True)]
    if math.prod(spans) > WIDE:
        return None, []
    numbers = np.zeros(len(letters), dtype=_kind(math.prod(spans) + 1))
    for column, least, span in zip(columns, low, spans, strict=True):
        np.multiply(numbers, numbers.dtype.type(span), out=numbers)
        np.add(numbers, np.subtract(column, np.uint8(least), out=column), out=numbers)
    seen = np.flatnonzero(np.bincount(numbers))
    if len(seen) > MOST:
        return None, []
    table = np.zeros(int(seen[-1]) + 1, dtype=_kind(len(seen) + 1))
    table[seen] = np.arange(len(seen))
    found = np.transpose(np.unravel_index(seen, spans)) + np.array(low)
    return looked_up(table, numbers), [bytes(text.tolist()).decode() for text in found]


def _whole(array: pa.ChunkedArray) -> pa.Array:
    whole = array.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def _by_value(array: pa.ChunkedArray) -> Coded | None:
    """Code values in the order of their first rows."""
    whole = _whole(array)
    if len(whole) > 4 * PROBE:
        step = len(whole) // PROBE
        probe = pc.count_distinct(whole.take(pa.array(np.arange(0, len(whole), step)))).as_py()
        if probe > PROBE // 2:
            return None
    encoded = pc.dictionary_encode(whole)
    empty = len(encoded.dictionary)
    if empty > MOST:
        return None
    codes = _buffer(encoded.indices).astype(_kind(empty + 1))
    _emptied(codes, encoded.indices, empty)
    return Coded(codes, pa.concat_arrays([encoded.dictionary, pa.nulls(1, type=array.type)]))
