"""Noise by cell keys in whole publications: the same persons have the same noise, and nothing gives the truth back."""

from __future__ import annotations

import json
import math
import sys
import zipfile
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

import lfs_migration as lfm
from lfs_migration import catalog, cli, frames, pipeline
from lfs_migration.errors import DataError, EstimationError, NotFound
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.protection import Perturbation, Protected, Rounding
from lfs_migration.model.results import KEY_BITS, KNOWN, Base
from lfs_migration.protect.composed import made_of
from lfs_migration.protect.perturbed import Noise
from lfs_migration.protect.ties import cells_of
from lfs_migration.publish import About, write_protection_log
from lfs_migration.sample import Sample
from lfs_migration.sample.identity import names_of, row_keys

TESTS = Path(__file__).parents[1]
PILOTS = TESTS.parent / "examples" / "pilots"
CODES = ("E03", "E05", "E06", "E10", "E17", "E36")
SEED = 3141592653589793238462643383279502884197
OTHER = 2718281828
RULES = catalog.load_protection("perturbed")
VARIANCE = RULES.perturbation.variance + 1 / 3
"""Of the noise in the population, in rows: that of the sample, and of a number between -1 and 1."""
WHOLE = 100 * (1 + 1e-9)


@lru_cache
def data():
    return lfm.harmonise(lfm.read(PILOTS / "egypt-2006", lfm.load_country("egypt", edition="2006")))


@lru_cache
def tables(codes=CODES, seed=SEED):
    return lfm.tabulate(data(), codes, record_keys=seed)


@lru_cache
def made(seed=SEED):
    return lfm.protect(tables(seed=seed), rules="perturbed", seed=seed)


def name(table, cell):
    return table.indicator.code, table.dimensions, cell.statistic, tuple(sorted(cell.keys.items()))


def named(several):
    return {name(table, cell): cell for table in several for cell in table.cells}


def pairs(seed=SEED):
    """The figures of each table before and after, of those that are left."""
    after = named(made(seed))
    return [(table, cell, after[name(table, cell)]) for table in tables(seed=seed) for cell in table.cells
            if name(table, cell) in after]  # fmt: skip


def shown():
    return [(table, old, new) for table, old, new in pairs() if new.why != "confidential"]


def numbers():
    return [(table, table.bases[old.bases[0]], old, new) for table, old, new in shown() if old.statistic == "number"]


def test_keys_change_no_figure():
    plain = lfm.tabulate(data(), CODES)
    assert all(one.to_frame().equals(other.to_frame()) for one, other in zip(plain, tables(), strict=True))
    assert {base.key for table in plain for base in table.bases.values()} == {0}
    assert all(0 <= base.key < 2**KEY_BITS for table in tables() for base in table.bases.values())


def test_the_same_rows_have_the_same_key_and_noise_in_every_table():
    seen, at = defaultdict(set), defaultdict(set)
    for table, base, _, new in numbers():
        seen[base.n, base.key].add((new.n, round(new.estimate / base.value, 9)))
        at[base.n, base.key].add((table.indicator.code, table.dimensions))
    assert sum(len(where) > 1 for where in at.values()) > 10
    assert all(len(noise) == 1 for noise in seen.values())


def test_the_key_of_a_whole_is_the_sum_of_those_of_its_parts():
    cells = cells_of(tables())
    known = {number for number, base in enumerate(cells.bases) if base.key}
    sums = [(whole, parts) for whole, parts in cells.wholes if {whole, *parts} <= known]
    assert len(sums) > 50
    assert all(sum(cells.bases[part].key for part in parts) % 2**KEY_BITS == cells.bases[whole].key
               for whole, parts in sums)  # fmt: skip
    both = Base(1.0, 1, 1, key=2**KEY_BITS - 1).beside(Base(1.0, 1, 1, key=3))
    assert both.key == 2


