"""The four pilots in parts, on every engine: the same records, findings and counts as in memory."""

import pytest
from parts_surveys import (
    PARTS,
    PILOTS,
    ROOT,
    country,
    each_engine,
    each_pilot,
    engine,
    findings,
    in_memory,
    in_parquet,
    native,
    same,
    shuffled,
)

import lfs_migration as lfm
from lfs_migration.errors import LfsMigrationError, ReadError
from lfs_migration.frames import PARENT, ROW, Engine, Records, arrow


@each_pilot
@each_engine
def test_harmonised_and_validated_as_in_memory(pilot, kind):
    data = lfm.harmonise(lfm.read(ROOT / pilot, country(pilot), engine=engine(kind)))
    assert same(data, in_memory(pilot))
    found = lfm.validate(data)
    assert (found, found.checked) == (findings(pilot), findings(pilot).checked)


@each_pilot
def test_the_order_of_the_rows_plays_no_part_in_memory(pilot):
    data = lfm.harmonise(shuffled(native(pilot)))
    assert same(data, in_memory(pilot))
    assert lfm.validate(data) == findings(pilot)


@each_pilot
@each_engine
def test_the_order_of_the_rows_plays_no_part(pilot, kind):
    data = lfm.harmonise(shuffled(native(pilot)), engine=engine(kind, parts=2))
    assert same(data, in_memory(pilot))
    assert lfm.validate(data) == findings(pilot)


@each_pilot
@each_engine
def test_parquet_files_are_read_batch_by_batch(pilot, kind, tmp_path, monkeypatch):
    monkeypatch.setattr("lfs_migration.readers.parquet.BATCH", 999)
    edition = in_parquet(pilot, tmp_path)
    data = lfm.read(tmp_path, edition, engine=engine(kind, memory=1 << 20))
    assert all(len(table.pieces(1 << 17)) > 1 for table in data.records.values() if len(table) > 1500)
    found = lfm.harmonise(data)
    assert [lost.keys for lost in found.unmatched] == [lost.keys for lost in in_memory(pilot).unmatched]
    assert same(lfm.harmonise(found_in_memory(tmp_path, edition)), found)
    checked, whole = lfm.validate(found), findings(pilot)
    left_out = {one.rule for one in checked.skipped} - {one.rule for one in whole.skipped}
    assert left_out and all(found.codebook.rules[rule].whole for rule in left_out)
    assert checked.rows == tuple(row for row in whole.rows if row.rule not in left_out)


def found_in_memory(folder, edition):
    data = lfm.read(folder, edition, engine="memory")
    assert data.store is None
    return data


@each_engine
def test_a_frame_of_the_engine_has_its_rows_numbers_and_its_parents_variables(kind):
    wanted = in_memory("armenia-2007")
    data = lfm.harmonise(native("armenia-2007"), engine=engine(kind))
    home = data.records["household"].collect("pyarrow").to_native()
    rows = home.column(ROW).to_pylist()
    assert len(set(rows)) == len(rows) == data.sizes["household"]
    assert {row >> 32 for row in rows} == set(range(PARTS))
    emigrant = data.records["emigrant"].collect("pyarrow").to_native()
    number = dict(zip(rows, home.column("hh_id").to_pylist(), strict=True))
    homes = [number.get(row) for row in emigrant.column(PARENT).to_pylist()]
    known = set(number.values())
    assert homes == [key if key in known else None for key in emigrant.column("hh_id").to_pylist()]
    beside = [name for name in emigrant.column_names if name not in wanted.records["emigrant"].columns]
    assert beside == [*(name for name in wanted.records["household"].columns if name != "hh_id"), PARENT, ROW]
    region = Records(wanted).column("region_code", "emigrant").to_pylist()
    assert sorted(map(str, emigrant.column("region_code").to_pylist())) == sorted(map(str, region))


@each_engine
def test_the_types_of_a_frame_are_those_in_memory(kind):
    wanted = in_memory("ecuador-2007")
    data = lfm.harmonise(native("ecuador-2007"), engine=engine(kind, parts=11))
    for name, frame in data.records.items():
        held = arrow(wanted.records[name]).schema
        found = frame.collect("pyarrow").to_native().schema
        assert [str(found.field(column).type) for column in held.names] == [str(field.type) for field in held]


@each_engine
def test_derived_variables_can_be_computed_again(kind):
    data = lfm.harmonise(native("thailand-2008"), engine=engine(kind))
    again = lfm.derive(data)
    assert again.store.parts.folder != data.store.parts.folder
    assert same(lfm.derive(in_memory("thailand-2008")), again)


@each_engine
def test_harmonising_twice_gives_two_stores(kind):
    data = lfm.read(ROOT / "egypt-2006", "egypt", engine=engine(kind))
    one, two = lfm.harmonise(data), lfm.harmonise(data)
    assert one.store.parts.folder != two.store.parts.folder
    assert same(one, two)


@each_engine
def test_weights_are_described_as_in_memory(kind):
    data = lfm.harmonise(native("thailand-2008"), engine=engine(kind))
    assert lfm.weigh(data).log[-1] == lfm.weigh(in_memory("thailand-2008")).log[-1]


def test_large_files_leave_memory_by_themselves():
    folder, edition = ROOT / "egypt-2006", country("egypt-2006")
    assert lfm.read(folder, edition).store is None
    data = lfm.read(folder, edition, engine=Engine(memory=1 << 20))
    assert data.store.kind == "duckdb"
    assert data.store.number > 20
    assert same(lfm.harmonise(data), in_memory("egypt-2006"))
    assert lfm.harmonise(data, engine="memory").store is None


@pytest.mark.parametrize("pilot", PILOTS[:1])
@each_engine
def test_errors_are_those_in_memory(pilot, kind, tmp_path):
    edition = in_parquet(pilot, tmp_path)
    path = tmp_path / "persons.parquet"
    damaged = bytearray(path.read_bytes())
    damaged[200:3000] = bytes(2800)
    for content in (bytes(damaged), path.read_bytes()[:-100]):
        path.write_bytes(content)
        messages = []
        for chosen in (engine(kind), "memory"):
            with pytest.raises(ReadError) as error:
                lfm.harmonise(lfm.read(tmp_path, edition, engine=chosen))
            messages.append((error.value.title, error.value.where, error.value.hint))
        assert messages[0] == messages[1]
        assert messages[0][:2] == ("Is not whole", str(path))


@each_engine
def test_an_absent_column_and_an_unfit_value_are_placed_as_in_memory(kind):
    data = native("armenia-2007")
    from lfs_migration.frames import frame, select

    emigrants = arrow(data.records["emigrants"])
    text = emigrants.set_column(emigrants.column_names.index("M9"), "M9", [["x"] * len(emigrants)])
    without = select(data.records["emigrants"], [name for name in emigrants.column_names if name != "M5"])
    for native_rows in (without, frame({name: text.column(name) for name in text.column_names})):
        broken = lfm.Dataset({**data.records, "emigrants": native_rows}, data.codebook, data.country)
        with pytest.raises(LfsMigrationError) as found:
            lfm.harmonise(broken, engine=engine(kind))
        with pytest.raises(LfsMigrationError) as wanted:
            lfm.harmonise(broken)
        assert type(found.value) is type(wanted.value)
        assert str(found.value) == str(wanted.value)
        assert "armenia_emigrants.sav" in str(found.value)
