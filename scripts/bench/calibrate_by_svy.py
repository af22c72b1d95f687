"""Calibration by ``svy``: loaded by name, since it lives in an environment of its own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from math import nan
from typing import Any

from known import EVERY, group, moved, urban
from tables import Row

MARGINS = ("group", "region", "urban")


class Raking:
    """Raking of persons to ten digits."""

    def __init__(self, file: str) -> None:
        frame = self._persons(file)
        self._controls = {name: self._totals(frame, name) for name in MARGINS}
        self._sample = self._sampled(frame)
        self._made: Any = None

    def _persons(self, file: str) -> Any:
        polars = import_module("polars")
        codes = {"group": group(polars.col("sex"), polars.col("age")), "urban": urban(polars.col("psu"))}
        return polars.read_parquet(file).with_columns(**codes)

    def _totals(self, frame: Any, name: str) -> dict[int, float]:
        sums = frame.group_by(name).agg(import_module("polars").col("w").sum()).sort(name)
        return dict(zip(sums[name].to_list(), moved(sums["w"].to_numpy(), frame["w"].sum()).tolist(), strict=True))

    def _sampled(self, frame: Any) -> Any:
        svy = import_module("svy")
        return svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="w"))

    def turn(self) -> None:
        """Rake."""
        self._made = self._sample.weighting.rake(controls=self._controls, tol=1e-10, max_iter=1000, wgt_name="made")

    def rows(self) -> Iterator[Row]:
        """Give some weights."""
        for row, weight in enumerate(self._made.data["made"].to_list()[::EVERY]):
            yield "weights", str(row * EVERY), weight, nan


class Households(Raking):
    """Linear calibration of households: numbers of persons of each group, region and area."""

    def __init__(self, file: str) -> None:
        polars, svy = import_module("polars"), import_module("svy")
        frame, codes = self._persons(file), range(1, 17)
        counts = [(polars.col("group") == code).sum().cast(polars.Float64).alias(f"g{code}") for code in codes]
        first = [polars.col(name).first() for name in ("w", "stratum", "psu", "region", "urban")]
        homes = frame.group_by("household").agg(*first, *counts).sort("household")
        groups = self._totals(frame, "group")
        self._controls: dict[Any, Any] = {f"g{code}": groups[code] for code in codes}
        self._controls |= {svy.Cat(name): self._totals(homes, name) for name in MARGINS[1:]}
        self._sample = self._sampled(homes)

    def turn(self) -> None:
        """Calibrate."""
        self._made = self._sample.weighting.calibrate(controls=self._controls, wgt_name="made")