def test_neither_the_order_of_rows_nor_the_split_of_tables_matters():
    """Of E03 alone, from files in another order, all is as it is among the others."""
    rng = np.random.default_rng(5)
    shuffled = {record: frame[rng.permutation(len(frame)).tolist()] for record, frame in data().records.items()}
    assert shuffled["emigrant"]["hh_id"].to_list() != data().records["emigrant"]["hh_id"].to_list()
    alone = lfm.protect(lfm.tabulate(replace(data(), records=shuffled), ["E03"], record_keys=SEED),
                        rules="perturbed", seed=SEED)  # fmt: skip
    together, compared = named(made()), 0
    for key, cell in named(alone).items():
        other = together[key]
        assert (cell.n, cell.households, cell.flag) == (other.n, other.households, other.flag)
        assert cell.estimate == pytest.approx(other.estimate, rel=1e-12)
        compared += 1
    assert compared == sum(len(table.cells) for table in made() if table.indicator.code == "E03") > 50


def test_another_seed_is_another_noise_and_the_same_seed_the_same():
    one, other = named(made()), named(made(OTHER))
    common = [key for key in one if key in other and one[key].n]
    assert sum(one[key].n != other[key].n for key in common) > len(common) / 2
    again = lfm.protect(tables(), rules="perturbed", seed=SEED)
    assert all(a.to_frame().equals(b.to_frame()) for a, b in zip(again, made(), strict=True))
    assert again.counts == made().counts


def test_no_small_number_appears_and_no_noise_is_too_large():
    perturbation = RULES.perturbation
    few = {new.n for *_, new in shown()} | {new.households for *_, new in shown()}
    assert not few & set(range(1, perturbation.threshold + 1))
    assert all(abs(new.n - old.n) <= perturbation.deviation for _, _, old, new in numbers())
    assert all(new.households <= new.n and (new.households > 0) == (new.n > 0) for *_, new in shown())
    assert any(0 < old.n <= perturbation.threshold for table in tables() for old in table.cells)


def test_the_noise_has_the_expectation_and_the_variance_of_the_rules():
    """Of some 300 cells with keys of their own: within four standard errors of zero and of the variance."""
    cells = cells_of(tables())
    noise = Noise.of(cells, RULES.perturbation, SEED)
    own = {
        base.key: int(noise.n[number]) - base.n for number, base in enumerate(cells.bases) if base.n > 7 and base.key
    }
    drawn = np.array(list(own.values()))
    assert len(drawn) > 150
    assert abs(drawn.mean()) < 4 * math.sqrt(RULES.perturbation.variance / len(drawn))
    assert drawn.var() == pytest.approx(RULES.perturbation.variance, rel=4 * math.sqrt(2 / len(drawn)))
    assert (drawn == 0).mean() < 0.4


def test_what_the_noise_makes_zero_has_no_line_as_nothing_has():
    after = named(made())
    lost = [cell for table in tables() for cell in table.cells if name(table, cell) not in after]
    assert lost and all(cell.n <= RULES.perturbation.deviation for cell in lost)
    assert all(cell.n or set(cell.keys.values()) <= {"_T"} for cell in after.values() if cell.why != "confidential")


def test_zeros_stay_zero_and_nothing_else_becomes_it():
    rates = [(old, new) for table, old, new in shown() if table.indicator.kind == "ratio"]
    assert all(new.estimate == 0 == new.se for old, new in rates if old.estimate == 0)
    grown = [new for _, old, new in shown() if old.estimate == 0 and new.estimate]
    assert grown == []


def test_flags_are_those_of_the_true_figures():
    assert {old.flag for _, old, _ in shown()} == {"publish", "caution", "suppress"}
    assert all((new.flag, new.why) == (old.flag, old.why) for _, old, new in shown())


def test_shares_are_those_of_the_numbers_with_noise():
    """Whoever multiplies a share by the number that it is of has the number that is published, never the true one."""
    cells = cells_of(tables())
    noise = Noise.of(cells, RULES.perturbation, SEED)
    apart = compared = 0
    for table, old, new in shown():
        if table.indicator.kind != "distribution" or old.statistic == "number":
            continue
        top, base = (cells.number[cells.name(table.survey, ref)] for ref in old.bases)
        assert new.estimate == pytest.approx(min(100 * noise.values[top] / noise.values[base], 100.0))
        compared += 1
        true, told = cells.bases[top].value, new.estimate / 100 * noise.values[base]
        apart += noise.n[top] != cells.bases[top].n and not math.isclose(true, told, rel_tol=1e-9)
    assert compared > 100 and apart > compared / 3
    assert all(new.estimate <= WHOLE for _, old, new in shown() if old.unit == "per cent")


