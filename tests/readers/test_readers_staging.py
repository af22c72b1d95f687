"""A file that was staged is the file that was read; a stage that is not surely that is never used."""

from __future__ import annotations

import dataclasses
import datetime as dt
import multiprocessing
import os
import stat
import struct
import time
from pathlib import Path

import made
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from lfs_migration.errors import LfsMigrationError, ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Doubt, MultipleResponse, Source
from lfs_migration.readers import ParquetTable, Stage, folder, notes, read_file
from lfs_migration.readers.packages import columns
from lfs_migration.readers.packages.statistical import read_statistical
from lfs_migration.readers.process import Slowly
from lfs_migration.readers.stages import staged as staged_module
from lfs_migration.readers.stages import staging, staging_json
from lfs_migration.readers.text import streaming
from lfs_migration.readers.text.delimited import read_csv
from lfs_migration.seals import opened, sealed

Read = tuple[pa.Table, Source]


def spec_of(path: Path, **more) -> File:
    return File(path=path.name, format=path.suffix[1:], **more)


def same(one: Read, other: Read) -> None:
    assert one[0].schema.equals(other[0].schema, check_metadata=True)
    assert one[0].equals(other[0])
    assert one[1] == other[1]
    for left, right in ((one[1].value_labels, other[1].value_labels), (one[1].user_missing, other[1].user_missing)):
        assert repr(left) == repr(right), "a code is another kind of number"


@pytest.fixture
def stage(tmp_path) -> Stage:
    return Stage(tmp_path / "stage")


@pytest.fixture
def readings(monkeypatch) -> list[Path]:
    """Count what is read from the files themselves."""
    counted: list[Path] = []
    fresh = folder._fresh

    def count(path, *more):
        counted.append(path)
        return fresh(path, *more)

    monkeypatch.setattr(folder, "_fresh", count)
    return counted


def stata(path: Path) -> None:
    frame = pd.DataFrame({"answer": pd.Series([1.0, "a", None, 2.5], dtype=object), "day": [dt.date(1999, 5, 6)] * 4})
    pyreadstat.write_dta(
        frame, path, file_label="A survey", variable_value_labels={"answer": {1: "yes", "a": "refused"}},
        missing_user_values={"answer": ["a"]},
    )  # fmt: skip


def spss(path: Path) -> None:
    frame = pd.DataFrame({
        "age": [34.0, 97.0, -3.0], "far": [6.3e15, 1.0, 2.0],
        "when": pd.to_datetime(["2023-05-06 10:11:12", None, None]),
        "hour": pd.Series([dt.time(10, 11), None, None], dtype=object), "share": [0.5, None, 1e300],
        "place": ["NA", "Érd", ""],
    })  # fmt: skip
    pyreadstat.write_sav(
        frame, path, file_label="title", note=["one", "two"], column_labels={"age": "Տարիք"},
        variable_value_labels={"age": {97.0: "refused", 0.5: "half"}, "place": {"NA": "Namibia"}},
        missing_ranges={"age": [{"lo": float("-inf"), "hi": -1}, 97], "place": ["NA"]},
        variable_format={"far": "DATETIME20"}, variable_measure={"age": "scale"},
    )  # fmt: skip


def text(path: Path) -> None:
    path.write_text('hh;country;note\n004;NA;"a;b"\n010150;NO;Ã©\n;;\n', "utf-8")


FILES = {"all.dta": (stata, {}), "all.sav": (spss, {}), "all.csv": (text, {"delimiter": ";", "decimal": ","})}


@pytest.mark.parametrize("name", FILES)
def test_what_was_staged_is_what_was_read(tmp_path, stage, readings, name):
    path = tmp_path / name
    make, more = FILES[name]
    make(path)
    spec = spec_of(path, **more)
    direct = read_file(path, spec, ["en", "es"])
    first, second = (read_file(path, spec, ["en", "es"], stage) for _ in range(2))
    same(direct, first)
    same(direct, second)
    assert len(readings) == 2, "the third time it came from the stage"


