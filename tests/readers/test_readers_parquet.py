"""Parquet files that stay on disk: opened, taken apart, and read batch by batch."""

import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfs_migration import readers
from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import parquet

TABLE = pa.table(
    {
        "id": [f"{i:03}" for i in range(100)],
        "sex": pa.array(["m", "f"] * 50).dictionary_encode(),
        "age": pa.array([None, 4] * 50, pa.int8()),
    }
)
PLAIN = TABLE.set_column(1, "sex", TABLE["sex"].cast(pa.string()))


@pytest.fixture
def opened(tmp_path):
    pq.write_table(TABLE, tmp_path / "x.parquet", row_group_size=30)
    return parquet.open_parquet(tmp_path / "x.parquet", File(path="x.parquet", format="parquet"))


def test_opening_tells_what_reading_would(opened, tmp_path):
    table, source = opened
    assert (table.columns, len(table), source.rows) == (("id", "sex", "age"), 100, 100)
    assert source == readers.read_file(tmp_path / "x.parquet", File(path="x.parquet", format="parquet"))[1]
    assert table.whole() == PLAIN


def test_the_size_is_that_of_numbers_in_memory_at_least(opened):
    assert opened[0].nbytes >= 100 * 3 * parquet.WIDTH


@pytest.mark.parametrize("rows", [1, 7, 30, 1000])
def test_batches_are_the_file(opened, rows, monkeypatch):
    monkeypatch.setattr(parquet, "BATCH", rows)
    first, *others = opened[0].batches(["age", "sex"])
    assert (len(first), first.schema) == (0, others[0].schema)
    assert max(map(len, others)) <= rows
    assert pa.concat_tables(others) == PLAIN.select(["age", "sex"])


@pytest.mark.parametrize(("size", "pieces"), [(1, 4), (720, 4), (721, 2), (1 << 30, 1)])
def test_pieces_are_neighbouring_row_groups(opened, size, pieces):
    found = opened[0].pieces(size)
    assert len(found) == pieces
    assert pa.concat_tables(piece.whole() for piece in found) == PLAIN


def test_a_file_that_is_damaged_inside_is_named_when_it_is_read(opened):
    table, _ = opened
    content = bytearray(table.path.read_bytes())
    content[4:200] = bytes(196)
    table.path.write_bytes(bytes(content))
    for read in (table.whole, lambda: list(table.batches(["id"]))):
        with pytest.raises(ReadError, match=r"x\.parquet: Is not whole"):
            read()


def test_a_folder_keeps_its_parquet_files_on_disk(opened, tmp_path):
    from lfs_migration.catalog import load_country

    edition = load_country("egypt").model_copy(update={"files": {"x": File(path="x.parquet", format="parquet")}})
    tables, (source,) = readers.open_folder(tmp_path, edition)
    assert (tables["x"], source.name) == (opened[0], "x")
    assert readers.read_folder(tmp_path, edition)[0] == {"x": PLAIN}


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux's alone")
def test_a_name_of_other_bytes_is_said_so(opened, tmp_path):
    path = (tmp_path / "x.parquet").rename(tmp_path / os.fsdecode(b"enqu\xeate.parquet"))
    with pytest.raises(ReadError, match=r"not in UTF-8\. Rename it"):
        readers.read_file(path, File(path=path.name, format="parquet"))