def test_shares_and_numbers_that_are_printed_go_together():
    """By what is printed alone: where the rows of a share's two cells are printed as numbers, one over the other."""
    printed = {(base.n, base.key): new.estimate for _, base, _, new in numbers()}
    compared = 0
    for table, old, new in shown():
        if table.indicator.kind in ("share", "distribution") and old.statistic != "number":
            rows = [(base.n, base.key) for base in map(table.bases.__getitem__, old.bases)]
            if len(set(rows)) == 2 and set(rows) <= set(printed):
                part, whole = (printed[row] for row in sorted(rows))
                assert new.estimate == pytest.approx(min(100 * part / whole, 100))
                compared += 1
    assert compared > 10


def test_a_number_moves_by_about_the_mean_weight_and_its_error_grows_by_that_of_the_noise():
    for _, base, old, new in numbers():
        weight = base.value / base.n
        moved = (new.estimate - base.value) / weight
        assert abs(moved - (new.n - base.n)) <= (1 if new.n else 1e-9)
        if new.n:
            assert new.se**2 == pytest.approx(old.se**2 + VARIANCE * weight**2)
            assert new.cv == pytest.approx(new.se / new.estimate)
            if not math.isnan(new.ci_low):
                assert (new.ci_low + new.ci_high) / 2 == pytest.approx(new.estimate)


def test_the_mean_weights_of_parts_do_not_tell_how_many_they_are():
    """Of parts 1 and 2 of a whole, with the mean weights m, is n1 / n = (m - m2) / (m1 - m2): of true ones, exactly."""
    solved = 0
    of = {(table.dimensions, cell.keys.get("sex"), cell.keys.get("urban")): (table.bases[cell.bases[0]], after)
          for table, cell, after in shown() if table.indicator.code == "E03"}  # fmt: skip
    for dimension in (("urban",), ("sex",)):
        codes = [key for key in of if key[0] == dimension and not {"_T", "_U"} & set(key[1:])]
        (one, new1), (two, new2) = (of[key] for key in codes)
        whole, new = of[dimension, *("_T" if code else None for code in codes[0][1:])]
        if one.n + two.n == whole.n:
            m, m1, m2 = (base.value / base.n for base in (whole, one, two))
            assert (m - m2) / (m1 - m2) == pytest.approx(one.n / whole.n, rel=1e-9)
            m, m1, m2 = (cell.estimate / cell.n for cell in (new, new1, new2))
            assert abs((m - m2) / (m1 - m2) * whole.n - one.n) > 0.5
            solved += 1
    assert solved


def test_the_error_of_a_share_is_that_of_both_its_cells():
    """R² V (1/n² + 1/m²), of a numerator of n and a base of m other rows: see Cochran (1977), chapter 13."""
    cells, compared = cells_of(tables()), 0
    values = Noise.of(cells, RULES.perturbation, SEED).values
    for table, old, new in shown():
        if table.indicator.kind == "distribution" and old.statistic != "number" and 0 < new.estimate < 100:
            top, base = (cells.number[cells.name(table.survey, ref)] for ref in old.bases)
            if cells.bases[top].key != cells.bases[base].key:
                n, m = (values[at] / (cells.bases[at].value / cells.bases[at].n) for at in (top, base))
                added = new.estimate**2 * VARIANCE * (1 / n**2 + 1 / m**2)
                assert new.se**2 == pytest.approx(old.se**2 + added)
                compared += 1
    assert compared > 50


