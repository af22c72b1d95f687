"""What is wrong with data or a request is said in the same words on every engine."""

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

import lfs_migration as lfm

FRAME = pd.DataFrame(
    {
        "w": [1.0, 2, 3, 4, 5, 6],
        "h": ["a", "a", "a", "b", "b", "b"],
        "c": [1, 2, 3, 1, 2, 3],
        "n": [1, 1, 2, 2, 1, 1],
        "code n": [1, 2, 1, 2, 1, 2],
        "y": [1.0, 2, None, 4, 5, 9],
        "name": ["x", "y", "z", "x", "y", "z"],
    }
)
DESIGN = lfm.Design("w", stratum="h", psu="c")


def relation(**changes):
    return duckdb.connect().from_arrow(pa.Table.from_pandas(FRAME.assign(**changes)))


def frames(**changes):
    return {"memory": FRAME.assign(**changes), "duckdb": relation(**changes)}


def told(frame, statistic, design=DESIGN, **request):
    with pytest.raises(lfm.LfsMigrationError) as caught:
        lfm.estimate(lfm.dataset(frame, design), statistic, **request)
    return str(caught.value)


@pytest.mark.parametrize(
    ("statistic", "request_", "words"),
    [
        (lfm.Mean("mony"), {}, "No variable 'mony'"),
        (lfm.Mean("y"), {"by": ["nme"]}, "'nme'"),
        (lfm.Mean("y"), {"where": "yy > 2"}, "'yy'"),
        (lfm.Mean("y"), {"where": "y + 1"}, "'y + 1' is not a condition"),
        (lfm.Quantile("y"), {"where": "y > 100"}, "No row to take a quantile of y from"),
        (lfm.Quantile("y", 2.0), {}, "between 0 and 1, not 2"),
        (lfm.Mean("y", ), {"where": "y > 'a'"}, "Cannot compute"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_in_the_same_words(statistic, request_, words):
    here, there = (told(frame, statistic, **request_) for frame in frames().values())
    assert words in here
    assert words in there


@pytest.mark.parametrize("weight", [[1.0, None, 3, 4, 5, 6], [1.0, -2, 3, 4, 5, 6], [1.0, float("inf"), 3, 4, 5, 6]])
def test_a_weight_that_cannot_be_used_is_counted(weight):
    for frame in frames(w=weight).values():
        assert "w is missing, negative or infinite in 1 of 6 data rows" in told(frame, lfm.Count())


def test_the_unit_of_a_weight_that_cannot_be_used_is_named():
    assert "h a, c 2: w is missing" in told(relation(w=[1.0, None, 3, 4, 5, 6]), lfm.Count())


def test_a_text_that_is_no_number_is_told():
    assert "name is not a number" in told(FRAME, lfm.Mean("name"))
    message = told(relation(), lfm.Mean("name"))
    assert "Cannot compute" in message
    assert "number(...)" in message


def test_a_missing_stratum_and_a_lonely_unit_are_told():
    for frame in frames(h=["a", "a", None, "b", "b", "b"]).values():
        assert "h is missing in 1 rows" in told(frame, lfm.Count())
    for frame in frames(h=["a", "a", "lonely", "b", "b", "b"]).values():
        message = told(frame, lfm.Count())
        assert "'lonely'" in message
        assert "certainty, adjust, average or collapse" in message


def test_rows_of_a_relation_that_are_their_own_units_need_a_number():
    assert "a column that numbers the rows" in told(relation(), lfm.Count(), lfm.Design("w"))


@pytest.mark.parametrize("by", [["n"], ["code n"], ["h"], ["c", "h"]])
def test_a_column_may_have_any_name(by):
    here, there = (
        lfm.estimate(lfm.dataset(f, DESIGN), [lfm.Count(), lfm.Mean("y"), lfm.Mean("n")], by=by)
        for f in frames().values()
    )
    pd.testing.assert_frame_equal(here.to_frame(), there.to_frame(), rtol=1e-12)


def test_an_empty_relation_has_nothing_to_estimate():
    for frame in (FRAME.head(0), duckdb.connect().from_arrow(pa.Table.from_pandas(FRAME.head(0)))):
        result = lfm.estimate(lfm.dataset(frame, DESIGN), [lfm.Count(), lfm.Mean("w")])
        assert result.n.tolist() == [0, 0]
        assert result.estimate[0] == 0
