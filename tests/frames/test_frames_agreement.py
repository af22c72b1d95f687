"""An expression means the same on a frame as on plain values."""

from __future__ import annotations

import math

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lfs_migration import frames
from lfs_migration.expr import evaluate
from lfs_migration.model.dataset import Dataset

TYPES = {"i": pa.int64(), "j": pa.int64(), "f": pa.float64(), "t": pa.string(), "b": pa.bool_(), "c": pa.bool_()}

ints = st.one_of(st.none(), st.integers(-9, 9))
quarters = st.one_of(st.none(), st.integers(-20, 20).map(lambda n: n / 4))
words = st.one_of(st.none(), st.sampled_from(["1", "01", "NA", "x"]))
truths = st.sampled_from([True, False, None])
rows = st.lists(
    st.fixed_dictionaries({"i": ints, "j": ints, "f": quarters, "t": words, "b": truths, "c": truths}),
    min_size=1, max_size=4,
)  # fmt: skip

leaf_numbers = st.one_of(
    st.sampled_from(["i", "j", "f"]), st.integers(-9, 9).map(str), st.sampled_from(["0.5", "2.25"])
)
leaf_truths = st.sampled_from(["b", "c", "True", "False"])
texts = st.one_of(st.sampled_from(["t", "text(i)", "'1'", "'x'", "coalesce(t, 'x')"]))


def number(inner: st.SearchStrategy[str], truth: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda a: f"-({a})"),
        st.tuples(st.sampled_from(["abs", "ceil", "floor", "sqrt", "number"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["max", "min", "coalesce"]), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        inner.map(lambda a: f"cut({a}, -3, 0, 3)"),
        st.tuples(inner, truth, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        st.tuples(inner, truth).map(lambda p: f"({p[0]} if {p[1]} else None)"),
    )


def condition(inner: st.SearchStrategy[str], numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    among = st.sampled_from(["in", "not in"])
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda a: f"(not {a})"),
        st.tuples(numbers, compare, numbers).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(numbers, compare, numbers, compare, numbers).map(lambda p: f"({' '.join(p)})"),
        st.tuples(numbers, among, st.lists(st.integers(-3, 3), max_size=3)).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(texts, compare, texts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(texts, among, st.lists(st.sampled_from(["1", "01"]), max_size=2)).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
    )


numbers_1 = st.one_of(leaf_numbers, number(leaf_numbers, leaf_truths))
truths_1 = st.one_of(leaf_truths, condition(leaf_truths, numbers_1))
expressions = st.one_of(number(numbers_1, truths_1), condition(truths_1, numbers_1))


@given(expressions, rows)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_frame_and_plain_values_agree(text, data):
    columns = {name: pa.array([row[name] for row in data], type=kind) for name, kind in TYPES.items()}
    records = frames.Records(Dataset({"data": frames.frame(columns)}))
    found = records.values(text, "data").to_pylist()
    expected = [evaluate(text, row) for row in data]
    assert list(map(known, found)) == list(map(known, expected))


def known(value):
    """Numbers by value to nine digits, so that 1 is 1.0 and True is not 1."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    assert math.isfinite(value)
    return float(f"{value:.9g}") + 0.0