def test_means_move_by_less_than_two_rows_would_move_them():
    """Both sides have one noise, but for less than a row: else means of parts would tell how many they are."""
    means = lfm.tabulate(data(), ["E13a"], record_keys=SEED)
    after = named(lfm.protect(means, rules="perturbed", seed=SEED))
    same = [(cell, after[name(table, cell)]) for table in means for cell in table.cells if name(table, cell) in after]
    shown = [(old, new) for old, new in same if new.why != "confidential" and new.n > 4]
    assert len(shown) > 5
    for old, new in shown:
        assert 0 < abs(new.estimate / old.estimate - 1) < 2 / (new.n - 1)
        assert old.se < new.se < math.hypot(old.se, old.estimate / (new.n - 1))


def test_quantiles_and_amounts_of_few_are_hidden_and_numbers_of_as_few_are_not():
    both = lfm.tabulate(data(), ["E03", "E37k", "E37l"], record_keys=SEED)
    after, kinds = named(lfm.protect(both, rules="perturbed", seed=SEED)), set()
    for table in both:
        for cell in table.cells:
            new = after.get(name(table, cell))
            if table.indicator.kind == "total":
                assert new is None or new.why != "confidential"
            elif cell.n < 3 and "_U" not in cell.keys.values():
                assert (new.flag, new.why, new.n, new.households) == ("suppress", "confidential", None, None)
                kinds.add(table.indicator.kind)
            elif table.indicator.kind == "median" and new is not None and new.why != "confidential":
                assert new.estimate == cell.estimate
    assert kinds == {"median", "mean"}


class Still:
    """A table of noise that has none."""

    threshold, variance = 0, 0.0

    def noise(self, counts, keys):
        return np.zeros(len(counts), dtype=np.int64)


@lru_cache
def ten_households():
    """The survey on which every kind of indicator is worked out by hand."""
    from worked_survey import worked

    return lfm.tabulate(worked(TESTS / "indicators" / "ten_households.yaml")[0], record_keys=SEED)


@pytest.fixture
def every_kind(monkeypatch):
    monkeypatch.syspath_prepend(str(TESTS / "indicators"))
    return ten_households()


def test_every_kind_of_figure_is_what_its_cells_make_of_it(every_kind, monkeypatch):
    """With a noise of nothing each figure comes back as it was, with error, interval, rows and households."""
    module = sys.modules["lfs_migration.protect.perturbed"]
    monkeypatch.setattr(module, "perturbation_table", lambda *_: Still())
    monkeypatch.setattr(module, "SPREAD", 0.0)
    after = named(lfm.protect(every_kind, rules="perturbed", seed=SEED))
    kinds = set()
    for table in every_kind:
        for old in table.cells:
            new = after[name(table, old)]
            if new.why != "confidential":
                kinds.add(table.indicator.kind)
                assert (new.n, new.households, new.flag) == (old.n, old.households, old.flag)
                assert new.estimate == pytest.approx(old.estimate, rel=1e-9, abs=1e-9)
                assert new.se == pytest.approx(old.se, rel=1e-9, abs=1e-6 * table.indicator.per, nan_ok=True)
    assert kinds == {"total", "share", "ratio", "mean", "distribution", "options", "index", "difference", "relative",
                     "median", "quantile"}  # fmt: skip


def test_figures_of_two_shares_and_of_many_are_made_of_the_numbers_with_noise(every_kind):
    cells, compared = cells_of(every_kind), set()
    kinds = ("difference", "index", "relative")
    several = [table for table in every_kind if table.indicator.kind in kinds]
    for seed in range(1, 8):  # of so few households, some figures are lost to the noise
        values = Noise.of(cells, RULES.perturbation, seed).values
        told = named(lfm.protect(several, rules="perturbed", seed=seed))
        for table in several:
            for old in table.cells:
                x = {ref: values[cells.number[cells.name(table.survey, ref)]] for ref in old.bases}
                new = told.get(name(table, old))
                if new is not None and new.why != "confidential":
                    assert new.estimate == pytest.approx(expected(table, old, x) * table.indicator.per)
                    compared.add(table.indicator.kind)
    assert compared == set(kinds)