def test_what_the_files_hold_is_worth_staging(tmp_path):
    """The comparison above means something: each kind of knowledge is there."""
    spss(tmp_path / "a.sav")
    stata(tmp_path / "a.dta")
    text(tmp_path / "a.csv")
    table, source = read_file(tmp_path / "a.sav", spec_of(tmp_path / "a.sav"))
    assert notes(table)
    assert source.user_missing["age"][0][0] == float("-inf")
    assert source.documents and source.title and source.measures and source.labels
    assert {type(code) for code in source.value_labels["age"]} == {int, float}
    assert read_file(tmp_path / "a.dta", spec_of(tmp_path / "a.dta"))[1].user_missing == {"answer": (".a",)}
    assert read_file(tmp_path / "a.csv", spec_of(tmp_path / "a.csv", delimiter=";"), ["en"])[1].doubts


@pytest.mark.parametrize("name", made.makers())
def test_every_kind_of_file(tmp_path, stage, readings, name):
    path = tmp_path / name
    made.makers()[name](path)
    direct = read_file(path, spec_of(path))
    read_file(path, spec_of(path), (), stage)
    same(direct, read_file(path, spec_of(path), (), stage))
    assert len(readings) == 2


def test_a_source_with_everything_survives_its_sidecar():
    source = Source(
        "pp", "p.sav", "ab", 7, "utf-8", {"a": "A"}, {"a": {1: "one", 1.5: "half", "x": "text"}},
        {"a": (97, 98.5, (float("-inf"), 0), (90, float("inf")), "NA")}, "t", ("one", "two"),
        (MultipleResponse("$m", "Several", ("a", "b"), "1"), MultipleResponse("$n", "", ("a",))), {"a": "scale"},
        (Doubt("a", "row 1", "Ã©", 3, "why", "hint"),),
    )  # fmt: skip
    empty = [one.name for one in dataclasses.fields(source) if getattr(source, one.name) in ("", (), {}, 0)]
    assert not empty, "a new field of Source needs a place in the sidecar, and here"
    data = sealed({"source": staging_json.plain_source(source)})
    held = opened(data)
    assert held is not None
    back = staging_json.source_of(held["source"])
    assert back == source
    assert repr(back) == repr(source)
    assert b"Infinity" not in data


@pytest.fixture
def staged(tmp_path, stage, readings):
    """A file with its stage, older than what may have changed unseen."""
    path = tmp_path / "all.csv"
    text(path)
    os.utime(path, ns=(0, time.time_ns() - 10_000_000_000))
    read_file(path, spec_of(path, delimiter=";"), ["en"], stage)
    assert readings == [path]
    return path


def again(path: Path, stage: Stage, **more) -> Read:
    return read_file(path, spec_of(path, **{"delimiter": ";", **more}), ["en"], stage)


def part(stage: Stage, ending: str) -> Path:
    (found,) = stage.folder.glob(f"*.{ending}")
    return found


def test_a_file_that_is_as_it_was_is_not_even_hashed(staged, stage, readings, monkeypatch):
    monkeypatch.setattr(staging, "sha256", lambda path: pytest.fail(f"{path} was hashed"))
    again(staged, stage)
    assert len(readings) == 1


def test_a_file_with_another_time_and_the_same_bytes(staged, stage, readings, monkeypatch):
    os.utime(staged)
    again(staged, stage)
    assert len(readings) == 1
    os.utime(staged, ns=(0, time.time_ns() - 10_000_000_000))
    again(staged, stage)
    monkeypatch.setattr(staging, "sha256", lambda path: pytest.fail("it was hashed a second time"))
    again(staged, stage)
    assert len(readings) == 1


def test_a_file_with_other_bytes_of_the_same_size(staged, stage, readings):
    staged.write_bytes(staged.read_bytes().replace(b"NA", b"SE"))
    table, source = again(staged, stage)
    assert len(readings) == 2
    assert table.column("country").to_pylist() == ["SE", "NO", None]
    assert again(staged, stage)[1] == source
    assert len(readings) == 2, "the new bytes were staged"


