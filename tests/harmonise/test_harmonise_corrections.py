"""Corrections: what they change, what follows from it, and when they are refused."""

from __future__ import annotations

import pytest

import lfs_migration as lfm
from lfs_migration.errors import CatalogError, DataError
from lfs_migration.frames import Engine, values
from lfs_migration.model.dataset import Unmatched

ENGINES = ["memory", "duckdb", pytest.param("spark", marks=pytest.mark.spark)]
EDIT = {"household": "a1", "line": 1, "variable": "em_sex", "old": 1, "new": 2, "reason": "seen in the questionnaire"}


def edit(**changes):
    return lfm.Correction(**{**EDIT, **changes})


def read(survey, engine="memory"):
    country = lfm.load_country(survey / "atlantis-2020.yaml")
    return lfm.harmonise(lfm.read(survey, country, Engine(engine, parts=3) if engine != "memory" else "memory"))


def column(data, record, name):
    """Return the values of a variable by household and line, whatever holds the records."""
    key = data.codebook.records[record].key
    parts = [data.records] if data.store is None else data.store.each(dict)
    rows = [zip(*(values(part[record], one) for one in (*key, name)), strict=True) for part in parts]
    return {place: value for part in rows for *place, value in part for place in [tuple(place)]}


@pytest.fixture
def data(survey):
    return read(survey)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_changes_and_what_is_derived_from_it_follows(survey, engine):
    before = read(survey, engine)
    after = lfm.correct(
        before, [edit(variable="em_dest", old="ITA", new="NAM"), edit(variable="em_age", old=30, new=52)]
    )
    for name, expected in {"em_dest": "NAM", "em_age": 52}.items():
        was, now = column(before, "emigrant", name), column(after, "emigrant", name)
        assert now.pop(("a1", 1)) == expected
        was.pop(("a1", 1))
        assert now == was  # nobody else
    groups = column(before, "emigrant", "em_age_grp"), column(after, "emigrant", "em_age_grp")
    assert groups[0].pop(("a1", 1)) != groups[1].pop(("a1", 1))
    assert groups[0] == groups[1]
    assert column(before, "emigrant", "em_dest")["a1", 1] == "ITA"  # the data that were given are as they were
    step = next(step for step in after.log if step.verb == "correct")
    assert step.counts == {"corrections": 2, "em_age": 1, "em_dest": 1}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_children_take_from_their_household_follows(survey, engine):
    after = lfm.correct(read(survey, engine), [edit(variable="w_hh", line="", old=10, new=12.5)])
    assert column(after, "household", "w_hh")["a1",] == 12.5
    if after.store is not None:
        rows = after.store.lazy("emigrant").collect("pyarrow").to_native().to_pylist()
        assert {row["w_hh"] for row in rows if row["hh_id"] == "a1"} == {12.5}


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"new": ""}, None), ({"new": 99}, 99), ({"variable": "em_age", "old": 30, "new": 0}, 0),
        ({"variable": "em_dest", "old": "ITA", "new": "ZZ8"}, "ZZ8"),
        ({"variable": "em_ret_year", "old": "", "new": 2020}, 2020),
    ],
)  # fmt: skip
def test_no_answer_a_refusal_and_a_zero_are_three_things(data, changes, value):
    after = lfm.correct(data, [edit(**changes)])
    found = column(after, "emigrant", changes.get("variable", "em_sex"))["a1", 1]
    assert found == value and type(found) is type(value)


def test_a_refusal_is_not_a_blank(data):
    with pytest.raises(DataError, match=r"hold '98', the correction says no answer"):
        lfm.correct(data, [edit(household="b1", old="", new=1)])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"old": 2, "new": 1}, r"old value of household a1, line 1, em_sex does not match\. The data hold '1', the "
                               r"correction says '2'"),
        ({"household": "a01"}, "There is no household a01 in the emigrant record"),
        ({"line": 3}, "Household a1 has no emigrant of line 3"),
        ({"line": ""}, "em_sex is asked of each emigrant: the line is missing"),
        ({"variable": "w_hh", "old": 10, "new": 1}, "household rows have no line"),
        ({"variable": "em_sx"}, "No variable 'em_sx'.*Did you mean 'em_sex'"),
        ({"variable": "em_age_grp", "old": "x", "new": ""}, "em_age_grp is derived.*Correct the answers it is made of"),
        ({"variable": "hh_id", "old": "a1", "new": "a2"}, "hh_id identifies rows.*Mend it in the survey's file"),
        ({"variable": "em_no", "old": 1, "new": 2}, "em_no identifies rows"),
        ({"variable": "per_lfstat", "old": 1, "new": 2}, "The survey has no per_lfstat"),
        ({"record": "person"}, "em_sex is not asked of 'person'.*It is of emigrant"),
        ({"new": 3}, "em_sex: 3 is not a code of the list"),
        ({"new": "1.5"}, "new value of em_sex is '1.5'.*Write a whole number"),
        ({"old": "one"}, "old value of em_sex is 'one'.*Write a whole number"),
        ({"variable": "em_dest", "old": "ITA", "new": "IT"}, "IT is not a code of the list. .*Did you mean 'ITA'"),
        ({"variable": "em_age", "old": 30, "new": 121}, "121 is out of range. It may be from 0 to 120"),
        ({"variable": "w_hh", "old": 10, "new": "1,5", "line": ""}, "Write a number, with a point"),
        ({"new": 1}, "The old and the new value are the same"),
    ],
)  # fmt: skip
def test_what_cannot_be_corrected_is_refused_and_says_why(data, changes, said):
    with pytest.raises(DataError, match=rf"(?s){said}.*"):
        lfm.correct(data, [edit(**changes)])