def expected(table, cell, x):
    match table.indicator.kind:
        case "difference":
            return sum(sign * min(x[top] / x[base], 1) for sign, base, top in split(cell.bases))
        case "index":
            return concentrated(table.indicator, x)
    sides = {part.where: part.record for part in (*table.indicator.own, *table.indicator.against)}
    assert len(sides) > 1
    return complex(made_of(table, cell).value(x)).real


def split(refs):
    """The base and the numerator of each of two shares; of one that nobody has there is no numerator."""
    out = []
    for ref in refs:
        if any(dimension == "where" for dimension, _ in ref[1]):
            out[-1][1] = ref
        else:
            out.append([ref, None])
    return [(sign, base, top) for sign, (base, top) in zip((1, -1), out, strict=True) if top is not None]


def concentrated(indicator, x):
    dimension = indicator.of[0]
    (base,) = (value for ref, value in x.items() if (dimension, KNOWN) in ref[1])
    parts = sorted((min(value / base, 1) for ref, value in x.items()
                    if dict(ref[1]).get(dimension, "_U") not in ("_U", KNOWN)), reverse=True)  # fmt: skip
    return min(sum(parts[: indicator.largest]) if indicator.largest else sum(part**2 for part in parts), 1)


def test_rows_with_one_key_stay_apart_whatever_their_order():
    book = catalog.load_codebook()

    def survey(*ages, number=("1", "1", None)):
        people = frames.frame({"hh_id": ["a"] * 3, "em_no": pa.array([1, 1, None]), "em_age": list(ages)})
        homes = frames.frame({"hh_id": ["a"], "w_hh": [2.0]})
        return Sample.of(Dataset({"household": homes, "emigrant": people}, book, None, lfm.Design("w_hh")))

    one, other = survey(30, 40, 50), survey(40, 30, 50)
    assert len(set(names_of(one, "emigrant"))) == 3
    by_age = [dict(zip(ages, row_keys(each, "emigrant", SEED).tolist(), strict=True))
              for each, ages in ((one, (30, 40, 50)), (other, (40, 30, 50)))]  # fmt: skip
    assert by_age[0] == by_age[1] and len(set(by_age[0].values())) == 3
    assert row_keys(one, "household", SEED)[0] not in by_age[0].values()
    assert row_keys(one, "emigrant", OTHER).tolist() != list(by_age[0].values())


def test_nothing_of_the_seed_is_in_what_is_written(tmp_path):
    published = made()
    lfm.publish(published, tmp_path / "out", data=data())
    write_protection_log(published, tmp_path / "protection.csv")
    forms = [str(SEED), f"{SEED:x}", f"{SEED:X}"]
    traces = [form.encode() for form in forms] + [SEED.to_bytes(64, order).strip(b"\0") for order in ("big", "little")]
    keys = {str(base.key).encode() for table in tables() for base in table.bases.values() if base.key > 2**30}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 5
    for path in files:
        for content in contents(path):
            assert not any(trace in content for trace in traces), path
            assert not any(key in content for key in keys), path
    assert str(SEED) not in repr(made()) and all(not table.bases for table in made())


