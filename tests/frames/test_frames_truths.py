"""Conditions on the levels of variables: the same as on every row, in all that they give and refuse."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfs_migration import frames
from lfs_migration.errors import LfsMigrationError
from lfs_migration.frames import recent, truths
from lfs_migration.frames.records import Records
from lfs_migration.model.codebook import Codebook, Record, Variable
from lfs_migration.model.codelist import Code, CodeList, Group
from lfs_migration.model.dataset import Dataset

TYPES = {
    "i": pa.int64(), "j": pa.int8(), "k": pa.int64(), "f": pa.float64(), "t": pa.string(), "b": pa.bool_(),
    "d": pa.date32(), "n": pa.null(), "w": pa.uint16(), "h": pa.int64(), "g": pa.string(),
}  # fmt: skip
MISSING = {"i": {98: "refused", 99: "dont_know"}, "f": {999: "refused"}, "t": {"ZZ9": "not_stated"},
           "h": {8: "refused"}, "w": {"x": "refused"}, "j": {999: "dont_know"}}  # fmt: skip


def text(english):
    return {"en": english}


def codebook():
    sexes = CodeList(
        label=text("Sexes"), source="", codes={code: Code(label=text(str(code))) for code in (1, 2, 3)},
        groups={"work": Group(label=text("Work"), codes=(1, 2))},
    )  # fmt: skip

    def variable(name):
        record = "household" if name in ("h", "g") else "person"
        return Variable(name=name, record=record, type="int", label=text(name), missing=MISSING.get(name, {}),
                        reference="", codelist="sexes" if name in ("i", "h") else None)  # fmt: skip

    records = {
        "household": Record(label=text("H"), key=("id",)),
        "person": Record(label=text("P"), key=("id", "no"), parent="household"),
    }
    return Codebook(
        name="small", version="1", title=text("Small"), reference="", records=records,
        variables={name: variable(name) for name in TYPES}, codelists={"sexes": sexes}, rules={}, dimensions={},
        parameters={},
    )  # fmt: skip


BOOK = codebook()
values = st.fixed_dictionaries(
    {
        "i": st.sampled_from([None, 1, 2, 3, 98, 99]), "j": st.one_of(st.none(), st.integers(-5, 5)),
        "k": st.sampled_from([None, 0, 1, 2**53 + 1, -(2**40)]),
        "f": st.sampled_from([None, 0.0, -0.5, 2.0, 999.0, 1e300]),
        "t": st.sampled_from([None, "1", "01", "ZZ9", "NA", ""]), "b": st.sampled_from([True, False, None]),
        "d": st.sampled_from([None, date(2007, 6, 1), date(1970, 1, 1)]), "n": st.none(),
        "w": st.sampled_from([None, 0, 65535]), "id": st.sampled_from(["a", "b", "z", None]),
    }
)  # fmt: skip
homes = st.fixed_dictionaries({"h": st.sampled_from([None, 1, 3, 8]), "g": st.sampled_from([None, "x", "2"])})
surveys = st.tuples(st.lists(values, max_size=6), st.lists(homes, min_size=2, max_size=2))

names = st.sampled_from([*TYPES])
compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
constants = st.sampled_from(["1", "2", "-3", "0.5", "98", "'1'", "'x'", "True", "None", "9007199254740993", "999.0"])
lists = st.lists(st.sampled_from(["1", "-2", "3", "98", "0.5", "'01'", "'x'", "None", "99999999999"]), max_size=3)
functions = st.sampled_from(["answered", "blank", "missing", "refused", "dont_know", "not_stated", "uncodable"])
numbers = st.one_of(
    names, constants, st.tuples(names, st.sampled_from("+-*/"), names).map(" ".join).map("({})".format),
    names.map("number({})".format), names.map("abs({})".format), names.map("text({})".format),
    names.map("cut({}, 0, 2)".format), st.tuples(names, constants).map(lambda p: f"coalesce({p[0]}, {p[1]})"),
    names.map("group({})".format), st.just("count(person, i == 1)"),
)  # fmt: skip
leaves = st.one_of(
    st.tuples(names, compare, constants).map(" ".join),
    st.tuples(numbers, compare, numbers).map(" ".join).map("({})".format),
    st.tuples(names, st.sampled_from(["in", "not in"]), lists).map(lambda p: f"({p[0]} {p[1]} [{', '.join(p[2])}])"),
    st.tuples(functions, names).map(lambda p: f"{p[0]}({p[1]})"),
    st.tuples(constants, compare, names, compare, constants).map(" ".join).map("({})".format),
    st.sampled_from(["b", "True", "None", "group(i) == 'work'", "any(person, b)"]),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda a: f"(not {a})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
    ),
    max_leaves=6,
)


def records_of(survey):
    people, households = survey
    own = {name: kind for name, kind in TYPES.items() if name not in ("h", "g")}
    person = {name: pa.array([row[name] for row in people], kind) for name, kind in own.items()}
    person["id"] = pa.array([row["id"] for row in people], pa.string())
    household = {name: pa.array([row[name] for row in households], TYPES[name]) for name in ("h", "g")}
    household["id"] = pa.array(["a", "b"])
    return Records(Dataset({"household": frames.frame(household), "person": frames.frame(person)}, BOOK))


def outcome(function, *arguments):
    """What a function gives, or what it says against it."""
    try:
        return function(*arguments).tolist()
    except (LfsMigrationError, TypeError, ValueError) as error:
        return type(error).__name__, str(error)


@given(conditions, surveys)
@settings(max_examples=700, deadline=None, derandomize=True)
def test_levels_and_rows_agree(condition, survey):
    records = records_of(survey)
    for record in ("person", "household"):
        wanted = outcome(records.truth_by_rows, condition, record)
        assert outcome(records.truth, condition, record) == wanted
        assert outcome(records.truth, condition, record) == wanted  # from what is kept


simple_ones = st.one_of(
    st.tuples(names, compare, constants).map(" ".join),
    st.tuples(names, st.sampled_from(["in", "not in"]), lists).map(lambda p: f"{p[0]} {p[1]} [{', '.join(p[2])}]"),
    st.tuples(functions, names).map(lambda p: f"{p[0]}({p[1]})"),
)


@given(simple_ones, surveys)
@settings(max_examples=700, deadline=None, derandomize=True)
def test_plain_parts_are_worked_out_as_rows_are(condition, survey):
    records = records_of(survey)
    assert outcome(records.truth, condition, "person") == outcome(records.truth_by_rows, condition, "person")


def many(size=60_000):
    draw = np.random.default_rng(3)
    age = pa.array(draw.integers(0, 100, size), mask=draw.random(size) < 0.1)
    codes = draw.choice([1, 2, 98, 99], size)
    money = draw.normal(100, 30, size)
    return Records(
        Dataset({"person": frames.frame({"j": age, "i": codes, "f": money, "k": draw.integers(0, 1 << 40, size),
                                         "id": ["a"] * size, "h": draw.integers(1, 4, size)})}, BOOK)
    )  # fmt: skip


MANY = [
    "j >= 15 and i == 1 or not answered(i)", "j + h > 50", "j > i * 10", "f > 100", "f > j", "k < 1000000000",
    "k // 2 == 4 or j < 5", "not (j < 20 and h == 2) or i == 98", "(i == 1 if j > 50 else h == 1)", "j * i * h > 150",
    "i == 1 and i != 2 and j > 4 and j < 60 and h in [1, 2]", "text(j) == '7'",
]  # fmt: skip


@pytest.mark.parametrize("condition", MANY)
def test_many_rows_agree(condition):
    records = many()
    assert (records.truth(condition, "person") == records.truth_by_rows(condition, "person")).all()


def test_what_depends_on_levels_is_not_computed_on_rows(monkeypatch):
    records = many()
    monkeypatch.setattr(Records, "each_row", lambda *_: pytest.fail("computed on every row"))
    for condition in ("j >= 15 and i == 1", "j + h > 50", "j > i * 10", "blank(j) or refused(i)", "True"):
        records.truth(condition, "person")


def test_plain_parts_are_covered_without_the_general_way(monkeypatch):
    records = many()
    monkeypatch.setattr(truths, "evaluate", lambda *_: pytest.fail("took the general way"))
    for condition in ("j >= 15 and i == 1", "i in [1, 2] or f > 3", "blank(j) or refused(i) and not answered(i)"):
        records.truth(condition, "person")


def test_a_new_variable_is_forgotten_by_nothing():
    records = many(10)
    assert (records.truth("h == 9", "person") == 0).all()
    records.add("person", "h", pa.array([9] * 10))
    assert (records.truth("h == 9", "person") == 1).all()


def test_what_is_kept_is_bounded():
    kept = recent.Recent(most=2500)
    for number in range(5):
        kept.put(number, np.zeros(1000, dtype=np.uint8))
    assert [number for number in range(5) if kept.get(number) is not None] == [3, 4]
