"""Whatever a table, its labels and its missing codes are: what was written is read, and what is lost is listed."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lfs_migration.model.dataset import Source
from lfs_migration.readers import differences, read_any, typed, write_file

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NAMES = st.lists(
    st.text("abcXYZ_1é ก.", min_size=1, max_size=36).filter(lambda name: name.strip() == name),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip
NUMBERS = st.one_of(st.integers(-(2**54), 2**54), st.floats(allow_nan=False, allow_infinity=False, width=32))
MOMENTS = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
KINDS = st.sampled_from([LETTERS, st.integers(-(2**54), 2**54), NUMBERS.map(float), MOMENTS, st.dates(), st.times()])
CODES = st.one_of(st.integers(-9, 999), st.sampled_from(["NA", "NO", "004", ".a", ".b", "longer than 8"]))
RANGES = st.tuples(st.floats(-1e6, 0), st.sampled_from([0.5, 1e6, float("inf")]))


@st.composite
def files(draw):
    """A table and its source, which a survey file may hold or not."""
    names, rows = draw(NAMES), draw(st.integers(1, 5))
    columns = {name: draw(st.lists(st.none() | draw(KINDS), min_size=rows, max_size=rows)) for name in names}
    some = st.sampled_from(names)
    labels = st.dictionaries(CODES, LETTERS, max_size=4)
    source = Source(
        "", "", "", rows,
        labels=draw(st.dictionaries(some, LETTERS)),
        value_labels=draw(st.dictionaries(some, labels)),
        user_missing={
            name: tuple(dict.fromkeys(codes))
            for name, codes in draw(st.dictionaries(some, st.lists(CODES | RANGES, max_size=4))).items()
        },
        title=draw(LETTERS), documents=tuple(draw(st.lists(LETTERS, max_size=2))),
        measures=draw(st.dictionaries(some, st.sampled_from(["nominal", "ordinal", "scale"]))),
    )  # fmt: skip
    return pa.table(columns), source


@pytest.mark.parametrize("ending", ["sav", "zsav", "dta", "csv", "parquet"])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=files(), tags=st.booleans())
def test_what_is_written_is_read_and_what_is_lost_is_listed(ending, made, tags):
    table, source = made
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"data.{ending}")
        written = write_file(table, source, path, lossy=True, tags=tags)
        back, read = typed(*read_any(path))
    assert differences(written.table, written.source, back, read) == []