def contents(path):
    """The bytes of a file, and of the files in it."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from map(archive.read, archive.namelist())


def test_the_publication_says_what_was_done(tmp_path):
    lfm.publish(made(), tmp_path)
    said = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["protection"]
    assert said["rules"]["perturbation"] == {"deviation": 5, "variance": 3.0, "threshold": 2}
    assert said["cells_perturbed"] > 100 and said["figures_perturbed"] == said["figures"] - said["figures_hidden"]
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "totals are not the sums of their parts" in report and "from 1 to 2" in report
    assert "fewer than 3 persons" not in report


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_words_are_there_in_every_language(language):
    said = About(language=language, protection=made()).protection_words()
    assert len(said) == 2 and "{" not in "".join(said)
    own = made().rules.model_copy(update={"perturbation": Perturbation(deviation=2, variance=1)})
    assert len(About(language=language, protection=replace(made(), rules=own)).protection_words()) == 1


def test_the_log_has_hidden_amounts_alone():
    after = lfm.protect(lfm.tabulate(data(), ["E03", "E37l"], record_keys=SEED), rules="perturbed", seed=SEED)
    assert isinstance(after, Protected) and len(after.log) >= 1
    assert all(one.value for one in after.log)


def test_no_seed_no_keys_or_two_seeds_are_errors():
    with pytest.raises(DataError, match=r"no seed.*record_keys"):
        lfm.protect(tables(), rules="perturbed")
    plain = lfm.tabulate(data(), ["E03"])
    with pytest.raises(DataError, match="have no keys"):
        lfm.protect(plain, rules="perturbed", seed=SEED)
    first, *_ = tables()
    of_other = lfm.tabulate(data(), [first.indicator.code], record_keys=OTHER)
    with pytest.raises(DataError, match="one seed"):
        lfm.protect([first, of_other[0]], rules="perturbed", seed=SEED)
    with pytest.raises(DataError, match="2\\*\\*512"):
        lfm.tabulate(data(), ["E05"], record_keys=-1)
    assert lfm.protect(plain, seed=SEED).tables == lfm.protect(plain).tables


def test_tables_are_protected_once_and_as_they_were_made():
    with pytest.raises(EstimationError, match="protect them once"):
        lfm.protect([replace(table, bases={}) for table in made()] + list(tables()), rules="perturbed", seed=SEED)
    table = tables()[0]
    wrong = replace(table, cells=tuple(replace(cell, estimate=cell.estimate * 1.01) for cell in table.cells))
    with pytest.raises(EstimationError, match="not what its cells make of it"):
        lfm.protect([wrong], rules="perturbed", seed=SEED)


def test_noise_and_rounding_do_not_go_together():
    with pytest.raises(ValidationError, match="one of the two"):
        type(RULES)(**{**dict(RULES), "rounding": Rounding(base=100)})


def run(survey, out, *words, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in (
            "run", survey / "atlantis-2020.yaml", "--data", survey, "--out", out, "--tables", survey / "few.yaml",
            "--protection", "perturbed", *words,
        )])  # fmt: skip
    return stop.value.code or 0, *capsys.readouterr()


def test_a_run_perturbs_by_the_seed_of_the_environment(survey, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LFS_CELL_KEY_SEED", str(SEED))
    code, _, err = run(survey, tmp_path / "one", capsys=capsys)
    assert code == 0 and str(SEED) not in err
    folder = tmp_path / "one" / "atlantis-2020"
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["protection"]["profile"] == "perturbed"
    assert not any(str(SEED).encode() in content for path in (tmp_path / "one").rglob("*") if path.is_file()
                   for content in contents(path))  # fmt: skip
    run(survey, tmp_path / "two", capsys=capsys)
    again = tmp_path / "two" / "atlantis-2020" / "tables.csv"
    assert again.read_bytes() == (folder / "tables.csv").read_bytes()


def test_a_run_without_a_seed_or_on_an_engine_says_what_to_do(survey, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("LFS_CELL_KEY_SEED", raising=False)
    code, _, err = run(survey, tmp_path, capsys=capsys)
    assert code == 2 and "LFS_CELL_KEY_SEED" in err and "read " not in err
    with pytest.raises(DataError, match="no seed"):
        pipeline.run(survey / "atlantis-2020.yaml", survey, tmp_path, protection="perturbed")
    monkeypatch.setenv("LFS_CELL_KEY_SEED", "12 secret")
    code, _, err = run(survey, tmp_path, capsys=capsys)
    assert code == 2 and "LFS_CELL_KEY_SEED" in err and "secret" not in err
    monkeypatch.setenv("LFS_CELL_KEY_SEED", "12")
    code, _, err = run(survey, tmp_path, "--engine", "duckdb", capsys=capsys)
    assert code == 2 and "records in memory" in err


def test_an_unknown_profile_is_told_before_the_work(survey, tmp_path):
    with pytest.raises(NotFound, match="perturbed"):
        pipeline.run(survey / "atlantis-2020.yaml", survey, tmp_path, protection="perturbd")
