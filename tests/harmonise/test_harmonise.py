"""From native files to the codebook's records."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.errors import DataError
from lfs_migration.model.country import Derive
from lfs_migration.model.dataset import Dataset

MIGRANT = {
    "llave_hog": "0901", "est_dis": "009", "upm_dis": "1", "fac_hog": "618", "ent": "09", "t_loc_ur": "1",
    "n_ren": "01", "cond_resid": "2", "p4_6": "1", "p4_8": "024", "p4_10_1": "08", "p4_10_2": "2021", "p4_11c": "221",
    "p4_14": "1", "p4_18_1": None, "p4_18_2": None,
}  # fmt: skip


@lru_cache
def edition(name):
    chosen = catalog.load_country(name)
    return chosen, catalog.load_codebook(edition=chosen)


def mexico(*rows, without=()):
    """The migrants table of changed rows."""
    full = [{**MIGRANT, **row} for row in rows]
    columns = {name: pa.array([row[name] for row in full], pa.string()) for name in MIGRANT if name not in without}
    chosen, codebook = edition("mexico")
    return Dataset({"migrants": frames.frame(columns)}, codebook, chosen, lfm.Design("w_hh", "stratum", "psu"))


def line(name, text):
    path = catalog.folder() / "countries" / f"{name}.yaml"
    return next(f"{path.name}:{i}" for i, content in enumerate(path.read_text().splitlines(), 1) if text in content)


def column(data, record, name):
    return frames.values(data.records[record], name)


def test_households_repeated_on_each_migrant_are_one():
    data = lfm.harmonise(mexico({}, {"n_ren": "02"}, {"llave_hog": "0902"}))
    assert column(data, "household", "hh_id") == ["0901", "0902"]
    assert column(data, "emigrant", "em_no") == [1, 2, 1]


def test_households_of_one_key_that_differ_stay_for_validation_to_find():
    data = lfm.harmonise(mexico({}, {"n_ren": "02", "fac_hog": "619"}))
    assert column(data, "household", "w_hh") == [618, 619]
    assert lfm.validate(data).counts()["duplicate_key"] == 2


def test_an_unmatched_code_has_the_keys_of_the_record():
    data = lfm.harmonise(
        mexico({"llave_hog": "1"}, {"ent": "99"}, {"ent": "99", "n_ren": "02"}, {"ent": "99", "llave_hog": "2"})
    )
    (lost,) = data.unmatched
    assert (lost.record, lost.variable, lost.column, lost.value) == ("household", "region_code", "ent", "99")
    assert lost.keys == (("0901",), ("2",))
    assert lost.where == line("mexico-2023", "region_code:")


def test_an_absent_column_is_named_with_file_line_and_near_matches():
    data = mexico({}, without=("p4_10_1",))
    with pytest.raises(DataError) as error:
        lfm.harmonise(data)
    place = line("mexico-2023", "em_dep_month:")
    assert str(error.value).startswith(f"TMIGRANTE.csv (for em_dep_month, {place}): No column 'p4_10_1'. Did you mean")
    assert "'p4_10_2'" in str(error.value)


def armenia(**changes):
    base = {
        "households": {"A6_Month": 6, "A1": 17, "A6_Year": 2007, "A6_Day": 9, "INTV": 11,
                       "A2": 3, "A4": 5, "A3": 1, "A5": 1, "A7": 1, "A8": 1,
                       "A9": 1, "A10": 2, "WeightHH": 120.5, "P_PSU": 0.125, "P_Address": 0.0625},
        "persons": {"A6_Month": 6, "A1": 17, "B1": 1, "B3": 2, "B4": 1, "B6": 44, "B7": 6, "B12": 1},
        "emigrants": {"A6_Month": 6, "A1": 17, "M1": 1, "M2": 3, "M3": 1, "M4": 30, "M5": 27, "M6": 3, "M7": 2004,
                      "M8": 2, "M9": 13, "M10": 5, "M11": 5, "M12": 1, "M13": 2006, "M14": 3, "M15": 4, "M16": 1,
                      "M17": 1, "M18": 1},
    }  # fmt: skip
    tables = {
        file: frames.frame({name: [value] for name, value in {**row, **changes.get(file, {})}.items()})
        for file, row in base.items()
    }
    chosen, codebook = edition("armenia")
    return Dataset(tables, codebook, chosen)


def test_a_column_of_a_filter_that_is_absent_is_named():
    data = armenia()
    native = frames.select(data.records["households"], [c for c in data.records["households"].columns if c != "A7"])
    with pytest.raises(DataError, match=r"armenia_households.sav .*armenia-2007.yaml:\d+\): No column 'A7'"):
        lfm.harmonise(Dataset({**data.records, "households": native}, data.codebook, data.country))


def test_a_filter_that_the_data_do_not_fit_is_placed():
    with pytest.raises(DataError) as error:
        lfm.harmonise(armenia(households={"A7": "1"}))
    place = line("armenia-2007", "where: A7 in [1, 2]")
    assert str(error.value).startswith(f"armenia_households.sav ({place}): Cannot compute 'A7 in [1, 2]'")


def test_a_computation_that_the_data_do_not_fit_is_placed():
    with pytest.raises(DataError) as error:
        lfm.harmonise(armenia(emigrants={"M9": "x"}))
    place = line("armenia-2007", "em_scope:")
    assert str(error.value).startswith(f"armenia_emigrants.sav (for em_scope, {place}): Cannot compute")


def test_a_computed_part_of_a_whole_number_is_an_error_and_never_cut_off():
    data = armenia()
    emigrant = data.country.records["emigrant"]
    maps = {**emigrant.variables, "em_age": Derive(compute="M4 / 4")}
    records = {**data.country.records, "emigrant": emigrant.model_copy(update={"variables": maps})}
    halved = data.country.model_copy(update={"records": records})
    with pytest.raises(DataError, match=r"for em_age, .*em_age is a whole number. 7.5 is not whole. Seen 1 times"):
        lfm.harmonise(Dataset(data.records, data.codebook, halved))


def test_an_orphan_stays_and_knows_nothing_of_its_household():
    data = lfm.harmonise(armenia(emigrants={"A1": 18}))
    assert column(data, "emigrant", "hh_id") == ["06-0018"]
    assert column(data, "emigrant", "em_months_abroad") == [None]
    assert column(data, "household", "hh_has_em") == [2]


def test_harmonising_changes_nothing_in_what_it_was_given():
    native = mexico({})
    before = dict(native.records), native.log
    lfm.harmonise(native)
    assert (dict(native.records), native.log) == before


def test_the_log_counts_rows_codes_and_variables():
    log = lfm.harmonise(mexico({}, {"ent": "77", "llave_hog": "x"})).log
    assert [step.verb for step in log] == ["harmonise", "derive"]
    assert log[0].counts == {"household": 2, "emigrant": 2, "unmatched_codes": 1}


def test_no_rows_give_no_rows():
    data = lfm.harmonise(mexico())
    assert [len(record) for record in data.records.values()] == [0, 0]
    assert "em_months_abroad" in data.records["emigrant"].columns


def test_derived_variables_have_the_codebooks_types():
    data = lfm.harmonise(mexico({}))
    types = {
        name: str(frames.column(data.records["emigrant"], name).type)
        for name in ("em_abroad", "em_durclass", "em_dest_m49")
    }
    assert types == {"em_abroad": "bool", "em_durclass": "int64", "em_dest_m49": "string"}


def test_a_variable_that_the_edition_cannot_derive_is_absent():
    assert "em_age_grp" not in lfm.harmonise(mexico({})).records["emigrant"].columns


@pytest.mark.parametrize("verb", [lfm.harmonise, lfm.derive, lfm.validate])
def test_data_without_a_country_are_refused(verb):
    with pytest.raises(DataError):
        verb(Dataset({"data": frames.frame({"x": [1]})}))


def test_files_are_read_and_harmonised(tmp_path):
    names = list(MIGRANT)
    row = ",".join(f'"{MIGRANT[name] or ""}"' for name in names)
    (tmp_path / "TMIGRANTE.csv").write_text(",".join(names) + "\n" + row + "\n", encoding="utf-8")
    data = lfm.harmonise(lfm.read(tmp_path, "mexico"))
    assert column(data, "household", "region_code") == ["09"]
    assert column(data, "emigrant", "em_ret_year") == [None]
    assert [step.verb for step in data.log] == ["read", "harmonise", "derive"]
    assert (data.design.weight, data.design.singletons) == ("w_hh", "adjust")
