"""Files that are cut off, damaged, empty, or not what their name says: a ReadError each, and never half a table."""

from __future__ import annotations

import os
import random
import struct
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import process, read_any
from lfs_migration.readers.packages.statistical import read_statistical

FRAME = pd.DataFrame(
    {
        "a": [float(i % 7) for i in range(400)],
        "b": [i * 1.5 for i in range(400)],
        "s": ["NA", "NO", "004", "Երևան"] * 100,
    }
)
LABELS = {"a": {float(i): f"Պատասխան {i}" for i in range(7)}}
WRITERS = {
    "plain.sav": lambda path: pyreadstat.write_sav(FRAME, path, variable_value_labels=LABELS),
    "packed.sav": lambda path: pyreadstat.write_sav(FRAME, path, row_compress=True, variable_value_labels=LABELS),
    "zipped.zsav": lambda path: pyreadstat.write_sav(FRAME, path, compress=True, variable_value_labels=LABELS),
    "stata8.dta": lambda path: pyreadstat.write_dta(FRAME, path, version=8, variable_value_labels=LABELS),
    "stata12.dta": lambda path: pyreadstat.write_dta(FRAME, path, version=12, variable_value_labels=LABELS),
    "stata13.dta": lambda path: pyreadstat.write_dta(FRAME, path, version=13, variable_value_labels=LABELS),
    "stata15.dta": lambda path: pyreadstat.write_dta(FRAME, path, variable_value_labels=LABELS),
}


@pytest.fixture(scope="module", params=WRITERS)
def intact(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("intact") / request.param
    WRITERS[request.param](path)
    return path


def uncounted(data: bytes) -> bytes:
    """Return a .sav whose header counts no rows."""
    changed = bytearray(data)
    changed[80:84] = struct.pack("<i", -1)
    place = data.index(struct.pack("<4i", 7, 16, 8, 2))
    changed[place + 24 : place + 32] = struct.pack("<q", -1)
    return bytes(changed)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.999])
def test_a_cut_off_file_is_refused(intact, tmp_path, share):
    data = intact.read_bytes()
    path = tmp_path / intact.name
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ReadError) as caught:
        read_any(path)
    assert str(path) in str(caught.value)
    assert "again" in caught.value.hint


def test_every_cut_of_the_last_bytes_is_seen(intact, tmp_path):
    """The library itself takes files without their last labels; the walk to the end does not."""
    data = intact.read_bytes()
    path = tmp_path / intact.name
    for length in range(len(data) - 40, len(data), 3):
        path.write_bytes(data[:length])
        with pytest.raises(ReadError, match=r"Is not whole.*cut off"):
            read_any(path)


