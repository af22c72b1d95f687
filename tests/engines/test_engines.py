"""One test, every kind of frame: the same figures to the last digits."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import lfs_migration as lfm

RNG = np.random.default_rng(8)
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(1, 3, 500),
        "h": np.repeat(np.arange(5), 100),
        "c": np.repeat(np.arange(50), 10),
        "country": RNG.choice(["NA", "NO", "004"], 500),
        "age": RNG.integers(0, 90, 500),
        "money": np.where(RNG.random(500) < 0.2, np.nan, RNG.lognormal(3, 1, 500)),
    }
)
DESIGN = lfm.Design("w", stratum="h", psu="c")
STATISTICS = [lfm.Count("data"), lfm.Mean("money"), lfm.Proportion("country"), lfm.Quantile("money", [0.25, 0.5])]


def parquet(folder):
    path = folder / "people.parquet"
    FRAME.to_parquet(path)
    return path


KINDS = {
    "polars": lambda folder: pl.from_pandas(FRAME),
    "polars lazy": lambda folder: pl.from_pandas(FRAME).lazy(),
    "arrow": lambda folder: pa.Table.from_pandas(FRAME),
    "pandas with arrow types": lambda folder: FRAME.convert_dtypes(dtype_backend="pyarrow"),
    "duckdb": lambda folder: duckdb.connect().from_arrow(pa.Table.from_pandas(FRAME)),
    "parquet": parquet,
    "parquet by name": lambda folder: str(parquet(folder)),
}


def figures(survey):
    tables = [
        lfm.estimate(survey, statistic, by=by, where="age >= 15").to_frame()
        for statistic in STATISTICS
        for by in ([], ["country"])
        if not (by and isinstance(statistic, lfm.Proportion))
    ]
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_are_the_same(kind, tmp_path):
    survey = lfm.dataset(KINDS[kind](tmp_path), DESIGN)
    pd.testing.assert_frame_equal(figures(survey), figures(lfm.dataset(FRAME, DESIGN)), rtol=1e-12)


def test_a_path_that_is_no_parquet_file_is_named(tmp_path):
    (tmp_path / "x.parquet").write_text("hello", encoding="utf-8")
    with pytest.raises(lfm.LfsMigrationError, match=r"x\.parquet: Not a Parquet file"):
        lfm.dataset(tmp_path / "x.parquet", DESIGN)
    with pytest.raises(lfm.LfsMigrationError, match="No such file"):
        lfm.dataset("nowhere.parquet", DESIGN)
