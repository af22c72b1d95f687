"""Breakdowns: which cells there are, and which rows are in them."""

import datetime

import pandas as pd
import pyarrow as pa
import pytest
from small_survey import DESIGN, ROWS, survey

from lfs_migration.errors import DataError, EstimationError, NotFound
from lfs_migration.estimate import Count, Mean, Proportion, Total, dataset, estimate
from lfs_migration.sample import By


def cells(result):
    """Estimate by cell."""
    return dict(zip(zip(*result.by.values(), strict=True), result.estimate.tolist(), strict=True))


def test_nested_breakdowns_have_the_cells_that_occur():
    result = estimate(survey(), Count(), by=["h", "g"])
    assert list(result.by) == ["h", "g"]
    assert cells(result) == {("a", "NA"): 2, ("a", "NO"): 1, ("b", "NA"): 3, ("b", "NO"): 5}


def test_cells_keep_the_order_in_which_they_are_asked():
    assert list(cells(estimate(survey(), Count(), by=["g", "h"]))) == [
        ("NA", "a"),
        ("NA", "b"),
        ("NO", "a"),
        ("NO", "b"),
    ]


def test_a_row_whose_breakdown_is_unknown_is_in_no_cell():
    assert sum(cells(estimate(survey(), Count(), by=["g"])).values()) == 15 - 4


def test_a_row_whose_breakdown_is_unknown_is_in_a_cell_of_its_own_when_asked():
    by = By("g", {"data": "g"}, unknown=True)
    assert cells(estimate(survey(), Count(), by=[by])) == {("NA",): 5, ("NO",): 6, ("_U",): 4}


def test_a_breakdown_that_nobody_answered_has_no_cell():
    nothing = survey(g=[None] * 5)
    for statistic in (Count(), Mean("y"), Proportion("g"), Proportion("x")):
        assert len(estimate(nothing, statistic, by=["g"])) == 0


def test_a_domain_keeps_the_cells_that_it_leaves_empty():
    result = estimate(survey(), [Count(), Mean("y")], by=["g"], where="h == 'a' and g == 'NO'")
    assert result.estimate[:2].tolist() == [0, 1]
    assert pd.isna(result.estimate[2])
    assert result.estimate[3] == 10


def test_one_name_is_one_breakdown():
    assert cells(estimate(survey(stay=[1, 1, 2, 2, 2]), Count(), by="stay")) == {(1,): 3, (2,): 12}


def test_a_variable_can_be_distributed_within_itself():
    assert estimate(survey(), Proportion("g"), by=["g"]).estimate.tolist() == [1, 1]


def test_statistics_with_other_breakdowns_stand_under_each_other():
    table = estimate(survey(), [Count(), Proportion("g")], by=["h"]).to_frame()
    assert table["h"].tolist() == ["a", "b", "a", "a", "b", "b"]
    assert table["g"].tolist() == ["", "", "NA", "NO", "NA", "NO"]


@pytest.mark.parametrize("name", ["weights", "n", "count", "_row", "household", "estimate", "se", "index", "value"])
def test_any_column_name_will_do(name):
    data = survey(**{name: [1, 1, 2, 2, 2]})
    by = estimate(data, [Count(), Proportion(name)], by=[name])
    assert by.by[name].tolist() == [1, 2, 1, 2]
    assert by.estimate.tolist() == [3, 12, 1, 1]
    assert estimate(data, Total(name), where=f"{name} > 1").estimate.tolist() == [24]


@pytest.mark.parametrize("name", ["n", "estimate"])
def test_a_breakdown_named_as_a_result_is_not_overwritten(name):
    table = estimate(survey(**{name: ["x", "x", "y", "y", "y"]}), Count(), by=[name]).to_frame()
    assert any(table.iloc[:, i].tolist() == ["x", "y"] for i in range(table.shape[1]))


@pytest.mark.parametrize("names", [("psu", "stratum", "weight"), ("n", "estimate", "_row"), ("y", "g", "x")])
def test_any_name_will_do_for_the_design(names):
    unit, stratum, weight = names
    frame = pd.DataFrame({unit: ROWS["c"], stratum: ROWS["h"], weight: ROWS["w"], "value": ROWS["y"]})
    result = estimate(dataset(frame, DESIGN.__class__(weight, stratum, unit)), Total("value"))
    assert result.estimate.tolist() == [460]


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        (["010", "10", "010", "004", None], ["004", "010", "10"]),
        ([10, 9, None, 100, 9], [9, 10, 100]),
        ([1.5, 2.5, float("nan"), 1.5, 2.5], [1.5, 2.5]),
        ([True, False, None, True, False], [False, True]),
        ([datetime.date(2007, 1, d) for d in (2, 1, 1, 2, 1)], [datetime.date(2007, 1, 1), datetime.date(2007, 1, 2)]),
    ],
)
def test_codes_of_any_type_keep_their_type_and_order(values, levels):
    result = estimate(survey(k=pd.array(values) if None not in values[:1] else values), Count(), by=["k"])
    assert list(result.by["k"]) == levels


def test_categories_of_pandas():
    result = estimate(survey(k=pd.Categorical(["x", "y", "x", None, "y"])), Count(), by=["k"])
    assert cells(result) == {("x",): 4, ("y",): 7}


def test_unknown_breakdowns_have_near_matches():
    with pytest.raises(NotFound, match=r"No variable 'gg'.*'g'"):
        estimate(survey(), Count(), by=["gg"])


# -------------------------------------------------------------------------------------------------- users' frames


def test_pandas_and_arrow_frames_are_the_same():
    expected = estimate(survey(), [Mean("y"), Proportion("g")], by=["h"]).to_frame()
    arrow = estimate(dataset(pa.table(ROWS), DESIGN), [Mean("y"), Proportion("g")], by=["h"]).to_frame()
    pd.testing.assert_frame_equal(expected, arrow)


def test_polars_frames():
    polars = pytest.importorskip("polars")
    expected = estimate(survey(), Mean("y"), by=["g"]).to_frame()
    pd.testing.assert_frame_equal(
        expected, estimate(dataset(polars.DataFrame(ROWS), DESIGN), Mean("y"), by=["g"]).to_frame()
    )


def test_the_index_of_a_pandas_frame_is_nothing():
    frame = pd.DataFrame(ROWS, index=[7, 7, 3, 0, 1])
    assert estimate(dataset(frame, DESIGN), Total("y")).estimate.tolist() == [460]


def test_what_is_no_frame_is_refused():
    with pytest.raises(DataError, match="list is not a data frame"):
        dataset([1, 2], DESIGN)
    with pytest.raises(DataError, match="the design: No column 'h'"):
        dataset(pd.DataFrame({"w": [1.0], "c": [1]}), DESIGN)


def test_estimates_show_themselves():
    result = estimate(survey(), Count(), by=["g"])
    assert str(result).splitlines()[0].split() == list(result.to_frame())
    page = estimate(survey(g=["<script>", "b", "b", "b", "b"]), Count(), by=["g"])._repr_html_()
    assert "&lt;script&gt;" in page and "<script>" not in page


def test_a_breakdown_named_twice_is_refused():
    with pytest.raises(EstimationError, match="A breakdown stands twice in g, g"):
        estimate(survey(), Count(), by=["g", "g"])