def test_a_file_that_changed_within_one_tick_of_its_clock(tmp_path, stage, readings):
    path = tmp_path / "all.csv"
    text(path)
    read_file(path, spec_of(path, delimiter=";"), ["en"], stage)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"NA", b"SE"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert again(path, stage)[0].column("country").to_pylist()[0] == "SE"


@pytest.mark.parametrize("more", [{"decimal": ","}, {"encoding": "utf-8"}, {"thousands": " "}])
def test_another_way_to_read_it(staged, stage, readings, more):
    again(staged, stage, **more)
    assert len(readings) == 2


def test_other_languages(staged, stage, readings):
    read_file(staged, spec_of(staged, delimiter=";"), ["hy"], stage)
    assert len(readings) == 2


@pytest.mark.parametrize("what", ["READER", "made_by"])
def test_another_version(staged, stage, readings, monkeypatch, what):
    monkeypatch.setattr(
        staging, what, staging.READER + 1 if what == "READER" else lambda *names: dict.fromkeys(names, "0.0")
    )
    again(staged, stage)
    assert len(readings) == 2


def test_what_stands_beside_the_file_counts(staged, stage, readings):
    staged.with_name("all.csv.about.json").write_text("{}", "utf-8")
    again(staged, stage)
    again(staged, stage)
    assert len(readings) == 2


def test_a_tighter_budget(staged, stage, readings, monkeypatch):
    monkeypatch.setenv("LFS_READ_GIGABYTES", "0.00000001")
    again(staged, stage)
    assert len(readings) == 2


def flipped(path: Path, place: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)


DAMAGE = {
    "flipped": flipped,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-7]),
    "emptied": lambda path: path.write_bytes(b""),
    "of another kind": lambda path: path.write_bytes(b"[1, 2, {}]"),
    "gone": Path.unlink,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("ending", ["parquet", "arrow", "json"])
def test_a_damaged_stage_is_read_again(staged, stage, readings, ending, damage):
    direct = read_file(staged, spec_of(staged, delimiter=";"), ["en"])
    DAMAGE[damage](part(stage, ending))
    same(direct, again(staged, stage))
    assert len(readings) == 3
    if damage != "a folder":
        same(direct, again(staged, stage))
        assert len(readings) == 3, "and staged again"


@pytest.mark.parametrize("ending", ["parquet", "arrow", "json"])
def test_every_bit_counts(staged, stage, readings, ending):
    direct = read_file(staged, spec_of(staged, delimiter=";"), ["en"])
    for number in range(20):
        flipped(part(stage, ending), number / 20)
        same(direct, again(staged, stage))
    assert len(readings) == 22


def test_a_flipped_bit_behind_the_old_time(staged, stage, readings):
    path = part(stage, "arrow")
    before = path.stat()
    flipped(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    again(staged, stage)
    assert len(readings) == 2


def test_a_stage_that_was_copied_is_good_after_a_look(staged, stage, readings):
    for ending in ("parquet", "arrow"):
        path = part(stage, ending)
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)
    again(staged, stage)
    assert len(readings) == 1


def test_what_is_damaged_is_refused_with_a_stage_as_without(tmp_path, stage):
    path = tmp_path / "all.sav"
    spss(path)
    read_file(path, spec_of(path), (), stage)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ReadError, match="Is not whole"):
        read_file(path, spec_of(path), (), stage)
    path.unlink()
    with pytest.raises(ReadError, match="No such file"):
        read_file(path, spec_of(path), (), stage)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_only_the_owner_sees_a_stage(staged, stage):
    assert stat.S_IMODE(stage.folder.stat().st_mode) == 0o700
    files = [path for path in stage.folder.iterdir() if path.name.startswith("all.csv")]
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert (stage.folder / ".gitignore").read_text("ascii") == "*\n"


def test_a_folder_that_is_there_keeps_its_files(tmp_path, readings):
    own = tmp_path / "own"
    own.mkdir()
    text(tmp_path / "a.csv")
    read_file(tmp_path / "a.csv", spec_of(tmp_path / "a.csv", delimiter=";"), (), Stage(own))
    assert not (own / ".gitignore").exists()
    assert len(list(own.iterdir())) == 3


