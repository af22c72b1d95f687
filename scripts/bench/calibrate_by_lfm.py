"""Calibration by ``lfs_migration``."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import Any

import pandas as pd
from known import BOUNDS, EVERY, group, moved, urban
from tables import Row

import lfs_migration as lfm
from lfs_migration.model.codebook import Codebook, Record
from lfs_migration.model.dataset import Dataset

DESIGN = lfm.Design("w", stratum="stratum", psu="psu")
MARGINS = ("group", "region", "urban")


def persons(file: str) -> pd.DataFrame:
    """Return the person file with the codes of the margins."""
    frame = pd.read_parquet(file)
    return frame.assign(group=group(frame["sex"], frame["age"]), urban=urban(frame["psu"]))


def margins(frame: pd.DataFrame, names: tuple[str, ...] = MARGINS) -> dict[Any, dict[Any, float]]:
    """Return the known totals of some variables."""
    sums = {name: frame.groupby(name)["w"].sum() for name in names}
    return {name: moved(own, float(frame["w"].sum())).to_dict() for name, own in sums.items()}


class Persons:
    """A weight for each person: raking, or logit with bounds."""

    def __init__(self, file: str, method: str) -> None:
        frame = persons(file)
        self._survey, self._margins = lfm.dataset(frame, DESIGN), margins(frame)
        self._words: dict[str, Any] = {"method": method} | ({"bounds": BOUNDS} if method == "logit" else {})
        self._made = self._survey

    def turn(self) -> None:
        """Calibrate."""
        self._made = lfm.calibrate(self._survey, self._margins, **self._words)

    def rows(self) -> Iterator[Row]:
        """Give some weights."""
        for row, weight in enumerate(self._made.weights[::EVERY].tolist()):
            yield "weights", str(row * EVERY), weight, nan


class Households(Persons):
    """A weight for each household, by its persons and itself."""

    def __init__(self, file: str, method: str) -> None:
        word, frame = {"en": "-"}, persons(file)
        home = frame.drop_duplicates("household")[["household", "w", "stratum", "psu", "region", "urban"]]
        records = {
            "household": Record(label=word, key=("household",)),
            "person": Record(label=word, key=("household",), parent="household"),
        }
        codebook = Codebook(
            name="bench", version="1", title=word, reference="-", records=records, variables={}, codelists={},
            rules={}, dimensions={}, parameters={},
        )  # fmt: skip
        tables = {"household": home, "person": frame[["household", "group"]]}
        frames = {name: lfm.dataset(table, lfm.Design("household")).records["data"] for name, table in tables.items()}
        self._survey = self._made = Dataset(frames, codebook=codebook, design=DESIGN)
        self._margins = margins(frame, MARGINS[:1]) | margins(home, MARGINS[1:])
        self._words = {"method": method}


class Replicated(Persons):
    """Two hundred bootstraps, each raked anew, and the standard error of a total."""

    def __init__(self, file: str) -> None:
        super().__init__(file, "raking")
        self._result: Any = None

    def turn(self) -> None:
        """Make the replicates, calibrate, and estimate, which calibrates each of them."""
        made = lfm.calibrate(lfm.replicate(self._survey, "bootstrap", replicates=200), self._margins)
        self._result = lfm.estimate(made, lfm.Count("data", where="abroad == 1"))

    def rows(self) -> Iterator[Row]:
        """Give the total."""
        yield "emigrants", "", float(self._result.estimate[0]), float(self._result.se[0])
