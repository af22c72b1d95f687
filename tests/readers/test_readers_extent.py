"""Every file is walked to its end before the library sees it: cuts, contradictions and sizes."""

from __future__ import annotations

import struct
import time
import zlib

import made
import numpy as np
import pandas as pd
import pyreadstat
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import extent, read_any
from lfs_migration.readers.packages.extent_spss import _Pieces
from lfs_migration.readers.packages.statistical import read_statistical


@pytest.fixture(params=made.makers())
def intact(request, tmp_path):
    path = tmp_path / request.param
    made.makers()[request.param](path)
    return path


def test_what_is_damaged_later_opens_as_it_is(intact):
    table, source = read_any(intact)
    assert table.num_rows == source.rows > 0


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_says_so(intact, share):
    data = intact.read_bytes()
    intact.write_bytes(data[: min(int(len(data) * share), len(data) - 1)])
    with pytest.raises(ReadError, match=r"Is not whole.*It was cut off"):
        read_any(intact)


def test_fewer_rows_declared_than_there_are(tmp_path):
    """Half a survey that says it is whole."""
    for name in ("plain.sav", "packed.sav", "zipped.zsav"):
        path = tmp_path / name
        made.makers()[name](path)
        data = bytearray(path.read_bytes())
        data[80:84] = struct.pack("<i", 30)
        path.write_bytes(data)
        with pytest.raises(ReadError, match=r"Is damaged. Its header declares 30 rows, and it holds 40"):
            read_any(path)


@pytest.mark.parametrize("name", ["stata8.dta", "release103.dta", "release108.dta", "release115.dta"])
def test_another_count_of_rows_in_an_old_stata_file(tmp_path, name):
    path = tmp_path / name
    made.makers()[name](path)
    data = bytearray(path.read_bytes())
    order = "big" if data[1] == 1 else "little"
    data[6:10] = (int.from_bytes(data[6:10], order) - 1).to_bytes(4, order)
    path.write_bytes(data)
    with pytest.raises(ReadError, match=r"Is damaged|Is not whole"):
        read_any(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"h2\0", b"b1\0", "It has two columns b1"),
        (b"h2\0", b"\0\0\0", "The name of column 2 is ''"),
        (b"%8.0g\0", b"8.0gg\0", "Column b1 has no display format"),
        (struct.pack("<2i", 2, 7), struct.pack("<2i", 2, 700), "takes 31"),
        (struct.pack("<2i", 0, 4), struct.pack("<2i", 0, 40), "begins outside"),
        (struct.pack("<d", 1e10), struct.pack("<d", np.nan), "Row 2 of column 5 holds bits that are no number"),
        (struct.pack("<f", -1.5), struct.pack("<f", np.inf), "Row 2 of column 4 holds bits that are no number"),
        (bytes([251, 252]), bytes([251, 0]), "A column is of type 0, which release 115 does not have"),
        (b"s\x02\x01", b"t\x02\x01", "names the release 116, which Stata never gave out"),
    ],
)
def test_an_old_stata_file_that_contradicts_itself(tmp_path, old, new, message):
    path = tmp_path / "old.dta"
    data = made.old_stata(115)
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    with pytest.raises(ReadError, match=f"Is damaged. .*{message}"):
        read_any(path)


def test_two_sets_of_labels_with_one_name(tmp_path):
    path = tmp_path / "old.dta"
    data = made.old_stata(114)
    path.write_bytes(data + data[-(4 + 33 + 3 + 31) :])
    with pytest.raises(ReadError, match="two sets of value labels yn"):
        read_any(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"<strls>", b"<strlz>", "Its map says that <strls> is at byte"),
        (b"<lbl>", b"<lbx>", "Its value labels do not end with their mark"),
        (b"<release>118", b"<release>120", "not that of releases 117 to 119"),
    ],
)
def test_a_newer_stata_file_that_contradicts_itself(tmp_path, old, new, message):
    path = tmp_path / "new.dta"
    made.new_stata(path, 118, "little")
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(ReadError, match=f"Is damaged. .*{message}"):
        read_any(path)


def test_stata_13_leaves_one_place_out_of_its_map(tmp_path):
    path = tmp_path / "new.dta"
    made.new_stata(path, 117, "little")
    data = bytearray(path.read_bytes())
    place = data.index(b"<map>") + 5 + 7 * 8
    data[place : place + 8] = bytes(8)
    path.write_bytes(data)
    assert read_any(path)[1].rows == 3


