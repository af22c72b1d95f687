"""Choices that are kept: the same as made anew, of the same cells alone, and never believed when they are altered."""

import importlib
import stat
import sys

import numpy as np
import pytest
from scipy.sparse import csr_array
from suppression_tables import linked

import lfs_migration as lfm
from lfs_migration import pipeline
from lfs_migration.errors import EstimationError
from lfs_migration.protect import kept
from lfs_migration.protect.kept import suppress_once
from lfs_migration.protect.secondary import suppress
from lfs_migration.protect.system import System
from lfs_migration.seals import opened, sealed

protection = importlib.import_module("lfs_migration.protect.protect")


@pytest.fixture(scope="module")
def case():
    system = linked(3, countries=16)
    primary = (system.values > 0) & (system.values < 3)
    need = np.where(primary, 2.0, 0.0)
    return system, primary, need, need, np.ones(len(system)), np.arange(len(system)) % 7 == 0


@pytest.fixture
def solved(monkeypatch):
    """How often the programs were asked for a choice."""
    calls = []
    monkeypatch.setattr(kept, "suppress", lambda *words: calls.append(words) or suppress(*words))
    return calls


def the_same(one, other):
    masks = ("primary", "secondary", "served", "unprotected")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in masks) and one.lost == other.lost


def test_a_choice_is_made_once(case, tmp_path, solved):
    plain = suppress(*case)
    assert plain.secondary.any() and plain.served.any() and plain.lost > 0
    assert the_same(suppress_once(tmp_path / "new" / "choices", *case), plain)
    assert the_same(suppress_once(tmp_path / "new" / "choices", *case), plain)
    assert len(solved) == 1
    assert the_same(suppress_once(None, *case), plain)
    assert len(solved) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_may_read_it(case, tmp_path):
    suppress_once(tmp_path, *case)
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_other_cells_another_choice_is_made(case, tmp_path, solved):
    system, *rest = case
    suppress_once(tmp_path, *case)
    upper = system.equations[: system.equations.shape[0] - 1]
    others = [
        (system.other(system.values * 2), *rest),
        (system.other(system.values, np.minimum(system.values, 1)), *rest),
        (System(system.values, csr_array(upper)), *rest),
    ]
    for at, one in enumerate(rest):
        changed = np.array(one)
        changed[-1] = not changed[-1] if changed.dtype == bool else changed[-1] + 1
        others.append((system, *rest[:at], changed, *rest[at + 1 :]))
    for number, other in enumerate(others, start=2):
        suppress_once(tmp_path, *other)
        assert len(solved) == number
    assert len(list(tmp_path.iterdir())) == len(others) + 1


@pytest.mark.parametrize("what", ["METHOD", "made_by"])
def test_another_version_makes_another_choice(case, tmp_path, solved, monkeypatch, what):
    suppress_once(tmp_path, *case)
    other = kept.METHOD + 1 if what == "METHOD" else lambda *names: dict.fromkeys(names, "0.0")
    monkeypatch.setattr(kept, what, other)
    suppress_once(tmp_path, *case)
    assert len(solved) == 2


def short(text):
    """The same choice with a mask of other cells."""
    held = opened(text)
    return sealed({**held, "secondary": held["secondary"][:-2]})


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: b"",
        lambda text: text[:-9],
        lambda text: text.replace(b"0", b"1", 1),
        lambda text: b"[]",
        lambda text: b"\xff\xfe",
        lambda text: sealed({}),
        short,
    ],
)
def test_a_damaged_choice_is_made_again(case, tmp_path, solved, damage):
    made = suppress_once(tmp_path, *case)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert the_same(suppress_once(tmp_path, *case), made)
    assert len(solved) == 2
    assert path.read_bytes() == whole


def test_a_folder_that_takes_no_files_keeps_nothing(case, tmp_path, solved):
    (tmp_path / "choices").write_text("a file")
    for number in (1, 2):
        assert the_same(suppress_once(tmp_path / "choices", *case), suppress(*case))
        assert len(solved) == number


@pytest.fixture
def tables(survey):
    country = lfm.load_country(survey / "atlantis-2020.yaml")
    return lfm.tabulate(lfm.weigh(lfm.harmonise(lfm.read(survey, country))))


def test_a_choice_that_protects_nothing_is_not_published(tables, tmp_path):
    def emptied():
        for path in tmp_path.glob("choices/*.json"):
            held = opened(path.read_bytes())
            empty = {name: "00" * (len(held[name]) // 2) for name in ("secondary", "served")}
            path.write_bytes(sealed({**held, **empty}))

    made = protection.protect(tables, kept=tmp_path / "choices")
    assert made.counts["secondary"] > 0
    assert protection.protect(tables, kept=tmp_path / "choices").tables == made.tables
    emptied()
    # What is open is seen and chosen for once more; when that choice is as empty, nothing comes out.
    assert protection.protect(tables, kept=tmp_path / "choices").counts["secondary"] > 0
    emptied()
    with pytest.raises(EstimationError, match="can be worked out"):
        protection.protect(tables, kept=tmp_path / "choices")


def test_a_survey_is_run_again_with_what_was_chosen(survey, tmp_path, solved):
    def run(out, stage):
        pipeline.run(
            survey / "atlantis-2020.yaml", survey, tmp_path / out, stage=stage, tables_file=survey / "few.yaml"
        )
        folder = tmp_path / out / "atlantis-2020"
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"]
        return {path.name: path.read_bytes() for path in files}

    stage = pipeline.Stage(tmp_path / "stage")
    first = run("first", stage)
    asked = len(solved)
    assert asked and (tmp_path / "stage" / "choices").is_dir()
    assert run("second", stage) == first
    assert len(solved) == asked
    assert run("third", pipeline.Stage(tmp_path / "another")) == first
    assert len(solved) == 2 * asked