def test_nothing_half_is_left(tmp_path, stage, monkeypatch):
    path = tmp_path / "a.csv"
    text(path)
    said: list[str] = []

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging, "_arrow", fail)
    table, _ = read_file(path, spec_of(path, delimiter=";"), (), Stage(stage.folder, say=said.append))
    assert table.num_rows == 3
    assert "could not be staged" in said[0]
    assert "No space left" in said[0]
    assert not list(stage.folder.glob("*.part"))
    assert not list(stage.folder.glob("*.json"))


def test_a_stage_where_none_can_be(tmp_path):
    text(tmp_path / "a.csv")
    (tmp_path / "taken").write_text("", "ascii")
    said: list[str] = []
    stage = Stage(tmp_path / "taken", say=said.append)
    assert read_file(tmp_path / "a.csv", spec_of(tmp_path / "a.csv", delimiter=";"), (), stage)[0].num_rows == 3
    assert "could not be staged" in said[0]


def test_a_file_that_changes_while_it_is_read_is_not_staged(tmp_path, stage, monkeypatch):
    path = tmp_path / "a.csv"
    text(path)
    fresh = folder._fresh

    def changing(*more):
        read = fresh(*more)
        path.write_text("a\n1\n", "utf-8")
        return read

    monkeypatch.setattr(folder, "_fresh", changing)
    said: list[str] = []
    read_file(path, spec_of(path, delimiter=";"), (), Stage(stage.folder, say=said.append))
    assert "changed while it was read" in said[0]
    assert not stage.folder.exists()


def test_rows_that_were_lost_are_an_error(tmp_path, stage, monkeypatch):
    path = tmp_path / "a.csv"
    text(path)
    monkeypatch.setattr(staging, "_parquet", lambda table, part: pq.write_table(table.slice(1), part))
    with pytest.raises(ReadError, match=r"Rows were lost.*The file holds 3 rows, 3 were read, and 2 were staged"):
        read_file(path, spec_of(path, delimiter=";"), (), stage)
    assert not list(stage.folder.glob("*.json"))


def test_files_of_one_name_in_two_folders_do_not_meet(tmp_path, stage, readings):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(f"x\n{name}\n", "utf-8")
    for _ in range(2):
        for name in ("one", "two"):
            path = tmp_path / name / "a.csv"
            assert read_file(path, spec_of(path), (), stage)[0].to_pydict() == {"x": [name]}
    assert len(readings) == 2


def test_a_small_file_is_read_each_time(staged, stage, readings):
    again(staged, Stage(stage.folder, least=10_000))
    assert len(readings) == 2


def _stage_it(path: str, place: str) -> int:
    return read_file(Path(path), spec_of(Path(path)), (), Stage(Path(place)))[0].num_rows


def test_several_processes_stage_the_same_file(tmp_path, stage, readings):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "004,NA\n" * 50_000, "utf-8")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.starmap(_stage_it, [(str(path), str(stage.folder))] * 6) == [50_000] * 6
    direct = read_file(path, spec_of(path))
    same(direct, read_file(path, spec_of(path), (), stage))
    assert len(readings) == 1
    assert len(list(stage.folder.glob("a.csv*"))) == 3