def test_one_wrong_correction_refuses_all_with_its_line_and_the_number_of_others(data, tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_text(
        "household,line,variable,old,new,reason\na1,1,em_sex,1,2,right\na4,1,em_age,41,42,wrong\n"
        '"b1",1,em_sx,1,2,"of two\nlines"\nb1,1,em_age,99,30,wrong\n', encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(DataError) as refused:
        lfm.correct(data, path)
    said = str(refused.value)
    assert said.startswith("corrections.csv:3: The old value of household a4, line 1, em_age does not match")
    assert "2 more cannot be made. Nothing was corrected" in said


def test_an_answer_is_corrected_once(data):
    with pytest.raises(DataError, match="household a1, line 1, em_sex is corrected twice"):
        lfm.correct(data, [edit(), edit(old=2, new=1)])


def test_of_two_rows_of_one_key_none_is_corrected(survey):
    emigrants = survey / "emigrants.csv"
    emigrants.write_text(emigrants.read_text() + "a1,1,2,50,40,2010,1,1,IT,1\n")
    with pytest.raises(DataError, match=r"2 rows are emigrant of household a1, line 1.*Mend the identifiers"):
        lfm.correct(read(survey), [edit()])


def test_codes_that_are_text_keep_their_zeros(data):
    with pytest.raises(DataError, match=r"The data hold '01', the correction says '1'"):
        lfm.correct(data, [edit(variable="region_code", line="", old=1, new="02")])
    after = lfm.correct(data, [edit(variable="region_code", line="", old="01", new="02")])
    assert column(after, "household", "region_code")["a1",] == "02"


def test_a_native_code_without_a_target_is_settled_where_it_is_corrected(survey):
    emigrants = survey / "emigrants.csv"
    emigrants.write_text(emigrants.read_text().replace("a1,1,1,30", "a1,1,7,30").replace("a4,1,1,40", "a4,1,7,40"))
    before = read(survey)
    assert [(lost.value, lost.keys) for lost in before.unmatched] == [("7", (("a1", 1), ("a4", 1)))]
    once = lfm.correct(before, [edit(old=95)])
    assert [(type(lost), lost.keys) for lost in once.unmatched] == [(Unmatched, (("a4", 1),))]
    assert lfm.correct(once, [edit(household="a4", old=95)]).unmatched == ()


def test_nothing_to_correct_leaves_everything(data):
    after = lfm.correct(data, [])
    assert after.records == data.records
    assert after.log[-1].counts == {"corrections": 0}


def test_native_data_are_not_corrected(survey):
    country = lfm.load_country(survey / "atlantis-2020.yaml")
    with pytest.raises(DataError, match="The survey has no em_sex"):
        lfm.correct(lfm.read(survey, country), [edit()])


YAML = """\
- household: a1
  line: 1
  variable: em_sex
  old: 1
  new: null
  reason: never asked
  decided_by: A. Office
"""


def test_yaml_and_csv_say_the_same(tmp_path):
    yaml, csv = tmp_path / "a.yaml", tmp_path / "a.csv"
    yaml.write_text(YAML)
    csv.write_text("household;line;variable;old;new;reason;decided_by\na1;1;em_sex;1;;never asked;A. Office\n")
    (one,), (other,) = lfm.load_corrections(yaml), lfm.load_corrections(csv)
    assert one.model_dump() == other.model_dump()
    assert (one.where, other.where, one.new) == ("a.yaml:1", "a.csv:2", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("variable", "varable", r"a\.yaml:3: Unknown key 'varable'. Did you mean 'variable'\?"),
        ("  new: null\n", "", r"a\.yaml:1: 0\.new is missing"),
        ("old: 1", "old: 01", r"a\.yaml:4: 01 would lose its zeros"),
        ("never asked", '" "', r"a\.yaml:6: 0\.reason: it is empty: say why"),
        (YAML, "household: a1", r"a\.yaml:1: The file must hold a list"),
    ],
)
def test_a_wrong_yaml_says_where(tmp_path, old, new, said):
    assert old in YAML
    (tmp_path / "a.yaml").write_text(YAML.replace(old, new))
    with pytest.raises(CatalogError, match=said):
        lfm.load_corrections(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("household,variable,old,reason\n", r"a\.csv:1: No column 'new'"),
        ("household,variable,old,new,reson,reason\n", r"a\.csv:1: Unknown column 'reson'. Did you mean 'reason'"),
        ("household,variable,old,new,reason,old\n", r"a\.csv:1: Two columns 'old'"),
        ("household,variable,old,new,reason\n\n1,2,3\n", r"a\.csv:3: The row has 3 fields, the header 5"),
        ('household,variable,old,new,reason\n1,a,1,2,x\n1,a,1,2,"x\n', r"a\.csv:3: The CSV is damaged"),
        ("household,variable,old,new,reason\n1,a,1,2,\n", r"a\.csv:2: 0\.reason: it is empty"),
    ],
)  # fmt: skip
def test_a_wrong_csv_says_where(tmp_path, text, said):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(CatalogError, match=said):
        lfm.load_corrections(tmp_path / "a.csv")


def test_a_file_of_another_kind_or_alphabet(tmp_path):
    (tmp_path / "a.csv").write_bytes("household,variable,old,new,reason\n1,a,1,2,Müller\n".encode("cp1252"))
    with pytest.raises(CatalogError, match=r"a\.csv:2: Not UTF-8 text. Save it as CSV UTF-8"):
        lfm.load_corrections(tmp_path / "a.csv")
    with pytest.raises(CatalogError, match="neither YAML nor CSV"):
        lfm.load_corrections(tmp_path / "a.xlsx")
    with pytest.raises(CatalogError, match="There is no such file"):
        lfm.load_corrections(tmp_path / "b.csv")
