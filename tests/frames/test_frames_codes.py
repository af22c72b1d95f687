"""Columns as positions in their levels, and keys of many rows."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfs_migration import frames
from lfs_migration.frames.codes import MOST, PROBE, coded, combined, joint, looked_up
from lfs_migration.frames.columns import link
from lfs_migration.frames.keys import linked, repeated


@pytest.mark.parametrize(
    "array",
    [
        pa.chunked_array([[3, None, -4], [], [3]], pa.int64()), pa.chunked_array([], pa.int64()),
        pa.chunked_array([[None, None]], pa.int32()), pa.chunked_array([[1, 1 << 60]]),
        pa.chunked_array([["a", None], ["", "a"]]), pa.chunked_array([[0.5, None, 0.5]]),
        pa.chunked_array([[True, None, False]]), pa.chunked_array([[date(2007, 1, 1), None]]),
        pa.chunked_array([pa.array([7, 300, None, 9])[1:]]), pa.chunked_array([pa.array([255, 0], pa.uint8())]),
        pa.chunked_array([pa.array([-128, 127, None], pa.int8())]),
    ],
)  # fmt: skip
def test_levels_and_positions_give_the_column_back(array):
    found = coded(array)
    assert found.levels.take(pa.array(found.codes)).to_pylist() == array.to_pylist()
    assert found.levels[-1].as_py() is None
    assert found.levels.null_count == 1
    small = found.compact
    assert small.levels.take(pa.array(small.codes)).to_pylist() == array.to_pylist()
    assert {*small.levels.to_pylist()} == {*array.to_pylist(), None}


def test_a_column_of_too_many_values_has_no_levels():
    amounts = np.random.default_rng(1).normal(size=200_000)
    assert coded(pa.chunked_array([amounts])) is None
    assert coded(pa.chunked_array([np.arange(70_000)])) is None
    assert coded(pa.chunked_array([[None]], pa.null())) is None


def test_combinations_are_in_the_order_of_their_positions():
    one, two = coded(pa.chunked_array([[5, 6, None]])), coded(pa.chunked_array([["x", None, "y"]]))
    places, used = joint([one, two], 100)
    levels = combined(used)
    assert [array.take(pa.array(places)).to_pylist() for array in levels] == [[5, 6, None], ["x", None, "y"]]
    assert joint([one, two], 5) is None


def test_values_in_no_row_are_left_out_where_there_are_too_many_combinations():
    far = coded(pa.chunked_array([[0, 9000, None]]))
    places, used = joint([far, far], 9)
    assert [len(one.levels) for one in used] == [3, 3]
    assert combined(used)[0].take(pa.array(places)).to_pylist() == [0, 9000, None]


keys = st.sampled_from(["a", "b", "c", None])


@given(st.lists(keys, max_size=8), st.lists(keys, max_size=4))
def test_runs_of_keys_are_linked_as_rows_are(children, parents):
    child = frames.frame({"id": pa.array(children, pa.string())})
    parent = frames.frame({"id": pa.array(parents, pa.string())})
    assert linked(child, parent, "id").tolist() == link(child, parent, "id").tolist()


@given(st.lists(st.tuples(keys, st.sampled_from([1, 2, None])), max_size=8), st.booleans())
def test_repeated_keys_are_those_that_are_there_twice(rows, sort):
    if sort:
        rows = sorted(rows, key=str)
    data = frames.frame(
        {"id": pa.array([r[0] for r in rows], pa.string()), "no": pa.array([r[1] for r in rows], pa.int64())}
    )
    blank, twice = repeated(data, ["id", "no"])
    assert blank.tolist() == [i for i, row in enumerate(rows) if None in row]
    assert twice.tolist() == [i for i, row in enumerate(rows) if None not in row and rows.count(row) > 1]


MANY = 4 * PROBE + 7


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("absent", [0, 0.4, 1])
@pytest.mark.parametrize(
    "words",
    [
        ["09", "zz", "AA"], ["é", "ñ", "Ǆ"], ["7"], ["ARM", "98"], ["", "aa"], ["\x00\x7f", "\x7f\x00"],
        ["abcdefghi"], [f"{number:06d}" for number in range(MOST + 5)],
    ],
)  # fmt: skip
def test_texts_coded_by_their_letters_come_back(words, absent, kind):
    draw = np.random.default_rng(len(words))
    texts = np.array(words, dtype=object)[draw.permutation(np.arange(MANY) % len(words))]
    column = pa.array(texts, kind, mask=draw.random(MANY) < absent)
    for array in (pa.chunked_array([column[5:]]), pa.chunked_array([column[5:99], column[99:]])):
        found = coded(array)
        if found is None:
            assert len(words) > MOST
            continue
        assert found.levels.take(pa.array(found.codes)).equals(column[5:])
        assert found.levels[-1].as_py() is None
        assert found.levels.null_count == 1


@pytest.mark.parametrize("rows", [0, 1, PROBE + 2, PROBE + 3])
@pytest.mark.parametrize("levels", [1, 3, 256, 257])
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.bool_, np.float64])
def test_looking_up_many_rows_is_looking_up_each(rows, levels, kind):
    draw = np.random.default_rng(rows + levels)
    table = draw.integers(0, 2 if kind is np.bool_ else 127, levels).astype(kind)
    places = draw.integers(0, levels, rows).astype(np.uint8 if levels <= 256 else np.uint16)
    found = looked_up(table, places)
    assert found.dtype == table.dtype
    assert found.tolist() == table[places].tolist()


def test_what_lies_under_an_empty_value_is_not_seen():
    under = pa.Array.from_buffers(pa.int64(), 9, [pa.py_buffer(bytes([0b10111010, 0])), pa.py_buffer(np.arange(9) * 9)])
    found = coded(pa.chunked_array([under, under[3:]]))
    expected = [None, 9, None, 27, 36, 45, None, 63, None]
    assert found.levels.take(pa.array(found.codes)).to_pylist() == expected + expected[3:]


@pytest.mark.parametrize("text", [["a", "b", "c"], ["b", "a", "c"], ["a", "b", "a"], ["a", None, "c"]])
def test_keys_in_order_are_numbered_as_others_are(text):
    data = frames.frame({"id": pa.array(text, pa.string()).take(pa.array([0, 0, 1, 2, 2]))})
    number, rows = frames.numbered(data, ["id"]).tolist(), frames.values(data, "id")
    assert [one < 0 for one in number] == [row is None for row in rows]
    assert [[a == b for b in number] for a in number] == [[a == b for b in rows] for a in rows]