def test_a_staged_table_is_read_in_batches(tmp_path, stage, monkeypatch):
    monkeypatch.setattr(staging, "BATCH", 100)
    monkeypatch.setattr(staging, "MAPPED", 10)
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": range(450), "s": ["NA"] * 450}), path)
    direct = read_file(path, spec_of(path))
    found = [folder._opened(path, spec_of(path), (), stage)[0] for _ in range(2)]
    assert not list(stage.folder.glob("*.arrow")), "a large table has no copy as in memory"
    for table in found:
        assert isinstance(table, ParquetTable)
        assert table.whole().equals(direct[0])
        assert abs(table.nbytes - direct[0].nbytes) < len(table.groups)
        assert pa.concat_tables(table.batches(["s", "a"])).equals(direct[0].select(["s", "a"]))
        pieces = table.pieces(table.nbytes // 2)
        assert len(pieces) > 1
        assert pa.concat_tables(piece.whole() for piece in pieces).equals(direct[0])


@pytest.mark.parametrize("name", [name for name in made.makers() if not name.endswith(".por")])
def test_a_file_above_the_memory_passes_through_in_pieces(tmp_path, stage, monkeypatch, name):
    path = tmp_path / name
    made.makers()[name](path)
    direct = read_file(path, spec_of(path))
    monkeypatch.setattr("lfs_migration.readers.packages.statistical.AT_ONCE", 1)
    small = Stage(stage.folder, memory=1)
    same(direct, read_file(path, spec_of(path), (), small))
    same(direct, read_file(path, spec_of(path), (), small))
    assert not list(stage.folder.glob(".reading-*"))


def test_how_far_it_is_is_told(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({f"v{i}": range(20_000) for i in range(60)}), path)
    monkeypatch.setattr("lfs_migration.readers.packages.statistical.AT_ONCE", 1)
    monkeypatch.setattr("lfs_migration.readers.packages.statistical._LOOK", 0.01)
    monkeypatch.setattr(staged_module, "SHOWN", 1)
    told: list[float] = []
    stage = Stage(tmp_path / "stage", memory=1, progress=lambda words, share: told.append(share))
    read_file(path, spec_of(path), (), stage)
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)
    assert len(set(told)) > 3


def test_nobody_is_told_of_small_files(tmp_path, stage):
    text(tmp_path / "a.csv")
    quiet = Stage(stage.folder, progress=lambda words, share: pytest.fail("it was told"))
    read_file(tmp_path / "a.csv", spec_of(tmp_path / "a.csv", delimiter=";"), (), quiet)


def test_columns_on_disk_are_those_in_memory(tmp_path):
    path = tmp_path / "a.sav"
    spss(path)
    work = tmp_path / "work"
    work.mkdir()
    slow = read_statistical(path, spec_of(path), slowly=Slowly(work, 0))
    same(read_statistical(path, spec_of(path)), slow)
    assert len(list(work.rglob("plain-*"))) == slow[0].num_columns


def test_too_many_rows_are_refused_in_pieces_too(tmp_path, stage):
    path = tmp_path / "plain.sav"
    made.makers()["plain.sav"](path)
    data = bytearray(path.read_bytes())
    data[80:84] = struct.pack("<i", 30)
    path.write_bytes(data)
    with pytest.raises(ReadError, match="declares 30 rows, and it holds 40"):
        read_file(path, spec_of(path), (), Stage(stage.folder, memory=1))
    assert not list(stage.folder.iterdir()) or not list(stage.folder.glob("*plain*"))


def test_a_stage_from_its_folder(tmp_path):
    stage = Stage.of(str(tmp_path))
    assert stage == Stage(tmp_path)
    assert Stage.of(stage) is stage
    assert Stage.of(None) is None
    with pytest.raises(LfsMigrationError, match="Files cannot be staged there"):
        (tmp_path / "file").write_text("", "ascii")
        staging.make(tmp_path / "file" / "stage")


def large_csv(path: Path, rows: int = 300) -> None:
    lines = [f'{number:03},NA,"a, ""b""\nc"' if number % 7 else f"{number:03},,Երևան" for number in range(rows)]
    path.write_text("id,country,words\n" + "\n".join(lines) + "\n\n", "utf-8")


def streamed(path: Path, tmp_path: Path) -> Read:
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return read_csv(path, spec_of(path), (), Slowly(work, 0))


@pytest.mark.parametrize("block", [64, 1000, 1 << 24])
def test_a_large_csv_is_read_block_by_block(tmp_path, stage, monkeypatch, block):
    path = tmp_path / "a.csv"
    large_csv(path)
    direct = read_file(path, spec_of(path))
    monkeypatch.setattr(streaming, "BLOCK", block)
    monkeypatch.setattr(streaming, "as_it_stands", lambda *_: pytest.fail("it was read whole"))
    monkeypatch.setattr("lfs_migration.readers.text.delimited.decoded", lambda *_: pytest.fail("it was read whole"))
    same(direct, streamed(path, tmp_path))
    same(direct, read_file(path, spec_of(path), (), Stage(stage.folder, memory=1)))
    same(direct, read_file(path, spec_of(path), (), Stage(stage.folder, memory=1)))
    assert not list(stage.folder.glob(".reading-*"))


