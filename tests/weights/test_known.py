"""Known totals: who is in no category, files that differ a little, margins of residents and of households at once."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DataError, DesignError, NotFound
from lfs_migration.model.weighting import Calibrating, Category, Comparing, KnownMargin, MarginFile, Recipe, Trimming
from lfs_migration.weights.known import Known
from lfs_migration.weights.to_known import calibrate_to, compare_to


def known(*variables, totals):
    file = MarginFile(path="known.csv", columns={name: name for name in variables}, total="n", source="-", date="-")
    return Known(
        variables, {code if isinstance(code, tuple) else (code,): float(n) for code, n in totals.items()}, file
    )


def recipe(**categories):
    return Recipe(
        reference="-", steps=(("trim", Trimming(high=1)),),
        categories={name: Category(record=record, value=value) for name, (record, value) in categories.items()},
    )  # fmt: skip


def step(*margins, **words):
    noun = words.pop("noun", Calibrating)
    own = [margin if isinstance(margin, KnownMargin) else KnownMargin(file=margin[0], variables=margin[1:])
           for margin in margins]  # fmt: skip
    return noun(margins=own, **{"record": "data"} | words)


def survey(**columns):
    return lfm.dataset(pd.DataFrame(columns).convert_dtypes(), lfm.Design("w"))


def sums(data, *by):
    """The sums of weights of the known categories of some variables."""
    return data.records["data"].to_pandas().assign(w=data.weights).groupby(list(by))["w"].sum().to_dict()


# ------------------------------------------------------------------------------------------- rows that are not known


def test_rows_that_are_not_known_keep_their_share_of_the_population():
    data = survey(w=[100.0] * 12, sex=[1] * 5 + [2] * 5 + [None] * 2)
    files = {"f": known("sex", totals={1: 14_000, 2: 16_000})}
    for method in ("raking", "poststratify", "linear"):
        done = calibrate_to(data, step(("f", "sex"), method=method), recipe(), files)
        assert done.weights.sum() == pytest.approx(30_000)
        assert sums(done, "sex") == pytest.approx({1: 14_000 * 10 / 12, 2: 16_000 * 10 / 12})


def test_one_area_does_not_pay_for_what_is_not_known_in_another():
    data = survey(w=[1.0] * 6, area=[1, 1, 1, 1, 2, 2], age=[1, 1, 2, None, 1, 2])
    files = {"f": known("area", "age", totals={(1, 1): 100, (1, 2): 200, (2, 1): 300, (2, 2): 400})}
    done = calibrate_to(data, step(("f", "area", "age")), recipe(), files)
    assert sums(done, "area", "age") == pytest.approx({(1, 1): 75, (1, 2): 150, (2, 1): 300, (2, 2): 400})
    assert done.weights[3] == pytest.approx(75)


def test_several_variables_of_a_margin_that_are_not_known():
    data = survey(
        w=[2.0, 1, 1, 2, 1, 1, 2],
        sex=[1, 1, 2, 2, 1, None, None],
        age=[1, 2, 1, 2, None, 2, None],
    )
    files = {"f": known("sex", "age", totals={(1, 1): 100, (1, 2): 200, (2, 1): 300, (2, 2): 400})}
    done = calibrate_to(data, step(("f", "sex", "age")), recipe(), files)
    everything = 1000 * 2 / 10
    left = {code: total * 0.8 for code, total in {(1, 1): 100, (1, 2): 200, (2, 1): 300, (2, 2): 400}.items()}
    age = (left[1, 1] + left[1, 2]) * 1 / 4
    left |= {(1, 1): left[1, 1] * 3 / 4, (1, 2): left[1, 2] * 3 / 4}
    sex = (left[1, 2] + left[2, 2]) * 1 / 4
    left |= {(1, 2): left[1, 2] * 3 / 4, (2, 2): left[2, 2] * 3 / 4}
    assert sums(done, "sex", "age") == pytest.approx(left)
    assert done.weights[4:] == pytest.approx([age, sex, everything])
    assert done.weights.sum() == pytest.approx(1000)


@pytest.fixture
def people():
    """Sex is not known of one in forty, and age of one in twenty."""
    rng = np.random.default_rng(3)
    n = 4000
    sex, age = rng.integers(1, 3, n).astype(float), rng.integers(1, 5, n).astype(float)
    sex[rng.random(n) < 0.025], age[rng.random(n) < 0.05] = np.nan, np.nan
    return survey(w=rng.uniform(1, 3, n), sex=sex, age=age, area=rng.integers(1, 4, n))


def joint():
    rng = np.random.default_rng(4)
    return {code: float(rng.integers(500, 900)) for code in product([1, 2], [1, 2, 3, 4], [1, 2, 3])}


def test_margins_that_share_a_variable_agree_about_those_who_are_not_known(people):
    files = {"f": known("sex", "age", "area", totals=joint())}
    margins = [("f", "sex", "area"), ("f", "sex", "age"), ("f", "area", "age")]
    done = calibrate_to(people, step(*margins), recipe(), files)
    area, whole = files["f"].over(["area"]), sum(joint().values())
    assert done.weights.sum() == pytest.approx(whole)
    assert sums(done, "area") == pytest.approx({code: total for (code,), total in area.items()})
    frame = people.records["data"].to_pandas()
    for name in ("sex", "age"):
        lost = done.weights[frame[name].isna()].sum() / whole
        before = people.weights[frame[name].isna()].sum() / people.weights.sum()
        assert lost == pytest.approx(before, rel=0.05)


def test_margins_that_share_nothing_keep_the_simple_shares(people):
    files = {"f": known("sex", "age", "area", totals=joint())}
    done = calibrate_to(people, step(("f", "area"), ("f", "sex")), recipe(), files)
    frame = people.records["data"].to_pandas()
    share = people.weights[frame["sex"].isna()].sum() / people.weights.sum()
    assert done.weights[frame["sex"].isna()].sum() == pytest.approx(share * sum(joint().values()))


def test_a_group_without_a_known_total_is_not_forgotten():
    data = survey(w=[1.0] * 4, area=[1, 1, 2, 3], age=[1, 2, 1, None])
    files = {"f": known("area", "age", totals={(1, 1): 10, (1, 2): 10, (2, 1): 10})}
    with pytest.raises(DesignError, match=r"The margin area x age_or_unknown has no total for 3 x -1"):
        calibrate_to(data, step(("f", "area", "age")), recipe(), files)


def test_the_mark_of_those_who_are_not_known_is_no_code():
    data = survey(w=[1.0] * 4, net=[-1, -1, 0, None])
    files = {"f": known("net", totals={-1: 60, 0: 20})}
    done = calibrate_to(data, step(("f", "net")), recipe(), files)
    assert done.weights == pytest.approx([22.5, 22.5, 15, 20])


def test_rows_that_are_not_known_can_be_an_error():
    data = survey(w=[1.0] * 3, sex=[1, 2, None])
    with pytest.raises(DesignError, match="sex is missing in 1 of the rows"):
        calibrate_to(data, step(("f", "sex"), unknown="error"), recipe(), {"f": known("sex", totals={1: 5, 2: 5})})


# ---------------------------------------------------------------------------------------------- files that differ


AGES = {"age": known("age", totals={1: 501, 2: 502}), "area": known("area", totals={1: 400, 2: 600})}


def crossed():
    return survey(w=[1.0] * 4, age=[1, 1, 2, 2], area=[1, 2, 1, 2])


def test_a_ridge_with_a_tolerance_may_have_margins_that_differ():
    with pytest.raises(DesignError, match="contradict each other"):
        calibrate_to(crossed(), step(("age", "age"), ("area", "area")), recipe(), AGES)
    ridge = step(("age", "age"), ("area", "area"), method="ridge", tolerance=0.01)
    done = calibrate_to(crossed(), ridge, recipe(), AGES)
    assert sums(done, "area")[1] == pytest.approx(400, rel=0.01)
    assert sums(done, "age")[1] == pytest.approx(501, rel=0.01)


def test_a_margin_can_have_a_tolerance_of_its_own():
    exact = KnownMargin(file="area", variables=["area"])
    about = KnownMargin(file="age", variables=["age"], tolerance=0.02)
    done = calibrate_to(crossed(), step(exact, about, method="ridge"), recipe(), AGES)
    assert sums(done, "area") == pytest.approx({1: 400, 2: 600})
    assert sums(done, "age") == pytest.approx({1: 501, 2: 502}, rel=0.02)
    exact = KnownMargin(file="area", variables=["area"], tolerance=0)
    again = calibrate_to(crossed(), step(exact, ("age", "age"), method="ridge", tolerance=0.02), recipe(), AGES)
    assert again.weights == pytest.approx(done.weights)


def test_margins_are_scaled_to_one_file():
    done = calibrate_to(crossed(), step(("age", "age"), ("area", "area"), scale_to="area"), recipe(), AGES)
    assert sums(done, "area") == pytest.approx({1: 400, 2: 600})
    assert sums(done, "age") == pytest.approx({1: 501 / 1.003, 2: 502 / 1.003})
    (log,) = (own.counts for own in done.log if own.verb == "margins")
    assert log["scaled"] == pytest.approx({"age": 1 / 1.003})
    with pytest.raises(NotFound, match=r"No file of margins 'areas'\. Did you mean 'area'"):
        calibrate_to(crossed(), step(("age", "age"), scale_to="areas"), recipe(), AGES)


def test_a_margin_that_stands_twice():
    files = {"one": known("age", totals={1: 5, 2: 5}), "two": known("age", totals={1: 5, 2: 6})}
    with pytest.raises(DesignError, match="The margin age stands twice"):
        ridge = step(("one", "age"), ("two", "age"), method="ridge", tolerance=0.2)
        calibrate_to(crossed(), ridge, recipe(), files)


# -------------------------------------------------------------------------------------------------- two records


def both(families, **words):
    """Calibrate to residents by sex, and households by stratum and by rooms."""
    more = 1.01 if "scale_to" in words else 1
    files = {"people": known("sex", totals={1: 100, 2: 100}),
             "lives": known("h", totals={"a": 20 * more, "b": 80 * more, "c": 60 * more, "d": 40 * more}),
             "homes": known("rooms", totals=dict.fromkeys(range(1, 6), 16))}  # fmt: skip
    margins = [("people", "sex"), ("lives", "h"), KnownMargin(file="homes", variables=["rooms"], record="household")]
    return calibrate_to(families, step(*margins, record="person", **words), recipe(), files)


@pytest.mark.parametrize("words", [{}, {"scale_to": "people"}])
def test_residents_and_households_in_one_step(families, words):
    """Files of residents are scaled to one of them, that of households is not."""
    done = both(families, **words)
    homes = lfm.estimate(done, lfm.Count("household"), by=["rooms"])
    assert homes.estimate == pytest.approx([16] * 5)
    assert homes.se == pytest.approx([0] * 5, abs=1e-6)
    assert lfm.estimate(done, lfm.Count("person"), by=["h"]).estimate == pytest.approx([20, 80, 60, 40])
    assert lfm.estimate(done, lfm.Count("person"), by=["sex"]).estimate == pytest.approx([100, 100])
    (calibration,) = done.design.calibrations
    assert [margin.name for margin in calibration.margins] == ["sex_of_person", "h_of_person", "rooms_of_household"]


def test_a_record_that_is_not_there(families):
    files = {"f": known("sex", totals={1: 10, 2: 10})}
    with pytest.raises(NotFound, match=r"No record 'persn' in the data\. Did you mean 'person'"):
        calibrate_to(families, step(("f", "sex"), record="persn"), recipe(), files)
    files = {"f": known("large", totals={1: 10})}
    with pytest.raises(NotFound, match=r"No record 'persons' in the data\. Did you mean 'person'"):
        calibrate_to(families, step(("f", "large"), record="person"), recipe(large=("persons", "rooms")), files)


# --------------------------------------------------------------------------------------------------- categories


def test_a_category_is_no_column_of_the_data():
    with pytest.raises(DesignError, match=r"The category 'age' is a column of the data\. Give it another name"):
        calibrate_to(crossed(), step(("age", "age")), recipe(age=("data", "area")), AGES)


def test_a_category_can_be_used_twice():
    own, files = recipe(old=("data", "age // 2")), {"f": known("old", totals={0: 10, 1: 20})}
    once = calibrate_to(crossed(), step(("f", "old")), own, files)
    assert calibrate_to(once, step(("f", "old")), own, files).weights == pytest.approx(once.weights)


def test_a_category_is_a_whole_number():
    files = {"f": known("half", totals={0: 10, 1: 20})}
    with pytest.raises(DataError, match=r"row 1: The category half is no whole number in 2 of 4 rows\. It is 0\.5"):
        calibrate_to(crossed(), step(("f", "half")), recipe(half=("data", "age / 2")), files)


# --------------------------------------------------------------------------------------------------- comparison


def test_a_comparison_leaves_out_nobody():
    data = survey(w=[1.0, 2, 4, 8, 16], sex=[1, 2, 3, None, 3])
    done = compare_to(
        data, step(("f", "sex"), noun=Comparing), recipe(), {"f": known("sex", totals={1: 2, 2: 2, 4: 0})}
    )
    assert done.log[-1].counts["sex"] == {
        "1": {"known total": 2, "sum of weights": 1, "ratio": 0.5},
        "2": {"known total": 2, "sum of weights": 2, "ratio": 1},
        "3": {"sum of weights": 20},
        "not known": {"rows": 1, "sum of weights": 8},
    }


def test_files_that_contradict_each_other_are_compared_one_by_one():
    files = {"one": known("age", totals={1: 2, 2: 4}), "two": known("age", totals={1: 4, 2: 8})}
    done = compare_to(crossed(), step(("one", "age"), ("two", "age"), noun=Comparing), recipe(), files)
    found = done.log[-1].counts
    assert found["age (one)"]["1"]["ratio"] == 1
    assert found["age (two)"]["1"]["ratio"] == 0.5


def test_data_that_stay_on_their_engine():
    import duckdb

    data = lfm.dataset(duckdb.from_df(pd.DataFrame({"w": [1.0, 2.0], "age": [1, 2]})), lfm.Design("w"))
    for noun, done in ((Calibrating, calibrate_to), (Comparing, compare_to)):
        with pytest.raises(DesignError, match="The records stay on their engine"):
            done(data, step(("age", "age"), noun=noun), recipe(), AGES)
