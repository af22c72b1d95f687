"""Files appear whole or not at all."""

import hashlib
import os

import pytest

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import atomic, ready, sha256, write_bytes, write_text


def test_a_writer_that_raises_leaves_the_earlier_file(tmp_path):
    path = write_text(tmp_path / "tables.csv", "earlier")
    with pytest.raises(ZeroDivisionError), atomic(path) as part:
        part.write_text("half of it")
        raise ZeroDivisionError
    assert path.read_text() == "earlier"
    assert [entry.name for entry in tmp_path.iterdir()] == ["tables.csv"]


def test_an_interrupted_writer_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), atomic(tmp_path / "new.csv") as part:
        part.write_text("half of it")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_nobody_sees_the_name_before_the_end(tmp_path):
    with atomic(tmp_path / "tables.csv") as part:
        part.write_text("rows")
        assert not (tmp_path / "tables.csv").exists()
        assert part.parent == tmp_path
    assert (tmp_path / "tables.csv").read_text() == "rows"


def test_folders_are_made(tmp_path):
    assert write_bytes(tmp_path / "a" / "b" / "c.bin", b"\x00").read_bytes() == b"\x00"


def test_the_file_can_be_read_by_whom_the_system_says(tmp_path):
    earlier = os.umask(0o027)
    try:
        path = write_text(tmp_path / "x", "x")
    finally:
        os.umask(earlier)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_where_the_folder_should_be_is_said_so(tmp_path):
    write_text(tmp_path / "out", "")
    with pytest.raises(LfsMigrationError, match=r"tables\.csv: This file could not be written.*another folder"):
        write_text(tmp_path / "out" / "tables.csv", "")


def test_a_folder_of_the_same_name_is_said_so(tmp_path):
    (tmp_path / "tables.csv").mkdir()
    with pytest.raises(LfsMigrationError, match="A folder of this name is in the way"):
        write_text(tmp_path / "tables.csv", "")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "No space left on device.*disk has room"),
        (OSError(30, "Read-only file system"), "Read-only file system"),
        (PermissionError(13, "Permission denied"), "close the file if another program has it open"),
    ],
)
def test_a_full_or_locked_disk_is_said_so(tmp_path, error, words):
    path = write_text(tmp_path / "tables.csv", "earlier")
    with pytest.raises(LfsMigrationError, match=words), atomic(path) as part:
        part.write_text("half")
        raise error
    assert path.read_text() == "earlier"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_error_of_ours_passes_unchanged(tmp_path):
    ours = LfsMigrationError("No room in the table")
    with pytest.raises(LfsMigrationError) as caught, atomic(tmp_path / "x") as part:
        part.write_text("half")
        raise ours
    assert caught.value is ours


def test_half_a_sign_does_not_stop_a_file(tmp_path):
    assert write_text(tmp_path / "x", "a\ud800\r\nb").read_bytes() == b"a\\ud800\r\nb"


def test_a_folder_whose_name_is_of_other_bytes_is_refused_before_the_work(tmp_path):
    folder = tmp_path / os.fsdecode(b"sorti\xe9")
    with pytest.raises(LfsMigrationError, match=r"sorti.*: Its name is not in UTF-8\. Rename it"):
        ready(folder)
    assert list(tmp_path.iterdir()) == []


def test_hash(tmp_path):
    assert sha256(write_bytes(tmp_path / "x", b"abc")) == hashlib.sha256(b"abc").hexdigest()