ODD = {
    "a mark": b"\xef\xbb\xbfid,country\n1,NA\n",
    "carriage returns": b"id,country\r\n1,NA\r\n\r\n2,NO",
    "old carriage returns": b"id,country\r1,NA\r2,NO\r",
    "quotes in its header": b'"id","coun\ntry"\n1,NA\n',
    "one column": b"id\n1\n\n2\n",
    "blank lines first": b"\n\nid,country\n1,NA\n",
    "spaces": b"id, country \n 1 , NA \n",
    "a code page": "id,town\n1,Érd\n".encode("cp1252"),
    "a code page far down": b"id,town\n" + b"1,x\n" * 40_000 + "2,Érd\n".encode("cp1252"),
    "UTF-16": "id,country\n1,NA\n".encode("utf-16"),
    "UTF-16 without a mark": ("id,country\n" + "1,NA\n" * 30).encode("utf-16-le"),
    "NUL far down": b"id,country\n" + b"1,NA\n" * 40_000 + b"\0,NA\n",
    "an open quote": b'id,country\n1,"NA\n',
    "an open quote far down": b"id,country\n" + b"1,NA\n" * 40_000 + b'2,"NO\n',
    "a short row": b"id,country\n1,NA\n2\n",
    "a cut last row": b"id,country,words\n1,NA,x\n2,N",
    "no rows": b"id,country\n",
    "blank rows": b"id,country\n\n\n",
    "names that come twice": b"id,id\n1,2\n",
    "no name": b"id,\n1,2\n",
    "another delimiter": b"id;country\n1;NA\n",
    "nothing": b"\n",
}


@pytest.mark.parametrize("what", ODD)
def test_the_short_way_through_a_csv_is_never_another_way(tmp_path, monkeypatch, what):
    """Whole, block by block, and with all care: one table, or one error."""
    path = tmp_path / "a.csv"
    path.write_bytes(ODD[what])

    def outcome(read) -> object:
        try:
            table, source = read()
        except ReadError as error:
            return str(error)
        return table.to_pydict(), source.rows, source.encoding

    short = outcome(lambda: read_file(path, spec_of(path)))
    assert outcome(lambda: streamed(path, tmp_path)) == short
    monkeypatch.setattr(streaming, "as_it_stands", lambda *_: None)
    assert outcome(lambda: read_csv(path, spec_of(path))) == short


def test_the_columns_of_a_number_are_cast_only_where_nothing_is_lost():
    """What is whole and exact becomes whole numbers, and nothing else does."""
    kept = [[0.5], [2.0**53 + 2], [float("inf")], [float("nan"), 1.0], [-1e300, 1.0]]
    for values in kept:
        assert columns.whole_numbers(pa.chunked_array([pa.array(values)])).type == pa.float64()
    for values in ([None], [], [2.0**53, -(2.0**53), None], [-0.0]):
        column = columns.whole_numbers(pa.chunked_array([pa.array(values, pa.float64())]))
        assert column.type == pa.int64()
        assert column.to_pylist() == [value if value is None else int(value) for value in values]


def test_what_a_killed_program_left_is_taken_away_and_what_is_young_stays(tmp_path):
    path = tmp_path / "persons.csv"
    path.write_text("sex\n1\n", encoding="utf-8")
    own = Stage(tmp_path / "stage", memory=1)
    left, young = (own.folder / f"{staged_module.READING}{name}" for name in ("left", "young"))
    for one in (left, young):
        one.mkdir(parents=True)
        (one / "rows").write_bytes(b"a household")
    os.utime(left, (0, 0))
    with staged_module.at_work(path, own) as slowly:
        assert slowly is not None
        assert {one.name for one in own.folder.glob(".reading-*")} == {young.name, slowly.folder.name}
    assert (young / "rows").exists()
