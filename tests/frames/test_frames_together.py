"""Households and line numbers that are worked out once, and conditions on pairs of rows: against plain loops."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfs_migration import frames
from lfs_migration.frames import Records, together
from lfs_migration.frames.pairs import Groups, Pairs
from lfs_migration.frames.together import NOBODY, SEVERAL, Lines, Placed, Together
from lfs_migration.model.codebook import Codebook, Record, Variable
from lfs_migration.model.dataset import Dataset

TEXT = {"en": "?"}
KINDS = {"hh": pa.string(), "no": pa.int64(), "age": pa.int64(), "size": pa.float64(), "name": pa.string()}


def codebook():
    keys = {"home": ("hh",), "person": ("hh", "no"), "child": ("hh", "line")}
    names = [("home", "hh"), ("person", "no"), ("person", "age"), ("person", "size"), ("person", "name")]
    names += [("child", "line"), ("child", "mother")]
    return Codebook(
        name="small", version="1", title=TEXT, reference="ours", rules={}, dimensions={}, parameters={}, codelists={},
        records={
            record: Record(label=TEXT, key=key, parent=None if record == "home" else "home")
            for record, key in keys.items()
        },
        variables={
            name: Variable(name=name, record=record, type="str" if name in ("hh", "name") else "int", label=TEXT,
                           reference="ours", missing={} if name in ("hh", "name") else {98: "refused"})
            for record, name in names
        },
    )  # fmt: skip


def records(homes, people, children=()):
    made = {
        "home": frames.frame({"hh": pa.array(homes, pa.string())}),
        "person": frames.frame({n: pa.array([row.get(n) for row in people], kind) for n, kind in KINDS.items()}),
        "child": frames.frame({
            n: pa.array([row.get(n) for row in children], kind)
            for n, kind in {"hh": pa.string(), "line": pa.int64(), "mother": pa.int64()}.items()
        }),
    }  # fmt: skip
    return Records(Dataset(made, codebook()))


def alike(numbers, keys):
    """Whether numbers are the same where keys are, and -1 where there is none."""
    return all(
        (numbers[i] == -1) if keys[i] is None else (numbers[i] == numbers[j]) == (keys[i] == keys[j])
        for i in range(len(keys))
        for j in range(len(keys))
    )


homes_of = st.lists(st.sampled_from(["a", "b", "c", "gone", None]), max_size=8)


@settings(max_examples=100, deadline=None)
@given(homes_of, homes_of, st.permutations(["a", "b", "c", "a"]))
def test_households_are_alike_where_their_keys_are_within_a_record_and_between_two(people, children, homes):
    held = Together(records(homes, [{"hh": hh} for hh in people], [{"hh": hh} for hh in children]))
    assert alike(held.household("person").tolist(), people)
    assert alike(held.household("home").tolist(), homes)
    own, theirs = held.households("child", "person")
    assert alike([*own.tolist(), *theirs.tolist()], [*children, *people])
    assert held.largest("person") == max((people.count(hh) for hh in people if hh is not None), default=0)


@pytest.mark.parametrize("close", [16, -(1 << 20)], ids=["table", "sorted"])
@settings(max_examples=100, deadline=None)
@given(
    people=st.lists(st.tuples(st.sampled_from([0, 1, 2, -1]), st.sampled_from([1, 2, 7, None])), max_size=8),
    asked=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8),
)
def test_a_line_is_that_of_one_row_of_nobody_or_of_several(close, people, asked):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "CLOSE", close)
        patch.setattr(together, "FEW", 0)
        held = records([], [{"no": line} for _, line in people])
        placed = Placed.of(held, "no", "person", there=True)
        home = np.array([home for home, _ in people], dtype=np.int32)
        lines = Lines(np.arange(4, dtype=np.int32), home, placed)
        levels = [*placed.levels.to_pylist(), 99]
        for house, line in asked:
            rows = [i for i, one in enumerate(people) if one == (house, levels[min(line, len(levels) - 1)])]
            wanted = (np.array([house], np.int32), np.array([min(line, len(levels) - 1)], np.int32))
            expected = NOBODY if not rows else rows[0] if len(rows) == 1 else SEVERAL
            assert lines.row(*wanted).tolist() == [expected]


@pytest.mark.parametrize("many", [False, True])
def test_answers_are_placed_without_those_that_are_not_known(many, monkeypatch):
    held = records(["a"], [{"age": age, "name": name} for age, name in [(5, "x"), (98, None), (None, "y"), (3, "x")]])
    if many:
        monkeypatch.setattr(held, "coded", lambda name, record: None)
    for name, known in (("age", [5, None, None, 3]), ("name", ["x", None, "y", "x"])):
        placed = Placed.of(held, name, "person", there=True)
        levels = [*placed.levels.to_pylist(), None]
        assert [levels[at] for at in placed.every()] == known
        assert [levels[at] for at in placed.at(np.array([3, 1]))] == [known[3], None]
        assert placed.known(np.array([4], np.uint8)).tolist() == [0 if answer is None else 4 for answer in known]
        assert sorted(placed.levels.to_pylist()) == sorted({answer for answer in known if answer is not None})


def test_line_numbers_of_other_kinds_are_compared_as_numbers_and_as_texts():
    people = [{"hh": "a", "no": 1, "size": 2.0, "name": "2"}, {"hh": "a", "no": 2, "size": 1.5, "name": "02"}]
    held = records(["a"], people)
    lines = Together(held).lines("person", "person")
    assert lines.row(lines.own, lines.placed(held, "size", "person").every()).tolist() == [1, NOBODY]
    assert lines.row(lines.own, lines.placed(held, "name", "person").every()).tolist() == [1, NOBODY]


def test_rows_that_are_meant_are_found_again_after_many_others():
    held = Together(records(["a", "b"], [{"hh": hh, "age": age} for age, hh in enumerate("abab")]))
    texts = [f"age != {age}" for age in range(together.MANY + 3)]
    for text in [*texts, *texts]:
        age = int(text.split()[-1])
        groups = held.meant(text, "person")
        found = sorted(row for group in range(len(groups.sizes)) for row in groups.rows(group).tolist())
        assert found == [row for row in range(4) if row != age]


CHECKS = [
    "age - other.age >= 12", "12 <= other.age - age <= 60", "other.no != no or age > other.age",
    "not missing(other.age) and refused(age)", "other.age in [5, 7]", "abs(size - other.size) < 1.5",
    "name == other.name", "blank(other.name) or not (other.age > 5)", "True", "coalesce(other.age, 0) + age > 9",
    "other.hh == hh and (age if other.no == 1 else other.age) > 6",
]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(CHECKS),
    st.lists(
        st.fixed_dictionaries({
            "hh": st.sampled_from(["a", "b"]),
            "no": st.sampled_from([1, 2, None]),
            "age": st.sampled_from([3, 5, 7, 20, None, 98]),
            "size": st.sampled_from([0.5, 1.0, 98.0, None]),
            "name": st.sampled_from(["x", "y", None]),
        }),
        min_size=2, max_size=6,
    ),
)  # fmt: skip
def test_a_condition_on_pairs_is_the_same_on_levels_and_on_every_pair(check, people):
    held = records(["a", "b"], people)
    one, other = (side.ravel() for side in np.indices((len(people), len(people))))
    pairs = Pairs(held, "person", one, "other", held, "person", other)
    assert pairs.truth(check).tolist() == pairs.truth_by_pairs(check).tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-1, 3), max_size=9), st.lists(st.integers(-1, 5), max_size=9), st.integers(1, 5))
def test_rows_are_crossed_with_those_of_a_group_however_many_at_a_time(numbers, wanted, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lfs_migration.frames.pairs.BLOCK", block)
        groups = Groups(np.array(numbers, dtype=np.int64))
        found = [
            pair for part in groups.crossed(np.array(wanted, dtype=np.int64))
            for pair in zip(*(side.tolist() for side in part), strict=True)
        ]  # fmt: skip
        rows = np.arange(len(wanted))
        beside = [
            pair for part in groups.beside(rows, np.array(wanted, dtype=np.int64), True)
            for pair in zip(*(side.tolist() for side in part), strict=True)
        ]  # fmt: skip
    pairs = [(i, j) for i, one in enumerate(wanted) for j, two in enumerate(numbers) if one == two >= 0]
    assert found == pairs
    assert beside == [(i, i, j) for i, j in pairs if i != j]
