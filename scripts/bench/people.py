"""The person file of the benchmarks: a million rows, 40 strata, 4,000 primary sampling units, 250,000 households."""

from __future__ import annotations

import numpy as np
import pandas as pd

STRATA, UNITS, HOUSEHOLDS, DESTINATIONS = 40, 4_000, 250_000, 25


def people(rows: int = 1_000_000, seed: int = 1) -> pd.DataFrame:
    """Return the file.

    Parameters
    ----------
    rows : int
        Units and households grow with it.
    seed : int

    Returns
    -------
    DataFrame
        ``w``, ``stratum``, ``psu``, ``household``; codes ``sex``, ``age`` (8), ``region`` (10), ``destination`` (25,
        text), ``duration`` (5), ``reason`` (6), ``education`` (5), ``abroad``; ``money`` with missing values.
    """
    draw = np.random.default_rng(seed)
    share = rows / 1_000_000
    units, households = max(int(UNITS * share), 2 * STRATA), max(int(HOUSEHOLDS * share), 100)
    home = np.sort(draw.integers(0, households, rows))
    unit = home * units // households
    effect = draw.normal(0, 0.3, units)[unit]
    codes = np.array([f"{chr(65 + i)}{chr(65 + i)}{chr(90 - i)}" for i in range(DESTINATIONS)])
    abroad = draw.random(rows) < 0.2
    money = np.exp(draw.normal(6, 1, rows) + effect)
    money[draw.random(rows) < 0.15] = np.nan
    return pd.DataFrame(
        {
            "w": 20 + 60 * draw.random(units)[unit],
            "stratum": unit * STRATA // units,
            "psu": unit,
            "household": home,
            "sex": draw.integers(1, 3, rows),
            "age": draw.integers(1, 9, rows),
            "region": unit * 10 // units,
            "destination": codes[np.minimum(draw.geometric(0.15, rows) - 1, DESTINATIONS - 1)],
            "duration": draw.integers(1, 6, rows),
            "reason": draw.integers(1, 7, rows),
            "education": draw.integers(1, 6, rows),
            "abroad": abroad.astype(np.int64),
            "money": money,
        }
    )
