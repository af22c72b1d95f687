"""Times calibration: raking, bounded logit, households with one weight, and 200 replicates calibrated each.

    PYTHONPATH=. python scripts/bench/rake.py [--rows 1000000] [--repeat 5] [--r]

The bare bound is Newton's raking on collapsed cells, written by hand: one ``numpy.bincount`` over codes made
beforehand, steps on the 320 cells, and the weight of each row. Ours starts from a loaded data set, finds the codes and
the cells, checks the margins, and gives a data set with the weights. Margins are those of the sample, moved by up to 5
per cent. ``--r`` times R's ``survey`` on the same file, when R and the package are there.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from people import people

import lfs_migration as lfm
from lfs_migration.model.codebook import Codebook, Record
from lfs_migration.model.dataset import Dataset

MARGINS: tuple[tuple[str, ...], ...] = (("sex", "age"), ("region",), ("urban",))
REPLICATES = 200


def persons(rows: int) -> pd.DataFrame:
    """Return the person file with a code for urban and rural."""
    frame = people(rows)
    return frame.assign(urban=1 + (frame["psu"] % 3 == 0))


def moved(frame: pd.DataFrame, names_of: tuple[tuple[str, ...], ...] = MARGINS) -> dict[Any, dict[Any, float]]:
    """Return margins: the weighted sums of the file, moved, with one sum over all."""
    whole, out = float(frame["w"].sum()), {}
    for names in names_of:
        sums = frame.groupby(list(names))["w"].sum()
        sums *= 1 + 0.05 * np.sin(1 + np.arange(len(sums)))
        sums *= 1.02 * whole / sums.sum()
        out[names if len(names) > 1 else names[0]] = sums.to_dict()
    return out


def survey(frame: pd.DataFrame) -> lfm.Dataset:
    """Return the file as a data set."""
    return lfm.dataset(frame, lfm.Design("w", stratum="stratum", psu="psu"))


def by_hand(frame: pd.DataFrame) -> Callable[[], Any]:
    """Return a function that rakes with numpy alone, from codes made beforehand."""
    sex, age, region, urban = (frame[name].to_numpy() - frame[name].min() for name in ("sex", "age", "region", "urban"))
    cell, weight = ((sex * 8 + age) * 10 + region) * 2 + urban, frame["w"].to_numpy()
    grid = np.arange(320)
    columns = [np.eye(16)[grid // 20], np.eye(10)[grid // 2 % 10][:, 1:], np.eye(2)[grid % 2][:, 1:]]
    x, margins = np.concatenate(columns, axis=1), [*moved(frame).values()]
    totals = np.concatenate([[*margins[0].values()], [*margins[1].values()][1:], [*margins[2].values()][1:]])

    def run() -> Any:
        d, b = np.bincount(cell, weights=weight, minlength=320), np.zeros(x.shape[1])
        for _ in range(50):
            w = d * np.exp(x @ b)
            rest = totals - w @ x
            if np.max(np.abs(rest) / totals) < 1e-10:
                break
            b += np.linalg.solve((x * w[:, None]).T @ x, rest)
        return weight * np.exp(x @ b)[cell]

    return run


def raking(data: lfm.Dataset, margins: dict[Any, Any]) -> Callable[[], Any]:
    """Return a function that rakes persons."""
    return lambda: lfm.calibrate(fresh(data), margins)


def logit(data: lfm.Dataset, margins: dict[Any, Any]) -> Callable[[], Any]:
    """Return a function that calibrates persons with bounds."""
    return lambda: lfm.calibrate(fresh(data), margins, "logit", bounds=(0.5, 2.0))


def fresh(data: lfm.Dataset) -> lfm.Dataset:
    """Return the data set without what it has found out about itself."""
    return Dataset(data.records, data.codebook, design=data.design)


def households(frame: pd.DataFrame) -> tuple[lfm.Dataset, dict[Any, Any]]:
    """Return the file as households and persons, and margins of persons by sex and age, of households by the others."""
    word = {"en": "-"}
    records = {
        "household": Record(label=word, key=("household",)),
        "person": Record(label=word, key=("household",), parent="household"),
    }
    codebook = Codebook(
        name="bench", version="1", title=word, reference="-", records=records, variables={}, codelists={}, rules={},
        dimensions={}, parameters={},
    )  # fmt: skip
    home = frame.drop_duplicates("household")[["household", "w", "stratum", "psu", "region", "urban"]]
    tables = {"household": home, "person": frame[["household", "sex", "age", "abroad"]]}
    data = Dataset(
        {record: lfm.dataset(table, lfm.Design("household")).records["data"] for record, table in tables.items()},
        codebook=codebook, design=lfm.Design("w", stratum="stratum", psu="psu"),
    )  # fmt: skip
    margins = moved(frame, MARGINS[:1]) | moved(home, MARGINS[1:])
    return data, margins


def replicates(data: lfm.Dataset, margins: dict[Any, Any]) -> Callable[[], Any]:
    """Return a function that calibrates each of 200 bootstrap replicates anew, and estimates one total."""
    done = lfm.calibrate(lfm.replicate(data, "bootstrap", replicates=REPLICATES), margins)
    return lambda: lfm.estimate(fresh(done), lfm.Count("data", where="abroad == 1"))


def variance(data: lfm.Dataset, margins: dict[Any, Any]) -> Callable[[], Any]:
    """Return a function that estimates a table of 25 x 2 cells with calibrated weights, linearised."""
    done = lfm.calibrate(data, margins)
    return lambda: lfm.estimate(fresh(done), lfm.Count("data"), by=["destination", "sex"])


def plain(data: lfm.Dataset) -> Callable[[], Any]:
    """Return a function that estimates the same table with the weights as they are."""
    return lambda: lfm.estimate(fresh(data), lfm.Count("data"), by=["destination", "sex"])


def seconds(run: Callable[[], Any], repeat: int) -> float:
    """Return the median of several runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def in_r(frame: pd.DataFrame) -> None:
    """Time raking and calibration in R."""
    program = shutil.which("Rscript")
    if program is None:
        print("R is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        frame[["w", "stratum", "psu", "sex", "age", "region", "urban"]].to_csv(Path(folder) / "people.csv", index=False)
        for i, totals in enumerate(moved(frame).values()):
            codes = [code if isinstance(code, tuple) else (code,) for code in totals]
            table = pd.DataFrame(codes, columns=list(MARGINS[i])).assign(Freq=list(totals.values()))
            table.to_csv(Path(folder) / f"margin{i}.csv", index=False)
        subprocess.run([program, str(Path(__file__).with_name("rake.R")), folder], check=True)


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--r", action="store_true")
    options = parser.parse_args()
    frame = persons(options.rows)
    data, margins = survey(frame), moved(frame)
    homes, together = households(frame)
    runs = {
        "raking by hand, codes given": by_hand(frame),
        "raking": raking(data, margins),
        "bounded logit": logit(data, margins),
        "raking households": raking(homes, together),
        f"{REPLICATES} replicates recalibrated, and a total": replicates(data, margins),
        "table of 50 cells, calibrated": variance(data, margins),
        "table of 50 cells, not calibrated": plain(data),
    }
    for name, run in runs.items():
        print(f"{name:>45} {seconds(run, options.repeat):8.3f} s", flush=True)
    if options.r:
        in_r(frame)


if __name__ == "__main__":
    main()
