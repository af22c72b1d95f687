"""One test, every engine: the same figures to the last digits."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import lfs_migration as lfm

RNG = np.random.default_rng(8)
SIZE = 500
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(1, 3, SIZE),
        "h": np.repeat(np.arange(5), 100),
        "c": np.repeat(np.arange(50), 10) % 10,
        "second": np.arange(SIZE) % 5,
        "f1": np.repeat([40.0, 30, 25, 60, 80], 100),
        "f2": np.repeat(np.arange(50) % 4 + 8.0, 10),
        "country": RNG.choice(["NA", "NO", "004", None], SIZE),
        "sex": RNG.choice([1.0, 2.0, np.nan], SIZE, p=[0.5, 0.45, 0.05]),
        "age": RNG.integers(0, 90, SIZE),
        "money": np.where(RNG.random(SIZE) < 0.2, np.nan, RNG.lognormal(3, 1, SIZE)),
        "spent": np.where(RNG.random(SIZE) < 0.1, np.nan, RNG.lognormal(2, 1, SIZE).round()),
        "away": RNG.choice([True, False, None], SIZE, p=[0.3, 0.6, 0.1]),
        **{f"r{i}": RNG.uniform(1, 3, SIZE) for i in range(6)},
        **{f"use_{i}": RNG.choice([1, 2, np.nan], SIZE, p=[0.4, 0.5, 0.1]) for i in range(3)},
    }
)
DESIGN = lfm.Design("w", stratum="h", psu="c")
COLUMNS = lfm.Replicates.from_columns([f"r{i}" for i in range(6)], scale=0.2)
DESIGNS = {
    "stratified clusters": DESIGN,
    "clusters without strata": lfm.Design("w", psu="c"),
    "two stages in finite populations": lfm.Design("w", stratum="h", psu=["c", "second"], fpc=["f1", "f2"]),
    "replicates in columns": lfm.Design("w", stratum="h", psu="c", replicates=COLUMNS),
}  # fmt: skip
AWAY = lfm.Part(record="data", where="away")
EVERYONE = lfm.Part(record="data")
SENT = lfm.Part(record="data", where="away", value="money")
SPENT = lfm.Part(record="data", where="age < 60", value="spent")
USES = ["use_0", "use_1", "use_2"]
STATISTICS = [
    lfm.Count("data"),
    lfm.Count("data", where="away"),
    lfm.Total("money"),
    lfm.Mean("money"),
    lfm.Mean("money / 2 + age"),
    lfm.Ratio("money", "spent"),
    lfm.Ratio(SENT, SPENT),
    lfm.Share(AWAY, EVERYONE),
    lfm.Proportion("country"),
    lfm.Proportion("country", base=AWAY, over="all", unknown=True),
    lfm.Quantile("money", [0.25, 0.5]),
    lfm.Quantile("spent", 0.9, interval="logit"),
]  # fmt: skip
COMPOUND = [
    lfm.Proportion("country", value="money"),
    lfm.Proportion("country", base=SENT, over="all", unknown=True),
    lfm.MultipleResponse(USES),
    lfm.MultipleResponse({"food": "use_0 == 1", "home": "use_1 == 1 or use_2 == 1"}, of="responses", base=AWAY),
    lfm.Difference(lfm.Mean("money"), "country", "NA", "NO"),
    lfm.Difference(lfm.Total(SENT), "country", "NA", "004"),
    lfm.Difference(lfm.Proportion("use_0"), "country", "NA", "NO"),
    lfm.Difference(lfm.MultipleResponse(USES), "country", "NA", "NO"),
    lfm.Difference(lfm.Quantile("money"), "country", "NA", "NO"),
    lfm.Concentration("country"),
    lfm.Concentration(lfm.Proportion("country", base=AWAY, value="spent"), largest=2),
    lfm.Ratio(lfm.Mean("money"), lfm.Mean("spent")),
    lfm.Ratio(lfm.Ratio(SENT, SPENT), lfm.Share(AWAY, EVERYONE)),
]  # fmt: skip
REQUESTS = [([], ""), (["sex"], "age >= 15"), (["sex", "h"], "spent > 2")]


def parquet(folder):
    path = folder / "people.parquet"
    FRAME.to_parquet(path)
    return path


def relation(frame):
    return duckdb.connect().from_arrow(pa.Table.from_pandas(frame))


def spark(folder):
    from pyspark_session import session

    return session().createDataFrame(pa.Table.from_pandas(FRAME))


KINDS = {
    "polars": lambda folder: pl.from_pandas(FRAME),
    "polars lazy": lambda folder: pl.from_pandas(FRAME).lazy(),
    "arrow": lambda folder: pa.Table.from_pandas(FRAME),
    "pandas with arrow types": lambda folder: FRAME.convert_dtypes(dtype_backend="pyarrow"),
    "duckdb": lambda folder: relation(FRAME),
    "duckdb in another order": lambda folder: relation(FRAME.sample(frac=1, random_state=3)),
    "parquet": parquet,
    "parquet by name": lambda folder: str(parquet(folder)),
    "spark": spark,
}  # fmt: skip
ENGINES = [pytest.param(kind, marks=[pytest.mark.spark] if kind == "spark" else []) for kind in KINDS]


def figures(survey, requests=REQUESTS):
    tables = [lfm.estimate(survey, STATISTICS, by=by, where=where).to_frame() for by, where in requests]
    return pd.concat(tables, ignore_index=True)


def compound_figures(survey):
    found = [lfm.estimate(survey, statistic, by=["sex"], where="age >= 15") for statistic in COMPOUND]
    counts = ("n_numerator", "n_denominator", "left_out", "fraction")
    tables = [one.to_frame().assign(**{name: getattr(one, name) for name in counts}) for one in found]
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", ENGINES)
def test_the_figures_are_the_same(kind, design, tmp_path):
    requests = REQUESTS[1:2] if kind == "spark" else REQUESTS  # each answer of Spark takes seconds
    survey = lfm.dataset(KINDS[kind](tmp_path), DESIGNS[design])
    wanted = figures(lfm.dataset(FRAME, DESIGNS[design]), requests)
    pd.testing.assert_frame_equal(figures(survey, requests), wanted, rtol=1e-12, check_dtype=False)


@pytest.mark.parametrize("design", ["two stages in finite populations", "replicates in columns"])
@pytest.mark.parametrize("kind", ENGINES)
def test_figures_made_of_several_are_the_same(kind, design, tmp_path):
    survey = lfm.dataset(KINDS[kind](tmp_path), DESIGNS[design])
    wanted = compound_figures(lfm.dataset(FRAME, DESIGNS[design]))
    pd.testing.assert_frame_equal(compound_figures(survey), wanted, rtol=1e-11, check_dtype=False)


@pytest.mark.parametrize("design", ["stratified clusters", "replicates in columns"])
@pytest.mark.parametrize("kind", ENGINES)
def test_quantiles_of_rows_that_stay_on_their_engine_are_the_same(kind, design, tmp_path, monkeypatch):
    statistics, by = [lfm.Quantile("money", [0.25, 0.5, 0.99]), lfm.Quantile("spent", 0.1)], ["sex", "country"]
    wanted = lfm.estimate(lfm.dataset(FRAME, DESIGNS[design]), statistics, by=by).to_frame()
    few = lfm.estimate(lfm.dataset(KINDS[kind](tmp_path), DESIGNS[design]), statistics, by=by).to_frame()
    monkeypatch.setattr("lfs_migration.sample.ordered.MANY", 0)
    many = lfm.estimate(lfm.dataset(KINDS[kind](tmp_path), DESIGNS[design]), statistics, by=by).to_frame()
    for found in (few, many):
        pd.testing.assert_frame_equal(found, wanted, rtol=1e-12, check_dtype=False)