@pytest.mark.parametrize("name", ["plain.sav", "packed.sav"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_cut_off_file_that_counts_no_rows_is_refused(tmp_path, name, share):
    path = tmp_path / name
    WRITERS[name](path)
    data = uncounted(path.read_bytes())
    # A cut exactly behind a row cannot be known by anybody.
    path.write_bytes(data[: int(len(data) * share) // 8 * 8 - 3])
    with pytest.raises(ReadError, match="Is not whole"):
        read_any(path)


def test_the_library_alone_would_have_taken_it(tmp_path):
    """Why the length is checked here: half a file without a count opens, with half of its rows."""
    path = tmp_path / "plain.sav"
    WRITERS["plain.sav"](path)
    data = uncounted(path.read_bytes())
    path.write_bytes(data[: len(data) // 2])
    assert len(pyreadstat.read_sav(path)[0]) < len(FRAME) / 2


def test_a_header_that_declares_too_many_rows(tmp_path):
    path = tmp_path / "plain.sav"
    for name in ("plain.sav", "packed.sav", "zipped.zsav"):
        WRITERS[name](path)
        data = bytearray(path.read_bytes())
        data[80:84] = struct.pack("<i", 2_000_000_000)
        path.write_bytes(data)
        with pytest.raises(ReadError, match=r"rows that its header declares take .* gigabytes"):
            read_any(path)
        data[80:84] = struct.pack("<i", 2_000)
        path.write_bytes(data)
        with pytest.raises(ReadError, match="declares 2,000 rows"):
            read_any(path)


@pytest.mark.parametrize("seed", range(5))
def test_random_damage_never_ends_in_another_error(intact, tmp_path, seed):
    chance = random.Random(f"{seed}{intact.name}")
    data = bytearray(intact.read_bytes())
    for _ in range(chance.choice([1, 4, 40])):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    path = tmp_path / intact.name
    path.write_bytes(data)
    try:
        table, source = read_any(path)
    except ReadError as error:
        assert str(path) in str(error)
    else:
        assert table.num_rows == source.rows


@pytest.mark.parametrize("ending", ["sav", "zsav", "dta", "csv", "parquet"])
def test_an_empty_file(tmp_path, ending):
    path = tmp_path / f"empty.{ending}"
    path.touch()
    with pytest.raises(ReadError, match=r"Is empty. It has 0 bytes"):
        read_any(path)


@pytest.mark.parametrize(
    ("ending", "content", "message"),
    [
        ("sav", b"sex,age\n1,34\n", "Is not an SPSS file.*looks like a text file.*format: csv"),
        ("dta", b"sex,age\n1,34\n", "Is not a Stata file.*looks like a text file.*format: csv"),
        ("sav", b"PK\x03\x04" + bytes(100), "Is not an SPSS file.*Excel"),
        ("dta", b"$FL2@(#) SPSS DATA FILE", "Is not a Stata file.*an SPSS file.*format: sav"),
        ("parquet", b"<stata_dta><header>", "Is not a Parquet file.*a Stata file.*format: dta"),
        ("csv", b"PAR1" + bytes(100), "Is not a text file.*a Parquet file"),
        ("sav", b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV\x15", "an encrypted SPSS file.*without a password"),
        ("dta", bytes(range(256)), "does not begin as one"),
    ],
)
def test_a_file_under_a_wrong_name(tmp_path, ending, content, message):
    path = tmp_path / f"renamed.{ending}"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=message):
        read_any(path)


def test_a_file_without_rows(tmp_path):
    path = tmp_path / "none.sav"
    pyreadstat.write_sav(FRAME.iloc[:0].astype({"s": str}), path)
    with pytest.raises(ReadError, match=r"Has no rows. It has 3 variables"):
        read_any(path)


def pretend(monkeypatch, tmp_path: Path, program: str) -> Path:
    """Put another program in the place of the child process of each file, and give a file to read."""
    child = tmp_path / "other.py"
    child.write_text(program)
    monkeypatch.setattr(process, "CHILD", child)
    monkeypatch.setitem(read_statistical.__kwdefaults__, "run", process.run)
    path = tmp_path / "good.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": [1]}), path)
    return path


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_a_crash_of_the_library_is_an_error_of_the_file(monkeypatch, tmp_path):
    path = pretend(monkeypatch, tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(ReadError, match=r"good.sav: Cannot be read. The reader crashed \(SIGSEGV\).*export it again"):
        read_any(path)


def test_a_child_that_fails_says_why(monkeypatch, tmp_path):
    path = pretend(monkeypatch, tmp_path, "raise ValueError('what now')")
    with pytest.raises(ReadError, match="ended with code 1: ValueError: what now"):
        read_any(path)


def test_a_child_without_a_report(monkeypatch, tmp_path):
    with pytest.raises(ReadError, match="left no report"):
        read_any(pretend(monkeypatch, tmp_path, ""))


def test_a_time_limit(monkeypatch, tmp_path):
    path = pretend(monkeypatch, tmp_path, "import time; time.sleep(60)")
    with pytest.raises(ReadError, match=r"Takes too long to read.*after 1 seconds"):
        read_statistical(path, File(path="good.sav", format="sav"), timeout=1)


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX's")
def test_a_memory_limit(monkeypatch, tmp_path):
    text = Path(process.CHILD).read_text("utf-8").replace("4 << 30", "1 << 20")
    path = pretend(monkeypatch, tmp_path, text)
    pyreadstat.write_sav(FRAME, path)
    with pytest.raises(ReadError, match=r"Needs too much memory|ended with|Cannot be read"):
        read_any(path)


def test_no_temporary_file_is_left(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "stage"))
    (tmp_path / "stage").mkdir()
    path = tmp_path / "good.sav"
    pyreadstat.write_sav(FRAME, path)
    read_any(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ReadError):
        read_any(path)
    assert not list((tmp_path / "stage").iterdir())
