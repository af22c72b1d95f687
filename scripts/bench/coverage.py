"""Draws many samples from a synthetic population and counts how often the intervals hold the truth.

    python scripts/bench/coverage.py [--samples 2000] [--seed 1]

The population has 10 strata of 60 clusters; a sample takes 6 clusters of each stratum and all their members, so that
intervals rest on 50 degrees of freedom. The share of intervals that hold the population's own figure should be near
their level, 95 %; with 2,000 samples chance moves it by half a point.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

import lfs_migration as lfm

STRATA, CLUSTERS, TAKEN = 10, 60, 6
EVERYONE = lfm.Part(record="data")
INDICATORS: dict[str, tuple[lfm.Count | lfm.Total | lfm.Mean | lfm.Ratio | lfm.Share | lfm.Quantile, str]] = {
    "emigrants, number": (lfm.Count("data"), "abroad == 1"),
    "women abroad, number": (lfm.Count("data"), "abroad == 1 and sex == 2"),
    "emigration rate": (lfm.Share(lfm.Part(record="data", where="abroad == 1"), EVERYONE), ""),
    "emigration rate of women": (lfm.Share(lfm.Part(record="data", where="abroad == 1"), EVERYONE), "sex == 2"),
    "share of women abroad": (lfm.Share(lfm.Part(record="data", where="sex == 2"), EVERYONE), "abroad == 1"),
    "remittances, total": (lfm.Total("money"), "abroad == 1"),
    "remittances, mean": (lfm.Mean("money"), "abroad == 1"),
    "remittances over earnings": (lfm.Ratio("money", "earnings"), "abroad == 1"),
    "age, mean": (lfm.Mean("age"), ""),
    "age, median": (lfm.Quantile("age"), "abroad == 1"),
}
"""Statistic and domain of each indicator."""


def population(draw: np.random.Generator) -> pd.DataFrame:
    """Return the population: members of clusters that are alike, in strata that differ."""
    size = draw.integers(15, 30, STRATA * CLUSTERS)
    cluster = np.repeat(np.arange(STRATA * CLUSTERS), size)
    stratum = cluster // CLUSTERS
    rows = len(cluster)
    effect = draw.normal(0, 0.4, STRATA * CLUSTERS)[cluster] + 0.1 * stratum
    earnings = np.exp(draw.normal(7, 0.5, rows) + 0.3 * effect)
    return pd.DataFrame(
        {
            "stratum": stratum,
            "cluster": cluster,
            "w": CLUSTERS / TAKEN,
            "clusters": CLUSTERS,
            "sex": 1 + (draw.random(rows) < 0.4),
            "abroad": (draw.random(rows) < 1 / (1 + np.exp(1.2 - effect))).astype(np.int64),
            "age": np.clip(draw.normal(35 + 3 * effect, 12, rows), 0, 90),
            "earnings": earnings,
            "money": earnings * draw.uniform(0.1, 0.5, rows),
        }
    )


def sampled(people: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Return a stratified sample of whole clusters."""
    taken = np.concatenate([h * CLUSTERS + draw.permutation(CLUSTERS)[:TAKEN] for h in range(STRATA)])
    return people[people["cluster"].isin(taken)]


def main() -> None:
    """Draw, estimate, count and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--samples", type=int, default=2000)
    words.add_argument("--seed", type=int, default=1)
    chosen = words.parse_args()
    draw = np.random.default_rng(chosen.seed)
    people = population(draw)
    census = lfm.dataset(people.assign(w=1.0), lfm.Design("w"))
    truth = {n: lfm.estimate(census, s, where=where).estimate[0] for n, (s, where) in INDICATORS.items()}
    design = lfm.Design("w", stratum="stratum", psu="cluster", fpc="clusters")
    held = dict.fromkeys(INDICATORS, 0)
    for _ in range(chosen.samples):
        survey = lfm.dataset(sampled(people, draw), design)
        for name, (statistic, where) in INDICATORS.items():
            result = lfm.estimate(survey, statistic, where=where)
            held[name] += bool(result.ci_low[0] <= truth[name] <= result.ci_high[0])
    print(f"{chosen.samples} samples of {STRATA * TAKEN} clusters; intervals of 95 %")
    for name, count in held.items():
        print(f"{name:28} {100 * count / chosen.samples:5.1f} %")


if __name__ == "__main__":
    main()