def bomb(path, rows):
    """Write a small .zsav that becomes large."""
    pyreadstat.write_sav(pd.DataFrame({f"v{i}": np.ones(rows) for i in range(20)}), path, compress=True)
    return path


def test_a_small_file_that_becomes_large_is_refused_before_it_does(tmp_path):
    path = bomb(tmp_path / "bomb.zsav", 200_000)
    assert path.stat().st_size < 63_000
    began = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_statistical(path, File(path=path.name, format="zsav"), budget=10_000_000)
    assert time.monotonic() - began < 1
    assert str(caught.value) == (
        f"{path}: Is too large. The 200,000 rows that its header declares take 0.03 gigabytes when they are read, "
        "and the budget is 0.01. If the file is right, leave out columns before the export, or raise the budget: "
        "set LFS_READ_GIGABYTES=1 in the environment."
    )


def test_the_budget_is_raised_in_the_environment(tmp_path, monkeypatch):
    path = bomb(tmp_path / "bomb.zsav", 1000)
    monkeypatch.setenv("LFS_READ_GIGABYTES", "0.00001")
    with pytest.raises(ReadError, match="Is too large"):
        read_any(path)
    monkeypatch.setenv("LFS_READ_GIGABYTES", "0.001")
    assert read_any(path)[1].rows == 1000
    monkeypatch.setenv("LFS_READ_GIGABYTES", "much")
    with pytest.raises(ReadError, match=r"LFS_READ_GIGABYTES is 'much'. Give gigabytes"):
        read_any(path)


def test_a_block_that_unpacks_to_more_than_it_says(tmp_path):
    path = bomb(tmp_path / "bomb.zsav", 1000)
    data = bytearray(path.read_bytes())
    size = len(data) - 8
    unpacked = struct.unpack("<i", data[size : size + 4])[0]
    data[size : size + 4] = struct.pack("<i", unpacked - 8)
    path.write_bytes(data)
    with pytest.raises(ReadError, match=rf"Is damaged.*does not have the {unpacked - 8:,} bytes"):
        read_any(path)


def test_a_header_without_rows_does_not_hide_a_bomb(tmp_path):
    """The list of the blocks tells the size, where the header does not."""
    path = bomb(tmp_path / "bomb.zsav", 200_000)
    data = bytearray(path.read_bytes())
    data[80:84] = struct.pack("<i", -1)
    place = data.index(struct.pack("<4i", 7, 16, 8, 2))
    data[place + 24 : place + 32] = struct.pack("<q", -1)
    path.write_bytes(data)
    with pytest.raises(ReadError, match="Its compressed rows take"):
        read_statistical(path, File(path=path.name, format="zsav"), budget=1_000_000)


@pytest.mark.parametrize("size", [8, 16, 24, 1 << 20])
def test_pieces_are_counted_the_same_in_parts_of_any_length(size):
    blocks = [bytes([253, 1, 0, 253, 2, 254, 255, 100]), b"x" * 8, b"\xfd" * 8, bytes([9, 8, 253, 252, 253, 1, 1, 1])]
    stream = b"".join(blocks) + b"y" * 8
    pieces = _Pieces()
    for start in range(0, len(stream), size):
        pieces.feed(stream[start : start + size])
    assert (pieces.count, pieces.owed) == (7 + 3, False)
    short = _Pieces()
    short.feed(stream[:-8])
    assert short.owed


def test_an_unknown_record_is_damage_and_not_the_end_of_the_walk(tmp_path):
    path = tmp_path / "plain.sav"
    made.makers()["plain.sav"](path)
    data = bytearray(path.read_bytes())
    data[176:180] = struct.pack("<i", 5)
    path.write_bytes(data)
    with pytest.raises(ReadError, match="a record of a kind 5, which there is not"):
        read_any(path)


def test_the_cursor_never_leaves_the_file(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(10))
    with path.open("rb") as handle:
        file = extent.Cursor(handle, 10)
        for wrong in (lambda: file.skip(11), lambda: file.skip(-1), lambda: file.jump(11), lambda: file.take(-1)):
            with pytest.raises(extent.EndError):
                wrong()


def test_what_zlib_says_is_damage(tmp_path):
    path = bomb(tmp_path / "bomb.zsav", 1000)
    data = path.read_bytes()
    place = data.index(zlib.compress(b"")[:1], 400)
    start = struct.unpack("<q", data[-24 + 8 : -8])[0] if place else 0
    changed = bytearray(data)
    changed[start + 4] ^= 0xFF
    path.write_bytes(changed)
    with pytest.raises(ReadError, match=r"Is damaged. A block of its rows"):
        read_any(path)
